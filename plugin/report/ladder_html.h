/* ladder_html.h
 * Draws the ladder as an HTML table for Wireshark's text window, whose cells are the lifelines.
 *
 * Knows: what a QTextEdit makes of HTML. A cell of a lifeline is as high as its state lasts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_HTML_H
#define TCPSTATE_LADDER_HTML_H

#include "connection_record.h"
#include "ladder.h"

/* Appends the connection's ladder, which is settled. Of a very long one only
 * the beginning and the end, and how many rows are left out: a text window cannot hold more. */
void ladder_append_html(GString *to, const connection_record_t *record, const ladder_t *ladder);

#endif
