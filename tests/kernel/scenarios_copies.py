"""Segments that were captured more than once, and such as were sent more than once."""

import packets
import pcapng
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


def conversation(talk, again, **fields):
    """Open, exchange, close by the client; again(segment) is called after each segment.

    fields: of all segments.
    """
    clock = Clock() if fields.pop("clock", False) else None

    def say(speak, flags, **more):
        stamp = clock.option() if clock else {}
        again(speak(flags, **fields, **stamp, **more))

    say(talk.client, "SYN")
    say(talk.server, "SYN+ACK")
    say(talk.client, "ACK")
    say(talk.client, "PSH+ACK", size=9)
    say(talk.server, "ACK")
    say(talk.server, "PSH+ACK", size=7)
    say(talk.client, "FIN+ACK")
    say(talk.server, "FIN+ACK")
    say(talk.client, "ACK")


@written
def copies_of_mirror_port(sheet):
    """A mirror port shows each segment twice: where it comes in and where it goes out."""
    talk = sheet.talk()
    conversation(talk, talk.copy)


@written
def copies_on_any_interface(sheet):
    """Captured on all interfaces of a host, each segment stands there three times; the host has no
    identification on its SYN-ACK, and nobody has timestamps.
    """
    talk = sheet.talk()

    def again(segment):
        talk.copy(segment)
        talk.copy(segment, ttl=63)

    again(talk.client("SYN"))
    again(talk.server("SYN+ACK", ident=0))
    again(talk.client())
    again(talk.client("PSH+ACK", size=9))
    again(talk.server())
    again(talk.client("PSH+ACK", size=9))
    again(talk.server("RST+ACK"))


@written
def copies_at_router(sheet):
    """Captured on both sides of a router; bursts come in as a whole before they go out."""
    talk = sheet.talk()

    def burst(*segments):
        for segment in segments:
            talk.copy(segment, ttl=63)

    burst(talk.client("SYN", **stamp(10)))
    burst(talk.server("SYN+ACK", ident=0, **stamp(20)))
    burst(talk.client(**stamp(30)),
          *(talk.client("PSH+ACK", size=100, **stamp(30)) for _ in range(3)))
    burst(talk.server(window=64000, **stamp(40)), talk.server(window=64240, **stamp(40)))
    burst(talk.server("FIN+ACK", **stamp(50)))
    burst(talk.client("FIN+ACK", **stamp(60)))
    burst(talk.server(ident=0, **stamp(70)))


def stamp(value):
    """Timestamps."""
    return {"options": packets.timestamps_option(value, value - 5)}


@written_on(pcapng.ETHERNET)
def copies_in_vlan(sheet):
    """Each segment was captured in a VLAN and untagged."""
    talk = sheet.talk()

    def frame(segment, vlan):
        from_client = segment.source == talk.ends[0].address
        macs = (CLIENT_MAC, SERVER_MAC) if from_client else (SERVER_MAC, CLIENT_MAC)
        return packets.ethernet(segment.pack(), *macs, vlan)

    def again(segment):
        sheet.encapsulate = lambda copy: frame(copy, None)
        talk.copy(segment)
        sheet.encapsulate = lambda copy: frame(copy, VLAN)

    sheet.encapsulate = lambda segment: frame(segment, VLAN)
    conversation(talk, again)


@written
def copies_ipv6(sheet):
    """IPv6 has no identification: that all was captured twice shows by the order, soon with
    timestamps, later without.
    """
    for clock in True, False:
        talk = sheet.talk(ipv6=True)
        conversation(talk, talk.copy, clock=clock)


@written
def copies_of_both_ends(sheet):
    """The captures of both ends in one file, with clocks that differ: all comes again after the RST.
    """
    talk, segments = sheet.talk(), []
    segments += [talk.client("SYN"), talk.server("SYN+ACK"), talk.client(),
                 talk.client("PSH+ACK", size=9), talk.server("PSH+ACK", size=7), talk.client(),
                 talk.server("RST+ACK")]
    sheet.tick(2 * 10**9)
    for segment in segments:
        talk.copy(segment, ttl=60)


@written
def retransmission_among_copies(sheet):
    """All is captured twice; one data segment and the FIN are sent again, with new identifications."""
    talk = sheet.talk()
    for speak, flags in ((talk.client, "SYN"), (talk.server, "SYN+ACK"), (talk.client, "ACK")):
        talk.copy(speak(flags))
    data = talk.client("PSH+ACK", size=9, arrives=False)
    talk.copy(data)
    talk.copy(talk.again(data))
    talk.copy(talk.server())
    fin = talk.client("FIN+ACK", arrives=False)
    talk.copy(fin)
    talk.copy(talk.again(fin))
    talk.copy(talk.server())


@written
def perhaps_copies(sheet):
    """Without identification and timestamps nobody knows whether a SYN and an ACK that come again
    were sent again; of data behind data that come once it is known.
    """
    talk = sheet.talk(ipv6=True)
    talk.again(talk.client("SYN"))
    talk.server("SYN+ACK")
    talk.client()
    data = talk.client("PSH+ACK", size=9)
    talk.client("PSH+ACK", size=9)
    talk.again(data)
    talk.again(talk.server())
    fin = talk.client("FIN+ACK")
    talk.again(fin)
    talk.again(talk.server())
    talk.server("RST+ACK")


@written
def ecn_mark_on_copy(sheet):
    """Captured on both sides of a router that marks: only the second capture of a segment bears CE.
    """
    talk = sheet.talk()
    talk.copy(talk.client("SYN", ecn=3))
    talk.copy(talk.server("SYN+ACK", ecn=1))
    talk.copy(talk.client())
    talk.copy(talk.client("PSH+ACK", size=100, tos=ECT_0), tos=CE)
    talk.copy(talk.server(ecn=1))
    talk.copy(talk.client("PSH+ACK", ecn=2, size=100, tos=ECT_0))
    talk.copy(talk.server())
