# SPDX-License-Identifier: GPL-2.0-or-later
"""What of a connection is not in a transformed capture, and what that may hide."""

import dataclasses
import functools

import cases

COUNTED_RST = {"10", "11"}  # tcpstate.event: Reset, Refused


@dataclasses.dataclass(frozen=True)
class Loss:
    """The segments of one connection that are left, in their order, and those that are gone."""

    case: cases.Case
    row: int
    order: tuple

    @functools.cached_property
    def gone(self):
        """The places of the segments that are not there."""
        there = set(self.order)
        return [place for place in self.case.row_frames(self.row) if place not in there]

    @functools.cached_property
    def left(self):
        """What the untouched capture says of those that are there."""
        row = set(self.case.row_frames(self.row))
        return [self.case.facts[place] for place in dict.fromkeys(self.order) if place in row]

    @functools.cached_property
    def missing(self):
        """The same of those that are not."""
        return [self.case.facts[place] for place in self.gone]

    @functools.cached_property
    def anything_gone(self):
        """Whether a segment of these addresses is gone, be it of another connection."""
        return len(set(self.order)) < len(self.case.packets)

    def lost(self, kind):
        """Whether a segment of a kind is gone, as "is_syn"."""
        return any(getattr(facts, kind) for facts in self.missing)

    def has(self, kind):
        """Whether a segment of a kind is left."""
        return any(getattr(facts, kind) for facts in self.left)

    def only(self, *kinds):
        """Whether nothing but segments of these kinds is left."""
        return all(any(getattr(facts, kind) for kind in kinds) for facts in self.left)

    @property
    def syn_lost_before(self):
        """Whether a SYN is gone, of this connection or of one before it under the same addresses:
        an attempt without ECN may follow one with it that was refused.
        """
        return any(self.case.facts[place].is_syn for row in range(self.row + 1)
                   for place in Loss(self.case, row, self.order).gone)

    def differ(self, kind):
        """Whether there were several segments of a kind that do not have the same ECN flags."""
        kinds = [facts for facts in (*self.left, *self.missing) if getattr(facts, kind)]
        return len({facts.ecn_flags for facts in kinds}) > 1

    def lost_of_several(self, kind):
        """Whether one of several such segments is gone."""
        return self.lost(kind) and self.differ(kind)

    @property
    def opening_number(self):
        """The number of the first SYN that is left, or None."""
        return next((self.case.packets[place].numbers[0] for place in self.order
                     if self.case.facts[place].row == self.row and self.case.facts[place].is_syn),
                    None)

    @property
    def both_opened(self):
        """Whether both ends sent a SYN, so that the one captured first makes its sender the client.
        """
        return len({facts.direction for facts in (*self.left, *self.missing) if facts.is_syn}) > 1

    @property
    def third_step_lost(self):
        """Whether the segment that completed the handshake is gone."""
        return any(facts.handshake_step == 3 for facts in self.missing)

    @property
    def fin_ack_lost(self):
        """Whether an ACK that covered a FIN is gone."""
        return any(facts.teardown_steps & {2, 4} for facts in self.missing)

    @property
    def first_fin_lost(self):
        """Whether the FIN that began the close is gone, or the ACK that showed it if it was never
        captured.
        """
        captured = any(1 in facts.teardown_steps for facts in (*self.left, *self.missing))
        return any((1 if captured else 2) in facts.teardown_steps for facts in self.missing)

    @functools.cached_property
    def reset(self):
        """The place of the first RST that counted, or None."""
        return next((place for place in self.case.row_frames(self.row)
                     if self.case.facts[place].is_rst
                     and self.case.facts[place].events & COUNTED_RST), None)

    @property
    def trigger(self):
        """The place of the segment that this RST answers, or None."""
        return None if self.reset is None else self.case.facts[self.reset].trigger

    @property
    def trigger_behind(self):
        """Whether what the RST answers now stands behind it."""
        return (self.trigger in self.order and self.reset in self.order
                and self.order.index(self.trigger) > self.order.index(self.reset))

    @property
    def in_other_order(self):
        """Whether a segment now stands behind one that was captured after it."""
        firsts = list(dict.fromkeys(self.order))
        return firsts != sorted(firsts)

    @property
    def overtaken_reset(self):
        """Whether a RST of the other end now stands before the first one that counted."""
        if self.reset not in self.order:
            return False
        facts = self.case.facts
        earlier = self.order[:self.order.index(self.reset)]
        return any(place > self.reset and facts[place].is_rst
                   and facts[place].direction != facts[self.reset].direction for place in earlier)

    @property
    def data_before_fin_lost(self):
        """Whether payload is gone that stood before a FIN."""
        fins = [place for place in self.case.row_frames(self.row) if self.case.facts[place].is_fin]
        return bool(fins) and any(self.case.facts[place].payload and place <= fins[-1]
                                  for place in self.gone)

    def lost_from(self, who):
        """Whether something is gone that this end sent."""
        return any(facts.direction == who for facts in self.missing)
