# SPDX-License-Identifier: GPL-2.0-or-later
"""The connections of many captures in one report: what scripts/report prints.

tcpstate-report reads what it knows. For each capture that is left, GNU parallel runs lib/one_capture,
on this host or on others. The output of both is collected here, kept in case of an interruption, and
joined in the order of the arguments. Names of captures never reach a shell or a command line: in the
folder of a run, in/NUMBER is a link to the capture.

scripts/report checks the options and builds the plugin before it starts this.
"""

import signal

if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback before main() can handle it

# ruff: noqa: E402
import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import stat
import struct
import subprocess
import sys

import printing
import progress
import result
import store
import table

LIB = pathlib.Path(__file__).resolve().parent
PLUGIN = "tcpstate.so"   # Wireshark's own may stand beside it
ALL_READ, SOME_NOT_READ, WRONG_USAGE = 0, 1, 2
STANDARD_INPUT = 0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ARGUMENTS_MAX = 10000  # captures on a command line
KILLED = 126  # and above: tshark did not end by itself; it may succeed another time
DIRECTORY = ("this is a directory (find DIRECTORY -type f -print0 | "
             "scripts/report --files0-from -)")


class Interrupted(Exception):
    """A signal asks this to end."""


@dataclasses.dataclass
class Capture:
    """One argument. `trouble` says why it was not read to the end, "" if it was."""

    path: bytes
    link: pathlib.Path
    result: pathlib.Path
    trouble: str = ""
    key: str = ""
    is_read: bool = False

    @property
    def is_known(self):
        """It was read, or it is known that it cannot be."""
        return self.is_read or bool(self.trouble)

    @property
    def name(self):
        """As in the arguments; bytes that are not UTF-8 as \\xff."""
        return self.path.decode(errors="backslashreplace")


def say(text):
    """A message for the user."""
    print(f"report: {text}", file=sys.stderr, flush=True)


def options():
    """The options that scripts/report passes on."""
    parser = argparse.ArgumentParser(prog="report")
    parser.add_argument("--names", type=pathlib.Path, required=True)
    parser.add_argument("--plugins", type=pathlib.Path, required=True)
    parser.add_argument("--reader", type=pathlib.Path, required=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--format", choices=table.FORMATS, default="text")
    parser.add_argument("--columns", default="")
    parser.add_argument("--summary", action="store_true")
    parser.add_argument("--ladder", type=pathlib.Path)
    parser.add_argument("--filter", default="")
    parser.add_argument("--jobs", default="100%")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--sshlogin", action="append", default=[])
    parser.add_argument("--tshark-option", action="append", default=[])
    return parser.parse_args()


def has_tshark_options(wanted):
    """The user has given some, not only that no name is resolved."""
    return wanted.tshark_option != ["-n"]


def tshark_arguments(wanted):
    """tshark's arguments except for format and file.

    With a filter there are two passes, since some fields have their final value only in the second.
    Without one, and without options that may be about what runs on TCP, nothing of TCP is needed but
    the report. No protocol is disabled: tunnels may be anywhere.
    """
    kind = "tcpstate,picture" if wanted.ladder else "tcpstate,conv"
    report = ["-q", "-z", f"{kind},{wanted.filter}" if wanted.filter else kind]
    columns = ["-o", f"tcpstate.report_columns:{wanted.columns}"] if wanted.columns else []
    only = [] if wanted.filter or has_tshark_options(wanted) else ["-o", "tcpstate.report_only:TRUE"]
    return [*(["-2"] if wanted.filter else []), *wanted.tshark_option, *only, *columns, *report]


def tshark_format(wanted):
    """The format in which tshark has to write."""
    return "json" if wanted.summary or wanted.ladder else wanted.format


def circumstances(wanted, arguments):
    """Everything but the captures that determines what the report says."""
    tshark = os.stat(shutil.which("tshark"))
    plugins = [path.read_bytes() for path in (*sorted(wanted.plugins.rglob(PLUGIN)), wanted.reader)]
    return repr((arguments, tshark_format(wanted), tshark.st_size, tshark.st_mtime_ns,
                 plugins)).encode(errors="surrogateescape")


def furnish(run, wanted, arguments):
    """Put what lib/one_capture needs into the folder of the run, on any host."""
    (run / "in").mkdir()
    (run / "out").mkdir()
    tool = run / "tool"
    shutil.copytree(LIB, tool / "scripts" / "lib",
                    ignore=shutil.ignore_patterns("*.py", "__*", "installed.sh*"))
    for plugin in wanted.plugins.rglob(PLUGIN):
        copy = tool / "build" / "plugins" / plugin.relative_to(wanted.plugins)
        copy.parent.mkdir(parents=True)
        shutil.copy(plugin, copy)
    (tool / "arguments").write_bytes(b"".join(os.fsencode(text) + b"\0" for text in arguments))
    # Capture 0: a pcap file without packets.
    (run / "in" / "0").write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))


