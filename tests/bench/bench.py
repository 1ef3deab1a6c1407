#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure what tcpstate costs beside Wireshark's own work, and write the table of docs/COST.md.

Every figure is a difference of two sizes of the same capture, so that what starting costs is no part
of it: instructions a packet (valgrind, with the hash tables' seed held fixed), and bytes of the
maximum resident size for each SYN, connection, RST or ACK. tshark runs without the plugin and with
it; tcpstate-report alone.

Environment: TCPSTATE_PLUGIN_DIR as for the tests; TCPSTATE_REPORT, the program, by default that of
build/.
"""

import argparse
import functools
import os
import pathlib
import re
import subprocess
import sys

import traffic

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import tshark  # pylint: disable=wrong-import-position

DOCUMENT = tshark.PROJECT / "docs" / "COST.md"
TABLES = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- end -->)", re.DOTALL)
READ_ALL = ("-n", "-q", "-z", "rtp,streams", "-r")  # dissects every packet, prints nothing

# What is measured: (row of the table, kind of traffic, smaller size, larger size).
INSTRUCTIONS = (
    ("full segments and their ACKs", "bulk", 1000, 4000),
    ("ACKs of one direction", "acks", 1000, 4000),
    ("connections of 12 packets", "connections", 100, 1000),
    ("unanswered SYNs", "syns", 1000, 4000),
)
MEMORY = (
    ("an unanswered SYN", "syns", 20_000, 100_000),
    ("a connection of 12 packets", "connections", 4_000, 20_000),
    ("a RST", "resets", 20_000, 100_000),
    ("an ACK", "acks", 20_000, 100_000),
)


@functools.cache
def capture(kind, count):
    """Return (path of a capture, the number of its packets)."""
    path = tshark.scratch() / f"{kind}-{count}.pcap"
    packets = traffic.write(path, kind, count)
    path.chmod(0o644)
    return path, packets


@functools.cache
def seed():
    """Return the library that holds the seed fixed."""
    library = tshark.scratch() / "seed.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library,
                    pathlib.Path(__file__).with_name("seed.c")], check=True)
    library.chmod(0o755)
    return library


def environment(with_plugin):
    """Return tshark's environment."""
    return tshark.environment() | ({} if with_plugin else
                                   {"WIRESHARK_PLUGIN_DIR": str(tshark.scratch())})


def tshark_command(path, *before):
    """Return the command line that has tshark read a capture."""
    *user, program = tshark.command()
    return [*user, *before, program, *READ_ALL, str(path)]


def instructions(path, with_plugin):
    """Return how many instructions tshark needs for a capture."""
    done = subprocess.run(
        tshark_command(path, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"),
        env=environment(with_plugin) | {"LD_PRELOAD": str(seed())}, cwd=tshark.scratch(),
        capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def resident(command, variables):
    """Return a program's maximum resident size, bytes."""
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise tshark.Failure(f"{command}: exit status {process.returncode}")
    return usage.ru_maxrss * 1024


def tshark_memory(path, with_plugin):
    """Return tshark's maximum resident size with a capture, bytes."""
    return resident(tshark_command(path), environment(with_plugin))


def report_memory(path):
    """Return that of tcpstate-report."""
    program = os.environ.get("TCPSTATE_REPORT",
                             tshark.PROJECT / "build" / "bin" / "tcpstate-report")
    return resident([program, "--format", "csv", path], os.environ)


def instruction_rows(chosen):
    """Yield the rows of the first table."""
    for name, kind, small, large in INSTRUCTIONS:
        if kind not in chosen:
            continue
        (less, few), (more, many) = capture(kind, small), capture(kind, large)
        stock, plugin = ((instructions(more, with_plugin) - instructions(less, with_plugin))
                         / (many - few) for with_plugin in (False, True))
        yield f"| {name} | {stock:,.0f} | {plugin - stock:,.0f} | {plugin / stock - 1:+.1%} |"


def memory_rows(chosen):
    """Yield the rows of the second table."""
    for name, kind, small, large in MEMORY:
        if kind not in chosen:
            continue
        less, more = capture(kind, small)[0], capture(kind, large)[0]
        each = [(measure(more) - measure(less)) / (large - small)
                for measure in (lambda path: tshark_memory(path, False),
                                lambda path: tshark_memory(path, True), report_memory)]
        yield f"| {name} | {each[0]:,.0f} | {each[1] - each[0]:,.0f} | {each[2]:,.0f} |"


def tables(chosen):
    """Yield the lines of both tables."""
    yield "| Instructions a packet | tshark alone | tcpstate beside it | |"
    yield "|---|--:|--:|--:|"
    yield from instruction_rows(chosen)
    yield ""
    yield "| Bytes for | tshark alone | tcpstate beside it | `tcpstate-report` |"
    yield "|---|--:|--:|--:|"
    yield from memory_rows(chosen)


def main():
    """Measure; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--update", action="store_true", help="write the tables into docs/COST.md")
    parser.add_argument("kind", nargs="*", help=f"by default all: {', '.join(traffic.KINDS)}")
    options = parser.parse_args()
    if unknown := set(options.kind) - traffic.KINDS.keys():
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    tshark.assert_plugin_loaded()
    lines = []
    for line in tables(options.kind or traffic.KINDS):
        print(line, flush=True)
        lines.append(f"{line}\n")
    if options.update:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(TABLES.sub(lambda _: "".join(lines), text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
