/* fields_conn.h
 * The fields that sum up the whole connection: tcpstate.conn.*.
 *
 * Knows: how they look in a tree. Decides nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIELDS_CONN_H
#define TCPSTATE_FIELDS_CONN_H

#include "field_place.h"
#include "observation.h"
#include "summary.h"

/* Registers the fields for the protocol. Call it where protocols are registered. */
void fields_conn_register(int proto_tcpstate);

/* True where somebody asks for one of them: else the connection need not be summed up. */
bool fields_conn_are_wanted(const place_t *place);

/* Adds what is known of the connection that the observed segment belongs to. What the segment says
 * as well is hidden. */
void fields_conn_add(const place_t *place, const summary_t *summary,
                     const observation_t *observation);

#endif
