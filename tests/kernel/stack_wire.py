# SPDX-License-Identifier: GPL-2.0-or-later
"""Two TCP/IP stacks in user space, connected by a wire with virtual time.

A stack is a program (stack_driver.h) that acts only on commands, and only the wire advances the
time. So a run with the same seed is the same on every machine, however busy.
"""

import subprocess

import live_lab
import live_wire
import packets
import sockdiag
import wire as wires

MILLISECOND = 10**6
STEP = 10 * MILLISECOND
HOP = 2 * MILLISECOND     # delay from one stack to the other
RSTS_MAX = 6              # in a row; libslirp answers a RST with a RST, without end


class StackFailed(Exception):
    """A driver has ended unexpectedly."""


class StackHost:
    """A host whose TCP/IP stack is a program."""

    def __init__(self, program, name, address, peer, seed):
        self.name, self.address, self.peer = name, address, peer
        self.sent = []
        self.entries = ()
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [program, address, peer, name, str(seed)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def command(self, *words):
        """Send a command; record the packets and sockets in the answer."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        entries = []
        while (line := self.process.stdout.readline()) != ".\n":
            kind, *values = line.split() or [""]
            if kind == "packet":
                self.sent.append(bytes.fromhex(values[0]))
            elif kind == "socket":
                port, peer_port, state = int(values[0]), int(values[1]), values[2]
                entries.append(sockdiag.Entry(state, port, self.peer, peer_port, b""))
            else:
                raise StackFailed(f"{self.process.args[0]} ended at: {words}")
        self.entries = tuple(entries)

    def sockets(self):
        """Return the stack's sockets after the last command."""
        return self.entries

    def deliver(self, data):
        """Deliver a packet to the stack."""
        self.command("packet", data.hex())

    def close(self):
        """End the program."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class StackWire(live_wire.LiveWire):
    """A LiveWire with virtual time."""

    def __init__(self, tap, client, server):
        super().__init__(tap, client, server)
        self.virtual = 0     # nanoseconds since the start
        self.resets = 0      # RSTs in a row

    def now(self):
        """Return the capture's time in nanoseconds."""
        return wires.EPOCH + self.virtual

    def note_stall(self, expected=0.0):
        """Do nothing: virtual time cannot stall."""

    def sample(self):
        """Do nothing: the journal has all states."""

    def collect(self, timeout=0.0):
        """Fetch what the stacks have sent."""
        for host in (self.client, self.server):
            for data in host.sent:
                frame = live_wire.LiveFrame(host, self.peer(host), data, self.now())
                self.pending.append(frame)
                if frame.segment:
                    self.journal.append(
                        live_wire.Emitted(frame.emitted, host.name, frame.segment))
            host.sent.clear()

    def advance(self, nanoseconds):
        """Advance the time, and run the timers of both stacks."""
        self.virtual += nanoseconds
        for host in (self.client, self.server):
            host.command("at", self.virtual // MILLISECOND)
        self.sample_sockets()

    def ready(self, host):
        """Return the next packet from a host, or from the one whose turn it is; None if none."""
        self.collect()
        wanted = host or self.turn()
        for frame in self.pending:
            if wanted in (None, frame.sender):
                self.pending.remove(frame)
                return frame
        return None

    def take(self, host=None, timeout=0.1):
        """Return the next packet, or None if none comes within timeout seconds."""
        end = self.virtual + int(timeout * 10**9)
        while (frame := self.ready(host)) is None and self.virtual < end:
            self.advance(min(STEP, end - self.virtual))
        return frame

    def capture(self, frame, note=""):
        """Capture a frame; abort the scenario after too many RSTs in a row."""
        self.resets = self.resets + 1 if frame.segment and frame.segment.has(packets.RST) else 0
        if self.resets > RSTS_MAX:
            raise live_lab.ScenarioAborted("the endpoints answer each other's RSTs without end")
        super().capture(frame, note)

    def deliver(self, frame):
        """Deliver a frame after the wire's delay."""
        self.advance(HOP)
        super().deliver(frame)
