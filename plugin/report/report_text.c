/* report_text.c
 * The report on connections as text for people.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_text.h"

#include "report_cell.h"
#include "report_escape.h"

#include <string.h>

enum { NS_PER_US = 1000, NS_PER_MS = 1000000 };

enum {
    LINE_WIDTH = 100,
    INDENT = 14,       /* of what stands beneath a row: it begins under the client */
    COUNTS_INDENT = 2, /* of the line of counts, from its second line on */
};

static const char nothing[] = "-"; /* what stands where there is nothing */

/* -- Numbers for people ------------------------------------------------------------------------ */

/* A number of units, rounded to so many decimals, 2 at the most. */
static void append_in_units(GString *to, uint64_t length, uint64_t unit, unsigned decimals)
{
    static const uint64_t parts[] = {1, 10, 100}; /* of a unit */
    const uint64_t part = unit / parts[decimals];
    const uint64_t rounded = length / part + (length % part >= part / 2);

    report_append_digits(to, rounded / parts[decimals], 1);
    if (decimals == 0)
        return;
    g_string_append_c(to, '.');
    report_append_digits(to, rounded % parts[decimals], decimals);
}

/* Three digits and a unit, six characters at the most up to years. */
static void append_with_unit(GString *to, uint64_t length, uint64_t unit, const char *name)
{
    const unsigned decimals = length < unit / 1000 * 9995 ? 2 : length < unit / 100 * 9995 ? 1 : 0;

    append_in_units(to, length, unit, decimals);
    g_string_append(to, name);
}

static void append_duration(GString *to, int64_t nanoseconds)
{
    if (nanoseconds == NO_TIME) {
        g_string_append(to, nothing);
        return;
    }

    const uint64_t length = report_append_sign(to, nanoseconds);

    if (nanoseconds < NS_PER_MS) {
        append_in_units(to, length, NS_PER_US, 0);
        g_string_append(to, "us");
    } else if (nanoseconds < NS_PER_S) {
        append_with_unit(to, length, NS_PER_MS, "ms");
    } else if (nanoseconds < INT64_C(100000) * NS_PER_S) {
        append_with_unit(to, length, NS_PER_S, "s");
    } else {
        append_with_unit(to, length, UINT64_C(3600) * NS_PER_S, "h");
    }
}

/* Four characters at the most. */
static void append_bytes(GString *to, uint64_t bytes)
{
    const char *name = "kMGTPE";
    uint64_t unit = 1000;

    if (bytes < 10000) {
        report_append_digits(to, bytes, 1);
        return;
    }
    for (; bytes / (unit / 2) >= 1999; unit *= 1000)
        name++;
    append_in_units(to, bytes, unit, bytes < unit / 100 * 995 ? 1 : 0);
    g_string_append_c(to, *name);
}

/* -- Padding ----------------------------------------------------------------------------------- */

static void append_blanks(GString *line, unsigned count)
{
    const gsize len = line->len;

    g_string_set_size(line, len + count);
    memset(line->str + len, ' ', count);
}

static void append_padded(GString *line, const char *text, unsigned width, bool right)
{
    const unsigned used = report_width(text);
    const unsigned padding = width > used ? width - used : 0;

    if (right)
        append_blanks(line, padding);
    g_string_append(line, text);
    if (!right)
        append_blanks(line, padding);
}

/* -- Lines ------------------------------------------------------------------------------------- */

/* Ends a line without spaces at its end. */
static void end_line(report_lines_t *lines)
{
    GString *line = lines->line;
    gsize len = line->len;

    while (len > 0 && line->str[len - 1] == ' ')
        len--;
    g_string_truncate(line, len);
    g_string_append_c(line, '\n');
    report_lines_put(lines);
}

/* Writes a text of words in as many lines as it takes; all but the first are indented so far. */
static void write_wrapped(report_lines_t *lines, unsigned first_indent, unsigned indent,
                          const char *text)
{
    unsigned by = first_indent;

    while (*text) {
        const size_t room = LINE_WIDTH - by;
        size_t len = strlen(text);

        if (len > room)
            for (len = room; len > 1 && text[len] != ' '; len--)
                ;
        append_blanks(lines->line, by);
        g_string_append_len(lines->line, text, (gssize)len);
        end_line(lines);
        text += len;
        text += *text == ' ';
        by = indent;
    }
}

/* -- The table: what stands in a row ----------------------------------------------------------- */

/* The places of a row, from left to right. */
typedef enum place {
    PLACE_TIME,
    PLACE_CLIENT,
    PLACE_CLIENT_PORT,
    PLACE_SERVER,
    PLACE_SERVER_PORT,
    PLACE_OUTCOME,
    PLACE_RTT,
    PLACE_DURATION,
    PLACE_SENT,
    PLACE_RECEIVED,
    PLACE_COUNT
} place_t;

