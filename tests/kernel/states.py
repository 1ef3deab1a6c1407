"""The states of both endpoints of a connection, as far as the capture shows them.

A kernel may be ahead of the wire: it is in FIN-WAIT-1 while its FIN is still queued behind data.
Such a state is pulled back until the segment that shows it is captured.
"""

import packets

# RFC 9293's names and their tcpConnectionState numbers (RFC 4022).
NUMBERS = {"CLOSED": 1, "LISTEN": 2, "SYN-SENT": 3, "SYN-RECEIVED": 4, "ESTABLISHED": 5,
           "FIN-WAIT-1": 6, "FIN-WAIT-2": 7, "CLOSE-WAIT": 8, "LAST-ACK": 9, "CLOSING": 10,
           "TIME-WAIT": 11}

OPENING = ("SYN-SENT", "SYN-RECEIVED")
SENT_FIN = {"FIN-WAIT-1": "ESTABLISHED", "LAST-ACK": "CLOSE-WAIT", "CLOSING": "CLOSE-WAIT"}


class Endpoint:
    """One endpoint of a connection."""

    def __init__(self, host, port, peer, peer_port):
        self.host = host
        self.identity = port, peer, peer_port
        self.shown = None
        self.synchronized = False
        self.captured = 0

    def note(self, segment):
        """Record a captured segment that this endpoint sent."""
        self.captured = segment.flags | (0 if segment.has(packets.SYN) else self.captured)

    def raw(self, sockets):
        """Return the state of the kernel's socket, None if there is none."""
        mine = [entry.state for entry in sockets
                if (entry.port, entry.peer, entry.peer_port) == self.identity]
        mine.sort(key=lambda state: state == "TIME-WAIT")
        return mine[0] if mine else None

    def without_socket(self, sockets):
        """Return LISTEN if a listener waits for this connection, else CLOSED."""
        listening = any(entry.state == "LISTEN" and entry.port == self.identity[0]
                        for entry in sockets)
        return "LISTEN" if listening and not self.synchronized else "CLOSED"

    def follow(self, state):
        """Update what later samples need."""
        if state in OPENING:
            self.synchronized = False
        elif state:
            self.synchronized = True
        if state in (None, "TIME-WAIT"):
            self.captured = 0

    def pulled_back(self, state):
        """Return the state as far as captured segments show it."""
        if state == "SYN-SENT" and not self.captured & packets.SYN:
            return self.shown or "CLOSED"
        if state in SENT_FIN and not self.captured & packets.FIN:
            if self.shown in ("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT"):
                return self.shown
            return SENT_FIN[state]
        return state

    def state(self, sockets, reset_waits):
        """Return the state to show now; reset_waits: its RST is not captured yet."""
        raw = self.raw(sockets)
        self.follow(raw)
        if raw is None and reset_waits and self.shown:
            return self.shown
        self.shown = self.pulled_back(raw) if raw else self.without_socket(sockets)
        return self.shown


class Connection:
    """Both endpoints of one 4-tuple."""

    def __init__(self, client, client_port, server, server_port):
        self.client = Endpoint(client, client_port, server.address, server_port)
        self.server = Endpoint(server, server_port, client.address, client_port)

    def note(self, sender, segment):
        """Record a captured segment."""
        (self.client if sender is self.client.host else self.server).note(segment)

    def states(self, resets_wait=()):
        """Return the states (client, server); resets_wait: hosts whose RST is not captured yet."""
        return tuple(endpoint.state(endpoint.host.sockets(), endpoint.host in resets_wait)
                     for endpoint in (self.client, self.server))
