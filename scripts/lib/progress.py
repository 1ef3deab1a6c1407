# SPDX-License-Identifier: GPL-2.0-or-later
"""How far scripts/report is, in one line on the terminal."""

import os
import shutil
import sys
import time

CLEAR = "\r\033[K"
EVERY = 0.1  # seconds between two lines, so that many small captures cost nothing
SOON = 1  # seconds of reading that say nothing yet of how long the rest takes
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def in_units(number, of):
    """Bytes of so many, "1.2 of 3.4 GB"."""
    power = 0
    while of >= 1000 ** (power + 1) and power < len(UNITS) - 1:
        power += 1
    digits = 1 if 0 < of / 1000 ** power < 10 and power else 0
    return f"{number / 1000 ** power:.{digits}f} of {of / 1000 ** power:.{digits}f} {UNITS[power]}"


def in_words(seconds):
    """A time to come, "3 min"."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


class Progress:
    """The line, while there is something to wait for: use it in a `with` statement. Where `out` is no
    terminal, there is none."""

    def __init__(self, captures, out=sys.stderr, clock=time.monotonic):
        self.out = out
        self.clock = clock
        self.shows = out.isatty()
        self.sizes = {}  # of the captures that are to be read, by number
        self.read = 0  # captures
        self.bytes = 0  # of these
        if self.shows:
            self.sizes = {capture.link.name: os.stat(capture.link).st_size
                          for capture in captures if not capture.is_known}
        self.count = len(captures)
        self.known = self.count - len(self.sizes)
        self.total = sum(self.sizes.values())
        self.begin = self.last = clock()

    def __enter__(self):
        self.show()
        return self

    def __exit__(self, *_):
        self.clear()

    def text(self):
        """The line."""
        parts = [f"{self.known + self.read} of {self.count} captures",
                 in_units(self.bytes, self.total)]
        passed = self.clock() - self.begin
        if passed >= SOON and self.bytes:
            parts.append(f"{in_words(passed * (self.total - self.bytes) / self.bytes)} left")
        return ", ".join(parts)

    def show(self):
        """Show it, or nothing where nothing is to be read."""
        if self.shows and self.read < len(self.sizes):
            width = shutil.get_terminal_size().columns
            print(f"{CLEAR}{self.text()[:width - 1]}", end="", file=self.out, flush=True)

    def clear(self):
        """Make room for something else."""
        if self.shows:
            print(CLEAR, end="", file=self.out, flush=True)

    def advance(self, capture):
        """This capture was read."""
        self.read += 1
        self.bytes += self.sizes.get(capture.link.name, 0)
        if self.clock() - self.last >= EVERY:
            self.last = self.clock()
            self.show()
