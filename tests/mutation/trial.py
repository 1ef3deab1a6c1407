# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries changes to the core: compiles the changed files, links them with the rest, runs the core
tests.

The files of the core and their compiler commands are read from compile_commands.json, the core
tests from CTest. The tests themselves are not rebuilt; they load the changed core from another
folder. Only copies of the sources are changed.
"""

import collections
import json
import math
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import typing

TARGET = "core-for-tests"
TESTS = "^core\\.test_"
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
# A change may cause warnings, but what newer compilers reject is rejected.
OPTIMIZED = ["-O2", "-fno-sanitize=all"]
STRICT = ["-O1", "-Werror=incompatible-pointer-types", "-Werror=int-conversion",
          "-Werror=discarded-qualifiers", "-Werror=implicit-function-declaration",
          "-Werror=return-type"]
# Seconds of CPU time, so that other work on the machine does not count; a test that takes this much
# longer than before is in an endless loop.
PATIENCE = 3


class Broken(Exception):
    """No change can be tried, for this reason."""


def cpu_time_of_children():
    """Seconds of CPU time that the programs started so far have taken."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Result(typing.NamedTuple):
    """The result of one change."""
    verdict: str  # "noticed", "unnoticed", "same": same code, "refused": does not compile
    test: str = ""


class Core:
    """The core as CMake builds it for its tests."""

    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.commands = {}  # for each source, without output and source
        self.objects = {}  # CMake's object for each source
        self.read_commands()
        self.root = pathlib.Path(os.path.commonpath([path.parent for path in self.commands]))
        self.files = {path: path.read_text() for path in sorted(self.root.rglob("*.[ch]"))}
        self.shared_object = next(iter(sorted(self.build.rglob(f"lib{TARGET}.so"))), None)
        if not self.shared_object:
            raise Broken(f"there is no lib{TARGET}.so in {self.build}: build first")
        self.tests = self.read_tests()

    def read_commands(self):
        """Reads how each source of the core is compiled."""
        try:
            entries = json.loads((self.build / "compile_commands.json").read_text())
        except OSError as error:
            raise Broken(f"{error}: configure with CMake first") from error
        for entry in entries:
            words = shlex.split(entry["command"])
            output = words[words.index("-o") + 1]
            if f"/{TARGET}.dir/" not in output:
                continue
            source = pathlib.Path(entry["file"])
            drop = {"-o", output, "-c", entry["file"], str(source)}
            self.commands[source] = [word for word in words if word not in drop
                                     and not re.match("-(W|O|g|M)", word)]
            self.objects[source] = pathlib.Path(entry["directory"], output)
        if not self.commands:
            raise Broken(f"compile_commands.json in {self.build} does not mention {TARGET}")

    def read_tests(self):
        """Returns the core tests: {name: command}."""
        listing = subprocess.run(["ctest", "--test-dir", self.build, "-R", TESTS,
                                  "--show-only=json-v1"], check=True, capture_output=True)
        tests = {test["name"]: test["command"] for test in json.loads(listing.stdout)["tests"]}
        if not tests:
            raise Broken(f"CTest knows no tests {TESTS} in {self.build}")
        return tests

    def includes(self):
        """For each file, the headers of the core that it includes, directly or not."""
        by_name = collections.defaultdict(list)
        for path in self.files:
            by_name[path.name].append(path)
        direct = {path: {other for name in INCLUDE.findall(source)
                         for other in by_name[pathlib.PurePath(name).name]}
                  for path, source in self.files.items()}
        result = {}
        for path in self.files:
            reached, left = set(), [path]
            while left:
                new = direct[left.pop()] - reached
                reached |= new
                left += new
            result[path] = reached
        return result

    def changeable(self):
        """The sources and the headers of the core that they include: {file: affected sources}."""
        included = self.includes()
        result = {source: [source] for source in self.commands}
        for source in self.commands:
            for header in included[source]:
                result.setdefault(header, []).append(source)
        return {path: sorted(sources) for path, sources in sorted(result.items())}


class Workshop:
    """A folder with copies of the sources, in which changes are tried one after the other."""

    def __init__(self, core, folder, affected):
        self.core, self.folder, self.affected = core, pathlib.Path(folder), affected
        self.copies = self.folder / "copies"
        self.shared_object = self.folder / core.shared_object.name
        self.optimized = {}
        self.seconds = {}
        self.caught = collections.defaultdict(collections.Counter)
        for path, source in core.files.items():
            copy = self.copy_of(path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(source)

    def copy_of(self, path):
        """The path of a source's copy."""
        return self.copies / path.relative_to(self.core.root)

    def compile(self, source, flags):
        """Compiles the copy of a source; returns the object, or None if that fails."""
        output = self.folder / f"{source.stem}.o"
        words = [word.replace(str(self.core.root), str(self.copies))
                 for word in self.core.commands[source]]
        run = subprocess.run([*words, *flags, "-o", output, "-c", self.copy_of(source)],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, check=False)
        return output if run.returncode == 0 else None

    def link(self, changed):
        """Links the library from the changed objects, {source: object}, and CMake's."""
        objects = {**self.core.objects, **changed}
        compiler = next(iter(self.core.commands.values()))[0]
        self.shared_object.unlink(missing_ok=True)
        subprocess.run([compiler, "-shared", "-o", self.shared_object, *objects.values()], check=True)

    def passes(self, name):
        """Runs one test with this folder's library; a test that takes too long fails."""
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.folder)}
        limit = math.ceil(PATIENCE + 10 * self.seconds.get(name, 0))
        run = subprocess.run(self.core.tests[name], env=environment, cwd=self.folder,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU,
                                                                   (limit, limit)),
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return run.returncode == 0

    def check(self):
        """The tests have to pass with the unchanged core, and to fail if this folder has none."""
        shutil.copy(self.core.shared_object, self.shared_object)
        for name in self.core.tests:
            begin = cpu_time_of_children()
            if not self.passes(name):
                raise Broken(f"{name} fails even without a change")
            self.seconds[name] = cpu_time_of_children() - begin
        self.shared_object.write_bytes(b"")
        for name in self.core.tests:
            if self.passes(name):
                raise Broken(f"{name} does not load the core from the given folder")

    def same_code(self, path):
        """True if the optimized code is the same with and without the change."""
        changed = self.copy_of(path).read_text()
        for source in self.affected[path]:
            if source not in self.optimized:
                self.copy_of(path).write_text(self.core.files[path])
                self.optimized[source] = self.compile(source, OPTIMIZED).read_bytes()
                self.copy_of(path).write_text(changed)
            if self.compile(source, OPTIMIZED).read_bytes() != self.optimized[source]:
                return False
        return True

    def run_tests(self, path):
        """The name of the first test that fails, or "". The most promising ones come first: quick
        ones that have noticed many changes in this file."""
        caught = self.caught[path]
        for name in sorted(self.core.tests, key=lambda name: self.seconds[name] / (1 + caught[name])):
            if not self.passes(name):
                caught[name] += 1
                return name
        return ""

    def try_change(self, path, text):
        """The result of changing a file to this text."""
        self.copy_of(path).write_text(text)
        try:
            objects = {}
            for source in self.affected[path]:
                objects[source] = self.compile(source, STRICT)
                if not objects[source]:
                    return Result("refused")
            self.link(objects)
            test = self.run_tests(path)
            if test:
                return Result("noticed", test)
            return Result("same" if self.same_code(path) else "unnoticed")
        finally:
            self.copy_of(path).write_text(self.core.files[path])
