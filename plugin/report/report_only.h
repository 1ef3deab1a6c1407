/* report_only.h
 * Whether a frame is dissected for nothing but this plugin's reports.
 *
 * Knows: who may want something of Wireshark's TCP dissector: trees, columns, filters, other
 * reports, a second pass, the GUI. Does not know: what becomes of a frame for which nobody does.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_ONLY_H
#define TCPSTATE_REPORT_ONLY_H

#include <stdbool.h>

#include <epan/packet_info.h>
#include <epan/proto.h>

/* Call it where protocols are registered. */
void report_only_register(void);

/* True where nothing but this plugin's reports, without a filter, is made of the frame, now and
 * later. `tree` is what a dissector of the frame gets. */
bool report_only(packet_info *pinfo, const proto_tree *tree);

#endif
