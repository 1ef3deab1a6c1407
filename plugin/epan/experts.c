/* experts.c
 * Anomalies as expert infos.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include <epan/expert.h>

#include "experts.h"

/* Severities and groups of anomaly.h in Wireshark's words. PLAIN: as listed. ASSUMED: missing
 * packets could explain it, so one severity less, and a group of its own. */
#define PLAIN_SEVERITY_CHAT    PI_CHAT
#define PLAIN_SEVERITY_NOTE    PI_NOTE
#define PLAIN_SEVERITY_WARN    PI_WARN
#define PLAIN_SEVERITY_ERROR   PI_ERROR
#define ASSUMED_SEVERITY_CHAT  PI_CHAT
#define ASSUMED_SEVERITY_NOTE  PI_CHAT
#define ASSUMED_SEVERITY_WARN  PI_NOTE
#define ASSUMED_SEVERITY_ERROR PI_WARN
#define PI_GROUP_SEQUENCE      PI_SEQUENCE
#define PI_GROUP_SECURITY      PI_SECURITY
#define PI_GROUP_PROTOCOL      PI_PROTOCOL
#define PI_GROUP_ASSUMPTION    PI_ASSUMPTION

static int hf_anomaly = -1;
static int hf_severity = -1;

/* Wireshark's own numbers for severities are of no use in a filter that people type. */
enum { FIRST_SEVERITY = 1 };

static const value_string severity_names[] = {{FIRST_SEVERITY + SEVERITY_CHAT, "Chat"},
                                              {FIRST_SEVERITY + SEVERITY_NOTE, "Note"},
                                              {FIRST_SEVERITY + SEVERITY_WARN, "Warn"},
                                              {FIRST_SEVERITY + SEVERITY_ERROR, "Error"},
                                              {0, NULL}};

static hf_register_info hf[] = {
    {&hf_anomaly,
     {"Anomaly", "tcpstate.anomaly", FT_STRING, BASE_NONE, NULL, 0x0,
      "The name of an anomaly of this segment.", HFILL}},
    {&hf_severity,
     {"Severity of the anomaly", "tcpstate.anomaly.severity", FT_UINT8, BASE_DEC,
      VALS(severity_names), 0x0,
      "How severe the anomaly is; unlike _ws.expert.severity, of this plugin's anomalies alone.",
      HFILL}},
};

#define INIT(enumerator, name, severity, group, sentence) EI_INIT,
static expert_field plain[ANOMALY_COUNT] = {ANOMALY_LIST(INIT)};
static expert_field assumed[ANOMALY_COUNT] = {ANOMALY_LIST(INIT)};
#undef INIT

/* Both have the same name, so that one filter finds both. Wireshark's preferences for severities
 * change the one that was registered last, which is the plain one. */
#define ASSUMED(enumerator, name, severity, group, sentence)                                       \
    {&assumed[enumerator],                                                                         \
     {"tcpstate.anomaly." name, PI_ASSUMPTION, ASSUMED_##severity, sentence, EXPFILL}},
#define PLAIN(enumerator, name, severity, group, sentence)                                         \
    {&plain[enumerator],                                                                           \
     {"tcpstate.anomaly." name, PI_##group, PLAIN_##severity, sentence, EXPFILL}},
static ei_register_info infos[] = {ANOMALY_LIST(ASSUMED) ANOMALY_LIST(PLAIN)};
#undef ASSUMED
#undef PLAIN

void experts_register(int proto_tcpstate)
{
    field_place_register(proto_tcpstate, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto_tcpstate), infos,
                                array_length(infos));
}

/* The expert info hangs below it, so that it is added whether it is wanted itself or not. */
static proto_item *add_name(const place_t *place, anomaly_t anomaly)
{
    proto_item *item =
        proto_tree_add_string(place->tree, hf_anomaly, place->tvb, 0, 0, anomaly_name(anomaly));

    proto_item_set_generated(item);
    return item;
}

/* The post-dissector runs under the name of the protocol dissected last, which the list of expert
 * infos would then show. */
static void add_all(packet_info *pinfo, const place_t *place, const anomaly_set_t *anomalies)
{
    const char *const dissected_last = pinfo->current_proto;

    pinfo->current_proto = "TCPSTATE";
    for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
        if (!anomaly_is_raised(anomalies, (anomaly_t)i))
            continue;
        expert_add_info(pinfo, add_name(place, (anomaly_t)i),
                        anomalies->assumed >> i & 1 ? &assumed[i] : &plain[i]);
        proto_item_set_hidden(add_uint(place, hf_severity,
                                       FIRST_SEVERITY + anomaly_severity(anomalies, (anomaly_t)i)));
    }
    pinfo->current_proto = dissected_last;
}

void experts_add(packet_info *pinfo, const place_t *place, const anomaly_set_t *anomalies)
{
    if (anomalies->raised)
        add_all(pinfo, place, anomalies);
}
