#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that sentences name the numbers that Wireshark shows beside them.

With tcp.relative_sequence_numbers they are relative, with the raw one in parentheses, else they are
raw. Where Wireshark takes segments for another connection than the plugin does (it starts a stream
with every SYN of another number) the two differ: such captures are left out.
"""

import re
import sys

import tshark

CAPTURES = ("half-close", "mid-stream", "client-to-server-only", "lost-syn-ack", "simultaneous-close",
            "fast-open-with-cookie", "simultaneous-open", "reuse-in-time-wait-of-server")
RELATIVE = re.compile(r"ACK: acknowledges [^|]*?\b(\d+) \(raw (\d+)\)")
RAW = re.compile(r"ACK: acknowledges [^|]*?(?:before|;) (\d+)")
FIELDS = ("frame.number", "tcp.ack", "tcp.ack_raw", "tcpstate.flags.meaning")


def rows(capture, relative):
    """Yield (frame, acknowledgment number as shown, raw one, sentences) of each segment."""
    options = [option for field in FIELDS for option in ("-e", field)]
    text = tshark.read(capture, "-o", f"tcp.relative_sequence_numbers:{relative}", "-T", "fields",
                       "-E", "aggregator=|", *options)
    for line in text.splitlines():
        yield line.split("\t")


def complaints(capture):
    """Yield what is wrong, and the number of sentences that were compared."""
    for frame, shown, raw, sentences in rows(capture, "TRUE"):
        for found in RELATIVE.findall(sentences):
            yield "" if found == (shown, raw) else (
                f"{capture.stem}, frame {frame}: {found}, not {(shown, raw)}: {sentences}")
    for frame, shown, raw, sentences in rows(capture, "FALSE"):
        if "(raw" in sentences or "shown as" in sentences:
            yield f"{capture.stem}, frame {frame}: two numbers: {sentences}"
        for found in RAW.findall(sentences):
            yield "" if found == shown == raw else (
                f"{capture.stem}, frame {frame}: {found}, not {shown}: {sentences}")


def main():
    """Print the differences; return the exit status."""
    wrong, compared = [], 0
    for path in (tshark.CAPTURES / f"{name}.pcapng" for name in CAPTURES):
        for complaint in complaints(path):
            compared += 1
            wrong += [complaint] if complaint else []
    print(f"{compared} numbers compared")
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    tshark.run_main(main)
