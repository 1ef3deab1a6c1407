/* coverage.c
 * How much of the connection was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "coverage.h"

void coverage_begin_one_way(analysis_t *analysis)
{
    analysis->owned->coverage.one_way = true;
}

void coverage_note_segment(analysis_t *analysis)
{
    connection_t *connection = analysis->owned;

    if (!connection->coverage.one_way || !connection->end[0].spoke || !connection->end[1].spoke)
        return;
    connection->coverage.one_way = false;
    for (unsigned side = 0; side < 2; side++)
        if (connection->end[side].basis == BASIS_GUESSED)
            endpoint_prove(&connection->end[side]);
}

void coverage_note_told(analysis_t *analysis)
{
    analysis->owned->coverage.one_way_told = true;
}
