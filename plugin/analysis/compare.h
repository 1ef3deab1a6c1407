/* compare.h
 * How a segment compares with what was captured before it: its kind, whether it repeats numbers,
 * whether it is newer than the rest.
 *
 * Knows: the numbers and timestamps of both endpoints before the segment. Does not know: whether
 * anybody accepts it. Changes nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_COMPARE_H
#define TCPSTATE_COMPARE_H

#include "analysis.h"

/* How a segment compares with what its sender has sent before: by its acknowledgment number, else
 * by timestamps (RFC 7323 3). */
typedef enum age {
    AGE_UNKNOWN, /* no timestamps, or within the same tick of its clock */
    AGE_NEW,     /* later than all before */
    AGE_OLD      /* a copy, or overtaken */
} age_t;

typedef struct comparison {
    segment_kind_t kind;
    age_t age;
    bool repeats;            /* it takes numbers, but only such as the sender has used before */
    bool seen_before;        /* the same, and all of these numbers were captured before: it is no
                                first transmission that came late */
    bool resent;             /* it was sent again: what it repeats has arrived, and it is new */
    bool perhaps_resent;     /* the same, but it may be a copy that the network made */
    bool after_gap;          /* data before it were not captured */
    bool says_nothing;       /* its numbers are those of the sender's last segment */
    bool repeats_last_ack;   /* a pure ACK between endpoints of which one only waits for the end */
    bool acked_before_known; /* acked_before is valid */
    uint32_t acked_before;   /* the highest number that its sender had acknowledged */
} comparison_t;

void compare_with_before(const analysis_t *analysis, comparison_t *compared);

#endif
