/* track.c
 * A TCP header's way to its connection, the same in Wireshark and outside of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track.h"

#include "observe.h"
#include "observe_steady.h"
#include "plain_syn.h"
#include "prediction.h"
#include "replay.h"

/* A header on its way. */
typedef struct taking {
    connection_table_t *table;
    const track_options_t *options;
    tracked_connection_t *tracked; /* its connection, live */
    const tcp_layer_t *layer;
    unsigned number; /* its place among the headers of its frame */
    bool may_wait;   /* nobody asks what it shows */
    observation_t *out;
} taking_t;

bool track_belongs_to_connection(const tcp_layer_t *layer)
{
    return layer->quality == SEGMENT_COMPLETE && layer->has_tuple && !layer->quoted;
}

/* Keeps what a copy shows of its original. */
static copied_t copy_shown(const taking_t *taking, const copy_verdict_t *copy)
{
    const tcp_layer_t *layer = taking->layer;
    segment_t original = layer->segment;
    observation_t shown;

    original.frame = copy->frame;
    if (!taking->options->keeps_history ||
        !tracked_find(taking->tracked, &original, copy->layer, layer->sender_side, &shown))
        observation_of_stray(&layer->segment, &shown);

    const copied_t copied = copied_of(&shown, copy->frame);

    if (!taking->options->keeps_history)
        return copied;
    if (history_is_empty(taking->tracked->history))
        replay_begin_history(taking->tracked);
    history_add_copy(&taking->tracked->history, &layer->segment, taking->number, &copied);
    return copied;
}

/* A copy moves nothing, and belongs to the connection of its original. */
static tracked_t take_copy(const taking_t *taking, const copy_verdict_t *copy)
{
    tracked_connection_t *tracked = taking->tracked;
    const copied_t copied = copy_shown(taking, copy);
    incarnation_t *incarnation = incarnations_find(&tracked->incarnations, copy->frame);

    connection_observe_copy(&tracked->live->remembered.connection, &taking->layer->segment,
                            taking->layer->sender_side, copy->newly_marked, &copied, taking->out);
    if (copy->newly_marked && incarnation)
        tracked_note_copied_mark(incarnation);
    return (tracked_t){.incarnation = incarnation, .shows = true};
}

/* Keeps one of the first segments itself, and of any other what it has shown. */
static void keep(const taking_t *taking, const segment_t *segment, bool steady)
{
    tracked_connection_t *tracked = taking->tracked;

    if (!tracked->outgrown) {
        tracked_keep_first(tracked, segment, taking->layer->sender_side, taking->number);
        tracked->live->taken = tracked->live->first.count;
    } else if (taking->options->keeps_history) {
        history_add(&tracked->history, segment, taking->number, taking->out, steady);
    }
}

/* Returns false, and leaves `before` alone, where it does not. */
static bool begins_another(const taking_t *taking, const segment_t *segment, incarnation_t **before)
{
    tracked_connection_t *tracked = taking->tracked;
    incarnations_t *incarnations = &tracked->incarnations;
    live_connection_t *live = tracked->live;
    incarnation_t *newest = incarnations_newest(incarnations);
    const bool begins = incarnations_update(
        incarnations, connection_table_incarnations(taking->table), tracked, &live->summary,
        &live->remembered.connection, segment, taking->layer->sender_side, taking->out);

    if (incarnations->count > 1)
        tracked_outgrow(tracked, taking->options->keeps_history);
    if (begins)
        *before = newest;
    return begins;
}

/* Moves the connection. */
static tracked_t take_segment(const taking_t *taking, const segment_t *segment)
{
    const unsigned side = taking->layer->sender_side;
    tracked_connection_t *tracked = taking->tracked;
    live_connection_t *live = tracked->live;
    connection_t *connection = &live->remembered.connection;
    const verdict_t verdict =
        connection_observe(connection, &taking->options->connection, segment, side, taking->out);
    tracked_t result = {.shows = true};

    if (!verdict.steady || tracked->incarnations.count == 0)
        result.began = begins_another(taking, segment, &result.before);
    keep(taking, segment, verdict.steady);
    result.incarnation = incarnations_newest(&tracked->incarnations);
    result.concluded =
        summary_observe(&live->summary, connection, segment, side, taking->out, &verdict);
    return result;
}

