/* incarnation.c
 * The connections that a 4-tuple carried one after the other, each with its summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "incarnation.h"

#include <glib.h>

static incarnation_t *append(incarnations_t *incarnations)
{
    incarnation_t *added = g_new0(incarnation_t, 1);

    if (incarnations->count == incarnations->room) {
        incarnations->room = incarnations->room ? 2 * incarnations->room : 1;
        incarnations->all = g_renew(incarnation_t *, incarnations->all, incarnations->room);
    }
    incarnations->all[incarnations->count++] = added;
    incarnations->newest = added;
    return added;
}

incarnation_t *incarnations_update(incarnations_t *incarnations, uint32_t *total,
                                   const struct tcp_tuple *tuple, const connection_t *connection,
                                   const segment_t *segment, unsigned sender_side,
                                   const observation_t *observation)
{
    summary_t *before = incarnations->newest ? &incarnations->newest->summary : NULL;

    if (!summary_begins_anew(before, connection, observation))
        return NULL;

    incarnation_t *added = append(incarnations);

    added->tuple = tuple;
    added->number = (*total)++;
    added->since = segment->frame;
    summary_begin(&added->summary, before, connection, segment, sender_side, observation);
    return added;
}

incarnation_t *incarnations_find(const incarnations_t *incarnations, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = incarnations->count;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (incarnations->all[middle]->since > frame)
            high = middle;
        else
            low = middle + 1;
    }
    return low > 0 ? incarnations->all[low - 1] : NULL;
}

int incarnation_compare(const incarnation_t *one, const incarnation_t *other)
{
    if (one->summary.first_frame != other->summary.first_frame)
        return one->summary.first_frame < other->summary.first_frame ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

void incarnations_free(incarnations_t *incarnations)
{
    for (unsigned i = 0; i < incarnations->count; i++)
        g_free(incarnations->all[i]);
    g_free(incarnations->all);
    *incarnations = (incarnations_t){0};
}
