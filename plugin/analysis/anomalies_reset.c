/* anomalies_reset.c
 * Anomalies of a RST, and of whoever goes on after one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "anomalies.h"

#include "reset.h"
#include "reset_reason.h"
#include "round_trip.h"

/* Whoever has sent the FIN may have answered a segment that did not know of it yet, or has
 * forgotten that the FIN took a number. */
static bool has_number_of_own_fin(const analysis_t *analysis)
{
    const fin_t *fin = &analysis->sender->fin;

    return fin->sent && analysis->segment->seq == fin->seq;
}

/* Without ACK bit, it has a number that its receiver may have acknowledged longer ago than the last
 * segments are remembered; what is before its sender's first one was never acknowledged. */
static bool was_acked_before(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;

    return !segment_has(analysis->segment, TCP_FLAG_ACK) && receiver->acked_known &&
           seq_between(receiver->acked - endpoint_widest_window(receiver), seq, receiver->acked) &&
           !(sender->isn_known && seq_before(seq, sender->isn));
}

/* It answers a segment without ACK that ended where its receiver stands: only a RST does, which was
 * captured later, or not at all, and some stacks answer that (RFC 9293 3.5.2). */
static bool answers_missing_rst(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *rst = analysis->segment;

    return segment_has(rst, TCP_FLAG_ACK) && rst->seq == 0 && receiver->snd_known &&
           rst->ack == receiver->snd_nxt;
}

/* It has the number of an ACK that its receiver has sent, or may have sent: an endpoint that is
 * gone answers whatever was still under way, though the capture may lack its abort. */
static bool is_late_answer(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;
    const bool old = receiver->rcv_known && seq_before(seq, receiver->rcv_nxt);

    return reset_reason_could_answer(analysis) || has_number_of_own_fin(analysis) ||
           was_acked_before(analysis) || answers_missing_rst(analysis) ||
           (old && endpoint_gone(analysis->sender));
}

/* An endpoint without a connection yet rejects each ACK of numbers that are not its own, and takes
 * the number from that (RFC 9293 3.10.7.2 to 3.10.7.4): the capture may lack it, or show it only
 * later. The SYN-ACK may be on its way to a client that has not acknowledged it. */
static bool may_reject_missing_ack(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const bool opens = sender->state == STATE_LISTEN || sender->state == STATE_SYN_SENT ||
                       sender->state == STATE_SYN_RECEIVED ||
                       (sender->state == STATE_ESTABLISHED && !sender->acked_known);

    return opens && !segment_has(analysis->segment, TCP_FLAG_ACK);
}

static bool round_trip_explains(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;

    return receiver->edge_known && seq_after(seq, receiver->right_edge) &&
           round_trip_explains_gap(analysis, seq - receiver->right_edge, receiver->max_window,
                                   receiver->last_time);
}

static void find_by_validity(const analysis_t *analysis, rst_validity_t validity,
                             anomaly_set_t *set)
{
    switch (validity) {
    case RST_DOES_NOT_ACK_SYN:
        anomaly_raise(set, ANOMALY_RST_BAD_ACK);
        break;
    case RST_IN_WINDOW:
        anomaly_raise(set, ANOMALY_RST_NOT_EXACT);
        break;
    case RST_OUT_OF_WINDOW:
        if (is_late_answer(analysis))
            break;
        anomaly_raise_if_assumed(set, ANOMALY_RST_OUT_OF_WINDOW,
                                 may_reject_missing_ack(analysis) || round_trip_explains(analysis));
        break;
    case RST_EXACT:
    case RST_ANSWERS_SYN:
    case RST_CANNOT_TELL:
        break;
    }
}

/* Without ACK bit, its number is also that of any other ACK of the receiver, which the capture may
 * lack, or show only later. */
static bool may_answer_missing_ack(const analysis_t *analysis)
{
    return !segment_has(analysis->segment, TCP_FLAG_ACK);
}

void anomalies_of_rst(const analysis_t *analysis, const rst_facts_t *facts, anomaly_set_t *set)
{
    if (facts->ttl_delta != 0)
        anomaly_raise(set, ANOMALY_RST_TTL_DIFFERS);
    if (!analysis->connection->begun || analysis->segment->perhaps_copy)
        return; /* what is wrong with it was said when it was captured first */
    if (reset_reason_answers_rst(analysis))
        anomaly_raise_if_assumed(set, ANOMALY_RST_ANSWERS_RST, may_answer_missing_ack(analysis));
    else if (!endpoint_gone(analysis->receiver))
        find_by_validity(analysis, (rst_validity_t)facts->validity, set);
}
