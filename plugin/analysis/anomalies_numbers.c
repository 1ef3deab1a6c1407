/* anomalies_numbers.c
 * Anomalies in the numbers of an ordinary segment: sequence, acknowledgment, window, FIN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "anomalies.h"

#include "round_trip.h"
#include "shared.h"

/* -- Window ------------------------------------------------------------------------------------ */

static void find_out_of_window(const analysis_t *analysis, const acceptability_t *judged,
                               anomaly_set_t *set)
{
    const endpoint_t *receiver = analysis->receiver;
    const bool open =
        tcp_state_synchronized(receiver->state) || receiver->state == STATE_SYN_RECEIVED;
    const bool ahead = judged->place == SEQ_OUTSIDE;

    if (!open || !receiver->edge_known || !receiver->scale_known || (!ahead && !judged->older))
        return;
    const uint32_t seq = analysis->segment->seq;
    const bool explained =
        ahead && (shared_may_be(analysis) ||
                  round_trip_explains_gap(analysis, seq - receiver->right_edge,
                                          receiver->max_window, receiver->last_time));

    if (explained && seq != analysis->sender->far.start)
        return; /* goes on behind a gap that was told already */
    anomaly_raise_if_assumed(set, ANOMALY_OUT_OF_WINDOW, explained);
}

/* -- Acknowledgment ---------------------------------------------------------------------------- */

/* The other endpoint is silent, since that was told at the latest, or stands behind a gap that was.
 */
static bool gap_is_known(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return !receiver->spoke ||
           (receiver->gap_told && receiver->gap_told_time == receiver->last_time) ||
           receiver->far_known || analysis->sender->range_count > 0;
}

/* It acknowledges more than the other endpoint was seen sending. What the sender's window allowed
 * may have been sent without being captured, a FIN even beyond it; and more than that where the
 * capture is known to lack some of it, since it may lack what opened the window, too. Where the
 * capture has gaps anyhow that is nothing to tell. */
static void find_ack_beyond_sent(const analysis_t *analysis, anomaly_set_t *set)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (!seq_after(ack, receiver->snd_max) || !tcp_state_synchronized(sender->state) ||
        !tcp_state_synchronized(receiver->state) ||
        (sender->acked_known && !seq_after(ack, sender->acked)))
        return;
    const bool explained = !sender->edge_known || !seq_after(ack, sender->right_edge + 1) ||
                           receiver->has_gap || shared_may_be(analysis) ||
                           round_trip_explains_gap(analysis, ack - sender->right_edge,
                                                   sender->max_window, sender->last_time);

    if (explained && gap_is_known(analysis))
        return;
    anomaly_raise_if_assumed(set, ANOMALY_ACK_BEYOND_SENT, explained);
}

/* The other side is silent, but the sender acknowledges more and more of it. What it acknowledges
 * soon after a capture has begun in the middle was sent before. */
static void find_one_way(const analysis_t *analysis, const acceptability_t *judged,
                         anomaly_set_t *set)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const bool from_start =
        !connection->beginning.midstream || connection->progress.steps_seen != 0;

    if (analysis->receiver->spoke || connection->coverage.one_way_told || !judged->counts ||
        !sender->acked_known || !seq_after(analysis->segment->ack, sender->acked) ||
        (!from_start && !round_trip_passed(analysis, connection->beginning.time)))
        return;
    anomaly_raise(set, ANOMALY_ONE_WAY);
}

/* -- After the sender's FIN -------------------------------------------------------------------- */

/* Its data take the FIN's number, or one behind that; where the FIN has shown to be forged, only
 * its own: what is sent behind that is as it should be. */
static bool goes_beyond(const fin_t *fin, const segment_t *segment)
{
    return seq_after(segment->seq + segment->payload_len, fin->seq) &&
           (fin->sent || !seq_after(segment->seq, fin->seq));
}

/* A FIN that was only inferred has no certain place. Of two FINs one may lie outside a window that
 * the capture does not tell; and one is forged, which may have shown before the other came. */
static void find_after_fin(const analysis_t *analysis, const acceptability_t *judged,
                           anomaly_set_t *set)
{
    const fin_t *fin = &analysis->sender->fin;
    const segment_t *segment = analysis->segment;

    if (!(fin->sent || fin->forged) || fin->frame == 0 || judged->place == SEQ_OUTSIDE ||
        endpoint_gone(analysis->receiver))
        return;
    if (segment_has(segment, TCP_FLAG_FIN) && segment_fin_seq(segment) != fin->seq)
        anomaly_raise_if_assumed(set, ANOMALY_FIN_MOVED,
                                 shared_may_be(analysis) || !analysis->receiver->scale_known);
    else if (segment->payload_len > 0 && goes_beyond(fin, segment))
        anomaly_raise_if_assumed(set, ANOMALY_DATA_AFTER_FIN, shared_may_be(analysis));
}

/* -- Shrinking --------------------------------------------------------------------------------- */

/* By less than the unit of a scaled window the edge moves only because it cannot be told more
 * exactly (RFC 7323 2.4). */
static void find_shrinking(const analysis_t *analysis, uint32_t shrinks_by, anomaly_set_t *set)
{
    const endpoint_t *sender = analysis->sender;
    const uint32_t unit = UINT32_C(1) << sender->scale;
    const uint32_t before = sender->shrunk_from == sender->right_edge ? sender->shrunk_by : 0;

    if (sender->window_known && shrinks_by >= before + unit)
        anomaly_raise(set, ANOMALY_WINDOW_SHRUNK);
}

/* -- All together ------------------------------------------------------------------------------ */

void anomalies_of_numbers(const analysis_t *analysis, const acceptability_t *judged,
                          anomaly_set_t *set)
{
    if (judged->late)
        return;
    if (judged->place == SEQ_OUTSIDE || judged->place == SEQ_OLD)
        find_out_of_window(analysis, judged, set);
    find_ack_beyond_sent(analysis, set);
    find_one_way(analysis, judged, set);
    find_after_fin(analysis, judged, set);
    if (!analysis->connection->progress.handshake_done)
        anomalies_before_established(analysis, judged, set);
    if (judged->shrinks_by > 0)
        find_shrinking(analysis, judged->shrinks_by, set);
}
