/* prediction.c
 * Which segment is just what was to be expected, and what little it changes.
 *
 * Whoever adds a question to the analysis asks here, too, whether its answer is "no" for the
 * segments that fit; else the question belongs into one of the conditions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "prediction.h"

#include "ecn.h"
#include "observe_steady.h"
#include "round_trip.h"

/* No real segment exceeds this, so that sums of it and TCP_WINDOW_MAX are far from half of the
 * number space, where comparisons turn round. */
static const uint32_t largest_payload = UINT32_C(1) << 16;

/* -- Where it is possible ---------------------------------------------------------------------- */

/* ESTABLISHED, proven (what an endpoint has sent leaves nothing to prove), and with nothing left
 * that its next segment or an ACK could settle. */
static bool is_settled(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_ESTABLISHED && endpoint->basis == BASIS_SENT &&
           endpoint->spoke && !endpoint->fin.sent && !endpoint->refused_fin.known &&
           endpoint->snd_known && endpoint->acked_known && endpoint->rcv_known &&
           endpoint->range_count == 0 && !endpoint->far_known && endpoint->disowned == 0 &&
           endpoint->challenged_by == 0;
}

/* All that the one has sent was captured, and has arrived. */
static bool is_in_step(const endpoint_t *one, const endpoint_t *other)
{
    return one->snd_max == one->snd_nxt && other->rcv_nxt == one->snd_nxt;
}

bool prediction_is_possible(const connection_t *connection)
{
    const endpoint_t *end = connection->end;
    const progress_t *progress = &connection->progress;

    return progress->handshake_done && progress->type_told && progress->data_seen &&
           !connection->coverage.one_way && !progress->reset && !connection->pending.waiting &&
           progress->fins_seen == 0 && connection->round_trip.known &&
           !ecn_is_eventful(&connection->ecn) && is_settled(&end[0]) && is_settled(&end[1]) &&
           is_in_step(&end[0], &end[1]) && is_in_step(&end[1], &end[0]);
}

/* -- What fits --------------------------------------------------------------------------------- */

/* ACK, with data perhaps PSH, and no other flag. */
static bool header_fits(const segment_t *segment)
{
    const uint16_t perhaps = segment->payload_len > 0 ? TCP_FLAG_PSH : 0;

    return (segment->flags & ~perhaps) == TCP_FLAG_ACK && segment->payload_len <= largest_payload &&
           segment->checksum != CHECKSUM_BAD;
}

/* A byte may probe a window that is closed, or that its sender has used up. */
static bool may_probe(const endpoint_t *receiver, const segment_t *segment)
{
    return segment->payload_len == 1 &&
           (receiver->window == 0 || segment->seq == receiver->right_edge);
}

/* The next number. Where all is in step it is also the receiver's RCV.NXT. */
static bool seq_fits(const endpoint_t *sender, const endpoint_t *receiver, const segment_t *segment)
{
    return segment->seq == sender->snd_nxt && segment->seq - receiver->acked <= TCP_WINDOW_MAX &&
           !may_probe(receiver, segment);
}

/* Between what the sender has acknowledged and what the receiver has sent. Without data it has to
 * be new: else it may be a window update, or the handshake's third step again. */
static bool ack_fits(const endpoint_t *sender, const endpoint_t *receiver, const segment_t *segment)
{
    const uint32_t news = segment->ack - sender->acked;
    const uint32_t outstanding = receiver->snd_nxt - sender->acked;

    return news <= outstanding && outstanding <= TCP_WINDOW_MAX &&
           (segment->payload_len > 0 || (news > 0 && segment->ack != receiver->isn + 1));
}

static bool edge_moves_left(const endpoint_t *sender, const segment_t *segment)
{
    return sender->edge_known &&
           seq_before(segment->ack + endpoint_window(sender, segment), sender->right_edge);
}

bool prediction_fits(const connection_t *connection, const segment_t *segment, unsigned sender_side)
{
    const endpoint_t *sender = &connection->end[sender_side];
    const endpoint_t *receiver = &connection->end[!sender_side];

    return connection->predictable && header_fits(segment) && seq_fits(sender, receiver, segment) &&
           ack_fits(sender, receiver, segment) && !edge_moves_left(sender, segment) &&
           !endpoint_paws_rejects(receiver, segment) &&
           !ecn_concerns(&connection->ecn, segment, sender_side, false);
}

/* -- What it changes --------------------------------------------------------------------------- */

void prediction_observe(connection_t *connection, const segment_t *segment, unsigned sender_side,
                        observation_t *out)
{
    endpoint_t *sender = &connection->end[sender_side];
    endpoint_t *receiver = &connection->end[!sender_side];

    round_trip_measure(&connection->round_trip, segment, sender_side, false);
    endpoint_note_sent(sender, segment);
    endpoint_note_received(receiver, segment);
    endpoint_note_last_ack(sender, segment->ack);
    endpoint_note_answered(receiver);
    endpoint_remember(sender, segment, false);
    observation_of_steady(&connection->status, segment, sender_side, out);
}
