"""Build and parse packets: IP, TCP, ICMP and the layers that may carry them."""

import dataclasses
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = (1 << bit for bit in range(9))
FLAG_NAMES = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")

PROTOCOL_ICMP, PROTOCOL_IPIP, PROTOCOL_TCP, PROTOCOL_GRE, PROTOCOL_ICMPV6 = 1, 4, 6, 47, 58
ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_VLAN = 0x0800, 0x86DD, 0x8100

NOT_ECT, ECT1, ECT0, CE = range(4)

# Kinds of TCP checksums; unfinished: only the pseudo header's sum, as left to the hardware.
GOOD, BAD, UNFINISHED = "good", "bad", "unfinished"

MODULUS = 1 << 32


def checksum(data):
    """Return the Internet checksum (RFC 1071) of data."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def is_ipv6(address):
    """Return whether an address in text form is an IPv6 address."""
    return ":" in address


def packed(address):
    """Convert an address from text to bytes."""
    return ipaddress.ip_address(address).packed


def ip(source, destination, payload, protocol=PROTOCOL_TCP, ttl=64, tos=0, ident=0, offset=0x4000):
    """Make an IPv4 or IPv6 packet; offset is IPv4's flags and fragment offset field."""
    if is_ipv6(source):
        start = struct.pack("!IHBB", 6 << 28 | tos << 20, len(payload), protocol, ttl)
        return start + packed(source) + packed(destination) + payload
    header = struct.pack("!BBHHHBBH4s4s", 0x45, tos, 20 + len(payload), ident, offset, ttl,
                         protocol, 0, packed(source), packed(destination))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def pseudo_header(source, destination, length, protocol):
    """Make a pseudo header in IPv6's form (RFC 8200); the sum is the same as in IPv4's form."""
    return packed(source) + packed(destination) + struct.pack("!II", length, protocol)


def tcp_checksum(source, destination, segment, kind=GOOD):
    """Return the checksum of a TCP segment whose checksum field is zero."""
    pseudo = pseudo_header(source, destination, len(segment), PROTOCOL_TCP)
    if kind == UNFINISHED:
        return ~checksum(pseudo) & 0xFFFF
    return checksum(pseudo + segment) ^ (0x5555 if kind == BAD else 0)


@dataclasses.dataclass(frozen=True)
class Segment:
    """One TCP segment in one IP packet, with everything needed to rebuild it."""

    source: str
    destination: str
    source_port: int
    destination_port: int
    seq: int = 0
    ack: int = 0
    flags: int = ACK
    window: int = 64240
    options: bytes = b""
    payload: bytes = b""
    urgent: int = 0
    tos: int = 0
    ttl: int = 64
    ident: int = 0
    header_words: int = 0   # data offset; 0: the actual header length
    checksum: str = GOOD

    def has(self, flags):
        """Return whether all these flags are set."""
        return self.flags & flags == flags

    @property
    def length(self):
        """The number of sequence numbers that the segment occupies (SEG.LEN)."""
        return len(self.payload) + bool(self.flags & SYN) + bool(self.flags & FIN)

    @property
    def end(self):
        """The sequence number after the segment."""
        return (self.seq + self.length) % MODULUS

    @property
    def four_tuple(self):
        """Source and destination, address and port each."""
        return self.source, self.source_port, self.destination, self.destination_port

    def flag_names(self):
        """Return the names of the flags, lowest bit first."""
        return "+".join(name for bit, name in enumerate(FLAG_NAMES) if self.flags >> bit & 1)

    def with_(self, **fields):
        """Return a copy with other fields."""
        return dataclasses.replace(self, **fields)

    def tcp(self):
        """Return the TCP header and payload."""
        options = self.options + b"\0" * (-len(self.options) % 4)
        words = self.header_words or 5 + len(options) // 4
        header = struct.pack("!HHIIHHHH", self.source_port, self.destination_port,
                             self.seq % MODULUS, self.ack % MODULUS, words << 12 | self.flags,
                             self.window, 0, self.urgent)
        segment = header + options + self.payload
        value = tcp_checksum(self.source, self.destination, segment, self.checksum)
        return segment[:16] + struct.pack("!H", value) + segment[18:]

    def pack(self):
        """Return the IP packet."""
        return ip(self.source, self.destination, self.tcp(), ttl=self.ttl, tos=self.tos,
                  ident=self.ident)


def parse(packet):
    """Return the Segment in an IP packet, or None if it does not hold a complete TCP segment."""
    if packet[0] >> 4 == 6:
        protocol, start = packet[6], 40
        tos, ttl, ident, offset = struct.unpack_from("!I", packet)[0] >> 20 & 0xFF, packet[7], 0, 0
        source, destination = packet[8:24], packet[24:40]
    else:
        protocol, start, tos, ttl = packet[9], (packet[0] & 15) * 4, packet[1], packet[8]
        ident, offset = struct.unpack_from("!HH", packet, 4)
        source, destination = packet[12:16], packet[16:20]
    if protocol != PROTOCOL_TCP or offset & 0x3FFF or len(packet) < start + 20:
        return None
    ports_and_rest = struct.unpack_from("!HHIIHHHH", packet, start)
    source_port, destination_port, seq, ack, bits, window, _, urgent = ports_and_rest
    data = start + (bits >> 12) * 4
    return Segment(str(ipaddress.ip_address(source)), str(ipaddress.ip_address(destination)),
                   source_port, destination_port, seq, ack, bits & 0x1FF, window,
                   packet[start + 20:data], packet[data:], urgent, tos, ttl, ident)


