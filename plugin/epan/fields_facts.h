/* fields_facts.h
 * The fields of handshake, close and reset: tcpstate.handshake.*, tcpstate.close.*, tcpstate.rst.*,
 * tcpstate.challenge_ack.
 *
 * Knows: how they look in a tree. Decides nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIELDS_FACTS_H
#define TCPSTATE_FIELDS_FACTS_H

#include "field_place.h"
#include "observation.h"

/* Registers the fields for the protocol. Call it where protocols are registered. */
void fields_facts_register(int proto_tcpstate);

/* Adds those of the fields that have a value on this segment. */
void fields_facts_add(const place_t *place, const observation_t *observation);

#endif
