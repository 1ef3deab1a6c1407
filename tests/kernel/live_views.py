# SPDX-License-Identifier: GPL-2.0-or-later
"""Incomplete views of a live capture: one that begins late, or is one-way.

Rows count only after two frames of each captured direction.
"""

import random

import packets

WHOLE, LATE, CLIENT_ONLY, SERVER_ONLY = "whole", "late", "client-only", "server-only"
NAMES = WHOLE, LATE, CLIENT_ONLY, SERVER_ONLY
ENOUGH = 2
FIN_BEFORE = "a FIN was sent before the capture began"


class View:
    """Selects the frames of a run that are captured, and those that count."""

    def __init__(self, name):
        self.name = name
        self.known = {}

    @property
    def whole(self):
        """Whether all frames are captured."""
        return self.name == WHOLE

    def first(self, run):
        """Return the number of the first captured frame."""
        if self.name != LATE:
            return 1
        frames = max(2, len(run.frames) * 2 // 3)
        return random.Random(f"{run.name} {run.seed}").randint(2, frames)

    def captured(self, run, row):
        """Return whether a frame is captured."""
        if self.name == LATE:
            return row.number >= self.first(run)
        return self.name == WHOLE or row.sender == self.name.partition("-")[0]

    def counted(self, run, row):
        """Return whether a captured frame counts; call this in capture order."""
        if self.name == WHOLE:
            return True
        key = run.name, run.seed, row.ports
        seen = self.known.setdefault(key, {"client": 0, "server": 0})
        seen[row.sender] += 1
        wanted = ("client", "server") if self.name == LATE else (row.sender,)
        return all(seen[host] >= ENOUGH for host in wanted)

    def excuse(self, run, row):
        """Return the excuses for both states, because of what this capture lacks."""
        if self.name != LATE:
            return ()
        missing = set()
        for number in range(1, row.number + 1):
            earlier = run.rows.get(number)
            if earlier is None or earlier.ports != row.ports:
                continue
            if earlier.segment.has(packets.SYN):
                missing.clear()
            if earlier.segment.has(packets.FIN):
                change = missing.discard if number >= self.first(run) else missing.add
                change((earlier.sender, earlier.segment.end))
        return (FIN_BEFORE,) if missing else ()
