# SPDX-License-Identifier: GPL-2.0-or-later
"""A wire with a journal of what each kernel sent, what was captured, and what arrived when.

live_truth derives each endpoint's state from the journal, and where the captured packets alone
cannot show it.
"""

import dataclasses
import time

import packets
import wire as wires

FIFO, RANDOM, CLIENT_FIRST, SERVER_FIRST = "fifo", "random", "client first", "server first"
ORDERS = FIFO, RANDOM, CLIENT_FIRST, SERVER_FIRST

FORGED, LOST, HELD, DUPLICATE, DAMAGED = "forged", "lost", "held", "duplicate", "bad checksum"
SEVERAL = "twice after the capture point"


@dataclasses.dataclass(frozen=True)
class LiveFrame(wires.Frame):
    """A packet that a kernel sent, and when (nanoseconds)."""

    emitted: int = 0


@dataclasses.dataclass(frozen=True)
class Emitted:
    """A kernel sent a segment."""

    time: int
    host: str
    segment: packets.Segment


@dataclasses.dataclass(frozen=True)
class Captured:
    """A segment was captured; emitted is 0 if no kernel sent it."""

    time: int
    number: int
    host: str
    segment: packets.Segment
    emitted: int
    damaged: bool
    note: str


@dataclasses.dataclass(frozen=True)
class Delivered:
    """A kernel received a segment; number is its frame number, 0 if it was not captured."""

    time: int
    host: str
    segment: packets.Segment
    number: int
    repeated: bool
    damaged: bool


@dataclasses.dataclass(frozen=True)
class Sampled:
    """All sockets of both kernels; `delivered`: the host that has just received a packet, or ""."""

    time: int
    sockets: dict
    delivered: str = ""


class LiveWire(wires.Wire):
    """A Wire with a journal and a configurable order of the two directions."""

    def __init__(self, tap, client, server, delay=0.0):
        super().__init__(tap, client, server, delay)
        self.journal = []
        self.packets = []
        self.captured = {}
        self.captured_frames = []
        self.delivered = set()
        self.late = []
        self.order = FIFO
        self.random = None
        self.awake = None    # when this process last ran
        self.stalled = 0     # nanoseconds: the longest time for which it did not run

    def note_stall(self, expected=0.0):
        """Update the longest stall; expected: seconds that were meant to pass."""
        now = time.monotonic_ns()
        if self.awake is not None:
            self.stalled = max(self.stalled, now - self.awake - int(expected * 10**9))
        self.awake = now

    def collect(self, timeout=0.0):
        """Fetch what the kernels have sent, with the time."""
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
        """Return the oldest packet from the host whose turn it is."""
        self.collect()
        return super().take(host or self.turn(), timeout)

    def turn(self):
        """Return the host whose packet is carried next; None: the oldest packet."""
        if len({frame.sender for frame in self.pending}) < 2 or self.order == FIFO:
            return None
        if self.order == RANDOM:
            return self.random.choice((self.client, self.server))
        return self.client if self.order == CLIENT_FIRST else self.server

    def carry(self, host=None, timeout=0.1):
        """Carry one packet; deliver late packets when enough others have passed them."""
        frame = super().carry(host, timeout)
        due, kept = [], []
        for entry in self.late:
            entry[0] -= 1
            (due if frame is None or entry[0] < 0 else kept).append(entry)
        self.late = kept
        for _, held in due:
            self.deliver(held)
        return frame

    def sample_sockets(self, delivered=""):
        """Record all sockets of both kernels in the journal."""
        self.collect()
        self.journal.append(Sampled(
            self.now(), {host.name: host.sockets() for host in (self.client, self.server)},
            delivered))

    def capture(self, frame, note=""):
        """Capture a frame and record it in the journal."""
        self.sample_sockets()
        time, segment = self.now(), frame.segment
        super().capture(frame, note)
        number = self.rows[-1].number
        self.packets.append((time, frame.data))
        self.captured[id(frame)] = number
        self.captured_frames.append(frame)
        if segment:
            self.journal.append(Captured(time, number, frame.sender.name, segment,
                                         getattr(frame, "emitted", 0), note == DAMAGED, note))
            self.sample_sockets()

    def deliver(self, frame):
        """Deliver a frame and record it, and the states before and after, in the journal."""
        number = self.captured.get(id(frame), 0)
        self.sample_sockets()
        time, segment = self.now(), frame.segment
        super().deliver(frame)
        if segment:
            damaged = packets.is_damaged(frame.data)
            self.journal.append(Delivered(time, frame.receiver.name, segment, number,
                                          number in self.delivered, damaged))
        self.delivered.add(number)
        self.sample_sockets(frame.receiver.name)


def duplicate_after_tap(wire, frame):
    """Capture once, deliver twice."""
    wire.capture(frame, SEVERAL)
    wire.deliver(frame)
    wire.deliver(frame)


def corrupt(wire, frame):
    """Capture and deliver with a wrong checksum."""
    data = packets.damaged(frame.data)
    changed = dataclasses.replace(frame, data=data)
    wire.capture(changed, DAMAGED)
    wire.deliver(changed)


def mark_ce_unseen(wire, frame):
    """Capture unchanged, deliver with a CE mark."""
    wire.capture(frame)
    marked = frame.with_segment(wires.congested(frame.segment))
    wire.captured[id(marked)] = wire.captured[id(frame)]
    wire.captured_frames.append(marked)
    wire.deliver(marked)
