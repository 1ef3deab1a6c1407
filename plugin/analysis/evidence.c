/* evidence.c
 * What a segment shows of its own sender.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "evidence.h"

#include "evidence_fin.h"
#include "round_trip.h"
#include "silent.h"
#include "times.h"

/* -- After the end ----------------------------------------------------------------------------- */

/* It acknowledges what the other endpoint sent after the end: numbers that were in no segment
 * before. */
static bool acks_what_came_after(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    return receiver->snd_known && !seq_after(ack, receiver->snd_nxt) &&
           (!sender->end_peer_known || seq_after(ack, sender->end_peer_nxt));
}

/* After its own RST: true where it cannot have been sent before. What was under way, or was
 * overtaken by the RST, has numbers that it had used before. */
static bool outlives_own_rst(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    const uint32_t end = segment_end(segment);

    if (sender->snd_known && seq_after(end, sender->snd_nxt) && seq_after(end, sender->end_seq))
        return true;
    if (segment_has(segment, TCP_FLAG_FIN) && seq_before(end, sender->end_seq))
        return true; /* an abort has no number beyond the FIN */
    if (segment->has_timestamps && sender->end_has_ts &&
        seq_after(segment->ts_value, sender->end_ts))
        return true;
    return acks_what_came_after(analysis) ||
           round_trip_clock_is_after(analysis, compared, sender->end_time);
}

/* A retransmission after the end may have been under way; the same once more was not, unless it is
 * a copy. */
static bool resends_again(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t seq = analysis->segment->seq;

    if (!compared->repeats || compared->kind == SEGMENT_KEEP_ALIVE ||
        round_trip_may_be_copy(analysis))
        return false;
    if (sender->resent_after_end && sender->resent_seq == seq)
        return true;
    endpoint_note_resent_after_end(analysis_sender(analysis), seq);
    return false;
}

/* The RST that answers it was captured before it: it takes the number that this acknowledges (RFC
 * 9293 3.5.2), and where some stacks set ACK, acknowledges it. Whoever has gone on after the RST
 * has not sent it, or not as an answer. */
static bool was_answered(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    return receiver->rst_known && !tcp_state_synchronized(receiver->state) &&
           receiver->rst.seq == segment->ack && !round_trip_passed(analysis, receiver->rst.when) &&
           (!(receiver->rst.flags & TCP_FLAG_ACK) || receiver->rst.ack == segment_end(segment));
}

/* It acknowledges less than the RST's number, so that was not the one that it expects (RFC 5961 3):
 * when the RST must have arrived, or where there was nothing else to answer. */
static bool challenges_rst(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t ack = analysis->segment->ack;

    return compared->says_nothing && seq_before(ack, sender->end_seq) &&
           (ack == sender->end_peer_nxt ||
            (sender->turnaround_known &&
             analysis_since(analysis, sender->end_time) >= sender->turnaround));
}

/* It acknowledges less than the only number that it has acknowledged before, which the RST takes
 * and nothing else that was captured of the other endpoint supports: that was a wrong third step,
 * which the RST has answered. */
static bool takes_back_third_step(const analysis_t *analysis)
{
    const silent_t *silent = &analysis->connection->silent;
    const endpoint_t *sender = analysis->sender;

    return !endpoint_recent(analysis->receiver, 0) && silent->first_known &&
           silent->first == sender->end_seq && sender->acked_known &&
           sender->acked == silent->first && seq_before(analysis->segment->ack, sender->acked);
}

/* When it was sent, the other endpoint could not yet send as far as the RST's number: the window
 * did not reach there. */
static bool leaves_no_room_for_rst(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    return sender->scale_known &&
           seq_after(sender->end_seq, segment->ack + endpoint_window(sender, segment));
}

/* The RST has found its receiver in SYN-SENT, where its number says nothing (RFC 9293 3.10.7.3). */
static bool has_no_number(const endpoint_t *receiver)
{
    return receiver->before_end == STATE_SYN_SENT;
}

/* After the other endpoint's RST: true where it can only have been sent when the RST had arrived.
 */
static bool outlives_rst(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    const bool news = (segment_len(segment) > 0 && !compared->repeats) ||
                      (sender->acked_known && seq_after(segment->ack, sender->acked));

    if ((acks_what_came_after(analysis) &&
         (has_no_number(sender) || seq_after(segment->ack, sender->end_seq) ||
          leaves_no_room_for_rst(analysis))) ||
        resends_again(analysis, compared))
        return true;
    return news && round_trip_clock_is_after(analysis, compared, sender->end_time);
}

/* What it says of RCV.NXT now is what it is. If it had acknowledged the RST's number, that was a
 * false one, which the RST has answered. */
