#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check scripts/report, the report on the connections of many captures, from the command line.

`report_connections.py KIND`: table, damage, interruption or options.
"""

import collections
import csv
import functools
import io
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import types

import merged
import report_runner
import tshark
from report_runner import demand, same

sys.path.append(str(report_runner.REPORT.parent / "lib"))

import connections  # noqa: E402
import progress  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TCPSTATE_BUILD_DIR", tshark.PROJECT / "build"))

# Not in alphabetical order; bytes that are not UTF-8 are shown as \xff.
ODD_NAMES = ("two\nlines.pcapng", "with spaces, it's \"quoted\", ünïcode.pcapng", b"\xff.pcapng",
             "$(touch hit) `touch hit` {} {#} &;.pcapng", "-o.pcapng", "*.pcapng")


def shown(name):
    """Return a name as the report shows it."""
    return name if isinstance(name, str) else name.decode(errors="backslashreplace")


@functools.cache
def of_tshark(capture, form, *arguments):
    """Return tshark's own report on one capture."""
    return tshark.read(capture, "-q", "-o", f"tcpstate.report_format:{form}",
                       *(arguments or ("-z", "tcpstate,conv")))


def odd_captures(script):
    """Make captures with odd names; return {name: capture that was copied}."""
    found = dict(zip(ODD_NAMES, itertools.cycle(script.captures[10:12])))
    for name, capture in found.items():
        script.copy(name, capture.read_bytes())
    return found


# -- table ---------------------------------------------------------------------------------------

def escaped(name):
    """Return a name as text and CSV show it."""
    return shown(name).replace("\n", r"\n")


def by_reader(text, form):
    """tshark's report as tcpstate-report has it: only Wireshark has streams."""
    if form == "json":
        return re.sub(r'"stream":\d+', '"stream":null', text)
    rows = list(csv.reader(text.splitlines()))
    at = rows[0].index("stream")
    for row in rows[1:]:
        row[at] = ""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def formats(script):
    """Every format has tshark's rows in the order of the arguments, with odd names, too."""
    copies = odd_captures(script)
    names = ["--", *copies]
    output, messages = script("--format", "json", *names)
    wanted = [{"capture": shown(name)} | json.loads(line) for name, capture in copies.items()
              for line in by_reader(of_tshark(capture, "json"), "json").splitlines()]
    same([list(json.loads(line).items()) for line in output.splitlines()],
         [list(row.items()) for row in wanted], "JSON")
    same([line[line.index('"time"'):] for line in output.splitlines()],
         [line[1:] for capture in copies.values()
          for line in by_reader(of_tshark(capture, "json"), "json").splitlines()],
         "JSON after the name")
    if "captures could not" in messages or (script.directory / "hit").exists():
        raise tshark.Failure(f"an odd name is not handled:\n{messages}")

    output, _ = script.run("--format=csv", *names)
    table = list(csv.reader(io.StringIO(output.decode(), newline="")))
    rows = [[escaped(name), *row] for name, capture in copies.items()
            for row in csv.reader(by_reader(of_tshark(capture, "csv"), "csv").splitlines()[1:])]
    same(table, [list(wanted[0]), *rows], "CSV")
    same(output.count(b"\r\n"), len(table), "line ends in CSV")
    same(script("--format=zeek", *names)[0],
         "".join(of_tshark(capture, "zeek") for capture in copies.values()), "Zeek")


def texts(script):
    """The text has tshark's table of each capture under its name, and counts all of them."""
    copies = odd_captures(script)
    script.copy("nothing.pcapng", merged.NOTHING)
    for option in ((), ("--columns=outcome,client_bytes",)):
        arguments = ("-o", f"tcpstate.report_columns:{option[0].partition('=')[2] if option else ''}",
                     "-z", "tcpstate,conv")
        tables = [escaped(name) + "\n" + "".join(of_tshark(capture, "text", *arguments)
                                                 .splitlines(keepends=True)[:-1])
                  for name, capture in copies.items()]
        outcomes = collections.Counter(
            json.loads(line)["outcome"] for capture in copies.values()
            for line in of_tshark(capture, "json").splitlines())
        count = f"{outcomes.total()} connections in {len(copies) + 1} captures: "
        output = script(*option, "--", *copies, "nothing.pcapng")[0]
        same(output[:output.rindex("\n\n")], "\n".join(tables).rstrip("\n"), "text")
        last = " ".join(output[output.rindex("\n\n"):].split())
        demand(last, count)
        same(sorted(last.removeprefix(count).split(", ")),
             sorted(f"{number} {outcome}" for outcome, number in outcomes.items()), "the counts")
    same(script("nothing.pcapng")[0], "0 connections in 1 capture\n", "no connections")


