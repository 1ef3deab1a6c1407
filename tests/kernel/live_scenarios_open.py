# SPDX-License-Identifier: GPL-2.0-or-later
"""Random scenarios: opening connections, successfully or not."""

import contextlib

import lab as labs
import live_wire
import packets
import wire as wires
from live_lab import COOKIE_NEEDED, MSG_FASTOPEN, NO_COOKIE_NEEDED, live


@live()
def refused(lab):
    """No socket listens; the client may try twice."""
    for _ in range(lab.dice.randint(1, 2)):
        client = lab.connect()
        lab.run(0.05)
        client.close()


@live(client_sysctls={"tcp_syn_linear_timeouts": 0})
def unanswered(lab):
    """Every SYN is lost; the client's kernel or application gives up."""
    if lab.chance(0.5):
        lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN),
             lab.either(wires.lose_after_tap, wires.lose_before_tap), times=1)
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap, times=-1)
    client = lab.connect(TCP_SYNCNT=1)
    lab.run(1.2)
    if lab.chance(0.5):
        client.close()
    lab.run(2.2)


@live()
def syn_lost(lab):
    """One or two SYNs are lost before or after the capture point."""
    lab.listen()
    for _ in range(lab.dice.randint(1, 2)):
        lab.rule(lab.sent_by(lab.client, packets.SYN),
                 lab.either(wires.lose_before_tap, wires.lose_after_tap))
    ends = lab.open_somehow(0.1)
    lab.talk(ends)
    lab.finish(ends)


@live()
def syn_ack_lost(lab):
    """One or two SYN-ACKs are lost before or after the capture point."""
    lab.listen()
    for _ in range(lab.dice.randint(1, 2)):
        lab.rule(lab.sent_by(lab.server, packets.SYN),
                 lab.either(wires.lose_before_tap, wires.lose_after_tap))
    ends = lab.open_somehow(0.1)
    lab.talk(ends)
    lab.finish(ends)


@live()
def handshake_ack_lost(lab):
    """The third segment is lost; data, a FIN, a RST or a retransmitted SYN-ACK follows."""
    lab.listen()
    client = lab.connect()
    lab.step(lab.client, lab.server)
    lab.rule(lab.sent_by(lab.client), lab.either(wires.lose_before_tap, wires.lose_after_tap))
    lab.step(lab.client)
    what = lab.either("data", "fin", "idle", "abort")
    if what == "data":
        lab.say(client)
    elif what == "fin":
        lab.shut(client)
    elif what == "abort":
        labs.abort(client)
    lab.settle(2.5, 1.3)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: client, lab.server: lab.accept()})


@live()
def syn_late(lab):
    """The SYN or the SYN-ACK arrives late, perhaps after its retransmission."""
    lab.listen()
    host = lab.either(lab.client, lab.server)
    lab.rule(lab.sent_by(host, packets.SYN), wires.hold)
    client = lab.connect()
    lab.run(lab.either(0.3, 1.1))
    lab.wire.release()
    lab.settle(1.5, 1.1)
    with contextlib.suppress(OSError):
        ends = {lab.client: client, lab.server: lab.accept()}
        lab.talk(ends)
        lab.finish(ends)


@live()
def handshake_duplicated(lab):
    """Segments of the handshake arrive twice; some copies are not captured."""
    lab.listen()
    lab.disturb({wires.duplicate: 0.4, live_wire.duplicate_after_tap: lab.either(0, 0.3)})
    ends = lab.open_somehow(0.1)
    lab.wire.policy = lab.choose
    lab.talk(ends)
    lab.finish(ends)


@live()
def client_gone_in_handshake(lab):
    """The client closes or aborts before the SYN-ACK arrives."""
    lab.listen()
    client = lab.connect()
    lab.step(lab.client)
    lab.either(labs.abort, lambda end: end.close())(client)
    lab.settle(1.5, 1.2)


@live()
def client_gone_after_handshake(lab):
    """The client closes or aborts before or after its third segment is carried."""
    lab.listen()
    client = lab.connect()
    lab.step(lab.client, lab.server)
    if lab.chance(0.5):
        lab.step(lab.client)
    lab.either(labs.abort, lambda end: end.close())(client)
    lab.run(0.1)
    with contextlib.suppress(OSError):
        lab.accept().close()
    lab.run(0.1)


@live(server_sysctls={"tcp_syncookies": 2})
def syn_cookies(lab):
    """SYN cookies: the server stores nothing; the third segment may be lost."""
    lab.listen()
    client = lab.connect()
    lab.step(lab.client, lab.server)
    if lab.chance(0.4):
        lab.rule(lab.sent_by(lab.client), lab.either(wires.lose_before_tap, wires.lose_after_tap))
    lab.step(lab.client)
    lab.say(client)
    lab.settle(0.6)
    with contextlib.suppress(OSError):
        ends = {lab.client: client, lab.server: lab.accept()}
        lab.talk(ends)
        lab.finish(ends)


@live()
def deferred_accept(lab):
    """The server ignores a third segment without data until data arrives or a timer expires."""
    lab.listen(TCP_DEFER_ACCEPT=lab.either(1, 5))
    client = lab.connect()
    lab.run(lab.either(0.05, 0.05, 1.3))
    what = lab.either("data", "fin", "idle")
    if what == "data":
        lab.say(client)
    elif what == "fin":
        lab.shut(client)
    lab.settle(2.5, 1.2)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: client, lab.server: lab.accept()})
    lab.settle(0.5)


