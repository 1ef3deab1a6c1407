#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that every way of viewing the captures gives the same tcpstate fields.

Everything is decided once, on the first pass in capture order. The reference is therefore one pass
with visible trees. Two passes (-2), a display filter (-Y) and a read filter (-2 -R), with -T fields
and with custom columns, must agree with it on every occurrence of every tcpstate field. The
exceptions are the fields that sum up a whole connection: with one pass they are final on its last
segment only, with two passes on every segment.

`agreement.py filters`: these views, with various filters.
`agreement.py values`: for each enumerated value, `field == "text"` finds the frames that have it.
All values of one field share a run of tshark, but no two fields do: a result must not depend on
which other fields are requested.
"""

import sys

import expected
import merged
import pdml
import tshark
import views

SHOWN = 20

FILTERS = (
    # On fields that the plugin does not set: the selection is independent of its states. The last
    # bit of the checksum is as good as random.
    "frame",
    "tcp.flags.syn == 1 || tcp.flags.fin == 1",
    "tcp.len == 0 && tcp.flags.ack == 1",
    "tcp.checksum & 1",
    "!(tcp.checksum & 1)",
    # On fields that the plugin sets.
    "!tcpstate",
    "tcpstate.direction == 2",
    "tcpstate.changed == 1",
    "tcpstate.client.state >= 6 && tcpstate.server.state in {5, 8..11}",
    'tcpstate.state == "TIME-WAIT"',
    'tcpstate.phase.text contains "retransmission"',
    "tcpstate.reason",
)


def differences(wanted, found, place="frame {}".format):
    """Describe where two views of the same frames differ; `place` describes a frame number."""
    numbers = [row.number for row in wanted], [row.number for row in found]
    if numbers[0] != numbers[1]:
        odd = sorted(set(numbers[0]) ^ set(numbers[1]))
        return [f"{place(number)} is {'missing' if number in numbers[0] else 'unexpected'}"
                for number in odd] or ["the order of the frames differs"]
    return [f"{place(old.number)}: {name} is {new.values[name]!r}, not {old.values[name]!r}"
            for old, new in zip(wanted, found)
            for name in old.values if old.values[name] != new.values[name]]


def renumbered(rows, kept):
    """Return the rows whose frame numbers are in `kept` as `-2 -R` must show them.

    With a read filter, tshark numbers frames while it reads: the next frame reuses the number of a
    frame that the filter drops. The plugin sees these numbers. So links to frames and texts such as
    "frame N" refer to a frame by one more than the number of frames kept before it. All other
    values must be the same as without a filter.
    """
    kept = sorted(kept)
    return [views.Row(position, {name: [views.renumbered(name, show, kept) for show in shows]
                                 for name, shows in row.values.items()})
            for position, row in enumerate((row for row in rows if row.number in set(kept)), 1)]


class Check:
    """Comparisons with the reference; `failures` collects the differences."""

    def __init__(self):
        self.frames = pdml.dissect(merged.capture(), *pdml.ONLY_VALUES)
        self.reference = views.rows_of(self.frames)
        self.failures = []

    def compare(self, title, wanted, found, place=merged.locate):
        """Record the differences between two views."""
        wrong = differences(wanted, found, place)
        if wrong:
            more = [f"  ... and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
            self.failures += [f"{title}:", *(f"  {line}" for line in wrong[:SHOWN]), *more]

    def two_passes(self):
        """Compare trees and the final summary of each connection in two passes and in one."""
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
        """Record the frames that a filter wrongly misses or finds."""
        self.failures += [f"-Y '{text}': {merged.locate(number)} is "
                          f"{'missing' if number in wanted else 'unexpected'}"
                          for number in sorted(wanted ^ found)]

    def filtered(self, text, tapped):
        """Compare the views with a display filter and a read filter, as fields and as columns."""
        found = views.fields(merged.capture(), "-Y", text)
        frames = {row.number for row in found}
        self.keep_odd(text, frames, tapped)  # other tests rely on tshark.matching()
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
        """Check that a filter for each enumerated value's text finds the frames that have it."""
        having = {}
        for frame in self.frames:
            for value in frame.values():
                # "ESTABLISHED (5)", perhaps with more behind it
                text, number, _ = value.text.rpartition(f" ({value.show})")
                if number:
                    filters = having.setdefault(value.name, {})
                    filters.setdefault(f'{value.name} == "{text}"', set()).add(frame.number)
        if not having:
            raise tshark.Failure("no frame has an enumerated value")
        for _, filters in sorted(having.items()):
            found = tshark.matching(merged.capture(), filters)
            for text, frames in sorted(filters.items()):
                self.keep_odd(text, frames, found[text])


def main():
    """Run the check named on the command line; return the exit status."""
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
