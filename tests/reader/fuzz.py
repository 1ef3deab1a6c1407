#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run fuzz_layers, libFuzzer's target of the layers, from the frames of captures/ on.

Usage: fuzz.py [LIBFUZZER-OPTION...] [CORPUS]. fuzz.py -max_total_time=600 DIRECTORY tries for ten
minutes and keeps what it has found in a directory. Without one nothing is kept; an input that makes
it fail is written into the working directory.
"""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "core"))

import libfuzzer  # noqa: E402
import tshark  # noqa: E402

PROGRAM = libfuzzer.BUILD / "tests" / "reader" / "fuzz_layers"
LINKS = {1: 1, 101: 2, 228: 3, 229: 4, 0: 5, 108: 6, 113: 7, 276: 8}  # libpcap's: link_type_t
LONGEST = 400  # bytes of a frame: headers, and a little of the data
LENGTH_MAX = 2048  # of an input


def seed_of(record):
    """A frame in the form that fuzz_layers.c reads."""
    more = min(max(record.length - len(record.data), 0), 255)
    return bytes((LINKS.get(record.link, 0), more, 0)) + record.data[:LONGEST]


def main():
    """Run it; return the exit status."""
    seeds = (seed_of(record) for _, records in libfuzzer.captures() for record in records)
    return libfuzzer.run(PROGRAM, seeds, f"-max_len={LENGTH_MAX}")


if __name__ == "__main__":
    tshark.run_main(main)
