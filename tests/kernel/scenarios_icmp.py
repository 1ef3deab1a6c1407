"""ICMP errors about SYNs, written segment by segment.

Each connection begins a second after the previous one. An error quotes all of the SYN by default.
"""

from lab import IPV6
from packets import timestamps_option
from scenarios import written

UNREACHABLE, TIME_EXCEEDED = 3, 11
HOST, PORT, FRAGMENTATION_NEEDED, PROHIBITED = 1, 3, 4, 13
IN_TRANSIT, IN_REASSEMBLY = 0, 1

V6_UNREACHABLE, V6_TOO_BIG, V6_TIME_EXCEEDED = 1, 2, 3
V6_NO_ROUTE, V6_PROHIBITED, V6_PORT = 0, 1, 4

LEAST = 8   # bytes of the TCP header: ports and sequence number


def attempt(sheet, kind, code, quoted=None, **how):
    """Send a SYN that gets lost, answer it with an error; return the connection and the SYN."""
    connection = sheet.connection(**how)
    syn = connection.client("SYN", arrives=False)
    connection.error(syn, kind, code, quoted)
    return connection, syn


@written
def icmp_errors_to_syns(sheet):
    """Four SYNs are answered by ICMP errors alone: port unreachable, prohibited by a filter, host
    unreachable that quotes no more than ports and sequence number, TTL exceeded.
    """
    attempt(sheet, UNREACHABLE, PORT)
    attempt(sheet, UNREACHABLE, PROHIBITED)
    attempt(sheet, UNREACHABLE, HOST, LEAST)
    attempt(sheet, TIME_EXCEEDED, IN_TRANSIT, LEAST)


@written
def icmpv6_errors_to_syns(sheet):
    """Four SYNs are answered by ICMPv6 errors alone: prohibited by a filter, no route, port
    unreachable, hop limit exceeded.
    """
    attempt(sheet, V6_UNREACHABLE, V6_PROHIBITED, addresses=IPV6)
    attempt(sheet, V6_UNREACHABLE, V6_NO_ROUTE, addresses=IPV6)
    attempt(sheet, V6_UNREACHABLE, V6_PORT, addresses=IPV6)
    attempt(sheet, V6_TIME_EXCEEDED, IN_TRANSIT, addresses=IPV6)


@written
def icmp_errors_to_repeated_syns(sheet):
    """SYNs that are sent again. First connection: each is answered by an error. Second: both errors
    come late, and only the timestamp tells which SYN each of them quotes. Third: the second SYN is
    answered by a SYN-ACK after all.
    """
    connection = sheet.connection()
    syn = connection.client("SYN", arrives=False)
    connection.error(syn, UNREACHABLE, HOST, LEAST)
    connection.repeat(syn, arrives=False)
    connection.error(syn, UNREACHABLE, HOST, LEAST)

    connection = sheet.connection()
    first = connection.client("SYN", arrives=False, options=timestamps_option(100, 0))
    second = connection.repeat(first, arrives=False, options=timestamps_option(1100, 0))
    connection.error(first, TIME_EXCEEDED, IN_TRANSIT)
    connection.error(second, TIME_EXCEEDED, IN_TRANSIT)

    connection, syn = attempt(sheet, UNREACHABLE, PROHIBITED)
    connection.repeat(syn)
    connection.server("SYN+ACK")
    connection.client()


@written
def icmp_errors_that_tell_nothing(sheet):
    """ICMP errors that do not make an attempt unreachable, one connection each: fragmentation
    needed, time exceeded while fragments were collected, packet too big (ICMPv6), a quote with
    another number, one of a connection that is not in the capture, and one that comes after the
    SYN-ACK.
    """
    attempt(sheet, UNREACHABLE, FRAGMENTATION_NEEDED)
    attempt(sheet, TIME_EXCEEDED, IN_REASSEMBLY)
    attempt(sheet, V6_TOO_BIG, 0, addresses=IPV6)

    connection = sheet.connection()
    syn = connection.client("SYN", arrives=False)
    connection.error(syn, UNREACHABLE, HOST, seq=syn.seq + 1)
    connection.error(syn, UNREACHABLE, HOST, LEAST, seq=syn.seq - 1)

    connection = sheet.connection()
    syn = connection.client("SYN", captured=False)
    connection.error(syn, UNREACHABLE, PORT)
    connection.error(syn, UNREACHABLE, PORT, LEAST)

    connection = sheet.connection()
    syn = connection.client("SYN")
    connection.server("SYN+ACK")
    connection.error(syn, UNREACHABLE, PORT)
    connection.client()
    connection.error(syn, UNREACHABLE, PORT)
