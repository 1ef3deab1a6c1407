"""Classic ECN (RFC 3168) between two kernels: negotiation, marks, echoes and CWR."""

import itertools

import packets
import wire as wires
from lab import abort, read, set_options
from scenarios import scenario
from scenarios_layers import TUNNEL

# Every kernel has Reno; the default differs.
ECN = {"tcp_ecn": 1, "tcp_congestion_control": "reno"}


def nth(match, *numbers):
    """Return a match for only these of the matching segments, counted from 1."""
    count = itertools.count(1)
    return lambda segment: match(segment) and next(count) in numbers


def on_data(lab, host, action, *numbers):
    """Apply an action to these data segments of a host, counted from 1."""
    lab.rule(nth(lab.sent_by(host, payload=True), *numbers), action, times=-1)


def mark(lab, host, *numbers):
    """Mark these data segments of a host CE, counted from 1."""
    on_data(lab, host, wires.mark_ce, *numbers)


def open_without_delay(lab):
    """Open a connection with TCP_NODELAY; return the client's and the server's socket."""
    client, server = lab.open(TCP_NODELAY=1)
    set_options(server, {"TCP_NODELAY": 1})
    return client, server


def send(lab, *sockets, rounds=1, each=3):
    """Send rounds of data segments from these sockets; those of a round are sent at once."""
    for _ in range(rounds):
        for _ in range(each):
            for sender in sockets:
                sender.send(b"x" * 100)
        lab.run()


def one_way_transfer(lab, *marked, rounds=2):
    """Play a whole connection; the client sends three segments per round, some are marked."""
    mark(lab, lab.client, *marked)
    client, server = open_without_delay(lab)
    send(lab, client, rounds=rounds)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


# Negotiation


@scenario(sysctls=ECN)
def ecn_without_congestion(lab):
    """ECN is negotiated; both sides send ECN-capable data and nothing is marked."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(client_sysctls={"tcp_ecn": 1}, server_sysctls={"tcp_ecn": 0})
def ecn_refused(lab):
    """The client offers ECN, the server does not want it."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(client_sysctls={"tcp_ecn": 0}, server_sysctls={"tcp_ecn": 1})
