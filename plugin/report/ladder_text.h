/* ladder_text.h
 * Draws the ladder as text, at most 100 columns wide but where a label would be cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_TEXT_H
#define TCPSTATE_LADDER_TEXT_H

#include "connection_record.h"
#include "ladder.h"

/* Appends the connection's ladder, which is settled, and an empty line. */
void ladder_append_text(GString *to, const connection_record_t *record, const ladder_t *ladder);

#endif
