/* tracked_connection.h
 * One connection and all that was seen of it, in as little memory as it needs.
 *
 * A capture may hold millions of connections, but few of them go on at the same time. Only those
 * few are live: ready for their next segment. All others rest, packed; and of a connection of which
 * one segment was captured so far, as of a SYN that nobody answers, that segment is all that rests.
 *
 * Knows: what rests of a connection, and how to read it. Does not know: what a segment does
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

/* All zeros but for tuple and number: nothing was seen yet. */
typedef struct tracked_connection {
    tcp_tuple_t tuple;
    struct live_connection *live; /* NULL: it rests (live_connection.h) */
    uint8_t *resting;             /* packed remembered_t; NULL: it is live, or: */
    uint8_t *lone;                /* packed lone_segment_t, the only one so far; NULL: there were
                                     none or several */
    history_t *history;           /* but for a lone segment; NULL: nothing was kept */
    incarnations_t incarnations;
    uint32_t number; /* a different one for each connection of a table, from 1 on */
} tracked_connection_t;

/* What the segment showed, as history_find(). */
bool tracked_find(const tracked_connection_t *tracked, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out);

/* Sets the summary of an incarnation: so far, and final once the whole capture was taken. */
void tracked_summary(const incarnation_t *incarnation, summary_t *out);

/* Frees all that was kept of it, and the connection itself. */
void tracked_free(tracked_connection_t *tracked);

#endif
