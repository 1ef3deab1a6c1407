# SPDX-License-Identifier: GPL-2.0-or-later
"""Read the profile's files as Wireshark does, and install them for the tests."""

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
    """Return the lines of a file that are neither blank nor comments."""
    return [line for line in (DIRECTORY / name).read_text().splitlines()
            if line.strip() and not line.startswith("#")]


def pairs(name):
    """Return the list in `preferences` or `recent` as (text, text) pairs."""
    found = [PAIR.match(line) for line in lines(name) if line[0].isspace()]
    return [tuple(text.strip('"') for text in match.groups()) for match in found]


def columns():
    """Return (title, format) of each column."""
    return pairs("preferences")


def rules():
    """Return (name, filter, background, text) of each rule; colours are (red, green, blue)."""
    found = []
    for line in lines("colorfilters"):
        match = RULE.fullmatch(line)
        if not match:
            raise tshark.Failure(f"colorfilters: not a colour rule: {line}")
        colours = [int(number) // 257 for number in match.groups()[2:]]
        found.append((*match.groups()[:2], tuple(colours[:3]), tuple(colours[3:])))
    return found


def records(name):
    """Return the rows of a table of quoted, comma-separated fields; a quote inside is \\x22."""
    return [[field.replace("\\x22", '"') for field in row] for row in csv.reader(lines(name))]


def buttons():
    """Return (label, filter, question) of each filter button."""
    return [tuple(row[1:]) for row in records("dfilter_buttons")]


def graphs():
    """Return (name, filter, colour, style) of each I/O graph."""
    return [tuple(row[1:5]) for row in records("io_graphs")]


def filters():
    """Return {filter: where it is used} of all display filters in the profile."""
    return ({expression: f"colorfilters, {name}" for name, expression, _, _ in rules()} |
            {expression: f"dfilter_buttons, {label}" for label, expression, _ in buttons()} |
            {expression: f"io_graphs, {name}" for name, expression, _, _ in graphs()})


def settings():
    """Return Wireshark's configuration directory of the user that the tests run it as."""
    return pathlib.Path(tshark.environment()["HOME"]) / ".config" / "wireshark"


def install():
    """Install the profile for that user."""
    if not settings().exists():
        shutil.copytree(DIRECTORY, settings() / "profiles" / NAME)
        hand_over(settings().parent)


def set_up(name, content):
    """Write a file of that user's configuration."""
    (settings() / name).write_text(content)
    hand_over(settings() / name)


def hand_over(path):
    """Make that user the owner of a directory tree."""
    if os.geteuid() == 0:
        for each in (path, *path.rglob("*")):
            os.chown(each, tshark.NOBODY, tshark.NOBODY)
