# SPDX-License-Identifier: GPL-2.0-or-later
"""Derive both endpoints' true states at every captured frame, and where no capture can show them.

The truth is the kernel's own state, pulled back to what the wire has shown: a kernel may already
have a FIN or RST queued, but the state changes only when that segment is captured.

An excuse says why the captured packets do not determine a state. It is derived from the wire's
journal: from segments that were captured but not delivered, delivered but not captured, or forged,
and from what a kernel did silently. An excuse begins and ends with events on the wire; it ends at
the latest when the endpoint sends a segment that settles the question. Nothing here depends on the
scenario.
"""

import copy
import dataclasses
import itertools

import packets
import sockdiag
from live_wire import DUPLICATE, Captured, Delivered, Emitted, Sampled

# Nanoseconds, far longer than this wire's round trip, even on a busy machine. What an endpoint
# sends so long after a segment was captured takes that segment into account, if it ever arrived.
SETTLED = 100 * 10**6
SETTLED_ROUND_TRIPS = 8
# Nanoseconds; no retransmission timer is shorter.
SHORTEST_TIMER = 200 * 10**6
TIME_WAIT = 60 * 10**9

UNDELIVERED = "captured but not delivered"
FORGED = "a segment from it was forged"
FORGED_SYN = "a SYN from it was forged"
SILENT = "closed without sending anything"
UNCAPTURED = "changed state on a copy"
NO_SOCKET = "no socket for a SYN that arrived"
IGNORED = "ignored the ACK of its SYN"
RESTART = "restart or blind SYN"
OLD_COPY = "old copy of an acknowledged segment"
RST_WAITS = "its RST is not captured yet"
QUEUED = "sent before its last change of state, captured more than a round trip after it"
LISTENER = "whether a listener remains"
CROSSED_UNSEEN = "crossing FIN not captured"

OPENING = "SYN-SENT", "SYN-RECEIVED"
BEFORE_FIN = {"FIN-WAIT-1": "ESTABLISHED", "LAST-ACK": "CLOSE-WAIT", "CLOSING": "CLOSE-WAIT"}


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """One endpoint at one frame: its state, and why the packets alone may not determine it."""

    state: str
    raw: str
    excuses: tuple
    ecn: sockdiag.Ecn    # its kernel's ECN information, None if there is none


@dataclasses.dataclass(frozen=True)
class Row:
    """Both endpoints at one frame."""

    number: int
    time: int
    sender: str
    segment: packets.Segment
    note: str
    ports: tuple
    endpoints: dict


def distance(start, number):
    """Return how far a sequence number is after `start` (negative: before it)."""
    return (number - start + 2**31) % packets.MODULUS - 2**31


class Inbox:
    """What segments to an endpoint have told it, as far as it matters for its state."""

    def __init__(self):
        self.isn = None
        self.start()

    def start(self, isn=None):
        """Start a new incarnation of the sender."""
        self.isn, self.next, self.ranges, self.fin = isn, 1, [], None
        self.acks, self.reset = [], False

    def note(self, segment, may_open):
        """Record a segment; may_open: a new SYN may open a connection."""
        if segment.has(packets.RST):
            self.reset |= segment.seq == self.expected or self.isn is None
            return
        if segment.has(packets.SYN) and segment.seq != self.isn:
            if self.isn is not None and not may_open:
                return
            self.start(segment.seq)
        if segment.has(packets.ACK):
            self.acks.append(segment.ack)
        if self.isn is not None:
            self.note_data(segment)

    def note_data(self, segment):
        """Record the sequence numbers of a segment."""
        begin = distance(self.isn, segment.seq) + bool(segment.has(packets.SYN))
        end = begin + len(segment.payload)
        if segment.payload:
            self.ranges.append((begin, end))
        if segment.has(packets.FIN):
            self.fin = end
        self.ranges.sort()
        for first, last in self.ranges:
            if first <= self.next < last:
                self.next = last

    @property
    def expected(self):
        """RCV.NXT: the sequence number after everything received in sequence, including the FIN."""
        if self.isn is None:
            return None
        return (self.isn + self.next + (self.fin == self.next)) % packets.MODULUS

    def acked(self, number, limit):
        """Return whether an acknowledgment covers a number and nothing beyond limit."""
        return number is not None and any(
            distance(number, ack) > 0 and distance(ack, limit) >= 0 for ack in self.acks)

    def view(self, own):
        """Return everything that matters for the state of this inbox's endpoint."""
        return (self.isn, self.acked(own.isn, own.limit), self.fin == self.next,
                self.acked(own.fin, own.limit), self.reset)