static void revive_before_rst(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t ack = analysis->segment->ack;

    if (takes_back_third_step(analysis)) {
        silent_note_first(analysis, ack);
        endpoint_set_next(analysis_receiver(analysis), ack);
        endpoint_note_end_seq(analysis_receiver(analysis), ack);
        endpoint_set_received(analysis_sender(analysis), ack);
        endpoint_forget_window(analysis_sender(analysis));
    }
    if (sender->acked == sender->end_seq && seq_before(ack, sender->acked))
        endpoint_take_back_acked(analysis_sender(analysis), ack);
    analysis_revive_sender(analysis);
    if (compared->says_nothing)
        evidence_of_missing_fin(analysis);
    if (!analysis->receiver->fin.arrived)
        endpoint_note_missing(analysis_sender(analysis), analysis->segment->ack);
}

/* Whoever was in TIME-WAIT and still answers is there still, and goes on to ignore RSTs if it has
 * ignored one. */
static void revive_waiting(analysis_t *analysis)
{
    if (analysis->sender->ending == ENDED_BY_PEER_RST) {
        endpoint_note_waits_despite_rst(analysis_sender(analysis));
        analysis_revive_sender(analysis);
    } else {
        analysis_must_move(analysis, analysis->sender, EVENT_SHOW_STILL_WAITING, BASIS_SENT);
    }
}

/* The RST that answers it, and was captured before it, found its sender in TIME-WAIT, though that
 * seemed to be over: its time, or an earlier RST, had not ended it. The one that answers it came
 * less than a round trip ago (was_answered()). */
static void revive_answered(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const bool is_other_rst = round_trip_passed(analysis, sender->end_time);

    if (!endpoint_may_still_wait(sender) || (sender->ending == ENDED_BY_PEER_RST && !is_other_rst))
        return;
    revive_waiting(analysis);
    if (!sender->waits_despite_rst)
        analysis_receive_rst_before(analysis);
}

/* The RST that seemed to have ended the sender has a number that the other endpoint's connection
 * does not reach: it answers an ACK of something else, and ends nobody. */
static bool was_before_isn(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return receiver->isn_known && !seq_after(analysis->sender->end_seq, receiver->isn);
}

/* No RST has answered the segment. */
static ending_t revive_unanswered(analysis_t *analysis, const comparison_t *compared)
{
    const segment_t *segment = analysis->segment;
    const ending_t ending = analysis->sender->ending;

    if (endpoint_may_still_wait(analysis->sender)) {
        revive_waiting(analysis);
    } else if (analysis->sender->before_end == STATE_CLOSED) {
        return ENDED_NOT; /* what crossed the RST has closed it all the same */
    } else if (ending == ENDED_BY_OWN_RST && outlives_own_rst(analysis, compared)) {
        analysis_revive_sender(analysis);
        return ending;
    } else if (ending == ENDED_BY_PEER_RST &&
               (challenges_rst(analysis, compared) || takes_back_third_step(analysis))) {
        revive_before_rst(analysis, compared);
    } else if (ending == ENDED_BY_PEER_RST && outlives_rst(analysis, compared)) {
        const bool must_have_taken = !has_no_number(analysis->sender) &&
                                     !seq_before(segment->ack, analysis->sender->end_seq) &&
                                     !was_before_isn(analysis);

        revive_before_rst(analysis, compared);
        return must_have_taken ? ending : ENDED_NOT;
    }
    return ENDED_NOT;
}

ending_t evidence_revive_sender(analysis_t *analysis, const comparison_t *compared)
{
    if (analysis->sender->ending == ENDED_BY_LAST_ACK)
        evidence_revive_closed(analysis, compared);
    else if (!was_answered(analysis))
        return revive_unanswered(analysis, compared);
    else
        revive_answered(analysis);
    return ENDED_NOT;
}

/* -- Handshake segments that come again -------------------------------------------------------- */

/* Its sender has not got the other endpoint's SYN, or cannot open at both ends at once. */
static void show_syn_sent(analysis_t *analysis)
{
    if (!analysis->sender->synack_sent)
        analysis_move(analysis, analysis->sender, EVENT_SHOW_SYN_NOT_RECEIVED, BASIS_SENT);
}

/* Later than a copy would come, from an endpoint that has not acknowledged the SYN-ACK: it is still
 * waiting for it. */
void evidence_of_repeated_syn(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const syn_copy_t *last = syn_copies_last(&sender->syn);

    show_syn_sent(analysis);
    if (sender->basis == BASIS_PRESUMED && !sender->acked_known && last &&
        analysis_since(analysis, last->when) >= TIME_RETRANSMISSION_MIN)
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_NOT_RECEIVED, BASIS_SENT);
}

