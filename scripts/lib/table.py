# SPDX-License-Identifier: GPL-2.0-or-later
"""One table of the connections of many captures, as text, CSV or JSON.

It is made of the rows that tshark wrote for each capture, one JSON object per line, and looks like
tshark's own table, with the name of the capture before the first column.
"""

import csv
import io
import json

CAPTURE = "capture"
FORMATS = ("text", "csv", "json")
NUMBERS = ("stream", "rtt", "ce", "ece", "cwr", "duration")  # aligned right
NOTHING = "-"  # a cell without a value, in a text
MICROSECONDS = 3  # digits that a text leaves out of nanoseconds


class Seconds(str):
    """A time, with its digits as tshark wrote them."""


def printable(text):
    """The text without anything that would break a line or move a terminal's cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode()
                   for char in text)


def cells(columns, name, line):
    """The cells of one row; None where there is nothing."""
    row = json.loads(line.decode(errors="replace"), parse_float=Seconds)
    return [name, *(row[column] for column in columns)]


def cell_as_csv(value):
    """A cell as in tshark's CSV."""
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def cell_as_text(value):
    """A cell as in tshark's text."""
    if value is None:
        return NOTHING
    if isinstance(value, Seconds):
        return value[:-MICROSECONDS]
    return printable(cell_as_csv(value))


def write_json(out, rows):
    """One JSON object per line; tshark's values are not changed."""
    for name, line in rows():
        start = json.dumps({CAPTURE: name}, ensure_ascii=False, separators=(",", ":"))[:-1]
        out.write(start.encode() + b"," + line[1:])


def write_csv(out, columns, rows):
    """CSV as in RFC 4180."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([CAPTURE, *columns])
    for name, line in rows():
        writer.writerow(map(cell_as_csv, cells(columns, name, line)))
    text.detach()


def write_text(out, columns, rows):
    """Aligned columns; the rows are read twice, so that memory does not grow with their number."""
    heading = [CAPTURE, *columns]
    widths = list(map(len, heading))
    for name, line in rows():
        row = map(cell_as_text, cells(columns, name, line))
        widths = [max(width, len(cell)) for width, cell in zip(widths, row)]

    def write(row):
        line = "  ".join(cell.rjust(width) if column in NUMBERS else cell.ljust(width)
                         for column, width, cell in zip(heading, widths, row))
        out.write(line.rstrip(" ").encode() + b"\n")

    write(heading)
    for name, line in rows():
        write(map(cell_as_text, cells(columns, name, line)))


def write_table(out, form, columns, rows):
    """Write the table. `columns` are tshark's; `rows()` gives (capture's name, JSON line)."""
    if form == "json":
        write_json(out, rows)
    elif form == "csv":
        write_csv(out, columns, rows)
    else:
        write_text(out, columns, rows)
