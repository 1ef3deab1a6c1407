/* ecn_step.h
 * One segment on its way through the parts of ECN: what the analysis says of it, and where each
 * part writes what it shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_STEP_H
#define TCPSTATE_ECN_STEP_H

#include "anomaly.h"
#include "ecn_facts.h"
#include "ecn_memory.h"
#include "segment.h"

/* What the analysis says of a segment. */
typedef struct ecn_segment {
    const segment_t *segment;
    uint8_t side; /* of its sender */
    uint8_t client_side;
    uint8_t handshake_step; /* 2: it answers a SYN; 3: it answers a SYN-ACK; else 0 or 1 */
    bool step_repeated;     /* that step was done before */
    uint32_t answers_frame; /* the SYN-ACK that step 3 accepts; 0: none */
    int64_t answers_when;   /* when that was captured: a read filter may give its number to two */
    bool counts;            /* its sender may well have sent it */
    bool accepted;          /* its receiver takes it */
    bool repeats;           /* its numbers were all used before */
    bool resent;            /* what it repeats has arrived before, and it is no copy */
    bool perhaps_resent;    /* the same, but it may be a copy that the network made */
    bool outdated;          /* it was sent before one that was captured earlier */
    bool new_ack;           /* it acknowledges more than its sender did before */
    bool after_gap;         /* data before it were not captured */
    bool receiver_silent;   /* nothing of its receiver was captured */
    bool ending;            /* an endpoint has no connection any more, or only waits; */
    bool sender_ending;     /* that is its sender */
    bool limit_known;       /* limit is valid */
    uint32_t limit;         /* the highest number that its sender's window allows */
    int64_t round_trip;     /* of the connection, or a cautious guess, nanoseconds */
} ecn_segment_t;

/* What all parts get. */
typedef struct ecn_step {
    ecn_t *ecn;
    const ecn_segment_t *in;
    ecn_facts_t *out;
    ecn_episodes_t *episodes;
    anomaly_set_t *anomalies;
} ecn_step_t;

static inline void ecn_take_role(const ecn_step_t *step, ecn_role_t role)
{
    step->out->roles |= (uint16_t)(1u << role);
}

/* The segment has ACK and neither SYN nor RST. */
static inline bool ecn_is_ordinary(const segment_t *segment)
{
    return (segment->flags & (TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_ACK)) == TCP_FLAG_ACK;
}

#endif
