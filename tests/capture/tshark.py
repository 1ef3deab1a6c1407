# SPDX-License-Identifier: GPL-2.0-or-later
"""Run tshark; all tests run it through this module.

Wireshark silently ignores WIRESHARK_PLUGIN_DIR if the user or group ID is 0. So root runs tshark as
the user nobody, on copies of the plugin and the captures that this user can read. HOME is an empty
directory, which hides the user's preferences. A "Dissector bug" aborts tshark.

Environment: TCPSTATE_PLUGIN_DIR, the directory that holds <X.Y>/epan/tcpstate.so (set by CTest;
build/plugins by default).
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
NOBODY = 65534  # user and group ID
PREFIX = "tcpstate."

# Seconds after which a program counts as hanging, with a large margin for a busy machine.
HANGS = 1800

# tshark spends most of its time starting up; this avoids page faults that are a tenth of that time.
LARGE_PAGES = "glibc.malloc.hugetlb=1"

# Variables for sanitizers and Wireshark's memory checks; tshark inherits nothing else.
PASSED_ON = ("PATH", "LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
             "WIRESHARK_DEBUG_WMEM_OVERRIDE")


class Failure(Exception):
    """A test failure; the message is for the developer."""


@dataclasses.dataclass(frozen=True)
class Field:
    """A field as `tshark -G fields` lists it."""

    label: str
    name: str
    type: str


def run_main(main):
    """Run a test program's main function and exit; a Failure prints its message, with status 1."""
    try:
        sys.exit(main())
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)


@functools.cache
def scratch():
    """Return a temporary directory that tshark can read; it is removed when this process exits."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-test-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    directory.chmod(0o755)
    return directory


@functools.cache
def plugin_directory():
    """Return the directory where tshark finds the plugin."""
    built = pathlib.Path(os.environ.get("TCPSTATE_PLUGIN_DIR", PROJECT / "build" / "plugins"))
    if not list(built.glob("*/epan/tcpstate.so")):
        raise Failure(f"no plugin in {built}: build it first, or set TCPSTATE_PLUGIN_DIR")
    return with_plugins(built)


def with_plugins(built):
    """Return a directory with these plugins that tshark can read: a copy, if the test runs as
    root."""
    if os.geteuid() != 0:
        return built
    copy = scratch() / built.name
    shutil.copytree(built, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    return copy


@functools.cache
def command():
    """Return the command line that starts tshark, without its arguments."""
    if not shutil.which("tshark"):
        raise Failure("tshark is not installed (Debian: apt-get install tshark)")
    if os.geteuid() != 0:
        return ["tshark"]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "tshark"]


@functools.cache
def environment():
    """Return tshark's environment."""
    home = scratch() / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC", "GLIBC_TUNABLES": LARGE_PAGES,
        "WIRESHARK_PLUGIN_DIR": str(plugin_directory()), "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1"}


def name_hosts(lines):
    """Let tshark know names of hosts, the user's own: not by -H, which does nothing in 4.2.2."""
    hosts = pathlib.Path(environment()["HOME"]) / ".config" / "wireshark" / "hosts"
    hosts.parent.mkdir(parents=True, exist_ok=True)
    hosts.write_bytes(lines)
    for path in (hosts, hosts.parent, hosts.parent.parent):
        path.chmod(0o755)


@functools.cache
def readable(capture):
    """Return a path of the capture that tshark can read: a copy, if the test runs as root."""
    capture = pathlib.Path(capture).resolve()
    if os.geteuid() != 0 or capture.is_relative_to(scratch()):
        return capture
    copy = pathlib.Path(tempfile.mkdtemp(dir=scratch())) / capture.name
    copy.parent.chmod(0o755)
    shutil.copyfile(capture, copy)
    copy.chmod(0o644)
    return copy


def start(*arguments):
    """Run tshark; return the completed process, whatever its status, with line ends unchanged."""
    done = subprocess.run([*command(), *arguments], env=environment(), cwd=scratch(),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=HANGS,
                          check=False)
    done.stdout = done.stdout.decode(errors="replace")
    done.stderr = done.stderr.decode(errors="replace")
    return done


def run(*arguments):
    """Run tshark; return its output; fail if it reports an error."""
    done = start(*arguments)
    if done.returncode != 0 or "Dissector bug" in done.stderr:
        raise Failure(f"tshark {' '.join(map(str, arguments))}\n"
                      f"exited with status {done.returncode}:\n{done.stderr}")
    return done.stdout


def read(capture, *arguments):
    """Run tshark on a capture without name resolution; return its output."""
    return run("-n", "-r", readable(capture), *arguments)


def try_filter(capture, text, *arguments):
    """Try a display filter; return (numbers of the matching frames, error message or "")."""
    done = start("-n", "-r", readable(capture), "-Y", text, "-T", "fields", "-e", "frame.number",
                 *arguments)
    return set(map(int, done.stdout.split())), done.stderr if done.returncode else ""


def try_filters(capture, filters, *arguments):
    """Try many display filters; return {filter: (frames, error message or "")}.

    Starting tshark takes far longer than filtering, so a Lua script registers a tap for each filter
    and one run is enough. Without Lua, there is one run per filter.
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
    """Return the numbers of the frames that each display filter finds: {filter: numbers}."""
    found = try_filters(capture, filters, *arguments)
    wrong = [f"{text}: {complaint}" for text, (_, complaint) in found.items() if complaint]
    if wrong:
        raise Failure("\n".join(wrong))
    return {text: frames for text, (frames, _) in found.items()}


def assert_plugin_loaded():
    """Fail unless tshark lists the plugin, loaded from plugin_directory()."""
    loaded = [line for line in run("-G", "plugins").splitlines()
              if line.startswith("tcpstate.so") and str(plugin_directory()) in line]
    if len(loaded) != 1:
        raise Failure(f"tshark does not load the plugin in {plugin_directory()}")


@functools.cache
def fields():
    """Return the plugin's fields; fail if tshark knows none."""
    rows = (row.split("\t") for row in re.findall(rf"^F\t.*\t{PREFIX}.*", run("-G", "fields"),
                                                  re.MULTILINE))
    found = [Field(label, name, kind) for _, label, name, kind, *_ in rows
             if name.startswith(PREFIX)]
    if not found:
        raise Failure(f"tshark does not load the plugin in {plugin_directory()}: "
                      f"it has no {PREFIX}* fields")
    return found


@functools.cache
def values():
    """Return the values of each enumerated field: {name: {number: text}}."""
    enumerations = {}
    for row in re.findall(rf"^V\t{PREFIX}.*", run("-G", "values"), re.MULTILINE):
        _, name, number, text = row.split("\t")
        enumerations.setdefault(name, {})[int(number, 0)] = text
    return enumerations
