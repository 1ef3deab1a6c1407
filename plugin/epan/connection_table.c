/* connection_table.c
 * All connections of the capture file, by their 4-tuple.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "connection_table.h"

static wmem_map_t *table;

/* The one that was asked for last: the segments of a connection come in runs. */
static tracked_connection_t *latest;

static guint hash(gconstpointer tuple)
{
    return tcp_tuple_hash(tuple);
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
    return tcp_tuple_equal(a, b);
}

/* From the first segment of the capture file on; before, nothing. */
static copies_table_t *segments;

static uint32_t total; /* connections of the capture file */

static void forget(void)
{
    latest = NULL;
    total = 0;
    g_free(segments);
    segments = NULL;
}

/* Not in Wireshark's own memory: most of the table is never touched, and what the system hands out
 * as zeros costs nothing until it is. */
copies_table_t *connection_table_segments(void)
{
    if (!segments)
        segments = g_new0(copies_table_t, 1);
    return segments;
}

void connection_table_register(void)
{
    register_init_routine(forget);
    register_cleanup_routine(forget);
    table = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash, equal);
}

tracked_connection_t *connection_table_find(const tcp_tuple_t *tuple)
{
    if (!latest || !tcp_tuple_equal(&latest->tuple, tuple))
        latest = wmem_map_lookup(table, tuple);
    return latest;
}

tracked_connection_t *connection_table_find_or_add(const tcp_tuple_t *tuple)
{
    tracked_connection_t *tracked = connection_table_find(tuple);

    if (!tracked) {
        tracked = wmem_new0(wmem_file_scope(), tracked_connection_t);
        tracked->tuple = *tuple;
        tracked->evidence.connection = ++total;
        connection_init(&tracked->connection, tuple->port[0], tuple->port[1]);
        wmem_map_insert(table, &tracked->tuple, tracked);
        latest = tracked;
    }
    return tracked;
}
