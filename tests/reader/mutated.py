#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check tcpstate-report on frames of captures/ that were changed, cut or lengthened at random.

Whatever comes out of that, nothing is read beyond it and nothing undefined is done, which the
sanitizers tell; and of the frames that are known, tshark and the reader say the same.

Usage: mutated.py [SEED [CAPTURE...]]. Other captures may be tried, too.
"""

import pathlib
import random
import struct
import subprocess
import sys

import reading
import capture_file
import tshark

PCAP_HEADER = struct.Struct("<IHHiIII")
PACKET_HEADER = struct.Struct("<IIII")
PCAP_MAGIC_NS, SNAP_LENGTH = 0xA1B23C4D, 262144
NS_PER_S = 1_000_000_000
FRAMES = 6000  # of each link type, at most
LINKS = (0, 1, 101, 108, 113, 276)  # whose layers the reader knows
TELLING = (0, 1, 4, 6, 17, 41, 47, 58, 255, 0x45, 0x60, 0x81, 0x86, 0x88)  # bytes of headers


def changed(data, chance):
    """The bytes of a frame with a few of them changed, mostly in its headers."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        at = chance.randrange(min(len(data), chance.choice((16, 36, 60, 100, 160))))
        data[at] = chance.choice((data[at] ^ 1 << chance.randrange(8), chance.randrange(256),
                                  chance.choice(TELLING)))
    return bytes(data)


def mutated(record, chance):
    """A frame, changed or not: (bytes, length on the wire)."""
    data, length = record.data, max(record.length, len(record.data))
    what = chance.random()
    if data and what < 0.6:
        data = changed(data, chance)
    elif data and what < 0.75:
        data = data[:chance.randrange(len(data))]
        length = chance.choice((length, len(data)))
    elif what < 0.8:
        length += chance.randrange(1, 60)
    return data, length


def write(path, link, records, chance):
    """A pcap file of mutated frames."""
    with open(path, "wb") as file:
        file.write(PCAP_HEADER.pack(PCAP_MAGIC_NS, 2, 4, 0, 0, SNAP_LENGTH, link))
        for record in records:
            data, length = mutated(record, chance)
            seconds, part = divmod(record.time, NS_PER_S)
            file.write(PACKET_HEADER.pack(seconds, part, len(data), length) + data)


def known_frames(path):
    """A copy of a capture without the frames that the reader does not know."""
    copy = path.with_suffix(".known")
    with open(path, "rb") as source, open(copy, "wb") as target:
        subprocess.run([reading.KNOWN_FRAMES], stdin=source, stdout=target,
                       stderr=subprocess.DEVNULL, check=True)
    return copy


def check(path):
    """Yield complaints about one capture."""
    every = reading.run("--partial", "--format", "json", str(path), program=reading.SANITIZED)
    if every.returncode not in (reading.ALL_READ, reading.SOME_NOT_KNOWN):
        yield f"{path.name}: exit status {every.returncode}, {every.stderr.decode()}"
    known = known_frames(path)
    done = reading.run("--format", "json", str(known), program=reading.SANITIZED)
    if done.returncode != reading.ALL_READ:
        yield f"{known.name}: exit status {done.returncode}, {done.stderr.decode()}"
    yield reading.difference(known.name, reading.rows(done.stdout), reading.rows_of_tshark(known))


def main():
    """Print what is wrong; return the exit status."""
    chance = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    paths = [pathlib.Path(name) for name in sys.argv[2:]] or sorted(
        tshark.CAPTURES.glob("*.pcapng"))
    records = [record for path in paths for record in capture_file.read(path)]
    wrong = []
    for link in LINKS:
        chosen = [record for record in records if record.link == link]
        if chosen:
            path = tshark.scratch() / f"link-{link}.pcap"
            write(path, link, chosen[:FRAMES], chance)
            wrong += [text for text in check(path) if text]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
