/* test_report_text.c
 * Numbers and times of the report as text: rounded, in the unit of their size.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "report_write.h"

#include <stdio.h>

enum { TEXT_SIZE = 4096, S = 1000000000, MS = 1000000, US = 1000 };

/* Connections to report. */
typedef struct given {
    const summary_t *summaries;
    unsigned count;
} given_t;

static void get(void *data, unsigned row, connection_record_t *record)
{
    const given_t *given = data;

    *record = (connection_record_t){
        .summary = &given->summaries[row], .name = {"client", "server"}, .port = {40000, 80}};
}

/* The report as it is written. Valid until the next call. */
static const char *report(const summary_t *summaries, unsigned count)
{
    static char text[TEXT_SIZE];
    given_t given = {summaries, count};
    const connection_records_t records = {count, get, &given};
    FILE *file = tmpfile();

    assert_non_null(file);

    report_writer_t *writer = report_writer_begin(file, REPORT_AS_TEXT, false);

    report_writer_add(writer, NULL, &records);
    assert_int_equal(report_writer_end(writer), 0);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Opened now, of a length, with so many bytes from the client. */
static summary_t summary_of(int64_t begun, int64_t duration, uint64_t bytes)
{
    summary_t summary = {.outcome = OUTCOME_OPEN,
                         .handshake = HANDSHAKE_UNSEEN,
                         .first_time = begun,
                         .last_time = begun + duration,
                         .rtt = NO_TIME};

    summary.volume[ROLE_CLIENT].bytes = bytes;
    return summary;
}

/* What stands in the row of a connection in this place, counted from behind. */
static void check_cell(const summary_t *summary, unsigned from_behind, const char *wanted)
{
    char **lines = g_strsplit(report(summary, 1), "\n", -1);
    char **cells = g_strsplit(lines[1], " ", -1);
    unsigned at = g_strv_length(cells);

    while (from_behind > 0)
        from_behind -= *cells[--at] != '\0';
    assert_string_equal(cells[at], wanted);
    g_strfreev(cells);
    g_strfreev(lines);
}

static void test_durations(void **state)
{
    static const struct {
        int64_t duration;
        const char *text;
    } cases[] = {
        {0, "0us"},
        {499, "0us"},
        {500, "1us"},
        {999 * US + 499, "999us"},
        {MS, "1.00ms"},
        {MS + 4999, "1.00ms"},
        {MS + 5000, "1.01ms"},
        {9 * MS + 994999, "9.99ms"},
        {9 * MS + 995000, "10.0ms"},
        {99 * MS + 949999, "99.9ms"},
        {99 * MS + 950000, "100ms"},
        {999 * MS, "999ms"},
        {S, "1.00s"},
        {INT64_C(99999) * S, "99999s"},
        {INT64_C(100000) * S, "27.8h"},
        {INT64_C(3600) * S * 24 * 365 * 200, "1752000h"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const summary_t summary = summary_of(S, cases[i].duration, 0);

        check_cell(&summary, 3, cases[i].text);
        check_cell(&summary, 4, "-"); /* the round trip */
    }
}

static void test_bytes(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0"},
        {9999, "9999"},
        {10000, "10k"},
        {10499, "10k"},
        {10500, "11k"},
        {999499, "999k"},
        {999500, "1.0M"},
        {1049999, "1.0M"},
        {1050000, "1.1M"},
        {9949999, "9.9M"},
        {9950000, "10M"},
        {UINT64_C(999499999), "999M"},
        {UINT64_C(999500000), "1.0G"},
        {UINT64_MAX, "18E"},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const summary_t summary = summary_of(S, 0, cases[i].bytes);

        check_cell(&summary, 2, cases[i].text);
    }
}

/* The date stands above the first of its rows. */
static void test_times(void **state)
{
    const int64_t day = INT64_C(86400) * S;
    const summary_t summaries[] = {
        summary_of(-1, 0, 0),  summary_of(1, 0, 0),           summary_of(day - 1, 0, 0),
        summary_of(day, 0, 0), summary_of(20454 * day, 0, 0),
    };

    (void)state;
    assert_string_equal(report(summaries, G_N_ELEMENTS(summaries)),
                        "1969-12-31    client        server     outcome  RTT  duration  sent recv\n"
                        "23:59:59.999  client 40000  server 80  Open       -       0us     0    0\n"
                        "1970-01-01\n"
                        "00:00:00.000  client 40000  server 80  Open       -       0us     0    0\n"
                        "23:59:59.999  client 40000  server 80  Open       -       0us     0    0\n"
                        "1970-01-02\n"
                        "00:00:00.000  client 40000  server 80  Open       -       0us     0    0\n"
                        "2026-01-01\n"
                        "00:00:00.000  client 40000  server 80  Open       -       0us     0    0\n"
                        "5 connections: 5 Open\n");
}

/* Without a time there is no date either. */
static void test_unknown_times(void **state)
{
    const summary_t summaries[] = {
        summary_of(0, 0, 0), summary_of(INT64_C(20454) * 86400 * S, S, 0), summary_of(0, 0, 0)};

    (void)state;
    assert_string_equal(report(summaries, G_N_ELEMENTS(summaries)),
                        "time          client        server     outcome  RTT  duration  sent recv\n"
                        "-             client 40000  server 80  Open       -         -     0    0\n"
                        "2026-01-01\n"
                        "00:00:00.000  client 40000  server 80  Open       -     1.00s     0    0\n"
                        "-             client 40000  server 80  Open       -         -     0    0\n"
                        "3 connections: 3 Open\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_durations),
                                       cmocka_unit_test(test_bytes), cmocka_unit_test(test_times),
                                       cmocka_unit_test(test_unknown_times)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
