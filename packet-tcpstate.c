/* packet-tcpstate.c
 * The dissector that Wireshark sees: protocol, preferences, and a frame's way through the plugin.
 *
 * tcp_hook has read the TCP headers of the frame. On the first pass, in capture order, each of them
 * moves its connection, and the history keeps what changed. Every later pass only looks up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "connection_filter.h"
#include "experts.h"
#include "fields.h"
#include "fields_conn.h"
#include "file_connections.h"
#include "icmp_hook.h"
#include "icmp_quote.h"
#include "report_only.h"
#include "report_tap.h"
#include "report_write.h"
#include "reports.h"
#include "tcp_hook.h"
#include "track.h"

enum { DEFAULT_TIME_WAIT = 60 };

static int proto_tcpstate = -1;
static int proto_helper = -1;

/* How long TIME-WAIT lasts, seconds. */
static unsigned pref_time_wait = DEFAULT_TIME_WAIT;

/* How the report on connections is written. */
static report_preferences_t pref_report = {.format = REPORT_AS_TEXT, .columns = ""};

/* Whether the Info column begins with the states. */
static compat_bool_t pref_info_column;

/* Whether TCP is left out where nothing but a report is made of a frame. */
static compat_bool_t pref_report_only;

/* Wireshark's own table of connections is slow, and only reports name streams. One that is opened
 * later has every frame dissected again. */
static void find_stream(incarnation_t *incarnation, packet_info *pinfo)
{
    if (report_tap_wanted() && !incarnation->stream_known)
        file_connections_find_stream(incarnation, pinfo);
}

/* First pass, in capture order: takes the header. Sets what it shows and the connection that it is
 * of, or NULL. Returns false where it shows nothing at all or, where nobody has `asked`, nothing
 * that expert infos are made of. */
static bool take(const tcp_layer_t *layer, unsigned number, packet_info *pinfo, bool asked,
                 observation_t *observation, const incarnation_t **incarnation)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));

    const tracked_t tracked = track_take(file_connections(), layer, number, asked, observation);

    if (tracked.began)
        find_stream(tracked.incarnation, pinfo);
    if (tracked.before)
        report_tap_note_change(tracked.before, true);
    if (tracked.incarnation)
        report_tap_note_change(tracked.incarnation, tracked.concluded);
    if (layer->quoted && tracked.incarnation)
        icmp_quote_keep(pinfo, number, tracked.incarnation, observation);
    *incarnation = tracked.incarnation;
    return tracked.shows;
}

/* Any later pass: moves nothing. Sets and returns likewise. */
static bool look_up(const tcp_layer_t *layer, unsigned number, packet_info *pinfo,
                    observation_t *observation, const incarnation_t **incarnation)
{
    *incarnation = NULL;
    if (track_belongs_to_connection(layer)) {
        incarnation_t *found = track_look_up(file_connections(), layer, number, observation);

        if (found && found->since == layer->segment.frame)
            find_stream(found, pinfo);
        *incarnation = found;
        return true;
    }
    if (layer->quoted)
        *incarnation = icmp_quote_look_up(number, pinfo, observation);
    if (*incarnation)
        return true;
    observation_of_stray(&layer->segment, observation);
    return layer->quality != SEGMENT_UNREADABLE;
}

/* "FIN-WAIT-1/CLOSE-WAIT " before the rest: the labels of the Flow Graph are cut off behind. */
static void prepend_to_info(packet_info *pinfo, const observation_t *observation)
{
    const uint8_t *state = observation->status.state;

    if (!observation->direction ||
        (state[ROLE_CLIENT] == STATE_UNKNOWN && state[ROLE_SERVER] == STATE_UNKNOWN))
        return;
    col_prepend_fstr(pinfo->cinfo, COL_INFO, "%s/%s ",
                     tcp_state_text((tcp_state_t)state[ROLE_CLIENT]),
                     tcp_state_text((tcp_state_t)state[ROLE_SERVER]));
}

/* Shows what the segment showed, in the frame's tree. */
static void show_all(packet_info *pinfo, const place_t *frame, const segment_t *segment,
                     const observation_t *observation, const incarnation_t *incarnation)
{
    const bool summed_up = incarnation && fields_conn_are_wanted(frame);
    summary_t summary;

    if (summed_up)
        tracked_summary(incarnation, &summary);
    fields_add(pinfo, frame, segment, observation, summed_up ? &summary : NULL,
               (int64_t)pref_time_wait * NS_PER_S);
}

