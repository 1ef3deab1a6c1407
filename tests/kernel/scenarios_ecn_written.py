"""ECN (RFC 3168, RFC 9768) that this kernel does not implement, written segment by segment.

Three bits are AE CWR ECE, as in the tables of RFC 9768. Connections are one second apart.
"""

import struct

from packets import CE, ECT0, ECT1, NOT_ECT, timestamps_option
from scenarios import written
from scenarios_ecn_accurate import (FIRST_ORDER, OFFER, SAW_CE, SAW_ECT_0, SAW_ECT_1, SAW_NOT_ECT,
                                    SECOND_ORDER, START, option)

CLASSIC_OFFER, CLASSIC_ANSWER = 0b011, 0b001
CODES = SAW_NOT_ECT, SAW_ECT_1, SAW_ECT_0, SAW_CE
CODE_OF = {NOT_ECT: SAW_NOT_ECT, ECT1: SAW_ECT_1, ECT0: SAW_ECT_0, CE: SAW_CE}
EXPERIMENT = 254


def handshake(connection, offer, answer, third=0, **how):
    """Write a SYN, a SYN-ACK and a pure third ACK."""
    connection.client("SYN", ecn=offer)
    connection.server("SYN+ACK", ecn=answer, **how)
    connection.client(ecn=third)


def open_accurate(sheet):
    """Start a connection with a handshake of Accurate ECN."""
    connection = sheet.connection()
    handshake(connection, OFFER, SAW_NOT_ECT, SAW_NOT_ECT)
    return connection


def question(connection, client=0, server=0, tos=NOT_ECT):
    """Write a data segment and its ACK, with the counter of each endpoint, if any."""
    connection.client("PSH+ACK", ecn=client, size=10, tos=tos)
    connection.server(ecn=server)


# Negotiation


@written
def accurate_ecn_answers(sheet):
    """Every answer to an offer of Accurate ECN, one connection each: four that accept it and tell
    how the SYN arrived, classic ECN, none; 101 is reserved and means Accurate ECN, 111 is
    reflected.
    """
    for arrived, code in CODE_OF.items():
        connection = sheet.connection()
        connection.client("SYN", ecn=OFFER, tos=arrived)
        connection.server("SYN+ACK", ecn=code)
        connection.client(ecn=SAW_NOT_ECT)
        question(connection, START, START, ECT0)
    connection = sheet.connection()
    handshake(connection, OFFER, CLASSIC_ANSWER)
    question(connection, tos=ECT0)
    connection = sheet.connection()
    handshake(connection, OFFER, 0b101, SAW_NOT_ECT)
    question(connection, START, START, ECT0)
    for answer in 0b000, 0b111:
        connection = sheet.connection()
        handshake(connection, OFFER, answer)
        question(connection)


@written
def classic_ecn_answers(sheet):
    """Every answer to an offer of classic ECN, one connection each: 001 and 101 accept it, 000
    refuses it, 011 is reflected; the others answer what was not asked.
    """
    for answer in 0b001, 0b101:
        connection = sheet.connection()
        handshake(connection, CLASSIC_OFFER, answer)
        question(connection, tos=ECT0)
    for answer in 0b000, 0b011, 0b010, 0b100, 0b110, 0b111:
        connection = sheet.connection()
        handshake(connection, CLASSIC_OFFER, answer)
        question(connection)


@written
def ecn_answers_without_offer(sheet):
    """Every answer to a SYN without an offer of ECN, one connection each: only 000 is one."""
    for answer in range(8):
        connection = sheet.connection()
        handshake(connection, 0b000, answer)
        question(connection)


@written
def ecn_reserved_offers(sheet):
    """Offers that nobody should make, each to two servers: one with Accurate ECN takes it for such
    an offer (RFC 9768 3.1.3), one without refuses.
    """
    for offer in 0b001, 0b010, 0b100, 0b101, 0b110:
        for answer, third, counter in (SAW_NOT_ECT, SAW_NOT_ECT, START), (0b000, 0b000, 0):
            connection = sheet.connection()
            handshake(connection, offer, answer, third)
            question(connection, counter, counter)