class Numbers:
    """The sequence numbers that a kernel has sent in this incarnation, captured or not."""

    def __init__(self):
        self.isn = self.fin = self.limit = None

    def note(self, segment):
        """Record an emitted segment."""
        if segment.has(packets.RST):
            return
        if segment.has(packets.SYN) and segment.seq != self.isn:
            self.isn, self.fin, self.limit = segment.seq, None, segment.end
        if segment.has(packets.FIN):
            self.fin = (segment.end - 1) % packets.MODULUS
        if self.limit is None or distance(self.limit, segment.end) > 0:
            self.limit = segment.end


class EndpointTruth:
    """One endpoint while the journal is read."""

    def __init__(self, name, port, peer_port):
        self.name = name
        self.identity = port, peer_port
        self.raw = self.shown = self.ecn = None
        self.listening = self.synchronized = False
        self.captured_in, self.delivered_in = Inbox(), Inbox()
        self.own = Numbers()
        self.captured_flags = 0
        self.captured_isn = None
        self.seen = {}
        self.excuses = {}
        self.good_checksum = False
        self.moved = 0               # when a delivery last changed its state
        self.moved_by = 0            # when that segment was captured
        self.fresh = True            # without a socket, LISTEN if there is a listener, else CLOSED
        self.behind_since = None     # since when a captured segment has not arrived
        self.time_wait_since = None
        self.reset_waits = False     # its socket is gone; its RST is not captured yet
        self.reset_time = 0          # when its kernel last sent a RST
        self.reset_due = 0           # when it sent the RST that is not captured yet
        self.fin_sent = 0            # when its kernel sent the FIN that was captured first
        self.damaged_fin = None      # its FIN that was captured damaged
        self.crossing_shown = False  # a FIN that does not acknowledge the peer's was captured
        self.acked = None            # the highest number that its captured segments acknowledge
        self.resent = set()          # keys of what it has sent again since the peer's RST
        self.forged_rst = None       # the last RST that was forged in its name
        self.peer_limit = None       # what the peer had sent by then

    # The kernel's own state

    def sample(self, sockets):
        """Take the raw state from a sample; return (before, after) if it has changed, else None."""
        mine = [entry for entry in sockets
                if (entry.port, entry.peer_port) == self.identity and entry.state != "LISTEN"]
        mine.sort(key=lambda entry: entry.state == "TIME-WAIT")
        before, self.raw = self.raw, mine[0].state if mine else None
        self.ecn = mine[0].ecn if mine else None
        self.listening = any(entry.state == "LISTEN" and entry.port == self.identity[0]
                             for entry in sockets)
        if self.raw in OPENING:
            if before not in OPENING:
                self.captured_flags = 0
                self.crossing_shown = False
                self.fin_sent = 0
                self.damaged_fin = None
                self.settle(CROSSED_UNSEEN)
            self.synchronized = False
        elif self.raw:
            self.synchronized = True
        if before == self.raw:
            return None
        if self.raw is None:
            self.fresh = not self.synchronized
        return before, self.raw

    def pulled_back(self):
        """Return the raw state as far as this endpoint's captured segments show it."""
        if self.raw == "SYN-SENT" and not self.captured_flags & packets.SYN:
            return self.shown or "CLOSED"
        if self.raw in BEFORE_FIN and not self.captured_flags & packets.FIN:
            if not self.delivered_in.acked(self.own.isn, self.own.limit):
                return "SYN-RECEIVED"
            return BEFORE_FIN[self.raw]
        return self.raw

    def state(self):
        """Return the state to compare with the plugin's."""
        if self.raw:
            self.shown = self.pulled_back()
        elif not (self.reset_waits and self.shown):
            self.shown = "LISTEN" if self.listening and self.fresh else "CLOSED"
        return self.shown

    # Excuses

    def excuse(self, reason, time):
        """Begin an excuse."""
        self.excuses[reason] = time

    def settle(self, *reasons, before=None):
        """End excuses; before: only those that began by that time."""
        for reason in reasons:
            if reason in self.excuses and (before is None or self.excuses[reason] <= before):
                del self.excuses[reason]

    def is_behind(self):
        """Return whether a captured segment that matters has not arrived."""
        return self.captured_in.view(self.own) != self.delivered_in.view(self.own)

    def compare_inboxes(self, time):
        """Keep since when a captured segment that matters has not arrived."""
        if not self.is_behind():
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = time
            self.resent.clear()

    def all_excuses(self):
        """Return why the state cannot be known now."""
        return tuple(self.excuses) + ((UNDELIVERED,) if self.is_behind() else ())

    def acknowledges_unsent(self, segment):
        """Return whether a segment to this endpoint acknowledges something not yet sent."""
        return (segment.has(packets.ACK) and self.own.limit is not None
                and not segment.flags & (packets.SYN | packets.RST)
                and distance(self.own.limit, segment.ack) > 0)

    def note_captured(self, event):
        """Record that a segment to this endpoint was captured."""
        segment = event.segment
        may_open = self.raw in (None, "TIME-WAIT", *OPENING)
        if segment.has(packets.SYN) and self.raw is None and segment.seq != self.captured_in.isn:
            self.fresh = True
            self.settle(LISTENER)
        if not self.acknowledges_unsent(segment):
            self.captured_in.note(segment, may_open)
        self.compare_inboxes(event.time)

    def note_delivered(self, event, before):
        """Record that a captured segment arrived unchanged."""
        if not self.acknowledges_unsent(event.segment):
            self.delivered_in.note(event.segment, before in (None, "TIME-WAIT", *OPENING))
        self.compare_inboxes(event.time)

    def note_own_segment(self, event, round_trip):
        """End the excuses that a captured segment from this endpoint's kernel settles."""
        segment, emitted = event.segment, event.emitted
        self.settle(SILENT, UNCAPTURED, IGNORED, OLD_COPY, QUEUED, before=emitted)
        # For a round trip after a forged segment, a capture cannot tell which of the two is older.
        if self.outlives_forged_rst(segment):
            self.settle(FORGED, before=min(emitted, event.time - round_trip))
        if emitted >= self.reset_due:
            self.reset_waits = False
            self.settle(RST_WAITS)
        if segment.has(packets.RST):
            self.settle(NO_SOCKET, RESTART, before=emitted)
            if self.raw is None and self.fresh and not segment.has(packets.ACK):
                self.excuse(LISTENER, event.time)
            self.fresh = self.fresh and self.listening
        else:
            self.settle(FORGED_SYN, before=emitted)
            if not segment.has(packets.SYN):
                self.settle(RESTART, before=emitted)
        if self.contradicts_captured(event, max(SETTLED, SETTLED_ROUND_TRIPS * round_trip)):
            self.captured_in = copy.deepcopy(self.delivered_in)
            self.behind_since = None
        if segment.has(packets.ACK) and (self.acked is None
                                         or distance(self.acked, segment.ack) > 0):
            self.acked = segment.ack

    def outlives_forged_rst(self, segment):
        """Return whether the numbers or the clock show that it was sent after the forged RST."""
        rst = self.forged_rst
        if rst is None or segment.has(packets.SYN) or packets.timestamps(segment.options):
            return True
        return (distance(rst.seq, segment.end) > 0 or
                (segment.has(packets.ACK) and self.peer_limit is not None
                 and distance(self.peer_limit, segment.ack) > 0))

    def outlives_rst(self, segment):
        """Return whether more than time shows that the peer's RST did not end it."""
        if segment.length and self.key(segment) in self.seen:
            again = self.key(segment) in self.resent
            self.resent.add(self.key(segment))
            return again
        news = segment.length or (segment.has(packets.ACK) and self.acked is not None
                                  and distance(self.acked, segment.ack) > 0)
        return bool(news and packets.timestamps(segment.options))

    def contradicts_captured(self, event, settled):
        """Return whether a segment shows, long after, that a captured segment never arrived."""
        segment, inbox = event.segment, self.captured_in
        if self.behind_since is None or event.emitted < self.behind_since + settled:
            return False
        if segment.has(packets.RST):
            return False
        if inbox.reset:
            return self.outlives_rst(segment)
        repeats = segment.length and any(distance(segment.seq, ack) > 0 for ack in inbox.acks)
        lacks = (segment.has(packets.ACK) and inbox.expected is not None
                 and distance(segment.ack, inbox.expected) > 0)
        return bool(repeats or lacks)

    @staticmethod
    def key(segment):
        """Return what a segment has in common with its retransmissions."""
        return segment.end, segment.flags & (packets.SYN | packets.FIN)

    def might_be_timer(self, event):
        """Return whether a repeated segment is late enough to be a retransmission by a timer."""
        last = self.seen.get(self.key(event.segment))
        return last is not None and event.time - last >= SHORTEST_TIMER

    def seems_to_deny(self, event):
        """Return whether a segment looks as if the peer's FIN, RST or ACK had not arrived."""
        inbox, segment = self.delivered_in, event.segment
        if segment.has(packets.RST):
            return False
        if self.raw is None and inbox.reset:
            return True
        if segment.flags & (packets.SYN | packets.FIN):
            return (self.might_be_timer(event)
                    and any(distance(segment.seq, ack) > 0 for ack in inbox.acks))
        return inbox.fin == inbox.next and distance(segment.ack, inbox.expected) > 0


