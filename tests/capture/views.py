# SPDX-License-Identifier: GPL-2.0-or-later
"""The tcpstate fields of a capture in tshark's different views, in a common form.

A view is a list of Rows, one per frame shown: the frame's number and, for every field, its raw
values in order. This makes views comparable, whatever output they were read from.
"""

import bisect
import dataclasses
import functools
import re

import pdml
import tshark

VALUE_SEPARATOR = "\x1f"
FIELD_SEPARATOR = "\x1e"

# Prefix of the fields that sum up the whole connection. They are final only with two passes (and in
# the GUI); with one pass they show what is known so far, and views need not agree on them.
FINAL_ONLY = "tcpstate.conn."


@dataclasses.dataclass(frozen=True)
class Row:
    """One frame of a view."""

    number: int
    values: dict


@functools.cache
def names():
    """Return the fields on which all views must agree, as tshark lists them.

    Expert infos have no value that every view could show; tcpstate.anomaly has their names.
    """
    return list(dict.fromkeys(field.name for field in tshark.fields()
                              if not field.name.startswith(FINAL_ONLY)
                              and field.type != "FT_NONE"))


@functools.cache
def links():
    """Return the fields that hold a frame number."""
    return {field.name for field in tshark.fields() if field.type == "FT_FRAMENUM"}


@functools.cache
def booleans():
    """Return the fields that are true or false."""
    return {field.name for field in tshark.fields() if field.type == "FT_BOOLEAN"}


def renumbered(name, text, kept):
    """Return a field's text as in a file that has only the frames `kept` (sorted numbers).

    Those frames are renumbered, and so are links to frames and texts such as "frame N".
    """
    def number(match):
        return str(1 + bisect.bisect_left(kept, int(match[0])))

    return re.sub(r"^\d+$" if name in links() else r"(?<=\bframe )\d+", number, text)


def row_of(frame):
    """Convert a pdml.Frame to a Row."""
    row = Row(frame.number, {name: [] for name in names()})
    for value in frame.values():
        if value.name in row.values:
            row.values[value.name].append(value.show)
    return row


def rows_of(frames):
    """Return the packet details view of dissected frames: the visible tree, from PDML."""
    return [row_of(frame) for frame in frames]


def trees(capture, *arguments):
    """Return the packet details view of a capture."""
    return rows_of(pdml.dissect(capture, *pdml.ONLY_VALUES, *arguments))


def fields(capture, *arguments):
    """Return the view of -T fields: the values that scripts get."""
    output = tshark.read(capture, "-T", "fields", "-E", "occurrence=a",
                         "-E", f"aggregator={VALUE_SEPARATOR}",
                         "-E", f"separator={FIELD_SEPARATOR}",
                         "-e", "frame.number", *(f"-e{name}" for name in names()), *arguments)
    rows = []
    for line in output.rstrip("\n").split("\n") if output else []:
        number, *cells = line.split(FIELD_SEPARATOR)
        rows.append(Row(int(number), {
            name: cell.split(VALUE_SEPARATOR) if cell else []
            for name, cell in zip(names(), cells, strict=True)}))
    return rows


def cell_text(name, text):
    """Return the text of a cell, "True" or "False" as a number: which it is depends on the version."""
    return re.sub("True|False", lambda match: str(int(match[0] == "True")),
                  text) if name in booleans() else text


def columns(capture, *arguments):
    """Return the view of custom columns: the tree has only these fields and is not visible.

    A cell joins the values with commas, so here a field has one text, not a list.
    """
    layout = ['"Number","%m"'] + [f'"{name}","%Cus:{name}:0:U"' for name in names()]
    output = tshark.read(capture, "-T", "tabs", "-o", f"gui.column.format:{','.join(layout)}",
                         *arguments)
    rows = []
    for line in output.rstrip("\n").split("\n") if output else []:
        number, *cells = line.split("\t")
        rows.append(Row(int(number), {name: cell_text(name, text)
                                      for name, text in zip(names(), cells, strict=True)}))
    return rows


def as_columns(rows):
    """Return rows as custom columns must show them."""
    return [Row(row.number, {name: cell_text(name, ",".join(shows))
                             for name, shows in row.values.items()})
            for row in rows]
