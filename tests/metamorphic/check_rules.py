#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the metamorphic test itself: its rules on connections written here, what it does to packets
on a capture of the project. No tshark is needed.
"""

import dataclasses
import pathlib
import struct
import tempfile

import capture_file
import cases
import loss
import packet
import transforms
import verdicts
import weaker

import tshark

# Segments as the rules see them: sender, flags, payload, and what the plugin says of them.
CLOSE = ("C S 0 step1 changed", "S SA 0 step2 changed", "C A 0 step3 changed", "C A 9",
         "S A 0", "S A 7", "C FA 0 close1 changed", "S A 0 close2 changed",
         "S FA 0 close3 changed", "C A 0 close4 changed")
ABORT = (*CLOSE[:6], "S RA 0 reset changed trigger3")
DAMAGED = (*CLOSE[:6], "C FA 0", "C A 0 changed")
REJECTED = (*CLOSE[:2], "C R 0 reset changed trigger1", "C A 0", "S R 0")
REFUSED_FIRST = ("C S 0 step1 changed", "S RA 0 reset changed trigger0", "S SA 0", "C R 0")
WRONG = ("C S 0 step1 changed", "S SA 0", *CLOSE[1:4])
REFUSED = ("C S 0 step1 changed", "S RA 0 reset changed trigger0")
ANSWERS = ("C S 0 step1 changed", "S SA 0 step2 changed", "S SA 0 ecn", "C A 0 step3 changed",
           "C A 9")
FLAGS = {"S": packet.SYN, "A": packet.ACK, "F": packet.FIN, "R": packet.RST}

# (segments, places that are gone, column, before, after, what the rules have to say)
RULES = (
    (CLOSE, (), "outcome", "Closed", "Half-closed", weaker.ANOTHER),
    (CLOSE, (), "closed_by", "Client", "Both", weaker.ANOTHER),
    (CLOSE, (), "closed_by", "Client", None, weaker.WEAKER),
    (CLOSE, (), "client_state", "TIME-WAIT", "Unknown", weaker.WEAKER),
    (CLOSE, (), "client_state", "TIME-WAIT", "CLOSED", weaker.ANOTHER),
    (CLOSE, (), "ecn", "Classic ECN", "Looks classic", weaker.WEAKER),
    (CLOSE, (), "ecn", "Classic ECN", "Looks AccECN", weaker.ANOTHER),
    (CLOSE, (3,), "outcome", "Closed", "Half-closed", weaker.ANOTHER),
    (CLOSE, (3,), "server_state", "CLOSE-WAIT", "ESTABLISHED", weaker.WEAKER),
    (CLOSE, (4,), "server_state", "CLOSE-WAIT", "ESTABLISHED", weaker.ANOTHER),
    (CLOSE, (9,), "outcome", "Closed", "Half-closed", weaker.WEAKER),
    (CLOSE, (9,), "outcome", "Closed", "Open", weaker.ANOTHER),
    (CLOSE, (9,), "server_state", "CLOSED", "LAST-ACK", weaker.WEAKER),
    (CLOSE, (9,), "closed_by", "Client", "Server", weaker.ANOTHER),
    (CLOSE, (6,), "closed_by", "Client", "Server", weaker.WEAKER),
    (CLOSE, (8,), "closed_by", "Both", "Client", weaker.WEAKER),
    (CLOSE, (6, 8), "outcome", "Closed", "Open", weaker.WEAKER),
    (CLOSE, (2,), "handshake", "Completed", "Unfinished", weaker.ANOTHER),
    (CLOSE, (2, 6, 8), "handshake", "Completed", "Unfinished", weaker.WEAKER),
    (CLOSE, (1,), "ecn", "AccECN", "Offered", weaker.WEAKER),
    (CLOSE, (2,), "ecn", "AccECN", "Offered", weaker.ANOTHER),
    (ANSWERS, (3,), "ecn", "Classic ECN", "Refused", weaker.WEAKER),
    (ANSWERS, (4,), "ecn", "Classic ECN", "Refused", weaker.ANOTHER),
    (DAMAGED, (7,), "outcome", "Half-closed", "Open", weaker.WEAKER),
    (DAMAGED, (), "outcome", "Half-closed", "Open", weaker.ANOTHER),
    (DAMAGED, (2, 6), "outcome", "Half-closed", "Half-open", weaker.WEAKER),
    (DAMAGED, (2,), "handshake", "Completed", "Unfinished", weaker.WEAKER),
    (REJECTED, (2,), "handshake", "Unfinished", "Completed", weaker.WEAKER),
    (REJECTED, (4,), "handshake", "Unfinished", "Completed", weaker.ANOTHER),
    (REFUSED_FIRST, (1,), "outcome", "Refused", "Reset", weaker.WEAKER),
    (REFUSED_FIRST, (1,), "handshake", "Refused", "Unfinished", weaker.WEAKER),
    (REFUSED_FIRST, (2,), "outcome", "Refused", "Reset", weaker.ANOTHER),
    (WRONG, (2,), "ecn", "Fallback", "Offered", weaker.WEAKER),
    (WRONG, (1,), "ecn", "Fallback", "Offered", weaker.ANOTHER),
    (ABORT, (), "reset_reason", "Timeout", "Abort", weaker.WEAKER),
    (ABORT, (), "reset_reason", "Abort", "Timeout", weaker.ANOTHER),
    (ABORT, (6,), "outcome", "Reset", "Open", weaker.WEAKER),
    (ABORT, (6,), "reset_by", "Server", "Client", weaker.WEAKER),
    (ABORT, (5,), "reset_by", "Server", "Client", weaker.ANOTHER),
    (ABORT, (3,), "reset_reason", "Half-open connection", "Abort", weaker.WEAKER),
    (ABORT, (5,), "reset_reason", "Half-open connection", "Abort", weaker.ANOTHER),
    (ABORT, (5,), "reset_reason", "Abort", "Abort with unread data", weaker.WEAKER),
    (ABORT, (3,), "reset_reason", "Abort", "Abort with unread data", weaker.ANOTHER),
    (ABORT, (), "reset_reason", "Unknown", "Abort", weaker.ANOTHER),
    (ABORT, (3,), "reset_reason", "Unknown", "Abort", weaker.WEAKER),
    (REFUSED, (1,), "outcome", "Refused", "Unanswered", weaker.WEAKER),
    (REFUSED, (0,), "outcome", "Refused", "Orphan", weaker.WEAKER),
    (REFUSED, (0,), "outcome", "Refused", "Open", weaker.ANOTHER))


def facts_of(text):
    """The Facts of a segment that is written as above."""
    sender, flags, payload, *said = text.split()

    def numbers(word):
        return [int(found.removeprefix(word)) for found in said if found.startswith(word)]

    return cases.Facts(
        row=0, direction={"C": "Client", "S": "Server"}[sender],
        events=frozenset({"10"} if "reset" in said else ()),
        handshake_step=next(iter(numbers("step")), 0), teardown_steps=frozenset(numbers("close")),
        changed="changed" in said, trigger=next(iter(numbers("trigger")), None),
        flags=sum(FLAGS[flag] for flag in flags), ecn_flags=int("ecn" in said), payload=int(payload))


def check_rules():
    """Each rule on the connection that it is about."""
    for segments, gone, column, before, after, wanted in RULES:
        case = cases.Case("", [None] * len(segments), facts=list(map(facts_of, segments)))
        order = tuple(place for place in range(len(segments)) if place not in gone)
        empty = dict.fromkeys(field.name for field in dataclasses.fields(verdicts.Verdict))
        known = verdicts.Verdict(**empty | {"client": 1, "anomalies": frozenset(), column: before})
        found = weaker.compare(known, dataclasses.replace(known, **{column: after}),
                               loss.Loss(case, 0, order))
        if weaker.worst(found) != wanted:
            raise tshark.Failure(f"{column}: {before} became {after} without {gone} of "
                                 f"{segments}: {weaker.worst(found)}, not {wanted}")


def check_anomalies():
    """A new accusation is always wrong, one less never."""
    case = cases.Case("", [None] * len(CLOSE), facts=list(map(facts_of, CLOSE)))
    empty = dict.fromkeys(field.name for field in dataclasses.fields(verdicts.Verdict))
    without = verdicts.Verdict(**empty | {"anomalies": frozenset()})
    accused = dataclasses.replace(without, anomalies=frozenset({"window_shrunk"}))
    lost = loss.Loss(case, 0, (0, 1, 2))
    if (weaker.worst(weaker.compare(without, accused, lost)),
            weaker.worst(weaker.compare(accused, without, lost))) != (weaker.ANOTHER,
                                                                      weaker.WEAKER):
        raise tshark.Failure("anomalies are not compared")


def checksum_is_right(found):
    """Whether the TCP checksum fits the packet."""
    at, size = found.addresses
    segment = found.ip[found.tcp:found.length]
    header = found.ip[at:at + 2 * size] + struct.pack("!HH", packet.TCP, len(segment))
    return packet.folded(header + segment + b"\0" * (len(segment) % 2)) == 0xFFFF


def check_packets(name):
    """What is written is read again, and checksums follow what is done to a packet."""
    records = capture_file.read(tshark.CAPTURES / name)
    with tempfile.TemporaryDirectory() as directory:
        copy = pathlib.Path(directory) / name
        capture_file.write(copy, records)
        if capture_file.read(copy) != records:
            raise tshark.Failure(f"{name} is another capture when it is written and read again")
    for found in map(packet.parse, records):
        ends = (verdicts.address(found.version, 2), verdicts.address(found.version, 3))
        moved = packet.with_addresses(found, *ends)
        if [host for host, _ in moved.ends] != list(ends):
            raise tshark.Failure(f"{name}: the addresses are not those that were given")
        if checksum_is_right(moved) != checksum_is_right(found):
            raise tshark.Failure(f"{name}: the checksum does not follow the addresses")
        behind = packet.routed(moved)
        if found.version == 4 and packet.folded(behind.ip[:found.tcp]) != 0xFFFF:
            raise tshark.Failure(f"{name}: the IP checksum does not follow the TTL")
        for other in (packet.as_ethernet(moved, 100), packet.as_cooked(moved, 3, 4)):
            if packet.parse(other.record()).ip != moved.ip:
                raise tshark.Failure(f"{name}: another packet on link type {other.link}")


def check_transforms(name):
    """Packets are missing only after those that are to leave some out."""
    case = cases.cases_of(tshark.CAPTURES / name, 100)[0][0]
    case.facts = list(map(facts_of, CLOSE[:2])) + [facts_of("C A 0")] * (len(case.packets) - 2)
    for transform in transforms.TRANSFORMS:
        found = transforms.variations(case, transform)
        missing = [what for what, frames in found if {place for place, _ in frames}
                   != set(range(len(case.packets)))]
        takes_out = transform in ("sfr", "no-acks", "drop")
        if bool(missing) != takes_out:
            raise tshark.Failure(f"{transform} of {name} leaves out packets: {bool(missing)}")


def main():
    """Check rules, packets and transforms."""
    check_rules()
    check_anomalies()
    for name in ("close-by-client.pcapng", "ipv6.pcapng", "bad-checksum.pcapng"):
        check_packets(name)
    check_transforms("close-by-client.pcapng")
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
