#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the plugin's states with those of TCP stacks other than Linux, frame by frame.

lwIP and libslirp (TCP of 4.4BSD) run in user space, as programs with virtual time (stack_driver.h).
Every scenario is played by every pair of the stacks that were built. The true states are derived
from the wire's journal, as in live_test.py.

These stacks deviate from RFC 9293, and the plugin cannot know which stack sent a segment. lwIP's
TIME-WAIT survives a RST (RFC 1337), and lwIP drops a connection silently when the peer's FIN brings
data that it does not want. libslirp accepts every RST in the window, answers RSTs with RSTs, and
sets FIN on each ACK until its FIN is acknowledged. So most states must be right, but not all; the
differences are printed.

Without the programs it exits with status 77 (skipped).
"""

import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import sys

import live_alarms
import live_compare
import live_ecn
import live_lab
import live_truth
import live_views
import stack_lab
import stack_scenarios  # noqa: F401  pylint: disable=unused-import
from live_test import SKIPPED, keep, seeds

import tshark

STACKS = {"lwip": "liblwip-dev", "slirp": "libslirp-dev"}   # name: Debian package
AT_LEAST = 99.0    # percent of the states without an excuse that must be right
AT_ONCE = 2


class Run:
    """One scenario, played by one pair of stacks with one seed."""

    program, reference = "stack_test.py", "stacks"   # for the reports

    def __init__(self, name, seed, pair, lab):
        self.name, self.seed = f"{name}-{pair[0]}-{pair[1]}", seed
        self.settings = f"client {pair[0]}, server {pair[1]}, order {lab.wire.order}"
        self.frames = lab.wire.packets
        self.rows = live_truth.read(lab.wire.journal)
        self.undisturbed = live_alarms.undisturbed(lab.wire.journal)
        self.calm = False    # neither stack supports ECN
        self.marks_unseen = live_ecn.marks_unseen(lab.wire.journal)
        self.plugin_states, self.ecn = {}, {}


def programs():
    """Return the drivers that were built: {stack: path}."""
    folder = pathlib.Path(os.environ.get("TCPSTATE_STACKS_DIR", tshark.PROJECT / "build"
                                          / "tests" / "kernel"))
    paths = {name: folder / f"stack-{name}" for name in STACKS}
    return {name: path for name, path in paths.items() if path.exists()}


def play(name, seed, pair, number):
    """Play one scenario; return the Run."""
    paths = programs()
    with stack_lab.StackLab(name, seed, [paths[stack] for stack in pair], number) as lab:
        with contextlib.suppress(live_lab.ScenarioAborted):
            stack_lab.SCENARIOS[name](lab)
        lab.wire.sample_sockets()
        return Run(name, seed, pair, lab)


def arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=seeds, default=seeds("1"), metavar="LIST",
                        help="such as 7 or 100-200 or 1,5-9 (default: %(default)s)")
    parser.add_argument("--only", metavar="PART", default="",
                        help="runs whose name (SCENARIO-CLIENT-SERVER) contains PART")
    parser.add_argument("--list", action="store_true", help="list the scenarios and exit")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        help="save each run's capture and the stacks' states there")
    parser.add_argument("--reports", type=int, default=20, metavar="N",
                        help="print at most N runs with differences (default: %(default)s)")
    return parser.parse_args()


def play_all(options):
    """Play all runs, several in parallel; return them."""
    stacks = list(programs())
    wanted = [(name, seed, (client, server)) for seed in options.seeds
              for name in stack_lab.SCENARIOS for client in stacks for server in stacks
              if options.only in f"{name}-{client}-{server}"]
    with concurrent.futures.ProcessPoolExecutor(AT_ONCE) as pool:
        work = [pool.submit(play, *what, number) for number, what in enumerate(wanted)]
        return [future.result() for future in work]


def report(tally, options):
    """Print what was found; return the exit status."""
    found = live_compare.run_reports(tally)
    for text in found[:options.reports]:
        print(f"\n{text}")
    if len(found) > options.reports:
        print(f"\n... and {len(found) - options.reports} more runs with differences")
    print(f"\n{tally}")
    kind = "rows without excuse"
    percent = 100 * tally.right[kind] / max(1, tally.all[kind])
    print(f"{percent:.2f} % are right; at least {AT_LEAST} % must be")
    return 0 if percent >= AT_LEAST else 1


def main():
    """Run the command; return the exit status."""
    options = arguments()
    if options.list:
        print("\n".join(f"{name}\n    {' '.join(function.__doc__.split())}"
                        for name, function in stack_lab.SCENARIOS.items()))
        return 0
    missing = [f"{name} (Debian: {package})" for name, package in STACKS.items()
               if name not in programs()]
    if len(missing) == len(STACKS):
        print(f"SKIPPED: no stack was found when this was built: {', '.join(missing)}")
        return SKIPPED
    if missing:
        print(f"not found when this was built: {', '.join(missing)}")
    runs = [run for run in play_all(options) if run.frames]
    if options.keep:
        keep(runs, options.keep)
    ordinary, alarms = live_alarms.alarms(runs)
    print(f"{ordinary} runs of ordinary traffic, {len(alarms)} alarms (false, or deviations of the "
          "stacks)", *(text for _, text in alarms), sep="\n")
    return report(live_compare.compare(runs, live_views.View(live_views.WHOLE)), options)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    tshark.run_main(main)
