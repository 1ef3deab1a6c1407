/* meaning.c
 * What every sentence about a segment is made from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "meaning.h"

role_t meaning_sending_role(const observation_t *observation)
{
    return observation->direction == DIRECTION_TO_CLIENT ? ROLE_SERVER : ROLE_CLIENT;
}

const char *meaning_sender(const observation_t *observation)
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

const char *meaning_receiver(const observation_t *observation)
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

static void add_number(const meaning_t *meaning, role_t role, uint32_t number)
{
    const status_t *status = &meaning->observation->status;

    if (!meaning->relative)
        text_add(meaning->text, "%u", number);
    else if (status->zero_known[role] && !seq_before(number, status->zero[role]))
        text_add(meaning->text, "%u (raw %u)", number - status->zero[role], number);
    else
        text_add(meaning->text, "raw %u", number);
}

void meaning_add_sent_number(const meaning_t *meaning, uint32_t number)
{
    add_number(meaning, meaning_sending_role(meaning->observation), number);
}

void meaning_add_received_number(const meaning_t *meaning, uint32_t number)
{
    add_number(meaning, !meaning_sending_role(meaning->observation), number);
}
