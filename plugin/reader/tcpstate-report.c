/* tcpstate-report.c
 * The program: reports the TCP connections of captures without starting tshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream() */

#include "wiretap_compat.h"

#include "readers.h"
#include "report_row.h"
#include "report_write.h"

#include <wsutil/inet_addr.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The exit status. */
enum { ALL_READ = 0, SOME_NOT_READ = 1, WRONG_OPTIONS = 2, SOME_NOT_KNOWN = 3 };

enum { ADDRESS_TEXT_SIZE = 46 }; /* of an IPv6 address, at most */

typedef struct options {
    report_format_t format;
    const char *columns; /* of the text; "": those that are usual */
    bool partial;
    bool framed;
    unsigned jobs;
} options_t;

/* The report that is being written. */
typedef struct report {
    report_writer_t *writer; /* NULL: each capture has a report of its own */
    report_format_t format;
    const char *columns; /* as in options_t */
    bool partial;
    int status;
    int error; /* errno's number of the first thing that could not be written; 0: none */
} report_t;

/* -- Rows -------------------------------------------------------------------------------------- */

/* What the rows of a capture are made from. */
typedef struct source {
    const capture_result_t *result;
    capture_cursor_t cursor;
    char name[2][ADDRESS_TEXT_SIZE]; /* of the ends of the last row, by role */
} source_t;

static const char *address_text(const tcp_tuple_t *tuple, unsigned side, char *text)
{
    return tuple->address_len == 4 ? ws_inet_ntop4(tuple->address[side], text, ADDRESS_TEXT_SIZE)
                                   : ws_inet_ntop6(tuple->address[side], text, ADDRESS_TEXT_SIZE);
}

static void get_record(void *data, unsigned row, connection_record_t *record)
{
    source_t *source = data;
    const capture_connection_t *connection = &source->cursor.connection;

    capture_cursor_move(&source->cursor, source->result, row);
    *record = (connection_record_t){.summary = &connection->summary};
    for (unsigned role = 0; role < 2; role++) {
        const unsigned side = role ^ connection->summary.client_side;

        record->name[role] = address_text(&connection->tuple, side, source->name[role]);
        record->port[role] = connection->tuple.port[side];
    }
}

