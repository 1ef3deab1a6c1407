"""Captures that are written segment by segment, for what no kernel here does.

A Sheet is a capture, a Talk is one of its connections. Each segment comes 10 ms after the one
before and continues its sender's last one; its acknowledgment number is that of all that has
arrived. Each has the next IPv4 identification of its sender, also where its numbers come again; only a
copy, which the capture shows once more, has that of its original.
"""

import packets
import wire as wires
from lab import IPV4, IPV6, SERVER_PORT

TICK = 10 * 10**6
GAP = 10**9   # between two connections
COPY_LAG = 10**4   # between two captures of a segment
CLIENT_ISN, SERVER_ISN = 1000000, 5000000

FLAGS = {name: 1 << bit for bit, name in enumerate(packets.FLAG_NAMES)}



def ecn_flags(bits):
    """Three bits, AE being 4, CWR 2 and ECE 1, as TCP flags."""
    return (bits & 7) << 6


class End:
    """One end of a Talk."""

    def __init__(self, address, port, isn):
        self.address, self.port = address, port
        self.next = isn         # number of what it sends next
        self.arrived = 0        # what it acknowledges
        self.ident = isn & 0xFFFF

    def next_ident(self):
        """The IPv4 identification of the next segment that it sends."""
        self.ident = self.ident % 0xFFFF + 1
        return self.ident


class Talk:
    """One connection of a Sheet."""

    def __init__(self, sheet, client_port, number, addresses=IPV4):
        self.sheet = sheet
        self.ends = (End(addresses[0], client_port, CLIENT_ISN + 1000 * number),
                     End(addresses[1], SERVER_PORT, SERVER_ISN + 1000 * number))

    def leave_out_handshake(self):
        """The connection is open; nothing of how it came to that was captured."""
        for end in self.ends:
            end.next += 1
        for end, peer in zip(self.ends, reversed(self.ends)):
            end.arrived = peer.next

    def client(self, flags="ACK", **how):
        """The client sends a segment; see send()."""
        return self.send(0, flags, **how)

    def server(self, flags="ACK", **how):
        """The server sends a segment; see send()."""
        return self.send(1, flags, **how)

    def send(self, sender, flags, ecn=0, size=0, arrives=True, captured=True, **fields):
        """A segment: flags like "SYN+ACK", ecn the bits AE CWR ECE, size bytes of data.

        arrives: whether the other end gets it; captured: whether the capture does; fields: of
        packets.Segment, in place of what follows from the segments before (tos: the IP header's
        ECN bits). The Segment, for again().
        """
        end, peer = self.ends[sender], self.ends[1 - sender]
        bits = sum(FLAGS[name] for name in flags.split("+")) | ecn_flags(ecn)
        known = {"seq": end.next, "ack": end.arrived if bits & packets.ACK else 0, "flags": bits,
                 "payload": b"x" * size, "ident": end.next_ident()}
        segment = packets.Segment(end.address, peer.address, end.port, peer.port,
                                  **known | fields)
        end.next = segment.end
        return self.put(segment, arrives, captured)

    def again(self, segment, arrives=True, captured=True, ecn=None, **fields):
        """A segment is sent once more, perhaps with other ECN bits or other fields."""
        end = self.ends[segment.source_port == SERVER_PORT]
        fields = {"ident": end.next_ident()} | fields
        if ecn is not None:
            fields["flags"] = segment.flags & ~ecn_flags(7) | ecn_flags(ecn)
        return self.put(segment.with_(**fields), arrives, captured)

    def copy(self, segment, **fields):
        """A segment is captured once more, perhaps with fields that were changed on the way."""
        self.sheet.tick(COPY_LAG)
        self.sheet.capture(segment.with_(**fields), "copy")

    def put(self, segment, arrives=True, captured=True):
        """A segment is captured and arrives, or not."""
        peer = self.ends[segment.source_port != SERVER_PORT]
        if arrives:
            peer.arrived = max(peer.arrived, segment.end)
        self.sheet.tick(TICK)
        if captured:
            self.sheet.capture(segment)
        return segment


class Sheet:
    """A capture."""

    def __init__(self, tap, client_port):
        self.tap = tap
        self.client_port = client_port
        self.time = wires.EPOCH
        self.talks = 0
        self.rows = []
        self.encapsulate = packets.Segment.pack

    def tick(self, nanoseconds):
        """Let time pass, but not before the first segment."""
        if self.rows:
            self.time += nanoseconds

    def talk(self, ipv6=False):
        """A new connection, with a client port of its own."""
        self.tick(GAP)
        self.talks += 1
        return Talk(self, self.client_port + self.talks - 1, self.talks, IPV6 if ipv6 else IPV4)

    def capture(self, segment, note="written"):
        """Append a segment."""
        number = self.tap.write(self.encapsulate(segment), self.time)
        sender = "server" if segment.source_port == SERVER_PORT else "client"
        self.rows.append(wires.Row(number, sender, segment.flag_names(), note,
                                   segment.four_tuple[1::2]))
