# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: a 4-tuple is reused."""

import contextlib

import lab as labs
import packets
from live_lab import live

MAY_REUSE = {"tcp_tw_reuse": 1, "tcp_tw_reuse_delay": 100}


def reconnect(lab, host=None, **options):
    """Open another connection with the same ports, exchange data and close it."""
    again = lab.connect(host, **options)
    lab.settle(1.6, 1.1)
    with contextlib.suppress(OSError):
        ends = {lab.client: again, lab.server: lab.accept()}
        lab.talk(ends)
        lab.finish(ends)


@live()
def after_time_wait_of_server(lab):
    """The server is in TIME-WAIT; the client's new SYN may or may not be acceptable."""
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
    reconnect(lab, **options)


@live(client_sysctls=MAY_REUSE)
def after_time_wait_of_client(lab):
    """The client reconnects from a port that is in TIME-WAIT."""
    ends = lab.pair()
    lab.talk(ends)
    ends[lab.client].close()
    lab.run(0.05)
    ends[lab.server].close()
    lab.run(0.3)
    with contextlib.suppress(OSError):
        reconnect(lab)


@live(server_sysctls=MAY_REUSE)
def server_calls_back(lab):
    """After the close, the former server connects to the former client's port."""
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
    """A connection is reset by either endpoint; the next one has the same ports."""
    ends = lab.pair()
    lab.talk(ends)
    labs.abort(ends[lab.either(lab.client, lab.server)])
    lab.run(0.05)
    for end in ends.values():
        end.close()
    reconnect(lab)


@live()
def after_refusal(lab):
    """A SYN is refused; once the server listens, a SYN with the same ports is accepted."""
    for _ in range(lab.dice.randint(1, 2)):
        client = lab.connect()
        if lab.chance(0.7):
            lab.run(0.05)
        client.close()
        lab.run(0.05)
    lab.listen()
    reconnect(lab)


@live()
def time_wait_over(lab):
    """TIME-WAIT ends (the clock is advanced); then an old FIN arrives, or the ports are reused."""
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
    lab.advance_clock(lab.either(61, 100))
    if lab.chance(0.5):
        lab.replay(lab.dice.choice([frame for frame in lab.wire.captured_frames
                                    if frame.segment.has(packets.FIN)]))
        lab.run(0.1)
    else:
        reconnect(lab)


@live()
def time_wait_killed(lab):
    """A forged RST or SYN, or an old copy, reaches an endpoint in TIME-WAIT."""
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
        lab.replay(lab.dice.choice(lab.wire.captured_frames))
    elif lab.chance(0.5):
        lab.forge(second, seq=lab.next_segment(second).seq - 5000, flags=packets.SYN, ack=0,
                  options=b"")
    lab.run(0.1)
    if lab.chance(0.4) and second is lab.client:
        reconnect(lab)
