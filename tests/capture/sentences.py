#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the list of all sentences in the captures is up to date: tests/capture/sentences.

The sentences are what people read, so each has to be true and to be understood by whoever learns
TCP. The list has every shape of a sentence once: numbers are N, and of client and server the one
that is named first is A, the other one B. update_expected.py writes it. Read each line that
changes: as a learner, and beside the RFC.
"""

import pathlib
import re
import sys

import check_expected
import tshark

LIST = pathlib.Path(__file__).resolve().parent / "sentences"
FIELDS = ("tcpstate.flags.meaning", "tcpstate.ecn.meaning", "tcpstate.reason")
SENTENCE = re.compile(rf"^  ({'|'.join(map(re.escape, FIELDS))}): (.*)$", re.MULTILINE)
# Numbers that belong to a name stay as they are.
KEPT = re.compile(r"(RFC \d+(?: [\d.]*\d)?|figure \d+|ECT\(\d\)|FIN-WAIT-\d|\d+ s\b)|\b\d+\b")
ROLE = re.compile(r"\b(client|server)\b")
HEADING = """\
# Every shape of a sentence in captures/*.expected: N is a number; A is client or server, B the other
# one. Written by tests/capture/update_expected.py; read each line that changes.
"""


def shape(sentence):
    """Return the shape of a sentence."""
    first = ROLE.search(sentence)
    named = ROLE.sub(lambda role: "A" if role[0] == first[0] else "B", sentence)
    return KEPT.sub(lambda number: number[1] or "N", named)


def shapes(directory):
    """Return the shapes of all sentences of each field: {field: set of shapes}."""
    found = {field: set() for field in FIELDS}
    for path in directory.glob("*.expected"):
        for field, sentence in SENTENCE.findall(path.read_text()):
            found[field].add(shape(sentence))
    return found


def list_text(directory):
    """Return the text of the list."""
    found = shapes(directory)
    return HEADING + "".join(f"\n{field}\n" + "".join(f"  {line}\n" for line in sorted(lines))
                             for field, lines in found.items() if lines)


def main():
    """Print what has changed; return the exit status."""
    wrong = check_expected.difference(LIST.read_text() if LIST.exists() else "",
                                      list_text(tshark.CAPTURES), LIST.name)
    if not wrong:
        return 0
    print(wrong, "Read these sentences; if they are right, run tests/capture/update_expected.py.",
          sep="\n", file=sys.stderr)
    return 1


if __name__ == "__main__":
    tshark.run_main(main)
