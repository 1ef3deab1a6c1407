#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hold the plugin's states and ECN against those of two live kernels, frame by frame.

Where nothing was lost, forged or damaged, it must not raise an anomaly worse than a Note, either.

Each scenario runs once for each seed, on a wire in user space between two network namespaces; the
seed makes all choices (addresses' version, options, sizes, order, who closes, what is lost). Needs
root, TUN devices, iproute2 and the plugin; without them it ends with status 77: skipped.

A wire that does not get its processor in time keeps the kernels waiting, and what comes of that is
another scenario. So it runs before all other work, as far as it may, and notes how long it had to
wait; a run that fails and had to wait too long is played again, a few times.
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
PRIORITY = 1               # the lowest that goes before all ordinary processes
TOO_LONG = 20 * 10**6      # nanoseconds; a kernel delays an ACK for twice as long at least
REPETITIONS = 5


class Run:
    """One scenario, played with one seed."""

    def __init__(self, name, seed, lab, surprise, seconds):
        self.name, self.seed, self.surprise, self.seconds = name, seed, surprise, seconds
        self.stalled = lab.wire.stalled
        self.settings = f"{lab.settings}, kept waiting for {self.stalled / 10**6:.1f} ms"
        self.frames = lab.wire.packets
        self.rows = live_truth.read(lab.wire.journal)
        self.undisturbed = live_alarms.undisturbed(lab.wire.journal)
        self.calm = live_ecn.is_calm(lab.wire.journal)
        self.marks_unseen = live_ecn.marks_unseen(lab.wire.journal)
        self.said, self.ecn = {}, {}


def load():
    """All scenarios by name."""
    for theme in THEMES:
        importlib.import_module("live_scenarios_" + theme)
    return live_lab.SCENARIOS


def seeds(text):
    """"3", "1-5" or "1,4-6" as numbers."""
    numbers = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=seeds, default=seeds(DEFAULT_SEEDS), metavar="LIST",
                        help="like 7 or 100-200 or 1,5-9 (default: %(default)s)")
    parser.add_argument("--only", metavar="PART", help="scenarios with this in their name")
    parser.add_argument("--list", action="store_true", help="list the scenarios and stop")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        help="keep each run's capture and truth there")
    parser.add_argument("--excused", action="store_true",
                        help="list the differences that were excused, too")
    parser.add_argument("--view", choices=live_views.NAMES, default=live_views.WHOLE,
                        help="compare captures that began late or are one-way (default: whole)")
    parser.add_argument("--stories", type=int, default=20, metavar="N",
                        help="print at most N runs with differences (default: %(default)s)")
    return parser.parse_args()


def play(name, seed, position):
    """Play one scenario; the Run."""
    scenario = load()[name]
    surprise, begin = "", time.monotonic()
    with live_lab.LiveLab(scenario, seed, position) as lab:
        try:
            with contextlib.suppress(live_lab.Enough):
                scenario.function(lab)
            lab.wire.look()
        except (labs.Surprise, OSError) as error:
            surprise = f"{type(error).__name__}: {error}"
        return Run(name, seed, lab, surprise, time.monotonic() - begin)


def hurry():
    """Run before all ordinary processes, if this is allowed."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))


def play_all(names, seed, pool):
    """Play scenarios with one seed, several at once."""
    work = [pool.submit(play, name, seed, position) for position, name in enumerate(names)]
    return [future.result() for future in work]


class Verdict:
    """What was found in the runs of one seed."""

    def __init__(self, runs, view):
        self.tally = live_compare.compare([run for run in runs if run.frames],
                                          live_views.View(view))
        self.ordinary, self.alarms = live_alarms.alarms(runs)
        self.surprises = [run for run in runs if run.surprise]
        self.failed = self.tally.failed().union(self.surprises, (run for run, _ in self.alarms))


def play_until_calm(names, seed, pool, view):
    """Play scenarios, and those again that fail and were kept waiting; the runs, the Verdict."""
    runs = play_all(names, seed, pool)
    verdict = Verdict(runs, view)
    for _ in range(REPETITIONS):
        disturbed = [run for run in verdict.failed if run.stalled > TOO_LONG]
        if not disturbed:
            break
        for run in disturbed:
            print(f"{run.name}, seed {seed}: fails, but the kernels were kept waiting for "
                  f"{run.stalled / 10**6:.0f} ms: once more", flush=True)
            position = names.index(run.name)
            runs[position] = pool.submit(play, run.name, seed, position).result()
        verdict = Verdict(runs, view)
    return runs, verdict


def keep(runs, directory):
    """Write captures and truths for whoever wants to look at them."""
    directory.mkdir(parents=True, exist_ok=True)
    for run in runs:
        name = f"{run.name}-{run.seed}"
        live_compare.write(directory / f"{name}.pcapng", run.frames, f"{run.name} {run.seed}")
        (directory / f"{name}.truth").write_text(live_compare.truth_text(run), encoding="utf-8")


def test(names, options):
    """Play, compare and report; the exit status."""
    tally, surprises, alarms, ordinary = live_compare.Tally(), [], [], 0
    begin = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE, initializer=hurry) as pool:
        for seed in options.seeds:
            runs, verdict = play_until_calm(names, seed, pool, options.view)
            tally.merge(verdict.tally)
            surprises += verdict.surprises
            ordinary += verdict.ordinary
            alarms += [text for _, text in verdict.alarms]
            if options.keep:
                keep(runs, options.keep)
            slow = max(runs, key=lambda run: run.seconds)
            print(f"seed {seed}: {len(runs)} scenarios, {sum(len(run.frames) for run in runs)} "
                  f"frames, {len(tally.differences)} differences and {len(alarms)} false alarms "
                  f"so far, "
                  f"{time.monotonic() - begin:.0f} s, the slowest {slow.name} "
                  f"({slow.seconds:.0f} s)", flush=True)
    print(f"\n{ordinary} runs of ordinary traffic, {len(alarms)} false alarms", *alarms, sep="\n")
    return report(tally, surprises, options) or bool(alarms)


def report(tally, surprises, options):
    """Say what was found; the exit status."""
    found = live_compare.stories(tally) + [text for _, text in tally.ecn_stories]
    for text in found[:options.stories]:
        print(f"\n{text}")
    if len(found) > options.stories:
        print(f"\n... and {len(found) - options.stories} more runs with differences")
    for run in surprises:
        print(f"\n{run.name}, seed {run.seed}: not played to its end: {run.surprise}")
    if options.excused:
        print(f"\nexcused differences:\n{tally.excused_text()}")
    print(f"\n{tally}")
    return 1 if found or surprises else 0


def main():
    """The command."""
    options = arguments()
    names = [name for name in load() if not options.only or options.only in name]
    if options.list or not names:
        print("\n".join(f"{name}\n    {load()[name].description}" for name in names))
        return 0 if names else f"no scenario has {options.only} in its name"
    try:
        namespaces.require()
    except namespaces.Unavailable as error:
        print(f"SKIPPED: no live kernels here: {error}")
        return SKIPPED
    tshark.plugin_directory()
    return test(names, options)


if __name__ == "__main__":
    os.umask(0o022)
    tshark.run_main(main)
