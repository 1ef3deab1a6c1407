#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that links name originals: what was captured twice was sent once, and answered as such.

Of all captures, and of captures with RSTs of which each frame is there twice. A mark may have been set
behind the original: only ecn.ce_frame may name a copy.
"""

import collections
import subprocess

import merged
import tshark

COPY_OF, TRIGGER = "tcpstate.copy_of", "tcpstate.rst.trigger_frame"
NO_COPIES = {COPY_OF, "tcpstate.ecn.ce_frame"}
DOUBLED = ("data-after-close", "half-open-discovery-by-data", "forged-resets")


def doubled(name):
    """Return a capture in which each frame is captured twice."""
    capture, path = tshark.CAPTURES / f"{name}.pcapng", tshark.scratch() / f"{name}-doubled.pcapng"
    subprocess.run(["mergecap", "-w", path, capture, capture], check=True)
    path.chmod(0o644)
    return path


def check(capture):
    """Check all links; return how many of each field there are."""
    links = [field.name for field in tshark.fields() if field.type == "FT_FRAMENUM"]
    lines = tshark.read(capture, "-T", "fields", "-E", "occurrence=a", "-e", "frame.number",
                        *(part for name in links for part in ("-e", name))).splitlines()
    rows = [line.split("\t") for line in lines]
    copies = {row[0] for row in rows if row[1 + links.index(COPY_OF)]}
    count = collections.Counter()
    for number, *cells in rows:
        for name, cell in zip(links, cells, strict=True):
            named = set(cell.split(",")) - {""}
            count[name] += len(named)
            if name not in NO_COPIES and named & copies:
                raise tshark.Failure(f"{capture.name} frame {number}: {name} names the copy {cell}")
    if not copies or not count[TRIGGER]:
        raise tshark.Failure(f"{capture.name}: there are no copies, or no RST that answers any")
    return count


def main():
    """Check all captures."""
    check(merged.capture())
    for name in DOUBLED:
        check(doubled(name))


if __name__ == "__main__":
    tshark.run_main(main)
