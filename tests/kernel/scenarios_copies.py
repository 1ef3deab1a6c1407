"""Segments that were captured more than once, and such as were sent more than once."""

import packets
import pcapng
from lab import IPV4, IPV6
from scenarios import written, written_on
from scenarios_layers import CLIENT_MAC, SERVER_MAC, VLAN

CE, ECT_0 = packets.CE, packets.ECT0


class Clock:
    """Timestamps that advance with each segment."""

    def __init__(self):
        self.now = 1000

    def option(self):
        """The timestamps option of the next segment."""
        self.now += 10
        return {"options": packets.timestamps_option(self.now, self.now - 10)}


def conversation(connection, each, **fields):
    """Open, exchange data, close by the client; call each(segment) after each segment.

    fields: of all segments.
    """
    clock = Clock() if fields.pop("clock", False) else None

    def say(speak, flags, **more):
        stamp = clock.option() if clock else {}
        each(speak(flags, **fields, **stamp, **more))

    say(connection.client, "SYN")
    say(connection.server, "SYN+ACK")
    say(connection.client, "ACK")
    say(connection.client, "PSH+ACK", size=9)
    say(connection.server, "ACK")
    say(connection.server, "PSH+ACK", size=7)
    say(connection.client, "FIN+ACK")
    say(connection.server, "FIN+ACK")
    say(connection.client, "ACK")


@written
def copies_of_mirror_port(sheet):
    """A mirror port shows each segment twice: where it comes in and where it goes out."""
    connection = sheet.connection()
    conversation(connection, connection.copy)


@written
def copies_on_any_interface(sheet):
    """Captured on all interfaces of a host, each segment stands there three times; the host has no
    identification on its SYN-ACK, and nobody has timestamps.
    """
    connection = sheet.connection()

    def again(segment):
        connection.copy(segment)
        connection.copy(segment, ttl=63)

    again(connection.client("SYN"))
    again(connection.server("SYN+ACK", ident=0))
    again(connection.client())
    again(connection.client("PSH+ACK", size=9))
    again(connection.server())
    again(connection.client("PSH+ACK", size=9))
    again(connection.server("RST+ACK"))


@written
def copies_at_router(sheet):
    """Captured on both sides of a router; bursts come in as a whole before they go out."""
    connection = sheet.connection()

    def burst(*segments):
        for segment in segments:
            connection.copy(segment, ttl=63)

    burst(connection.client("SYN", **stamp(10)))
    burst(connection.server("SYN+ACK", ident=0, **stamp(20)))
    burst(connection.client(**stamp(30)),
          *(connection.client("PSH+ACK", size=100, **stamp(30)) for _ in range(3)))
    burst(connection.server(window=64000, **stamp(40)), connection.server(window=64240, **stamp(40)))
    burst(connection.server("FIN+ACK", **stamp(50)))
    burst(connection.client("FIN+ACK", **stamp(60)))
    burst(connection.server(ident=0, **stamp(70)))


def stamp(value):
    """Timestamps."""
    return {"options": packets.timestamps_option(value, value - 5)}


@written_on(pcapng.ETHERNET)
def copies_in_vlan(sheet):
    """Each segment was captured in a VLAN and untagged."""
    connection = sheet.connection()

    def frame(segment, vlan):
        from_client = segment.source == connection.endpoints[0].address
        macs = (CLIENT_MAC, SERVER_MAC) if from_client else (SERVER_MAC, CLIENT_MAC)
        return packets.ethernet(segment.pack(), *macs, vlan)

    def again(segment):
        sheet.encapsulate = lambda copy: frame(copy, None)
        connection.copy(segment)
        sheet.encapsulate = lambda copy: frame(copy, VLAN)

    sheet.encapsulate = lambda segment: frame(segment, VLAN)
    conversation(connection, again)


@written
def copies_ipv6(sheet):
    """IPv6 has no identification: that all was captured twice shows by the order, soon with
    timestamps, later without.
    """
    for clock in True, False:
        connection = sheet.connection(IPV6)
        conversation(connection, connection.copy, clock=clock)


@written
def copies_of_both_ends(sheet):
    """The captures of both ends in one file, with clocks that differ: all comes again after the RST.
    """
    connection, segments = sheet.connection(), []
    segments += [connection.client("SYN"), connection.server("SYN+ACK"), connection.client(),
                 connection.client("PSH+ACK", size=9), connection.server("PSH+ACK", size=7), connection.client(),
                 connection.server("RST+ACK")]
    sheet.tick(2 * 10**9)
    for segment in segments:
        connection.copy(segment, ttl=60)