@live()
def backlog_overflow(lab):
    """More clients than the listener's backlog holds."""
    lab.listen(backlog=0)
    clients = []
    for offset in range(3):
        clients.append(lab.connect(port=lab.client_port + offset))
        if lab.chance(0.5):
            lab.run(0.05)
    lab.run(lab.either(0.1, 1.2))
    for client in clients:
        if lab.chance(0.5):
            lab.say(client)
        else:
            client.close()
        lab.run(0.05)
    with contextlib.suppress(OSError):
        while True:
            lab.accept().close()
            lab.run(0.05)
    lab.settle(1.5, 0.3)


@live()
def listener_closed_in_handshake(lab):
    """The server closes its listener before the third segment arrives."""
    lab.listen()
    client = lab.connect()
    lab.step(lab.client)
    if lab.chance(0.5):
        lab.step(lab.server)
    lab.listener.close()
    if lab.chance(0.5):
        lab.say(client)
    lab.settle(1.5, 0.3)


@live()
def listener_closed_before_accept(lab):
    """The server closes its listener before accept(); the client may have sent data or a FIN."""
    lab.listen()
    client = lab.connect()
    lab.run(0.05)
    what = lab.either("data", "fin", "nothing")
    if what == "data":
        lab.say(client)
    elif what == "fin":
        lab.shut(client)
    lab.run(0.05)
    lab.listener.close()
    lab.run(0.1)


@live()
def simultaneous_open(lab):
    """Both endpoints connect at once and their SYNs cross; one may be lost."""
    carried = lab.either(wires.hold, wires.hold, wires.lose_after_tap)
    lab.rule(lab.sent_by(lab.client, packets.SYN, without=packets.ACK), wires.hold)
    lab.rule(lab.sent_by(lab.server, packets.SYN, without=packets.ACK), carried)
    first, second = lab.hosts()
    ends = {first: lab.connect(first)}
    ends[second] = lab.connect(second)
    lab.step(first, second)
    lab.wire.release()
    lab.settle(2.6, 1.2)
    lab.talk(ends)
    if lab.chance(0.5):
        for end in ends.values():
            lab.shut(end)
    lab.finish(ends)


@live()
def simultaneous_open_in_order(lab):
    """Both endpoints connect at once; no packet is held back."""
    first, second = lab.hosts()
    ends = {first: lab.connect(first), second: lab.connect(second)}
    lab.settle(0.5)
    if lab.chance(0.7):
        for end in ends.values():
            lab.say(end)
    lab.settle(0.5)
    lab.finish(ends)


def fast_open(lab, port=None, data=None):
    """Connect with data in the SYN, if allowed; return the client's socket."""
    client = lab.client.socket()
    client.bind((lab.client.address, port or lab.client_port))
    with contextlib.suppress(BlockingIOError):
        client.sendto(lab.some_bytes(3000) if data is None else data, MSG_FASTOPEN,
                      (lab.server.address, lab.server_port))
    return client


def end_of_fast_open(lab, client):
    """Exchange data and close, if the server has the connection."""
    lab.settle(1.6, 0.3)
    with contextlib.suppress(OSError):
        ends = {lab.client: client, lab.server: lab.accept()}
        lab.talk(ends)
        lab.finish(ends)


@live(sysctls=COOKIE_NEEDED)
def fast_open_with_cookie(lab):
    """One connection gets a cookie; the SYN of the next one carries data."""
    lab.listen(TCP_FASTOPEN=5)
    first = fast_open(lab, lab.client_port + 1, b"")
    lab.run(0.05)
    with contextlib.suppress(OSError):
        lab.finish({lab.client: first, lab.server: lab.accept()})
    end_of_fast_open(lab, fast_open(lab))


@live(sysctls=NO_COOKIE_NEEDED)
def fast_open_without_cookie(lab):
    """The SYN carries data without a cookie; the SYN-ACK or its ACK may be lost."""
    lab.listen(TCP_FASTOPEN=5)
    if lab.chance(0.5):
        lab.rule(lab.sent_by(lab.either(lab.client, lab.server), packets.ACK),
                 lab.either(wires.lose_before_tap, wires.lose_after_tap))
    end_of_fast_open(lab, fast_open(lab))


@live(client_sysctls=NO_COOKIE_NEEDED, server_sysctls={"tcp_fastopen": 0})
def fast_open_refused_data(lab):
    """The server acknowledges the SYN but not its data, which is retransmitted; or it refuses."""
    if lab.chance(0.8):
        lab.listen()
    client = fast_open(lab)
    if lab.listener:
        end_of_fast_open(lab, client)
    else:
        lab.run(0.1)


@live(sysctls=NO_COOKIE_NEEDED)
def fast_open_server_first(lab):
    """The server sends data, closes or aborts before the handshake is complete."""
    lab.listen(TCP_FASTOPEN=5)
    client = fast_open(lab)
    lab.step(lab.client)
    server = lab.accept()
    what = lab.either("answer", "answer and close", "close", "abort", "close with unread data")
    if what != "close with unread data":
        lab.read(server)
    if "answer" in what:
        lab.say(server)
    if "close" in what:
        server.close()
    elif what == "abort":
        labs.abort(server)
    if lab.chance(0.4):
        lab.rule(lab.sent_by(lab.client), lab.either(wires.lose_before_tap, wires.lose_after_tap))
    lab.settle(1.6, 0.3)
    lab.read(client)
    client.close()
    lab.settle(0.6)
