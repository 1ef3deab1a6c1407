/* report_conv.c
 * The report on connections: every connection of which a frame passes the filter, summed up as a
 * whole even if only some of its frames pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_conv.h"

#include "report_end.h"
#include "report_incarnation.h"
#include "report_row.h"
#include "report_tap.h"
#include "report_write.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#define OPTION "tcpstate,conv"

/* Connections, each once, in any order. All zeros: none. Members are valid until the capture file
 * is closed. */
typedef struct members {
    GPtrArray *list;   /* of const incarnation_t *; NULL: empty */
    GByteArray *known; /* by incarnation_t.number: 1 is in the list */
} members_t;

typedef struct report {
    members_t members;
    struct report *next; /* a report lives until the program ends */
} report_t;

static report_t *reports;
static const report_preferences_t *preferences;

static void add_member(members_t *members, const incarnation_t *incarnation)
{
    const guint number = incarnation->number;

    if (!members->list) {
        members->list = g_ptr_array_new();
        members->known = g_byte_array_new();
    }
    if (number >= members->known->len) {
        const guint old = members->known->len;
        const guint room = MAX(number + 1, 2 * old);

        g_byte_array_set_size(members->known, room);
        memset(members->known->data + old, 0, room - old);
    }
    if (members->known->data[number])
        return;
    members->known->data[number] = 1;
    g_ptr_array_add(members->list, (void *)incarnation);
}

static void clear_members(members_t *members)
{
    if (!members->list)
        return;
    g_ptr_array_free(members->list, TRUE);
    g_byte_array_free(members->known, TRUE);
    *members = (members_t){NULL, NULL};
}

static void reset(void *tapdata)
{
    clear_members(&((report_t *)tapdata)->members);
}

static tap_packet_status take_frame(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    report_t *report = tapdata;
    const tapped_frame_t *frame = data;

    for (unsigned i = 0; i < frame->count; i++)
        if (frame->segments[i].incarnation)
            add_member(&report->members, frame->segments[i].incarnation);
    return TAP_PACKET_REDRAW;
}

static int compare(const void *a, const void *b)
{
    return incarnation_compare(*(const incarnation_t *const *)a, *(const incarnation_t *const *)b);
}

/* What the records of a report are made from. */
typedef struct source {
    const GPtrArray *list;   /* of const incarnation_t * */
    wmem_allocator_t *scope; /* of the names in the last record */
} source_t;

static void get_record(void *data, unsigned row, connection_record_t *record)
{
    const source_t *source = data;

    wmem_free_all(source->scope);
    report_incarnation(g_ptr_array_index(source->list, row), source->scope, record);
}

static int write_all(const GPtrArray *list)
{
    source_t source = {list, wmem_allocator_new(WMEM_ALLOCATOR_BLOCK_FAST)};
    const connection_records_t records = {list ? list->len : 0, get_record, &source};
    report_writer_t *writer =
        report_writer_begin(stdout, (report_format_t)preferences->format, false);

    g_free(report_writer_choose(writer, preferences->columns)); /* it was right at the start */
    report_writer_add(writer, NULL, &records);
    wmem_destroy_allocator(source.scope);
    return report_writer_end(writer);
}

static void draw(void *tapdata)
{
    const report_t *report = tapdata;
    const GPtrArray *list = report->members.list;

    if (list && list->len > 1)
        qsort(list->pdata, list->len, sizeof list->pdata[0], compare);

    report_end(OPTION, write_all(list));
}

/* Returns an error message, to be freed; NULL: the option is right and the report is on. */
static char *start_report(const char *option)
{
    const char *filter = option + strlen(OPTION);

    if (*filter != '\0' && *filter != ',')
        return g_strdup("a filter follows after a comma");
    if (*filter == ',')
        filter++;

    report_choice_t choice;
    char *wrong = report_choose(preferences->columns, &choice);

    if (wrong)
        return wrong;

    report_t *report = g_new0(report_t, 1);
    GString *error = register_tap_listener("tcpstate", report, *filter ? filter : NULL,
                                           TL_REQUIRES_NOTHING, reset, take_frame, draw, NULL);

    if (error) {
        g_free(report);
        return g_string_free(error, FALSE);
    }
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
static void forget_members(void)
{
    for (report_t *report = reports; report; report = report->next)
        clear_members(&report->members);
}

void report_conv_register(const report_preferences_t *wanted)
{
    static stat_tap_ui ui = {REGISTER_STAT_GROUP_GENERIC, NULL, OPTION, start, 0, NULL};

    preferences = wanted;
    register_stat_tap_ui(&ui, NULL);
    register_cleanup_routine(forget_members);
}
