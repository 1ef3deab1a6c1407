# SPDX-License-Identifier: GPL-2.0-or-later
"""All captures in one file, one after the other, to look at them in many ways in a short time.

Starting tshark takes far longer than reading a capture of ours. Each scenario has a client port of
its own, so that the connections stay apart; where two captures share one, their segments mix, and
the views have to agree on that as well.
"""

import bisect
import functools
import itertools
import subprocess

import listing
import tshark


@functools.cache
def capture():
    """The path of the file."""
    path = tshark.scratch() / "merged.pcapng"
    subprocess.run(["mergecap", "-a", "-w", path, *listing.captures(tshark.CAPTURES).values()],
                   check=True)
    path.chmod(0o644)
    return path


@functools.cache
def starts():
    """(names of the captures, frames before each of them), in order."""
    captures = listing.captures(tshark.CAPTURES)
    counts = [listing.frame_count(path) for path in captures.values()]
    return list(captures), list(itertools.accumulate(counts, initial=0))[:-1]


def locate(number):
    """Which frame of which capture a frame of the file is, in words."""
    names, before = starts()
    position = bisect.bisect_left(before, number) - 1
    return f"{names[position]} frame {number - before[position]}"
