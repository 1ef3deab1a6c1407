"""What happens between handshake and close: keep-alives, windows, urgent data, ECN."""

import itertools
import socket

import packets
import wire as wires
from lab import SERVER_PORT, Surprise, read
from scenarios import scenario

BOTH_ECN = {"tcp_ecn": 1}
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
    """A connection whose server can take little."""
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
    raise Surprise("the window does not close")


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
    """A policy that adds shift[0] to what the server counts, as a firewall may; set by its SYN."""
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
    """Both sides of the capture point see the same numbers: the server's are shifted behind it."""
    def action(wire, frame):
        if frame.sender is wire.server:
            wires.rewrite(translate)(wire, frame)
        else:
            wire.capture(frame)
            wire.deliver(frame.with_segment(translate(frame.segment)))
    return action


def two_rounds(lab, client):
    """Two rounds of three data segments each."""
    for _ in range(2):
        for _ in range(3):
            client.send(b"x" * 100)
        lab.run()


@scenario(sysctls=BOTH_ECN)
def ecn(lab):
    """ECN is negotiated; a data segment is marked CE, the server echoes it, the client answers."""
    client, server = lab.open(TCP_NODELAY=1)
    lab.rule(lab.sent_by(lab.client, payload=True), wires.pass_on)
    lab.rule(lab.sent_by(lab.client, payload=True), wires.mark_ce)
    two_rounds(lab, client)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario(client_sysctls={"tcp_ecn": 1}, server_sysctls={"tcp_ecn": 0})
def ecn_refused(lab):
    """The client offers ECN, the server does not want it."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=BOTH_ECN)
def ecn_fallback(lab):
    """The SYN that offers ECN is lost; the client sends it again without the offer."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(client, server)
    lab.close(client, server)


class AccurateEcn:
    """Dresses a connection without ECN as RFC 9768 has it; only the capture sees the dress."""

    START = 5
    OFFER, ANSWER_NOT_ECT, SAW_NOT_ECT = 0b111, 0b010, 0b010
    BITS = ((4, packets.AE), (2, packets.CWR), (1, packets.ECE))

    def __init__(self, marked):
        self.counters = {}
        self.marked = marked

    def action(self, wire, frame):
        """Capture the dressed segment, deliver the plain one."""
        segment = frame.segment
        ce = bool(segment.payload) and self.marked(segment)
        tos = (packets.CE if ce else packets.ECT0) if segment.payload else packets.NOT_ECT
        flags = segment.flags | self.flags(self.counter(frame.sender, segment))
        wire.capture(frame.with_segment(segment.with_(flags=flags, tos=tos)), "rewritten")
        wire.deliver(frame)
        if ce:
            self.counters[frame.receiver] = self.counters.get(frame.receiver, self.START) + 1

    def counter(self, sender, segment):
        """The three bits that the sender says with this segment."""
        if segment.has(packets.SYN):
            return self.ANSWER_NOT_ECT if segment.has(packets.ACK) else self.OFFER
        if sender.name == "client" and sender not in self.counters:
            self.counters[sender] = self.START
            return self.SAW_NOT_ECT
        return self.counters.setdefault(sender, self.START) % 8

    def flags(self, bits):
        """Three bits as TCP flags."""
        return sum(flag for bit, flag in self.BITS if bits & bit)


@scenario()
def accurate_ecn(lab):
    """Accurate ECN (RFC 9768) is negotiated and two of six data segments are marked CE.

    The kernels only move the data: Accurate ECN's bits were written by the wire.
    """
    count = itertools.count(1)
    dress = AccurateEcn(marked=lambda segment: next(count) in (2, 5))
    lab.wire.policy = lambda frame: dress.action
    client, server = lab.open(TCP_NODELAY=1)
    two_rounds(lab, client)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")
