/* icmp_hook.h
 * Notes type and code of every ICMP error at the moment when Wireshark dissects it.
 *
 * Knows: where Wireshark hands IP's payload to ICMP and ICMPv6. Does not know: what an error means.
 * It has the limits of tcp_hook.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ICMP_HOOK_H
#define TCPSTATE_ICMP_HOOK_H

#include "unreachable.h"

#include <epan/packet_info.h>

/* Registers the protocols as which the hooks run, in name only: while ICMP or ICMPv6 is disabled
 * its payload has to be left alone. Call it where protocols are registered. */
void icmp_hook_register(void);

/* Puts the hooks in front of ICMP and ICMPv6. Call it where protocols are handed off. */
void icmp_hook_handoff(void);

/* The ICMP error that quotes what is being dissected now. Only where an ICMP error quotes it;
 * `version` is 0 where the hooks have not seen that error. */
icmp_error_t icmp_hook_error(const packet_info *pinfo);

#endif
