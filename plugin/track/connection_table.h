/* connection_table.h
 * All connections of a capture, by their 4-tuple.
 *
 * Knows: which connection a segment belongs to, and what each frame showed of it. Does not know:
 * how a segment changes a connection, nor Wireshark's streams. A stream is no key for it: a SYN on
 * a live connection starts a new one, but the old connection goes on until the SYN is accepted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONNECTION_TABLE_H
#define TCPSTATE_CONNECTION_TABLE_H

#include "live_connection.h"

#include <glib.h>

typedef struct connection_table connection_table_t;

/* The same for all segments of a table. */
typedef struct track_options {
    connection_options_t connection;
    bool keeps_history; /* frames are looked up again, so what they showed is kept */
    bool keeps_summary; /* all summaries are asked for, so each is kept that is known; else it may
                           have to be found out again */
} track_options_t;

/* A table without connections. `hash` hashes a tcp_tuple_t (tcp_tuple_key()).
 * Addresses and ports are chosen by whoever sends packets, who must not be able to choose which of
 * them have the same hash: it needs a secret. To be freed by connection_table_free(). */
connection_table_t *connection_table_new(GHashFunc hash, const track_options_t *options);

/* Frees the table and all that was seen of its connections. NULL: does nothing. */
void connection_table_free(connection_table_t *table);

/* The connection of this tuple; NULL: none was added. It lives as long as the table. */
tracked_connection_t *connection_table_find(connection_table_t *table, const tcp_tuple_t *tuple);

/* The same, but adds one that has seen nothing yet where there is none. */
tracked_connection_t *connection_table_find_or_add(connection_table_t *table,
                                                   const tcp_tuple_t *tuple);

/* What the table was made with. */
const track_options_t *connection_table_options(const connection_table_t *table);

/* Makes a connection live; one that was not used for long may rest instead. */
live_connection_t *connection_table_wake(connection_table_t *table, tracked_connection_t *tracked);

/* The segments of all these connections, to tell copies by. Belongs to the table. */
copies_table_t *connection_table_segments(connection_table_t *table);

/* How many incarnations the connections have; for incarnations_update() to count them. */
uint32_t *connection_table_incarnations(connection_table_t *table);

/* Calls `take` for each connection, in the order of their numbers. */
void connection_table_for_each(connection_table_t *table,
                               void (*take)(tracked_connection_t *tracked, void *data), void *data);

#endif
