#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the plugin's states and ECN fields with those of two live kernels, frame by frame.

Also check that ordinary traffic raises no anomaly worse than a Note.

Each scenario runs once for each seed, on a wire in user space between two network namespaces. The
seed determines all choices (IP version, options, sizes, order, who closes, what is lost). Needs
root, TUN devices and iproute2; without them it exits with status 77 (skipped).

If the process that runs the wire does not get the CPU in time, the kernels' timers may expire and
the scenario takes a different course. So it runs with real-time priority, if allowed, and records
the longest delay. A run that fails after too long a delay is repeated a few times.
"""

import argparse
import concurrent.futures
import contextlib
import importlib
import os
import pathlib
import time

import lab as labs
import live_alarms
import live_compare
import live_ecn
import live_lab
import live_truth
import live_views
import namespaces
import tshark

THEMES = ("open", "close", "loss", "forged", "reset", "reuse", "transfer",
          "ecn")
SKIPPED = 77
AT_ONCE = 6
DEFAULT_SEEDS = "1"
PRIORITY = 1               # the lowest real-time priority
TOO_LONG = 20 * 10**6      # nanoseconds: half of Linux's shortest ACK delay, or less
REPETITIONS = 5


class Run:
    """One scenario, played with one seed."""

    program, reference = "live_test.py", "kernels"   # for the reports

    def __init__(self, name, seed, lab, failure, seconds):
        self.name, self.seed, self.failure, self.seconds = name, seed, failure, seconds
        self.stalled = lab.wire.stalled
        self.settings = f"{lab.settings}, stalled for {self.stalled / 10**6:.1f} ms"
        self.frames = lab.wire.packets
        self.rows = live_truth.read(lab.wire.journal)
        self.undisturbed = live_alarms.undisturbed(lab.wire.journal)
        self.calm = live_ecn.is_calm(lab.wire.journal)
        self.marks_unseen = live_ecn.marks_unseen(lab.wire.journal)
        self.plugin_states, self.ecn = {}, {}


def load():
    """Import all scenarios; return them by name."""
    for theme in THEMES:
        importlib.import_module("live_scenarios_" + theme)
    return live_lab.SCENARIOS


def seeds(text):
    """Parse a list of seeds: "3", "1-5" or "1,4-6"."""
    numbers = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=seeds, default=seeds(DEFAULT_SEEDS), metavar="LIST",
                        help="such as 7 or 100-200 or 1,5-9 (default: %(default)s)")
    parser.add_argument("--only", metavar="PART", help="scenarios whose name contains PART")
    parser.add_argument("--list", action="store_true", help="list the scenarios and exit")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        help="save each run's capture and the kernels' states there")
    parser.add_argument("--excused", action="store_true",
                        help="also list the excused differences")
    parser.add_argument("--view", choices=live_views.NAMES, default=live_views.WHOLE,
                        help="compare captures that begin late or are one-way (default: whole)")
    parser.add_argument("--reports", type=int, default=20, metavar="N",
                        help="print at most N runs with differences (default: %(default)s)")
    return parser.parse_args()


def play(name, seed, position):
    """Play one scenario; return the Run."""
    scenario = load()[name]
    failure, begin = "", time.monotonic()
    with live_lab.LiveLab(scenario, seed, position) as lab:
        try:
            with contextlib.suppress(live_lab.ScenarioAborted):
                scenario.function(lab)
            lab.wire.sample_sockets()
        except (labs.Unexpected, OSError) as error:
            failure = f"{type(error).__name__}: {error}"
        return Run(name, seed, lab, failure, time.monotonic() - begin)


def raise_priority():
    """Give this process real-time priority, if this is allowed."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))


def play_all(names, seed, pool):
    """Play scenarios with one seed, several in parallel."""
    work = [pool.submit(play, name, seed, position) for position, name in enumerate(names)]
    return [future.result() for future in work]


