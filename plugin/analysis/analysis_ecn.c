/* analysis_ecn.c
 * What the analysis tells ECN of a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Sent before something that was captured earlier: it acknowledges less, or its clock stands lower
 * (RFC 7323 3). */
static bool is_outdated(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (analysis->acked_before_known && seq_before(segment->ack, analysis->acked_before))
        return true;
    return segment->has_timestamps && sender->ts_known &&
           seq_before(segment->ts_value, sender->ts_last);
}

static bool is_ending(const endpoint_t *endpoint)
{
    return endpoint_gone(endpoint) || endpoint->state == STATE_TIME_WAIT;
}

/* The first segment of a capture that begins in the middle has nobody to refuse it. */
static bool is_taken(const analysis_t *analysis)
{
    return analysis->accepted ||
           (analysis->counts && analysis->connection->midstream && !analysis->standing.begun);
}

static void describe(const analysis_t *analysis, ecn_segment_t *in)
{
    const observation_t *out = analysis->out;
    const endpoint_t *sender = analysis->sender;

    *in = (ecn_segment_t){
        .segment = analysis->segment,
        .side = (uint8_t)analysis->side,
        .client_side = analysis->connection->client_side,
        .handshake_step = out->handshake_step,
        .step_repeated = out->retransmission,
        .answers_frame = out->handshake_step == 3 ? out->acked_frame : 0,
        .answers_when = analysis->answered_when,
        .counts = analysis->counts,
        .accepted = is_taken(analysis),
        .repeats = analysis->repeats,
        .resent = analysis->resent,
        .perhaps_resent = analysis->perhaps_resent,
        .outdated = is_outdated(analysis),
        .new_ack = !analysis->acked_before_known ||
                   seq_after(analysis->segment->ack, analysis->acked_before),
        .after_gap = analysis->after_gap,
        .receiver_silent = !analysis->receiver->spoke,
        .ending = is_ending(sender) || is_ending(analysis->receiver),
        .sender_ending = is_ending(sender),
        .limit_known = sender->edge_known,
        .limit = sender->right_edge,
        .round_trip = analysis_round_trip(analysis),
    };
}

void analysis_of_ecn(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    observation_t *out = analysis->out;
    ecn_segment_t in;

    if (out->handshake_step == 0 &&
        !ecn_concerns(&connection->ecn, analysis->segment, analysis->side, analysis->repeats)) {
        ecn_show(&connection->ecn, connection->client_side, analysis->segment, &out->ecn,
                 &out->anomalies);
        return;
    }
    describe(analysis, &in);
    ecn_observe(&connection->ecn, &in, &out->ecn, &out->anomalies);
}
