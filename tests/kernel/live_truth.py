# SPDX-License-Identifier: GPL-2.0-or-later
"""What both ends of a connection were at every captured frame, and where no capture can show it.

The truth is the kernel's own word, pulled back to what the wire shows: a kernel that has its FIN
or RST ready is not there yet before that segment was captured.

An excuse says why the captured packets do not determine a state. It is derived from the journal of
the wire: from what was captured but did not arrive, what arrived but was not captured, what no
kernel sent, and what a kernel did without a word. Every excuse has a beginning and an end that are
events on the wire; it ends, at the latest, when the endpoint itself says something that settles
the question. Nothing here knows which scenario it looks at.
"""

import copy
import dataclasses
import itertools

import packets
import sockdiag
from live_wire import Captured, Delivered, Emitted, Sampled

# Far longer than a round trip of this wire, on a busy machine too: what an endpoint says so long
# after a segment was captured, it says knowing that segment, if it ever got it.
SETTLED = 100 * 10**6
SETTLED_ROUND_TRIPS = 8
# What keeps an acknowledged segment from being sent again is shorter than any retransmission timer.
SHORTEST_TIMER = 200 * 10**6
TIME_WAIT = 60 * 10**9

UNDELIVERED = "captured but not delivered"
FORGED = "forged in its name"
FORGED_SYN = "SYN forged in its name"
SILENT = "closed without a word"
UNCAPTURED = "moved by a copy that was not captured"
NO_SOCKET = "no socket behind a SYN that arrived"
IGNORED = "ignored the ACK of its SYN"
RESTART = "restart or blind SYN"
OLD_COPY = "old copy of what was acknowledged"
RST_WAITS = "its RST is not captured yet"
QUEUED = "sent before, captured more than a round trip after what moved it"
LISTENER = "whether a listener is left behind it"
CROSSED_UNSEEN = "crossing FIN not captured"

OPENING = "SYN-SENT", "SYN-RECEIVED"
BEFORE_FIN = {"FIN-WAIT-1": "ESTABLISHED", "LAST-ACK": "CLOSE-WAIT", "CLOSING": "CLOSE-WAIT"}


@dataclasses.dataclass(frozen=True)
class End:
    """One end at one frame: its state, and why the packets alone cannot give it."""

    state: str
    raw: str
    excuses: tuple
    ecn: sockdiag.Ecn    # what its kernel says of ECN, None where it says nothing


@dataclasses.dataclass(frozen=True)
class Row:
    """Both ends at one frame."""

    number: int
    time: int
    sender: str
    segment: packets.Segment
    note: str
    ports: tuple
    ends: dict


def distance(start, number):
    """How far a sequence number is behind another one (negative: before it)."""
    return (number - start + 2**31) % packets.MODULUS - 2**31


class Inbox:
    """What has come for an endpoint, as far as it can matter for a state."""

    def __init__(self):
        self.isn = None
        self.start()

    def start(self, isn=None):
        """A new incarnation of the sender."""
        self.isn, self.next, self.ranges, self.fin = isn, 1, [], None
        self.acks, self.reset = [], False

    def note(self, segment, may_open):
        """Take in one segment; may_open: a new SYN is no attack on a live connection."""
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
        """Take in the sequence numbers of a segment."""
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
        """The sequence number after all that came in sequence, the FIN included."""
        if self.isn is None:
            return None
        return (self.isn + self.next + (self.fin == self.next)) % packets.MODULUS

    def acked(self, number, limit):
        """Whether some acknowledgment covers a number and nothing behind limit."""
        return number is not None and any(
            distance(number, ack) > 0 and distance(ack, limit) >= 0 for ack in self.acks)

    def view(self, own):
        """All that matters for the state of the endpoint that this is the inbox of."""
        return (self.isn, self.acked(own.isn, own.limit), self.fin == self.next,
                self.acked(own.fin, own.limit), self.reset)


class Numbers:
    """What an endpoint's kernel has sent in this incarnation, captured or not."""

    def __init__(self):
        self.isn = self.fin = self.limit = None

    def note(self, segment):
        """Take note of an emitted segment."""
        if segment.has(packets.RST):
            return
        if segment.has(packets.SYN) and segment.seq != self.isn:
            self.isn, self.fin, self.limit = segment.seq, None, segment.end
        if segment.has(packets.FIN):
            self.fin = (segment.end - 1) % packets.MODULUS
        if self.limit is None or distance(self.limit, segment.end) > 0:
            self.limit = segment.end


