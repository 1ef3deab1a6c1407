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
import subprocess
import sys
import time

import contract
import expected
import merged
import pdml
import tshark

KEYS = ("time", "first_frame", "stream", "client", "client_port", "server", "server_port", "start",
        "handshake", "rtt", "client_state", "server_state", "outcome", "closed_by", "reset_by",
        "reset_reason", "ecn", "ce", "ece", "cwr", "client_packets", "server_packets",
        "client_bytes", "server_bytes", "client_retransmissions", "server_retransmissions",
        "anomalies", "duration")
MOMENT, TIMES = "time", ("rtt", "duration")
COUNTS = ("first_frame", "stream", "client_port", "server_port", "ce", "ece", "cwr",
          "client_packets", "server_packets", "client_bytes", "server_bytes",
          "client_retransmissions", "server_retransmissions")
ZEEK = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration",
        "orig_bytes", "resp_bytes", "conn_state", "missed_bytes", "history", "orig_pkts",
        "orig_ip_bytes", "resp_pkts", "resp_ip_bytes")
WIDTH = 100
HANDSHAKES = {"Completed", "Refused", "Unreachable", "Unanswered", "Unfinished", "Bad ACK",
              "Not captured"}

# Anomalies of frames that later frames of the connection explain: the row of the first frame in this
# capture is without.
EXPLAINED = {"ack-of-uncaptured-data": "ack_beyond_sent",
             "data-before-uncaptured-ack": "data_before_established",
             "fin-before-uncaptured-ack": "fin_before_established"}

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


def in_utc(seconds, layout):
    """A time, given in seconds as JSON has it, exactly, in UTC."""
    whole, _, part = seconds.partition(".")
    return time.strftime(layout, time.gmtime(int(whole))), part


def as_csv(key, value):
    """Return a JSON value, numbers as they stand there, as CSV has to show it."""
    if value is None:
        return ""
    return " ".join(value) if key == "anomalies" else str(value)


def as_text(key, value):
    """The same as the text of chosen columns shows it."""
    if value is None:
        return "-"
    if key == MOMENT:
        date, part = in_utc(value, "%Y-%m-%dT%H:%M:%S")
        return f"{date}.{part[:6]}Z"
    return value[:-3] if key in TIMES else as_csv(key, value)


def check_json(wanted):
    """Every row has all keys, in order, and each value has its type."""
    for row in wanted:
        demand(tuple(row) == KEYS, f"JSON has the keys {tuple(row)}")
        demand(row["handshake"] in HANDSHAKES, f"handshake is {row['handshake']!r}")
        demand(all(isinstance(row[key], (int, float, type(None))) for key in TIMES),
               f"a time is not a number: {row}")
        demand(all(isinstance(row[key], int) for key in COUNTS), f"a count is no number: {row}")
        demand(isinstance(row[MOMENT], float) and row["anomalies"] != [], f"wrong types: {row}")


def check_csv(exact):
    """CSV says what JSON says."""
    text = report("csv")
    table = list(csv.reader(io.StringIO(text, newline="")))
    demand(tuple(table[0]) == KEYS, f"CSV has the columns {table[0]}")
    demand(text.count("\r\n") == len(table), "CSV does not have one CRLF per line")
    same(table[1:], [[as_csv(key, row[key]) for key in KEYS] for row in exact], "CSV")


def check_columns(exact):
    """Chosen columns are aligned, in the order of the choice, and say what JSON says."""
    for choice, keys in (("all", KEYS), ("outcome, stream,time", ("outcome", "stream", "time"))):
        text = report("text", "-o", f"tcpstate.report_columns:{choice}")
        *lines, last = [line for line in text.splitlines() if not line.startswith(" ")]
        demand(last.startswith(f"{len(exact)} connections: "), f"the last line is {last!r}")
        cells = [re.split("  +", line.strip()) for line in lines]
        same(cells[0], list(keys), f"headings of {choice}")
        same(cells[1:], [[as_text(key, row[key]) for key in keys] for row in exact], choice)
        ends = [match.end() for match in re.finditer(r"\S+", lines[0])]
        for key, end in zip(keys, ends):
            demand(key not in COUNTS or all(line[end - 1] != " " for line in lines),
                   f"the column {key} is not aligned on the right")
    same(report("csv", "-o", "tcpstate.report_columns:time"), report("csv"), "columns of CSV")
    for choice, complaint in (("time,no_such", '"no_such"'), ("all,all", "more than")):
        done = tshark.start("-n", "-q", "-r", merged.capture(), "-z", "tcpstate,conv",
                            "-o", f"tcpstate.report_columns:{choice}")
        demand(done.returncode != 0 and complaint in done.stderr and not done.stdout,
               f"columns {choice}: status {done.returncode}: {done.stderr!r}")


