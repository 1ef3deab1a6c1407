/* evidence.c
 * What a segment shows of its own sender. What an endpoint sends is the best evidence there is: it
 * proves what was presumed, or takes it back.
 *
 * Knows: which segment proves or contradicts which state. Does not know: what the receiver makes of
 * the segment. FINs have a file of their own, evidence_fin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Shorter than any keep-alive interval: what comes so soon after a segment answers it. */
static const int64_t answer_time = INT64_C(500000000);

/* No TCP sends its SYN again sooner (RFC 6298 2: one second); what comes sooner is a copy. */
static const int64_t shortest_retransmission = INT64_C(200000000);

/* What was sent before a FIN or RST came may stand in a queue on its way, longer than the handshake
 * took: so many round trips, and at least so long. */
enum { QUEUEING_ROUND_TRIPS = 5 };
static const int64_t queueing_time = INT64_C(50000000);

static const int64_t timestamp_tick = INT64_C(1000000); /* of most hosts; some count more slowly */

age_t evidence_age(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (sender->acked_known && seq_after(segment->ack, sender->acked))
        return AGE_NEW;
    if (!segment->has_timestamps || !sender->ts_known || segment->ts_value == sender->ts_last)
        return AGE_UNKNOWN;
    return seq_after(segment->ts_value, sender->ts_last) ? AGE_NEW : AGE_OLD;
}

bool evidence_is_answer(const analysis_t *analysis)
{
    return analysis->receiver->spoke &&
           analysis_since(analysis, analysis->receiver->last_time) < answer_time;
}

bool evidence_is_enough(analysis_t *analysis)
{
    const age_t age = evidence_age(analysis);

    if (age == AGE_UNKNOWN)
        analysis->sender->disowned++;
    return age == AGE_NEW || (age == AGE_UNKNOWN && analysis->sender->disowned >= 2);
}

/* After its own RST: true for a copy of something that was sent before. */
static bool says_nothing_new(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (segment->has_timestamps && sender->ts_known)
        return evidence_age(analysis) != AGE_NEW;
    if (seq_after(segment_end(segment), sender->snd_nxt))
        return false;
    if (!sender->acked_known || seq_after(segment->ack, sender->acked))
        return false;
    return !analysis_past_round_trip(analysis, sender->end_time);
}

/* When the segment was sent, on the clock of the capture and without what it waited in a queue: by
 * its timestamp, counted from the last one of its sender. Never later than its capture. */
static int64_t time_sent(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    const int64_t sent =
        sender->ts_last_time + (int64_t)(segment->ts_value - sender->ts_last) * timestamp_tick;

    return sent < segment->when ? sent : segment->when;
}

bool evidence_sent_after(const analysis_t *analysis, int64_t then)
{
    const connection_t *connection = analysis->connection;
    const int64_t queue = QUEUEING_ROUND_TRIPS * connection->round_trip;

    if (!analysis_past_round_trip(analysis, then))
        return false;
    if (analysis->segment->has_timestamps && evidence_age(analysis) == AGE_NEW &&
        analysis->sender->ts_known && connection->round_trip_known)
        return time_sent(analysis) - then >= connection->round_trip;
    return analysis_since(analysis, then) >= (queue > queueing_time ? queue : queueing_time);
}

/* The sender has had time to get what was captured `then` and to answer. It took the answer of the
 * handshake so long to come; answers differ, so half of that is enough. */
static bool may_answer(const analysis_t *analysis, int64_t then)
{
    const endpoint_t *sender = analysis->sender;

    return !sender->turnaround_known || analysis_since(analysis, then) >= sender->turnaround / 2;
}

/* After the other side's RST: true where that did not end the sender. It acknowledges less than the
 * RST's number, so that number was not the one that it expects (RFC 5961 3); or it sends again, or
 * goes on, when the RST must have arrived. */
static bool ignores_rst(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    if (analysis->says_nothing && seq_before(analysis->segment->ack, sender->end_seq) &&
        may_answer(analysis, sender->end_time))
        return true;
    if (analysis->repeats || analysis->says_nothing)
        return analysis_past_round_trip(analysis, sender->end_time);
    return evidence_sent_after(analysis, sender->end_time);
}

/* What it says of RCV.NXT now is what it is. */
static void revive_before_rst(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const uint32_t ack = analysis->segment->ack;

    analysis_revive(analysis, sender);
    if (analysis->says_nothing)
        evidence_of_missing_fin(analysis);
    if (!sender->fin_arrived)
        endpoint_note_missing(sender, ack);
}

/* The sender's connection was over, so we thought, but it goes on. Its own RST was then not its
 * own; a RST sent to it was lost, or not acceptable; the last ACK was lost. What crossed the RST on
 * its way proves nothing. */
void evidence_revive_sender(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    if (!endpoint_gone(sender))
        return;
    if (sender->ending == ENDED_BY_LAST_ACK)
        evidence_revive_closed(analysis);
    else if (sender->ending == ENDED_BY_OWN_RST && !says_nothing_new(analysis))
        analysis_revive(analysis, sender);
    else if (sender->ending == ENDED_BY_PEER_RST && ignores_rst(analysis))
        revive_before_rst(analysis);
}

/* A SYN again, later than a copy would come, from an end that has not acknowledged the SYN-ACK: it
 * is still waiting for it. */
