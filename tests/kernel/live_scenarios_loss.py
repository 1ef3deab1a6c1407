# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: loss, reordering, duplication, delay and damage at any time."""

import lab as labs
import live_wire
import wire as wires
from live_lab import live


def disturbed_connection(lab, chances, handshake=True):
    """Play a whole connection on a disturbed wire, and end it at random; chances: see disturb()."""
    if handshake:
        lab.disturb(chances)
        ends = lab.open_somehow(0.3)
    else:
        ends = lab.pair()
        lab.disturb(chances)
    for _ in range(lab.dice.randint(2, 5)):
        for host in lab.hosts():
            if lab.chance(0.7):
                lab.say(ends[host], lab.some_bytes(5000))
        lab.run(0.02)
        for end in ends.values():
            lab.read(end)
    lab.settle(1.2, 0.25)
    random_end(lab, ends)
    lab.settle(2.2, 0.45)


def random_end(lab, ends):
    """Let each endpoint close, half-close or abort, one after the other or at once."""
    for host in lab.hosts():
        lab.read(ends[host])
        draw = lab.dice.random()
        if draw < 0.1:
            labs.abort(ends[host])
        elif draw < 0.5:
            lab.shut(ends[host])
        else:
            ends[host].close()
        if lab.chance(0.7):
            lab.settle(0.5, 0.1)


@live()
def lossy_before_tap(lab):
    """Loss before the capture point."""
    disturbed_connection(lab, {wires.lose_before_tap: 0.12})


@live()
def lossy_after_tap(lab):
    """Loss after the capture point."""
    disturbed_connection(lab, {wires.lose_after_tap: 0.12})


@live()
def lossy_close_after_tap(lab):
    """Heavy loss after the capture point, but not in the handshake."""
    disturbed_connection(lab, {wires.lose_after_tap: 0.25}, handshake=False)


@live()
def lossy_close_before_tap(lab):
    """Heavy loss before the capture point, but not in the handshake."""
    disturbed_connection(lab, {wires.lose_before_tap: 0.25}, handshake=False)


@live()
def duplicates(lab):
    """Many segments are captured and delivered twice."""
    disturbed_connection(lab, {wires.duplicate: 0.3})


@live()
def duplicates_after_tap(lab):
    """Many segments are captured once and delivered twice."""
    disturbed_connection(lab, {live_wire.duplicate_after_tap: 0.3})


@live()
def late_delivery(lab):
    """Segments are captured in order but arrive after later ones."""
    disturbed_connection(lab, {lab.deliver_late(): 0.2})


@live()
def reordered(lab):
    """Segments are reordered before the capture point."""
    swapped = []

    def swap(wire, frame):
        swapped.append(frame)
        if not wire.carry(frame.sender, timeout=0.02):
            wires.pass_on(wire, swapped.pop())
            return
        if swapped:
            wires.pass_on(wire, swapped.pop())
    disturbed_connection(lab, {swap: 0.2})


@live()
def damaged(lab):
    """Segments arrive with a wrong checksum, but not in the handshake."""
    disturbed_connection(lab, {live_wire.corrupt: 0.15}, handshake=False)


@live()
def damaged_handshake(lab):
    """Segments arrive with a wrong checksum, also in the handshake."""
    disturbed_connection(lab, {live_wire.corrupt: 0.2})


@live()
def all_weathers(lab):
    """A little of everything."""
    disturbed_connection(lab, {
        wires.lose_before_tap: 0.04, wires.lose_after_tap: 0.04,
        wires.duplicate: 0.05, lab.deliver_late(): 0.05, live_wire.corrupt: 0.03})


@live()
def old_copies(lab):
    """Copies of old segments arrive at random times."""
    ends = lab.open_somehow()
    for _ in range(lab.dice.randint(2, 5)):
        lab.talk(ends)
        for _ in range(2):
            lab.replay(lab.dice.choice(lab.wire.captured_frames))
            lab.run(0.03)
    for host in lab.hosts():
        lab.read(ends[host])
        ends[host].close()
        lab.run(0.05)
        lab.replay(lab.dice.choice(lab.wire.captured_frames))
        lab.run(0.05)
