/* round_trip.c
 * The round trip of a connection whose handshake was not captured: from data to their ACK, once in
 * each direction. The two parts, from the capture point to one end and back and to the other,
 * make a whole one.
 *
 * Knows: that a delayed ACK makes it longer, never shorter. Does not know: handshakes, which
 * progress.c measures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* The ACK of what is being timed. */
static void stop(const analysis_t *analysis, timed_data_t *timed)
{
    if (!timed->running || seq_before(analysis->segment->ack, timed->end))
        return;
    timed->running = false;
    timed->done = true;
    timed->took = analysis_since(analysis, timed->start);
}

/* Only what is sent once can be timed: nobody knows which copy is acknowledged (RFC 6298 3). */
static void start(const analysis_t *analysis, timed_data_t *timed)
{
    if (timed->done || segment_len(analysis->segment) == 0)
        return;
    if (analysis->repeats) {
        timed->running = false;
    } else if (!timed->running) {
        timed->running = true;
        timed->end = segment_end(analysis->segment);
        timed->start = analysis->segment->when;
    }
}

void round_trip_measure(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    timed_data_t *timed = connection->timed;

    stop(analysis, &timed[!analysis->side]);
    start(analysis, &timed[analysis->side]);
    if (!timed[0].done || !timed[1].done)
        return;
    connection->round_trip_known = true;
    connection->round_trip = timed[0].took + timed[1].took;
}
