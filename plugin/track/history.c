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
    GROUP = 8, /* so many records are packed as they differ from the first of them */
    HEAD_SIZE = offsetof(observation_t, facts), /* of an observation, facts apart */
    NUMBER_MAX = 5                              /* bytes of a number that is written in as few as
                                                   it needs */
};

/* The first record of a group. */
typedef struct history_group {
    uint32_t frame;
    uint32_t layer;
    uint32_t at; /* where the record begins */
} history_group_t;

/* A record: how many bytes the observation takes, how far its frame is from that of the one before
 * in its group, its layer, the observation. */
typedef struct record {
    uint32_t index; /* among all records */
    uint32_t frame;
    uint32_t layer;
    const uint8_t *at;     /* its beginning */
    const uint8_t *packed; /* its observation */
    uint32_t size;         /* of that */
} record_t;

typedef struct history_copy {
    uint32_t frame;
    uint32_t layer;
    copied_t copied;
} history_copy_t;

_Static_assert(sizeof(history_copy_t) <= 24, "a copy costs 24 bytes at the most");
_Static_assert(HEAD_SIZE % PACKED_WORD == 0 && sizeof(facts_t) % PACKED_WORD == 0,
               "an observation can be packed");

struct history {
    uint8_t *packed;         /* the records, in order of frame and layer */
    history_group_t *groups; /* where to find them; of the last one fewer may be used */
    history_copy_t *copies;  /* in the same order; they have no records */
    uint32_t count;          /* of records */
    uint32_t newest_frame;   /* the last record's; valid where there is one */
    uint32_t group_room;     /* how many groups there is memory for */
    uint32_t packed_size;
    uint32_t packed_room;
    uint32_t copy_count;
    uint32_t copy_room;
};

