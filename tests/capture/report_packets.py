#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check scripts/report --packets from the command line: odd names, damaged captures."""

import gzip
import shutil

import report_runner
import tshark
from report_runner import demand


class Listing(report_runner.Script):
    """scripts/report --packets."""

    def __init__(self):
        super().__init__()
        self.frames = int(tshark.read(self.capture, "-T", "fields", "-e", "frame.number")
                          .split()[-1])

    def __call__(self, *arguments, **options):
        return super().__call__("--packets", *arguments, **options)


def frame_lines(output):
    """Return the lines for segments: those that begin with a number."""
    return [line for line in output.split("\n") if line.split() and line.split()[0].isdigit()]


def whole_captures(script):
    """Names with a space or a leading dash, a compressed file, an absolute path: all are read."""
    script.copy("with a space.pcapng")
    script.copy("-dash.pcapng")
    script.copy("packed.pcapng.gz", gzip.compress(script.capture.read_bytes()))
    output, _ = script("with a space.pcapng", "./-dash.pcapng", "packed.pcapng.gz",
                       str(script.capture), "--", "-dash.pcapng")
    demand(output, "with a space.pcapng\n", "./-dash.pcapng\n", "packed.pcapng.gz\n",
           f"{script.capture}\n", "\n-dash.pcapng\n", "connection 0: client ",
           "  client -> server  ", "  server -> client  ", "Handshake 1/3")
    if len(frame_lines(output)) != 5 * script.frames:
        raise tshark.Failure(f"{len(frame_lines(output))} lines instead of "
                             f"{5 * script.frames}:\n{output}")


def damaged_captures(script):
    """Unreadable captures are listed; the others are still reported."""
    damaged = script.damaged()
    script.copy("good.pcapng")
    output, messages = script(*damaged, "good.pcapng", status=1)
    for name, complaint in damaged.items():
        line = next((line for line in messages.split("\n") if f" {name}: " in line), "")
        demand(line or messages, complaint)
    demand(messages, f"{len(damaged)} of {len(damaged) + 1} captures", "\n  cut short.pcapng\n")
    demand(output, "cut short.pcapng\nframe ", "good.pcapng\nframe ")
    lines = len(frame_lines(output))
    if not script.frames < lines < 2 * script.frames:
        raise tshark.Failure(f"{lines} lines for segments in:\n{output}")


def usage(script):
    """--packets rejects most other options."""
    demand(script("--format=csv", status=2)[1], "--packets can be combined with --files0-from only")
    demand(script("-N", "m", status=2)[1], "--packets can be combined with --files0-from only")


def private_captures(script):
    """A capture that only its owner may read, in a directory that only its owner may enter."""
    home = script.directory / "home"
    home.mkdir(mode=0o700)
    capture = home / "mine.pcapng"
    shutil.copyfile(script.capture, capture)
    capture.chmod(0o600)
    output, _ = script("home/mine.pcapng")
    demand(output, "home/mine.pcapng\nframe ")


def main():
    """Run all checks."""
    script = Listing()
    for scenario in (usage, whole_captures, damaged_captures, private_captures):
        scenario(script)


if __name__ == "__main__":
    tshark.run_main(main)
