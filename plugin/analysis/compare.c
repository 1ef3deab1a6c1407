/* compare.c
 * How a segment compares with what was captured before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compare.h"

/* A Fast Open server may have answered and closed when it sends its SYN-ACK: that has data and FIN
 * then (RFC 7413 4.2.2, RFC 9293 3.10.7.3). */
static bool is_closing_syn_ack(const analysis_t *analysis)
{
    const unsigned flags = TCP_FLAG_SYN | TCP_FLAG_ACK | TCP_FLAG_FIN;

    return (analysis->segment->flags & (flags | TCP_FLAG_RST)) == flags &&
           analysis->connection->begun && analysis->connection->beginning.fast_open;
}

/* tcpstate.segment is the first kind that fits. */
static segment_kind_t kind_of(const analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_kind_t kind = segment_header_kind(segment);

    if (is_closing_syn_ack(analysis))
        return SEGMENT_SYN_ACK;
    if (kind != SEGMENT_DATA && kind != SEGMENT_ACK)
        return kind;
    if (receiver->acked_known && segment->payload_len <= 1 && segment->seq + 1 == receiver->acked)
        return SEGMENT_KEEP_ALIVE;
    if (segment->payload_len == 1 && segment->seq == receiver->acked && receiver->window_known &&
        receiver->window == 0)
        return SEGMENT_WINDOW_PROBE;
    if (kind == SEGMENT_ACK && segment_has(segment, TCP_FLAG_ACK) && sender->window_known &&
        segment->window != sender->window && segment->ack == sender->acked &&
        segment->seq == sender->snd_nxt)
        return SEGMENT_WINDOW_UPDATE;
    return kind;
}

/* It matters only where the segment has an ACK. */
static age_t age_of(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    if (sender->acked_known && seq_after(segment->ack, sender->acked))
        return AGE_NEW;
    if (!segment->has_timestamps || !sender->ts_known || segment->ts_value == sender->ts_last)
        return AGE_UNKNOWN;
    return seq_after(segment->ts_value, sender->ts_last) ? AGE_NEW : AGE_OLD;
}

/* A segment that is sent again has a new clock value, a copy that the network made the old one. */
static void compare_repetition(const analysis_t *analysis, comparison_t *compared)
{
    const segment_t *segment = analysis->segment;

    compared->seen_before =
        endpoint_has_got(analysis->receiver, segment->seq, segment_end(segment));
    if (!endpoint_has_received(analysis->receiver, segment_end(segment) - 1))
        return;
    compared->resent = compared->age == AGE_NEW;
    compared->perhaps_resent = !compared->resent && !segment->has_timestamps;
}

/* A pure ACK with numbers that the other endpoint has already seen, if only in the connection
 * before, of which an endpoint in TIME-WAIT tells. */
static bool says_nothing(const endpoint_t *sender, const segment_t *segment)
{
    if (segment_len(segment) > 0 || !segment_has(segment, TCP_FLAG_ACK))
        return false;
    if (sender->state == STATE_TIME_WAIT && !sender->spoke)
        return true;
    return segment->seq == sender->snd_nxt && sender->acked_known && segment->ack == sender->acked;
}

static bool waits_for_the_end(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_TIME_WAIT || endpoint->state == STATE_LAST_ACK;
}

void compare_with_before(const analysis_t *analysis, comparison_t *compared)
{
    const segment_t *segment = analysis->segment;
    const endpoint_t *sender = analysis->sender;

    compared->kind = kind_of(analysis);
    compared->age = age_of(analysis);
    compared->repeats = sender->snd_known && segment_len(segment) > 0 &&
                        !seq_after(segment_end(segment), sender->snd_nxt);
    if (compared->repeats)
        compare_repetition(analysis, compared);
    compared->after_gap = sender->snd_known && seq_after(segment->seq, sender->snd_nxt);
    compared->says_nothing = says_nothing(sender, segment);
    compared->repeats_last_ack =
        compared->kind == SEGMENT_ACK &&
        (waits_for_the_end(sender) || waits_for_the_end(analysis->receiver));
    compared->acked_before_known = sender->acked_known;
    compared->acked_before = sender->acked;
}
