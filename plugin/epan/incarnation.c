/* incarnation.c
 * The connections that a 4-tuple carried one after the other, each with its summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "incarnation.h"

#include "tcp_tuple.h"

#include <epan/dissectors/packet-tcp.h>

static uint32_t total; /* of the capture file */
static int proto_tcp;

/* Nothing of Wireshark's data on the connection is read but the stream's number. */
static void find_stream(incarnation_t *incarnation, const packet_info *pinfo)
{
    const tcp_tuple_t *tuple = incarnation->tuple;
    address ends[2];

    for (unsigned side = 0; side < 2; side++)
        tcp_tuple_address(tuple, side, &ends[side]);

    const conversation_t *conversation =
        compat_find_tcp(pinfo, &ends[0], &ends[1], tuple->port[0], tuple->port[1]);
    const struct tcp_analysis *analysis =
        conversation ? conversation_get_proto_data(conversation, proto_tcp) : NULL;

    incarnation->stream_known = analysis != NULL;
    incarnation->stream = analysis ? analysis->stream : 0;
}

static incarnation_t *append(incarnations_t *incarnations)
{
    incarnation_t *added = wmem_new0(wmem_file_scope(), incarnation_t);

    if (incarnations->count == incarnations->room) {
        incarnations->room = incarnations->room ? 2 * incarnations->room : 1;
        incarnations->all = wmem_realloc(wmem_file_scope(), incarnations->all,
                                         incarnations->room * sizeof *incarnations->all);
    }
    incarnations->all[incarnations->count++] = added;
    incarnations->newest = added;
    return added;
}

void incarnations_update(incarnations_t *incarnations, const tcp_tuple_t *tuple,
                         const connection_t *connection, const packet_info *pinfo,
                         const segment_t *segment, unsigned sender_side,
                         const observation_t *observation)
{
    const summary_t *newest = incarnations->newest ? &incarnations->newest->summary : NULL;

    if (!summary_begins_anew(newest, connection, observation))
        return;

    incarnation_t *added = append(incarnations);

    added->tuple = tuple;
    added->number = total++;
    added->since = segment->frame;
    find_stream(added, pinfo);
    summary_begin(&added->summary, connection, segment, sender_side, observation);
}

incarnation_t *incarnations_find(const incarnations_t *incarnations, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = incarnations->count;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (incarnations->all[middle]->since > frame)
            high = middle;
        else
            low = middle + 1;
    }
    return low > 0 ? incarnations->all[low - 1] : NULL;
}

static void forget_all(void)
{
    total = 0;
}

void incarnations_register(void)
{
    proto_tcp = proto_get_id_by_filter_name("tcp");
    register_init_routine(forget_all);
    register_cleanup_routine(forget_all);
}
