/* icmp_quote.h
 * ICMP errors that quote the SYN of an attempt that nothing has answered.
 *
 * Knows: how the connection of a quoted header is found, and where it is kept what an error showed.
 * Does not know: which errors count (unreachable.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ICMP_QUOTE_H
#define TCPSTATE_ICMP_QUOTE_H

#include "incarnation.h"
#include "tcp_hook.h"

/* Tells the protocol under which frames keep what they showed. Call it where protocols are
 * registered. */
void icmp_quote_register(int proto_tcpstate);

/* Takes a quoted header on the first pass, in capture order. Where the error counts, sets `out` to
 * what it shows, notes it in the summary of the connection, and returns that; `*changed` tells
 * whether the summary has changed. Else returns NULL and leaves both alone. `number` is the
 * header's place among those of its frame. Never adds a connection. */
const incarnation_t *icmp_quote_observe(const tcp_layer_t *layer, unsigned number,
                                        packet_info *pinfo, observation_t *out, bool *changed);

/* The same on any later pass: only looks up what it was. */
const incarnation_t *icmp_quote_look_up(unsigned number, packet_info *pinfo, observation_t *out);

#endif
