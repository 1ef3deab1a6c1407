/* reset_reason.c
 * What to say of a RST.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reset_reason.h"

#include "reset.h"
#include "times.h"

enum { UNANSWERED_FOR_TIMEOUT = 2 }; /* probes or retransmissions before a RST that gives up */

/* -- Validity ---------------------------------------------------------------------------------- */

static rst_validity_t validity_in_syn_sent(const analysis_t *analysis)
{
    return segment_has(analysis->segment, TCP_FLAG_ACK) &&
                   endpoint_syn_covered_by(analysis->receiver, analysis->segment->ack)
               ? RST_ANSWERS_SYN
               : RST_DOES_NOT_ACK_SYN;
}

static rst_validity_t validity_by_window(const endpoint_t *receiver, uint32_t seq)
{
    if (!receiver->rcv_known)
        return RST_CANNOT_TELL;
    if (seq == receiver->rcv_nxt || (receiver->acked_known && seq == receiver->acked))
        return RST_EXACT;
    switch (endpoint_place(receiver, seq, 0)) {
    case SEQ_EXACT:
        return RST_CANNOT_TELL;
    case SEQ_AHEAD:
        return receiver->edge_known ? RST_IN_WINDOW : RST_CANNOT_TELL;
    case SEQ_OLD:
    case SEQ_OUTSIDE:
        return RST_OUT_OF_WINDOW;
    case SEQ_UNKNOWN:
        break;
    }
    return RST_CANNOT_TELL;
}

static rst_validity_t validity(const analysis_t *analysis)
{
    if (!analysis->connection->begun)
        return RST_CANNOT_TELL;
    if (analysis->receiver->state == STATE_SYN_SENT)
        return validity_in_syn_sent(analysis);
    if (reset_rejects_answer_to_old_syn(analysis))
        return RST_EXACT;
    if (reset_lies_behind_gap(analysis))
        return RST_CANNOT_TELL;
    return validity_by_window(analysis->receiver, analysis->segment->seq);
}

/* -- Trigger ----------------------------------------------------------------------------------- */

/* It acknowledges less than its sender has before, be it the SYN with a SYN-ACK that was not
 * captured. */
static bool acknowledges_less(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (sender->acked_known)
        return seq_before(ack, sender->acked);
    return analysis->connection->progress.handshake_done && receiver->isn_known &&
           !seq_after(ack, receiver->isn);
}

/* A RST that takes both numbers of a segment, turned round, and so acknowledges less than its
 * sender has before: whoever sent it knows of the connection only that segment. */
static bool turns_round(const analysis_t *analysis, const recent_segment_t *segment)
{
    const segment_t *rst = analysis->segment;

    return rst->seq == segment->ack && rst->ack == segment->seq && acknowledges_less(analysis);
}

/* The numbers of a RST are those of the segment that it answers: the acknowledgment number of one
 * with ACK, else the end of one without (RFC 9293 3.5.2). Its own number is then 0, but whoever has
 * never said another number, nor got one acknowledged, may use any. */
static bool could_answer(const analysis_t *analysis, const recent_segment_t *segment)
{
    const segment_t *rst = analysis->segment;
    const bool had_ack = segment->flags & TCP_FLAG_ACK;

    if (!segment_has(rst, TCP_FLAG_ACK))
        return had_ack && rst->seq == segment->ack;
    if (had_ack)
        return turns_round(analysis, segment);
    return rst->ack == segment->end &&
           (rst->seq == 0 || (!analysis->sender->spoke && !analysis->sender->snd_known));
}

/* The newest segment of the receiver that the RST could answer; NULL: none. */
static const recent_segment_t *answerable(const analysis_t *analysis)
{
    const recent_segment_t *recent;

    for (unsigned i = 0; (recent = endpoint_recent(analysis->receiver, i)) != NULL; i++)
        if (could_answer(analysis, recent))
            return recent;
    return NULL;
}

/* The last segment of the RST's sender that acknowledges this one, and was captured behind the
 * first capture of it; NULL: none. */
static const recent_segment_t *acknowledged_by(const analysis_t *analysis,
                                               const recent_segment_t *segment)
{
    const recent_segment_t *later;

    for (unsigned i = 0; (later = endpoint_recent(analysis->sender, i)) != NULL; i++)
        if (later->frame > segment->frame && (later->flags & TCP_FLAG_ACK) &&
            segment->end != segment->seq && !seq_before(later->ack, segment->end))
            return later;
    return NULL;
}

/* The RST's sender has acknowledged the segment since it was captured last: it took that, and
 * answered in another way. */
static bool was_taken(const analysis_t *analysis, const recent_segment_t *segment)
{
    const recent_segment_t *ack = acknowledged_by(analysis, segment);

    return ack && (ack->when >= segment->when || !segment->copied);
}

/* None of its sender's segments before it had any of it. */
static bool is_first_of_its_range(const endpoint_t *sender, const recent_segment_t *segment)
{
    const recent_segment_t *before;

    for (unsigned i = 0; (before = endpoint_recent(sender, i)) != NULL; i++)
        if (before->frame < segment->frame && seq_after(before->end, segment->seq))
            return false;
    return true;
}

