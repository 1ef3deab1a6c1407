#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the anomalies: their names, severities and groups, where they occur and where they do not.

Names, severities and groups are an interface, like the fields of contract.py. Each anomaly has to
occur in a capture, or to stand in anomalies_in_core_tests beside the core test in which it occurs.
Captures of ordinary traffic have none that is worse than a Note. And however tshark looks at a
capture, it counts the same expert infos: with one pass or two, with a tree or without, through a
filter or not.
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
    "orphan": ("Chat", "Assumption"),
}


# What the description of a capture says if it shows more than ordinary traffic.
TROUBLE = re.compile(r"forged|changed by the wire|crash|lost|probe|router|something|reflected|bits of"
                     r"|another offer", re.IGNORECASE)


def occurrences():
    """(capture, frame, name, severity, group) of every expert info of the captures."""
    found = []
    for frame in pdml.dissect(merged.capture(), "-2", *pdml.ONLY_VALUES):
        capture, number = merged.locate(frame.number).split(" frame ")
        found += [(capture, int(number), expert.name.removeprefix(PREFIX), expert.severity,
                   expert.group) for expert in frame.experts()]
    return found


def assumed(severity):
    """What is left of a severity where missing packets could explain it."""
    return SEVERITIES[max(0, SEVERITIES.index(severity) - 1)]


def names():
    """What is wrong with the names that tshark lists."""
    listed = {field.name.removeprefix(PREFIX) for field in tshark.fields()
              if field.type == "FT_NONE" and field.name.startswith(PREFIX)}
    for name in sorted(listed - set(CONTRACT)):
        yield f"tests/capture/anomalies.py, CONTRACT: the anomaly {name} is missing"
    for name in sorted(set(CONTRACT) - listed):
        yield f"tcpstate registers no anomaly {name}"


def severities(found):
    """What is wrong with severities and groups."""
    for capture, number, name, severity, group in found:
        plain = CONTRACT.get(name)
        if plain and (severity, group) not in (plain, (assumed(plain[0]), ASSUMPTION)):
            yield f"{capture} frame {number}: {name} is {severity}, {group}, not {plain}"


def where(found):
    """What is wrong with the places where each anomaly occurs; prints the table."""
    lines = (line.split("#")[0].split() for line in ALLOWED.read_text().splitlines())
    exceptions = {line[0]: line[1] for line in lines if line}
    seen, tests = {}, coverage.core_tests()
    for capture, number, name, *_ in found:
        seen.setdefault(name, f"{capture} frame {number}")
    for name in CONTRACT:
        test = exceptions.pop(name, None)
        print(f"{name:28} {seen.get(name) or test or '-'}")
        if name in seen and test:
            yield f"{name} occurs in {seen[name]}: take it out of {ALLOWED.name}"
        elif test and test not in tests:
            yield f"{name}: there is no core test {test}"
        elif name not in seen and not test:
            yield f"{name} occurs in no capture and in no core test"
    yield from (f"{ALLOWED.name} names {name}, which there is not" for name in exceptions)


def false_alarms(found):
    """Anomalies worse than a Note in captures of ordinary traffic."""
    captures = listing.captures(tshark.CAPTURES)
    for capture, number, name, severity, _ in found:
        if (SEVERITIES.index(severity) >= SEVERITIES.index("Warning")
                and not TROUBLE.search(listing.description(captures[capture]))):
            yield f"{capture} frame {number}: {name} is a false alarm"


def counted(*arguments):
    """How often each sentence of ours stands in tshark's summary of expert infos."""
    counts = collections.Counter()
    for line in tshark.read(merged.capture(), "-q", "-z", "expert", *arguments).splitlines():
        row = re.match(r" +(\d+) +(\w+) +TCPSTATE +(.*)$", line)
        if row:
            counts[row[2], row[3].strip()] += int(row[1])
    return counts


def counts(found):
    """What is wrong with tshark's summary: it has to count what the trees show."""
    wanted = counted()
    if sum(wanted.values()) != len(found):
        yield f"-z expert counts {sum(wanted.values())} anomalies, not {len(found)}"
    for arguments in (["-2"], ["-Y", "frame"], ["-2", "-Y", "tcp.flags.syn == 1"], ["-V"],
                      ["-2", "-R", "frame"]):
        if counted(*arguments) != wanted:
            yield f"-z expert counts something else with {' '.join(arguments)}"


def filters(found):
    """What is wrong with the frames that filters find: one for each name, and the names' field."""
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
        yield "tcpstate.anomaly has other names than the expert infos"


def main():
    """Print the table, and what is wrong at its end."""
    found = occurrences()
    wrong = [*names(), *severities(found), *where(found), *false_alarms(found), *counts(found),
             *filters(found)]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