def summaries(script):
    """--summary counts the connections of all captures, the same in each format."""
    captures = [merged.capture(), script.capture, script.capture]
    wanted = collections.Counter()
    for capture in captures:
        for line in of_tshark(capture, "json").splitlines():
            row = json.loads(line)
            values = [("outcome", row["outcome"]), ("closed_by", row["closed_by"]),
                      ("reset_reason", row["reset_reason"]),
                      *(("anomaly", name) for name in row["anomalies"] or ())]
            wanted.update((field, value) for field, value in values if value)
    lines = [json.loads(line) for line in
             script("--summary", "--format=json", *captures)[0].splitlines()]
    same([list(line) for line in lines], [["field", "value", "count"]] * len(wanted), "keys")
    rows = [(line["field"], line["value"], line["count"]) for line in lines]
    same(sorted(rows), sorted((*key, count) for key, count in wanted.items()), "counts")
    fields = ["outcome", "closed_by", "reset_reason", "anomaly"]
    same(rows, sorted(rows, key=lambda row: (fields.index(row[0]), -row[2], row[1])), "order")
    table = list(csv.reader(io.StringIO(
        script.run("--summary", "--format", "csv", *captures)[0].decode(), newline="")))
    *text, last = script("--summary", *captures)[0].splitlines()
    text = [re.split("  +", line) for line in text]
    outcomes = sum(count for field, _, count in rows if field == "outcome")
    same(last, f"{outcomes} connections in {len(captures)} captures", "the number of all")
    for found, what in ((table, "CSV"), (text, "text")):
        same(found, [["field", "value", "count"], *([field, value, str(count)]
                                                    for field, value, count in rows)], what)


def jobs(script):
    """The table does not depend on the number of jobs or on the host."""
    captures = [str(path) for path in script.captures[:3]]
    one = script.run("--jobs=1", "--format=csv", *captures)[0]
    same(script.run("--jobs", "2", "--format=csv", *captures)[0], one, "two jobs")
    same(script.run("--sshlogin=1/:", "--format=csv", *captures)[0], one, "sshlogin")
    backwards = script("--format=json", *captures[::-1])[0].splitlines()
    same([json.loads(line)["capture"] for line in backwards],
         sorted((json.loads(line)["capture"] for line in backwards), reverse=True), "order")


def left_to_tshark(script):
    """What tcpstate-report does not know is read by tshark; the order stays, and nothing is said."""
    known, unknown = script.capture, tshark.CAPTURES / "ip-fragments.pcapng"
    output, messages = script("--verbose", "--format=json", known, unknown, known)
    demand(messages, "2 of 3 captures read by tcpstate-report, 1 left to tshark")
    names = [json.loads(line)["capture"] for line in output.splitlines()]
    same(list(dict.fromkeys(names)), [str(known), str(unknown)], "captures")
    same(names[0] == names[-1], True, "order")
    quiet, messages = script("--format=json", known, unknown, known)
    same(quiet, output, "without --verbose")
    same(messages, "", "messages")
    same({json.loads(line)["stream"] for line in output.splitlines()}, {None}, "streams")
    for option in ("--filter=tcp", "-otcpstate.time_wait:60", "-Nn"):
        output, _ = script(option, "--format=json", known, unknown)
        streams = [json.loads(line)["stream"] for line in output.splitlines()]
        same([stream for stream in streams if stream is None], [], f"no streams with {option}")


def first_rows(script):
    """The rows of a capture are printed while a later one is still being read."""
    tools, go_on = script.directory / "tools", script.directory / "go on"
    tools.mkdir()
    waiting = tools / "tshark"
    waiting.write_text(f"#!/bin/sh\nuntil [ -e '{go_on}' ]; do sleep 0.01; done\n"
                       f"exec '{shutil.which('tshark')}' \"$@\"\n")
    waiting.chmod(0o755)
    script.directory.chmod(0o711)  # tshark may run as another user
    script.environment = script.environment | {"PATH": f"{tools}:{os.environ['PATH']}"}
    captures = [script.capture, tshark.CAPTURES / "ip-fragments.pcapng", script.capture]
    for form, lines in (("csv", 2), ("json", 1), ("zeek", 1)):
        go_on.unlink(missing_ok=True)
        with script.start(f"--format={form}", *captures) as process:
            early = [process.stdout.readline() for _ in range(lines)]
            go_on.touch()
            rest, _ = process.communicate(timeout=tshark.HANGS)
        whole = script.run(f"--format={form}", *captures)[0]
        same(b"".join(early) + rest, whole, f"{form}, printed in parts")
        same(early, whole.splitlines(keepends=True)[:lines], f"the first lines of {form}")


