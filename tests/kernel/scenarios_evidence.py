# SPDX-License-Identifier: GPL-2.0-or-later
"""What a later segment shows of an earlier one, written: the kernels never do it, or seldom."""

import packets
from scenarios import written
from sheet import TICK

LATE = 9 * 10**6   # nanoseconds by which a capture point is late with one direction


def opened(sheet):
    """Return a connection with a handshake and one question."""
    connection = sheet.connection()
    connection.client("SYN")
    connection.server("SYN+ACK")
    connection.client()
    connection.client("PSH+ACK", size=20)
    connection.server()
    return connection


def closed_by_client(connection):
    """Let the client close, then the server."""
    connection.client("FIN+ACK")
    connection.server("FIN+ACK")
    connection.client()


@written
def damaged_but_acknowledged(sheet):
    """The client's second question has a wrong checksum in the capture, which was edited: the
    server's ACK shows that it came well.
    """
    connection = opened(sheet)
    connection.client("PSH+ACK", size=30, checksum=packets.BAD)
    connection.server()
    closed_by_client(connection)


@written
def damaged_and_sent_again(sheet):
    """The client's second question is damaged on its way: the server says nothing, and it is sent
    again.
    """
    connection = opened(sheet)
    question = connection.client("PSH+ACK", size=30, checksum=packets.BAD, arrives=False)
    sheet.tick(30 * TICK)
    connection.repeat(question, checksum=packets.GOOD)
    connection.server()
    closed_by_client(connection)


@written
def checksum_right_by_chance(sheet):
    """The client leaves its checksums to its network card; that of its SYN is right all the same.
    Nothing that it sends is damaged.
    """
    connection = sheet.connection()
    connection.client("SYN")
    connection.server("SYN+ACK")
    connection.client(checksum=packets.BAD)
    for size in (20, 40, 60):
        connection.client("PSH+ACK", size=size, checksum=packets.BAD)
        connection.server()
    connection.client("FIN+ACK", checksum=packets.BAD)
    connection.server("FIN+ACK")
    connection.client(checksum=packets.BAD)


@written
def window_probe_refused(sheet):
    """The server has closed its window and refuses the client's probe; the client aborts with the
    number behind it, which a closed window does not take.
    """
    connection = sheet.connection()
    connection.client("SYN")
    connection.server("SYN+ACK", window=1000)
    connection.client()
    connection.client("PSH+ACK", size=1000)
    connection.server(window=0)
    probe = connection.client(size=1, arrives=False)
    connection.server(window=0)
    sheet.tick(40 * TICK)
    connection.repeat(probe, arrives=False)
    connection.server(window=0)
    connection.client("RST+ACK")


@written
def refusal_before_second_syn(sheet):
    """The client tries a closed port three times; what it sends is captured late, so that two of
    its SYNs stand behind the RSTs that refuse them.
    """
    connection = sheet.connection()
    syn = connection.client("SYN")
    refusal = connection.server("RST+ACK", seq=0)
    for _ in range(2):
        sheet.tick(50 * TICK)
        connection.repeat(refusal)
        sheet.tick(-LATE)
        connection.repeat(syn)


@written
def fast_open_answered_with_fin(sheet):
    """A Fast Open server answers the question on the SYN at once, and closes: its SYN-ACK has data,
    and the FIN comes before the client's first ACK.
    """
    connection = sheet.connection()
    cookie = b"\x22\x0a" + b"\x5a" * 8   # kind 34, RFC 7413 4.1.1
    connection.client("SYN", size=18, options=cookie)
    connection.server("SYN+ACK", size=12)
    connection.server("FIN+ACK")
    connection.client()
    connection.client("FIN+ACK")
    connection.server()


@written
def reset_from_farther_away(sheet):
    """The RST that ends the connection comes with a smaller TTL than all that the server has sent
    before: perhaps somebody else has sent it.
    """
    connection = opened(sheet)
    connection.server("PSH+ACK", size=40, ttl=60)
    connection.client()
    connection.server("RST+ACK", ttl=51)


@written
def fin_moved_after_crossing(sheet):
    """A FIN is forged in the server's name, behind data that nobody has sent, and crosses the
    client's. The server's own stands where its data end. Nothing shows which of the two the
    client's has crossed.
    """
    connection = opened(sheet)
    ahead = connection.endpoints[1].next + 50
    connection.server("FIN+ACK", seq=ahead, arrives=False)
    connection.endpoints[1].next = ahead - 50
    connection.client("FIN+ACK")
    connection.server("FIN+ACK")
    connection.client()


@written
def reset_behind_acknowledged_data(sheet):
    """The server acknowledges a question and then resets the connection, without ACK. The capture
    point is late with the client: the question is captured behind its acknowledgment, as if the
    RST answered it.
    """
    connection = opened(sheet)
    end = connection.endpoints[0].next + 20
    connection.server(ack=end)
    sheet.tick(-LATE)
    connection.client("PSH+ACK", size=20)
    connection.server("RST")


@written
def server_answers_anew(sheet):
    """The server's answer is lost, and the server started anew. It answers the SYN that is sent
    again with another number, and with less room than before: no window has shrunk.
    """
    connection = sheet.connection()
    syn = connection.client("SYN")
    connection.server("SYN+ACK", window=65535, arrives=False)
    sheet.tick(100 * TICK)
    connection.repeat(syn)
    connection.endpoints[1].next += 1000000
    connection.server("SYN+ACK", window=8000)
    connection.client()
    connection.client("PSH+ACK", size=20)
    connection.server(window=7000)
    closed_by_client(connection)


@written
def damaged_fin_crosses(sheet):
    """The client's FIN is damaged on its way, and the server closes before it comes again. The
    client's ACK of that stands behind its own FIN: the two have crossed.
    """
    connection = opened(sheet)
    fin = connection.client("FIN+ACK", checksum=packets.BAD, arrives=False)
    sheet.tick(10 * TICK)
    connection.server("FIN+ACK")
    connection.client()
    sheet.tick(30 * TICK)
    connection.repeat(fin, checksum=packets.GOOD, ack=connection.endpoints[0].arrived)
    connection.server()


@written
def damaged_fin_passed(sheet):
    """The client's FIN is damaged on its way, while the server still sends. The client's ACK of that
    stands behind its FIN, so it has sent one.
    """
    connection = opened(sheet)
    fin = connection.client("FIN+ACK", checksum=packets.BAD, arrives=False)
    sheet.tick(10 * TICK)
    connection.server("PSH+ACK", size=40)
    connection.client()
    sheet.tick(30 * TICK)
    connection.repeat(fin, checksum=packets.GOOD, ack=connection.endpoints[0].arrived)
    connection.server("FIN+ACK")
    connection.client()


@written
def first_answer_acknowledged_late(sheet):
    """The server's answer is under way for so long that the SYN is sent again, and another host
    behind a load balancer answers that. The client has the first answer by then.
    """
    connection = sheet.connection()
    syn = connection.client("SYN")
    connection.server("SYN+ACK")
    sheet.tick(100 * TICK)
    connection.repeat(syn)
    connection.endpoints[1].next += 1000000 - 1
    connection.server("SYN+ACK", arrives=False)
    connection.endpoints[1].next -= 1000000
    connection.client()
    connection.client("PSH+ACK", size=20)
    connection.server()
    closed_by_client(connection)
