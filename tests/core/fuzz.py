#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run fuzz_core, libFuzzer's target of the analysis, from the connections of captures/ on.

Usage: fuzz.py [LIBFUZZER-OPTION...] [CORPUS]. fuzz.py -max_total_time=600 DIRECTORY tries for ten
minutes and keeps what it has found in a directory. Without one nothing is kept; an input that makes
it fail is written into the working directory.
"""

import libfuzzer
import seeds
import tshark

PROGRAM = libfuzzer.BUILD / "tests" / "core" / "fuzz_core"


def main():
    """Run it; return the exit status."""
    made = (seed for _, records in libfuzzer.captures() for seed in seeds.of_capture(records))
    return libfuzzer.run(PROGRAM, made, f"-max_len={seeds.LONGEST}")


if __name__ == "__main__":
    tshark.run_main(main)
