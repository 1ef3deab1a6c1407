/* steady.h
 * Keeps what has to be kept of a conversation and checks that the rest can be told again from it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_STEADY_H
#define TCPSTATE_TESTS_STEADY_H

#include "drive.h"

typedef struct steady {
    observation_t last; /* the last that was kept; valid with kept > 0 */
    unsigned kept;
    unsigned derived;
} steady_t;

/* Which side sent the last segment, from what it showed. */
static inline unsigned sender_of(const observation_t *shown)
{
    return shown->direction == DIRECTION_TO_SERVER ? shown->status.client_side
                                                   : !shown->status.client_side;
}

/* Takes the last segment: kept, or told again from what was kept and compared. */
static inline void steady_check(steady_t *steady)
{
    observation_t again;

    if (!drive.verdict.steady) {
        steady->last = drive.shown;
        steady->kept++;
        return;
    }
    assert_true(steady->kept > 0);
    observation_of_steady(&steady->last.status, &drive.sent, sender_of(&drive.shown), &again);
    assert_true(observation_equal(&again, &drive.shown));
    steady->derived++;
}

#endif