static bool is_after(uint32_t frame, uint32_t layer, uint32_t other_frame, uint32_t other_layer)
{
    return frame != other_frame ? frame > other_frame : layer > other_layer;
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

/* -- Records ----------------------------------------------------------------------------------- */

/* Seven bits in a byte, the lowest first; the highest bit tells that more follow. */
static uint8_t *write_number(uint8_t *to, uint32_t number)
{
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    return to;
}

static const uint8_t *read_number(const uint8_t *from, uint32_t *number)
{
    *number = 0;
    for (unsigned shift = 0;; shift += 7) {
        *number |= (uint32_t)(*from & 0x7f) << shift;
        if (!(*from++ & 0x80))
            return from;
    }
}

/* The record that begins here; `frame`: that of the one before it in its group. */
static record_t read_record(const uint8_t *at, uint32_t index, uint32_t frame)
{
    record_t record = {.index = index, .at = at};
    uint32_t ahead;

    at = read_number(at, &record.size);
    at = read_number(at, &ahead);
    record.packed = read_number(at, &record.layer);
    record.frame = frame + ahead;
    return record;
}

static record_t first_of(const history_t *history, uint32_t group)
{
    const history_group_t *place = &history->groups[group];

    return read_record(history->packed + place->at, group * GROUP, place->frame);
}

/* The one after it in its group. There is one. */
static record_t next_of(const record_t *record)
{
    return read_record(record->packed + record->size, record->index + 1, record->frame);
}

/* True where another one follows in its group. */
static bool has_next(const history_t *history, const record_t *record)
{
    return record->index + 1 < history->count && (record->index + 1) % GROUP != 0;
}

/* There is at least one. */
static record_t newest_of(const history_t *history)
{
    record_t record = first_of(history, (history->count - 1) / GROUP);

    while (has_next(history, &record))
        record = next_of(&record);
    return record;
}

/* What the record with this index resembles: the first one of its group, as that does most
 * observations, to be unpacked into `first`. In the first group, from the handshake on, each record
 * is of its own kind. */
static const observation_t *find_like(const history_t *history, uint32_t index,
                                      observation_t *first)
{
    const uint32_t group = index / GROUP;

    if (index % GROUP == 0 || group == 0)
        return &neutral;

    unpack(first_of(history, group).packed, &neutral, first);
    return first;
}

static void read_observation(const history_t *history, const record_t *record, observation_t *out)
{
    observation_t first;

    unpack(record->packed, find_like(history, record->index, &first), out);
}

static void begin_group(history_t *history, uint32_t frame, uint32_t layer)
{
    const uint32_t group = history->count / GROUP;

    history->groups =
        grow(history->groups, group + 1, &history->group_room, sizeof *history->groups);
    history->groups[group] = (history_group_t){frame, layer, history->packed_size};
}

static void append(history_t *history, uint32_t frame, uint32_t layer,
                   const observation_t *observation)
{
    uint8_t packed[PACKED_SIZE_MAX(HEAD_SIZE) + PACKED_SIZE_MAX(sizeof observation->facts)];
    const bool begins = history->count % GROUP == 0;
    const uint32_t before = begins ? frame : history->newest_frame;
    observation_t first;
    const uint32_t size =
        (uint32_t)pack(packed, observation, find_like(history, history->count, &first));

    if (begins)
        begin_group(history, frame, layer);
    history->packed =
        grow(history->packed, history->packed_size + 3 * NUMBER_MAX + size + PACKED_WORD,
             &history->packed_room, 1);

    uint8_t *at = history->packed + history->packed_size;

    at = write_number(at, size);
    at = write_number(at, frame - before);
    at = write_number(at, layer);
    memcpy(at, packed, size);
    history->packed_size = (uint32_t)(at + size - history->packed);
    history->newest_frame = frame;
    history->count++;
}

/* -- Finding ----------------------------------------------------------------------------------- */

/* How many groups begin at or before (frame, layer). */
static uint32_t count_groups(const history_t *history, uint32_t frame, uint32_t layer)
{
    uint32_t low = 0;
    uint32_t high = (history->count + GROUP - 1) / GROUP;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const history_group_t *group = &history->groups[middle];

        if (is_after(group->frame, group->layer, frame, layer))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Sets the last record at or before (frame, layer). Returns false where there is none. */
static bool find_record(const history_t *history, uint32_t frame, uint32_t layer, record_t *found)
{
    const uint32_t groups = count_groups(history, frame, layer);

    if (groups == 0)
        return false;
    *found = first_of(history, groups - 1);
    while (has_next(history, found)) {
        const record_t next = next_of(found);

        if (is_after(next.frame, next.layer, frame, layer))
            break;
        *found = next;
    }
    return true;
}

/* How many copies stand before (frame, layer). */
static uint32_t copies_before(const history_t *history, uint32_t frame, uint32_t layer)
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
    return low;
}

/* The copy at (frame, layer); NULL: that is none. */
static const history_copy_t *find_copy(const history_t *history, uint32_t frame, uint32_t layer)
{
    const uint32_t at = copies_before(history, frame, layer);

    return at < history->copy_count && history->copies[at].frame == frame &&
                   history->copies[at].layer == layer
               ? &history->copies[at]
               : NULL;
}

bool history_find(const history_t *history, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out)
{
    record_t record;

    if (!history || !find_record(history, segment->frame, layer, &record))
        return false;

    const history_copy_t *copy = find_copy(history, segment->frame, layer);
    observation_t last;

    read_observation(history, &record, &last);
    if (copy)
        observation_of_copy(&last.status, &copy->copied, segment, sender_side, out);
    else if (record.frame == segment->frame && record.layer == layer)
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

/* The records of (frame, layer) stay, and what is before. */
static void drop_records_after(history_t *history, uint32_t frame, uint32_t layer)
{
    while (history->count > 0 && history->newest_frame >= frame) {
        const record_t newest = newest_of(history);

        history->newest_frame = newest.frame;
        if (!is_after(newest.frame, newest.layer, frame, layer))
            return;
        history->packed_size = (uint32_t)(newest.at - history->packed);
        history->count--;
    }
}

/* There are records, and all of earlier frames. */
static bool is_past_records(const history_t *history, uint32_t frame)
{
    return history->count > 0 && history->newest_frame < frame;
}

bool history_spares(const history_t *history, const segment_t *segment, unsigned layer)
{
    return history && is_past_records(history, segment->frame) &&
           (history->copy_count == 0 ||
            is_before(&history->copies[history->copy_count - 1], segment->frame, layer));
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
    if (steady && is_past_records(history, frame))
        return;
    drop_records_after(history, frame, layer);
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

uint32_t history_original(const history_t *history, uint32_t frame)
{
    const uint32_t behind = history ? copies_before(history, frame, UINT32_MAX) : 0;

    return behind > 0 && history->copies[behind - 1].frame == frame
               ? history->copies[behind - 1].copied.frame
               : 0;
}

void history_free(history_t *history)
{
    if (!history)
        return;
    g_free(history->groups);
    g_free(history->packed);
    g_free(history->copies);
    g_free(history);
}
