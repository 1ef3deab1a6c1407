#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the preference tcpstate.report_only, with which tshark leaves out its TCP dissector.

Without anything but reports they say the same, but for `stream`, also of connections in what runs on
TCP. Wherever anything else is wanted, nothing is left out.
"""

import json
import struct
import sys

import merged
import tshark

ONLY = ("-o", "tcpstate.report_only:TRUE")
JSON = ("-o", "tcpstate.report_format:json")
CONV = ("-q", "-z", "tcpstate,conv")
FIELDS = ("-T", "fields", "-e", "frame.number", "-e", "tcp.stream", "-e", "tcp.analysis.flags",
          "-e", "tcp.analysis.acks_frame", "-e", "tcpstate.states")

# What tshark is asked for beside the report, in every way that there is.
MORE = (
    (),
    ("-2",),
    ("-V",),
    ("-P", *CONV),
    ("-V", *CONV),
    FIELDS,
    (*FIELDS, *CONV),
    ("-2", *FIELDS, *CONV),
    ("-T", "fields", "-e", "_ws.col.Info", *CONV),
    ("-T", "json", *CONV),
    ("-q", "-2", "-R", "tcp", "-z", "tcpstate,conv"),
    ("-q", "-Y", "tcp.analysis.acks_frame", "-z", "tcpstate,conv"),
    ("-q", "-z", "tcpstate,conv,tcp.analysis.acks_frame"),
    (*CONV, "-z", "tcpstate,tree,tcp.flags.syn == 1"),
    (*CONV, "-z", "conv,tcp"),
    (*CONV, "-z", "expert"),
    (*CONV, "-z", "io,phs"),
    (*CONV, "-z", "io,stat,0"),
    (*CONV, "-z", "follow,tcp,ascii,0"),
    (*CONV, "-z", "http,tree"),
    ("-q", "-2", "-z", "tcpstate,conv"),
    ("-q", "-z", "conv,tcp"),
)

# What is made of reports alone.
REPORTS = (
    ("tcpstate,conv",),
    ("tcpstate,ladder",),
    ("tcpstate,tree",),
    ("tcpstate,conv", "tcpstate,tree", "tcpstate,ladder"),
)

ETHERNET = bytes.fromhex("020000000001 020000000002 0800")
SYN, ACK, PSH_ACK = 0x02, 0x10, 0x18
RPCAP_OPEN_REPLY, RPCAP_PACKET, OPENFLOW_PACKET_IN = 0x83, 7, 10
LINK_ETHERNET = 1


def demand(condition, message):
    """Fail with a message unless the condition holds."""
    if not condition:
        raise tshark.Failure(message)


def without_streams(text):
    """Return a report without the numbers of streams."""
    rows = [json.loads(line) if line.startswith("{") else line for line in text.splitlines()]
    return [{**row, "stream": None} if isinstance(row, dict) else row for row in rows]


def has_streams(text):
    """Tell whether the report in JSON knows streams: Wireshark's TCP dissector has run."""
    return '"stream":0,' in text


def check_reports():
    """Check that reports say the same, and that the TCP dissector was left out."""
    for kinds in REPORTS:
        asked = ["-q", *JSON, *(word for kind in kinds for word in ("-z", kind))]
        usual = tshark.read(merged.capture(), *asked)
        short = tshark.read(merged.capture(), *asked, *ONLY)
        demand(without_streams(usual) == without_streams(short), f"{kinds}: the reports differ")
        if kinds != ("tcpstate,tree",):
            demand(has_streams(usual), f"{kinds}: nothing tells whether TCP was dissected")
            demand(not has_streams(short), f"{kinds}: TCP was dissected")


def check_more():
    """Check that nothing is left out where anything else is wanted."""
    for asked in MORE:
        usual = tshark.read(merged.capture(), *JSON, *asked)
        demand(usual.strip(), f"{' '.join(asked)} prints nothing")
        demand(usual == tshark.read(merged.capture(), *JSON, *asked, *ONLY),
               f"{' '.join(asked)}: not the same with the preference")


def packet(ports, flags, seq, payload=b""):
    """An Ethernet frame with a TCP segment."""
    tcp = struct.pack(">HHIIBBHHH", *ports, seq, 1, 0x50, flags, 8192, 0, 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0,
                     bytes((192, 0, 2, 1)), bytes((198, 51, 100, 1)))
    return ETHERNET + ip + tcp


def carried(number):
    """A SYN of a connection of its own."""
    return packet((40000 + number, 7777), SYN, 1000)


def rpcap(kind, body):
    """A message of rpcapd."""
    return struct.pack(">BBHI", 0, kind, 0, len(body)) + body


def captured(number):
    """The message of rpcapd that carries it."""
    frame = carried(number)
    return rpcap(RPCAP_PACKET, struct.pack(">IIIII", 1, 0, len(frame), len(frame), 1) + frame)


def openflow(number):
    """The message of a switch that carries it."""
    frame = carried(number)
    return struct.pack(">BBHIIHHBB", 1, OPENFLOW_PACKET_IN, 18 + len(frame), 1, 2**32 - 1,
                       len(frame), 1, 0, 0) + frame


def stream(ports, parts):
    """A connection that carries data: segments that follow each other."""
    yield packet(ports, SYN, 999)
    seq = 1000
    for part in parts:
        yield packet(ports, PSH_ACK, seq, part)
        seq += len(part)


def check_carriers():
    """Check that connections in what runs on TCP are reported. One message lies in two segments."""
    whole = captured(1)
    reply = rpcap(RPCAP_OPEN_REPLY, struct.pack(">II", LINK_ETHERNET, 0))
    for name, ports, parts, count in (
            ("rpcap", (50000, 50001), (reply, whole[:40], whole[40:], captured(2)), 2),
            ("OpenFlow", (50000, 6653), (openflow(1), openflow(2)), 2)):
        path = tshark.scratch() / f"{name}.pcap"
        with open(path, "wb") as file:
            file.write(merged.NOTHING)
            for second, data in enumerate(stream(ports, parts)):
                file.write(struct.pack("<IIII", second, 0, len(data), len(data)) + data)
        usual = without_streams(tshark.read(path, *JSON, *CONV))
        demand(sum(row["server_port"] == 7777 for row in usual) == count,
               f"{name}: tshark does not report what it carries: {usual}")
        short = without_streams(tshark.read(path, *JSON, *CONV, *ONLY))
        demand(usual == short, f"{name}: {short}, not {usual}")


def main():
    """Run all checks."""
    check_reports()
    check_more()
    check_carriers()
    return 0


if __name__ == "__main__":
    sys.exit(tshark.run_main(main))