static void complain(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void complain(const char *name, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s: %s\n", name, text);
    g_free(text);
}

static void complain_of_unknown(const report_t *report, const char *name,
                                const capture_result_t *result)
{
    if (report->partial)
        complain(name, "%u frames left out: %s is not known (first in frame %u)",
                 result->unknown_frames, result->unknown_layer, result->first_unknown);
    else
        complain(name, "%s in frame %u is not known", result->unknown_layer, result->first_unknown);
}

/* Complains of what is wrong with a capture; returns the exit status for it. */
static int judge_capture(const report_t *report, const char *name, const capture_result_t *result)
{
    int status = ALL_READ;

    if (result->error && (report->partial || result->unknown_frames == 0)) {
        complain(name, "%s", result->error);
        status = SOME_NOT_READ;
    }
    if (result->unknown_frames > 0) {
        complain_of_unknown(report, name, result);
        status = SOME_NOT_KNOWN;
    }
    return status;
}

/* Writes a report on this capture alone, every line with ": " before it, and "+ " with their number
 * behind them. */
static void write_frame(const report_t *report, const connection_records_t *records)
{
    char *text = NULL;
    size_t size = 0;
    unsigned lines = 0;
    FILE *memory = open_memstream(&text, &size);

    if (!memory)
        return;

    report_writer_t *writer = report_writer_begin(memory, report->format, false);

    g_free(report_writer_choose(writer, report->columns)); /* they were right */
    report_writer_add(writer, NULL, records);
    report_writer_end(writer);
    fclose(memory);
    for (const char *line = text; *line; lines++) {
        const size_t length = strcspn(line, "\n");

        printf(": %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    printf("+ %u\n", lines);
    free(text);
}

static void take_capture(void *data, const char *name, const capture_result_t *result)
{
    report_t *report = data;
    source_t source = {.result = result};
    const connection_records_t records = {result->connections, get_record, &source};
    const int status = judge_capture(report, name, result);

    report->status = MAX(report->status, status);
    if (!report->writer) {
        printf("# %s\n", name);
        write_frame(report, &records);
        printf("= %d\n", status);
    } else if (result->unknown_frames == 0 || report->partial) {
        report_writer_add(report->writer, name, &records);
    }
    if (fflush(stdout) != 0 && report->error == 0)
        report->error = errno;
}

/* -- Options ----------------------------------------------------------------------------------- */

static const char usage[] =
    "Usage: tcpstate-report [OPTION...] CAPTURE...\n"
    "\n"
    "Prints one row for each TCP connection of the captures: who opened and closed it, how it "
    "ended,\n"
    "the states of both ends. Reads what tshark reads, compressed or not; - is standard input.\n"
    "\n"
    "  --format FORMAT  text (default), csv, json (one object a line) or zeek (conn.log as "
    "JSON)\n"
    "  --columns LIST   other columns of the text, one line a connection, or all\n"
    "  --jobs N         read N captures at the same time (default: as many as there are "
    "processors)\n"
    "  --partial        report also captures with frames whose layers are not known, without "
    "those\n"
    "  --framed         for programs: a report on each capture alone, between \"# CAPTURE\" and\n"
    "                   \"= STATUS\", \": \" before each of its lines, \"+ \" and their number "
    "behind\n"
    "  --help           this text\n"
    "\n"
    "Exit status: 0 all captures were read to their end; 1 some were not; 2 wrong options; 3 some "
    "have\n"
    "frames whose layers are not known and may carry TCP, and nothing of these captures was "
    "printed:\n"
    "tshark -z tcpstate,conv knows more layers.\n";

static bool parse_format(const char *text, report_format_t *format)
{
    static const struct {
        const char *name;
        report_format_t format;
    } formats[] = {
#define X(enumerator, number, name, description) {name, enumerator},
        REPORT_FORMAT_LIST(X)
#undef X
    };

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
        if (strcmp(text, formats[i].name) == 0) {
            *format = formats[i].format;
            return true;
        }
    fprintf(stderr, "tcpstate-report: there is no format %s\n", text);
    return false;
}

static bool check_columns(const char *names)
{
    report_choice_t choice;
    char *wrong = report_choose(names, &choice);

    if (!wrong)
        return true;
    fprintf(stderr, "tcpstate-report: %s\n", wrong);
    g_free(wrong);
    return false;
}

static bool parse_jobs(const char *text, unsigned *jobs)
{
    guint64 number;

    if (!g_ascii_string_to_unsigned(text, 10, 1, 10000, &number, NULL)) {
        fprintf(stderr, "tcpstate-report: --jobs takes a number from 1 on, not %s\n", text);
        return false;
    }
    *jobs = (unsigned)number;
    return true;
}

/* Returns false for wrong ones, which were complained of. */
static bool parse_options(int count, char **arguments, options_t *options)
{
    enum { FORMAT = 256, COLUMNS, JOBS, PARTIAL, FRAMED, HELP };
    static const struct option known[] = {{"format", required_argument, NULL, FORMAT},
                                          {"columns", required_argument, NULL, COLUMNS},
                                          {"jobs", required_argument, NULL, JOBS},
                                          {"partial", no_argument, NULL, PARTIAL},
                                          {"framed", no_argument, NULL, FRAMED},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    bool right = true;
    int option;

    while (right && (option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case FORMAT:
            right = parse_format(optarg, &options->format);
            break;
        case COLUMNS:
            right = check_columns(optarg);
            options->columns = optarg;
            break;
        case JOBS:
            right = parse_jobs(optarg, &options->jobs);
            break;
        case PARTIAL:
            options->partial = true;
            break;
        case FRAMED:
            options->framed = true;
            break;
        case HELP:
            fputs(usage, stdout);
            exit(fflush(stdout) == 0 ? ALL_READ : SOME_NOT_READ);
        default:
            right = false;
        }
    }
    return right;
}

int main(int count, char **arguments)
{
    options_t options = {.format = REPORT_AS_TEXT, .columns = "", .jobs = g_get_num_processors()};

    if (!parse_options(count, arguments, &options) || optind >= count) {
        fputs(usage, stderr);
        return WRONG_OPTIONS;
    }
    capture_init();

    report_t report = {.writer = options.framed ? NULL
                                                : report_writer_begin(stdout, options.format, true),
                       .format = options.format,
                       .columns = options.columns,
                       .partial = options.partial};
    const readers_work_t work = {.names = arguments + optind,
                                 .count = (unsigned)(count - optind),
                                 .partial = options.partial,
                                 .take = take_capture,
                                 .data = &report};

    if (report.writer)
        g_free(report_writer_choose(report.writer, options.columns)); /* they were right */
    readers_run(&work, options.jobs);

    const int error = report.writer ? report_writer_end(report.writer) : 0;

    if (error != 0 || report.error != 0) {
        complain("standard output", "%s", g_strerror(report.error ? report.error : error));
        return SOME_NOT_READ;
    }
    return report.status;
}
