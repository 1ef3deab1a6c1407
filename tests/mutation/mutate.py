#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Change the core in small ways, one at a time, and see whether the core tests notice.

A change is a comparison turned, && for ||, a negation or an operand dropped, a constant moved, a
statement left out and the like (changes.py has them all). One that no test notices shows either
that a test is missing, or that code is needless, or that the change is none: what it does cannot be
seen. Write the test, as a scenario with a name; drop the code; or list the change in the file
"equivalent", with the reason.

Which changes are drawn follows from the seed and from the changed lines themselves: a commit
elsewhere in the core does not exchange them for others. Changes that do not compile, that lead to
the same machine code or that are listed are drawn again.

The core tests have to be built. The exit status is 1 where a change that is not listed goes
unnoticed (with --at-least: where too many do), or where a listed one is noticed or cannot be made
any more.
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
    parser.add_argument("--seed", default="1", help="draw others with another one (1)")
    parser.add_argument("--count", type=int, default=300, help="how many changes (300)")
    parser.add_argument("--all", action="store_true", help="all there are; takes an hour")
    parser.add_argument("--file", action="append", default=[], metavar="PART",
                        help="only in files whose path has this in it; may be given again")
    parser.add_argument("--function", action="append", default=[], metavar="NAME",
                        help="only in this function; may be given again")
    parser.add_argument("--jobs", type=int, default=1, help="so many at the same time (1)")
    parser.add_argument("--at-least", type=float, metavar="PERCENT",
                        help="fail only where less than this is noticed")
    parser.add_argument("--build", default=PROJECT / "build", metavar="DIRECTORY",
                        help="where the core tests were built (build)")
    return parser.parse_args()


def read_listed():
    """The changes that change nothing: {key of the change: reason}."""
    found = {}
    text = re.sub(r"^#.*\n", "", LISTED.read_text(), flags=re.MULTILINE)
    for block in filter(None, re.split(r"\n\s*\n", text.strip())):
        match = re.fullmatch(r"in (.*)\n- (.*)\n\+ ?(.*)\n((?:.+\n?)+)", block)
        if not match:
            raise trial.Broken(f"{LISTED} has a block that is not as it should be:\n{block}")
        found[match[1], match[2], match[3]] = " ".join(match[4].split())
    return found


def rank(seed, change, again):
    """Where a change stands in the order of the draw; `again`: how many are just like it."""
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
    """The options ask for it."""
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
    """Counts what came of the changes and prints what is to be looked at."""

    def __init__(self, core, listed):
        self.core, self.listed = core, listed
        self.noticed = self.unnoticed = self.excused = 0
        self.wrong_in_list = 0

    def take(self, change, result):
        """Takes one result."""
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
        """How many changes were drawn that count."""
        return self.noticed + self.unnoticed

    @property
    def percent(self):
        """What part of them was noticed."""
        return 100 * self.noticed / self.counted if self.counted else 100

    def sum_up(self):
        """The last line."""
        print(f"\n{self.noticed} of {self.counted} changes noticed ({self.percent:.1f} %), "
              f"{self.excused} more are listed in {LISTED.relative_to(PROJECT)}")


def report_needless(listed, found):
    """Prints which lines of the list fit nothing any more; returns how many."""
    keys = {change.key for change in found}
    needless = [key for key in listed if key not in keys]
    for function, old, new in needless:
        print(f"{LISTED.relative_to(PROJECT)} has a change that cannot be made any more, in "
              f"{function}:\n- {old}\n+ {new}")
    return len(needless)


def run(arguments):
    """Draws, tries and reports; returns the exit status."""
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
    """Run."""
    try:
        return run(read_arguments())
    except trial.Broken as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
