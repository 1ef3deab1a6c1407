/* icmp_quote.c
 * What ICMP errors showed that quote the SYN of an attempt that nothing has answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "icmp_quote.h"

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

void icmp_quote_keep(packet_info *pinfo, unsigned number, const incarnation_t *incarnation,
                     const observation_t *shown)
{
    shown_t *kept = wmem_new(wmem_file_scope(), shown_t);

    kept->incarnation = incarnation;
    kept->syn_frame = observation_facts(shown)->handshake.syn_frame;
    p_add_proto_data(wmem_file_scope(), pinfo, proto, number, kept);
}

const incarnation_t *icmp_quote_look_up(unsigned number, packet_info *pinfo, observation_t *out)
{
    const shown_t *shown = p_get_proto_data(wmem_file_scope(), pinfo, proto, number);

    if (!shown)
        return NULL;
    observation_of_unreachable(shown->syn_frame, out);
    return shown->incarnation;
}
