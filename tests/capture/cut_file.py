#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that truncated captures show the same as complete ones, up to the cut.

The frames before the cut must show exactly what they show in the whole capture, with one pass and
with two: a frame never depends on a later one. `cut_file.py [NAME...]` cuts these captures, or all.
The remains are merged into one file, which ends in the middle of a frame.
"""

import dataclasses
import itertools
import pathlib
import sys
import tempfile

import agreement
import listing
import merged
import pdml
import tshark
import views

# tshark's exit status for a truncated capture: until 4.4, and from 4.6 on.
CUT_SHORT = 2, 14

# (function from a capture's size to the cut, tshark arguments).
CUTS = ((lambda size: size * 5 // 8, ()), (lambda size: size - 1, ("-2",)))


def shortened(captures, cut):
    """Copy captures, without the block that contains the cut and everything after it."""
    directory = pathlib.Path(tempfile.mkdtemp(dir=tshark.scratch()))
    copies = {}
    for name, path in captures.items():
        length = 0
        for _, block, _ in listing.blocks(path):
            if length + len(block) > cut(path.stat().st_size):
                break
            length += len(block)
        copies[name] = directory / path.name
        copies[name].write_bytes(path.read_bytes()[:length])
    return copies


def dissect_cut(path, *arguments):
    """Append an incomplete copy of a file's last block; return the frames before it."""
    *_, (_, block, _) = listing.blocks(path)
    with path.open("ab") as file:
        file.write(block[:-3])
    done = tshark.start("-n", "-r", path, "-T", "pdml", *pdml.ONLY_VALUES, *arguments)
    if done.returncode not in CUT_SHORT or "Dissector bug" in done.stderr:
        raise tshark.Failure(f"truncated file: tshark exited with status {done.returncode}\n"
                             f"{done.stderr}")
    return pdml.parse(done.stdout)


def settled(frame):
    """Return the values that no later frame may change."""
    return [value for value in frame.values() if not value.name.startswith(views.FINAL_ONLY)]


def as_numbered(values, kept):
    """Renumber the frames in values for a file that has only the frames `kept`."""
    return [dataclasses.replace(value, text=views.renumbered(value.name, value.text, kept))
            for value in values]


def differences(captures, cut, arguments, whole, frames):
    """Yield where cut captures differ from their `frames` in the `whole` file."""
    copies = shortened(captures, cut)
    kept = [number for name, path in copies.items()
            for number in whole.numbers(name)[:listing.frame_count(path)]]
    found = dissect_cut(merged.Merged(copies).path, *arguments)
    if len(found) != len(kept):
        raise tshark.Failure(f"{len(found)} frames before the cut, not {len(kept)}")
    for number, new in zip(kept, found):
        wanted = as_numbered(settled(frames[number - 1]), kept)
        for was, now in itertools.zip_longest(map(str, wanted), map(str, settled(new)),
                                              fillvalue="nothing"):
            if was != now:
                yield f"{whole.locate(number)}, in a truncated capture: {now!r}, not {was!r}"
                break


def main():
    """Cut the captures; print the differences; return the exit status."""
    known = listing.captures(tshark.CAPTURES)
    wrong = []
    for group in merged.groups({name: known[name] for name in sys.argv[1:] or known}):
        whole = merged.Merged(group)
        frames = pdml.dissect(whole.path, *pdml.ONLY_VALUES)
        for cut, arguments in CUTS:
            wrong += differences(group, cut, arguments, whole, frames)
    print(*wrong[:agreement.SHOWN], sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
