#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what the plugin says of captures with their NAME.expected; a difference is printed."""

import argparse
import difflib
import pathlib

import expected
import listing
import tshark


def difference(old, new, name):
    """A unified diff, "" if the texts are the same."""
    return "".join(difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True),
        f"{name} (expected)", f"{name} (found)"))


def arguments(description):
    """The command line, which update_expected.py shares."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("names", nargs="*", metavar="NAME", help="capture (default: all)")
    parser.add_argument("--captures", type=pathlib.Path, default=tshark.CAPTURES, metavar="DIR",
                        help="where the captures are (default: %(default)s)")
    return parser.parse_args()


def chosen_captures(options):
    """The captures that the command line names."""
    there = listing.captures(options.captures)
    missing = set(options.names) - set(there)
    if missing:
        raise tshark.Failure(f"no such capture: {', '.join(sorted(missing))}")
    return {name: there[name] for name in options.names or there}


def main():
    """How many captures differ."""
    failed = 0
    for name, capture in chosen_captures(arguments(__doc__)).items():
        wanted = capture.with_suffix(".expected")
        if not wanted.exists():
            raise tshark.Failure(f"{wanted.name} is missing; tests/capture/update_expected.py "
                                 f"{name} writes it")
        found = difference(wanted.read_text(), expected.expected_text(capture), wanted.name)
        if found:
            failed += 1
            print(found)
    if failed:
        print("If the new text is right: tests/capture/update_expected.py, and review its diff.")
    return 1 if failed else 0


if __name__ == "__main__":
    tshark.run_main(main)
