/* observe_copy.c
 * What a copy shows, and what later copies show of earlier ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observe.h"

#include "ecn_episode.h"

/* Its receiver has acknowledged all of it, so whatever it says of a mark was captured before. */
static bool is_acknowledged(const endpoint_t *receiver, const segment_t *segment)
{
    return receiver->acked_known && !seq_before(receiver->acked, segment_end(segment));
}

void connection_observe_copy(connection_t *connection, const segment_t *copy, unsigned sender_side,
                             bool newly_marked, const copied_t *copied, observation_t *out)
{
    if (newly_marked)
        ecn_note_copied_mark(&connection->ecn, copy, sender_side,
                             is_acknowledged(&connection->end[!sender_side], copy));
    endpoint_note_copy(&connection->end[sender_side], copy);
    observation_of_copy(&connection->status, copied, copy, sender_side, out);
}

void connection_settle_copies(connection_t *connection, unsigned side)
{
    endpoint_settle_copies(&connection->end[side], &connection->end[!side]);
}
