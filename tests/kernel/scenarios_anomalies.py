# SPDX-License-Identifier: GPL-2.0-or-later
"""One anomaly per scenario; most of the segments that cause it are forged."""

import socket
import time

import packets
import wire as wires
from lab import abort
from scenarios import scenario


def exchange_and_close(lab, client, server):
    """Check that the connection has survived, use it and close it."""
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def data_without_ack(lab):
    """A forged segment with data but without ACK on an established connection is dropped."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.forge(lab.client, flags=packets.PSH, ack=0, payload=b"nobody takes this\n")
    lab.run()
    exchange_and_close(lab, client, server)


@scenario()
def push_without_data(lab):
    """The client's pure ACKs have PSH (changed by the wire); nobody minds."""
    lab.rule(lab.sent_by(lab.client, packets.ACK, packets.SYN | packets.FIN, False),
             wires.rewrite(lambda segment: segment.with_(flags=segment.flags | packets.PSH)),
             times=-1)
    client, server = lab.open()
    exchange_and_close(lab, client, server)


@scenario()
def urgent_syn(lab):
    """The SYN has URG (changed by the wire); the server answers it all the same."""
    lab.rule(lab.sent_by(lab.client, packets.SYN),
             wires.rewrite(lambda segment: segment.with_(flags=segment.flags | packets.URG)))
    client, server = lab.open()
    exchange_and_close(lab, client, server)


@scenario()
def reserved_bits(lab):
    """The server's data has a reserved bit (changed by the wire); nobody minds."""
    lab.rule(lab.sent_by(lab.server, payload=True),
             wires.rewrite(lambda segment: segment.with_(flags=segment.flags | 0x800)), times=-1)
    client, server = lab.open()
    exchange_and_close(lab, client, server)


@scenario()
def syn_ack_from_client(lab):
    """A forged SYN-ACK of the client on an established connection draws a challenge ACK."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.forge(lab.client, flags=packets.SYN | packets.ACK)
    lab.run()
    exchange_and_close(lab, client, server)


@scenario()
def another_syn_ack(lab):
    """A forged SYN-ACK of the server with another number draws a challenge ACK."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.forge(lab.server, seq=123456789, flags=packets.SYN | packets.ACK)
    lab.run()
    exchange_and_close(lab, client, server)


@scenario()
def another_syn(lab):
    """The client gives a SYN up that was lost, and connects again with another number."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    first = lab.connect(isn=1000000)
    lab.carry(lab.client)
    first.close()
    client = lab.connect(isn=2000000000)
    lab.run()
    exchange_and_close(lab, client, lab.accept())


@scenario()
def data_before_uncaptured_ack(lab):
    """The handshake's ACK was not captured, so that the server's first data seem to come too early."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.ACK), wires.leave_out)
    client, server = lab.open()
    server.send(b"greeting\n")
    lab.run()
    exchange_and_close(lab, client, server)


@scenario()
def fin_before_uncaptured_ack(lab):
    """The handshake's ACK was not captured, so that the server's FIN seems to come too early."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.ACK), wires.leave_out)
    client, server = lab.open()
    lab.close(server, client)
    lab.expect("CLOSED", "TIME-WAIT")


@scenario()
def ack_of_nothing(lab):
    """A forged ACK acknowledges what the server never sent and draws a challenge ACK."""
    client, server = lab.open()
    lab.exchange(client, server)
    number = lab.next_segment(lab.client).ack
    lab.forge(lab.client, ack=number + 100000000)
    lab.run()
    exchange_and_close(lab, client, server)


@scenario()
def ack_of_uncaptured_data(lab):
    """The server's first answer was not captured, only the client's ACK of it."""
    lab.rule(lab.sent_by(lab.server, payload=True), wires.leave_out)
    client, server = lab.open()
    lab.exchange(client, server)
    exchange_and_close(lab, client, server)


@scenario()
def data_behind_fin(lab):
    """The client half-closes; forged data follows its FIN."""
    client, server = lab.open()
    lab.exchange(client, server)
    client.shutdown(socket.SHUT_WR)
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    lab.forge(lab.client, flags=packets.PSH | packets.ACK, payload=b"too late\n")
    lab.run()
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def second_fin(lab):
    """The client half-closes; a forged FIN with another number follows."""
    client, server = lab.open()
    lab.exchange(client, server)
    client.shutdown(socket.SHUT_WR)
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    number = lab.next_segment(lab.client).seq
    lab.forge(lab.client, seq=number + 100, flags=packets.FIN | packets.ACK)
    lab.run()
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def shrunk_window(lab):
    """The server takes a part of its window back (changed by the wire)."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.server, packets.ACK, payload=False),
             wires.rewrite(lambda segment: segment.with_(window=segment.window // 2)))
    exchange_and_close(lab, client, server)


@scenario()
def ignored_reset(lab):
    """The client's RST is lost behind the capture point: the server goes on and is reset again."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.client, packets.RST), wires.lose_after_tap)
    abort(client)
    lab.run()
    lab.expect("CLOSED", "ESTABLISHED")
    time.sleep(0.2)
    server.send(b"are you there?\n")
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def reset_answers_reset(lab):
    """The client aborts; a forged RST of the server answers its RST, which no TCP may do."""
    client, server = lab.open()
    client.send(b"question\n")
    lab.run()
    number = lab.next_segment(lab.server).seq
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")
    lab.forge(lab.server, seq=number, ack=0, flags=packets.RST, window=0, options=b"")
    lab.run()
    server.close()
