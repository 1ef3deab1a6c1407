#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run fuzz_layers, libFuzzer's target of the layers, from the frames of captures/ on.

Usage: fuzz.py [LIBFUZZER-OPTION...] [CORPUS]. fuzz.py -max_total_time=600 DIRECTORY tries for ten
minutes and keeps what it has found in a directory. Without one nothing is kept; an input that makes
it fail is written into the working directory.
"""

import hashlib
import pathlib
import subprocess
import sys

import reading
import capture_file
import tshark

PROGRAM = reading.BUILD / "tests" / "reader" / "fuzz_layers"
LINKS = {1: 1, 101: 2, 228: 3, 229: 4, 0: 5, 108: 6, 113: 7, 276: 8}  # libpcap's: link_type_t
LONGEST = 400  # bytes of a frame: headers, and a little of the data
LENGTH_MAX = 2048  # of an input


def write_seeds(folder):
    """One file for each frame of the captures, in the form that fuzz_layers.c reads."""
    for path in sorted(tshark.CAPTURES.glob("*.pcapng")):
        for record in capture_file.read(path):
            more = min(max(record.length - len(record.data), 0), 255)
            seed = bytes((LINKS.get(record.link, 0), more, 0)) + record.data[:LONGEST]
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)


def main():
    """Run it; return the exit status."""
    if not PROGRAM.exists():
        raise tshark.Failure(f"{PROGRAM} is not built: is there a clang with libFuzzer?")
    seeds = tshark.scratch() / "seeds"
    seeds.mkdir()
    write_seeds(seeds)
    options = [text for text in sys.argv[1:] if text.startswith("-")]
    kept = [text for text in sys.argv[1:] if not text.startswith("-")] or [
        str(tshark.scratch() / "found")]
    pathlib.Path(kept[0]).mkdir(exist_ok=True)
    done = subprocess.run([PROGRAM, f"-max_len={LENGTH_MAX}", *options, *kept, seeds],
                          stderr=subprocess.PIPE, check=False)
    lines = done.stderr.decode(errors="replace").splitlines()
    print(*(lines if done.returncode else lines[-1:]), sep="\n", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    tshark.run_main(main)
