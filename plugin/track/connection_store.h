/* connection_store.h
 * Where the connections of a capture stand, and how one is found by its 4-tuple.
 *
 * They stand in blocks, so that many of them take one allocation, and there they stay. A table of
 * their numbers tells where, by the hash of the tuple, which is found out once for a look-up and
 * never again. Knows: tuples and numbers. Does not know: what else there is of a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONNECTION_STORE_H
#define TCPSTATE_CONNECTION_STORE_H

#include "tracked_connection.h"

#include <glib.h>

/* A place of the table. */
typedef struct connection_slot {
    uint32_t hash;
    uint32_t number; /* of the connection; 0: free */
} connection_slot_t;

/* All zeros but for hash: no connection yet. */
typedef struct connection_store {
    GHashFunc hash;                /* of a tcp_tuple_t */
    uint32_t count;                /* of connections, whose numbers are 1 to count */
    uint32_t room;                 /* how many slots there are: 0, or a power of 2 */
    connection_slot_t *slots;      /* connection_store.c tells which is whose */
    tracked_connection_t **blocks; /* of CONNECTION_BLOCK connections, in order of their numbers */
} connection_store_t;

enum { CONNECTION_BLOCK = 8 };

/* One of them, by its number. */
static inline tracked_connection_t *connection_store_at(const connection_store_t *store,
                                                        uint32_t number)
{
    return &store->blocks[(number - 1) / CONNECTION_BLOCK][(number - 1) % CONNECTION_BLOCK];
}

/* The connection of this tuple; NULL: there is none. */
tracked_connection_t *connection_store_find(const connection_store_t *store,
                                            const tcp_tuple_t *tuple);

/* The same, but adds one where there is none: it has its tuple and its number, and is all zeros
 * else. */
tracked_connection_t *connection_store_find_or_add(connection_store_t *store,
                                                   const tcp_tuple_t *tuple);

/* Frees all connections; there are none then. */
void connection_store_clear(connection_store_t *store);

#endif
