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

/* The newest segment of the receiver with this acknowledgment number, or NULL. A RST that answers
 * it takes that number, and some stacks set ACK on it all the same. */
static const recent_segment_t *acked_with(const endpoint_t *receiver, uint32_t ack)
{
    const recent_segment_t *recent;

    for (unsigned i = 0; (recent = endpoint_recent(receiver, i)) != NULL; i++)
        if ((recent->flags & TCP_FLAG_ACK) && recent->ack == ack)
            return recent;
    return NULL;
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
 * it was captured: what seemed to have arrived has not, or was not taken. Where it has said more
 * before, that was an old copy. */
static bool is_what_receiver_said(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return answers_last_ack(analysis) && sender->spoke && receiver->acked_known &&
           !seq_before(analysis->segment->seq, receiver->acked) &&
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

/* Its receiver has gone on after the same RST before, without what is missing. */
static bool was_refused_before(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return sender->rst_known && sender->rst.seq == analysis->segment->seq && receiver->spoke &&
           receiver->last_time > sender->rst.when;
}

/* It lies beyond what was captured of its sender, in a capture that lacks some of that anyhow, or
 * has neither third step nor data: nothing tells that the number is not exact. */
bool reset_lies_behind_gap(const analysis_t *analysis)
{
    const progress_t *progress = &analysis->connection->progress;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *rst = analysis->segment;

    if (!seq_after(rst->seq, receiver->rcv_nxt) || was_refused_before(analysis))
        return false;
    if (!progress->handshake_done)
        return segment_has(rst, TCP_FLAG_ACK) && receiver->isn_known &&
               seq_after(rst->ack, receiver->isn);
    return sender->has_gap || (!progress->data_seen && segment_has(rst, TCP_FLAG_ACK));
}

/* Exactly RCV.NXT, once all that was captured has arrived (RFC 9293 3.10.7.4). */
static bool exact(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return !receiver->rcv_known || analysis->segment->seq == receiver->rcv_nxt ||
           repeats_number_of_fin(analysis) || reset_rejects_answer_to_old_syn(analysis) ||
           is_what_receiver_said(analysis) || is_end_of_sacked(analysis);
}

static bool takes_by_number(const analysis_t *analysis)
{
    return exact(analysis) || reset_lies_behind_gap(analysis);
}

static bool receiver_takes(const analysis_t *analysis)
{
    switch (analysis->receiver->state) {
    case STATE_CLOSED:
    case STATE_LISTEN:
        return false;
    case STATE_SYN_SENT:
        return answers_syn(analysis);
    case STATE_TIME_WAIT:
        return !analysis->receiver->waits_despite_rst && takes_by_number(analysis);
    default:
        return takes_by_number(analysis);
    }
}

/* -- The sender -------------------------------------------------------------------------------- */

/* The RST has left its sender in SYN-SENT: it takes the number of an ACK that is none of the
 * sender's own numbers, and only there is that answered by a RST. A better SYN-ACK was captured
 * since. */
static bool rejects_late(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return sender->opened_first && !sender->acked_known &&
           seq_after(analysis->segment->seq, sender->snd_nxt) &&
           acked_with(analysis->receiver, analysis->segment->seq);
}

/* A RST must not be answered, but some stacks without a connection do. Whoever aborts of its own
 * accord sets ACK, or has a number of its own. */
bool reset_has_numbers_of_answer(const analysis_t *analysis)
{
    const segment_t *rst = analysis->segment;
    const recent_segment_t *to = &analysis->receiver->rst;

    if (!analysis->receiver->rst_known)
        return false;
    if (to->flags & TCP_FLAG_ACK)
        return !segment_has(rst, TCP_FLAG_ACK) && rst->seq == to->ack;
    return segment_has(rst, TCP_FLAG_ACK) && rst->seq == 0 && rst->ack == to->end;
}

/* A listener has nothing to abort (RFC 9293 3.10.5): its RST answers something, captured or not,
 * and some stacks set ACK on that. But it may refuse a SYN by now, or have opened with Fast Open
 * before. */
static bool leaves_listener(const analysis_t *analysis)
{
    const bool refuses = analysis->receiver->state == STATE_SYN_SENT && answers_syn(analysis);

    return !segment_has(analysis->segment, TCP_FLAG_ACK) || reset_has_numbers_of_answer(analysis) ||
           !(refuses || analysis->connection->beginning.fast_open);
}

/* Its sender has sent the same before. */
static bool is_repeated(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *rst = analysis->segment;

    return sender->rst_known && sender->rst.seq == rst->seq && sender->rst.ack == rst->ack &&
           sender->rst.flags == rst->flags;
}

/* A RST from SYN-SENT, LISTEN or SYN-RECEIVED that answers a segment leaves its sender there,
 * unless it refuses a SYN-ACK that is right (RFC 9293 3.10.7.2, 3.10.7.3). */
static bool stays_in_opening(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t seq = analysis->segment->seq;
    const recent_segment_t *answered = acked_with(analysis->receiver, seq);

    switch (sender->state) {
    case STATE_SYN_SENT:
        return answered ? !(answered->flags & TCP_FLAG_SYN) || !endpoint_syn_covered_by(sender, seq)
                        : !endpoint_syn_covered_by(sender, seq);
    case STATE_LISTEN:
        return answered || leaves_listener(analysis);
    case STATE_SYN_RECEIVED: /* perhaps an ACK that was not captured, or it is a copy */
        return seq != sender->snd_nxt && sender->synack_sent &&
               (!segment_has(analysis->segment, TCP_FLAG_ACK) || answered || is_repeated(analysis));
    default:
        return false;
    }
}

/* True where the RST tells that its sender is gone. It stays in SYN-SENT when it rejects a SYN-ACK,
 * and in SYN-RECEIVED when it rejects a handshake ACK; and a RST that is out of window, or that
 * answers an ACK nobody sent, is not its own. */
static bool sender_is_gone(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;

    if (stays_in_opening(analysis) || rejects_late(analysis))
        return false;
    if (sender->state == STATE_SYN_SENT || reset_has_numbers_of_answer(analysis))
        return true;
    if (receiver->state == STATE_SYN_SENT)
        return answers_syn(analysis) || answers_an_ack(analysis);
    if (endpoint_gone(receiver))
        return true;

    /* Its receiver may not expect SND.NXT, as where it has refused the probe of a closed window. */
    const seq_place_t place = endpoint_place(receiver, seq, 0);
    return (place != SEQ_OLD && place != SEQ_OUTSIDE) || seq == sender->snd_nxt ||
           repeats_number_of_fin(analysis) || reset_lies_behind_gap(analysis);
}

/* -- The SYN that waits ------------------------------------------------------------------------ */

/* It answers an ACK that was not captured, perhaps of data that were not either. */
static bool answers_missing_ack(const analysis_t *analysis)
{
    return !segment_has(analysis->segment, TCP_FLAG_ACK) && analysis->receiver->rcv_known &&
           !seq_before(analysis->segment->seq, analysis->receiver->rcv_nxt);
}

bool reset_decides_pending_syn(const analysis_t *analysis)
{
    const pending_syn_t *pending = &analysis->connection->pending;

    return pending->waiting && pending->side == analysis->side &&
           (answers_last_ack(analysis) || answers_missing_ack(analysis));
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
    if (reset_decides_pending_syn(analysis))
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

/* A port that answers a SYN with a RST never was in SYN-RECEIVED. */
static bool send_rst(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const bool refuses = sender->state == STATE_SYN_RECEIVED && !sender->isn_known &&
                         sender->basis == BASIS_PRESUMED &&
                         analysis->receiver->state == STATE_SYN_SENT && answers_syn(analysis);

    return analysis_move(analysis, sender, refuses ? EVENT_SHOW_NO_LISTENER : EVENT_SEND_RST,
                         BASIS_SENT);
}

/* The RST's numbers count data that the opener has sent: the handshake was done, though the capture
 * lacks its end. */
static bool shows_open(const analysis_t *analysis)
{
    const segment_t *rst = analysis->segment;
    const connection_t *connection = analysis->connection;
    const bool from_client = analysis->side == connection->client_side;
    const endpoint_t *server = &connection->end[!connection->client_side];

    if (connection->progress.handshake_done || !server->synack_sent ||
        !connection->beginning.syn_end_known || !segment_has(rst, TCP_FLAG_ACK))
        return false;
    return from_client ? seq_after(rst->seq, connection->beginning.syn_end) &&
                             seq_after(rst->ack, server->isn)
                       : seq_after(rst->ack, connection->beginning.syn_end);
}

static void show_open(analysis_t *analysis)
{
    analysis_move(analysis, analysis->sender, EVENT_SHOW_SYN_ACKED, BASIS_SENT);
    analysis_move(analysis, analysis->receiver, EVENT_SHOW_SYN_ACKED, BASIS_PRESUMED);
}

bool reset_apply(analysis_t *analysis, const reset_effect_t *effect)
{
    bool moved = false;
    bool ended = false;

    if (effect->counts && shows_open(analysis))
        show_open(analysis);
    if (effect->restart && analysis->sender->state != STATE_SYN_SENT)
        analysis_move(analysis, analysis->sender, EVENT_SHOW_RESTART, BASIS_SENT);
    if (effect->sender_goes)
        moved = send_rst(analysis);
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
    endpoint_note_rst(analysis_sender(analysis), analysis->segment, false);
}