class ConnectionTruth:
    """Both endpoints of one 4-tuple while the journal is read."""

    def __init__(self, ports):
        self.ports = ports
        self.client = EndpointTruth("client", *ports)
        self.server = EndpointTruth("server", *ports[::-1])
        self.endpoints = {"client": self.client, "server": self.server}
        self.rows = {}
        self.last = None
        self.syn_time = 0
        self.captured_at = {}    # {frame number: time}
        self.copies = set()      # frame numbers of what was captured twice
        self.news = False        # whether the last delivery told its receiver something new
        self.delivered_captured = 0         # when the segment that was just delivered was captured
        self.round_trip = None   # time from the SYN to the handshake's ACK, as captured

    def other(self, name):
        """Return the other endpoint."""
        return self.server if name == "client" else self.client

    # The events of the journal

    def sampled(self, event):
        """Handle a sample; an application or a timer causes a change without a delivery."""
        for endpoint in self.endpoints.values():
            listened = endpoint.shown == "LISTEN" and endpoint.listening
            change = endpoint.sample(event.sockets[endpoint.name])
            if change:
                self.changed(endpoint, change, event)
            elif listened and not endpoint.listening:
                endpoint.excuse(SILENT, event.time)
        if self.last:
            self.write_row()

    def changed(self, endpoint, change, event):
        """Handle a change of a kernel's state."""
        endpoint.settle(NO_SOCKET)
        if change[1] == "TIME-WAIT":
            endpoint.time_wait_since = event.time
        elif change[0] != "TIME-WAIT" or change[1]:
            endpoint.time_wait_since = None
        endpoint.reset_waits = (change[1] is None and endpoint.reset_time > 0
                                and endpoint.reset_time + SETTLED > event.time)
        endpoint.reset_due = endpoint.reset_time
        if endpoint.reset_waits:
            endpoint.fresh = False
        if event.delivered == endpoint.name:
            endpoint.moved, endpoint.moved_by = event.time, self.delivered_captured
            if endpoint.reset_waits and self.news:
                endpoint.excuse(RST_WAITS, event.time)
        elif change[1] is None and not endpoint.reset_waits:
            endpoint.excuse(SILENT, event.time)

    def emitted(self, event):
        """Handle a segment that a kernel sent."""
        endpoint = self.endpoints[event.host]
        endpoint.own.note(event.segment)
        if event.segment.has(packets.RST):
            endpoint.reset_time = event.time

    def captured(self, event):
        """Handle a captured segment."""
        sender, receiver = self.endpoints[event.host], self.other(event.host)
        if event.note == DUPLICATE:    # shows no state that a timer has changed
            self.copies.add(event.number)
        else:
            for endpoint in self.endpoints.values():
                self.note_time_wait_over(endpoint, event.time)
        if not event.emitted:
            self.note_forgery(sender, receiver, event)
        elif not (event.damaged and sender.good_checksum):
            self.note_speech(sender, event)
        elif event.segment.has(packets.FIN):
            sender.damaged_fin = event.segment
        self.note_answer_to_restart(receiver, event)
        self.note_captured_for(receiver, sender, event)
        self.last = event
        self.write_row()

    def note_speech(self, sender, event):
        """Handle a kernel's captured segment, unless a capture shows that it is damaged."""
        segment = event.segment
        self.note_restart(sender, event)
        self.note_old_copy(sender, event)
        sender.note_own_segment(event, self.round_trip or 0)
        self.note_queued(sender, event)
        sender.seen[sender.key(segment)] = event.time
        sender.captured_flags |= segment.flags
        self.note_damaged_fin(sender, event)
        if segment.has(packets.FIN):
            self.note_crossing(sender, segment)
            sender.fin_sent = sender.fin_sent or event.emitted
        if segment.has(packets.SYN):
            sender.captured_isn = segment.seq
            if not segment.has(packets.ACK):
                self.syn_time = event.time
                if sender.raw is None:
                    sender.excuse(SILENT, event.time)
        elif self.round_trip is None and segment.has(packets.ACK):
            self.round_trip = event.time - self.syn_time

    def note_queued(self, sender, event):
        """Excuse a segment that was sent before the sender's state changed and captured late."""
        since = event.time - sender.moved_by
        if (event.emitted < sender.moved and since >= (self.round_trip or 0)
                and sender.seems_to_deny(event)):
            sender.excuse(QUEUED, sender.moved)

    def note_damaged_fin(self, sender, event):
        """Handle what stands behind a FIN that was captured damaged, or sends it again: it shows
        that this was sent.
        """
        fin, segment = sender.damaged_fin, event.segment
        if fin and segment.end == fin.end and not segment.flags & (packets.SYN | packets.RST):
            sender.captured_flags |= packets.FIN
            sender.fin_sent = sender.fin_sent or event.emitted
            self.note_crossing(sender, fin)

    @staticmethod
    def note_crossing(sender, segment):
        """Handle a FIN: does it show that it was sent before the peer's FIN arrived?"""
        inbox = sender.captured_in
        if inbox.expected is None or distance(segment.ack, inbox.expected) > 0:
            sender.crossing_shown = True
        elif sender.raw == "CLOSING" and not sender.crossing_shown:
            sender.excuse(CROSSED_UNSEEN, 0)

    @staticmethod
    def note_time_wait_over(endpoint, time):
        """End the excuse when TIME-WAIT has lasted its full time, which the plugin knows."""
        if (endpoint.raw is None and endpoint.time_wait_since is not None
                and time - endpoint.time_wait_since >= TIME_WAIT):
            endpoint.settle(SILENT)

    def note_captured_for(self, receiver, sender, event):
        """Record a segment that a capture presumes to arrive; not if it is visibly damaged."""
        if not event.damaged:
            sender.good_checksum = True
        elif sender.good_checksum:
            return
        receiver.note_captured(event)
        self.captured_at[event.number] = event.time

    def note_restart(self, sender, event):
        """Excuse a SYN with a new number while the old connection may still exist."""
        segment = event.segment
        if (not segment.has(packets.SYN) or segment.has(packets.ACK)
                or sender.captured_isn in (None, segment.seq)):
            return
        alive = sender.shown not in (None, "CLOSED", "LISTEN", "TIME-WAIT", "SYN-SENT")
        if alive or {SILENT, FORGED, FORGED_SYN, UNCAPTURED, RST_WAITS} & set(sender.all_excuses()):
            sender.excuse(RESTART, event.time)

    @staticmethod
    def note_answer_to_restart(receiver, event):
        """End the excuse: a SYN-ACK shows that the SYN was a restart."""
        segment = event.segment
        if segment.has(packets.SYN | packets.ACK) and event.emitted:
            receiver.settle(RESTART)

    @staticmethod
    def note_forgery(sender, receiver, event):
        """Excuse a forged segment that misrepresents the state of its alleged sender."""
        segment = event.segment
        unheard = (segment.has(packets.ACK) and sender.delivered_in.expected is not None
                   and distance(sender.delivered_in.expected, segment.ack) > 0)
        if segment.has(packets.SYN) and not segment.has(packets.ACK):
            sender.excuse(FORGED_SYN, event.time)   # SYN-SENT sends RSTs too, and stays
        elif segment.flags & (packets.SYN | packets.FIN | packets.RST) or unheard:
            sender.excuse(FORGED, event.time)
        if segment.has(packets.RST):
            sender.forged_rst, sender.peer_limit = segment, receiver.own.limit

    @staticmethod
    def note_old_copy(sender, event):
        """Excuse a late copy that a capture cannot tell from a segment that was sent just now.

        It may be a retransmission by a timer and repeats what was acknowledged since; or it was
        sent before the FIN that it seems to contradict.
        """
        segment = event.segment
        if packets.timestamps(segment.options):
            return
        if segment.length and event.emitted < sender.moved and sender.might_be_timer(event):
            sender.excuse(OLD_COPY, sender.moved)
        elif event.emitted < sender.fin_sent:
            sender.excuse(OLD_COPY, sender.fin_sent)

    def delivered(self, event, before, after):
        """Handle a segment that a kernel received; before and after: its raw states."""
        endpoint = self.endpoints[event.host]
        copied = not event.number or event.repeated or event.number in self.copies
        if copied and before != after:
            endpoint.excuse(UNCAPTURED, event.time)
        if event.damaged or not event.number:
            return
        view = endpoint.delivered_in.view(endpoint.own)
        endpoint.note_delivered(event, before)
        self.news = endpoint.delivered_in.view(endpoint.own) != view
        if endpoint.reset_waits and self.news:
            endpoint.excuse(RST_WAITS, event.time)
        self.delivered_captured = self.captured_at.get(event.number, event.time)
        segment = event.segment
        if segment.has(packets.RST):
            endpoint.settle(NO_SOCKET, IGNORED)
        elif segment.has(packets.SYN) and not segment.has(packets.ACK) and after is None:
            endpoint.excuse(NO_SOCKET, event.time)
        elif (before == "SYN-RECEIVED" and after in (None, "SYN-RECEIVED")
              and self.completes(endpoint, segment)):
            endpoint.excuse(IGNORED, event.time)

    @staticmethod
    def completes(endpoint, segment):
        """Return whether a segment acknowledges the SYN as a handshake's third segment does."""
        own = endpoint.own
        return (segment.has(packets.ACK) and not segment.has(packets.SYN) and own.isn is not None
                and distance(own.isn, segment.ack) > 0 and distance(segment.ack, own.limit) >= 0
                and endpoint.delivered_in.isn is not None
                and 0 < distance(endpoint.delivered_in.isn, segment.seq) < 65536)

    # Rows

    def write_row(self):
        """Write the row of the last captured frame, as far as it is known."""
        event = self.last
        endpoints = {endpoint.name: Endpoint(endpoint.state(), endpoint.raw or "-",
                                             endpoint.all_excuses(), endpoint.ecn)
                     for endpoint in self.endpoints.values()}
        self.rows[event.number] = Row(event.number, event.time, event.host, event.segment,
                                      event.note, self.ports, endpoints)


