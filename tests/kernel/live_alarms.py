# SPDX-License-Identifier: GPL-2.0-or-later
"""Find the live runs with ordinary traffic only, and the false alarms that the plugin raises there.

A run is ordinary if every captured segment was sent by a kernel and arrived once and undamaged, and
nothing else arrived. This never depends on the scenario's name. A run is not ordinary if a host has
lost a connection and sends a SYN that meets the peer's half-open connection.
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
    """Return whether the wire carried exactly what the kernels sent."""
    sent = sum(isinstance(event, Emitted) for event in journal)
    captured = [event for event in journal if isinstance(event, Captured)]
    arrived = [event for event in journal if isinstance(event, Delivered)]
    return (len(captured) == len(arrived) == sent
            and all(event.emitted and not event.note and not event.damaged for event in captured)
            and all(event.number and not event.repeated for event in arrived))


def ordinary(run):
    """Return whether a run was ordinary traffic."""
    return run.undisturbed and not any(live_truth.RESTART in endpoint.excuses
                                       for row in run.rows.values()
                                       for endpoint in row.endpoints.values())


def alarms(runs):
    """Return the number of ordinary runs, and (run, description) of each false alarm in them."""
    runs = [run for run in runs if run.frames and ordinary(run)]
    if not runs:
        return 0, []
    rows, frames = live_compare.merged(runs, live_views.View(live_views.WHOLE))
    path = tshark.scratch() / "ordinary.pcapng"
    live_compare.write(path, frames, "live test")
    found = []
    for frame in pdml.dissect(path, *pdml.ONLY_VALUES, "-Y", "tcpstate.anomaly"):
        run, row = rows[frame.number - 1]
        found += [(run, f"{run.name}, seed {run.seed}: false alarm {expert.name} "
                        f"({expert.severity})"
                        + ("" if row is None else f"\n{live_compare.row_text(run, row, True)}"))
                  for expert in frame.experts() if expert.severity in WORSE_THAN_NOTE]
    return len(runs), found
