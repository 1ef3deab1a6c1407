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
#include "plain_course.h"
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
    remembered_t remembered;       /* all but the evidence without what waits */
    summary_t summary;      /* of the newest incarnation, likewise; valid where one was analysed */
    first_segments_t first; /* none where the connection has outgrown them */
    unsigned taken;         /* how many of `first` were analysed; the others wait */
    plain_course_t course;  /* with all of `first` */
} live_connection_t;

/* Sets what is remembered of a connection of which nothing was taken yet. */
void live_begin(live_connection_t *live, const tracked_connection_t *tracked);

/* Analyses those of live->first that wait among the first `count`. Sets what the last one showed,
 * if there was any. */
void live_take_up_to(live_connection_t *live, const connection_options_t *options, unsigned count,
                     observation_t *shown);

/* Analyses all of live->first that wait. Nothing of that has to be shown. */
void live_catch_up(live_connection_t *live, const connection_options_t *options);

/* Makes it live, in `live`, which is of none. All of its first segments wait that can. */
void tracked_wake(tracked_connection_t *tracked, live_connection_t *live,
                  const connection_options_t *options);

/* Lets it rest, so that its live_connection_t is of none. `keeps_summary`: as track_options_t. */
void tracked_rest(tracked_connection_t *tracked, bool keeps_summary);

/* None of its segments waits. */
static inline bool live_is_up_to_date(const live_connection_t *live)
{
    return live->taken == live->first.count;
}

/* Its first segments where it is live and has no others; else NULL. */
static inline const first_segments_t *tracked_live_first(const tracked_connection_t *tracked)
{
    return tracked->live && !tracked->outgrown ? &tracked->live->first : NULL;
}

/* Keeps the first segment of one that rests. */
void tracked_keep_lone(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                       unsigned layer);

/* Keeps a segment as one of the first ones, which waits. It is live, and has room for that. */
void tracked_keep_first(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                        unsigned layer);

/* Prepares for what the first segments do not tell. It is live, and none of them waits.
 * `keeps_history`: as track_options_t. */
void tracked_outgrow(tracked_connection_t *tracked, bool keeps_history);

/* Takes the mark of a copy of one of the incarnation's segments. Its connection is live. */
void tracked_note_copied_mark(incarnation_t *incarnation);

#endif
