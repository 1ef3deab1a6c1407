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
#include "copies.h"
#include "history.h"
#include "incarnation.h"
#include "tcp_tuple.h"

/* One connection and all that was seen of it. */
typedef struct tracked_connection {
    tcp_tuple_t tuple;
    connection_t connection;
    copies_evidence_t evidence;
    history_t history;
    incarnations_t incarnations;
} tracked_connection_t;

/* Call it where protocols are registered. The table empties itself with every capture file. */
void connection_table_register(void);

/* The connection of this tuple; NULL: none was added. It lives as long as the capture file. */
tracked_connection_t *connection_table_find(const tcp_tuple_t *tuple);

/* The same, but adds one that has seen nothing yet where there is none. */
tracked_connection_t *connection_table_find_or_add(const tcp_tuple_t *tuple);

/* The segments of all these connections, to tell copies by. It lives as long as the capture file.
 */
copies_table_t *connection_table_segments(void);

#endif