static const struct {
    const char *heading;
    bool right;   /* aligned on the right */
    unsigned gap; /* spaces before it */
} places[PLACE_COUNT] = {
    [PLACE_TIME] = {"time", false, 0},   [PLACE_CLIENT] = {"client", false, 2},
    [PLACE_CLIENT_PORT] = {"", true, 1}, [PLACE_SERVER] = {"server", false, 2},
    [PLACE_SERVER_PORT] = {"", true, 1}, [PLACE_OUTCOME] = {"outcome", false, 2},
    [PLACE_RTT] = {"RTT", true, 2},      [PLACE_DURATION] = {"duration", true, 2},
    [PLACE_SENT] = {"sent", true, 2},    [PLACE_RECEIVED] = {"recv", true, 1},
};

/* Sets `cell` to what stands in a place; the names are printable. */
static void make_place(GString *cell, place_t place, const connection_record_t *record)
{
    const summary_t *summary = record->summary;

    g_string_truncate(cell, 0);
    switch (place) {
    case PLACE_TIME:
        if (summary->first_time == 0) {
            g_string_append(cell, nothing);
            break;
        }
        report_append_clock(cell, summary->first_time);
        g_string_append_c(cell, '.');
        report_append_digits(cell, report_part_of_second(summary->first_time) / NS_PER_MS, 3);
        break;
    case PLACE_CLIENT:
        report_append_printable(cell, record->name[ROLE_CLIENT]);
        break;
    case PLACE_CLIENT_PORT:
        report_append_digits(cell, record->port[ROLE_CLIENT], 1);
        break;
    case PLACE_SERVER:
        report_append_printable(cell, record->name[ROLE_SERVER]);
        break;
    case PLACE_SERVER_PORT:
        report_append_digits(cell, record->port[ROLE_SERVER], 1);
        break;
    case PLACE_OUTCOME:
        g_string_append(cell, outcome_text(summary->outcome));
        break;
    case PLACE_RTT:
        append_duration(cell, summary->rtt);
        break;
    case PLACE_DURATION:
        append_duration(cell, summary_duration(summary));
        break;
    case PLACE_SENT:
        append_bytes(cell, summary->volume[ROLE_CLIENT].bytes);
        break;
    case PLACE_RECEIVED:
        append_bytes(cell, summary->volume[ROLE_SERVER].bytes);
        break;
    case PLACE_COUNT:
        break;
    }
}

static void append_place(GString *line, place_t place, const char *text, unsigned width)
{
    append_blanks(line, places[place].gap);
    append_padded(line, text, width, places[place].right);
}

/* -- The table: what stands beneath a row ------------------------------------------------------ */

static void append_phrase(GString *text, const char *before, const char *what)
{
    g_string_append(text, text->len > 0 ? "; " : "");
    g_string_append(text, before);
    g_string_append(text, what);
}

static const char *who_in_words(uint8_t who)
{
    return who == WHO_CLIENT ? "client" : who == WHO_SERVER ? "server" : "both";
}

static void append_how(GString *text, const summary_t *summary)
{
    const bool failed =
        summary->handshake != HANDSHAKE_COMPLETED && summary->handshake != HANDSHAKE_UNSEEN;
    const char *handshake = handshake_result_text(summary->handshake);

    if (failed && strcmp(handshake, outcome_text(summary->outcome)) != 0)
        append_phrase(text, "handshake: ", handshake);
    if (summary->closed_by)
        append_phrase(text, "closed by ", who_in_words(summary->closed_by));
    if (!summary->reset_by)
        return;
    append_phrase(text, "reset by ", who_in_words(summary->reset_by));
    if (summary->reset_reason != RST_REASON_UNKNOWN)
        g_string_append_printf(text, " (%s)", rst_reason_text(summary->reset_reason));
}

static void write_details(report_lines_t *lines, const summary_t *summary)
{
    GString *text = lines->cell;

    g_string_truncate(text, 0);
    append_how(text, summary);
    if (summary->anomalies.raised) {
        append_phrase(text, "anomalies: ", "");
        report_append_anomalies(text, summary->anomalies.raised, false, ", ");
    }
    write_wrapped(lines, INDENT, INDENT, text->str);
}

/* -- The table: all together ------------------------------------------------------------------- */

/* Writes the date where it is another one than that of the row before. */
static void write_date(report_lines_t *lines, int64_t *last_day, const summary_t *summary)
{
    const int64_t day = report_day(summary->first_time);

    if (day == *last_day || summary->first_time == 0)
        return;
    *last_day = day;
    report_append_date(lines->line, summary->first_time);
    end_line(lines);
}

static void count(report_counts_t *counts, const summary_t *summary)
{
    counts->connections++;
    counts->outcome[summary->outcome]++;
}

