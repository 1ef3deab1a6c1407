/* findings.c
 * How the connection stood before the segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "findings.h"

static void take_state(before_t *before, const connection_t *connection, unsigned side)
{
    before->state[side] = connection->end[side].state;
    before->since_known[side] = connection->end[side].since_known;
    before->since[side] = connection->end[side].since;
}

void before_take(before_t *before, const connection_t *connection)
{
    before->begun = connection->begun;
    before->status = connection->status;
    for (unsigned side = 0; side < 2; side++)
        take_state(before, connection, side);
}

void before_begin_anew(before_t *before, const connection_t *connection)
{
    for (unsigned side = 0; side < 2; side++)
        take_state(before, connection, side);
}