def names_from_a_file(script):
    """Names from a file or standard input follow those on the command line; "-" is a capture."""
    script.copy("a.pcapng")
    script.copy("two\nlines.pcapng")
    wanted = script.run("--format=csv", "a.pcapng", "two\nlines.pcapng", "a.pcapng")[0]
    given = b"two\nlines.pcapng\0a.pcapng\0"
    script.copy("names", given)
    same(script.run("--format=csv", "--files0-from=names", "a.pcapng")[0], wanted, "names in a file")
    same(script.run("--format=csv", "--files0-from", "-", "a.pcapng", given=given)[0], wanted,
         "names on standard input")
    same(len(script("--format=csv", "--files0-from", "-", given=b"")[0].splitlines()), 1,
         "no capture: only a heading")
    same(script("--files0-from", "-", given=b"")[0], "0 connections in 0 captures\n", "no capture")
    piped = script.run("--format=csv", "-", given=script.capture.read_bytes())[0]
    same(piped.replace(b"\r\n-,", b"\r\na.pcapng,"), script.run("--format=csv", "a.pcapng")[0],
         "a capture on standard input")


def by_another_user(script):
    """The command by which another user runs scripts/report; None where that cannot be."""
    if os.geteuid() != 0:
        return None
    home = script.directory / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    script.directory.chmod(0o711)
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", f"HOME={home}",
               f"XDG_CACHE_HOME={home}", report_runner.REPORT]
    done = subprocess.run([*command, "--help"], stdout=subprocess.DEVNULL, check=False)
    return command if done.returncode == 0 else None  # the project lies where nobody may look


def old_builds(script):
    """Another user's build is taken as it is, but not where it is older than the sources."""
    other = by_another_user(script)
    if not other:
        return
    build = script.directory / "build"
    shutil.copytree(BUILD / "plugins", build / "plugins")
    (build / "bin").mkdir()
    for name in ("CMakeCache.txt", "build.ninja"):
        shutil.copyfile(BUILD / name, build / name)
    (build / ".ninja_log").touch()
    environment = os.environ | {"TCPSTATE_BUILD_DIR": str(build)}
    for when, complaint in ((None, "is not complete"), (None, ""), (1e9, "is older than ")):
        if when:
            os.utime(build / ".ninja_log", (when, when))
        done = subprocess.run([*other, script.capture], env=environment, cwd=build.parent / "home",
                              capture_output=True, text=True, check=False)
        demand(done.stderr, complaint)
        same(done.returncode, 1 if complaint else 0, f"status of a build that {complaint or 'is new'}")
        shutil.copy(BUILD / "bin" / "tcpstate-report", build / "bin")
    tests = [*other[:-1], report_runner.REPORT.with_name("test")]  # they write into it
    done = subprocess.run(tests, env=environment, capture_output=True, text=True, check=False)
    same(done.returncode, 1, "status of scripts/test in a build of another user's")
    demand(done.stderr, "belongs to another user")


def another_user(script):
    """Another user, who may neither write the build nor open the pipe of names again."""
    other = by_another_user(script)
    if not other:
        return
    home = script.directory / "home"
    captures = [str(script.capture), str(tshark.CAPTURES / "ip-fragments.pcapng")]
    wanted = script.run("--format=json", *captures)[0]
    for given, arguments in (("".join(f"{name}\0" for name in captures).encode(),
                              ("--files0-from", "-")),
                             (script.capture.read_bytes(), ("-", captures[1]))):
        done = subprocess.run([*other, "--format=json", *arguments], cwd=home, input=given,
                              env=script.environment, capture_output=True, check=False)
        same(done.stderr, b"", f"messages for another user's {arguments[0]}")
        same(done.stdout.replace(b'"capture":"-"', f'"capture":"{captures[0]}"'.encode()), wanted,
             f"rows for another user's {arguments[0]}")


