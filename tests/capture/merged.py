# SPDX-License-Identifier: GPL-2.0-or-later
"""Many captures in one file, one after the other, to look at them in many ways in a short time.

Starting tshark takes far longer than reading a capture of ours. Each scenario has a client port of
its own, so that the connections stay apart; where two captures share one, their segments mix, and
the views have to agree on that as well. Who must not have that takes groups().
"""

import bisect
import functools
import itertools
import pathlib
import subprocess
import tempfile

import listing
import tshark


class Merged:
    """A file of all frames of some captures: {name: path}."""

    def __init__(self, captures):
        self.names = list(captures)
        counts = [listing.frame_count(path) for path in captures.values()]
        self.before = list(itertools.accumulate(counts, initial=0))
        self.path = pathlib.Path(tempfile.mkdtemp(dir=tshark.scratch())) / "merged.pcapng"
        self.path.parent.chmod(0o755)
        subprocess.run(["mergecap", "-a", "-w", self.path, *captures.values()], check=True)
        self.path.chmod(0o644)

    def numbers(self, name):
        """The numbers that the frames of a capture have in the file."""
        position = self.names.index(name)
        return range(self.before[position] + 1, self.before[position + 1] + 1)

    def locate(self, number):
        """Which frame of which capture a frame of the file is, in words."""
        position = bisect.bisect_left(self.before, number) - 1
        return f"{self.names[position]} frame {number - self.before[position]}"


@functools.cache
def everything():
    """All captures."""
    return Merged(listing.captures(tshark.CAPTURES))


def capture():
    """The path of the file with all captures."""
    return everything().path


def locate(number):
    """Which frame of which capture a frame of that file is, in words."""
    return everything().locate(number)


def groups(captures):
    """The captures, {name: path}, in a few groups: in none do two share a pair of ports."""
    merged = Merged(captures)
    listed = tshark.read(merged.path, "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.dstport")
    pairs = [{frozenset(pair) for pair in zip(*(cell.split(",") for cell in line.split("\t")))}
             for line in listed.splitlines()]
    found = []
    for name, path in captures.items():
        mine = set().union(*(pairs[number - 1] for number in merged.numbers(name)))
        mine.discard(frozenset({""}))  # of frames without TCP
        for group, taken in found:
            if not mine & taken:
                break
        else:
            group, taken = {}, set()
            found.append((group, taken))
        group[name] = path
        taken |= mine
    return [group for group, _ in found]
