/* reset.c
 * RST: whom it ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reset.h"

#include "round_trip.h"

/* A RST that the receiver in SYN-SENT takes: one that acknowledges its SYN (RFC 9293 3.10.7.3). */
static bool answers_syn(const analysis_t *analysis)
{
    return segment_has(analysis->segment, TCP_FLAG_ACK) &&
           endpoint_syn_covered_by(analysis->receiver, analysis->segment->ack);
}

/* An endpoint that has got the other's FIN also takes a RST with the FIN's own number: some stacks
 * forget that the FIN took one. */
static bool repeats_number_of_fin(const analysis_t *analysis)
{
    const fin_t *fin = &analysis->sender->fin;

    return fin->sent && fin->arrived && analysis->receiver->state != STATE_TIME_WAIT &&
           analysis->segment->seq == fin->seq;
}

/* Without ACK bit a RST answers a segment that had one, and takes its number (RFC 9293 3.5.2). */
static bool answers_an_ack(const analysis_t *analysis)
{
    return !segment_has(analysis->segment, TCP_FLAG_ACK) && analysis->receiver->last_ack_known;
}

/* It answers the receiver's last segment. */
static bool answers_last_ack(const analysis_t *analysis)
{
    return answers_an_ack(analysis) && analysis->segment->seq == analysis->receiver->last_ack;
}

bool reset_rejects_answer_to_old_syn(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return receiver->state == STATE_SYN_RECEIVED && !receiver->synack_sent &&
           answers_last_ack(analysis);
}

/* -- The receiver ------------------------------------------------------------------------------ */

/* The receiver has said itself that this is what it expects, a round trip after the last segment to
 * it was captured: what seemed to have arrived has not, or was not taken. */
static bool is_what_receiver_said(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return answers_last_ack(analysis) && sender->spoke && receiver->spoke &&
           receiver->last_time - sender->last_time >= round_trip_time(analysis);
}

/* Some stacks, Linux among them, also take a RST at the end of what they have behind a gap, where
 * the other endpoint knows that from their SACK blocks. */
static bool is_end_of_sacked(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return analysis->sender->sack_offered && receiver->sack_offered && receiver->range_count > 0 &&
           analysis->segment->seq == receiver->range[receiver->range_count - 1].end;
}

/* Exactly RCV.NXT, once all that was captured has arrived (RFC 9293 3.10.7.4). */
static bool exact(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return !receiver->rcv_known || analysis->segment->seq == receiver->rcv_nxt ||
           repeats_number_of_fin(analysis) || reset_rejects_answer_to_old_syn(analysis) ||
           is_what_receiver_said(analysis) || is_end_of_sacked(analysis);
}

static bool receiver_takes(const analysis_t *analysis)
{
    switch (analysis->receiver->state) {
    case STATE_UNKNOWN:
    case STATE_CLOSED:
    case STATE_LISTEN:
        return false;
    case STATE_SYN_SENT:
        return answers_syn(analysis);
    default:
        return exact(analysis);
    }
}

/* -- The sender -------------------------------------------------------------------------------- */

/* The RST has left its sender in SYN-SENT: it takes the number of an ACK that is none of the
 * sender's own numbers, and only there is that answered by a RST. A better SYN-ACK was captured
 * since. */
static bool rejects_late(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const recent_segment_t *recent;

    if (!answers_an_ack(analysis) || !sender->opened_first || sender->acked_known ||
        !seq_after(analysis->segment->seq, sender->snd_nxt))
        return false;
    for (unsigned i = 0; (recent = endpoint_recent(receiver, i)) != NULL; i++)
        if (recent->ack == analysis->segment->seq)
            return true;
    return false;
}

/* True where the RST tells that its sender is gone. It stays in SYN-SENT when it rejects a SYN-ACK,
 * and in SYN-RECEIVED when it rejects a handshake ACK; and a RST that is out of window, or that
 * answers an ACK nobody sent, is not its own. */
static bool sender_is_gone(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;

    if (sender->state == STATE_SYN_SENT)
        return endpoint_syn_covered_by(sender, seq); /* it would have taken that number */
    if (sender->state == STATE_LISTEN && answers_an_ack(analysis))
        return false;
    if (receiver->state == STATE_SYN_SENT)
        return answers_syn(analysis) || answers_an_ack(analysis);
    if (rejects_late(analysis))
        return false;
    if (sender->state == STATE_SYN_RECEIVED && answers_last_ack(analysis) && seq != sender->snd_nxt)
        return false;
    if (endpoint_gone(receiver))
        return true;

    const seq_place_t place = endpoint_place(receiver, seq, 0);
    return (place != SEQ_OLD && place != SEQ_OUTSIDE) || repeats_number_of_fin(analysis);
}

/* -- The SYN that waits ------------------------------------------------------------------------ */

/* The sender of the new SYN that waits for a decision rejects the challenge ACK: it has restarted
 * and knows nothing of the old connection (RFC 9293 3.5.1, RFC 5961 4). */
static bool decides_pending_syn(const analysis_t *analysis)
{
    const pending_syn_t *pending = &analysis->connection->pending;

    return pending->waiting && pending->side == analysis->side && answers_last_ack(analysis);
}

/* The new SYN is refused: its receiver has no connection any more, nor a listener. */
static bool refuses_pending_syn(const analysis_t *analysis)
{
    const pending_syn_t *pending = &analysis->connection->pending;
    const segment_t *segment = analysis->segment;

    return pending->waiting && pending->side != analysis->side &&
           segment_has(segment, TCP_FLAG_ACK) && segment->ack == segment_end(&pending->syn);
}

/* -- All together ------------------------------------------------------------------------------ */

reset_effect_t reset_judge(const analysis_t *analysis)
{
    if (decides_pending_syn(analysis))
        return (reset_effect_t){.counts = true, .receiver_goes = true, .restart = true};
    if (refuses_pending_syn(analysis))
        return (reset_effect_t){.counts = true, .sender_goes = true, .receiver_goes = true};

    reset_effect_t effect = {.sender_goes = sender_is_gone(analysis),
                             .receiver_goes = receiver_takes(analysis)};

    effect.counts = effect.sender_goes || effect.receiver_goes;
    return effect;
}

static bool receive_rst(analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const bool active = receiver->state == STATE_SYN_RECEIVED && receiver->opened_first;

    return analysis_move(analysis, receiver, active ? EVENT_RECEIVE_RST_ACTIVE : EVENT_RECEIVE_RST,
                         BASIS_PRESUMED);
}

bool reset_apply(analysis_t *analysis, const reset_effect_t *effect)
{
    bool moved = false;
    bool ended = false;

    if (effect->restart && analysis->sender->state != STATE_SYN_SENT)
        analysis_move(analysis, analysis->sender, EVENT_SHOW_RESTART, BASIS_SENT);
    if (effect->sender_goes)
        moved = analysis_move(analysis, analysis->sender, EVENT_SEND_RST, BASIS_SENT);
    if (effect->receiver_goes)
        ended = receive_rst(analysis);
    endpoint_note_rst(analysis_sender(analysis), analysis->segment, effect->counts);
    return ended || (moved && endpoint_gone(analysis->receiver));
}

/* Of several in a row the first moves both. */
void reset_by_lone_rst(analysis_t *analysis)
{
    analysis_move(analysis, analysis->sender, EVENT_GUESS_RST, BASIS_GUESSED);
    analysis_move(analysis, analysis->receiver, EVENT_GUESS_PEER_RST, BASIS_GUESSED);
}