class EndTruth:
    """One end of one connection while the journal is read."""

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
        self.moved = 0               # when a delivery last changed its state, and when that
        self.moved_by = 0            # segment was captured
        self.fresh = True            # without a socket it is its listener's
        self.behind_since = None     # since when not all that was captured had arrived
        self.time_wait_since = None
        self.reset_waits = False     # gone, but the RST that says so is still to be captured
        self.reset_time = 0          # when its kernel last sent a RST
        self.reset_due = 0           # when it sent the one that waits
        self.fin_sent = 0            # when its kernel sent the FIN that was captured first
        self.crossing_shown = False  # a FIN that does not acknowledge the other one was captured

    # The kernel's own word

    def sample(self, sockets):
        """The raw state in a sample: a change is (before, after), else None."""
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
        """The raw state as far as captured segments of this end show it."""
        if self.raw == "SYN-SENT" and not self.captured_flags & packets.SYN:
            return self.shown or "CLOSED"
        if self.raw in BEFORE_FIN and not self.captured_flags & packets.FIN:
            if not self.delivered_in.acked(self.own.isn, self.own.limit):
                return "SYN-RECEIVED"
            return BEFORE_FIN[self.raw]
        return self.raw

    def state(self):
        """The state to compare with."""
        if self.raw:
            self.shown = self.pulled_back()
        elif not (self.reset_waits and self.shown):
            self.shown = "LISTEN" if self.listening and self.fresh else "CLOSED"
        return self.shown

    # Excuses

    def excuse(self, why, time):
        """An excuse begins."""
        self.excuses[why] = time

    def settle(self, *whys, before=None):
        """Excuses end, if they began before a time."""
        for why in whys:
            if why in self.excuses and (before is None or self.excuses[why] <= before):
                del self.excuses[why]

    def is_behind(self):
        """Whether something was captured that would matter, had it arrived."""
        return self.captured_in.view(self.own) != self.delivered_in.view(self.own)

    def compare_inboxes(self, time):
        """Keep when it was that not all had arrived."""
        if not self.is_behind():
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = time

    def all_excuses(self):
        """Why the state cannot be known now."""
        return tuple(self.excuses) + ((UNDELIVERED,) if self.is_behind() else ())

    def acknowledges_nothing_sent(self, segment):
        """Whether it must be dropped, as it acknowledges what this end has not sent."""
        return (segment.has(packets.ACK) and self.own.limit is not None
                and not segment.flags & (packets.SYN | packets.RST)
                and distance(self.own.limit, segment.ack) > 0)

    def note_captured(self, event):
        """A segment for this end was captured."""
        segment = event.segment
        may_open = self.raw in (None, "TIME-WAIT", *OPENING)
        if segment.has(packets.SYN) and self.raw is None and segment.seq != self.captured_in.isn:
            self.fresh = True
            self.settle(LISTENER)
        if not self.acknowledges_nothing_sent(segment):
            self.captured_in.note(segment, may_open)
        self.compare_inboxes(event.time)

    def note_delivered(self, event, before):
        """A segment arrived, as captured."""
        if not self.acknowledges_nothing_sent(event.segment):
            self.delivered_in.note(event.segment, before in (None, "TIME-WAIT", *OPENING))
        self.compare_inboxes(event.time)

    def speaks(self, event, round_trip):
        """A captured segment of its kernel settles what it contradicts or proves."""
        segment, emitted = event.segment, event.emitted
        self.settle(SILENT, UNCAPTURED, IGNORED, OLD_COPY, QUEUED, before=emitted)
        # Less than a round trip after a forged segment nobody knows which of the two is older.
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

    def contradicts_captured(self, event, settled):
        """Whether it says long after that something captured has not arrived."""
        segment, inbox = event.segment, self.captured_in
        if self.behind_since is None or event.emitted < self.behind_since + settled:
            return False
        if segment.has(packets.RST):
            return False
        repeats = segment.length and any(distance(segment.seq, ack) > 0 for ack in inbox.acks)
        lacks = (segment.has(packets.ACK) and inbox.expected is not None
                 and distance(segment.ack, inbox.expected) > 0)
        return bool(repeats or lacks or inbox.reset)


    @staticmethod
    def key(segment):
        """What a segment and whatever repeats it have in common."""
        return segment.end, segment.flags & (packets.SYN | packets.FIN)

    def might_be_timer(self, event):
        """Whether a repeated segment comes so late that a timer may have sent it again."""
        last = self.seen.get(self.key(event.segment))
        return last is not None and event.time - last >= SHORTEST_TIMER

    def seems_to_deny(self, event):
        """Whether a segment of this end looks as if the other's FIN, RST or ACK had not come."""
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
    """Both ends of one 4-tuple while the journal is read."""

    def __init__(self, ports):
        self.ports = ports
        self.client = EndTruth("client", *ports)
        self.server = EndTruth("server", *ports[::-1])
        self.ends = {"client": self.client, "server": self.server}
        self.rows = {}
        self.last = None
        self.syn_time = 0
        self.captured_at = {}    # {frame number: time}
        self.news = False        # whether the last delivery was one that moves an endpoint
        self.brought = 0         # when the segment that was just delivered was captured
        self.round_trip = None   # SYN to the handshake's ACK, as captured

    def other(self, name):
        """The other end."""
        return self.server if name == "client" else self.client

    # The events of the journal

    def sampled(self, event):
        """Both kernels' states; a change without a delivery is the application's or a timer's."""
        for end in self.ends.values():
            listened = end.shown == "LISTEN" and end.listening
            change = end.sample(event.sockets[end.name])
            if change:
                self.changed(end, change, event)
            elif listened and not end.listening:
                end.excuse(SILENT, event.time)
        if self.last:
            self.write_row()

    def changed(self, end, change, event):
        """A kernel's state has changed."""
        end.settle(NO_SOCKET)
        if change[1] == "TIME-WAIT":
            end.time_wait_since = event.time
        elif change[0] != "TIME-WAIT" or change[1]:
            end.time_wait_since = None
        end.reset_waits = (change[1] is None and end.reset_time > 0
                           and end.reset_time + SETTLED > event.time)
        end.reset_due = end.reset_time
        if end.reset_waits:
            end.fresh = False
        if event.delivered == end.name:
            end.moved, end.moved_by = event.time, self.brought
            if end.reset_waits and self.news:
                end.excuse(RST_WAITS, event.time)
        elif change[1] is None and not end.reset_waits:
            end.excuse(SILENT, event.time)

    def emitted(self, event):
        """A kernel sent something."""
        end = self.ends[event.host]
        end.own.note(event.segment)
        if event.segment.has(packets.RST):
            end.reset_time = event.time

    def captured(self, event):
        """The capture saw a segment."""
        sender, receiver = self.ends[event.host], self.other(event.host)
        for end in self.ends.values():
            self.note_time_wait_over(end, event.time)
        if not event.emitted:
            self.note_forgery(sender, event)
        elif not (event.damaged and sender.good_checksum):
            self.note_speech(sender, event)
        self.note_answer_to_restart(receiver, event)
        self.note_captured_for(receiver, sender, event)
        self.last = event
        self.write_row()

    def note_speech(self, sender, event):
        """What its kernel sent was captured, and nobody can tell that it is damaged if it is."""
        segment = event.segment
        self.note_restart(sender, event)
        self.note_old_copy(sender, event)
        sender.speaks(event, self.round_trip or 0)
        self.note_queued(sender, event)
        sender.seen[sender.key(segment)] = event.time
        sender.captured_flags |= segment.flags
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
        """It contradicts what moved the sender, but only waited on the wire, if for very long."""
        since = event.time - sender.moved_by
        if (event.emitted < sender.moved and since >= (self.round_trip or 0)
                and sender.seems_to_deny(event)):
            sender.excuse(QUEUED, sender.moved)

    @staticmethod
    def note_crossing(sender, segment):
        """Whether a FIN shows that it was sent before the other one came."""
        inbox = sender.captured_in
        if inbox.expected is None or distance(segment.ack, inbox.expected) > 0:
            sender.crossing_shown = True
        elif sender.raw == "CLOSING" and not sender.crossing_shown:
            sender.excuse(CROSSED_UNSEEN, 0)

    @staticmethod
    def note_time_wait_over(end, time):
        """Everybody knows how long TIME-WAIT lasts."""
        if (end.raw is None and end.time_wait_since is not None
                and time - end.time_wait_since >= TIME_WAIT):
            end.settle(SILENT)

    def note_captured_for(self, receiver, sender, event):
        """The receiver has it, an observer must presume (but rejects a damaged one if he can)."""
        if not event.damaged:
            sender.good_checksum = True
        elif sender.good_checksum:
            return
        receiver.note_captured(event)
        self.captured_at[event.number] = event.time

    def note_restart(self, sender, event):
        """A SYN with a new number where the old connection is not known to be over."""
        segment = event.segment
        if (not segment.has(packets.SYN) or segment.has(packets.ACK)
                or sender.captured_isn in (None, segment.seq)):
            return
        alive = sender.shown not in (None, "CLOSED", "LISTEN", "TIME-WAIT", "SYN-SENT")
        if alive or {SILENT, FORGED, FORGED_SYN, UNCAPTURED, RST_WAITS} & set(sender.all_excuses()):
            sender.excuse(RESTART, event.time)

    @staticmethod
    def note_answer_to_restart(receiver, event):
        """A SYN-ACK settles that the SYN before was a restart."""
        segment = event.segment
        if segment.has(packets.SYN | packets.ACK) and event.emitted:
            receiver.settle(RESTART)

    @staticmethod
    def note_forgery(sender, event):
        """A segment in an end's name that says of its state what is not true."""
        segment = event.segment
        unheard = (segment.has(packets.ACK) and sender.delivered_in.expected is not None
                   and distance(sender.delivered_in.expected, segment.ack) > 0)
        if segment.has(packets.SYN) and not segment.has(packets.ACK):
            sender.excuse(FORGED_SYN, event.time)   # SYN-SENT sends RSTs too, and stays
        elif segment.flags & (packets.SYN | packets.FIN | packets.RST) or unheard:
            sender.excuse(FORGED, event.time)

    @staticmethod
    def note_old_copy(sender, event):
        """A copy that nobody can tell from a segment that was sent now.

        It comes later than any timer and repeats what was acknowledged since; or it
        was sent before the FIN that it now denies.
        """
        segment = event.segment
        if packets.timestamps(segment.options):
            return
        if segment.length and event.emitted < sender.moved and sender.might_be_timer(event):
            sender.excuse(OLD_COPY, sender.moved)
        elif event.emitted < sender.fin_sent:
            sender.excuse(OLD_COPY, sender.fin_sent)

    def delivered(self, event, before, after):
        """A kernel received a segment; before and after: its raw state."""
        end = self.ends[event.host]
        if (not event.number or event.again) and before != after:
            end.excuse(UNCAPTURED, event.time)
        if event.damaged or not event.number:
            return
        view = end.delivered_in.view(end.own)
        end.note_delivered(event, before)
        self.news = end.delivered_in.view(end.own) != view
        if end.reset_waits and self.news:
            end.excuse(RST_WAITS, event.time)
        self.brought = self.captured_at.get(event.number, event.time)
        segment = event.segment
        if segment.has(packets.RST):
            end.settle(NO_SOCKET, IGNORED)
        elif segment.has(packets.SYN) and not segment.has(packets.ACK) and after is None:
            end.excuse(NO_SOCKET, event.time)
        elif (before == "SYN-RECEIVED" and after in (None, "SYN-RECEIVED")
              and self.completes(end, segment)):
            end.excuse(IGNORED, event.time)

    @staticmethod
    def completes(end, segment):
        """Whether it acknowledges the end's SYN as the third segment of a handshake does."""
        own = end.own
        return (segment.has(packets.ACK) and not segment.has(packets.SYN) and own.isn is not None
                and distance(own.isn, segment.ack) > 0 and distance(segment.ack, own.limit) >= 0
                and end.delivered_in.isn is not None
                and 0 < distance(end.delivered_in.isn, segment.seq) < 65536)

    # Rows

    def write_row(self):
        """What is known now of the last captured frame."""
        event = self.last
        ends = {end.name: End(end.state(), end.raw or "-", end.all_excuses(), end.ecn)
                for end in self.ends.values()}
        self.rows[event.number] = Row(event.number, event.time, event.host, event.segment,
                                      event.note, self.ports, ends)


