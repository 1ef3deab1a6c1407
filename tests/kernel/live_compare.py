# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the plugin's states on the live captures with the kernels' states."""

import collections
import dataclasses
import json
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
PAUSE = 1000 * 10**9   # nanoseconds between two runs in one file


@dataclasses.dataclass(frozen=True)
class PluginState:
    """The plugin's state and basis for one host at one frame."""

    state: str
    basis: str


NOTHING = PluginState("nothing", "-")


@dataclasses.dataclass(frozen=True)
class Difference:
    """A host at a frame of a run, where plugin and kernel disagree."""

    run: object
    row: object
    host: str
    plugin: PluginState

    @property
    def truth(self):
        """The kernel's state."""
        return self.row.endpoints[self.host]


class Tally:
    """Counts of compared states, and the differences."""

    def __init__(self):
        self.all, self.right = collections.Counter(), collections.Counter()
        self.differences = []
        self.ecn_reports, self.ecn_rows, self.ecn_calm = [], 0, 0
        self.hindsight = collections.Counter()  # states of the ladder: "all", "right", "by fields"
        self.excused = collections.Counter()   # (excuse, kernel's state, plugin's state)
        self.examples = {}                     # one occurrence of each of these

    def add(self, run, row, host, plugin, more_excuses=()):
        """Count one host at one frame."""
        endpoint = row.endpoints[host]
        excuses = endpoint.excuses + more_excuses
        right = plugin.state == endpoint.state
        kinds = ["all rows", "rows with an excuse" if excuses else "rows without excuse"]
        if not excuses and endpoint.state != "ESTABLISHED":
            kinds.append("  of these, not ESTABLISHED")
        for kind in (*kinds, *("    excuse: " + excuse for excuse in excuses)):
            self.all[kind] += 1
            self.right[kind] += right
        if not right and excuses:
            what = excuses[0], endpoint.state, plugin.state
            self.excused[what] += 1
            self.examples.setdefault(what, f"{run.name} seed {run.seed} frame {row.number}")
        elif not right:
            self.differences.append(Difference(run, row, host, plugin))

    def add_hindsight(self, row, host, plugin, ladder):
        """Count one host at one frame: what the ladder says of it, with hindsight."""
        truth = row.endpoints[host].state
        self.hindsight["all"] += 1
        self.hindsight["right"] += ladder.state == truth
        self.hindsight["by fields"] += plugin.state == truth

    def blind(self):
        """True where the ladder, which knows what comes later, knows less than the fields."""
        return self.hindsight["right"] < self.hindsight["by fields"]

    def add_ecn(self, run, differences):
        """Count a run's ECN rows; differences: (row, description) each."""
        self.ecn_rows += len(run.ecn)
        self.ecn_calm += run.calm
        if differences:
            self.ecn_reports.append((run, ecn_report(run, differences)))

    def merge(self, other):
        """Add another tally."""
        self.ecn_reports += other.ecn_reports
        self.ecn_rows += other.ecn_rows
        self.ecn_calm += other.ecn_calm
        self.all += other.all
        self.right += other.right
        self.differences += other.differences
        self.excused += other.excused
        self.hindsight += other.hindsight
        self.examples = other.examples | self.examples

    def failed(self):
        """Return the runs with differences."""
        return {difference.run for difference in self.differences} | {
            run for run, _ in self.ecn_reports}

    def excused_text(self):
        """List what was excused, most frequent first."""
        return "\n".join(f"{count:6} {excuse}: kernel {kernel}, plugin {plugin}, "
                         f"e.g. {self.examples[excuse, kernel, plugin]}"
                         for (excuse, kernel, plugin), count in self.excused.most_common())

    def hindsight_text(self):
        """Say how right the ladder is, and the fields, in all rows."""
        if not self.hindsight["all"]:
            return ""
        ladder, fields = (100 * self.hindsight[kind] / self.hindsight["all"]
                          for kind in ("right", "by fields"))
        return f"\nhindsight in all rows: {ladder:.2f} %, fields: {fields:.2f} %"

    def __str__(self):
        return "\n".join(f"{kind:45} {self.all[kind]:7}, correct {self.right[kind]:7}, "
                         f"{100 * self.right[kind] / self.all[kind]:6.2f} %"
                         for kind in sorted(self.all, key=lambda kind: (kind[:4] == "    ", kind))
                         ) + self.hindsight_text() + (f"\nECN at {self.ecn_rows} frames, calm runs {self.ecn_calm}, "
                              f"runs with differences {len(self.ecn_reports)}")


def write(path, frames, comment):
    """Write frames, (time, data) each, to a file."""
    writer = pcapng.Writer(path, comment)
    for time, data in frames:
        writer.write(data, time)
    writer.close()
    pathlib.Path(path).chmod(0o644)


def merged(runs, view):
    """Concatenate the captured frames of all runs; return [(run, row)] and [(time, data)]."""
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


def draw(path):
    """Return the states of the ladders, {frame: (client's PluginState, server's)}."""
    found = {}
    output = tshark.read(path, "-q", "-o", "tcpstate.report_format:json", "-z", "tcpstate,ladder")
    for line in output.splitlines():
        for row in json.loads(line)["rows"]:
            if "client_hindsight" in row:
                states_ = tuple(PluginState(row[f"{role}_hindsight"], "hindsight")
                                for role in ("client", "server"))
                found |= dict.fromkeys(range(row["frame"], row.get("last_frame", row["frame"]) + 1),
                                       states_)
    return found


