/* replay.c
 * What the first segments of a connection showed, found out by taking them again; and all that
 * tracked_connection.h is asked for later.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "replay.h"

#include "observe_steady.h"

static void begin(replay_t *replay, const tracked_connection_t *tracked)
{
    replay->of = tracked;
    live_begin(&replay->live, tracked);
}

/* Goes on with the connection of the last question where it is the same, and has not grown. */
static void prepare(replay_t *replay, const tracked_connection_t *tracked)
{
    const first_segments_t *first = tracked_live_first(tracked);
    const unsigned count = first ? first->count : tracked->first_count;

    if (replay->of == tracked && replay->live.first.count == count)
        return;
    if (first)
        replay->live.first = *first;
    else
        first_segments_unpack(tracked->first, count, &replay->live.first);
    begin(replay, tracked);
}

static void take_up_to(replay_t *replay, unsigned count)
{
    const tracked_connection_t *tracked = replay->of;

    if (replay->live.taken > count)
        begin(replay, tracked);
    live_take_up_to(&replay->live, tracked->replays->options, count, &replay->shown);
}

static bool is_up_to(const first_segment_t *first, uint32_t frame, unsigned layer)
{
    return first->segment.frame != frame ? first->segment.frame < frame : first->layer <= layer;
}

/* How many were taken when this one had been. A read filter in the first of two passes (-2 -R)
 * gives the number of a frame that it drops to the next one: then it is the last one of these. */
static unsigned count_up_to(const first_segments_t *first, uint32_t frame, unsigned layer)
{
    unsigned count = first->count;

    while (count > 0 && !is_up_to(&first->at[count - 1], frame, layer))
        count--;
    return count;
}

static bool find_among_first(const tracked_connection_t *tracked, const segment_t *segment,
                             unsigned layer, unsigned sender_side, observation_t *out)
{
    replay_t *replay = &tracked->replays->to_frame[tracked->number % REPLAYS];

    prepare(replay, tracked);

    const unsigned count = count_up_to(&replay->live.first, segment->frame, layer);

    if (count == 0)
        return false;
    take_up_to(replay, count);

    const first_segment_t *last = &replay->live.first.at[count - 1];

    if (last->segment.frame == segment->frame && last->layer == layer)
        *out = replay->shown;
    else
        observation_of_steady(&replay->shown.status, segment, sender_side, out);
    return true;
}

void replay_begin_history(tracked_connection_t *tracked)
{
    replay_t *replay = &tracked->replays->to_frame[tracked->number % REPLAYS];

    prepare(replay, tracked);
    take_up_to(replay, replay->live.first.count);

    const first_segment_t *last = &replay->live.first.at[replay->live.taken - 1];

    history_add(&tracked->history, &last->segment, last->layer, &replay->shown, false);
}

/* The summary of a connection that has only first segments, and rests or has some that wait. */
static void sum_up_first(const tracked_connection_t *tracked, summary_t *out)
{
    replay_t *replay = &tracked->replays->to_end[tracked->number % REPLAYS];

    prepare(replay, tracked);
    take_up_to(replay, replay->live.first.count);
    *out = replay->live.summary;
}

bool tracked_find(const tracked_connection_t *tracked, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out)
{
    return history_find(tracked->history, segment, layer, sender_side, out) ||
           find_among_first(tracked, segment, layer, sender_side, out);
}

void tracked_summary(const incarnation_t *incarnation, summary_t *out)
{
    const tracked_connection_t *tracked = incarnation->tracked;

    if (tracked->live && live_is_up_to_date(tracked->live) &&
        incarnations_is_newest(&tracked->incarnations, incarnation))
        *out = tracked->live->summary;
    else if (incarnation->packed)
        incarnation_unpack(incarnation, out);
    else
        sum_up_first(tracked, out);
}
