#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that truncated frames (snaplen) cause neither exceptions nor differences between views.

tshark runs with WIRESHARK_ABORT_ON_DISSECTOR_BUG, so a "Dissector bug" is a crash.
"""

import subprocess
import sys

import agreement
import merged
import tshark
import views

# These cut the IPv4 and IPv6 headers, TCP's ports, fixed header and options, and the payload. Their
# offsets differ between raw IP, Ethernet with VLAN tags, and tunnels.
SNAPLENS = (16, 22, 24, 30, 33, 38, 41, 44, 48, 52, 54, 60, 66, 76, 90)


def main():
    """Cut all frames at each length; print the differences; return the exit status."""
    wrong = []
    for snaplen in SNAPLENS:
        path = tshark.scratch() / f"snaplen-{snaplen}.pcapng"
        subprocess.run(["editcap", "-s", str(snaplen), merged.capture(), path], check=True)
        path.chmod(0o644)
        once = views.fields(path)
        if not once:
            raise tshark.Failure(f"{path.name}: no frames were read")
        wrong += [f"cut to {snaplen} bytes: {line}"
                  for line in agreement.differences(once, views.trees(path, "-2"), merged.locate)]
    print(*wrong[:agreement.SHOWN], sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
