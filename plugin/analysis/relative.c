/* relative.c
 * From where people count the numbers of both sides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "relative.h"

/* `first` is the first number of a side that was captured or acknowledged. The SYN itself tells
 * better, and which of several counts. */
static void note_side(relative_t *relative, const endpoint_t *endpoint, unsigned side, bool tells,
                      uint32_t first)
{
    if (endpoint->isn_known)
        relative->zero[side] = endpoint->isn;
    else if (tells && !relative->known[side])
        relative->zero[side] = first - 1;
    relative->known[side] |= endpoint->isn_known || tells;
}

void relative_note(analysis_t *analysis, bool counts)
{
    relative_t *relative = &analysis->owned->relative;
    const segment_t *segment = analysis->segment;
    const bool tells = counts && !segment_has(segment, TCP_FLAG_RST);

    note_side(relative, analysis->sender, analysis->side, tells, segment->seq);
    note_side(relative, analysis->receiver, !analysis->side,
              tells && segment_has(segment, TCP_FLAG_ACK), segment->ack);
}
