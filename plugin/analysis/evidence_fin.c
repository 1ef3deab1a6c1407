/* evidence_fin.c
 * What a segment shows of the FINs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "evidence_fin.h"

#include "round_trip.h"
#include "silent.h"

enum { CONTRADICTIONS = 2 }; /* so many segments disprove together what each alone does not */

bool evidence_contradicts(analysis_t *analysis, const comparison_t *compared)
{
    if (compared->age != AGE_UNKNOWN)
        return compared->age == AGE_NEW;
    if (round_trip_may_be_copy(analysis))
        return false;
    endpoint_count_contradiction(analysis_sender(analysis));
    return analysis->sender->disowned >= CONTRADICTIONS;
}

/* -- The sender's own FIN ---------------------------------------------------------------------- */

/* A FIN sent again: the ACK of it, though captured, did not arrive. A copy shows nothing, nor does
 * the first that is captured, whose ACK may have been captured before it, nor one that comes sooner
 * after the one before than any timer lets it (RFC 6298 2): it was under way, as where each ACK has
 * the FIN bit until the FIN is acknowledged, nor one that acknowledges less than its sender has
 * since: what is sent again has the newest number. */
static void show_fin_not_acked(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;

    if (!sender->fin.acked || fin_is_inferred(&sender->fin) ||
        !round_trip_passed(analysis, sender->fin.acked_time) ||
        !round_trip_passed(analysis, sender->fin.time) ||
        (analysis->segment->has_timestamps && compared->age != AGE_NEW) ||
        (sender->acked_known && seq_before(analysis->segment->ack, sender->acked)))
        return;
    if (analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_ACKED, BASIS_SENT))
        fin_take_back_ack(&analysis_sender(analysis)->fin);
}

/* It was sent before the other endpoint's FIN had arrived. */
static bool is_sent_before_other(const analysis_t *analysis)
{
    const fin_t *other = &analysis->receiver->fin;

    return other->sent && !seq_after(analysis->segment->ack, other->seq);
}

/* While the sender's FIN was known only from its ACK, it was presumed to acknowledge the other FIN.
 * It does not, and no captured segment does. */
static void take_back_presumed_ack(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    fin_t *other = &analysis_receiver(analysis)->fin;

    if (!other->acked || (sender->acked_known && fin_is_acked_by(other, sender->acked)))
        return;
    if (analysis_move(analysis, analysis->receiver, EVENT_SHOW_FIN_CROSSED, BASIS_PRESUMED))
        fin_take_back_ack(other);
}

/* A RST that was captured before, and found nothing to end, has ended the TIME-WAIT. */
static void take_rst_before(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (receiver->rst_known && receiver->rst.seq == sender->rcv_nxt)
        analysis_receive_rst_before(analysis);
}

/* A FIN that was known only from its ACK has not waited for the other one. */
static void show_fin_crossed(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const bool gone = endpoint_gone(sender);

    if (!fin_is_inferred(&sender->fin) || !is_sent_before_other(analysis))
        return;
    analysis_move(analysis, sender, EVENT_SEND_CROSSING_FIN, gone ? BASIS_PRESUMED : BASIS_SENT);
    take_back_presumed_ack(analysis);
    if (gone)
        take_rst_before(analysis);
}

static void repeat_fin(analysis_t *analysis, const comparison_t *compared)
{
    show_fin_crossed(analysis);
    show_fin_not_acked(analysis, compared);
    fin_take_copy(&analysis_sender(analysis)->fin, analysis->segment);
}

/* Its sender has acknowledged more before, and not only in the FIN, which may be forged. */
static bool is_overtaken(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const recent_segment_t *recent;

    for (unsigned i = 0; (recent = endpoint_recent(sender, i)) != NULL; i++)
        if (!(recent->flags & TCP_FLAG_FIN) && (recent->flags & TCP_FLAG_ACK) &&
            seq_after(recent->ack, analysis->segment->ack))
            return true;
    return false;
}

/* A pure ACK carries its sender's SND.NXT, which is beyond its FIN. A keep-alive or window probe
 * has an older number too, but comes when nothing else does. Where it stands further before the FIN
 * than the widest window, it belongs to another connection. */
static bool stands_before_fin(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const uint32_t fin = analysis->sender->fin.seq;
    const uint32_t window = endpoint_widest_window(receiver);
    const bool probe = receiver->acked_known && segment->seq + 1 == receiver->acked;

    return segment_len(segment) == 0 && seq_between(fin - window, segment->seq, fin) &&
           (!probe || round_trip_is_answer(analysis)) && !is_overtaken(analysis);
}

