/* packet-tcpstate.c
 * The dissector that Wireshark sees: protocol, preferences, and a segment's way through the plugin.
 *
 * tcp_hook has read the TCP headers of the frame. On the first pass, in capture order, each of them
 * moves its connection, and the history keeps what changed. Every later pass only looks up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "connection_table.h"
#include "copies.h"
#include "experts.h"
#include "fields.h"
#include "icmp_hook.h"
#include "icmp_quote.h"
#include "observe.h"
#include "report_tap.h"
#include "report_write.h"
#include "reports.h"
#include "tcp_hook.h"

enum { DEFAULT_TIME_WAIT = 60 };

static int proto_tcpstate = -1;
static int proto_helper = -1;

/* How long TIME-WAIT lasts, seconds. */
static unsigned pref_time_wait = DEFAULT_TIME_WAIT;

/* How the report on connections is written: report_format_t. */
static int pref_report_format = REPORT_AS_TEXT;

/* Whether phase and states are appended to the Info column. */
static compat_pref_bool_t pref_info_column;

/* A quoted header was sent earlier and moves nothing now; one that is cut off cannot be trusted. */
static bool belongs_to_connection(const tcp_layer_t *layer)
{
    return layer->quality == SEGMENT_COMPLETE && layer->has_tuple && !layer->quoted;
}

/* First pass only: a copy moves nothing, and belongs to the connection of its original. */
static const incarnation_t *observe_copy(tracked_connection_t *tracked, const tcp_layer_t *layer,
                                         unsigned number, const copy_verdict_t *copy,
                                         observation_t *observation)
{
    segment_t original = layer->segment;
    observation_t shown;
    incarnation_t *incarnation = incarnations_find(&tracked->incarnations, copy->frame);

    original.frame = copy->frame;
    if (!history_find(&tracked->history, &original, copy->layer, layer->sender_side, &shown))
        observation_of_stray(&layer->segment, &shown);

    const copied_t copied = copied_of(&shown, copy->frame);

    history_add_copy(&tracked->history, &layer->segment, number, &copied);
    connection_observe_copy(&tracked->connection, &layer->segment, layer->sender_side,
                            copy->newly_marked, &copied, observation);
    if (copy->newly_marked && incarnation)
        summary_note_copied_mark(&incarnation->summary);
    return incarnation;
}

/* First pass only: moves the connection. Returns which one of its 4-tuple it is. */
static const incarnation_t *observe_segment(tracked_connection_t *tracked, const tcp_layer_t *layer,
                                            const segment_t *segment, unsigned number,
                                            const packet_info *pinfo, observation_t *observation)
{
    const connection_options_t options = {.time_wait = (int64_t)pref_time_wait * NS_PER_S};
    const verdict_t verdict = connection_observe(&tracked->connection, &options, segment,
                                                 layer->sender_side, observation);
    incarnations_t *incarnations = &tracked->incarnations;

    history_add(&tracked->history, segment, number, observation, verdict.steady);
    if (!verdict.steady || !incarnations->newest)
        incarnations_update(incarnations, &tracked->tuple, &tracked->connection, pinfo, segment,
                            layer->sender_side, observation);
    if (summary_observe(&incarnations->newest->summary, &tracked->connection, segment,
                        layer->sender_side, observation, &verdict))
        report_tap_note_change(incarnations->newest);
    return incarnations->newest;
}

/* First pass only: takes the segment. Returns likewise. */
static const incarnation_t *observe(const tcp_layer_t *layer, unsigned number,
                                    const packet_info *pinfo, observation_t *observation)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));

    tracked_connection_t *tracked = connection_table_find_or_add(&layer->tuple);
    const endpoint_t *sender = &tracked->connection.end[layer->sender_side];

    /* A damaged segment arrives nowhere: the same in good order is a retransmission. */
    if (endpoint_checksum_rejects(sender, &layer->segment))
        return observe_segment(tracked, layer, &layer->segment, number, pinfo, observation);

    const copy_verdict_t copy = copies_take(connection_table_segments(), &tracked->evidence,
                                            &layer->segment, layer->sender_side, number);

    for (unsigned side = 0; side < 2; side++)
        if (copy.settles[side])
            connection_settle_copies(&tracked->connection, side);
    if (copy.kind == COPY_CERTAIN)
        return observe_copy(tracked, layer, number, &copy, observation);
    if (copy.kind == COPY_NONE && !endpoint_has_recut(sender, &layer->segment))
        return observe_segment(tracked, layer, &layer->segment, number, pinfo, observation);

    segment_t unsure = layer->segment;

    unsure.perhaps_copy = true;
    return observe_segment(tracked, layer, &unsure, number, pinfo, observation);
}

