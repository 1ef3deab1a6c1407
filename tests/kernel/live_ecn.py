# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin says of ECN, held against two live kernels (struct tcp_info) and the headers.

A calm run is one whose wire lost, held, copied and forged nothing: there the counts must be equal.
"""

import collections
import dataclasses

import live_wire
import packets

FIELDS = ("tcpstate.ecn.mode", "tcpstate.ecn.role", "tcpstate.ecn.episode.state")
ANOMALY_PREFIXES = "tcpstate.anomaly.ecn_", "tcpstate.anomaly.ect_"

CLASSIC = "4"                              # tcpstate.ecn.mode
CE_MARK, ECHOES = "4", {"5", "6"}          # tcpstate.ecn.role
DONE, NOT_CLEARED = "4", "7"               # tcpstate.ecn.episode.state
FAULTS = {"5": "Not echoed", "6": "Not answered", NOT_CLEARED: "Not cleared"}
STILL_ECHOED = "tcpstate.anomaly.ecn_not_cleared"
# What is wrong with marks that the wire sets where no router would: on what is not ECN-capable.
BY_THE_WIRE = tuple("tcpstate.anomaly." + name for name in (
    "ect_not_negotiated", "ect_on_syn", "ect_on_pure_ack", "ect_on_retransmission", "ecn_all_ce"))
SYNCHRONIZED = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK")
NOT_HEALTHY = (live_wire.FORGED, live_wire.DAMAGED)
NOT_CALM = (*NOT_HEALTHY, live_wire.LOST, live_wire.HELD, live_wire.DUPLICATE, live_wire.SEVERAL)


def anomaly_fields(fields):
    """Those of the plugin's fields that are anomalies of ECN."""
    return [field.name for field in fields if field.name.startswith(ANOMALY_PREFIXES)]


@dataclasses.dataclass(frozen=True)
class Said:
    """What the plugin says of ECN at one frame."""

    mode: str
    roles: tuple
    states: tuple
    anomalies: tuple


def said(values, names):
    """The Said of a line of values: those of FIELDS, then those of the anomalies called names."""
    roles, states = (tuple(filter(None, value.split(","))) for value in values[1:3])
    raised = tuple(name for name, value in zip(names, values[3:]) if value)
    return Said(values[0], roles, states, raised)


# What the wire did


def kept_order(captured):
    """Whether no kernel's segment was captured before an older one of it."""
    return all([event.emitted for event in captured if event.host == host] == sorted(
        event.emitted for event in captured if event.host == host) for host in ("client", "server"))


def is_calm(journal):
    """Whether all that the kernels sent was captured in its order and arrived as it was captured.
    """
    kinds = collections.defaultdict(list)
    for event in journal:
        kinds[type(event)].append(event)
    emitted, captured, delivered = (
        kinds[kind] for kind in (live_wire.Emitted, live_wire.Captured, live_wire.Delivered))
    return (len(emitted) == len(captured) == len(delivered) and kept_order(captured)
            and not any(event.note in NOT_CALM for event in captured)
            and all(sent.segment == got.segment for sent, got in zip(captured, delivered)))


def marks_unseen(journal):
    """Whether a segment was marked behind the capture point."""
    captured = {event.number: event.segment.tos for event in journal
                if isinstance(event, live_wire.Captured)}
    return any(event.segment.tos != captured.get(event.number, event.segment.tos)
               for event in journal if isinstance(event, live_wire.Delivered))


# What does not fit


