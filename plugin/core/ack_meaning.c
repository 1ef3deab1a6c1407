/* ack_meaning.c
 * What ACK means at its place in the connection, in words.
 *
 * An ACK repeats what has arrived so far, so most of these sentences are as true of one that
 * acknowledges nothing new. Which one does is not kept of steady segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ack_meaning.h"

/* A RST is taken or not whatever it acknowledges; only its receiver in SYN-SENT looks at that (RFC
 * 9293 3.10.7.3). */
static void meaning_on_rst(const meaning_t *meaning)
{
    const rst_facts_t *rst = &observation_facts(meaning->observation)->rst;

    if (rst->trigger_frame)
        text_add(meaning->text, "ACK: by its number this RST names frame %u, which it answers.",
                 rst->trigger_frame);
    else if (rst->reason == RST_ABORT || rst->reason == RST_ABORT_UNREAD ||
             rst->reason == RST_TIMEOUT)
        text_add(meaning->text,
                 "ACK: set as on every segment of a connection; this RST answers nothing.");
    else
        text_add(meaning->text,
                 "ACK: might name a segment that this RST answers; none was captured that fits.");
}

/* An endpoint in TIME-WAIT answers a SYN with what it expects in the connection before. */
static bool is_of_connection_before(const observation_t *observation)
{
    return observation->phase == PHASE_HANDSHAKE &&
           observation->status.state[meaning_sending_role(observation)] == STATE_TIME_WAIT;
}

static void meaning_in_time_wait(const meaning_t *meaning)
{
    text_add(meaning->text,
             "ACK: of the connection before, in which %s is in TIME-WAIT and expects raw %u next; "
             "it does not acknowledge the SYN.",
             meaning_sender(meaning->observation), meaning->segment->ack);
}

static void meaning_of_wrong_number(const meaning_t *meaning, uint32_t expected)
{
    text_add(meaning->text, "ACK: the acknowledgment number ");
    meaning_add_received_number(meaning, meaning->segment->ack);
    text_add(meaning->text, " does not fit; ");
    meaning_add_received_number(meaning, expected);
    text_add(meaning->text, " was to be expected.");
}

static void meaning_of_challenge(const meaning_t *meaning, uint32_t frame)
{
    text_add(meaning->text, "ACK: acknowledges nothing new, but answers frame %u by saying that ",
             frame);
    meaning_add_received_number(meaning, meaning->segment->ack);
    text_add(meaning->text, " is expected next (a challenge ACK).");
}

static void meaning_of_window_update(const meaning_t *meaning)
{
    text_add(meaning->text, "ACK: acknowledges nothing new; ");
    meaning_add_received_number(meaning, meaning->segment->ack);
    text_add(meaning->text, " is still expected next, and only the window has changed.");
}

/* The SYN takes a number as a byte of data does (RFC 9293 3.4). */
static bool acknowledges_syn_alone(const meaning_t *meaning, const facts_t *facts)
{
    const status_t *status = &meaning->observation->status;
    const role_t role = !meaning_sending_role(meaning->observation);

    return (facts->acked_kind == SEGMENT_SYN || facts->acked_kind == SEGMENT_SYN_ACK) &&
           status->zero_known[role] && meaning->segment->ack == status->zero[role] + 1;
}

static void meaning_of_syn_ack(const meaning_t *meaning, const facts_t *facts)
{
    text_add(meaning->text, "ACK: acknowledges the %s in frame %u; ",
             segment_kind_text((segment_kind_t)facts->acked_kind), facts->acked_frame);
    meaning_add_received_number(meaning, meaning->segment->ack);
    text_add(meaning->text, " is expected next.");
}

static void meaning_of_number(const meaning_t *meaning, const facts_t *facts)
{
    const anomaly_set_t *anomalies = &meaning->observation->anomalies;
    const bool beyond = anomaly_is_raised(anomalies, ANOMALY_ACK_BEYOND_SENT);
    const bool assumed = anomalies->assumed >> ANOMALY_ACK_BEYOND_SENT & 1;

    text_add(meaning->text, "ACK: acknowledges everything from %s before ",
             meaning_receiver(meaning->observation));
    meaning_add_received_number(meaning, meaning->segment->ack);
    if (facts->acked_frame)
        text_add(meaning->text, ", with it the %s in frame %u.",
                 segment_kind_text((segment_kind_t)facts->acked_kind), facts->acked_frame);
    else if (beyond)
        text_add(meaning->text,
                 assumed ? ", of which not all was captured." : ", though so much was never sent.");
    else
        text_add(meaning->text, ", which is expected next.");
}

void ack_meaning(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;
    const facts_t *facts = observation_facts(observation);

    if (!observation->direction)
        text_add(meaning->text, "ACK: acknowledges what has arrived from the other end.");
    else if (segment_has(meaning->segment, TCP_FLAG_RST))
        meaning_on_rst(meaning);
    else if (is_of_connection_before(observation))
        meaning_in_time_wait(meaning);
    else if (facts->handshake.ack_judged && !facts->handshake.ack_ok)
        meaning_of_wrong_number(meaning, facts->handshake.ack_expected);
    else if (facts->challenge_ack)
        meaning_of_challenge(meaning, facts->challenge_ack);
    else if (observation->kind == SEGMENT_WINDOW_UPDATE)
        meaning_of_window_update(meaning);
    else if (acknowledges_syn_alone(meaning, facts))
        meaning_of_syn_ack(meaning, facts);
    else
        meaning_of_number(meaning, facts);
}
