#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that nothing is shown while tcpstate or TCP is disabled, and that all else is as it was."""

import tshark

CAPTURE = tshark.CAPTURES / "half-close.pcapng"
TITLE = "TCP Connection State"


def details(*disabled):
    """Return all that tshark shows of the capture."""
    return tshark.read(CAPTURE, "-V", *(word for protocol in disabled
                                        for word in ("--disable-protocol", protocol)))


def without_tcpstate(text):
    """Return the text without the plugin's trees."""
    kept, inside = [], False
    for line in text.splitlines():
        if not line.startswith(" "):
            inside = line.startswith(f"[{TITLE}")
        if line and not inside:
            kept.append(line)
    return kept


def main():
    """Run all checks."""
    usual, disabled, no_tcp = details(), details("tcpstate"), details("tcp")
    if TITLE not in usual:
        raise tshark.Failure(f"nothing is shown of {CAPTURE.name}")
    for text in (disabled, no_tcp):
        if TITLE in text:
            raise tshark.Failure("a disabled protocol is shown")
    if without_tcpstate(usual) != without_tcpstate(disabled):
        raise tshark.Failure("without tcpstate, something else is shown, too")
    if "Data (" not in no_tcp:
        raise tshark.Failure("without TCP, its bytes are no data")
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
