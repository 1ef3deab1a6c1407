/* observation.c
 * What an observation says in words, and which observations need not be kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observation.h"

#include "ecn.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

/* -- Keeping ----------------------------------------------------------------------------------- */

void observation_clear(observation_t *observation)
{
    memset(observation, 0, sizeof *observation);
    observation->end[ROLE_CLIENT].time_in_state = NO_TIME;
    observation->end[ROLE_SERVER].time_in_state = NO_TIME;
    observation->handshake.rtt = NO_TIME;
    observation->handshake.rtt_server = observation->handshake.rtt_client = NO_TIME;
    observation->close.half_closed_time = observation->close.duration = NO_TIME;
    for (unsigned i = 0; i < ECN_EPISODES_MAX; i++)
        observation->ecn.of[i].echo_time = observation->ecn.of[i].response_time = NO_TIME;
}

bool observation_changed(const observation_t *observation)
{
    return observation->move_count > 0;
}

/* What the header alone says of an ordinary segment. */
static segment_kind_t plain_kind(const segment_t *segment)
{
    if (segment_flags_illegal(segment->flags))
        return SEGMENT_ILLEGAL_FLAGS;
    if (segment_has(segment, TCP_FLAG_RST))
        return SEGMENT_RST;
    if (segment_has(segment, TCP_FLAG_SYN))
        return segment_has(segment, TCP_FLAG_ACK) ? SEGMENT_SYN_ACK : SEGMENT_SYN;
    if (segment_has(segment, TCP_FLAG_FIN))
        return SEGMENT_FIN;
    return segment->payload_len > 0 ? SEGMENT_DATA : SEGMENT_ACK;
}

bool observation_is_steady(const observation_t *observation, const segment_t *segment)
{
    return (observation->kind == SEGMENT_DATA || observation->kind == SEGMENT_ACK) &&
           observation->kind == plain_kind(segment) && !observation->standing_changed &&
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
    out->kind = (uint8_t)plain_kind(segment);
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

void observation_of_stray(const segment_t *segment, observation_t *out)
{
    observation_clear(out);
    out->kind = (uint8_t)plain_kind(segment);
}

/* -- Words ------------------------------------------------------------------------------------- */

TEXT_OF_VALUE(phase_name_text, PHASE_LIST)
TEXT_OF_VALUE(who_text, WHO_LIST)
TEXT_OF_VALUE(rst_reason_text, RST_REASON_LIST)
TEXT_OF_VALUE(ecn_mode_text, ECN_MODE_LIST)

static const char *role_name(uint8_t role)
{
    return role == ROLE_CLIENT ? "client" : "server";
}

static void add_teardown_steps(text_t *text, uint8_t steps)
{
    const char *separator = " ";

    text_add(text, "Teardown");
    for (unsigned step = 1; step <= 4; step++) {
        if (!(steps & 1u << (step - 1)))
            continue;
        text_add(text, "%s%u", separator, step);
        separator = "+";
    }
    text_add(text, "/4");
}

const char *observation_phase_text(const observation_t *observation, char *text, size_t size)
{
    text_t words = text_begin(text, size);
    const char *phase = phase_name_text(observation->phase);

    if (observation->handshake_step)
        text_add(&words, "Handshake %u/3", observation->handshake_step);
    if (observation->handshake_step && observation->teardown_steps)
        text_add(&words, ", ");
    if (observation->teardown_steps)
        add_teardown_steps(&words, observation->teardown_steps);
    else if (observation->handshake_step && observation->phase == PHASE_TEARDOWN)
        text_add(&words, ", Teardown");
    if (!observation->handshake_step && !observation->teardown_steps)
        text_add(&words, "%s%s", phase ? phase : "Unknown",
                 observation->phase == PHASE_TEARDOWN && observation->half_closed ? " (half-closed)"
                                                                                  : "");
    if (observation->retransmission)
        text_add(&words, " (retransmission)");
    return text;
}

const char *observation_move_text(const move_t *move, char *text, size_t size)
{
    const tcp_event_t event = (tcp_event_t)move->event;
    const tcp_transition_t *row = tcp_transition_find(event, (tcp_state_t)move->from);

    snprintf(text, size, "%s %s: %s to %s (%s)", role_name(move->role), tcp_event_text(event),
             tcp_state_text((tcp_state_t)move->from), tcp_state_text((tcp_state_t)move->to),
             row ? row->rule : "RFC 9293 3.3.2");
    return text;
}

const char *observation_summary(const observation_t *observation, char *text, size_t size)
{
    char phase[80];

    observation_phase_text(observation, phase, sizeof phase);
    if (observation->direction)
        snprintf(text, size, "%s, client %s, server %s", phase,
                 tcp_state_text((tcp_state_t)observation->end[ROLE_CLIENT].state),
                 tcp_state_text((tcp_state_t)observation->end[ROLE_SERVER].state));
    else
        snprintf(text, size, "%s", phase);
    return text;
}
