"""TCP in and beside other protocols: Ethernet, VLAN, tunnels, 802.11, ICMP."""

import packets
import pcapng
import wire as wires
from lab import Unexpected
from scenarios import scenario

# Addresses for documentation (RFC 7042, RFC 5737).
CLIENT_MAC, SERVER_MAC = bytes.fromhex("00005e005301"), bytes.fromhex("00005e005302")
TUNNEL = {"client": "203.0.113.1", "server": "203.0.113.2"}
VLAN = 42
UNREACHABLE, PORT = 3, 3   # ICMP type and code


def whole_connection(lab):
    """Open a connection, exchange data, close it by the client."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


def in_tunnel(wrap):
    """Return an encapsulation between the tunnel's endpoints."""
    return lambda frame: wrap(frame.data, TUNNEL[frame.sender.name], TUNNEL[frame.receiver.name])


@scenario(link_type=pcapng.ETHERNET)
def vlan(lab):
    """The connection was captured on Ethernet, in a VLAN."""
    def tagged(frame):
        macs = (CLIENT_MAC, SERVER_MAC) if frame.sender is lab.client else (SERVER_MAC, CLIENT_MAC)
        return packets.ethernet(frame.data, *macs, VLAN)
    lab.wire.encapsulate = tagged
    whole_connection(lab)


@scenario()
def gre_tunnel(lab):
    """The connection was captured inside a GRE tunnel."""
    lab.wire.encapsulate = in_tunnel(packets.gre)
    whole_connection(lab)


@scenario()
def ip_in_ip_tunnel(lab):
    """The connection was captured inside an IP-in-IP tunnel."""
    lab.wire.encapsulate = in_tunnel(packets.ip_in_ip)
    whole_connection(lab)


class Aggregator:
    """Puts one packet of each of two connections into one 802.11 frame."""

    def __init__(self, lab):
        self.wire = lab.wire
        self.client = lab.client
        self.together = []
        self.sequence = 0
        self.wire.encapsulate = self.encapsulate

    def encapsulate(self, _frame):
        """Return the 802.11 frame with all packets that travel together."""
        self.sequence += 1
        data = [frame.data for frame in self.together]
        return packets.a_msdu(data, self.sequence, CLIENT_MAC, SERVER_MAC,
                              self.together[0].sender is self.client)

    def carry(self, host):
        """Carry the next two packets from a host in one frame."""
        self.together = [self.wire.take(host), self.wire.take(host)]
        self.wire.capture(self.together[0])
        for frame in self.together:
            self.wire.deliver(frame)


@scenario(link_type=pcapng.IEEE802_11)
def two_segments_in_a_frame(lab):
    """Each 802.11 frame is an A-MSDU with one segment of each of two connections."""
    lab.listen()
    air = Aggregator(lab)
    ports = lab.client_port, lab.client_port + 1
    clients = [lab.connect(port=port) for port in ports]
    for host in (lab.client, lab.server, lab.client):
        air.carry(host)
    for client in clients:
        client.send(b"question\n")
    for host in (lab.client, lab.server):
        air.carry(host)
    for port in ports:
        expect_between(lab, port, "ESTABLISHED", "ESTABLISHED")
    for client in clients:
        client.close()
    for host in (lab.client, lab.server):
        air.carry(host)
    for port in ports:
        expect_between(lab, port, "FIN-WAIT-2", "CLOSE-WAIT")


def expect_between(lab, port, *states):
    """Fail unless the connection with this client port has these raw states."""
    connection = lab.wire.between(port, lab.server_port)
    found = tuple(end.raw(end.host.sockets()) for end in (connection.client, connection.server))
    if found != states:
        raise Unexpected(f"port {port}: expected {states}, found {found}")


def make_unreachable(lab):
    """Make the server answer segments to its port with ICMP host unreachable."""
    lab.server.sysctl("ip_forward", 1)
    lab.server.sysctl("tcp_early_demux", 0)
    lab.server.namespace.ip("rule add pref 10 lookup local")
    lab.server.namespace.ip("rule del pref 0")
    lab.server.namespace.ip("route add unreachable default table 100")
    lab.server.namespace.ip(f"rule add pref 5 ipproto tcp dport {lab.server_port} lookup 100")


def make_reachable(lab):
    """Undo make_unreachable()."""
    lab.server.namespace.ip("rule del pref 5")


@scenario()
def icmp_host_unreachable_to_syn(lab):
    """A SYN is answered by ICMP host unreachable; Linux gives up at once."""
    make_unreachable(lab)
    lab.connect()
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def icmp_port_unreachable_to_syn(lab):
    """A SYN is answered by ICMP port unreachable, as firewalls do (the ICMP message is forged)."""
    lab.rule(lab.sent_by(lab.client, packets.SYN), wires.lose_after_tap)
    lab.connect()
    lab.carry(lab.client)
    quoted = lab.last[lab.client].pack()
    lab.inject(lab.server, packets.icmp_error(lab.server.address, lab.client.address, quoted,
                                              UNREACHABLE, PORT))
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def icmp_host_unreachable_to_data(lab):
    """Data meets ICMP host unreachable; the connection lives on and the data is sent again."""
    client, server = lab.open()
    lab.exchange(client, server)
    make_unreachable(lab)
    client.send(b"question\n")
    lab.carry(lab.client, lab.server)
    lab.expect("ESTABLISHED", "ESTABLISHED")
    make_reachable(lab)
    lab.run(0.5)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")
