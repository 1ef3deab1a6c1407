/* fields_facts.c
 * The fields of handshake, close and reset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "fields_facts.h"

static int ett_handshake = -1;
static int ett_close = -1;
static int ett_rst = -1;

static int hf_handshake_type = -1;
static int hf_handshake_syn_frame = -1;
static int hf_handshake_synack_frame = -1;
static int hf_handshake_ack_expected = -1;
static int hf_handshake_ack_ok = -1;
static int hf_handshake_rtt = -1;
static int hf_handshake_rtt_server = -1;
static int hf_handshake_rtt_client = -1;
static int hf_handshake_syn_retransmissions = -1;
static int hf_handshake_synack_retransmissions = -1;
static int hf_close_initiator = -1;
static int hf_close_fin_frame = -1;
static int hf_close_fin_retransmissions = -1;
static int hf_close_half_closed_time = -1;
static int hf_close_duration = -1;
static int hf_close_time_wait = -1;
static int hf_rst_by = -1;
static int hf_rst_validity = -1;
static int hf_rst_reason = -1;
static int hf_rst_trigger_frame = -1;
static int hf_rst_ttl_delta = -1;
static int hf_challenge_ack = -1;

#define VALUE(name, number, text) {number, text},
static const value_string handshake_type_vals[] = {HANDSHAKE_TYPE_LIST(VALUE){0, NULL}};
static const value_string who_vals[] = {WHO_LIST(VALUE){0, NULL}};
static const value_string end_vals[] = {{WHO_CLIENT, "Client"}, {WHO_SERVER, "Server"}, {0, NULL}};
static const value_string rst_validity_vals[] = {RST_VALIDITY_LIST(VALUE){0, NULL}};
static const value_string rst_reason_vals[] = {RST_REASON_LIST(VALUE){0, NULL}};
#undef VALUE

static hf_register_info hf[] = {
    {&hf_handshake_type,
     {"Type", "tcpstate.handshake.type", FT_UINT8, BASE_DEC, VALS(handshake_type_vals), 0x0,
      "How the connection opens, on the segment that settles it.", HFILL}},
    {&hf_handshake_syn_frame,
     {"SYN in frame", "tcpstate.handshake.syn_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0,
      "The SYN that this SYN-ACK answers, or that this ICMP error is about.", HFILL}},
    {&hf_handshake_synack_frame,
     {"SYN-ACK in frame", "tcpstate.handshake.synack_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0, "The SYN-ACK that this segment answers.", HFILL}},
    {&hf_handshake_ack_expected,
     {"Expected acknowledgment number", "tcpstate.handshake.ack_expected", FT_UINT32, BASE_DEC,
      NULL, 0x0, "The raw acknowledgment number that this handshake segment should carry at least.",
      HFILL}},
    {&hf_handshake_ack_ok,
     {"Acknowledgment number is right", "tcpstate.handshake.ack_ok", FT_BOOLEAN, BASE_NONE, NULL,
      0x0, "True where the other side's SYN is acknowledged, and nothing that it has not sent.",
      HFILL}},
    {&hf_handshake_rtt,
     {"Round trip, SYN to ACK", "tcpstate.handshake.rtt", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
      "Time from the SYN to the ACK that completes the handshake.", HFILL}},
    {&hf_handshake_rtt_server,
     {"Round trip to the server", "tcpstate.handshake.rtt.server", FT_RELATIVE_TIME, BASE_NONE,
      NULL, 0x0, "Time from the SYN to the SYN-ACK.", HFILL}},
    {&hf_handshake_rtt_client,
     {"Round trip to the client", "tcpstate.handshake.rtt.client", FT_RELATIVE_TIME, BASE_NONE,
      NULL, 0x0, "Time from the SYN-ACK to the ACK that completes the handshake.", HFILL}},
    {&hf_handshake_syn_retransmissions,
     {"SYN retransmissions", "tcpstate.handshake.syn_retransmissions", FT_UINT16, BASE_DEC, NULL,
      0x0, "How often the SYN was sent again, so far.", HFILL}},
    {&hf_handshake_synack_retransmissions,
     {"SYN-ACK retransmissions", "tcpstate.handshake.synack_retransmissions", FT_UINT16, BASE_DEC,
      NULL, 0x0, "How often the SYN-ACK was sent again, so far.", HFILL}},
    {&hf_close_initiator,
     {"Closed first by", "tcpstate.close.initiator", FT_UINT8, BASE_DEC, VALS(who_vals), 0x0,
      "Who began to close, on the segment that settles it; both where the FINs crossed.", HFILL}},
    {&hf_close_fin_frame,
     {"FIN in frame", "tcpstate.close.fin_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0x0, "The FIN that this segment acknowledges.", HFILL}},
    {&hf_close_fin_retransmissions,
     {"FIN retransmissions", "tcpstate.close.fin_retransmissions", FT_UINT16, BASE_DEC, NULL, 0x0,
      "How often FINs were sent again, so far; on each that was.", HFILL}},
    {&hf_close_half_closed_time,
     {"Half-closed for", "tcpstate.close.half_closed_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
      "Time from the first FIN to the second.", HFILL}},
    {&hf_close_duration,
     {"Close took", "tcpstate.close.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0x0,
      "Time from the first FIN to the end of the connection.", HFILL}},
    {&hf_close_time_wait,
     {"TIME-WAIT is held by", "tcpstate.close.time_wait", FT_UINT8, BASE_DEC, VALS(who_vals), 0x0,
      "Which endpoint has to wait after the close.", HFILL}},
    {&hf_rst_by,
     {"RST sent by", "tcpstate.rst.by", FT_UINT8, BASE_DEC, VALS(end_vals), 0x0,
      "Which endpoint sent this RST, valid or not.", HFILL}},
    {&hf_rst_validity,
     {"Validity", "tcpstate.rst.validity", FT_UINT8, BASE_DEC, VALS(rst_validity_vals), 0x0,
      "How the sequence number of this RST compares with what its receiver expects (RFC 5961).",
      HFILL}},
    {&hf_rst_reason,
     {"Reason of the RST", "tcpstate.rst.reason", FT_UINT8, BASE_DEC, VALS(rst_reason_vals), 0x0,
      "Why this RST was sent, as far as the segments before it show.", HFILL}},
    {&hf_rst_trigger_frame,
     {"Answers frame", "tcpstate.rst.trigger_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0, "The segment that this RST answers.", HFILL}},
    {&hf_rst_ttl_delta,
     {"TTL difference", "tcpstate.rst.ttl_delta", FT_INT16, BASE_DEC, NULL, 0x0,
      "TTL or hop limit of this RST less that of the last other segment of its side.", HFILL}},
    {&hf_challenge_ack,
     {"Challenge ACK to frame", "tcpstate.challenge_ack", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0x0,
      "The SYN, RST or unacceptable ACK that this challenge ACK answers (RFC 5961).", HFILL}},
};

static place_t group(const place_t *place, int ett, const char *title)
{
    proto_item *item;
    proto_tree *tree = proto_tree_add_subtree(place->tree, place->tvb, 0, 0, ett, &item, title);

    proto_item_set_generated(item);
    return (place_t){tree, place->tvb, place->on_display};
}

static void add_counter(const place_t *place, int field, uint32_t count)
{
    show_if(count > 0, add_uint(place, field, count));
}

/* The heading says of which type it is, where that is settled. */
static place_t add_handshake_heading(const place_t *place, const handshake_facts_t *facts)
{
    const char *text = handshake_type_text(facts->type);

    if (!text)
        return group(place, ett_handshake, "Handshake");

    proto_item *item =
        proto_tree_add_uint_format(place->tree, hf_handshake_type, place->tvb, 0, 0, facts->type,
                                   "Handshake: %s (%u)", text, facts->type);

    proto_item_set_generated(item);
    return below(place, item, ett_handshake);
}

