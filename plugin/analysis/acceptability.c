/* acceptability.c
 * Whether the sender may have sent an ordinary segment, and whether its receiver takes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "acceptability.h"

#include "round_trip.h"

/* An ACK older than any window that its sender has opened is no late copy but a forgery (RFC
 * 5961 5.2); nor can it be older than the connection. */
static bool ack_too_old(const endpoint_t *sender, uint32_t ack)
{
    return sender->acked_known && sender->scale_known && sender->max_window > 0 &&
           seq_before(ack, sender->acked - sender->max_window);
}

/* Data, an ACK of data, or a FIN of the endpoint that opened: its handshake is done, whatever the
 * capture lacks in between. */
static bool shows_handshake_done(const analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;
    const endpoint_t *sender = analysis->sender;

    return (sender->opened_first || analysis->receiver->synack_sent) &&
           seq_after(segment->ack, analysis->receiver->isn) &&
           (segment->payload_len > 0 || segment_has(segment, TCP_FLAG_FIN) ||
            (sender->snd_known && seq_after(segment->seq, sender->snd_nxt)));
}

/* More than the window allows may have been sent and acknowledged while the capture lacks it. */
static bool gap_allows(const analysis_t *analysis, uint32_t ack)
{
    const endpoint_t *sender = analysis->sender;
    const round_trip_t *round_trip = &analysis->connection->round_trip;

    if (!sender->edge_known || !seq_after(ack, sender->right_edge) ||
        !analysis->connection->progress.handshake_done)
        return true;
    return round_trip->time > 0 && round_trip_explains_gap(analysis, ack - sender->right_edge,
                                                           sender->max_window, sender->last_time);
}

/* The data do, in front of a FIN. */
static bool ends_before_fin(const recent_segment_t *segment, uint32_t number)
{
    return (segment->flags & TCP_FLAG_FIN) && number + 1 == segment->end && number != segment->seq;
}

/* The ACK may answer what was forged in the receiver's name, and disowned since. Where that was a
 * FIN, the ACK does not cover just that, and no segment that is remembered ends there, it answers
 * something that the capture lacks. */
static bool disowned_may_draw(const endpoint_t *receiver, uint32_t ack)
{
    const recent_segment_t *recent;

    for (unsigned i = 0; (recent = endpoint_recent(receiver, i)) != NULL; i++)
        if (recent->seq != recent->end && (ack == recent->end || ends_before_fin(recent, ack)))
            return true;
    return !receiver->fin.forged || ack == fin_end(&receiver->fin);
}

/* An ACK of what the receiver was not seen sending: either that was lost before the capture point,
 * or the ACK is forged. It may be honest within the window that its sender has opened, and where
 * the rest of the segment fits. */
static bool ack_plausible(const analysis_t *analysis, seq_place_t place)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (ack_too_old(sender, ack) ||
        (receiver->state == STATE_SYN_RECEIVED && !endpoint_syn_covered_by(receiver, ack) &&
         !shows_handshake_done(analysis)))
        return false;
    if (!receiver->snd_known || !seq_after(ack, receiver->snd_nxt))
        return true;
    if (place == SEQ_OLD ||
        (!seq_after(ack, receiver->snd_max) && disowned_may_draw(receiver, ack)))
        return false;
    return gap_allows(analysis, ack);
}

/* What came between was not captured, and both endpoints are where they say: a forger of the one
 * has no part in the other. */
void acceptability_resume_after_gap(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);
    const uint32_t ack = analysis->segment->ack;

    if (!receiver->far_known || !seq_between(receiver->far.start, ack, receiver->far.end))
        return;
    endpoint_set_next(receiver, receiver->far.end);
    endpoint_forget_far(receiver);
    endpoint_resume_at(analysis_sender(analysis), ack);
}

void acceptability_restore_damaged(analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (!receiver->damaged_known || !receiver->snd_known ||
        !seq_between(receiver->damaged.start, receiver->snd_max, segment->ack) ||
        !seq_between(receiver->snd_max + 1, segment->ack, receiver->damaged.end) ||
        endpoint_place(receiver, segment->seq, segment_len(segment)) == SEQ_OUTSIDE)
        return;
    endpoint_note_vouched(analysis_receiver(analysis));
    endpoint_set_next(analysis_receiver(analysis), segment->ack);
}

