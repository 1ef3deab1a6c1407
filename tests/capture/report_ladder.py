#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the page that scripts/report --ladder writes.

It has a ladder and a row of its table for each connection of `-z tcpstate,conv`, whatever captures
are called, and uses nothing from outside; damaged captures do not keep the rest from it; where an
option is wrong or the file cannot be written, there is a message, no traceback and no file.
"""

import html.parser
import json
import os

import report_runner
import tshark
from report_runner import demand, same

ODD_NAME = "<script>alert('x') & \"y\".pcapng"
VOID = ("br", "meta")
OUTSIDE = ("src", "action", "data", "poster")


class Page(html.parser.HTMLParser):
    """What a page holds; fails where elements are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.counts = {}
        self.ids, self.links = [], []
        self.headings = []
        self.feed(text)
        self.close()
        same(self.open, [], "elements that are not closed")

    def handle_starttag(self, tag, attrs):
        """Take the beginning of an element."""
        if tag not in VOID:
            self.open.append(tag)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        for name, value in attrs:
            if name in OUTSIDE:
                raise tshark.Failure(f"<{tag} {name}={value}> is from outside")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)

    def handle_startendtag(self, tag, attrs):
        """Take an element without content."""
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        """Take the end of an element."""
        same(self.open.pop() if self.open else None, tag, "the element that ends")

    def handle_data(self, data):
        """Take a text."""
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


def page(script, *arguments, status=0):
    """Run the report; return the page and the messages."""
    output, messages = script("--ladder", "page.html", *arguments, status=status)
    same(output, "", "standard output")
    path = script.directory / "page.html"
    found = Page(path.read_text(encoding="utf-8"))
    path.unlink()
    return found, messages


def check_connections(script):
    """Each connection has a row that leads to its ladder; names of captures are no markup."""
    names = [script.copy(ODD_NAME), *map(str, script.captures)]
    found, _ = page(script, *names)
    rows = [json.loads(line)["capture"] for line in script("--format=json", *names)[0].splitlines()]
    same(found.headings, rows, "the captures of the ladders")
    same(found.counts["section"], len(rows), "the number of ladders")
    same(found.counts["tr"], len(rows) + 1, "the number of rows")
    same(found.counts.get("script", 0), 0, "the number of scripts")
    for link in found.links:
        if not link.startswith("#") or link[1:] not in found.ids:
            raise tshark.Failure(f"{link} leads nowhere")
    same(len(found.ids), len(set(found.ids)), "the number of different ids")


def check_filter(script):
    """A filter selects connections; the ladders are whole."""
    found, _ = page(script, "--filter", "tcp.flags.fin == 1", *map(str, script.captures))
    some = script("--format=json", "--filter", "tcp.flags.fin == 1",
                  *map(str, script.captures))[0].splitlines()
    same(found.counts.get("section", 0), len(some), "the number of ladders")


def check_damage(script):
    """What cannot be read is told, and the rest is in the page."""
    damaged = script.damaged()
    found, messages = page(script, script.copy("good.pcapng"), *damaged, status=1)
    demand(messages, *damaged.values())
    same("good.pcapng" in found.headings, True, "whether the good capture is in the page")


def check_failures(script):
    """No file, and a message, where something is wrong."""
    cache = script.cache.name
    for arguments in (["--ladder", "missing/page.html"], ["--ladder", "."],
                      ["--ladder", "new.pcapng"],  # a capture, where the page's name is forgotten
                      ["--ladder", "page.html", "--format", "csv"],
                      ["--ladder", "page.html", "--summary"],
                      ["--ladder", "page.html", "--filter", "no.such.field"]):
        _, messages = script(*arguments, script.capture, status=2)
        demand(messages, "report: ")
        same("Traceback" in messages, False, f"whether {arguments} ends in a traceback")
    same(set(os.listdir(script.directory)) - {cache}, set(), "the files afterwards")


def main():
    """Run all checks."""
    for check in (check_connections, check_filter, check_damage, check_failures):
        script = report_runner.Script()
        script.captures = script.captures[:5]
        check(script)
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
