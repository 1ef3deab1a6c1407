"""Incomplete captures: begun late, one-way, with truncated packets."""

import socket

import packets
import wire as wires
from lab import abort
from scenarios import scenario

HEADERS_AND_A_BIT = 20 + 20 + 8


def whole_connection(lab):
    """Open a connection, exchange data, close it by the client."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def mid_stream(lab):
    """The capture begins after the handshake; the client closes."""
    lab.rule(lambda segment: True, wires.leave_out, times=3)
    whole_connection(lab)


@scenario()
def mid_stream_in_close(lab):
    """The capture begins with the client's FIN."""
    lab.rule(lambda segment: True, wires.leave_out, times=7)
    whole_connection(lab)


@scenario()
def mid_stream_from_syn_ack(lab):
    """The capture begins with the SYN-ACK."""
    lab.rule(lambda segment: True, wires.leave_out)
    whole_connection(lab)


@scenario()
def first_fin_missing(lab):
    """The client's FIN is missing; the server's FIN acknowledges that, or a byte: who closed first?"""
    lab.rule(lab.sent_by(lab.client, packets.FIN), wires.leave_out)
    client, server = lab.open()
    lab.exchange(client, server)
    client.close()
    lab.carry(lab.client)
    server.close()
    lab.run()
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def client_to_server_only(lab):
    """Only what the client sends was captured."""
    lab.rule(lab.sent_by(lab.server), wires.leave_out, times=-1)
    whole_connection(lab)


@scenario()
def server_to_client_only(lab):
    """Only what the server sends was captured."""
    lab.rule(lab.sent_by(lab.client), wires.leave_out, times=-1)
    whole_connection(lab)


@scenario()
def server_to_client_only_half_closed(lab):
    """Only what the server sends was captured; it goes on after the client's FIN."""
    lab.rule(lab.sent_by(lab.client), wires.leave_out, times=-1)
    client, server = lab.open()
    lab.exchange(client, server)
    client.shutdown(socket.SHUT_WR)
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    for part in (b"first answer\n", b"second answer\n"):
        server.send(part)
        lab.run()
    lab.close(server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def server_to_client_only_reopened(lab):
    """Only what the server sends was captured; the client resets and connects again, same ports."""
    lab.rule(lab.sent_by(lab.client), wires.leave_out, times=-1)
    client, server = lab.open()
    lab.exchange(client, server)
    abort(client)
    lab.run()
    again = lab.connect()
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(again, server)
    lab.close(again, server)


@scenario(snap_length=HEADERS_AND_A_BIT)
def cut_packets(lab):
    """Only the first 48 bytes of each packet were captured: no data, not all options."""
    whole_connection(lab)


@scenario()
def unfinished_checksums(lab):
    """Captured on the client, whose hardware fills in checksums: those that it sends look wrong."""
    def as_sent(frame):
        if frame.sender is lab.client:
            return frame.segment.with_(checksum=packets.UNFINISHED).pack()
        return frame.data
    lab.wire.encapsulate = as_sent
    whole_connection(lab)


@scenario()
def ip_fragments(lab):
    """The client's data comes in two IP fragments that the server puts together again."""
    client, server = lab.open()
    lab.rule(lab.sent_by(lab.client, payload=True), wires.fragment(40))
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")
