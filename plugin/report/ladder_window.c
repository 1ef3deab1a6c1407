/* ladder_window.c
 * The ladder of one connection in a text window of Wireshark.
 *
 * The ladder has all frames of the connection, whatever display filter is on, up to the moment when
 * the window is opened: a listener without a filter hears all packets once and is removed. If it
 * stayed, it would draw another connection when another file is opened. What the window needs later
 * is its own, so that it outlives the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "ladder_window.h"

#include "ladder_html.h"
#include "ladder_svg.h"
#include "report_incarnation.h"
#include "report_tap.h"

#include <epan/epan_dissect.h>
#include <epan/plugin_if.h>
#include <epan/tap.h>

#include <glib/gstdio.h>

#define TITLE       "TCP State Ladder" /* constant: Wireshark keeps the size for each title */
#define FIRST_FRAME "tcpstate.conn.first_frame"

/* What is selected in the packet list. */
typedef struct selection {
    bool known;           /* a file is open and a packet of a connection is selected */
    uint32_t first_frame; /* of the innermost connection of that packet */
    char *file;           /* name of the capture file, to be freed; NULL: none is open */
} selection_t;

/* What a listener hears. */
typedef struct hearing {
    uint32_t first_frame;             /* of the connection that is wanted */
    const incarnation_t *incarnation; /* NULL: not heard yet. Valid until the file is closed */
    ladder_t *ladder;                 /* NULL likewise */
} hearing_t;

/* One window, until it is closed. */
typedef struct window {
    funnel_text_window_t *text;
    wmem_allocator_t *scope;    /* for the names in `record` */
    connection_record_t record; /* valid with a ladder */
    ladder_t *ladder;           /* NULL: there is nothing to show */
    uint32_t first_frame;
    char *file; /* name of the capture file that it is of */
} window_t;

static const unsigned *time_wait; /* seconds */

/* -- The connection ---------------------------------------------------------------------------- */

static void *read_selection(capture_file *file, void *data)
{
    selection_t *selection = data;
    header_field_info *field = proto_registrar_get_byname(FIRST_FRAME);

    selection->file = g_strdup(file->filename);
    if (!field || !file->edt || !file->edt->tree)
        return NULL;

    GPtrArray *found = proto_find_finfo(file->edt->tree, field->id);

    selection->known = found->len > 0;
    if (found->len > 0)
        selection->first_frame = compat_field_uint(g_ptr_array_index(found, found->len - 1));
    g_ptr_array_free(found, TRUE);
    return NULL;
}

static tap_packet_status hear(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                              const void *data, tap_flags_t flags _U_)
{
    hearing_t *hearing = tapdata;
    const tapped_frame_t *frame = data;

    for (unsigned i = 0; i < frame->count; i++) {
        const tapped_segment_t *tapped = &frame->segments[i];

        if (!tapped->incarnation || !tapped->showed ||
            tapped->incarnation->first_frame != hearing->first_frame)
            continue;
        /* Two that begin in one frame: a tunnel. The outer one stands before the inner one. */
        if (!hearing->incarnation || tapped->incarnation->number > hearing->incarnation->number) {
            ladder_free(hearing->ladder);
            hearing->ladder = ladder_new();
            hearing->incarnation = tapped->incarnation;
        }
        if (tapped->incarnation == hearing->incarnation)
            ladder_add(hearing->ladder, tapped->segment, tapped->showed);
    }
    return TAP_PACKET_DONT_REDRAW;
}

/* Has all packets of the file tapped once. */
static void listen_to_all(const funnel_ops_t *ops, hearing_t *hearing)
{
    GString *error = register_tap_listener("tcpstate", hearing, NULL, TL_REQUIRES_NOTHING, NULL,
                                           hear, NULL, NULL);

    if (error) { /* there is no filter that could be wrong */
        g_string_free(error, TRUE);
        return;
    }
    report_tap_want_details(true);
    ops->retap_packets(ops->ops_id);
    report_tap_want_details(false);
    remove_tap_listener(hearing);
}

/* -- The text ---------------------------------------------------------------------------------- */

/* Shows the ladder, with something to tell above it; NULL: nothing. */
static void show(const funnel_ops_t *ops, const window_t *window, const char *notice)
{
    GString *html = g_string_new("");

    if (notice) {
        char *escaped = g_markup_escape_text(notice, -1);

        g_string_append_printf(html, "<p><b>%s</b></p>\n", escaped);
        g_free(escaped);
    }
    if (window->ladder)
        ladder_append_html(html, &window->record, window->ladder);
    ops->set_text(window->text, html->str);
    g_string_free(html, TRUE);
}

/* -- The buttons ------------------------------------------------------------------------------- */

/* The file that the window is of is still open. If not, that is told. */
static bool is_open(const window_t *window)
{
    selection_t now = {.known = false};

    plugin_if_get_capture_file(read_selection, &now);

    const bool open = g_strcmp0(now.file, window->file) == 0;

    g_free(now.file);
    if (!open)
        show(funnel_get_funnel_ops(), window,
             "The capture file of this ladder is no longer open under its name.");
    return open;
}

