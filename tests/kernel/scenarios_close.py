"""Closing connections."""

import socket

import packets
import wire as wires
from scenarios import scenario


@scenario()
def close_by_client(lab):
    """The client closes first, in four segments, and holds TIME-WAIT."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client)
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def close_by_server(lab):
    """The server closes first, in four segments, and holds TIME-WAIT."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(server)
    lab.expect("CLOSE-WAIT", "FIN-WAIT-2")
    lab.close(client)
    lab.expect("CLOSED", "TIME-WAIT")


@scenario()
def close_in_three_segments(lab):
    """The server answers the client's FIN with a FIN that acknowledges it."""
    client, server = lab.open()
    lab.exchange(client, server)
    client.close()
    lab.carry(lab.client)
    server.close()
    lab.run()
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def half_close(lab):
    """The client closes its direction; the server goes on sending before it closes too."""
    client, server = lab.open()
    lab.exchange(client, server)
    client.shutdown(socket.SHUT_WR)
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    for part in (b"first answer\n", b"second answer\n"):
        server.send(part)
        lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def close_with_data_on_fin(lab):
    """The FIN of the first closer carries data."""
    client, server = lab.open()
    client.send(b"question\n", socket.MSG_MORE)
    client.close()
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(server)


def cross_fins(lab, client, server):
    """Close both endpoints at once, so that their FINs cross."""
    for host in (lab.client, lab.server):
        lab.rule(lab.sent_by(host, packets.FIN), wires.hold)
    client.close()
    server.close()
    lab.carry(lab.client, lab.server)
    lab.expect("FIN-WAIT-1", "FIN-WAIT-1")
    lab.wire.release()
    lab.expect("CLOSING", "CLOSING")
    lab.run()
    lab.expect("TIME-WAIT", "TIME-WAIT")


@scenario()
def simultaneous_close(lab):
    """Both ends close at the same time: their FINs cross and both hold TIME-WAIT."""
    client, server = lab.open()
    lab.exchange(client, server)
    cross_fins(lab, client, server)


@scenario()
def simultaneous_close_with_data(lab):
    """Both ends send data with their FINs, and all of it crosses."""
    client, server = lab.open()
    client.send(b"from the client\n", socket.MSG_MORE)
    server.send(b"from the server\n", socket.MSG_MORE)
    for host in (lab.client, lab.server):
        lab.rule(lab.sent_by(host, packets.FIN), wires.hold)
    client.shutdown(socket.SHUT_WR)
    server.shutdown(socket.SHUT_WR)
    lab.carry(lab.client, lab.server)
    lab.wire.release()
    lab.run()
    lab.expect("TIME-WAIT", "TIME-WAIT")


@scenario()
def crossing_fin_captured_late(lab):
    """The FINs cross, and the server's is captured behind the client's ACK of it.

    The data before the client's FIN are lost, so that the server has not acknowledged either when
    it closes. It is gone when they come, and resets the connection.
    """
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.client, payload=True), wires.lose_after_tap)
    lab.rule(lab.sent_by(lab.server, packets.FIN), wires.deliver_first)
    client.send(b"last words\n")
    client.close()
    lab.carry(lab.client, lab.client, lab.server)
    server.close()
    lab.carry(lab.server, lab.client)
    lab.wire.capture_late()
    lab.expect("CLOSING", "FIN-WAIT-2")
    lab.run()
    lab.expect("CLOSED", "CLOSED")
