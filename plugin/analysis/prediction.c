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
#include "silent.h"

/* No real segment exceeds this, so that sums of it and TCP_WINDOW_MAX are far from half of the
 * number space, where comparisons turn round. */
static const uint32_t largest_payload = UINT32_C(1) << 16;

/* -- Whose segments may fit -------------------------------------------------------------------- */

/* It has said that it has got more than is taken to be true. */
static bool claims_more(const endpoint_t *endpoint)
{
    return endpoint->acked_known && seq_after(endpoint->last_ack, endpoint->acked);
}

/* ESTABLISHED, with nothing left that its next segment or an ACK could settle. */
static bool is_quiet(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_ESTABLISHED && !endpoint->fin.sent &&
           !endpoint->refused_fin.known && endpoint->snd_known && endpoint->rcv_known &&
           endpoint->range_count == 0 && !endpoint->far_known && endpoint->disowned == 0 &&
           endpoint->challenged_by == 0 && !claims_more(endpoint);
}

/* Its next number is in the gap that an ACK of it has shown: that may have been a false one. */
static bool may_fill_gap(const endpoint_t *endpoint)
{
    return endpoint->has_gap && !seq_after(endpoint->snd_nxt, endpoint->gap_start);
}

/* Proven: what it has sent leaves nothing to prove. */
static bool is_settled(const endpoint_t *endpoint)
{
    return is_quiet(endpoint) && endpoint->basis == BASIS_SENT && endpoint->spoke &&
           !may_fill_gap(endpoint);
}

/* All that the one has sent was captured, and has arrived. */
static bool is_in_step(const endpoint_t *one, const endpoint_t *other)
{
    return one->snd_max == one->snd_nxt && other->rcv_nxt == one->snd_nxt;
}

static bool is_calm(const connection_t *connection)
{
    const progress_t *progress = &connection->progress;

    return progress->type_told && !progress->reset && progress->fins_seen == 0 &&
           !connection->pending.waiting && !ecn_is_eventful(&connection->ecn);
}

static bool are_both_heard(const connection_t *connection)
{
    const endpoint_t *end = connection->end;

    return connection->progress.data_seen && !connection->coverage.one_way &&
           connection->round_trip.known && is_settled(&end[0]) && is_settled(&end[1]) &&
           is_in_step(&end[0], &end[1]) && is_in_step(&end[1], &end[0]);
}

/* It was told that the capture lacks data of this side, or has nothing at all of it, and that is
 * still so. */
static bool is_lack_told(const connection_t *connection, const endpoint_t *unheard)
{
    if (!unheard->spoke)
        return connection->coverage.one_way_told;
    return !connection->coverage.one_way && unheard->gap_told &&
           unheard->gap_told_time == unheard->last_time;
}

/* All that has arrived at it is what it has acknowledged, and its state is no presumption. */
static bool is_heard(const endpoint_t *endpoint)
{
    return is_quiet(endpoint) && endpoint->spoke && endpoint->basis != BASIS_PRESUMED &&
           endpoint->acked_known && endpoint->rcv_nxt == endpoint->acked && !may_fill_gap(endpoint);
}

/* It has sent more than was captured. */
static bool is_unheard(const endpoint_t *endpoint)
{
    return is_quiet(endpoint) && endpoint->has_gap && !endpoint->damaged_known &&
           endpoint->snd_max == endpoint->snd_nxt;
}

/* The capture goes on with the segments of this side alone. */
static bool is_heard_alone(const connection_t *connection, unsigned side)
{
    const endpoint_t *heard = &connection->end[side];
    const endpoint_t *unheard = &connection->end[!side];

    return is_heard(heard) && is_unheard(unheard) && is_in_step(heard, unheard) &&
           !(unheard->acked_known && seq_after(unheard->acked, heard->snd_nxt)) &&
           !connection->round_trip.timed[!side].running && !connection->shared.known &&
           is_lack_told(connection, unheard);
}

predictable_t prediction_whose(const connection_t *connection)
{
    if (!is_calm(connection))
        return PREDICTABLE_NOBODY;
    if (are_both_heard(connection))
        return PREDICTABLE_BOTH;
    if (is_heard_alone(connection, 0))
        return PREDICTABLE_SIDE_0;
    return is_heard_alone(connection, 1) ? PREDICTABLE_SIDE_1 : PREDICTABLE_NOBODY;
}

/* -- What fits --------------------------------------------------------------------------------- */

