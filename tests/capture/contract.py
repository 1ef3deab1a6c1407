#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the interface of the fields: names, types, value texts and numbers.

Add new fields here. Any other change breaks users' filters, columns and scripts. Each field must
occur in a capture. anomalies.py checks the anomalies' own fields.
"""

import re
import sys

import anomalies
import tshark

STRING, BOOLEAN, INTERVAL, LINK = "FT_STRING", "FT_BOOLEAN", "FT_RELATIVE_TIME", "FT_FRAMENUM"
UINT8, UINT16, UINT24, UINT32 = "FT_UINT8", "FT_UINT16", "FT_UINT24", "FT_UINT32"


def numbered(first, *texts):
    """Number texts consecutively from `first`."""
    return dict(enumerate(texts, first))


STATES = numbered(0, "Unknown", "CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED",
                  "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "LAST-ACK", "CLOSING", "TIME-WAIT")
ECN_MODES = numbered(0, "Unknown", "Not offered", "Offered", "Refused", "Classic ECN", "AccECN",
                     "Fallback", "Broken", "Looks classic", "Looks AccECN")
WHO = numbered(1, "Client", "Server", "Both")
BASES = numbered(0, "Unknown", "Sent", "Presumed", "Guessed", "Timer")

# Name: (type, values); values is None if the field has no value texts.
CONTRACT = {
    "tcpstate.flags": (STRING, None),
    "tcpstate.flags.meaning": (STRING, None),
    "tcpstate.segment": (UINT8, numbered(
        1, "SYN", "SYN-ACK", "ACK", "Data", "FIN", "RST", "Keep-alive", "Window probe",
        "Window update", "Illegal flags")),
    "tcpstate.direction": (UINT8, numbered(1, "Client to server", "Server to client")),
    "tcpstate.copy_of": (LINK, None),
    "tcpstate.roles": (UINT8, numbered(1, "SYN", "SYN-ACK", "Simultaneous open", "Guessed")),
    "tcpstate.phase": (UINT8, numbered(
        0, "Unknown", "Handshake", "Data transfer", "Teardown", "Reset", "Closed")),
    "tcpstate.handshake.step": (UINT8, None),
    "tcpstate.teardown.step": (UINT8, None),
    "tcpstate.phase.text": (STRING, None),
    "tcpstate.event": (UINT8, numbered(
        1, "Open requested", "Open answered", "Client established", "Server established",
        "First data", "Close started", "Close acknowledged", "Close answered", "Closed", "Reset",
        "Refused", "Reopened", "Unreachable")),
    "tcpstate.client.state": (UINT8, STATES),
    "tcpstate.server.state": (UINT8, STATES),
    "tcpstate.client.previous": (UINT8, STATES),
    "tcpstate.server.previous": (UINT8, STATES),
    "tcpstate.sender.state": (UINT8, STATES),
    "tcpstate.receiver.state": (UINT8, STATES),
    "tcpstate.state": (UINT8, STATES),
    "tcpstate.states": (STRING, None),
    "tcpstate.changed": (BOOLEAN, None),
    "tcpstate.client.basis": (UINT8, BASES),
    "tcpstate.server.basis": (UINT8, BASES),
    "tcpstate.client.time_in_state": (INTERVAL, None),
    "tcpstate.server.time_in_state": (INTERVAL, None),
    "tcpstate.reason": (STRING, None),
    "tcpstate.handshake.type": (UINT8, numbered(
        1, "Three-way", "Simultaneous", "Fast open", "Not captured")),
    "tcpstate.handshake.syn_frame": (LINK, None),
    "tcpstate.handshake.synack_frame": (LINK, None),
    "tcpstate.handshake.ack_expected": (UINT32, None),
    "tcpstate.handshake.ack_ok": (BOOLEAN, None),
    "tcpstate.handshake.rtt": (INTERVAL, None),
    "tcpstate.handshake.rtt.server": (INTERVAL, None),
    "tcpstate.handshake.rtt.client": (INTERVAL, None),
    "tcpstate.handshake.syn_retransmissions": (UINT16, None),
    "tcpstate.handshake.synack_retransmissions": (UINT16, None),
    "tcpstate.close.initiator": (UINT8, WHO),
    "tcpstate.close.fin_frame": (LINK, None),
    "tcpstate.close.fin_retransmissions": (UINT16, None),
    "tcpstate.close.half_closed_time": (INTERVAL, None),
    "tcpstate.close.duration": (INTERVAL, None),
    "tcpstate.close.time_wait": (UINT8, WHO),
    "tcpstate.rst.by": (UINT8, numbered(1, "Client", "Server")),
    "tcpstate.rst.validity": (UINT8, numbered(
        1, "Exact", "In window", "Out of window", "Answers the SYN",
        "Does not acknowledge the SYN", "Cannot tell")),
    "tcpstate.rst.reason": (UINT8, numbered(
        0, "Unknown", "Port closed", "Unexpected SYN-ACK", "Half-open connection",
        "Data after close", "Abort", "Abort with unread data", "Bad handshake ACK",
        "Answers TIME-WAIT", "Timeout")),
    "tcpstate.rst.trigger_frame": (LINK, None),
    "tcpstate.rst.ttl_delta": ("FT_INT16", None),
    "tcpstate.challenge_ack": (LINK, None),
    "tcpstate.conn.outcome": (UINT8, numbered(
        1, "Open", "Closed", "Reset", "Refused", "Unanswered", "Half-open", "Half-closed",
        "Orphan", "Unreachable")),
    "tcpstate.conn.closed_by": (UINT8, WHO),
    "tcpstate.conn.client_state": (UINT8, STATES),
    "tcpstate.conn.server_state": (UINT8, STATES),
    "tcpstate.conn.ecn": (UINT8, ECN_MODES),
    "tcpstate.conn.start": (UINT8, numbered(1, "SYN", "SYN-ACK", "Mid-stream")),
    "tcpstate.conn.capture": (UINT8, numbered(
        1, "Both directions", "Client only", "Server only")),
    "tcpstate.conn.zeek": (STRING, None),
    "tcpstate.conn.history": (STRING, None),
    "tcpstate.conn.first_frame": (LINK, None),
    "tcpstate.ecn.mode": (UINT8, numbered(
        0, "Unknown", "Not offered", "Offered", "Refused", "Classic ECN", "AccECN", "Fallback",
        "Broken", "Looks classic", "Looks AccECN")),
    "tcpstate.ecn.offer": (UINT8, numbered(
        0, "None", "Reserved (ECE)", "Reserved (CWR)", "Classic ECN (CWR, ECE)", "Reserved (AE)",
        "Reserved (AE, ECE)", "Reserved (AE, CWR)", "AccECN (AE, CWR, ECE)")),
    "tcpstate.ecn.answer": (UINT8, numbered(
        0, "None", "Classic ECN (ECE)", "AccECN, SYN arrived Not-ECT (CWR)",
        "AccECN, SYN arrived ECT(1) (CWR, ECE)", "AccECN, SYN arrived ECT(0) (AE)",
        "Reserved (AE, ECE)", "AccECN, SYN arrived CE (AE, CWR)", "Reflected (AE, CWR, ECE)")),
    "tcpstate.ecn.ip": (UINT8, numbered(0, "Not-ECT", "ECT(1)", "ECT(0)", "CE")),
    "tcpstate.ecn.meaning": (STRING, None),
    "tcpstate.ecn.role": (UINT8, numbered(
        1, "Offers ECN", "Accepts ECN", "Refuses ECN", "CE mark", "First echo", "Repeated echo",
        "Window reduced (CWR)", "Echo stopped", "AccECN feedback")),
    "tcpstate.ecn.episode": (UINT32, None),
    "tcpstate.ecn.episode.state": (UINT8, numbered(
        1, "Marked", "Echoed", "Answered", "Done", "Not echoed", "Not answered", "Not cleared")),
    "tcpstate.ecn.ce_frame": (LINK, None),
    "tcpstate.ecn.ece_frame": (LINK, None),
    "tcpstate.ecn.cwr_frame": (LINK, None),
    "tcpstate.ecn.cwr_acknowledges": (BOOLEAN, None),
    "tcpstate.ecn.echo_time": (INTERVAL, None),
    "tcpstate.ecn.response_time": (INTERVAL, None),
    "tcpstate.ecn.ace": (UINT8, None),
    "tcpstate.ecn.ace.handshake": (UINT8, numbered(
        0, "Cleared, or no AccECN", "Unused (1)", "Not-ECT", "ECT(1)", "ECT(0)", "Unused (5)",
        "CE", "Unused (7)")),
    "tcpstate.ecn.ace.delta": (UINT8, None),
    "tcpstate.ecn.ce_bytes": (UINT24, None),
    "tcpstate.anomaly": (STRING, None),
    "tcpstate.anomaly.severity": (UINT8, numbered(1, "Chat", "Note", "Warn", "Error")),
}

# Filters use steps as plain numbers; they may or may not have texts.
FREE_TEXTS = ("tcpstate.handshake.step", "tcpstate.teardown.step")


def breaches(name, kind, values, types):
    """Yield every deviation of one field from the contract."""
    if name not in types:
        yield f"{name} is missing"
        return
    if types[name] != {kind}:
        yield f"{name} is {'/'.join(sorted(types[name]))}, not {kind}"
    found = tshark.values().get(name)
    if found != values and name not in FREE_TEXTS:
        yield f"{name} has the values {found}, not {values}"


def occurring():
    """Return the names of all fields that occur in a capture.

    NAME.expected shows first_frame in a heading.
    """
    texts = [path.read_text() for path in tshark.CAPTURES.glob("*.expected")]
    found = {name for text in texts
             for name in re.findall(r"^  (tcpstate\.[\w.]+): ", text, re.MULTILINE)}
    if any("\nConnection from frame " in text for text in texts):
        found.add("tcpstate.conn.first_frame")
    return found


def forgotten(types):
    """Yield the registered fields that CONTRACT lacks or that occur in no capture."""
    own = {anomalies.PREFIX + name for name in anomalies.CONTRACT}
    for name in sorted(set(types) - set(CONTRACT) - own):
        yield f"tests/capture/contract.py, CONTRACT: the field {name} is missing"
    for name in sorted(set(types) - own - occurring()):
        yield f"captures/: the field {name} occurs in no capture"


def main():
    """Print what breaks the contract; return the exit status."""
    types = {}
    for field in tshark.fields():
        types.setdefault(field.name, set()).add(field.type)
    wrong = [breach for name, (kind, values) in CONTRACT.items()
             for breach in breaches(name, kind, values, types)]
    wrong += forgotten(types)
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
