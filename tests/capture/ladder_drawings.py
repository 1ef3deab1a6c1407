#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the ladder's drawings, as SVG and as HTML for the GUI's window, on all captures.

Both are well-formed and use nothing from outside; their lifelines have the states of the JSON, in
order, and the end of TIME-WAIT; the window's lines have all flags by their names, and numbers stay with
their words; names of hosts are shown as they are; the colours of the states
have enough contrast and differ, also for the colour-blind; no element of the SVG stands outside of
it.
"""

import html.parser
import json
import pathlib
import re
import sys
import xml.etree.ElementTree

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "gui"))

import colours  # noqa: E402
import merged  # noqa: E402
import tshark  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
VOID = ("br",)  # HTML elements without an end
CONTRAST = 7  # minimum contrast of text and background: WCAG 2, level AAA
DISTANCE = 10  # minimum CIE 1976 difference of two states; 2.3 is just noticeable
ODD_NAME = "<b>\"x\"&'y'</b>"
ELEMENTS = {"svg", "g", "rect", "path", "text", "title"}
ROLES = ("client", "server")


def demand(condition, message):
    """Fail with a message unless the condition holds."""
    if not condition:
        raise tshark.Failure(message)


def drawings(kind, *arguments):
    """Return the connections that -z tcpstate,KIND writes."""
    lines = tshark.run(*arguments, "-r", tshark.readable(merged.capture()), "-q", "-o",
                       "tcpstate.report_format:json", "-z", f"tcpstate,{kind}").splitlines()
    return [json.loads(line) for line in lines]


def name(connection):
    """Return what a connection is called in messages."""
    return f"connection of frame {connection['rows'][0]['frame']}"


def plain(label):
    """Return the state that a label names."""
    return label.strip().removeprefix("~").removesuffix("?")


def is_part(few, many):
    """Return whether all of `few` occur in `many`, in order."""
    rest = iter(many)
    return all(one in rest for one in few)


def check_states(drawn, connection):
    """Check the states that a drawing's lifelines have, [client's, server's], by the JSON."""
    rows = [row for row in connection["rows"] if "client_hindsight" in row]
    for role, found in zip(ROLES, drawn):
        wanted = [row[f"{role}_hindsight"] for row in rows]
        wanted = [state for at, state in enumerate(wanted) if at == 0 or state != wanted[at - 1]]
        if connection["time_wait_over"][role] is not None:
            wanted.append("CLOSED")
        where = f"{name(connection)}, {role}"
        demand(is_part(wanted, found), f"{where}: {found}, not {wanted}")
        demand(not wanted or found[-1] == wanted[-1], f"{where}: ends in {found}, not {wanted}")


# -- SVG -----------------------------------------------------------------------------------------

def states_of_svg(root):
    """Return the labels of both lifelines, and {state: colour}."""
    found, colour_of = ([], []), {}
    middle = float(root.get("width")) / 2
    elements = list(root.iter())
    for element, after in zip(elements, elements[1:]):
        if element.get("rx") == "3":
            found[float(element.get("x")) > middle].append(plain(after.text))
            colour_of.setdefault(plain(after.text), set()).add(element.get("fill"))
    return found, colour_of


def check_place(root, where):
    """Check that boxes and texts stand within the picture, and where it may be cut."""
    width, height = float(root.get("width")), float(root.get("height"))
    demand(root.get("viewBox") == f"0 0 {width:.0f} {height:.0f}", f"{where}: another view box")
    for element in root.iter():
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        right, bottom = x + float(element.get("width", 0)), y + float(element.get("height", 0))
        demand(0 <= x and right <= width and 0 <= y and bottom <= height,
               f"{where}: {element.attrib} is outside")
    rows = list(map(int, root.get("data-rows").split()))
    demand(rows == sorted(set(rows)) and rows[-1] < height, f"{where}: rows at {rows}")


def check_svg(connections):
    """Check all pictures; return {state: colours}."""
    all_colours = {}
    for drawn, connection in zip(drawings("picture", "-n"), connections, strict=True):
        where = name(connection)
        demand(all(drawn[key] == connection[key] for key in connection
                   if key not in ("rows", "time_wait_over")),
               f"{where}: the columns differ")
        root = xml.etree.ElementTree.fromstring(drawn["svg"])
        used = {element.tag.removeprefix(SVG) for element in root.iter()}
        demand(used <= ELEMENTS, f"{where}: elements {used - ELEMENTS}")
        demand("href" not in drawn["svg"] and "url(" not in drawn["svg"], f"{where}: has links")
        check_place(root, where)
        found, colour_of = states_of_svg(root)
        check_states(found, connection)
        for state, some in colour_of.items():
            all_colours.setdefault(state, set()).update(some)
    return all_colours


