# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a target of libFuzzer from seeds on that are made of captures/.

Environment: TCPSTATE_BUILD_DIR, the build directory (set by CTest; build by default).
"""

import hashlib
import os
import pathlib
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path += [str(PROJECT / "tests" / "capture"), str(PROJECT / "tests" / "metamorphic")]

import capture_file  # noqa: E402
import tshark  # noqa: E402

BUILD = pathlib.Path(os.environ.get("TCPSTATE_BUILD_DIR", PROJECT / "build"))


def captures():
    """Yield (path, frames) of each capture of the project."""
    for path in sorted(tshark.CAPTURES.glob("*.pcapng")):
        yield path, capture_file.read(path)


def run(program, seeds, *defaults):
    """Run it with the options and the directory of the command line; return its exit status.

    What it finds is kept in that directory; without one, nothing is.
    """
    if not program.exists():
        raise tshark.Failure(f"{program} is not built: is there a clang with libFuzzer?")
    folder, found = tshark.scratch() / "seeds", tshark.scratch() / "found"
    folder.mkdir()
    for seed in seeds:
        (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    options = [text for text in sys.argv[1:] if text.startswith("-")]
    kept = [text for text in sys.argv[1:] if not text.startswith("-")] or [str(found)]
    pathlib.Path(kept[0]).mkdir(exist_ok=True)
    done = subprocess.run([program, *defaults, *options, *kept, folder],
                          stderr=subprocess.PIPE, check=False)
    said = done.stderr.decode(errors="replace")
    print(said if done.returncode else said[said.rfind("\nDone ") + 1:], file=sys.stderr, end="")
    return done.returncode
