/* report_cell.c
 * What stands in a cell of the report, as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_cell.h"

#include "report_escape.h"

enum {
    NS_PER_US = 1000,
    S_PER_MINUTE = 60,
    S_PER_HOUR = 3600,
    S_PER_DAY = 86400,
    DIGITS_MAX = 20 /* of a number of 64 bits */
};

bool report_column_is_number(const report_column_t *column)
{
    return column->kind == REPORT_COUNT || column->kind == REPORT_BYTES ||
           column->kind == REPORT_TIME;
}

void report_append_anomalies(GString *to, uint64_t set, bool quoted, const char *separator)
{
    bool first = true;

    for (unsigned i = 0; anomaly_name(i); i++) {
        if (!(set >> i & 1))
            continue;
        g_string_append_printf(to, quoted ? "%s\"%s\"" : "%s%s", first ? "" : separator,
                               anomaly_name(i));
        first = false;
    }
}

/* Most cells are numbers, and printf() would take more time for them than is taken for all else
 * that is done to a connection. */
void report_append_digits(GString *to, uint64_t number, unsigned digits)
{
    char text[DIGITS_MAX];
    unsigned at = DIGITS_MAX;

    while (at > 0 && (number > 0 || at > DIGITS_MAX - digits)) {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    }
    g_string_append_len(to, text + at, DIGITS_MAX - at);
}

uint64_t report_append_sign(GString *to, int64_t number)
{
    if (number >= 0)
        return (uint64_t)number;
    g_string_append_c(to, '-');
    return 0 - (uint64_t)number;
}

uint32_t report_part_of_second(int64_t moment)
{
    const int64_t part = moment % NS_PER_S;

    return (uint32_t)(part < 0 ? part + NS_PER_S : part);
}

/* Seconds since 1970 that are over at a time. */
static int64_t second_of(int64_t moment)
{
    return moment / NS_PER_S - (moment % NS_PER_S < 0);
}

int64_t report_day(int64_t moment)
{
    const int64_t second = second_of(moment);

    return second / S_PER_DAY - (second % S_PER_DAY < 0);
}

void report_append_clock(GString *to, int64_t moment)
{
    const uint64_t second = (uint64_t)(second_of(moment) - report_day(moment) * S_PER_DAY);

    report_append_digits(to, second / S_PER_HOUR, 2);
    g_string_append_c(to, ':');
    report_append_digits(to, second % S_PER_HOUR / S_PER_MINUTE, 2);
    g_string_append_c(to, ':');
    report_append_digits(to, second % S_PER_MINUTE, 2);
}

void report_append_date(GString *to, int64_t moment)
{
    GDateTime *date = g_date_time_new_from_unix_utc(second_of(moment));
    char *text = g_date_time_format(date, "%Y-%m-%d");

    g_string_append(to, text);
    g_free(text);
    g_date_time_unref(date);
}

/* Seconds: with microseconds for people, with all digits for programs. */
static void append_seconds(GString *to, report_style_t style, int64_t nanoseconds)
{
    const uint64_t length = report_append_sign(to, nanoseconds);
    const uint64_t rest = length % NS_PER_S;

    report_append_digits(to, length / NS_PER_S, 1);
    g_string_append_c(to, '.');
    if (style == REPORT_FOR_PEOPLE)
        report_append_digits(to, rest / NS_PER_US, 6);
    else
        report_append_digits(to, rest, 9);
}

static void append_moment(GString *to, report_style_t style, int64_t moment)
{
    if (style != REPORT_FOR_PEOPLE) {
        append_seconds(to, style, moment);
        return;
    }
    report_append_date(to, moment);
    g_string_append_c(to, 'T');
    report_append_clock(to, moment);
    g_string_append_c(to, '.');
    report_append_digits(to, report_part_of_second(moment) / NS_PER_US, 6);
    g_string_append_c(to, 'Z');
}

static void append_cell(GString *to, report_style_t style, report_kind_t kind,
                        const report_cell_t *cell)
{
    const bool json = style == REPORT_FOR_JSON;

    switch (kind) {
    case REPORT_MOMENT:
        append_moment(to, style, cell->number);
        break;
    case REPORT_COUNT:
    case REPORT_BYTES:
        report_append_digits(to, report_append_sign(to, cell->number), 1);
        break;
    case REPORT_TIME:
        append_seconds(to, style, cell->number);
        break;
    case REPORT_TEXT:
        if (json)
            report_append_json_string(to, cell->text);
        else
            report_append_printable(to, cell->text);
        break;
    case REPORT_ANOMALY:
        g_string_append(to, json ? "[" : "");
        report_append_anomalies(to, cell->set, json, json ? "," : " ");
        g_string_append(to, json ? "]" : "");
        break;
    }
}

bool report_cell_text(GString *to, report_style_t style, const report_column_t *column,
                      const connection_record_t *record)
{
    g_string_truncate(to, 0);
    return report_append_cell(to, style, column, record);
}

bool report_append_cell(GString *to, report_style_t style, const report_column_t *column,
                        const connection_record_t *record)
{
    report_cell_t cell = {0};

    column->tell(record, &cell);
    if (cell.known)
        append_cell(to, style, column->kind, &cell);
    return cell.known;
}
