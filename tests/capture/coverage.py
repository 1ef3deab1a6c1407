#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""List the values of each enumerated field and the first capture in which each occurs.

A value that occurs in no capture has to stand in values_in_core_tests, beside the core test that
covers it; the lines of that file that are no longer needed, or whose test is gone, are errors.

The two ends of a connection share an enumeration: tcpstate.client.state,
tcpstate.receiver.state and tcpstate.conn.server_state count as tcpstate.state, for a client that
listens is none.
"""

import pathlib
import re
import sys

import tshark

HERE = pathlib.Path(__file__).resolve().parent
ALLOWED = HERE / "values_in_core_tests"
CORE_TESTS = HERE.parent / "core"
END = re.compile(r"(?<=^tcpstate\.)((client|server|sender|receiver)\.|conn\.(client|server)_)")
VALUE = re.compile(r"^  (tcpstate\.[\w.]+): .* \((\d+)\)(?: \[hidden\])?$", re.MULTILINE)


def enumeration(name):
    """A field's name without the end of the connection that it speaks of."""
    return END.sub("", name)


def enumerations():
    """The values of each enumeration: {name: {number: text}}."""
    found = {}
    for name, texts in tshark.values().items():
        found.setdefault(enumeration(name), {}).update(texts)
    return found


def occurrences():
    """The first capture with each (enumeration, number)."""
    found = {}
    for path in sorted(tshark.CAPTURES.glob("*.expected")):
        for name, number in VALUE.findall(path.read_text()):
            found.setdefault((enumeration(name), int(number)), path.stem)
    return found


def core_tests():
    """The names of all functions that the core tests define."""
    return {name for path in sorted(CORE_TESTS.glob("*.c"))
            for name in re.findall(r"^static void (\w+)\(", path.read_text(), re.MULTILINE)}


def allowed():
    """The values that values_in_core_tests names, with the test: {(enumeration, number): test}."""
    lines = (line.split("#")[0].split() for line in ALLOWED.read_text().splitlines())
    return {(line[0], int(line[1])): line[2] for line in lines if line}


def verdicts():
    """(what is shown of a value, what is wrong with it or "") of every value."""
    seen, exceptions, tests = occurrences(), allowed(), core_tests()
    for name, texts in sorted(enumerations().items()):
        for number, text in sorted(texts.items()):
            capture, test = seen.get((name, number)), exceptions.pop((name, number), None)
            wrong = ""
            if capture and test:
                wrong = f"occurs in {capture}: take it out of {ALLOWED.name}"
            elif test and test not in tests:
                wrong = f"there is no core test {test}"
            elif not capture and not test:
                wrong = "occurs in no capture and in no core test"
            yield f"{name} {number} {text!r}", capture or test, wrong
    for (name, number), test in exceptions.items():
        yield f"{name} {number}", test, f"{ALLOWED.name} names a value that there is not"


def main():
    """Print the table, and what is wrong at its end."""
    rows = list(verdicts())
    for value, where, _ in rows:
        print(f"{value:52} {where or '-'}")
    errors = [f"{value}: {wrong}" for value, _, wrong in rows if wrong]
    print(*errors, sep="\n", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    tshark.run_main(main)