def dissect(path, frames):
    """Run tshark; return (direction, client's PluginState, server's, PluginEcn) of each frame."""
    anomalies = live_ecn.anomaly_fields(tshark.fields())
    fields = (*FIELDS, *live_ecn.FIELDS, *anomalies)
    write(path, frames, "live test")
    output = tshark.run("-n", "-r", path, "-T", "fields",
                        *(part for field in fields for part in ("-e", field)))
    return [parse_line(line.split("\t"), anomalies) for line in output.splitlines()]


def parse_line(values, anomalies):
    """Parse one line of tshark's output."""
    _, direction, client, server, client_basis, server_basis = values[:len(FIELDS)]
    return (direction, PluginState(NAMES.get(client, "nothing"), BASES.get(client_basis, "-")),
            PluginState(NAMES.get(server, "nothing"), BASES.get(server_basis, "-")),
            live_ecn.parse(values[len(FIELDS):], anomalies))


def by_host(row, plugin):
    """Return {host: PluginState}; either host may have the plugin's role of client."""
    direction, client, server, _ = plugin
    if not direction:
        return {"client": NOTHING, "server": NOTHING}
    if (direction == TO_SERVER) == (row.sender == "client"):
        return {"client": client, "server": server}
    return {"client": server, "server": client}


def compare(runs, view):
    """Run tshark once on all runs; return the Tally. Set `plugin_states` and `ecn` of each run."""
    rows, frames = merged(runs, view)
    tally = Tally()
    for run in runs:
        run.plugin_states, run.ecn = {}, {}
    path = tshark.scratch() / "live.pcapng"
    dissected = dissect(path, frames)
    ladders = draw(path) if view.whole else {}
    for number, ((run, row), plugin) in enumerate(zip(rows, dissected, strict=True), 1):
        if row is None:
            continue
        run.plugin_states[row.number] = plugin_states = by_host(row, plugin)
        run.ecn[row.number] = plugin[-1]
        if view.counted(run, row):
            for host in ("client", "server"):
                tally.add(run, row, host, plugin_states[host], view.excuse(run, row))
                if number in ladders:
                    drawn = by_host(row, (plugin[0], *ladders[number], None))
                    tally.add_hindsight(row, host, plugin_states[host], drawn[host])
    if view.whole:
        for run in runs:
            tally.add_ecn(run, live_ecn.differences(run))
    return tally


# Output for the developer

def segment_text(row):
    """Describe a frame on one line, with raw sequence numbers."""
    segment = row.segment
    options = packets.timestamps(segment.options)
    return (f"{row.time % 10**12 / 10**6:10.1f} ms {SHORT[row.sender]} {segment.source_port:5} "
            f"{segment.flag_names():12} seq {segment.seq:10} ack {segment.ack:10} "
            f"len {len(segment.payload):4} win {segment.window:5}"
            + (f" ts {options[0]} {options[1]}" if options else ""))


def row_text(run, row, marked):
    """Describe a frame, with the states of the kernels or stacks and of the plugin."""
    found = run.plugin_states.get(row.number, {})
    plugin = " / ".join(f"{found[host].state} ({found[host].basis})" if host in found else "-"
                        for host in ("client", "server"))
    truth = " / ".join(row.endpoints[host].state for host in ("client", "server"))
    raw = " / ".join(row.endpoints[host].raw for host in ("client", "server"))
    excuses = "; ".join(f"{SHORT[host]}: {excuse}" for host in ("client", "server")
                        for excuse in row.endpoints[host].excuses)
    return (f"  {'>' if marked else ' '} {row.number:3} {segment_text(row)} {row.note}\n"
            f"        {run.reference} {truth} (raw {raw}), plugin {plugin}"
            + (f"\n        excuses: {excuses}" if excuses else ""))


def rerun_hint(run):
    """Return the command that repeats a run."""
    return f"  repeat: tests/kernel/{run.program} --seeds {run.seed} --only {run.name} --keep DIR"


def ecn_report(run, differences):
    """Describe a run's differences in ECN, and how to repeat the run."""
    first = differences[0][0]
    shown = [row for number, row in sorted(run.rows.items())
             if first.number - AROUND <= number <= first.number + AROUND
             and row.ports == first.ports]
    return "\n".join(
        [f"{run.name}, seed {run.seed}: ECN differs ({run.settings})"]
        + [f"  frame {row.number}: {text}" for row, text in differences[:AROUND]]
        + [row_text(run, row, row is first) for row in shown] + [rerun_hint(run)])


def run_report(differences):
    """Describe a run's differences, the frames around the first one, and how to repeat the run."""
    run = differences[0].run
    marked = {difference.row.number for difference in differences}
    first = min(marked)
    shown = [row for number, row in sorted(run.rows.items())
             if first - AROUND <= number <= first + AROUND
             and row.ports == run.rows[first].ports]
    words = collections.Counter(
        f"{difference.host}: {run.reference} {difference.truth.state}, "
        f"plugin {difference.plugin.state}"
        for difference in differences)
    return "\n".join(
        [f"{run.name}, seed {run.seed}: {len(differences)} states differ ({run.settings})"]
        + [f"  {count} x {what}" for what, count in words.most_common()]
        + [row_text(run, row, row.number in marked) for row in shown]
        + [rerun_hint(run)])


def run_reports(tally):
    """Return one report for each run with differences."""
    by_run = {}
    for difference in tally.differences:
        by_run.setdefault((difference.run.name, difference.run.seed), []).append(difference)
    return [run_report(found) for found in by_run.values()]


def truth_text(run):
    """Return the states at every frame of a run as text."""
    return "\n".join([f"{run.name}, seed {run.seed}: {run.settings}"]
                     + [row_text(run, row, False) for _, row in sorted(run.rows.items())]) + "\n"