def outcomes_line(wanted):
    """The words of the last line of the text."""
    outcomes = [row["outcome"] for row in wanted]
    counts = [f"{outcomes.count(text)} {text}"
              for text in contract.CONTRACT["tcpstate.conn.outcome"][1].values()
              if text in outcomes]
    return f"{len(outcomes)} connections: {', '.join(counts)}".split()


def paragraphs(text):
    """The text's lines with what is indented beneath each, as words."""
    found = []
    for line in text.splitlines():
        if line.startswith(" "):
            found[-1][1].extend(line.split())
        else:
            found.append((line, []))
    return found


def how(row):
    """What has to stand beneath a row of the table."""
    words = []
    if row["handshake"] not in ("Completed", "Not captured", row["outcome"]):
        words.append(f"handshake: {row['handshake']}")
    if row["closed_by"]:
        words.append(f"closed by {row['closed_by'].lower()}")
    if row["reset_by"]:
        known = row["reset_reason"] != "Unknown"
        words.append(f"reset by {row['reset_by'].lower()}" +
                     (f" ({row['reset_reason']})" if known else ""))
    if row["anomalies"]:
        words.append(f"anomalies: {', '.join(row['anomalies'])}")
    return "; ".join(words).split()


def check_table(exact):
    """The table for people fits the terminal and says what JSON says."""
    text = report("text")
    found = paragraphs(text)
    demand(all(len(line) <= WIDTH for line in text.splitlines()), "a line is too long")
    demand(not re.search(r" $", text, re.MULTILINE), "a line ends with a space")
    same([found[-1][0].split() + found[-1][1]], [outcomes_line(exact)], "the last line")

    heading, *rows_found = found[:-1]
    dates = [heading[0].split()[0]]
    same(heading[0].split()[1:], ["client", "server", "outcome", "RTT", "duration", "sent", "recv"],
         "heading")
    table = []
    for line, beneath in rows_found:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", line):
            dates.append(line)
        else:
            table.append((dates[-1], line.split(), beneath))
    for row, (date, cells, beneath) in zip(exact, table, strict=True):
        day, _ = in_utc(row[MOMENT], "%Y-%m-%d")
        clock, part = in_utc(row[MOMENT], "%H:%M:%S")
        wanted = [day, f"{clock}.{part[:3]}", row["client"], str(row["client_port"]), row["server"],
                  str(row["server_port"]), row["outcome"]]
        same([date, *cells[:6]], wanted, f"row of the table for {row}")
        same(beneath, how(row), f"beneath the row for {row}")
        check_numbers(row, cells[6:])


def check_numbers(row, cells):
    """Round trip, duration and bytes of the table, to three digits or two."""
    units = {"us": 1e-6, "ms": 1e-3, "s": 1, "h": 3600, "": 1, "k": 1e3, "M": 1e6, "G": 1e9}
    exact = (row["rtt"], row["duration"], row["client_bytes"], row["server_bytes"])
    demand(len(cells) == 4, f"the row for {row} ends with {cells}")
    for value, cell in zip(exact, cells):
        if value is None:
            same([cell], ["-"], "no round trip")
            continue
        number, unit = re.fullmatch(r"(-?[\d.]+)(\w*)", cell).groups()
        near = abs(float(number) * units[unit] - float(value))
        demand(near <= max(0.051 * abs(float(value)), 5.1e-7), f"{cell} stands for {value}")


