/* connection_filter.c
 * The filter for one connection, in Wireshark's menus of conversation filters.
 *
 * Wireshark calls this a dozen times for every packet that is selected, and also while a file is
 * closed, so it only looks up. Of a frame with several TCP headers it is the innermost connection,
 * as for Wireshark's own conversation filters.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "connection_filter.h"

#include "file_connections.h"
#include "track.h"

/* NULL: the frame belongs to none. */
static const incarnation_t *connection_of(const packet_info *pinfo)
{
    const address *src = &pinfo->src;
    const bool is_ip =
        (src->type == AT_IPv4 && src->len == 4) || (src->type == AT_IPv6 && src->len == 16);
    tcp_tuple_t tuple;
    unsigned sender_side;

    if (pinfo->ptype != PT_TCP || !is_ip || pinfo->dst.type != src->type ||
        pinfo->dst.len != src->len)
        return NULL;
    tcp_tuple_set(&tuple, &sender_side, src->data, pinfo->dst.data, (uint32_t)src->len,
                  (uint16_t)pinfo->srcport, (uint16_t)pinfo->destport, compat_network(pinfo));

    return track_connection_of(file_connections(), &tuple, pinfo->num);
}

static compat_bool_t has_connection(packet_info *pinfo COMPAT_FILTER_DATA)
{
    return connection_of(pinfo) != NULL;
}

/* Wireshark frees it. */
static char *filter_of(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const incarnation_t *incarnation = connection_of(pinfo);

    return incarnation
               ? g_strdup_printf("tcpstate.conn.first_frame == %u", incarnation->first_frame)
               : NULL;
}

void connection_filter_register(void)
{
    compat_register_conversation_filter("tcpstate", "TCP connection (tcpstate)", has_connection,
                                        filter_of);
}
