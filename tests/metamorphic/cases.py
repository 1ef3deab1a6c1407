# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures as cases: the segments of one 4-tuple, and what the plugin says of them."""

import collections
import dataclasses
import struct

import capture_file
import packet


@dataclasses.dataclass(frozen=True)
class Facts:
    """What the plugin says of a frame of the untouched capture.

    `row` is the row of the report that its connection has among those of the 4-tuple, None if it
    has none; `trigger` is the place of the segment that this RST answers.
    """

    row: int
    direction: str
    events: frozenset
    handshake_step: int
    teardown_steps: frozenset
    changed: bool
    trigger: int
    flags: int
    ecn_flags: int
    payload: int

    @property
    def is_syn(self):
        """A SYN that asks."""
        return self.flags & (packet.SYN | packet.ACK) == packet.SYN

    @property
    def is_synack(self):
        """A SYN that answers."""
        return self.flags & (packet.SYN | packet.ACK) == packet.SYN | packet.ACK

    @property
    def is_fin(self):
        """With FIN, but no RST, which leaves nothing to close."""
        return self.flags & (packet.FIN | packet.RST) == packet.FIN

    @property
    def is_answer(self):
        """A SYN-ACK that answers a SYN of the connection."""
        return self.is_synack and self.handshake_step == 2

    @property
    def closes(self):
        """With a FIN that was taken when it was captured."""
        return self.is_fin and bool(self.teardown_steps & {1, 3})

    @property
    def is_rst(self):
        """With RST."""
        return bool(self.flags & packet.RST)


@dataclasses.dataclass
class Case:
    """The segments of one 4-tuple of a capture; rows and facts are added once they are known."""

    capture: str
    packets: list
    ends: str = ""
    rows: list = dataclasses.field(default_factory=list)
    facts: list = dataclasses.field(default_factory=list)

    def __str__(self):
        return f"{self.capture} {self.ends}".rstrip()

    def row_frames(self, row):
        """The places of the segments that belong to a row."""
        return [place for place, facts in enumerate(self.facts) if facts.row == row]

    def hosts(self):
        """The addresses in their order, which the transformed captures keep."""
        return sorted({address for address, _ in self.packets[0].ends})


def ports(first):
    """The ports of a connection, for people."""
    return ":".join(str(port) for _, port in first.ends)


def cases_of(path, longest):
    """(cases, {reason: frames} of what is left out) of a capture."""
    left_out = collections.Counter()
    try:
        parsed = [packet.parse(record) for record in capture_file.read(path)]
    except (packet.NotParsed, capture_file.Unreadable) as reason:
        return [], {str(reason): 1}
    except (IndexError, struct.error):
        return [], {"a header that makes no sense": 1}
    tuples = {}
    for found in parsed:
        if found is None:
            left_out["no TCP directly above IP"] += 1
        else:
            tuples.setdefault(frozenset(found.ends), []).append(found)
    cases = []
    for packets in tuples.values():
        if len(packets) > longest:
            left_out[f"of a connection with more than {longest} segments"] += len(packets)
        else:
            cases.append(Case(path.stem, packets, ports(packets[0]) if len(tuples) > 1 else ""))
    return cases, left_out
