# SPDX-License-Identifier: GPL-2.0-or-later
"""Write connections in the form that fuzz_core.c reads.

That form has only some lengths, windows and times, and numbers by what was mentioned before. So it
keeps of a connection which segments come in which order, and how their numbers hang together.
"""

import math
import struct

import packet as packets
from packet import ACK, FIN, RST, SYN

# As in fuzz_core.c and drive.h.
FROM_SERVER, SEQ_FAR, ACK_FAR, WITH_TIMESTAMPS, MARKED, ACCURATE, COPIED, DAMAGED = (
    1 << bit for bit in range(8))
LENGTHS = (0, 0, 1, 2, 100, 1000, 1460, 65535)
WINDOWS = (10000, 10000, 0, 1, 5000, 65535)
WINDOW = 10000
NUMBERS_MAX = 64
SEGMENTS_MAX = 300
SEGMENT = struct.Struct("=BBBBbBbbBb")
LONGEST = SEGMENTS_MAX * SEGMENT.size  # bytes of a seed
TIME_UNIT, TIMES = 100_000, 24  # ns; how many powers of two of it there are
AE, CE = 4, 3
TOP_BIT = 0x80
END_OF_OPTIONS, NO_OPERATION, SCALE, TIMESTAMPS = 0, 1, 3, 8


def signed(difference):
    """A difference of two numbers modulo 2^32, in the shorter direction."""
    return (difference + 2**31) % 2**32 - 2**31


def as_byte(number):
    """The closest number that an int8_t holds."""
    return max(-128, min(127, number))


class Numbers:
    """The numbers of one side: where the captured ones have gone, and what fuzz_core remembers."""

    def __init__(self):
        self.place = {}  # by captured number
        self.mentioned = []

    def of(self, captured):
        """Where a captured number is: as far from the closest known one as it was captured."""
        if not self.place:
            return 0
        near = min(self.place, key=lambda known: abs(signed(captured - known)))
        return (self.place[near] + captured - near) % 2**32

    def written(self, captured):
        """(which, beyond, far, number) to refer to a captured number, or to one close to it."""
        wanted = self.of(captured)
        best = None
        for which, number in enumerate(self.mentioned or [0]):
            away = signed(wanted - number)
            for step in (1, WINDOW):
                beyond = as_byte(round(away / step))
                error = abs(away - beyond * step)
                if best is None or error < best[0]:
                    best = error, which, beyond, step == WINDOW, (number + beyond * step) % 2**32
        self.place.setdefault(captured, best[4])
        return best[1:]

    def mention(self, number):
        """Do as fuzz_core does once a number was in a segment."""
        if number in self.mentioned:
            self.mentioned.remove(number)
        self.mentioned.insert(0, number)
        del self.mentioned[NUMBERS_MAX:]


def closest(values, wanted):
    """The index of the value that is in about the same proportion; what is below 3 is exact."""
    def error(value):
        if min(value, wanted) < 3:
            return abs(value - wanted) * 1000
        return abs(math.log(value / wanted))

    return min(range(len(values)), key=lambda index: error(values[index]))


def options(packet):
    """The options of a TCP header that were captured: kind and value."""
    at, end = packet.tcp + 20, packet.tcp + (packet.ip[packet.tcp + 12] >> 4) * 4
    while at + 1 < min(end, len(packet.ip)) and packet.ip[at] != END_OF_OPTIONS:
        length = 1 if packet.ip[at] == NO_OPERATION else packet.ip[at + 1]
        if length == 0:
            return
        yield packet.ip[at], packet.ip[at + 2:at + length]
        at += length


def time_of(nanoseconds):
    """The power of two of TIME_UNIT that is next to a time, with its sign."""
    power = round(math.log2(max(abs(nanoseconds), TIME_UNIT) / TIME_UNIT))
    power = min(power, TIMES - 1)
    return power if nanoseconds >= 0 else -max(power, 1)


def is_damaged(packet):
    """All of it was captured, and its checksum is neither right nor unfinished."""
    at, size = packet.addresses
    segment = packet.ip[packet.tcp:packet.length]
    if packet.length > len(packet.ip) or packet.length > 65535:
        return False
    pseudo = packet.ip[at:at + 2 * size] + struct.pack("!HH", packets.TCP, len(segment))
    total = packets.folded(pseudo + segment + b"\0" * (len(segment) % 2))
    unfinished = packets.folded(pseudo) == struct.unpack_from("!H", segment, 16)[0]
    return total != 0xFFFF and not unfinished


def value_of(packet, kind, length):
    """The value of an option, or None where there is none of that kind and length."""
    return next((value for other, value in options(packet)
                 if other == kind and len(value) == length), None)