def progress_line(script):
    """On a terminal a line says how far it is, in words, and is gone in the end."""
    master, terminal = os.openpty()
    with script.start("--format=json", script.capture, script.capture, stderr=terminal) as process:
        os.close(terminal)
        process.communicate(timeout=tshark.HANGS)
    said = os.read(master, 10000).decode()
    os.close(master)
    same(re.sub(r"[\d.]+ of [\d.]+ (bytes|kB)", "N", said).split(progress.CLEAR)[:2],
         ["", "0 of 2 captures, N"], "the first line")
    demand(said[-len(progress.CLEAR):], progress.CLEAR)


def words_of_progress(script):
    """The words of that line, by a clock of its own."""
    class Terminal(io.StringIO):
        """Where it is written to."""

        def isatty(self):
            """It is one."""
            return True

    sizes = (0, 200, 600)
    captures = [types.SimpleNamespace(link=script.directory / script.copy(str(size), b"x" * size),
                                      is_known=size == 0) for size in sizes]
    now, out = [50], Terminal()
    line = progress.Progress(captures, out, lambda: now[0])
    same(line.text(), "1 of 3 captures, 0 of 800 bytes", "the line at the beginning")
    for passed, left in ((0.5, ""), (10, ", 30 s left"), (60, ", 3 min left"), (3600, ", 3.0 h left")):
        line = progress.Progress(captures, out, lambda: now[0])
        now[0] += passed
        line.advance(captures[1])
        same(line.text(), f"2 of 3 captures, 200 of 800 bytes{left}", f"the line after {passed} s")
        demand(out.getvalue(), f"{progress.CLEAR}{line.text()}")
    same(progress.in_units(1234567, 3400000), "1.2 of 3.4 MB", "units")
    same(progress.in_units(5, 34e9), "0 of 34 GB", "units")
    quiet = io.StringIO()
    with progress.Progress(captures, quiet) as line:
        line.advance(captures[1])
    same(quiet.getvalue(), "", "no terminal")


def private_captures(script):
    """A capture that only its owner may read is read, with one pass and with two."""
    home = script.directory / "home"
    home.mkdir(mode=0o700)
    capture = home / "mine.pcapng"
    shutil.copyfile(script.capture, capture)
    capture.chmod(0o600)
    one = script("home/mine.pcapng")[0]
    demand(one, "home/mine.pcapng\n")
    same(script("--filter=tcp", "home/mine.pcapng")[0], one, "two passes")


# -- damage --------------------------------------------------------------------------------------

def damaged_captures(script):
    """Unreadable captures are listed at the end, with the reason; the others are in the table."""
    damaged = script.damaged()
    script.copy("good.pcapng")
    for passes in ((), ("--filter=tcp",)):
        output, messages = script("--format=json", *passes, *damaged, "good.pcapng", status=1)
        head, *lines = messages[messages.index(f"report: {len(damaged)} of "):].splitlines()
        demand(head, f"{len(damaged) + 1} captures could not be read to the end")
        same(len(lines), len(damaged), "lines of captures that could not be read")
        for line, (name, complaint) in zip(lines, damaged.items()):
            demand(line, f"  {name}: ".replace("\t", r"\t"), complaint)
        rows = [json.loads(line) for line in output.splitlines()]
        same([row["capture"] for row in rows], ["cut short.pcapng", "good.pcapng"], "rows")
        same([row["outcome"] for row in rows], ["Open", "Closed"], "outcomes")


def broken_pipe(script):
    """No message is printed if the reader of the output goes away."""
    with script.start("--format=csv", *script.captures[:2]) as process:
        process.stdout.close()
        _, messages = process.communicate(timeout=tshark.HANGS)
    same(process.returncode, 128 + signal.SIGPIPE, "status when the reader is gone")
    if b"Traceback" in messages or b"rror" in messages:
        raise tshark.Failure(messages.decode())


def full_disk(script):
    """A report that cannot be written is an error, and nothing of it is lost."""
    for option in ("--format=text", "--format=csv", "--format=json", "--format=zeek", "--summary"):
        with open("/dev/full", "wb") as full:
            with script.start(option, *script.captures[:2], stdout=full) as process:
                _, messages = process.communicate(timeout=tshark.HANGS)
        same(process.returncode, 1, f"status of {option} on a full disk")
        demand(messages.decode(), "could not be written: No space left on device", "--resume")
        if b"Traceback" in messages:
            raise tshark.Failure(messages.decode())
    demand(script("--resume", *script.captures[:2])[1], "2 of 2 captures had been read before")


