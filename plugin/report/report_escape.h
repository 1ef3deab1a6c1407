/* report_escape.h
 * Texts that may hold anything, such as names of hosts that a capture brings along: written so that
 * no control character and no byte that is not UTF-8 reaches a terminal, or breaks a line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_ESCAPE_H
#define TCPSTATE_REPORT_ESCAPE_H

#include <glib.h>

/* Appends a text for people, what is not printable as \n, \x1b or \u202e. */
void report_append_printable(GString *to, const char *text);

/* Appends a text as a JSON string (RFC 8259 7). Bytes that are not UTF-8 have no place in JSON:
 * they become the four characters \xff. */
void report_append_json_string(GString *json, const char *text);

/* How many columns of a terminal a printable text takes. */
unsigned report_width(const char *text);

#endif
