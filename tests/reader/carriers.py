#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check plugin/reader/carriers.h and plugin/track/tcp_carriers.h against what this tshark has.

Every protocol that tshark has on a port, and every heuristic that is on, is either there or in
the file "harmless" beside this one. Where a version of Wireshark has a new one: can it carry packets of
the network, TCP among them? Its dissector tells: does it call "ip", "ipv6", "eth...", "ethertype",
"ppp...", "wlan..." or another that does? If so its ports go to the header, and what a heuristic goes by
to the source beside it; else its name goes to "harmless".

And the ports there whose protocols take whatever comes do take it.
"""

import pathlib
import re
import struct
import sys

import reading
import tshark

HERE = pathlib.Path(__file__).resolve().parent
# Heuristics that the sources have.
BY_BYTES = {("udp", name) for name in ("rpcap", "mp2t", "e100", "redbackli", "peekremote", "rftap")}
BY_BYTES |= {("tcp", "rpcap")}
# Heuristics that go by ports, which the headers have.
BY_PORTS = {("tcp", "openflow")}
# Two that take zeros, and a port on which there is nothing.
UMA, VXLAN, FREE = 14001, 4789, 1030


def headers():
    """The text of both headers."""
    plugin = reading.PROJECT / "plugin"
    return ((plugin / "reader" / "carriers.h").read_text()
            + (plugin / "track" / "tcp_carriers.h").read_text())


def ports():
    """The ports of carriers: {"udp": {...}, "tcp": {...}}."""
    source = headers()
    lists = re.findall(r"#define (UDP|TCP)_CARRIER_LIST\(X\)((?:.*\\\n)+.*\n)", source)
    found = {name.lower(): {int(port) for port in re.findall(r"X\((\d+),", body)}
             for name, body in lists}
    found["udp"] |= {int(port) for port in re.findall(r"UDP_\w+ = (\d+)", source)}
    return found


def harmless():
    """What is known to carry nothing: {(kind, name)}."""
    lines = (HERE / "harmless").read_text().splitlines()
    return {tuple(line.split()) for line in lines if line and not line.startswith("#")}


def on_ports(known, carriers):
    """Yield complaints about protocols on ports."""
    for line in tshark.run("-G", "decodes").splitlines():
        table, port, name = line.split("\t")[:3]
        kind = table.removesuffix(".port")
        if kind not in carriers or table == kind:
            continue
        if int(port) in carriers[kind]:
            if (kind, name) in known:
                yield f"{kind} port {port}, {name}: in the header and in harmless"
        elif (kind, name) not in known:
            yield f"{kind} port {port}, {name}: neither in the header nor in harmless"


def by_heuristics(known, carriers):
    """Yield complaints about heuristics that are on."""
    for line in tshark.run("-G", "heuristic-decodes").splitlines():
        kind, name, state = line.split("\t")[:3]
        if kind in carriers and state == "T" and (kind, name) not in BY_BYTES | BY_PORTS and (
                kind + "-heuristic", name) not in known:
            yield f"heuristic {name} of {kind}: neither in the source nor in harmless"


def taking():
    """The ports whose protocols take whatever comes: {"udp": [...], "tcp": [...]}."""
    source = headers()
    lists = re.findall(r"#define (UDP|TCP)_TAKING_LIST\(X\)((?:.*\\\n)*.*\n)", source)
    return {name.lower(): [int(port) for port in re.findall(r"X\((\d+)\)", body)]
            for name, body in lists}


def datagram(kind, low):
    """An IPv4 datagram from a port to one that takes everything, if it is asked, with zeros."""
    payload = bytes(60)
    if kind == "tcp":
        body = struct.pack(">HHIIBBHHH", low, UMA, 1, 1, 0x50, 0x18, 500, 0, 0) + payload
    else:
        body = struct.pack(">HHHH", low, VXLAN, 8 + len(payload), 0) + payload
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, 6 if kind == "tcp" else 17,
                       0, bytes((10, 0, low >> 8, low & 255)), bytes((192, 0, 2, 1))) + body


def taken(known):
    """Yield complaints about ports that leave something to the higher port."""
    asked = [(kind, low) for kind, lows in known.items() for low in [FREE, *lows]]
    path = tshark.scratch() / "taken.pcap"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for kind, low in asked:
            data = datagram(kind, low)
            file.write(struct.pack("<IIII", 0, 0, len(data), len(data)) + data)
    lines = tshark.read(path, "-T", "fields", "-e", "frame.protocols").splitlines()
    for (kind, low), line in zip(asked, lines, strict=True):
        higher = ("uma" if kind == "tcp" else "vxlan") in line.split(":")
        if higher != (low == FREE):
            yield f"{kind} port {low}: the higher port is {'asked' if higher else 'not asked'}: {line}"


def main():
    """Print what is missing; return the exit status."""
    known, carriers = harmless(), ports()
    wrong = [*on_ports(known, carriers), *by_heuristics(known, carriers), *taken(taking())]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
