# SPDX-License-Identifier: GPL-2.0-or-later
"""The report of scripts/report on its way out."""

import contextlib
import sys

import page
import result
import summary
import table


class CannotWrite(Exception):
    """Standard output does not take the report."""


@contextlib.contextmanager
def writing():
    """An error in here is one of the report's."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(error.strerror) from error


class Printer:
    """Prints the report to standard output, or to the file that is to hold the ladders.

    Where the format allows that, the rows of a capture are printed as soon as those of all captures
    before it were.
    """

    def __init__(self, captures, columns, wanted):
        self.captures = captures
        self.wanted = wanted
        self.out = sys.stdout.buffer
        self.printed = 0  # of the captures
        self.rows = None
        if wanted.format in table.Rows.FORMATS and not wanted.summary and not wanted.ladder:
            with writing():
                self.rows = table.Rows(self.out, wanted.format, columns)
                self.out.flush()

    def can_proceed(self):
        """There is something that can be printed by now."""
        return (self.rows is not None and self.printed < len(self.captures)
                and self.captures[self.printed].is_known)

    def proceed(self):
        """Print what can be printed by now."""
        while self.can_proceed():
            capture = self.captures[self.printed]
            self.printed += 1  # not once more if this fails
            for name, lines in readable([capture]):
                with writing():
                    self.rows.add(name, lines)
                    self.out.flush()

    def finish(self):
        """Print the rest: nothing more will be read."""
        self.proceed()
        if self.rows:
            return
        lines = readable(self.captures)
        with writing():
            if self.wanted.ladder:
                page.write_page(self.wanted.ladder, lines)
            elif self.wanted.summary:
                summary.write_summary(self.out, self.wanted.format, lines)
            else:
                table.write_text(self.out, lines)
            self.out.flush()


def readable(captures):
    """(name, lines of the report) of each capture that was read, if only in part."""
    return ((capture.name, result.rows(capture.result)) for capture in captures
            if capture.is_read and result.ending(capture.result).rows)