def window_of(packet, ip_ecn):
    """The window's index; beside it the scale of a SYN, or the mark."""
    index = closest(WINDOWS, struct.unpack_from("!H", packet.ip, packet.tcp + 14)[0])
    if packet.flags & SYN:
        scale = value_of(packet, SCALE, 1) or b"\0"
        return index | min(scale[0], 15) << 4
    return index | (TOP_BIT if ip_ecn == CE else 0)


def ip_ecn_of(packet):
    """The ECN bits of the IP header."""
    return packet.ip[1] & 3 if packet.version == 4 else packet.ip[1] >> 4 & 3


class Writer:
    """Writes the segments of one connection."""

    def __init__(self, client):
        self.client = client
        self.numbers = Numbers(), Numbers()
        self.clocks = [None, None]
        self.last_time = None
        self.before = set()

    def clock(self, packet, side):
        """How far the clock of the timestamps has gone on, or None without one."""
        value = value_of(packet, TIMESTAMPS, 8)
        if value is None:
            return None
        now = struct.unpack_from("!I", value)[0]
        last, self.clocks[side] = self.clocks[side], now
        return 1 if last is None else as_byte(signed(now - last))

    def is_copy(self, packet):
        """It has been captured with the same header before, and with the same identification."""
        at = packet.tcp + (packet.ip[packet.tcp + 12] >> 4) * 4
        seen = packet.ends, packet.ip[packet.tcp:at], packet.payload
        if packet.version == 4:
            seen += (packet.ip[4:6],)
        known = seen in self.before
        self.before.add(seen)
        return known

    def pause(self, packet):
        """The time since the segment before, as in the input."""
        last, self.last_time = self.last_time, packet.time
        return 0 if last is None else time_of(packet.time - last)

    def place_seq(self, packet, numbers):
        """(length, which, beyond, far) of what a segment sends; fuzz_core will do as `numbers` does."""
        captured = packet.numbers[0]
        index = closest(LENGTHS, max(packet.payload, 0))
        flags = bool(packet.flags & SYN) + bool(packet.flags & FIN)
        which, beyond, far, seq = numbers.written(captured)
        end = (seq + LENGTHS[index] + flags) % 2**32
        numbers.place.setdefault((captured + packet.payload + flags) % 2**32, end)
        numbers.mention(seq)
        numbers.mention(end)
        return index, which, beyond, far

    @staticmethod
    def place_ack(packet, numbers):
        """(which, beyond, far) of what it acknowledges."""
        if not packet.flags & ACK:
            return 0, 0, False
        which, beyond, far, ack = numbers.written(packet.numbers[1])
        numbers.mention(ack)
        return which, beyond, far

    def segment(self, packet):
        """The bytes of one segment."""
        side = int(packet.ends[0] != self.client)
        ip_ecn = ip_ecn_of(packet)
        clock = self.clock(packet, side)
        length, seq_which, seq_beyond, seq_far = self.place_seq(packet, self.numbers[side])
        ack_which, ack_beyond, ack_far = self.place_ack(packet, self.numbers[not side])
        how = sum(bit for bit, is_set in (
            (FROM_SERVER, side), (SEQ_FAR, seq_far), (ACK_FAR, ack_far),
            (WITH_TIMESTAMPS, clock is not None), (MARKED, ip_ecn), (ACCURATE, packet.ecn_flags & AE),
            (COPIED, self.is_copy(packet)), (DAMAGED, is_damaged(packet))) if is_set)
        return SEGMENT.pack(packet.flags | (packet.ecn_flags & 3) << 6, how, length, seq_which,
                            seq_beyond, ack_which, ack_beyond, self.pause(packet),
                            window_of(packet, ip_ecn), clock or 0)


def parsed(records):
    """The TCP segments among frames, as far as packet.py takes them apart."""
    for record in records:
        try:
            packet = packets.parse(record)
        except packets.NotParsed:
            continue
        if packet and packet.ends[0] != packet.ends[1]:
            yield packet


def client_of(conversation):
    """The end that asks; where no SYN was captured, that of the higher port."""
    for packet in conversation:
        if packet.flags & (SYN | ACK | RST) == SYN:
            return packet.ends[0]
    return max(conversation[0].ends, key=lambda end: end[1])


def of_capture(records):
    """A seed for each 4-tuple in a capture."""
    conversations = {}
    for packet in parsed(records):
        conversations.setdefault(frozenset(packet.ends), []).append(packet)
    for conversation in conversations.values():
        writer = Writer(client_of(conversation))
        yield b"".join(map(writer.segment, conversation[:SEGMENTS_MAX]))
