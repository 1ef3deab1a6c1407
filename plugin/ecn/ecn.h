/* ecn.h
 * Explicit Congestion Notification of one connection: what was negotiated, which segment was
 * marked, which echo reports that, which CWR answers it (RFC 3168), and AccECN's counter (RFC
 * 9768).
 *
 * Knows: the ECN bits of IP and TCP headers in the order of the capture, and what the analysis
 * says of each segment (ecn_segment_t). Does not know: states, windows, how a segment was judged.
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
#include "ecn_memory.h"
#include "segment.h"

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
    bool ending;            /* an endpoint has no connection any more, or only waits; */
    bool sender_ending;     /* that is its sender */
    bool limit_known;       /* limit is valid */
    uint32_t limit;         /* the highest number that its sender's window allows */
    int64_t round_trip;     /* of the connection, or a cautious guess, nanoseconds */
} ecn_segment_t;

/* -- Functions --------------------------------------------------------------------------------- */

/* A new incarnation of the 4-tuple begins; `before` is ECN of the last one, and
 * `reset_in_handshake` is true where a RST ended that before it was answered. */
void ecn_begin(ecn_t *ecn, const ecn_t *before, bool reset_in_handshake);

/* Takes a SYN without ACK that belongs to this incarnation, each copy of it once, in capture
 * order. */
void ecn_take_syn(ecn_t *ecn, unsigned side, const segment_t *syn);

/* AccECN, negotiated or guessed. */
static inline bool ecn_mode_is_accurate(uint8_t mode)
{
    return mode == ECN_ACCURATE || mode == ECN_LOOKS_ACCURATE;
}

/* It is known that no endpoint may use ECN. */
static inline bool ecn_mode_is_without(uint8_t mode)
{
    const unsigned without =
        1u << ECN_NOT_OFFERED | 1u << ECN_REFUSED | 1u << ECN_FALLBACK | 1u << ECN_BROKEN;

    return without >> mode & 1;
}

/* Every segment matters: AccECN's counter is on all of them, and an episode may end with any. */
static inline bool ecn_is_eventful(const ecn_t *ecn)
{
    return ecn->flow[0].count + ecn->flow[1].count > 0 || ecn_mode_is_accurate(ecn->mode);
}

/* True where the segment may change or show more than ecn_show_header() tells. */
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

/* True where the header of a segment shows anything of ECN. */
static inline bool ecn_header_tells(uint8_t mode, const segment_t *segment)
{
    return segment->ip_ecn != IP_ECN_NOT_ECT || ecn_mode_is_accurate(mode) ||
           segment_has_any(segment, TCP_FLAG_ECE | TCP_FLAG_CWR);
}

/* What a segment shows by its header and the mode alone, where ecn_header_tells(): all there is
 * where ecn_concerns() says no. *out and *anomalies are as cleared. */
void ecn_show_header(uint8_t mode, const segment_t *segment, ecn_facts_t *out,
                     anomaly_set_t *anomalies);

/* What was negotiated, as far as is known now. */
void ecn_show_status(const ecn_t *ecn, unsigned client_side, ecn_status_t *status);

/* Takes any other segment of the connection, after the analysis has judged it, and says what it
 * shows; *out, *episodes and *anomalies are as cleared. Returns true where it has written
 * *episodes. */
bool ecn_observe(ecn_t *ecn, const ecn_segment_t *in, ecn_facts_t *out, ecn_episodes_t *episodes,
                 anomaly_set_t *anomalies);

#endif
