# SPDX-License-Identifier: GPL-2.0-or-later
"""NAME.expected: all that the plugin says of a capture, as text to be read and reviewed.

Per TCP segment one headline, then the tree's top line and every field, one occurrence a line:

    1  0.000000  192.0.2.1:40001 -> 192.0.2.2:80  SYN  Handshake 1/3  SYN-SENT / SYN-RECEIVED
      TCP Connection State: Handshake 1/3, client SYN-SENT, server SYN-RECEIVED
      tcpstate.flags: SYN
      tcpstate.phase: Handshake (1)

It is made with two passes (-2), where the fields that sum up a whole connection are final.
"""

import textwrap

import listing
import pdml

HEADLINE_FIELDS = ("tcpstate.flags", "tcpstate.phase.text", "tcpstate.states")


def headline(frame, segment):
    """Frame, time, ends, flags, phase and states on one line."""
    texts = (segment.first(name) for name in HEADLINE_FIELDS)
    return "  ".join([str(frame.number), frame.time[:-3],
                      f"{segment.source} -> {segment.destination}", *filter(None, texts)])


def frame_lines(frame):
    """All lines of a frame."""
    if not frame.segments:
        yield f"\n{frame.number}  {frame.time[:-3]}  no TCP segment ({frame.protocols})"
    for segment in frame.segments:
        yield f"\n{headline(frame, segment)}"
        yield f"  {segment.title}"
        yield from (f"  {value}" for value in segment.values)


def expected_text(capture):
    """What NAME.expected has to contain by what the plugin says now."""
    head = textwrap.fill(f"{capture.stem}: {listing.description(capture)}", 100)
    lines = [line for frame in pdml.dissect(capture, "-2") for line in frame_lines(frame)]
    return "\n".join([head, *lines]) + "\n"
