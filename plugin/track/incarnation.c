/* incarnation.c
 * The connections that a 4-tuple carried one after the other, each with its summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "incarnation.h"

#include "packed.h"

#include <glib.h>

_Static_assert(sizeof(summary_t) % PACKED_WORD == 0, "a summary can be packed");

/* Room for one more, wherever that is not yet there: a power of 2. */
static void make_room(incarnations_t *incarnations)
{
    const uint32_t count = incarnations->count;

    if (count & (count - 1))
        return;
    incarnations->all = g_renew(incarnation_t *, incarnations->all, 2 * count);
    incarnations->all[0] = &incarnations->first;
}

static incarnation_t *append(incarnations_t *incarnations)
{
    incarnation_t *added = &incarnations->first;

    if (incarnations->count > 0) {
        make_room(incarnations);
        added = incarnations->all[incarnations->count] = g_new0(incarnation_t, 1);
    }
    incarnations->count++;
    return added;
}

incarnation_t *incarnations_begin(incarnations_t *incarnations, uint32_t *total,
                                  const struct tracked_connection *tracked, uint32_t frame)
{
    incarnation_t *added = append(incarnations);

    added->tracked = tracked;
    added->number = (*total)++;
    added->since = added->first_frame = frame;
    return added;
}

incarnation_t *incarnations_update(incarnations_t *incarnations, uint32_t *total,
                                   const struct tracked_connection *tracked, summary_t *summary,
                                   const connection_t *connection, const segment_t *segment,
                                   unsigned sender_side, const observation_t *observation)
{
    summary_t *before = incarnations->count > 0 ? summary : NULL;
    summary_t begun;

    if (!summary_begins_anew(before, connection, observation))
        return NULL;
    summary_begin(&begun, before, connection, segment, sender_side, observation);
    if (before)
        incarnation_pack(incarnations_newest(incarnations), before);
    *summary = begun;

    incarnation_t *added = incarnations_begin(incarnations, total, tracked, segment->frame);

    added->first_frame = begun.first_frame;
    return added;
}

incarnation_t *incarnations_find(incarnations_t *incarnations, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = incarnations->count;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (incarnations_at(incarnations, middle)->since > frame)
            high = middle;
        else
            low = middle + 1;
    }
    return low > 0 ? incarnations_at(incarnations, low - 1) : NULL;
}

const incarnation_t *incarnations_after(const incarnations_t *incarnations,
                                        const incarnation_t *incarnation)
{
    unsigned low = 0;
    unsigned high = incarnations->all ? incarnations->count : 0;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (incarnations->all[middle]->number > incarnation->number)
            high = middle;
        else
            low = middle + 1;
    }
    return incarnations->all && low < incarnations->count ? incarnations->all[low] : NULL;
}

int incarnation_compare(const incarnation_t *one, const incarnation_t *other)
{
    if (one->first_frame != other->first_frame)
        return one->first_frame < other->first_frame ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

void incarnation_pack(incarnation_t *incarnation, const summary_t *summary)
{
    uint8_t packed[PACKED_SIZE_MAX(sizeof *summary)];
    const size_t size = packed_write(packed, summary, NULL, sizeof *summary);

    g_free(incarnation->packed);
    incarnation->packed = g_memdup2(packed, size + PACKED_WORD);
}

void incarnation_unpack(const incarnation_t *incarnation, summary_t *summary)
{
    packed_read(incarnation->packed, summary, NULL, sizeof *summary);
}

void incarnation_forget_packed(incarnation_t *incarnation)
{
    if (!incarnation)
        return;
    g_free(incarnation->packed);
    incarnation->packed = NULL;
}

void incarnations_free(incarnations_t *incarnations)
{
    for (uint32_t i = 0; i < incarnations->count; i++) {
        incarnation_t *incarnation = incarnations_at(incarnations, i);

        g_free(incarnation->packed);
        if (incarnation != &incarnations->first)
            g_free(incarnation);
    }
    g_free(incarnations->all);
    *incarnations = (incarnations_t){0};
}
