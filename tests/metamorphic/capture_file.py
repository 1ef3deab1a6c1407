# SPDX-License-Identifier: GPL-2.0-or-later
"""Read captures (pcap and pcapng) and write one that has frames of several link layers.

What is read is a list of Records. A file that ends in the middle of a record is read up to there.
"""

import dataclasses
import struct

ETHERNET, LINUX_COOKED_2, RAW_IP = 1, 276, 101

SECTION_HEADER, INTERFACE, PACKET, SIMPLE_PACKET, ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
BYTE_ORDER_MAGIC = 0x1A2B3C4D
PCAP_MAGICS = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1}  # nanoseconds in a unit of the lower half of a time
OPTION_END, OPTION_RESOLUTION, OPTION_OFFSET = 0, 9, 14
NS_PER_S = 1_000_000_000


class Unreadable(Exception):
    """Why a capture cannot be read."""


@dataclasses.dataclass(frozen=True)
class Record:
    """A frame as captured: time in ns since 1970, link type, bytes, and its length on the wire."""

    time: int
    link: int
    data: bytes
    length: int


@dataclasses.dataclass(frozen=True)
class Interface:
    """Of a pcapng file's interface: link type, units in a second, offset in ns, snapshot length."""

    link: int
    units: int
    offset: int
    snap_length: int

    def time(self, high, low):
        """A time of this interface in nanoseconds."""
        return ((high << 32) + low) * NS_PER_S // self.units + self.offset


def read(path):
    """All frames of a capture."""
    content = path.read_bytes()
    if len(content) < 24:
        raise Unreadable("too short for a capture")
    if struct.unpack_from("<I", content)[0] == SECTION_HEADER:
        return list(read_pcapng(content))
    for order in "<>":
        unit = PCAP_MAGICS.get(struct.unpack_from(order + "I", content)[0])
        if unit:
            return list(read_pcap(content, order, unit))
    raise Unreadable("neither pcap nor pcapng")


def read_pcap(content, order, unit):
    """The frames of a classic pcap file."""
    link = struct.unpack_from(order + "I", content, 20)[0] & 0xFFFF
    at = 24
    while at + 16 <= len(content):
        seconds, part, captured, length = struct.unpack_from(order + "IIII", content, at)
        at += 16
        if at + captured > len(content):
            return
        yield Record(seconds * NS_PER_S + part * unit, link, content[at:at + captured], length)
        at += captured


def read_pcapng(content):
    """The frames of a pcapng file."""
    order, interfaces, at = "<", [], 0
    while at + 12 <= len(content):
        if struct.unpack_from("<I", content, at)[0] == SECTION_HEADER:
            magic = struct.unpack_from("<I", content, at + 8)[0]
            order, interfaces = "<" if magic == BYTE_ORDER_MAGIC else ">", []
        kind, length = struct.unpack_from(order + "II", content, at)
        if length < 12 or at + length > len(content):
            return
        body = content[at + 8:at + length - 4]
        at += length
        if kind == INTERFACE:
            interfaces.append(interface_of(body, order))
        elif kind in (PACKET, SIMPLE_PACKET, ENHANCED_PACKET):
            yield record_of(kind, body, order, interfaces)


def interface_of(body, order):
    """What an Interface Description Block says."""
    link, _, snap_length = struct.unpack_from(order + "HHI", body)
    units, offset, at = 1_000_000, 0, 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4:at + 4 + length]
        if code == OPTION_END:
            break
        if code == OPTION_RESOLUTION:
            units = 2 ** (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == OPTION_OFFSET:
            offset = struct.unpack(order + "q", value)[0] * NS_PER_S
        at += 4 + (length + 3) // 4 * 4
    return Interface(link, units, offset, snap_length)


def record_of(kind, body, order, interfaces):
    """The frame in one of the blocks that hold one."""
    if kind == SIMPLE_PACKET:
        number, at, time = 0, 4, (0, 0)
        length = struct.unpack_from(order + "I", body)[0]
        captured = min(length, interfaces[0].snap_length or length)
    else:
        form = "IIIII" if kind == ENHANCED_PACKET else "HxxIIII"
        number, *time, captured, length = struct.unpack_from(order + form, body)
        at = 20
    if number >= len(interfaces):
        raise Unreadable("a frame of an interface that is not there")
    interface = interfaces[number]
    return Record(interface.time(*time), interface.link, body[at:at + captured], length)


def padded(data):
    """data up to a multiple of four bytes."""
    return data + b"\0" * (-len(data) % 4)


def block(kind, body):
    """One block, its length on both ends."""
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def write(path, records):
    """A pcapng file of Records, with an interface for each link type."""
    interfaces = {}
    resolution = struct.pack("<HHBxxxHH", OPTION_RESOLUTION, 1, 9, OPTION_END, 0)
    with open(path, "wb") as file:
        file.write(block(SECTION_HEADER, struct.pack("<IHHq", BYTE_ORDER_MAGIC, 1, 0, -1)))
        for record in records:
            if record.link not in interfaces:
                interfaces[record.link] = len(interfaces)
                file.write(block(INTERFACE, struct.pack("<HHI", record.link, 0, 0) + resolution))
            file.write(block(ENHANCED_PACKET, struct.pack(
                "<IIIII", interfaces[record.link], record.time >> 32, record.time & 0xFFFFFFFF,
                len(record.data), record.length) + padded(record.data)))