/* The post-dissector: runs after everything else in the frame, exceptions included. */
static int dissect_tcpstate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const bool show = tree && proto_field_is_referenced(tree, proto_tcpstate);
    unsigned count;
    const tcp_layer_t *layers = tcp_hook_take(pinfo, &count);
    tapped_frame_t *tapped = report_tap_wanted() ? report_tap_new_frame(pinfo, count) : NULL;
    const bool asked = show || tapped || pref_info_column;
    const place_t frame = place_in(tree, tvb);

    for (unsigned i = 0; i < count; i++) {
        const tcp_layer_t *layer = &layers[i];
        const incarnation_t *incarnation;
        observation_t observation;

        if (!(PINFO_FD_VISITED(pinfo) ? look_up(layer, i, pinfo, &observation, &incarnation)
                                      : take(layer, i, pinfo, asked, &observation, &incarnation)))
            continue;
        if (show)
            show_all(pinfo, &frame, &layer->segment, &observation, incarnation);
        else /* expert infos are counted without a tree, and a filter may ask for nothing else */
            experts_add(pinfo, &frame, &observation.anomalies);
        if (pref_info_column)
            prepend_to_info(pinfo, &observation);
        if (tapped)
            report_tap_add(pinfo, tapped, incarnation, &layer->segment, &observation);
    }
    if (tapped)
        report_tap_send(pinfo, tapped);
    return 0;
}

static bool tcp_is_unwanted(packet_info *pinfo, const proto_tree *tree)
{
    return pref_report_only && report_only(pinfo, tree);
}

static void register_preferences(void)
{
    static const enum_val_t formats[] = {
#define X(enumerator, number, name, description) {name, description, number},
        REPORT_FORMAT_LIST(X)
#undef X
            {NULL, NULL, 0}};

    module_t *module = prefs_register_protocol(proto_tcpstate, NULL);

    prefs_register_uint_preference(
        module, "time_wait", "TIME-WAIT lasts (seconds)",
        "How long an end stays in TIME-WAIT before it is shown as CLOSED. RFC 9293 asks for two "
        "maximum segment lifetimes; Linux waits for 60 seconds.",
        10, &pref_time_wait);
    prefs_register_enum_preference(
        module, "report_format", "Format of tshark's report",
        "How tshark -z tcpstate,conv writes its report: as text for people, as CSV (RFC 4180), as "
        "JSON with one object a line, or as Zeek's conn.log. This is for tshark alone: in "
        "Wireshark the report is a "
        "window of the Statistics menu.",
        &pref_report.format, formats, FALSE);
    prefs_register_string_preference(
        module, "report_columns", "Columns of tshark's report",
        "Other columns for the report as text, one line a connection: their names as in CSV, with "
        "commas between them, or \"all\".",
        &pref_report.columns);
    prefs_register_bool_preference(module, "info_column", "Begin the Info column with the states",
                                   "Put the states of client and server in front of the Info "
                                   "column: \"FIN-WAIT-1/CLOSE-WAIT\". "
                                   "The arrows of the Flow Graph then have them as their labels.",
                                   &pref_info_column);
    prefs_register_bool_preference(
        module, "report_only", "Nothing but the report is wanted",
        "Have tshark leave out its own TCP dissector, and all protocols above TCP, where it makes "
        "nothing but reports of tcpstate, without a filter. It is faster, and the reports say the "
        "same, but for the numbers of streams. Where anything else is wanted of a frame, and in "
        "Wireshark, nothing is left out.",
        &pref_report_only);
}

static void proto_register_tcpstate(void)
{
    proto_tcpstate = proto_register_protocol("TCP Connection State", "TCPSTATE", "tcpstate");
    /* Both dissectors run as a helper that adds no layer to the frame, which halves the cost of
     * calling a post-dissector. It is enabled and disabled with TCP. */
    proto_helper = proto_register_protocol_in_name_only(
        "TCP Connection State hook", "TCPSTATE hook", "tcpstate.hook",
        proto_get_id_by_filter_name("tcp"), FT_PROTOCOL);
    fields_register(proto_tcpstate);
    register_preferences();
    file_connections_register(&pref_time_wait, report_tap_wanted);
    reports_register(&pref_report, &pref_time_wait);
    report_only_register();
    tcp_hook_register(proto_tcpstate, tcp_is_unwanted);
    icmp_hook_register();
    icmp_quote_register(proto_tcpstate);
    connection_filter_register();
    register_postdissector(create_dissector_handle(dissect_tcpstate, proto_helper));
}

static void proto_reg_handoff_tcpstate(void)
{
    tcp_hook_handoff(proto_helper);
    icmp_hook_handoff();
    reports_handoff();
}

/* The symbols that Wireshark looks for in the file. */
WS_DLL_PUBLIC_DEF const char plugin_version[] = TCPSTATE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

COMPAT_PLUGIN_DESCRIBE

WS_DLL_PUBLIC void plugin_register(void);
void plugin_register(void)
{
    static proto_plugin plugin = {proto_register_tcpstate, proto_reg_handoff_tcpstate};

    proto_register_plugin(&plugin);
}