/* The FIN's own number bears data: nobody sends that. */
static bool overwrites_fin(const analysis_t *analysis)
{
    const uint32_t fin = analysis->sender->fin.seq;
    const segment_t *segment = analysis->segment;

    return !seq_after(segment->seq, fin) && seq_after(segment->seq + segment->payload_len, fin);
}

/* It stands beyond the FIN, where nobody sends anything, and the other endpoint has acknowledged
 * what lies in between. */
static bool stands_beyond_fin(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;

    return seq_after(seq, fin_end(&analysis->sender->fin)) && receiver->acked_known &&
           !seq_before(receiver->acked, seq);
}

/* The segment was sent after the FIN. One that is known from its ACK alone may be captured late,
 * and this segment with it. Where no round trip is known, or the clock was set back, an ACK of more
 * than the FIN's tells. */
static bool comes_after_fin(const analysis_t *analysis)
{
    const fin_t *fin = &analysis->sender->fin;
    const int64_t since = analysis_since(analysis, fin->time);

    if (fin_is_inferred(fin))
        return round_trip_passed(analysis, fin->time);
    if ((since < 0 || !analysis->connection->round_trip.known) && fin->ack_known &&
        seq_after(analysis->segment->ack, fin->ack))
        return true;
    return since >= round_trip_time(analysis);
}

/* It takes numbers right behind the FIN: nobody sends anything there. */
static bool goes_on_behind_fin(const analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    return segment_len(segment) > 0 && segment->seq == fin_end(&analysis->sender->fin);
}

/* The FIN is known from its ACK alone: what that acknowledges was a byte, captured late or not at
 * all. */
static void show_byte_for_fin(analysis_t *analysis)
{
    fin_take_back(&analysis_sender(analysis)->fin);
    analysis_move(analysis, analysis->sender, EVENT_SHOW_FIN_NOT_SENT, BASIS_SENT);
    analysis_move(analysis, analysis->receiver, EVENT_SHOW_FIN_NOT_RECEIVED, BASIS_PRESUMED);
}

/* The sender goes on as one that has sent no FIN, or not there: the FIN was forged in its name. */
static void show_fin_not_sent(analysis_t *analysis, const comparison_t *compared)
{
    endpoint_t *sender = analysis_sender(analysis);
    const segment_t *segment = analysis->segment;

    if (!sender->fin.sent)
        return;
    if (fin_is_inferred(&sender->fin) &&
        (overwrites_fin(analysis) || goes_on_behind_fin(analysis))) {
        show_byte_for_fin(analysis);
        return;
    }
    if (!comes_after_fin(analysis))
        return;

    const bool overwrites = overwrites_fin(analysis);

    if (!overwrites && !stands_beyond_fin(analysis) &&
        !(stands_before_fin(analysis) && evidence_contradicts(analysis, compared)))
        return;
    if (!analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_SENT, BASIS_SENT))
        return;
    endpoint_disown(sender, overwrites ? sender->fin.seq : segment->seq);
    fin_disown(&sender->fin);
    endpoint_clear_contradictions(sender);
}

void evidence_revive_closed(analysis_t *analysis, const comparison_t *compared)
{
    if (fin_is_on(&analysis->sender->fin, analysis->segment))
        repeat_fin(analysis, compared);
    else
        show_fin_not_sent(analysis, compared);
}

/* The receiver has said nothing since, or once at most: that may be an answer. */
static bool may_be_answer(const analysis_t *analysis)
{
    const recent_segment_t *last = endpoint_recent(analysis->sender, 0);
    const recent_segment_t *last_but_one = endpoint_recent(analysis->receiver, 1);

    return !last || !last_but_one || last_but_one->when <= last->when;
}

/* What a forged FIN drew is no ACK of another one; nor is what has answered the segment that showed
 * it to be forged. */
static bool drew_last_ack(const analysis_t *analysis)
{
    const fin_t *fin = &analysis->sender->fin;
    const endpoint_t *receiver = analysis->receiver;

    return fin->forged_acked && receiver->acked_known && receiver->acked == fin_end(fin) &&
           may_be_answer(analysis);
}

/* The other endpoint's last segment acknowledges the FIN, and answers nothing that was captured
 * before. It may have been refused: a FIN with that number that was forged might have drawn it. */
static bool has_just_been_acked(const analysis_t *analysis)
{
    const recent_segment_t *last = endpoint_recent(analysis->sender, 0);
    const recent_segment_t *ack = endpoint_recent(analysis->receiver, 0);

    return last && ack && ack->when > last->when && (ack->flags & TCP_FLAG_ACK) &&
           fin_is_acked_by(&analysis->sender->fin, ack->ack);
}

