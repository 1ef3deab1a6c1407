/* connection_table.c
 * All connections of a capture, by their 4-tuple.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "connection_table.h"

#include "replay.h"

enum { LIVE_MAX = 512 }; /* connections that are live at the same time: 4 MB */

struct connection_table {
    track_options_t options;
    GHashTable *connections; /* of tracked_connection_t, by its tuple */
    tracked_connection_t
        *latest;             /* that was asked for: the segments of a connection come in runs */
    live_connection_t *live; /* LIVE_MAX of them, likewise: */
    unsigned next_live;      /* the first that may have to rest when another one wakes */
    replays_t *replays;
    copies_table_t *segments; /* from the first segment of the capture on; before, NULL */
    uint32_t total;           /* of connections */
    uint32_t incarnations;    /* of all connections */
};

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return tcp_tuple_equal(a, b);
}

static void forget(gpointer tracked)
{
    tracked_free(tracked);
}

connection_table_t *connection_table_new(GHashFunc hash, const track_options_t *options)
{
    connection_table_t *table = g_new0(connection_table_t, 1);

    table->connections = g_hash_table_new_full(hash, equal, NULL, forget);
    table->options = *options;
    table->replays = g_new0(replays_t, 1);
    table->replays->options = &table->options.connection;
    return table;
}

void connection_table_free(connection_table_t *table)
{
    if (!table)
        return;
    g_hash_table_destroy(table->connections);
    g_free(table->live);
    g_free(table->replays);
    g_free(table->segments);
    g_free(table);
}

/* Most of the table is never touched, and what the system hands out as zeros costs nothing until it
 * is. */
copies_table_t *connection_table_segments(connection_table_t *table)
{
    if (!table->segments)
        table->segments = g_new0(copies_table_t, 1);
    return table->segments;
}

uint32_t *connection_table_incarnations(connection_table_t *table)
{
    return &table->incarnations;
}

tracked_connection_t *connection_table_find(connection_table_t *table, const tcp_tuple_t *tuple)
{
    if (!table->latest || !tcp_tuple_equal(&table->latest->tuple, tuple))
        table->latest = g_hash_table_lookup(table->connections, tuple);
    return table->latest;
}

tracked_connection_t *connection_table_find_or_add(connection_table_t *table,
                                                   const tcp_tuple_t *tuple)
{
    tracked_connection_t *tracked = connection_table_find(table, tuple);

    if (!tracked) {
        tracked = g_new0(tracked_connection_t, 1);
        tracked->tuple = *tuple;
        tracked->replays = table->replays;
        tracked->number = ++table->total;
        g_hash_table_insert(table->connections, &tracked->tuple, tracked);
        table->latest = tracked;
    }
    return tracked;
}

const track_options_t *connection_table_options(const connection_table_t *table)
{
    return &table->options;
}

/* Goes round: whoever was used since the last time stays for another round. */
static live_connection_t *find_place(connection_table_t *table)
{
    for (;;) {
        live_connection_t *live = &table->live[table->next_live];

        table->next_live = (table->next_live + 1) % LIVE_MAX;
        if (!live->of)
            return live;
        if (!live->used) {
            tracked_rest(live->of, table->options.keeps_summary);
            return live;
        }
        live->used = false;
    }
}

live_connection_t *connection_table_wake(connection_table_t *table, tracked_connection_t *tracked)
{
    if (tracked->live) {
        tracked->live->used = true;
    } else {
        if (!table->live)
            table->live = g_new0(live_connection_t, LIVE_MAX);
        tracked_wake(tracked, find_place(table), &table->options.connection);
    }
    return tracked->live;
}

void connection_table_for_each(connection_table_t *table,
                               void (*take)(tracked_connection_t *tracked, void *data), void *data)
{
    GHashTableIter iterator;
    gpointer tracked;

    g_hash_table_iter_init(&iterator, table->connections);
    while (g_hash_table_iter_next(&iterator, NULL, &tracked))
        take(tracked, data);
}
