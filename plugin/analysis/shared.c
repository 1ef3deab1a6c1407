/* shared.c
 * Another connection at the same time under the same addresses and ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "shared.h"

void shared_note_syn_ack(analysis_t *analysis)
{
    shared_t *shared = &analysis->owned->shared;

    shared->known = true;
    shared->side = (uint8_t)analysis->side;
    shared->isn = analysis->segment->seq;
}

/* Behind the number of the other SYN-ACK, by no more than a window. */
static bool is_of_other(const shared_t *shared, uint32_t number)
{
    return number - shared->isn <= TCP_WINDOW_MAX;
}

/* Whether the sequence number fits what this connection expects. */
static bool seq_fits(const analysis_t *analysis)
{
    const seq_place_t place =
        endpoint_place(analysis->receiver, analysis->segment->seq, segment_len(analysis->segment));

    return place == SEQ_EXACT || place == SEQ_AHEAD;
}

/* Whether the acknowledgment number fits what the receiver has sent in this connection. */
static bool ack_fits(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return seq_between(receiver->isn + 1, analysis->segment->ack, receiver->snd_max);
}

bool shared_has(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;
    const segment_t *segment = analysis->segment;

    if (!shared->known || segment_has(segment, TCP_FLAG_SYN))
        return false;
    if (analysis->side == shared->side)
        return is_of_other(shared, segment->seq) && !seq_fits(analysis);
    return segment_has(segment, TCP_FLAG_ACK) && is_of_other(shared, segment->ack) &&
           !ack_fits(analysis);
}

void shared_take(analysis_t *analysis, anomaly_set_t *set)
{
    if (!analysis->connection->shared.told)
        anomaly_raise(set, ANOMALY_SHARED_TUPLE);
    analysis->owned->shared.told = true;
}
