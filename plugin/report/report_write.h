/* report_write.h
 * Writes the report on connections: as text for people, as CSV (RFC 4180), as JSON lines.
 *
 * Knows: the three formats. Does not know: which columns there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_WRITE_H
#define TCPSTATE_REPORT_WRITE_H

#include "incarnation.h"

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

/* Writes one line for each connection, and before them the names of the columns (not in JSON,
 * where each line has them). */
void report_write(FILE *out, report_format_t format, const incarnation_t *const *incarnations,
                  unsigned count);

#endif