void evidence_of_repeated_syn(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const syn_copy_t *last = syn_copies_last(&sender->syn);

    if (sender->basis == BASIS_PRESUMED && !sender->acked_known && last &&
        analysis_since(analysis, last->when) >= shortest_retransmission)
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_NOT_RECEIVED, BASIS_SENT);
}

/* A SYN-ACK again, long after the ACK that should have ended that: it did not arrive. One that
 * comes soon after another is a copy, or answers a copy of the SYN. */
void evidence_of_syn_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const syn_copy_t *last = syn_copies_last(&sender->synack);

    if (!last || analysis_since(analysis, last->when) < shortest_retransmission ||
        (analysis->segment->has_timestamps && evidence_age(analysis) != AGE_NEW))
        return;
    if (sender->synack_sent && sender->isn == analysis->segment->seq &&
        analysis->connection->handshake_done && !sender->fin_sent &&
        analysis_past_round_trip(analysis, analysis->connection->step3_time))
        analysis_move(analysis, sender, EVENT_SHOW_SYN_NOT_ACKED, BASIS_SENT);
}

/* What only an ESTABLISHED endpoint sends. A bare ACK proves little, since a challenge ACK is one
 * too; but where the other side was not captured there is nothing to challenge. Fast Open may send
 * data before. */
static bool goes_on_as_established(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const segment_t *segment = analysis->segment;
    const bool sends = segment->payload_len > 0 || segment_has(segment, TCP_FLAG_FIN);
    const bool to_client = analysis->receiver == &connection->end[connection->client_side];

    return !analysis->receiver->spoke || (sends && !connection->fast_open) ||
           (to_client && seq_after(segment->ack, connection->syn_end));
}

/* The sender is past SYN-SENT if it acknowledges a SYN, and past SYN-RECEIVED if it goes on. Where
 * the other side is silent, its part is shown with it. */
static void show_opened(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;

    if (sender->state == STATE_SYN_SENT &&
        endpoint_syn_covered_by(receiver, analysis->segment->ack)) {
        analysis_move(analysis, receiver, EVENT_SHOW_SYN_RECEIVED, BASIS_PRESUMED);
        silent_note_first(analysis, analysis->segment->ack);
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_RECEIVED, BASIS_SENT);
    }
    if (sender->state == STATE_SYN_RECEIVED && goes_on_as_established(analysis)) {
        analysis_move(analysis, receiver, EVENT_SHOW_SYN_ACK_RECEIVED, BASIS_PRESUMED);
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACKED, BASIS_SENT);
    }
}

/* A pure ACK carries its sender's SND.NXT. Where the other side claims to have received more than
 * was ever captured, that claim was forged. */
static void refute_false_claims(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    endpoint_t *receiver = analysis->receiver;

    if (segment_len(segment) > 0 || !sender->snd_known || segment->seq != sender->snd_nxt ||
        !receiver->acked_known || !seq_after(receiver->acked, sender->snd_max))
        return;
    receiver->acked = receiver->rcv_nxt = segment->seq;
    receiver->range_count = 0;
}

/* Likewise, where it stands below what was captured in its name: those segments were forged. One
 * such ACK may be an old copy, unless its timestamp is new; and any is that acknowledges less than
 * its sender has before. */
static void disown_forged_data(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (segment_len(segment) > 0 || !sender->snd_known || sender->fin_sent)
        return;
    if (!seq_before(segment->seq, sender->snd_nxt)) {
        sender->disowned = 0;
        return;
    }
    const bool probe = segment->seq + 1 == sender->snd_nxt && receiver->acked == sender->snd_nxt;
    const bool old = sender->acked_known && seq_before(segment->ack, sender->acked);
    if (probe || old || !receiver->acked_known || !seq_after(receiver->acked, segment->seq) ||
        !evidence_is_answer(analysis) || !evidence_is_enough(analysis))
        return;
    sender->snd_nxt = segment->seq;
}

void evidence_of_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    show_opened(analysis);
    refute_false_claims(analysis);
    disown_forged_data(analysis);
    evidence_of_fins(analysis);
    if (!sender->rcv_known || seq_after(ack, sender->rcv_nxt)) {
        analysis->out->acks_missing =
            sender->rcv_known && (sender->range_count > 0 || seq_after(ack, receiver->snd_nxt));
        endpoint_note_arrived(sender, ack);
    }
    if (!receiver->snd_known || (!receiver->spoke && seq_after(ack, receiver->snd_nxt))) {
        receiver->snd_known = true;
        receiver->snd_nxt = receiver->snd_max = ack;
    }
    if (!receiver->spoke)
        silent_note_ack(analysis);
}

/* Called when the segment has done everything else: a presumed state becomes a proven one where the
 * sender acknowledges what moved it. */
void evidence_settle_basis(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (sender->basis != BASIS_PRESUMED)
        return;
    const bool acknowledged =
        sender->proof == PROOF_NEEDS_ACK && !seq_before(segment->ack, sender->proof_seq);
    const bool goes_on = sender->state == STATE_ESTABLISHED && segment->payload_len > 0 &&
                         !analysis->connection->fast_open;
    if (acknowledged || goes_on) {
        sender->basis = BASIS_SENT;
        sender->proof = PROOF_COMPLETE;
    }
}
