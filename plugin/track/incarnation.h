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

struct tcp_tuple;

/* One connection of a capture. Lives as long as its table (connection_table.h). */
typedef struct incarnation {
    summary_t summary; /* so far; final once the whole capture was taken */
    const struct tcp_tuple *tuple;
    uint32_t number;   /* among all of the capture, from 0 on, in the order in which they began */
    uint32_t since;    /* the frame that showed that it has begun */
    bool stream_known; /* stream is valid: set by the caller who has streams */
    uint32_t stream;   /* tcp.stream of its first segment */
} incarnation_t;

/* All of a 4-tuple. All zeros: none yet. To be freed by incarnations_free(). */
typedef struct incarnations {
    incarnation_t *newest;
    incarnation_t **all; /* in order; the last is the newest */
    unsigned count;
    unsigned room;
} incarnations_t;

/* Begins another one if this segment, which connection_observe() has just taken, is its first. Then
 * summary_observe() has to be called for the newest. `total` counts those of the capture. Returns
 * the new one, or NULL. */
incarnation_t *incarnations_update(incarnations_t *incarnations, uint32_t *total,
                                   const struct tcp_tuple *tuple, const connection_t *connection,
                                   const segment_t *segment, unsigned sender_side,
                                   const observation_t *observation);

/* The one that a frame belongs to; NULL: the frame is before the first one. */
incarnation_t *incarnations_find(const incarnations_t *incarnations, uint32_t frame);

/* The order of a report: by first frame; several of a frame in the order in which they were found.
 * Less than, equal to or greater than 0, as strcmp(). */
int incarnation_compare(const incarnation_t *one, const incarnation_t *other);

/* Frees them all; there are none then. */
void incarnations_free(incarnations_t *incarnations);

#endif
