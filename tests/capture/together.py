#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that merged captures still match each NAME.expected: connections do not affect each other.

This is also the quick test of all captures: it runs tshark only a few times.
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
    """Return frames as in a file of their own: numbered from 1, the first at time 0."""
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
    """Yield the diff of each capture in a merged file from its NAME.expected."""
    together = merged.Merged(captures)
    frames = pdml.dissect(together.path, "-2")
    for name, path in captures.items():
        found = alone([frames[number - 1] for number in together.numbers(name)])
        wanted = path.with_suffix(".expected")
        yield check_expected.difference(wanted.read_text(), expected.text_of(path, found),
                                        wanted.name)


def main():
    """Print the differences; return the exit status."""
    wrong = [text for group in merged.groups(listing.captures(tshark.CAPTURES))
             for text in differences(group) if text]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
