/* anomaly_numbers.c
 * What is not as it should be with the numbers of an ordinary segment: sequence, acknowledgment,
 * window, FIN.
 *
 * Called for every segment without SYN and RST, as soon as it is known whether its receiver accepts
 * it; looks at both ends as they were before it. Moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

bool anomalies_gap_explains(const analysis_t *analysis, uint32_t beyond, uint32_t window,
                            int64_t then)
{
    const connection_t *connection = analysis->connection;

    if (!connection->round_trip_known || window == 0)
        return true;
    const int64_t round_trips = (int64_t)(beyond / window) + 1;

    return analysis_since(analysis, then) >= round_trips * connection->round_trip;
}

/* -- Window ------------------------------------------------------------------------------------ */

/* No copy of anything that the sender has sent since its SYN: older than the receiver's largest
 * window, and than the connection. */
static bool older_than_connection(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t end = segment_end(analysis->segment);

    return sender->isn_known && receiver->acked_known && receiver->max_window > 0 &&
           seq_before(end, sender->isn) && seq_before(end, receiver->acked - receiver->max_window);
}

static void raise_of_place(analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const bool open =
        tcp_state_synchronized(receiver->state) || receiver->state == STATE_SYN_RECEIVED;
    const bool ahead = analysis->place == SEQ_OUTSIDE;

    if (!open || !receiver->edge_known || !receiver->scale_known ||
        (!ahead && !older_than_connection(analysis)))
        return;
    const uint32_t seq = analysis->segment->seq;
    const bool explained =
        ahead && anomalies_gap_explains(analysis, seq - receiver->right_edge, receiver->max_window,
                                        receiver->last_time);

    if (explained && seq != analysis->sender->far.start)
        return; /* goes on where the gap was told of */
    anomaly_raise_if_assumed(&analysis->out->anomalies, ANOMALY_OUT_OF_WINDOW, explained);
}

/* -- Acknowledgment ---------------------------------------------------------------------------- */

/* The other side is silent, since that was told of at the latest, or stands behind a gap that was.
 */
static bool gap_is_known(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return !receiver->spoke ||
           (receiver->gap_told && receiver->gap_told_time == receiver->last_time) ||
           receiver->far_known || analysis->sender->range_count > 0;
}

/* It acknowledges more than the other side was seen sending. What the sender's window allowed may
 * have been sent without being captured, a FIN even beyond it; where the capture has gaps anyhow
 * that is nothing to tell. */
static void raise_of_ack(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;
    const bool explained = !sender->edge_known || !seq_after(ack, sender->right_edge + 1) ||
                           anomalies_gap_explains(analysis, ack - sender->right_edge,
                                                  sender->max_window, sender->last_time);

    if (!tcp_state_synchronized(sender->state) || !tcp_state_synchronized(receiver->state) ||
        (sender->acked_known && !seq_after(ack, sender->acked)))
        return;
    if (explained && gap_is_known(analysis))
        return;
    receiver->gap_told = true;
    receiver->gap_told_time = receiver->last_time;
    anomaly_raise_if_assumed(&analysis->out->anomalies, ANOMALY_ACK_BEYOND_SENT, explained);
}

/* The other side is silent, but the sender acknowledges more and more of it. What it acknowledges
 * soon after a capture has begun in the middle was sent before. */
static void raise_of_silence(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const bool from_start = !connection->midstream || connection->steps_seen;

    if (connection->one_way_told || !analysis->counts || !sender->acked_known ||
        !seq_after(analysis->segment->ack, sender->acked) ||
        (!from_start && !analysis_past_round_trip(analysis, connection->begin_time)))
        return;
    connection->one_way_told = true;
    anomaly_raise(&analysis->out->anomalies, ANOMALY_ONE_WAY);
}

/* -- After the sender's FIN -------------------------------------------------------------------- */

/* A FIN that was only inferred has no certain place. */
static void raise_of_fin(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;
    anomaly_set_t *set = &analysis->out->anomalies;

    if (sender->fin_frame == 0 || analysis->place == SEQ_OUTSIDE ||
        endpoint_gone(analysis->receiver))
        return;
    if (segment_has(segment, TCP_FLAG_FIN) && segment_fin_seq(segment) != sender->fin_seq)
        anomaly_raise(set, ANOMALY_FIN_MOVED);
    else if (segment->payload_len > 0 &&
             seq_after(segment->seq + segment->payload_len, sender->fin_seq))
        anomaly_raise(set, ANOMALY_DATA_AFTER_FIN);
}

/* -- Shrinking --------------------------------------------------------------------------------- */

/* The newest that the sender has said of its window: no copy, not overtaken. Who has closed may say
 * what he likes. */
static bool tells_of_window(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    return analysis->counts && !analysis->repeats && sender->window_known && sender->scale_known &&
           !sender->fin_sent && !seq_before(segment->ack, sender->acked) &&
           !seq_before(segment->seq, sender->snd_nxt) && evidence_age(analysis) != AGE_OLD &&
           !endpoint_gone(sender);
}

/* The right edge is to the left of where it was before. By less than the unit of a scaled window it
 * moves only because it cannot be told more exactly (RFC 7323 2.4). */
static void raise_of_edge(analysis_t *analysis, uint32_t shrunk_by)
{
    endpoint_t *sender = analysis->sender;
    const uint32_t unit = UINT32_C(1) << sender->scale;
    const uint32_t before = sender->shrunk_from == sender->right_edge ? sender->shrunk_by : 0;

    if (sender->window_known && !tells_of_window(analysis))
        return;
    if (sender->window_known && shrunk_by >= before + unit)
        anomaly_raise(&analysis->out->anomalies, ANOMALY_WINDOW_SHRUNK);
    sender->shrunk_from = sender->right_edge;
    sender->shrunk_by = shrunk_by;
}

/* -- All together ------------------------------------------------------------------------------ */

void anomalies_of_numbers(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (analysis->late)
        return;
    if (analysis->place == SEQ_OUTSIDE || analysis->place == SEQ_OLD)
        raise_of_place(analysis);
    if (receiver->snd_known && seq_after(segment->ack, receiver->snd_max))
        raise_of_ack(analysis);
    if (!receiver->spoke)
        raise_of_silence(analysis);
    if (sender->fin_sent)
        raise_of_fin(analysis);
    if (!analysis->connection->handshake_done)
        anomalies_before_established(analysis);

    const uint32_t edge = segment->ack + endpoint_window(sender, segment);
    if (sender->edge_known && seq_before(edge, sender->right_edge))
        raise_of_edge(analysis, sender->right_edge - edge);
}
