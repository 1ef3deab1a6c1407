/* live_connection.h
 * How a connection wakes for its next segment, and rests again.
 *
 * Neither changes anything of it. Knows: the forms that a connection has. Does not know: when it
 * changes from one to the other (connection_table.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LIVE_CONNECTION_H
#define TCPSTATE_LIVE_CONNECTION_H

#include "connection.h"
#include "copies.h"
#include "first_segments.h"
#include "tracked_connection.h"

/* What the analysis remembers of a connection. */
typedef struct remembered {
    connection_t connection;
    copies_evidence_t evidence;
} remembered_t;

/* A connection that is ready for its next segment. */
typedef struct live_connection {
    struct tracked_connection *of; /* NULL: of none, and nothing else is valid */
    bool used;                     /* for the connection table */
    remembered_t remembered;
    summary_t summary;      /* of the newest incarnation; valid where there is one */
    first_segments_t first; /* valid unless the connection has outgrown them */
} live_connection_t;

/* Sets what is remembered of a connection of which nothing was taken yet. */
void live_begin(live_connection_t *live, const tracked_connection_t *tracked);

/* Takes live->first.at[index] again, which is what comes next. */
void live_take_again(live_connection_t *live, const connection_options_t *options, unsigned index,
                     observation_t *shown);

/* Makes it live, in `live`, which is of none. */
void tracked_wake(tracked_connection_t *tracked, live_connection_t *live,
                  const connection_options_t *options);

/* Lets it rest, so that its live_connection_t is of none. `keeps_summary`: as track_options_t. */
void tracked_rest(tracked_connection_t *tracked, bool keeps_summary);

/* Its first segments where it is live and has no others; else NULL. */
static inline const first_segments_t *tracked_live_first(const tracked_connection_t *tracked)
{
    return tracked->live && !tracked->outgrown ? &tracked->live->first : NULL;
}

/* Keeps the first segment of one that rests. */
void tracked_keep_lone(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                       unsigned layer);

/* Keeps a segment as one of the first ones. It is live, and has room for that. */
void tracked_keep_first(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                        unsigned layer);

/* Prepares for what the first segments do not tell. It is live. `keeps_history`: as
 * track_options_t. */
void tracked_outgrow(tracked_connection_t *tracked, bool keeps_history);

/* Takes the mark of a copy of one of the incarnation's segments. Its connection is live. */
void tracked_note_copied_mark(incarnation_t *incarnation);

#endif
