/* ecn.h
 * Explicit Congestion Notification of one connection: what was negotiated, which segment was
 * marked, which echo reports that, which CWR answers it (RFC 3168), and AccECN's counter (RFC
 * 9768).
 *
 * Knows: the ECN bits of IP and TCP headers in the order of the capture, and what the analysis
 * says of each segment (ecn_segment_t). Does not know: states, windows, how a segment was judged.
 * This is the entry; ecn_negotiation.h is a part of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_H
#define TCPSTATE_ECN_H

#include "ecn_negotiation.h"
#include "ecn_step.h"

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

/* What was negotiated, as far as is known now. */
void ecn_show_status(const ecn_t *ecn, unsigned client_side, ecn_status_t *status);

/* What a segment shows by its header and what was negotiated alone, where ecn_header_tells(): all
 * there is where ecn_concerns() says no. *out and *anomalies are as cleared. */
void ecn_show_header(const ecn_status_t *status, const segment_t *segment, ecn_facts_t *out,
                     anomaly_set_t *anomalies);

/* Takes any other segment of the connection, after the analysis has judged it, and says what it
 * shows; *out, *episodes and *anomalies are as cleared. Returns true where it has written
 * *episodes. */
bool ecn_observe(ecn_t *ecn, const ecn_segment_t *in, ecn_facts_t *out, ecn_episodes_t *episodes,
                 anomaly_set_t *anomalies);

#endif
