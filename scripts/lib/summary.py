# SPDX-License-Identifier: GPL-2.0-or-later
"""How many connections there are of each kind, over all captures: scripts/report --summary."""

import collections
import json

import table

HEADING = ("field", "value", "count")
# What is counted, and the key of a connection that tells it.
FIELDS = {"outcome": "outcome", "closed_by": "closed_by", "reset_reason": "reset_reason",
          "anomaly": "anomalies"}


def counted(captures):
    """The rows (field, value, count), the most frequent values of each field first; how many
    connections and captures there are.

    `captures`: (name, lines of tshark's report in JSON) of each that was read.
    """
    counters = {field: collections.Counter() for field in FIELDS}
    connections = read = 0
    for _, lines in captures:
        read += 1
        for line in lines:
            connections += 1
            connection = json.loads(line)
            for field, key in FIELDS.items():
                value = connection[key]
                counters[field].update(value if isinstance(value, list) else
                                       [] if value is None else [value])
    rows = [(field, value, count) for field, counter in counters.items()
            for value, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))]
    return rows, connections, read


def write_summary(out, form, captures):
    """Write the counts as text, CSV or JSON."""
    rows, connections, read = counted(captures)
    if form == "json":
        lines = [json.dumps(dict(zip(HEADING, row)), separators=(",", ":")) + "\n" for row in rows]
    elif form == "csv":
        lines = [",".join(map(str, row)) + "\r\n" for row in (HEADING, *rows)]
    else:
        cells = [tuple(map(str, row)) for row in (HEADING, *rows)]
        widths = [max(map(len, column)) for column in zip(*cells)]
        lines = [f"{field:{widths[0]}}  {value:{widths[1]}}  {count:>{widths[2]}}\n"
                 for field, value, count in cells]
        lines.append(f"{table.plural(connections, 'connection')} in "
                     f"{table.plural(read, 'capture')}\n")
    out.write("".join(lines).encode())
