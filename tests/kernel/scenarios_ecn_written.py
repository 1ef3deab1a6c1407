"""ECN by RFC 3168 and RFC 9768 that no kernel here does, written segment by segment.

Three bits are AE CWR ECE, as in the tables of RFC 9768. Connections are separate, a second apart.
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


def handshake(talk, offer, answer, third=0, **how):
    """SYN, SYN-ACK and the pure third ACK."""
    talk.client("SYN", ecn=offer)
    talk.server("SYN+ACK", ecn=answer, **how)
    talk.client(ecn=third)


def open_accurate(sheet):
    """A connection after the handshake of Accurate ECN."""
    talk = sheet.talk()
    handshake(talk, OFFER, SAW_NOT_ECT, SAW_NOT_ECT)
    return talk


def question(talk, client=0, server=0, tos=NOT_ECT):
    """One segment of data and its ACK, with the counters of both sides where they have any."""
    talk.client("PSH+ACK", ecn=client, size=10, tos=tos)
    talk.server(ecn=server)


# Offers and answers


@written
def accurate_ecn_answers(sheet):
    """Every answer to an offer of Accurate ECN, one connection each: four that accept it and tell
    how the SYN arrived, classic ECN, none; 101 is reserved and means Accurate ECN, 111 is
    reflected.
    """
    for arrived, code in CODE_OF.items():
        talk = sheet.talk()
        talk.client("SYN", ecn=OFFER, tos=arrived)
        talk.server("SYN+ACK", ecn=code)
        talk.client(ecn=SAW_NOT_ECT)
        question(talk, START, START, ECT0)
    talk = sheet.talk()
    handshake(talk, OFFER, CLASSIC_ANSWER)
    question(talk, tos=ECT0)
    talk = sheet.talk()
    handshake(talk, OFFER, 0b101, SAW_NOT_ECT)
    question(talk, START, START, ECT0)
    for answer in 0b000, 0b111:
        talk = sheet.talk()
        handshake(talk, OFFER, answer)
        question(talk)


@written
def classic_ecn_answers(sheet):
    """Every answer to an offer of classic ECN, one connection each: 001 and 101 accept it, 000
    refuses it, 011 is reflected; the others answer what was not asked.
    """
    for answer in 0b001, 0b101:
        talk = sheet.talk()
        handshake(talk, CLASSIC_OFFER, answer)
        question(talk, tos=ECT0)
    for answer in 0b000, 0b011, 0b010, 0b100, 0b110, 0b111:
        talk = sheet.talk()
        handshake(talk, CLASSIC_OFFER, answer)
        question(talk)


@written
def ecn_answers_without_offer(sheet):
    """Every answer to a SYN without an offer of ECN, one connection each: only 000 is one."""
    for answer in range(8):
        talk = sheet.talk()
        handshake(talk, 0b000, answer)
        question(talk)


@written
def ecn_reserved_offers(sheet):
    """Offers that nobody should make, each to two servers: one with Accurate ECN takes it for such
    an offer (RFC 9768 3.1.3), one without refuses.
    """
    for offer in 0b001, 0b010, 0b100, 0b101, 0b110:
        for answer, third, counter in (SAW_NOT_ECT, SAW_NOT_ECT, START), (0b000, 0b000, 0):
            talk = sheet.talk()
            handshake(talk, offer, answer, third)
            question(talk, counter, counter)


@written
def ecn_mixed_offers(sheet):
    """The SYN comes again with another offer. Without any it is a fallback; the other of classic
    and Accurate ECN must not follow, and the server resets such a connection (RFC 9768 3.1.5).
    """
    talk = sheet.talk()
    syn = talk.client("SYN", ecn=OFFER, arrives=False)
    talk.again(syn, arrives=False)
    talk.again(syn, ecn=0b000)
    talk.server("SYN+ACK")
    talk.client()
    question(talk)
    for first, second in (OFFER, CLASSIC_OFFER), (CLASSIC_OFFER, OFFER):
        talk = sheet.talk()
        syn = talk.client("SYN", ecn=first)
        talk.again(syn, ecn=second)
        talk.server("RST+ACK", window=0)


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
        talk = sheet.talk()
        talk.client("SYN", ecn=OFFER, options=stamped(100))
        syn_ack = talk.server("SYN+ACK", ecn=first, arrives=arrives, options=stamped(700, 100))
        talk.again(syn_ack, ecn=second, options=stamped(1700, 100))
        talk.client(ecn=third, options=stamped(1120, 700 if arrives else 1700))
        counter = START if third else 0
        talk.client("PSH+ACK", ecn=counter, size=10, options=stamped(1130, 1700))
        talk.server(ecn=counter, options=stamped(1740, 1130))


@written
def accurate_ecn_simultaneous_open(sheet):
    """Both ends offer Accurate ECN at once and answer each other."""
    talk = sheet.talk()
    opened = talk.client("SYN", ecn=OFFER), talk.server("SYN", ecn=OFFER)
    talk.client("SYN+ACK", ecn=SAW_NOT_ECT, seq=opened[0].seq)
    talk.server("SYN+ACK", ecn=SAW_NOT_ECT, seq=opened[1].seq)
    question(talk, START, START, ECT0)


# The third ACK


@written
def accurate_ecn_third_acks(sheet):
    """Every code of the third ACK, one connection each: four that tell how the SYN-ACK arrived,
    three that nobody uses, and one that something has cleared.
    """
    for arrived, code in CODE_OF.items():
        talk = sheet.talk()
        handshake(talk, OFFER, SAW_NOT_ECT, code, tos=arrived)
        question(talk, START + (arrived == CE), START, ECT0)
    for code in 0b001, 0b101, 0b111, 0b000:
        talk = sheet.talk()
        handshake(talk, OFFER, SAW_NOT_ECT, code)
        question(talk, START, START)


@written
def accurate_ecn_lost_third_ack(sheet):
    """The third ACK is lost, the next segment has data and so the counter; a SYN-ACK that comes
    again is acknowledged by the code once more.
    """
    talk = sheet.talk()
    talk.client("SYN", ecn=OFFER)
    syn_ack = talk.server("SYN+ACK", ecn=SAW_NOT_ECT)
    talk.client(ecn=SAW_NOT_ECT, arrives=False, captured=False)
    question(talk, START, START, ECT0)
    talk = sheet.talk()
    talk.client("SYN", ecn=OFFER)
    syn_ack = talk.server("SYN+ACK", ecn=SAW_NOT_ECT)
    third = talk.client(ecn=SAW_NOT_ECT, arrives=False)
    talk.again(syn_ack)
    talk.again(third)
    question(talk, START, START, ECT0)


@written
def accurate_ecn_syn_cookies(sheet):
    """The SYN-ACK was not captured: the third ACK tells a server with SYN cookies, and us, that
    Accurate ECN was agreed on; after a third ACK without a code nobody knows (RFC 9768 5.1).
    """
    for third, counter in (SAW_NOT_ECT, START), (0b000, 0):
        talk = sheet.talk()
        talk.client("SYN", ecn=OFFER)
        talk.server("SYN+ACK", ecn=third, captured=False)
        talk.client(ecn=third)
        question(talk, counter, counter)


# The counter


@written
def accurate_ecn_overflow(sheet):
    """The server's counter passes 7 and begins anew; one ACK reports three marks at once."""
    talk = open_accurate(sheet)
    for counter in 6, 7, 8, 9:
        question(talk, START, counter & 7, CE)
    for tos in CE, CE, CE, ECT0:
        talk.client("PSH+ACK", ecn=START, size=10, tos=tos)
    talk.server(ecn=12 & 7)


