/* icmp_quote.h
 * What ICMP errors showed that quote the SYN of an attempt that nothing has answered.
 *
 * Knows: where that is kept, to be looked up on a later pass. Does not know: which errors count
 * (unreachable.h), nor how the connection of a quoted header is found (track.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ICMP_QUOTE_H
#define TCPSTATE_ICMP_QUOTE_H

#include "incarnation.h"
#include "observation.h"

#include <epan/packet_info.h>

/* Tells the protocol under which frames keep what they showed. Call it where protocols are
 * registered. */
void icmp_quote_register(int proto_tcpstate);

/* Keeps what a quoted header showed on the first pass. `number` is its place among the TCP headers
 * of its frame. */
void icmp_quote_keep(packet_info *pinfo, unsigned number, const incarnation_t *incarnation,
                     const observation_t *shown);

/* Looks up what it showed, on any later pass, and returns the connection that it is of. Returns
 * NULL, and leaves `out` alone, where it showed nothing. */
const incarnation_t *icmp_quote_look_up(unsigned number, packet_info *pinfo, observation_t *out);

#endif
