#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that a capture file that was cut off loses what is missing and nothing else.

The frames before the cut must show exactly what they show in the whole capture, in one pass and in
two: a frame never depends on a later one.
"""

import itertools
import sys

import listing
import pdml
import tshark
import views

# tshark's status for a capture that ends early.
CUT_SHORT = 2


def cuts(size):
    """Where to cut, and how to look at it. Blocks are multiples of 4 bytes: none ends there."""
    return (size * 5 // 8 | 1, ()), (size - 3, ("-2",))


def dissect_cut(path, *arguments):
    """The frames of a capture that is cut short."""
    done = tshark.start("-n", "-r", path, "-T", "pdml", *pdml.ONLY_VALUES, *arguments)
    if done.returncode != CUT_SHORT or "Dissector bug" in done.stderr:
        raise tshark.Failure(f"{path.name}: tshark ended with {done.returncode}\n{done.stderr}")
    return pdml.parse(done.stdout)


def settled(frame):
    """The values that no later frame may change, as lines of text."""
    return [str(value) for value in frame.values() if not value.name.startswith(views.FINAL_ONLY)]


def differences(whole, found):
    """What the frames of the cut capture show instead of what they show in the whole one."""
    for old, new in zip(whole, found):
        for was, now in itertools.zip_longest(settled(old), settled(new), fillvalue="nothing"):
            if was != now:
                yield f"frame {old.number}: {now!r}, not {was!r}"


def main():
    """Cut one capture."""
    name = sys.argv[1]
    capture = listing.captures(tshark.CAPTURES)[name]
    whole = pdml.dissect(capture, *pdml.ONLY_VALUES)
    content = capture.read_bytes()
    wrong = []
    for length, arguments in cuts(len(content)):
        path = tshark.scratch() / f"{name}-{length}.pcapng"
        path.write_bytes(content[:length])
        wrong += [f"{path.name}: {line}"
                  for line in differences(whole, dissect_cut(path, *arguments))]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
