# SPDX-License-Identifier: GPL-2.0-or-later
"""The project's documents, and the blocks of commands in them."""

import dataclasses
import pathlib
import re

PROJECT = pathlib.Path(__file__).resolve().parents[2]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Example:
    """A command, and what it is said to print."""

    command: str
    output: str


def documents():
    """Return the paths of all documents for users."""
    return [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md",
            *sorted((PROJECT / "docs").glob("*.md"))]


def examples(block):
    """Return the examples of a console block: each "$ COMMAND" with the lines that follow.

    A command goes on in the next line where its line ends with a backslash.
    """
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        match = re.match(r"((?:[^\n]*\\\n)*[^\n]*)\n", part)
        found.append(Example(match[1], part[match.end():]))
    return found
