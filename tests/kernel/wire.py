"""Two kernels whose only path is a wire in user space that carries one packet at a time."""

import collections
import dataclasses
import errno
import ipaddress
import os
import select
import socket
import time

import namespaces
import packets
import sockdiag
import states

EPOCH = 1767225600 * 10**9   # captures begin at 2026-01-01 00:00:00 UTC
LONGEST_PACKET = 65535
RTF_LOCAL = 0x80000000       # include/uapi/linux/ipv6_route.h
SECONDS_FOR_A_ROUTE = 60     # usually some milliseconds

QUIET_IPV6 = {"ipv6.conf.all.router_solicitations": 0, "ipv6.conf.default.router_solicitations": 0,
              "ipv6.conf.default.addr_gen_mode": 1, "ipv6.conf.default.accept_ra": 0}


class Host:
    """One end of the wire: a network namespace with one TUN device."""

    def __init__(self, name, address, peer):
        self.name = name
        self.address = address
        self.family = socket.AF_INET6 if packets.is_ipv6(address) else socket.AF_INET
        self.namespace = namespaces.Namespace()
        self.device = self.namespace.tun("wire")
        self.applications = []
        self.connect_device(peer)
        with self.namespace.inside():
            self.diagnosis = sockdiag.SocketDiagnosis(self.family)

    def connect_device(self, peer):
        """Give the device its address and the route to the other end."""
        for name, value in QUIET_IPV6.items():
            self.namespace.sysctl(name, value)
        ipv6 = self.family == socket.AF_INET6
        length, option = (128, "nodad") if ipv6 else (32, "")
        if ipv6:
            self.namespace.sysctl("ipv6.conf.wire.addr_gen_mode", 1)
        self.namespace.ip("link set lo up", "link set wire up",
                          f"address add {self.address}/{length} dev wire {option}",
                          f"route add {peer}/{length} dev wire")
        deadline = time.monotonic() + SECONDS_FOR_A_ROUTE
        while ipv6 and not self.has_local_route():
            if time.monotonic() > deadline:
                raise namespaces.Unavailable(f"the kernel makes no route to {self.address}")
            time.sleep(0.001)

    def has_local_route(self):
        """Whether the kernel takes IPv6 packets to its address: a worker of it sees to that."""
        address = ipaddress.ip_address(self.address).packed.hex()
        with self.namespace.inside(), open("/proc/net/ipv6_route", encoding="ascii") as routes:
            return any(destination == address and int(flags, 16) & RTF_LOCAL
                       for destination, *_, flags, _ in map(str.split, routes))

    def sysctl(self, name, value):
        """Set net.ipv4.NAME."""
        self.namespace.sysctl("ipv4." + name, value)

    def socket(self):
        """A new TCP socket of this host that never blocks and stays until it is closed."""
        with self.namespace.inside():
            made = socket.socket(self.family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return self.keep(made)

    def keep(self, made):
        """Keep a socket from being closed by Python."""
        made.setblocking(False)
        self.applications.append(made)
        return made

    def sockets(self):
        """The TCP sockets that its kernel has."""
        return self.diagnosis.sockets()

    def read(self):
        """The next packet that the kernel sends, or None."""
        try:
            return os.read(self.device, LONGEST_PACKET)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            return None

    def deliver(self, data):
        """Let the kernel receive a packet."""
        os.write(self.device, data)

    def close(self):
        """Remove the host."""
        for made in self.applications:
            made.close()
        self.diagnosis.close()
        os.close(self.device)
        self.namespace.close()


@dataclasses.dataclass(frozen=True)
class Frame:
    """One packet on the wire."""

    sender: Host
    receiver: Host
    data: bytes

    @property
    def segment(self):
        """The TCP segment in it, or None."""
        return packets.parse(self.data)

    def with_segment(self, segment):
        """The same frame with another segment."""
        return dataclasses.replace(self, data=segment.pack())


@dataclasses.dataclass
class Row:
    """What one captured frame was and what both kernels had to say before the next one."""

    number: int
    sender: str
    flags: str
    note: str
    ports: tuple
    states: tuple = ()


class Wire:
    """Carries packets between two hosts; policy(frame) gives the action that is done to each."""

    def __init__(self, tap, client, server, delay=0.0):
        self.tap = tap
        self.client = client
        self.server = server
        self.delay = delay
        self.policy = lambda frame: pass_on
        self.encapsulate = lambda frame: frame.data
        self.pending = collections.deque()
        self.held = []
        self.rows = []
        self.connections = {}
        self.start = time.monotonic_ns()
        self.shift = 0

    def now(self):
        """Time of capture in nanoseconds."""
        return EPOCH + time.monotonic_ns() - self.start + self.shift

    def peer(self, host):
        """The other host."""
        return self.server if host is self.client else self.client

    def collect(self, timeout=0.0):
        """Fetch what the kernels have sent, waiting for it for at most timeout seconds.

        IPv6 neighbours and listeners announce themselves with ICMPv6: nobody needs to hear that.
        """
        hosts = {host.device: host for host in (self.client, self.server)}
        for device in select.select(list(hosts), [], [], timeout)[0]:
            host = hosts[device]
            while (data := host.read()) is not None:
                if packets.parse(data) or data[0] >> 4 == 4:
                    self.pending.append(Frame(host, self.peer(host), data))

    def take(self, host=None, timeout=0.1):
        """The oldest packet that a kernel (or this one) has sent, or None after the timeout."""
        deadline = time.monotonic() + timeout
        self.collect()
        while True:
            for frame in self.pending:
                if host in (None, frame.sender):
                    self.pending.remove(frame)
                    return frame
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.collect(left)

    def carry(self, host=None, timeout=0.1):
        """Carry one packet as the policy says; the frame, or None where none came in time."""
        frame = self.take(host, timeout)
        if frame:
            self.policy(frame)(self, frame)
        return frame

    def run(self, quiet=0.1, most=200):
        """Carry packets until none has come for quiet seconds; False if there are too many."""
        return any(self.carry(timeout=quiet) is None for _ in range(most))

    def connection(self, frame):
        """The Connection that a frame belongs to, None if it is no TCP segment."""
        segment = frame.segment
        if segment is None:
            return None
        ports = segment.source_port, segment.destination_port
        if frame.sender is self.server:
            ports = ports[::-1]
        return self.between(*ports)

    def between(self, client_port, server_port):
        """The Connection between two ports."""
        ports = client_port, server_port
        if ports not in self.connections:
            self.connections[ports] = states.Connection(self.client, client_port,
                                                        self.server, server_port)
        return self.connections[ports]

    def resets_wait(self):
        """The hosts that have sent a RST that is still to be captured."""
        self.collect()
        return {frame.sender for frame in self.pending
                if frame.segment and frame.segment.has(packets.RST)}

    def sample(self):
        """Ask both kernels for the states after the last captured frame."""
        if self.rows and self.rows[-1].ports:
            row = self.rows[-1]
            row.states = self.between(*row.ports).states(self.resets_wait())

    def capture(self, frame, note=""):
        """Let the capture see a frame."""
        number = self.tap.write(self.encapsulate(frame), self.now())
        connection, segment = self.connection(frame), frame.segment
        if connection:
            connection.note(frame.sender, segment)
        self.rows.append(Row(number, frame.sender.name,
                             segment.flag_names() if segment else "not TCP", note,
                             self.ports_of(frame)))
        self.sample()

    def ports_of(self, frame):
        """Client and server port of a frame; what is no TCP segment concerns the last one's."""
        connection = self.connection(frame)
        if connection:
            return connection.client.identity[0], connection.server.identity[0]
        return self.rows[-1].ports if self.rows else None

    def deliver(self, frame):
        """Let the receiver have a frame."""
        if self.delay:
            time.sleep(self.delay)
        frame.receiver.deliver(frame.data)
        self.sample()

    def release(self):
        """Deliver what was held back, oldest first."""
        held, self.held = self.held, []
        for frame in held:
            self.deliver(frame)

    def inject(self, frame):
        """Capture and deliver a frame that no kernel has sent."""
        self.capture(frame, "forged")
        self.deliver(frame)


def pass_on(wire, frame):
    """Capture and deliver."""
    wire.capture(frame)
    wire.deliver(frame)


def lose_before_tap(_wire, _frame):
    """Neither captured nor delivered."""


def lose_after_tap(wire, frame):
    """Captured, not delivered."""
    wire.capture(frame, "lost")


def leave_out(wire, frame):
    """Delivered, not captured."""
    wire.deliver(frame)


def hold(wire, frame):
    """Captured now, delivered by release()."""
    wire.capture(frame, "held")
    wire.held.append(frame)


def duplicate(wire, frame):
    """Captured and delivered twice."""
    pass_on(wire, frame)
    wire.capture(frame, "duplicate")
    wire.deliver(frame)


def rewrite(change):
    """Captured and delivered after change(segment)."""
    def action(wire, frame):
        changed = frame.with_segment(change(frame.segment))
        wire.capture(changed, "rewritten")
        wire.deliver(changed)
    return action


def rewrite_unseen(change):
    """Captured as it is, delivered after change(segment)."""
    def action(wire, frame):
        wire.capture(frame)
        wire.deliver(frame.with_segment(change(frame.segment)))
    return action


def fragment(size):
    """Captured and delivered in fragments of at most size bytes."""
    def action(wire, frame):
        for piece in packets.fragments(frame.data, size):
            pass_on(wire, dataclasses.replace(frame, data=piece))
    return action


def congested(segment):
    """The segment as a router leaves it that marks it with CE."""
    return segment.with_(tos=segment.tos | packets.CE)


corrupt = rewrite(lambda segment: segment.with_(checksum=packets.BAD))
mark_ce = rewrite(congested)
mark_ce_unseen = rewrite_unseen(congested)
