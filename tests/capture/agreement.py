#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that every way to look at the captures gives the same tcpstate fields.

Everything is decided once, on the first pass in capture order. So one pass with visible trees is
the reference, and these must agree with it on every occurrence of every tcpstate field: two
passes (-2), a display filter's view (-Y), and the frames that a read filter keeps (-2 -R), each
with trees, with -T fields and with custom columns. The fields that sum up a whole connection are
the exception: in one pass they are right on its last segment, with two passes on all.

`agreement.py filters`: these views, through filters of many kinds.
`agreement.py values`: for each enumerated value, `field == "text"` finds the frames that have it.
The values of a field are tried together, but no two fields: nothing may rest on what else is asked.
"""

import sys

import expected
import merged
import pdml
import tshark
import views

SHOWN = 20

FILTERS = (
    # By what the plugin does not decide: which frames stay is unrelated to its states. The
    # checksum's last bit is a coin tossed for each segment.
    "frame",
    "tcp.flags.syn == 1 || tcp.flags.fin == 1",
    "tcp.len == 0 && tcp.flags.ack == 1",
    "tcp.checksum & 1",
    "!(tcp.checksum & 1)",
    # And by what it decides.
    "!tcpstate",
    "tcpstate.direction == 2",
    "tcpstate.changed == 1",
    "tcpstate.client.state >= 6 && tcpstate.server.state in {5, 8..11}",
    'tcpstate.state == "TIME-WAIT"',
    'tcpstate.phase.text contains "retransmission"',
    "tcpstate.reason",
)


def differences(wanted, found, place="frame {}".format):
    """Where two views of the same frames differ, in words; `place` names a frame by its number."""
    numbers = [row.number for row in wanted], [row.number for row in found]
    if numbers[0] != numbers[1]:
        odd = sorted(set(numbers[0]) ^ set(numbers[1]))
        return [f"{place(number)} is {'missing' if number in numbers[0] else 'too much'}"
                for number in odd] or ["the frames have another order"]
    return [f"{place(old.number)}: {name} is {new.values[name]!r}, not {old.values[name]!r}"
            for old, new in zip(wanted, found)
            for name in old.values if old.values[name] != new.values[name]]


def renumbered(rows, kept):
    """What `-2 -R` makes of those rows whose frame numbers are in `kept`.

    With a read filter tshark numbers frames anew while it reads: a frame that the filter drops
    gives its number to the next one. The plugin sees these numbers, so links to frames and texts
    that say "frame N" name the frame by the number that it had: one more than the number of
    frames kept before it. All other values must be the same as without a filter.
    """
    kept = sorted(kept)
    return [views.Row(position, {name: [views.renumbered(name, show, kept) for show in shows]
                                 for name, shows in row.values.items()})
            for position, row in enumerate((row for row in rows if row.number in set(kept)), 1)]


class Check:
    """The comparisons with the reference."""

    def __init__(self):
        self.frames = pdml.dissect(merged.capture(), *pdml.ONLY_VALUES)
        self.reference = views.rows_of(self.frames)
        self.failures = []

    def compare(self, title, wanted, found, place=merged.locate):
        """Keep what differs."""
        wrong = differences(wanted, found, place)
        if wrong:
            more = [f"  ... and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
            self.failures += [f"{title}:", *(f"  {line}" for line in wrong[:SHOWN]), *more]

    def two_passes(self):
        """The same trees in a second pass, and the same last word on each connection."""
        frames = pdml.dissect(merged.capture(), "-2")
        self.compare("-2", self.reference, views.rows_of(frames))
        so_far = expected.last_summaries(pdml.dissect(merged.capture()))
        final, _ = expected.connections(frames)
        self.failures += [f"-2: the connection from {merged.locate(int(key[0]))} is "
                          f"{', '.join(map(str, final.get(key, ())))} and in one pass "
                          f"{', '.join(map(str, so_far.get(key, ())))}"
                          for key in so_far.keys() | final.keys()
                          if so_far.get(key) != final.get(key)]

    def keep_odd(self, text, wanted, found):
        """Keep the frames that a filter should find and does not, or the other way round."""
        self.failures += [f"-Y '{text}': {merged.locate(number)} is "
                          f"{'missing' if number in wanted else 'too much'}"
                          for number in sorted(wanted ^ found)]

    def filtered(self, text, tapped):
        """A display filter's view, and what a read filter keeps, in fields and in columns."""
        found = views.fields(merged.capture(), "-Y", text)
        frames = {row.number for row in found}
        self.keep_odd(text, frames, tapped)  # the other tests rely on these taps
        wanted = [row for row in self.reference if row.number in frames]
        self.compare(f"-Y '{text}'", wanted, found)
        self.compare(f"-Y '{text}' in columns", views.as_columns(wanted),
                     views.columns(merged.capture(), "-Y", text))

        wanted = renumbered(self.reference, frames)
        kept = sorted(frames)

        def place(number):
            return merged.locate(kept[number - 1]) if number <= len(kept) else f"frame {number}"

        self.compare(f"-2 -R '{text}'", wanted,
                     views.fields(merged.capture(), "-2", "-R", text), place)
        self.compare(f"-2 -R '{text}' in columns", views.as_columns(wanted),
                     views.columns(merged.capture(), "-2", "-R", text), place)

    def values(self):
        """The frames with each enumerated value are those that a filter for its text finds."""
        having = {}
        for frame in self.frames:
            for value in frame.values():
                # An enumerated value reads "ESTABLISHED (5)".
                text = value.text.removesuffix(f" ({value.show})")
                if text != value.text:
                    filters = having.setdefault(value.name, {})
                    filters.setdefault(f'{value.name} == "{text}"', set()).add(frame.number)
        if not having:
            raise tshark.Failure("no frame has an enumerated value")
        for _, filters in sorted(having.items()):
            found = tshark.matching(merged.capture(), filters)
            for text, frames in sorted(filters.items()):
                self.keep_odd(text, frames, found[text])


def main():
    """Run one of the two checks."""
    check = Check()
    if sys.argv[1] == "values":
        check.values()
    else:
        check.two_passes()
        for text, frames in tshark.matching(merged.capture(), FILTERS).items():
            check.filtered(text, frames)
    print(*check.failures, sep="\n", file=sys.stderr)
    return 1 if check.failures else 0


if __name__ == "__main__":
    tshark.run_main(main)