static void add_handshake(const place_t *place, const handshake_facts_t *facts)
{
    const bool wrong_ack = facts->ack_judged && !facts->ack_ok;
    const bool repeated = facts->syn_retransmissions || facts->synack_retransmissions;

    if (!facts->type && !facts->ack_judged && !facts->counted && !facts->syn_frame)
        return;

    const place_t inside = add_handshake_heading(place, facts);
    show_if(facts->type || facts->syn_frame || facts->synack_frame || wrong_ack || repeated,
            inside.tree);
    add_frame(&inside, hf_handshake_syn_frame, facts->syn_frame);
    add_frame(&inside, hf_handshake_synack_frame, facts->synack_frame);
    if (facts->ack_judged) {
        show_if(wrong_ack, add_uint(&inside, hf_handshake_ack_expected, facts->ack_expected));
        show_if(wrong_ack, add_boolean(&inside, hf_handshake_ack_ok, facts->ack_ok));
    }
    add_time(&inside, hf_handshake_rtt, facts->rtt);
    add_time(&inside, hf_handshake_rtt_server, facts->rtt_server);
    add_time(&inside, hf_handshake_rtt_client, facts->rtt_client);
    if (facts->counted) {
        add_counter(&inside, hf_handshake_syn_retransmissions, facts->syn_retransmissions);
        add_counter(&inside, hf_handshake_synack_retransmissions, facts->synack_retransmissions);
    }
}

static void add_close(const place_t *place, const close_facts_t *facts)
{
    if (!facts->initiator && !facts->time_wait && !facts->fin_retransmissions &&
        !facts->fin_frame && facts->half_closed_time == NO_TIME && facts->duration == NO_TIME)
        return;

    const place_t inside = group(place, ett_close, "Close");
    add_known(&inside, hf_close_initiator, facts->initiator);
    add_frame(&inside, hf_close_fin_frame, facts->fin_frame);
    add_known(&inside, hf_close_fin_retransmissions, facts->fin_retransmissions);
    add_time(&inside, hf_close_half_closed_time, facts->half_closed_time);
    add_time(&inside, hf_close_duration, facts->duration);
    add_known(&inside, hf_close_time_wait, facts->time_wait);
}

static void add_rst(const place_t *place, const rst_facts_t *facts)
{
    if (!facts->by)
        return;

    const place_t inside = below(place, add_uint(place, hf_rst_by, facts->by), ett_rst);
    add_uint(&inside, hf_rst_validity, facts->validity);
    add_uint(&inside, hf_rst_reason, facts->reason);
    add_frame(&inside, hf_rst_trigger_frame, facts->trigger_frame);
    if (facts->ttl_compared)
        show_if(facts->ttl_delta != 0, add_int(&inside, hf_rst_ttl_delta, facts->ttl_delta));
}

void fields_facts_add(const place_t *place, const observation_t *observation)
{
    const facts_t *facts = observation_facts(observation);

    add_handshake(place, &facts->handshake);
    add_close(place, &facts->close);
    add_rst(place, &facts->rst);
    add_frame(place, hf_challenge_ack, facts->challenge_ack);
}

void fields_facts_register(int proto_tcpstate)
{
    static int *ett[] = {&ett_handshake, &ett_close, &ett_rst};

    field_place_register(proto_tcpstate, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
