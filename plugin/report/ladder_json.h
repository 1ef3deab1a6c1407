/* ladder_json.h
 * Writes the ladder as JSON: one object with the connection's columns and its rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_JSON_H
#define TCPSTATE_LADDER_JSON_H

#include "connection_record.h"
#include "ladder.h"

/* Appends the connection's ladder, which is settled, as one line. */
void ladder_append_json(GString *to, const connection_record_t *record, const ladder_t *ladder);

#endif
