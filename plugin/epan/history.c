/* history.c
 * What the frames of one connection showed, kept as change points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "history.h"

#include "observe_steady.h"

enum { FIRST_ROOM = 4 }; /* records: the handshake and the first data */

typedef struct history_record {
    uint32_t frame;
    uint32_t layer;
    observation_t observation;
} history_record_t;

static bool is_after(const history_record_t *record, uint32_t frame, uint32_t layer)
{
    return record->frame != frame ? record->frame > frame : record->layer > layer;
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

static void append(history_t *history, const history_record_t *record)
{
    if (history->count == history->room) {
        history->room = history->room ? 2 * history->room : FIRST_ROOM;
        history->records = wmem_realloc(wmem_file_scope(), history->records,
                                        history->room * sizeof *history->records);
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
    const bool is_new = history->count == 0 || history->records[history->count - 1].frame < frame;

    if (steady && history->count > 0 && is_new)
        return;
    while (history->count > 0 && is_after(&history->records[history->count - 1], frame, layer))
        history->count--;
    append(history, &(history_record_t){frame, layer, *observation});
}

bool history_find(const history_t *history, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out)
{
    const history_record_t *record = find_record(history, segment->frame, layer);

    if (!record)
        return false;
    if (record->frame == segment->frame && record->layer == layer)
        *out = record->observation;
    else
        observation_of_steady(&record->observation.status, segment, sender_side, out);
    return true;
}
