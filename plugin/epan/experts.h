/* experts.h
 * Anomalies as expert infos.
 *
 * Knows: name, severity and group of each in Wireshark's words. Does not know: when an anomaly
 * occurs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_EXPERTS_H
#define TCPSTATE_EXPERTS_H

#include <epan/packet_info.h>

#include "field_place.h"
#include "observation.h"

/* Registers an expert info, tcpstate.anomaly.<name>, for each anomaly. */
void experts_register(int proto_tcpstate);

/* Raises the expert infos of a segment, if it has any. They count and color the packet with or
 * without a tree: place->tree may be NULL. For every pass. */
void experts_add(packet_info *pinfo, const place_t *place, const anomaly_set_t *anomalies);

#endif
