# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that the benchmark reads: each kind of traffic in any size, always the same bytes.

A kind is a generator of packets; `write(path, kind, count)` writes a file with `count` of its units.
"""

import random
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
STEP = 200_000  # nanoseconds between packets
CLIENT, SERVER = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
SYN_OPTIONS = b"\2\4\5\xb4\4\2\x08\x0a" + struct.pack("!II", 1, 0) + b"\1\3\3\7"
FULL = 1448  # bytes of data in a full segment


def checksum(data):
    """Return the Internet checksum of data."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


class End:
    """One end of a connection: it sends what comes next."""

    def __init__(self, address, port, isn):
        self.address, self.port, self.next = address, port, isn % 2**32
        self.clock = 1

    def segment(self, other, flags, length=0, window=510):
        """Return the IP packet with the next segment to the other end."""
        self.clock += 1
        options = SYN_OPTIONS if flags & SYN else b"\1\1\x08\x0a" + struct.pack(
            "!II", self.clock, other.clock)
        head = struct.pack("!HHIIHHHH", self.port, other.port, self.next,
                           other.next if flags & ACK else 0,
                           (20 + len(options)) // 4 << 12 | flags, window, 0, 0) + options
        data = bytes(length)
        pseudo = self.address + other.address + struct.pack("!HH", 6, len(head) + length)
        head = head[:16] + struct.pack("!H", checksum(pseudo + head + data)) + head[18:]
        self.next = (self.next + length + bool(flags & SYN) + bool(flags & FIN)) % 2**32
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(head) + length, 0, 0x4000, 64, 6, 0)
        return ip + self.address + other.address + head + data


def opened(number=0):
    """Return the ends of a connection of their own, and the packets of its handshake."""
    chance = random.Random(number)
    address = bytes((10, 1 + (number >> 16), number >> 8 & 255, number & 255))
    client = End(address, 40000, chance.randrange(2**32))
    server = End(SERVER, 9999, chance.randrange(2**32))
    return client, server, [client.segment(server, SYN, window=64240),
                            server.segment(client, SYN | ACK, window=64240),
                            client.segment(server, ACK)]


def bulk(count):
    """Yield full segments of one connection, with an ACK for two of them: three packets each."""
    client, server, packets = opened()
    yield from packets
    yield client.segment(server, PSH | ACK, 18)
    for _ in range(count // 3):
        yield server.segment(client, ACK, FULL)
        yield server.segment(client, PSH | ACK, FULL)
        yield client.segment(server, ACK)


def acks(count):
    """Yield ACKs of data that were not captured."""
    client, server, packets = opened()
    yield from packets
    for _ in range(count):
        server.next = (server.next + FULL) % 2**32
        yield client.segment(server, ACK)


def connections(count):
    """Yield whole connections of many hosts, 12 packets each."""
    for number in range(count):
        client, server, packets = opened(number)
        yield from packets
        yield client.segment(server, PSH | ACK, 300)
        yield server.segment(client, ACK)
        for _ in range(3):
            yield server.segment(client, ACK, 1400)
        yield client.segment(server, ACK)
        yield server.segment(client, FIN | ACK)
        yield client.segment(server, FIN | ACK)
        yield server.segment(client, ACK)


def syns(count):
    """Yield SYNs that nobody answers, each of another host."""
    for number in range(count):
        yield opened(number)[2][0]


def resets(count):
    """Yield RSTs of one connection."""
    client, server, packets = opened()
    yield from packets
    for _ in range(count):
        yield server.segment(client, RST, window=0)


KINDS = {"bulk": bulk, "acks": acks, "connections": connections, "syns": syns, "resets": resets}


def write(path, kind, count):
    """Write a capture (pcap, nanoseconds, Ethernet); return the number of its packets."""
    ethernet = bytes(12) + b"\x08\0"
    packets = 0
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        for packets, packet in enumerate(KINDS[kind](count), 1):
            seconds, rest = divmod(10**18 + packets * STEP, 10**9)
            size = len(ethernet) + len(packet)
            file.write(struct.pack("<IIII", seconds, rest, size, size) + ethernet + packet)
    return packets
