/* report_write.h
 * Writes the report on connections: as text for people, as CSV (RFC 4180), as JSON lines, as Zeek's
 * conn.log.
 *
 * Knows: the formats. Does not know: which columns there are, nor Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_WRITE_H
#define TCPSTATE_REPORT_WRITE_H

#include "connection_record.h"
#include "report_escape.h"

#include <glib.h>

#include <stdio.h>

/* X(enumerator, number, name, description): preference tcpstate.report_format. */
#define REPORT_FORMAT_LIST(X)                                                                      \
    X(REPORT_AS_TEXT, 0, "text", "Text, aligned")                                                  \
    X(REPORT_AS_CSV, 1, "csv", "CSV (RFC 4180)")                                                   \
    X(REPORT_AS_JSON, 2, "json", "JSON, one object a line")                                        \
    X(REPORT_AS_ZEEK, 3, "zeek", "Zeek's conn.log, one JSON object a line")

typedef enum report_format {
#define X(enumerator, number, name, description) enumerator = number,
    REPORT_FORMAT_LIST(X)
#undef X
} report_format_t;

typedef struct report_writer report_writer_t;

/* Begins a report, which is written to `out`, in CSV with the names of the columns. `with_capture`:
 * the connections are of several captures, and the report says of which; Zeek's has no place for
 * that. To be ended by report_writer_end(). */
report_writer_t *report_writer_begin(FILE *out, report_format_t format, bool with_capture);

/* Chooses other columns for the text (report_choose() in report_row.h); "" chooses none. To be
 * called before any connections are added. Returns NULL, or what is wrong with the choice, to be
 * freed with g_free(). */
char *report_writer_choose(report_writer_t *writer, const char *names);

/* Writes the connections of a capture. `capture` is the capture's name, valid during the call; NULL
 * where there is one only. */
void report_writer_add(report_writer_t *writer, const char *capture,
                       const connection_records_t *records);

/* Ends the report, in text with the counts, flushes the file and frees the writer. Returns 0, or
 * errno's number for the first thing that went wrong with the file. */
int report_writer_end(report_writer_t *writer);

/* Appends a connection's columns as members of a JSON object, without its braces. */
void report_append_json_members(GString *json, const connection_record_t *record);

#endif
