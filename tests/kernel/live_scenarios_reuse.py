# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: the same addresses and ports again."""

import contextlib

import lab as labs
import packets
from live_lab import live

MAY_REUSE = {"tcp_tw_reuse": 1, "tcp_tw_reuse_delay": 100}


def second_life(lab, host=None, **options):
    """Another connection of the same ports."""
    again = lab.connect(host, **options)
    lab.settle(1.6, 1.1)
    with contextlib.suppress(OSError):
        ends = {lab.client: again, lab.server: lab.accept()}
        lab.talk(ends)
        lab.finish(ends)


@live()
def after_time_wait_of_server(lab):
    """The server holds TIME-WAIT; the client's new SYN may be acceptable or not."""
    lab.listen()
    if lab.chance(0.5):
        client = lab.connect(isn=2_000_000)
        options = {"isn": lab.either(1_000_000, 3_000_000)}
    else:
        client, options = lab.connect(), {}
    lab.run(0.05)
    ends = {lab.client: client, lab.server: lab.accept()}
    lab.talk(ends)
    ends[lab.server].close()
    lab.run(0.05)
    ends[lab.client].close()
    lab.run(0.05)
    second_life(lab, **options)


@live(client_sysctls=MAY_REUSE)
def after_time_wait_of_client(lab):
    """The client connects again from the port that it holds in TIME-WAIT."""
    ends = lab.pair()
    lab.talk(ends)
    ends[lab.client].close()
    lab.run(0.05)
    ends[lab.server].close()
    lab.run(0.3)
    with contextlib.suppress(OSError):
        second_life(lab)


@live(server_sysctls=MAY_REUSE)
def server_calls_back(lab):
    """After the close the old server connects to the old client's port."""
    ends = lab.pair()
    lab.talk(ends)
    lab.listener.close()
    for host in lab.hosts():
        lab.read(ends[host])
        ends[host].close()
        lab.run(0.05)
    lab.run(0.3)
    with contextlib.suppress(OSError):
        listener = lab.client.socket()
        listener.bind((lab.client.address, lab.client_port))
        listener.listen(1)
        again = lab.connect(lab.server)
        lab.settle(1.6, 1.1)
        back = lab.client.keep(listener.accept()[0])
        lab.finish({lab.server: again, lab.client: back})


@live()
def after_reset(lab):
    """A connection is reset by either side; the next one has the same ports."""
    ends = lab.pair()
    lab.talk(ends)
    labs.abort(ends[lab.either(lab.client, lab.server)])
    lab.run(0.05)
    for end in ends.values():
        end.close()
    second_life(lab)


@live()
def after_refusal(lab):
    """A SYN is refused; once the server listens, a SYN of the same ports is accepted."""
    for _ in range(lab.dice.randint(1, 2)):
        client = lab.connect()
        if lab.chance(0.7):
            lab.run(0.05)
        client.close()
        lab.run(0.05)
    lab.listen()
    second_life(lab)


@live()
def time_wait_over(lab):
    """TIME-WAIT runs out (its socket is removed, the clock moved); something old comes then."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    ends[first].close()
    lab.run(0.05)
    ends[second].close()
    lab.run(0.05)
    for entry in first.sockets():
        if entry.state == "TIME-WAIT":
            first.diagnosis.destroy(entry)
    lab.later(lab.either(61, 100))
    if lab.chance(0.5):
        lab.replay(lab.dice.choice([frame for frame in lab.wire.keep_alive
                                    if frame.segment.has(packets.FIN)]))
        lab.run(0.1)
    else:
        second_life(lab)


@live()
def time_wait_killed(lab):
    """A forged exact RST, an old FIN or an old ACK meets TIME-WAIT."""
    ends = lab.pair()
    lab.talk(ends)
    first, second = lab.hosts()
    ends[first].close()
    lab.run(0.05)
    ends[second].close()
    lab.run(0.05)
    what = lab.either("reset", "copy", "syn")
    if what == "reset":
        lab.reset_of(second, lab.either(0, 0, 5, 1000))
    elif what == "copy":
        lab.replay(lab.dice.choice(lab.wire.keep_alive))
    elif lab.chance(0.5):
        lab.forge(second, seq=lab.next_segment(second).seq - 5000, flags=packets.SYN, ack=0,
                  options=b"")
    lab.run(0.1)
    if lab.chance(0.4) and second is lab.client:
        second_life(lab)
