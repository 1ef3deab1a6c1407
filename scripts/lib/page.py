# SPDX-License-Identifier: GPL-2.0-or-later
"""The state ladders of many captures as one HTML page that needs nothing from outside.

tshark has drawn the ladders as SVG; here they are put one below the other, after a table of
connections that leads to them.
"""

import html
import json
import os
import pathlib
import re
import tempfile

# Columns of the table of connections, where the report has them.
COLUMNS = ("capture", "first_frame", "client", "server", "outcome", "closed_by", "reset_by",
           "reset_reason", "ecn", "anomalies", "duration")
PAGE = 660  # height of a printed page in the SVG's pixels, which are as wide as the page
STYLE = """
:root { color-scheme: light dark; }
body { font: 14px sans-serif; margin: 1.5em; color: #111; background: #fff; }
table { border-collapse: collapse; font-size: 12px; }
th, td { text-align: left; padding: 2px 8px; border-bottom: 1px solid #8884; }
a { color: #0645ad; }
section { margin: 2em 0; }
h2 { font-size: 14px; margin: 0; font-weight: normal; opacity: .75; }
svg { max-width: 100%; height: auto; display: block; }
.paper { fill: none; stroke: #fff; }
.cut { display: none; }
@media screen and (prefers-color-scheme: dark) {
  body { color: #e4e4e4; background: #1b1b1d; }
  a { color: #8ab4f8; }
  .paper { stroke: #1b1b1d; }
  .remark { fill: #e5b35c; }
  .warning { fill: #ff8a80; }
  g.remark { stroke: #e5b35c; }
  g.warning { stroke: #ff8a80; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { margin: 0; }
  section { break-before: page; margin: 0; }
  svg, tr { break-inside: avoid; }
  .cut { display: block; }
  .whole { position: absolute; width: 0; height: 0; }
}
"""


def cell(value):
    """A cell of the table as text."""
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value)


def end_of(row, role):
    """Address and port of an end."""
    name, port = row[role], row.get(f"{role}_port")
    if port is None:
        return name
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


def table_row(number, row):
    """One row of the table, which leads to its ladder."""
    texts = [end_of(row, column) if column in ("client", "server") else cell(row.get(column))
             for column in COLUMNS]
    cells = [html.escape(text) for text in texts]
    cells[2] = f'<a href="#c{number}">{cells[2]}</a>'
    return "<tr>" + "".join(f"<td>{text}</td>" for text in cells) + "</tr>\n"


def slices(svg):
    """Where a picture is cut for printing: (top, height) of each part; none if it fits."""
    height = int(re.search(r' height="(\d+)"', svg)[1])
    rows = [int(row) for row in re.search(r'data-rows="([\d ]*)"', svg)[1].split()]
    cuts = [0]
    while height - cuts[-1] > PAGE:
        fitting = [row for row in rows if cuts[-1] < row <= cuts[-1] + PAGE]
        cuts.append(fitting[-1] if fitting else cuts[-1] + PAGE)
    ends = [*cuts[1:], height]
    return [(top, end - top) for top, end in zip(cuts, ends)] if len(cuts) > 1 else []


def section(number, capture, svg):
    """One ladder."""
    width = re.search(r' width="(\d+)"', svg)[1]
    parts = slices(svg)
    whole = svg.replace("<svg ", f'<svg id="s{number}" ' + ('class="whole" ' if parts else ""), 1)
    cut = "".join(f'<svg class="cut" viewBox="0 {top} {width} {height}" width="{width}" '
                  f'height="{height}"><use href="#s{number}"/></svg>\n' for top, height in parts)
    return (f'<section id="c{number}"><h2>{html.escape(capture)}</h2>\n{whole}{cut}</section>\n')


def write_to(out, captures):
    """Write the page. `captures`: (name, JSON lines) of each, drawn by tshark."""
    out.write("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
              "<title>TCP state ladders</title>\n"
              f"<style>{STYLE}</style></head>\n<body>\n")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as ladders:
        number = 0
        out.write("<table>\n<tr>" + "".join(f"<th>{column}</th>" for column in COLUMNS) +
                  "</tr>\n")
        for name, lines in captures:
            for line in lines:
                row = json.loads(line.decode(errors="replace"), parse_float=str)
                number += 1
                out.write(table_row(number, {**row, "capture": name}))
                ladders.write(section(number, name, row["svg"]))
        out.write("</table>\n")
        ladders.seek(0)
        for text in ladders:
            out.write(text)
    out.write("</body></html>\n")


def write_page(path, captures):
    """Write the page to a file: all of it, or nothing. Raises OSError."""
    path = pathlib.Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as out:
            write_to(out, captures)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
