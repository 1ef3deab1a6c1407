"""List a kernel's TCP sockets (sock_diag(7)), including request and TIME-WAIT mini sockets."""

import dataclasses
import ipaddress
import socket
import struct

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY, SOCK_DESTROY = 20, 21
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
NO_COOKIE = b"\xff" * 8

# The kernel's numbers (include/net/tcp_states.h). 12 is a request socket that has no full socket
# yet; 7 and 13, sockets without a connection, are not requested.
STATES = {1: "ESTABLISHED", 2: "SYN-SENT", 3: "SYN-RECEIVED", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2",
          6: "TIME-WAIT", 8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN", 11: "CLOSING",
          12: "SYN-RECEIVED"}
ALL_STATES = sum(1 << number for number in STATES)

HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBxI")
IDENTITY = struct.Struct("!HH16s16s4s8s")
MESSAGE_SIZE = 72          # of struct inet_diag_msg; attributes follow
ATTRIBUTE = struct.Struct("=HH")
INET_DIAG_INFO = 2         # attribute type of struct tcp_info

# Offsets and flags in struct tcp_info (include/uapi/linux/tcp.h).
OPTIONS_AT, DELIVERED_CE_AT, RECEIVED_CE_AT = 5, 196, 248
ECN_NEGOTIATED, ECN_SEEN = 0x08, 0x10


@dataclasses.dataclass(frozen=True)
class Ecn:
    """A kernel's ECN information on one socket.

    delivered_ce: its segments that were acknowledged with an echo; received_ce: packets received
    with CE, None if the kernel does not count them.
    """

    negotiated: bool
    seen: bool
    delivered_ce: int
    received_ce: int


@dataclasses.dataclass(frozen=True)
class Entry:
    """One TCP socket as its kernel sees it."""

    state: str
    port: int
    peer: str
    peer_port: int
    identity: bytes
    ecn: Ecn = None      # None for a mini socket or a listener


def attributes(message):
    """Return {type: value} of the attributes that follow an inet_diag_msg."""
    found, position = {}, MESSAGE_SIZE
    while position + ATTRIBUTE.size <= len(message):
        length, kind = ATTRIBUTE.unpack_from(message, position)
        found[kind] = message[position + ATTRIBUTE.size:position + length]
        position += (length + 3) & ~3
    return found


def read_ecn(info):
    """Return the Ecn in a tcp_info, or None."""
    if len(info) < DELIVERED_CE_AT + 4:
        return None
    delivered = struct.unpack_from("=I", info, DELIVERED_CE_AT)[0]
    received = None
    if len(info) >= RECEIVED_CE_AT + 4:
        received = struct.unpack_from("=I", info, RECEIVED_CE_AT)[0]
    return Ecn(bool(info[OPTIONS_AT] & ECN_NEGOTIATED), bool(info[OPTIONS_AT] & ECN_SEEN),
               delivered, received)


def read_entry(message):
    """Parse one inet_diag_msg into an Entry."""
    family, state = message[0], message[1]
    identity = message[4:4 + IDENTITY.size]
    port, peer_port, _, peer, _, _ = IDENTITY.unpack(identity)
    if family == socket.AF_INET:
        peer = peer[:4]
    ecn = None
    if STATES[state] != "LISTEN":
        ecn = read_ecn(attributes(message).get(INET_DIAG_INFO, b""))
    return Entry(STATES[state], port, str(ipaddress.ip_address(peer)), peer_port, identity, ecn)


class SocketDiagnosis:
    """A sock_diag netlink socket of the namespace in which it was made."""

    def __init__(self, family):
        self.family = family
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)

    def send(self, kind, flags, identity):
        """Send one request for sockets in any state."""
        body = REQUEST.pack(self.family, socket.IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1),
                            ALL_STATES) + identity
        self.netlink.send(HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | flags, 0, 0)
                          + body)

    def answers(self):
        """Yield the messages of one answer as (type, body)."""
        while True:
            data = self.netlink.recv(1 << 17)
            while data:
                length, kind, flags = HEADER.unpack_from(data)[:3]
                yield kind, data[HEADER.size:length]
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    return
                data = data[(length + 3) & ~3:]

    def sockets(self):
        """Return all TCP sockets of the namespace."""
        self.send(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, bytes(IDENTITY.size))
        return [read_entry(body) for kind, body in self.answers() if kind == SOCK_DIAG_BY_FAMILY]

    def destroy(self, entry):
        """Remove a socket from the kernel (SOCK_DESTROY)."""
        self.send(SOCK_DESTROY, NLM_F_ACK, entry.identity[:-8] + NO_COOKIE)
        for _, body in self.answers():
            error = -struct.unpack_from("=i", body)[0]
            if error:
                raise OSError(error, "SOCK_DESTROY")

    def close(self):
        """Close the netlink socket."""
        self.netlink.close()