def timestamps(options):
    """Return (TSval, TSecr) of the timestamps option (RFC 7323), or None."""
    position = 0
    while position < len(options):
        kind = options[position]
        if kind == 0:
            return None
        if kind == 1:
            position += 1
            continue
        if kind == 8:
            return struct.unpack_from("!II", options, position + 2)
        position += options[position + 1]
    return None


def timestamps_option(value, echo):
    """Make a timestamps option, aligned as kernels send it."""
    return struct.pack("!BBBBII", 1, 1, 8, 10, value, echo)


def fragments(packet, size):
    """Split an IPv4 packet into fragments of at most size bytes (a multiple of 8) of payload."""
    source, destination = (str(ipaddress.ip_address(packet[at:at + 4])) for at in (12, 16))
    ident, payload = struct.unpack_from("!H", packet, 4)[0], packet[20:]
    pieces = []
    for start in range(0, len(payload), size):
        more = 0x2000 if start + size < len(payload) else 0
        pieces.append(ip(source, destination, payload[start:start + size], packet[9], packet[8],
                         packet[1], ident or 1, more | start // 8))
    return pieces


def icmp_error(source, destination, quoted, kind, code):
    """Make an ICMP error (kind 3: unreachable, 11: time exceeded), quoting a packet (RFC 1812).

    Between IPv6 addresses it is an ICMPv6 error (1: unreachable, 2: packet too big, 3: time
    exceeded; RFC 4443).
    """
    ipv6 = is_ipv6(source)
    message = struct.pack("!BBHI", kind, code, 0, 0)
    message += quoted[:1280 - 40 - 8 if ipv6 else 576 - 20 - 8]
    pseudo = pseudo_header(source, destination, len(message), PROTOCOL_ICMPV6) if ipv6 else b""
    message = message[:2] + struct.pack("!H", checksum(pseudo + message)) + message[4:]
    return ip(source, destination, message, PROTOCOL_ICMPV6 if ipv6 else PROTOCOL_ICMP, tos=0xC0)


def ethernet(packet, source, destination, vlan=None):
    """Wrap an IP packet in an Ethernet frame, tagged (IEEE 802.1Q) if a VLAN is given."""
    ethertype = ETHERTYPE_IPV6 if packet[0] >> 4 == 6 else ETHERTYPE_IPV4
    tag = b"" if vlan is None else struct.pack("!HH", ETHERTYPE_VLAN, vlan)
    return destination + source + tag + struct.pack("!H", ethertype) + packet


def gre(packet, source, destination):
    """Wrap an IPv4 packet in a GRE tunnel packet (RFC 2784)."""
    return ip(source, destination, struct.pack("!HH", 0, ETHERTYPE_IPV4) + packet, PROTOCOL_GRE)


def ip_in_ip(packet, source, destination, tos=0):
    """Wrap an IPv4 packet in an IP-in-IP packet (RFC 2003); tos: of the outer header."""
    return ip(source, destination, packet, PROTOCOL_IPIP, tos=tos)


def a_msdu(packets, sequence, station, access_point, to_access_point):
    """Make an IEEE 802.11 QoS data frame with one A-MSDU that holds several IPv4 packets."""
    sender, receiver = (station, access_point) if to_access_point else (access_point, station)
    direction = 0x01 if to_access_point else 0x02
    header = struct.pack("!BBH", 0x88, direction, 0) + receiver + sender + access_point
    header += struct.pack("<HH", sequence << 4, 0x0080)   # QoS control: A-MSDU present
    body = b""
    for packet in packets:
        body += b"\0" * (-len(body) % 4)
        msdu = bytes.fromhex("aaaa03000000") + struct.pack("!H", ETHERTYPE_IPV4) + packet
        body += receiver + sender + struct.pack("!H", len(msdu)) + msdu
    return header + body


def tcp_start(packet):
    """Return the offset of the TCP header in an unfragmented IP packet."""
    return 40 if packet[0] >> 4 == 6 else (packet[0] & 15) * 4


def is_damaged(packet):
    """Return whether the TCP checksum of an unfragmented IP packet is wrong."""
    segment, start = parse(packet), tcp_start(packet)
    if segment is None:
        return False
    zeroed = packet[start:start + 16] + b"\0\0" + packet[start + 18:]
    right = tcp_checksum(segment.source, segment.destination, zeroed)
    return packet[start + 16:start + 18] != struct.pack("!H", right)


def damaged(packet):
    """Return the packet with a wrong TCP checksum."""
    position = tcp_start(packet) + 16
    wrong = struct.unpack_from("!H", packet, position)[0] ^ 0x5555
    return packet[:position] + struct.pack("!H", wrong) + packet[position + 2:]
