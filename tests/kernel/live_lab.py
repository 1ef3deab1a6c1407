# SPDX-License-Identifier: GPL-2.0-or-later
"""The live test's Lab: a seed determines every choice that a scenario leaves open."""

import contextlib
import dataclasses
import random
import socket
import time
import zlib

import lab as labs
import live_wire
import packets
import wire as wires

PORTS_EACH = 8
FIRST_PORT = 2000
SCENARIOS = {}
NO_COOKIE_NEEDED = {"tcp_fastopen": 0x205 | 0x002}
COOKIE_NEEDED = {"tcp_fastopen": 0x003}
MSG_FASTOPEN = 0x20000000


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A scenario and the settings that it needs."""

    name: str
    function: object
    fixed: dict

    @property
    def description(self):
        """The docstring on one line."""
        return " ".join(self.function.__doc__.split())


class ScenarioAborted(Exception):
    """The disturbed wire did not let the scenario continue; what was captured so far counts."""


def live(**fixed):
    """Register a function of a LiveLab as a scenario; fixed: settings that it needs."""
    def register(function):
        name = function.__name__.replace("_", "-")
        SCENARIOS[name] = Scenario(name, function, fixed)
        return function
    return register


@dataclasses.dataclass(frozen=True)
class Settings:
    """The settings of a run, chosen by its seed."""

    ipv6: bool
    timestamps: int
    sack: int
    scaling: int
    mtu: int
    order: str
    ecn: int

    def __str__(self):
        return (f"{'IPv6' if self.ipv6 else 'IPv4'}, MTU {self.mtu}, order {self.order}, "
                f"timestamps {self.timestamps}, SACK {self.sack}, "
                f"window scaling {self.scaling}, ECN {self.ecn}")


def choose_settings(dice, fixed):
    """Choose the settings of one run."""
    chosen = {"ipv6": dice.random() < 0.4, "timestamps": int(dice.random() < 0.6),
              "sack": int(dice.random() < 0.7), "scaling": int(dice.random() < 0.7),
              "mtu": dice.choice((1280, 1500, 1500, 9000)), "order": dice.choice(live_wire.ORDERS),
              "ecn": int(dice.random() < 0.2)}
    return Settings(**{name: fixed.get(name, value) for name, value in chosen.items()})


class Sink:
    """Stands in for a pcapng.Writer: counts frames and writes nothing."""

    count = 0

    def write(self, _frame, _time):
        """Return the next frame number."""
        self.count += 1
        return self.count


class LiveLab(labs.Lab):
    """A Lab with random choices."""

    wire_class = live_wire.LiveWire

    def __init__(self, scenario, seed, position):
        self.dice = random.Random(zlib.crc32(f"{scenario.name} {seed}".encode()))
        self.settings = choose_settings(self.dice, scenario.fixed)
        sysctls = {"tcp_timestamps": self.settings.timestamps, "tcp_sack": self.settings.sack,
                   "tcp_window_scaling": self.settings.scaling, "tcp_ecn": self.settings.ecn}
        sysctls.update(scenario.fixed.get("sysctls", {}))
        super().__init__(Sink(), FIRST_PORT + PORTS_EACH * position, self.settings.ipv6, sysctls,
                         scenario.fixed.get("client_sysctls"), scenario.fixed.get("server_sysctls"),
                         delay=0.0005)
        self.wire.order = self.settings.order
        self.wire.random = self.dice
        for host in (self.client, self.server):
            host.namespace.ip(f"link set wire mtu {self.settings.mtu}")

    # Random choices

    def chance(self, probability):
        """Return True with this probability."""
        return self.dice.random() < probability

    def either(self, *choices):
        """Return one of the choices."""
        return self.dice.choice(choices)

    def some_bytes(self, most=6000):
        """Return data of random size."""
        return b"x" * self.dice.choice((1, 9, 100, self.dice.randint(1, most)))

    def hosts(self):
        """Return both hosts in random order."""
        return self.dice.sample((self.client, self.server), 2)

    def connect(self, host=None, isn=None, **options):
        """Like Lab.connect(), but the client's sequence numbers may soon wrap."""
        if isn is None and host in (None, self.client) and self.chance(0.25):
            isn = packets.MODULUS - self.dice.randint(1, 3000)
        return super().connect(host, isn, **options)

    # Applications that ignore errors

    def pair(self, **options):
        """Open a connection; return {host: its socket}."""
        client, server = self.open(**options)
        return {self.client: client, self.server: server}

    def open_somehow(self, quiet=0.05):
        """Like pair(), but the wire may disturb the handshake."""
        if self.listener is None:
            self.listen()
        client = self.connect()
        deadline = time.monotonic() + 6
        while time.monotonic() < deadline:
            self.run(quiet)
            with contextlib.suppress(BlockingIOError):
                return {self.client: client, self.server: self.accept()}
        raise ScenarioAborted("the handshake takes too long")

    def say(self, socket_, data=None, flags=0):
        """Send data if the connection still allows it."""
        with contextlib.suppress(OSError):
            socket_.send(self.some_bytes() if data is None else data, flags)

    def talk(self, ends, rounds=2, most=4000, quiet=0.03):
        """Let a random host send, and both read, for a random number of rounds."""
        for _ in range(self.dice.randint(0, rounds)):
            host = self.either(self.client, self.server)
            self.say(ends[host], self.some_bytes(most))
            self.run(quiet)
            for end in ends.values():
                self.read(end)
            self.run(quiet)

    @staticmethod
    def read(end):
        """Read everything that has arrived."""
        with contextlib.suppress(OSError):
            while end.recv(65536):
                pass

    def shut(self, end):
        """Shut down the sending direction."""
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_WR)

    def finish(self, ends, quiet=0.05, gap=True):
        """Close both sockets, in random order."""
        for host in self.hosts():
            self.read(ends[host])
            ends[host].close()
            if gap:
                self.run(quiet)
        self.run(quiet)

    def settle(self, seconds=1.5, quiet=0.25):
        """Carry packets until none comes for `quiet` seconds, but not longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.wire.carry(timeout=min(quiet, max(0.0, deadline - time.monotonic()))) is None:
                return

    def wait_for(self, done, seconds=6.0):
        """Carry packets until done() is true; return False on timeout."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                return False
            self.wire.carry(timeout=0.03)
        return True

    def step(self, *hosts):
        """Carry one packet from each host, if it has one."""
        for host in hosts:
            self.wire.carry(host, timeout=0.3)

    # What the wire does

    def disturb(self, chances, only=lambda frame: True):
        """Apply actions to random frames; chances: {action: probability}."""
        calm = self.wire.policy

        def policy(frame):
            action = calm(frame)
            if frame.segment is None or action is not wires.pass_on or not only(frame):
                return action
            draw = self.dice.random()
            for action_, probability in chances.items():
                draw -= probability
                if draw < 0:
                    return action_
            return wires.pass_on
        self.wire.policy = policy

    def deliver_late(self, most=3):
        """Return an action: capture now, deliver a few frames later."""
        def action(wire, frame):
            wire.capture(frame, live_wire.HELD)
            wire.late.append([self.dice.randint(1, most), frame])
        return action

    def replay(self, frame):
        """Capture and deliver a copy of an old frame."""
        again = dataclasses.replace(frame)
        self.wire.capture(again, live_wire.DUPLICATE)
        self.wire.deliver(again)

    def reset_of(self, sender, offset=0, **fields):
        """Forge a RST from a host, offset bytes from the exact sequence number."""
        exact = self.next_segment(sender).seq
        fields = {"flags": packets.RST, "ack": 0, "options": b"", "window": 0} | fields
        return self.forge(sender, seq=exact + offset, **fields)
