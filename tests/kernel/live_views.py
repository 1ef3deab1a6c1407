# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of a live capture that a worse capture would have been: begun late, or one-way.

Only rows are counted from which on each captured direction has been seen twice.
"""

import random

import packets

WHOLE, LATE, CLIENT_ONLY, SERVER_ONLY = "whole", "late", "client-only", "server-only"
NAMES = WHOLE, LATE, CLIENT_ONLY, SERVER_ONLY
ENOUGH = 2
FIN_BEFORE = "a FIN came before the capture began"


class View:
    """Which frames of which run are captured, and which of these count."""

    def __init__(self, name):
        self.name = name
        self.known = {}

    @property
    def whole(self):
        """Whether everything is captured."""
        return self.name == WHOLE

    def first(self, run):
        """The number of the first frame of a capture that began late."""
        if self.name != LATE:
            return 1
        frames = max(2, len(run.frames) * 2 // 3)
        return random.Random(f"{run.name} {run.seed}").randint(2, frames)

    def captured(self, run, row):
        """Whether a frame is in the capture."""
        if self.name == LATE:
            return row.number >= self.first(run)
        return self.name == WHOLE or row.sender == self.name.partition("-")[0]

    def counted(self, run, row):
        """Whether a captured frame counts; to be asked in the order of the capture."""
        if self.name == WHOLE:
            return True
        key = run.name, run.seed, row.ports
        seen = self.known.setdefault(key, {"client": 0, "server": 0})
        seen[row.sender] += 1
        wanted = ("client", "server") if self.name == LATE else (row.sender,)
        return all(seen[host] >= ENOUGH for host in wanted)

    def excuse(self, run, row):
        """Why what is missing in this capture makes both states impossible to know, or nothing."""
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
