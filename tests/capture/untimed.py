#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check how the reports show frames whose time of capture is not known.

Simple Packet Blocks of pcapng have no time. The ladder counts the times of the others from the first
frame that has one, and leaves those out that are not known; no report tells of 1970.
"""

import json
import re
import struct

import tshark
from report_runner import same

SIMPLE_PACKET, ENHANCED_PACKET = 3, 6
FORMS = ("text", "json", "csv", "zeek")
LONG_AGO = re.compile(r"1970-|\d{9}\.\d|-\d+\.\d{4}")
TIME = re.compile(r"-?\d+\.\d{4}")
CAPTURE = tshark.CAPTURES / "half-close.pcapng"
COUNT = 15  # frames of it


def without_times(frames):
    """Return the capture with these frames in Simple Packet Blocks."""
    data, blocks, at, number = CAPTURE.read_bytes(), [], 0, 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        block = data[at:at + length]
        number += kind == ENHANCED_PACKET
        if kind == ENHANCED_PACKET and number in frames:
            body = block[24:-4]  # the frame's length, then the frame
            length = struct.pack("<I", 12 + len(body))
            block = struct.pack("<I", SIMPLE_PACKET) + length + body + length
        blocks.append(block)
        at += struct.unpack_from("<I", data, at + 4)[0]
    path = tshark.scratch() / "untimed.pcapng"
    path.write_bytes(b"".join(blocks))
    path.chmod(0o644)
    return path


def report(path, form, option):
    """Return what -z prints of a capture in one of the formats."""
    return tshark.read(path, "-q", "-o", f"tcpstate.report_format:{form}", "-z", option)


def ladder(path):
    """Return the ladder's only connection."""
    return json.loads(report(path, "json", "tcpstate,ladder"))


def check(frames):
    """Check all reports where these frames have no time."""
    whole, path = ladder(CAPTURE), without_times(frames)
    timed = [row["time"] for row in whole["rows"] if row["frame"] not in frames]
    times = {row["frame"]: None if row["frame"] in frames else round(row["time"] - timed[0], 9)
             for row in whole["rows"]}
    found = ladder(path)
    over = found["time_wait_over"]["client"]
    same({row["frame"]: row["time"] for row in found["rows"]}, times, "the times of the rows")
    same(over is None, not timed, "whether the end of TIME-WAIT is told")
    shown = [f"{time:.4f}" for time in (*times.values(), over) if time is not None]
    text = report(path, "text", "tcpstate,ladder")
    same(TIME.findall(text), shown, "the times of the text")
    for option, key in (("tcpstate,picture", "svg"), ("tcpstate,window", "html")):
        drawing = json.loads(report(path, "json", option))[key]
        same(re.findall(rf">({TIME.pattern}) ?<", drawing), shown, f"the times of the {key}")
        same(LONG_AGO.findall(drawing), [], f"what the {key} tells of 1970")
    for form in FORMS if 1 in frames else ():
        same(LONG_AGO.findall(report(path, form, "tcpstate,conv")), [],
             f"what the {form} tells of 1970")


def main():
    """Check a first frame without a time, others, and a capture that has none."""
    for frames in ({1}, {5, 8}, set(range(1, COUNT + 1))):
        check(frames)


if __name__ == "__main__":
    tshark.run_main(main)
