/* steady.c
 * Which observations need not be kept, and how they are told again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observe.h"

#include "ecn.h"

bool observation_is_steady(const observation_t *observation, const segment_t *segment)
{
    return (observation->kind == SEGMENT_DATA || observation->kind == SEGMENT_ACK) &&
           observation->kind == segment_plain_kind(segment) && !observation->standing_changed &&
           observation->move_count == 0 && observation->milestones == 0 &&
           observation->handshake_step == 0 && observation->teardown_steps == 0 &&
           observation->handshake.type == 0 && !observation->handshake.ack_judged &&
           observation->challenge_ack == 0 && !observation->ecn.kept &&
           (observation->anomalies.raised & ~ecn_steady_anomalies) == 0 &&
           observation->phase == observation->following_phase;
}

void observation_of_steady(const observation_t *last, const segment_t *segment,
                           unsigned sender_side, observation_t *out)
{
    observation_clear(out);
    out->kind = (uint8_t)segment_plain_kind(segment);
    out->direction = sender_side == last->client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT;
    out->roles = last->roles;
    out->phase = out->following_phase = last->following_phase;
    out->half_closed = last->half_closed;
    out->client_side = last->client_side;
    for (unsigned role = 0; role < 2; role++)
        out->end[role] = (endpoint_view_t){.previous = last->end[role].state,
                                           .state = last->end[role].state,
                                           .basis = last->end[role].basis,
                                           .time_in_state = NO_TIME};
    ecn_of_steady(&last->ecn, segment, &out->ecn, &out->anomalies);
}
