# SPDX-License-Identifier: GPL-2.0-or-later
"""Every tcpstate field of a capture, from tshark's PDML.

PDML is the one output that has it all: a field's text beside its raw value, hidden fields, a
field that occurs several times, and the trees of several TCP headers apart from each other. No
field is named here, so that new ones appear by themselves.
"""

import dataclasses
import re
import xml.etree.ElementTree

import tshark

END = "</pdml>"
EXPERT = re.compile(r"Expert Info \((\w+)/(\w+)\): ")

# All that the comparison of views needs: of large captures the rest takes long to parse.
ONLY_VALUES = ("-J", "frame tcpstate")


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


def child(proto, name):
    """The raw value of a field directly or indirectly below a protocol, "?" if it is missing."""
    found = proto.find(f".//field[@name='{name}']")
    return "?" if found is None else found.get("show")


def endpoints(packet):
    """(source, destination) of each TCP header, in order, by the IP header before it."""
    addresses = ("?", "?")
    found = []
    for proto in packet.iter("proto"):
        name = proto.get("name")
        if name in ("ip", "ipv6"):
            addresses = child(proto, f"{name}.src"), child(proto, f"{name}.dst")
        elif name == "tcp":
            ports = child(proto, "tcp.srcport"), child(proto, "tcp.dstport")
            found.append(tuple(f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
                               for address, port in zip(addresses, ports)))
    return found


def experts_of(tree):
    """The plugin's expert infos in its tree: "Expert Info (Warning/Security): ..." """
    for info in tree.iter("field"):
        found = EXPERT.match(info.get("showname", ""))
        names = [field.get("name") for field in info.findall("field")]
        if found and names[0].startswith(tshark.PREFIX):
            yield Expert(names[0], *found.groups())


def segment_of(tree, ends):
    """A plugin's tree as a Segment."""
    values = tuple(
        Value(field.get("name"), field.get("show", ""),
              text_of(field.get("showname", ""), field.get("show", "")),
              field.get("hide") == "yes")
        for field in tree.iter("field") if field.get("name", "").startswith(tshark.PREFIX))
    return Segment(tree.get("showname", ""), *ends, values, tuple(experts_of(tree)))


def frame_of(packet):
    """A PDML packet as a Frame."""
    frame = packet.find("./proto[@name='frame']")
    ends = endpoints(packet)
    trees = [proto for proto in packet.iter("proto") if proto.get("name") == "tcpstate"]
    ends += [("?", "?")] * (len(trees) - len(ends))
    return Frame(int(child(frame, "frame.number")), child(frame, "frame.time_relative"),
                 child(frame, "frame.protocols"),
                 tuple(segment_of(tree, end) for tree, end in zip(trees, ends)))


def parse(text):
    """PDML as a list of Frames; PDML that stops in the middle, too, as far as it goes."""
    if not text:
        return []
    if END not in text:
        text += END
    return [frame_of(packet) for packet in xml.etree.ElementTree.fromstring(text)]


def dissect(capture, *arguments):
    """Every frame of a capture, as tshark with these further arguments shows it."""
    return parse(tshark.read(capture, "-T", "pdml", *arguments))
