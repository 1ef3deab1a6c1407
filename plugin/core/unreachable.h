/* unreachable.h
 * Attempts to connect that are answered by ICMP errors.
 *
 * Knows: which ICMP errors say that a SYN has not reached its receiver, and which SYN is meant.
 * Does not know: how an ICMP message is laid out, nor how the connection is found.
 *
 * An ICMP error proves nothing of either endpoint: anybody on the way may send one, and few stacks
 * give up at the first (RFC 5461 4). So it moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_UNREACHABLE_H
#define TCPSTATE_UNREACHABLE_H

#include "connection.h"

/* The kind of an ICMP or ICMPv6 error. */
typedef struct icmp_error {
    uint8_t version; /* of IP: 4 or 6; 0: not known, and nothing else is valid */
    uint8_t type;
    uint8_t code;
} icmp_error_t;

/* True for an error that says that the quoted packet did not reach its destination: destination
 * unreachable, except for "fragmentation needed", which asks to send less; or its hop limit was
 * exceeded in transit (RFC 792; RFC 4443 3.1, 3.3). */
bool icmp_error_is_unreachable(const icmp_error_t *error);

/* The frame of the SYN that an ICMP error quotes, where it opened an attempt that nothing has
 * answered so far; else 0. `sender_side` is the caller's number of the side that sent the quoted
 * segment. Of that segment the number and, if it was quoted, the timestamp are read: errors quote 8
 * bytes at least, and these hold no flags (RFC 792). Of several SYNs with the same number the one
 * with this timestamp is meant, or the last one. Changes nothing. */
uint32_t unreachable_syn(const connection_t *connection, unsigned sender_side,
                         const segment_t *quoted);

#endif
