#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the plugin's output for captures with their NAME.expected, and print the differences."""

import argparse
import difflib
import pathlib

import expected
import listing
import tshark


def difference(old, new, name):
    """Return a unified diff, "" if the texts are equal."""
    return "".join(difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True),
        f"{name} (expected)", f"{name} (found)"))


def arguments(description):
    """Parse the command line, which update_expected.py shares."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("names", nargs="*", metavar="NAME", help="capture (default: all)")
    parser.add_argument("--captures", type=pathlib.Path, default=tshark.CAPTURES, metavar="DIR",
                        help="where the captures are (default: %(default)s)")
    return parser.parse_args()


def chosen_captures(options):
    """Return the captures named on the command line."""
    known = listing.captures(options.captures)
    missing = set(options.names) - set(known)
    if missing:
        raise tshark.Failure(f"no such capture: {', '.join(sorted(missing))}")
    return {name: known[name] for name in options.names or known}


def main():
    """Print the differences; return the exit status."""
    failed = 0
    for name, capture in chosen_captures(arguments(__doc__)).items():
        wanted = capture.with_suffix(".expected")
        if not wanted.exists():
            raise tshark.Failure(f"{wanted.name} is missing; write it with "
                                 f"tests/capture/update_expected.py {name}")
        found = difference(wanted.read_text(), expected.expected_text(capture), wanted.name)
        if found:
            failed += 1
            print(found)
    if failed:
        print("If the new text is right, run tests/capture/update_expected.py and review its diff.")
    return 1 if failed else 0


if __name__ == "__main__":
    tshark.run_main(main)
