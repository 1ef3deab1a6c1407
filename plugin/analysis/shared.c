/* shared.c
 * Another connection at the same time under the same addresses and ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "shared.h"

/* Another SYN-ACK of the same end takes the place of one that was noted before. */
static void note(analysis_t *analysis, const shared_t *other)
{
    shared_t *shared = &analysis->owned->shared;
    const bool told = shared->told;
    const bool opened_again = shared->opened_again;

    *shared = *other;
    shared->known = true;
    shared->told = told;
    shared->opened_again = opened_again;
}

void shared_note_syn_ack(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    note(analysis, &(shared_t){.side = (uint8_t)analysis->side,
                               .isn = segment->seq,
                               .ack = segment->ack,
                               .next = segment_end(segment)});
}

void shared_note_replaced_syn_ack(analysis_t *analysis)
{
    note(analysis, &(shared_t){.side = (uint8_t)analysis->side,
                               .isn = analysis->sender->isn,
                               .ack = analysis->segment->ack,
                               .next = analysis->sender->snd_max});
}

void shared_note_unseen_syn_ack(analysis_t *analysis, uint32_t isn)
{
    note(analysis, &(shared_t){.unseen = true,
                               .side = (uint8_t)analysis->side,
                               .isn = isn,
                               .ack = analysis->segment->ack,
                               .next = isn + 1});
}

void shared_note_claim(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    if (analysis->connection->shared.known || analysis->sender->syn.count < 2 ||
        analysis->receiver->state != STATE_SYN_RECEIVED)
        return;
    note(analysis, &(shared_t){.unseen = true,
                               .side = (uint8_t)!analysis->side,
                               .isn = segment->ack - 1,
                               .ack = segment->seq,
                               .next = segment->ack});
}

void shared_note_syn(analysis_t *analysis)
{
    if (analysis->sender->acked_known)
        analysis->owned->shared.opened_again = true;
}

/* The SYN-ACK that answers none of this connection's SYNs; it has said nothing else. */
static bool is_unanswered(const analysis_t *analysis, unsigned answerer)
{
    const connection_t *connection = analysis->connection;
    const shared_t *shared = &connection->shared;

    return shared->known && shared->side == answerer && !connection->end[answerer].isn_known &&
           !connection->progress.handshake_done;
}

bool shared_answers(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;
    const segment_t *syn = analysis->segment;

    return is_unanswered(analysis, !analysis->side) &&
           seq_between(syn->seq + 1, shared->ack, segment_end(syn));
}

bool shared_is_confirmed(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;
    const segment_t *segment = analysis->segment;

    return is_unanswered(analysis, !analysis->side) && analysis->sender->state == STATE_SYN_SENT &&
           segment->seq == shared->ack && segment->ack == shared->isn + 1;
}

bool shared_may_be(const analysis_t *analysis)
{
    return analysis->connection->shared.opened_again;
}

/* Behind the number of the other SYN-ACK, by no more than a window after what came since. What lies
 * beyond that may also lie beyond what was captured of this connection: it is of the nearer one. */
static bool is_of_other(const shared_t *shared, uint32_t number, const endpoint_t *answerer)
{
    const uint32_t beyond = number - shared->next;
    const bool before = number - shared->isn <= shared->next - shared->isn;

    return before || (beyond <= TCP_WINDOW_MAX && beyond < number - answerer->snd_nxt);
}

/* This connection has a SYN-ACK of its own, with another number. */
static bool is_another(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;
    const endpoint_t *answerer = &analysis->connection->end[shared->side];

    return shared->known && answerer->isn_known && answerer->isn != shared->isn;
}

/* A RST that rejects the other SYN-ACK: that has come to an endpoint of this connection. */
static bool rejects_syn_ack(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;

    return segment_has(analysis->segment, TCP_FLAG_RST) && analysis->segment->seq == shared->ack &&
           !endpoint_syn_covered_by(analysis->sender, shared->ack);
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

bool shared_takes_over(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;
    const segment_t *segment = analysis->segment;

    return is_another(analysis) && analysis->side != shared->side &&
           segment_has(segment, TCP_FLAG_ACK) &&
           !segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_RST) &&
           !seq_before(segment->seq, shared->ack) && segment->ack == shared->isn + 1 &&
           !analysis->sender->acked_known;
}

void shared_take_over(analysis_t *analysis)
{
    shared_t *shared = &analysis->owned->shared;
    endpoint_t *answerer = analysis_receiver(analysis);
    const uint32_t isn = shared->isn;
    const uint32_t next = shared->next;

    shared->unseen = false;
    shared->isn = answerer->isn;
    shared->next = answerer->snd_max;
    endpoint_forget_syn_acks(answerer);
    endpoint_presume_isn(answerer, isn);
    endpoint_set_next(answerer, next);
    endpoint_set_received(analysis_sender(analysis), next);
    endpoint_forget_window(analysis_sender(analysis));
}

bool shared_has(const analysis_t *analysis)
{
    const shared_t *shared = &analysis->connection->shared;
    const segment_t *segment = analysis->segment;

    if (!is_another(analysis) || shared->unseen || segment_has(segment, TCP_FLAG_SYN))
        return false;
    if (analysis->side == shared->side)
        return is_of_other(shared, segment->seq, analysis->sender) && !seq_fits(analysis);
    return segment_has(segment, TCP_FLAG_ACK) &&
           is_of_other(shared, segment->ack, analysis->receiver) && !ack_fits(analysis) &&
           !rejects_syn_ack(analysis);
}

void shared_take(analysis_t *analysis, anomaly_set_t *set)
{
    shared_t *shared = &analysis->owned->shared;
    const uint32_t end = segment_end(analysis->segment);

    if (!shared->told)
        anomaly_raise(set, ANOMALY_SHARED_TUPLE);
    shared->told = true;
    if (analysis->side == shared->side && seq_after(end, shared->next))
        shared->next = end;
}