/* ACK, with data perhaps PSH, and no other flag. */
static bool header_fits(const segment_t *segment)
{
    const uint16_t perhaps = segment->payload_len > 0 ? TCP_FLAG_PSH : 0;

    return (segment->flags & ~perhaps) == TCP_FLAG_ACK && segment->payload_len <= largest_payload &&
           segment->checksum != CHECKSUM_BAD && !segment->perhaps_copy;
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

/* Likewise of a side that is heard alone. */
static bool lone_seq_fits(const endpoint_t *sender, const endpoint_t *receiver,
                          const segment_t *segment)
{
    return segment->seq == sender->snd_nxt && segment->payload_len != 1 &&
           (!receiver->acked_known || segment->seq - receiver->acked <= TCP_WINDOW_MAX);
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

/* Beyond all that was captured of the receiver, but within the window that the sender has opened,
 * as far as that is known. What moves on by one may stand for a FIN (silent.h). */
static bool lone_ack_fits(const endpoint_t *sender, const endpoint_t *receiver,
                          const segment_t *segment)
{
    const uint32_t news = segment->ack - sender->acked;
    const uint32_t room = sender->edge_known ? sender->right_edge - sender->acked : TCP_WINDOW_MAX;

    if (news == 0)
        return segment->payload_len > 0;
    return news > 1 && news <= room && room <= TCP_WINDOW_MAX &&
           seq_after(segment->ack, receiver->snd_nxt) && segment->ack != receiver->isn + 1;
}

static bool edge_moves_left(const endpoint_t *sender, const segment_t *segment)
{
    return sender->edge_known &&
           seq_before(segment->ack + endpoint_window(sender, segment), sender->right_edge);
}

static bool numbers_fit(const connection_t *connection, const segment_t *segment,
                        unsigned sender_side)
{
    const endpoint_t *sender = connection_end(connection, sender_side);
    const endpoint_t *receiver = connection_end(connection, !sender_side);

    if (edge_moves_left(sender, segment) || endpoint_paws_rejects(receiver, segment))
        return false;
    if (connection->predictable == PREDICTABLE_BOTH)
        return seq_fits(sender, receiver, segment) && ack_fits(sender, receiver, segment);
    return connection->predictable == PREDICTABLE_SIDE_0 + sender_side &&
           (segment->payload_len == 0 || connection->progress.data_seen) &&
           lone_seq_fits(sender, receiver, segment) && lone_ack_fits(sender, receiver, segment);
}

bool prediction_fits(const connection_t *connection, const segment_t *segment, unsigned sender_side)
{
    return connection->predictable && header_fits(segment) &&
           numbers_fit(connection, segment, sender_side) &&
           !ecn_concerns(&connection->ecn, segment, sender_side, false);
}

/* -- What it changes --------------------------------------------------------------------------- */

/* What the segment of a side shows of the other one that is not heard. Returns true where it
 * acknowledges something new of that. */
static bool show_unheard(silent_t *silent, endpoint_t *sender, endpoint_t *receiver,
                         const segment_t *segment)
{
    const bool news = segment->ack != sender->acked;

    endpoint_note_arrived(sender, segment->ack);
    if (news)
        endpoint_note_gap(receiver, sender->acked, segment->ack);
    if (!receiver->spoke) {
        if (news)
            endpoint_set_next(receiver, segment->ack);
        silent_note_ack(silent, sender, segment);
    }
    endpoint_await_proof(receiver, segment);
    return news;
}

bool prediction_take(connection_t *connection, const segment_t *segment, unsigned sender_side)
{
    endpoint_t *sender = connection_own_end(connection, sender_side);
    endpoint_t *receiver = connection_own_end(connection, !sender_side);
    const bool acks_missing = connection->predictable != PREDICTABLE_BOTH &&
                              show_unheard(&connection->silent, sender, receiver, segment);

    round_trip_measure(&connection->round_trip, segment, sender_side, false);
    endpoint_send_next(sender, segment);
    endpoint_receive_next(receiver, segment);
    return acks_missing;
}

verdict_t prediction_observe(connection_t *connection, const segment_t *segment,
                             unsigned sender_side, observation_t *out)
{
    const bool acks_missing = prediction_take(connection, segment, sender_side);

    observation_of_steady(&connection->status, segment, sender_side, out);
    return (verdict_t){.steady = true, .counts = true, .acks_missing = acks_missing};
}
