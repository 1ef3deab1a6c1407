/* track.c
 * A TCP header's way to its connection, the same in Wireshark and outside of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "track.h"

#include "observe.h"

/* A header on its way. */
typedef struct taking {
    connection_table_t *table;
    const track_options_t *options;
    tracked_connection_t *tracked; /* its 4-tuple */
    const tcp_layer_t *layer;
    unsigned number; /* its place among the headers of its frame */
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
        !history_find(taking->tracked->history, &original, copy->layer, layer->sender_side, &shown))
        observation_of_stray(&layer->segment, &shown);

    const copied_t copied = copied_of(&shown, copy->frame);

    if (taking->options->keeps_history)
        history_add_copy(&taking->tracked->history, &layer->segment, taking->number, &copied);
    return copied;
}

/* A copy moves nothing, and belongs to the connection of its original. */
static tracked_t take_copy(const taking_t *taking, const copy_verdict_t *copy)
{
    tracked_connection_t *tracked = taking->tracked;
    const copied_t copied = copy_shown(taking, copy);
    incarnation_t *incarnation = incarnations_find(&tracked->incarnations, copy->frame);

    connection_observe_copy(&tracked->connection, &taking->layer->segment,
                            taking->layer->sender_side, copy->newly_marked, &copied, taking->out);
    if (copy->newly_marked && incarnation)
        summary_note_copied_mark(&incarnation->summary);
    return (tracked_t){.incarnation = incarnation, .shows = true};
}

/* Moves the connection. */
static tracked_t take_segment(const taking_t *taking, const segment_t *segment)
{
    const unsigned side = taking->layer->sender_side;
    tracked_connection_t *tracked = taking->tracked;
    connection_t *connection = &tracked->connection;
    incarnations_t *incarnations = &tracked->incarnations;
    const verdict_t verdict =
        connection_observe(connection, &taking->options->connection, segment, side, taking->out);
    tracked_t result = {.shows = true};

    if (taking->options->keeps_history)
        history_add(&tracked->history, segment, taking->number, taking->out, verdict.steady);
    if (!verdict.steady || !incarnations->newest)
        result.began =
            incarnations_update(incarnations, connection_table_incarnations(taking->table),
                                &tracked->tuple, connection, segment, side, taking->out) != NULL;
    result.incarnation = incarnations->newest;
    result.concluded = summary_observe(&result.incarnation->summary, connection, segment, side,
                                       taking->out, &verdict);
    return result;
}

static tracked_t take_connections_own(const taking_t *taking)
{
    const segment_t *segment = &taking->layer->segment;
    const unsigned side = taking->layer->sender_side;
    tracked_connection_t *tracked = taking->tracked;
    const endpoint_t *sender = &tracked->connection.end[side];

    /* A damaged segment arrives nowhere: the same in good order is a retransmission. */
    if (endpoint_checksum_rejects(sender, segment))
        return take_segment(taking, segment);

    const copy_verdict_t copy = copies_take(connection_table_segments(taking->table),
                                            &tracked->evidence, segment, side, taking->number);

    for (unsigned settled = 0; settled < 2; settled++)
        if (copy.settles[settled])
            connection_settle_copies(&tracked->connection, settled);
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

    const tracked_connection_t *tracked = connection_table_find(table, &layer->tuple);
    const uint32_t syn_frame =
        tracked ? unreachable_syn(&tracked->connection, layer->sender_side, &layer->segment) : 0;

    if (!syn_frame)
        return (tracked_t){0};

    incarnation_t *incarnation = tracked->incarnations.newest;

    observation_of_unreachable(syn_frame, out);
    return (tracked_t){.incarnation = incarnation,
                       .shows = true,
                       .concluded =
                           summary_take_unreachable(&incarnation->summary, &tracked->connection)};
}

tracked_t track_take(connection_table_t *table, const track_options_t *options,
                     const tcp_layer_t *layer, unsigned number, observation_t *out)
{
    if (track_belongs_to_connection(layer))
        return take_connections_own(
            &(taking_t){.table = table,
                        .options = options,
                        .tracked = connection_table_find_or_add(table, &layer->tuple),
                        .layer = layer,
                        .number = number,
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

const incarnation_t *track_look_up(connection_table_t *table, const tcp_layer_t *layer,
                                   unsigned number, observation_t *out)
{
    const tracked_connection_t *tracked = connection_table_find(table, &layer->tuple);

    if (!tracked ||
        !history_find(tracked->history, &layer->segment, number, layer->sender_side, out)) {
        observation_of_stray(&layer->segment, out);
        return NULL;
    }
    return incarnations_find(&tracked->incarnations,
                             out->copy_of ? out->copy_of : layer->segment.frame);
}
