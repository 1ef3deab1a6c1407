/* report_cell.c
 * What stands in a cell of the report, as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_cell.h"

#include "report_escape.h"

#include <inttypes.h>

enum { NS_PER_US = 1000 };

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

uint32_t report_part_of_second(int64_t moment)
{
    const int64_t part = moment % NS_PER_S;

    return (uint32_t)(part < 0 ? part + NS_PER_S : part);
}

void report_append_date(GString *to, int64_t moment, const char *format)
{
    const int64_t second = moment / NS_PER_S - (moment % NS_PER_S < 0);
    GDateTime *date = g_date_time_new_from_unix_utc(second);
    char *text = g_date_time_format(date, format);

    g_string_append(to, text);
    g_free(text);
    g_date_time_unref(date);
}

/* Seconds: with microseconds for people, with all digits for programs. */
static void append_seconds(GString *to, report_style_t style, int64_t nanoseconds)
{
    const char *sign = nanoseconds < 0 ? "-" : "";
    const uint64_t length = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    const uint64_t seconds = length / NS_PER_S;
    const uint64_t rest = length % NS_PER_S;

    if (style == REPORT_FOR_PEOPLE)
        g_string_append_printf(to, "%s%" PRIu64 ".%06" PRIu64, sign, seconds, rest / NS_PER_US);
    else
        g_string_append_printf(to, "%s%" PRIu64 ".%09" PRIu64, sign, seconds, rest);
}

static void append_moment(GString *to, report_style_t style, int64_t moment)
{
    if (style != REPORT_FOR_PEOPLE) {
        append_seconds(to, style, moment);
        return;
    }
    report_append_date(to, moment, "%Y-%m-%dT%H:%M:%S");
    g_string_append_printf(to, ".%06" PRIu32 "Z", report_part_of_second(moment) / NS_PER_US);
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
        g_string_append_printf(to, "%" PRId64, cell->number);
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
    report_cell_t cell = {0};

    g_string_truncate(to, 0);
    column->tell(record, &cell);
    if (cell.known)
        append_cell(to, style, column->kind, &cell);
    return cell.known;
}