def cut(segment, size):
    """Return the parts into which segmentation offload cuts a segment."""
    parts = []
    for start in range(0, len(segment.payload), size):
        last = start + size >= len(segment.payload)
        flags = segment.flags if last else segment.flags & ~(packets.FIN | packets.PSH)
        if start:
            flags &= ~packets.CWR
        parts.append(segment.with_(seq=segment.seq + start, flags=flags, ttl=63,
                                   payload=segment.payload[start:start + size],
                                   ident=segment.ident + start // size))
    return parts


@written
def copies_cut_by_offload(sheet):
    """Captured before and behind a network card that cuts the client's segments and joins the
    server's. IPv4, where the identification tells, then IPv6 with timestamps. In the end the client
    sends its FIN with the last part again.
    """
    for addresses in (IPV4, IPV6):
        connection = sheet.connection(addresses)
        clock = 10

        def again(segment):
            connection.copy(segment, ttl=63)

        again(connection.client("SYN", ecn=3, **stamp(clock)))
        again(connection.server("SYN+ACK", ecn=1, **stamp(clock)))
        again(connection.client(**stamp(clock)))
        for part in cut(connection.client("PSH+ACK", ecn=2, size=2500, tos=ECT_0, **stamp(clock)), 1000):
            connection.copy(part)
        again(connection.server(**stamp(clock)))
        whole = connection.server("PSH+ACK", size=3000, captured=False, **stamp(clock))
        parts = cut(whole, 1000)
        for part in parts[1:]:
            connection.endpoints[1].next_ident()
        for part in parts:
            connection.put(part.with_(ttl=64))
        connection.copy(whole)
        again(connection.client(**stamp(clock)))
        last = cut(connection.client("FIN+PSH+ACK", size=2500, **stamp(clock)), 1000)
        for part in last:
            connection.copy(part)
        connection.endpoints[0].ident += len(last)
        again(connection.repeat(last[-1], ttl=64, **stamp(clock + 9)))
        again(connection.server("FIN+ACK", **stamp(clock)))
        again(connection.client(**stamp(clock + 9)))


@written
def retransmission_among_copies(sheet):
    """All is captured twice; one data segment and the FIN are sent again, with new identifications."""
    connection = sheet.connection()
    for speak, flags in ((connection.client, "SYN"), (connection.server, "SYN+ACK"), (connection.client, "ACK")):
        connection.copy(speak(flags))
    data = connection.client("PSH+ACK", size=9, arrives=False)
    connection.copy(data)
    connection.copy(connection.repeat(data))
    connection.copy(connection.server())
    fin = connection.client("FIN+ACK", arrives=False)
    connection.copy(fin)
    connection.copy(connection.repeat(fin))
    connection.copy(connection.server())


@written
def perhaps_copies(sheet):
    """Without identification and timestamps nobody knows whether a SYN and an ACK that come again
    were sent again; of data behind data that come once it is known.
    """
    connection = sheet.connection(IPV6)
    connection.repeat(connection.client("SYN"))
    connection.server("SYN+ACK")
    connection.client()
    data = connection.client("PSH+ACK", size=9)
    connection.client("PSH+ACK", size=9)
    connection.repeat(data)
    connection.repeat(connection.server())
    fin = connection.client("FIN+ACK")
    connection.repeat(fin)
    connection.repeat(connection.server())
    connection.server("RST+ACK")


@written
def ecn_mark_on_copy(sheet):
    """Captured on both sides of a router that marks: only the second capture of a segment bears CE.
    """
    connection = sheet.connection()
    connection.copy(connection.client("SYN", ecn=3))
    connection.copy(connection.server("SYN+ACK", ecn=1))
    connection.copy(connection.client())
    connection.copy(connection.client("PSH+ACK", size=100, tos=ECT_0), tos=CE)
    connection.copy(connection.server(ecn=1))
    connection.copy(connection.client("PSH+ACK", ecn=2, size=100, tos=ECT_0))
    connection.copy(connection.server())


@written
def two_legs_of_a_proxy(sheet):
    """A proxy keeps addresses and ports, but the server behind it has other numbers: both of its
    connections stand in the capture under one 4-tuple.
    """
    connection = sheet.connection()
    shift = 70000000

    def inner(segment):
        """Capture the segment on the other side of the proxy."""
        from_server = segment.source == connection.endpoints[1].address
        number = {"seq": segment.seq + shift} if from_server else {}
        if not from_server and segment.flags & packets.ACK:
            number = {"ack": segment.ack + shift}
        connection.copy(segment, ident=connection.endpoints[from_server].next_ident(), **number)

    opened = [connection.client("SYN"), connection.server("SYN+ACK"), connection.client()]
    for segment in opened:
        inner(segment)
    for flags, size in (("PSH+ACK", 9), ("FIN+ACK", 0)):
        inner(connection.client(flags, size=size))
        inner(connection.server(flags, size=size))
    inner(connection.client())
