# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: forged segments."""

import contextlib

import packets
import wire as wires
from live_lab import live

FAR = 10_000_000


def continue_and_finish(lab, ends):
    """Continue after the forgery, then close."""
    lab.run(0.05)
    if lab.chance(0.3):
        lab.run(0.3)
    lab.talk(ends)
    lab.finish(ends)
    lab.settle(0.6, 0.3)


def bring_victim_into(lab, ends, state):
    """Bring a random host into a state; return that host, the victim."""
    first, second = lab.hosts()
    lab.talk(ends)
    if state != "ESTABLISHED":
        lab.shut(ends[first])
        lab.run(0.05)
    return first if state == "FIN-WAIT-2" else second


def forged_reset(lab, offset, flags=packets.RST):
    """Forge RSTs from the victim's peer, offset bytes from the exact sequence number."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, lab.either("ESTABLISHED", "ESTABLISHED", "FIN-WAIT-2",
                                                     "CLOSE-WAIT"))
    for _ in range(lab.dice.randint(1, 2)):
        lab.reset_of(lab.wire.peer(victim), offset, flags=flags)
        lab.run(0.05)
    continue_and_finish(lab, ends)


@live()
def reset_exact(lab):
    """A forged RST with the exact sequence number resets one endpoint."""
    forged_reset(lab, 0, lab.either(packets.RST, packets.RST | packets.ACK))


@live()
def reset_in_window(lab):
    """A forged RST in the window, but not exact, elicits a challenge ACK."""
    forged_reset(lab, lab.dice.randint(1, 10000))


@live()
def reset_out_of_window(lab):
    """A forged RST outside the window is ignored."""
    forged_reset(lab, lab.either(FAR, -FAR, -1, -1000))


@live()
def reset_in_syn_sent(lab):
    """A forged RST in SYN-SENT, which may or may not acknowledge the SYN."""
    lab.listen()
    slow = lab.chance(0.5)
    if slow:
        lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.step(lab.client)
    syn = lab.last[lab.client]
    wrong = lab.either(0, 0, 5000, -1)
    flags = lab.either(packets.RST | packets.ACK, packets.RST | packets.ACK, packets.RST)
    lab.forge(lab.server, seq=lab.either(0, 77777), ack=syn.end + wrong, flags=flags, window=0)
    lab.settle(1.5, 1.1)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: client, lab.server: lab.accept()})


@live()
def reset_in_syn_received(lab):
    """A forged RST in SYN-RECEIVED: exact, in the window or outside it."""
    lab.listen()
    client = lab.connect()
    lab.step(lab.client)
    if lab.chance(0.5):
        lab.step(lab.server)
    offset = lab.either(0, 0, 100, FAR, -1)
    syn = lab.wire.captured_frames[0].segment
    lab.forge(lab.client, seq=syn.end + offset, flags=packets.RST, ack=0, options=b"", window=0)
    lab.settle(1.5, 1.1)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: client, lab.server: lab.accept()})


@live()
def blind_syn(lab):
    """A forged SYN on a live connection elicits a challenge ACK."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, lab.either("ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT"))
    exact = lab.next_segment(lab.wire.peer(victim)).seq
    lab.forge(lab.wire.peer(victim), seq=lab.either(123456789, exact, exact + 100, exact - 1),
              flags=packets.SYN, ack=0, options=b"")
    continue_and_finish(lab, ends)


@live()
def blind_syn_ack(lab):
    """A forged SYN-ACK on a live connection elicits a challenge ACK."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, lab.either("ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT"))
    lab.forge(lab.wire.peer(victim), seq=lab.dice.randrange(packets.MODULUS),
              flags=packets.SYN | packets.ACK, options=b"")
    continue_and_finish(lab, ends)


@live()
def wrong_syn_ack(lab):
    """A forged SYN-ACK acknowledges the wrong number; the client sends a RST, stays in SYN-SENT."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), lab.either(wires.lose_after_tap, wires.pass_on))
    client = lab.connect()
    lab.step(lab.client)
    syn = lab.last[lab.client]
    lab.forge(lab.server, seq=1000, ack=syn.seq + lab.either(5000, 0, -5000),
              flags=packets.SYN | packets.ACK)
    lab.settle(2.4, 1.1)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: client, lab.server: lab.accept()})


@live()
def wrong_handshake_ack(lab):
    """The third segment has a wrong ACK: the server sends a RST and stays in SYN-RECEIVED."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.ACK), wires.lose_before_tap)
    client = lab.connect()
    lab.step(lab.client, lab.server, lab.client)
    lab.forge(lab.client, ack=lab.last[lab.server].end + lab.either(5000, -5000, 1))
    lab.settle(1.5, 1.1)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: client, lab.server: lab.accept()})


@live()
def forged_fin(lab):
    """A forged FIN in sequence is accepted by its victim."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, lab.either("ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT"))
    lab.forge(lab.wire.peer(victim), flags=packets.FIN | packets.ACK)
    continue_and_finish(lab, ends)


@live()
def forged_fin_out_of_window(lab):
    """A forged FIN out of sequence or outside the window is not accepted."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, "ESTABLISHED")
    sender = lab.wire.peer(victim)
    lab.forge(sender, seq=lab.next_segment(sender).seq + lab.either(FAR, -FAR, 1000),
              flags=packets.FIN | packets.ACK)
    continue_and_finish(lab, ends)


@live()
def forged_data(lab):
    """Forged data, in sequence or not, or with an unacceptable acknowledgment number."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, lab.either("ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT"))
    sender = lab.wire.peer(victim)
    segment = lab.next_segment(sender)
    what = lab.either({"seq": segment.seq}, {"seq": segment.seq + 500},
                      {"seq": segment.seq - 500}, {"ack": segment.ack + 3000},
                      {"ack": segment.ack - FAR})
    lab.forge(sender, flags=packets.ACK | packets.PSH, payload=b"f" * 100, **what)
    continue_and_finish(lab, ends)


@live()
def old_ack(lab):
    """Forged pure ACKs with past or future numbers."""
    ends = lab.pair()
    victim = bring_victim_into(lab, ends, lab.either("ESTABLISHED", "FIN-WAIT-2", "CLOSE-WAIT"))
    sender = lab.wire.peer(victim)
    segment = lab.next_segment(sender)
    for _ in range(2):
        lab.forge(sender, seq=segment.seq + lab.either(0, 0, 50, -50, FAR),
                  ack=segment.ack + lab.either(0, 1, -1, -FAR, FAR))
        lab.run(0.03)
    continue_and_finish(lab, ends)


@live(timestamps=1)
def old_timestamp(lab):
    """A forged FIN or data segment with a timestamp so old that PAWS rejects it."""
    ends = lab.pair()
    lab.talk(ends)
    sender, _ = lab.hosts()
    segment = lab.next_segment(sender)
    value, echo = packets.timestamps(segment.options)
    old = packets.timestamps_option((value - 1_000_000) % packets.MODULUS, echo)
    lab.forge(sender, options=old, flags=lab.either(packets.FIN | packets.ACK, packets.ACK),
              payload=lab.either(b"", b"old"))
    continue_and_finish(lab, ends)


@live()
def odd_flags(lab):
    """Forged segments with flags that no TCP sends, on a live connection."""
    ends = lab.pair()
    lab.talk(ends)
    sender, _ = lab.hosts()
    for flags in lab.dice.sample((0, packets.FIN, packets.FIN | packets.PSH | packets.URG,
                                  packets.SYN | packets.FIN, packets.PSH), 2):
        lab.forge(sender, flags=flags)
        lab.run(0.03)
    continue_and_finish(lab, ends)
