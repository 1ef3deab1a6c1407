/* delivery.c
 * What an ordinary segment does to its receiver.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "delivery.h"

#include <assert.h>

static void deliver_ack(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);
    const segment_t *segment = analysis->segment;

    assert(receiver->state != STATE_SYN_RECEIVED ||
           endpoint_syn_covered_by(receiver, segment->ack)); /* else it does not take the segment */
    analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_SYN, BASIS_PRESUMED);
    if (!fin_is_acked_by(&receiver->fin, segment->ack))
        return;
    if (!receiver->fin.acked)
        fin_acknowledge(&receiver->fin, segment->when);
    analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

/* The sender's FIN was captured after the receiver's, which acknowledges it: they were not sent in
 * this order. */
static bool captured_late(const fin_t *fin, const fin_t *other)
{
    return other->sent && other->ack_known && seq_after(other->ack, fin->seq);
}

static void deliver_fin(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);
    fin_t *fin = &analysis_sender(analysis)->fin;
    const segment_t *segment = analysis->segment;

    if (fin->sent && !fin->arrived && endpoint_has_received(receiver, fin->seq)) {
        fin_arrive(fin, segment->when);
        if (!captured_late(fin, &receiver->fin) ||
            !analysis_move(analysis, receiver, EVENT_SHOW_FIN_RECEIVED_FIRST, BASIS_SENT))
            analysis_move(analysis, receiver, EVENT_RECEIVE_FIN, BASIS_PRESUMED);
    } else if (segment_has(segment, TCP_FLAG_FIN)) {
        endpoint_wait_anew(receiver, segment->when);
    }
}

void delivery_to_receiver(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);

    deliver_ack(analysis);
    endpoint_note_received(receiver, analysis->segment);
    if (receiver->fin.sent && analysis->segment->payload_len > 0)
        endpoint_note_data_after_fin(receiver);
    deliver_fin(analysis);
    endpoint_await_proof(receiver, analysis->segment);
}
