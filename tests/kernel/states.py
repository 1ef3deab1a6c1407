"""The states of both ends of one connection, as far as the capture can have shown them.

A kernel may be ahead of the wire: it is in FIN-WAIT-1 while its FIN still waits behind data. Such a
state is pulled back until the segment that shows it was captured.
"""

import packets

# RFC 4022's tcpConnectionState numbers of RFC 9293's names.
NUMBERS = {"CLOSED": 1, "LISTEN": 2, "SYN-SENT": 3, "SYN-RECEIVED": 4, "ESTABLISHED": 5,
           "FIN-WAIT-1": 6, "FIN-WAIT-2": 7, "CLOSE-WAIT": 8, "LAST-ACK": 9, "CLOSING": 10,
           "TIME-WAIT": 11}

OPENING = ("SYN-SENT", "SYN-RECEIVED")
SENT_FIN = {"FIN-WAIT-1": "ESTABLISHED", "LAST-ACK": "CLOSE-WAIT", "CLOSING": "CLOSE-WAIT"}


class End:
    """One end of a connection."""

    def __init__(self, host, port, peer, peer_port):
        self.host = host
        self.identity = port, peer, peer_port
        self.shown = None
        self.synchronized = False
        self.captured = 0

    def note(self, segment):
        """Take note of a captured segment that this end sent."""
        self.captured = segment.flags | (0 if segment.has(packets.SYN) else self.captured)

    def raw(self, sockets):
        """The kernel's own word: the state of the socket, None if there is none."""
        mine = [entry.state for entry in sockets
                if (entry.port, entry.peer, entry.peer_port) == self.identity]
        mine.sort(key=lambda state: state == "TIME-WAIT")
        return mine[0] if mine else None

    def without_socket(self, sockets):
        """LISTEN while the listener waits for this connection, else CLOSED."""
        listening = any(entry.state == "LISTEN" and entry.port == self.identity[0]
                        for entry in sockets)
        return "LISTEN" if listening and not self.synchronized else "CLOSED"

    def follow(self, state):
        """Keep what later samples need to know of this one."""
        if state in OPENING:
            self.synchronized = False
        elif state:
            self.synchronized = True
        if state in (None, "TIME-WAIT"):
            self.captured = 0

    def pulled_back(self, state):
        """The state as far as captured segments show it."""
        if state == "SYN-SENT" and not self.captured & packets.SYN:
            return self.shown or "CLOSED"
        if state in SENT_FIN and not self.captured & packets.FIN:
            if self.shown in ("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT"):
                return self.shown
            return SENT_FIN[state]
        return state

    def state(self, sockets, reset_waits):
        """The state to show now; reset_waits: a RST of this end is still to be captured."""
        raw = self.raw(sockets)
        self.follow(raw)
        if raw is None and reset_waits and self.shown:
            return self.shown
        self.shown = self.pulled_back(raw) if raw else self.without_socket(sockets)
        return self.shown


class Connection:
    """Both ends of one 4-tuple."""

    def __init__(self, client, client_port, server, server_port):
        self.client = End(client, client_port, server.address, server_port)
        self.server = End(server, server_port, client.address, client_port)

    def note(self, sender, segment):
        """Take note of a captured segment."""
        (self.client if sender is self.client.host else self.server).note(segment)

    def states(self, resets_wait=()):
        """The pair (client, server); resets_wait: hosts whose RST was not captured yet."""
        return tuple(end.state(end.host.sockets(), end.host in resets_wait)
                     for end in (self.client, self.server))
