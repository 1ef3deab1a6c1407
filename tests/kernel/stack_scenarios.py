# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios for the stack test: opening, closing, resets, loss."""

import live_wire
import packets
import wire as wires
from packets import ACK, FIN, RST, SYN
from stack_lab import scenario

LOST = wires.lose_after_tap
UNSEEN = wires.lose_before_tap
LATE, LONG = 0.3, 12     # seconds: longer than a round trip; enough for several retransmissions


def close_both(lab):
    """Close both endpoints, one after the other."""
    for host in lab.hosts():
        lab.do(host, "close")
        lab.run()


# Openings


@scenario
def plain(lab):
    """An ordinary connection: open, exchange data, close."""
    lab.open()
    lab.talk()
    close_both(lab)


@scenario
def several(lab):
    """Three connections, one after the other."""
    lab.listen()
    for _ in range(3):
        lab.connect()
        lab.run()
        lab.talk(2)
        close_both(lab)


@scenario
def refused(lab):
    """The server does not listen; perhaps a second attempt is accepted."""
    lab.connect()
    lab.wait(LONG)
    if lab.dice.random() < 0.5:
        lab.listen()
        lab.connect()
        lab.run()
        close_both(lab)


@scenario
def lost_syn(lab):
    """SYNs are lost before or after the capture point."""
    lab.listen()
    for _ in range(lab.dice.randint(1, 2)):
        lab.rule(lab.client, SYN, lab.dice.choice((LOST, UNSEEN)))
    lab.connect()
    lab.wait(LONG)
    lab.talk(1)
    close_both(lab)


@scenario
def lost_syn_ack(lab):
    """SYN-ACKs are lost."""
    lab.listen()
    for _ in range(lab.dice.randint(1, 2)):
        lab.rule(lab.server, SYN | ACK, lab.dice.choice((LOST, UNSEEN)))
    lab.connect()
    lab.wait(LONG)
    lab.talk(1)
    close_both(lab)


@scenario
def lost_third_ack(lab):
    """The handshake's ACK is lost; perhaps the client sends data at once."""
    lab.listen()
    lab.rule(lab.client, ACK, LOST)
    lab.connect()
    lab.run(0.02)
    if lab.dice.random() < 0.5:
        lab.say(lab.client)
    lab.wait(LONG)
    close_both(lab)


@scenario
def unanswered(lab):
    """Every SYN is lost; the client's application gives up before TCP does."""
    lab.chances = {LOST: 1.0}
    lab.connect()
    lab.wait(lab.dice.choice((5, LONG)))
    lab.do(lab.client, "close")
    lab.wait(LONG)


@scenario
def given_up(lab):
    """The client's application closes before the SYN-ACK arrives."""
    lab.listen()
    lab.connect()
    lab.carry(lab.client)
    lab.do(lab.client, "close")
    lab.wait(LONG)


# Closes


@scenario
def half_close(lab):
    """One endpoint half-closes; the other continues to send, then closes."""
    lab.open()
    lab.talk()
    first, second = lab.hosts()
    lab.do(first, "shutdown")
    lab.run()
    for _ in range(lab.dice.randint(1, 3)):
        lab.say(second)
        lab.run()
    lab.do(second, "close")
    lab.run()
    lab.do(first, "close")
    lab.run()


@scenario
def fin_with_data(lab):
    """Both endpoints send their FINs with or right after data."""
    lab.open()
    for host in lab.hosts():
        lab.say(host)
        lab.do(host, "shutdown")
    lab.run()
    close_both(lab)


@scenario
def both_at_once(lab):
    """Both endpoints close before either FIN arrives."""
    lab.open()
    lab.talk(2)
    for host in lab.hosts():
        lab.do(host, "close")
    lab.run()
    lab.wait(LONG)


@scenario
def quick_answer(lab):
    """The second closer is so quick that its FIN acknowledges the first FIN."""
    lab.open()
    first, second = lab.hosts()
    lab.do(first, "shutdown")
    lab.carry(first)
    lab.do(second, "close")
    lab.run()
    lab.do(first, "close")
    lab.run()


@scenario
def lost_fins(lab):
    """FINs are lost."""
    lab.open()
    lab.talk(1)
    for host in lab.hosts():
        lab.rule(host, FIN, lab.dice.choice((LOST, UNSEEN, wires.pass_on)))
        lab.do(host, "close")
        lab.wait(lab.dice.choice((0.1, 3, LONG)))
    lab.wait(LONG)


@scenario
def lost_last_ack(lab):
    """The last ACK is lost, and the FIN is retransmitted."""
    lab.open()
    first, second = lab.hosts()
    lab.do(first, "close")
    lab.run()
    lab.do(second, "close")
    lab.carry(second)
    lab.rule(first, ACK, LOST)
    lab.wait(LONG)


