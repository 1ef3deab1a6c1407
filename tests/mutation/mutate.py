#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Change the core in small ways, one at a time, and see whether the core tests notice.

Such changes are a reversed comparison, && instead of ||, a dropped negation or operand, a constant
off by one, a dropped statement and the like (see changes.py). If no test notices a change, either a
test is missing, or the code is unnecessary, or the change is equivalent: it has no observable
effect. Add the test, as a scenario with a name; remove the code; or list the change in the file
"equivalent", with the reason.

The changes are drawn by the seed and the changed lines alone: a commit elsewhere in the core does
not replace them with others. A change that does not compile, yields the same machine code or is
listed is replaced by another one.

The core tests have to be built. The exit status is 1 if a change that is not listed goes unnoticed
(with --at-least: if too many do), or if a listed one is noticed or can no longer be made.
"""

import argparse
import concurrent.futures
import difflib
import hashlib
import pathlib
import queue
import re
import sys
import tempfile

import changes
import trial

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
LISTED = HERE / "equivalent"


def read_arguments():
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="1", help="another seed draws other changes (1)")
    parser.add_argument("--count", type=int, default=300, help="number of changes (300)")
    parser.add_argument("--all", action="store_true", help="all changes; takes an hour")
    parser.add_argument("--file", action="append", default=[], metavar="PART",
                        help="only in files whose path contains this; may be repeated")
    parser.add_argument("--function", action="append", default=[], metavar="NAME",
                        help="only in this function; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, help="changes tried at the same time (1)")
    parser.add_argument("--at-least", type=float, metavar="PERCENT",
                        help="fail only if fewer than this are noticed")
    parser.add_argument("--build", default=PROJECT / "build", metavar="DIRECTORY",
                        help="where the core tests were built (build)")
    return parser.parse_args()


def read_listed():
    """The equivalent changes: {key of the change: reason}."""
    found = {}
    text = re.sub(r"^#.*\n", "", LISTED.read_text(), flags=re.MULTILINE)
    for block in filter(None, re.split(r"\n\s*\n", text.strip())):
        match = re.fullmatch(r"in (.*)\n- (.*)\n\+ ?(.*)\n((?:.+\n?)+)", block)
        if not match:
            raise trial.Broken(f"{LISTED} has an invalid block:\n{block}")
        found[match[1], match[2], match[3]] = " ".join(match[4].split())
    return found


def rank(seed, change, again):
    """The sort key of a change in the draw; `again`: its number among identical changes."""
    return hashlib.sha256("\0".join([seed, *change.key, str(again)]).encode()).digest()


def in_order(seed, found):
    """The changes in the order in which they are drawn."""
    ranked, seen = [], {}
    for change in found:
        again = seen[change.key] = seen.get(change.key, 0) + 1
        ranked.append((rank(seed, change, again), change))
    return [change for _, change in sorted(ranked, key=lambda pair: pair[0])]


def find_changes(core, affected):
    """All changes that can be made to the core."""
    next_of_kind = changes.families(core.files[path] for path in affected)
    return [change for path in affected
            for change in changes.changes_of(str(path), core.files[path], next_of_kind)]


def is_wanted(arguments, change):
    """Whether the options select the change."""
    return ((not arguments.file or any(part in change.path for part in arguments.file)) and
            (not arguments.function or change.function in arguments.function))


def try_in_order(core, affected, drawn, jobs):
    """Yields each change with its result, in the order of the draw."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        shops = queue.Queue()
        for number in range(jobs):
            shops.put(trial.Workshop(core, pathlib.Path(folder, str(number)), affected))
        first = shops.get()
        first.check()
        shops.put(first)

        def try_one(change):
            shop = shops.get()
            try:
                path = pathlib.Path(change.path)
                shop.seconds = first.seconds
                return shop.try_change(path, change.applied_to(core.files[path]))
            finally:
                shops.put(shop)

        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            waiting = queue.Queue()
            for change in drawn:
                waiting.put((change, pool.submit(try_one, change)))
                if waiting.qsize() > 2 * jobs:
                    change, result = waiting.get()
                    yield change, result.result()
            while not waiting.empty():
                change, result = waiting.get()
                yield change, result.result()


def print_change(core, change, comment):
    """The change as a hunk of a patch."""
    source = core.files[pathlib.Path(change.path)]
    path = pathlib.Path(change.path).relative_to(PROJECT)
    hunk = difflib.unified_diff(source.splitlines(), change.applied_to(source).splitlines(),
                                lineterm="", n=0)
    print(f"\n{path}:{change.line} in {change.function}: {change.what}: {comment}")
    print(*[line for line in list(hunk)[3:]], sep="\n", flush=True)


class Tally:
    """Counts the results and prints the changes that need attention."""

    def __init__(self, core, listed):
        self.core, self.listed = core, listed
        self.noticed = self.unnoticed = self.excused = 0
        self.wrong_in_list = 0

    def take(self, change, result):
        """Adds one result."""
        if result.verdict == "noticed":
            self.noticed += 1
            if change.key in self.listed:
                self.wrong_in_list += 1
                print_change(self.core, change, f"listed, but {result.test} notices it")
        elif result.verdict == "unnoticed" and change.key in self.listed:
            self.excused += 1
        elif result.verdict == "unnoticed":
            self.unnoticed += 1
            print_change(self.core, change, "no test notices it")

    @property
    def counted(self):
        """The number of changes that count."""
        return self.noticed + self.unnoticed

    @property
    def percent(self):
        """The percentage of them that was noticed."""
        return 100 * self.noticed / self.counted if self.counted else 100

    def sum_up(self):
        """Prints the last line."""
        print(f"\n{self.noticed} of {self.counted} changes noticed ({self.percent:.1f} %), "
              f"{self.excused} more are listed in {LISTED.relative_to(PROJECT)}")


def report_needless(listed, found):
    """Prints the listed changes that can no longer be made; returns their number."""
    keys = {change.key for change in found}
    needless = [key for key in listed if key not in keys]
    for function, old, new in needless:
        print(f"{LISTED.relative_to(PROJECT)} has a change that can no longer be made, in "
              f"{function}:\n- {old}\n+ {new}")
    return len(needless)


def run(arguments):
    """Draws and tries changes and reports on them; returns the exit status."""
    core = trial.Core(arguments.build)
    affected = core.changeable()
    listed = read_listed()
    found = find_changes(core, affected)
    needless = report_needless(listed, found)
    drawn = in_order(arguments.seed, [c for c in found if is_wanted(arguments, c)])
    tally = Tally(core, listed)
    for change, result in try_in_order(core, affected, drawn, arguments.jobs):
        tally.take(change, result)
        if not arguments.all and tally.counted >= arguments.count:
            break
    tally.sum_up()
    if arguments.at_least is not None:
        if tally.percent < arguments.at_least:
            print("Too few. " + __doc__.split("\n\n")[1])
        return int(tally.percent < arguments.at_least)
    return int(tally.unnoticed + tally.wrong_in_list + needless > 0)


def main():
    """The whole program; returns the exit status."""
    try:
        return run(read_arguments())
    except trial.Broken as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
