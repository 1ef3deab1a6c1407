/* connection_table.h
 * All connections of the capture file, by their 4-tuple.
 *
 * Knows: which connection a segment belongs to, and what each frame showed of it. Does not know:
 * how a segment changes a connection, nor Wireshark's streams. A stream is no key for it: a SYN on
 * a live connection starts a new one, but the old connection goes on until the SYN is accepted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONNECTION_TABLE_H
#define TCPSTATE_CONNECTION_TABLE_H

#include "connection.h"
#include "history.h"
#include "incarnation.h"

#include <epan/address.h>

enum { TCP_TUPLE_ADDRESS_SIZE = 16 };

/* The two ends of a connection, in the same order for either direction. */
typedef struct tcp_tuple {
    uint64_t network;       /* keeps equal addresses of different networks apart; mostly 0 */
    uint64_t address[2][2]; /* bytes as in the IP header, zeros behind an IPv4 address */
    uint16_t port[2];
    uint32_t address_len; /* 4 or 16 bytes, the rest is zeros */
} tcp_tuple_t;

/* One connection and all that was seen of it. */
typedef struct tracked_connection {
    tcp_tuple_t tuple;
    connection_t connection;
    history_t history;
    incarnations_t incarnations;
} tracked_connection_t;

/* Sets `tuple`, and `sender_side` to the side that src is: 0 or 1. Both ends of a connection to
 * itself are side 0. Returns false where the addresses are no IP addresses. */
bool tcp_tuple_set(tcp_tuple_t *tuple, unsigned *sender_side, const address *src,
                   const address *dst, uint16_t src_port, uint16_t dst_port, uint64_t network);

/* Sets `to` to the address of a side; it points into the tuple. */
void tcp_tuple_address(const tcp_tuple_t *tuple, unsigned side, address *to);

/* Call it where protocols are registered. The table empties itself with every capture file. */
void connection_table_register(void);

/* The connection of this tuple; NULL: none was added. It lives as long as the capture file. */
tracked_connection_t *connection_table_find(const tcp_tuple_t *tuple);

/* The same, but adds one that has seen nothing yet where there is none. */
tracked_connection_t *connection_table_find_or_add(const tcp_tuple_t *tuple);

#endif
