/* anomalies_reset.c
 * Anomalies of a RST, and of whoever goes on after one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "anomalies.h"

#include "reset_reason.h"
#include "round_trip.h"
#include "times.h"

/* Whoever has sent the FIN may have answered a segment that did not know of it yet, or has
 * forgotten that the FIN took a number. */
static bool has_number_of_own_fin(const analysis_t *analysis)
{
    const fin_t *fin = &analysis->sender->fin;

    return fin->sent && analysis->segment->seq == fin->seq;
}

/* It has the number of something that its receiver has sent, perhaps longer ago than the last
 * segments are remembered: an endpoint that is gone answers whatever was still on its way. */
static bool is_late_answer(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const bool old = receiver->rcv_known && seq_before(analysis->segment->seq, receiver->rcv_nxt);

    return reset_reason_could_answer(analysis) || has_number_of_own_fin(analysis) ||
           (old && endpoint_gone(analysis->sender));
}

static void find_by_validity(const analysis_t *analysis, rst_validity_t validity,
                             anomaly_set_t *set)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;

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
                                 receiver->edge_known && seq_after(seq, receiver->right_edge) &&
                                     anomalies_gap_explains(analysis, seq - receiver->right_edge,
                                                            receiver->max_window,
                                                            receiver->last_time));
        break;
    case RST_EXACT:
    case RST_ANSWERS_SYN:
    case RST_CANNOT_TELL:
        break;
    }
}

/* The numbers of an answer to the other endpoint's RST (RFC 9293 3.5.2). Whoever aborts of its own
 * accord sets ACK, or has a number of its own. */
static bool has_numbers_of_answer(const segment_t *rst, const recent_segment_t *to)
{
    if (to->flags & TCP_FLAG_ACK)
        return !segment_has(rst, TCP_FLAG_ACK) && rst->seq == to->ack;
    return segment_has(rst, TCP_FLAG_ACK) && rst->seq == 0 && rst->ack == to->end;
}

/* The RST may as well answer what came before the other endpoint's RST and got no answer yet. */
static bool answers_rst(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (!receiver->rst_known || !has_numbers_of_answer(analysis->segment, &receiver->rst))
        return false;
    if (sender->rst_known && sender->rst.when > receiver->rst.when)
        return false; /* that one was answered */

    const recent_segment_t *last = endpoint_recent(receiver, 0);

    return !last || (sender->spoke && sender->last_time >= last->when) ||
           !reset_reason_could_answer(analysis);
}

void anomalies_of_rst(const analysis_t *analysis, const rst_facts_t *facts, anomaly_set_t *set)
{
    if (answers_rst(analysis))
        anomaly_raise(set, ANOMALY_RST_ANSWERS_RST);
    else if (!endpoint_gone(analysis->receiver))
        find_by_validity(analysis, (rst_validity_t)facts->validity, set);
}

/* -- After a RST ------------------------------------------------------------------------------- */

/* When the segment was sent, by its timestamp, on the clock of the capture: counted from the
 * sender's SYN, which has waited in no queue of this connection. */
static bool time_since_syn(const analysis_t *analysis, int64_t *when)
{
    const endpoint_t *sender = analysis->sender;
    const syn_copies_t *copies = sender->syn.count > 0 ? &sender->syn : &sender->synack;
    const syn_copy_t *syn = syn_copies_last(copies);

    if (!syn || !syn->has_timestamp || !analysis->segment->has_timestamps)
        return false;
    *when = syn->when +
            (int64_t)(int32_t)(analysis->segment->ts_value - syn->ts_value) * TIME_TIMESTAMP_TICK;
    return true;
}

/* Without timestamps, what was queued before the RST may look the same. */
bool anomalies_rst_is_ignored(const analysis_t *analysis)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;
    const endpoint_t *sender = analysis->sender;
    const int64_t rst = sender->end_time;
    int64_t sent;

    if (!sender->rst_survived || !round_trip_passed(analysis, rst))
        return false;
    if (round_trip->known && time_since_syn(analysis, &sent))
        return sent - rst >= round_trip->time;

    const recent_segment_t *last = endpoint_recent(sender, 0);
    const int64_t pause_since = last && last->when > rst ? last->when : rst;

    return analysis_since(analysis, rst) >= TIME_QUEUE_MAX ||
           analysis_since(analysis, pause_since) >= QUEUE_ROUND_TRIPS * round_trip->time;
}
