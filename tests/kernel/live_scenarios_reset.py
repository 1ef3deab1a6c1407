# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: connections that end with a RST, or without any segment."""

import socket

import lab as labs
import packets
import wire as wires
from live_lab import live


def bring_into(lab, ends, state):
    """Bring a random host into a state; return (that host, its peer)."""
    first, second = lab.hosts()
    lab.talk(ends)
    if state == "FIN-WAIT-1":
        lab.rule(lab.sent_by(first, packets.FIN), lab.either(wires.lose_after_tap, wires.hold))
    if state == "CLOSING":
        lab.rule(lab.sent_by(first, packets.FIN), wires.hold)
        lab.rule(lab.sent_by(second, packets.FIN), wires.hold)
    if state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "TIME-WAIT"):
        lab.shut(ends[first])
        lab.step(first)
    if state in ("FIN-WAIT-2", "TIME-WAIT"):
        lab.run(0.05)
    if state in ("CLOSE-WAIT", "LAST-ACK", "CLOSING", "TIME-WAIT"):
        lab.shut(ends[second])
        lab.step(second)
    if state in ("CLOSE-WAIT", "LAST-ACK", "TIME-WAIT"):
        lab.run(0.05)
    if state == "CLOSING":
        lab.wire.release()
    if state == "LAST-ACK":
        lab.rule(lab.sent_by(first, packets.FIN), lab.either(wires.lose_after_tap, wires.hold))
        lab.shut(ends[first])
        lab.step(first)
    return first, second


def abort_in(lab, state):
    """Let a host abort in a state; held segments arrive afterwards."""
    ends = lab.pair()
    first, second = bring_into(lab, ends, state)
    if lab.chance(0.2):
        lab.rule(lab.sent_by(first, packets.RST),
                 lab.either(wires.lose_after_tap, wires.lose_before_tap))
    labs.abort(ends[first])
    lab.run(0.05)
    lab.wire.release()
    lab.run(0.05)
    lab.say(ends[second])
    lab.run(0.1)
    ends[second].close()
    lab.settle(0.8, 0.3)


@live()
def abort_in_established(lab):
    """Abort in ESTABLISHED."""
    abort_in(lab, "ESTABLISHED")


@live()
def abort_in_fin_wait_1(lab):
    """Abort in FIN-WAIT-1."""
    abort_in(lab, "FIN-WAIT-1")


@live()
def abort_in_fin_wait_2(lab):
    """Abort in FIN-WAIT-2."""
    abort_in(lab, "FIN-WAIT-2")


@live()
def abort_in_close_wait(lab):
    """Abort in CLOSE-WAIT."""
    abort_in(lab, "CLOSE-WAIT")


@live()
def abort_in_last_ack(lab):
    """Abort in LAST-ACK: no RST is sent."""
    abort_in(lab, "LAST-ACK")


@live()
def abort_in_closing(lab):
    """Abort in CLOSING: no RST is sent."""
    abort_in(lab, "CLOSING")


@live()
def abort_in_time_wait(lab):
    """Abort in TIME-WAIT: nothing happens."""
    abort_in(lab, "TIME-WAIT")


@live()
def abort_with_data_on_the_way(lab):
    """Both endpoints send much data; one aborts while it is in flight."""
    ends = lab.pair()
    for end in ends.values():
        lab.say(end, b"x" * lab.dice.randint(3000, 30000))
    for _ in range(lab.dice.randint(1, 10)):
        lab.step(lab.either(lab.client, lab.server))
    labs.abort(ends[lab.either(lab.client, lab.server)])
    lab.run(0.1)


@live()
def close_with_unread_data(lab):
    """An endpoint closes with unread data and so sends a RST instead of a FIN."""
    ends = lab.pair()
    first, second = lab.hosts()
    if lab.chance(0.3):
        lab.shut(ends[first])
        lab.run(0.05)
    lab.say(ends[second])
    lab.run(0.05)
    ends[first].close()
    lab.run(0.1)
    lab.say(ends[second])
    lab.run(0.1)
    ends[second].close()
    lab.run(0.1)


@live()
def data_after_close(lab):
    """Data, perhaps with a FIN, reaches an endpoint in FIN-WAIT-2 without an application."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.read(ends[first])
    ends[first].close()
    lab.run(0.05)
    lab.say(ends[second], flags=lab.either(0, socket.MSG_MORE))
    if lab.chance(0.5):
        ends[second].close()
    lab.run(0.1)


@live()
def crash(lab):
    """An endpoint vanishes silently; its peer sends data or a FIN."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    labs.vanish(ends[first])
    lab.either(lab.say, lab.shut)(ends[second])
    lab.run(0.2)


@live()
def crash_and_return(lab):
    """The client vanishes and reconnects; the server still has the old connection."""
    ends = lab.pair()
    lab.talk(ends)
    labs.vanish(ends[lab.client])
    again = lab.connect()
    lab.settle(2.5, 1.1)
    if lab.chance(0.7):
        lab.say(again)
    lab.run(0.1)
    lab.shut(again)
    lab.run(0.1)


@live()
def sock_destroy(lab):
    """The administrator destroys a socket (ss --kill)."""
    ends = lab.pair()
    first, second = bring_into(lab, ends, lab.either("ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT"))
    port = lab.client_port if first is lab.client else lab.server_port
    for entry in first.sockets():
        if entry.port == port and entry.state != "LISTEN":
            first.diagnosis.destroy(entry)
    lab.run(0.1)
    lab.say(ends[second])
    lab.run(0.1)


@live()
def reset_lost(lab):
    """The RST of an abort is lost; the peer then sends data or a FIN."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    lab.rule(lab.sent_by(first, packets.RST), lab.either(wires.lose_before_tap,
                                                         wires.lose_after_tap))
    labs.abort(ends[first])
    lab.run(0.2)
    lab.either(lab.say, lab.shut)(ends[second])
    lab.run(0.2)
