/* endpoint.c
 * Numbers of one end of a connection: what was sent, what arrived, what is acceptable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "endpoint.h"

#include <string.h>

/* Where the window scale is not known, this much is certainly not out of window (RFC 7323 2.3). */
static const uint32_t largest_window = UINT32_C(1) << 30;

static void raise_seq(bool *known, uint32_t *seq, uint32_t to)
{
    if (!*known || seq_after(to, *seq))
        *seq = to;
    *known = true;
}

uint32_t endpoint_window(const endpoint_t *sender, const segment_t *segment)
{
    const bool scaled = sender->scale_known && !segment_has(segment, TCP_FLAG_SYN);

    return (uint32_t)segment->window << (scaled ? sender->scale : 0);
}

static void note_window(endpoint_t *sender, const segment_t *segment)
{
    const bool syn = segment_has(segment, TCP_FLAG_SYN);
    const uint32_t window = endpoint_window(sender, segment);

    if (!segment_has(segment, TCP_FLAG_ACK))
        return;
    if (!syn) {
        sender->window = segment->window;
        sender->window_known = true;
    }
    if (!syn && !sender->scale_known)
        return;
    if (window > sender->max_window)
        sender->max_window = window;
    raise_seq(&sender->edge_known, &sender->right_edge, segment->ack + window);
}

void endpoint_note_syn_window(endpoint_t *receiver)
{
    if (!receiver->isn_known || !receiver->rcv_known || receiver->edge_known)
        return;
    receiver->max_window = receiver->syn_window;
    raise_seq(&receiver->edge_known, &receiver->right_edge,
              receiver->rcv_nxt + receiver->syn_window);
}

void endpoint_note_sent(endpoint_t *sender, const segment_t *segment)
{
    sender->spoke = true;
    sender->last_time = segment->when;
    if (segment->checksum == CHECKSUM_GOOD)
        sender->checksum_seen_good = true;
    if (!sender->snd_known || seq_after(segment_end(segment), sender->snd_max))
        sender->snd_max = segment_end(segment);
    raise_seq(&sender->snd_known, &sender->snd_nxt, segment_end(segment));
    if (segment->has_timestamps &&
        (!sender->ts_known || seq_after(segment->ts_value, sender->ts_last))) {
        sender->ts_known = true;
        sender->ts_last = segment->ts_value;
        sender->ts_last_time = segment->when;
    }
    if (segment_has(segment, TCP_FLAG_ACK))
        raise_seq(&sender->acked_known, &sender->acked, segment->ack);
    note_window(sender, segment);
}

void endpoint_remember(endpoint_t *sender, const segment_t *segment)
{
    const unsigned kept = sender->recent_count < RECENT_MAX ? sender->recent_count : RECENT_MAX - 1;
    recent_segment_t *newest = &sender->recent[0];

    memmove(&sender->recent[1], &sender->recent[0], kept * sizeof sender->recent[0]);
    newest->frame = segment->frame;
    newest->when = segment->when;
    newest->end = segment_end(segment);
    newest->ack = segment->ack;
    newest->flags = segment->flags;
    sender->recent_count = (uint8_t)(kept + 1);
}

void syn_copies_add(syn_copies_t *copies, const segment_t *segment, const syn_copy_t *answered)
{
    if (copies->count > 0)
        copies->retransmissions++;
    if (copies->count == SYN_COPIES_MAX) /* the first one stays */
        memmove(&copies->copy[1], &copies->copy[2], (SYN_COPIES_MAX - 2) * sizeof copies->copy[0]);
    else
        copies->count++;
    copies->copy[copies->count - 1] = (syn_copy_t){.frame = segment->frame,
                                                   .when = segment->when,
                                                   .has_timestamp = segment->has_timestamps,
                                                   .ts_value = segment->ts_value,
                                                   .syn_known = answered != NULL,
                                                   .syn_time = answered ? answered->when : 0};
}

const syn_copy_t *syn_copies_answered_by(const syn_copies_t *copies, const segment_t *answer)
{
    const syn_copy_t *found = NULL;

    if (copies->count == 1)
        return &copies->copy[0];
    for (unsigned i = 0; i < copies->count; i++) {
        const syn_copy_t *copy = &copies->copy[i];

        if (!answer->has_timestamps || !copy->has_timestamp || copy->ts_value != answer->ts_echo)
            continue;
        if (found)
            return NULL;
        found = copy;
    }
    return found;
}

const syn_copy_t *syn_copies_last(const syn_copies_t *copies)
{
    return copies->count > 0 ? &copies->copy[copies->count - 1] : NULL;
}

