"""The tools of a scenario: a client, a server, the wire between them and hand-made segments."""

import contextlib
import dataclasses
import socket
import struct
import time

import packets
import wire as wires

IPV4 = "192.0.2.1", "198.51.100.1"
IPV6 = "2001:db8::1", "2001:db8::2"
SERVER_PORT = 1021   # for experiments (RFC 4727): no dissector claims it

# No tail loss probes: they would depend on the speed of the wire.
SYSCTLS = {"tcp_early_retrans": 0}

# Linux constants that Python's socket module lacks.
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
REPAIR_ON, REPAIR_OFF, SEND_QUEUE = 1, -1, 2


class Unexpected(Exception):
    """The kernels did not do what the scenario expects."""


@dataclasses.dataclass
class Rule:
    """An action for the first `times` frames that match; -1: for all."""

    match: object
    action: object
    times: int

    def applies(self, frame):
        """Return whether the rule applies to this frame, and count it."""
        if not self.times or not frame.segment or not self.match(frame.segment):
            return False
        self.times -= 1
        return True


class Lab:
    """Two hosts, a wire between them, and a capture of what it carries."""

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
        """The wire's policy: return the action of the first rule that applies, else pass_on."""
        if frame.segment:
            self.last[frame.sender] = frame.segment
        for rule in self.rules:
            if rule.applies(frame):
                return rule.action
        return wires.pass_on

    def rule(self, match, action, times=1):
        """Apply an action to the first `times` frames whose segment matches; -1: to all."""
        self.rules.append(Rule(match, action, times))

    def sent_by(self, host, flags=0, without=0, payload=None):
        """Return a match for a host's segments: flags set, flags clear, with(out) payload."""
        return lambda segment: (
            segment.source == host.address and segment.has(flags)
            and not segment.flags & without
            and payload in (None, bool(segment.payload)))

    def run(self, quiet=0.1):
        """Carry packets until the wire is quiet."""
        if not self.wire.run(quiet):
            raise Unexpected("the kernels keep sending")

    def carry(self, *hosts):
        """Carry one packet from each host, in this order."""
        for host in hosts:
            if not self.wire.carry(host, timeout=2.5):
                raise Unexpected(f"the {host.name} sent nothing")

    def run_until(self, client, server, timeout=6.0):
        """Carry packets until client and server are in these states."""
        deadline = time.monotonic() + timeout
        while self.states() != (client, server):
            if time.monotonic() > deadline:
                raise Unexpected(f"expected {client} / {server}, found {' / '.join(self.states())}")
            self.wire.carry(timeout=0.05)

    def states(self):
        """Return the states of client and server."""
        return self.wire.between(self.client_port, self.server_port).states(
            self.wire.resets_wait())

    def expect(self, client, server):
        """Fail unless client and server are in these states."""
        if self.states() != (client, server):
            raise Unexpected(f"expected {client} / {server}, found {' / '.join(self.states())}")

    def advance_clock(self, seconds):
        """Advance the capture's clock."""
        self.wire.shift += int(seconds * 10**9)

    # What the applications do

    def listen(self, backlog=5, port=None, **options):
        """Open a listening socket on the server; options: TCP_* names and their values."""
        self.listener = self.server.socket()
        set_options(self.listener, options)
        self.listener.bind((self.server.address, port or self.server_port))
        self.listener.listen(backlog)
        return self.listener

    def connect(self, host=None, isn=None, port=None, server_port=None, **options):
        """Start to connect; return the socket; isn: its initial sequence number."""
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
        """Accept the oldest waiting connection; return the server's socket."""
        return self.server.keep(self.listener.accept()[0])

    def open(self, **options):
        """Complete a three-way handshake; return the client's and the server's socket."""
        if self.listener is None:
            self.listen()
        client = self.connect(**options)
        self.run(0.05)
        self.expect("ESTABLISHED", "ESTABLISHED")
        return client, self.accept()

    def exchange(self, client, server):
        """Send a question and its answer."""
        client.send(b"question\n")
        self.run(0.05)
        read(server)
        server.send(b"answer\n")
        self.run(0.05)
        read(client)

    def close(self, *sockets):
        """Read, then close each socket, and carry what it sends before closing the next."""
        for closing in sockets:
            read(closing)
            closing.close()
            self.run(0.1)

    # What no kernel would send

    def forge(self, sender, **fields):
        """Send a segment that seems to come from a host; return it.

        Except for the given fields, it continues that host's last segment on the wire (sequence
        number, acknowledgment, window, timestamps).
        """
        segment = self.next_segment(sender).with_(**fields)
        self.inject(sender, segment.pack())
        return segment

    def next_segment(self, sender):
        """Return the pure ACK that a host would send next."""
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
        """Return a segment of the scenario's 4-tuple from a host that has sent nothing yet."""
        ports = self.client_port, self.server_port
        if sender is self.server:
            ports = ports[::-1]
        return packets.Segment(sender.address, self.wire.peer(sender).address, *ports)

    def inject(self, sender, data):
        """Send a packet that seems to come from a host."""
        self.wire.inject(wires.Frame(sender, self.wire.peer(sender), data))


def set_options(target, options):
    """Set TCP socket options by their names in the socket module."""
    for name, value in options.items():
        target.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def set_isn(target, isn):
    """Set the initial sequence number of a socket that is still CLOSED."""
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
    target.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", isn))
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_OFF)


def read(target):
    """Read everything that a socket has received (otherwise its close() would send a RST)."""
    with contextlib.suppress(BlockingIOError, ConnectionError):
        while target.recv(65536):
            pass


def vanish(target):
    """Remove a socket from its kernel without sending anything, as a crash would."""
    target.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, REPAIR_ON)
    target.close()


def abort(target):
    """Close a socket with a RST."""
    target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("=ii", 1, 0))
    target.close()
