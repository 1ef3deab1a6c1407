# SPDX-License-Identifier: GPL-2.0-or-later
"""Run tcpstate-report, and tshark's report to hold it against.

Environment: TCPSTATE_BUILD_DIR, the build directory (set by CTest; build by default).
"""

import collections
import json
import os
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path += [str(PROJECT / "tests" / "capture"), str(PROJECT / "tests" / "metamorphic")]

import tshark  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TCPSTATE_BUILD_DIR", PROJECT / "build"))
PROGRAM = BUILD / "bin" / "tcpstate-report"
SANITIZED = BUILD / "tests" / "reader" / "tcpstate-report-sanitized"
KNOWN_FRAMES = BUILD / "tests" / "reader" / "known_frames"
ALL_READ, SOME_NOT_READ, WRONG_OPTIONS, SOME_NOT_KNOWN = range(4)

# Only Wireshark has streams.
NOT_COMPARED = ("capture", "stream")


def run(*arguments, program=PROGRAM, **options):
    """The completed process."""
    if not program.exists():
        raise tshark.Failure(f"{program} is not built")
    return subprocess.run([program, *arguments], capture_output=True, check=False,
                          timeout=tshark.HANGS, **options)


def rows(output):
    """The rows of a report in JSON, without what is not compared."""
    found = [json.loads(line) for line in output.splitlines()]
    for row in found:
        for name in NOT_COMPARED:
            row.pop(name, None)
    return found


def rows_of_tshark(path):
    """The rows that tshark reports of a capture."""
    return rows(tshark.read(path, "-q", "-o", "tcpstate.report_format:json", "-z", "tcpstate,conv"))


def only_here(some, others):
    """Rows that are in one list and not in the other one, as text."""
    def count(found):
        return collections.Counter(json.dumps(row) for row in found)

    return sorted((count(some) - count(others)).elements())


def difference(name, reader, other):
    """What the reader and tshark say differently, for people; empty: nothing."""
    if reader == other:
        return ""
    lines = [f"  tshark: {row}" for row in only_here(other, reader)]
    lines += [f"  reader: {row}" for row in only_here(reader, other)]
    return "\n".join([f"{name}: {len(other)} rows by tshark, {len(reader)} by the reader",
                      *(lines or ["  in another order"])])
