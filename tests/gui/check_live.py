#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that it does not matter to the statistics when they are opened.

A capture arrives bit by bit at the real Wireshark. Halfway, in the middle of a connection, the counts
are opened. When all has come they are brought up to date by Apply, as Wireshark does that only then,
and opened once more: both windows have to have the numbers that tshark finds in the whole capture,
and the table of connections its rows. Needs Wireshark, Xvfb, xdotool and tesseract; without them it
exits with status 77 (skipped).
"""

import json
import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import check_gui  # noqa: E402
import profile_files  # noqa: E402
import report_passes  # noqa: E402
import tshark  # noqa: E402
import window  # noqa: E402

CAPTURES = ("half-close", "refused", "forged-resets", "lost-syn", "reuse-after-reset")
COUNTS, TABLE = "TCP Connection States", "TCP Connections"
HEADER, RECORD = 24, 16  # bytes of a pcap file, and before each packet
FIRST_PART = 10  # frames that have come when the counts are opened: one end has closed
# A row of the tree: so many, and average, smallest and largest value.
ROW = re.compile(r"^ *(\S.*?) +(\d+) +0\.00 ", re.MULTILINE)


class Live(window.Window):
    """Context manager: Wireshark capturing what it is fed."""

    stdin = subprocess.PIPE

    def source(self):
        """Return the arguments that say where the packets come from."""
        return "-k", "-i", "-"

    def feed(self, data):
        """Hand over a part of the capture."""
        self.program.stdin.write(data)
        self.program.stdin.flush()

    def end(self):
        """End the capture."""
        self.program.stdin.close()
        self.program.stdin = None


def make_capture():
    """Return the path of a pcap file: several connections, the last one's first SYN-ACK early."""
    path = tshark.scratch() / "live.pcap"
    subprocess.run(["mergecap", "-F", "pcap", "-a", "-w", path,
                    *(tshark.CAPTURES / f"{name}.pcapng" for name in CAPTURES),
                    report_passes.late_syn()], check=True)
    path.chmod(0o644)
    return path


def ends(data):
    """Return where in a pcap file each frame ends."""
    found, at = [], HEADER
    while at < len(data):
        at += RECORD + int.from_bytes(data[at + 8:at + 12], "little")
        found.append(at)
    return found


def counts(capture):
    """Return the rows about connections that tshark prints, as the window shows them."""
    text = tshark.read(capture, "-q", "-z", "tcpstate,tree")
    rows = ROW.findall(text[:text.index("Frames by phase")])
    return [f"{name} {number} 0.00" for name, number in rows]


def connections(capture):
    """Return the rows of the table, as far as a window shows them at once."""
    lines = tshark.read(capture, "-q", "-o", "tcpstate.report_format:json", "-z", "tcpstate,conv")
    keys = ("client", "client_port", "server", "server_port", "outcome")
    return ["".join(str(row[key]) for key in keys) for row in map(json.loads, lines.splitlines())]


def press_apply(shown):
    """Press the button of the window of the counts: above Close, right of the filter.

    Its own label is drawn in a way that is hard to read.
    """
    left, top, right, bottom = shown.screen.place(COUNTS)
    picture = shown.picture.part(left, top, right, bottom)
    (x, _), (_, y) = picture.places("Close")[-1], picture.places("Display filter:")[-1]
    shown.screen.do("mousemove", left + x, top + y)
    shown.screen.do("click", 1)
    shown.screen.do("mousemove", *check_gui.aside(shown))


def look_at(shown, title, wanted):
    """Return a complaint about the window with this title that was opened last."""
    place = shown.screen.place(title)
    return check_gui.unread(wanted, shown.picture.part(*place)) if place else f"no {title!r}"


def main():
    """Run all checks."""
    missing = window.missing_packages()
    if missing:
        print(f"SKIPPED: not installed: {' '.join(missing)}")
        return window.SKIPPED
    profile_files.install()
    capture = make_capture()
    data = capture.read_bytes()
    frames = ends(data)
    part = frames[FIRST_PART - 1]
    whole = counts(capture)
    with Live(capture) as shown:
        shown.feed(data[:part])
        shown.until(lambda: check_gui.unread([f"Packets: {FIRST_PART}"], shown.picture))
        check_gui.choose(shown, "Statistics", COUNTS)
        shown.until(lambda: look_at(shown, COUNTS, ["Half-closed 1 0.00"]))
        shown.feed(data[part:])
        shown.end()
        shown.until(lambda: check_gui.unread([f"Packets: {len(frames)}"], shown.picture))
        press_apply(shown)
        shown.until(lambda: look_at(shown, COUNTS, whole))
        check_gui.choose(shown, "Statistics", COUNTS)
        shown.until(lambda: look_at(shown, COUNTS, whole))
        shown.screen.do("key", "Escape")
        check_gui.choose(shown, "Statistics", TABLE)
        shown.until(lambda: look_at(shown, TABLE, connections(capture)))
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