static void apply_filter(const window_t *window, const char *more)
{
    if (!is_open(window))
        return;

    char *filter = g_strdup_printf(FIRST_FRAME " == %u%s", window->first_frame, more);

    plugin_if_apply_filter(filter, TRUE);
    g_free(filter);
}

static compat_bool_t filter_on_connection(funnel_text_window_t *text _U_, void *data)
{
    apply_filter(data, "");
    return TRUE;
}

static compat_bool_t filter_on_changes(funnel_text_window_t *text _U_, void *data)
{
    apply_filter(data, " && tcpstate.changed == true");
    return TRUE;
}

static compat_bool_t go_to_first_frame(funnel_text_window_t *text _U_, void *data)
{
    const window_t *window = data;

    if (is_open(window))
        plugin_if_goto_frame(window->first_frame);
    return TRUE;
}

/* Writes the picture to a temporary file, which only its owner can read and which stays, since a
 * viewer may read it late. Returns its name, or an error message if `failed`; to be freed. */
static char *write_picture(const window_t *window, bool *failed)
{
    GError *error = NULL;
    char *path = NULL;
    const int file = g_file_open_tmp("tcpstate-ladder-XXXXXX.svg", &path, &error);
    GString *svg = g_string_new("");

    if (file != -1) {
        g_close(file, NULL);
        ladder_append_svg(svg, &window->record, window->ladder, (int64_t)*time_wait * NS_PER_S);
        g_file_set_contents_full(path, svg->str, (gssize)svg->len, G_FILE_SET_CONTENTS_NONE, 0600,
                                 &error);
    }
    g_string_free(svg, TRUE);
    *failed = error != NULL;
    if (!error)
        return path;

    char *message = g_strdup(error->message);

    g_error_free(error);
    g_free(path);
    return message;
}

static compat_bool_t open_picture(funnel_text_window_t *text _U_, void *data)
{
    const window_t *window = data;
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    bool failed;
    char *path = write_picture(window, &failed);
    char *uri = failed ? NULL : g_filename_to_uri(path, NULL, NULL);
    char *notice = NULL;

    if (failed)
        notice = g_strdup_printf("The picture could not be written: %s", path);
    else if (!uri || !ops->browser_open_url(uri))
        notice = g_strdup_printf("No program was found that shows the picture. It is in %s", path);
    if (notice)
        show(ops, window, notice);
    g_free(notice);
    g_free(uri);
    g_free(path);
    return TRUE;
}

/* -- The window -------------------------------------------------------------------------------- */

/* Not called where the program ends with the window open. */
static void close_window(void *data)
{
    window_t *window = data;

    ladder_free(window->ladder);
    wmem_destroy_allocator(window->scope);
    g_free(window->file);
    g_free(window);
}

static void add_buttons(const funnel_ops_t *ops, window_t *window)
{
    static const struct {
        const char *label;
        funnel_bt_cb_t press;
    } buttons[] = {
        {"Filter on this connection", filter_on_connection},
        {"Only its state changes", filter_on_changes},
        {"Go to first frame", go_to_first_frame},
        {"Open as picture", open_picture},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(buttons); i++) {
        funnel_bt_t *button = g_new0(funnel_bt_t, 1);

        button->tw = window->text;
        button->func = buttons[i].press;
        button->data = window;
        button->free_fcn = g_free;
        ops->add_button(window->text, button, buttons[i].label);
    }
}

/* What the window keeps of a connection, for as long as it is open. */
static void keep(window_t *window, const hearing_t *heard)
{
    window->ladder = heard->ladder;
    report_incarnation(heard->incarnation, window->scope, &window->record);
    report_incarnation_settle(heard->incarnation, &window->record, window->ladder,
                              (int64_t)*time_wait * NS_PER_S);
}

static void open_window(void *data _U_)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    selection_t selection = {.known = false};

    if (!ops || !ops->new_text_window) /* there is no GUI */
        return;
    plugin_if_get_capture_file(read_selection, &selection);

    hearing_t heard = {.first_frame = selection.first_frame};
    window_t *window = g_new0(window_t, 1);

    if (selection.known)
        listen_to_all(ops, &heard);
    window->scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    window->first_frame = selection.first_frame;
    window->file = selection.file;
    if (heard.incarnation)
        keep(window, &heard);
    window->text = ops->new_text_window(ops->ops_id, TITLE);
    ops->set_close_cb(window->text, close_window, window);
    if (window->ladder)
        add_buttons(ops, window);
    show(ops, window,
         window->ladder    ? NULL
         : selection.known ? "Wireshark is busy with the capture file: try again in a moment."
                           : "Select a packet of a TCP connection first, then open the ladder.");
}

static void open_window_for_packet(void *data, GPtrArray *fields _U_)
{
    open_window(data); /* the right click has selected it */
}

void ladder_window_register(const unsigned *time_wait_seconds)
{
    time_wait = time_wait_seconds;
    funnel_register_menu(TITLE, REGISTER_PACKET_STAT_GROUP_UNSORTED, open_window, NULL, NULL,
                         FALSE);
    compat_register_packet_menu(TITLE, FIRST_FRAME, open_window_for_packet);
}