def columns_by_tshark(run):
    """The columns of tshark's report, none of pictures; exits if tshark rejects its options."""
    found = run / "out" / "0"
    with found.open("wb") as out:
        done = subprocess.run(["tool/scripts/lib/one_capture", "0", "csv"], cwd=run,
                              stdin=subprocess.DEVNULL, stdout=out, check=False)
    ending = result.ending(found)
    if done.returncode != 0 or not ending:
        sys.exit(SOME_NOT_READ)
    if ending.status != 0:
        for message in ending.messages:
            say(message)
        sys.exit(WRONG_USAGE)
    return next(result.rows(found), b"").decode().strip().split(",")


def columns_by_reader(run, wanted):
    """The same of tcpstate-report, which starts in a tenth of the time."""
    found = run / "out" / "0"
    with found.open("wb") as out:
        done = subprocess.run(reader(wanted, "csv", ["0"]), cwd=run / "in", stdin=subprocess.DEVNULL,
                              stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        say(done.stderr.partition("\n")[0].removeprefix("tcpstate-report: "))
        sys.exit(WRONG_USAGE if done.returncode == WRONG_USAGE else SOME_NOT_READ)
    return next(result.rows(found), b"").decode().strip().split(",")


# -- The captures --------------------------------------------------------------------------------

def examine(capture, kept):
    """Link to a capture that can be opened, or say what is wrong with it."""
    # An open file (a pipe, standard input) belongs to this process, so it is read now. Standard input
    # may be open though its file, or the pipe of another user, cannot be opened again.
    given = capture.path == b"-"
    try:
        status = os.stat(STANDARD_INPUT if given else capture.path)
        if stat.S_ISDIR(status.st_mode):
            capture.trouble = DIRECTORY
        elif stat.S_ISREG(status.st_mode) and not given:
            with open(capture.path, "rb"):
                real = os.path.realpath(capture.path)
            os.symlink(real, os.fsencode(capture.link))
            capture.key = kept.key(real, status)
        else:
            with (open(STANDARD_INPUT if given else capture.path, "rb", closefd=not given) as source,
                  capture.link.open("wb") as copy):
                shutil.copyfileobj(source, copy)
        if not capture.trouble and capture.link.stat().st_size == 0:
            capture.trouble = "the file is empty"
    except FileNotFoundError:
        capture.trouble = "no such file"
    except PermissionError:
        capture.trouble = "no permission to read it"
    except OSError as error:
        capture.trouble = error.strerror.lower()


def numbered(paths, run):
    """The captures named by the arguments, numbered from 1."""
    return [Capture(path, run / "in" / str(number), run / "out" / str(number))
            for number, path in enumerate(paths, 1)]


def connections_in(capture, form):
    """How many connections the report on a capture has."""
    lines = result.rows(capture.result)
    if form == "text":
        return table.connections_in(lines)
    return max(0, sum(1 for _ in lines) - (form == "csv"))


def complaint(capture, form):
    """Why tshark did not read a capture to the end, "" if it did."""
    ending = result.ending(capture.result)
    if ending.status == 0:
        return ""
    said = " ".join(message for message in ending.messages if message.startswith("tshark: "))
    rows = connections_in(capture, form) if ending.rows else 0
    if "cut short" in said:
        return f"cut short; what could be read (connections: {rows}) is in the report"
    if "isn't a capture file" in said:
        return "not a capture file that tshark can read"
    said = re.sub(r'The (standard input|file "[^"]*")', "it", said.split("tshark: ")[-1])
    return f"{said or f'tshark ended with status {ending.status}'} (connections read: {rows})"


# -- Reading them --------------------------------------------------------------------------------

@contextlib.contextmanager
def undisturbed():
    """A signal that comes in between is handled afterwards: what counts as read is kept as well."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Collector:
    """Takes the output of the jobs, one job after the other, and keeps each complete result."""

    def __init__(self, captures, kept, when_read, wants=lambda status: True):
        """`when_read` is called with each capture that was read. `wants` tells by its exit status
        whether a result is one."""
        self.captures = captures
        self.kept = kept
        self.when_read = when_read
        self.wants = wants
        self.capture = None
        self.file = None

    def take(self, line):
        """One line of output."""
        if line.startswith(result.NUMBER):
            self.close()
            self.capture = self.captures[int(line[2:]) - 1]
            self.file = self.capture.result.open("wb")
        if not self.file:
            return
        self.file.write(line)
        if line.startswith(result.STATUS):
            self.close()
            ending = result.ending(self.capture.result)
            if ending and not self.wants(ending.status):
                return
            with undisturbed():
                self.capture.is_read = ending is not None
                if ending and ending.status < KILLED:
                    self.kept.keep(self.capture.key, self.capture.result)
            if ending:
                self.when_read(self.capture)

    def close(self):
        """The last result is complete, or never will be."""
        file, self.file = self.file, None
        if file:
            file.close()


def parallel(wanted, run):
    """The command line of GNU parallel."""
    command = ["parallel", "--plain", "--group", "--jobs", wanted.jobs, "--arg-file", "jobs"]
    for login in wanted.sshlogin:
        command += ["--sshlogin", login]
    if not all(re.fullmatch(r"(\d+/)?:", login) for login in wanted.sshlogin):
        # What comes after /./ is copied to a temporary folder of the host, one for each job.
        command += ["--transferfile", f"{run}/./tool", "--transferfile", f"{run}/./in/{{}}",
                    "--workdir", "...", "--cleanup"]
    # Only this host has the folder of the run; on another one the working directory stays.
    return [*command, f"cd {shlex.quote(str(run))} 2>/dev/null; "
                      f"tool/scripts/lib/one_capture {{}} {tshark_format(wanted)}"]


def stop(process):
    """GNU parallel ends its jobs when it is told to end."""
    if process.poll() is None:
        process.terminate()


def processes(jobs):
    """How many processes GNU parallel's option --jobs means."""
    count = os.cpu_count() or 1
    number = int(jobs.rstrip("%"))
    if jobs.endswith("%"):
        number = count * number // 100
    elif jobs[0] in "+-":
        number += count
    return max(number, 1)


def reader(wanted, form, names):
    """The command line of tcpstate-report."""
    return [wanted.reader, "--framed", "--format", form,
            *(["--columns", wanted.columns] if wanted.columns else []),
            "--jobs", str(processes(wanted.jobs)), *names]


def needs_tshark(wanted):
    """The user wants what tshark alone can do."""
    return bool(wanted.filter or wanted.ladder or wanted.sshlogin or has_tshark_options(wanted))


def unread(captures):
    """Those that are to be read."""
    return [capture for capture in captures if not capture.is_known]


def read_without_tshark(captures, wanted, kept, when_read):
    """Have tcpstate-report read what it knows.

    What it does not know, or cannot read to the end, is left to tshark, whose messages say more.
    """
    left = unread(captures)
    collector = Collector(captures, kept, when_read, wants=lambda status: status == ALL_READ)
    for start in range(0, len(left), ARGUMENTS_MAX):
        names = [capture.link.name for capture in left[start:start + ARGUMENTS_MAX]]
        with subprocess.Popen(reader(wanted, tshark_format(wanted), names), cwd=kept.run / "in",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            try:
                for line in process.stdout:
                    collector.take(line)
            finally:
                stop(process)
                collector.close()
    if wanted.verbose:
        count = len(unread(left))
        say(f"{len(left) - count} of {len(left)} captures read by tcpstate-report, {count} left to "
            "tshark")


def read_with_tshark(captures, wanted, kept, when_read):
    """Have the remaining captures read. When a signal comes, what has been read by then is kept."""
    (kept.run / "jobs").write_text("".join(f"{capture.link.name}\n"
                                           for capture in unread(captures)))
    # PARALLEL may hold the user's own options. Links are followed when captures are copied.
    environment = {name: value for name, value in os.environ.items() if name != "PARALLEL"}
    environment["PARALLEL_RSYNC_OPTS"] = "-rLDzR"
    collector = Collector(captures, kept, when_read)
    with subprocess.Popen(parallel(wanted, kept.run), cwd=kept.run, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            for line in process.stdout:
                collector.take(line)
        except BaseException:
            stop(process)
            for line in process.stdout:
                collector.take(line)
            raise
        finally:
            stop(process)
            collector.close()


# -- All together --------------------------------------------------------------------------------

def resume(captures, kept):
    """Take the results that an interrupted report has left."""
    for capture in captures:
        if not capture.trouble and kept.find(capture.key, capture.result):
            capture.is_read = result.ending(capture.result) is not None
    found = sum(capture.is_read for capture in captures)
    say(f"{found} of {len(captures)} captures had been read before")


def list_trouble(captures):
    """List what could not be read; the exit status."""
    troubled = [capture for capture in captures if capture.trouble]
    if not troubled:
        return ALL_READ
    say(f"{len(troubled)} of {len(captures)} captures could not be read to the end:")
    for capture in troubled:
        print(f"  {table.printable(capture.name)}: {capture.trouble}", file=sys.stderr)
    return SOME_NOT_READ


def read(captures, wanted, kept, when_read):
    """Have all captures read that can be."""
    if not needs_tshark(wanted):
        read_without_tshark(captures, wanted, kept, when_read)
        if unread(captures):
            columns_by_tshark(kept.run)  # or say what is wrong with it
    if unread(captures):
        read_with_tshark(captures, wanted, kept, when_read)


def report(captures, wanted, kept):
    """Read the captures, print the report, list what failed; the exit status."""
    columns = (columns_by_tshark(kept.run) if needs_tshark(wanted)
               else columns_by_reader(kept.run, wanted))
    for capture in captures:
        examine(capture, kept)
    if wanted.resume:
        resume(captures, kept)
    printer = printing.Printer(captures, columns, wanted)
    printer.proceed()
    with progress.Progress(captures) as line:
        def when_read(capture):
            if printer.can_proceed():
                line.clear()  # the rows may go to the same terminal
                printer.proceed()
            line.advance(capture)

        read(captures, wanted, kept, when_read)
    for capture in captures:
        if capture.is_read:
            capture.trouble = complaint(capture, tshark_format(wanted))
        elif not capture.trouble:
            capture.trouble = "no result, see above"
    printer.finish()
    kept.forget(capture.key for capture in captures)
    return list_trouble(captures)


def hint(kept):
    """How to go on, where results were kept."""
    return "; the same command with --resume continues" if kept.keeps else ""


def interrupted(number, captures, kept):
    """The message after a signal; the exit status for it."""
    done = sum(capture.is_read for capture in captures)
    if sys.stderr.isatty():
        print(file=sys.stderr)  # after ^C
    say(f"interrupted: {done} of {len(captures)} captures were read{hint(kept)}")
    return 128 + number


def on_signal(number, _):
    """Handle the first of the signals that ask for an end."""
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(number)


def leave_output():
    """Nothing more can be written: also not when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(wanted):
    """Report on the captures whose names are in a file, each ended by a zero byte."""
    paths = wanted.names.read_bytes().split(b"\0")[:-1]
    arguments = tshark_arguments(wanted)
    with store.Store(circumstances(wanted, arguments)) as kept:
        captures = numbered(paths, kept.run)
        try:
            furnish(kept.run, wanted, arguments)
            return report(captures, wanted, kept)
        except Interrupted as signalled:
            return interrupted(signalled.args[0], captures, kept)
        except printing.CannotWrite as failure:
            leave_output()
            say(f"the report could not be written: {failure}{hint(kept)}")
            return SOME_NOT_READ


def main():
    """Run it; whatever may go wrong ends in a message."""
    wanted = options()
    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, on_signal)
    try:
        return run(wanted)
    except Interrupted as signalled:
        say("interrupted")
        return 128 + signalled.args[0]
    except BrokenPipeError:
        # The reader (a pager, head) is gone: there is nobody to report to.
        leave_output()
        return 128 + signal.SIGPIPE
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        say(f"{error.strerror or error}{place}")
        return SOME_NOT_READ


if __name__ == "__main__":
    sys.exit(main())