/* It has acknowledged more than the other endpoint's SYN, with the data on that where it is the
 * client's. */
static bool has_acked_more_than_syn(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const beginning_t *beginning = &connection->beginning;
    const endpoint_t *sender = analysis->sender;

    if (!sender->acked_known)
        return false;
    if (analysis->side == connection->client_side) /* both have opened */
        return analysis->receiver->isn_known &&
               seq_after(sender->acked, analysis->receiver->isn + 1);
    return beginning->syn_end_known && seq_after(sender->acked, beginning->syn_end);
}

/* The sender of the SYN-ACK has acknowledged more than the SYN, or has sent data, as nobody does in
 * SYN-RECEIVED but with Fast Open: an old copy. */
static bool has_shown_open(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const bool sent = sender->snd_known && seq_after(sender->snd_nxt, sender->isn + 1);

    return has_acked_more_than_syn(analysis) ||
           (sent && !analysis->connection->beginning.fast_open);
}

/* Long after the ACK that should have ended that: it did not arrive. One that comes soon after
 * another is a copy, or answers a copy of the SYN. */
void evidence_of_syn_ack(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const progress_t *progress = &analysis->connection->progress;
    const syn_copy_t *last = syn_copies_last(&sender->synack);

    if (!last || has_shown_open(analysis) ||
        analysis_since(analysis, last->when) < TIME_RETRANSMISSION_MIN ||
        (analysis->segment->has_timestamps && compared->age != AGE_NEW))
        return;
    if (!progress->handshake_done || round_trip_passed(analysis, progress->step3_time))
        analysis_move(analysis, sender, EVENT_SHOW_SYN_NOT_ACKED, BASIS_SENT);
}

/* -- Acknowledgments --------------------------------------------------------------------------- */

/* What only an ESTABLISHED endpoint sends. A bare ACK proves little, since a challenge ACK is one
 * too; but where the other side was not captured there is nothing to challenge. Fast Open may send
 * data before. */
static bool goes_on_as_established(const analysis_t *analysis)
{
    const beginning_t *beginning = &analysis->connection->beginning;
    const segment_t *segment = analysis->segment;
    const bool sends = segment->payload_len > 0 || segment_has(segment, TCP_FLAG_FIN);
    const bool to_client = analysis_role(analysis, analysis->receiver) == ROLE_CLIENT;

    return !analysis->receiver->spoke || (sends && !beginning->fast_open) ||
           (to_client && beginning->syn_end_known && seq_after(segment->ack, beginning->syn_end));
}

void evidence_of_open_before_rst(analysis_t *analysis)
{
    if (!goes_on_as_established(analysis) ||
        !analysis_move(analysis, analysis->sender, EVENT_SHOW_OPEN_BEFORE_RST, BASIS_PRESUMED))
        return;
    endpoint_note_open_before_end(analysis_sender(analysis));
}

/* An endpoint that is gone answers a new SYN only where it has not opened before. */
static bool may_have_answered(const endpoint_t *receiver)
{
    return receiver->state != STATE_CLOSED || !receiver->isn_known;
}

/* A RST of the attempt to open has taken it from SYN-RECEIVED back to LISTEN: it may have answered
 * before that. */
static bool answered_before_rst(const endpoint_t *opener, const endpoint_t *listener)
{
    return listener->state == STATE_LISTEN && listener->ending == ENDED_BY_PEER_RST &&
           endpoint_syn_covered_by(opener, opener->rst.seq);
}

/* The sender is past SYN-SENT if it acknowledges a SYN, and past SYN-RECEIVED if it goes on. Where
 * the other side is silent, its part is shown with it. */
static void show_opened(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (sender->state == STATE_SYN_SENT && may_have_answered(receiver) &&
        endpoint_syn_covered_by(receiver, analysis->segment->ack)) {
        if (!answered_before_rst(sender, receiver))
            analysis_move(analysis, receiver, EVENT_SHOW_SYN_RECEIVED, BASIS_PRESUMED);
        silent_note_first(analysis, analysis->segment->ack);
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_RECEIVED, BASIS_SENT);
    }
    if (sender->state == STATE_SYN_RECEIVED && goes_on_as_established(analysis)) {
        analysis_move(analysis, receiver, EVENT_SHOW_SYN_ACK_RECEIVED, BASIS_PRESUMED);
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACKED, BASIS_SENT);
    }
}

