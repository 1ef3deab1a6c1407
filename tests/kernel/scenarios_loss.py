"""Loss, reordering, duplication and damage on the wire."""

import packets
import wire as wires
from scenarios import scenario


@scenario()
def lost_syn(lab):
    """The first SYN is lost before the capture point, its retransmission behind it."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_before_tap)
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())


@scenario()
def lost_syn_ack(lab):
    """The SYN-ACK is lost behind the capture point; the SYN is sent again and answered again.

    The first SYN is slow, so that its timer surely ends before the SYN-ACK's.
    """
    lab.listen()
    lab.rule(lab.sent_by(lab.server, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.wire.delay, delay = 0.15, lab.wire.delay
    lab.carry(lab.client)
    lab.wire.delay = delay
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    lab.run()
    lab.close(client, lab.accept())


@scenario()
def lost_last_ack(lab):
    """The last ACK is lost; the server's FIN is sent again and TIME-WAIT acknowledges it again."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client)
    server.close()
    lab.carry(lab.server)
    lab.rule(lab.sent_by(lab.client), wires.lose_after_tap)
    lab.carry(lab.client)
    lab.expect("TIME-WAIT", "LAST-ACK")
    lab.run_until("TIME-WAIT", "CLOSED")


@scenario()
def lost_last_ack_of_client(lab):
    """The server closes first; the ACK of the client's FIN is lost twice."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(server)
    client.close()
    lab.carry(lab.client)
    lab.rule(lab.sent_by(lab.server), wires.lose_after_tap, times=2)
    lab.carry(lab.server)
    lab.expect("LAST-ACK", "TIME-WAIT")
    lab.run_until("CLOSED", "TIME-WAIT")


@scenario()
def lost_fin(lab):
    """The client's FIN is captured but lost behind the capture point, and sent again."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.client, packets.FIN), wires.lose_after_tap)
    client.close()
    lab.carry(lab.client)
    lab.expect("FIN-WAIT-1", "ESTABLISHED")
    lab.run_until("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def lost_fin_of_server(lab):
    """The server closes second; its FIN is lost behind the capture point and sent again."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client)
    lab.rule(lab.sent_by(lab.server, packets.FIN), wires.lose_after_tap)
    server.close()
    lab.carry(lab.server)
    lab.expect("FIN-WAIT-2", "LAST-ACK")
    lab.run_until("TIME-WAIT", "CLOSED")


@scenario()
def lost_ack_of_fin(lab):
    """The ACK of the client's FIN is lost before the capture point; the server's FIN covers it."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.server, without=packets.FIN), wires.lose_before_tap, times=2)
    client.close()
    lab.carry(lab.client)
    lab.run(0.06)
    lab.expect("FIN-WAIT-1", "CLOSE-WAIT")
    server.close()
    lab.carry(lab.server)
    lab.expect("TIME-WAIT", "LAST-ACK")
    lab.run()
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def fin_before_data(lab):
    """The client's data is lost before the capture point, so that its FIN comes too early.

    The server stays ESTABLISHED and repeats its ACK until the data is sent again; only then does
    the FIN count.
    """
    client, server = lab.open()
    lab.rule(lab.sent_by(lab.client, payload=True), wires.lose_before_tap)
    client.send(b"question\n")
    client.close()
    lab.carry(lab.client, lab.client)
    lab.expect("FIN-WAIT-1", "ESTABLISHED")
    lab.run_until("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario(client_sysctls={"tcp_recovery": 0})
def fin_overtakes_data(lab):
    """Two data segments arrive after the FIN that was sent behind them."""
    client, server = lab.open(TCP_NODELAY=1)
    client.send(b"first\n")
    client.send(b"second\n")
    client.close()
    data = [lab.wire.take(lab.client), lab.wire.take(lab.client)]
    lab.carry(lab.client)
    lab.expect("FIN-WAIT-1", "ESTABLISHED")
    for frame in data:
        wires.pass_on(lab.wire, frame)
    lab.expect("FIN-WAIT-1", "CLOSE-WAIT")
    lab.run()
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def lost_handshake_ack(lab):
    """The handshake's ACK is lost before the capture point; data completes the handshake."""
    lab.listen()
    client = lab.connect()
    lab.carry(lab.client, lab.server)
    lab.rule(lab.sent_by(lab.client), wires.lose_before_tap)
    lab.carry(lab.client)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    client.send(b"question\n")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())


@scenario()
def lost_handshake_ack_idle(lab):
    """The handshake's ACK is captured but lost; the client is silent, the SYN-ACK sent again."""
    lab.listen()
    client = lab.connect()
    lab.carry(lab.client, lab.server)
    lab.rule(lab.sent_by(lab.client), wires.lose_after_tap)
    lab.carry(lab.client)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())


@scenario()
def bad_checksum(lab):
    """The client's FIN is damaged on the way and ignored; the good one counts."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.client, packets.FIN), wires.corrupt)
    client.close()
    lab.carry(lab.client)
    lab.expect("FIN-WAIT-1", "ESTABLISHED")
    lab.run_until("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(server)


@scenario()
def retransmitted_data(lab):
    """The first of five data segments is lost: duplicate ACKs, then the retransmission."""
    client, server = lab.open(TCP_NODELAY=1)
    lab.rule(lab.sent_by(lab.client, payload=True), wires.lose_after_tap)
    for number in range(1, 6):
        client.send(b"line %d\n" % number)
    lab.run(0.5)
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, server)


@scenario()
def duplicated_segments(lab):
    """The wire delivers SYN, SYN-ACK, data and the client's FIN twice."""
    lab.rule(lambda segment: segment.payload or segment.flags & (packets.SYN | packets.FIN),
             wires.duplicate, times=-1)
    client, server = lab.open()
    client.send(b"question\n")
    lab.run()
    lab.close(client)
    lab.rules.clear()
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def duplicated_last_ack(lab):
    """A copy of the last ACK meets a closed server, whose RST ends the client's TIME-WAIT."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client)
    server.close()
    lab.carry(lab.server)
    lab.expect("TIME-WAIT", "LAST-ACK")
    lab.rule(lab.sent_by(lab.client), wires.duplicate)
    lab.carry(lab.client)
    lab.expect("TIME-WAIT", "CLOSED")
    lab.run()
    lab.expect("CLOSED", "CLOSED")
