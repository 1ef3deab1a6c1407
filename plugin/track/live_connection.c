/* live_connection.c
 * How a connection rests and wakes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "live_connection.h"

#include "observe.h"
#include "packed.h"

#include <glib.h>
#include <string.h>

_Static_assert(sizeof(remembered_t) % PACKED_WORD == 0 && sizeof(lone_segment_t) % PACKED_WORD == 0,
               "what is remembered can be packed");

/* -- Packed ------------------------------------------------------------------------------------ */

static uint8_t *pack_remembered(const remembered_t *remembered)
{
    uint8_t packed[PACKED_SIZE_MAX(sizeof *remembered)];

    const size_t size = packed_write(packed, remembered, NULL, sizeof *remembered);

    return g_memdup2(packed, size + PACKED_WORD);
}

static uint8_t *pack_lone(const lone_segment_t *lone)
{
    uint8_t packed[PACKED_SIZE_MAX(sizeof *lone)];
    const size_t size = packed_write(packed, lone, NULL, sizeof *lone);

    return g_memdup2(packed, size + PACKED_WORD);
}

static lone_segment_t unpack_lone(const tracked_connection_t *tracked)
{
    lone_segment_t lone;

    packed_read(tracked->lone, &lone, NULL, sizeof lone);
    return lone;
}

/* -- A lone segment ---------------------------------------------------------------------------- */

/* The first segment changes the same whenever it is taken; no option of the analysis concerns it.
 */
static void take_again(const tracked_connection_t *tracked, live_connection_t *live)
{
    static const connection_options_t options = {0};
    const lone_segment_t lone = unpack_lone(tracked);
    connection_t *connection = &live->remembered.connection;
    copies_evidence_t *evidence = &live->remembered.evidence;

    connection_init(connection, tracked->tuple.port[0], tracked->tuple.port[1]);
    *evidence = (copies_evidence_t){.connection = tracked->number};
    copies_note_first(evidence, &lone.segment, lone.side);

    const verdict_t verdict =
        connection_observe(connection, &options, &lone.segment, lone.side, &live->shown);

    summary_begin(&live->summary, NULL, connection, &lone.segment, lone.side, &live->shown);
    summary_observe(&live->summary, connection, &lone.segment, lone.side, &live->shown, &verdict);
}

void tracked_keep_lone(tracked_connection_t *tracked, const segment_t *segment, unsigned side,
                       unsigned layer, const observation_t *shown)
{
    const lone_segment_t lone = {.segment = *segment, .layer = layer, .side = side};

    tracked->lone = pack_lone(&lone);
    if (tracked->live)
        tracked->live->shown = *shown;
}

static void add_lone(history_t **history, const tracked_connection_t *tracked,
                     const observation_t *shown)
{
    const lone_segment_t lone = unpack_lone(tracked);

    history_add(history, &lone.segment, lone.layer, shown, false);
}

void tracked_outgrow_lone(tracked_connection_t *tracked, bool keeps_history)
{
    if (!tracked->lone)
        return;
    if (keeps_history)
        add_lone(&tracked->history, tracked, &tracked->live->shown);
    g_free(tracked->lone);
    tracked->lone = NULL;
}

/* -- Resting and waking ------------------------------------------------------------------------ */

void tracked_wake(tracked_connection_t *tracked, live_connection_t *live)
{
    const incarnation_t *newest = tracked->incarnations.newest;
    remembered_t *remembered = &live->remembered;

    live->of = tracked;
    live->used = false;
    tracked->live = live;
    if (tracked->lone) {
        take_again(tracked, live);
    } else if (tracked->resting) {
        packed_read(tracked->resting, remembered, NULL, sizeof *remembered);
        g_free(tracked->resting);
        tracked->resting = NULL;
        incarnation_unpack(newest, &live->summary);
    } else {
        connection_init(&remembered->connection, tracked->tuple.port[0], tracked->tuple.port[1]);
        remembered->evidence = (copies_evidence_t){.connection = tracked->number};
    }
}

void tracked_rest(tracked_connection_t *tracked)
{
    live_connection_t *live = tracked->live;

    if (!tracked->lone) {
        tracked->resting = pack_remembered(&live->remembered);
        incarnation_pack(tracked->incarnations.newest, &live->summary);
    }
    live->of = NULL;
    tracked->live = NULL;
}

/* -- Questions --------------------------------------------------------------------------------- */

bool tracked_find(const tracked_connection_t *tracked, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out)
{
    history_t *history = NULL;
    live_connection_t live;

    if (!tracked->lone)
        return history_find(tracked->history, segment, layer, sender_side, out);
    take_again(tracked, &live);
    add_lone(&history, tracked, &live.shown);

    const bool found = history_find(history, segment, layer, sender_side, out);

    history_free(history);
    return found;
}

void tracked_summary(const incarnation_t *incarnation, summary_t *out)
{
    const tracked_connection_t *tracked = incarnation->tracked;
    live_connection_t live;

    if (incarnation == tracked->incarnations.newest && tracked->live) {
        *out = tracked->live->summary;
    } else if (incarnation->packed) {
        incarnation_unpack(incarnation, out);
    } else {
        take_again(tracked, &live);
        *out = live.summary;
    }
}

void tracked_note_copied_mark(incarnation_t *incarnation)
{
    const tracked_connection_t *tracked = incarnation->tracked;
    summary_t summary;

    if (incarnation == tracked->incarnations.newest) {
        summary_note_copied_mark(&tracked->live->summary);
        return;
    }
    incarnation_unpack(incarnation, &summary);
    summary_note_copied_mark(&summary);
    incarnation_pack(incarnation, &summary);
}

void tracked_free(tracked_connection_t *tracked)
{
    history_free(tracked->history);
    incarnations_free(&tracked->incarnations);
    g_free(tracked->resting);
    g_free(tracked->lone);
    g_free(tracked);
}
