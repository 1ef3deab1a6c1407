/* history.c
 * What the frames of one connection showed, kept as change points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "history.h"

#include "observe_steady.h"

#include <glib.h>

enum {
    FIRST_ROOM = 4,      /* records: the handshake and the first data */
    FIRST_COPY_ROOM = 16 /* copies: of a short connection */
};

typedef struct history_record {
    uint32_t frame;
    uint32_t layer;
    observation_t observation;
} history_record_t;

typedef struct history_copy {
    uint32_t frame;
    uint32_t layer;
    copied_t copied;
} history_copy_t;

_Static_assert(sizeof(history_copy_t) <= 24, "a copy costs 24 bytes at the most");

static bool is_after(const history_record_t *record, uint32_t frame, uint32_t layer)
{
    return record->frame != frame ? record->frame > frame : record->layer > layer;
}

static bool is_before(const history_copy_t *copy, uint32_t frame, uint32_t layer)
{
    return copy->frame != frame ? copy->frame < frame : copy->layer < layer;
}

/* The last record at or before (frame, layer); NULL: none. */
static const history_record_t *find_record(const history_t *history, uint32_t frame, uint32_t layer)
{
    unsigned low = 0;
    unsigned high = history->count;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (is_after(&history->records[middle], frame, layer))
            high = middle;
        else
            low = middle + 1;
    }
    return low > 0 ? &history->records[low - 1] : NULL;
}

/* The copy at (frame, layer); NULL: that is none. */
static const history_copy_t *find_copy(const history_t *history, uint32_t frame, uint32_t layer)
{
    unsigned low = 0;
    unsigned high = history->copy_count;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (is_before(&history->copies[middle], frame, layer))
            low = middle + 1;
        else
            high = middle;
    }
    return low < history->copy_count && history->copies[low].frame == frame &&
                   history->copies[low].layer == layer
               ? &history->copies[low]
               : NULL;
}

/* Of dropped frames whose numbers others have got: see history_add(). */
static void drop_copies_from(history_t *history, uint32_t frame, uint32_t layer)
{
    while (history->copy_count > 0 &&
           !is_before(&history->copies[history->copy_count - 1], frame, layer))
        history->copy_count--;
}

static void append(history_t *history, const history_record_t *record)
{
    if (history->count == history->room) {
        history->room = history->room ? 2 * history->room : FIRST_ROOM;
        history->records = g_renew(history_record_t, history->records, history->room);
    }
    history->records[history->count++] = *record;
}

/* A read filter in the first of two passes (-2 -R) gives the number of a frame that it drops to the
 * next frame. What the dropped frame moved stays moved, but its records must not be taken for this
 * frame's: so where the newest record has the same number, this frame is kept even if it is steady,
 * behind the old record of the same layer and instead of those of layers further in. */
void history_add(history_t *history, const segment_t *segment, unsigned layer,
                 const observation_t *observation, bool steady)
{
    const uint32_t frame = segment->frame;
    drop_copies_from(history, frame, layer);

    const bool is_new = history->count == 0 || history->records[history->count - 1].frame < frame;

    if (steady && history->count > 0 && is_new)
        return;
    while (history->count > 0 && is_after(&history->records[history->count - 1], frame, layer))
        history->count--;
    append(history, &(history_record_t){frame, layer, *observation});
}

void history_add_copy(history_t *history, const segment_t *copy, unsigned layer,
                      const copied_t *copied)
{
    drop_copies_from(history, copy->frame, layer);
    if (history->copy_count == history->copy_room) {
        history->copy_room = history->copy_room ? 2 * history->copy_room : FIRST_COPY_ROOM;
        history->copies = g_renew(history_copy_t, history->copies, history->copy_room);
    }
    history->copies[history->copy_count++] = (history_copy_t){copy->frame, layer, *copied};
}

bool history_find(const history_t *history, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out)
{
    const history_record_t *record = find_record(history, segment->frame, layer);

    if (!record)
        return false;

    const history_copy_t *copy = find_copy(history, segment->frame, layer);

    if (copy)
        observation_of_copy(&record->observation.status, &copy->copied, segment, sender_side, out);
    else if (record->frame == segment->frame && record->layer == layer)
        *out = record->observation;
    else
        observation_of_steady(&record->observation.status, segment, sender_side, out);
    return true;
}

void history_free(history_t *history)
{
    g_free(history->records);
    g_free(history->copies);
    *history = (history_t){0};
}
