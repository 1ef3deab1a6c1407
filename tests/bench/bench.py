#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure what tcpstate costs beside Wireshark's own work, and write the tables of docs/COST.md.

Every figure is a difference of two sizes of the same capture, so that what starting costs is no part
of it: instructions a packet (valgrind, with the hash tables' seed held fixed), and bytes of the
maximum resident size for each SYN, connection, RST or ACK. tshark runs without the plugin and with
it, and with another post-dissector instead, which goes by the fields of TCP (peer.c, peer.lua);
other programs alone. User CPU is the least of several runs, which take turns without the plugin and
with it.

Environment: TCPSTATE_PLUGIN_DIR as for the tests; TCPSTATE_REPORT, the program, and
TCPSTATE_PEER_DIR, where peer.c was built, by default those of build/.
"""

import argparse
import enum
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys

import traffic

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "capture"))

import tshark  # pylint: disable=wrong-import-position

DOCUMENT = tshark.PROJECT / "docs" / "COST.md"
IN_DOCUMENT = re.compile(r"(?<=<!-- tables -->\n).*?(?=<!-- end -->)", re.DOTALL)
READ_ALL = ("-q", "-z", "rtp,streams")  # dissects every packet, prints nothing
PEER_IN_LUA = pathlib.Path(__file__).with_name("peer.lua")


class Beside(enum.Enum):
    """What runs beside tshark."""

    NOTHING = enum.auto()
    TCPSTATE = enum.auto()
    PEER_IN_C = enum.auto()
    PEER_IN_LUA = enum.auto()


ALONE_AND_WITH = (Beside.NOTHING, Beside.TCPSTATE)

# What only dissecting costs: (row of the table, kind of traffic, smaller size, larger size).
INSTRUCTIONS = (
    ("full segments and their ACKs", "bulk", 1000, 4000),
    ("ACKs of one direction", "acks", 1000, 4000),
    ("data with marks and echoes of ECN", "ecn", 1000, 4000),
    ("data with loss and reordering", "lossy", 1000, 4000),
    ("connections of 12 packets", "connections", 100, 1000),
    ("the same, all of one 4-tuple", "reuse", 100, 1000),
    ("HTTP, 12 packets", "http", 100, 1000),
    ("TLS, 24 packets", "tls", 50, 500),
    ("unanswered SYNs", "syns", 1000, 4000),
)


def fields(names):
    """Return the arguments that have tshark print fields."""
    return ("-T", "fields", *(word for name in names.split() for word in ("-e", name)))


TCP_FIELDS = fields("tcp.srcport tcp.dstport tcp.seq tcp.ack tcp.len tcp.flags tcp.window_size "
                    "tcp.checksum.status tcp.stream tcp.options.timestamp.tsval")
OWN_FIELDS = fields("tcpstate.segment tcpstate.direction tcpstate.phase tcpstate.client.state "
                    "tcpstate.server.state tcpstate.client.basis tcpstate.server.basis "
                    "tcpstate.event tcpstate.ecn.mode tcpstate.roles")
TCP_FILTER = (*READ_ALL, "-Y", "tcp.flags.urg == 1")
CONVERSATIONS = ("-q", "-z", "conv,tcp")

# What else people do, all with connections of 12 packets: (row, tshark's arguments without the
# plugin, and with it). In each row the second ones do what the first ones do, as far as these can.
WAYS = (
    ("two passes, `-2`", (*READ_ALL, "-2"), (*READ_ALL, "-2")),
    ("summary lines", (), ()),
    ("details, `-V`", ("-V",), ("-V",)),
    ("a filter on a field of TCP", TCP_FILTER, TCP_FILTER),
    ("a filter on tcpstate.phase; alone: on a field of TCP", TCP_FILTER,
     (*READ_ALL, "-Y", "tcpstate.phase == 4")),
    ("ten fields of tcpstate; alone: ten of TCP", TCP_FIELDS, OWN_FIELDS),
    ("report `-z tcpstate,conv`; alone: `-z conv,tcp`", CONVERSATIONS,
     ("-q", "-z", "tcpstate,conv")),
    ("the same with `tcpstate.report_only`", CONVERSATIONS,
     ("-q", "-z", "tcpstate,conv", "-o", "tcpstate.report_only:TRUE")),
    ("report `-z tcpstate,tree`; alone: `-z conv,tcp`", CONVERSATIONS,
     ("-q", "-z", "tcpstate,tree")),
    ("report `-z tcpstate,ladder`; alone: `-z conv,tcp`", CONVERSATIONS,
     ("-q", "-z", "tcpstate,ladder")),
)
# What another post-dissector does, too: (row, arguments without any, with tcpstate, with the other).
PEER_WAYS = (
    ("only dissecting", READ_ALL, READ_ALL, READ_ALL),
    ("two passes, `-2`", *[(*READ_ALL, "-2")] * 3),
    ("a filter on the phase; alone: on a field of TCP", TCP_FILTER,
     (*READ_ALL, "-Y", "tcpstate.phase == 4"), (*READ_ALL, "-Y", "peer.phase == 4")),
    ("the phase and what flags mean; alone: two fields of TCP", fields("tcp.stream tcp.flags"),
     fields("tcpstate.phase tcpstate.flags.meaning"), fields("peer.phase peer.meaning")),
)

# User CPU: (row, kind of traffic, smaller size, larger size, arguments without the plugin and with
# it).
TIMES = (
    ("full segments and their ACKs", "bulk", 1000, 60_000, READ_ALL, READ_ALL),
    ("connections of 12 packets", "connections", 100, 8_000, READ_ALL, READ_ALL),
    ("unanswered SYNs", "syns", 1000, 100_000, READ_ALL, READ_ALL),
    ("connections, report `-z tcpstate,conv`; alone: `-z conv,tcp`", "connections", 100, 8_000,
     CONVERSATIONS, ("-q", "-z", "tcpstate,conv")),
)
ROUNDS = 7

MEMORY = (
    ("an unanswered SYN", "syns", 20_000, 100_000),
    ("a connection of 12 packets", "connections", 4_000, 20_000),
    ("the same, all of one 4-tuple", "reuse", 4_000, 20_000),
    ("a RST", "resets", 50_000, 300_000),
    ("an ACK", "acks", 20_000, 100_000),
)

# Programs that report on connections: (row, command, to which the capture's name is added).
PROGRAMS = (
    ("tcpstate-report", (os.environ.get("TCPSTATE_REPORT",
                                        str(tshark.PROJECT / "build/bin/tcpstate-report")),
                         "--format", "csv")),
    ("Argus", ("argus", "-X", "-w", "-", "-r")),
    ("tcptrace", ("tcptrace", "-n")),
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


@functools.cache
def peers():
    """Return the directory where tshark finds peer.c."""
    return tshark.with_plugins(pathlib.Path(os.environ.get("TCPSTATE_PEER_DIR",
                                                           tshark.PROJECT / "build" / "peers")))


@functools.cache
def no_plugins():
    """Return a directory without plugins, or scripts: tshark would run any below it."""
    folder = tshark.scratch() / "none"
    folder.mkdir(mode=0o755)
    return folder


def environment(beside):
    """Return tshark's environment."""
    folder = (tshark.plugin_directory() if beside is Beside.TCPSTATE else
              peers() if beside is Beside.PEER_IN_C else no_plugins())
    return tshark.environment() | {"WIRESHARK_PLUGIN_DIR": str(folder)}


def tshark_command(path, beside, arguments):
    """Return how to run tshark on a capture: (words that choose its user, its words)."""
    *user, program = tshark.command()
    script = (["-X", f"lua_script:{tshark.readable(PEER_IN_LUA)}"]
              if beside is Beside.PEER_IN_LUA else [])
    return user, [program, "-n", *script, *arguments, "-r", path]


def run(command, variables):
    """Run a program; return what it writes to stderr, and what it used of the machine."""
    with subprocess.Popen(command, env=variables, cwd=tshark.scratch(), stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        errors = process.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise tshark.Failure(f"{command}: exit status {process.returncode}\n{errors}")
    return errors, usage


def memory(command, variables):
    """Return a program's maximum resident size, bytes."""
    return run(command, variables)[1].ru_maxrss * 1024


class Measured:
    """Measures: the figures of docs/COST.md."""

    @staticmethod
    def sizes(_kind, small, large):
        """Return the two sizes of a capture."""
        return small, large

    @staticmethod
    def instructions(user, command, variables):
        """Return how many instructions a command needs; `user`: what has that user run it."""
        errors, _ = run([*user, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                         *command], variables | {"LD_PRELOAD": str(seed())})
        return int(re.search(r"Collected : (\d+)", errors)[1])

    @staticmethod
    def user_times(commands):
        """Return the user CPU that each (command, variables) needs, seconds."""
        taken = [[run(*command)[1].ru_utime for command in commands] for _ in range(ROUNDS)]
        return [min(times) for times in zip(*taken)]


class Tried:
    """Only tries that all commands work, with small captures."""

    @staticmethod
    def sizes(kind, *_):
        """Return likewise."""
        return (2, 4) if kind in ("connections", "reuse", "http", "tls") else (30, 60)

    @staticmethod
    def instructions(user, command, variables):
        """Return a number that grows with the capture, which is named last."""
        run([*user, *command], variables)
        return os.stat(command[-1]).st_size

    @staticmethod
    def user_times(commands):
        """Return likewise."""
        for command in commands:
            run(*command)
        return [os.stat(command[-1]).st_size for command, _ in commands]


@functools.cache
def tshark_instructions(how, path, beside, arguments=READ_ALL):
    """Return how many instructions tshark needs for a capture."""
    user, command = tshark_command(path, beside, arguments)
    return how.instructions(user, command, environment(beside))


def tshark_memory(path, beside):
    """Return tshark's maximum resident size with a capture, bytes."""
    user, command = tshark_command(path, beside, READ_ALL)
    return memory([*user, *command], environment(beside))


def difference(measure, captures):
    """Return how much more the larger capture takes than the smaller one."""
    (less, _), (more, _) = captures
    return measure(more) - measure(less)


def compared(name, stock, plugin):
    """Return a row: without the plugin, what it takes beside that, and their ratio."""
    return f"| {name} | {stock:,.0f} | {plugin - stock:,.0f} | {plugin / stock - 1:+.1%} |"


def instruction_rows(how, chosen):
    """Yield the rows of what only dissecting costs."""
    for name, kind, *sizes in INSTRUCTIONS:
        if kind not in chosen:
            continue
        captures = [capture(kind, size) for size in how.sizes(kind, *sizes)]
        packets = captures[1][1] - captures[0][1]
        yield compared(name, *(
            difference(lambda path, beside=beside: tshark_instructions(how, path, beside), captures)
            / packets for beside in ALONE_AND_WITH))


def way_rows(how, chosen):
    """Yield the rows of what else people do."""
    if "connections" not in chosen:
        return
    captures = [capture("connections", size) for size in how.sizes("connections", 100, 700)]
    packets = captures[1][1] - captures[0][1]
    for name, *both in WAYS:
        yield compared(name, *(
            difference(lambda path, beside=beside, arguments=arguments:
                       tshark_instructions(how, path, beside, arguments), captures)
            / packets for beside, arguments in zip(ALONE_AND_WITH, both)))


def peer_rows(how, chosen):
    """Yield the rows of other post-dissectors."""
    if "connections" not in chosen:
        return
    captures = [capture("connections", size) for size in how.sizes("connections", 100, 400)]
    packets = captures[1][1] - captures[0][1]
    for name, alone, own, peer in PEER_WAYS:
        stock, *others = (
            difference(lambda path, beside=beside, arguments=arguments:
                       tshark_instructions(how, path, beside, arguments), captures)
            / packets for beside, arguments in zip(Beside, (alone, own, peer, peer)))
        yield "".join([f"| {name} | {stock:,.0f} |", *(f" {other - stock:,.0f} |"
                                                       for other in others)])


def time_rows(how, chosen):
    """Yield the rows of user CPU."""
    for name, kind, small, large, *both in TIMES:
        if kind not in chosen:
            continue
        commands = []
        for size in how.sizes(kind, small, large):
            for beside, arguments in zip(ALONE_AND_WITH, both):
                user, command = tshark_command(capture(kind, size)[0], beside, arguments)
                commands.append(([*user, *command], environment(beside)))
        less, less_with, more, more_with = how.user_times(commands)
        yield f"| {name} | {(more_with - less_with) / (more - less):.2f} |"


def memory_rows(how, chosen):
    """Yield the rows of memory."""
    report = PROGRAMS[0][1]
    for name, kind, *sizes in MEMORY:
        if kind not in chosen:
            continue
        small, large = how.sizes(kind, *sizes)
        captures = [capture(kind, size) for size in (small, large)]
        stock, plugin, alone = (difference(measure, captures) / (large - small) for measure in (
            lambda path: tshark_memory(path, Beside.NOTHING),
            lambda path: tshark_memory(path, Beside.TCPSTATE),
            lambda path: memory([*report, path], os.environ)))
        yield f"| {name} | {stock:,.0f} | {plugin - stock:,.0f} | {alone:,.0f} |"


def program_rows(how, chosen):
    """Yield the rows of programs, those that are installed."""
    if "connections" not in chosen:
        return
    captures = [capture("connections", size) for size in how.sizes("connections", 100, 1000)]
    packets = captures[1][1] - captures[0][1]
    sizes = how.sizes("connections", 4_000, 20_000)
    many = [capture("connections", size) for size in sizes]
    for name, command in PROGRAMS:
        if not shutil.which(command[0]):
            continue
        needed = difference(lambda path, command=command: how.instructions(
            [], [*command, path], dict(os.environ)), captures) / packets
        size = difference(lambda path, command=command: memory([*command, path], os.environ),
                          many) / (sizes[1] - sizes[0])
        yield f"| {name} | {needed:,.0f} | {size:,.0f} |"


TABLES = (
    ("| Instructions a packet, only dissecting | tshark alone | tcpstate beside it | |",
     "|---|--:|--:|--:|", INSTRUCTIONS, instruction_rows),
    ("| Instructions a packet, connections of 12 packets | tshark alone | tcpstate beside it | |",
     "|---|--:|--:|--:|", WAYS, way_rows),
    ("| Instructions a packet, connections of 12 packets | tshark alone | tcpstate beside it "
     "| by fields of TCP, in C | the same in Lua |", "|---|--:|--:|--:|--:|", PEER_WAYS, peer_rows),
    ("| User CPU | with tcpstate to without |", "|---|--:|", TIMES, time_rows),
    ("| Bytes for | tshark alone | tcpstate beside it | `tcpstate-report` |", "|---|--:|--:|--:|",
     MEMORY, memory_rows),
    ("| Programs, connections of 12 packets | instructions a packet | bytes a connection |",
     "|---|--:|--:|", PROGRAMS, program_rows),
)


def lines(how, chosen):
    """Yield the lines of all tables."""
    for number, (head, rule, _, rows) in enumerate(TABLES):
        yield from ("",) * (number > 0)
        yield head
        yield rule
        yield from rows(how, chosen)


def rows_by_name(tables):
    """Return {(head of the table, name of the row): row}."""
    found, head = {}, None
    for line in tables.splitlines():
        if not line:
            head = None
        elif head is None:
            head = line
        elif not line.startswith("|--"):
            found[head, line.split("|")[1].strip()] = line
    return found


def updated(text, measured):
    """Return the document with the rows that were measured, and all others as they stand in it."""
    rows = rows_by_name(IN_DOCUMENT.search(text)[0]) | rows_by_name(measured)
    tables = ("\n".join([head, rule, *(rows[head, name] for name, *_ in known
                                       if (head, name) in rows)])
              for head, rule, known, _ in TABLES)
    written = "\n\n".join(tables) + "\n"
    return IN_DOCUMENT.sub(lambda _: written, text)


def main():
    """Measure; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--update", action="store_true", help="write the tables into docs/COST.md")
    parser.add_argument("--short", action="store_true",
                        help="only try that everything works: no instructions are counted")
    parser.add_argument("kind", nargs="*", help=f"by default all: {', '.join(traffic.KINDS)}")
    options = parser.parse_args()
    if unknown := set(options.kind) - traffic.KINDS.keys():
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    tshark.assert_plugin_loaded()
    written = []
    for line in lines(Tried if options.short else Measured, options.kind or traffic.KINDS):
        print(line, flush=True)
        written.append(f"{line}\n")
    if options.update:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(updated(text, "".join(written)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    tshark.run_main(main)
