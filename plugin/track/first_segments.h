/* first_segments.h
 * The first segments of a connection, kept themselves.
 *
 * Most connections of a capture are short. What each of a few segments showed, and how they have
 * left the connection, takes more memory than their headers, and follows from these: so nothing
 * else is kept of a connection as long as they are all.
 *
 * Knows: how headers of one connection resemble each other. Does not know: what they show.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIRST_SEGMENTS_H
#define TCPSTATE_FIRST_SEGMENTS_H

#include "segment.h"

/* Connections of up to so many take little memory and work. One that has rested has them all taken
 * again when it goes on. */
enum { FIRST_SEGMENTS_MAX = 32 };

/* A segment, and where it was captured. */
typedef struct first_segment {
    segment_t segment;
    uint32_t layer; /* its place among the TCP headers of its frame */
    uint32_t side;  /* that sent it */
} first_segment_t;

/* In capture order. */
typedef struct first_segments {
    unsigned count; /* valid ones in `at` */
    first_segment_t at[FIRST_SEGMENTS_MAX];
} first_segments_t;

/* So many in few bytes, to be freed by g_free(). There is at least one. */
uint8_t *first_segments_pack(const first_segment_t *at, unsigned count);

/* Sets those that were packed; `count`: how many they were. */
void first_segments_unpack(const uint8_t *packed, unsigned count, first_segments_t *first);

#endif
