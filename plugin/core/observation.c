/* observation.c
 * What an observation says in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observation.h"

#include "text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const facts_t observation_no_facts = {
    .close = {.half_closed_time = NO_TIME, .duration = NO_TIME},
    .handshake = {.rtt = NO_TIME, .rtt_server = NO_TIME, .rtt_client = NO_TIME},
    .episodes.of = {[ECN_OF_SENDER] = {.echo_time = NO_TIME, .response_time = NO_TIME},
                    [ECN_NEXT_OF_SENDER] = {.echo_time = NO_TIME, .response_time = NO_TIME},
                    [ECN_OF_RECEIVER] = {.echo_time = NO_TIME, .response_time = NO_TIME}},
};

/* All but the facts. Observations are compared byte by byte, so padding is cleared, too. */
enum { HEAD_SIZE = offsetof(observation_t, facts) };

void observation_clear(observation_t *observation)
{
    memset(observation, 0, HEAD_SIZE);
    observation->time_in_state[ROLE_CLIENT] = observation->time_in_state[ROLE_SERVER] = NO_TIME;
}

facts_t *observation_add_facts(observation_t *observation)
{
    if (!observation->has_facts)
        memcpy(&observation->facts, &observation_no_facts, sizeof observation->facts);
    observation->has_facts = true;
    return &observation->facts;
}

bool observation_equal(const observation_t *one, const observation_t *other)
{
    return memcmp(one, other, HEAD_SIZE) == 0 &&
           (!one->has_facts || memcmp(&one->facts, &other->facts, sizeof one->facts) == 0);
}

bool observation_changed(const observation_t *observation)
{
    return observation_facts(observation)->moves.count > 0;
}

bool observation_moved_by(const observation_t *observation, tcp_event_t event)
{
    const moves_t *moves = &observation_facts(observation)->moves;

    for (unsigned i = 0; i < moves->count; i++)
        if (moves->move[i].event == event)
            return true;
    return false;
}

void observation_of_stray(const segment_t *segment, observation_t *out)
{
    observation_clear(out);
    out->kind = (uint8_t)segment_header_kind(segment);
}

void observation_of_unreachable(uint32_t syn_frame, observation_t *out)
{
    observation_clear(out);
    out->milestones = 1u << MILESTONE_UNREACHABLE;
    observation_add_facts(out)->handshake.syn_frame = syn_frame;
}

copied_t copied_of(const observation_t *original, uint32_t frame)
{
    return (copied_t){.frame = frame,
                      .kind = original->kind,
                      .phase = original->phase,
                      .handshake_step = original->handshake_step,
                      .teardown_steps = original->teardown_steps,
                      .retransmission = original->retransmission,
                      .perhaps_copy = original->perhaps_copy,
                      .half_closed = original->status.half_closed};
}

void observation_of_copy(const status_t *status, const copied_t *copied, const segment_t *copy,
                         unsigned sender_side, observation_t *out)
{
    observation_clear(out);
    out->copy_of = copied->frame;
    out->kind = copied->kind;
    out->direction = sender_side == status->client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT;
    out->phase = copied->phase;
    out->handshake_step = copied->handshake_step;
    out->teardown_steps = copied->teardown_steps;
    out->retransmission = copied->retransmission;
    out->perhaps_copy = copied->perhaps_copy;
    out->status = *status;
    out->status.half_closed = copied->half_closed;
    for (unsigned role = 0; role < 2; role++)
        out->previous[role] = status->state[role];
    if (copy->ip_ecn == IP_ECN_CE)
        out->ecn.roles = 1u << ECN_ROLE_CE_MARK;
}

/* -- Words ------------------------------------------------------------------------------------- */

TEXT_OF_VALUE(phase_name_text, PHASE_LIST)
TEXT_OF_VALUE(who_text, WHO_LIST)
TEXT_OF_VALUE(rst_reason_text, RST_REASON_LIST)
TEXT_OF_VALUE(handshake_type_text, HANDSHAKE_TYPE_LIST)
TEXT_OF_VALUE(ecn_mode_text, ECN_MODE_LIST)

const char *who_word(uint8_t who)
{
    static const char *const words[] = {
        [WHO_CLIENT] = "client", [WHO_SERVER] = "server", [WHO_BOTH] = "both"};

    return who < sizeof words / sizeof *words ? words[who] : NULL;
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
    const uint8_t handshake_step =
        observation->phase == PHASE_CLOSED ? 0 : observation->handshake_step;

    if (handshake_step)
        text_add(&words, "Handshake %u/3", handshake_step);
    if (handshake_step && observation->teardown_steps)
        text_add(&words, ", ");
    if (observation->teardown_steps)
        add_teardown_steps(&words, observation->teardown_steps);
    else if (handshake_step && observation->phase == PHASE_TEARDOWN)
        text_add(&words, ", Teardown");
    if (!handshake_step && !observation->teardown_steps)
        text_add(&words, "%s%s", phase ? phase : "Unknown",
                 observation->phase == PHASE_TEARDOWN && observation->status.half_closed
                     ? " (half-closed)"
                     : "");
    if (observation->retransmission)
        text_add(&words, observation->perhaps_copy ? " (repeated)" : " (retransmission)");
    if (observation->copy_of)
        text_add(&words, " (copy)");
    return text;
}

static void add_rst(text_t *text, const rst_facts_t *rst)
{
    if (!rst->by)
        return;
    text_add(text, ", RST of the %s", who_word(rst->by));
    if (rst->reason != RST_REASON_UNKNOWN)
        text_add(text, ": %s", rst_reason_text(rst->reason));
}

static void add_gravest(text_t *text, const anomaly_set_t *anomalies)
{
    const unsigned count = anomaly_count(anomalies);

    if (count > 0)
        text_add(text, ". %s", anomaly_sentence(anomaly_gravest(anomalies)));
    if (count > 1)
        text_add(text, ", and %u more", count - 1);
}

const char *observation_summary(const observation_t *observation, char *text, size_t size)
{
    text_t words = text_begin(text, size);
    char phase[80];

    if (!observation->kind) {
        text_add(&words, "Unreachable");
        return text;
    }
    text_add(&words, "%s", observation_phase_text(observation, phase, sizeof phase));
    if (observation->direction)
        text_add(&words, ", client %s, server %s",
                 tcp_state_text((tcp_state_t)observation->status.state[ROLE_CLIENT]),
                 tcp_state_text((tcp_state_t)observation->status.state[ROLE_SERVER]));
    add_rst(&words, &observation_facts(observation)->rst);
    add_gravest(&words, &observation->anomalies);
    return text;
}
