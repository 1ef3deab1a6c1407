/* file_connections.c
 * The connections of the capture file that Wireshark has open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "file_connections.h"

#include "tuple_address.h"

#include <epan/dissectors/packet-tcp.h>

static connection_table_t *table; /* from its first segment on; before, NULL */
static const unsigned *pref_time_wait;
static bool (*sums_up)(void);
static int proto_tcp;

/* Wireshark's own, with a secret that is a new one in every run. */
static guint hash(gconstpointer tuple)
{
    uint8_t key[TCP_TUPLE_KEY_SIZE];

    return wmem_strong_hash(key, tcp_tuple_key(tuple, key));
}

connection_table_t *file_connections(void)
{
    if (!table)
        table = connection_table_new(
            hash,
            &(track_options_t){.connection = {.time_wait = (int64_t)*pref_time_wait * NS_PER_S},
                               .keeps_history = true,
                               .keeps_summary = sums_up()});
    return table;
}

/* Nothing of Wireshark's data on the connection is read but the stream's number. */
void file_connections_find_stream(incarnation_t *incarnation, const packet_info *pinfo)
{
    const tcp_tuple_t *tuple = &incarnation->tracked->tuple;
    const address ends[2] = {tuple_address(tuple, 0), tuple_address(tuple, 1)};
    const conversation_t *conversation =
        compat_find_tcp(pinfo, &ends[0], &ends[1], tuple->port[0], tuple->port[1]);
    const struct tcp_analysis *analysis =
        conversation ? conversation_get_proto_data(conversation, proto_tcp) : NULL;

    incarnation->stream_known = analysis != NULL;
    incarnation->stream = analysis ? analysis->stream : 0;
}

static void forget(void)
{
    connection_table_free(table);
    table = NULL;
}

void file_connections_register(const unsigned *time_wait, bool (*summaries_wanted)(void))
{
    pref_time_wait = time_wait;
    sums_up = summaries_wanted;
    proto_tcp = proto_get_id_by_filter_name("tcp");
    register_init_routine(forget);
    register_cleanup_routine(forget);
}
