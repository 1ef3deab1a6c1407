/* fields_ecn.h
 * The fields of Explicit Congestion Notification.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIELDS_ECN_H
#define TCPSTATE_FIELDS_ECN_H

#include "field_place.h"
#include "observation.h"

/* Registers the fields for the protocol. Call it where protocols are registered. */
void fields_ecn_register(int proto_tcpstate);

/* Adds what the segment shows of ECN. */
void fields_ecn_add(const place_t *place, const segment_t *segment,
                    const observation_t *observation);

#endif