@scenario
def time_wait_ends(lab):
    """A connection, and another one long after TIME-WAIT has ended."""
    lab.open()
    close_both(lab)
    lab.wire.advance(200 * 10**9)
    lab.connect()
    lab.run()
    lab.talk(1)
    close_both(lab)


# Resets


@scenario
def aborted(lab):
    """One endpoint aborts, perhaps while its peer sends, or after the peer has half-closed."""
    lab.open()
    lab.talk(2)
    first, second = lab.hosts()
    way = lab.dice.choice(("at once", "sending", "closed"))
    if way == "sending":
        lab.say(second)
    elif way == "closed":
        lab.do(second, "shutdown")
        lab.run()
    lab.do(first, "abort")
    lab.wait(LONG)


@scenario
def unread(lab):
    """One endpoint closes with unread data in its receive buffer."""
    lab.open()
    first, second = lab.hosts()
    lab.do(first, "pause")
    lab.say(second)
    lab.run()
    lab.do(first, "close")
    lab.wait(LONG)


@scenario
def data_after_close(lab):
    """Data arrives at an endpoint that has closed both directions."""
    lab.open()
    first, second = lab.hosts()
    lab.do(first, "close")
    lab.run()
    lab.say(second)
    lab.wait(LONG)


@scenario
def forged_resets(lab):
    """Forged RSTs that do not have the exact sequence number, in the window or outside."""
    lab.open()
    lab.talk(2)
    victim, peer = lab.hosts()
    for offset in lab.dice.sample((-1000, 1, 50, 70000, 10**7), 3):
        reset = lab.next_of(peer).with_(flags=RST, ack=0, window=0)
        lab.forge(peer, reset.with_(seq=(reset.seq + offset) % packets.MODULUS))
        lab.run()
        lab.say(victim)
        lab.run()
    close_both(lab)


# Transfers and disturbances


@scenario
def closed_window(lab):
    """A receiver stops reading until its window is closed, and continues after some probes."""
    lab.open()
    reader, writer = lab.hosts()
    lab.do(reader, "pause")
    for _ in range(12):
        lab.do(writer, "send", 20000)
        lab.run()
    lab.wait(lab.dice.choice((3, LONG)))
    lab.do(reader, "resume")
    lab.wait(LONG)
    close_both(lab)


@scenario
def large(lab):
    """Much data in both directions, and a close before it is all delivered."""
    lab.open()
    for host in lab.hosts():
        lab.do(host, "send", lab.dice.randint(20000, 60000))
    lab.run(most=lab.dice.randint(5, 40))
    for host in lab.hosts():
        lab.do(host, "shutdown")
    lab.wait(LONG)
    close_both(lab)


@scenario
def bad_weather(lab):
    """Loss, late delivery and duplication throughout the connection."""
    lab.chances = {LOST: 0.06, UNSEEN: 0.04, lab.deliver_late(): 0.08, wires.duplicate: 0.06,
                   live_wire.duplicate_after_tap: 0.03}
    lab.listen()
    lab.connect()
    lab.wait(LONG)
    for _ in range(lab.dice.randint(1, 4)):
        lab.say(lab.dice.choice((lab.client, lab.server)))
        lab.wait(3)
    for host in lab.hosts():
        lab.do(host, "close")
        lab.wait(lab.dice.choice((0.1, 3)))
    lab.wait(40)


@scenario
def late_copies(lab):
    """Copies of earlier segments arrive late, perhaps after the connection has closed."""
    lab.open()
    lab.talk(2)
    if lab.dice.random() < 0.6:
        close_both(lab)
    old = [event for event in lab.wire.journal if isinstance(event, live_wire.Captured)]
    for event in lab.dice.sample(old, min(3, len(old))):
        sender = lab.client if event.host == "client" else lab.server
        copy = live_wire.LiveFrame(sender, lab.wire.peer(sender), event.segment.pack(),
                                   event.emitted)
        lab.run(LATE)
        lab.wire.capture(copy, live_wire.DUPLICATE)
        lab.wire.deliver(copy)
        lab.run(LATE)
    lab.wait(LONG)


@scenario
def blind_syn(lab):
    """A forged SYN that seems to come from the client arrives on an open connection."""
    lab.open()
    lab.talk(1)
    segment = lab.next_of(lab.client)
    lab.forge(lab.client, segment.with_(
        seq=(segment.seq + lab.dice.randint(-10**6, 10**6)) % packets.MODULUS, ack=0, flags=SYN))
    lab.run()
    lab.talk(2)
    close_both(lab)
