/* report_cell.h
 * What stands in a cell of the report, as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_CELL_H
#define TCPSTATE_REPORT_CELL_H

#include "report_row.h"

#include <glib.h>

/* How values are written. */
typedef enum report_style {
    REPORT_FOR_PEOPLE,   /* microseconds, dates by RFC 3339 in UTC */
    REPORT_FOR_PROGRAMS, /* nanoseconds, seconds since 1970 */
    REPORT_FOR_JSON      /* likewise, texts as JSON */
} report_style_t;

/* Sets `to` to what stands in a cell, printable in any style; false: nothing stands there, and `to`
 * is empty. */
bool report_cell_text(GString *to, report_style_t style, const report_column_t *column,
                      const connection_record_t *record);

/* The same, but appends it to what `to` holds. */
bool report_append_cell(GString *to, report_style_t style, const report_column_t *column,
                        const connection_record_t *record);

/* True where the column holds numbers, which are aligned on the right. */
bool report_column_is_number(const report_column_t *column);

/* Appends the names of anomalies, each quoted if `quoted`, with `separator` between them. */
void report_append_anomalies(GString *to, uint64_t set, bool quoted, const char *separator);

/* Appends a number in decimal with so many digits at least. */
void report_append_digits(GString *to, uint64_t number, unsigned digits);

/* Appends the sign of a number that is negative; returns its absolute value. */
uint64_t report_append_sign(GString *to, int64_t number);

/* Appends the date of a time in UTC, by RFC 3339. */
void report_append_date(GString *to, int64_t moment);

/* Appends hours, minutes and seconds of a time in UTC, likewise. */
void report_append_clock(GString *to, int64_t moment);

/* The day of a time in UTC: days since 1970. */
int64_t report_day(int64_t moment);

/* The part of a second that is over at a time, nanoseconds. */
uint32_t report_part_of_second(int64_t moment);

#endif