static void measure_places(report_lines_t *lines, const connection_records_t *records,
                           unsigned *widths)
{
    for (place_t place = 0; place < PLACE_COUNT; place++)
        widths[place] = report_width(places[place].heading);
    for (unsigned row = 0; row < records->count; row++) {
        connection_record_t record;

        records->get(records->data, row, &record);
        for (place_t place = 0; place < PLACE_COUNT; place++) {
            make_place(lines->cell, place, &record);
            widths[place] = MAX(widths[place], report_width(lines->cell->str));
        }
    }
}

/* In the place of the time stands the date, if it is known. */
static void write_heading(report_lines_t *lines, const unsigned *widths, const summary_t *first)
{
    g_string_truncate(lines->cell, 0);
    if (first->first_time != 0)
        report_append_date(lines->cell, first->first_time);
    else
        g_string_append(lines->cell, places[PLACE_TIME].heading);
    for (place_t place = 0; place < PLACE_COUNT; place++)
        append_place(lines->line, place,
                     place == PLACE_TIME ? lines->cell->str : places[place].heading, widths[place]);
    end_line(lines);
}

static void write_row(report_lines_t *lines, const unsigned *widths,
                      const connection_record_t *record)
{
    for (place_t place = 0; place < PLACE_COUNT; place++) {
        make_place(lines->cell, place, record);
        append_place(lines->line, place, lines->cell->str, widths[place]);
    }
    end_line(lines);
    write_details(lines, record->summary);
}

void report_text_table(report_lines_t *lines, const connection_records_t *records,
                       report_counts_t *counts)
{
    unsigned widths[PLACE_COUNT];
    int64_t day = 0; /* of the row before */

    measure_places(lines, records, widths);
    for (unsigned row = 0; row < records->count; row++) {
        connection_record_t record;

        records->get(records->data, row, &record);
        if (row == 0) {
            day = report_day(record.summary->first_time);
            write_heading(lines, widths, record.summary);
        }
        write_date(lines, &day, record.summary);
        write_row(lines, widths, &record);
        count(counts, record.summary);
    }
    counts->captures++;
}

/* -- Chosen columns ---------------------------------------------------------------------------- */

/* What stands in a cell; `record` NULL: the heading. Valid until the next call. */
static const char *text_of(const report_lines_t *lines, const report_column_t *column,
                           const connection_record_t *record)
{
    if (!record)
        return column->key;
    return report_cell_text(lines->cell, REPORT_FOR_PEOPLE, column, record) ? lines->cell->str
                                                                            : nothing;
}

static void write_columns(report_lines_t *lines, const report_choice_t *choice,
                          const connection_record_t *record, const unsigned *widths)
{
    for (unsigned i = 0; i < choice->count; i++) {
        g_string_append(lines->line, i > 0 ? "  " : "");
        append_padded(lines->line, text_of(lines, choice->column[i], record), widths[i],
                      report_column_is_number(choice->column[i]));
    }
    end_line(lines);
}

void report_text_columns(report_lines_t *lines, const report_choice_t *choice,
                         const connection_records_t *records, report_counts_t *counts)
{
    unsigned widths[REPORT_COLUMNS_MAX];
    connection_record_t record;

    for (unsigned i = 0; i < choice->count; i++)
        widths[i] = report_width(choice->column[i]->key);
    for (unsigned row = 0; row < records->count; row++) {
        records->get(records->data, row, &record);
        for (unsigned i = 0; i < choice->count; i++)
            widths[i] = MAX(widths[i], report_width(text_of(lines, choice->column[i], &record)));
    }
    if (records->count > 0)
        write_columns(lines, choice, NULL, widths);
    for (unsigned row = 0; row < records->count; row++) {
        records->get(records->data, row, &record);
        write_columns(lines, choice, &record, widths);
        count(counts, record.summary);
    }
    counts->captures++;
}

/* -- Counts ------------------------------------------------------------------------------------ */

void report_text_counts(report_lines_t *lines, const report_counts_t *counts, bool with_captures)
{
    GString *line = lines->cell;
    const char *separator = ": ";

    g_string_truncate(line, 0);
    g_string_append_printf(line, "%u connection%s", counts->connections,
                           counts->connections == 1 ? "" : "s");
    if (with_captures)
        g_string_append_printf(line, " in %u capture%s", counts->captures,
                               counts->captures == 1 ? "" : "s");
    for (unsigned outcome = 0; outcome < REPORT_OUTCOMES; outcome++) {
        if (counts->outcome[outcome] == 0)
            continue;
        g_string_append_printf(line, "%s%u %s", separator, counts->outcome[outcome],
                               outcome_text((uint8_t)outcome));
        separator = ", ";
    }
    write_wrapped(lines, 0, COUNTS_INDENT, line->str);
}
