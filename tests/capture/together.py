#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that captures in one file show what NAME.expected says of each: no connection changes what
is said of another one.

This is also the quick look at all captures: it starts tshark a few times.
"""

import dataclasses
import decimal
import sys

import check_expected
import expected
import listing
import merged
import pdml
import tshark
import views


def alone(frames):
    """Frames of a file as they are in a file of their own: numbered from 1, the first at time 0."""
    kept = [frame.number for frame in frames]
    start = decimal.Decimal(frames[0].time)

    def value(old):
        return dataclasses.replace(old, text=views.renumbered(old.name, old.text, kept))

    return [dataclasses.replace(
        frame, number=number, time=f"{decimal.Decimal(frame.time) - start:.9f}",
        segments=tuple(dataclasses.replace(segment, values=tuple(map(value, segment.values)))
                       for segment in frame.segments))
        for number, frame in enumerate(frames, 1)]


def differences(captures):
    """What captures in one file show instead of what they should, as one diff each."""
    together = merged.Merged(captures)
    frames = pdml.dissect(together.path, "-2")
    for name, path in captures.items():
        found = alone([frames[number - 1] for number in together.numbers(name)])
        wanted = path.with_suffix(".expected")
        yield check_expected.difference(wanted.read_text(), expected.text_of(path, found),
                                        wanted.name)


def main():
    """Print what differs."""
    wrong = [text for group in merged.groups(listing.captures(tshark.CAPTURES))
             for text in differences(group) if text]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
