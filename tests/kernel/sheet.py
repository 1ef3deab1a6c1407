"""Captures that are written segment by segment, for behaviour that this kernel lacks.

A Sheet is a capture with several connections. Each segment comes 10 ms after the previous one,
continues its sender's sequence numbers and acknowledges everything that has arrived.
"""

import packets
import wire as wires
from lab import IPV4, SERVER_PORT

TICK = 10 * 10**6   # nanoseconds between two segments
GAP = 10**9         # nanoseconds between two connections
CLIENT_ISN, SERVER_ISN = 1000000, 5000000
ROUTER = "203.0.113.9", "2001:db8:3::9"   # between the endpoints, for IPv4 and IPv6

FLAGS = {name: 1 << bit for bit, name in enumerate(packets.FLAG_NAMES)}


def ecn_flags(bits):
    """Convert three bits (AE 4, CWR 2, ECE 1) to TCP flags."""
    return (bits & 7) << 6


class Endpoint:
    """One endpoint of a connection."""

    def __init__(self, address, port, isn):
        self.address, self.port = address, port
        self.next = isn         # SND.NXT
        self.arrived = 0        # RCV.NXT


class Connection:
    """One connection of a Sheet."""

    def __init__(self, sheet, client_port, number, addresses):
        self.sheet = sheet
        self.endpoints = (Endpoint(addresses[0], client_port, CLIENT_ISN + 1000 * number),
                          Endpoint(addresses[1], SERVER_PORT, SERVER_ISN + 1000 * number))

    def leave_out_handshake(self):
        """Skip the handshake: the connection is open, and the capture begins later."""
        for endpoint in self.endpoints:
            endpoint.next += 1
        for endpoint, peer in zip(self.endpoints, reversed(self.endpoints)):
            endpoint.arrived = peer.next

    def client(self, flags="ACK", **how):
        """Send a segment from the client; see send()."""
        return self.send(0, flags, **how)

    def server(self, flags="ACK", **how):
        """Send a segment from the server; see send()."""
        return self.send(1, flags, **how)

    def send(self, sender, flags, ecn=0, size=0, arrives=True, captured=True, **fields):
        """Send a segment: flags like "SYN+ACK", ecn the bits AE CWR ECE, size bytes of data.

        arrives: whether the peer receives it; captured: whether it is captured; fields: values for
        packets.Segment in place of those that continue the connection (tos: the IP header's ECN
        bits). Return the Segment, for repeat().
        """
        endpoint, peer = self.endpoints[sender], self.endpoints[1 - sender]
        bits = sum(FLAGS[name] for name in flags.split("+")) | ecn_flags(ecn)
        known = {"seq": endpoint.next, "ack": endpoint.arrived if bits & packets.ACK else 0,
                 "flags": bits, "payload": b"x" * size}
        segment = packets.Segment(endpoint.address, peer.address, endpoint.port, peer.port,
                                  **known | fields)
        endpoint.next = segment.end
        return self.put(segment, arrives, captured)

    def repeat(self, segment, arrives=True, captured=True, ecn=None, **fields):
        """Repeat a segment, perhaps with other ECN bits or other fields."""
        if ecn is not None:
            fields["flags"] = segment.flags & ~ecn_flags(7) | ecn_flags(ecn)
        return self.put(segment.with_(**fields), arrives, captured)

    def put(self, segment, arrives=True, captured=True):
        """Let a segment be captured and arrive, or not."""
        peer = self.endpoints[segment.source_port != SERVER_PORT]
        if arrives:
            peer.arrived = max(peer.arrived, segment.end)
        self.sheet.tick(TICK)
        if captured:
            self.sheet.capture(segment)
        return segment

    def error(self, segment, kind, code, quoted=None, **fields):
        """Answer a segment with a router's ICMP or ICMPv6 error of this type (kind) and code.

        quoted: the number of bytes after the IP header that it quotes (all); fields: of the quoted
        segment, in place of the real one's.
        """
        router = ROUTER[packets.is_ipv6(segment.source)]
        packet = segment.with_(**fields).pack()
        end = None if quoted is None else packets.tcp_start(packet) + quoted
        self.sheet.tick(TICK)
        self.sheet.write(packets.icmp_error(router, segment.source, packet[:end], kind, code),
                         "router", f"ICMP {kind}/{code}", segment.four_tuple[1::2])


class Sheet:
    """A capture that is written segment by segment."""

    def __init__(self, tap, client_port):
        self.tap = tap
        self.client_port = client_port
        self.time = wires.EPOCH
        self.connections = 0
        self.rows = []

    def tick(self, nanoseconds):
        """Advance the time, but not before the first segment."""
        if self.rows:
            self.time += nanoseconds

    def connection(self, addresses=IPV4):
        """Start a new connection, with its own client port; addresses: of client and server."""
        self.tick(GAP)
        self.connections += 1
        return Connection(self, self.client_port + self.connections - 1, self.connections,
                          addresses)

    def capture(self, segment):
        """Append a segment."""
        sender = "server" if segment.source_port == SERVER_PORT else "client"
        self.write(segment.pack(), sender, segment.flag_names(), segment.four_tuple[1::2])

    def write(self, packet, sender, what, ports):
        """Append a packet."""
        number = self.tap.write(packet, self.time)
        self.rows.append(wires.Row(number, sender, what, "written", ports))
