# SPDX-License-Identifier: GPL-2.0-or-later
"""Concatenate captures, so that one run of tshark reads them all.

Starting tshark takes far longer than reading one of these captures. Each scenario has a client port
of its own, which keeps the connections apart. If two captures share a port, their segments mix, and
the views must agree on that, too. Use groups() if segments must not mix.
"""

import bisect
import functools
import itertools
import pathlib
import struct
import subprocess
import tempfile

import listing
import tshark


NOTHING = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)  # a pcap file without frames


class Merged:
    """A file with all frames of the given captures, {name: path}."""

    def __init__(self, captures):
        self.names = list(captures)
        counts = [listing.frame_count(path) for path in captures.values()]
        self.before = list(itertools.accumulate(counts, initial=0))
        self.path = pathlib.Path(tempfile.mkdtemp(dir=tshark.scratch())) / "merged.pcapng"
        self.path.parent.chmod(0o755)
        subprocess.run(["mergecap", "-a", "-w", self.path, *captures.values()], check=True)
        self.path.chmod(0o644)

    def numbers(self, name):
        """Return the frame numbers of a capture in the merged file."""
        position = self.names.index(name)
        return range(self.before[position] + 1, self.before[position + 1] + 1)

    def locate(self, number):
        """Return "CAPTURE frame N" for a frame of the merged file."""
        position = bisect.bisect_left(self.before, number) - 1
        return f"{self.names[position]} frame {number - self.before[position]}"


@functools.cache
def everything():
    """Return all captures, merged."""
    return Merged(listing.captures(tshark.CAPTURES))


def capture():
    """Return the path of the file with all captures."""
    return everything().path


def locate(number):
    """Return "CAPTURE frame N" for a frame of that file."""
    return everything().locate(number)


def groups(captures):
    """Split captures, {name: path}, into groups in which no two share a pair of ports."""
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
