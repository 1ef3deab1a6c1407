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

/* After its own RST: true for a copy of something that was sent before. */
static bool says_nothing_new(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (segment->has_timestamps && sender->ts_known)
        return compared->age != AGE_NEW;
    if (seq_after(segment_end(segment), sender->snd_nxt))
        return false;
    if (!sender->acked_known || seq_after(segment->ack, sender->acked))
        return false;
    return !round_trip_passed(analysis, sender->end_time);
}

/* The sender has had time to get what was captured `then` and to answer. It took the answer of the
 * handshake so long to come; answers differ, so half of that is enough. */
static bool may_answer(const analysis_t *analysis, int64_t then)
{
    const endpoint_t *sender = analysis->sender;

    return !sender->turnaround_known || analysis_since(analysis, then) >= sender->turnaround / 2;
}

/* After the other endpoint's RST: true where that did not end the sender. It acknowledges less than
 * the RST's number, so that number was not the one that it expects (RFC 5961 3); or it sends again,
 * or goes on, when the RST must have arrived. */
static bool ignores_rst(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;

    if (compared->says_nothing && seq_before(analysis->segment->ack, sender->end_seq) &&
        may_answer(analysis, sender->end_time))
        return true;
    if (compared->repeats || compared->says_nothing)
        return round_trip_passed(analysis, sender->end_time);
    return round_trip_sent_after(analysis, compared, sender->end_time);
}

/* What it says of RCV.NXT now is what it is. */
static void revive_before_rst(analysis_t *analysis, const comparison_t *compared)
{
    analysis_revive_sender(analysis);
    if (compared->says_nothing)
        evidence_of_missing_fin(analysis);
    if (!analysis->receiver->fin.arrived)
        endpoint_note_missing(analysis_sender(analysis), analysis->segment->ack);
}

ending_t evidence_revive_sender(analysis_t *analysis, const comparison_t *compared)
{
    const ending_t ending = analysis->sender->ending;

    if (!endpoint_gone(analysis->sender))
        return ENDED_NOT;
    if (ending == ENDED_BY_LAST_ACK) {
        evidence_revive_closed(analysis, compared);
    } else if (ending == ENDED_BY_OWN_RST && !says_nothing_new(analysis, compared)) {
        analysis_revive_sender(analysis);
        return ending;
    } else if (ending == ENDED_BY_PEER_RST && ignores_rst(analysis, compared)) {
        revive_before_rst(analysis, compared);
        return ending;
    }
    return ENDED_NOT;
}

/* -- Handshake segments that come again -------------------------------------------------------- */

/* Later than a copy would come, from an endpoint that has not acknowledged the SYN-ACK: it is still
 * waiting for it. */
void evidence_of_repeated_syn(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const syn_copy_t *last = syn_copies_last(&sender->syn);

    if (sender->basis == BASIS_PRESUMED && !sender->acked_known && last &&
        !analysis->segment->perhaps_copy &&
        analysis_since(analysis, last->when) >= TIME_RETRANSMISSION_MIN)
        analysis_move(analysis, sender, EVENT_SHOW_SYN_ACK_NOT_RECEIVED, BASIS_SENT);
}

/* Long after the ACK that should have ended that: it did not arrive. One that comes soon after
 * another is a copy, or answers a copy of the SYN. */
void evidence_of_syn_ack(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const progress_t *progress = &analysis->connection->progress;
    const syn_copy_t *last = syn_copies_last(&sender->synack);

    if (!last || analysis->segment->perhaps_copy ||
        analysis_since(analysis, last->when) < TIME_RETRANSMISSION_MIN ||
        (analysis->segment->has_timestamps && compared->age != AGE_NEW))
        return;
    if (sender->synack_sent && sender->isn == analysis->segment->seq && progress->handshake_done &&
        !sender->fin.sent && round_trip_passed(analysis, progress->step3_time))
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
           (to_client && seq_after(segment->ack, beginning->syn_end));
}

/* The sender is past SYN-SENT if it acknowledges a SYN, and past SYN-RECEIVED if it goes on. Where
 * the other side is silent, its part is shown with it. */
static void show_opened(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

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

/* A pure ACK carries its sender's SND.NXT. Where the other endpoint claims to have received more
 * than was ever captured, that claim was forged. */
static void refute_false_claims(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    endpoint_t *receiver = analysis_receiver(analysis);

    if (segment_len(segment) > 0 || !sender->snd_known || segment->seq != sender->snd_nxt ||
        !receiver->acked_known || !seq_after(receiver->acked, sender->snd_max))
        return;
    endpoint_take_back_acked(receiver, segment->seq);
    endpoint_set_received(receiver, segment->seq);
}

/* Likewise, where it stands below what was captured in its name: those segments were forged. One
 * such ACK may be an old copy, unless its timestamp is new; and any is that acknowledges less than
 * its sender has before. */
static void disown_forged_data(analysis_t *analysis, const comparison_t *compared)
{
    endpoint_t *sender = analysis_sender(analysis);
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (segment_len(segment) > 0 || !sender->snd_known || sender->fin.sent)
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

/* What its own acknowledgment number shows to have arrived. Returns true where some of that was not
 * captured. */
static bool note_arrived(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t ack = analysis->segment->ack;

    if (sender->rcv_known && !seq_after(ack, sender->rcv_nxt))
        return false;

    const bool missing = sender->rcv_known &&
                         (sender->range_count > 0 || seq_after(ack, analysis->receiver->snd_nxt));

    endpoint_note_arrived(analysis_sender(analysis), ack);
    return missing;
}

void evidence_of_ack(analysis_t *analysis, findings_t *found)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    show_opened(analysis);
    refute_false_claims(analysis);
    disown_forged_data(analysis, &found->compared);
    found->shown.fin_taken_back = evidence_of_fins(analysis, &found->compared);
    found->shown.acks_missing = note_arrived(analysis);
    if (!receiver->snd_known || (!receiver->spoke && seq_after(ack, receiver->snd_nxt)))
        endpoint_set_next(analysis_receiver(analysis), ack);
    if (!receiver->spoke)
        silent_note_ack(analysis);
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
