/* report_zeek.h
 * A connection as a line of Zeek's conn.log in JSON, with the fields of it that can be known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_ZEEK_H
#define TCPSTATE_REPORT_ZEEK_H

#include "connection_record.h"

#include <glib.h>

/* Appends the line, without its end. As Zeek's, orig_bytes and resp_bytes count what the numbers
 * show to have been sent, missed_bytes what of that was not captured; uid is the same for the same
 * addresses, ports and time. */
void report_zeek_append(GString *line, const connection_record_t *record);

#endif
