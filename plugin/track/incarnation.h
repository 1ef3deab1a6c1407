/* incarnation.h
 * The connections that a 4-tuple carried one after the other, each with its summary.
 *
 * Knows: which frames belong to which of them. Does not know: what a summary says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_INCARNATION_H
#define TCPSTATE_INCARNATION_H

#include "summary.h"

struct tracked_connection;

/* One connection of a capture. Lives as long as its table (connection_table.h). Its summary is
 * tracked_summary()'s. */
typedef struct incarnation {
    const struct tracked_connection *tracked; /* its 4-tuple, and all else */
    uint8_t *packed;                          /* summary_t; NULL: tracked_summary() finds it out */
    uint32_t number; /* among all of the capture, from 0 on, in the order in which they began */
    uint32_t since;  /* the frame that showed that it has begun */
    uint32_t first_frame; /* the summary's */
    uint32_t stream;      /* tcp.stream of its first segment; valid with: */
    bool stream_known;    /* set by the caller who has streams, as soon as anybody asks for them */
} incarnation_t;

/* All of a 4-tuple. All zeros: none yet. It must stay where it is. To be freed by
 * incarnations_free(). */
typedef struct incarnations {
    incarnation_t first; /* mostly there is no other one */
    incarnation_t **all; /* in order; the last is the newest. NULL: there is at most one */
    uint32_t count;
} incarnations_t;

/* Begins the first one with a segment in this frame. `total` counts those of the capture. */
incarnation_t *incarnations_begin(incarnations_t *incarnations, uint32_t *total,
                                  const struct tracked_connection *tracked, uint32_t frame);

/* Begins another one if this segment, which connection_observe() has just taken, is its first; then
 * `summary`, which is the newest one's, becomes its summary, and summary_observe() has to be
 * called. `total` likewise. Returns the new one, or NULL. */
incarnation_t *incarnations_update(incarnations_t *incarnations, uint32_t *total,
                                   const struct tracked_connection *tracked, summary_t *summary,
                                   const connection_t *connection, const segment_t *segment,
                                   unsigned sender_side, const observation_t *observation);

/* One of them, from 0 to count - 1, in order. */
static inline incarnation_t *incarnations_at(incarnations_t *incarnations, uint32_t index)
{
    return incarnations->all ? incarnations->all[index] : &incarnations->first;
}

/* True for the last one of them. */
static inline bool incarnations_is_newest(const incarnations_t *incarnations,
                                          const incarnation_t *incarnation)
{
    return incarnation ==
           (incarnations->all ? incarnations->all[incarnations->count - 1] : &incarnations->first);
}

/* NULL: there is none. */
static inline incarnation_t *incarnations_newest(incarnations_t *incarnations)
{
    return incarnations->count > 0 ? incarnations_at(incarnations, incarnations->count - 1) : NULL;
}

/* The one that a frame belongs to; NULL: the frame is before the first one. */
incarnation_t *incarnations_find(incarnations_t *incarnations, uint32_t frame);

/* The one after it; NULL: it is the newest. */
const incarnation_t *incarnations_after(const incarnations_t *incarnations,
                                        const incarnation_t *incarnation);

/* The order of a report: by first frame; several of a frame in the order in which they were found.
 * Less than, equal to or greater than 0, as strcmp(). */
int incarnation_compare(const incarnation_t *one, const incarnation_t *other);

/* Keeps its summary, */
void incarnation_pack(incarnation_t *incarnation, const summary_t *summary);

/* returns it as it was kept, */
void incarnation_unpack(const incarnation_t *incarnation, summary_t *summary);

/* and forgets it. NULL: does nothing. */
void incarnation_forget_packed(incarnation_t *incarnation);

/* Frees them all; there are none then. */
void incarnations_free(incarnations_t *incarnations);

#endif
