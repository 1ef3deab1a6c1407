/* connection.c
 * How far a connection has come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "connection.h"

#include <string.h>

void connection_init(connection_t *connection, uint16_t port_0, uint16_t port_1)
{
    memset(connection, 0, sizeof *connection);
    connection->port[0] = port_0;
    connection->port[1] = port_1;
}

bool connection_fin_may_answer(const connection_t *connection)
{
    const progress_t *progress = &connection->progress;
    const fin_t *fin = &connection->end[progress->fin_order[0]].fin;
    const endpoint_t *other = &connection->end[!progress->fin_order[0]];

    return progress->fins_seen == 1 && fin->ack_known && other->spoke && other->has_gap &&
           fin->ack == other->gap_end && !seq_after(other->snd_nxt, other->gap_end);
}

bool connection_fin_may_cross(const connection_t *connection)
{
    const progress_t *progress = &connection->progress;
    const fin_t *fin = &connection->end[progress->fin_order[0]].fin;
    const endpoint_t *other = &connection->end[!progress->fin_order[0]];
    const refused_fin_t *refused = &other->refused_fin;

    return progress->fins_seen == 1 && refused->damaged && refused->ack_known &&
           refused->frame < fin->first_frame && !seq_after(other->snd_nxt, refused->seq) &&
           !seq_after(refused->ack, fin->seq);
}

bool connection_closed_orderly(const connection_t *connection)
{
    return connection->end[0].fin.acked && connection->end[1].fin.acked;
}

bool connection_half_closed(const connection_t *connection)
{
    const progress_t *progress = &connection->progress;

    return progress->fins_seen == 1 && !progress->reset &&
           connection->end[progress->fin_order[0]].fin.acked;
}

phase_t connection_phase(const connection_t *connection)
{
    const progress_t *progress = &connection->progress;

    if (!connection->begun)
        return PHASE_UNKNOWN;
    if (progress->reset || connection_closed_orderly(connection) ||
        (endpoint_gone(&connection->end[0]) && endpoint_gone(&connection->end[1])))
        return PHASE_CLOSED;
    if (progress->fins_seen > 0)
        return PHASE_TEARDOWN;
    return progress->handshake_done ? PHASE_DATA : PHASE_HANDSHAKE;
}
