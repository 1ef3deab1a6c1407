"""Ask a kernel for its TCP sockets (sock_diag(7)), request and TIME-WAIT mini sockets included."""

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
# yet; 7 and 13 are sockets without a connection, which nobody here asks for.
STATES = {1: "ESTABLISHED", 2: "SYN-SENT", 3: "SYN-RECEIVED", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2",
          6: "TIME-WAIT", 8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN", 11: "CLOSING",
          12: "SYN-RECEIVED"}
ALL_STATES = sum(1 << number for number in STATES)

HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBxI")
IDENTITY = struct.Struct("!HH16s16s4s8s")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One TCP socket as its kernel sees it."""

    state: str
    port: int
    peer: str
    peer_port: int
    identity: bytes


def read_entry(message):
    """The Entry of one inet_diag_msg."""
    family, state = message[0], message[1]
    identity = message[4:4 + IDENTITY.size]
    port, peer_port, _, peer, _, _ = IDENTITY.unpack(identity)
    if family == socket.AF_INET:
        peer = peer[:4]
    return Entry(STATES[state], port, str(ipaddress.ip_address(peer)), peer_port, identity)


class SocketDiagnosis:
    """A sock_diag channel to the namespace it was made in."""

    def __init__(self, family):
        self.family = family
        self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)

    def send(self, kind, flags, identity):
        """One request about the sockets of every state."""
        body = REQUEST.pack(self.family, socket.IPPROTO_TCP, 0, ALL_STATES) + identity
        self.netlink.send(HEADER.pack(HEADER.size + len(body), kind, NLM_F_REQUEST | flags, 0, 0)
                          + body)

    def answers(self):
        """The messages of one answer, each as (type, body)."""
        while True:
            data = self.netlink.recv(1 << 17)
            while data:
                length, kind, flags = HEADER.unpack_from(data)[:3]
                yield kind, data[HEADER.size:length]
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    return
                data = data[(length + 3) & ~3:]

    def sockets(self):
        """All TCP sockets of the namespace."""
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
        """Close the channel."""
        self.netlink.close()
