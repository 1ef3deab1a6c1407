# SPDX-License-Identifier: GPL-2.0-or-later
"""The stack test's Lab: a client, a server, and a wire that may disturb their packets."""

import random
import zlib

import live_lab
import live_wire
import packets
import stack_wire
import wire as wires

FIRST_PORT, FIRST_SERVER_PORT = 40000, 1010
SCENARIOS = {}


def scenario(function):
    """Register a function of a StackLab as a scenario."""
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


class StackLab:
    """Two stacks, a wire between them, and a seed that determines every choice.

    Each run has its own network.
    """

    def __init__(self, name, seed, programs, number):
        self.dice = random.Random(zlib.crc32(f"{name} {seed}".encode()))
        network = f"10.{number // 256 % 256}.{number % 256}."
        addresses = network + "1", network + "2"
        self.client, self.server = (
            stack_wire.StackHost(program, role, here, there, self.dice.randrange(2**31))
            for program, role, here, there in zip(
                programs, ("client", "server"), addresses, reversed(addresses)))
        self.wire = stack_wire.StackWire(live_lab.Sink(), self.client, self.server)
        self.wire.order, self.wire.random = self.dice.choice(live_wire.ORDERS), self.dice
        self.wire.policy = self.choose
        self.quiet = self.dice.choice((0.05, 0.3))    # without delayed ACKs, or with them
        self.rules, self.chances = [], {}
        self.port = FIRST_PORT + self.dice.randrange(2000)
        self.server_port = FIRST_SERVER_PORT
        self.listening = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.server.close()

    # The wire

    def choose(self, frame):
        """The wire's policy: return the first matching rule's action, else a random one."""
        if not frame.segment:
            return wires.pass_on
        for rule in self.rules:
            if rule["match"](frame):
                self.rules.remove(rule)
                return rule["action"]
        draw = self.dice.random()
        for action, probability in self.chances.items():
            draw -= probability
            if draw < 0:
                return action
        return wires.pass_on

    def rule(self, host, flags, action):
        """Apply an action to the next segment of a host that has all these flags."""
        self.rules.append({"action": action, "match": lambda frame: (
            frame.sender is host and frame.segment.has(flags))})

    def deliver_late(self, most=3):
        """Return an action: capture now, deliver a few frames later."""
        def action(wire, frame):
            wire.capture(frame, live_wire.HELD)
            wire.late.append([self.dice.randint(1, most), frame])
        return action

    def run(self, quiet=None, most=200):
        """Carry packets until none comes for `quiet` seconds."""
        self.wire.run(quiet or self.quiet, most)

    def carry(self, *hosts):
        """Carry one packet from each host, if it has one soon."""
        for host in hosts:
            self.wire.carry(host, timeout=0.01)

    def wait(self, seconds):
        """Carry packets for this many seconds."""
        end = self.wire.virtual + int(seconds * 10**9)
        while (left := end - self.wire.virtual) > 0:
            self.wire.carry(timeout=left / 10**9)

    def forge(self, sender, segment):
        """Send a segment that seems to come from a host."""
        self.wire.inject(wires.Frame(sender, self.wire.peer(sender), segment.pack()))

    # The applications

    def do(self, host, verb, *words):
        """Let a host's application do something with the newest connection."""
        host.command(verb, *self.ports(host), *words)
        self.wire.sample_sockets()

    def ports(self, host):
        """Return (own port, peer's port) of a host in the newest connection."""
        ports = self.port, self.server_port
        return ports if host is self.client else ports[::-1]

    def listen(self):
        """Let the server listen for all connections from now on."""
        self.listening = True

    def connect(self):
        """Start to connect from a new port to a new port.

        Some stacks choose their own port themselves; the server's tells their connections apart.
        """
        self.port += 1
        self.server_port += 1
        if self.listening:
            self.server.command("listen", self.server_port)
        self.client.command("connect", self.port, self.server_port)
        for entry in self.client.sockets():
            if entry.peer_port == self.server_port:
                self.port = entry.port
        self.wire.sample_sockets()

    def open(self):
        """Open a connection, with the server listening."""
        self.listen()
        self.connect()
        self.run()

    def hosts(self):
        """Return both hosts in random order."""
        return self.dice.sample((self.client, self.server), 2)

    def say(self, host, most=3000):
        """Let a host's application send data of random size."""
        self.do(host, "send", self.dice.choice((1, 9, 100, self.dice.randint(1, most))))

    def talk(self, rounds=4):
        """Let a random host send, for a random number of rounds."""
        for _ in range(self.dice.randint(0, rounds)):
            self.say(self.dice.choice((self.client, self.server)))
            self.run()

    def last_of(self, host):
        """Return the last captured segment of a host."""
        return next(event.segment for event in reversed(self.wire.journal)
                    if isinstance(event, live_wire.Captured) and event.host == host.name)

    def next_of(self, host):
        """Return the pure ACK that a host would send next."""
        last, answer = self.last_of(host), self.last_of(self.wire.peer(host))
        return last.with_(seq=last.end, ack=answer.end, flags=packets.ACK, payload=b"",
                          options=b"")