def check_zeek(wanted):
    """Zeek's lines have the fields that can be known, and agree with JSON."""
    lines = [json.loads(line) for line in report("zeek").splitlines()]
    for row, line in zip(wanted, lines, strict=True):
        known = tuple(key for key in ZEEK if key != "duration" or row["duration"] is not None)
        demand(tuple(line) == known, f"Zeek's line has the fields {tuple(line)}")
        same([line["id.orig_h"], line["id.orig_p"], line["id.resp_h"], line["id.resp_p"],
              line["orig_pkts"], line["resp_pkts"],
              line["orig_bytes"] + line["resp_bytes"] - line["missed_bytes"]],
             [row["client"], row["client_port"], row["server"], row["server_port"],
              row["client_packets"], row["server_packets"],
              row["client_bytes"] + row["server_bytes"]], f"Zeek's line {line}")
        demand(abs(line["ts"] - row["time"]) < 2e-6, "Zeek's time")
        demand(re.fullmatch("C[0-9A-Za-z]{17}", line["uid"]), f"uid is {line['uid']}")
        demand(line["orig_ip_bytes"] >= 40 * line["orig_pkts"] + row["client_bytes"] and
               line["resp_ip_bytes"] >= 40 * line["resp_pkts"] + row["server_bytes"],
               f"bytes of IP: {line}, {row}")
    final, _ = expected.connections(pdml.dissect(merged.capture(), "-2"))
    states = sorted(value.text for values in final.values() for value in values
                    if value.name in ("tcpstate.conn.zeek", "tcpstate.conn.history"))
    same(sorted(line[key] for line in lines for key in ("conn_state", "history")), states,
         "conn_state and history")
    different = {(line["uid"], line["id.orig_h"], line["id.orig_p"], line["ts"]) for line in lines}
    demand(len({uid for uid, *_ in different}) == len(different), "two connections have one uid")


def check_formats(wanted):
    """Compare all formats with JSON."""
    exact = [json.loads(line, parse_float=str) for line in report("json").splitlines()]
    check_json(wanted)
    check_csv(exact)
    check_columns(exact)
    check_table(exact)
    check_zeek(wanted)


def check_packets(wanted):
    """Every segment that is no copy is a packet of one connection."""
    counted = sum(row["client_packets"] + row["server_packets"] for row in wanted)
    fields = tshark.read(merged.capture(), "-T", "fields", "-e", "tcpstate.conn.first_frame",
                         "-e", "tcpstate.copy_of", "-e", "tcpstate.phase.text", "-Y",
                         "tcpstate.direction")
    segments = copies = 0
    for line in fields.splitlines():
        connections, copied, phases = line.split("\t")
        segments += len(connections.split(","))
        copies += len(copied.split(",")) if copied else phases.count("(repeated)")
    # A few more are perhaps copies, and counted nowhere.
    demand(0.97 * (segments - copies) <= counted <= segments - copies,
           f"{counted} packets of {segments} segments and {copies} copies")


def check_full_disk():
    """A report that cannot be written is an error."""
    written = [("conv", form) for form in ("text", "csv", "json", "zeek")]
    written += [("ladder", "text"), ("ladder", "json"), ("picture", "text"), ("window", "text")]
    for option, form in written:
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*tshark.command(), "-n", "-q", "-r", merged.capture(), "-z", f"tcpstate,{option}",
                 "-o", f"tcpstate.report_format:{form}"], env=tshark.environment(), stdout=full,
                stderr=subprocess.PIPE, text=True, check=False)
        demand(done.returncode != 0 and "No space left" in done.stderr and
               f"tcpstate,{option} " in done.stderr,
               f"{option}, {form} on a full disk: status {done.returncode}: {done.stderr!r}")


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
    same([frame for frame, _ in found], [row["first_frame"] for row in wanted], "first frames")
    same(sorted(map(str, (row for _, row in found))),
         sorted(str([row[name] for name in fields]) for row in wanted), "fields")

    listed = tshark.read(merged.capture(), "-T", "fields", "-e", "frame.number", "-e", "tcp.stream")
    streams = {int(line.split("\t")[0]): line.split("\t")[1].split(",")
               for line in listed.splitlines()}
    for (frame, _), row in zip(found, wanted):
        demand(str(row["stream"]) in streams[frame],
               f"the stream of {merged.locate(frame)} is {streams[frame]}, not {row['stream']}")


