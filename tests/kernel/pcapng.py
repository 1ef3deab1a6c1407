"""Write small pcapng files (draft-ietf-opsawg-pcapng) with timestamps in nanoseconds."""

import struct

ETHERNET, IEEE802_11, RAW_IP = 1, 105, 101

SECTION_HEADER, INTERFACE, ENHANCED_PACKET = 0x0A0D0D0A, 1, 6
OPTION_END, OPTION_COMMENT, OPTION_TIME_RESOLUTION = 0, 1, 9
NANOSECONDS = b"\x09"


def padded(data):
    """Pad data to a multiple of four bytes."""
    return data + b"\0" * (-len(data) % 4)


def option(code, value):
    """Make one option of a block."""
    return struct.pack("<HH", code, len(value)) + padded(value)


def block(kind, body):
    """Make one block, with its length at both ends."""
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


class Writer:
    """A pcapng file with one interface and a comment."""

    def __init__(self, path, comment, link_type=RAW_IP, snap_length=0):
        self.file = open(path, "wb")
        self.snap_length = snap_length
        self.count = 0
        end = option(OPTION_END, b"")
        self.file.write(block(SECTION_HEADER, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)
                              + option(OPTION_COMMENT, comment.encode()) + end))
        self.file.write(block(INTERFACE, struct.pack("<HHI", link_type, 0, snap_length)
                              + option(OPTION_TIME_RESOLUTION, NANOSECONDS) + end))

    def write(self, frame, nanoseconds):
        """Append a frame, cut to the snapshot length if any; return its number, from 1."""
        captured = frame[:self.snap_length] if self.snap_length else frame
        self.file.write(block(ENHANCED_PACKET, struct.pack(
            "<IIIII", 0, nanoseconds >> 32, nanoseconds & 0xFFFFFFFF, len(captured), len(frame))
            + padded(captured)))
        self.count += 1
        return self.count

    def close(self):
        """Close the file."""
        self.file.close()
