"""What a scenario works with: a client, a server, the wire between them and hand-made segments."""

import contextlib
import dataclasses
import socket
import struct
import time

import packets
import wire as wires

IPV4 = "192.0.2.1", "198.51.100.1"
IPV6 = "2001:db8::1", "2001:db8::2"
SERVER_PORT = 1021   # for experiments (RFC 4727): no dissector takes it for its own

# Tail loss probes would depend on how fast this wire is.
SYSCTLS = {"tcp_early_retrans": 0}

# Linux's numbers that Python's socket module does not have.
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
REPAIR_ON, REPAIR_OFF, SEND_QUEUE = 1, -1, 2


class Surprise(Exception):
    """The kernels did something else than the scenario says."""


@dataclasses.dataclass
class Rule:
    """An action for the first frames that match."""

    match: object
    action: object
    times: int

    def applies(self, frame):
        """Whether this frame is one of them."""
        if not self.times or not frame.segment or not self.match(frame.segment):
            return False
        self.times -= 1
        return True


class Lab:
    """Two kernels, one capture."""

    wire_class = wires.Wire

    def __init__(self, tap, client_port, ipv6=False, sysctls=None, client_sysctls=None,
                 server_sysctls=None, delay=0.003):
        client, server = IPV6 if ipv6 else IPV4
        self.client = wires.Host("client", client, server)
        self.server = wires.Host("server", server, client)
        self.client_port, self.server_port = client_port, SERVER_PORT
        self.wire = self.wire_class(tap, self.client, self.server, delay)
        self.wire.policy = self.choose
        self.rules = []
        self.last = {}
        self.listener = None
        for host, own in ((self.client, client_sysctls), (self.server, server_sysctls)):
            for name, value in {**SYSCTLS, **(sysctls or {}), **(own or {})}.items():
                host.sysctl(name, value)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.server.close()

    # What happens on the wire

    def choose(self, frame):
        """The policy: the first rule that applies, else nothing special."""
        if frame.segment:
            self.last[frame.sender] = frame.segment
        for rule in self.rules:
            if rule.applies(frame):
                return rule.action
        return wires.pass_on

    def rule(self, match, action, times=1):
        """Do action to the first frames whose segment matches; times -1: to all."""
        self.rules.append(Rule(match, action, times))

    def sent_by(self, host, flags=0, without=0, payload=None):
        """A match: segments of a host with all of these flags, none of those, with(out) payload."""
        return lambda segment: (
            segment.source == host.address and segment.has(flags)
            and not segment.flags & without
            and payload in (None, bool(segment.payload)))

    def run(self, quiet=0.1):
        """Carry packets until the wire is quiet."""
        if not self.wire.run(quiet):
            raise Surprise("the kernels do not stop sending")

    def carry(self, *hosts):
        """Carry one packet of each host, in this order."""
        for host in hosts:
            if not self.wire.carry(host, timeout=2.5):
                raise Surprise(f"the {host.name} sent nothing")

    def run_until(self, client, server, timeout=6.0):
        """Carry packets until the ends have these states."""
        deadline = time.monotonic() + timeout
        while self.states() != (client, server):
            if time.monotonic() > deadline:
                raise Surprise(f"not {client} / {server} but {' / '.join(self.states())}")
            self.wire.carry(timeout=0.05)

    def states(self):
        """The states of client and server."""
        return self.wire.between(self.client_port, self.server_port).states(
            self.wire.resets_wait())

    def expect(self, client, server):
        """Make sure that the kernels are in these states."""
        if self.states() != (client, server):
            raise Surprise(f"expected {client} / {server}, found {' / '.join(self.states())}")

    def later(self, seconds):
        """Let the capture's clock jump."""
        self.wire.shift += int(seconds * 10**9)

    # What the applications do

    def listen(self, backlog=5, port=None, **options):
        """A listening socket of the server; options: TCP_* names and their values."""
        self.listener = self.server.socket()
        set_options(self.listener, options)
        self.listener.bind((self.server.address, port or self.server_port))
        self.listener.listen(backlog)
        return self.listener

    def connect(self, host=None, isn=None, port=None, server_port=None, **options):
        """A socket that has begun to connect; isn: its initial sequence number."""
        host = host or self.client
        if host is self.client:
            here, there = port or self.client_port, server_port or self.server_port
        else:
            here, there = server_port or self.server_port, port or self.client_port
        connecting = host.socket()
        set_options(connecting, options)
        connecting.bind((host.address, here))
        if isn is not None:
            set_isn(connecting, isn)
        connecting.connect_ex((self.wire.peer(host).address, there))
        return connecting

    def accept(self):
        """The server's socket of the oldest connection that waits."""
        return self.server.keep(self.listener.accept()[0])

    def open(self, **options):
        """A connection after its three-way handshake: the client's and the server's socket."""
        if self.listener is None:
            self.listen()
        client = self.connect(**options)
        self.run(0.05)
        self.expect("ESTABLISHED", "ESTABLISHED")
        return client, self.accept()

    def exchange(self, client, server):
        """A question and its answer."""
        client.send(b"question\n")
        self.run(0.05)
        read(server)
        server.send(b"answer\n")
        self.run(0.05)
        read(client)

    def close(self, *sockets):
        """Close sockets that have read all, carrying what each has to say before the next."""
        for closing in sockets:
            read(closing)
            closing.close()
            self.run(0.1)

    # What no kernel would send

    def forge(self, sender, **fields):
        """Send a segment in the name of a host.

        It continues the last segment of that host that the wire carried (sequence number,
        acknowledgment, window, timestamps) except for the given fields.
        """
        segment = self.next_segment(sender).with_(**fields)
        self.inject(sender, segment.pack())
        return segment

    def next_segment(self, sender):
        """The pure ACK that a host would send next."""
        last, answer = self.last.get(sender), self.last.get(self.wire.peer(sender))
        if last is None:
            return self.first_segment(sender)
        options = b""
        if packets.timestamps(last.options):
            value, echo = packets.timestamps(last.options)
            if answer and packets.timestamps(answer.options):
                echo = packets.timestamps(answer.options)[0]
            options = packets.timestamps_option(value, echo)
        return last.with_(seq=last.end, ack=answer.end if answer else last.ack, flags=packets.ACK,
                          options=options, payload=b"", urgent=0, tos=0)

    def first_segment(self, sender):
        """A segment of the scenario's 4-tuple from a host that has sent nothing yet."""
        ports = self.client_port, self.server_port
        if sender is self.server:
            ports = ports[::-1]
        return packets.Segment(sender.address, self.wire.peer(sender).address, *ports)

    def inject(self, sender, data):
        """Send bytes in the name of a host."""
        self.wire.inject(wires.Frame(sender, self.wire.peer(sender), data))


def set_options(target, options):
    """Set TCP options by their name in the socket module."""
    for name, value in options.items():
        target.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def set_isn(target, isn):
    """Choose the initial sequence number of a socket that is still closed."""
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
    target.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", isn))
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF)


def read(target):
    """Read all that a socket has received (else its close() would be a reset)."""
    with contextlib.suppress(BlockingIOError, ConnectionError):
        while target.recv(65536):
            pass


def vanish(target):
    """Remove a socket from its kernel without a word to the other end, as a crash would."""
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    target.close()


def abort(target):
    """Close a socket with a RST."""
    target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("=ii", 1, 0))
    target.close()
