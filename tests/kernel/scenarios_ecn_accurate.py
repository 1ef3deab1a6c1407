"""Accurate ECN (RFC 9768): the client is a kernel, the wire simulates the server."""

import struct

import packets
import wire as wires
from scenarios import scenario
from scenarios_ecn import ECN, nth, open_without_delay, send
from sheet import ecn_flags

OFFER = 0b111
SAW_NOT_ECT, SAW_ECT_1, SAW_ECT_0, SAW_CE = 0b010, 0b011, 0b100, 0b110
START, COUNTER_MASK = 5, 7

# Option kinds (RFC 9768 3.2.3): counters for ECT(0), CE and ECT(1), or in the reverse order.
FIRST_ORDER, SECOND_ORDER = 172, 174


def option(kind, *counters):
    """Make an AccECN option with up to three byte counters."""
    return struct.pack("!BB", kind, 2 + 3 * len(counters)) + b"".join(
        counter.to_bytes(3, "big") for counter in counters)


def with_ecn(segment, bits, **fields):
    """Return the segment with these bits for AE, CWR and ECE."""
    return segment.with_(flags=segment.flags & ~ecn_flags(7) | ecn_flags(bits), **fields)


class AccurateServer:
    """Makes the client's kernel believe that the server supports Accurate ECN.

    This Linux offers only classic ECN, but accepts each answer of Accurate ECN. So the wire changes
    the SYN to offer Accurate ECN, and answers and counts like a server. The client's other segments
    are unchanged. The server's kernel does not use ECN.
    """

    def __init__(self, lab, syn_ack_tos=packets.NOT_ECT, options=b"", to_server=(), to_client=()):
        self.client = lab.client
        self.syn_ack = {"tos": syn_ack_tos}
        self.options = options
        self.counter = START
        self.marked = (nth(lab.sent_by(lab.client, payload=True), *to_server),
                       nth(lab.sent_by(lab.server, payload=True), *to_client))
        lab.wire.policy = lambda frame: self.action

    def action(self, wire, frame):
        """Handle every segment on the wire."""
        if frame.sender is self.client:
            self.from_client(wire, frame)
        else:
            wires.rewrite(self.from_server)(wire, frame)

    def from_client(self, wire, frame):
        """Capture a client's segment with Accurate ECN, deliver it without ECN."""
        segment = frame.segment
        if segment.has(packets.SYN):
            segment = with_ecn(segment, OFFER)
        if self.marked[0](segment):
            segment = wires.congested(segment)
            self.counter += 1
        wire.capture(frame.with_segment(segment))
        wire.deliver(frame.with_segment(with_ecn(segment, 0, tos=packets.NOT_ECT)))

    def from_server(self, segment):
        """Return the server's segment with Accurate ECN."""
        if segment.has(packets.SYN):
            return with_ecn(segment, SAW_NOT_ECT, options=segment.options + self.options,
                            **self.syn_ack)
        tos = packets.ECT0
        if self.marked[1](segment):
            tos = packets.CE
        return with_ecn(segment, self.counter & COUNTER_MASK, tos=tos)


def exchange_with_accurate_ecn(lab, **how):
    """Play a whole connection: both endpoints send two rounds of three data segments."""
    AccurateServer(lab, **how)
    client, server = open_without_delay(lab)
    for _ in range(2):
        send(lab, client)
        send(lab, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario(client_sysctls=ECN, server_sysctls={"tcp_ecn": 0})
def accurate_ecn(lab):
    """Accurate ECN (RFC 9768): data of both sides are marked, both counters tell.

    The client is a kernel but for the AE of its SYN; the wire plays the server.
    """
    exchange_with_accurate_ecn(lab, to_server=(2, 5), to_client=(3, 4))


@scenario(client_sysctls=ECN, server_sysctls={"tcp_ecn": 0})
def accurate_ecn_without_congestion(lab):
    """AE and ECE stand on every ACK: that is a counter at its start value, no congestion."""
    exchange_with_accurate_ecn(lab)


@scenario(client_sysctls=ECN, server_sysctls={"tcp_ecn": 0})
def accurate_ecn_marked_syn_ack(lab):
    """The SYN-ACK is marked CE: the third ACK says so and the client's counter starts at 6."""
    exchange_with_accurate_ecn(lab, syn_ack_tos=packets.CE)


@scenario(client_sysctls=ECN, server_sysctls={"tcp_ecn": 0})
def accurate_ecn_option(lab):
    """The client answers the SYN-ACK's option with its own: it counts bytes of data with CE."""
    exchange_with_accurate_ecn(lab, options=b"\1" + option(FIRST_ORDER, 1, 0, 1),
                               to_client=(2, 6))
