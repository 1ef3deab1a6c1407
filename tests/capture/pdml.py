# SPDX-License-Identifier: GPL-2.0-or-later
"""Parse every tcpstate field of a capture from tshark's PDML.

Only PDML has everything: a field's text and its raw value, hidden fields, repeated fields, and a
separate tree for each TCP header. No tcpstate field is named here, so new ones need no change.
"""

import dataclasses
import re
import xml.parsers.expat

import tshark

END = "</pdml>"
EXPERT = re.compile(r"Expert Info \((\w+)/(\w+)\): ")
TIME = re.compile(r"-?\d+\.\d{9}")  # the raw value of a relative time
MISSING = "?"
FRAME_FIELDS = "num", "frame.time_relative", "frame.protocols"
IP_FIELDS = {"ip.src": 0, "ip.dst": 1, "ipv6.src": 0, "ipv6.dst": 1}
TCP_FIELDS = {"tcp.srcport": 0, "tcp.dstport": 1}

# Enough for comparing views; for large captures, the rest takes long to parse.
ONLY_VALUES = ("-J", "tcpstate")


@dataclasses.dataclass(frozen=True)
class Value:
    """One occurrence of a field: `show` is the raw value, `text` the displayed one."""

    name: str
    show: str
    text: str
    hidden: bool

    def __str__(self):
        return f"{self.name}: {self.text}{' [hidden]' if self.hidden else ''}"


@dataclasses.dataclass(frozen=True)
class Expert:
    """One of the plugin's expert infos: field name, severity and group."""

    name: str
    severity: str
    group: str


@dataclasses.dataclass(frozen=True)
class Segment:
    """What the plugin shows for one TCP header: the tree's top line, fields and expert infos."""

    title: str
    source: str
    destination: str
    values: tuple
    experts: tuple

    def first(self, name):
        """Return the text of a field's first occurrence, or ""."""
        return next((value.text for value in self.values if value.name == name), "")

    def word(self, name):
        """Return the same without its number and what follows, as a column shows it."""
        return re.sub(r" \(\d+\).*", "", self.first(name))


@dataclasses.dataclass(frozen=True)
class Frame:
    """One frame and its segments: none, one, or several (tunnels, quoted headers)."""

    number: int
    time: str
    protocols: str
    segments: tuple

    def values(self):
        """Return every tcpstate value of the frame, in order."""
        return [value for segment in self.segments for value in segment.values]

    def experts(self):
        """Return every expert info of the plugin, in order."""
        return [expert for segment in self.segments for expert in segment.experts]

    def shows(self, name):
        """Return the raw values of a field, in order."""
        return [value.show for value in self.values() if value.name == name]


def text_of(showname, show):
    """Return a field's displayed text without its label, and times in seconds; an expert info has no
    label."""
    if not show:
        return showname
    if TIME.fullmatch(show):  # in which unit it is displayed depends on the version
        return f"{show} seconds"
    if showname.endswith(show):
        return show
    label, colon, text = showname.partition(": ")
    if colon and text and show.startswith(text):  # where a long one is cut off depends on the version
        return show
    return text if colon else label


class Reader:
    """Reads the elements of PDML in order and makes a Frame of each packet.

    End tags are not needed: what follows a header belongs to it, up to the next header.
    """

    def __init__(self):
        self.frames = []
        self.facts = None        # {field: raw value} of the frame, None before the first frame
        self.addresses = None    # of the last IP header
        self.endpoints = []      # of each TCP header: (addresses, ports)
        self.trees = []          # of each tree of the plugin: (title, values, experts)
        self.in_tree = False
        self.expert = None       # (severity, group) of an expert info whose field comes next

    def take(self, element, attributes):
        """Handle the start of an element."""
        name, show = attributes.get("name", ""), attributes.get("show", "")
        if element == "field":
            self.take_field(name, show, attributes)
        elif element == "proto":
            self.take_protocol(name, attributes)
        elif element == "packet":
            self.finish()
            self.facts = {}
            self.addresses, self.endpoints, self.trees = [MISSING, MISSING], [], []

    def take_protocol(self, name, attributes):
        """Handle a header, or the plugin's tree."""
        self.in_tree = name == "tcpstate"
        if self.in_tree:
            self.trees.append((attributes.get("showname", ""), [], []))
        elif name in ("ip", "ipv6"):
            self.addresses = [MISSING, MISSING]
        elif name == "tcp":
            self.endpoints.append((self.addresses, [MISSING, MISSING]))

    def take_field(self, name, show, attributes):
        """Handle a field; of an IP or TCP field only the first occurrence per header counts."""
        expert, self.expert = self.expert, None
        if self.in_tree and name.startswith(tshark.PREFIX):
            text = text_of(attributes.get("showname", ""), show)
            _, values, experts = self.trees[-1]
            values.append(Value(name, show, text, attributes.get("hide") == "yes"))
            if expert:
                experts.append(Expert(name, *expert))
        elif self.in_tree:
            match = EXPERT.match(attributes.get("showname", ""))
            self.expert = match and match.groups()
        elif name in FRAME_FIELDS:
            self.facts.setdefault(name, show)
        elif name in IP_FIELDS:
            keep_first(self.addresses, IP_FIELDS[name], show)
        elif name in TCP_FIELDS and self.endpoints:
            keep_first(self.endpoints[-1][1], TCP_FIELDS[name], show)

    def finish(self):
        """Add the frame that is now complete."""
        if self.facts is None:
            return
        pairs = [[f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                  for address, port in zip(*pair)] for pair in self.endpoints]
        pairs += [(MISSING, MISSING)] * (len(self.trees) - len(pairs))
        number, time, protocols = (self.facts.get(name, MISSING) for name in FRAME_FIELDS)
        self.frames.append(Frame(int(number), time, protocols, tuple(
            Segment(title, *pair, tuple(values), tuple(experts))
            for (title, values, experts), pair in zip(self.trees, pairs))))


def keep_first(pair, position, value):
    """Set one of two values, unless it is already known."""
    if pair[position] == MISSING:
        pair[position] = value


def parse(text):
    """Return the Frames of PDML, which may end after any frame."""
    if not text:
        return []
    if END not in text:
        text += END
    reader = Reader()
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = reader.take
    parser.Parse(text, True)
    reader.finish()
    return reader.frames


def dissect(capture, *arguments):
    """Run tshark on a capture with these further arguments; return its Frames."""
    return parse(tshark.read(capture, "-T", "pdml", *arguments))