/* The acknowledgment was captured before it: they are in the wrong order, or the segment had been
 * sent before, and that was not captured. */
static bool was_perhaps_taken(const analysis_t *analysis, const recent_segment_t *segment)
{
    const endpoint_t *sender = analysis->sender;

    return segment->end != segment->seq && !acknowledged_by(analysis, segment) &&
           sender->acked_known && !seq_before(sender->acked, segment->end) &&
           is_first_of_its_range(analysis->receiver, segment);
}

/* What the RST answers, if anything: a RST answers at once. */
static const recent_segment_t *newest_not_taken(const analysis_t *analysis)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;
    const int64_t limit =
        round_trip->known ? 2 * round_trip->time + TIME_RST_HOST : TIME_RST_ANSWER;
    const recent_segment_t *segment = answerable(analysis);

    return segment && !was_taken(analysis, segment) &&
                   analysis_since(analysis, segment->when) <= limit
               ? segment
               : NULL;
}

bool reset_reason_could_answer(const analysis_t *analysis)
{
    return answerable(analysis) != NULL;
}

/* It has sent something, and when it did, nothing of the segment was still under way. */
static bool has_spoken_since(const endpoint_t *sender, const recent_segment_t *segment)
{
    return sender->spoke && sender->last_time >= segment->when &&
           (!sender->acked_known || !seq_before(sender->acked, segment->end));
}

bool reset_reason_answers_rst(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (!analysis->connection->begun || !reset_has_numbers_of_answer(analysis))
        return false;
    if (sender->rst_known && sender->rst.when > receiver->rst.when)
        return false; /* that one was answered */

    const recent_segment_t *last = endpoint_recent(receiver, 0);

    return !last || has_spoken_since(sender, last) || !reset_reason_could_answer(analysis);
}

/* -- Reason ------------------------------------------------------------------------------------ */

/* The RST's sender has sent something, since that frame, that draws an ACK. */
static bool has_drawn_ack(const analysis_t *analysis, uint32_t since)
{
    const recent_segment_t *recent;

    for (unsigned i = 0; (recent = endpoint_recent(analysis->sender, i)) != NULL; i++)
        if (recent->frame > since &&
            (recent->end != recent->seq || recent->seq != analysis->sender->snd_nxt))
            return true;
    return false;
}

/* A bare ACK that acknowledges nothing new, though nothing was captured of the RST's sender since
 * the same was said before: a segment has drawn it that is not in the capture, perhaps a RST. */
static bool was_drawn_by_missing(const analysis_t *analysis, const recent_segment_t *ack)
{
    const recent_segment_t *before;

    for (unsigned i = 0; (before = endpoint_recent(analysis->receiver, i)) != NULL; i++)
        if (before->frame < ack->frame)
            break;
    return before && ack->seq == ack->end && before->end == ack->seq &&
           (before->flags & TCP_FLAG_ACK) && before->ack == ack->ack && analysis->sender->spoke &&
           !has_drawn_ack(analysis, before->frame);
}

/* Its sender opens anew since, and so knows nothing of the connection. */
static bool has_restarted_since(const analysis_t *analysis, const recent_segment_t *trigger)
{
    const pending_syn_t *pending = &analysis->connection->pending;

    return pending->waiting && pending->side == analysis->side &&
           pending->syn.frame > trigger->frame;
}

/* A RST that answers a segment with ACK: its sender has nothing that the segment belongs to. */
static rst_reason_t reason_of_answer(const analysis_t *analysis, const recent_segment_t *trigger)
{
    const endpoint_t *sender = analysis->sender;
    const bool covers = endpoint_syn_covered_by(sender, trigger->ack);

    if (has_restarted_since(analysis, trigger))
        return RST_HALF_OPEN;
    if (trigger->flags & TCP_FLAG_SYN)
        return covers ? RST_UNEXPECTED_SYN_ACK : RST_BAD_HANDSHAKE_ACK;
    if (analysis->receiver->state == STATE_TIME_WAIT)
        return RST_ANSWERS_TIME_WAIT;
    if (sender->state == STATE_SYN_SENT || analysis->connection->pending.waiting)
        return RST_HALF_OPEN;
    if (sender->state == STATE_SYN_RECEIVED && !covers)
        return RST_BAD_HANDSHAKE_ACK;
    if (sender->fin.sent || endpoint_gone(sender))
        return RST_DATA_AFTER_CLOSE;
    return was_drawn_by_missing(analysis, trigger) ? RST_REASON_UNKNOWN : RST_HALF_OPEN;
}

/* Nobody sends this of his own accord. Behind a probe of a closed window, though, the next number
 * is one that the receiver does not take. */
static bool is_nobodys_own(const analysis_t *analysis, rst_validity_t validity)
{
    return validity == RST_DOES_NOT_ACK_SYN ||
           (validity == RST_OUT_OF_WINDOW && analysis->segment->seq != analysis->sender->snd_nxt);
}