/* Any later pass: moves nothing. Returns likewise; NULL: the segment belongs to none. */
static const incarnation_t *look_up(const tcp_layer_t *layer, unsigned number,
                                    observation_t *observation)
{
    const tracked_connection_t *tracked = connection_table_find(&layer->tuple);

    if (!tracked || !history_find(&tracked->history, &layer->segment, number, layer->sender_side,
                                  observation)) {
        observation_of_stray(&layer->segment, observation);
        return NULL;
    }
    return incarnations_find(&tracked->incarnations,
                             observation->copy_of ? observation->copy_of : layer->segment.frame);
}

/* What an ICMP error shows that quotes this header; NULL: nothing of a connection. */
static const incarnation_t *take_quote(const tcp_layer_t *layer, unsigned number,
                                       packet_info *pinfo, observation_t *observation)
{
    bool changed = false;

    if (PINFO_FD_VISITED(pinfo))
        return icmp_quote_look_up(number, pinfo, observation);

    const incarnation_t *incarnation =
        icmp_quote_observe(layer, number, pinfo, observation, &changed);

    if (changed)
        report_tap_note_change(incarnation);
    return incarnation;
}

/* Sets what this header shows, and the connection that it is of, or NULL. Returns false where it
 * shows nothing at all. */
static bool take_layer(const tcp_layer_t *layer, unsigned number, packet_info *pinfo,
                       observation_t *observation, const incarnation_t **incarnation)
{
    *incarnation = NULL;
    if (belongs_to_connection(layer)) {
        *incarnation = PINFO_FD_VISITED(pinfo) ? look_up(layer, number, observation)
                                               : observe(layer, number, pinfo, observation);
        return true;
    }
    if (layer->quoted)
        *incarnation = take_quote(layer, number, pinfo, observation);
    if (*incarnation)
        return true;
    observation_of_stray(&layer->segment, observation);
    return layer->quality != SEGMENT_UNREADABLE;
}

/* "[Handshake 2/3, ESTABLISHED / SYN-RECEIVED]" */
static void append_to_info(packet_info *pinfo, const observation_t *observation)
{
    char phase[80];

    if (!observation->direction)
        return;
    col_append_fstr(pinfo->cinfo, COL_INFO, " [%s, %s / %s]",
                    observation_phase_text(observation, phase, sizeof phase),
                    tcp_state_text((tcp_state_t)observation->status.state[ROLE_CLIENT]),
                    tcp_state_text((tcp_state_t)observation->status.state[ROLE_SERVER]));
}

/* The post-dissector: runs after everything else in the frame, exceptions included. */
static int dissect_tcpstate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const bool show = tree && proto_field_is_referenced(tree, proto_tcpstate);
    unsigned count;
    const tcp_layer_t *layers = tcp_hook_take(pinfo, &count);
    tapped_frame_t *tapped =
        report_tap_wanted() ? report_tap_new_frame(pinfo, count, PINFO_FD_VISITED(pinfo)) : NULL;

    for (unsigned i = 0; i < count; i++) {
        const tcp_layer_t *layer = &layers[i];
        const incarnation_t *incarnation;
        observation_t observation;

        if (!take_layer(layer, i, pinfo, &observation, &incarnation))
            continue;
        if (show)
            fields_add(pinfo, tree, tvb, &layer->segment, &observation,
                       incarnation ? &incarnation->summary : NULL);
        else /* expert infos are counted without a tree, and a filter may ask for nothing else */
            experts_add(pinfo, &(place_t){tree, tvb}, &observation.anomalies);
        if (pref_info_column)
            append_to_info(pinfo, &observation);
        if (tapped)
            report_tap_add(tapped, incarnation, &observation);
    }
    if (tapped)
        report_tap_send(pinfo, tapped);
    return 0;
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
    prefs_register_enum_preference(module, "report_format", "Format of the report",
                                   "How tshark -z tcpstate,conv writes its report: as text for "
                                   "people, as CSV (RFC 4180), or as "
                                   "JSON with one object a line.",
                                   &pref_report_format, formats, FALSE);
    prefs_register_bool_preference(
        module, "info_column", "Show phase and states in the Info column",
        "Append \"[Handshake 2/3, ESTABLISHED / SYN-RECEIVED]\", the phase and the states of "
        "client "
        "and server, to the Info column. The labels of the Flow Graph have it then, too.",
        &pref_info_column);
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
    connection_table_register();
    incarnations_register();
    reports_register(&pref_report_format);
    tcp_hook_register(proto_tcpstate);
    icmp_hook_register();
    icmp_quote_register(proto_tcpstate);
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
