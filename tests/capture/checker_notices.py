#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that check_expected.py notices and shows a wrong line in a NAME.expected.

Works on a copy of one capture.
"""

import pathlib
import shutil
import subprocess
import sys

import listing
import tshark

HERE = pathlib.Path(__file__).resolve().parent


def call(program, directory):
    """Run a program of this directory on a directory of captures."""
    return subprocess.run([sys.executable, HERE / program, "--captures", directory],
                          capture_output=True, text=True, check=False)


def demand(condition, message, done):
    """Fail with a program's output unless the condition holds."""
    if not condition:
        raise tshark.Failure(f"{message}\n{done.stdout}{done.stderr}")


def main():
    """Write an expected file, corrupt it, and restore it."""
    directory = tshark.scratch() / "captures"
    directory.mkdir()
    name, capture = next(iter(listing.captures(tshark.CAPTURES).items()))
    shutil.copy(capture, directory)
    expected = directory / f"{name}.expected"

    done = call("update_expected.py", directory)
    demand(done.returncode == 0 and expected.exists(), "the expected file was not written", done)
    right = expected.read_text()
    done = call("check_expected.py", directory)
    demand(done.returncode == 0, "a correct expected file was rejected", done)

    line = next(line for line in right.split("\n") if line.startswith("  tcpstate.phase: "))
    wrong = f"{line.split(':')[0]}: Nonsense (99)"
    expected.write_text(right.replace(line, wrong, 1))
    done = call("check_expected.py", directory)
    demand(done.returncode == 1, "a wrong expected file was not noticed", done)
    demand(f"-{wrong}\n+{line}\n" in done.stdout, "the wrong line is not shown", done)

    done = call("update_expected.py", directory)
    demand(expected.read_text() == right, "the expected file was not restored", done)


if __name__ == "__main__":
    tshark.run_main(main)
