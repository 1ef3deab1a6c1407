# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that the benchmark reads: each kind of traffic in any size, always the same bytes.

A kind is a generator of packets; `write(path, kind, count)` writes a file with `count` of its units.
"""

import random
import struct

FIN, SYN, RST, PSH, ACK, ECE, CWR = 1, 2, 4, 8, 16, 64, 128
ECT, CE = 2, 3  # the two ECN bits of an IP header
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

    def segment(self, other, flags, data=b"", window=510, ecn=0):
        """Return the IP packet with the next segment to the other end; data: bytes, or how many."""
        data = bytes(data)
        length = len(data)
        self.clock += 1
        options = SYN_OPTIONS if flags & SYN else b"\1\1\x08\x0a" + struct.pack(
            "!II", self.clock, other.clock)
        head = struct.pack("!HHIIHHHH", self.port, other.port, self.next,
                           other.next if flags & ACK else 0,
                           (20 + len(options)) // 4 << 12 | flags, window, 0, 0) + options
        pseudo = self.address + other.address + struct.pack("!HH", 6, len(head) + length)
        head = head[:16] + struct.pack("!H", checksum(pseudo + head + data)) + head[18:]
        self.next = (self.next + length + bool(flags & SYN) + bool(flags & FIN)) % 2**32
        ip = struct.pack("!BBHHHBBH", 0x45, ecn, 20 + len(head) + length, 0, 0x4000, 64, 6, 0)
        return ip + self.address + other.address + head + data


def ends(number=0, port=9999):
    """Return the ends of a connection of their own."""
    chance = random.Random(number)
    address = bytes((10, 1 + (number >> 16), number >> 8 & 255, number & 255))
    return End(address, 40000, chance.randrange(2**32)), End(SERVER, port, chance.randrange(2**32))


def handshake(client, server, offer=0, answer=0):
    """Return the packets of a handshake; offer, answer: more flags."""
    return [client.segment(server, SYN | offer, window=64240),
            server.segment(client, SYN | ACK | answer, window=64240),
            client.segment(server, ACK)]


def closing(one, other):
    """Return the packets with which one end closes, and then the other one."""
    return [one.segment(other, FIN | ACK), other.segment(one, FIN | ACK), one.segment(other, ACK)]


def opened(number=0, port=9999):
    """Return the ends of a connection of their own, and the packets of its handshake."""
    client, server = ends(number, port)
    return client, server, handshake(client, server)


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


def exchange(client, server):
    """Return a request, and an answer in three segments."""
    return [client.segment(server, PSH | ACK, 300),
            server.segment(client, ACK),
            *[server.segment(client, ACK, 1400) for _ in range(3)],
            client.segment(server, ACK)]


def connections(count):
    """Yield whole connections of many hosts, 12 packets each."""
    for number in range(count):
        client, server, packets = opened(number)
        yield from packets
        yield from exchange(client, server)
        yield from closing(server, client)


def reuse(count):
    """Yield connections of one 4-tuple, one after the other, 12 packets each."""
    client, server = ends()
    for _ in range(count):
        yield from handshake(client, server)
        yield from exchange(client, server)
        yield from closing(client, server)
        client.next = (client.next + 100_000) % 2**32
        server.next = (server.next + 100_000) % 2**32


REQUEST = (b"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench/1.0\r\n"
           b"Accept: */*\r\n\r\n")
PAGE = b"<p>A line of a page that says nothing.</p>\n" * 90
ANSWER = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
          b"Content-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE))


def in_segments(one, other, data):
    """Yield full segments with all the data."""
    for at in range(0, len(data), FULL):
        yield one.segment(other, ACK, data[at:at + FULL])


def http(count):
    """Yield connections with a request of HTTP and its answer, 12 packets each."""
    for number in range(count):
        client, server, packets = opened(number, 80)
        yield from packets
        yield client.segment(server, PSH | ACK, REQUEST)
        yield server.segment(client, ACK)
        yield from in_segments(server, client, ANSWER)
        yield client.segment(server, ACK)
        yield from closing(server, client)


def record(kind, body):
    """Return a record of TLS."""
    return struct.pack("!BHH", kind, 0x0303, len(body)) + body


def tls_hello(kind, body):
    """Return a record with the hello of one end: version, random, no session, `body`."""
    hello = struct.pack("!H32sB", 0x0303, bytes(range(32)), 0) + body
    return record(22, bytes((kind,)) + len(hello).to_bytes(3, "big") + hello)


CLIENT_HELLO = tls_hello(1, bytes.fromhex("0002c02f 0100 0000"))
SERVER_HELLO = tls_hello(2, bytes.fromhex("c02f 00 0000"))
FINISHED = record(20, b"\1") + record(22, bytes(range(40)))


def tls(count):
    """Yield connections with a short TLS handshake and three pairs of application data."""
    for number in range(count):
        client, server, packets = opened(number, 443)
        yield from packets
        yield client.segment(server, PSH | ACK, CLIENT_HELLO)
        yield server.segment(client, PSH | ACK, SERVER_HELLO + FINISHED)
        yield client.segment(server, PSH | ACK, FINISHED)
        for _ in range(3):
            yield client.segment(server, PSH | ACK, record(23, bytes(range(250))))
            yield from in_segments(server, client, record(23, bytes(range(256)) * 16))
            yield client.segment(server, ACK)
        yield from closing(client, server)


def ecn(count):
    """Yield data and ACKs of one connection with classic ECN; each 30th pair is an episode."""
    client, server = ends()
    yield from handshake(client, server, ECE | CWR, ECE)
    yield client.segment(server, PSH | ACK, 18, ecn=ECT)
    for number in range(count // 3):
        marked, answered = number % 30 == 10, number % 30 == 12
        yield server.segment(client, ACK | (CWR if answered else 0), FULL,
                             ecn=CE if marked else ECT)
        yield server.segment(client, PSH | ACK, FULL, ecn=ECT)
        yield client.segment(server, ACK | (ECE if number % 30 in (10, 11) else 0))


def lossy(count):
    """Yield data of one connection: of ten segments one is sent again, and two change places."""
    client, server, packets = opened()
    yield from packets
    yield client.segment(server, PSH | ACK, 18)
    for _ in range(count // 21):
        first, acked = server.next, server.next
        data = [server.segment(client, ACK, FULL) for _ in range(10)]
        end, server.next = server.next, (first + 4 * FULL) % 2**32
        again = server.segment(client, ACK, FULL)
        for number in (0, 1, 2, 3, 4, 5, 6, 8, 7, 9):  # 4 is lost behind the capture point
            yield data[number]
            if number != 4:
                acked += FULL if number < 4 else 0
                server.next = acked % 2**32  # what the client has got
                yield client.segment(server, ACK)
        server.next = end
        yield again
        yield client.segment(server, ACK)


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


KINDS = {kind.__name__: kind
         for kind in (bulk, acks, ecn, lossy, connections, reuse, http, tls, syns, resets)}


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
