/* flag_meaning.c
 * What each flag of a segment means at its place in the connection, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "flag_meaning.h"

#include "ack_meaning.h"
#include "ecn_meaning.h"
#include "rst_meaning.h"

/* -- SYN --------------------------------------------------------------------------------------- */

static bool is_on_live_connection(const observation_t *observation)
{
    return tcp_state_synchronized((tcp_state_t)observation->previous[ROLE_CLIENT]) &&
           tcp_state_synchronized((tcp_state_t)observation->previous[ROLE_SERVER]) &&
           !observation->handshake_step;
}

static void add_initial_number(const meaning_t *meaning)
{
    const status_t *status = &meaning->observation->status;
    const role_t role = meaning_sending_role(meaning->observation);
    const uint32_t number = meaning->segment->seq;

    text_add(meaning->text, "initial sequence number is %u", number);
    if (meaning->relative && status->zero_known[role] && status->zero[role] == number)
        text_add(meaning->text, " (shown as 0)");
    text_add(meaning->text, ".");
}

/* What comes again was sent again, or perhaps only captured again. */
static bool add_repetition(const meaning_t *meaning, const char *flag, const char *why)
{
    const uint32_t first = observation_facts(meaning->observation)->first_frame;

    if (!first)
        return false;
    if (meaning->observation->perhaps_copy)
        text_add(meaning->text, "%s: that of frame %u again, whether sent or captured once more.",
                 flag, first);
    else
        text_add(meaning->text, "%s: sent again (first in frame %u), since %s %s.", flag, first,
                 meaning_sender(meaning->observation), why);
    return true;
}

static void meaning_of_answer(const meaning_t *meaning)
{
    const char *sender = meaning_sender(meaning->observation);

    if (add_repetition(meaning, "SYN", "had taken no ACK of it"))
        return;
    if (!meaning->observation->handshake_step) {
        text_add(meaning->text, "SYN: with ACK it answers a SYN, but here it does not count.");
        return;
    }
    text_add(meaning->text, "SYN: %s answers the request to open; its own ", sender);
    add_initial_number(meaning);
}

static void meaning_of_request(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;
    const char *sender = meaning_sender(observation);

    if (add_repetition(meaning, "SYN", "had got no SYN-ACK"))
        return;
    if (is_on_live_connection(observation)) {
        text_add(
            meaning->text,
            "SYN: %s asks to open, though a connection is there; RFC 5961 has that answered with a "
            "challenge ACK.",
            sender);
        return;
    }
    text_add(meaning->text, "SYN: %s asks to open a connection; its ", sender);
    add_initial_number(meaning);
}

static void meaning_of_syn(const meaning_t *meaning)
{
    if (segment_has(meaning->segment, TCP_FLAG_RST))
        text_add(meaning->text, "SYN: means nothing beside RST.");
    else if (meaning->observation->kind == SEGMENT_ILLEGAL_FLAGS)
        text_add(meaning->text, "SYN: does not go with FIN; scanners send both.");
    else if (!meaning->observation->direction)
        text_add(meaning->text, segment_has(meaning->segment, TCP_FLAG_ACK)
                                    ? "SYN: the sender answers a request to open."
                                    : "SYN: the sender asks to open a connection.");
    else if (segment_has(meaning->segment, TCP_FLAG_ACK))
        meaning_of_answer(meaning);
    else
        meaning_of_request(meaning);
}

/* -- FIN --------------------------------------------------------------------------------------- */

static void meaning_of_close(const meaning_t *meaning)
{
    const observation_t *observation = meaning->observation;
    const char *sender = meaning_sender(observation);

    if (add_repetition(meaning, "FIN", "had got no ACK of it"))
        return;
    if (!observation->direction)
        text_add(meaning->text, "FIN: the sender has sent all its data.");
    else if (observation->teardown_steps & 1u << 0)
        text_add(meaning->text,
                 "FIN: %s has sent all its data and closes its direction; %s may go on sending.",
                 sender, meaning_receiver(observation));
    else if (observation->teardown_steps & 1u << 2)
        text_add(meaning->text,
                 "FIN: %s, too, has sent all its data, and closes the other direction.", sender);
    else
        text_add(meaning->text, "FIN: would close the direction of %s, but does not count here.",
                 sender);
}

