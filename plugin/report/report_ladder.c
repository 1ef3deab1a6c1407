/* report_ladder.c
 * The ladders of a capture file as text or JSON.
 *
 * Two listeners: one without a filter, which hears all segments, as a ladder has all of its
 * connection, and one with the filter, which hears what is to be drawn.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_ladder.h"

#include "ladder_html.h"
#include "ladder_json.h"
#include "ladder_set.h"
#include "ladder_svg.h"
#include "ladder_text.h"
#include "report_end.h"
#include "report_incarnation.h"
#include "report_lines.h"
#include "report_tap.h"
#include "report_write.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

/* An option, and what it writes of a ladder. */
typedef struct kind {
    const char *option;
    void (*append)(GString *to, const connection_record_t *record, const ladder_t *ladder);
} kind_t;

/* What one option asks for. */
typedef struct report {
    const kind_t *kind;
    ladder_set_t ladders;
    struct filtered {
        struct report *report;
    } filtered;          /* what the listener with the filter has: a pointer of its own */
    struct report *next; /* a report lives until the program ends */
} report_t;

static report_t *reports;
static const int *report_format;
static const unsigned *time_wait; /* seconds */

static void reset(void *tapdata)
{
    ladder_set_clear(&((report_t *)tapdata)->ladders);
}

static tap_packet_status take_frame(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    ladder_set_take(&((report_t *)tapdata)->ladders, data);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status want_frame(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    ladder_set_want(&((struct filtered *)tapdata)->report->ladders, data);
    return TAP_PACKET_REDRAW;
}

static void append_ladder(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    if (*report_format == REPORT_AS_JSON)
        ladder_append_json(to, record, ladder);
    else
        ladder_append_text(to, record, ladder);
}

/* One JSON object: the connection's columns and its drawing, which is freed. */
static void append_drawing(GString *to, const connection_record_t *record, const char *key,
                           GString *drawing)
{
    g_string_append_c(to, '{');
    report_append_json_members(to, record);
    g_string_append_printf(to, ",\"%s\":", key);
    report_append_json_string(to, drawing->str);
    g_string_append(to, "}\n");
    g_string_free(drawing, TRUE);
}

static void append_picture(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    GString *svg = g_string_new("");

    ladder_append_svg(svg, record, ladder, (int64_t)*time_wait * NS_PER_S);
    append_drawing(to, record, "svg", svg);
}

static void append_window(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    GString *html = g_string_new("");

    ladder_append_html(html, record, ladder);
    append_drawing(to, record, "html", html);
}

static const kind_t kinds[] = {
    {"tcpstate,ladder", append_ladder},
    {"tcpstate,picture", append_picture},
    {"tcpstate,window", append_window},
};

/* What write_entry() gets. */
typedef struct output {
    const kind_t *kind;
    report_lines_t lines;
} output_t;

/* Writes one ladder. */
static void write_entry(void *data, const ladder_entry_t *entry)
{
    output_t *output = data;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    connection_record_t record;

    report_incarnation(entry->incarnation, scope, &record);
    report_incarnation_settle(entry->incarnation, &record, entry->ladder,
                              (int64_t)*time_wait * NS_PER_S);
    output->kind->append(output->lines.line, &record, entry->ladder);
    report_lines_put(&output->lines);
    wmem_destroy_allocator(scope);
}

static void draw(void *tapdata)
{
    const report_t *report = tapdata;
    output_t output = {report->kind, {.out = stdout, .line = g_string_new("")}};

    ladder_set_draw(&report->ladders, write_entry, &output);
    g_string_free(output.lines.line, TRUE);
    report_end(report->kind->option, report_lines_end(&output.lines));
}

/* Returns an error message, to be freed; NULL: the option is right and the report is on. */
static char *start_report(const kind_t *kind, const char *option)
{
    const char *filter = option + strlen(kind->option);

    if (*filter != '\0' && *filter != ',')
        return g_strdup("a filter follows after a comma");
    if (*filter == ',')
        filter++;

    report_t *report = g_new0(report_t, 1);
    GString *error = register_tap_listener("tcpstate", report, NULL, TL_REQUIRES_NOTHING, reset,
                                           take_frame, draw, NULL);

    report->kind = kind;
    report->filtered.report = report;
    if (!error)
        error = register_tap_listener("tcpstate", &report->filtered, *filter ? filter : NULL,
                                      TL_REQUIRES_NOTHING, NULL, want_frame, NULL, NULL);
    if (error)
        return g_string_free(error, FALSE);
    report_tap_want_details(true);
    report->next = reports;
    reports = report;
    return NULL;
}

static compat_stat_tap_result_t start(const char *option, void *userdata)
{
    const kind_t *kind = userdata;
    char *error = start_report(kind, option);

    if (error) {
        fprintf(stderr, "Couldn't register the tap %s: %s\n", kind->option, error);
        g_free(error);
        return COMPAT_STAT_TAP_FAILED;
    }
    return COMPAT_STAT_TAP_STARTED;
}

/* The connections are gone with the capture file. */
static void forget(void)
{
    for (report_t *report = reports; report; report = report->next)
        ladder_set_clear(&report->ladders);
}

void report_ladder_register(const int *format, const unsigned *time_wait_seconds)
{
    static stat_tap_ui uis[G_N_ELEMENTS(kinds)];

    report_format = format;
    time_wait = time_wait_seconds;
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        uis[i] = (stat_tap_ui){REGISTER_STAT_GROUP_GENERIC, NULL, kinds[i].option, start, 0, NULL};
        register_stat_tap_ui(&uis[i], (void *)&kinds[i]);
    }
    register_cleanup_routine(forget);
}
