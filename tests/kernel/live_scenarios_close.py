# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: closing connections."""

import socket

import live_wire
import packets
import wire as wires
from live_lab import live


@live()
def plain(lab):
    """An ordinary connection: open, exchange data, close."""
    ends = lab.pair()
    lab.talk(ends, rounds=5)
    lab.finish(ends)


@live()
def large(lab):
    """Much data in both directions, and a close before it is all delivered."""
    ends = lab.pair()
    for end in ends.values():
        lab.say(end, b"x" * lab.dice.randint(20000, 60000))
    for _ in range(lab.dice.randint(5, 30)):
        lab.step(lab.either(lab.client, lab.server))
        for end in ends.values():
            lab.read(end)
    first, second = lab.hosts()
    lab.shut(ends[first])
    for _ in range(40):
        lab.run(0.01)
        for end in ends.values():
            lab.read(end)
    ends[second].close()
    lab.settle(0.6)


@live()
def three_segments(lab):
    """The second closer is so quick that its FIN acknowledges the first FIN."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.shut(ends[first])
    lab.step(first)
    ends[second].close()
    lab.run(0.1)


@live()
def half_close(lab):
    """One endpoint half-closes; the other continues to send, then closes or aborts."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.shut(ends[first])
    lab.run(0.05)
    for _ in range(lab.dice.randint(1, 4)):
        lab.say(ends[second])
        lab.run(0.03)
        lab.read(ends[first])
    ends[second].close()
    lab.run(0.1)


@live()
def fin_with_data(lab):
    """Both endpoints send their FINs with data."""
    ends = lab.pair()
    for host in lab.hosts():
        lab.say(ends[host], flags=socket.MSG_MORE)
        lab.shut(ends[host])
        if lab.chance(0.7):
            lab.run(0.05)
    for end in ends.values():
        lab.read(end)
    lab.run(0.3)


def crossing(lab, ends):
    """Close both endpoints before either FIN arrives."""
    for host in (lab.client, lab.server):
        lab.rule(lab.sent_by(host, packets.FIN), wires.hold)
    for host in lab.hosts():
        lab.shut(ends[host])
    lab.step(*lab.hosts())
    lab.wire.held.sort(key=lambda frame: lab.dice.random())
    lab.wire.release()
    lab.settle(0.8)


@live()
def simultaneous_close(lab):
    """The FINs cross."""
    ends = lab.pair()
    lab.talk(ends)
    crossing(lab, ends)


@live()
def simultaneous_close_with_data(lab):
    """The FINs cross, with data before or on them."""
    ends = lab.pair()
    for host in lab.hosts():
        lab.say(ends[host], lab.some_bytes(3000), lab.either(0, socket.MSG_MORE))
    crossing(lab, ends)


@live()
def simultaneous_close_in_order(lab):
    """Both endpoints close at once; no packet is held back; an ACK may be lost."""
    ends = lab.pair()
    lab.talk(ends)
    for host in lab.hosts():
        if lab.chance(0.5):
            lab.say(ends[host])
        lab.shut(ends[host])
    if lab.chance(0.5):
        lab.rule(lab.sent_by(lab.either(lab.client, lab.server), without=packets.FIN),
                 lab.either(wires.lose_after_tap, wires.lose_before_tap))
    lab.settle(1.2, 0.35)


@live()
def fin_lost(lab):
    """The FIN of the first or the second closer is lost."""
    ends = lab.pair()
    lab.talk(ends)
    lab.rule(lab.sent_by(lab.either(lab.client, lab.server), packets.FIN),
             lab.either(wires.lose_before_tap, wires.lose_after_tap),
             times=lab.dice.randint(1, 2))
    first, second = lab.hosts()
    ends[first].close()
    lab.settle(0.9, 0.45)
    lab.read(ends[second])
    ends[second].close()
    lab.settle(1.5, 0.9)


@live()
def ack_of_fin_lost(lab):
    """The ACK of the first or the second FIN is lost."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    action = lab.either(wires.lose_before_tap, wires.lose_after_tap)
    ends[first].close()
    lab.step(first)
    if lab.chance(0.5):
        lab.rule(lab.sent_by(second), action, times=lab.dice.randint(1, 2))
    lab.settle(0.6, 0.3)
    ends[second].close()
    lab.step(second)
    lab.rule(lab.sent_by(first), action, times=lab.dice.randint(0, 2))
    lab.settle(1.5, 0.6)


@live()
def fin_before_data(lab):
    """Data before a FIN is lost or late, so the FIN arrives out of order."""
    ends = lab.pair()
    first, second = lab.hosts()
    lab.rule(lab.sent_by(first, payload=True),
             lab.either(wires.lose_before_tap, wires.lose_after_tap, lab.deliver_late()))
    lab.say(ends[first], lab.some_bytes(3000))
    if lab.chance(0.5):
        lab.say(ends[first])
    lab.shut(ends[first])
    lab.settle(1.0, 0.4)
    lab.read(ends[second])
    ends[second].close()
    lab.settle(0.8, 0.3)


@live()
def fin_late(lab):
    """A FIN or its ACK is captured but arrives late."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.rule(lab.sent_by(lab.either(first, second), lab.either(packets.FIN, packets.ACK)),
             wires.hold)
    ends[first].close()
    lab.run(lab.either(0.05, 0.3))
    lab.wire.release()
    lab.run(0.1)
    lab.read(ends[second])
    if lab.chance(0.3):
        lab.say(ends[second])
    ends[second].close()
    lab.settle(0.8, 0.3)
    lab.wire.release()
    lab.run(0.1)


@live(sysctls={"tcp_fin_timeout": 1})
def fin_wait_2_timeout(lab):
    """The second closer waits so long that the orphaned FIN-WAIT-2 of the first times out."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.read(ends[first])
    ends[first].close()
    lab.run(lab.either(0.3, 1.6))
    if lab.chance(0.5):
        lab.say(ends[second])
        lab.run(0.1)
    ends[second].close()
    lab.settle(0.6, 0.3)


@live()
def last_ack_copied(lab):
    """The last ACK arrives twice; the copy may not be captured."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.read(ends[first])
    ends[first].close()
    lab.run(0.05)
    lab.read(ends[second])
    ends[second].close()
    lab.step(second)
    lab.rule(lab.sent_by(first), lab.either(wires.duplicate, live_wire.duplicate_after_tap))
    lab.run(0.3)
