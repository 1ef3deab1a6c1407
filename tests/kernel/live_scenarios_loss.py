# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: loss, reordering, duplication, delay and damage at any moment."""

import lab as labs
import live_wire
import wire as wires
from live_lab import live


def stormy_life(lab, chances, handshake=True):
    """A whole connection in bad weather, with a random end."""
    if handshake:
        lab.weather(chances)
        ends = lab.open_somehow(0.3)
    else:
        ends = lab.pair()
        lab.weather(chances)
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
    """One closes, half-closes or aborts, then the other; or both at once."""
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
    """Losses before the capture point."""
    stormy_life(lab, {wires.lose_before_tap: 0.12})


@live()
def lossy_after_tap(lab):
    """Losses behind the capture point."""
    stormy_life(lab, {wires.lose_after_tap: 0.12})


@live()
def lossy_close_after_tap(lab):
    """Heavy losses behind the capture point, but the handshake is spared."""
    stormy_life(lab, {wires.lose_after_tap: 0.25}, handshake=False)


@live()
def lossy_close_before_tap(lab):
    """Heavy losses before the capture point, but the handshake is spared."""
    stormy_life(lab, {wires.lose_before_tap: 0.25}, handshake=False)


@live()
def duplicates(lab):
    """Many segments are captured and delivered twice."""
    stormy_life(lab, {wires.duplicate: 0.3})


@live()
def duplicates_after_tap(lab):
    """Many segments are captured once and delivered twice."""
    stormy_life(lab, {live_wire.duplicate_after_tap: 0.3})


@live()
def late_delivery(lab):
    """Segments are captured, but arrive after later ones."""
    stormy_life(lab, {lab.later_action(): 0.2})


@live()
def reordered(lab):
    """Segments pass each other before the capture point."""
    swapped = []

    def swap(wire, frame):
        swapped.append(frame)
        if not wire.carry(frame.sender, timeout=0.02):
            wires.pass_on(wire, swapped.pop())
            return
        if swapped:
            wires.pass_on(wire, swapped.pop())
    stormy_life(lab, {swap: 0.2})


@live()
def damaged(lab):
    """Segments arrive with a checksum that is wrong."""
    stormy_life(lab, {live_wire.corrupt: 0.15}, handshake=False)


@live()
def damaged_handshake(lab):
    """Segments of the handshake may be damaged too."""
    stormy_life(lab, {live_wire.corrupt: 0.2})


@live()
def all_weathers(lab):
    """A little of everything."""
    stormy_life(lab, {wires.lose_before_tap: 0.04, wires.lose_after_tap: 0.04,
                      wires.duplicate: 0.05, lab.later_action(): 0.05, live_wire.corrupt: 0.03})


@live()
def old_copies(lab):
    """Copies of old segments turn up at random moments."""
    ends = lab.open_somehow()
    for _ in range(lab.dice.randint(2, 5)):
        lab.talk(ends)
        for _ in range(2):
            lab.replay(lab.dice.choice(lab.wire.keep_alive))
            lab.run(0.03)
    for host in lab.hosts():
        lab.read(ends[host])
        ends[host].close()
        lab.run(0.05)
        lab.replay(lab.dice.choice(lab.wire.keep_alive))
        lab.run(0.05)