def ports_of(event):
    """(client port, server port) of an event."""
    segment = event.segment
    ports = segment.source_port, segment.destination_port
    sent_by_client = event.host == ("server" if isinstance(event, Delivered) else "client")
    return ports if sent_by_client else ports[::-1]


class Reader:
    """Reads a journal from its beginning to its end."""

    def __init__(self, journal):
        self.journal = journal
        self.connections = {}
        for event in journal:
            if isinstance(event, Captured):
                self.connections.setdefault(ports_of(event), ConnectionTruth(ports_of(event)))

    def read(self):
        """The rows of all captured segments, by frame number."""
        for position, event in enumerate(self.journal):
            self.take(position, event)
        rows = {}
        for connection in self.connections.values():
            rows.update(connection.rows)
        return rows

    def take(self, position, event):
        """One event of the journal."""
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
            before = connection.ends[event.host].raw
            connection.delivered(event, before, self.raw_after(position, connection, event.host))

    def raw_after(self, position, connection, host):
        """A kernel's state in the next sample."""
        for event in itertools.islice(self.journal, position, None):
            if isinstance(event, Sampled):
                probe = copy.copy(connection.ends[host])
                probe.sample(event.sockets[host])
                return probe.raw
        return connection.ends[host].raw


def read(journal):
    """The rows of a journal, by frame number."""
    return Reader(journal).read()
