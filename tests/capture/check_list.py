#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that captures, NAME.expected files and LIST match: none is missing, none is left over."""

import sys

import check_expected
import listing
import tshark


def main():
    """Print what does not match; return the exit status."""
    captures = set(listing.captures(tshark.CAPTURES))
    expected = {path.stem for path in tshark.CAPTURES.glob("*.expected")}
    listed = tshark.CAPTURES / "LIST"
    wrong = [f"{name}.expected is missing" for name in sorted(captures - expected)]
    wrong += [f"{name}.expected has no capture" for name in sorted(expected - captures)]
    wrong.append(check_expected.difference(listed.read_text() if listed.exists() else "",
                                           listing.list_text(tshark.CAPTURES), "LIST"))
    if not any(wrong):
        return 0
    print("\n".join(wrong), "Run tests/capture/update_expected.py to write LIST and missing files.",
          sep="\n", file=sys.stderr)
    return 1


if __name__ == "__main__":
    tshark.run_main(main)
