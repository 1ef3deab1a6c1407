# SPDX-License-Identifier: GPL-2.0-or-later
"""A TCP segment directly above IPv4 or IPv6, and what happens to it between two capture points.

Checksums are updated by what changed (RFC 1624): a wrong one stays wrong, and an unfinished one,
which is the sum of the pseudo-header alone, stays unfinished.
"""

import dataclasses
import functools
import struct

import capture_file

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TCP = 6
EXTENSIONS = (0, 43, 60)  # of IPv6: hop-by-hop, routing, destination options
FRAGMENT = 44
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
VLAN_TAGS = (0x8100, 0x88A8, 0x9100)
NULL_FAMILIES = {2: 4, 24: 6, 28: 6, 30: 6}

# Of each link type: where the EtherType stands, and where the packet begins.
ETHERTYPE_AT = {capture_file.ETHERNET: (12, 14), 113: (14, 16),
                capture_file.LINUX_COOKED_2: (0, 20)}
NULL, LOOP = 0, 108
BARE = (12, 14, capture_file.RAW_IP, 228, 229)


class NotParsed(Exception):
    """Why a frame with TCP in it cannot be transformed."""


@dataclasses.dataclass(frozen=True)
class Packet:
    """An IP packet of a capture; `length` is that of the whole packet, `ip` what was captured."""

    time: int
    link: int
    head: bytes
    ip: bytes
    length: int
    tcp: int  # where the TCP header begins

    @functools.cached_property
    def version(self):
        """Of IP: 4 or 6."""
        return self.ip[0] >> 4

    @property
    def addresses(self):
        """Where the two addresses stand, and how long one is."""
        return (12, 4) if self.version == 4 else (8, 16)

    @functools.cached_property
    def ends(self):
        """(address, port) of the sender and of the receiver."""
        at, size = self.addresses
        ports = struct.unpack_from("!HH", self.ip, self.tcp)
        return ((self.ip[at:at + size], ports[0]), (self.ip[at + size:at + 2 * size], ports[1]))

    @functools.cached_property
    def flags(self):
        """The flags of TCP, without those of ECN."""
        return self.ip[self.tcp + 13] & 0x3F

    @property
    def ecn_flags(self):
        """AE, CWR and ECE as one number."""
        return (self.ip[self.tcp + 12] & 1) << 2 | self.ip[self.tcp + 13] >> 6

    @functools.cached_property
    def numbers(self):
        """Sequence number and acknowledgment number."""
        return struct.unpack_from("!II", self.ip, self.tcp + 4)

    @functools.cached_property
    def payload(self):
        """How many bytes of data the segment has."""
        if self.version == 4:
            end = struct.unpack_from("!H", self.ip, 2)[0]
        else:
            end = struct.unpack_from("!H", self.ip, 4)[0]
            end += 40 if end else 0
        # An offloaded segment of more than 64 KiB has no length in its header.
        return (end or self.length) - self.tcp - (self.ip[self.tcp + 12] >> 4) * 4

    def at(self, time):
        """The same at another time."""
        return dataclasses.replace(self, time=time)

    def record(self):
        """The frame for a file."""
        return capture_file.Record(self.time, self.link, self.head + self.ip,
                                   len(self.head) + self.length)


def family(record):
    """(version of IP, where the packet begins) of a frame, or None if it holds no IP packet."""
    data = record.data
    if record.link in BARE:
        version = data[0] >> 4 if data else 0
        return (version, 0) if version in ETHERTYPES else None
    if record.link in (NULL, LOOP) and len(data) >= 4:
        number = min(struct.unpack("<I", data[:4])[0], struct.unpack(">I", data[:4])[0])
        return (NULL_FAMILIES[number], 4) if number in NULL_FAMILIES else None
    if record.link not in ETHERTYPE_AT:
        raise NotParsed(f"link type {record.link}")
    at, begin = ETHERTYPE_AT[record.link]
    while begin <= len(data):
        ethertype = struct.unpack_from("!H", data, at)[0]
        if ethertype in VLAN_TAGS:
            at, begin = begin + 2, begin + 4
            continue
        return next(((version, begin) for version, number in ETHERTYPES.items()
                     if number == ethertype), None)
    return None


