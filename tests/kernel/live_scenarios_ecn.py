# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: ECN, offered or not, with marks at any time."""

import live_wire
import packets
import wire as wires
from live_lab import live
from live_scenarios_loss import disturbed_connection


def choose_ecn(lab):
    """Let each kernel offer ECN, or only accept it, or neither."""
    for host in (lab.client, lab.server):
        host.sysctl("tcp_ecn", lab.either(0, 1, 1, 2))
        host.sysctl("tcp_ecn_fallback", lab.either(0, 1, 1))


@live()
def ecn_negotiation(lab):
    """Any combination of settings; a handshake segment may be lost before or after the tap."""
    choose_ecn(lab)
    loss = lab.either(wires.pass_on, wires.lose_after_tap, wires.lose_before_tap)
    lab.rule(lab.sent_by(lab.either(lab.client, lab.server), packets.SYN), loss)
    ends = lab.open_somehow(0.3)
    lab.disturb({wires.mark_ce: 0.1})
    lab.talk(ends)
    lab.finish(ends)


@live(ecn=1)
def ecn_calm(lab):
    """Nothing is lost; both endpoints send data, and few or many segments are marked."""
    ends = lab.pair()
    lab.disturb({wires.mark_ce: lab.either(0.05, 0.2, 0.5)})
    for _ in range(lab.dice.randint(3, 8)):
        for host in lab.hosts():
            if lab.chance(0.7):
                lab.say(ends[host], lab.some_bytes(9000))
        lab.run(0.03)
        for end in ends.values():
            lab.read(end)
    lab.run(0.05)
    lab.finish(ends)


@live(ecn=1)
def ecn_marked_unseen(lab):
    """Some marks are set before the capture point, some after it."""
    ends = lab.pair()
    lab.disturb({wires.mark_ce: 0.1, live_wire.mark_ce_unseen: 0.1})
    lab.talk(ends, rounds=6)
    lab.finish(ends)


@live(ecn=1)
def ecn_marked(lab):
    """ECN is negotiated; segments are marked CE or lost."""
    disturbed_connection(lab, {wires.mark_ce: 0.2, wires.lose_before_tap: 0.05})


@live(ecn=1)
def ecn_stormy(lab):
    """Marks, losses before and after the tap, duplicates and late arrivals."""
    choose_ecn(lab)
    disturbed_connection(lab, {
        wires.mark_ce: 0.15, wires.lose_before_tap: 0.03, wires.lose_after_tap: 0.03,
        wires.duplicate: 0.05, lab.deliver_late(): 0.05})
