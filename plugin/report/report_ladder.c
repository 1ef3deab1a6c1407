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

#include "ladder_json.h"
#include "ladder_set.h"
#include "ladder_text.h"
#include "report_incarnation.h"
#include "report_tap.h"
#include "report_write.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#define OPTION "tcpstate,ladder"

/* What one option asks for. */
typedef struct report {
    ladder_set_t ladders;
    struct filtered {
        struct report *report;
    } filtered;          /* what the listener with the filter has: a pointer of its own */
    struct report *next; /* a report lives until the program ends */
} report_t;

static report_t *reports;
static const int *report_format;

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

/* Writes one ladder. */
static void write_entry(void *data, const ladder_entry_t *entry)
{
    GString *text = data;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    connection_record_t record;

    report_incarnation(entry->incarnation, scope, &record);
    g_string_truncate(text, 0);
    if (*report_format == REPORT_AS_JSON)
        ladder_append_json(text, &record, entry->ladder);
    else
        ladder_append_text(text, &record, entry->ladder);
    fwrite(text->str, 1, text->len, stdout);
    wmem_destroy_allocator(scope);
}

static void draw(void *tapdata)
{
    const report_t *report = tapdata;
    GString *text = g_string_new("");

    ladder_set_draw(&report->ladders, write_entry, text);
    g_string_free(text, TRUE);
    fflush(stdout);
}

/* Returns an error message, to be freed; NULL: the option is right and the report is on. */
static char *start_report(const char *option)
{
    const char *filter = option + strlen(OPTION);

    if (*filter != '\0' && *filter != ',')
        return g_strdup("a filter follows after a comma");
    if (*filter == ',')
        filter++;

    report_t *report = g_new0(report_t, 1);
    GString *error = register_tap_listener("tcpstate", report, NULL, TL_REQUIRES_NOTHING, reset,
                                           take_frame, draw, NULL);

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

static compat_stat_tap_result_t start(const char *option, void *userdata _U_)
{
    char *error = start_report(option);

    if (error) {
        fprintf(stderr, "Couldn't register the tap " OPTION ": %s\n", error);
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

void report_ladder_register(const int *format)
{
    static stat_tap_ui ui = {REGISTER_STAT_GROUP_GENERIC, NULL, OPTION, start, 0, NULL};

    report_format = format;
    register_stat_tap_ui(&ui, NULL);
    register_cleanup_routine(forget);
}
