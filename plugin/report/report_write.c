/* report_write.c
 * Writes the report on connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_write.h"

#include "report_cell.h"
#include "report_lines.h"
#include "report_text.h"
#include "report_zeek.h"

#include <string.h>

static const char capture_key[] = "capture";

struct report_writer {
    report_lines_t lines;
    report_format_t format;
    bool with_capture;
    report_choice_t choice; /* of columns, for the text */
    report_counts_t counts; /* so far, for the text */
};

/* -- Text -------------------------------------------------------------------------------------- */

static void write_text(report_writer_t *writer, const char *capture,
                       const connection_records_t *records)
{
    if (writer->with_capture && records->count == 0) {
        writer->counts.captures++;
        return;
    }
    if (writer->with_capture) {
        g_string_append(writer->lines.line, writer->counts.connections > 0 ? "\n" : "");
        report_append_printable(writer->lines.line, capture);
        g_string_append_c(writer->lines.line, '\n');
        report_lines_put(&writer->lines);
    }
    if (writer->choice.count > 0)
        report_text_columns(&writer->lines, &writer->choice, records, &writer->counts);
    else
        report_text_table(&writer->lines, records, &writer->counts);
}

static void end_text(report_writer_t *writer)
{
    if (writer->with_capture && writer->counts.connections > 0)
        g_string_append_c(writer->lines.line, '\n');
    report_text_counts(&writer->lines, &writer->counts, writer->with_capture);
}

/* -- CSV --------------------------------------------------------------------------------------- */

static void append_csv_cell(GString *line, const char *text)
{
    if (!strpbrk(text, ",\"")) {
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

static void begin_csv_row(report_writer_t *writer, const char *capture)
{
    if (!writer->with_capture)
        return;
    g_string_truncate(writer->lines.cell, 0);
    report_append_printable(writer->lines.cell, capture);
    append_csv_cell(writer->lines.line, writer->lines.cell->str);
    g_string_append_c(writer->lines.line, ',');
}

/* `record` NULL: the names of the columns. */
static void write_csv_row(report_writer_t *writer, const char *capture,
                          const connection_record_t *record)
{
    report_lines_t *lines = &writer->lines;
    unsigned count;
    const report_column_t *columns = report_columns(&count);

    begin_csv_row(writer, capture);
    for (unsigned i = 0; i < count; i++) {
        g_string_append(lines->line, i > 0 ? "," : "");
        if (!record)
            g_string_append(lines->line, columns[i].key);
        else if (report_cell_text(lines->cell, REPORT_FOR_PROGRAMS, &columns[i], record))
            append_csv_cell(lines->line, lines->cell->str);
    }
    g_string_append(lines->line, "\r\n");
    report_lines_put(lines);
}

/* -- JSON -------------------------------------------------------------------------------------- */

void report_append_json_members(GString *json, const connection_record_t *record)
{
    unsigned count;
    const report_column_t *columns = report_columns(&count);

    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            g_string_append_c(json, ',');
        g_string_append_c(json, '"');
        g_string_append(json, columns[i].key);
        g_string_append_c(json, '"');
        g_string_append_c(json, ':');
        if (!report_append_cell(json, REPORT_FOR_JSON, &columns[i], record))
            g_string_append(json, "null");
    }
}

static void write_json_row(report_writer_t *writer, const char *capture,
                           const connection_record_t *record)
{
    GString *line = writer->lines.line;

    g_string_append_c(line, '{');
    if (writer->with_capture) {
        g_string_append_printf(line, "\"%s\":", capture_key);
        report_append_json_string(line, capture);
        g_string_append_c(line, ',');
    }
    report_append_json_members(line, record);
    g_string_append(line, "}\n");
    report_lines_put(&writer->lines);
}

static void write_zeek_row(report_writer_t *writer, const connection_record_t *record)
{
    report_zeek_append(writer->lines.line, record);
    g_string_append_c(writer->lines.line, '\n');
    report_lines_put(&writer->lines);
}

/* -- All together ------------------------------------------------------------------------------ */

report_writer_t *report_writer_begin(FILE *out, report_format_t format, bool with_capture)
{
    report_writer_t *writer = g_new0(report_writer_t, 1);

    writer->lines.out = out;
    writer->lines.line = g_string_new("");
    writer->lines.cell = g_string_new("");
    writer->format = format;
    writer->with_capture = with_capture;
    if (format == REPORT_AS_CSV)
        write_csv_row(writer, capture_key, NULL);
    return writer;
}

char *report_writer_choose(report_writer_t *writer, const char *names)
{
    return report_choose(names, &writer->choice);
}

static void write_row(report_writer_t *writer, const char *capture,
                      const connection_record_t *record)
{
    switch (writer->format) {
    case REPORT_AS_CSV:
        write_csv_row(writer, capture, record);
        break;
    case REPORT_AS_JSON:
        write_json_row(writer, capture, record);
        break;
    case REPORT_AS_ZEEK:
        write_zeek_row(writer, record);
        break;
    case REPORT_AS_TEXT:
        break;
    }
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
        write_row(writer, capture, &record);
    }
}

int report_writer_end(report_writer_t *writer)
{
    report_lines_t *lines = &writer->lines;

    if (writer->format == REPORT_AS_TEXT)
        end_text(writer);

    const int error = report_lines_end(lines);

    g_string_free(lines->line, TRUE);
    g_string_free(lines->cell, TRUE);
    g_free(writer);
    return error;
}
