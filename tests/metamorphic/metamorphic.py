#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that a capture point cannot change what the report says of a connection.

Each connection of the captures is transformed as capture points do it: copied, delayed, reordered,
cut, stamped by a bad clock, with packets missing (transforms.py). What the report says of the
untouched capture is held to be known. Of the transformed one it has to say the same or less, never
anything else (weaker.py).

Without arguments the captures of the project are taken, otherwise the files that are named. Only
connections directly above IPv4 or IPv6 are transformed; -v tells what is left out.
"""

import argparse
import collections
import pathlib
import sys

import cases
import loss
import transforms
import verdicts
import weaker

import listing  # of tests/capture, which verdicts.py has put on the path
import tshark

FACTS = ("tcpstate.conn.first_frame", "tcpstate.direction", "tcpstate.event",
         "tcpstate.handshake.step", "tcpstate.teardown.step", "tcpstate.changed",
         "tcpstate.rst.trigger_frame")
DIRECTIONS = {"1": "Client", "2": "Server"}
WARNED = ("-Y", "tcpstate.anomaly.severity >= 3")
SHOWN = 5  # failures of a transform, without -v
LONGEST = 200


def options():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE",
                        help="captures to take instead of the project's")
    parser.add_argument("--transform", action="append", choices=transforms.TRANSFORMS,
                        metavar="NAME", help="only this one, may be repeated: "
                        + ", ".join(transforms.TRANSFORMS))
    parser.add_argument("--capture", action="append", metavar="NAME",
                        help="only the capture of this name, may be repeated")
    parser.add_argument("--budget", type=float, default=0.0, metavar="PERCENT",
                        help="how many rows may be another before this is a failure (0)")
    parser.add_argument("--longest", type=int, default=LONGEST, metavar="SEGMENTS",
                        help=f"leave out longer connections ({LONGEST})")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE",
                        help="keep all transformed captures in this file, one after the other")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="all failures, and what is left out")
    return parser.parse_args()


def chosen(arguments):
    """The paths of the captures."""
    paths = arguments.files or list(listing.captures(tshark.CAPTURES).values())
    if arguments.capture:
        paths = [path for path in paths if path.stem in arguments.capture]
    if not paths:
        raise tshark.Failure("no such capture")
    return paths


def read(paths, longest):
    """(cases, {reason: captures of which something is left out})."""
    found, left_out = [], collections.defaultdict(set)
    for path in paths:
        mine, reasons = cases.cases_of(path, longest)
        found += mine
        for reason in reasons:
            left_out[reason].add(path.stem)
    return found, left_out


def number(values):
    """The number in a field, 0 where it is not there."""
    return int(values[0]) if values else 0


def is_true(values):
    """Whether a field is there and true: what is printed for that depends on Wireshark's version."""
    return bool(values) and values[0] in ("1", "True")


def learn(found):
    """Enter what the plugin says of the untouched captures; the cases of which it says it all."""
    known = []
    answers = verdicts.ask([(case.hosts(), case.packets) for case in found], FACTS, "-2")
    before = 0
    for case, answer in zip(found, answers, strict=True):
        frames = [answer.frames[place] for place in range(len(case.packets))]
        firsts = sorted({int(frame[FACTS[0]][0]) for frame in frames if frame[FACTS[0]]})
        if len(firsts) == len(answer.verdicts):
            case.rows = answer.verdicts
            case.facts = [facts_of(case.packets[place], frame, firsts, before)
                          for place, frame in enumerate(frames)]
            known.append(case)
        before += len(case.packets)
    return known


def facts_of(found, frame, firsts, before):
    """The Facts of a frame."""
    first, direction, events, handshake, teardown, changed, trigger = (frame[name]
                                                                       for name in FACTS)
    return cases.Facts(
        row=firsts.index(int(first[0])) if first else None,
        direction=DIRECTIONS.get(direction[0]) if direction else None,
        events=frozenset(events), handshake_step=number(handshake),
        teardown_steps=frozenset(map(int, teardown)), changed=is_true(changed),
        trigger=int(trigger[0]) - 1 - before if trigger else None,
        flags=found.flags, ecn_flags=found.ecn_flags, payload=found.payload)


