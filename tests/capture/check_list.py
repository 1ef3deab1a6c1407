#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the captures, their NAME.expected and LIST belong together: none missing or left."""

import sys

import check_expected
import listing
import tshark


def main():
    """Print what does not fit."""
    captures = set(listing.captures(tshark.CAPTURES))
    expected = {path.stem for path in tshark.CAPTURES.glob("*.expected")}
    listed = tshark.CAPTURES / "LIST"
    wrong = [f"{name}.expected is missing" for name in sorted(captures - expected)]
    wrong += [f"{name}.expected has no capture" for name in sorted(expected - captures)]
    wrong.append(check_expected.difference(listed.read_text() if listed.exists() else "",
                                           listing.list_text(tshark.CAPTURES), "LIST"))
    if not any(wrong):
        return 0
    print("\n".join(wrong), "Write LIST and the missing files: tests/capture/update_expected.py",
          sep="\n", file=sys.stderr)
    return 1


if __name__ == "__main__":
    tshark.run_main(main)
