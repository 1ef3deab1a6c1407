/* report_text.h
 * The report on connections as text for people: a table that fits a terminal, or the columns that
 * were chosen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_TEXT_H
#define TCPSTATE_REPORT_TEXT_H

#include "report_lines.h"
#include "report_row.h"

enum { REPORT_OUTCOMES = 16 }; /* more than there are */

/* How many connections have had each outcome (outcome_t). */
typedef struct report_counts {
    unsigned connections;
    unsigned captures;
    unsigned outcome[REPORT_OUTCOMES];
} report_counts_t;

/* Writes a table of these connections, and adds them to the counts. No line has more than 100
 * columns, unless a name or an IPv6 address is long. */
void report_text_table(report_lines_t *lines, const connection_records_t *records,
                       report_counts_t *counts);

/* The same with the columns of a choice, one line a connection, as wide as they are. */
void report_text_columns(report_lines_t *lines, const report_choice_t *choice,
                         const connection_records_t *records, report_counts_t *counts);

/* Writes the line of counts at the end. `with_captures`: says of how many captures. */
void report_text_counts(report_lines_t *lines, const report_counts_t *counts, bool with_captures);

#endif
