# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the plugin's ECN fields with two live kernels (struct tcp_info) and with the headers.

In a calm run the wire lost, held, duplicated and forged nothing: there the counts must be equal.
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
# Raised by marks that the wire sets where no router would: on packets that are not ECN-capable.
BY_THE_WIRE = tuple("tcpstate.anomaly." + name for name in (
    "ect_not_negotiated", "ect_on_syn", "ect_on_pure_ack", "ect_on_retransmission", "ecn_all_ce"))
SYNCHRONIZED = ("ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK")
NOT_HEALTHY = (live_wire.FORGED, live_wire.DAMAGED)
NOT_CALM = (*NOT_HEALTHY, live_wire.LOST, live_wire.HELD, live_wire.DUPLICATE, live_wire.SEVERAL)


def anomaly_fields(fields):
    """Return the names of the fields that are ECN anomalies."""
    return [field.name for field in fields if field.name.startswith(ANOMALY_PREFIXES)]


@dataclasses.dataclass(frozen=True)
class PluginEcn:
    """The plugin's ECN fields at one frame."""

    mode: str
    roles: tuple
    states: tuple
    anomalies: tuple


def parse(values, names):
    """Parse the values of FIELDS, followed by those of the anomalies in `names`."""
    roles, states = (tuple(filter(None, value.split(","))) for value in values[1:3])
    raised = tuple(name for name, value in zip(names, values[3:]) if value)
    return PluginEcn(values[0], roles, states, raised)


# What the wire did


def kept_order(captured):
    """Return whether each kernel's segments were captured in the order in which it sent them."""
    return all([event.emitted for event in captured if event.host == host] == sorted(
        event.emitted for event in captured if event.host == host) for host in ("client", "server"))


def is_calm(journal):
    """Return whether everything sent was captured in order and arrived as captured."""
    kinds = collections.defaultdict(list)
    for event in journal:
        kinds[type(event)].append(event)
    emitted, captured, delivered = (
        kinds[kind] for kind in (live_wire.Emitted, live_wire.Captured, live_wire.Delivered))
    return (len(emitted) == len(captured) == len(delivered) and kept_order(captured)
            and not any(event.note in NOT_CALM for event in captured)
            and all(sent.segment == got.segment for sent, got in zip(captured, delivered)))


def marks_unseen(journal):
    """Return whether a segment was marked after the capture point."""
    captured = {event.number: event.segment.tos for event in journal
                if isinstance(event, live_wire.Captured)}
    return any(event.segment.tos != captured.get(event.number, event.segment.tos)
               for event in journal if isinstance(event, live_wire.Delivered))


# Differences


class EcnCheck:
    """Checks one connection of a run, row by row."""

    def __init__(self, calm):
        self.calm = calm
        self.counts = collections.Counter()    # (what, host)
        self.echoing = {"client": False, "server": False}
        self.open = False                      # both kernels are ESTABLISHED

    def take(self, row, shown):
        """Check the next row; yield a description of each difference."""
        self.count(row, shown)
        yield from mode_differs(row, shown)
        yield from mark_missed(row, shown)
        yield from self.echo_missed(row)
        if self.calm:
            yield from self.counts_differ(row)

    def count(self, row, shown):
        """Count what the plugin shows, and what the headers and the kernels show."""
        sender, counts = row.sender, self.counts
        counts["echoes shown", sender] += bool(ECHOES & set(shown.roles))
        counts["marks shown", sender] += self.open and CE_MARK in shown.roles
        self.open = all(endpoint.raw == "ESTABLISHED" for endpoint in row.endpoints.values())
        counts["done", sender] += shown.states.count(DONE)
        segment = row.segment
        if segment.flags & (packets.SYN | packets.RST):
            return
        echoes = segment.has(packets.ECE)
        counts["echoes ended", sender] += self.echoing[sender] and not echoes
        self.echoing[sender] = echoes

    def echo_missed(self, row):
        """Check that the plugin has shown every echo that a kernel has counted."""
        for host, peer in (("client", "server"), ("server", "client")):
            ecn = row.endpoints[host].ecn
            if ecn is None:
                continue
            grown = ecn.delivered_ce > self.counts["delivered", host]
            self.counts["growths", host] += grown
            self.counts["delivered", host] = ecn.delivered_ce
            if grown and self.counts["growths", host] > self.counts["echoes shown", peer]:
                yield f"{host}: the kernel counted an echo that the plugin did not show"

    def counts_differ(self, row):
        """Check that the plugin shows as many marks as arrived and as many echoes as ended.

        Linux counts marks only while it is ESTABLISHED.
        """
        if not self.open:
            return
        for host, peer in (("client", "server"), ("server", "client")):
            received = row.endpoints[host].ecn.received_ce
            if received is not None and received != self.counts["marks shown", peer]:
                yield (f"{host}: {received} marks arrived, "
                       f"but the plugin shows {self.counts['marks shown', peer]}")
            if self.counts["done", host] != self.counts["echoes ended", host]:
                yield (f"{host}: {self.counts['echoes ended', host]} echoes ended, "
                       f"but the plugin shows {self.counts['done', host]} as done")


def mode_differs(row, shown):
    """Check that the mode is Classic ECN if and only if both kernels have negotiated ECN."""
    endpoints = row.endpoints.values()
    if any(endpoint.excuses or endpoint.ecn is None or endpoint.state not in SYNCHRONIZED
           for endpoint in endpoints):
        return
    negotiated = [endpoint.ecn.negotiated for endpoint in endpoints]
    if all(negotiated) != (shown.mode == CLASSIC):
        yield f"mode {shown.mode}, but the kernels negotiated ECN: {negotiated}"


def mark_missed(row, shown):
    """Check that the role is CE mark if and only if the IP header has CE."""
    if (row.segment.tos & packets.CE == packets.CE) != (CE_MARK in shown.roles):
        yield "only one of CE in the IP header and role CE mark is present"


def faults(run, row, shown):
    """Yield faults that the plugin reports although kernels follow the RFCs.

    There are exceptions. An echo that continues after the CWR looks the same whether the CWR was
    ignored or marked after the capture point. And the wire itself causes BY_THE_WIRE.
    """
    if any(other.note in NOT_HEALTHY for other in run.rows.values()):
        return
    for state in shown.states:
        if state in FAULTS and not (state == NOT_CLEARED and run.marks_unseen):
            yield f"episode {FAULTS[state]}"
    for name in shown.anomalies:
        if name not in BY_THE_WIRE and not (name == STILL_ECHOED and run.marks_unseen):
            yield name


def differences(run):
    """Compare `run.ecn`, the plugin's ECN fields, with the run; return [(row, description)]."""
    checks, found = {}, []
    for number, row in sorted(run.rows.items()):
        shown = run.ecn.get(number)
        if shown is None:
            continue
        if row.segment.has(packets.SYN) and not row.segment.has(packets.ACK):
            checks.pop(row.ports, None)
        check = checks.setdefault(row.ports, EcnCheck(run.calm))
        found += [(row, text) for text in (*check.take(row, shown), *faults(run, row, shown))]
    return found
