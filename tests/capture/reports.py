#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the plugin's reports on all captures, merged into one file.

`reports.py conv`: -z tcpstate,conv has the same content as text, CSV and JSON, with one pass and
with two, and agrees with the fields; a filter selects whole connections; a wrong one is rejected.
`reports.py tree`: every number in -z tcpstate,tree is what a display filter counts.
`reports.py info`: the preference that adds the states to the Info column; the table.
"""

import csv
import io
import json
import re
import sys

import expected
import merged
import pdml
import tshark

KEYS = ("stream", "client", "server", "start", "handshake", "rtt", "client_state", "server_state",
        "outcome", "closed_by", "reset_by", "reset_reason", "ecn", "ce", "ece", "cwr", "anomalies",
        "duration")
TIMES = ("rtt", "duration")
HANDSHAKES = {"Completed", "Refused", "Unreachable", "Unanswered", "Unfinished", "Bad ACK",
              "Not captured"}

# Excludes frames with two connections: the tree counts them twice, a filter once.
ONE_SEGMENT_A_FRAME = "!wlan"


def demand(condition, message):
    """Fail with a message unless the condition holds."""
    if not condition:
        raise tshark.Failure(message)


def same(one, other, message):
    """Fail if two lists differ, and show the first difference."""
    for number, (left, right) in enumerate(zip(one, other)):
        demand(left == right, f"{message}, row {number}: {left!r}, not {right!r}")
    demand(len(one) == len(other), f"{message}: {len(one)} rows, not {len(other)}")


def report(form, *arguments, option="tcpstate,conv"):
    """Return what -z prints in one of the formats."""
    return tshark.read(merged.capture(), "-q", "-o", f"tcpstate.report_format:{form}",
                       "-z", option, *arguments)


def rows(*arguments, option="tcpstate,conv"):
    """Return the rows of the JSON report."""
    return [json.loads(line) for line in report("json", *arguments, option=option).splitlines()]


def as_text(key, value, empty, decimals):
    """Return a JSON value as CSV and text must show it."""
    if value is None:
        return empty
    if key in TIMES:
        return f"{value:.{decimals}f}"
    return " ".join(value) if isinstance(value, list) else str(value)


def check_formats(wanted):
    """Compare CSV and text with JSON."""
    for row in wanted:
        demand(tuple(row) == KEYS, f"JSON has the keys {tuple(row)}")
        demand(row["handshake"] in HANDSHAKES, f"handshake is {row['handshake']!r}")
        demand(all(isinstance(row[key], (int, float, type(None))) for key in TIMES),
               f"a time is not a number: {row}")

    text = report("csv")
    table = list(csv.reader(io.StringIO(text, newline="")))
    demand(tuple(table[0]) == KEYS, f"CSV has the columns {table[0]}")
    demand(text.count("\r\n") == len(table), "CSV does not have one CRLF per line")
    same([row[1:5] + row[6:17] for row in table[1:]],
         [[as_text(key, row[key], "", 9) for key in KEYS[1:5] + KEYS[6:17]] for row in wanted],
         "CSV")
    same([[float(cell) if cell else None for cell in (row[5], row[17])] for row in table[1:]],
         [[row[key] for key in TIMES] for row in wanted], "times in CSV")

    lines = report("text").splitlines()
    same([len(re.split("  +", line.strip())) for line in lines], [len(KEYS)] * len(lines), "text")
    ends = [match.end() for match in re.finditer(r"\S+", lines[0])]
    demand(all(line[ends[0] - 1] != " " and line[ends[0]:ends[0] + 2] == "  " for line in lines),
           "the first column is not aligned")
    same([re.split("  +", line.strip())[6:17] for line in lines[1:]],
         [[as_text(key, row[key], "-", 6) for key in KEYS[6:17]] for row in wanted], "text")


def check_fields(wanted):
    """Compare the report with the fields of the second pass."""
    final, _ = expected.connections(pdml.dissect(merged.capture(), "-2"))
    fields = ("start", "client_state", "server_state", "outcome", "closed_by", "ecn")
    found = []
    for values in final.values():
        texts = {value.name.removeprefix("tcpstate.conn."): value.text for value in values}
        found.append((int(texts["first_frame"]),
                      [re.sub(r" \(\d+\).*", "", texts[name]) if name in texts else None
                       for name in fields]))
    found.sort(key=lambda item: item[0])
    same(sorted(map(str, (row for _, row in found))),
         sorted(str([row[name] for name in fields]) for row in wanted), "fields")

    listed = tshark.read(merged.capture(), "-T", "fields", "-e", "frame.number", "-e", "tcp.stream")
    streams = {int(line.split("\t")[0]): line.split("\t")[1].split(",")
               for line in listed.splitlines()}
    for (frame, _), row in zip(found, wanted):
        demand(str(row["stream"]) in streams[frame],
               f"the stream of {merged.locate(frame)} is {streams[frame]}, not {row['stream']}")


def check_conv():
    """Check the connection report."""
    wanted = rows()
    same(rows("-2"), wanted, "-2")
    check_formats(wanted)
    check_fields(wanted)

    refused = rows(option='tcpstate,conv,tcpstate.event == "Refused"')
    same(refused, [row for row in wanted if row["outcome"] == "Refused"], "filter")
    demand(refused, "no connection was refused")
    closed = rows("-2", option='tcpstate,conv,tcpstate.conn.outcome == "Closed"')
    same(closed, [row for row in wanted if row["outcome"] == "Closed"], "filter with -2")
    same(rows("-Y", "frame.number == 1"), wanted, "-Y")

    for option in ("tcpstate,conv,tcp.port ==", "tcpstate,conv,no.such.field", "tcpstate,convent"):
        done = tshark.start("-n", "-q", "-r", merged.capture(), "-z", option)
        demand(done.returncode != 0 and done.stderr and not done.stdout,
               f"-z '{option}' exited with status {done.returncode}: {done.stderr!r}")


def check_names():
    """Check that the report shows host names if name resolution is on."""
    hosts = tshark.scratch() / "hosts"
    hosts.write_text("192.0.2.1 client.example\n")
    hosts.chmod(0o644)
    found = tshark.run("-r", merged.capture(), "-q", "-N", "n", "-H", hosts,
                       "-z", "tcpstate,conv")
    demand("client.example:" in found, "the report does not show host names")


def tree(*arguments, option=f"tcpstate,tree,{ONE_SEGMENT_A_FRAME}"):
    """Return the counts as {group: {leaf: count}}; leaf "" is the group's own count."""
    found, group = {}, None
    for line in tshark.read(merged.capture(), "-q", "-z", option, *arguments).splitlines():
        match = re.match(r"( ?)(\S.*?)  +(\d+) ", line)
        if not match:
            continue
        indent, name, number = match.groups()
        if not indent:
            group = found.setdefault(name, {})
        group[name if indent else ""] = int(number)
    return found


