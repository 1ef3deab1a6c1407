/* evidence.c
 * What a segment shows of its own sender. What an endpoint sends is the best evidence there is: it
 * proves what was presumed, or takes it back.
 *
 * Knows: which segment proves or contradicts which state. Does not know: what the receiver makes of
 * the segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Shorter than any keep-alive interval: what comes so soon after a segment answers it. */
static const int64_t answer_time = INT64_C(500000000);

/* No TCP sends its SYN again sooner (RFC 6298 2: one second); what comes sooner is a copy. */
static const int64_t shortest_retransmission = INT64_C(200000000);

/* What was sent before the FIN came may stand in a queue on its way: only after this time does an
 * ACK that leaves out the FIN show that it did not arrive. */
static const int64_t queueing_time = INT64_C(100000000);

/* True for a copy of something that was sent before, which says nothing of what is now. */
static bool says_nothing_new(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (segment->has_timestamps && sender->ts_known)
        return !seq_after(segment->ts_value, sender->ts_last);
    if (seq_after(segment_end(segment), sender->snd_nxt))
        return false;
    if (!sender->acked_known || seq_after(segment->ack, sender->acked))
        return false;
    return !analysis_past_round_trip(analysis, sender->end_time);
}

/* A FIN sent again: the ACK of it, though captured, did not arrive. */
static void show_fin_not_acked(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    if (!sender->fin_acked || !analysis_past_round_trip(analysis, sender->fin_acked_time) ||
        (sender->state == STATE_CLOSED && sender->ending != ENDED_BY_LAST_ACK))
        return;
    if (analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_ACKED, BASIS_SENT))
        sender->fin_acked = false;
}

/* The sender's connection was over, so we thought, but it goes on. Its own RST was then not its
 * own; a RST sent to it was lost, or not acceptable; the last ACK was lost. What crossed the RST on
 * its way proves nothing. */
void evidence_revive_sender(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (!endpoint_gone(sender))
        return;
    if (sender->ending == ENDED_BY_LAST_ACK && segment_has(segment, TCP_FLAG_FIN) &&
        sender->fin_seq == segment_fin_seq(segment))
        show_fin_not_acked(analysis);
    else if (sender->ending == ENDED_BY_OWN_RST && !says_nothing_new(analysis))
        analysis_revive(analysis, sender);
    else if (sender->ending == ENDED_BY_PEER_RST &&
             analysis_past_round_trip(analysis, sender->end_time))
        analysis_revive(analysis, sender);
}

/* A SYN again, later than a copy would come, from an end that has not acknowledged the SYN-ACK: it
 * is still waiting for it. */
void evidence_of_repeated_syn(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    const syn_copy_t *last = syn_copies_last(&sender->syn);

    if (sender->basis == BASIS_PRESUMED && !sender->acked_known && last &&
        analysis_since(analysis, last->time) >= shortest_retransmission)
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_NOT_RECEIVED, BASIS_SENT);
}

/* A SYN-ACK again, long after the ACK that should have ended that: it did not arrive. */
void evidence_of_syn_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    if (sender->synack_sent && sender->isn == analysis->segment->seq &&
        analysis->connection->handshake_done && !sender->fin_sent &&
        analysis_past_round_trip(analysis, analysis->connection->step3_time))
        analysis_move(analysis, sender, EVENT_SHOW_SYN_NOT_ACKED, BASIS_SENT);
}

/* The sender is past SYN-SENT if it acknowledges a SYN, and past SYN-RECEIVED if it goes on as only
 * an ESTABLISHED endpoint does. A bare ACK proves little: a challenge ACK is one too. Where the
 * other side is silent, its part is shown with it. */
static void show_opened(analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const segment_t *segment = analysis->segment;
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const bool covers =
        !receiver->isn_known || seq_between(receiver->isn + 1, segment->ack, receiver->snd_nxt);

    if (sender->state == STATE_SYN_SENT && covers) {
        analysis_move(analysis, receiver, EVENT_SHOW_SYN_RECEIVED, BASIS_PRESUMED);
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_RECEIVED, BASIS_SENT);
    }
    if (sender->state == STATE_SYN_RECEIVED &&
        ((segment->payload_len > 0 && !connection->fast_open) ||
         (receiver == &connection->end[connection->client_side] &&
          seq_after(segment->ack, connection->syn_end)))) {
        analysis_move(analysis, receiver, EVENT_SHOW_SYN_ACK_RECEIVED, BASIS_PRESUMED);
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACKED, BASIS_SENT);
    }
}

/* The other side's FIN has arrived, or it has not. */
static void show_fin_received(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (!receiver->fin_sent)
        return;
    if (seq_after(ack, receiver->fin_seq)) {
        if (!sender->fin_arrived) {
            endpoint_note_arrived(sender, ack);
            sender->fin_arrived = true;
            sender->fin_arrived_time = analysis->segment->time;
            analysis_move(analysis, sender, EVENT_SHOW_FIN_RECEIVED, BASIS_SENT);
        }
    } else if (sender->fin_arrived && seq_before(sender->acked, receiver->fin_seq + 1) &&
               analysis_since(analysis, receiver->fin_time) >= queueing_time &&
               analysis_past_round_trip(analysis, sender->fin_arrived_time) &&
               analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_RECEIVED, BASIS_SENT)) {
        sender->rcv_nxt = ack;
        sender->range_count = 0;
        sender->fin_arrived = false;
    }
}

