/* reset_reason.c
 * What to say of a RST: whether its number is right, which segment it answers, why it was sent.
 * Looks at both ends as they were before it; moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* A RST answers at once. Where the round trip is not known, this is still at once, */
static const int64_t answer_time = INT64_C(1000000000);

/* and where it is, the answering host may take this long. */
static const int64_t host_time = INT64_C(50000000);

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
    return validity_by_window(analysis->receiver, analysis->segment->seq);
}

/* -- Trigger ----------------------------------------------------------------------------------- */

/* The numbers of a RST are those of the segment that it answers: the acknowledgment number of one
 * with ACK, else the end of one without (RFC 9293 3.5.2). Its own number is then 0, but who has
 * never said another number may use any. */
static bool could_answer(const analysis_t *analysis, const recent_segment_t *segment)
{
    const segment_t *rst = analysis->segment;
    const bool had_ack = segment->flags & TCP_FLAG_ACK;

    if (segment_has(rst, TCP_FLAG_ACK))
        return !had_ack && rst->ack == segment->end && (rst->seq == 0 || !analysis->sender->spoke);
    return had_ack && rst->seq == segment->ack;
}

static const recent_segment_t *find_trigger(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *receiver = analysis->receiver;
    const int64_t limit =
        connection->round_trip_known ? 2 * connection->round_trip + host_time : answer_time;

    for (unsigned i = 0; i < receiver->recent_count; i++)
        if (could_answer(analysis, &receiver->recent[i]))
            return analysis_since(analysis, receiver->recent[i].when) <= limit
                       ? &receiver->recent[i]
                       : NULL;
    return NULL;
}

bool reset_could_answer(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    for (unsigned i = 0; i < receiver->recent_count; i++)
        if (could_answer(analysis, &receiver->recent[i]))
            return true;
    return false;
}

/* -- Reason ------------------------------------------------------------------------------------ */

/* A RST that answers a segment with ACK: its sender has nothing that the segment belongs to. */
static rst_reason_t reason_of_answer(const analysis_t *analysis, const recent_segment_t *trigger)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const bool covers = endpoint_syn_covered_by(sender, trigger->ack);

    if (trigger->flags & TCP_FLAG_SYN)
        return covers ? RST_UNEXPECTED_SYN_ACK : RST_BAD_HANDSHAKE_ACK;
    if (receiver->state == STATE_TIME_WAIT)
        return RST_ANSWERS_TIME_WAIT;
    if (sender->state == STATE_SYN_SENT || analysis->connection->pending.waiting)
        return RST_HALF_OPEN;
    if (sender->state == STATE_SYN_RECEIVED && !covers)
        return RST_BAD_HANDSHAKE_ACK;
    if (sender->fin_sent || endpoint_gone(sender))
        return RST_DATA_AFTER_CLOSE;
    /* The ACK that completes the handshake meets no listener any more. */
    if (sender->synack_sent && sender->snd_nxt == sender->isn + 1 &&
        trigger->ack == sender->snd_nxt && receiver->snd_nxt == analysis->connection->syn_end)
        return RST_PORT_CLOSED;
    return RST_HALF_OPEN;
}

/* A RST that answers nothing: the application, or a timer, ends the connection (RFC 9293 3.10.5).
 */
static rst_reason_t reason_of_abort(const analysis_t *analysis, rst_validity_t validity)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (!analysis->connection->begun || validity == RST_OUT_OF_WINDOW ||
        validity == RST_DOES_NOT_ACK_SYN)
        return RST_REASON_UNKNOWN; /* nobody sends this of his own accord */
    if (sender->unanswered >= UNANSWERED_FOR_TIMEOUT)
        return RST_TIMEOUT;
    if (sender->data_after_fin || (sender->acked_known && receiver->snd_known && receiver->spoke &&
                                   seq_after(receiver->snd_nxt, sender->acked)))
        return RST_ABORT_UNREAD;
    return RST_ABORT;
}

static rst_reason_t reason(const analysis_t *analysis, const recent_segment_t *trigger,
                           rst_validity_t validity)
{
    if (trigger && !(trigger->flags & TCP_FLAG_ACK))
        return RST_PORT_CLOSED;
    if (trigger)
        return reason_of_answer(analysis, trigger);
    return reason_of_abort(analysis, validity);
}

void reset_explain(analysis_t *analysis)
{
    const recent_segment_t *trigger = find_trigger(analysis);
    const rst_validity_t number = validity(analysis);
    rst_facts_t *facts = &analysis->out->rst;

    facts->by = analysis->side == analysis->connection->client_side ? WHO_CLIENT : WHO_SERVER;
    facts->validity = (uint8_t)number;
    facts->reason = (uint8_t)reason(analysis, trigger, number);
    facts->trigger_frame = trigger ? trigger->frame : 0;
}
