#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the NAME.expected of captures, LIST and the list of sentences; print the changes."""

import check_expected
import expected
import listing
import sentences
import tshark


def write(path, text):
    """Write a file if its text has changed; return the diff."""
    old = path.read_text() if path.exists() else ""
    if old != text:
        path.write_text(text)
    return check_expected.difference(old, text, path.name)


def main():
    """Write the files and print the changes."""
    tshark.assert_plugin_loaded()
    options = check_expected.arguments(__doc__)
    changes = [write(capture.with_suffix(".expected"), expected.expected_text(capture))
               for capture in check_expected.chosen_captures(options).values()]
    changes.append(write(options.captures / "LIST", listing.list_text(options.captures)))
    if options.captures == tshark.CAPTURES:
        changes.append(write(sentences.LIST, sentences.list_text(options.captures)))
    print("".join(changes), end="")


if __name__ == "__main__":
    tshark.run_main(main)