class Verdict:
    """The results of the runs of one seed."""

    def __init__(self, runs, view):
        self.tally = live_compare.compare([run for run in runs if run.frames],
                                          live_views.View(view))
        self.ordinary, self.alarms = live_alarms.alarms(runs)
        self.unfinished = [run for run in runs if run.failure]
        self.failed = self.tally.failed().union(self.unfinished, (run for run, _ in self.alarms))


def play_until_calm(names, seed, pool, view):
    """Play scenarios, repeat those that fail and were stalled; return the runs and the Verdict."""
    runs = play_all(names, seed, pool)
    verdict = Verdict(runs, view)
    for _ in range(REPETITIONS):
        disturbed = [run for run in verdict.failed if run.stalled > TOO_LONG]
        if not disturbed:
            break
        for run in disturbed:
            print(f"{run.name}, seed {seed}: failed, but the wire was stalled for "
                  f"{run.stalled / 10**6:.0f} ms: repeated", flush=True)
            position = names.index(run.name)
            runs[position] = pool.submit(play, run.name, seed, position).result()
        verdict = Verdict(runs, view)
    return runs, verdict


def keep(runs, directory):
    """Save the captures, and the kernels' states as text."""
    directory.mkdir(parents=True, exist_ok=True)
    for run in runs:
        name = f"{run.name}-{run.seed}"
        live_compare.write(directory / f"{name}.pcapng", run.frames, f"{run.name} {run.seed}")
        (directory / f"{name}.truth").write_text(live_compare.truth_text(run), encoding="utf-8")


def test(names, options):
    """Play, compare and report; return the exit status."""
    tally, unfinished, alarms, ordinary = live_compare.Tally(), [], [], 0
    begin = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE, initializer=raise_priority) as pool:
        for seed in options.seeds:
            runs, verdict = play_until_calm(names, seed, pool, options.view)
            tally.merge(verdict.tally)
            unfinished += verdict.unfinished
            ordinary += verdict.ordinary
            alarms += [text for _, text in verdict.alarms]
            if options.keep:
                keep(runs, options.keep)
            slow = max(runs, key=lambda run: run.seconds)
            print(f"seed {seed}: {len(runs)} scenarios, {sum(len(run.frames) for run in runs)} "
                  f"frames, {len(tally.differences)} differences and {len(alarms)} false alarms "
                  f"so far, {time.monotonic() - begin:.0f} s, slowest: {slow.name} "
                  f"({slow.seconds:.0f} s)", flush=True)
    print(f"\n{ordinary} runs of ordinary traffic, {len(alarms)} false alarms", *alarms, sep="\n")
    return report(tally, unfinished, options) or bool(alarms)


def report(tally, unfinished, options):
    """Print what was found; return the exit status."""
    found = live_compare.run_reports(tally) + [text for _, text in tally.ecn_reports]
    for text in found[:options.reports]:
        print(f"\n{text}")
    if len(found) > options.reports:
        print(f"\n... and {len(found) - options.reports} more runs with differences")
    for run in unfinished:
        print(f"\n{run.name}, seed {run.seed}: did not finish: {run.failure}")
    if options.excused:
        print(f"\nexcused differences:\n{tally.excused_text()}")
    print(f"\n{tally}")
    if tally.blind():
        print("the ladder's hindsight is worse than the fields")
    return 1 if found or unfinished or tally.blind() else 0


def main():
    """Run the command; return the exit status."""
    options = arguments()
    names = [name for name in load() if not options.only or options.only in name]
    if options.list or not names:
        print("\n".join(f"{name}\n    {load()[name].description}" for name in names))
        return 0 if names else f"no scenario's name contains {options.only}"
    try:
        namespaces.require()
    except namespaces.Unavailable as error:
        print(f"SKIPPED: {error}")
        return SKIPPED
    tshark.plugin_directory()
    return test(names, options)


if __name__ == "__main__":
    os.umask(0o022)
    tshark.run_main(main)
