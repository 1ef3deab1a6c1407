#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the anomalies: their names, severities and groups, where they occur and where they do not.

Names, severities and groups are an interface, like the fields in contract.py. Each anomaly must
occur in a capture or be listed in anomalies_in_core_tests with a core test in which it occurs.
Captures of ordinary traffic have none worse than a Note. tshark must count the same expert infos
with one pass and with two, with a tree and without, with a filter and without.
"""

import collections
import pathlib
import re
import sys

import coverage
import listing
import merged
import pdml
import tshark

ALLOWED = pathlib.Path(__file__).resolve().parent / "anomalies_in_core_tests"
PREFIX = "tcpstate.anomaly."
ASSUMPTION = "Assumption"
SEVERITIES = ("Chat", "Note", "Warning", "Error")

# Name: (severity, group).
CONTRACT = {
    "null_flags": ("Warning", "Security"),
    "syn_fin": ("Error", "Security"),
    "syn_rst": ("Error", "Security"),
    "fin_rst": ("Warning", "Protocol"),
    "fin_without_ack": ("Warning", "Security"),
    "xmas": ("Warning", "Security"),
    "no_ack": ("Warning", "Protocol"),
    "psh_no_data": ("Note", "Protocol"),
    "syn_urg": ("Note", "Protocol"),
    "reserved_bits": ("Note", "Protocol"),
    "bad_handshake_ack": ("Warning", "Sequence"),
    "synack_unsolicited": ("Note", "Assumption"),
    "synack_wrong_direction": ("Warning", "Sequence"),
    "synack_changed": ("Warning", "Security"),
    "syn_isn_changed": ("Note", "Sequence"),
    "simultaneous_open": ("Note", "Sequence"),
    "syn_with_data": ("Note", "Protocol"),
    "data_before_established": ("Note", "Sequence"),
    "syn_on_established": ("Warning", "Security"),
    "syn_in_time_wait": ("Note", "Sequence"),
    "ack_beyond_sent": ("Warning", "Sequence"),
    "out_of_window": ("Note", "Sequence"),
    "data_after_fin": ("Warning", "Sequence"),
    "fin_moved": ("Warning", "Security"),
    "fin_before_established": ("Warning", "Sequence"),
    "window_shrunk": ("Warning", "Sequence"),
    "rst_out_of_window": ("Warning", "Security"),
    "rst_not_exact": ("Note", "Security"),
    "rst_bad_ack": ("Note", "Security"),
    "rst_ignored": ("Warning", "Security"),
    "rst_answers_rst": ("Warning", "Protocol"),
    "data_after_reset": ("Warning", "Sequence"),
    "rst_in_time_wait": ("Note", "Sequence"),
    "rst_ttl_differs": ("Note", "Security"),
    "ecn_not_negotiated": ("Warning", "Protocol"),
    "ect_not_negotiated": ("Warning", "Protocol"),
    "ecn_not_echoed": ("Warning", "Protocol"),
    "ecn_not_answered": ("Warning", "Protocol"),
    "ecn_not_cleared": ("Warning", "Protocol"),
    "ecn_cwr_on_retransmission": ("Note", "Protocol"),
    "ect_on_syn": ("Note", "Protocol"),
    "ect_on_pure_ack": ("Note", "Protocol"),
    "ect_on_retransmission": ("Note", "Protocol"),
    "ecn_ect1_classic": ("Note", "Protocol"),
    "ecn_reflected": ("Warning", "Protocol"),
    "ecn_all_ce": ("Warning", "Protocol"),
    "ecn_ace_zeroed": ("Warning", "Protocol"),
    "ecn_mixed_offer": ("Warning", "Protocol"),
    "midstream": ("Chat", "Assumption"),
    "one_way": ("Note", "Assumption"),
    "shared_tuple": ("Note", "Assumption"),
    "orphan": ("Chat", "Assumption"),
}


# Matches the description of a capture that shows more than ordinary traffic.
TROUBLE = re.compile(r"forged|changed by the wire|crash|lost|probe|router|something|reflected"
                     r"|bits of|another offer", re.IGNORECASE)


def occurrences():
    """Return (capture, frame, name, severity, group) of every expert info in the captures."""
    found = []
    for frame in pdml.dissect(merged.capture(), "-2", *pdml.ONLY_VALUES):
        capture, number = merged.locate(frame.number).split(" frame ")
        found += [(capture, int(number), expert.name.removeprefix(PREFIX), expert.severity,
                   expert.group) for expert in frame.experts()]
    return found


def assumed(severity):
    """Return the severity of an anomaly that missing packets could explain."""
    return SEVERITIES[max(0, SEVERITIES.index(severity) - 1)]


def names():
    """Yield the names that tshark or CONTRACT lacks."""
    listed = {field.name.removeprefix(PREFIX) for field in tshark.fields()
              if field.type == "FT_NONE" and field.name.startswith(PREFIX)}
    for name in sorted(listed - set(CONTRACT)):
        yield f"tests/capture/anomalies.py, CONTRACT: the anomaly {name} is missing"
    for name in sorted(set(CONTRACT) - listed):
        yield f"the plugin does not register the anomaly {name}"


def severities(found):
    """Yield occurrences with a wrong severity or group."""
    for capture, number, name, severity, group in found:
        plain = CONTRACT.get(name)
        if plain and (severity, group) not in (plain, (assumed(plain[0]), ASSUMPTION)):
            yield f"{capture} frame {number}: {name} is {severity}, {group}, not {plain}"


def where(found):
    """Print where each anomaly occurs; yield those that occur nowhere and outdated exceptions."""
    lines = (line.split("#")[0].split() for line in ALLOWED.read_text().splitlines())
    exceptions = {line[0]: line[1] for line in lines if line}
    seen, tests = {}, coverage.core_tests()
    for capture, number, name, *_ in found:
        seen.setdefault(name, f"{capture} frame {number}")
    for name in CONTRACT:
        test = exceptions.pop(name, None)
        print(f"{name:28} {seen.get(name) or test or '-'}")
        if name in seen and test:
            yield f"{name} occurs in {seen[name]}: remove it from {ALLOWED.name}"
        elif test and test not in tests:
            yield f"{name}: there is no core test {test}"
        elif name not in seen and not test:
            yield f"{name} occurs in no capture and in no core test"
    yield from (f"{ALLOWED.name} lists {name}, which does not exist" for name in exceptions)


def false_alarms(found):
    """Yield anomalies worse than a Note in captures of ordinary traffic."""
    captures = listing.captures(tshark.CAPTURES)
    for capture, number, name, severity, _ in found:
        if (SEVERITIES.index(severity) >= SEVERITIES.index("Warning")
                and not TROUBLE.search(listing.description(captures[capture]))):
            yield f"{capture} frame {number}: {name} is a false alarm"


def counted(*arguments):
    """Return how often each of the plugin's sentences occurs in tshark's expert info summary."""
    counts = collections.Counter()
    for line in tshark.read(merged.capture(), "-q", "-z", "expert", *arguments).splitlines():
        row = re.match(r" +(\d+) +(\w+) +TCPSTATE +(.*)$", line)
        if row:
            counts[row[2], row[3].strip()] += int(row[1])
    return counts


def counts(found):
    """Yield errors in tshark's summary, which must count what the trees show."""
    wanted = counted()
    if sum(wanted.values()) != len(found):
        yield f"-z expert counts {sum(wanted.values())} anomalies, not {len(found)}"
    for arguments in (["-2"], ["-Y", "frame"], ["-2", "-Y", "tcp.flags.syn == 1"], ["-V"],
                      ["-2", "-R", "frame"]):
        if counted(*arguments) != wanted:
            yield f"-z expert counts differently with {' '.join(arguments)}"


def filters(found):
    """Yield frames that an anomaly's filter wrongly misses or finds; check tcpstate.anomaly."""
    frames, named = collections.defaultdict(set), collections.defaultdict(set)
    for capture, number, name, *_ in found:
        frames[name].add(f"{capture} frame {number}")
    for line in tshark.read(merged.capture(), "-Y", "tcpstate.anomaly", "-T", "fields", "-e",
                            "frame.number", "-e", "tcpstate.anomaly").splitlines():
        number, names_there = line.split("\t")
        for name in names_there.split(","):
            named[name].add(merged.locate(int(number)))
    tapped = tshark.matching(merged.capture(), [PREFIX + name for name in frames])
    for name, wanted in frames.items():
        odd = wanted ^ set(map(merged.locate, tapped[PREFIX + name]))
        yield from (f"-Y {PREFIX}{name}: {place}" for place in sorted(odd))
    if named != frames:
        yield "tcpstate.anomaly does not have the same names as the expert infos"


def main():
    """Print the table, then the errors; return the exit status."""
    found = occurrences()
    wrong = [*names(), *severities(found), *where(found), *false_alarms(found), *counts(found),
             *filters(found)]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
