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
    "connections": (700, {("Closed", 12): 700}),  # more than are live at the same time
    "syns": (700, {("Unanswered", 1): 700}),
    "resets": (20, {("Reset", 23): 1}),
}


def shown(path):
    """Return {(outcome, packets): connections} of a capture."""
    done = subprocess.run([os.environ["TCPSTATE_REPORT"], "--format", "csv", path],
                          capture_output=True, text=True, check=True)
    rows = csv.DictReader(done.stdout.splitlines())
    return dict(collections.Counter(
        (row["outcome"], int(row["client_packets"]) + int(row["server_packets"])) for row in rows))


def main():
    """Compare each kind; return the exit status."""
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, (count, wanted) in WANTED.items():
            path = pathlib.Path(folder) / f"{kind}.pcap"
            traffic.write(path, kind, count)
            if (found := shown(path)) != wanted:
                print(f"{kind}: {found}, but wanted {wanted}", file=sys.stderr)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
