/* ecn_memory.h
 * What is remembered of Explicit Congestion Notification on one connection: a part of connection_t.
 *
 * Only plugin/ecn writes it; this header is here because a connection holds it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_MEMORY_H
#define TCPSTATE_ECN_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* If all of this many first data segments are marked, that is no sign of congestion (RFC
 * 9768 3.2.2.3). */
enum { ECN_FIRST_DATA = 10 };

/* One segment that was marked CE, or one with CWR. */
typedef struct ecn_mark {
    uint32_t frame; /* 0: none, nothing is valid */
    uint32_t seq;   /* its first number */
    uint32_t end;   /* the number after its last */
    int64_t when;
} ecn_mark_t;

/* A congestion episode of the data of one side: mark, echo, CWR, end of the echo. */
typedef struct ecn_episode {
    uint32_t number;    /* 0: there was none */
    uint8_t state;      /* ecn_episode_state_t */
    bool over;          /* it is finished */
    bool echo_stopped;  /* the echo ended without CWR */
    bool mark_resent;   /* the marked data were sent again, so the mark may have been lost */
    bool cwr_may_lack;  /* data that were not captured may have carried CWR */
    bool limit_known;   /* limit is valid */
    bool echo_unproven; /* the echo came too soon to be that of the mark */
    uint32_t limit;     /* the highest number that the window allowed at the first echo */
    ecn_mark_t ce;      /* the first mark; none: it was set beyond the capture point */
    uint32_t ece_frame; /* the first echo */
    int64_t ece_when;
    ecn_mark_t cwr;
} ecn_episode_t;

/* What is remembered of the data of one side. */
typedef struct ecn_flow {
    uint32_t count;         /* episodes so far */
    ecn_episode_t current;  /* the last one */
    ecn_episode_t answered; /* the one before, while its CWR is not yet acknowledged */
    ecn_mark_t unsure;      /* a marked segment that its receiver need not echo */
    uint8_t first_data;     /* its first data segments, counted up to ECN_FIRST_DATA */
    uint8_t first_marked;   /* those of them that were marked */
    bool marks_unseen; /* an echo had no captured mark, so marks are set beyond the capture point */
} ecn_flow_t;

/* The counter that one side reports. */
typedef struct ecn_counter {
    bool known;       /* last is valid */
    bool start_known; /* start is valid */
    uint8_t last;
    uint8_t start; /* what it is before any report */
} ecn_counter_t;

/* One SYN-ACK's ECN bits. */
typedef struct ecn_answer {
    uint32_t frame; /* 0: none */
    int64_t when;
    uint8_t bits; /* AE CWR ECE */
    uint8_t ip;   /* ip_ecn_t */
} ecn_answer_t;

/* What one side did in the handshake. */
typedef struct ecn_opener {
    bool offer_known; /* offer is valid: it has sent a SYN */
    bool plain_syn;   /* a copy of that SYN had no ECN bits */
    bool rejected;    /* that SYN was rejected, and another one is answered */
    uint8_t offer;    /* AE CWR ECE of its first SYN; none of them where none was seen */
    ecn_answer_t first_answer;
    ecn_answer_t last_answer;
} ecn_opener_t;

/* ECN of one incarnation. All zeros: nothing was seen. */
typedef struct ecn {
    uint8_t mode;           /* ecn_mode_t */
    bool fixed;             /* no later SYN-ACK or guess changes the mode */
    bool offer_was_reset;   /* the incarnation before offered ECN and was reset in the handshake */
    bool third_zeroed;      /* after an AccECN answer, the third ACK had none of the bits */
    bool accurate_seen;     /* a counter or report of AccECN was not 0 */
    bool ect_seen;          /* data were ECN-capable or marked */
    uint8_t counted_answer; /* AE CWR ECE of the SYN-ACK that counts; valid where one was seen */
    uint8_t ae_seen; /* segments without SYN that have AE, counted up to the few that suffice */
    ecn_opener_t opener[2]; /* by side, likewise: */
    ecn_flow_t flow[2];
    ecn_counter_t counter[2];
} ecn_t;

#endif