def header_end(ip, version):
    """(protocol above IP, where its header begins, whether the packet is a fragment)."""
    if version == 4:
        return ip[9], (ip[0] & 15) * 4, bool(struct.unpack_from("!H", ip, 6)[0] & 0x3FFF)
    protocol, at = ip[6], 40
    while protocol in EXTENSIONS and at + 2 <= len(ip):
        protocol, at = ip[at], at + (ip[at + 1] + 1) * 8
    if protocol == FRAGMENT and at < len(ip):
        return ip[at], at + 8, True
    return protocol, at, False


def parse(record):
    """The Packet of a frame, or None if no TCP segment stands directly above its IP header."""
    found = family(record)
    if not found:
        return None
    version, begin = found
    ip = record.data[begin:]
    if len(ip) < (20 if version == 4 else 40) or ip[0] >> 4 != version:
        return None
    protocol, tcp, fragment = header_end(ip, version)
    if protocol != TCP:
        return None
    if fragment:
        raise NotParsed("a fragment")
    if tcp + 20 > len(ip):
        raise NotParsed("a TCP header that is cut off")
    return Packet(record.time, record.link, record.data[:begin], ip, record.length - begin, tcp)


def folded(data):
    """The sum of data in 16-bit words, carries added again."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def changed_sum(checksum, before, after):
    """A checksum after the covered bytes changed (RFC 1624)."""
    complement = bytes(byte ^ 0xFF for byte in before)
    return folded(struct.pack("!H", checksum ^ 0xFFFF) + complement + after) ^ 0xFFFF


def replaced_word(data, at, value):
    """data with another 16-bit word at one place."""
    return data[:at] + struct.pack("!H", value) + data[at + 2:]


def with_addresses(packet, source, destination):
    """The same packet between other addresses."""
    at, size = packet.addresses
    before, after = packet.ip[at:at + 2 * size], source + destination
    ip = packet.ip[:at] + after + packet.ip[at + 2 * size:]
    if packet.version == 4:
        ip = replaced_word(ip, 10, changed_sum(struct.unpack_from("!H", ip, 10)[0], before, after))
    at = packet.tcp + 16
    if len(ip) >= at + 2:
        checksum = struct.unpack_from("!H", ip, at)[0]
        rest = struct.pack("!HH", TCP, (packet.length - packet.tcp) & 0xFFFF)
        if checksum == folded(before + rest):
            checksum = folded(after + rest)
        else:
            checksum = changed_sum(checksum, before, after)
        ip = replaced_word(ip, at, checksum)
    return dataclasses.replace(packet, ip=ip)


def routed(packet):
    """The packet behind a router: TTL or hop limit is one less."""
    at = 8 if packet.version == 4 else 7
    ip = packet.ip[:at] + bytes([max(packet.ip[at] - 1, 1)]) + packet.ip[at + 1:]
    if packet.version == 4:
        checksum = struct.unpack_from("!H", ip, 10)[0]
        ip = replaced_word(ip, 10, changed_sum(checksum, packet.ip[8:10], ip[8:10]))
    head = packet.head
    if packet.link == capture_file.ETHERNET:
        head = b"\2\0\0\0\1\1\2\0\0\0\1\2" + head[12:]
    return dataclasses.replace(packet, ip=ip, head=head)


def station(end):
    """A MAC address for an endpoint."""
    return b"\2\0" + end[0][-4:]


def as_ethernet(packet, tag=None):
    """The packet on Ethernet, in a VLAN where there is a tag."""
    source, destination = map(station, packet.ends)
    if packet.link == capture_file.ETHERNET:
        destination, source = packet.head[:6], packet.head[6:12]
    head = destination + source + (b"" if tag is None else struct.pack("!HH", 0x8100, tag))
    head += struct.pack("!H", ETHERTYPES[packet.version])
    return dataclasses.replace(packet, link=capture_file.ETHERNET, head=head)


def as_cooked(packet, interface, kind):
    """The packet as the interface "any" of Linux shows it, version 2; kind: 0 in, 4 out."""
    head = struct.pack("!HHIHBB", ETHERTYPES[packet.version], 0, interface, 1, kind, 6)
    return dataclasses.replace(packet, link=capture_file.LINUX_COOKED_2,
                               head=head + station(packet.ends[0]) + b"\0\0")


def cut(packet, snap_length):
    """The packet in a frame of which only the first bytes were captured."""
    return dataclasses.replace(packet, ip=packet.ip[:snap_length - len(packet.head)])
