/* flag_meaning.c
 * What each flag of a segment means at its place in the connection, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "flag_meaning.h"

#include "ecn_meaning.h"
#include "meaning.h"

static void meaning_of_syn(text_t *text, const observation_t *observation, const segment_t *segment)
{
    const bool answer = segment_has(segment, TCP_FLAG_ACK);

    if (segment_flags_illegal(segment->flags))
        text_add(text,
                 "SYN: makes no sense together with FIN or RST; no TCP sends this, scanners do.");
    else if (tcp_state_synchronized((tcp_state_t)observation->previous[ROLE_CLIENT]) &&
             tcp_state_synchronized((tcp_state_t)observation->previous[ROLE_SERVER]) &&
             !observation->handshake_step)
        text_add(
            text,
            "SYN: %s asks to open while a connection is there; it is answered with a challenge "
            "ACK.",
            meaning_sender(observation));
    else if (answer)
        text_add(text, "SYN: %s answers the request to open; its own numbers start at %u.",
                 meaning_sender(observation), segment->seq);
    else
        text_add(text, "SYN: %s asks to open a connection; its numbers start at %u.",
                 meaning_sender(observation), segment->seq);
}

static void meaning_of_fin(text_t *text, const observation_t *observation, const segment_t *segment)
{
    if (segment_flags_illegal(segment->flags))
        text_add(text,
                 "FIN: makes no sense together with SYN or RST; no TCP sends this, scanners do.");
    else if (!segment_has(segment, TCP_FLAG_ACK))
        text_add(text, "FIN: no more data from %s, but without ACK the receiver drops it.",
                 meaning_sender(observation));
    else
        text_add(text, "FIN: no more data from %s.", meaning_sender(observation));
}

static void meaning_of_rst(text_t *text, const observation_t *observation)
{
    const char *sender = meaning_sender(observation);

    if (observation_moved_by(observation, EVENT_RECEIVE_RST) &&
        (observation->milestones & 1u << MILESTONE_REFUSED))
        text_add(text, "RST: %s refuses the connection.", sender);
    else if (observation_moved_by(observation, EVENT_RECEIVE_RST) ||
             observation_moved_by(observation, EVENT_RECEIVE_RST_ACTIVE))
        text_add(text, "RST: %s resets the connection; it is over at once, for both.", sender);
    else if (observation->phase == PHASE_RESET)
        text_add(text, "RST: %s has no connection, or no longer has one.", sender);
    else
        text_add(text, "RST: %s asks for a reset that does not take effect here.", sender);
}

static void meaning_of_ack(text_t *text, const observation_t *observation, const segment_t *segment)
{
    const char *other = meaning_receiver(observation);
    const facts_t *facts = observation_facts(observation);

    if (segment_has(segment, TCP_FLAG_RST)) {
        text_add(text, "ACK: the number %u is valid; it tells what the RST answers.", segment->ack);
        return;
    }
    text_add(text, "ACK: everything from %s up to number %u has arrived", other, segment->ack - 1);
    if (facts->acked_frame)
        text_add(text, ", with it the %s in frame %u",
                 segment_kind_text((segment_kind_t)facts->acked_kind), facts->acked_frame);
    text_add(text, "; %u is expected next.", segment->ack);
}

static void meaning_of_push(text_t *text, const observation_t *observation,
                            const segment_t *segment)
{
    if (segment->payload_len > 0)
        text_add(text,
                 "PSH: %s wants these data handed to the application without waiting for more.",
                 meaning_sender(observation));
    else
        text_add(text, "PSH: asks to hand over data at once, but the segment has none.");
}

/* What a flag of a copy means was said of the original. */
static const char *meaning_of_copy(text_t *words, const observation_t *observation, uint16_t bit,
                                   const char *text)
{
    char name[16];

    text_add(words, "%s: as in frame %u; this is the same segment, captured again.",
             segment_flags_text(bit, name, sizeof name), observation->copy_of);
    return text;
}

const char *flag_meaning(const observation_t *observation, const segment_t *segment, uint16_t bit,
                         char *text, size_t size)
{
    text_t words = text_begin(text, size);

    if (observation->copy_of)
        return meaning_of_copy(&words, observation, bit, text);
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
        text_add(&words, "URG: %s points to urgent data.", meaning_sender(observation));
        break;
    default:
        ecn_meaning(&words, observation, segment, bit);
        break;
    }
    return text;
}
