"""Two kernels, connected only by a wire in user space that carries one packet at a time."""

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
SECONDS_FOR_A_ROUTE = 60     # a few milliseconds are usually enough

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
        self.open_sockets = []
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
                raise namespaces.Unavailable(f"the kernel has no local route to {self.address}")
            time.sleep(0.001)

    def has_local_route(self):
        """Return whether the local IPv6 route exists; a kernel worker adds it after a while."""
        address = ipaddress.ip_address(self.address).packed.hex()
        with self.namespace.inside(), open("/proc/net/ipv6_route", encoding="ascii") as routes:
            return any(destination == address and int(flags, 16) & RTF_LOCAL
                       for destination, *_, flags, _ in map(str.split, routes))

    def sysctl(self, name, value):
        """Set net.ipv4.NAME."""
        self.namespace.sysctl("ipv4." + name, value)

    def socket(self):
        """Make a non-blocking TCP socket on this host, which stays open until closed."""
        with self.namespace.inside():
            sock = socket.socket(self.family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return self.keep(sock)

    def keep(self, sock):
        """Make a socket non-blocking, and keep Python from closing it."""
        sock.setblocking(False)
        self.open_sockets.append(sock)
        return sock

    def sockets(self):
        """Return the kernel's TCP sockets."""
        return self.diagnosis.sockets()

    def read(self):
        """Return the next packet that the kernel sent, or None."""
        try:
            return os.read(self.device, LONGEST_PACKET)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise
            return None

    def deliver(self, data):
        """Deliver a packet to the kernel."""
        os.write(self.device, data)

    def close(self):
        """Remove the host."""
        for sock in self.open_sockets:
            sock.close()
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
        """The TCP segment in the packet, or None."""
        return packets.parse(self.data)

    def with_segment(self, segment):
        """Return a copy with another segment."""
        return dataclasses.replace(self, data=segment.pack())


@dataclasses.dataclass
class Row:
    """One captured frame, and both kernels' states before the next one."""

    number: int
    sender: str
    flags: str
    note: str
    ports: tuple
    states: tuple = ()


class Wire:
    """Carries packets between two hosts; policy(frame) returns the action for each packet."""

    def __init__(self, tap, client, server, delay=0.0):
        self.tap = tap
        self.client = client
        self.server = server
        self.delay = delay
        self.policy = lambda frame: pass_on
        self.encapsulate = lambda frame: frame.data
        self.pending = collections.deque()
        self.held = []
        self.unseen = []
        self.rows = []
        self.connections = {}
        self.start = time.monotonic_ns()
        self.shift = 0

    def now(self):
        """Return the capture's time in nanoseconds."""
        return EPOCH + time.monotonic_ns() - self.start + self.shift

    def peer(self, host):
        """Return the other host."""
        return self.server if host is self.client else self.client

    def collect(self, timeout=0.0):
        """Fetch what the kernels have sent, waiting at most timeout seconds.

        ICMPv6 announcements of neighbours and multicast listeners are discarded.
        """
        hosts = {host.device: host for host in (self.client, self.server)}
        for device in select.select(list(hosts), [], [], timeout)[0]:
            host = hosts[device]
            while (data := host.read()) is not None:
                if packets.parse(data) or data[0] >> 4 == 4:
                    self.pending.append(Frame(host, self.peer(host), data))

    def take(self, host=None, timeout=0.1):
        """Return the oldest packet from any host (or this one), or None after the timeout."""
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
        """Carry one packet as the policy says; return the frame, or None if none came in time."""
        frame = self.take(host, timeout)
        if frame:
            self.policy(frame)(self, frame)
        return frame

    def run(self, quiet=0.1, most=200):
        """Carry packets until none comes for quiet seconds; return False if there are too many."""
        return any(self.carry(timeout=quiet) is None for _ in range(most))

    def connection(self, frame):
        """Return the Connection that a frame belongs to, None if it is not a TCP segment."""
        segment = frame.segment
        if segment is None:
            return None
        ports = segment.source_port, segment.destination_port
        if frame.sender is self.server:
            ports = ports[::-1]
        return self.between(*ports)

    def between(self, client_port, server_port):
        """Return the Connection between two ports."""
        ports = client_port, server_port
        if ports not in self.connections:
            self.connections[ports] = states.Connection(self.client, client_port,
                                                        self.server, server_port)
        return self.connections[ports]

    def resets_wait(self):
        """Return the hosts that have sent a RST that is not captured yet."""
        self.collect()
        return {frame.sender for frame in self.pending
                if frame.segment and frame.segment.has(packets.RST)}

    def sample(self):
        """Update the states after the last captured frame from both kernels."""
        if self.rows and self.rows[-1].ports:
            row = self.rows[-1]
            row.states = self.between(*row.ports).states(self.resets_wait())

    def capture(self, frame, note=""):
        """Capture a frame."""
        number = self.tap.write(self.encapsulate(frame), self.now())
        connection, segment = self.connection(frame), frame.segment
        if connection:
            connection.note(frame.sender, segment)
        self.rows.append(Row(number, frame.sender.name,
                             segment.flag_names() if segment else "not TCP", note,
                             self.ports_of(frame)))
        self.sample()

    def ports_of(self, frame):
        """Return (client port, server port) of a frame; without TCP, those of the last frame."""
        connection = self.connection(frame)
        if connection:
            return connection.client.identity[0], connection.server.identity[0]
        return self.rows[-1].ports if self.rows else None

    def deliver(self, frame):
        """Deliver a frame to its receiver."""
        if self.delay:
            time.sleep(self.delay)
        frame.receiver.deliver(frame.data)
        self.sample()

    def release(self):
        """Deliver the frames that were held back, oldest first."""
        held, self.held = self.held, []
        for frame in held:
            self.deliver(frame)

    def capture_late(self):
        """Capture the frames that were only delivered so far, oldest first."""
        unseen, self.unseen = self.unseen, []
        for frame in unseen:
            self.capture(frame, "late")

    def inject(self, frame):
        """Capture and deliver a forged frame."""
        self.capture(frame, "forged")
        self.deliver(frame)


def pass_on(wire, frame):
    """Capture and deliver."""
    wire.capture(frame)
    wire.deliver(frame)


def lose_before_tap(_wire, _frame):
    """Neither capture nor deliver."""


def lose_after_tap(wire, frame):
    """Capture, do not deliver."""
    wire.capture(frame, "lost")


def leave_out(wire, frame):
    """Deliver, do not capture."""
    wire.deliver(frame)


def hold(wire, frame):
    """Capture now; release() delivers."""
    wire.capture(frame, "held")
    wire.held.append(frame)


def deliver_first(wire, frame):
    """Deliver now; capture_late() captures."""
    wire.deliver(frame)
    wire.unseen.append(frame)


def duplicate(wire, frame):
    """Capture and deliver twice."""
    pass_on(wire, frame)
    wire.capture(frame, "duplicate")
    wire.deliver(frame)


def rewrite(change):
    """Return an action: capture and deliver change(segment)."""
    def action(wire, frame):
        changed = frame.with_segment(change(frame.segment))
        wire.capture(changed, "rewritten")
        wire.deliver(changed)
    return action


def rewrite_unseen(change):
    """Return an action: capture the segment unchanged, deliver change(segment)."""
    def action(wire, frame):
        wire.capture(frame)
        wire.deliver(frame.with_segment(change(frame.segment)))
    return action


def fragment(size):
    """Return an action: capture and deliver in fragments of at most size bytes."""
    def action(wire, frame):
        for piece in packets.fragments(frame.data, size):
            pass_on(wire, dataclasses.replace(frame, data=piece))
    return action


def congested(segment):
    """Return the segment with a CE mark, as a congested router sets it."""
    return segment.with_(tos=segment.tos | packets.CE)


corrupt = rewrite(lambda segment: segment.with_(checksum=packets.BAD))
mark_ce = rewrite(congested)
mark_ce_unseen = rewrite_unseen(congested)
