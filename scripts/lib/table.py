# SPDX-License-Identifier: GPL-2.0-or-later
"""One report on the connections of many captures, in each format.

tshark has written the report on each capture in that format. What is added here is of which capture
it is, and what belongs at the beginning and at the end of the whole.
"""

import collections
import itertools
import json
import re
import textwrap

CAPTURE = "capture"
FORMATS = ("text", "csv", "json", "zeek")
WIDTH = 100  # columns of a text
CSV_SPECIAL = re.compile(r'[,"]')


def printable(text):
    """The text without anything that would break a line or move a terminal's cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode()
                   for char in text)


def json_string(text):
    """The text as JSON, printable."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1]
                   for char in json.dumps(text, ensure_ascii=False))


def csv_cell(text):
    """The text as a cell of CSV (RFC 4180)."""
    text = printable(text)
    return '"' + text.replace('"', '""') + '"' if CSV_SPECIAL.search(text) else text


class Rows:
    """Writes a report of which each capture's part can stand as soon as it is known."""

    FORMATS = ("csv", "json", "zeek")

    def __init__(self, out, form, columns):
        """Begins the report. `columns` are tshark's."""
        self.out = out
        self.form = form
        if form == "csv":  # as in RFC 4180, with one heading
            out.write(",".join((CAPTURE, *columns)).encode() + b"\r\n")

    def add(self, name, lines):
        """The lines of tshark's report on a capture; its values are not changed."""
        if self.form == "json":
            start = f'{{"{CAPTURE}":{json_string(name)},'.encode()
            self.out.writelines(start + line[1:] for line in lines)
        elif self.form == "csv":
            start = csv_cell(name).encode() + b","
            self.out.writelines(start + line for line in itertools.islice(lines, 1, None))
        else:
            self.out.writelines(lines)


class Text:
    """A text of tshark's. Its last paragraph counts the connections; it is no part of `table`.

    Each paragraph begins at the left, and the rest of it is indented.
    """

    def __init__(self, lines):
        self.lines = lines
        self.counts = {}  # {outcome: connections}; complete when the table is over

    def table(self):
        """Yield the lines before the last paragraph."""
        paragraph = []
        for line in self.lines:
            if not line.startswith(b" "):
                yield from paragraph
                paragraph = []
            paragraph.append(line)
        self.counts = {outcome: int(number) for number, outcome
                       in re.findall(r"(\d+) ([A-Z][\w-]*)", b"".join(paragraph).decode())}


def connections_in(lines):
    """How many connections a text shows."""
    text = Text(lines)
    collections.deque(text.table(), maxlen=0)
    return sum(text.counts.values())


def write_text(out, captures):
    """The table of each capture that has connections, under its name; then the counts of all."""
    total, read, gap = collections.Counter(), 0, b""
    for name, lines in captures:
        text = Text(lines)
        heading = gap + printable(name).encode() + b"\n"
        for line in text.table():
            out.write(heading + line)
            heading, gap = b"", b"\n"
        total.update(text.counts)
        read += 1
    out.write(gap + counts_line(total, read).encode())


def plural(number, what):
    """A number of things in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def counts_line(total, captures):
    """The last paragraph of the text."""
    line = f"{plural(total.total(), 'connection')} in {plural(captures, 'capture')}"
    counts = ", ".join(f"{number} {outcome}" for outcome, number in total.items())
    return textwrap.fill(f"{line}: {counts}" if counts else line, WIDTH,
                         subsequent_indent="  ", break_on_hyphens=False) + "\n"
