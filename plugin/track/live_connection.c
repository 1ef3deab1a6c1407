/* live_connection.c
 * How a connection rests and wakes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "live_connection.h"

#include "observe.h"
#include "packed.h"

#include <glib.h>

_Static_assert(sizeof(remembered_t) % PACKED_WORD == 0, "what is remembered can be packed");

static uint8_t *pack_remembered(const remembered_t *remembered)
{
    uint8_t packed[PACKED_SIZE_MAX(sizeof *remembered)];
    const size_t size = packed_write(packed, remembered, NULL, sizeof *remembered);

    return g_memdup2(packed, size + PACKED_WORD);
}

/* -- First segments ---------------------------------------------------------------------------- */

void live_begin(live_connection_t *live, const tracked_connection_t *tracked)
{
    connection_init(&live->remembered.connection, tracked->tuple.port[0], tracked->tuple.port[1]);
    live->taken = 0;
}

/* As track.c does with a segment that is no copy, nor begins another incarnation. */
static void take_next(live_connection_t *live, const connection_options_t *options,
                      observation_t *shown)
{
    const first_segment_t *next = &live->first.at[live->taken];
    const segment_t *segment = &next->segment;
    const unsigned side = next->side;
    connection_t *connection = &live->remembered.connection;
    const verdict_t verdict = connection_observe(connection, options, segment, side, shown);

    if (live->taken == 0)
        summary_begin(&live->summary, NULL, connection, segment, side, shown);
    summary_observe(&live->summary, connection, segment, side, shown, &verdict);
    live->taken++;
}

void live_take_up_to(live_connection_t *live, const connection_options_t *options, unsigned count,
                     observation_t *shown)
{
    while (live->taken < count)
        take_next(live, options, shown);
}

void live_catch_up(live_connection_t *live, const connection_options_t *options)
{
    observation_t shown;

    live_take_up_to(live, options, live->first.count, &shown);
}

/* What copies are told by, and whether the course is plain. */
static void find_evidence(live_connection_t *live, const tracked_connection_t *tracked,
                          const connection_options_t *options)
{
    live->remembered.evidence = (copies_evidence_t){.connection = tracked->number};
    live->course = (plain_course_t){.left = false};
    for (unsigned i = 0; i < live->first.count; i++) {
        const segment_t *segment = &live->first.at[i].segment;
        const unsigned side = live->first.at[i].side;

        copies_note_first(&live->remembered.evidence, segment, side);
        plain_course_take(&live->course, options, segment, side);
    }
}

void tracked_keep_first(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                        unsigned layer)
{
    first_segments_t *first = &tracked->live->first;
    first_segment_t *kept = &first->at[first->count++];

    kept->segment = *segment;
    kept->layer = layer;
    kept->side = side;
}

void tracked_keep_lone(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                       unsigned layer)
{
    const first_segment_t lone = {.segment = *segment, .layer = layer, .side = side};

    tracked->first = first_segments_pack(&lone, 1);
    tracked->first_count = 1;
}

/* Packs those of a connection that is live. */
static void pack_first(tracked_connection_t *tracked)
{
    const first_segments_t *first = &tracked->live->first;

    if (tracked->first_count == first->count)
        return;
    g_free(tracked->first);
    tracked->first = first_segments_pack(first->at, first->count);
    tracked->first_count = (uint8_t)first->count;
}

/* Of one that has outgrown them. */
static void leave_first(live_connection_t *live)
{
    live->first.count = live->taken = 0;
    live->course.left = true;
}

void tracked_outgrow(tracked_connection_t *tracked, bool keeps_history)
{
    if (tracked->outgrown)
        return;
    if (keeps_history) {
        pack_first(tracked);
    } else {
        g_free(tracked->first);
        tracked->first = NULL;
        tracked->first_count = 0;
    }
    tracked->outgrown = true;
    leave_first(tracked->live);
}

/* -- Resting and waking ------------------------------------------------------------------------ */

static void unpack(tracked_connection_t *tracked, live_connection_t *live)
{
    packed_read(tracked->resting, &live->remembered, NULL, sizeof live->remembered);
    g_free(tracked->resting);
    tracked->resting = NULL;
    incarnation_unpack(incarnations_newest(&tracked->incarnations), &live->summary);
    leave_first(live);
}

void tracked_wake(tracked_connection_t *tracked, live_connection_t *live,
                  const connection_options_t *options)
{
    live->of = tracked;
    live->used = false;
    tracked->live = live;
    if (tracked->outgrown) {
        unpack(tracked, live);
    } else {
        incarnation_forget_packed(incarnations_newest(&tracked->incarnations));
        first_segments_unpack(tracked->first, tracked->first_count, &live->first);
        live_begin(live, tracked);
        find_evidence(live, tracked, options);
    }
}

void tracked_rest(tracked_connection_t *tracked, bool keeps_summary)
{
    live_connection_t *live = tracked->live;

    if (tracked->outgrown)
        tracked->resting = pack_remembered(&live->remembered);
    else
        pack_first(tracked);
    if (tracked->outgrown || (keeps_summary && live_is_up_to_date(live)))
        incarnation_pack(incarnations_newest(&tracked->incarnations), &live->summary);
    live->of = NULL;
    tracked->live = NULL;
}

void tracked_note_copied_mark(incarnation_t *incarnation)
{
    const tracked_connection_t *tracked = incarnation->tracked;
    summary_t summary;

    if (incarnations_is_newest(&tracked->incarnations, incarnation)) {
        summary_note_copied_mark(&tracked->live->summary);
        return;
    }
    incarnation_unpack(incarnation, &summary);
    summary_note_copied_mark(&summary);
    incarnation_pack(incarnation, &summary);
}

void tracked_clear(tracked_connection_t *tracked)
{
    history_free(tracked->history);
    incarnations_free(&tracked->incarnations);
    g_free(tracked->resting);
    g_free(tracked->first);
}
