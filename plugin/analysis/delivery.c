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

    analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_SYN, BASIS_PRESUMED);
    if (!fin_is_acked_by(&receiver->fin, segment->ack))
        return;
    fin_acknowledge(&receiver->fin, segment->when);
    analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

static void deliver_fin(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);
    fin_t *fin = &analysis_sender(analysis)->fin;
    const segment_t *segment = analysis->segment;

    if (fin->sent && !fin->arrived && endpoint_has_received(receiver, fin->seq)) {
        fin_arrive(fin, segment->when, !fin_is_on(fin, segment));
        if (!fin_is_answered_by(fin, &receiver->fin) ||
            !analysis_move(analysis, receiver, EVENT_SHOW_FIN_RECEIVED_FIRST, BASIS_SENT))
            analysis_move(analysis, receiver, EVENT_RECEIVE_FIN, BASIS_PRESUMED);
    } else if (segment_has(segment, TCP_FLAG_FIN)) {
        endpoint_wait_anew(receiver, segment->when);
    }
}

/* It closed and is gone; or its own RST has overtaken its FIN. */
static bool may_be_last_ack(const endpoint_t *receiver)
{
    return receiver->ending == ENDED_BY_LAST_ACK || receiver->ending == ENDED_BY_OWN_RST;
}

void delivery_of_last_ack(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);

    if (!may_be_last_ack(receiver) || !fin_is_acked_by(&receiver->fin, analysis->segment->ack))
        return;
    fin_acknowledge(&receiver->fin, analysis->segment->when);
    endpoint_move_before_end(receiver, EVENT_RECEIVE_ACK_OF_FIN);
}

void delivery_of_fin_on_syn_ack(analysis_t *analysis)
{
    if (analysis->receiver->state == STATE_ESTABLISHED)
        deliver_fin(analysis);
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