/* A pure ACK carries its sender's SND.NXT. Where the other side claims to have received more, that
 * claim was forged. */
static void refute_false_claims(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    endpoint_t *receiver = analysis->receiver;

    if (segment_len(segment) > 0 || !sender->snd_known || segment->seq != sender->snd_nxt ||
        !receiver->acked_known || !seq_after(receiver->acked, segment->seq))
        return;
    receiver->acked = receiver->rcv_nxt = segment->seq;
    receiver->range_count = 0;
}

/* The number of the FIN is used for something else, or the sender says that it is there still,
 * though the FIN was acknowledged: the FIN was somebody else's. */
static void show_fin_not_sent(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (!sender->fin_sent ||
        (segment_has(segment, TCP_FLAG_FIN) && segment_fin_seq(segment) == sender->fin_seq) ||
        !analysis_past_round_trip(analysis, sender->fin_time))
        return;

    const bool overwrites = !seq_after(segment->seq, sender->fin_seq) &&
                            seq_after(segment->seq + segment->payload_len, sender->fin_seq);
    const bool stands_before = segment_len(segment) == 0 && segment->seq == sender->fin_seq &&
                               sender->fin_acked && receiver->spoke &&
                               analysis_since(analysis, receiver->last_time) < answer_time;
    if ((overwrites || stands_before) &&
        analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_SENT, BASIS_SENT)) {
        sender->snd_nxt = sender->fin_seq;
        sender->fin_sent = sender->fin_acked = false;
    }
}

/* An ACK that moves by exactly one over nothing captured, from a side that has sent its own FIN:
 * the silent other side has sent its FIN, and with it acknowledged this side's. */
static void show_silent_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (!sender->fin_sent || receiver->fin_sent || segment_len(segment) > 0 ||
        segment->seq != sender->fin_seq + 1 || !sender->acked_known ||
        segment->ack != sender->acked + 1 || !receiver->snd_known ||
        !seq_after(segment->ack, receiver->snd_nxt))
        return;
    receiver->fin_sent = true;
    receiver->fin_seq = segment->ack - 1;
    receiver->fin_frame = 0;
    receiver->fin_time = segment->time;
    sender->fin_acked = true;
    sender->fin_acked_time = segment->time;
    analysis_move(analysis, receiver, EVENT_SHOW_FIN_SENT, BASIS_PRESUMED);
    analysis_move(analysis, sender, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

void evidence_of_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    show_opened(analysis);
    refute_false_claims(analysis);
    show_fin_not_sent(analysis);
    show_silent_fin(analysis);
    show_fin_received(analysis);
    if (!sender->rcv_known || seq_after(ack, sender->rcv_nxt))
        endpoint_note_arrived(sender, ack);
    if (!receiver->snd_known || (!receiver->spoke && seq_after(ack, receiver->snd_nxt))) {
        receiver->snd_known = true;
        receiver->snd_nxt = ack;
    }
}

/* The ACK of the sender's FIN was captured before the FIN. */
static void show_fin_acked_before(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (!receiver->acked_known || !seq_after(receiver->acked, sender->fin_seq))
        return;
    sender->fin_acked = true;
    sender->fin_acked_time = analysis->segment->time;
    analysis_move(analysis, sender, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

/* There is one FIN only, and nothing is sent behind it: one that comes when another was
 * acknowledged, or below what was acknowledged, is an old copy or forged. */
static bool may_be_its_fin(const endpoint_t *sender, const endpoint_t *receiver, uint32_t fin_seq)
{
    return !sender->fin_acked &&
           (!receiver->acked_known || !seq_after(receiver->acked, fin_seq + 1));
}

void evidence_of_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (!segment_has(segment, TCP_FLAG_FIN))
        return;
    if (sender->fin_sent && sender->fin_seq == segment_fin_seq(segment)) {
        show_fin_not_acked(analysis);
    } else if (!may_be_its_fin(sender, receiver, segment_fin_seq(segment))) {
        return;
    } else {
        const bool crossing = receiver->fin_sent && !seq_after(segment->ack, receiver->fin_seq);

        if (!crossing || !analysis_move(analysis, sender, EVENT_SEND_CROSSING_FIN, BASIS_SENT))
            analysis_move(analysis, sender, EVENT_SEND_FIN, BASIS_SENT);
        sender->fin_sent = true;
        sender->fin_acked = false;
        sender->fin_seq = segment_fin_seq(segment);
        sender->fin_ack_known = true;
        sender->fin_ack = segment->ack;
        show_fin_acked_before(analysis);
    }
    sender->fin_frame = segment->frame;
    sender->fin_time = segment->time;
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