def small_disks(script):
    """A cache or a temporary folder that is full is an error; no half result counts."""
    many = merged.Merged({path.stem: path for path in script.captures})
    whole = of_tshark(many.path, "json").count("\n")
    plugin = sum(path.stat().st_size for path in tshark.plugin_directory().rglob("*.so")) // 1024
    for variable in ("XDG_CACHE_HOME", "TMPDIR"):
        # Room for one copy of the plugin, and for less than what is to be written.
        with script.small_disk(variable, kilobytes=plugin + 150) as place:
            if not place:
                return  # only root may mount one
            usual = script.environment
            script.environment = usual | {variable: str(place)}
            with script.start("--format=json", "--jobs=2", *[many.path] * 4) as process:
                output, messages = process.communicate(timeout=tshark.HANGS)
            script.environment = usual
        if not re.search("o space left|disk full", messages.decode()):
            raise tshark.Failure(f"a full {variable} is not told:\n{messages.decode()}")
        same(process.returncode, 1, f"status with a full {variable}")
        if b"Traceback" in messages:
            raise tshark.Failure(messages.decode())
        same(output.count(b"\n") % whole, 0, "rows of half a capture")


# -- interruption --------------------------------------------------------------------------------

def results_kept(script):
    """Return the number of results in the cache."""
    return len(list(script.cache.glob("tcpstate/report/done-*")))


def interrupt(script, number, whole_group, captures, but_first=0):
    """Start the report, kill it when some results are done but not all; return its messages.

    So that it cannot be done with all before, however busy the machine is, every tshark waits, but
    the first few.
    """
    with script.tshark_held(but_first):
        process = script.start("--jobs=1", *captures, start_new_session=True)
        deadline = time.monotonic() + tshark.HANGS
        while not results_kept(script) and process.poll() is None:
            if time.monotonic() > deadline:
                raise tshark.Failure("no result was kept")
            time.sleep(0.01)
        (os.killpg if whole_group else os.kill)(process.pid, number)
        process.wait(timeout=tshark.HANGS)
    with process:
        output, messages = process.communicate(timeout=tshark.HANGS)
    same(output, b"", "table despite the signal")
    wanted = -number if number == signal.SIGKILL else 128 + number
    same(process.returncode, wanted, "status after the signal")
    return messages.decode()


def half_results(script):
    """What is kept of an interrupted report counts only if it is complete."""
    # With an option of tshark, so that tshark reads both.
    captures = ["-otcpstate.time_wait:60",
                *(script.copy(f"{number}.pcapng", script.capture.read_bytes())
                  for number in range(2))]
    wanted = script.run(*captures)[0]
    for end in (b"= 0\n", b"+ 4\n= 0\n"):
        # The first two: tshark's options are tried, and the first capture is read.
        interrupt(script, signal.SIGTERM, False, captures, but_first=2)
        kept, = script.cache.glob("tcpstate/report/done-*")
        content = kept.read_bytes()
        demand(content.decode(), end.decode())
        kept.write_bytes(content.replace(b"\n: ", b"\n", 1) if end != b"= 0\n" else
                         content.removesuffix(end))
        output, messages = script.run("--resume", *captures)
        demand(messages, "0 of 2 captures had been read before")
        same(output, wanted, "the report after half a result")


def resume(script, captures, wanted):
    """Resume; the table must be complete, some results reused, and none left in the cache."""
    kept = results_kept(script)
    if not 0 < kept < len(captures):
        raise tshark.Failure(f"{kept} of {len(captures)} results were kept")
    output, messages = script.run("--resume", *captures, status=1)
    demand(messages, f"{kept} of {len(captures)} captures had been read before", "cut short")
    same(output, wanted, "the table after the interruption")
    same(results_kept(script), 0, "results left after resuming")


