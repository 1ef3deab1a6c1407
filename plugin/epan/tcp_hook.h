/* tcp_hook.h
 * Reads every TCP header at the moment when Wireshark dissects it.
 *
 * Knows: where Wireshark hands IP's payload to TCP, and what is known there alone: the addresses of
 * this very layer, the ECN bits around it, whether an ICMP error quotes it. Does not know: what the
 * headers mean for a connection.
 *
 * Limits: "Decode As" of IP protocol 6 to something else, TCP itself included, takes the hook out;
 * a protocol that calls TCP by name and not through IP's table is not seen. Neither holds where TCP
 * hands the headers over itself (TCPSTATE_HAND_OVER, docs/IN-TREE.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TCP_HOOK_H
#define TCPSTATE_TCP_HOOK_H

#include "tcp_layer.h"

#include <epan/packet_info.h>
#include <epan/proto.h>

/* Whether nobody wants what Wireshark's TCP dissector, or one above it, would show of the frame.
 * `tree` is theirs. */
typedef bool (*tcp_hook_unwanted_t)(packet_info *pinfo, const proto_tree *tree);

/* Tells the hook which protocol it reads for: while that is disabled it reads nothing. Where TCP is
 * `unwanted`, it is not dissected, unless the capture has segments that may carry other packets:
 * from the first of these on, it is. Call it where protocols are registered. */
void tcp_hook_register(int proto_tcpstate, tcp_hook_unwanted_t unwanted);

/* Puts the hook in front of TCP, or has TCP hand over. The hook runs as proto_helper, a protocol in
 * name only whose parent is TCP: one of its own would be a layer of the frame, and while TCP is
 * disabled its payload has to be left alone. Call it where protocols are handed off. */
void tcp_hook_handoff(int proto_helper);

/* Takes the TCP headers of the frame that is being dissected, outermost first, and sets their
 * number. They are valid until the next frame is dissected. */
const tcp_layer_t *tcp_hook_take(const packet_info *pinfo, unsigned *count);

#endif
