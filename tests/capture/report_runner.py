# SPDX-License-Identifier: GPL-2.0-or-later
"""Run scripts/report for its tests, in its own directory and with its own cache."""

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile
import pathlib

import listing
import tshark

REPORT = tshark.PROJECT / "scripts" / "report"
# A tshark that waits while the file `hold` is there, which says how many of those before it need not.
HELD = """#!/bin/sh
here=${0%/*}
[ ! -e "$here/hold" ] || mktemp "$here/starts/XXXXXX" >/dev/null
while [ -e "$here/hold" ] && [ "$(ls "$here/starts" | wc -l)" -gt "$(cat "$here/hold")" ]; do sleep 0.05; done
exec TSHARK "$@"
"""


class Script:
    """scripts/report, run in a temporary directory."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(dir=tshark.scratch()))
        captures = listing.captures(tshark.CAPTURES)
        # The ECN captures come first, and their reports are all alike.
        self.captures = [path for name, path in captures.items() if "ecn" not in name]
        self.capture = captures["close-by-client"]
        self.cache = self.directory / "cache"
        self.environment = os.environ | {"XDG_CACHE_HOME": str(self.cache)}

    def copy(self, name, content=None):
        """Write a file, by default a capture of a closed connection; return its name."""
        content = self.capture.read_bytes() if content is None else content
        (self.directory / os.fsdecode(name)).write_bytes(content)
        return name

    def damaged(self):
        """Make captures that cannot be read to the end; return {name: expected complaint}."""
        content = self.capture.read_bytes()
        found = {
            self.copy("cut short.pcapng", content[:len(content) * 2 // 3]): "cut short; ",
            self.copy("a\ttext.pcapng", b"No capture.\n"): "not a capture file",
            self.copy("empty.pcapng", b""): "is empty",
            "missing.pcapng": "no such file",
            ".": "is a directory",
        }
        if os.geteuid() != 0:  # root may read everything
            (self.directory / self.copy("secret.pcapng")).chmod(0)
            found["secret.pcapng"] = "no permission"
        return found

    @contextlib.contextmanager
    def small_disk(self, name, kilobytes):
        """A file system of a certain size, while it is used; None where it cannot be mounted."""
        place = self.directory / name
        place.mkdir()
        self.directory.chmod(0o711)  # tshark may run as another user
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=1777", "tmpfs",
                               place], stderr=subprocess.DEVNULL, check=False)
        try:
            yield place if done.returncode == 0 else None
        finally:
            if done.returncode == 0:
                subprocess.run(["umount", "-l", place], check=True)

    def install_held_tshark(self):
        """Have the script find a tshark that can be held; the same for all of its runs."""
        place = self.directory / "held"
        if place.exists():
            return
        self.directory.chmod(0o711)  # tshark may run as another user
        (place / "starts").mkdir(parents=True)
        (place / "starts").chmod(0o777)
        program = place / "tshark"
        program.write_text(HELD.replace("TSHARK", shlex.quote(shutil.which("tshark"))), encoding="utf-8")
        program.chmod(0o755)
        self.environment["PATH"] = f"{place}:{self.environment['PATH']}"

    @contextlib.contextmanager
    def tshark_held(self, but_first):
        """No tshark begins to read meanwhile, but the first few that are started."""
        self.install_held_tshark()
        place = self.directory / "held"
        for start in (place / "starts").iterdir():
            start.unlink()
        (place / "hold").write_text(f"{but_first}\n", encoding="utf-8")
        try:
            yield
        finally:
            (place / "hold").unlink()

    def start(self, *arguments, **options):
        """Start the script; return the process, with pipes for its output and messages."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE} | options
        return subprocess.Popen([REPORT, *arguments], cwd=self.directory, env=self.environment,
                                **options)

    def run(self, *arguments, status=0, given=None):
        """Run the script with `given` on standard input; return its output (bytes) and messages.

        A wrong exit status is a failure.
        """
        options = {} if given is None else {"stdin": subprocess.PIPE}
        with self.start(*arguments, **options) as process:
            output, messages = process.communicate(given, timeout=tshark.HANGS)
        if process.returncode != status:
            raise tshark.Failure(f"scripts/report {arguments}: status {process.returncode}, not "
                                 f"{status}\n{output.decode(errors='replace')}"
                                 f"{messages.decode(errors='replace')}")
        return output, messages.decode()

    def __call__(self, *arguments, **options):
        """Like run(), but return the output as text."""
        output, messages = self.run(*arguments, **options)
        return output.decode(), messages


def demand(text, *parts):
    """Fail unless every part occurs in the text."""
    for part in parts:
        if part not in text:
            raise tshark.Failure(f"{part!r} is missing in:\n{text}")


def same(one, other, what):
    """Fail if two values differ."""
    if one != other:
        raise tshark.Failure(f"{what}:\n{one}\nis not\n{other}")
