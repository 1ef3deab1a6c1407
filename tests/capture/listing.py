# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures of a directory, and captures/LIST, which describes each of them.

The description of a capture is the comment in its section header block. LIST is generated from
these comments.
"""

import struct
import textwrap

import tshark

SECTION_HEADER = 0x0A0D0D0A
BYTE_ORDER_MAGIC = 0x1A2B3C4D
FRAMES = (2, 3, 6)  # block types that hold a frame
COMMENT = 1
HEADING = """\
# The captures of this directory and what each of them shows, from the comments in the captures.
# Written by tests/capture/update_expected.py; read by CTest, which runs a test for each line.
"""


def captures(directory):
    """Return all captures of a directory, by name."""
    return {path.stem: path for path in sorted(directory.glob("*.pcapng"))}


def blocks(capture):
    """Yield (type, content, byte order as in struct) of each block of a pcapng file."""
    content = capture.read_bytes()
    order, at = "<", 0
    while at + 12 <= len(content):
        if struct.unpack_from("<I", content, at)[0] == SECTION_HEADER:
            magic = struct.unpack_from("<I", content, at + 8)[0]
            order = "<" if magic == BYTE_ORDER_MAGIC else ">"
        kind, length = struct.unpack_from(order + "II", content, at)
        if length < 12:
            break
        yield kind, content[at:at + length], order
        at += length


def frame_count(capture):
    """Return the number of frames in a capture."""
    return sum(kind in FRAMES for kind, _, _ in blocks(capture))


def comments(block, order):
    """Yield the comments among the options of a section header block."""
    at = 24
    while at + 4 <= len(block) - 4:
        code, length = struct.unpack_from(order + "HH", block, at)
        if code == COMMENT:
            yield block[at + 4:at + 4 + length].decode()
        at += 4 + (length + 3) // 4 * 4


def description(capture):
    """Return the description of a capture."""
    for kind, block, order in blocks(capture):
        if kind == SECTION_HEADER:
            for comment in comments(block, order):
                return " ".join(comment.split())
    raise tshark.Failure(f"{capture.name} has no description; add a comment: "
                         "editcap --capture-comment 'What it shows.'")


def list_text(directory):
    """Return the text of LIST."""
    lines = (f"{name}: {description(path)}" for name, path in captures(directory).items())
    wrapped = (textwrap.fill(line, 100, subsequent_indent="    ", break_on_hyphens=False)
               for line in lines)
    return HEADING + "\n".join(wrapped) + "\n"
