/* anomaly_reset.c
 * What is not as it should be with a RST. Looks at both ends as they were before it; moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Whoever has sent the FIN may have answered a segment that did not know of it yet, or has
 * forgotten that the FIN took a number. */
static bool has_number_of_fin(const analysis_t *analysis)
{
    return analysis->sender->fin_sent && analysis->segment->seq == analysis->sender->fin_seq;
}

/* It has the number of something that its receiver has sent, perhaps longer ago than the last
 * segments are remembered: an end that is gone answers whatever was still on its way. */
static bool is_late_answer(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const bool old = receiver->rcv_known && seq_before(analysis->segment->seq, receiver->rcv_nxt);

    return reset_could_answer(analysis) || has_number_of_fin(analysis) ||
           (old && endpoint_gone(analysis->sender));
}

static void raise_of_validity(analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t seq = analysis->segment->seq;
    anomaly_set_t *set = &analysis->out->anomalies;

    switch (analysis->out->rst.validity) {
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
    default:
        break;
    }
}

/* The numbers of an answer to the other side's RST (RFC 9293 3.5.2). An end that aborts of its own
 * accord sets ACK, or has a number of its own. */
static bool has_numbers_of_answer(const segment_t *rst, const recent_segment_t *to)
{
    if (to->flags & TCP_FLAG_ACK)
        return !segment_has(rst, TCP_FLAG_ACK) && rst->seq == to->ack;
    return segment_has(rst, TCP_FLAG_ACK) && rst->seq == 0 && rst->ack == to->end;
}

/* The RST may as well answer what came before the other side's RST and got no answer yet. */
static bool answers_rst(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    if (!receiver->rst_known || !has_numbers_of_answer(analysis->segment, &receiver->rst))
        return false;
    if (sender->rst_known && sender->rst.when > receiver->rst.when)
        return false; /* that one was answered */
    return receiver->recent_count == 0 ||
           (sender->spoke && sender->last_time >= receiver->recent[0].when) ||
           !reset_could_answer(analysis);
}

static void remember(endpoint_t *sender, const segment_t *rst)
{
    sender->rst_known = true;
    sender->rst = (recent_segment_t){.frame = rst->frame,
                                     .when = rst->when,
                                     .end = rst->seq,
                                     .ack = rst->ack,
                                     .flags = rst->flags};
}

void anomalies_of_rst(analysis_t *analysis)
{
    if (!analysis->connection->begun)
        return;
    if (answers_rst(analysis))
        anomaly_raise(&analysis->out->anomalies, ANOMALY_RST_ANSWERS_RST);
    else if (!endpoint_gone(analysis->receiver))
        raise_of_validity(analysis);
    remember(analysis->sender, analysis->segment);
}

/* -- After a RST ------------------------------------------------------------------------------- */

/* A queue that is older than this does not exist. */
static const int64_t longest_queue = INT64_C(1000000000);

/* A queue that is being emptied has no pause longer than so many round trips. */
enum { PAUSE_ROUND_TRIPS = 5 };

static const int64_t timestamp_tick = INT64_C(1000000); /* of nearly all hosts */

/* When the segment was sent, by its timestamp, on the clock of the capture: counted from the
 * sender's SYN, which has waited in no queue of this connection. */
static bool time_sent(const analysis_t *analysis, int64_t *when)
{
    const endpoint_t *sender = analysis->sender;
    const syn_copies_t *copies = sender->syn.count > 0 ? &sender->syn : &sender->synack;
    const syn_copy_t *syn = syn_copies_last(copies);

    if (!syn || !syn->has_timestamp || !analysis->segment->has_timestamps)
        return false;
    *when = syn->when +
            (int64_t)(int32_t)(analysis->segment->ts_value - syn->ts_value) * timestamp_tick;
    return true;
}

/* True where the sender can only have sent the segment after the RST had reached it. Without
 * timestamps, what was queued before the RST may look the same. */
static bool sent_after_rst(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const int64_t rst = sender->end_time;
    const int64_t last = sender->recent_count > 0 ? sender->recent[0].when : rst;
    int64_t sent;

    if (!analysis_past_round_trip(analysis, rst))
        return false;
    if (connection->round_trip_known && time_sent(analysis, &sent))
        return sent - rst >= connection->round_trip;
    return analysis_since(analysis, rst) >= longest_queue ||
           analysis_since(analysis, last > rst ? last : rst) >=
               PAUSE_ROUND_TRIPS * connection->round_trip;
}

void anomalies_of_survivor(analysis_t *analysis)
{
    if (!sent_after_rst(analysis))
        return;
    analysis->sender->rst_survived = false;
    anomaly_raise(&analysis->out->anomalies, ANOMALY_RST_IGNORED);
}
