#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that frames that were captured in part (snaplen) cost no exception and no contradiction.

tshark runs with WIRESHARK_ABORT_ON_DISSECTOR_BUG, so that a "Dissector bug" is a crash.
"""

import subprocess
import sys

import agreement
import merged
import tshark
import views

# Within IPv4's and IPv6's header, TCP's ports, fixed part and options, and payload; captures of
# raw IP and of Ethernet with VLAN tags and tunnels have them in different places.
SNAPLENS = (16, 22, 24, 30, 33, 38, 41, 44, 48, 52, 54, 60, 66, 76, 90)


def main():
    """Cut all frames at each length."""
    wrong = []
    for snaplen in SNAPLENS:
        path = tshark.scratch() / f"snaplen-{snaplen}.pcapng"
        subprocess.run(["editcap", "-s", str(snaplen), merged.capture(), path], check=True)
        path.chmod(0o644)
        once = views.fields(path)
        if not once:
            raise tshark.Failure(f"{path.name}: no frame was read")
        wrong += [f"cut to {snaplen} bytes: {line}"
                  for line in agreement.differences(once, views.trees(path, "-2"), merged.locate)]
    print(*wrong[:agreement.SHOWN], sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
