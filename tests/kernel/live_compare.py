# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin says of the live captures, held against the kernels' truth."""

import collections
import dataclasses
import pathlib
import sys

import live_ecn
import packets
import pcapng
import states

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))
import tshark  # pylint: disable=wrong-import-position

NAMES = {str(number): name for name, number in states.NUMBERS.items()} | {"0": "Unknown"}
FIELDS = ("frame.number", "tcpstate.direction", "tcpstate.client.state", "tcpstate.server.state",
          "tcpstate.client.basis", "tcpstate.server.basis")
TO_SERVER = "1"
BASES = {"0": "unknown", "1": "sent", "2": "presumed", "3": "guessed", "4": "timer"}
SHORT = {"client": "C", "server": "S"}
AROUND = 4
PAUSE = 1000 * 10**9   # between two runs in one file


@dataclasses.dataclass(frozen=True)
class Opinion:
    """What the plugin says of one host at one frame."""

    state: str
    basis: str


NOTHING = Opinion("nothing", "-")


@dataclasses.dataclass(frozen=True)
class Difference:
    """One host at one frame of one run, where plugin and kernel disagree."""

    run: object
    row: object
    host: str
    opinion: Opinion

    @property
    def truth(self):
        """What the kernel says."""
        return self.row.ends[self.host]


class Tally:
    """Counts of compared states."""

    def __init__(self):
        self.all, self.right = collections.Counter(), collections.Counter()
        self.differences = []
        self.ecn_stories, self.ecn_rows, self.ecn_calm = [], 0, 0
        self.excused = collections.Counter()   # (why, kernel's state, plugin's state)
        self.examples = {}                     # one place for each of these

    def add(self, run, row, host, opinion, more_excuses=()):
        """One host at one frame."""
        end = row.ends[host]
        excuses = end.excuses + more_excuses
        right = opinion.state == end.state
        kinds = ["all rows", "rows with an excuse" if excuses else "rows without excuse"]
        if not excuses and end.state != "ESTABLISHED":
            kinds.append("  of these, not ESTABLISHED")
        for kind in (*kinds, *("    excuse: " + why for why in excuses)):
            self.all[kind] += 1
            self.right[kind] += right
        if not right and excuses:
            what = excuses[0], end.state, opinion.state
            self.excused[what] += 1
            self.examples.setdefault(what, f"{run.name} seed {run.seed} frame {row.number}")
        elif not right:
            self.differences.append(Difference(run, row, host, opinion))

    def add_ecn(self, run, differences):
        """What does not fit of ECN in a run, as (row, sentence)."""
        self.ecn_rows += len(run.ecn)
        self.ecn_calm += run.calm
        if differences:
            self.ecn_stories.append((run, ecn_story(run, differences)))

    def merge(self, other):
        """Take in another tally."""
        self.ecn_stories += other.ecn_stories
        self.ecn_rows += other.ecn_rows
        self.ecn_calm += other.ecn_calm
        self.all += other.all
        self.right += other.right
        self.differences += other.differences
        self.excused += other.excused
        self.examples = other.examples | self.examples

    def failed(self):
        """The runs with differences."""
        return {difference.run for difference in self.differences} | {
            run for run, _ in self.ecn_stories}

    def excused_text(self):
        """What was excused, the most frequent first."""
        return "\n".join(f"{count:6} {why}: kernel {state}, plugin {said}, "
                         f"e.g. {self.examples[why, state, said]}"
                         for (why, state, said), count in self.excused.most_common())

    def __str__(self):
        return "\n".join(f"{kind:45} {self.all[kind]:7}, right {self.right[kind]:7}, "
                         f"{100 * self.right[kind] / self.all[kind]:6.2f} %"
                         for kind in sorted(self.all, key=lambda kind: (kind[:4] == "    ", kind))
                         ) + (f"\nECN at {self.ecn_rows} frames, calm runs {self.ecn_calm}, "
                              f"runs with differences {len(self.ecn_stories)}")


def write(path, frames, comment):
    """Write frames, each (time, data), to a file."""
    writer = pcapng.Writer(path, comment)
    for time, data in frames:
        writer.write(data, time)
    writer.close()
    pathlib.Path(path).chmod(0o644)


def merged(runs, view):
    """All captured frames of all runs, one run after the other: [(run, row)], [(time, data)]."""
    rows, frames, shift = [], [], 0
    for run in runs:
        start = frames[-1][0] + PAUSE if frames else 0
        shift = start - run.frames[0][0] if frames and run.frames else 0
        for number, (time, data) in enumerate(run.frames, 1):
            row = run.rows.get(number)
            if row is None or view.captured(run, row):
                rows.append((run, row))
                frames.append((time + shift, data))
    return rows, frames


