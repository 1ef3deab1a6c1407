#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that the post-dissectors that bench.py compares tcpstate with do their part of the job: of
connections as the book has them they tell the phases that tcpstate tells, and both say the same of
the flags.
"""

import subprocess
import sys

import bench
import tshark

KINDS = {"connections": 20, "http": 20, "tls": 20, "bulk": 30}
PEERS = (bench.Beside.PEER_IN_C, bench.Beside.PEER_IN_LUA)


def shown(path, beside, names, *more):
    """Return what the frames of a capture have in these fields, a line each."""
    user, command = bench.tshark_command(path, beside, (*bench.fields(names), *more))
    done = subprocess.run([*user, *command], env=bench.environment(beside), cwd=tshark.scratch(),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise tshark.Failure(f"{command}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout.splitlines()


def wrong_of(kind, count):
    """Yield what is wrong with a kind of traffic."""
    path, packets = bench.capture(kind, count)
    phases = shown(path, bench.Beside.TCPSTATE, "tcpstate.phase")
    meanings = [shown(path, peer, "peer.meaning") for peer in PEERS]
    assert len(phases) == packets and all(phases)
    for peer in PEERS:
        for more in ((), ("-2",)):
            if shown(path, peer, "peer.phase", *more) != phases:
                yield f"{kind}: {peer.name} {' '.join(more)} tells other phases than tcpstate"
    if meanings[0] != meanings[1] or not all(meanings[0]):
        yield f"{kind}: the flags mean something else in C than in Lua, or nothing"


def main():
    """Look at each kind; return the exit status."""
    wrong = [line for kind, count in KINDS.items() for line in wrong_of(kind, count)]
    print("\n".join(wrong), file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    tshark.run_main(main)
