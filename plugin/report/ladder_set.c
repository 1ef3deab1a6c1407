/* ladder_set.c
 * Ladders by connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "ladder_set.h"

static void free_entry(void *data)
{
    ladder_entry_t *entry = data;

    if (!entry)
        return;
    ladder_free(entry->ladder);
    g_free(entry);
}

static ladder_entry_t *find_or_add(ladder_set_t *set, const incarnation_t *incarnation)
{
    if (!set->entries)
        set->entries = g_ptr_array_new_with_free_func(free_entry);
    if (incarnation->number >= set->entries->len)
        g_ptr_array_set_size(set->entries, (gint)incarnation->number + 1);

    void **place = &set->entries->pdata[incarnation->number];

    if (!*place) {
        ladder_entry_t *entry = g_new0(ladder_entry_t, 1);

        entry->incarnation = incarnation;
        entry->ladder = ladder_new();
        *place = entry;
    }
    return *place;
}

void ladder_set_take(ladder_set_t *set, const tapped_frame_t *frame)
{
    for (unsigned i = 0; i < frame->count; i++) {
        const tapped_segment_t *tapped = &frame->segments[i];

        if (tapped->incarnation && tapped->showed)
            ladder_add(find_or_add(set, tapped->incarnation)->ladder, tapped->segment,
                       tapped->showed);
    }
}

void ladder_set_want(ladder_set_t *set, const tapped_frame_t *frame)
{
    for (unsigned i = 0; i < frame->count; i++)
        if (frame->segments[i].incarnation)
            find_or_add(set, frame->segments[i].incarnation)->wanted = true;
}

static int by_beginning(const void *a, const void *b)
{
    return incarnation_compare((*(const ladder_entry_t *const *)a)->incarnation,
                               (*(const ladder_entry_t *const *)b)->incarnation);
}

void ladder_set_draw(const ladder_set_t *set, void (*draw)(void *data, const ladder_entry_t *entry),
                     void *data)
{
    GPtrArray *wanted = g_ptr_array_new();

    for (unsigned i = 0; set->entries && i < set->entries->len; i++) {
        const ladder_entry_t *entry = g_ptr_array_index(set->entries, i);

        if (entry && entry->wanted)
            g_ptr_array_add(wanted, (void *)entry);
    }
    g_ptr_array_sort(wanted, by_beginning);
    for (unsigned i = 0; i < wanted->len; i++)
        draw(data, g_ptr_array_index(wanted, i));
    g_ptr_array_free(wanted, TRUE);
}

void ladder_set_clear(ladder_set_t *set)
{
    if (set->entries)
        g_ptr_array_free(set->entries, TRUE);
    set->entries = NULL;
}