void evidence_of_false_claims(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    endpoint_t *receiver = analysis_receiver(analysis);

    if (segment_len(segment) > 0 || !sender->snd_known || segment->seq != sender->snd_nxt ||
        !receiver->acked_known || !seq_after(receiver->acked, sender->snd_max))
        return;
    endpoint_take_back_acked(receiver, segment->seq);
    endpoint_set_received(receiver, segment->seq);
    endpoint_forget_window(receiver);
}

/* The claim was no false one: what it is about is captured right behind it. */
static void confirm_claim(analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t end = segment_end(analysis->segment);

    if (receiver->acked_known && !seq_after(receiver->last_ack, end) &&
        !round_trip_passed(analysis, receiver->last_time))
        endpoint_restore_acked(analysis_receiver(analysis));
}

/* Likewise, where it stands below what was captured in its name: those segments were forged. One
 * such ACK may be an old copy, unless its timestamp is new; and any is that acknowledges less than
 * its sender has before. */
static void disown_forged_data(analysis_t *analysis, const comparison_t *compared)
{
    endpoint_t *sender = analysis_sender(analysis);
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (segment_len(segment) > 0 || sender->fin.sent)
        return;
    if (!seq_before(segment->seq, sender->snd_nxt)) {
        endpoint_clear_contradictions(sender);
        return;
    }
    const bool probe = segment->seq + 1 == sender->snd_nxt && receiver->acked == sender->snd_nxt;
    const bool old = sender->acked_known && seq_before(segment->ack, sender->acked);
    if (probe || old || !receiver->acked_known || !seq_after(receiver->acked, segment->seq) ||
        !round_trip_is_answer(analysis))
        return;
    if (evidence_contradicts(analysis, compared))
        endpoint_disown(sender, segment->seq);
}

/* The last segment that was captured of the other endpoint is a bare ACK with that number, which
 * stands behind something that was not captured. */
static bool stands_behind_gap(const analysis_t *analysis, uint32_t ack)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const recent_segment_t *last = endpoint_recent(receiver, 0);

    return last && last->seq == ack && last->end == ack && sender->rcv_known &&
           sender->range_count == 0 && !receiver->damaged_known && !receiver->refused_fin.known &&
           !receiver->fin.sent;
}

/* It acknowledges what was not captured. */
static bool covers_gap(const analysis_t *analysis, uint32_t ack)
{
    const endpoint_t *receiver = analysis->receiver;

    return receiver->snd_known &&
           (seq_after(ack, receiver->snd_nxt) || stands_behind_gap(analysis, ack));
}

/* What its own acknowledgment number shows to have arrived. Returns true where some of that was not
 * captured. */
static bool note_arrived(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t ack = analysis->segment->ack;

    if (sender->rcv_known && !seq_after(ack, sender->rcv_nxt))
        return false;

    const bool missing =
        sender->rcv_known && (sender->range_count > 0 || !analysis->receiver->snd_known ||
                              seq_after(ack, analysis->receiver->snd_nxt));

    if (covers_gap(analysis, ack))
        endpoint_note_gap(analysis_receiver(analysis),
                          sender->rcv_known ? sender->rcv_nxt : analysis->receiver->snd_nxt, ack);
    endpoint_note_arrived(analysis_sender(analysis), ack);
    return missing;
}

void evidence_of_ack(analysis_t *analysis, findings_t *found)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    show_opened(analysis);
    confirm_claim(analysis);
    disown_forged_data(analysis, &found->compared);
    evidence_of_fins(analysis, &found->compared);
    found->shown.acks_missing = note_arrived(analysis);
    if (!receiver->snd_known || (!receiver->spoke && seq_after(ack, receiver->snd_nxt)))
        endpoint_set_next(analysis_receiver(analysis), ack);
    if (!receiver->spoke)
        silent_note_ack(&analysis->owned->silent, analysis->sender, analysis->segment);
}

/* -- A RST captured too early ------------------------------------------------------------------ */

void evidence_of_rst_before(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (receiver->ending != ENDED_BY_OWN_RST || sender->waits_despite_rst ||
        receiver->rst.seq != analysis->segment->ack ||
        round_trip_passed(analysis, receiver->rst.when) ||
        analysis_since(analysis, receiver->last_time) < round_trip_time(analysis))
        return;
    analysis_receive_rst_before(analysis);
}

/* -- Proof ------------------------------------------------------------------------------------- */

void evidence_settle_basis(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (sender->basis != BASIS_PRESUMED)
        return;
    const bool acknowledged =
        sender->proof == PROOF_NEEDS_ACK && !seq_before(segment->ack, sender->proof_seq);
    const bool goes_on = sender->state == STATE_ESTABLISHED && segment->payload_len > 0 &&
                         !analysis->connection->beginning.fast_open;
    if (acknowledged || goes_on)
        endpoint_prove(analysis_sender(analysis));
}
