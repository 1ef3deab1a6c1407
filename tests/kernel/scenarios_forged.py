"""Forged segments, and how kernels respond to them."""

import packets
import wire as wires
from lab import IPV4, IPV6
from scenarios import scenario, written

STRANGER_PORTS = range(61001, 61010)
XMAS = packets.FIN | packets.PSH | packets.URG


@scenario()
def forged_resets(lab):
    """Three forged RSTs: out of window (ignored), in window (challenge ACK), exact (believed)."""
    client, server = lab.open()
    lab.exchange(client, server)
    number = lab.next_segment(lab.client).seq
    lab.forge(lab.client, seq=number + 10000000, flags=packets.RST, ack=0, options=b"")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.forge(lab.client, seq=number + 100, flags=packets.RST, ack=0, options=b"")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.forge(lab.client, seq=number, flags=packets.RST, ack=0, options=b"")
    lab.run()
    lab.expect("ESTABLISHED", "CLOSED")
    client.send(b"question\n")
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def blind_syn(lab):
    """A forged SYN on an established connection draws a challenge ACK; the connection goes on."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.forge(lab.client, seq=123456789, flags=packets.SYN, ack=0, options=b"")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def wrong_syn_ack(lab):
    """A forged SYN-ACK acknowledges the wrong number; the client, in SYN-SENT, resets it and stays.

    The true SYN was lost; Linux sends it again at once.
    """
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.carry(lab.client)
    syn = lab.last[lab.client]
    lab.forge(lab.server, seq=1000, ack=syn.seq + 5000, flags=packets.SYN | packets.ACK)
    lab.carry(lab.client)
    lab.expect("SYN-SENT", "LISTEN")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def wrong_handshake_ack(lab):
    """The third segment acknowledges a wrong number (changed by the wire): the server resets it.

    The server stays in SYN-RECEIVED; the RST is not exact, and the challenge ACK that the client
    sends for it completes the handshake.
    """
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.ACK),
             wires.rewrite(lambda segment: segment.with_(ack=segment.ack + 5000)))
    client = lab.connect()
    lab.carry(lab.client, lab.server, lab.client)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    lab.carry(lab.server)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())
    lab.expect("TIME-WAIT", "CLOSED")


def probe(lab, port, flags):
    """Send a segment with these flags from an unused port."""
    lab.inject(lab.client, packets.Segment(
        lab.client.address, lab.server.address, port, lab.server_port, seq=1000000,
        flags=flags, window=1024).pack())
    lab.run(0.02)


def probe_all(lab):
    """Send NULL, ACK, FIN, XMAS, SYN+FIN, SYN+RST and FIN+RST probes."""
    kinds = (0, packets.ACK, packets.FIN, XMAS, packets.SYN | packets.FIN,
             packets.SYN | packets.RST, packets.FIN | packets.RST)
    for port, flags in zip(STRANGER_PORTS, kinds):
        probe(lab, port, flags)


@scenario()
def scan_of_closed_port(lab):
    """Forged NULL, ACK, FIN, XMAS, SYN+FIN, SYN+RST, FIN+RST probes; a closed port's replies."""
    probe_all(lab)


@scenario()
def scan_of_open_port(lab):
    """The same forged probes of an open port, which answers the ACK alone (with a RST)."""
    lab.listen()
    probe_all(lab)


@scenario()
def syn_scan(lab):
    """A SYN scan: an open port answers SYN-ACK and is reset; a closed one answers RST."""
    lab.listen()
    probe(lab, lab.client_port, packets.SYN)
    lab.listener.close()
    probe(lab, lab.client_port + 1, packets.SYN)


@scenario()
def lone_segments(lab):
    """A RST, a FIN and an ACK of three connections of which nothing else is known (hand-made)."""
    for port, flags in zip(STRANGER_PORTS, (packets.RST, packets.FIN | packets.ACK, packets.ACK)):
        segment = packets.Segment(lab.client.address, lab.server.address, port, lab.server_port,
                                  seq=1000000, ack=2000000, flags=flags)
        lab.wire.capture(wires.Frame(lab.client, lab.server, segment.pack()))


@scenario()
def header_too_short(lab):
    """A forged segment claims a TCP header of 16 bytes; the server drops it."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.forge(lab.client, flags=packets.FIN | packets.ACK, options=b"", header_words=4)
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@written
def resets_from_in_between(sheet):
    """Two RSTs in the server's name have more hops left than its own segments; IPv6, then IPv4,
    where its FIN comes after the RST. A third connection is reset by the server itself, and a
    fourth refused: nothing to compare with.
    """
    for addresses in (IPV6, IPV4):
        connection = sheet.connection(addresses)
        connection.client("SYN", ttl=64)
        connection.server("SYN+ACK", ttl=51)
        connection.client("ACK", ttl=64)
        connection.client("PSH+ACK", size=40, ttl=64)
        connection.server("RST+ACK", ttl=60)
        if addresses == IPV4:
            connection.server("FIN+ACK", ttl=51)
            connection.client("RST", ttl=64)
    connection = sheet.connection()
    connection.client("SYN", ttl=64)
    connection.server("SYN+ACK", ttl=51)
    connection.client("ACK", ttl=64)
    connection.server("RST+ACK", ttl=51)
    connection = sheet.connection()
    connection.client("SYN", ttl=64)
    connection.server("RST+ACK", seq=0, ttl=51)


@scenario()
def unknown_option(lab):
    """The wire adds an option that nobody knows (kind 200) to every segment; all goes well."""
    def add_option(segment):
        return segment.with_(options=segment.options + bytes((200, 4, 0xDE, 0xAD)))
    lab.rule(lambda segment: True, wires.rewrite(add_option), times=-1)
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def old_timestamp(lab):
    """A forged FIN has an old timestamp, so that PAWS (RFC 7323) rejects it; then the real one."""
    client, server = lab.open()
    lab.exchange(client, server)
    value, echo = packets.timestamps(lab.last[lab.client].options)
    lab.forge(lab.client, flags=packets.FIN | packets.ACK,
              options=packets.timestamps_option((value - 1000000) % packets.MODULUS, echo))
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def fin_out_of_window(lab):
    """A forged FIN lies outside the server's window and is answered by a duplicate ACK only."""
    client, server = lab.open()
    lab.exchange(client, server)
    number = lab.next_segment(lab.client).seq
    lab.forge(lab.client, seq=number + 10000000, flags=packets.FIN | packets.ACK)
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def reset_to_syn_with_wrong_number(lab):
    """A forged RST does not acknowledge the SYN and is ignored; the SYN, lost, is sent again."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.carry(lab.client)
    syn = lab.last[lab.client]
    lab.forge(lab.server, seq=0, ack=syn.seq + 5000, flags=packets.RST | packets.ACK)
    lab.expect("SYN-SENT", "LISTEN")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())
