/* congestion.c
 * What the analysis tells ECN of a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "congestion.h"

#include "ecn.h"
#include "round_trip.h"

/* Sent before something that was captured earlier: it acknowledges less, or its clock stands lower
 * (RFC 7323 3). */
static bool is_outdated(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (compared->acked_before_known && seq_before(segment->ack, compared->acked_before))
        return true;
    return segment->has_timestamps && sender->ts_known &&
           seq_before(segment->ts_value, sender->ts_last);
}

static bool is_ending(const endpoint_t *endpoint)
{
    return endpoint_gone(endpoint) || endpoint->state == STATE_TIME_WAIT;
}

/* The first segment of a capture that begins in the middle has nobody to refuse it. */
static bool is_taken(const analysis_t *analysis, const findings_t *found)
{
    return found->judged.accepted || (found->judged.counts && !found->before.begun &&
                                      analysis->connection->beginning.midstream);
}

static ecn_segment_t describe(const analysis_t *analysis, const findings_t *found,
                              int64_t answered_when, const observation_t *out)
{
    const endpoint_t *sender = analysis->sender;
    const comparison_t *compared = &found->compared;

    return (ecn_segment_t){
        .segment = analysis->segment,
        .side = (uint8_t)analysis->side,
        .client_side = analysis->connection->client_side,
        .handshake_step = out->handshake_step,
        .step_repeated = out->retransmission,
        .answers_frame = out->handshake_step == 3 ? observation_facts(out)->acked_frame : 0,
        .answers_when = answered_when,
        .counts = found->judged.counts,
        .accepted = is_taken(analysis, found),
        .repeats = compared->repeats,
        .resent = compared->resent,
        .perhaps_resent = compared->perhaps_resent,
        .outdated = is_outdated(analysis, compared),
        .new_ack = !compared->acked_before_known ||
                   seq_after(analysis->segment->ack, compared->acked_before),
        .after_gap = compared->after_gap,
        .receiver_silent = !analysis->receiver->spoke,
        .ending = is_ending(sender) || is_ending(analysis->receiver),
        .sender_ending = is_ending(sender),
        .limit_known = sender->edge_known,
        .limit = sender->right_edge,
        .round_trip = round_trip_time(analysis),
    };
}

void congestion_explain(analysis_t *analysis, const findings_t *found, int64_t answered_when,
                        observation_t *out)
{
    const ecn_t *ecn = &analysis->connection->ecn;

    if (out->handshake_step == 0 &&
        !ecn_concerns(ecn, analysis->segment, analysis->side, found->compared.repeats)) {
        ecn_status_t status;

        if (!ecn_header_tells(ecn->mode, analysis->segment))
            return;
        ecn_show_status(ecn, analysis->connection->client_side, &status);
        ecn_show_header(&status, analysis->segment, &out->ecn, &out->anomalies);
        return;
    }

    const ecn_segment_t in = describe(analysis, found, answered_when, out);
    ecn_episodes_t episodes = observation_no_facts.episodes;

    if (ecn_observe(&analysis->owned->ecn, &in, &out->ecn, &episodes, &out->anomalies))
        observation_add_facts(out)->episodes = episodes;
}
