#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the commands in the documents and compare what they print with what the documents say.

A block of the kind "console" has commands, "$ COMMAND", each followed by its output. They run in a
folder that has captures/, with this build's plugin. `examples.py --update` writes the new outputs
into the documents.
"""

import difflib
import os
import pathlib
import shutil
import subprocess
import sys

import documents

sys.path.insert(0, str(documents.PROJECT / "tests" / "capture"))

import tshark  # pylint: disable=wrong-import-position


def folder():
    """Return a folder with captures/ and a `tshark` that loads the plugin, first in the PATH."""
    place = tshark.scratch() / "docs"
    (place / "bin").mkdir(parents=True)
    shutil.copytree(tshark.CAPTURES, place / "captures")
    for path in (place, *place.rglob("*")):
        path.chmod(0o755)
    program = place / "bin" / "tshark"
    real = shutil.which("tshark")
    words = [real if word == "tshark" else word for word in tshark.command()]
    program.write_text(f'#!/bin/sh\nexec {" ".join(words)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return place


def run(place, command):
    """Return what a command prints."""
    environment = tshark.environment() | {"PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=place, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=tshark.HANGS, check=False)
    if done.returncode != 0:
        raise tshark.Failure(f"$ {command}\nexit status {done.returncode}\n{done.stderr}")
    return "".join(line.rstrip() + "\n" for line in done.stdout.rstrip("\n").split("\n"))


def missing(command):
    """Return a program of the command that is not installed, or None."""
    used = {part.split()[0] for part in command.replace("\\\n", " ").split("|") if part.split()}
    return next((word for word in sorted(used) if not shutil.which(word)), None)


def check(place, path, update):
    """Check one document; return the number of its examples."""
    text = path.read_text(encoding="utf-8")
    count = 0
    for block in documents.CONSOLE.findall(text):
        new = ""
        for example in documents.examples(block):
            absent = missing(example.command)
            if absent:
                print(f"{path.name}: not run, {absent} is not installed: {example.command}")
            output = example.output if absent else run(place, example.command)
            new += f"$ {example.command}\n{output}"
            count += 1
        if new != block and not update:
            difference = difflib.unified_diff(block.splitlines(), new.splitlines(),
                                              str(path.relative_to(documents.PROJECT)), "now",
                                              lineterm="")
            raise tshark.Failure("\n".join(difference) + "\nupdate: tests/docs/examples.py --update")
        text = text.replace(f"```console\n{block}```", f"```console\n{new}```")
    if update:
        path.write_text(text, encoding="utf-8")
    return count


def main():
    """Check or update the documents."""
    place = folder()
    paths = [pathlib.Path(name).resolve() for name in sys.argv[1:] if name != "--update"]
    counts = {path.name: check(place, path, "--update" in sys.argv)
              for path in paths or documents.documents()}
    print(", ".join(f"{name}: {count} examples" for name, count in counts.items()))
    if not sum(counts.values()):
        raise tshark.Failure("the documents have no examples")


if __name__ == "__main__":
    tshark.run_main(main)
