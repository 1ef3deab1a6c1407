#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the plugin's tree in all captures, as `tshark -V` prints it with everything opened.

It is short: at most 15 lines for an ordinary data segment, at most 40 for any packet. Its parts
stand in one order. What a column or a filter may want but the tree says elsewhere is hidden.
"""

import re
import sys

import merged
import tshark

ORDINARY = ('tcpstate.segment == "Data" && tcpstate.phase == "Data transfer" && tcpstate.changed == 0 '
            "&& !tcpstate.event && !tcpstate.anomaly && "
            "!(tcpstate.ecn.ace && !tcpstate.ecn.ace.delta) && "  # the first value of a side
            '!(tcpstate.ecn.role && any tcpstate.ecn.role != "AccECN feedback")')
MOST_ORDINARY, MOST = 15, 40
TITLE = "[TCP Connection State: "
# Labels of the parts, in order. Where two are on one line, a segment has either of them.
PARTS = (("Phase", "Event"),  # an ICMP error has an event and nothing else
         ("Client known by",), ("Client state",), ("Server state",), ("Anomaly",), ("Handshake",),
         ("Close",), ("RST sent by",), ("Challenge ACK to frame",), ("Segment",), ("Flags",),
         ("ECN",), ("Whole connection",))
ORDER = {label: at for at, labels in enumerate(PARTS) for label in labels}
HIDDEN = ("tcpstate.phase.text", "tcpstate.handshake.step", "tcpstate.direction", "tcpstate.sender.state",
          "tcpstate.receiver.state", "tcpstate.state", "tcpstate.states", "tcpstate.changed",
          "tcpstate.conn.closed_by", "tcpstate.conn.client_state", "tcpstate.conn.server_state",
          "tcpstate.conn.start",
          "tcpstate.conn.capture", "tcpstate.conn.zeek", "tcpstate.conn.history", "tcpstate.anomaly.severity")
ZERO = re.compile(r"\[(.*(retransmissions|marks reported|bytes with CE|TTL difference)): 0\]")


def trees(text):
    """Yield (frame number, lines of all trees of the plugin) of each frame in tshark's text."""
    for frame in re.split(r"^Frame (?=\d+:)", text, flags=re.MULTILINE)[1:]:
        lines, inside = [], False
        for line in frame.splitlines():
            inside = line.startswith(TITLE) or inside and line.startswith(" ")
            if inside:
                lines.append(line)
        yield int(frame.partition(":")[0]), lines


def label(line):
    """Return the label of a line of the tree."""
    return re.split(r"[]:]", line.strip().lstrip("["), maxsplit=1)[0]


def disorder(lines):
    """Return a complaint about the order of the parts, or ""."""
    last = -1
    for line in lines:
        if line.startswith(TITLE):
            last = -1
        elif re.match(r" {4}\S", line):
            at = ORDER.get(label(line))
            if at is None:
                return f"has no place in the order: {line}"
            if at < last:
                return f"stands too late: {line}"
            last = at
    return ""


def wrong(number, lines, most, hidden):
    """Return a complaint about the tree or trees of a frame, or ""."""
    if len(lines) > most:
        return f"{len(lines)} lines, more than {most}"
    for line in lines:
        if label(line) in hidden or ZERO.search(line):
            return f"frame {number} shows: {line}"
    return disorder(lines)


def labels_of_hidden():
    """Return the labels of the hidden fields that no other field has."""
    shown = {field.label for field in tshark.fields() if field.name not in HIDDEN}
    return {field.label for field in tshark.fields() if field.name in HIDDEN} - shown


def main():
    """Check every frame; print what is wrong."""
    text = tshark.read(merged.capture(), "-2", "-O", "tcpstate")
    ordinary = tshark.matching(merged.capture(), [ORDINARY], "-2")[ORDINARY]
    hidden = labels_of_hidden()
    complaints, count = [], 0
    for number, lines in trees(text):
        complaint = wrong(number, lines, MOST_ORDINARY if number in ordinary else MOST, hidden)
        count += bool(lines)
        if complaint:
            complaints.append("\n".join([f"{merged.locate(number)}: {complaint}", *lines, ""]))
    if not ordinary or not count:
        raise tshark.Failure("no tree was found")
    print(*complaints, sep="\n", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    tshark.run_main(main)
