"""Connections that end with a RST."""

import socket

import packets
import wire as wires
from lab import abort, vanish
from scenarios import scenario


@scenario()
def reset_by_client(lab):
    """The client aborts an established connection."""
    client, server = lab.open()
    lab.exchange(client, server)
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def reset_by_server(lab):
    """The server aborts an established connection."""
    client, server = lab.open()
    lab.exchange(client, server)
    abort(server)
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def reset_by_client_in_close_wait(lab):
    """The server closes first; the client, in CLOSE-WAIT, aborts instead of closing."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(server)
    lab.expect("CLOSE-WAIT", "FIN-WAIT-2")
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def reset_by_server_in_close_wait(lab):
    """The client closes first; the server, in CLOSE-WAIT, aborts instead of closing."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client)
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    abort(server)
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def reset_by_client_in_fin_wait_1(lab):
    """The client half-closes and aborts before its FIN, lost on the way, was acknowledged."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.rule(lab.sent_by(lab.client, packets.FIN), wires.lose_after_tap)
    client.shutdown(socket.SHUT_WR)
    lab.carry(lab.client)
    lab.expect("FIN-WAIT-1", "ESTABLISHED")
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def reset_by_client_in_fin_wait_2(lab):
    """The client half-closes and aborts after its FIN was acknowledged."""
    client, server = lab.open()
    lab.exchange(client, server)
    client.shutdown(socket.SHUT_WR)
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def data_after_close(lab):
    """Data reaches a client that has closed for good: it answers with a RST."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client)
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    server.send(b"nobody reads this\n")
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def close_with_unread_data(lab):
    """The server closes with data unread and so sends a RST in place of a FIN."""
    client, server = lab.open()
    client.send(b"nobody reads this\n")
    lab.run()
    server.close()
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def close_with_unread_data_after_fin(lab):
    """The server shuts down its direction, gets more data, and closes without reading them."""
    client, server = lab.open()
    server.shutdown(socket.SHUT_WR)
    lab.run()
    lab.expect("CLOSE-WAIT", "FIN-WAIT-2")
    client.send(b"nobody reads this\n")
    lab.run()
    server.close()
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def keep_alive_timeout(lab):
    """The client's keep-alives are lost behind the capture point; it gives up with a RST."""
    client, _server = lab.open(TCP_KEEPIDLE=1, TCP_KEEPINTVL=1, TCP_KEEPCNT=2)
    lab.rule(lab.sent_by(lab.client), wires.lose_after_tap, times=-1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    lab.run_until("CLOSED", "ESTABLISHED")


@scenario()
def half_open_discovery(lab):
    """The client crashes; its new SYN meets the server's old connection.

    The server answers the SYN with a challenge ACK, the client resets the old connection while it
    stays in SYN-SENT, and its repeated SYN is accepted.
    """
    client, server = lab.open()
    lab.exchange(client, server)
    vanish(client)
    lab.expect("CLOSED", "ESTABLISHED")
    again = lab.connect()
    lab.carry(lab.client, lab.server)
    lab.expect("SYN-SENT", "ESTABLISHED")
    lab.carry(lab.client)
    lab.expect("SYN-SENT", "CLOSED")
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    lab.exchange(again, lab.accept())


@scenario()
def half_open_discovery_by_data(lab):
    """The client crashes; the server's next data is answered by a RST."""
    client, server = lab.open()
    lab.exchange(client, server)
    vanish(client)
    server.send(b"are you there?\n")
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def server_speaks_before_reset(lab):
    """The client aborts while data of the server are under way; step 3 was not captured.

    The capture seems to show a RST that ends a handshake. The data, captured behind it, show that
    the server was open by then.
    """
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.ACK), wires.leave_out)
    client, server = lab.open()
    server.send(b"greeting\n")
    abort(client)
    lab.carry(lab.client)
    lab.expect("CLOSED", "CLOSED")
    lab.run()
