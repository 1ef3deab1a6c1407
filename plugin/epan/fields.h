/* fields.h
 * The display fields: what can be filtered for, and the tree of one segment.
 *
 * Knows: names, types and texts of the fields, and where in the tree they stand. Does not know: how
 * an observation came about. It decides nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIELDS_H
#define TCPSTATE_FIELDS_H

#include "field_place.h"
#include "summary.h"

#include <epan/packet_info.h>

/* Registers the fields for the protocol. Call it where protocols are registered. */
void fields_register(int proto_tcpstate);

/* Adds the tree of one segment, its anomalies included, to that of its frame. No byte of the frame
 * is marked. An observation without a direction belongs to no connection and has no states to show;
 * one of an ICMP error shows its milestone alone.
 * `summary` is of the connection that the segment belongs to; NULL: it belongs to none, or nobody
 * asks for that (fields_conn.h). `time_wait` is how long TIME-WAIT lasts, nanoseconds. */
void fields_add(packet_info *pinfo, const place_t *frame, const segment_t *segment,
                const observation_t *observation, const summary_t *summary, int64_t time_wait);

#endif