/* Its last segments were probes or retransmissions in vain. What a timer sends again is the first
 * that was not acknowledged (RFC 6298 5.4): where that lies before, the capture lacks ACKs. */
static bool has_given_up(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const recent_segment_t *last = endpoint_recent(analysis->sender, 0);

    return analysis->sender->unanswered >= UNANSWERED_FOR_TIMEOUT && last &&
           !(receiver->acked_known && seq_after(last->seq, receiver->acked));
}

/* The other endpoint has sent data that the sender had not acknowledged, but that the RST does, so
 * that they had arrived, a FIN being nothing to read; or data after the sender's FIN. Without ACK
 * the RST tells neither: it may as well answer what was not captured. */
static bool leaves_unread(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *rst = analysis->segment;
    const uint32_t end = receiver->fin.sent ? receiver->fin.seq : receiver->snd_nxt;

    if (!segment_has(rst, TCP_FLAG_ACK))
        return false;
    return sender->data_after_fin ||
           (sender->acked_known && receiver->snd_known && seq_after(end, sender->acked) &&
            seq_after(rst->ack, sender->acked));
}

/* A RST that answers nothing: the application, or a timer, ends the connection (RFC 9293 3.10.5).
 */
static rst_reason_t reason_of_abort(const analysis_t *analysis, rst_validity_t validity)
{
    if (!analysis->connection->begun || is_nobodys_own(analysis, validity))
        return RST_REASON_UNKNOWN;
    if (has_given_up(analysis))
        return RST_TIMEOUT;
    return leaves_unread(analysis) ? RST_ABORT_UNREAD : RST_ABORT;
}

/* It answers the ACK of an endpoint in TIME-WAIT, which was captured later, or not at all. */
static bool answers_missing_ack_of_waiting(const analysis_t *analysis, rst_validity_t validity)
{
    return analysis->receiver->state == STATE_TIME_WAIT && validity == RST_EXACT &&
           !segment_has(analysis->segment, TCP_FLAG_ACK);
}

/* It answers a SYN-ACK, which was captured later, or not at all: whoever gives up in SYN-SENT sends
 * none (RFC 9293 3.10.5). */
static bool answers_missing_syn_ack(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return sender->state == STATE_SYN_SENT && !segment_has(analysis->segment, TCP_FLAG_ACK) &&
           analysis->segment->seq == sender->snd_nxt;
}

/* It answers an ACK that was not captured, be it of data that were not either: nobody who has sent
 * no more than a SYN-ACK has such a number of its own. */
static bool answers_missing_ack(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return sender->state == STATE_SYN_RECEIVED && sender->synack_sent &&
           !segment_has(analysis->segment, TCP_FLAG_ACK) &&
           seq_after(analysis->segment->seq, sender->snd_max);
}

/* In doubt: there is a segment that it may answer, but that its sender perhaps has taken. */
static rst_reason_t reason(const analysis_t *analysis, const recent_segment_t *trigger,
                           bool in_doubt, rst_validity_t validity)
{
    if (trigger && !(trigger->flags & TCP_FLAG_ACK))
        return RST_PORT_CLOSED;
    if (trigger)
        return reason_of_answer(analysis, trigger);
    if (answers_missing_ack_of_waiting(analysis, validity))
        return RST_ANSWERS_TIME_WAIT;
    if (reset_decides_pending_syn(analysis))
        return RST_HALF_OPEN;
    if (in_doubt || answers_missing_syn_ack(analysis) || answers_missing_ack(analysis))
        return RST_REASON_UNKNOWN;
    return reason_of_abort(analysis, validity);
}

/* Whether something between the endpoints may have sent it: its hop limit is another than theirs.
 * It is only a hint, since some stacks begin a RST with another one. */
static void compare_hop_limit(const analysis_t *analysis, rst_facts_t *facts)
{
    const uint8_t before = analysis->sender->hop_limit;
    const uint8_t now = analysis->segment->hop_limit;

    facts->ttl_compared = before > 0 && now > 0 && !analysis->segment->perhaps_copy;
    if (facts->ttl_compared)
        facts->ttl_delta = (int16_t)(now - before);
}

rst_facts_t reset_reason_explain(const analysis_t *analysis)
{
    const bool answers_rst = reset_reason_answers_rst(analysis);
    const recent_segment_t *answered = answers_rst ? NULL : newest_not_taken(analysis);
    const bool in_doubt = answered && was_perhaps_taken(analysis, answered);
    const recent_segment_t *trigger = in_doubt ? NULL : answered;
    const rst_validity_t number = validity(analysis);
    const role_t role = analysis_role(analysis, analysis->sender);

    rst_facts_t facts = {.by = role == ROLE_CLIENT ? WHO_CLIENT : WHO_SERVER,
                         .validity = (uint8_t)number,
                         .reason = answers_rst
                                       ? RST_REASON_UNKNOWN
                                       : (uint8_t)reason(analysis, trigger, in_doubt, number),
                         .trigger_frame = trigger ? trigger->frame : 0};

    compare_hop_limit(analysis, &facts);
    return facts;
}
