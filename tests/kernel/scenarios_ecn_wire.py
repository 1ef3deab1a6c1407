"""Classic ECN on a misbehaving wire, which clears, sets or reflects bits."""

import socket

import packets
import wire as wires
from lab import read
from scenarios import scenario
from scenarios_ecn import ECN, mark, on_data, one_way_transfer, open_without_delay, send


def with_flags(segment, to_set=0, to_clear=0):
    """Return the segment with some flags set and others cleared."""
    return segment.with_(flags=(segment.flags | to_set) & ~to_clear)


def setting(flags):
    """Return an action that sets these flags."""
    return wires.rewrite(lambda segment: with_flags(segment, to_set=flags))


def clearing(flags):
    """Return an action that clears these flags."""
    return wires.rewrite(lambda segment: with_flags(segment, to_clear=flags))


def clearing_unseen(flags):
    """Return an action that clears these flags after the capture point."""
    return wires.rewrite_unseen(lambda segment: with_flags(segment, to_clear=flags))


def with_ip_ecn(code):
    """Return an action that sets the ECN field in the IP header."""
    return wires.rewrite(lambda segment: segment.with_(tos=segment.tos & ~packets.CE | code))


# The handshake


@scenario(sysctls=ECN)
def ecn_offer_bleached(lab):
    """A router behind the capture point clears the client's offer: it looks refused."""
    lab.rule(lab.sent_by(lab.client, packets.SYN), clearing_unseen(packets.ECE | packets.CWR))
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_answer_bleached(lab):
    """A router clears the server's answer, so the server believes in ECN and the client does not.

    The server sends ECN-capable data and echoes a mark that the client will not answer.
    """
    lab.rule(lab.sent_by(lab.server, packets.SYN), clearing(packets.ECE))
    mark(lab, lab.client, 2)
    client, server = open_without_delay(lab)
    send(lab, client, server, each=2)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_reflected(lab):
    """The SYN-ACK comes back with both bits of the offer: no server answers like this."""
    lab.rule(lab.sent_by(lab.server, packets.SYN), setting(packets.ECE | packets.CWR))
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls={"tcp_ecn": 0})
def ecn_answer_without_offer(lab):
    """The SYN-ACK accepts ECN that the client has not offered."""
    lab.rule(lab.sent_by(lab.server, packets.SYN), setting(packets.ECE))
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls={"tcp_ecn": 0})
def ecn_marks_without_ecn(lab):
    """A router sets CE in packets of a connection without ECN."""
    one_way_transfer(lab, 2)


# The IP header


@scenario(sysctls=ECN)
def ecn_bleached_data(lab):
    """ECN is negotiated, but a router clears it in the IP header of all data."""
    lab.rule(lambda segment: bool(segment.payload), with_ip_ecn(packets.NOT_ECT), times=-1)
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_capable_syn(lab):
    """A router makes the SYN ECN-capable; Linux takes that for a broken network and refuses ECN."""
    lab.rule(lab.sent_by(lab.client, packets.SYN), with_ip_ecn(packets.ECT0))
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_capable_everything(lab):
    """A router makes SYN-ACK, ACKs and retransmissions ECN-capable, which only new data should be.
    """
    on_data(lab, lab.server, wires.lose_after_tap, 1)
    lab.rule(lambda segment: segment.flags & (packets.SYN | packets.ACK) != packets.SYN,
             with_ip_ecn(packets.ECT0), times=-1)
    client, server = open_without_delay(lab)
    send(lab, server, each=1)
    lab.run(0.5)
    send(lab, client)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_ect_1(lab):
    """The client's data arrive as ECT(1), which with classic ECN nobody should send."""
    lab.rule(lab.sent_by(lab.client, payload=True), with_ip_ecn(packets.ECT1), times=-1)
    one_way_transfer(lab)


@scenario(sysctls=ECN)
def ecn_all_marked(lab):
    """Every data segment of the client is marked CE: that is no congestion, but a broken router."""
    one_way_transfer(lab, *range(1, 13), rounds=4)


# Echo and CWR


@scenario(sysctls=ECN)
def ecn_marked_behind_capture(lab):
    """The mark is set behind the capture point: an echo without a mark."""
    on_data(lab, lab.client, wires.mark_ce_unseen, 2)
    one_way_transfer(lab)


@scenario(sysctls=ECN)
def ecn_not_echoed(lab):
    """A router clears all ECE: the mark is acknowledged without an echo."""
    lab.rule(lab.sent_by(lab.server, packets.ECE, packets.SYN), clearing(packets.ECE), times=-1)
    one_way_transfer(lab, 2)


@scenario(sysctls=ECN)
def ecn_echo_stops_early(lab):
    """A router clears ECE but on the first echo, which ends before there was a CWR."""
    lab.rule(lab.sent_by(lab.server, packets.ECE, packets.SYN), wires.pass_on)
    lab.rule(lab.sent_by(lab.server, packets.ECE, packets.SYN), clearing(packets.ECE), times=-1)
    one_way_transfer(lab, 1)


@scenario(sysctls=ECN)
def ecn_not_answered(lab):
    """A router clears all CWR: the client sends more than a window of data and never answers."""
    lab.rule(lab.sent_by(lab.client, packets.CWR, packets.SYN), clearing(packets.CWR), times=-1)
    mark(lab, lab.client, 2)
    listener = lab.listen()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2500)
    client, server = open_without_delay(lab)
    for _ in range(8):
        client.send(b"x" * 600)
        lab.run(0.06)
        read(server)
    lab.close(client, server)


@scenario(sysctls=ECN)
def ecn_not_cleared(lab):
    """A router behind the capture point clears all CWR: the server goes on echoing after it."""
    lab.rule(lab.sent_by(lab.client, packets.CWR, packets.SYN), clearing_unseen(packets.CWR),
             times=-1)
    one_way_transfer(lab, 2, rounds=3)


@scenario(sysctls=ECN)
def ecn_cwr_on_retransmission(lab):
    """CWR is set on a retransmission, as Linux never does: the wire has set it."""
    on_data(lab, lab.client, wires.lose_after_tap, 1)
    lab.rule(lab.sent_by(lab.client, payload=True), setting(packets.CWR))
    client, server = open_without_delay(lab)
    send(lab, client, each=1)
    lab.run(0.5)
    lab.close(client, server)