def interruptions(script):
    """Nothing is lost by SIGINT (Ctrl-C), SIGTERM or SIGKILL."""
    captures = [script.copy(f"{number}.pcapng", capture.read_bytes())
                for number, capture in enumerate(script.captures[20:24])]
    content = (script.directory / captures[0]).read_bytes()
    script.copy(captures[0], content[:len(content) * 2 // 3])
    wanted = script.run(*captures, status=1)[0]
    same(results_kept(script), 0, "results left by a finished report")
    for number, whole_group in ((signal.SIGINT, True), (signal.SIGTERM, False),
                                (signal.SIGKILL, True)):
        messages = interrupt(script, number, whole_group, captures)
        if number != signal.SIGKILL:
            demand(messages, f"interrupted: {results_kept(script)} of {len(captures)} captures",
                   "--resume")
        resume(script, captures, wanted)
    demand(script("--resume", *captures, status=1)[1], "0 of 4 captures had been read before")


def read_and_kept(script):
    """A signal never comes between that a capture counts as read and that its result is kept."""
    class Kept:
        """Where it would be kept, while the signal comes."""
        keys = []

        def keep(self, key, _):
            """Keep a result."""
            os.kill(os.getpid(), signal.SIGTERM)
            self.keys.append(key)

    capture = connections.Capture(b"a", script.directory / "in", script.directory / "out", key="a")
    collector = connections.Collector([capture], Kept(), lambda capture: None)
    before = {number: signal.getsignal(number) for number in connections.SIGNALS}
    signal.signal(signal.SIGTERM, connections.on_signal)
    try:
        for line in (b"# 1\n", b"+ 0\n", b"= 0\n"):
            collector.take(line)
        raise tshark.Failure("the signal was lost")
    except connections.Interrupted:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    same((capture.is_read, Kept.keys), (True, ["a"]), "read, and kept, when a signal came in between")


def changed_captures(script):
    """After an interruption, a changed capture or other options make results invalid."""
    captures = [script.copy(f"{number}.pcapng", script.capture.read_bytes())
                for number in range(3)]
    whole = (script.directory / captures[0]).read_bytes()
    script.copy(captures[0], whole[:len(whole) * 2 // 3])
    interrupt(script, signal.SIGTERM, False, captures)
    script.copy(captures[0], whole)
    demand(script("--resume", "--filter=tcp", *captures)[1], "0 of 3 captures had been read before")
    backwards = script("--resume", *captures[::-1])[0]
    same(backwards, script(*captures[::-1])[0], "the table of changed captures")


# -- options -------------------------------------------------------------------------------------

def usage(script):
    """Help, and wrong options, which are rejected before any capture is read."""
    demand(script("--help")[0], "Usage: report", "--help")
    demand(script("-h")[0], "Usage: report")
    for arguments, complaint in (
            (("--frames",), "unknown option --frames"),
            (("-x", "good.pcapng"), "unknown option -x"),
            (("--format", "xml"), "--format is text, csv, json or zeek, not xml"),
            (("--columns=time,no_such",), 'no column "no_such"'),
            (("--summary", "--format=zeek"), "not zeek"),
            (("-N", "?"), "-N"),
            (("--format",), "--format needs a value"),
            (("--jobs=many",), "--jobs takes a number, not many"),
            (("--files0-from", "missing"), "cannot read missing"),
            (("--filter=tcp.port ==",), "tcp.port =="),
            (("--filter", "no.such.field"), "no.such.field"),
            (("-o", "no.such:1"), "no.such:1"),
            (("-d", "nonsense"), "nonsense")):
        output, messages = script(*arguments, status=2)
        same(output, "", "table despite wrong options")
        demand(messages, complaint)


def filters(script):
    """A filter matches as with two passes; tshark's options are passed on."""
    many = merged.Merged({path.stem: path for path in script.captures[:20]})
    captures = [*script.captures[:2], many.path, script.capture]
    wanted = "".join(of_tshark(capture, "json", "-2", "-z",
                               'tcpstate,conv,tcpstate.conn.outcome == "Reset"')
                     for capture in captures)
    found = script("--format=json", '--filter=tcpstate.conn.outcome == "Reset"', *captures)[0]
    if not wanted:
        raise tshark.Failure("no capture has a reset")
    same([line[line.index('"time"'):] for line in found.splitlines()],
         [line[1:] for line in wanted.splitlines()], "filter")

    # With the shortest TIME-WAIT, the endpoint is CLOSED when the port is reused.
    option = ("-o", "tcpstate.time_wait:1")
    wanted = "".join(of_tshark(capture, "json", *option, "-z", "tcpstate,conv")
                     for capture in captures)
    for arguments in (option, ("".join(option),)):
        found = script("--format=json", *arguments, *captures)[0]
        same([line[line.index('"time"'):] for line in found.splitlines()],
             [line[1:] for line in wanted.splitlines()], "preference")


KINDS = {
    "table": (formats, texts, summaries, jobs, left_to_tshark, first_rows,
              names_from_a_file, another_user, old_builds, progress_line, words_of_progress, private_captures),
    "damage": (damaged_captures, broken_pipe, full_disk, small_disks),
    "interruption": (read_and_kept, interruptions, changed_captures, half_results),
    "options": (usage, filters),
}


def main():
    """Run the checks of one kind, each in its own directory."""
    for check in KINDS[sys.argv[1]]:
        check(report_runner.Script())


if __name__ == "__main__":
    tshark.run_main(main)
