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
#include "endpoint.h"

/* Bounds that no real segment and no window (RFC 7323 2.3) exceeds, so that sums of them are far
 * from half of the number space, where comparisons turn round. */
static const uint32_t largest_payload = UINT32_C(1) << 16;
static const uint32_t largest_window = UINT32_C(1) << 30;

/* -- Calm -------------------------------------------------------------------------------------- */

/* ESTABLISHED, proven, and with nothing left that its next segment or an ACK could settle. */
static bool end_is_calm(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_ESTABLISHED && endpoint->basis == BASIS_SENT &&
           endpoint->proof == PROOF_COMPLETE && endpoint->spoke && !endpoint->fin_sent &&
           endpoint->snd_known && endpoint->acked_known && endpoint->rcv_known &&
           endpoint->range_count == 0 && !endpoint->far_known && !endpoint->rst_survived &&
           endpoint->disowned == 0 && endpoint->challenged_by == 0;
}

/* All that the one has sent was captured, and has arrived. */
static bool is_in_step(const endpoint_t *one, const endpoint_t *other)
{
    return one->snd_max == one->snd_nxt && other->rcv_nxt == one->snd_nxt;
}

bool prediction_is_calm(const connection_t *connection)
{
    const endpoint_t *end = connection->end;

    return connection->begun && connection->handshake_done && connection->type_told &&
           connection->data_seen && !connection->one_way && !connection->reset &&
           !connection->pending.waiting && connection->fins_seen == 0 &&
           (connection->round_trip_known || !connection->midstream) &&
           !ecn_is_eventful(&connection->ecn) && end_is_calm(&end[0]) && end_is_calm(&end[1]) &&
           is_in_step(&end[0], &end[1]) && is_in_step(&end[1], &end[0]);
}

/* -- Fitting ----------------------------------------------------------------------------------- */

/* ACK, with data perhaps PSH, and no other flag. */
static bool header_fits(const segment_t *segment)
{
    const uint16_t perhaps = segment->payload_len > 0 ? TCP_FLAG_PSH : 0;

    return (segment->flags & ~perhaps) == TCP_FLAG_ACK && segment->payload_len <= largest_payload &&
           segment->checksum != CHECKSUM_BAD;
}

/* The next number, and no probe of a closed window. On a calm connection that number is also the
 * receiver's RCV.NXT. */
static bool seq_fits(const endpoint_t *sender, const endpoint_t *receiver, const segment_t *segment)
{
    return segment->seq == sender->snd_nxt && segment->seq - receiver->acked <= largest_window &&
           receiver->window > 0;
}

/* Between what the sender has acknowledged and what the receiver has sent. Without data it has to
 * be new: else it may be a window update, or the handshake's third step again. */
static bool ack_fits(const endpoint_t *sender, const endpoint_t *receiver, const segment_t *segment)
{
    const uint32_t news = segment->ack - sender->acked;
    const uint32_t outstanding = receiver->snd_nxt - sender->acked;

    return news <= outstanding && outstanding <= largest_window &&
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

    return connection->calm && header_fits(segment) && seq_fits(sender, receiver, segment) &&
           ack_fits(sender, receiver, segment) && !edge_moves_left(sender, segment) &&
           !endpoint_paws_rejects(receiver, segment) &&
           !ecn_concerns(&connection->ecn, segment, sender_side, false);
}

/* -- Observing --------------------------------------------------------------------------------- */

static void show(const connection_t *connection, const segment_t *segment, unsigned sender_side,
                 observation_t *out)
{
    observation_clear(out);
    out->kind = segment->payload_len > 0 ? SEGMENT_DATA : SEGMENT_ACK;
    out->direction =
        sender_side == connection->client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT;
    out->roles = (uint8_t)connection->roles;
    out->phase = out->following_phase = PHASE_DATA;
    out->client_side = connection->client_side;
    out->counts = true;
    for (unsigned role = 0; role < 2; role++) {
        out->end[role].previous = out->end[role].state = STATE_ESTABLISHED;
        out->end[role].basis = BASIS_SENT;
    }
    ecn_show(&connection->ecn, connection->client_side, segment, &out->ecn, &out->anomalies);
}

void prediction_observe(connection_t *connection, const segment_t *segment, unsigned sender_side,
                        observation_t *out)
{
    endpoint_t *sender = &connection->end[sender_side];
    endpoint_t *receiver = &connection->end[!sender_side];

    endpoint_note_sent(sender, segment);
    endpoint_note_received(receiver, segment);
    sender->last_ack_known = true;
    sender->last_ack = segment->ack;
    sender->unanswered = receiver->unanswered = 0;
    endpoint_remember(sender, segment);
    show(connection, segment, sender_side, out);
}