@written
def accurate_ecn_superseded_acks(sheet):
    """An ACK arrives after a later one, an ACK comes twice, and data are sent again: neither
    reports anything new.
    """
    talk = open_accurate(sheet)
    first = talk.client("PSH+ACK", ecn=START, size=10, tos=CE)
    old = talk.server(ecn=6, captured=False)
    talk.client("PSH+ACK", ecn=START, size=10, tos=CE)
    new = talk.server(ecn=7)
    talk.again(old)
    talk.again(new)
    talk.again(first, tos=ECT0)
    talk.server(ecn=7)


@written
def accurate_ecn_zeroed(sheet):
    """Something clears the three bits behind the handshake: the first counters are 0 on both
    sides.
    """
    talk = open_accurate(sheet)
    for _ in range(2):
        question(talk, 0, 0, ECT0)


@written
def accurate_ecn_all_marked(sheet):
    """The first ten data segments are all marked CE: something rewrites the field."""
    talk = open_accurate(sheet)
    for number in range(1, 12):
        question(talk, START, (START + number) & 7, CE)


@written
def accurate_ecn_byte_counters(sheet):
    """The option with byte counters in all its forms: both orders, fewer counters, the
    experimental kind. Its counter of bytes with CE is the middle one.
    """
    def experiment(magic, *counters):
        body = b"".join(counter.to_bytes(3, "big") for counter in counters)
        return struct.pack("!BBH", EXPERIMENT, 4 + len(body), magic) + body
    talk = sheet.talk()
    talk.client("SYN", ecn=OFFER)
    talk.server("SYN+ACK", ecn=SAW_NOT_ECT, options=option(FIRST_ORDER, 1, 0, 1))
    talk.client(ecn=SAW_NOT_ECT, options=option(FIRST_ORDER, 1, 0, 1))
    forms = (option(FIRST_ORDER, 1, 10, 1), option(SECOND_ORDER, 1, 20, 1),
             option(FIRST_ORDER, 1, 30), option(FIRST_ORDER, 1), option(SECOND_ORDER),
             experiment(0xACC0, 1, 60, 1), experiment(0xACC1, 1, 70, 1))
    for number, form in enumerate(forms, 1):
        talk.client("PSH+ACK", ecn=START, size=10, tos=CE, options=option(FIRST_ORDER, 1, 0, 1))
        talk.server(ecn=(START + number) & 7, options=form)


# Without the handshake


@written
def accurate_ecn_mid_stream(sheet):
    """The capture begins after three handshakes: Accurate ECN is known by AE on several segments,
    or by its option; until either is seen, ECE and ECN-capable data look like classic ECN.
    """
    talk = sheet.talk()
    talk.leave_out_handshake()
    for _ in range(3):
        question(talk, START, START, ECT0)
    talk = sheet.talk()
    talk.leave_out_handshake()
    for counter in 2, 3:
        talk.client("PSH+ACK", ecn=2, size=10, tos=CE if counter == 3 else ECT0)
        talk.server(ecn=counter, options=option(FIRST_ORDER, 1, counter, 1))
    talk = sheet.talk()
    talk.leave_out_handshake()
    for counter in 1, 4, 4:
        question(talk, 0, counter, ECT0)


@written
def accurate_ecn_one_way(sheet):
    """Only what the server sends was captured: its counter tells of marks that nobody saw."""
    talk = sheet.talk()
    talk.client("SYN", ecn=OFFER, captured=False)
    talk.server("SYN+ACK", ecn=SAW_NOT_ECT)
    talk.client(ecn=SAW_NOT_ECT, captured=False)
    for counter in 5, 6, 8:
        talk.client("PSH+ACK", ecn=START, size=10, captured=False)
        talk.server(ecn=counter & 7)
