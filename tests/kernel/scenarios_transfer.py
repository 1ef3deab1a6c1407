"""Between handshake and close: keep-alives, windows, urgent data, sequence numbers."""

import socket

import packets
import wire as wires
from lab import SERVER_PORT, Unexpected, read
from scenarios import scenario

NEAR_THE_END = packets.MODULUS - 6


@scenario()
def keep_alive(lab):
    """The idle client probes with keep-alives and the server acknowledges them."""
    client, server = lab.open(TCP_KEEPIDLE=1, TCP_KEEPINTVL=1)
    lab.exchange(client, server)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    lab.carry(lab.client, lab.server, lab.client, lab.server)
    lab.expect("ESTABLISHED", "ESTABLISHED")


def open_with_small_window(lab, **options):
    """Open a connection with a small receive buffer in the server."""
    listener = lab.listen()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2500)
    return lab.open(**options)


def fill_window(lab, client):
    """Send until the server's window is closed."""
    for _ in range(30):
        client.send(b"x" * 600)
        lab.run(0.06)
        if lab.last[lab.server].window == 0:
            return
    raise Unexpected("the window did not close")


@scenario()
def zero_window(lab):
    """The server reads nothing, its window closes, the client probes until it opens again."""
    client, server = open_with_small_window(lab)
    fill_window(lab, client)
    client.send(b"waits for the window\n")
    lab.run(0.35)
    lab.expect("ESTABLISHED", "ESTABLISHED")
    read(server)
    lab.run(0.5)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def zero_window_probe_with_data(lab):
    """A hand-made client probes a closed window with one byte of data, as RFC 9293 3.8.6.1 has it.

    Linux probes with an old number and no data, so the client's probes are forged; the server that
    refuses the byte is a kernel.
    """
    client, server = open_with_small_window(lab)
    fill_window(lab, client)
    lab.forge(lab.client, flags=packets.ACK, payload=b"o")
    lab.run()
    read(server)
    lab.run(0.3)
    client.send(b"one more\n")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")


@scenario()
def urgent_data(lab):
    """The client sends one byte of urgent data (MSG_OOB) among others."""
    client, server = lab.open()
    client.send(b"before")
    client.send(b"!", socket.MSG_OOB)
    client.send(b"after")
    lab.run()
    lab.close(client, server)


def shifted(shift):
    """Return a function that shifts the server's sequence numbers by shift[0], like a firewall.

    The server's SYN sets shift[0].
    """
    def change(segment):
        if segment.source_port == SERVER_PORT:
            if segment.has(packets.SYN):
                shift[0] = NEAR_THE_END - segment.seq
            return segment.with_(seq=(segment.seq + shift[0]) % packets.MODULUS)
        return segment.with_(ack=(segment.ack - shift[0]) % packets.MODULUS)
    return change


@scenario()
def sequence_wrap(lab):
    """The sequence numbers of both sides pass 2^32 during the connection.

    The client's initial sequence number is chosen, the server's is shifted by the wire.
    """
    translate = shifted([0])
    lab.wire.policy = lambda frame: translating(translate)
    lab.listen()
    client = lab.connect(isn=NEAR_THE_END)
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


def translating(translate):
    """Return an action that translates the server's numbers; the capture has the shifted ones."""
    def action(wire, frame):
        if frame.sender is wire.server:
            wires.rewrite(translate)(wire, frame)
        else:
            wire.capture(frame)
            wire.deliver(frame.with_segment(translate(frame.segment)))
    return action
