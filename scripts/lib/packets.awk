# SPDX-License-Identifier: GPL-2.0-or-later
# Lays out tshark's output for scripts/report: one line per TCP segment, with aligned columns, and a
# line that names the two ends where a connection begins.
#
# Input, separated by tabs: frame, time, protocols, IPv4 sources, IPv4 destinations, IPv6 sources,
# IPv6 destinations, TCP source ports, destination ports, streams, tcpstate directions, flags,
# phases, states, events. A frame with several IP or TCP headers (tunnels, ICMP errors) has several
# values in a field, separated by the unit separator, in the order of the headers.
#
# Column widths come from the first lines of a capture and the rest is printed at once, so memory does
# not grow with the capture. Variable: summary, the file to which the number of frames read is written.

BEGIN {
    FS = "\t"
    LOOK_AHEAD = 1000
    COLUMNS = 7
    UNREACHABLE = 13 # of tcpstate.event
    split("frame,time,conn,direction,flags,phase,client / server", title, ",")
    split("R,R,R,L,L,L,L", align, ",")
    arrow[1] = "client -> server"
    arrow[2] = "server -> client"
    for (c = 1; c <= COLUMNS; c++)
        width[c] = length(title[c])
}

# The k-th value in a field, "" if it has fewer.
function value(field, k,    all, n) {
    n = split(field, all, "\037")
    return k <= n ? all[k] : ""
}

function add(c, text) {
    cell[lines, c] = text
    if (length(text) > width[c])
        width[c] = length(text)
}

function endpoint(address, port) {
    return (address ~ /:/ ? "[" address "]" : address) ":" port
}

# Names the two ends, by the addresses of the IP header before the k-th TCP header.
function introduce(conn, direction, k,    protocols, n, i, tcp, v4, v6, last, source, target, end) {
    n = split($3, protocols, ":")
    for (i = 1; i <= n && tcp < k; i++) {
        if (protocols[i] == "ip") { v4++; last = 4 }
        else if (protocols[i] == "ipv6") { v6++; last = 6 }
        else if (protocols[i] == "tcp") tcp++
    }
    source = endpoint(last == 4 ? value($4, v4) : value($6, v6), value($8, k))
    target = endpoint(last == 4 ? value($5, v4) : value($7, v6), value($9, k))
    end = direction == 1 ? "client " source ", server " target \
                         : "client " target ", server " source
    known[conn] = 1
    intro[++lines] = "connection " conn ": " end
    if (flushed)
        print_line(lines)
}

function print_line(l,    c, out) {
    if (l in intro) {
        print "    " intro[l]
        delete intro[l]
        return
    }
    for (c = 1; c < COLUMNS; c++) {
        out = out sprintf(align[c] == "R" ? "%*s  " : "%-*s  ", width[c], cell[l, c])
        delete cell[l, c]
    }
    out = out cell[l, COLUMNS]
    sub(/ +$/, "", out)
    print out
    delete cell[l, COLUMNS]
}

# Prints what was held back to measure the columns.
function flush_lines(    l, c) {
    for (c = 1; c <= COLUMNS; c++)
        cell[0, c] = title[c]
    if (lines)
        for (l = 0; l <= lines; l++)
            print_line(l)
    flushed = 1
}

function segment(k,    conn, direction) {
    conn = value($10, k)
    direction = value($11, k)
    if (conn != "" && direction != "" && !(conn in known))
        introduce(conn, direction, k)
    # Of a TCP header quoted in an ICMP error, only the flags are known.
    add_line(conn, direction == "" ? "quoted" : arrow[direction], value($12, k), value($13, k),
        value($14, k))
}

# An ICMP error that quotes a SYN which nothing has answered.
function unreachable() {
    add_line(value($10, 1), "quoted", "", "Unreachable", "")
}

function add_line(conn, direction, flags, phase, states) {
    lines++
    add(1, $1)
    add(2, substr($2, 1, length($2) - 3))
    add(3, conn)
    add(4, direction)
    add(5, flags)
    add(6, phase)
    add(7, states)
    if (flushed)
        print_line(lines)
    else if (lines >= LOOK_AHEAD)
        flush_lines()
}

{
    frames = NR
    segments = split($12, unused, "\037")
    for (k = 1; k <= segments; k++)
        segment(k)
    if (!segments && $15 == UNREACHABLE)
        unreachable()
}

END {
    if (!flushed)
        flush_lines()
    if (!lines)
        print "    no TCP segment (packets: " frames + 0 ")"
    print frames + 0 > summary
}
