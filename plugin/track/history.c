/* history.c
 * What the frames of one connection showed, kept as change points.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "history.h"

#include "observe_steady.h"
#include "packed.h"

#include <glib.h>
#include <stddef.h>
#include <string.h>

enum {
    SIMILAR = 8, /* so many records are packed as they differ from the first of them */
    HEAD_SIZE = offsetof(observation_t, facts) /* of an observation, facts apart */
};

typedef struct history_record {
    uint32_t frame;
    uint32_t layer;
    uint32_t at; /* where its packed observation begins */
} history_record_t;

typedef struct history_copy {
    uint32_t frame;
    uint32_t layer;
    copied_t copied;
} history_copy_t;

_Static_assert(sizeof(history_copy_t) <= 24, "a copy costs 24 bytes at the most");
_Static_assert(HEAD_SIZE % PACKED_WORD == 0 && sizeof(facts_t) % PACKED_WORD == 0,
               "an observation can be packed");

struct history {
    history_record_t *records; /* in order of frame and layer */
    uint8_t *packed;           /* their observations, in the same order */
    history_copy_t *copies;    /* likewise; they have no records */
    uint32_t count;
    uint32_t room; /* how many records there is memory for */
    uint32_t packed_size;
    uint32_t packed_room;
    uint32_t copy_count;
    uint32_t copy_room;
};

static bool is_after(const history_record_t *record, uint32_t frame, uint32_t layer)
{
    return record->frame != frame ? record->frame > frame : record->layer > layer;
}

static bool is_before(const history_copy_t *copy, uint32_t frame, uint32_t layer)
{
    return copy->frame != frame ? copy->frame < frame : copy->layer < layer;
}

/* -- Room -------------------------------------------------------------------------------------- */

static history_t *made(history_t **history)
{
    if (!*history)
        *history = g_new0(history_t, 1);
    return *history;
}

/* Room for `needed`, for a quarter more, and for 64 bytes. Most connections are short. */
static void *grow(void *memory, uint32_t needed, uint32_t *room, uint32_t size)
{
    if (needed <= *room)
        return memory;
    *room = needed + needed / 4 + 64 / size;
    return g_realloc_n(memory, *room, size);
}

/* -- Observations ------------------------------------------------------------------------------ */

/* What most observations resemble. */
static const observation_t neutral = {.time_in_state = {NO_TIME, NO_TIME}};

/* Facts have no place where there are none. */
static size_t pack(uint8_t *to, const observation_t *observation, const observation_t *like)
{
    const size_t size = packed_write(to, observation, like, HEAD_SIZE);

    if (!observation->has_facts)
        return size;
    return size + packed_write(to + size, &observation->facts, observation_facts(like),
                               sizeof observation->facts);
}

static void unpack(const uint8_t *from, const observation_t *like, observation_t *out)
{
    const size_t size = packed_read(from, out, like, HEAD_SIZE);

    if (out->has_facts)
        packed_read(from + size, &out->facts, observation_facts(like), sizeof out->facts);
}

/* What the record at this place resembles: the first one of its group, as that does most
 * observations, to be unpacked into `first`. In the first group, from the handshake on, each record
 * is of its own kind. */
static const observation_t *find_like(const history_t *history, uint32_t index,
                                      observation_t *first)
{
    const uint32_t begin = index - index % SIMILAR;

    if (index == begin || begin == 0)
        return &neutral;
    unpack(history->packed + history->records[begin].at, &neutral, first);
    return first;
}

static void read_record(const history_t *history, uint32_t index, observation_t *out)
{
    observation_t first;

    unpack(history->packed + history->records[index].at, find_like(history, index, &first), out);
}

static void append(history_t *history, uint32_t frame, uint32_t layer,
                   const observation_t *observation)
{
    uint8_t packed[PACKED_SIZE_MAX(HEAD_SIZE) + PACKED_SIZE_MAX(sizeof observation->facts)];
    const uint32_t index = history->count;
    observation_t first;
    const uint32_t size = (uint32_t)pack(packed, observation, find_like(history, index, &first));

    history->records = grow(history->records, index + 1, &history->room, sizeof *history->records);
    history->packed =
        grow(history->packed, history->packed_size + size + PACKED_WORD, &history->packed_room, 1);
    history->records[index] = (history_record_t){frame, layer, history->packed_size};
    memcpy(history->packed + history->packed_size, packed, size);
    history->packed_size += size;
    history->count++;
}

static void drop_last(history_t *history)
{
    history->packed_size = history->records[--history->count].at;
}

/* -- Finding ----------------------------------------------------------------------------------- */

/* How many records stand at or before (frame, layer). */
static uint32_t count_up_to(const history_t *history, uint32_t frame, uint32_t layer)
{
    uint32_t low = 0;
    uint32_t high = history->count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

        if (is_after(&history->records[middle], frame, layer))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The copy at (frame, layer); NULL: that is none. */
static const history_copy_t *find_copy(const history_t *history, uint32_t frame, uint32_t layer)
{
    uint32_t low = 0;
    uint32_t high = history->copy_count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;

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

bool history_find(const history_t *history, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out)
{
    const uint32_t count = history ? count_up_to(history, segment->frame, layer) : 0;

    if (count == 0)
        return false;

    const history_record_t *record = &history->records[count - 1];
    const history_copy_t *copy = find_copy(history, segment->frame, layer);
    observation_t last;

    read_record(history, count - 1, &last);
    if (copy)
        observation_of_copy(&last.status, &copy->copied, segment, sender_side, out);
    else if (record->frame == segment->frame && record->layer == layer)
        *out = last;
    else
        observation_of_steady(&last.status, segment, sender_side, out);
    return true;
}

/* -- Keeping ----------------------------------------------------------------------------------- */

/* Of dropped frames whose numbers others have got: see history_add(). */
static void drop_copies_from(history_t *history, uint32_t frame, uint32_t layer)
{
    while (history->copy_count > 0 &&
           !is_before(&history->copies[history->copy_count - 1], frame, layer))
        history->copy_count--;
}

/* A read filter in the first of two passes (-2 -R) gives the number of a frame that it drops to the
 * next frame. What the dropped frame moved stays moved, but its records must not be taken for this
 * frame's: so where the newest record has the same number, this frame is kept even if it is steady,
 * behind the old record of the same layer and instead of those of layers further in. */
void history_add(history_t **kept, const segment_t *segment, unsigned layer,
                 const observation_t *observation, bool steady)
{
    const uint32_t frame = segment->frame;
    history_t *history = made(kept);

    drop_copies_from(history, frame, layer);

    const bool is_new = history->count == 0 || history->records[history->count - 1].frame < frame;

    if (steady && history->count > 0 && is_new)
        return;
    while (history->count > 0 && is_after(&history->records[history->count - 1], frame, layer))
        drop_last(history);
    append(history, frame, layer, observation);
}

bool history_is_empty(const history_t *history)
{
    return !history || history->count == 0;
}

void history_add_copy(history_t **kept, const segment_t *copy, unsigned layer,
                      const copied_t *copied)
{
    history_t *history = made(kept);

    drop_copies_from(history, copy->frame, layer);
    history->copies = grow(history->copies, history->copy_count + 1, &history->copy_room,
                           sizeof *history->copies);
    history->copies[history->copy_count++] = (history_copy_t){copy->frame, layer, *copied};
}

void history_free(history_t *history)
{
    if (!history)
        return;
    g_free(history->records);
    g_free(history->packed);
    g_free(history->copies);
    g_free(history);
}
