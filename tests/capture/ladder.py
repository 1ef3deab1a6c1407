#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check -z tcpstate,ladder on all captures, merged into one file.

Both passes give the same; text and JSON have the same rows; a segment's states in JSON are those of
its fields, and a copy is named as its field names it; the notes tell of the retransmissions that the
report counts, and of the anomalies that the report has; no line of the text is wider than
100 columns but where a label would be cut; TIME-WAIT is over when its time has passed, by the
preference, unless a segment or the next connection shows more; a filter selects whole connections;
a wrong one is rejected.
"""

import json
import re

import merged
import tshark

WIDTH = 100
ROLES = ("client", "server")
SEGMENT = re.compile(r"^ *(\d+) +-?\d+\.\d{4} .*(?:--|\.\.\.)")
ROW_KEYS = ("frame", "time", "from", "flags", "seq", "ack", "seq_raw", "ack_raw", "len", "phase",
            "client_state", "server_state", "client_hindsight", "server_hindsight", "notes")
RUN_KEYS = ("frame", "time", "last_frame", "segments", "copies", "client_bytes", "server_bytes",
            "client_state", "server_state", "client_hindsight", "server_hindsight")
NOTICE_KEYS = ("frame", "time", "notes")
# "SA seq=0 ack=1 len=5": letters for the flags, as the words would not have fitted
SHORT_LABEL = re.compile(r"(?:--|<--) [SFRPAUECN]+ seq=\d+( ack=\d+)?( len=\d+)? -*>? ")


def demand(condition, message):
    """Fail with a message unless the condition holds."""
    if not condition:
        raise tshark.Failure(message)


def ladder(form, *arguments, option="tcpstate,ladder"):
    """Return what -z prints in one of the formats."""
    return tshark.read(merged.capture(), "-q", "-o", f"tcpstate.report_format:{form}",
                       "-z", option, *arguments)


def connections(*arguments, option="tcpstate,ladder"):
    """Return the connections of the JSON."""
    return [json.loads(line) for line in ladder("json", *arguments, option=option).splitlines()]


def check_rows(found):
    """Check the members of all rows, and that frames and times do not go back."""
    for connection in found:
        last = 0
        for row in connection["rows"]:
            keys = tuple(row)
            demand(keys in (ROW_KEYS, RUN_KEYS, NOTICE_KEYS), f"unknown row: {keys}")
            demand(row["frame"] >= last, f"frame {row['frame']} after {last}")
            last = row.get("last_frame", row["frame"])
            demand(keys != RUN_KEYS or row["segments"] >= 3, f"a short run: {row}")


def check_fields(found):
    """Check that a segment has the phase, the states and the original of its fields."""
    names = ("frame.number", "tcpstate.phase.text", "tcpstate.client.state",
             "tcpstate.server.state", "tcpstate.copy_of")
    listed = tshark.read(merged.capture(), "-T", "fields", "-E", "separator=/t", "-E",
                         "occurrence=a", "-E", "aggregator=|",
                         *(part for name in names for part in ("-e", name)))
    values = {int(line.split("\t")[0]): line.split("\t")[1:] for line in listed.splitlines()}
    texts = dict(tshark.values()["tcpstate.client.state"])
    copies = 0
    for connection in found:
        for row in connection["rows"]:
            copies += row.get("copies", 0)
            if "from" not in row:
                continue
            phases, client, server, originals = (cell.split("|") for cell in values[row["frame"]])
            told = [note.removeprefix("copy of frame ") for note in row["notes"]
                    if note.startswith("copy of")]
            demand(told == originals or not any(told + originals),
                   f"frame {row['frame']}: a copy of {originals}, the notes say {told}")
            copies += len(told)
            demand(row["phase"] in phases, f"frame {row['frame']}: {row['phase']}, not {phases}")
            for state, numbers in ((row["client_state"], client), (row["server_state"], server)):
                demand(state in [texts[int(number)] for number in numbers if number],
                       f"frame {row['frame']}: {state}, not {numbers}")
    shown = sum(bool(original) for cells in values.values() for original in cells[3].split("|"))
    demand(copies == shown > 0, f"{copies} copies in ladders, {shown} in fields")


def check_text(found):
    """Check that the text has the rows of the JSON, and its width."""
    text = ladder("text")
    drawn = [int(match[1]) for match in map(SEGMENT.match, text.splitlines()) if match]
    want = [row["frame"] for connection in found for row in connection["rows"]
            if tuple(row) != NOTICE_KEYS]
    demand(drawn == want, "text and JSON have other rows")
    unknown = [connection for connection in found if connection["reset_reason"] == "Unknown"]
    demand(unknown and not re.search("(?:reset|refused) by [a-z]+: Unknown", text),
           "a reason that is not known is told")
    for line in text.splitlines():
        demand(len(line) <= WIDTH or SHORT_LABEL.search(line), f"{len(line)} columns: {line}")
    for connection in found:
        for row in connection["rows"]:
            for state in (row.get("client_hindsight"), row.get("server_hindsight")):
                demand(state is None or state in text, f"{state} is not drawn")


def since_in_time_wait(connection, role):
    """Return when an end began to wait that the ladder leaves in TIME-WAIT, or None."""
    since = state = None
    for row in connection["rows"]:
        if "client_hindsight" not in row:
            continue
        fin = "FIN" in row.get("flags", "") and row["from"] != role
        copy = any(note.startswith("copy of") for note in row.get("notes", ()))
        before, state = state, row[f"{role}_hindsight"]
        if state == "TIME-WAIT" and (before not in (None, state) or (fin and not copy)):
            since = row["time"]
    shown = [row[f"{role}_state"] for row in connection["rows"] if f"{role}_state" in row]
    return since if shown and state == shown[-1] == "TIME-WAIT" else None


def check_anomalies(found):
    """Check that the notes tell of the anomalies that the report has, and of no others."""
    names = {field.name.removeprefix("tcpstate.anomaly.") for field in tshark.fields()}
    for connection in found:
        notes = [note for row in connection["rows"] for note in row.get("notes", ())]
        told = {note.split(":")[0] for note in notes} & names
        left = set(connection["anomalies"] or ())
        demand(told == left, f"frame {connection['first_frame']}: the notes tell of {told}, "
                             f"the report of {left}")


def check_retransmissions(found):
    """Check that as many segments are retransmissions as the report counts.

    The report counts numbers: an ACK has none, and the SYN-ACK of a simultaneous open has those of
    its SYN.
    """
    counted = 0
    for connection in found:
        for role in ROLES:
            told = sum("retransmission" in row["notes"] for row in connection["rows"]
                       if row.get("from") == role and
                       (row["len"] or {"SYN", "FIN"} & set(row["flags"].split(", "))))
            count = connection[f"{role}_retransmissions"]
            crossed = "simultaneous_open" in (connection["anomalies"] or ())
            demand(told == count - crossed, f"frame {connection['first_frame']}: {told} "
                   f"retransmissions of the {role} in the notes, {count} in the report")
            counted += told
    demand(counted > 0, "there are no retransmissions")


def begins_before(found, connection, when):
    """Return whether another connection of these ports begins before a time of this one."""
    def ends(one):
        return {(one[role], one[f"{role}_port"]) for role in ROLES}

    return any(other["first_frame"] > connection["first_frame"] and ends(other) == ends(connection)
               and other["time"] < connection["time"] + when for other in found)


def check_time_wait(lasts):
    """Check when TIME-WAIT is over that lasts so many seconds."""
    preference = ("-o", f"tcpstate.time_wait:{lasts}")
    found, told = connections(*preference), 0
    for connection in found:
        for role, over in connection["time_wait_over"].items():
            since = since_in_time_wait(connection, role)
            where = f"{connection['first_frame']}: {role} waits from {since} to {over}"
            if over is None:
                last = max(connection["duration"] or 0, connection["rows"][-1]["time"])
                demand(since is None or last >= since + lasts or
                       begins_before(found, connection, since + lasts), where)
                continue
            told += 1
            demand(since is not None and abs(over - since - lasts) < 1e-6, where)
            demand(over > connection["rows"][-1]["time"], where)
            demand(not begins_before(found, connection, over), where)
    demand(told > 0, "no TIME-WAIT is over")
    demand(ladder("text", *preference).count(f"(2 MSL: {lasts} s by the preferences)") == told,
           "text and JSON tell other ends of TIME-WAIT")


def check_filter(found):
    """Check that a filter selects connections and not segments, and that a wrong one is an error."""
    for text in ("tcp.flags.reset == 1", "tcpstate.phase == \"Teardown\""):
        some = connections(option=f"tcpstate,ladder,{text}")
        demand(0 < len(some) < len(found), f"{text} selects {len(some)} of {len(found)}")
        demand(all(connection in found for connection in some), f"{text} changes a connection")
    done = tshark.start("-n", "-q", "-r", tshark.readable(merged.capture()), "-z",
                        "tcpstate,ladder,no.such.field")
    demand(done.returncode != 0 and "no.such.field" in done.stderr, "a wrong filter is accepted")


def main():
    """Run all checks."""
    found = connections()
    demand(found == connections("-2"), "two passes draw other ladders than one")
    check_rows(found)
    check_fields(found)
    check_anomalies(found)
    check_retransmissions(found)
    check_text(found)
    for lasts in (60, 1):
        check_time_wait(lasts)
    check_filter(found)
    print(f"{len(found)} connections, {sum(len(one['rows']) for one in found)} rows")


if __name__ == "__main__":
    tshark.run_main(main)
