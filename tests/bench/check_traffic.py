#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the benchmark's captures are what they are said to be.

Environment: TCPSTATE_REPORT, the program tcpstate-report.
"""

import collections
import csv
import os
import pathlib
import subprocess
import sys
import tempfile

import traffic

# Of each kind: its size, and what it has to show: (outcome, packets) of each connection.
WANTED = {
    "bulk": (30, {("Open", 34): 1}),
    "acks": (20, {("Open", 23): 1}),
    "ecn": (60, {("Open", 64): 1}),
    "lossy": (63, {("Open", 67): 1}),
    "connections": (700, {("Closed", 12): 700}),  # more than are live at the same time
    "reuse": (20, {("Closed", 12): 20}),
    "http": (20, {("Closed", 12): 20}),
    "tls": (20, {("Closed", 24): 20}),
    "syns": (700, {("Unanswered", 1): 700}),
    "resets": (20, {("Reset", 23): 1}),
}
# Of some kinds, what else the report's columns have to count in all.
COUNTED = {
    "ecn": {"ce": 1, "ece": 2, "cwr": 1},
    "lossy": {"server_retransmissions": 3},
}


def rows(path):
    """Return the report on a capture."""
    done = subprocess.run([os.environ["TCPSTATE_REPORT"], "--format", "csv", path],
                          capture_output=True, text=True, check=True)
    return list(csv.DictReader(done.stdout.splitlines()))


def shown(report):
    """Return {(outcome, packets): connections}."""
    return dict(collections.Counter(
        (row["outcome"], int(row["client_packets"]) + int(row["server_packets"])) for row in report))


def main():
    """Compare each kind; return the exit status."""
    status = 0
    assert WANTED.keys() == traffic.KINDS.keys()
    with tempfile.TemporaryDirectory() as folder:
        for kind, (count, wanted) in WANTED.items():
            path = pathlib.Path(folder) / f"{kind}.pcap"
            traffic.write(path, kind, count)
            report = rows(path)
            counts = COUNTED.get(kind, {})
            for found, want in ((shown(report), wanted),
                                ({name: sum(int(row[name]) for row in report) for name in counts},
                                 counts)):
                if found != want:
                    print(f"{kind}: {found}, but wanted {want}", file=sys.stderr)
                    status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
