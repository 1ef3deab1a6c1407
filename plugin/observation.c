/* observation.c
 * What an observation says in words, and which observations need not be kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observation.h"

#include "ecn.h"

#include <stdarg.h>
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
    for (unsigned i = 0; i < 2; i++)
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

/* A text that grows in a buffer of fixed size and is cut off at its end. */
typedef struct text {
    char *start;
    size_t size;
    size_t used;
} text_t;

static text_t begin_text(char *start, size_t size)
{
    if (size > 0)
        start[0] = '\0';
    return (text_t){start, size, 0};
}

#if defined __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static void
add(text_t *text, const char *format, ...)
{
    va_list arguments;

    if (text->used >= text->size)
        return;
    va_start(arguments, format);
    const int written =
        vsnprintf(text->start + text->used, text->size - text->used, format, arguments);
    va_end(arguments);
    if (written > 0)
        text->used += (size_t)written;
}

static const char *phase_name(uint8_t phase)
{
    switch (phase) {
#define X(name, number, text)                                                                      \
    case name:                                                                                     \
        return text;
        PHASE_LIST(X)
#undef X
    }
    return "Unknown";
}

static const char *role_name(uint8_t role)
{
    return role == ROLE_CLIENT ? "client" : "server";
}

static const char *sender_name(const observation_t *observation)
{
    switch (observation->direction) {
    case DIRECTION_TO_SERVER:
        return "the client";
    case DIRECTION_TO_CLIENT:
        return "the server";
    default:
        return "the sender";
    }
}

static const char *receiver_name(const observation_t *observation)
{
    switch (observation->direction) {
    case DIRECTION_TO_SERVER:
        return "the server";
    case DIRECTION_TO_CLIENT:
        return "the client";
    default:
        return "the receiver";
    }
}

static void add_teardown_steps(text_t *text, uint8_t steps)
{
    const char *separator = " ";

    add(text, "Teardown");
    for (unsigned step = 1; step <= 4; step++) {
        if (!(steps & 1u << (step - 1)))
            continue;
        add(text, "%s%u", separator, step);
        separator = "+";
    }
    add(text, "/4");
}