def check_leaves(found):
    """Compare the count of every field value with what a display filter for it finds."""
    fields = {field.name for field in tshark.fields()}
    wanted = [(title, leaf, f'{field} == "{leaf}" && {ONE_SEGMENT_A_FRAME}', number)
              for title, leaves in found.items() for leaf, number in leaves.items()
              if leaf and (field := title[title.index("(") + 1:-1]) in fields]
    demand(wanted, "no heading of the tree names a field")
    frames = tshark.matching(merged.capture(), {text for _, _, text, _ in wanted}, "-2")
    listed = tshark.read(merged.capture(), "-2", "-T", "fields", "-e", "frame.number", "-e",
                         "tcpstate.conn.first_frame")
    connections = dict(line.split("\t") for line in listed.splitlines())
    for title, leaf, text, number in wanted:
        counted = frames[text]
        if not title.startswith("Frames"):
            counted = {connections[str(frame)] for frame in counted} - {""}
        same([number], [len(counted)], f"{title}, {leaf}")


def check_tree():
    """Check the counts."""
    found = tree()
    demand(len(found) == 9, f"the tree has the groups {list(found)}")
    demand(list(found)[0].startswith("Connections by outcome"), "connections do not come first")
    phases = list(found["Frames by phase (tcpstate.phase)"])
    demand(phases == [phase for phase in ("", *tshark.values()["tcpstate.phase"].values())
                      if phase in phases], f"the phases are not in order: {phases}")
    demand(all(number for leaves in found.values() for number in leaves.values()),
           "the tree has rows that count nothing")
    same([tree("-2")], [found], "-2")
    for title, leaves in found.items():
        demand(sum(leaves.values()) == 2 * leaves[""], f"{title}: {leaves} do not add up")
        demand(leaves[""] > 0, f"{title}: nothing was counted")
    check_leaves(found)

    reasons = [row["reset_reason"] for row in rows(option=f"tcpstate,conv,{ONE_SEGMENT_A_FRAME}")]
    for leaf, number in found["Connections by reset reason (of the RST that ended them)"].items():
        if leaf:
            same([number], [reasons.count(leaf)], f"reset reason {leaf}")

    # The final outcome shows on frames that this filter does not pass.
    first = tree(option="tcpstate,tree,tcpstate.event == 1")
    outcomes = [row["outcome"] for row in rows(option="tcpstate,conv,tcpstate.event == 1")]
    for leaf, number in first["Connections by outcome (tcpstate.conn.outcome)"].items():
        if leaf:
            same([number], [outcomes.count(leaf)], f"filtered, outcome {leaf}")

    done = tshark.start("-n", "-q", "-r", merged.capture(), "-z", "tcpstate,tree,tcp.port ==")
    demand("tcp.port ==" in done.stderr, "the tree does not reject a wrong filter")


def check_info():
    """Check the Info column and the table."""
    for passes in ((), ("-2",)):
        lines = tshark.read(merged.capture(), "-o", "tcpstate.info_column:TRUE", *passes)
        states = tshark.read(merged.capture(), "-T", "fields", "-e", "_ws.col.Info",
                             "-e", "tcpstate.states", *passes)
        for line, texts in zip(lines.splitlines(), states.splitlines(), strict=True):
            info, pairs = texts.split("\t")
            for pair in reversed(pairs.split(",") if pairs else []):
                info = f"{pair.replace(' / ', '/')} {info}"
            demand(line.endswith(f" {info}"), f"Info is not {info!r}: {line}")
    demand("/ESTABLISHED " not in tshark.read(merged.capture()), "the preference is on by default")
    table = tshark.read(merged.capture(), "-q", "-z", "tcpstate,table").splitlines()
    cells = [line.split(" |") for line in table if line.count(" |") == len(KEYS)][1:]
    same([row[3].strip() for row in cells], [row["outcome"] for row in rows()], "table")
    same([row[8].strip() for row in cells], [f"{row['duration']:.6f}" for row in rows()],
         "durations in the table")


def main():
    """Run the check named on the command line."""
    if sys.argv[1] == "conv":
        check_conv()
        check_names()
    elif sys.argv[1] == "tree":
        check_tree()
    else:
        check_info()
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