def opinions(frames):
    """What the plugin says of each frame: (direction, client's and server's Opinion, ECN)."""
    anomalies = live_ecn.anomaly_fields(tshark.fields())
    fields = (*FIELDS, *live_ecn.FIELDS, *anomalies)
    path = tshark.scratch() / "live.pcapng"
    write(path, frames, "live test")
    output = tshark.run("-n", "-r", path, "-T", "fields",
                        *(part for field in fields for part in ("-e", field)))
    return [read_opinion(line.split("\t"), anomalies) for line in output.splitlines()]


def read_opinion(values, anomalies):
    """What the plugin says of one frame."""
    _, direction, client, server, client_basis, server_basis = values[:len(FIELDS)]
    return (direction, Opinion(NAMES.get(client, "nothing"), BASES.get(client_basis, "-")),
            Opinion(NAMES.get(server, "nothing"), BASES.get(server_basis, "-")),
            live_ecn.said(values[len(FIELDS):], anomalies))


def by_host(row, opinion):
    """{host: its Opinion}; the plugin may call either host the client."""
    direction, client, server, _ = opinion
    if not direction:
        return {"client": NOTHING, "server": NOTHING}
    if (direction == TO_SERVER) == (row.sender == "client"):
        return {"client": client, "server": server}
    return {"client": server, "server": client}


def compare(runs, view):
    """Run tshark once on all runs; the Tally. The plugin's words stay in each run's `said`."""
    rows, frames = merged(runs, view)
    tally = Tally()
    for run in runs:
        run.said, run.ecn = {}, {}
    for (run, row), opinion in zip(rows, opinions(frames), strict=True):
        if row is None:
            continue
        run.said[row.number] = said = by_host(row, opinion)
        run.ecn[row.number] = opinion[-1]
        if view.counted(run, row):
            for host in ("client", "server"):
                tally.add(run, row, host, said[host], view.excuse(run, row))
    if view.whole:
        for run in runs:
            tally.add_ecn(run, live_ecn.differences(run))
    return tally


# What a developer gets to see

def segment_text(row):
    """A frame in a few words, numbers relative to nothing."""
    segment = row.segment
    options = packets.timestamps(segment.options)
    return (f"{row.time % 10**12 / 10**6:10.1f} ms {SHORT[row.sender]} {segment.source_port:5} "
            f"{segment.flag_names():12} seq {segment.seq:10} ack {segment.ack:10} "
            f"len {len(segment.payload):4} win {segment.window:5}"
            + (f" ts {options[0]} {options[1]}" if options else ""))


def row_text(run, row, marked):
    """A frame with both opinions."""
    said = run.said.get(row.number, {})
    opinion = " / ".join(f"{said[host].state} ({said[host].basis})" if host in said else "-"
                         for host in ("client", "server"))
    truth = " / ".join(row.ends[host].state for host in ("client", "server"))
    raw = " / ".join(row.ends[host].raw for host in ("client", "server"))
    excuses = "; ".join(f"{SHORT[host]}: {why}" for host in ("client", "server")
                        for why in row.ends[host].excuses)
    return (f"  {'>' if marked else ' '} {row.number:3} {segment_text(row)} {row.note}\n"
            f"        kernels {truth} (raw {raw}), plugin {opinion}"
            + (f"\n        cannot be known: {excuses}" if excuses else ""))


def again(run):
    """How to see a run again."""
    return f"  again: tests/kernel/live_test.py --seeds {run.seed} --only {run.name} --keep DIR"


def ecn_story(run, differences):
    """What does not fit of ECN in a run, and how to see it again."""
    first = differences[0][0]
    shown = [row for number, row in sorted(run.rows.items())
             if first.number - AROUND <= number <= first.number + AROUND
             and row.ports == first.ports]
    return "\n".join(
        [f"{run.name}, seed {run.seed}: ECN differs ({run.settings})"]
        + [f"  frame {row.number}: {text}" for row, text in differences[:AROUND]]
        + [row_text(run, row, row is first) for row in shown] + [again(run)])


def story(differences):
    """The frames around the first of a run's differences, and how to see it again."""
    run = differences[0].run
    marked = {difference.row.number for difference in differences}
    first = min(marked)
    shown = [row for number, row in sorted(run.rows.items())
             if first - AROUND <= number <= first + AROUND
             and row.ports == run.rows[first].ports]
    words = collections.Counter(
        f"{difference.host}: kernel {difference.truth.state}, plugin {difference.opinion.state}"
        for difference in differences)
    return "\n".join(
        [f"{run.name}, seed {run.seed}: {len(differences)} states differ ({run.settings})"]
        + [f"  {count} x {what}" for what, count in words.most_common()]
        + [row_text(run, row, row.number in marked) for row in shown]
        + [again(run)])


def stories(tally):
    """One story for each run with differences."""
    by_run = {}
    for difference in tally.differences:
        by_run.setdefault((difference.run.name, difference.run.seed), []).append(difference)
    return [story(found) for found in by_run.values()]


def truth_text(run):
    """The truth of a whole run, one line or two a frame."""
    return "\n".join([f"{run.name}, seed {run.seed}: {run.settings}"]
                     + [row_text(run, row, False) for _, row in sorted(run.rows.items())]) + "\n"