static void remove_range(endpoint_t *receiver, unsigned at)
{
    for (unsigned i = at + 1; i < receiver->range_count; i++)
        receiver->range[i - 1] = receiver->range[i];
    receiver->range_count--;
}

/* Takes in the ranges that RCV.NXT has reached. */
static void absorb_ranges(endpoint_t *receiver)
{
    while (receiver->range_count > 0 && !seq_after(receiver->range[0].start, receiver->rcv_nxt)) {
        if (seq_after(receiver->range[0].end, receiver->rcv_nxt))
            receiver->rcv_nxt = receiver->range[0].end;
        remove_range(receiver, 0);
    }
}

static void add_range(endpoint_t *receiver, uint32_t start, uint32_t end)
{
    unsigned at = 0;

    while (at < receiver->range_count && seq_before(receiver->range[at].end, start))
        at++;
    while (at < receiver->range_count && !seq_after(receiver->range[at].start, end)) {
        if (seq_before(receiver->range[at].start, start))
            start = receiver->range[at].start;
        if (seq_after(receiver->range[at].end, end))
            end = receiver->range[at].end;
        remove_range(receiver, at);
    }
    if (receiver->range_count == RANGES_MAX)
        return;
    for (unsigned i = receiver->range_count; i > at; i--)
        receiver->range[i] = receiver->range[i - 1];
    receiver->range[at] = (seq_range_t){start, end};
    receiver->range_count++;
}

void endpoint_note_received(endpoint_t *receiver, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);

    if (!receiver->rcv_known) {
        receiver->rcv_known = true;
        receiver->rcv_nxt = end;
    } else if (seq_after(segment->seq, receiver->rcv_nxt)) {
        if (end != segment->seq)
            add_range(receiver, segment->seq, end);
    } else if (seq_after(end, receiver->rcv_nxt)) {
        receiver->rcv_nxt = end;
        absorb_ranges(receiver);
    }
    if (segment->has_timestamps &&
        (!receiver->acked_known || !seq_after(segment->seq, receiver->acked)))
        raise_seq(&receiver->ts_recent_known, &receiver->ts_recent, segment->ts_value);
}

void endpoint_note_missing(endpoint_t *receiver, uint32_t seq)
{
    const uint32_t behind = receiver->rcv_nxt;

    if (!receiver->rcv_known || !seq_before(seq, behind))
        return;
    receiver->rcv_nxt = seq;
    if (seq_before(seq + 1, behind))
        add_range(receiver, seq + 1, behind);
}

void endpoint_note_arrived(endpoint_t *receiver, uint32_t seq)
{
    raise_seq(&receiver->rcv_known, &receiver->rcv_nxt, seq);
    absorb_ranges(receiver);
}

void endpoint_note_far(endpoint_t *sender, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);

    if (!sender->far_known)
        sender->far = (seq_range_t){segment->seq, end};
    else if (seq_after(end, sender->far.end))
        sender->far.end = end;
    sender->far_known = true;
}

seq_place_t endpoint_place(const endpoint_t *receiver, uint32_t seq, uint32_t len)
{
    if (!receiver->rcv_known)
        return SEQ_UNKNOWN;

    const uint32_t low = receiver->acked_known && seq_before(receiver->acked, receiver->rcv_nxt)
                             ? receiver->acked
                             : receiver->rcv_nxt;
    const uint32_t high =
        receiver->edge_known ? receiver->right_edge : receiver->rcv_nxt + largest_window;

    if (seq_after(seq, receiver->rcv_nxt))
        return seq_after(seq, high) ? SEQ_OUTSIDE : SEQ_AHEAD;
    return seq_before(seq + len, low) ? SEQ_OLD : SEQ_EXACT;
}

bool endpoint_paws_rejects(const endpoint_t *receiver, const segment_t *segment)
{
    return segment->has_timestamps && receiver->ts_recent_known &&
           !segment_has(segment, TCP_FLAG_RST) &&
           seq_before(segment->ts_value, receiver->ts_recent);
}

bool endpoint_syn_covered_by(const endpoint_t *opener, uint32_t ack)
{
    return !opener->isn_known || seq_between(opener->isn + 1, ack, opener->snd_nxt);
}

bool endpoint_has_received(const endpoint_t *receiver, uint32_t seq)
{
    return receiver->rcv_known && seq_after(receiver->rcv_nxt, seq);
}

bool endpoint_checksum_rejects(const endpoint_t *sender, const segment_t *segment)
{
    return segment->checksum == CHECKSUM_BAD && sender->checksum_seen_good;
}

bool endpoint_gone(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_CLOSED || endpoint->state == STATE_LISTEN;
}