def check_anomalies(wanted):
    """A row names anomalies of its frames, all but those that later frames explain."""
    listed = tshark.read(merged.capture(), "-Y", ONE_SEGMENT_A_FRAME, "-T", "fields",
                         "-e", "tcpstate.conn.first_frame", "-e", "tcpstate.anomaly")
    shown = {}
    for line in listed.splitlines():
        first, anomalies = line.split("\t")
        shown.setdefault(first, set()).update(filter(None, anomalies.split(",")))
    for row in wanted:
        frame, named = row["first_frame"], set(row["anomalies"] or ())
        if str(frame) in shown:
            frames = shown[str(frame)]
            explained = EXPLAINED.get(merged.locate(frame).removesuffix(" frame 1"))
            demand(named <= frames and (explained is None or explained in frames - named),
                   f"{merged.locate(frame)}: its row names {named}, its frames {frames}")


def check_conv():
    """Check the connection report."""
    wanted = rows()
    same(rows("-2"), wanted, "-2")
    check_formats(wanted)
    check_fields(wanted)
    check_packets(wanted)
    check_anomalies(wanted)
    check_full_disk()

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


# The name of 192.0.2.1: in the file; in text and CSV; in JSON.
ODD_NAME = (b'evil\x1b[31m\xff\xe2\x80\xae"x,y\\', r'evil\x1b[31m\xff\u202e"x,y' + "\\",
            'evil\x1b[31m' + r"\xff" + '\u202e"x,y' + "\\")


def check_names():
    """Check that the report shows names if name resolution is on, and that they are harmless."""
    tshark.name_hosts(b"192.0.2.1 " + ODD_NAME[0] + "\n198.51.100.1 東京\n".encode())

    def named(form, *arguments):
        text = tshark.run("-r", merged.capture(), "-q", "-N", "n", "-o",
                          f"tcpstate.report_format:{form}", "-z", "tcpstate,conv", *arguments)
        demand(all(char.isprintable() or char in "\r\n" for char in text),
               f"{form} has a character that is not printable")
        return text

    demand(f"  {ODD_NAME[1]} " in named("text"), "the report does not show names")
    columns = named("text", "-o", "tcpstate.report_columns:server,outcome").splitlines()
    start = columns[0].index("outcome")
    wide = [line for line in columns if line.startswith("東京")]
    demand(wide and all(line[start - 2].isalpha() and line[start - 3] == " " for line in wide),
           "the column after wide characters is not aligned")
    table = list(csv.DictReader(io.StringIO(named("csv"), newline="")))
    demand(ODD_NAME[1] in {row["client"] for row in table}, "CSV does not show names")
    names = {json.loads(line)["client"] for line in named("json").splitlines()}
    demand(ODD_NAME[2] in names, f"JSON has the names {names}")
    same([named("zeek")], [report("zeek")], "Zeek's addresses")


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
                if pair != "Unknown / Unknown":
                    info = f"{pair.replace(' / ', '/')} {info}"
            demand(line.endswith(f" {info}"), f"Info is not {info!r}: {line}")
    demand("/ESTABLISHED " not in tshark.read(merged.capture()), "the preference is on by default")
    table = tshark.read(merged.capture(), "-q", "-z", "tcpstate,table").splitlines()
    cells = [line.split(" |") for line in table if line.count(" |") == len(KEYS)][1:]
    in_sight = ["stream", "client", "client_port", "server", "server_port", "outcome", "closed_by",
                "reset_by", "reset_reason", "anomalies", "duration"]
    for number, key in enumerate((*in_sight, *(key for key in KEYS if key not in in_sight))):
        if key not in (MOMENT, *TIMES):
            same([row[number].strip() for row in cells], [as_csv(key, row[key]) for row in rows()],
                 f"table, {key}")


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