class Watch:
    """One connection of a run, row by row."""

    def __init__(self, calm):
        self.calm = calm
        self.counts = collections.Counter()    # (what, host)
        self.echoing = {"client": False, "server": False}
        self.open = False                      # both kernels are ESTABLISHED

    def take(self, row, opinion):
        """One more row: what does not fit, as sentences."""
        self.count(row, opinion)
        yield from mode_differs(row, opinion)
        yield from mark_missed(row, opinion)
        yield from self.echo_missed(row)
        if self.calm:
            yield from self.counts_differ(row)

    def count(self, row, opinion):
        """Count what the plugin shows, and what the headers and the kernels say."""
        sender, counts = row.sender, self.counts
        counts["echoes shown", sender] += bool(ECHOES & set(opinion.roles))
        counts["marks shown", sender] += self.open and CE_MARK in opinion.roles
        self.open = all(end.raw == "ESTABLISHED" for end in row.ends.values())
        counts["done", sender] += opinion.states.count(DONE)
        segment = row.segment
        if segment.flags & (packets.SYN | packets.RST):
            return
        echoes = segment.has(packets.ECE)
        counts["echoes ended", sender] += self.echoing[sender] and not echoes
        self.echoing[sender] = echoes

    def echo_missed(self, row):
        """Whatever a kernel takes for an echo was shown as one."""
        for host, peer in (("client", "server"), ("server", "client")):
            ecn = row.ends[host].ecn
            if ecn is None:
                continue
            grown = ecn.delivered_ce > self.counts["delivered", host]
            self.counts["growths", host] += grown
            self.counts["delivered", host] = ecn.delivered_ce
            if grown and self.counts["growths", host] > self.counts["echoes shown", peer]:
                yield f"{host}: an echo arrived that was not shown"

    def counts_differ(self, row):
        """Marks that arrived, and echoes that ended, are as many as shown.

        Linux counts no marks before it is ESTABLISHED, nor when it closes.
        """
        if not self.open:
            return
        for host, peer in (("client", "server"), ("server", "client")):
            received = row.ends[host].ecn.received_ce
            if received is not None and received != self.counts["marks shown", peer]:
                yield (f"{host}: {received} marks arrived, "
                       f"{self.counts['marks shown', peer]} were shown")
            if self.counts["done", host] != self.counts["echoes ended", host]:
                yield (f"{host}: {self.counts['echoes ended', host]} echoes have ended, "
                       f"{self.counts['done', host]} were shown as done")


def mode_differs(row, opinion):
    """Classic ECN is what both kernels have negotiated."""
    ends = row.ends.values()
    if any(end.excuses or end.ecn is None or end.state not in SYNCHRONIZED for end in ends):
        return
    negotiated = [end.ecn.negotiated for end in ends]
    if all(negotiated) != (opinion.mode == CLASSIC):
        yield f"mode {opinion.mode}, negotiated by the kernels: {negotiated}"


def mark_missed(row, opinion):
    """Every packet with CE is a mark."""
    if (row.segment.tos & packets.CE == packets.CE) != (CE_MARK in opinion.roles):
        yield "CE in the IP header and the role CE mark do not go together"


def faults(run, row, opinion):
    """Kernels do nothing wrong, so nobody is accused.

    But an echo that goes on after the CWR looks the same whether the CWR was ignored or marked
    behind the capture point; and a marked ACK is no data.
    """
    if any(other.note in NOT_HEALTHY for other in run.rows.values()):
        return
    for state in opinion.states:
        if state in FAULTS and not (state == NOT_CLEARED and run.marks_unseen):
            yield f"episode {FAULTS[state]}"
    for name in opinion.anomalies:
        if name not in BY_THE_WIRE and not (name == STILL_ECHOED and run.marks_unseen):
            yield name


def differences(run):
    """What does not fit in a run: [(row, sentence)]; run.ecn is what the plugin says."""
    watches, found = {}, []
    for number, row in sorted(run.rows.items()):
        opinion = run.ecn.get(number)
        if opinion is None:
            continue
        if row.segment.has(packets.SYN) and not row.segment.has(packets.ACK):
            watches.pop(row.ports, None)
        watch = watches.setdefault(row.ports, Watch(run.calm))
        found += [(row, text) for text in (*watch.take(row, opinion), *faults(run, row, opinion))]
    return found