@written
def ecn_mixed_offers(sheet):
    """The SYN comes again with another offer. Without any it is a fallback; the other of classic
    and Accurate ECN must not follow, and the server resets such a connection (RFC 9768 3.1.5).
    """
    connection = sheet.connection()
    syn = connection.client("SYN", ecn=OFFER, arrives=False)
    connection.repeat(syn, arrives=False)
    connection.repeat(syn, ecn=0b000)
    connection.server("SYN+ACK")
    connection.client()
    question(connection)
    for first, second in (OFFER, CLASSIC_OFFER), (CLASSIC_OFFER, OFFER):
        connection = sheet.connection()
        syn = connection.client("SYN", ecn=first)
        connection.repeat(syn, ecn=second)
        connection.server("RST+ACK", window=0)


@written
def ecn_mixed_answers(sheet):
    """The SYN-ACK comes again with other bits: the third ACK tells by its timestamp which one
    counts.

    First and third connection: the client takes the first one. Second: the first was lost. Fourth:
    the server answers by Accurate ECN, then by classic ECN, which it must not.
    """
    def stamped(value, echo=0):
        return timestamps_option(value, echo)
    for first, second, arrives, third in (
            (SAW_NOT_ECT, 0b000, True, SAW_NOT_ECT), (SAW_NOT_ECT, 0b000, False, 0b000),
            (CLASSIC_ANSWER, 0b000, True, 0b000), (SAW_NOT_ECT, CLASSIC_ANSWER, True, SAW_NOT_ECT)):
        connection = sheet.connection()
        connection.client("SYN", ecn=OFFER, options=stamped(100))
        syn_ack = connection.server("SYN+ACK", ecn=first, arrives=arrives,
                                    options=stamped(700, 100))
        connection.repeat(syn_ack, ecn=second, options=stamped(1700, 100))
        connection.client(ecn=third, options=stamped(1120, 700 if arrives else 1700))
        counter = START if third else 0
        connection.client("PSH+ACK", ecn=counter, size=10, options=stamped(1130, 1700))
        connection.server(ecn=counter, options=stamped(1740, 1130))


@written
def accurate_ecn_simultaneous_open(sheet):
    """Both ends offer Accurate ECN at once and answer each other."""
    connection = sheet.connection()
    opened = connection.client("SYN", ecn=OFFER), connection.server("SYN", ecn=OFFER)
    connection.client("SYN+ACK", ecn=SAW_NOT_ECT, seq=opened[0].seq)
    connection.server("SYN+ACK", ecn=SAW_NOT_ECT, seq=opened[1].seq)
    question(connection, START, START, ECT0)


# The third ACK


@written
def accurate_ecn_third_acks(sheet):
    """Every code of the third ACK, one connection each: four that tell how the SYN-ACK arrived,
    three that nobody uses, and one that something has cleared.
    """
    for arrived, code in CODE_OF.items():
        connection = sheet.connection()
        handshake(connection, OFFER, SAW_NOT_ECT, code, tos=arrived)
        question(connection, START + (arrived == CE), START, ECT0)
    for code in 0b001, 0b101, 0b111, 0b000:
        connection = sheet.connection()
        handshake(connection, OFFER, SAW_NOT_ECT, code)
        question(connection, START, START)


@written
def accurate_ecn_lost_third_ack(sheet):
    """The third ACK is lost, the next segment has data and so the counter; a SYN-ACK that comes
    again is acknowledged by the code once more.
    """
    connection = sheet.connection()
    connection.client("SYN", ecn=OFFER)
    syn_ack = connection.server("SYN+ACK", ecn=SAW_NOT_ECT)
    connection.client(ecn=SAW_NOT_ECT, arrives=False, captured=False)
    question(connection, START, START, ECT0)
    connection = sheet.connection()
    connection.client("SYN", ecn=OFFER)
    syn_ack = connection.server("SYN+ACK", ecn=SAW_NOT_ECT)
    third = connection.client(ecn=SAW_NOT_ECT, arrives=False)
    connection.repeat(syn_ack)
    connection.repeat(third)
    question(connection, START, START, ECT0)


@written
def accurate_ecn_syn_cookies(sheet):
    """The SYN-ACK was not captured: the third ACK tells a server with SYN cookies, and us, that
    Accurate ECN was agreed on; after a third ACK without a code nobody knows (RFC 9768 5.1).
    """
    for third, counter in (SAW_NOT_ECT, START), (0b000, 0):
        connection = sheet.connection()
        connection.client("SYN", ecn=OFFER)
        connection.server("SYN+ACK", ecn=third, captured=False)
        connection.client(ecn=third)
        question(connection, counter, counter)


