/* live_connection.h
 * How a connection wakes for its next segment, and rests again.
 *
 * Neither changes anything of it. Knows: the two forms that a connection has. Does not know: when
 * it changes from one to the other (connection_table.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LIVE_CONNECTION_H
#define TCPSTATE_LIVE_CONNECTION_H

#include "connection.h"
#include "copies.h"
#include "tracked_connection.h"

/* What the analysis remembers of a connection. */
typedef struct remembered {
    connection_t connection;
    copies_evidence_t evidence;
} remembered_t;

/* The only segment so far, and where it was captured. */
typedef struct lone_segment {
    segment_t segment;
    uint32_t layer; /* its place among the TCP headers of its frame */
    uint32_t side;  /* that sent it */
} lone_segment_t;

/* A connection that is ready for its next segment. */
typedef struct live_connection {
    struct tracked_connection *of; /* NULL: of none, and nothing else is valid */
    bool used;                     /* for the connection table */
    remembered_t remembered;
    summary_t summary;   /* of the newest incarnation; valid where there is one */
    observation_t shown; /* by the lone segment; valid where it is one */
} live_connection_t;

/* Makes it live, in `live`, which is of none. */
void tracked_wake(tracked_connection_t *tracked, live_connection_t *live);

/* Lets it rest, so that its live_connection_t is of none. */
void tracked_rest(tracked_connection_t *tracked);

/* Keeps its first segment, which it has just taken; and what that showed, if it is live. */
void tracked_keep_lone(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                       unsigned layer, const observation_t *shown);

/* Prepares for more than a lone segment. It is live. `keeps_history`: as track_options_t. */
void tracked_outgrow_lone(tracked_connection_t *tracked, bool keeps_history);

/* Takes the mark of a copy of one of the incarnation's segments. Its connection is live. */
void tracked_note_copied_mark(incarnation_t *incarnation);

#endif
