/* report_row.h
 * One line of the report on connections: its columns, their names and what stands in them.
 *
 * Knows: columns and their order, which are an interface. Does not know: how they are written, nor
 * Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_ROW_H
#define TCPSTATE_REPORT_ROW_H

#include "connection_record.h"

/* What a column holds. */
typedef enum report_kind {
    REPORT_MOMENT, /* nanoseconds since 1970 */
    REPORT_COUNT,  /* a number that is not negative */
    REPORT_BYTES,  /* likewise, and may be larger than 32 bits hold */
    REPORT_TIME,   /* a duration, nanoseconds */
    REPORT_TEXT,   /* one text */
    REPORT_ANOMALY /* names of anomalies: the bits of anomaly_set_t.raised */
} report_kind_t;

typedef struct report_cell {
    bool known;       /* false: there is nothing to say, and the rest is not valid */
    int64_t number;   /* of all but: */
    const char *text; /* REPORT_TEXT: as long valid as the record */
    uint64_t set;     /* REPORT_ANOMALY */
} report_cell_t;

typedef struct report_column {
    const char *key;   /* in CSV and JSON, and the heading of the text */
    const char *title; /* in the GUI */
    report_kind_t kind;
    /* What stands there; `cell` is all zeros before. */
    void (*tell)(const connection_record_t *record, report_cell_t *cell);
} report_column_t;

enum { REPORT_COLUMNS_MAX = 32 }; /* at least as many as there are */

/* All columns, in order. */
const report_column_t *report_columns(unsigned *count);

/* Columns that somebody has chosen, in the order of the choice. */
typedef struct report_choice {
    const report_column_t *column[REPORT_COLUMNS_MAX];
    unsigned count; /* 0: nothing was chosen */
} report_choice_t;

/* Reads a choice: names of columns with commas or spaces between them; "all" is all of them.
 * Returns NULL, or what is wrong with it, to be freed with g_free(). */
char *report_choose(const char *names, report_choice_t *choice);

#endif
