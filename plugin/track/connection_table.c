/* connection_table.c
 * All connections of a capture, by their 4-tuple.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "connection_table.h"

#include "connection_store.h"
#include "replay.h"

enum { LIVE_MAX = 512 }; /* connections that are live at the same time: 4 MB */

struct connection_table {
    track_options_t options;
    connection_store_t connections;
    tracked_connection_t
        *latest;             /* that was asked for: the segments of a connection come in runs */
    live_connection_t *live; /* LIVE_MAX of them, likewise: */
    unsigned next_live;      /* the first that may have to rest when another one wakes */
    replays_t *replays;
    copies_table_t *segments; /* from the first segment of the capture on; before, NULL */
    uint32_t incarnations;    /* of all connections */
};

connection_table_t *connection_table_new(GHashFunc hash, const track_options_t *options)
{
    connection_table_t *table = g_new0(connection_table_t, 1);

    table->connections.hash = hash;
    table->options = *options;
    table->replays = g_new0(replays_t, 1);
    table->replays->options = &table->options.connection;
    return table;
}

void connection_table_free(connection_table_t *table)
{
    if (!table)
        return;
    connection_store_clear(&table->connections);
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

static bool is_latest(const connection_table_t *table, const tcp_tuple_t *tuple)
{
    return table->latest && tcp_tuple_equal(&table->latest->tuple, tuple);
}

tracked_connection_t *connection_table_find(connection_table_t *table, const tcp_tuple_t *tuple)
{
    if (!is_latest(table, tuple))
        table->latest = connection_store_find(&table->connections, tuple);
    return table->latest;
}

tracked_connection_t *connection_table_find_or_add(connection_table_t *table,
                                                   const tcp_tuple_t *tuple)
{
    if (!is_latest(table, tuple)) {
        table->latest = connection_store_find_or_add(&table->connections, tuple);
        table->latest->replays = table->replays;
    }
    return table->latest;
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
    for (uint32_t number = 1; number <= table->connections.count; number++)
        take(connection_store_at(&table->connections, number), data);
}
