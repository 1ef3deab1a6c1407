#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the counts and the table say the same in one pass as in two, with and without filters.

In one pass a connection is not known to its end when its frames come: what is said of it has to
follow, also where a frame that changes it does not pass the filter, or belongs to the connection
after it.
"""

import subprocess

import merged
import tshark

OPTIONS = ("tree", "table", "tree,tcp.flags.syn == 1", "table,tcp.flags.syn == 1",
           "table,tcp.len > 0")
# Frames of a capture in which a second attempt begins, its SYN-ACK before its SYN: at first it seems
# to answer the attempt before.
LATE_SYN = "another-syn", ("1", "3", "2", "4-1000")


def late_syn():
    """Return the path of that capture."""
    name, ranges = LATE_SYN
    parts = []
    for number, frames in enumerate(ranges):
        parts.append(tshark.scratch() / f"part-{number}.pcapng")
        subprocess.run(["editcap", "-r", tshark.CAPTURES / f"{name}.pcapng", parts[-1], frames],
                       check=True)
    path = tshark.scratch() / "late-syn.pcapng"
    subprocess.run(["mergecap", "-a", "-w", path, *parts], check=True)
    path.chmod(0o644)
    return path


def main():
    """Run all checks."""
    for path in (merged.capture(), late_syn()):
        for option in OPTIONS:
            one, two = (tshark.read(path, "-q", "-z", f"tcpstate,{option}", *passes)
                        for passes in ((), ("-2",)))
            if one != two:
                raise tshark.Failure(f"{path.name}, {option}: one pass says\n{one}\ntwo say\n{two}")
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
