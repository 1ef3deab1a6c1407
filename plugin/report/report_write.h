/* report_write.h
 * Writes the report on connections: as text for people, as CSV (RFC 4180), as JSON lines.
 *
 * Knows: the three formats. Does not know: which columns there are, nor Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_WRITE_H
#define TCPSTATE_REPORT_WRITE_H

#include "connection_record.h"

#include <glib.h>

#include <stdio.h>

/* X(enumerator, number, name, description): preference tcpstate.report_format. */
#define REPORT_FORMAT_LIST(X)                                                                      \
    X(REPORT_AS_TEXT, 0, "text", "Text, aligned")                                                  \
    X(REPORT_AS_CSV, 1, "csv", "CSV (RFC 4180)")                                                   \
    X(REPORT_AS_JSON, 2, "json", "JSON, one object a line")

typedef enum report_format {
#define X(enumerator, number, name, description) enumerator = number,
    REPORT_FORMAT_LIST(X)
#undef X
} report_format_t;

typedef struct report_writer report_writer_t;

/* Begins a report, which is written to `out`, in CSV with the names of the columns. `with_capture`:
 * the connections are of several captures, and the first column is the capture's name. To be ended
 * by report_writer_end(). */
report_writer_t *report_writer_begin(FILE *out, report_format_t format, bool with_capture);

/* Writes one line for each connection of a capture. `capture` is the capture's name, valid during
 * the call; NULL without such a column. */
void report_writer_add(report_writer_t *writer, const char *capture,
                       const connection_records_t *records);

/* Ends the report, flushes the file and frees the writer. Returns 0, or errno's number for the
 * first thing that went wrong with the file. */
int report_writer_end(report_writer_t *writer);

/* Appends a connection's columns as members of a JSON object, without its braces. */
void report_append_json_members(GString *json, const connection_record_t *record);

/* Appends a text as a JSON string. */
void report_append_json_string(GString *json, const char *text);

#endif