def ports_of(event):
    """Return (client port, server port) of an event."""
    segment = event.segment
    ports = segment.source_port, segment.destination_port
    sent_by_client = event.host == ("server" if isinstance(event, Delivered) else "client")
    return ports if sent_by_client else ports[::-1]


class Reader:
    """Reads a journal from beginning to end."""

    def __init__(self, journal):
        self.journal = journal
        self.connections = {}
        for event in journal:
            if isinstance(event, Captured):
                self.connections.setdefault(ports_of(event), ConnectionTruth(ports_of(event)))

    def read(self):
        """Return the rows of all captured segments, by frame number."""
        for position, event in enumerate(self.journal):
            self.take(position, event)
        rows = {}
        for connection in self.connections.values():
            rows.update(connection.rows)
        return rows

    def take(self, position, event):
        """Handle one event of the journal."""
        if isinstance(event, Sampled):
            for connection in self.connections.values():
                connection.sampled(event)
            return
        connection = self.connections.get(ports_of(event))
        if connection is None:
            return
        if isinstance(event, Emitted):
            connection.emitted(event)
        elif isinstance(event, Captured):
            for other in self.connections.values():
                other.last = None
            connection.captured(event)
        else:
            before = connection.endpoints[event.host].raw
            connection.delivered(event, before, self.raw_after(position, connection, event.host))

    def raw_after(self, position, connection, host):
        """Return a kernel's state in the next sample."""
        for event in itertools.islice(self.journal, position, None):
            if isinstance(event, Sampled):
                probe = copy.copy(connection.endpoints[host])
                probe.sample(event.sockets[host])
                return probe.raw
        return connection.endpoints[host].raw


def read(journal):
    """Return the rows of a journal, by frame number."""
    return Reader(journal).read()
