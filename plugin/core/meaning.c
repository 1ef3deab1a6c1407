/* meaning.c
 * The endpoints of a segment, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "meaning.h"

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
