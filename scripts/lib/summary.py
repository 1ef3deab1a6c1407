# SPDX-License-Identifier: GPL-2.0-or-later
"""How many connections there are of each kind, over all captures: scripts/report --summary."""

import collections
import json

HEADING = ("field", "value", "count")
# What is counted, and the key of a connection that tells it.
FIELDS = {"outcome": "outcome", "closed_by": "closed_by", "reset_reason": "reset_reason",
          "anomaly": "anomalies"}


def counted(captures):
    """The rows (field, value, count), the most frequent values of each field first.

    `captures`: (name, lines of tshark's report in JSON) of each that was read.
    """
    counters = {field: collections.Counter() for field in FIELDS}
    for _, lines in captures:
        for line in lines:
            connection = json.loads(line)
            for field, key in FIELDS.items():
                value = connection[key]
                counters[field].update(value if isinstance(value, list) else
                                       [] if value is None else [value])
    return [(field, value, count) for field, counter in counters.items()
            for value, count in sorted(counter.items(), key=lambda item: (-item[1], item[0]))]


def write_summary(out, form, captures):
    """Write the counts as text, CSV or JSON."""
    rows = counted(captures)
    if form == "json":
        lines = [json.dumps(dict(zip(HEADING, row)), separators=(",", ":")) + "\n" for row in rows]
    elif form == "csv":
        lines = [",".join(map(str, row)) + "\r\n" for row in (HEADING, *rows)]
    else:
        table = [tuple(map(str, row)) for row in (HEADING, *rows)]
        widths = [max(map(len, column)) for column in zip(*table)]
        lines = [f"{field:{widths[0]}}  {value:{widths[1]}}  {count:>{widths[2]}}\n"
                 for field, value, count in table]
    out.write("".join(lines).encode())
