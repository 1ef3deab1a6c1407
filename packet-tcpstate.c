/* packet-tcpstate.c
 * The dissector that Wireshark sees: protocol, preferences, and a segment's way through the plugin.
 *
 * tcp_hook has read the TCP headers of the frame. On the first pass, in capture order, each of them
 * moves its connection, and the history keeps what changed. Every later pass only looks up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/wireshark_compat.h"

#include "connection_table.h"
#include "fields.h"
#include "tcp_hook.h"

enum { NS_PER_S = 1000000000, DEFAULT_TIME_WAIT = 60 };

static int proto_tcpstate = -1;
static int proto_helper = -1;

/* How long TIME-WAIT lasts, seconds. */
static unsigned pref_time_wait = DEFAULT_TIME_WAIT;

/* A quoted header was sent earlier and moves nothing now; one that is cut off cannot be trusted. */
static bool belongs_to_connection(const tcp_layer_t *layer)
{
    return layer->quality == SEGMENT_COMPLETE && layer->has_tuple && !layer->quoted;
}

/* First pass only: moves the connection. Returns which one of its 4-tuple it is. */
static const incarnation_t *observe(const tcp_layer_t *layer, unsigned number,
                                    const packet_info *pinfo, observation_t *observation)
{
    const connection_options_t options = {.time_wait = (int64_t)pref_time_wait * NS_PER_S};
    tracked_connection_t *tracked = connection_table_find_or_add(&layer->tuple);

    connection_observe(&tracked->connection, &options, &layer->segment, layer->sender_side,
                       observation);

    const bool steady = observation_is_steady(observation, &layer->segment);
    incarnations_t *incarnations = &tracked->incarnations;

    history_add(&tracked->history, &layer->segment, number, observation, steady);
    if (!steady || !incarnations->newest)
        incarnations_update(incarnations, &tracked->tuple, &tracked->connection, pinfo,
                            &layer->segment, layer->sender_side, observation);
    summary_observe(&incarnations->newest->summary, &tracked->connection, &layer->segment,
                    layer->sender_side, observation, steady);
    return incarnations->newest;
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
    return incarnations_find(&tracked->incarnations, layer->segment.frame);
}

/* The post-dissector: runs after everything else in the frame, exceptions included. */
static int dissect_tcpstate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const bool show = tree && proto_field_is_referenced(tree, proto_tcpstate);
    const bool first_pass = !PINFO_FD_VISITED(pinfo);
    unsigned count;
    const tcp_layer_t *layers = tcp_hook_take(pinfo, &count);

    if (!show && !first_pass)
        return 0;
    for (unsigned i = 0; i < count; i++) {
        const tcp_layer_t *layer = &layers[i];
        const incarnation_t *incarnation = NULL;
        observation_t observation;

        if (!belongs_to_connection(layer))
            observation_of_stray(&layer->segment, &observation);
        else if (first_pass)
            incarnation = observe(layer, i, pinfo, &observation);
        else
            incarnation = look_up(layer, i, &observation);
        if (show)
            fields_add(tree, tvb, &layer->segment, &observation,
                       incarnation ? &incarnation->summary : NULL);
    }
    return 0;
}

static void register_preferences(void)
{
    module_t *module = prefs_register_protocol(proto_tcpstate, NULL);

    prefs_register_uint_preference(
        module, "time_wait", "TIME-WAIT lasts (seconds)",
        "How long an end stays in TIME-WAIT before it is shown as CLOSED. RFC 9293 asks for two "
        "maximum segment lifetimes; Linux waits for 60 seconds.",
        10, &pref_time_wait);
}

static void proto_register_tcpstate(void)
{
    proto_tcpstate = proto_register_protocol("TCP Connection State", "TCPSTATE", "tcpstate");
    /* The helper that both of our dissectors run as adds no layer to the frame, which saves half of
     * what the call of a post-dissector costs. It is enabled and disabled with TCP. */
    proto_helper = proto_register_protocol_in_name_only(
        "TCP Connection State hook", "TCPSTATE hook", "tcpstate.hook",
        proto_get_id_by_filter_name("tcp"), FT_PROTOCOL);
    fields_register(proto_tcpstate);
    register_preferences();
    connection_table_register();
    incarnations_register();
    tcp_hook_register(proto_tcpstate);
    register_postdissector(create_dissector_handle(dissect_tcpstate, proto_helper));
}

static void proto_reg_handoff_tcpstate(void)
{
    tcp_hook_handoff(proto_helper);
}

/* What Wireshark looks for in the file. */
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
