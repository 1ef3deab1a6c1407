/* evidence_fin.c
 * What a segment shows of the FINs: that of its sender, sent or not, acknowledged or not, and that
 * of the other side, arrived or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Nothing is sent behind a FIN, so its ACK has exactly this number. */
static bool acknowledges_fin(const endpoint_t *closer, uint32_t ack)
{
    return closer->fin_sent && ack == closer->fin_seq + 1;
}

/* -- The sender's own FIN ---------------------------------------------------------------------- */

/* A FIN sent again: the ACK of it, though captured, did not arrive. A copy shows nothing. */
static void show_fin_not_acked(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    if (!sender->fin_acked || !analysis_past_round_trip(analysis, sender->fin_acked_time) ||
        (analysis->segment->has_timestamps && evidence_age(analysis) != AGE_NEW))
        return;
    if (analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_ACKED, BASIS_SENT))
        sender->fin_acked = false;
}

/* A pure ACK carries its sender's SND.NXT, which is beyond its FIN. A keep-alive or window probe
 * has an older number too, but comes when nothing else does. */
static bool stands_before_fin(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const bool probe = receiver->acked_known && segment->seq + 1 == receiver->acked;

    return segment_len(segment) == 0 && !seq_after(segment->seq, sender->fin_seq) &&
           (!probe || evidence_is_answer(analysis)) && evidence_is_enough(analysis);
}

/* The FIN's own number bears data: nobody sends that. */
static bool overwrites_fin(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    return !seq_after(segment->seq, sender->fin_seq) &&
           seq_after(segment->seq + segment->payload_len, sender->fin_seq);
}

/* The sender goes on as one that has sent no FIN, or not there: the FIN was forged in its name. */
static void show_fin_not_sent(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (!sender->fin_sent ||
        (segment_has(segment, TCP_FLAG_FIN) && segment_fin_seq(segment) == sender->fin_seq) ||
        !analysis_past_round_trip(analysis, sender->fin_time))
        return;

    const bool overwrites = overwrites_fin(analysis);
    if ((overwrites || stands_before_fin(analysis)) &&
        analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_SENT, BASIS_SENT)) {
        sender->snd_nxt = overwrites ? sender->fin_seq : segment->seq;
        sender->fin_sent = sender->fin_acked = false;
        sender->fin_forged = true;
        sender->disowned = 0;
    }
}

void evidence_revive_closed(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (segment_has(segment, TCP_FLAG_FIN) && sender->fin_seq == segment_fin_seq(segment))
        show_fin_not_acked(analysis);
    else
        show_fin_not_sent(analysis);
}

/* The ACK of the sender's FIN was captured before the FIN. */
static void show_fin_acked_before(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    /* What a forged FIN drew is no ACK of this one. */
    if (sender->fin_forged || !receiver->acked_known || !acknowledges_fin(sender, receiver->acked))
        return;
    sender->fin_acked = true;
    sender->fin_acked_time = analysis->segment->when;
    analysis_move(analysis, sender, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

/* There is one FIN only, and nothing is sent behind it: one that comes when another was
 * acknowledged, or below what was acknowledged, is an old copy or forged; unless it stands at its
 * sender's SND.NXT, so that it was the acknowledged data that were forged. */
static bool may_be_its_fin(const analysis_t *analysis, uint32_t fin_seq)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (sender->fin_acked)
        return false;
    return !receiver->acked_known || !seq_after(receiver->acked, fin_seq + 1) ||
           !seq_before(fin_seq, sender->snd_nxt) || evidence_age(analysis) == AGE_NEW;
}

/* What rests on the other side's FIN where that is only inferred is not proven: its number may have
 * been a byte's. */
static basis_t basis_of_fin(const endpoint_t *closer)
{
    return closer->fin_sent && closer->fin_frame == 0 ? BASIS_PRESUMED : BASIS_SENT;
}

static void take_first_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const bool crossing = receiver->fin_sent && !seq_after(segment->ack, receiver->fin_seq);

    if (!crossing || !analysis_move(analysis, sender, EVENT_SEND_CROSSING_FIN, BASIS_SENT))
        analysis_move(analysis, sender, EVENT_SEND_FIN, basis_of_fin(receiver));
    sender->fin_sent = true;
    sender->fin_acked = false;
    sender->fin_seq = segment_fin_seq(segment);
    sender->fin_ack_known = true;
    sender->fin_ack = segment->ack;
    sender->disowned = 0;
    show_fin_acked_before(analysis);
}

void evidence_of_own_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (!segment_has(segment, TCP_FLAG_FIN))
        return;
    if (sender->fin_sent && sender->fin_seq == segment_fin_seq(segment))
        show_fin_not_acked(analysis);
    else if (may_be_its_fin(analysis, segment_fin_seq(segment)))
        take_first_fin(analysis);
    else
        return;
    sender->fin_frame = segment->frame;
    sender->fin_time = segment->when;
}

/* -- The other side's FIN ---------------------------------------------------------------------- */

static void show_fin_received(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    sender->fin_proven = true;
    if (sender->fin_arrived)
        return;
    endpoint_note_arrived(sender, analysis->segment->ack);
    sender->fin_arrived = true;
    sender->fin_arrived_time = analysis->segment->when;
    analysis_move(analysis, sender, EVENT_SHOW_FIN_RECEIVED, basis_of_fin(analysis->receiver));
}

void evidence_of_missing_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (!sender->fin_arrived || sender->fin_proven || seq_after(ack, receiver->fin_seq) ||
        !analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_RECEIVED, BASIS_SENT))
        return;
    endpoint_note_missing(sender, ack);
    sender->fin_arrived = false;
}

/* An ACK that leaves out the FIN. One that moves on through data was late itself and shows nothing,
 * nor does an old one. */
static void show_fin_not_received(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;
    const bool stands = ack == receiver->fin_seq || (sender->acked_known && ack == sender->acked);

    if (stands && evidence_age(analysis) != AGE_OLD &&
        evidence_sent_after(analysis, receiver->fin_time) &&
        evidence_sent_after(analysis, sender->fin_arrived_time))
        evidence_of_missing_fin(analysis);
}

/* -- All of it
 * -------------------------------------------------------------------------------------- */

void evidence_of_fins(analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    show_fin_not_sent(analysis);
    silent_take_back_fin(analysis);
    silent_show_fin(analysis);
    if (acknowledges_fin(receiver, ack))
        show_fin_received(analysis);
    else if (receiver->fin_sent && !seq_after(ack, receiver->fin_seq))
        show_fin_not_received(analysis);
}
