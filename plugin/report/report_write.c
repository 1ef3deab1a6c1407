/* report_write.c
 * Writes the report on connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_write.h"

#include "report_row.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { NS_PER_US = 1000 };

static const char nothing[] = "-"; /* what stands in a text where there is nothing */
static const char capture_key[] = "capture";

struct report_writer {
    FILE *out;
    report_format_t format;
    bool with_capture;
    int error;     /* errno's number; 0: all that was written has gone well */
    GString *line; /* the one that is being made */
    GString *cell;
};

/* -- Cells ------------------------------------------------------------------------------------- */

/* Seconds: with microseconds for people, with all digits for programs. */
static void append_time(GString *to, report_format_t format, int64_t nanoseconds)
{
    const char *sign = nanoseconds < 0 ? "-" : "";
    const uint64_t length = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    const uint64_t seconds = length / NS_PER_S;
    const uint64_t rest = length % NS_PER_S;

    if (format == REPORT_AS_TEXT)
        g_string_append_printf(to, "%s%" PRIu64 ".%06" PRIu64, sign, seconds, rest / NS_PER_US);
    else
        g_string_append_printf(to, "%s%" PRIu64 ".%09" PRIu64, sign, seconds, rest);
}

static void append_anomalies(GString *to, report_format_t format, uint64_t set)
{
    const bool json = format == REPORT_AS_JSON;
    bool first = true;

    for (unsigned i = 0; anomaly_name(i); i++) {
        if (!(set >> i & 1))
            continue;
        if (!first)
            g_string_append_c(to, json ? ',' : ' ');
        g_string_append_printf(to, json ? "\"%s\"" : "%s", anomaly_name(i));
        first = false;
    }
}

/* Sets `to` to what stands in a cell; false: nothing. */
static bool make_cell(GString *to, report_format_t format, const report_column_t *column,
                      const connection_record_t *record)
{
    report_cell_t cell = {0};

    g_string_truncate(to, 0);
    column->tell(record, &cell);
    if (!cell.known)
        return false;
    switch (column->kind) {
    case REPORT_COUNT:
        g_string_append_printf(to, "%" PRId64, cell.number);
        break;
    case REPORT_TIME:
        append_time(to, format, cell.number);
        break;
    case REPORT_TEXT:
        g_string_append(to, cell.text);
        break;
    case REPORT_END:
        g_string_append_printf(to, "%s:%" PRId64, cell.text, cell.number);
        break;
    case REPORT_ANOMALY:
        append_anomalies(to, format, cell.set);
        break;
    }
    return true;
}

/* Writes the line, and begins another one. */
static void put_line(report_writer_t *writer)
{
    if (fwrite(writer->line->str, 1, writer->line->len, writer->out) != writer->line->len &&
        writer->error == 0)
        writer->error = errno;
    g_string_truncate(writer->line, 0);
}

/* -- Text -------------------------------------------------------------------------------------- */

/* Its width on a terminal: in UTF-8 one byte of each character is not 10xxxxxx. */
static unsigned width_of(const char *text)
{
    unsigned width = 0;

    for (; *text; text++)
        width += (*text & 0xc0) != 0x80;
    return width;
}

/* What stands in a cell; `record` NULL: the heading. Valid until the next call. */
static const char *text_of(const report_writer_t *writer, const report_column_t *column,
                           const connection_record_t *record)
{
    if (!record)
        return column->key;
    return make_cell(writer->cell, writer->format, column, record) ? writer->cell->str : nothing;
}

static void append_padded(GString *line, const char *text, unsigned width, bool right, bool last)
{
    const unsigned used = width_of(text);
    const int padding = width > used ? (int)(width - used) : 0;

    if (right)
        g_string_append_printf(line, "%*s%s", padding, "", text);
    else
        g_string_append_printf(line, "%s%*s", text, last ? 0 : padding, "");
    g_string_append(line, last ? "\n" : "  ");
}

static void write_text_row(report_writer_t *writer, const connection_record_t *record,
                           const unsigned *widths)
{
    unsigned count;
    const report_column_t *columns = report_columns(&count);

    for (unsigned i = 0; i < count; i++)
        append_padded(writer->line, text_of(writer, &columns[i], record), widths[i],
                      columns[i].kind == REPORT_COUNT || columns[i].kind == REPORT_TIME,
                      i + 1 == count);
    put_line(writer);
}

