/* report_write.c
 * Writes the report on connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_write.h"

#include "report_row.h"

#include <inttypes.h>

enum { NS_PER_US = 1000 };

static const char nothing[] = "-"; /* what stands in a text where there is nothing */

/* What is needed while a report is written. */
typedef struct writer {
    FILE *out;
    report_format_t format;
    const report_column_t *columns;
    unsigned column_count;
    wmem_allocator_t *scope; /* emptied after every line */
} writer_t;

/* -- Cells ------------------------------------------------------------------------------------- */

/* Seconds: with microseconds for people, with all digits for programs. */
static const char *time_text(const writer_t *writer, int64_t nanoseconds)
{
    const char *sign = nanoseconds < 0 ? "-" : "";
    const uint64_t length = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;
    const uint64_t seconds = length / NS_PER_S;
    const uint64_t rest = length % NS_PER_S;

    if (writer->format == REPORT_AS_TEXT)
        return wmem_strdup_printf(writer->scope, "%s%" PRIu64 ".%06" PRIu64, sign, seconds,
                                  rest / NS_PER_US);
    return wmem_strdup_printf(writer->scope, "%s%" PRIu64 ".%09" PRIu64, sign, seconds, rest);
}

static const char *anomalies_text(const writer_t *writer, uint64_t set)
{
    const bool json = writer->format == REPORT_AS_JSON;
    wmem_strbuf_t *text = wmem_strbuf_new(writer->scope, "");

    for (unsigned i = 0; anomaly_name(i); i++) {
        if (!(set >> i & 1))
            continue;
        if (wmem_strbuf_get_len(text) > 0)
            wmem_strbuf_append_c(text, json ? ',' : ' ');
        wmem_strbuf_append_printf(text, json ? "\"%s\"" : "%s", anomaly_name(i));
    }
    return wmem_strbuf_get_str(text);
}

/* NULL where there is nothing. */
static const char *cell_text(const writer_t *writer, const report_column_t *column,
                             const incarnation_t *incarnation)
{
    report_cell_t cell = {0};

    column->tell(incarnation, writer->scope, &cell);
    if (!cell.known)
        return NULL;
    switch (column->kind) {
    case REPORT_COUNT:
        return wmem_strdup_printf(writer->scope, "%" PRId64, cell.number);
    case REPORT_TIME:
        return time_text(writer, cell.number);
    case REPORT_TEXT:
        return cell.text;
    case REPORT_ANOMALY:
        return anomalies_text(writer, cell.set);
    }
    return NULL;
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

static void write_padded(FILE *out, const char *text, unsigned width, bool right, bool last)
{
    const unsigned used = width_of(text);
    const int padding = width > used ? (int)(width - used) : 0;

    if (right)
        fprintf(out, "%*s%s", padding, "", text);
    else
        fprintf(out, "%s%*s", text, last ? 0 : padding, "");
    fputs(last ? "\n" : "  ", out);
}

static void write_text_row(const writer_t *writer, const incarnation_t *incarnation,
                           const unsigned *widths)
{
    for (unsigned i = 0; i < writer->column_count; i++) {
        const report_column_t *column = &writer->columns[i];
        const char *text =
            incarnation ? cell_text(writer, column, incarnation) : column->key; /* the heading */

        write_padded(writer->out, text ? text : nothing, widths[i],
                     column->kind == REPORT_COUNT || column->kind == REPORT_TIME,
                     i + 1 == writer->column_count);
    }
}

static void write_text(const writer_t *writer, const incarnation_t *const *incarnations,
                       unsigned count)
{
    unsigned widths[REPORT_COLUMNS_MAX];

    for (unsigned i = 0; i < writer->column_count; i++)
        widths[i] = width_of(writer->columns[i].key);
    for (unsigned row = 0; row < count; row++) {
        for (unsigned i = 0; i < writer->column_count; i++) {
            const char *text = cell_text(writer, &writer->columns[i], incarnations[row]);

            widths[i] = MAX(widths[i], width_of(text ? text : nothing));
        }
        wmem_free_all(writer->scope);
    }
    write_text_row(writer, NULL, widths);
    for (unsigned row = 0; row < count; row++) {
        write_text_row(writer, incarnations[row], widths);
        wmem_free_all(writer->scope);
    }
}

/* -- CSV --------------------------------------------------------------------------------------- */

static void write_csv_cell(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void write_csv_row(const writer_t *writer, const incarnation_t *incarnation)
{
    for (unsigned i = 0; i < writer->column_count; i++) {
        const report_column_t *column = &writer->columns[i];
        const char *text = incarnation ? cell_text(writer, column, incarnation) : column->key;

        if (i > 0)
            putc(',', writer->out);
        write_csv_cell(writer->out, text ? text : "");
    }
    fputs("\r\n", writer->out);
}

static void write_csv(const writer_t *writer, const incarnation_t *const *incarnations,
                      unsigned count)
{
    write_csv_row(writer, NULL);
    for (unsigned row = 0; row < count; row++) {
        write_csv_row(writer, incarnations[row]);
        wmem_free_all(writer->scope);
    }
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_json_string(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            putc(*text, out);
    }
    putc('"', out);
}

static void write_json_value(FILE *out, report_kind_t kind, const char *text)
{
    if (!text)
        fputs("null", out);
    else if (kind == REPORT_TEXT)
        write_json_string(out, text);
    else if (kind == REPORT_ANOMALY)
        fprintf(out, "[%s]", text);
    else
        fputs(text, out);
}

static void write_json(const writer_t *writer, const incarnation_t *const *incarnations,
                       unsigned count)
{
    for (unsigned row = 0; row < count; row++) {
        for (unsigned i = 0; i < writer->column_count; i++) {
            const report_column_t *column = &writer->columns[i];

            fprintf(writer->out, "%s\"%s\":", i == 0 ? "{" : ",", column->key);
            write_json_value(writer->out, column->kind,
                             cell_text(writer, column, incarnations[row]));
        }
        fputs("}\n", writer->out);
        wmem_free_all(writer->scope);
    }
}

/* -- All together ------------------------------------------------------------------------------ */

void report_write(FILE *out, report_format_t format, const incarnation_t *const *incarnations,
                  unsigned count)
{
    writer_t writer = {.out = out, .format = format};

    writer.columns = report_columns(&writer.column_count);
    writer.scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST);
    switch (format) {
    case REPORT_AS_TEXT:
        write_text(&writer, incarnations, count);
        break;
    case REPORT_AS_CSV:
        write_csv(&writer, incarnations, count);
        break;
    case REPORT_AS_JSON:
        write_json(&writer, incarnations, count);
        break;
    }
    fflush(out);
    wmem_destroy_allocator(writer.scope);
}
