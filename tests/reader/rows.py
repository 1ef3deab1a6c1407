#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that tcpstate-report says of captures/ what tshark says, and hands over what it does not know.

The captures that it knows are merged into few files, because tshark takes long to start.
"""

import sys

import reading
import listing
import merged
import tshark

# Which captures the reader does not know, and why.
NOT_KNOWN = {"ip-fragments": b"fragments of IP protocol 6 in frame 4 is not known",
             "two-segments-in-a-frame": b"IEEE 802.11"}


def differences(captures):
    """Yield what the two say differently of captures that are known."""
    for group in merged.groups(captures):
        path = merged.Merged(group).path
        done = reading.run("--format", "json", str(path))
        if done.returncode != reading.ALL_READ:
            yield f"{', '.join(group)}: exit status {done.returncode}, {done.stderr.decode()}"
        yield reading.difference(", ".join(group), reading.rows(done.stdout),
                                 reading.rows_of_tshark(path))


def handed_over(captures):
    """Yield complaints about captures that are not known."""
    for name, path in captures.items():
        done = reading.run("--format", "json", str(path))
        if name not in NOT_KNOWN:
            if done.returncode != reading.ALL_READ:
                yield f"{name}: exit status {done.returncode}, {done.stderr.decode()}"
        elif (done.returncode != reading.SOME_NOT_KNOWN or done.stdout
              or NOT_KNOWN[name] not in done.stderr):
            yield f"{name}: exit status {done.returncode}, {done.stdout + done.stderr}"


def main():
    """Print the differences; return the exit status."""
    captures = listing.captures(tshark.CAPTURES)
    known = {name: path for name, path in captures.items() if name not in NOT_KNOWN}
    wrong = [text for text in (*handed_over(captures), *differences(known)) if text]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
