/* ecn.h
 * Explicit Congestion Notification of one connection: what was negotiated, which segment was
 * marked, which echo tells so, which CWR answers it (RFC 3168), and AccECN's counter (RFC 9768).
 *
 * Knows: the ECN bits of IP and TCP headers in the order of the capture, and what the analysis says
 * of each segment (ecn_segment_t). Does not know: states, windows, how a segment was judged.
 *
 * ecn_negotiation.c  offer, answer, mode, and guesses without a handshake
 * ecn_episode.c      classic ECN: mark, echo, CWR
 * ecn_accurate.c     AccECN: the counter
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_H
#define TCPSTATE_ECN_H

#include "anomaly.h"
#include "ecn_facts.h"
#include "segment.h"

enum {
    ECN_FIRST_DATA = 10 /* so many marked segments without a gap are no congestion (RFC
                           9768 3.2.2.3) */
};

/* -- What is remembered ------------------------------------------------------------------------ */

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
    bool over;          /* nothing more can come of it */
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
    uint8_t first_data;     /* its first data segments, counted up to some */
    uint8_t first_marked;   /* those of them that were marked */
    bool marks_unseen; /* an echo had no captured mark: marks are set beyond the capture point */
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
    uint8_t offer;    /* AE CWR ECE of its first SYN */
    ecn_answer_t first_answer;
    ecn_answer_t last_answer;
} ecn_opener_t;

/* ECN of one incarnation. All zeros: nothing was seen. */
typedef struct ecn {
    uint8_t mode;           /* ecn_mode_t */
    bool fixed;             /* no later SYN-ACK or guess changes the mode */
    bool offer_was_reset;   /* the incarnation before offered ECN and was reset in the handshake */
    bool ect_seen;          /* data were ECN-capable or marked */
    uint8_t counted_answer; /* AE CWR ECE of the SYN-ACK that counts; valid where one was seen */
    uint8_t ae_seen;        /* segments without SYN that have AE, counted up to some */
    ecn_opener_t opener[2]; /* by side, likewise: */
    ecn_flow_t flow[2];
    ecn_counter_t counter[2];
} ecn_t;

/* -- What the analysis says of a segment ------------------------------------------------------- */

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
    bool ending;            /* an end has no connection any more, or only waits; */
    bool sender_ending;     /* that is its sender */
    bool limit_known;       /* limit is valid */
    uint32_t limit;         /* the highest number that its sender's window allows */
    int64_t round_trip;     /* of the connection, or a cautious guess, nanoseconds */
} ecn_segment_t;

/* -- Functions --------------------------------------------------------------------------------- */

/* The three ECN bits of a TCP header: AE is 4, CWR 2, ECE 1 (RFC 9768 3.1). */
static inline uint8_t ecn_bits(const segment_t *segment)
{
    return (uint8_t)(segment->flags >> 6 & 7);
}

/* The mode that an offer and its answer make (RFC 3168 6.1.1, RFC 9768 3.1). Both are three bits.
 */
ecn_mode_t ecn_negotiate(uint8_t offer, uint8_t answer);

/* A new incarnation of the 4-tuple begins; `before` is ECN of the last one, and
 * `reset_in_handshake` is true where a RST ended that before it was answered. */
void ecn_begin(ecn_t *ecn, const ecn_t *before, bool reset_in_handshake);

/* Takes a SYN without ACK that belongs to this incarnation, each copy of it once, in capture
 * order. */
void ecn_take_syn(ecn_t *ecn, unsigned side, const segment_t *syn);

/* It is known that no end may use ECN. */
static inline bool ecn_mode_is_without(uint8_t mode)
{
    return mode == ECN_NOT_OFFERED || mode == ECN_REFUSED || mode == ECN_FALLBACK ||
           mode == ECN_BROKEN;
}

/* Every segment counts: AccECN's counter is on all of them, and an episode may end with any. */
static inline bool ecn_is_eventful(const ecn_t *ecn)
{
    return ecn->flow[0].count + ecn->flow[1].count > 0 || ecn->mode == ECN_ACCURATE ||
           ecn->mode == ECN_LOOKS_ACCURATE;
}

/* True where the segment may change or show more than ecn_show() tells. */
static inline bool ecn_concerns(const ecn_t *ecn, const segment_t *segment, unsigned side,
                                bool repeats)
{
    const bool capable = segment->ip_ecn != IP_ECN_NOT_ECT;

    return segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_ECE | TCP_FLAG_CWR | TCP_FLAG_AE) ||
           segment->ip_ecn == IP_ECN_CE || ecn_is_eventful(ecn) ||
           (capable && (repeats || !ecn->fixed)) || (!ecn->fixed && segment->has_accurate_ecn) ||
           (segment->payload_len > 0 && ecn->flow[side].first_data < ECN_FIRST_DATA &&
            !ecn_mode_is_without(ecn->mode));
}

/* What a segment shows that ecn_concerns() denies. *out and *anomalies are as cleared. */
void ecn_show(const ecn_t *ecn, unsigned client_side, const segment_t *segment, ecn_facts_t *out,
              anomaly_set_t *anomalies);

/* Takes any other segment of the connection, after the analysis has judged it, and says what it
 * shows. *out and *anomalies are as cleared; what ecn_show() tells is added too. */
void ecn_observe(ecn_t *ecn, const ecn_segment_t *in, ecn_facts_t *out, anomaly_set_t *anomalies);

/* What a segment shows where nothing is known but its header and what was negotiated: `last` is
 * what an earlier one of the connection showed. *out and *anomalies are as cleared. */
void ecn_of_steady(const ecn_facts_t *last, const segment_t *segment, ecn_facts_t *out,
                   anomaly_set_t *anomalies);

/* Anomalies that ecn_of_steady() finds. */
extern const uint64_t ecn_steady_anomalies;

#endif
