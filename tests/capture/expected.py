# SPDX-License-Identifier: GPL-2.0-or-later
"""NAME.expected: everything the plugin shows for a capture, as text for review.

For each TCP segment a headline, then the tree's top line and one line per field occurrence:

    1  0.000000  192.0.2.1:40001 -> 192.0.2.2:80  SYN  Handshake 1/3  SYN-SENT / SYN-RECEIVED
      TCP Connection State: Handshake 1/3, client SYN-SENT, server SYN-RECEIVED
      tcpstate.flags: SYN
      tcpstate.phase: Handshake (1)

It is made with two passes (-2), so the fields that sum up a whole connection are final. They are
the same on each of its segments and are listed once per connection, at the end:

    Connection from frame 1, 11 segments
      tcpstate.conn.outcome: Closed (2)
"""

import dataclasses
import textwrap

import listing
import pdml
import tshark
import views

HEADLINE_FIELDS = ("tcpstate.flags", "tcpstate.phase.text", "tcpstate.states")
FIRST_FRAME = views.FINAL_ONLY + "first_frame"


def is_final_only(value):
    """Return whether a value sums up the whole connection."""
    return value.name.startswith(views.FINAL_ONLY)


def headline(frame, segment):
    """Return frame number, time, endpoints, flags, phase and states on one line."""
    texts = (segment.first(name) for name in HEADLINE_FIELDS)
    return "  ".join([str(frame.number), frame.time[:-3],
                      f"{segment.source} -> {segment.destination}", *filter(None, texts)])


def frame_lines(frame):
    """Yield all lines for a frame."""
    if not frame.segments:
        yield f"\n{frame.number}  {frame.time[:-3]}  no TCP segment ({frame.protocols})"
    for segment in frame.segments:
        yield f"\n{headline(frame, segment)}"
        yield f"  {segment.title}"
        yield from (f"  {value}" for value in segment.values if not is_final_only(value))


def summaries(frames):
    """Yield (frame number, (first frame, endpoints), values) of each segment of a connection."""
    for frame in frames:
        for segment in frame.segments:
            # Which of them are hidden depends on what the segment says as well.
            values = tuple(dataclasses.replace(value, hidden=False)
                           for value in segment.values if is_final_only(value))
            if values:
                yield (frame.number, (segment.first(FIRST_FRAME),
                                      frozenset((segment.source, segment.destination))), values)


def last_summaries(frames):
    """Return each connection's summary on its last segment: {(first frame, endpoints): values}."""
    return {key: values for _, key, values in summaries(frames)}


def connections(frames):
    """Return the summaries, which must be the same on all segments, and the segment counts."""
    found, counts = {}, {}
    for number, key, values in summaries(frames):
        if found.setdefault(key, values) != values:
            raise tshark.Failure(f"frame {number}: the connection's summary differs from that on "
                                 f"earlier segments: {', '.join(map(str, values))}")
        counts[key] = counts.get(key, 0) + 1
    return found, counts


def connection_lines(frames):
    """Yield the lines that sum up each connection."""
    found, counts = connections(frames)
    for key, values in found.items():
        plural = "" if counts[key] == 1 else "s"
        yield f"\nConnection from frame {key[0]}, {counts[key]} segment{plural}"
        yield from (f"  {value}" for value in values if value.name != FIRST_FRAME)


def text_of(capture, frames):
    """Return the text of NAME.expected for dissected frames."""
    head = textwrap.fill(f"{capture.stem}: {listing.description(capture)}", 100)
    lines = [line for frame in frames for line in frame_lines(frame)]
    return "\n".join([head, *lines, *connection_lines(frames)]) + "\n"


def expected_text(capture):
    """Return the text of NAME.expected for a capture as this build dissects it."""
    return text_of(capture, pdml.dissect(capture, "-2"))
