#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that sharkd, asked for frames in any order, shows of each what tshark shows in two passes.

sharkd is Wireshark for other programs: it reads a capture once and then dissects each frame again that
it is asked for. Without it the test exits with status 77 (skipped).
"""

import itertools
import json
import random
import re
import shutil
import subprocess
import sys

import merged
import tshark

SKIPPED = 77
SEED = 1
SHOWN = 20
TITLE = re.compile(r"\[?TCP Connection State: ")
INDENT = "    "


def lines_of(node, depth=0):
    """Yield the lines of a node of sharkd's tree, as tshark -V prints them."""
    label = node["l"]
    yield INDENT * depth + (f"[{label}]" if node.get("g") and not label.startswith("[") else label)
    for inner in node.get("n", ()):
        yield from lines_of(inner, depth + 1)


def tree_of(answer):
    """Return the lines of the plugin's trees in sharkd's answer."""
    nodes = answer["result"]["tree"]
    return [line for node in nodes if TITLE.match(node["l"]) for line in lines_of(node)]


def ask(requests):
    """Run sharkd with these requests; return its answers."""
    text = "".join(json.dumps({"jsonrpc": "2.0", "id": number, **request}) + "\n"
                   for number, request in enumerate(requests, 1))
    done = subprocess.run([*tshark.command()[:-1], "sharkd", "-"], env=tshark.environment(),
                          cwd=tshark.scratch(), input=text, capture_output=True, text=True,
                          timeout=tshark.HANGS, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    if done.returncode != 0 or len(answers) != len(requests):
        raise tshark.Failure(f"sharkd: exit status {done.returncode}, {len(answers)} answers to "
                             f"{len(requests)} requests\n{done.stderr}")
    return answers


def trees_of_tshark():
    """Return what tshark prints of each frame: {number: lines}."""
    trees, number, inside = {}, 0, False
    for line in tshark.read(merged.capture(), "-2", "-V", "-O", "tcpstate").splitlines():
        begin = re.match(r"Frame (\d+): ", line)
        if begin:
            number = int(begin[1])
            trees[number] = []
        if not line.startswith(" "):
            inside = bool(TITLE.match(line))
        if inside:
            trees[number].append(line)
    return trees


def main():
    """Ask for all frames, in an order by chance; return the exit status."""
    if not shutil.which("sharkd"):
        print("SKIPPED: not installed: sharkd (Debian: in wireshark-common)")
        return SKIPPED
    wanted = trees_of_tshark()
    if sum(map(bool, wanted.values())) < len(wanted) / 2:
        raise tshark.Failure("tshark shows no trees")
    order = list(wanted) * 2  # each twice
    random.Random(SEED).shuffle(order)
    load, *answers = ask([
        {"method": "load", "params": {"file": str(tshark.readable(merged.capture()))}},
        *({"method": "frame", "params": {"frame": number, "proto": True}} for number in order)])
    if "error" in load:
        raise tshark.Failure(f"sharkd: {load}")
    wrong = 0
    for number, answer in zip(order, answers):
        found = tree_of(answer)
        if found != wanted[number]:
            wrong += 1
            if wrong <= SHOWN:
                print(f"{merged.locate(number)}:", *(
                    f"  {new!r}, not {old!r}" for new, old in
                    itertools.zip_longest(found, wanted[number]) if new != old),
                    sep="\n", file=sys.stderr)
    print(f"{len(order)} frames in the order of seed {SEED}, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    tshark.run_main(main)
