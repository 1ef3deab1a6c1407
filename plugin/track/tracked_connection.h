/* tracked_connection.h
 * One connection and all that was seen of it, in as little memory as it needs.
 *
 * A capture may hold millions of connections, but few of them go on at the same time. Only those
 * few are live: ready for their next segment. All others rest: as their first segments, and if
 * there are more than these, packed.
 *
 * Knows: what is kept of a connection, and how to read it. Does not know: what a segment does
 * (plugin/analysis).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TRACKED_CONNECTION_H
#define TCPSTATE_TRACKED_CONNECTION_H

#include "history.h"
#include "incarnation.h"
#include "tcp_tuple.h"

struct live_connection;
struct replays;

/* All zeros but for tuple, replays and number: nothing was seen yet. */
typedef struct tracked_connection {
    tcp_tuple_t tuple;
    struct replays *replays;      /* the table's (replay.h) */
    struct live_connection *live; /* NULL: it rests (live_connection.h) */
    uint8_t *first;               /* packed first segments; NULL: there are none, or nobody will ask
                                     for them. Of one that is live and has not outgrown them, the
                                     live ones are more */
    uint8_t *resting;             /* packed remembered_t; NULL: it is live, or not outgrown */
    history_t *history;           /* what came after the first segments; NULL: nothing was kept */
    incarnations_t incarnations;
    uint32_t number;     /* a different one for each connection of a table, from 1 on */
    uint8_t first_count; /* how many are in `first` */
    bool outgrown;       /* there is more to tell than the first segments do */
} tracked_connection_t;

/* What the segment showed when it was taken. Returns false, and leaves `out` alone, where nothing
 * was kept before it. */
bool tracked_find(const tracked_connection_t *tracked, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out);

/* Sets the summary of an incarnation: so far, and final once the whole capture was taken. */
void tracked_summary(const incarnation_t *incarnation, summary_t *out);

/* Frees all that was kept of it, and leaves the connection itself. */
void tracked_clear(tracked_connection_t *tracked);

#endif