/* The ACK of the sender's FIN was captured before the FIN. */
static void show_fin_acked_before(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    const endpoint_t *receiver = analysis->receiver;

    if (!has_just_been_acked(analysis) &&
        (!receiver->acked_known || !fin_is_acked_by(&sender->fin, receiver->acked)))
        return;
    fin_acknowledge(&sender->fin, analysis->segment->when);
    analysis_move(analysis, sender, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

/* It lies before the connection's first number, or farther back than the widest window. */
static bool is_out_of_reach(const endpoint_t *sender, const endpoint_t *receiver, uint32_t fin)
{
    if (!sender->snd_known || !seq_before(fin, sender->snd_nxt))
        return false;
    return (sender->isn_known && !seq_between(sender->isn, fin, sender->snd_nxt)) ||
           seq_before(fin, sender->snd_nxt - endpoint_widest_window(receiver));
}

/* There is one FIN only, and nothing is sent behind it: one that comes when another was
 * acknowledged, or below what was acknowledged, is an old copy or forged; unless it stands at its
 * sender's SND.NXT, so that it was the acknowledged data that were forged. */
static bool may_be_its_fin(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t fin = segment_fin_seq(analysis->segment);

    if (sender->fin.acked || is_out_of_reach(sender, receiver, fin))
        return false;
    return !receiver->acked_known || !seq_after(receiver->acked, fin + 1) ||
           (sender->snd_known && !seq_before(fin, sender->snd_nxt)) || compared->age == AGE_NEW;
}

/* What rests on the other endpoint's FIN where that is only inferred is not proven: its number may
 * have been a byte's. */
static basis_t basis_of_fin(const endpoint_t *closer)
{
    return fin_is_inferred(&closer->fin) ? BASIS_PRESUMED : BASIS_SENT;
}

/* The other endpoint's FIN, captured ahead of missing data, answers this one, which says that those
 * data are there: it arrives, too. */
static void take_answer(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    fin_t *other = &analysis_receiver(analysis)->fin;

    if (!fin_is_answered_by(&sender->fin, other) || other->arrived ||
        analysis->segment->ack != other->seq)
        return;
    fin_arrive(other, analysis->segment->when, false);
    analysis_move(analysis, sender, EVENT_RECEIVE_FIN, BASIS_PRESUMED);
}

/* One that was damaged had the same number, and was sent before the other endpoint's had arrived.
 */
static bool repeats_damaged(const analysis_t *analysis)
{
    const refused_fin_t *refused = &analysis->sender->refused_fin;
    const fin_t *other = &analysis->receiver->fin;

    return refused->damaged && refused->ack_known &&
           refused->seq == segment_fin_seq(analysis->segment) && other->sent &&
           !seq_after(refused->ack, other->seq);
}

static void take_first_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const bool behind = is_sent_before_other(analysis) || repeats_damaged(analysis);
    const bool drew_ack = drew_last_ack(analysis);

    if (sender->fin.sent)
        endpoint_note_replaced_fin(sender);
    fin_take_first(&sender->fin, segment);
    endpoint_clear_contradictions(sender);
    if (fin_is_answered_by(&sender->fin, &receiver->fin) &&
        analysis_move(analysis, sender, EVENT_SHOW_FIN_SENT_FIRST, BASIS_PRESUMED)) {
        fin_acknowledge(&sender->fin, segment->when);
        return;
    }
    if (!behind || !analysis_move(analysis, sender, EVENT_SEND_CROSSING_FIN, BASIS_SENT))
        analysis_move(analysis, sender, EVENT_SEND_FIN, basis_of_fin(receiver));
    if (!drew_ack)
        show_fin_acked_before(analysis);
    take_answer(analysis);
}

void evidence_of_own_fin(analysis_t *analysis, const comparison_t *compared)
{
    const segment_t *segment = analysis->segment;

    if (!segment_has(segment, TCP_FLAG_FIN))
        return;
    if (fin_is_on(&analysis->sender->fin, segment))
        repeat_fin(analysis, compared);
    else if (may_be_its_fin(analysis, compared))
        take_first_fin(analysis);
}

void evidence_of_overtaken_fin(analysis_t *analysis, const comparison_t *compared)
{
    const bool first = !analysis->sender->fin.sent;

    if (analysis->sender->ending == ENDED_BY_OWN_RST)
        evidence_of_own_fin(analysis, compared);
    else if (first && segment_has(analysis->segment, TCP_FLAG_FIN) &&
             may_be_its_fin(analysis, compared))
        fin_take_first(&analysis_sender(analysis)->fin, analysis->segment);
    if (first && analysis->sender->fin.sent)
        endpoint_move_before_end(analysis_sender(analysis), EVENT_SEND_FIN);
}

/* -- The other endpoint's FIN ------------------------------------------------------------------ */

/* An ACK of a FIN that seemed to be refused: it has counted, whatever test refused it. Likewise
 * that of the first of two, while neither was acknowledged. */
static void show_fin_taken(analysis_t *analysis)
{
    endpoint_t *closer = analysis_receiver(analysis);
    const refused_fin_t *refused = &closer->refused_fin;

    if (!refused->known || analysis->segment->ack != refused->seq + 1 || closer->fin.acked ||
        fin_is_acked_by(&closer->fin, analysis->segment->ack))
        return;
    if (!closer->fin.sent && !analysis_move(analysis, closer, EVENT_SHOW_FIN_TAKEN, BASIS_SENT))
        return;
    fin_take_refused(&closer->fin, refused->seq, refused->frame, refused->when, false);
    endpoint_set_next(closer, refused->seq + 1);
    endpoint_forget_refused_fin(closer);
}

static void show_fin_received(analysis_t *analysis)
{
    fin_t *fin = &analysis_receiver(analysis)->fin;

    fin_prove_arrival(fin);
    if (fin->arrived)
        return;
    fin_arrive(fin, analysis->segment->when, false);
    analysis_move(analysis, analysis->sender, EVENT_SHOW_FIN_RECEIVED,
                  basis_of_fin(analysis->receiver));
}

/* Where it stands now, it is only behind a FIN that its receiver seemed to refuse. */
static bool stands_behind_refused_fin(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    return sender->refused_fin.known && !sender->fin.sent && segment_len(segment) == 0 &&
           compared->age != AGE_OLD && segment->seq == sender->refused_fin.seq + 1 &&
           sender->snd_known && seq_before(sender->snd_nxt, segment->seq);
}

/* A pure ACK carries its sender's SND.NXT: what lies right before that was sent. */
static void show_fin_passed(analysis_t *analysis, const comparison_t *compared)
{
    endpoint_t *sender = analysis_sender(analysis);
    const fin_t *other = &analysis->receiver->fin;
    const refused_fin_t *refused = &sender->refused_fin;

    if (!stands_behind_refused_fin(analysis, compared))
        return;
    if (fin_is_acked_by(other, analysis->segment->ack))
        show_fin_received(analysis);
    if ((!other->sent || !refused->ack_known || seq_after(refused->ack, other->seq) ||
         !analysis_move(analysis, sender, EVENT_SEND_CROSSING_FIN, BASIS_SENT)) &&
        !analysis_move(analysis, sender, EVENT_SHOW_FIN_PASSED, BASIS_SENT))
        return;
    fin_take_refused(&sender->fin, refused->seq, refused->frame, refused->when, true);
    endpoint_forget_refused_fin(sender);
}

void evidence_of_missing_fin(analysis_t *analysis)
{
    fin_t *fin = &analysis_receiver(analysis)->fin;
    const uint32_t ack = analysis->segment->ack;

    if (fin->arrival_proven || seq_after(ack, fin->seq) ||
        !analysis_move(analysis, analysis->sender, EVENT_SHOW_FIN_NOT_RECEIVED, BASIS_SENT))
        return;
    endpoint_note_missing(analysis_sender(analysis), ack);
    fin_take_back_arrival(fin);
}

/* The ACK of what filled the gap in front of the FIN ends before the FIN: that was not kept, as a
 * receiver may do with what comes out of order (RFC 9293 3.10.7.4), or has not arrived yet. */
static bool throws_fin_away(const fin_t *fin, uint32_t ack)
{
    return fin->behind_gap && ack == fin->seq;
}

/* An ACK that leaves out the FIN. One that moves on through data was late itself and shows nothing,
 * nor does an old one. */
static bool leaves_out_fin(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const fin_t *fin = &analysis->receiver->fin;
    const uint32_t ack = analysis->segment->ack;
    const bool stands = ack == fin->seq || (sender->acked_known && ack == sender->acked);

    if (!fin->sent || seq_after(ack, fin->seq) || !stands || compared->age == AGE_OLD)
        return false;
    return throws_fin_away(fin, ack) ||
           (round_trip_sent_after(analysis, compared, fin->time) &&
            (!fin->arrived || round_trip_sent_after(analysis, compared, fin->arrived_time)));
}

/* -- All of it --------------------------------------------------------------------------------- */

void evidence_of_fins(analysis_t *analysis, const comparison_t *compared)
{
    show_fin_not_sent(analysis, compared);
    show_fin_passed(analysis, compared);
    silent_take_back_fin(analysis, compared);
    show_fin_taken(analysis);
    silent_infer_fin(analysis, compared);
    if (fin_is_acked_by(&analysis->receiver->fin, analysis->segment->ack))
        show_fin_received(analysis);
    else if (leaves_out_fin(analysis, compared))
        evidence_of_missing_fin(analysis);
}
