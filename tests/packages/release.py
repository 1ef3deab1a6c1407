#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/release writes what is committed, always the same, or says why it does not."""

import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "capture"))

import tshark  # pylint: disable=wrong-import-position

SKIPPED = 77
NEEDED = ("CMakeLists.txt", "debian", "plugin/core", "scripts")  # a part of the project is enough
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A",
       "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}


def run(place, *command, status=0):
    """Run a command in a folder; return what it prints. Another exit status is a failure."""
    done = subprocess.run([str(word) for word in command], cwd=place, env=os.environ | GIT,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=tshark.HANGS, check=False)
    if done.returncode != status:
        raise tshark.Failure(f"{command}: exit status {done.returncode}, not {status}\n{done.stdout}")
    return done.stdout


def commit(place):
    """Commit all that is in a folder."""
    run(place, "git", "add", "--all")
    run(place, "git", "commit", "--quiet", "--message", "Test")


def checkout(place):
    """Make a repository of its own with a part of the project."""
    for name in NEEDED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place.mkdir(exist_ok=True)
            shutil.copy(source, place / name)
    run(place, "git", "init", "--quiet")
    commit(place)
    return place


def release(source, target):
    """Write a release; return the tarball."""
    target.mkdir()
    run(source, "scripts/release", target)
    run(target, "sha256sum", "--check", "--strict", *target.glob("*.sha256"))
    tarball, = target.glob("*.tar.xz")
    return tarball


def refuse(source, *parts):
    """No release is written, and the script says why."""
    target = tshark.scratch() / "refused"
    target.mkdir(exist_ok=True)
    said = run(source, "scripts/release", target, status=1)
    if any(part not in said for part in parts) or any(target.iterdir()):
        raise tshark.Failure(f"{parts} were to be said, and nothing written: {list(target.iterdir())}\n{said}")


def main():
    """Release a part of the project twice, then what may not be released."""
    missing = [name for name in ("git", "xz", "sha256sum") if not shutil.which(name)]
    if missing:
        print(f"SKIPPED: not installed: {', '.join(missing)}")
        sys.exit(SKIPPED)
    place = tshark.scratch()
    source = checkout(place / "a checkout")
    tarball = release(source, place / "one")
    again = release(source, place / "two")
    if tarball.name != again.name or tarball.read_bytes() != again.read_bytes():
        raise tshark.Failure("the same commit gives different bytes")
    root = tarball.name.removesuffix(".tar.xz")
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if member.isfile()}
    committed = {f"{root}/{name}" for name in run(source, "git", "ls-files").splitlines()}
    if packed != committed:
        raise tshark.Failure(f"packed, but not committed, or the other way round: {packed ^ committed}")

    (source / "left").write_text("", encoding="utf-8")
    refuse(source, "something left to commit", "left")
    (source / "left").unlink()
    changelog = source / "debian" / "changelog"
    changelog.write_text(changelog.read_text(encoding="utf-8").replace("tcpstate (", "tcpstate (9.", 1),
                         encoding="utf-8")
    commit(source)
    refuse(source, "debian/changelog is about version 9.")


if __name__ == "__main__":
    tshark.run_main(main)
