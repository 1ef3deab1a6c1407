/* incarnation.h
 * The connections that a 4-tuple carried one after the other, each with its summary.
 *
 * Knows: which frames belong to which of them, and Wireshark's number of its stream. Does not know:
 * what a summary says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_INCARNATION_H
#define TCPSTATE_INCARNATION_H

#include "summary.h"

#include <epan/packet.h>

struct tcp_tuple;

/* One connection of the capture file. Lives as long as the file. */
typedef struct incarnation {
    summary_t summary; /* so far; final once the first pass is over */
    const struct tcp_tuple *tuple;
    uint32_t number;   /* among all of the file, from 0 on, in the order in which they began */
    uint32_t since;    /* the frame that showed that it has begun */
    bool stream_known; /* stream is valid: Wireshark has one */
    uint32_t stream;   /* tcp.stream of its first segment */
} incarnation_t;

/* All of a 4-tuple. All zeros: none yet. */
typedef struct incarnations {
    incarnation_t *newest;
    incarnation_t **all; /* in order; the last is the newest */
    unsigned count;
    unsigned room;
} incarnations_t;

/* Starts counting anew with every capture file. Call it where protocols are registered. */
void incarnations_register(void);

/* Begins another one if this segment, which connection_observe() has just taken, is its first. Then
 * summary_observe() has to be called for the newest. First pass only. */
void incarnations_update(incarnations_t *incarnations, const struct tcp_tuple *tuple,
                         const connection_t *connection, const packet_info *pinfo,
                         const segment_t *segment, unsigned sender_side,
                         const observation_t *observation);

/* The one that a frame belongs to; NULL: the frame is before the first one. */
incarnation_t *incarnations_find(const incarnations_t *incarnations, uint32_t frame);

#endif