/* The segment acknowledges the other endpoint's FIN: nothing more will come into the window. */
static bool has_got_fin(const analysis_t *analysis)
{
    const fin_t *fin = &analysis->receiver->fin;

    return fin->sent && seq_after(analysis->segment->ack, fin->seq);
}

/* The newest that the sender has said of its window, as numbers or timestamps show: no copy, not
 * overtaken. Whoever closes, or has nothing more to get, may say anything, and with Multipath TCP
 * the window is that of all subflows together (RFC 8684 3.3.1). */
static bool tells_of_window(const analysis_t *analysis, const comparison_t *compared,
                            const acceptability_t *judged)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    const bool later =
        compared->age == AGE_NEW || (segment->payload_len > 0 && segment->seq == sender->snd_nxt);

    return judged->counts && !compared->repeats && !segment->perhaps_copy && sender->scale_known &&
           !sender->fin.sent && !segment_has(segment, TCP_FLAG_FIN) && !sender->multipath &&
           !has_got_fin(analysis) && later && !seq_before(segment->ack, sender->acked) &&
           !seq_before(segment->seq, sender->snd_nxt) && !endpoint_gone(sender);
}

/* The first window after the SYN may be anything. */
static uint32_t shrinks_by(const analysis_t *analysis, const comparison_t *compared,
                           const acceptability_t *judged)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t edge = analysis->segment->ack + endpoint_window(sender, analysis->segment);

    if (!sender->edge_known || !seq_before(edge, sender->right_edge) || judged->late ||
        (sender->window_known && !tells_of_window(analysis, compared, judged)))
        return 0;
    return sender->right_edge - edge;
}

/* No copy of anything that the sender has sent since its SYN: older than the receiver's largest
 * window, and than the connection. Until the receiver has said another, that of its SYN is as large
 * as one without scaling can be. */
static bool older_than_connection(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t end = segment_end(analysis->segment);
    const uint32_t oldest =
        receiver->acked_known ? receiver->acked - receiver->max_window : sender->isn - UINT16_MAX;

    return sender->isn_known && seq_before(end, sender->isn) && seq_before(end, oldest);
}

/* A FIN right behind all that its sender has sent is its own, though its receiver may have to
 * refuse the timestamp; so is one that is known from its ACK. */
static bool is_own_fin(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (!segment_has(segment, TCP_FLAG_FIN))
        return false;
    return sender->fin.sent ? fin_is_inferred(&sender->fin) : segment->seq == sender->snd_nxt;
}

void acceptability_judge(const analysis_t *analysis, const comparison_t *compared,
                         acceptability_t *judged)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const seq_place_t place = endpoint_place(receiver, segment->seq, segment_len(segment));
    const bool late = endpoint_paws_rejects(receiver, segment);
    const bool plausible = ack_plausible(analysis, place);
    /* What the sender has acknowledged before, it may go on to acknowledge, true or forged. */
    const bool repeats_ack = sender->acked_known && segment->ack == sender->acked;

    judged->place = place;
    judged->late = late;
    judged->older = older_than_connection(analysis);
    judged->counts = place != SEQ_OUTSIDE && !judged->older && (!late || is_own_fin(analysis)) &&
                     (plausible || repeats_ack);
    judged->accepted = judged->counts && !late && plausible && place != SEQ_OLD;
    judged->ack_refused = !plausible && !late && (place == SEQ_EXACT || place == SEQ_AHEAD);
    judged->shrinks_by = shrinks_by(analysis, compared, judged);
}

void acceptability_note_place(analysis_t *analysis, const acceptability_t *judged)
{
    endpoint_t *sender = analysis_sender(analysis);

    if (judged->place == SEQ_OUTSIDE && !judged->late)
        endpoint_note_far(sender, analysis->segment);
    else if (judged->place != SEQ_OLD)
        endpoint_forget_far(sender);
}