def ecn_not_offered(lab):
    """The server would do ECN, but the client does not offer it."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_fallback(lab):
    """The SYN that offers ECN is lost; the client sends it again without the offer."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    client = lab.connect()
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_fallback_after_reset(lab):
    """A firewall resets what offers ECN; the client tries the same ports again without the offer.

    The RST is forged; it is the client's application that tries again.
    """
    lab.rule(lab.sent_by(lab.client, packets.SYN | packets.ECE), wires.lose_after_tap)
    lab.listen()
    refused = lab.connect()
    lab.carry(lab.client)
    lab.forge(lab.server, flags=packets.RST | packets.ACK, ack=lab.last[lab.client].end,
              window=0, options=b"")
    refused.close()
    lab.client.sysctl("tcp_ecn", 0)
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_lost_syn_ack(lab):
    """The SYN-ACK that accepts ECN is lost; the SYN comes again without the offer, which stands."""
    lab.rule(lab.sent_by(lab.server, packets.SYN), wires.lose_after_tap)
    lab.listen()
    client = lab.connect()
    lab.run_until("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_simultaneous_open(lab):
    """Both ends open with an offer of ECN, both answer it."""
    client = lab.connect(TCP_NODELAY=1)
    server = lab.connect(lab.server, TCP_NODELAY=1)
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    mark(lab, lab.client, 2)
    send(lab, client, rounds=2)
    lab.close(client, server)


@scenario(sysctls={"tcp_syncookies": 2, **ECN})
def ecn_syn_cookies(lab):
    """A server with SYN cookies remembers the agreement on ECN in its timestamp."""
    one_way_transfer(lab, 2)


# Episodes


@scenario(sysctls=ECN)
def ecn(lab):
    """ECN is negotiated; a data segment is marked CE, the server echoes it, the client answers."""
    one_way_transfer(lab, 2)


@scenario(sysctls=ECN, ipv6=True)
def ecn_ipv6(lab):
    """The same over IPv6: mark, echo, CWR, end of the echo."""
    one_way_transfer(lab, 2)


@scenario(sysctls=ECN)
def ecn_several_episodes(lab):
    """Three marks far apart are three congestion episodes."""
    one_way_transfer(lab, 1, 8, 15, rounds=6)


@scenario(sysctls=ECN)
def ecn_several_marks_in_a_window(lab):
    """All three segments of a window are marked: that is one congestion episode."""
    one_way_transfer(lab, 4, 5, 6, rounds=3)


@scenario(sysctls=ECN)
def ecn_both_directions(lab):
    """Data of both sides are marked at once: each side echoes and answers."""
    mark(lab, lab.client, 2)
    mark(lab, lab.server, 2)
    client, server = open_without_delay(lab)
    send(lab, client, server, rounds=3)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_ack_of_several(lab):
    """One ACK covers three segments; the first of them is marked, so it echoes.

    The ACKs before it are lost before the capture point, for Linux delays none of a marked
    segment.
    """
    lab.rule(lab.sent_by(lab.server, packets.ACK, packets.SYN | packets.FIN),
             wires.lose_before_tap, times=2)
    one_way_transfer(lab, 1)


@scenario(sysctls=ECN)
def ecn_mark_on_cwr(lab):
    """The segment with CWR is marked itself: a new episode begins, the echo goes on."""
    one_way_transfer(lab, 2, 4, rounds=4)


@scenario(sysctls=ECN)
def ecn_mark_after_cwr(lab):
    """The segment behind the CWR is marked: a new episode begins before the old one is over."""
    one_way_transfer(lab, 2, 5, rounds=4)


@scenario(sysctls=ECN)
def ecn_mark_on_retransmission(lab):
    """A segment is lost and its retransmission marked, though it was not ECN-capable."""
    lab.rule(lab.sent_by(lab.client, payload=True), wires.lose_after_tap)
    lab.rule(lab.sent_by(lab.client, payload=True), wires.mark_ce)
    client, server = open_without_delay(lab)
    send(lab, client, each=1)
    lab.run(0.5)
    send(lab, client, rounds=2)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_lost_mark(lab):
    """A marked segment is lost behind the capture point: nobody echoes a mark that did not come."""
    on_data(lab, lab.client, mark_and_lose, 1)
    client, server = open_without_delay(lab)
    send(lab, client, each=1)
    lab.run(0.5)
    send(lab, client, rounds=2)
    lab.close(client, server)


def mark_and_lose(wire, frame):
    """Capture with a CE mark, do not deliver."""
    wires.lose_after_tap(wire, frame.with_segment(wires.congested(frame.segment)))


@scenario(sysctls=ECN)
def ecn_cwr_for_loss(lab):
    """A segment is lost and sent again; the next new one says by CWR that the window is smaller."""
    on_data(lab, lab.client, wires.lose_after_tap, 1)
    client, server = open_without_delay(lab)
    send(lab, client, each=1)
    lab.run(0.5)
    send(lab, client)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_duplicated_echo(lab):
    """The first echo and the segment with CWR come twice."""
    lab.rule(lab.sent_by(lab.server, packets.ECE, packets.SYN), wires.duplicate)
    lab.rule(lab.sent_by(lab.client, packets.CWR, packets.SYN), wires.duplicate)
    one_way_transfer(lab, 2, rounds=3)


@scenario(sysctls=ECN)
def ecn_reset_in_episode(lab):
    """The client aborts the connection while the server echoes."""
    mark(lab, lab.client, 2)
    client, server = open_without_delay(lab)
    send(lab, client)
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")
    read(server)


# Incomplete captures, and a tunnel


@scenario(sysctls=ECN)
def ecn_mid_stream(lab):
    """The capture begins after the handshake: ECN-capable data with an echo look like classic ECN.
    """
    lab.rule(lambda segment: True, wires.leave_out, times=3)
    one_way_transfer(lab, 2)


@scenario(sysctls=ECN)
def ecn_from_syn_ack(lab):
    """The capture begins with the SYN-ACK, whose ECE can only accept an offer of ECN."""
    lab.rule(lambda segment: True, wires.leave_out)
    one_way_transfer(lab, 2)


@scenario(sysctls=ECN)
def ecn_client_to_server_only(lab):
    """Only what the client sends was captured: marks and CWR, but no echo."""
    lab.rule(lab.sent_by(lab.server), wires.leave_out, times=-1)
    one_way_transfer(lab, 2)


@scenario(sysctls=ECN)
def ecn_server_to_client_only(lab):
    """Only what the server sends was captured: echoes, but neither marks nor CWR."""
    on_data(lab, lab.client, mark_and_leave_out, 2)
    lab.rule(lab.sent_by(lab.client), wires.leave_out, times=-1)
    one_way_transfer(lab)


def mark_and_leave_out(wire, frame):
    """Deliver with a CE mark, do not capture."""
    wires.leave_out(wire, frame.with_segment(wires.congested(frame.segment)))


@scenario(sysctls=ECN)
def ecn_in_tunnel(lab):
    """Captured in a tunnel whose outer header has ECN of its own: the inner header counts.

    The outer header of the client's packets says CE, that of the server's says ECT(1).
    """
    def encapsulate(frame):
        outer = packets.CE if frame.sender is lab.client else packets.ECT1
        return packets.ip_in_ip(frame.data, TUNNEL[frame.sender.name],
                                TUNNEL[frame.receiver.name], outer)
    lab.wire.encapsulate = encapsulate
    one_way_transfer(lab, 2)
