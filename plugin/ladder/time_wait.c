/* time_wait.c
 * When TIME-WAIT is over that a ladder ends in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "time_wait.h"

/* The other end's FIN, again: the wait begins anew (RFC 9293 3.10.7.4). */
static bool is_fin_to(const ladder_row_t *row, role_t role)
{
    return ladder_row_is_of(row, !role) && row->flags & TCP_FLAG_FIN;
}

/* When the end began to wait that is in TIME-WAIT now; NO_TIME: it is not, by hindsight and by the
 * fields, or was before the first row. */
static int64_t waits_since(const ladder_t *ladder, role_t role)
{
    int64_t since = NO_TIME;
    uint8_t state = ladder->before_hindsight[role];

    for (unsigned i = 0; i < ladder_count(ladder); i++) {
        const ladder_row_t *row = ladder_row(ladder, i);
        const bool enters = row->hindsight[role] != state;

        state = row->hindsight[role];
        if (state != STATE_TIME_WAIT)
            since = NO_TIME;
        else if (enters || (since != NO_TIME && is_fin_to(row, role)))
            since = row->when != 0 ? row->when : NO_TIME; /* 0: the capture has no times */
    }
    if (since != NO_TIME && ladder_row(ladder, ladder_count(ladder) - 1)->state[role] != state)
        return NO_TIME;
    return since;
}

void time_wait_settle(ladder_t *ladder, int64_t time_wait, int64_t next)
{
    const unsigned count = ladder_count(ladder);

    ladder->waits_count = 0;
    for (unsigned role = 0; role < 2; role++) {
        const int64_t since = waits_since(ladder, (role_t)role);
        const ladder_wait_t wait = {
            .role = (uint8_t)role, .over = since + time_wait, .lasts = time_wait};

        if (since == NO_TIME || wait.over <= ladder_row(ladder, count - 1)->last_when ||
            (next != NO_TIME && next < wait.over))
            continue;
        ladder->waits[ladder->waits_count++] = wait;
    }
    if (ladder->waits_count == 2 && ladder->waits[1].over < ladder->waits[0].over) {
        const ladder_wait_t later = ladder->waits[0];

        ladder->waits[0] = ladder->waits[1];
        ladder->waits[1] = later;
    }
}