static void meaning_of_fin(const meaning_t *meaning)
{
    if (meaning->observation->kind == SEGMENT_ILLEGAL_FLAGS)
        text_add(meaning->text, segment_has(meaning->segment, TCP_FLAG_SYN)
                                    ? "FIN: does not go with SYN, since nothing is open yet."
                                    : "FIN: means nothing beside RST, which leaves nothing open.");
    else if (!segment_has(meaning->segment, TCP_FLAG_ACK))
        text_add(meaning->text, "FIN: closes nothing without ACK; scanners send it so.");
    else
        meaning_of_close(meaning);
}

/* -- PSH and URG ------------------------------------------------------------------------------- */

static void meaning_of_push(const meaning_t *meaning)
{
    const segment_t *segment = meaning->segment;

    if (segment->payload_len == 0 && segment->payload_known && meaning->observation->direction)
        text_add(meaning->text, "PSH: has no effect, since the segment has no data.");
    else
        text_add(meaning->text,
                 "PSH: %s wants these data handed to the application without waiting for more; "
                 "that gives them no priority on the way.",
                 meaning_sender(meaning->observation));
}

/* The pointer leads to the first byte that is no longer urgent (RFC 9293 3.1, RFC 6093 3.1). */
static void meaning_of_urgent(const meaning_t *meaning)
{
    text_add(meaning->text, "URG: %s calls its data ", meaning_sender(meaning->observation));
    if (meaning->observation->direction) {
        text_add(meaning->text, "before ");
        meaning_add_sent_number(meaning, meaning->segment->seq + meaning->segment->urgent);
        text_add(meaning->text, " ");
    }
    text_add(meaning->text, "urgent.");
}

/* -- All of it --------------------------------------------------------------------------------- */

enum { ECN_FLAGS = TCP_FLAG_ECE | TCP_FLAG_CWR | TCP_FLAG_AE };

/* What a flag of a copy means was said of the original. On its way from one capture point to the
 * other only the bits of ECN may have changed. */
static void meaning_on_copy(const meaning_t *meaning, uint16_t flags)
{
    char names[64];

    text_add(meaning->text,
             flags & ECN_FLAGS
                 ? "%s: as in frame %u, of which this is a copy, unless it was changed in between."
                 : "%s: as in frame %u; this is the same segment, captured again.",
             segment_flags_text(flags, names, sizeof names), meaning->observation->copy_of);
}

/* The flags that are explained together with this one. */
static uint16_t flags_together(const observation_t *observation, const segment_t *segment,
                               uint16_t bit)
{
    const uint16_t flags = segment->flags & TCP_FLAGS_ALL;

    if (observation->copy_of)
        return flags & (bit & ECN_FLAGS ? ECN_FLAGS : TCP_FLAGS_ALL & ~ECN_FLAGS);
    if (bit & ECN_FLAGS && ecn_meaning_is_common(observation, segment))
        return flags & ECN_FLAGS;
    return bit;
}

static void add_meaning(const meaning_t *meaning, uint16_t bit, uint16_t together)
{
    switch (bit) {
    case TCP_FLAG_FIN:
        meaning_of_fin(meaning);
        break;
    case TCP_FLAG_SYN:
        meaning_of_syn(meaning);
        break;
    case TCP_FLAG_RST:
        rst_meaning(meaning);
        break;
    case TCP_FLAG_PSH:
        meaning_of_push(meaning);
        break;
    case TCP_FLAG_ACK:
        ack_meaning(meaning);
        break;
    case TCP_FLAG_URG:
        meaning_of_urgent(meaning);
        break;
    default:
        ecn_meaning(meaning, together);
        break;
    }
}

const char *flag_meaning(const observation_t *observation, const segment_t *segment, bool relative,
                         uint16_t bit, char *text, size_t size)
{
    const uint16_t together = flags_together(observation, segment, bit);
    text_t words = text_begin(text, size);
    const meaning_t meaning = {&words, observation, segment, relative};

    if (together & (bit - 1u))
        return NULL;
    if (observation->copy_of)
        meaning_on_copy(&meaning, together);
    else
        add_meaning(&meaning, bit, together);
    return text;
}