/* What was to be expected, in a connection that has outgrown its first segments: nothing is to be
 * kept of it, and what it shows follows from its header. */
static bool is_expected(const taking_t *taking)
{
    const tracked_connection_t *tracked = taking->tracked;
    const segment_t *segment = &taking->layer->segment;
    const unsigned side = taking->layer->sender_side;
    const live_connection_t *live = tracked->live;
    const connection_t *connection = &live->remembered.connection;

    return tracked->outgrown && prediction_fits(connection, segment, side) &&
           !steady_may_raise(&connection->status, segment) &&
           summary_only_counts(&live->summary, segment, side) &&
           (!taking->options->keeps_history ||
            history_spares(tracked->history, segment, taking->number));
}

static tracked_t take_expected(const taking_t *taking)
{
    const segment_t *segment = &taking->layer->segment;
    const unsigned side = taking->layer->sender_side;
    live_connection_t *live = taking->tracked->live;
    connection_t *connection = &live->remembered.connection;
    const bool acks_missing = prediction_take(connection, segment, side);

    summary_count(&live->summary, connection, segment, side, acks_missing);
    if (!taking->may_wait)
        observation_of_steady(&connection->status, segment, side, taking->out);
    return (tracked_t){.incarnation = incarnations_newest(&taking->tracked->incarnations),
                       .shows = !taking->may_wait};
}

/* All that follows from a plain SYN is found out when it is asked for. */
static tracked_t take_first_syn(const taking_t *taking)
{
    const tcp_layer_t *layer = taking->layer;
    tracked_connection_t *tracked = taking->tracked;
    copies_evidence_t none_yet = {.connection = tracked->number};

    copies_take(connection_table_segments(taking->table), &none_yet, &layer->segment,
                layer->sender_side, taking->number, false);
    if (!taking->may_wait)
        observation_of_plain_syn(&layer->segment, layer->sender_side, taking->out);
    tracked_keep_lone(tracked, &layer->segment, layer->sender_side, taking->number);
    return (tracked_t){.incarnation = incarnations_begin(
                           &tracked->incarnations, connection_table_incarnations(taking->table),
                           tracked, layer->segment.frame),
                       .shows = !taking->may_wait,
                       .began = true,
                       .concluded = true};
}

/* Nobody has to hear at once of a segment with which its connection keeps to the plain course. */
static bool can_wait(const taking_t *taking)
{
    live_connection_t *live = taking->tracked->live;
    const bool plain = plain_course_take(&live->course, &taking->options->connection,
                                         &taking->layer->segment, taking->layer->sender_side);

    return plain && taking->may_wait && live->first.count < FIRST_SEGMENTS_MAX;
}

/* It is analysed when somebody asks, or with the first segment that cannot wait. */
static tracked_t let_wait(const taking_t *taking)
{
    tracked_connection_t *tracked = taking->tracked;

    tracked_keep_first(tracked, &taking->layer->segment, taking->layer->sender_side,
                       taking->number);
    return (tracked_t){.incarnation = incarnations_newest(&tracked->incarnations)};
}

/* One more would not be a first segment, or what comes next says more than a segment does. */
static void outgrow_when_full(const taking_t *taking, bool says_more)
{
    tracked_connection_t *tracked = taking->tracked;

    if (says_more || (!tracked->outgrown && tracked->live->first.count == FIRST_SEGMENTS_MAX))
        tracked_outgrow(tracked, taking->options->keeps_history);
}

