# SPDX-License-Identifier: GPL-2.0-or-later
"""Every tcpstate field of a capture, from tshark's PDML.

PDML is the one output that has it all: a field's text beside its raw value, hidden fields, a
field that occurs several times, and the trees of several TCP headers apart from each other. No
field is named here, so that new ones appear by themselves.
"""

import dataclasses
import re
import xml.parsers.expat

import tshark

END = "</pdml>"
EXPERT = re.compile(r"Expert Info \((\w+)/(\w+)\): ")
MISSING = "?"
FRAME_FIELDS = "num", "frame.time_relative", "frame.protocols"
IP_FIELDS = {"ip.src": 0, "ip.dst": 1, "ipv6.src": 0, "ipv6.dst": 1}
TCP_FIELDS = {"tcp.srcport": 0, "tcp.dstport": 1}

# All that the comparison of views needs: of large captures the rest takes long to parse.
ONLY_VALUES = ("-J", "tcpstate")


@dataclasses.dataclass(frozen=True)
class Value:
    """One occurrence of a field: `show` is the raw value, `text` what a person reads."""

    name: str
    show: str
    text: str
    hidden: bool

    def __str__(self):
        return f"{self.name}: {self.text}{' [hidden]' if self.hidden else ''}"


@dataclasses.dataclass(frozen=True)
class Expert:
    """One expert info of the plugin: the name of its field, its severity and its group."""

    name: str
    severity: str
    group: str


@dataclasses.dataclass(frozen=True)
class Segment:
    """What the plugin says of one TCP header: the tree's top line, its fields, its anomalies."""

    title: str
    source: str
    destination: str
    values: tuple
    experts: tuple

    def first(self, name):
        """The text of a field's first occurrence, "" if it has none."""
        return next((value.text for value in self.values if value.name == name), "")

    def word(self, name):
        """The same without the number behind it: what a column shows."""
        return re.sub(r" \(\d+\)$", "", self.first(name))


@dataclasses.dataclass(frozen=True)
class Frame:
    """One frame with the segments in it: none, one, or several (tunnels, quoted headers)."""

    number: int
    time: str
    protocols: str
    segments: tuple

    def values(self):
        """Every tcpstate value of the frame, in order."""
        return [value for segment in self.segments for value in segment.values]

    def experts(self):
        """Every expert info of the plugin, in order."""
        return [expert for segment in self.segments for expert in segment.experts]

    def shows(self, name):
        """The raw values of a field, in order."""
        return [value.show for value in self.values() if value.name == name]


def text_of(showname, show):
    """A field's display text without its label; an expert info is all text and no label."""
    if not show:
        return showname
    if showname.endswith(show):
        return show
    label, colon, text = showname.partition(": ")
    return text if colon else label


class Reader:
    """Takes the elements of PDML in their order, and makes a Frame of each packet.

    No element's end is needed: what follows a header belongs to it, up to the next header.
    """

    def __init__(self):
        self.frames = []
        self.facts = None        # {field: its raw value} of the frame, None before the first one
        self.addresses = None    # of the last IP header
        self.ends = []           # of each TCP header: (addresses, ports)
        self.trees = []          # of each tree of the plugin: (title, values, experts)
        self.in_tree = False
        self.expert = None       # severity and group of an expert info whose field comes next

    def take(self, element, attributes):
        """The start of an element."""
        name, show = attributes.get("name", ""), attributes.get("show", "")
        if element == "field":
            self.take_field(name, show, attributes)
        elif element == "proto":
            self.take_protocol(name, attributes)
        elif element == "packet":
            self.finish()
            self.facts = {}
            self.addresses, self.ends, self.trees = [MISSING, MISSING], [], []

    def take_protocol(self, name, attributes):
        """A header, or the plugin's tree."""
        self.in_tree = name == "tcpstate"
        if self.in_tree:
            self.trees.append((attributes.get("showname", ""), [], []))
        elif name in ("ip", "ipv6"):
            self.addresses = [MISSING, MISSING]
        elif name == "tcp":
            self.ends.append((self.addresses, [MISSING, MISSING]))

    def take_field(self, name, show, attributes):
        """A field; what is wanted of a header is what it has first."""
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
        elif name in TCP_FIELDS and self.ends:
            keep_first(self.ends[-1][1], TCP_FIELDS[name], show)

    def finish(self):
        """The frame is complete."""
        if self.facts is None:
            return
        ends = [[f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                 for address, port in zip(*end)] for end in self.ends]
        ends += [(MISSING, MISSING)] * (len(self.trees) - len(ends))
        number, time, protocols = (self.facts.get(name, MISSING) for name in FRAME_FIELDS)
        self.frames.append(Frame(int(number), time, protocols, tuple(
            Segment(title, *end, tuple(values), tuple(experts))
            for (title, values, experts), end in zip(self.trees, ends))))


def keep_first(pair, position, value):
    """Keep one of two values, unless it is known."""
    if pair[position] == MISSING:
        pair[position] = value


def parse(text):
    """PDML as a list of Frames; PDML that stops between two frames, too, as far as it goes."""
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
    """Every frame of a capture, as tshark with these further arguments shows it."""
    return parse(tshark.read(capture, "-T", "pdml", *arguments))
