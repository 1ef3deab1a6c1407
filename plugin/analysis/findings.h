/* findings.h
 * What the steps have found out about one segment, in the order in which they hand it on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FINDINGS_H
#define TCPSTATE_FINDINGS_H

#include "compare.h"

/* How the connection stood before the segment; of the states, how it stands at the beginning of an
 * incarnation if the segment begins one. */
typedef struct before {
    bool begun;
    status_t status;
    tcp_state_t state[2]; /* by side; likewise: */
    bool since_known[2];  /* since is valid */
    int64_t since[2];     /* since when it was in the state */
} before_t;

/* What the segment opens. */
typedef struct opening {
    bool reopened;      /* it begins a new incarnation of a used 4-tuple */
    bool refused;       /* the RST that refuses this SYN, or SYN-ACK, was captured before it */
    bool first_syn;     /* it is the first SYN of its sender */
    bool first_syn_ack; /* the first SYN-ACK of its sender */
} opening_t;

/* Whether it can be believed, and whether its receiver takes it (RFC 9293 3.10.7). */
typedef struct acceptability {
    bool damaged;        /* its checksum is wrong: nothing of it can be believed */
    bool counts;         /* the sender may well have sent it: it is no forgery that shows */
    bool accepted;       /* and the receiver takes it (RFC 9293 3.10.7.4) */
    bool late;           /* its timestamp makes the receiver drop it (PAWS); not of SYN and RST */
    bool ack_refused;    /* only its acknowledgment number makes the receiver refuse it; likewise */
    bool older;          /* it is older than the connection; likewise */
    seq_place_t place;   /* at its receiver; likewise */
    uint32_t shrinks_by; /* how far it moves its sender's right edge to the left; 0: it does not, or
                            tells nothing of the window */
} acceptability_t;

/* What it shows of its sender. */
typedef struct evidence {
    ending_t revived_from; /* the ending of the sender that it refutes; ENDED_NOT: none */
    bool acks_missing;     /* it acknowledges what was not captured */
} evidence_t;

typedef struct findings {
    before_t before;
    comparison_t compared;
    opening_t opened;
    acceptability_t judged;
    evidence_t shown;
    bool may_be_step; /* of handshake or close: neither damaged nor taken as a RST */
    bool resets;      /* it was taken as a RST, and ends the connection */
} findings_t;

/* Notes how the connection stands. */
void before_take(before_t *before, const connection_t *connection);

/* Notes the states in which an incarnation begins. */
void before_begin_anew(before_t *before, const connection_t *connection);

#endif
