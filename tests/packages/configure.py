#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What CMake says where there is no Wireshark that the plugin can be built for."""

import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "capture"))

import tshark  # pylint: disable=wrong-import-position


def configure(wireshark):
    """Configure for the Wireshark in a folder; return what CMake says. That it succeeds is a failure."""
    build = tshark.scratch() / f"build-{wireshark.name}"
    done = subprocess.run(["cmake", "-S", PROJECT, "-B", build, f"-DWireshark_DIR={wireshark}"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=tshark.HANGS, check=False)
    if done.returncode == 0:
        raise tshark.Failure(f"it was configured for {wireshark}:\n{done.stdout}{done.stderr}")
    return " ".join(done.stderr.split())  # CMake breaks lines where it likes


def development_files(name, version):
    """Make a folder of development files that name a version, and hold nothing else; return it."""
    place = tshark.scratch() / name
    place.mkdir()
    major, minor, micro = version.split(".")
    (place / "WiresharkConfig.cmake").write_text(
        f"set(Wireshark_MAJOR_VERSION {major})\nset(Wireshark_MINOR_VERSION {minor})\n"
        f"set(Wireshark_PATCH_VERSION {micro})\nset(Wireshark_VERSION {version})\n", encoding="utf-8")
    return place


def main():
    """Configure for a version that is too old, and for a folder without any."""
    empty = tshark.scratch() / "empty"
    empty.mkdir()
    old = development_files("old", "3.6.2")
    # Another one is found where it is installed.
    for place, wanted in ((old, ("needs Wireshark 4.0 or later; this is 3.6.2",)),
                          (empty, (f"No Wireshark in {empty}", "Wireshark's development files are missing"))):
        said = configure(place)
        if not any(part in said for part in wanted):
            raise tshark.Failure(f"none of {wanted} is in:\n{said}")


if __name__ == "__main__":
    tshark.run_main(main)
