#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the seeds of fuzz_core say what the captures say.

Sent by fuzz_core, nearly every segment of a capture has to show the phase and the states that stand
in NAME.expected. Not all have: copies are told apart before the analysis, and a seed has only some
windows and times.
"""

import re
import subprocess
import sys

import fuzz
import libfuzzer
import seeds
import tshark

WANTED = 90  # of a hundred segments
HEADLINE = re.compile(r"^\d+  .* -> .*", re.MULTILINE)
SHOWN = re.compile(r"^ *(\d+) .* ms  (?:client|server)  .*", re.MULTILINE)
SHORTEST = 6  # parts of a headline that has phase and states


def wanted():
    """Yield (name, seed, phase and states of each segment) of captures with one connection."""
    for path, records in libfuzzer.captures():
        made = list(seeds.of_capture(records))
        lines = HEADLINE.findall(path.with_suffix(".expected").read_text())
        parts = [line.split("  ") for line in lines]
        if len(made) == 1:
            yield path.stem, made[0], [part[-2:] for part in parts if len(part) >= SHORTEST]


def shown(made):
    """What fuzz_core shows of each seed: phase and states of each segment."""
    paths = []
    for number, seed in enumerate(made):
        paths.append(tshark.scratch() / str(number))
        paths[-1].write_bytes(seed)
    done = subprocess.run([fuzz.PROGRAM, "-detect_leaks=0", *paths], env={"TCPSTATE_SHOW": "1"},
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise tshark.Failure(done.stdout[-1000:] + done.stderr[-1000:])
    found = []
    for line in SHOWN.finditer(done.stdout):
        if line[1] == "1":
            found.append([])
        found[-1].append(line[0].split("  ")[-2:])
    return found


def main():
    """Compare; return the exit status."""
    cases = list(wanted())
    same = count = 0
    for (name, _, expected), found in zip(cases, shown([seed for _, seed, _ in cases]), strict=True):
        if len(found) != len(expected):  # fragments, or a header that is cut off
            continue
        others = [pair for pair in zip(expected, found) if pair[0] != pair[1]]
        same, count = same + len(found) - len(others), count + len(found)
        for one, other in others:
            print(f"{name}: {' '.join(one)}; the seed: {' '.join(other)}", file=sys.stderr)
    print(f"{same} of {count} segments show the same", file=sys.stderr)
    return 0 if count and same * 100 >= count * WANTED else 1


if __name__ == "__main__":
    tshark.run_main(main)
