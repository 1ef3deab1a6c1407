# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile's files, read as Wireshark reads them."""

import csv
import os
import pathlib
import re
import shutil

import tshark

NAME = "tcpstate"
DIRECTORY = tshark.PROJECT / "plugin" / "profile" / NAME
RULE = re.compile(r"@([^@]+)@([^@]+)@\[(\d+),(\d+),(\d+)\]\[(\d+),(\d+),(\d+)\]")
PAIR = re.compile(r'^\s*("[^"]*"|[^\s,"]+), ("[^"]*"|[^\s,"]+),?$')


def lines(name):
    """The lines of a file that are no comments."""
    return [line for line in (DIRECTORY / name).read_text().splitlines()
            if line.strip() and not line.startswith("#")]


def pairs(name):
    """A list in `preferences` or `recent`: (text, text) each."""
    found = [PAIR.match(line) for line in lines(name) if line[0].isspace()]
    return [tuple(text.strip('"') for text in match.groups()) for match in found]


def columns():
    """(title, format) of each column."""
    return pairs("preferences")


def rules():
    """(name, filter, background, text) of each colour rule; colours as (red, green, blue)."""
    found = []
    for line in lines("colorfilters"):
        match = RULE.fullmatch(line)
        if not match:
            raise tshark.Failure(f"colorfilters: this is no colour rule: {line}")
        colours = [int(number) // 257 for number in match.groups()[2:]]
        found.append((*match.groups()[:2], tuple(colours[:3]), tuple(colours[3:])))
    return found


def records(name):
    """The rows of a table: quoted fields with commas between them, a quote within is \\x22."""
    return [[field.replace("\\x22", '"') for field in row] for row in csv.reader(lines(name))]


def buttons():
    """(label, filter, question) of each filter button."""
    return [tuple(row[1:]) for row in records("dfilter_buttons")]


def graphs():
    """(name, filter, colour, style) of each I/O graph."""
    return [tuple(row[1:5]) for row in records("io_graphs")]


def filters():
    """{filter: where it stands} of all display filters of the profile."""
    return ({expression: f"colorfilters, {name}" for name, expression, _, _ in rules()} |
            {expression: f"dfilter_buttons, {label}" for label, expression, _ in buttons()} |
            {expression: f"io_graphs, {name}" for name, expression, _, _ in graphs()})


def settings():
    """Wireshark's directory of the user that tshark and Wireshark run as in the tests."""
    return pathlib.Path(tshark.environment()["HOME"]) / ".config" / "wireshark"


def install():
    """Give the profile to that user."""
    if not settings().exists():
        shutil.copytree(DIRECTORY, settings() / "profiles" / NAME)
        hand_over(settings().parent)


def set_up(name, content):
    """Write a file of that user's settings."""
    (settings() / name).write_text(content)
    hand_over(settings() / name)


def hand_over(path):
    """Make the user of the tests the owner of all that is there."""
    if os.geteuid() == 0:
        for each in (path, *path.rglob("*")):
            os.chown(each, tshark.NOBODY, tshark.NOBODY)
