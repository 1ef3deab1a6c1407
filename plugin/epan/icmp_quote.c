/* icmp_quote.c
 * ICMP errors that quote the SYN of an attempt that nothing has answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "icmp_quote.h"

#include "connection_table.h"

#include <epan/proto_data.h>

/* What one error showed. There are few of them, so Wireshark keeps each with its frame: the history
 * of a connection is for the connection's own segments. */
typedef struct shown {
    const incarnation_t *incarnation;
    uint32_t syn_frame;
} shown_t;

static int proto;

void icmp_quote_register(int proto_tcpstate)
{
    proto = proto_tcpstate;
}

static void keep(packet_info *pinfo, unsigned number, const shown_t *shown)
{
    shown_t *kept = wmem_new(wmem_file_scope(), shown_t);

    *kept = *shown;
    p_add_proto_data(wmem_file_scope(), pinfo, proto, number, kept);
}

const incarnation_t *icmp_quote_observe(const tcp_layer_t *layer, unsigned number,
                                        packet_info *pinfo, observation_t *out, bool *changed)
{
    if (!layer->quoted_seq_known || !layer->has_tuple || !icmp_error_is_unreachable(&layer->error))
        return NULL;

    const tracked_connection_t *tracked = connection_table_find(&layer->tuple);
    const uint32_t syn_frame =
        tracked ? unreachable_syn(&tracked->connection, layer->sender_side, &layer->segment) : 0;

    if (!syn_frame)
        return NULL;

    incarnation_t *incarnation = tracked->incarnations.newest;

    *changed = summary_take_unreachable(&incarnation->summary, &tracked->connection);
    keep(pinfo, number, &(shown_t){incarnation, syn_frame});
    observation_of_unreachable(syn_frame, out);
    return incarnation;
}

const incarnation_t *icmp_quote_look_up(unsigned number, packet_info *pinfo, observation_t *out)
{
    const shown_t *shown = p_get_proto_data(wmem_file_scope(), pinfo, proto, number);

    if (!shown)
        return NULL;
    observation_of_unreachable(shown->syn_frame, out);
    return shown->incarnation;
}