# -- HTML ----------------------------------------------------------------------------------------

class Table(html.parser.HTMLParser):
    """The cells of a window's table; fails where elements are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.states = []  # (column, rowspan, colour, text) of each coloured cell
        self.rows = []  # number of cells of each row, coloured ones of rows before among them
        self.left = {}  # {column: how many more rows its cell takes}
        self.column = 0
        self.feed(text)
        self.close()
        demand(not self.open, f"not closed: {self.open}")
        demand(not any(self.left.values()), "a cell reaches beyond the table")

    def handle_starttag(self, tag, attrs):
        """Take the beginning of an element."""
        attributes = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.column = 0
        if tag in ("td", "th"):
            self.skip()
            if "bgcolor" in attributes:
                self.left[self.column] = int(attributes["rowspan"])
                self.states.append([self.column, int(attributes["rowspan"]),
                                    attributes["bgcolor"], ""])
            self.column += 1

    def skip(self):
        """Go to the next column that no cell above takes."""
        while self.left.get(self.column):
            self.column += 1

    def handle_endtag(self, tag):
        """Take the end of an element."""
        demand(self.open and self.open.pop() == tag, f"</{tag}> does not close the last element")
        if tag == "tr":
            self.skip()
            self.rows.append(self.column)
            self.left = {column: max(0, left - 1) for column, left in self.left.items()}

    def handle_data(self, data):
        """Take a text."""
        if "td" in self.open and self.states and not self.states[-1][3]:
            self.states[-1][3] = data


def check_html(connections):
    """Check all windows; return {state: colours}."""
    all_colours = {}
    for drawn, connection in zip(drawings("window", "-n"), connections, strict=True):
        where = name(connection)
        table = Table(drawn["html"])
        demand(not re.search(r"<br> +\d", drawn["html"]),
               f"{where}: a number is parted from its word")
        flags = {frozenset(words.split(","))
                 for words in re.findall(r"(?:──|◀─) (\S+) ", drawn["html"])}
        for row in connection["rows"]:
            demand("flags" not in row or frozenset(row["flags"].split(", ")) in flags,
                   f"{where}: frame {row['frame']} has other flags")
        demand(set(table.rows) == {6}, f"{where}: rows of {set(table.rows)} cells")
        found = [[plain(text) for column, _, _, text in table.states if column == at]
                 for at in (2, 4)]
        check_states(found, connection)
        for _, _, colour, text in table.states:
            all_colours.setdefault(plain(text), set()).add(colour)
    return all_colours


# -- Both ----------------------------------------------------------------------------------------

def check_names():
    """Check that the name of a host is shown as it is, and cannot be markup."""
    tshark.name_hosts(f"192.0.2.1 {ODD_NAME}\n".encode())
    pictures = drawings("picture", "-N", "n")
    windows = drawings("window", "-N", "n")
    demand(any(ODD_NAME in one["client"] for one in pictures), "the name of a host is not used")
    for picture, window in zip(pictures, windows, strict=True):
        root = xml.etree.ElementTree.fromstring(picture["svg"])
        shown = [element.text for element in root.iter(f"{SVG}text")]
        demand(ODD_NAME not in picture["client"] or ODD_NAME in shown[0],
               f"the picture shows {shown[0]}")
        demand("<b>\"" not in window["html"], "the window takes a name for markup")
        Table(window["html"])


def check_colours(colour_of):
    """Check that a state has one colour, with contrast to black text and unlike all others."""
    rgb = {}
    for state, some in colour_of.items():
        demand(len(some) == 1, f"{state}: {some}")
        rgb[state] = tuple(bytes.fromhex(some.pop()[1:]))
        demand(colours.contrast(rgb[state], (0, 0, 0)) >= CONTRAST, f"{state}: too dark")
    for eyes in colours.EYES:
        for one in rgb:
            for other in rgb:
                distance = colours.distance(rgb[one], rgb[other], eyes)
                demand(one >= other or distance >= DISTANCE,
                       f"{one} and {other} differ by only {distance:.0f} with {eyes} vision")


def main():
    """Run all checks."""
    connections = drawings("ladder", "-n")
    from_svg, from_html = check_svg(connections), check_html(connections)
    demand(from_svg == from_html, "other colours in the window than in the picture")
    demand(len(from_svg) == 12, f"not all states occur: {sorted(from_svg)}")
    check_colours(from_svg)
    check_names()
    print(f"{len(connections)} connections")


if __name__ == "__main__":
    tshark.run_main(main)
