#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""List the values of each enumerated field and the first capture in which each occurs.

A value that occurs in no capture must be listed in values_in_core_tests with a core test that
covers it. A line of that file that is no longer needed, or whose test does not exist, is an error.

The two endpoints share an enumeration: tcpstate.client.state, tcpstate.receiver.state and
tcpstate.conn.server_state count as tcpstate.state, because a client, for example, never listens.
"""

import pathlib
import re
import sys

import tshark

HERE = pathlib.Path(__file__).resolve().parent
ALLOWED = HERE / "values_in_core_tests"
CORE_TESTS = HERE.parent / "core"
ENDPOINT = re.compile(r"(?<=^tcpstate\.)((client|server|sender|receiver)\.|conn\.(client|server)_)")
VALUE = re.compile(r"^  (tcpstate\.[\w.]+): .*? \((\d+)\)(?:[,;].*| \[hidden\])?$", re.MULTILINE)


def enumeration(name):
    """Remove the endpoint from a field's name."""
    return ENDPOINT.sub("", name)


def enumerations():
    """Return the values of each enumeration: {name: {number: text}}."""
    found = {}
    for name, texts in tshark.values().items():
        found.setdefault(enumeration(name), {}).update(texts)
    return found


def occurrences():
    """Return the first capture with each value: {(enumeration, number): capture}."""
    found = {}
    for path in sorted(tshark.CAPTURES.glob("*.expected")):
        for name, number in VALUE.findall(path.read_text()):
            found.setdefault((enumeration(name), int(number)), path.stem)
    return found


def core_tests():
    """Return the names of all functions that the core tests define."""
    return {name for path in sorted(CORE_TESTS.glob("*.c"))
            for name in re.findall(r"^static void (\w+)\(", path.read_text(), re.MULTILINE)}


def allowed():
    """Return the contents of values_in_core_tests: {(enumeration, number): test}."""
    lines = (line.split("#")[0].split() for line in ALLOWED.read_text().splitlines())
    return {(line[0], int(line[1])): line[2] for line in lines if line}


def verdicts():
    """Yield (value as text, where it occurs, error or "") of every value."""
    seen, exceptions, tests = occurrences(), allowed(), core_tests()
    for name, texts in sorted(enumerations().items()):
        for number, text in sorted(texts.items()):
            capture, test = seen.get((name, number)), exceptions.pop((name, number), None)
            wrong = ""
            if capture and test:
                wrong = f"occurs in {capture}: remove it from {ALLOWED.name}"
            elif test and test not in tests:
                wrong = f"there is no core test {test}"
            elif not capture and not test:
                wrong = "occurs in no capture and in no core test"
            yield f"{name} {number} {text!r}", capture or test, wrong
    for (name, number), test in exceptions.items():
        yield f"{name} {number}", test, f"{ALLOWED.name} lists a value that does not exist"


def main():
    """Print the table, then the errors; return the exit status."""
    rows = list(verdicts())
    for value, where, _ in rows:
        print(f"{value:52} {where or '-'}")
    errors = [f"{value}: {wrong}" for value, _, wrong in rows if wrong]
    print(*errors, sep="\n", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    tshark.run_main(main)
