"""Opening connections, successfully or not."""

import socket

import packets
import wire as wires
from lab import abort, read
from scenarios import scenario

MSG_FASTOPEN = 0x20000000
COOKIE_NEEDED = {"tcp_fastopen": 0x003}
NO_COOKIE_NEEDED = {"tcp_fastopen": 0x205 | 0x002}


@scenario()
def simultaneous_open(lab):
    """Both ends connect at the same time: their SYNs cross, then their SYN-ACKs."""
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.hold, times=2)
    lab.rule(lab.sent_by(lab.server, packets.SYN), wires.hold, times=2)
    client, server = lab.connect(lab.client), lab.connect(lab.server)
    lab.carry(lab.client, lab.server)
    lab.wire.release()
    lab.expect("SYN-RECEIVED", "SYN-RECEIVED")
    lab.carry(lab.client, lab.server)
    lab.wire.release()
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def refused(lab):
    """Nobody listens: the SYN is answered by a RST."""
    lab.connect()
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario(client_sysctls={"tcp_syn_linear_timeouts": 0})
def unanswered_syn(lab):
    """The SYN and its retransmissions are lost behind the capture point; the client gives up."""
    lab.listen()
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap, times=-1)
    lab.connect(TCP_SYNCNT=2)
    lab.carry(lab.client)
    lab.run_until("CLOSED", "LISTEN", timeout=20)


@scenario(server_sysctls={"tcp_synack_retries": 2})
def unfinished_handshake(lab):
    """The client goes away after its SYN without a word: the server's SYN-ACKs are lost, and in the
    end it listens again, which nobody can see."""
    lab.listen()
    lab.rule(lab.sent_by(lab.server, packets.SYN | packets.ACK), wires.lose_after_tap, times=-1)
    client = lab.connect()
    lab.run_until("SYN-SENT", "SYN-RECEIVED")
    client.close()
    lab.run_until("CLOSED", "LISTEN", timeout=20)


@scenario(ipv6=True)
def ipv6(lab):
    """A connection over IPv6, closed by the client."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario(server_sysctls={"tcp_syncookies": 2})
def syn_cookies(lab):
    """The server keeps nothing of the SYN (SYN cookies) and is ESTABLISHED by the third segment."""
    lab.listen()
    client = lab.connect()
    lab.carry(lab.client, lab.server)
    lab.expect("ESTABLISHED", "LISTEN")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def deferred_accept(lab):
    """The server ignores the handshake's pure ACK (TCP_DEFER_ACCEPT) until data comes."""
    lab.listen(TCP_DEFER_ACCEPT=5)
    client = lab.connect()
    lab.run()
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    client.send(b"question\n")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.close(client, server)


@scenario()
def data_on_third_segment(lab):
    """The client delays the handshake's ACK, so that its first data completes the handshake."""
    lab.listen()
    client = lab.connect(TCP_QUICKACK=0)
    lab.carry(lab.client, lab.server)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    client.send(b"question\n")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())


@scenario()
def fin_on_third_segment(lab):
    """The third segment completes the handshake, carries data and closes, all at once."""
    lab.listen()
    client = lab.connect(TCP_QUICKACK=0)
    lab.carry(lab.client, lab.server)
    client.send(b"question\n", socket.MSG_MORE)
    client.close()
    lab.run()
    lab.expect("FIN-WAIT-2", "CLOSE-WAIT")
    lab.close(lab.accept())
    lab.expect("TIME-WAIT", "CLOSED")


def fast_open(lab, data, port=None):
    """Connect with data in the SYN, if allowed; return the client's socket."""
    client = lab.client.socket()
    client.bind((lab.client.address, port or lab.client_port))
    try:
        client.sendto(data, MSG_FASTOPEN, (lab.server.address, lab.server_port))
    except BlockingIOError:
        pass   # no cookie yet: the SYN asks for one
    return client


@scenario(sysctls=COOKIE_NEEDED)
def fast_open_with_cookie(lab):
    """A first connection fetches a fast open cookie; the second one's SYN carries data."""
    lab.listen(TCP_FASTOPEN=5)
    first = fast_open(lab, b"", lab.client_port - 1)
    lab.run()
    lab.close(first, lab.accept())
    client = fast_open(lab, b"question\n")
    lab.carry(lab.client, lab.server)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())


@scenario(client_sysctls=NO_COOKIE_NEEDED, server_sysctls={"tcp_fastopen": 0})
def fast_open_not_accepted(lab):
    """The server does not do fast open: it acknowledges the SYN alone, its data is sent again."""
    lab.listen()
    client = fast_open(lab, b"question\n")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(client, lab.accept())
    lab.expect("TIME-WAIT", "CLOSED")


@scenario(sysctls=NO_COOKIE_NEEDED)
def fast_open_fin_before_handshake_ack(lab):
    """The server answers data in a SYN and closes before the handshake's ACK has come."""
    lab.listen(TCP_FASTOPEN=5)
    client = fast_open(lab, b"question\n")
    lab.carry(lab.client)
    server = lab.accept()
    read(server)
    server.send(b"answer\n")
    server.close()
    lab.carry(lab.server, lab.server)
    lab.expect("ESTABLISHED", "SYN-RECEIVED")
    lab.carry(lab.server)
    lab.expect("CLOSE-WAIT", "FIN-WAIT-1")
    lab.run()
    lab.expect("CLOSE-WAIT", "FIN-WAIT-2")
    lab.close(client)
    lab.expect("CLOSED", "TIME-WAIT")


@scenario(sysctls=NO_COOKIE_NEEDED)
def reset_by_server_in_syn_received(lab):
    """The server takes the data of a fast open SYN and aborts before the handshake's ACK."""
    lab.listen(TCP_FASTOPEN=5)
    fast_open(lab, b"question\n")
    lab.carry(lab.client)
    server = lab.accept()
    read(server)
    abort(server)
    lab.carry(lab.server)
    lab.run()
    lab.expect("CLOSED", "LISTEN")


@scenario()
def listener_closed_in_handshake(lab):
    """The server stops to listen between its SYN-ACK and the third segment, which draws a RST."""
    lab.listen()
    lab.connect()
    lab.carry(lab.client, lab.server)
    lab.listener.close()
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def listener_closed_before_accept(lab):
    """The server stops to listen before it has accepted the established connection: RST."""
    lab.listen()
    lab.connect()
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.listener.close()
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def client_gone_before_syn_ack(lab):
    """The client gives up before the SYN-ACK comes and resets it: the server listens again."""
    lab.listen()
    client = lab.connect()
    lab.carry(lab.client)
    client.close()
    lab.expect("CLOSED", "SYN-RECEIVED")
    lab.run()
    lab.expect("CLOSED", "LISTEN")