static void write_text(report_writer_t *writer, const char *capture,
                       const connection_records_t *records)
{
    unsigned widths[REPORT_COLUMNS_MAX];
    connection_record_t record;
    unsigned count;
    const report_column_t *columns = report_columns(&count);

    for (unsigned i = 0; i < count; i++)
        widths[i] = width_of(columns[i].key);
    for (unsigned row = 0; row < records->count; row++) {
        records->get(records->data, row, &record);
        for (unsigned i = 0; i < count; i++)
            widths[i] = MAX(widths[i], width_of(text_of(writer, &columns[i], &record)));
    }
    if (writer->with_capture)
        g_string_append_printf(writer->line, "%s:\n", capture);
    write_text_row(writer, NULL, widths);
    for (unsigned row = 0; row < records->count; row++) {
        records->get(records->data, row, &record);
        write_text_row(writer, &record, widths);
    }
}

/* -- CSV --------------------------------------------------------------------------------------- */

static void append_csv_cell(GString *line, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        g_string_append(line, text);
        return;
    }
    g_string_append_c(line, '"');
    for (; *text; text++) {
        if (*text == '"')
            g_string_append_c(line, '"');
        g_string_append_c(line, *text);
    }
    g_string_append_c(line, '"');
}

/* `record` NULL: the names of the columns. */
static void write_csv_row(report_writer_t *writer, const char *capture,
                          const connection_record_t *record)
{
    unsigned count;
    const report_column_t *columns = report_columns(&count);

    if (writer->with_capture)
        append_csv_cell(writer->line, capture);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0 || writer->with_capture)
            g_string_append_c(writer->line, ',');
        if (!record)
            g_string_append(writer->line, columns[i].key);
        else if (make_cell(writer->cell, writer->format, &columns[i], record))
            append_csv_cell(writer->line, writer->cell->str);
    }
    g_string_append(writer->line, "\r\n");
    put_line(writer);
}

/* -- JSON -------------------------------------------------------------------------------------- */

void report_append_json_string(GString *json, const char *text)
{
    g_string_append_c(json, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            g_string_append_printf(json, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            g_string_append_printf(json, "\\u%04x", (unsigned)*text);
        else
            g_string_append_c(json, *text);
    }
    g_string_append_c(json, '"');
}

static void append_json_value(GString *json, report_kind_t kind, const char *text)
{
    if (kind == REPORT_TEXT || kind == REPORT_END)
        report_append_json_string(json, text);
    else if (kind == REPORT_ANOMALY)
        g_string_append_printf(json, "[%s]", text);
    else
        g_string_append(json, text);
}

void report_append_json_members(GString *json, const connection_record_t *record)
{
    GString *cell = g_string_new("");
    unsigned count;
    const report_column_t *columns = report_columns(&count);

    for (unsigned i = 0; i < count; i++) {
        g_string_append_printf(json, "%s\"%s\":", i > 0 ? "," : "", columns[i].key);
        if (make_cell(cell, REPORT_AS_JSON, &columns[i], record))
            append_json_value(json, columns[i].kind, cell->str);
        else
            g_string_append(json, "null");
    }
    g_string_free(cell, TRUE);
}

static void write_json_row(report_writer_t *writer, const char *capture,
                           const connection_record_t *record)
{
    g_string_append_c(writer->line, '{');
    if (writer->with_capture) {
        g_string_append_printf(writer->line, "\"%s\":", capture_key);
        report_append_json_string(writer->line, capture);
        g_string_append_c(writer->line, ',');
    }
    report_append_json_members(writer->line, record);
    g_string_append(writer->line, "}\n");
    put_line(writer);
}

/* -- All together ------------------------------------------------------------------------------ */

report_writer_t *report_writer_begin(FILE *out, report_format_t format, bool with_capture)
{
    report_writer_t *writer = g_new0(report_writer_t, 1);

    writer->out = out;
    writer->format = format;
    writer->with_capture = with_capture;
    writer->line = g_string_new("");
    writer->cell = g_string_new("");
    if (format == REPORT_AS_CSV)
        write_csv_row(writer, capture_key, NULL);
    return writer;
}

void report_writer_add(report_writer_t *writer, const char *capture,
                       const connection_records_t *records)
{
    if (writer->format == REPORT_AS_TEXT) {
        write_text(writer, capture, records);
        return;
    }
    for (unsigned row = 0; row < records->count; row++) {
        connection_record_t record;

        records->get(records->data, row, &record);
        if (writer->format == REPORT_AS_CSV)
            write_csv_row(writer, capture, &record);
        else
            write_json_row(writer, capture, &record);
    }
}

int report_writer_end(report_writer_t *writer)
{
    if (fflush(writer->out) != 0 && writer->error == 0)
        writer->error = errno;

    const int error = writer->error;

    g_string_free(writer->line, TRUE);
    g_string_free(writer->cell, TRUE);
    g_free(writer);
    return error;
}
