#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Build the plugin in a source tree of Wireshark, as docs/IN-TREE.md says it in words.

tree.py given: in the tree of which TCPSTATE_WIRESHARK_BUILD is a build folder; both may be changed. The plugin is
tried there in tshark, twice: it has to show the same whether it replaces TCP in IP's table or TCP hands the
headers over.

tree.py stand-in: in one that has only what the plugin sees of it, from the Wireshark that is installed. It is
built there with the headers handed over, and cannot be tried.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import packages
import tshark

PARTS = ("CMakeLists.txt", "cmake", "packet-tcpstate.c", "plugin")  # what is built there
PLACE = "plugins/epan/tcpstate"
TCP = "epan/dissectors/packet-tcp"
PATCH = packages.PROJECT / "docs" / "hand-over.patch"
# What a plugin sees of the tree: two macros, and targets named as its libraries are.
STAND_IN = {"CMakeLists.txt": """cmake_minimum_required(VERSION 3.22)
project(tree LANGUAGES C)
find_package(Wireshark CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB2 REQUIRED glib-2.0)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_SOURCE_DIR}/modules")
include_directories(BEFORE SYSTEM .)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(WERROR_COMMON_FLAGS -Wall -Wextra -Werror)
include(CMakeListsCustom.txt)
add_subdirectory(${CUSTOM_PLUGIN_SRC_DIR})
""", "modules/WiresharkPlugin.cmake": """macro(set_module_info)
endmacro()
macro(add_wireshark_plugin_library name folder)
    add_library(${name} MODULE ${PLUGIN_FILES})
    set_target_properties(${name} PROPERTIES PREFIX ""
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/run/plugins/any/${folder}")
endmacro()
macro(install_plugin)
endmacro()
"""}
# What needs no Lua, which a tree may be configured without.
CAPTURE_TESTS = ("plugin_loaded.py", "contract.py", "together.py", "ladder.py", "report_ladder.py", "reports.py conv")


def run(*command, **options):
    """Run a command, however long it takes; it prints what it likes. That it fails is a failure."""
    print("+", *command, flush=True)
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, check=False, **options)
    if done.returncode != 0:
        raise tshark.Failure(f"{command}: exit status {done.returncode}")


def put_into(source):
    """Put the project into the tree; a file that is there already as it is stays, and is not built again."""
    for part in PARTS:
        for path in sorted((packages.PROJECT / part).rglob("*")) or [packages.PROJECT / part]:
            target = source / PLACE / path.relative_to(packages.PROJECT)
            if path.is_file() and not (target.exists() and target.read_bytes() == path.read_bytes()):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    (source / "CMakeListsCustom.txt").write_text(f"set(CUSTOM_PLUGIN_SRC_DIR {PLACE})\n", encoding="utf-8")


def try_captures(folder, name):
    """Run the capture tests with what was built, from a copy that everybody may read."""
    programs = shutil.copytree(folder / "run", tshark.scratch() / name, symlinks=True)
    for path in (programs, *programs.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    if not list(programs.glob("plugins/*/epan/tcpstate.so")):
        raise tshark.Failure(f"no plugin in {programs}")
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}",
                                "TCPSTATE_PLUGIN_DIR": str(programs / "plugins")}
    for test in CAPTURE_TESTS:
        program, *arguments = test.split()
        run("python3", "-S", packages.PROJECT / "tests" / "capture" / program, *arguments, env=environment)


def demand_hand_over(folder, wanted):
    """Fail unless TCP hands the headers over to the plugin in a build folder, or does not, as it is wanted."""
    library, = (folder / "run" / "plugins").glob("*/epan/tcpstate.so")
    symbols = packages.output("nm", "--dynamic", "--undefined-only", library)
    if "proto_register_plugin" not in symbols or ("tcp_set_header_observer" in symbols) != wanted:
        raise tshark.Failure(f"handed over or not, this is the other plugin:\n{symbols}")


def given():
    """Build and try it in the tree that is given."""
    folder = os.environ.get("TCPSTATE_WIRESHARK_BUILD")
    if not folder:
        packages.skip("TCPSTATE_WIRESHARK_BUILD names no build folder of a source tree of Wireshark")
    folder = pathlib.Path(folder)
    found = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$",
                      (folder / "CMakeCache.txt").read_text(encoding="utf-8"), re.MULTILINE)
    source = pathlib.Path(found[1])
    put_into(source)
    if "tcp_set_header_observer" not in (source / f"{TCP}.h").read_text(encoding="utf-8"):
        run("patch", "--strip=1", "--input", PATCH, cwd=source)
    for hands_over in "OFF", "ON":
        # What is in run/ finds its libraries wherever it is copied to.
        run("cmake", f"-DTCPSTATE_HAND_OVER={hands_over}", "-DCMAKE_BUILD_RPATH_USE_ORIGIN=ON", folder)
        run("cmake", "--build", folder, "--target", "tshark", "tcpstate", "--parallel", "2")
        demand_hand_over(folder, hands_over == "ON")
        try_captures(folder, f"run-{hands_over}")


def stand_in():
    """Build it in a tree that stands in."""
    if not shutil.which("patch"):
        packages.skip("not installed: patch")
    source = tshark.scratch() / "tree"
    for name, text in STAND_IN.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    put_into(source)
    include = packages.output("pkg-config", "--variable=includedir", "wireshark").strip()
    header = source / f"{TCP}.h"
    header.parent.mkdir(parents=True)
    shutil.copyfile(pathlib.Path(include) / "wireshark" / f"{TCP}.h", header)
    hunks = PATCH.read_text(encoding="utf-8")
    changes = tshark.scratch() / "header.patch"
    changes.write_text(hunks[hunks.index(f"--- a/{TCP}.h"):], encoding="utf-8")
    run("patch", "--input", changes, header)
    folder = tshark.scratch() / "tree-build"
    # Where a release lacks a header, the build folder has it.
    run("cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DTCPSTATE_HAND_OVER=ON",
        f"-DCMAKE_C_FLAGS=-isystem {packages.BUILD}/include")
    run("cmake", "--build", folder, "--parallel", "2")
    demand_hand_over(folder, True)


def main():
    """Run the check that is asked for."""
    {"given": given, "stand-in": stand_in}[sys.argv[1]]()


if __name__ == "__main__":
    tshark.run_main(main)