def judge(case, frames, answer):
    """(row of the untouched capture, row of this one, what differs) of each connection.

    Where the number of rows is another, there is nothing to compare them by.
    """
    order = tuple(place for place, _ in frames)
    left = list(weaker.kept(loss.Loss(case, row, order) for row in range(len(case.rows))))
    if len(answer.verdicts) < len(left):
        left = [(lost, may_be_part) for lost, may_be_part in left if not may_be_part]
    if len(left) != len(answer.verdicts):
        counts = (verdicts.counted(case.rows[lost.row] for lost, _ in left),
                  verdicts.counted(answer.verdicts))
        return [(" / ".join(map(str, case.rows)), " / ".join(map(str, answer.verdicts)) or "no row",
                 {"rows": (*counts, weaker.ANOTHER)})]
    return [(case.rows[lost.row], after, weaker.compare(case.rows[lost.row], after, lost))
            for (lost, _), after in zip(left, answer.verdicts)]


def report(name, what, case, before, after, found):
    """A failure, for people."""
    wrong = [f"{column}: {old or 'nothing'} became {new or 'nothing'}"
             for column, (old, new, result) in found.items() if result == weaker.ANOTHER]
    return "\n".join([f"{name}: {case}{', ' + what if what else ''}: {'; '.join(wrong)}",
                      f"    before  {before}", f"    after   {after}"])


def table(counts):
    """Rows another, weaker and same for each transform."""
    results = (weaker.ANOTHER, weaker.WEAKER, weaker.SAME)
    yield f"{'transform':<14}" + "".join(f"{result:>9}" for result in results)
    total = sum(counts.values(), collections.Counter())
    for name, found in [*counts.items(), ("all", total)]:
        yield f"{name:<14}" + "".join(f"{found[result]:>9}" for result in results)


def try_all(known, names, keep):
    """(transform, what was done, case, frames, answer) of all; {reason: captures} of the rest."""
    tried, left_out = [], collections.defaultdict(set)
    for case in known:
        for name in names:
            try:
                tried += [(name, what, case, frames)
                          for what, frames in transforms.variations(case, name)]
            except transforms.NotApplicable as reason:
                left_out[f"{name}: {reason}"].add(case.capture)
    answers = verdicts.ask([(case.hosts(), [found for _, found in frames])
                            for _, _, case, frames in tried], (), *WARNED, keep=keep)
    return [(*one, answer) for one, answer in zip(tried, answers, strict=True)], left_out


def main():
    """Transform, compare, print."""
    arguments = options()
    names = arguments.transform or list(transforms.TRANSFORMS)
    found, left_out = read(chosen(arguments), arguments.longest)
    known = learn(found)
    left_out["the frames and the report disagree on how many connections there are"] = {
        case.capture for case in found if case not in known}
    tried, not_applied = try_all(known, names, arguments.write)

    counts = {name: collections.Counter() for name in names}
    for name, what, case, frames, answer in tried:
        for before, after, differs in judge(case, frames, answer):
            result = weaker.worst(differs)
            counts[name][result] += 1
            if result == weaker.ANOTHER and (arguments.verbose or counts[name][result] <= SHOWN):
                print(report(name, what, case, before, after, differs))
    if arguments.verbose:
        for reason, captures in [*left_out.items(), *not_applied.items()]:
            if captures:
                print(f"left out: {reason}: {', '.join(sorted(captures))}")
    print(*table(counts), sep="\n")

    rows = sum(sum(found.values()) for found in counts.values())
    another = sum(found[weaker.ANOTHER] for found in counts.values())
    if not rows:
        raise tshark.Failure("nothing was compared")
    percent = 100 * another / rows
    print(f"{another} of {rows} rows are another: {percent:.2f} %, budget {arguments.budget} %")
    return percent > arguments.budget


if __name__ == "__main__":
    tshark.run_main(main)
