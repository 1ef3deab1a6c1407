"""Reuse of a 4-tuple."""

from lab import abort
from scenarios import scenario


@scenario()
def reuse_in_time_wait_of_server(lab):
    """The server holds TIME-WAIT; a new SYN of the same ports is accepted straight from it."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(server, client)
    lab.expect("CLOSED", "TIME-WAIT")
    again = lab.connect()
    lab.carry(lab.client)
    lab.expect("SYN-SENT", "SYN-RECEIVED")
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(again, lab.accept())
    lab.expect("TIME-WAIT", "CLOSED")


@scenario(client_sysctls={"tcp_tw_reuse": 1, "tcp_tw_reuse_delay": 100})
def reuse_in_time_wait_of_client(lab):
    """The client connects again from the port that it holds in TIME-WAIT."""
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")
    lab.run(0.3)
    again = lab.connect()
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    lab.close(again, lab.accept())


@scenario(sysctls={"tcp_timestamps": 0})
def time_wait_assassinated(lab):
    """A SYN whose number is too low meets TIME-WAIT; the RST that follows ends TIME-WAIT.

    The server acknowledges the old connection, the client in SYN-SENT resets that (RFC 1337) and
    its repeated SYN is accepted.
    """
    lab.listen()
    client = lab.connect(isn=2000000)
    lab.run()
    server = lab.accept()
    lab.close(server, client)
    lab.expect("CLOSED", "TIME-WAIT")
    lab.connect(isn=1000000)
    lab.carry(lab.client)
    lab.expect("SYN-SENT", "TIME-WAIT")
    lab.carry(lab.server, lab.client)
    lab.expect("SYN-SENT", "CLOSED")
    lab.run_until("ESTABLISHED", "ESTABLISHED")


@scenario()
def reuse_after_reset(lab):
    """A connection is reset; the next one has the same ports."""
    client, server = lab.open()
    lab.exchange(client, server)
    abort(client)
    lab.run()
    lab.expect("CLOSED", "CLOSED")
    again = lab.connect()
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(again, server)
    lab.close(again, server)
    lab.expect("TIME-WAIT", "CLOSED")


@scenario()
def refused_then_accepted(lab):
    """A SYN is refused; once the server listens, a SYN of the same ports is accepted."""
    lab.connect()
    lab.run()
    lab.expect("CLOSED", "CLOSED")
    lab.listen()
    client = lab.connect()
    lab.run()
    lab.expect("ESTABLISHED", "ESTABLISHED")
    server = lab.accept()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")


def end_time_wait(host):
    """Remove a host's TIME-WAIT socket, as its timer would."""
    for entry in host.sockets():
        if entry.state == "TIME-WAIT":
            host.diagnosis.destroy(entry)


@scenario()
def time_wait_runs_out(lab):
    """TIME-WAIT of the client runs out; a late copy of the server's FIN is answered by a RST.

    Nobody waited: the client's TIME-WAIT was removed and the times of the last two frames are
    61 seconds later than they were.
    """
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")
    end_time_wait(lab.client)
    lab.advance_clock(61)
    lab.inject(lab.server, lab.last[lab.server].pack())
    lab.run()
    lab.expect("CLOSED", "CLOSED")


@scenario()
def time_wait_lasts_longer(lab):
    """The client's TIME-WAIT lasts longer than the preferences say: a late FIN is acknowledged.

    Nobody waited: the times of the last three frames are 61 seconds later than they were. The
    server is gone, so that it answers the ACK by a RST, which ends TIME-WAIT.
    """
    client, server = lab.open()
    lab.exchange(client, server)
    lab.close(client, server)
    lab.expect("TIME-WAIT", "CLOSED")
    lab.advance_clock(61)
    lab.inject(lab.server, lab.last[lab.server].pack())
    lab.run()
    lab.expect("CLOSED", "CLOSED")
