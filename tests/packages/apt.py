#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scripts say and do where apt-get cannot install what is missing: by programs that play it."""

import os
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "capture"))

import tshark  # pylint: disable=wrong-import-position

LISTS = "http://deb.debian.org/debian/dists/bookworm/InRelease"
EXPIRED = (f"E: Release file for {LISTS} is expired (invalid since 138d 10h 40min 31s). "
           "Updates for this repository will not be applied.")
EARLY = (f"E: Release file for {LISTS} is not valid yet (invalid for another 2d 1h 2min 3s). "
         "Updates for this repository will not be applied.")
UNREACHABLE = f"E: Failed to fetch {LISTS}  Temporary failure resolving 'deb.debian.org'"
UNKNOWN = "E: Unable to locate package wanted"
SUDO = "sudo: a terminal is required to read the password"
NAMELESS = "sudo: unable to resolve host box: Name or service not known"
FINE = ""

# What apt-get update and apt-get install say (an error, or nothing); what the script then has to say,
# or nothing where it goes on.
CASES = (
    (FINE, FINE, ()),
    (EXPIRED, FINE, ()),  # by the lists that are there
    (UNREACHABLE, FINE, ()),
    (EXPIRED, UNKNOWN, (EXPIRED, UNKNOWN, "wanted\n", "clock", "Acquire::Check-Valid-Until=false update")),
    (EARLY, UNKNOWN, ("this machine's clock is wrong",)),
    (UNREACHABLE, UNKNOWN, ("is there a network?",)),
    (FINE, UNKNOWN, (UNKNOWN, "apt-get says why")),
    (SUDO, SUDO, ("not allowed to become root",)),
    (f"{NAMELESS}\n{SUDO}", f"{NAMELESS}\n{SUDO}", ("not allowed to become root",)),
    (FINE, f"{NAMELESS}\n{UNKNOWN}", (UNKNOWN, "apt-get says why")),
)

PROGRAMS = {
    "dpkg-query": "exit 1",
    "sudo": 'shift; exec "$@"',
    "apt-get": """case " $* " in *" update "*) said=$SAID_UPDATE ;; *) said=$SAID_INSTALL ;; esac
[ -z "$said" ] || { printf '%s\\n' "$said" >&2; exit 100; }""",
}


def programs():
    """Return a folder with the programs that are played."""
    place = tshark.scratch() / "programs"
    place.mkdir()
    for name, text in PROGRAMS.items():
        (place / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (place / name).chmod(0o755)
    return place


def need(place, update, install):
    """Run need_packages; return the completed process."""
    libraries = PROJECT / "scripts" / "lib"
    script = f'. "{libraries}/common.sh"; . "{libraries}/packages.sh"; need_packages wanted; echo went on'
    environment = os.environ | {"PATH": f"{place}:{os.environ['PATH']}", "SAID_UPDATE": update,
                                "SAID_INSTALL": install}
    return subprocess.run(["bash", "-c", script, "script"], env=environment, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=tshark.HANGS, check=False)


def main():
    """Try each case."""
    place = programs()
    for update, install, wanted in CASES:
        done = need(place, update, install)
        missing = [part for part in wanted if part not in done.stderr]
        if missing or (done.stdout == "went on\n") != (not wanted) or (done.returncode == 0) != (not wanted):
            raise tshark.Failure(f"update: {update!r}\ninstall: {install!r}\nmissing: {missing}\n"
                                 f"exit status {done.returncode}, printed:\n{done.stdout}{done.stderr}")
        if not wanted and "E: " in done.stderr:
            raise tshark.Failure(f"an error that does not matter is shown:\n{done.stderr}")


if __name__ == "__main__":
    tshark.run_main(main)
