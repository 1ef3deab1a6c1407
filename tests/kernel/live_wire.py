# SPDX-License-Identifier: GPL-2.0-or-later
"""A wire that keeps a journal: what each kernel sent, what was captured, what arrived and when.

The journal is all that live_truth needs to say which state each end was in, and where the captured
packets alone cannot show it.
"""

import dataclasses
import time

import packets
import wire as wires

FIFO, RANDOM, CLIENT_FIRST, SERVER_FIRST = "fifo", "random", "client first", "server first"
ORDERS = FIFO, RANDOM, CLIENT_FIRST, SERVER_FIRST

FORGED, LOST, HELD, DUPLICATE, DAMAGED = "forged", "lost", "held", "duplicate", "bad checksum"
SEVERAL = "twice behind the capture point"


@dataclasses.dataclass(frozen=True)
class LiveFrame(wires.Frame):
    """A packet that a kernel sent; `emitted` is when it came out of that kernel, nanoseconds."""

    emitted: int = 0


@dataclasses.dataclass(frozen=True)
class Emitted:
    """A kernel sent a segment."""

    time: int
    host: str
    segment: packets.Segment


@dataclasses.dataclass(frozen=True)
class Captured:
    """The capture saw a segment; emitted is 0 where no kernel had sent it."""

    time: int
    number: int
    host: str
    segment: packets.Segment
    emitted: int
    damaged: bool
    note: str


@dataclasses.dataclass(frozen=True)
class Delivered:
    """A kernel received a segment; number is the captured frame's, 0 where it was not captured."""

    time: int
    host: str
    segment: packets.Segment
    number: int
    again: bool
    damaged: bool


@dataclasses.dataclass(frozen=True)
class Sampled:
    """All sockets of both kernels; `delivered` says that a packet had just arrived there."""

    time: int
    sockets: dict
    delivered: str = ""


class LiveWire(wires.Wire):
    """A Wire with a journal, and with an order in which the two directions take turns."""

    def __init__(self, tap, client, server, delay=0.0):
        super().__init__(tap, client, server, delay)
        self.journal = []
        self.packets = []
        self.captured = {}
        self.keep_alive = []
        self.delivered = set()
        self.late = []
        self.order = FIFO
        self.random = None
        self.awake = None    # when this process was last seen to run
        self.stalled = 0     # nanoseconds: the longest that it has kept the kernels waiting

    def note_stall(self, expected=0.0):
        """Keep by how much more time has gone than the seconds expected, if that is the longest."""
        now = time.monotonic_ns()
        if self.awake is not None:
            self.stalled = max(self.stalled, now - self.awake - int(expected * 10**9))
        self.awake = now

    def collect(self, timeout=0.0):
        """Fetch what the kernels have sent and write down when."""
        known = len(self.pending)
        self.note_stall()
        super().collect(timeout)
        self.note_stall(timeout)
        for position in range(known, len(self.pending)):
            frame = self.pending[position]
            frame = LiveFrame(frame.sender, frame.receiver, frame.data, self.now())
            self.pending[position] = frame
            if frame.segment:
                self.journal.append(Emitted(frame.emitted, frame.sender.name, frame.segment))

    def take(self, host=None, timeout=0.1):
        """The next packet: the oldest one of the host whose turn it is."""
        self.collect()
        return super().take(host or self.turn(), timeout)

    def turn(self):
        """Whose packet is carried next, where both have sent some; None: the oldest."""
        if len({frame.sender for frame in self.pending}) < 2 or self.order == FIFO:
            return None
        if self.order == RANDOM:
            return self.random.choice((self.client, self.server))
        return self.client if self.order == CLIENT_FIRST else self.server

    def carry(self, host=None, timeout=0.1):
        """Carry one packet; what was to come late comes when enough others have passed it."""
        frame = super().carry(host, timeout)
        due, kept = [], []
        for entry in self.late:
            entry[0] -= 1
            (due if frame is None or entry[0] < 0 else kept).append(entry)
        self.late = kept
        for _, held in due:
            self.deliver(held)
        return frame

    def look(self, delivered=""):
        """Ask both kernels for all sockets."""
        self.collect()
        self.journal.append(Sampled(
            self.now(), {host.name: host.sockets() for host in (self.client, self.server)},
            delivered))

    def capture(self, frame, note=""):
        """Capture a frame and write that down."""
        self.look()
        time, segment = self.now(), frame.segment
        super().capture(frame, note)
        number = self.rows[-1].number
        self.packets.append((time, frame.data))
        self.captured[id(frame)] = number
        self.keep_alive.append(frame)
        if segment:
            self.journal.append(Captured(time, number, frame.sender.name, segment,
                                         getattr(frame, "emitted", 0), note == DAMAGED, note))
            self.look()

    def deliver(self, frame):
        """Deliver a frame and write down what that changed."""
        number = self.captured.get(id(frame), 0)
        self.look()
        time, segment = self.now(), frame.segment
        super().deliver(frame)
        if segment:
            damaged = packets.is_damaged(frame.data)
            self.journal.append(Delivered(time, frame.receiver.name, segment, number,
                                          number in self.delivered, damaged))
        self.delivered.add(number)
        self.look(frame.receiver.name)


def duplicate_after_tap(wire, frame):
    """Captured once, delivered twice."""
    wire.capture(frame, SEVERAL)
    wire.deliver(frame)
    wire.deliver(frame)


def corrupt(wire, frame):
    """Captured and delivered with a checksum that is wrong."""
    data = packets.damaged(frame.data)
    changed = dataclasses.replace(frame, data=data)
    wire.capture(changed, DAMAGED)
    wire.deliver(changed)


def mark_ce_unseen(wire, frame):
    """Captured as it is, delivered with a mark."""
    wire.capture(frame)
    marked = frame.with_segment(wires.congested(frame.segment))
    wire.captured[id(marked)] = wire.captured[id(frame)]
    wire.keep_alive.append(marked)
    wire.deliver(marked)
