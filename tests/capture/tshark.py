# SPDX-License-Identifier: GPL-2.0-or-later
"""The one place where the tests run tshark.

As user or group 0 Wireshark ignores WIRESHARK_PLUGIN_DIR without a word, so root runs tshark as
nobody, on copies of the plugin and the captures that nobody may read. The user's preferences are
out of sight: HOME is an empty directory. A "Dissector bug" ends tshark at once.

Environment: TCPSTATE_PLUGIN_DIR, the directory that holds <X.Y>/epan/tcpstate.so (set by CTest;
by default that of build/).
"""

import atexit
import dataclasses
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
CAPTURES = PROJECT / "captures"
NOBODY = 65534
PREFIX = "tcpstate."

# Seconds after which a program hangs: many times what any takes on a machine with much other work.
HANGS = 1800

# Most of a run of tshark is its start, and a tenth of that are page faults that this spares.
LARGE_PAGES = "glibc.malloc.hugetlb=1"

# For sanitizers and Wireshark's memory checks; nothing else of the environment reaches tshark.
PASSED_ON = ("PATH", "LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
             "WIRESHARK_DEBUG_WMEM_OVERRIDE")


class Failure(Exception):
    """What a test found, in words for the developer."""


@dataclasses.dataclass(frozen=True)
class Field:
    """A field as `tshark -G fields` lists it."""

    label: str
    name: str
    type: str


def run_main(main):
    """Run a test program's main function; a Failure is its message and exit status 1."""
    try:
        sys.exit(main())
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)


@functools.cache
def scratch():
    """A directory for temporary files that tshark may read, gone when this process ends."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-test-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    directory.chmod(0o755)
    return directory


@functools.cache
def plugin_directory():
    """Where tshark finds the plugin."""
    built = pathlib.Path(os.environ.get("TCPSTATE_PLUGIN_DIR", PROJECT / "build" / "plugins"))
    if not list(built.glob("*/epan/tcpstate.so")):
        raise Failure(f"no plugin in {built}: build it first, or set TCPSTATE_PLUGIN_DIR")
    if os.geteuid() != 0:
        return built
    copy = scratch() / "plugins"
    shutil.copytree(built, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    return copy


@functools.cache
def command():
    """tshark with what has to stand before its arguments."""
    if not shutil.which("tshark"):
        raise Failure("tshark is not installed (Debian: apt-get install tshark)")
    if os.geteuid() != 0:
        return ["tshark"]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "tshark"]


@functools.cache
def environment():
    """All that tshark sees of the environment."""
    home = scratch() / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC", "GLIBC_TUNABLES": LARGE_PAGES,
        "WIRESHARK_PLUGIN_DIR": str(plugin_directory()), "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1"}


@functools.cache
def readable(capture):
    """The path of a capture for tshark: a copy, if nobody may be unable to read it."""
    capture = pathlib.Path(capture).resolve()
    if os.geteuid() != 0 or capture.is_relative_to(scratch()):
        return capture
    copy = pathlib.Path(tempfile.mkdtemp(dir=scratch())) / capture.name
    copy.parent.chmod(0o755)
    shutil.copyfile(capture, copy)
    copy.chmod(0o644)
    return copy


def start(*arguments):
    """Run tshark; whatever comes of it, with the ends of lines as they are."""
    done = subprocess.run([*command(), *arguments], env=environment(), cwd=scratch(),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=HANGS,
                          check=False)
    done.stdout = done.stdout.decode(errors="replace")
    done.stderr = done.stderr.decode(errors="replace")
    return done


def run(*arguments):
    """Run tshark; what it prints, if it is content."""
    done = start(*arguments)
    if done.returncode != 0 or "Dissector bug" in done.stderr:
        raise Failure(f"tshark {' '.join(map(str, arguments))}\n"
                      f"ended with status {done.returncode} and said:\n{done.stderr}")
    return done.stdout


def read(capture, *arguments):
    """Run tshark on a capture without name resolution; what it prints."""
    return run("-n", "-r", readable(capture), *arguments)


def try_filter(capture, text, *arguments):
    """What comes of a display filter: (the numbers of the frames that it finds, complaint)."""
    done = start("-n", "-r", readable(capture), "-Y", text, "-T", "fields", "-e", "frame.number",
                 *arguments)
    return set(map(int, done.stdout.split())), done.stderr if done.returncode else ""


def try_filters(capture, filters, *arguments):
    """The same of many filters: {filter: (frames, complaint)}.

    Starting tshark takes far longer than looking for frames, so that Lua puts all of them on taps
    in one run; without Lua there is a run for each.
    """
    listed = scratch() / "filters"
    listed.write_text("".join(f"{text}\n" for text in filters))
    listed.chmod(0o644)
    lines = read(capture, "-q", "-X", f"lua_script:{readable(HERE / 'matching.lua')}",
                 "-X", f"lua_script1:{listed}", *arguments).splitlines()
    if not lines:
        return {text: try_filter(capture, text, *arguments) for text in filters}
    return {text: (set(), line[2:]) if line.startswith("!") else (set(map(int, line.split())), "")
            for text, line in zip(filters, lines, strict=True)}


def matching(capture, filters, *arguments):
    """The numbers of the frames that each display filter finds: {filter: numbers}."""
    found = try_filters(capture, filters, *arguments)
    wrong = [f"{text}: {complaint}" for text, (_, complaint) in found.items() if complaint]
    if wrong:
        raise Failure("\n".join(wrong))
    return {text: frames for text, (frames, _) in found.items()}


def assert_plugin_loaded():
    """Fail unless tshark lists the plugin, from the directory where this build put it."""
    loaded = [line for line in run("-G", "plugins").splitlines()
              if line.startswith("tcpstate.so") and str(plugin_directory()) in line]
    if len(loaded) != 1:
        raise Failure(f"tshark does not load the plugin in {plugin_directory()}")


@functools.cache
def fields():
    """The fields of the plugin that tshark has loaded; it is an error if there are none."""
    rows = (row.split("\t") for row in re.findall(rf"^F\t.*\t{PREFIX}.*", run("-G", "fields"),
                                                  re.MULTILINE))
    found = [Field(label, name, kind) for _, label, name, kind, *_ in rows
             if name.startswith(PREFIX)]
    if not found:
        raise Failure(f"tshark does not load the plugin in {plugin_directory()}: "
                      f"it knows no {PREFIX}* field")
    return found


@functools.cache
def values():
    """The values of each enumerated field: {name: {number: text}}."""
    enumerations = {}
    for row in re.findall(rf"^V\t{PREFIX}.*", run("-G", "values"), re.MULTILINE):
        _, name, number, text = row.split("\t")
        enumerations.setdefault(name, {})[int(number, 0)] = text
    return enumerations