const char *observation_phase_text(const observation_t *observation, char *text, size_t size)
{
    text_t words = begin_text(text, size);

    if (observation->handshake_step)
        add(&words, "Handshake %u/3", observation->handshake_step);
    if (observation->handshake_step && observation->teardown_steps)
        add(&words, ", ");
    if (observation->teardown_steps)
        add_teardown_steps(&words, observation->teardown_steps);
    else if (observation->handshake_step && observation->phase == PHASE_TEARDOWN)
        add(&words, ", Teardown");
    if (!observation->handshake_step && !observation->teardown_steps)
        add(&words, "%s%s", phase_name(observation->phase),
            observation->phase == PHASE_TEARDOWN && observation->half_closed ? " (half-closed)"
                                                                             : "");
    if (observation->retransmission)
        add(&words, " (retransmission)");
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

/* -- What each flag means ---------------------------------------------------------------------- */

static void meaning_of_syn(text_t *text, const observation_t *observation, const segment_t *segment)
{
    const bool answer = segment_has(segment, TCP_FLAG_ACK);

    if (segment_flags_illegal(segment->flags))
        add(text, "SYN: makes no sense together with FIN or RST; no TCP sends this, scanners do.");
    else if (tcp_state_synchronized((tcp_state_t)observation->end[ROLE_CLIENT].previous) &&
             tcp_state_synchronized((tcp_state_t)observation->end[ROLE_SERVER].previous) &&
             !observation->handshake_step)
        add(text,
            "SYN: %s asks to open while a connection is there; it is answered with a challenge "
            "ACK.",
            sender_name(observation));
    else if (answer)
        add(text, "SYN: %s answers the request to open; its own numbers start at %u.",
            sender_name(observation), segment->seq);
    else
        add(text, "SYN: %s asks to open a connection; its numbers start at %u.",
            sender_name(observation), segment->seq);
}

static void meaning_of_fin(text_t *text, const observation_t *observation, const segment_t *segment)
{
    if (segment_flags_illegal(segment->flags))
        add(text, "FIN: makes no sense together with SYN or RST; no TCP sends this, scanners do.");
    else if (!segment_has(segment, TCP_FLAG_ACK))
        add(text, "FIN: no more data from %s, but without ACK the receiver drops it.",
            sender_name(observation));
    else
        add(text, "FIN: no more data from %s.", sender_name(observation));
}

static bool moved_by(const observation_t *observation, tcp_event_t event)
{
    for (unsigned i = 0; i < observation->move_count; i++)
        if (observation->moves[i].event == event)
            return true;
    return false;
}

static void meaning_of_rst(text_t *text, const observation_t *observation)
{
    const char *sender = sender_name(observation);

    if (moved_by(observation, EVENT_RECEIVE_RST) &&
        (observation->milestones & 1u << MILESTONE_REFUSED))
        add(text, "RST: %s refuses the connection.", sender);
    else if (moved_by(observation, EVENT_RECEIVE_RST) ||
             moved_by(observation, EVENT_RECEIVE_RST_ACTIVE))
        add(text, "RST: %s resets the connection; it is over at once, for both.", sender);
    else if (observation->phase == PHASE_RESET)
        add(text, "RST: %s has no connection, or has none any more.", sender);
    else
        add(text, "RST: %s asks for a reset that does not take effect here.", sender);
}

static void meaning_of_ack(text_t *text, const observation_t *observation, const segment_t *segment)
{
    const char *other = receiver_name(observation);

    if (segment_has(segment, TCP_FLAG_RST)) {
        add(text, "ACK: the number %u is valid; it tells what the RST answers.", segment->ack);
        return;
    }
    add(text, "ACK: everything from %s up to number %u has arrived", other, segment->ack - 1);
    if (observation->acked_frame)
        add(text, ", with it the %s in frame %u",
            segment_kind_text((segment_kind_t)observation->acked_kind), observation->acked_frame);
    add(text, "; %u is expected next.", segment->ack);
}

static void meaning_of_push(text_t *text, const observation_t *observation,
                            const segment_t *segment)
{
    if (segment->payload_len > 0)
        add(text, "PSH: %s wants these data handed to the application without waiting for more.",
            sender_name(observation));
    else
        add(text, "PSH: asks to hand over data at once, but the segment has none.");
}

static void meaning_of_ecn_bit(text_t *text, const observation_t *observation,
                               const segment_t *segment, uint16_t bit)
{
    const char *sender = sender_name(observation);
    const char *name = bit == TCP_FLAG_ECE ? "ECE" : bit == TCP_FLAG_CWR ? "CWR" : "AE";
    const bool syn = segment_has(segment, TCP_FLAG_SYN);

    if (syn && !segment_has(segment, TCP_FLAG_ACK))
        add(text, "%s: %s offers %s.", name, sender,
            segment_has(segment, TCP_FLAG_AE) ? "Accurate ECN" : "ECN");
    else if (syn)
        add(text, "%s: part of %s's answer to the offer of ECN.", name, sender);
    else if (bit == TCP_FLAG_ECE)
        add(text, "ECE: %s echoes that a packet from %s met congestion.", sender,
            receiver_name(observation));
    else if (bit == TCP_FLAG_CWR)
        add(text, "CWR: %s has reduced its congestion window.", sender);
    else
        add(text, "AE: part of Accurate ECN's count of congestion marks that %s received.", sender);
}

const char *observation_flag_meaning(const observation_t *observation, const segment_t *segment,
                                     uint16_t bit, char *text, size_t size)
{
    text_t words = begin_text(text, size);

    switch (bit) {
    case TCP_FLAG_FIN:
        meaning_of_fin(&words, observation, segment);
        break;
    case TCP_FLAG_SYN:
        meaning_of_syn(&words, observation, segment);
        break;
    case TCP_FLAG_RST:
        meaning_of_rst(&words, observation);
        break;
    case TCP_FLAG_PSH:
        meaning_of_push(&words, observation, segment);
        break;
    case TCP_FLAG_ACK:
        meaning_of_ack(&words, observation, segment);
        break;
    case TCP_FLAG_URG:
        add(&words, "URG: %s points to urgent data.", sender_name(observation));
        break;
    default:
        meaning_of_ecn_bit(&words, observation, segment, bit);
        break;
    }
    return text;
}
