# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: data transfer between handshake and close."""

import socket

import wire as wires
from live_lab import live

TCP_USER_TIMEOUT = 18


@live()
def keep_alive(lab):
    """An endpoint sends keep-alives on an idle connection."""
    ends = lab.pair(TCP_KEEPIDLE=1, TCP_KEEPINTVL=1)
    lab.talk(ends)
    prober = lab.either(lab.client, lab.client, lab.server)
    for name, value in (("TCP_KEEPIDLE", 1), ("TCP_KEEPINTVL", 1)):
        ends[prober].setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    ends[prober].setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if lab.chance(0.5):
        lab.shut(ends[lab.wire.peer(prober)])
    lab.settle(lab.either(1.3, 2.4), 1.2)
    lab.finish(ends)


@live()
def keep_alive_timeout(lab):
    """Keep-alives or their answers are lost; the client gives up with a RST."""
    ends = lab.pair(TCP_KEEPIDLE=1, TCP_KEEPINTVL=1, TCP_KEEPCNT=1)
    lab.talk(ends, rounds=1)
    lab.rule(lab.sent_by(lab.either(lab.client, lab.server)),
             lab.either(wires.lose_after_tap, wires.lose_before_tap), times=-1)
    ends[lab.client].setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    lab.settle(2.6, 1.3)
    lab.rules.clear()
    lab.either(lab.say, lab.shut)(ends[lab.server])
    lab.run(0.2)


def small_window(lab, **options):
    """Open a connection with a small receive buffer in the server; return {host: socket}."""
    lab.listen().setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2500)
    return lab.pair(**options)


def fill(lab, ends):
    """Send until the server's window is closed."""
    for _ in range(30):
        lab.say(ends[lab.client], b"x" * 600)
        lab.run(0.05)
        if lab.last[lab.server].window == 0:
            return


@live()
def zero_window(lab):
    """The window closes, is probed and opens again; a FIN may be waiting."""
    ends = small_window(lab)
    fill(lab, ends)
    lab.say(ends[lab.client], b"waits")
    waits = lab.chance(0.5)
    if waits:
        lab.shut(ends[lab.client])
    lab.run(0.5)
    if lab.chance(0.3):
        lab.shut(ends[lab.server])
        lab.run(0.3)
    lab.read(ends[lab.server])
    lab.settle(1.0, 0.5)
    lab.read(ends[lab.server])
    lab.finish(ends)


@live()
def zero_window_death(lab):
    """The window stays closed until the sender gives up or the receiver closes unread data."""
    ends = small_window(lab)
    ends[lab.client].setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 700)
    fill(lab, ends)
    lab.say(ends[lab.client], b"waits")
    if lab.chance(0.5):
        lab.shut(ends[lab.client])
    lab.run(0.9)
    lab.run(0.9)
    ends[lab.server].close()
    lab.run(0.2)


@live()
def user_timeout(lab):
    """Data or a FIN is not acknowledged in time; the sender gives up silently."""
    ends = lab.pair()
    first, second = lab.hosts()
    ends[first].setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 400)
    lab.rule(lab.sent_by(lab.either(first, second)),
             lab.either(wires.lose_after_tap, wires.lose_before_tap), times=-1)
    lab.either(lab.say, lab.shut)(ends[first])
    lab.run(0.5)
    lab.run(0.5)
    lab.rules.clear()
    lab.either(lab.say, lab.shut)(ends[second])
    lab.run(0.3)


@live()
def urgent(lab):
    """Urgent data among other data."""
    ends = lab.pair()
    host = lab.either(lab.client, lab.server)
    lab.say(ends[host], b"before")
    lab.say(ends[host], b"!", socket.MSG_OOB)
    lab.say(ends[host])
    lab.run(0.05)
    lab.finish(ends)
    lab.run(0.1)


@live()
def both_talk(lab):
    """Both endpoints send at once, many times, in random order."""
    ends = lab.pair()
    for _ in range(lab.dice.randint(3, 8)):
        for host in lab.hosts():
            lab.say(ends[host], lab.some_bytes(8000))
        for _ in range(lab.dice.randint(1, 6)):
            lab.step(lab.either(lab.client, lab.server))
        for end in ends.values():
            lab.read(end)
    lab.settle(0.5, 0.1)
    for end in ends.values():
        lab.read(end)
    lab.finish(ends)