# The counter


@written
def accurate_ecn_overflow(sheet):
    """The server's counter passes 7 and begins anew; one ACK reports three marks at once."""
    connection = open_accurate(sheet)
    for counter in 6, 7, 8, 9:
        question(connection, START, counter & 7, CE)
    for tos in CE, CE, CE, ECT0:
        connection.client("PSH+ACK", ecn=START, size=10, tos=tos)
    connection.server(ecn=12 & 7)


@written
def accurate_ecn_superseded_acks(sheet):
    """An ACK arrives after a later one, an ACK comes twice, and data are sent again: neither
    reports anything new.
    """
    connection = open_accurate(sheet)
    first = connection.client("PSH+ACK", ecn=START, size=10, tos=CE)
    old = connection.server(ecn=6, captured=False)
    connection.client("PSH+ACK", ecn=START, size=10, tos=CE)
    new = connection.server(ecn=7)
    connection.repeat(old)
    connection.repeat(new)
    connection.repeat(first, tos=ECT0)
    connection.server(ecn=7)


@written
def accurate_ecn_zeroed(sheet):
    """Something clears the three bits behind the handshake: the first counters are 0 on both
    sides.
    """
    connection = open_accurate(sheet)
    for _ in range(2):
        question(connection, 0, 0, ECT0)


@written
def accurate_ecn_all_marked(sheet):
    """The first ten data segments are all marked CE: something rewrites the field."""
    connection = open_accurate(sheet)
    for number in range(1, 12):
        question(connection, START, (START + number) & 7, CE)


@written
def accurate_ecn_byte_counters(sheet):
    """The option with byte counters in all its forms: both orders, fewer counters, the
    experimental kind. Its counter of bytes with CE is the middle one.
    """
    def experiment(magic, *counters):
        body = b"".join(counter.to_bytes(3, "big") for counter in counters)
        return struct.pack("!BBH", EXPERIMENT, 4 + len(body), magic) + body
    connection = sheet.connection()
    connection.client("SYN", ecn=OFFER)
    connection.server("SYN+ACK", ecn=SAW_NOT_ECT, options=option(FIRST_ORDER, 1, 0, 1))
    connection.client(ecn=SAW_NOT_ECT, options=option(FIRST_ORDER, 1, 0, 1))
    forms = (option(FIRST_ORDER, 1, 10, 1), option(SECOND_ORDER, 1, 20, 1),
             option(FIRST_ORDER, 1, 30), option(FIRST_ORDER, 1), option(SECOND_ORDER),
             experiment(0xACC0, 1, 60, 1), experiment(0xACC1, 1, 70, 1))
    for number, form in enumerate(forms, 1):
        connection.client("PSH+ACK", ecn=START, size=10, tos=CE,
                          options=option(FIRST_ORDER, 1, 0, 1))
        connection.server(ecn=(START + number) & 7, options=form)


# Without the handshake


@written
def accurate_ecn_mid_stream(sheet):
    """The capture begins after three handshakes: Accurate ECN is known by AE on several segments,
    or by its option; until either is seen, ECE and ECN-capable data look like classic ECN.
    """
    connection = sheet.connection()
    connection.leave_out_handshake()
    for _ in range(3):
        question(connection, START, START, ECT0)
    connection = sheet.connection()
    connection.leave_out_handshake()
    for counter in 2, 3:
        connection.client("PSH+ACK", ecn=2, size=10, tos=CE if counter == 3 else ECT0)
        connection.server(ecn=counter, options=option(FIRST_ORDER, 1, counter, 1))
    connection = sheet.connection()
    connection.leave_out_handshake()
    for counter in 1, 4, 4:
        question(connection, 0, counter, ECT0)


@written
def accurate_ecn_one_way(sheet):
    """Only what the server sends was captured: its counter tells of marks that nobody saw."""
    connection = sheet.connection()
    connection.client("SYN", ecn=OFFER, captured=False)
    connection.server("SYN+ACK", ecn=SAW_NOT_ECT)
    connection.client(ecn=SAW_NOT_ECT, captured=False)
    for counter in 5, 6, 8:
        connection.client("PSH+ACK", ecn=START, size=10, captured=False)
        connection.server(ecn=counter & 7)