static tracked_t take_connections_own(const taking_t *taking)
{
    const segment_t *segment = &taking->layer->segment;
    const unsigned side = taking->layer->sender_side;
    tracked_connection_t *tracked = taking->tracked;

    if (tracked->incarnations.count == 0 && is_plain_syn(segment))
        return take_first_syn(taking);

    live_connection_t *live = connection_table_wake(taking->table, tracked);
    remembered_t *remembered = &live->remembered;
    const endpoint_t *sender = &remembered->connection.end[side];
    const bool waits = can_wait(taking);

    if (!waits)
        live_catch_up(live, &taking->options->connection);

    const copy_verdict_t copy =
        copies_take(connection_table_segments(taking->table), &remembered->evidence, segment, side,
                    taking->number, endpoint_checksum_rejects(sender, segment));

    /* Nothing is settled then: a SYN or SYN-ACK that comes again is not plain. */
    if (waits && !copy.seen_before)
        return let_wait(taking);
    live_catch_up(live, &taking->options->connection);
    outgrow_when_full(taking, copy.seen_before);
    for (unsigned settled = 0; settled < 2; settled++)
        if (copy.settles[settled])
            connection_settle_copies(&remembered->connection, settled);
    if (!copy.seen_before && is_expected(taking))
        return take_expected(taking);
    if (copy.kind == COPY_CERTAIN)
        return take_copy(taking, &copy);
    if (copy.kind == COPY_NONE && !endpoint_has_recut(sender, segment))
        return take_segment(taking, segment);

    segment_t unsure = *segment;

    unsure.perhaps_copy = true;
    return take_segment(taking, &unsure);
}

/* What an ICMP error shows that quotes the SYN of an attempt that nothing has answered. */
static tracked_t take_quote(connection_table_t *table, const tcp_layer_t *layer, observation_t *out)
{
    if (!layer->quoted_seq_known || !layer->has_tuple || !icmp_error_is_unreachable(&layer->error))
        return (tracked_t){0};

    tracked_connection_t *tracked = connection_table_find(table, &layer->tuple);

    if (!tracked)
        return (tracked_t){0};

    live_connection_t *live = connection_table_wake(table, tracked);
    const connection_t *connection = &live->remembered.connection;

    live_catch_up(live, &connection_table_options(table)->connection);

    const uint32_t syn_frame = unreachable_syn(connection, layer->sender_side, &layer->segment);

    if (!syn_frame)
        return (tracked_t){0};
    tracked_outgrow(tracked, connection_table_options(table)->keeps_history);
    observation_of_unreachable(syn_frame, out);
    return (tracked_t){.incarnation = incarnations_newest(&tracked->incarnations),
                       .shows = true,
                       .concluded = summary_take_unreachable(&live->summary, connection)};
}

tracked_t track_take(connection_table_t *table, const tcp_layer_t *layer, unsigned number,
                     bool asked, observation_t *out)
{
    if (track_belongs_to_connection(layer))
        return take_connections_own(
            &(taking_t){.table = table,
                        .options = connection_table_options(table),
                        .tracked = connection_table_find_or_add(table, &layer->tuple),
                        .layer = layer,
                        .number = number,
                        .may_wait = !asked,
                        .out = out});

    tracked_t result = {0};

    if (layer->quoted)
        result = take_quote(table, layer, out);
    if (!result.shows && layer->quality != SEGMENT_UNREADABLE) {
        observation_of_stray(&layer->segment, out);
        result.shows = true;
    }
    return result;
}

incarnation_t *track_look_up(connection_table_t *table, const tcp_layer_t *layer, unsigned number,
                             observation_t *out)
{
    tracked_connection_t *tracked = connection_table_find(table, &layer->tuple);

    if (!tracked || !tracked_find(tracked, &layer->segment, number, layer->sender_side, out)) {
        observation_of_stray(&layer->segment, out);
        return NULL;
    }
    return incarnations_find(&tracked->incarnations,
                             out->copy_of ? out->copy_of : layer->segment.frame);
}

incarnation_t *track_connection_of(connection_table_t *table, const tcp_tuple_t *tuple,
                                   uint32_t frame)
{
    tracked_connection_t *tracked = connection_table_find(table, tuple);

    if (!tracked)
        return NULL;

    const uint32_t original = history_original(tracked->history, frame);

    return incarnations_find(&tracked->incarnations, original ? original : frame);
}
