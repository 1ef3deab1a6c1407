# SPDX-License-Identifier: GPL-2.0-or-later
"""Which live runs were ordinary traffic, and what the plugin finds wrong with them.

Ordinary is a run in which everything that was captured is what a kernel had sent, arrived once and
undamaged, and nothing else arrived; no rule looks at a scenario's name. A host that has lost its
memory, and so sends a SYN on a connection that the other one still has, is not ordinary.
"""

import pathlib
import sys

import live_compare
import live_truth
import live_views
from live_wire import Captured, Delivered, Emitted

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "capture"))
import pdml  # pylint: disable=wrong-import-position
import tshark  # pylint: disable=wrong-import-position

WORSE_THAN_NOTE = "Warning", "Error"


def undisturbed(journal):
    """Whether the wire carried what the kernels sent, and nothing else."""
    sent = sum(isinstance(event, Emitted) for event in journal)
    captured = [event for event in journal if isinstance(event, Captured)]
    arrived = [event for event in journal if isinstance(event, Delivered)]
    return (len(captured) == len(arrived) == sent
            and all(event.emitted and not event.note and not event.damaged for event in captured)
            and all(event.number and not event.again for event in arrived))


def ordinary(run):
    """Whether a run was ordinary traffic."""
    return run.undisturbed and not any(
        live_truth.RESTART in end.excuses for row in run.rows.values() for end in row.ends.values())


def alarms(runs):
    """How many of the runs were ordinary, and the false alarms in them: (run, in words) each."""
    runs = [run for run in runs if run.frames and ordinary(run)]
    if not runs:
        return 0, []
    rows, frames = live_compare.merged(runs, live_views.View(live_views.WHOLE))
    path = tshark.scratch() / "ordinary.pcapng"
    live_compare.write(path, frames, "live test")
    found = []
    for frame in pdml.dissect(path, *pdml.ONLY_VALUES, "-Y", "tcpstate.anomaly"):
        run, row = rows[frame.number - 1]
        found += [(run, f"{run.name}, seed {run.seed}: a false alarm, {expert.name} "
                        f"({expert.severity})"
                        + ("" if row is None else f"\n{live_compare.row_text(run, row, True)}"))
                  for expert in frame.experts() if expert.severity in WORSE_THAN_NOTE]
    return len(runs), found
