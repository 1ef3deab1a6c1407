/* fields_conn.c
 * The fields that sum up the whole connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "fields_conn.h"

static int ett_conn = -1;

static int hf_outcome = -1;
static int hf_closed_by = -1;
static int hf_client_state = -1;
static int hf_server_state = -1;
static int hf_ecn = -1;
static int hf_start = -1;
static int hf_capture = -1;
static int hf_zeek = -1;
static int hf_history = -1;
static int hf_first_frame = -1;

#define VALUE(name, number, text) {number, text},
static const value_string outcome_vals[] = {OUTCOME_LIST(VALUE){0, NULL}};
static const value_string who_vals[] = {WHO_LIST(VALUE){0, NULL}};
static const value_string state_vals[] = {TCP_STATE_LIST(VALUE){0, NULL}};
static const value_string ecn_vals[] = {ECN_MODE_LIST(VALUE){0, NULL}};
static const value_string start_vals[] = {START_LIST(VALUE){0, NULL}};
static const value_string capture_vals[] = {CAPTURE_LIST(VALUE){0, NULL}};
#undef VALUE

static hf_register_info hf[] = {
    {&hf_outcome,
     {"Outcome", "tcpstate.conn.outcome", FT_UINT8, BASE_DEC, VALS(outcome_vals), 0x0,
      "How the connection ended, or how far it came; final with two passes.", HFILL}},
    {&hf_closed_by,
     {"Closed first by", "tcpstate.conn.closed_by", FT_UINT8, BASE_DEC, VALS(who_vals), 0x0,
      "Who sent the first FIN; both where the FINs crossed. Final with two passes.", HFILL}},
    {&hf_client_state,
     {"Last state of the client", "tcpstate.conn.client_state", FT_UINT8, BASE_DEC,
      VALS(state_vals), 0x0,
      "The client's connection state after the last segment; unknown if it never spoke. Final with "
      "two passes.",
      HFILL}},
    {&hf_server_state,
     {"Last state of the server", "tcpstate.conn.server_state", FT_UINT8, BASE_DEC,
      VALS(state_vals), 0x0,
      "The server's connection state after the last segment; unknown if it never spoke. Final with "
      "two passes.",
      HFILL}},
    {&hf_ecn,
     {"ECN mode", "tcpstate.conn.ecn", FT_UINT8, BASE_DEC, VALS(ecn_vals), 0x0,
      "What the connection does about Explicit Congestion Notification; final with two passes.",
      HFILL}},
    {&hf_start,
     {"Begins with", "tcpstate.conn.start", FT_UINT8, BASE_DEC, VALS(start_vals), 0x0,
      "What the capture of the connection begins with.", HFILL}},
    {&hf_capture,
     {"Captured", "tcpstate.conn.capture", FT_UINT8, BASE_DEC, VALS(capture_vals), 0x0,
      "Which directions were captured: one only where its acknowledgments prove that the other "
      "endpoint sent as well. Final with two passes.",
      HFILL}},
    {&hf_zeek,
     {"Zeek's conn_state", "tcpstate.conn.zeek", FT_STRING, BASE_NONE, NULL, 0x0,
      "What Zeek calls the connection's state: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR "
      "OTH. Final with two passes.",
      HFILL}},
    {&hf_history,
     {"Zeek's history", "tcpstate.conn.history", FT_STRING, BASE_NONE, NULL, 0x0,
      "What happened in Zeek's letters, upper case the client; final with two passes.", HFILL}},
    {&hf_first_frame,
     {"First frame", "tcpstate.conn.first_frame", FT_FRAMENUM, BASE_NONE,
      FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0x0,
      "The first segment of the connection; the same for all of its segments.", HFILL}},
};

void fields_conn_add(const place_t *place, const summary_t *summary)
{
    proto_item *item;
    proto_tree *tree =
        proto_tree_add_subtree(place->tree, place->tvb, 0, 0, ett_conn, &item, "Whole connection");
    const place_t inside = {tree, place->tvb};

    proto_item_set_generated(item);
    proto_item_append_text(item, ": %s, %s", outcome_text(summary->outcome),
                           zeek_conn_state(&summary->zeek));
    add_uint(&inside, hf_outcome, summary->outcome);
    if (summary->closed_by)
        add_uint(&inside, hf_closed_by, summary->closed_by);
    add_uint(&inside, hf_client_state, summary->state[ROLE_CLIENT]);
    add_uint(&inside, hf_server_state, summary->state[ROLE_SERVER]);
    add_uint(&inside, hf_ecn, summary->ecn);
    add_uint(&inside, hf_start, summary->start);
    add_uint(&inside, hf_capture, summary->capture);
    add_string(&inside, hf_zeek, zeek_conn_state(&summary->zeek));
    add_string(&inside, hf_history, summary->zeek.history);
    add_uint(&inside, hf_first_frame, summary->first_frame);
}

void fields_conn_register(int proto_tcpstate)
{
    static int *ett[] = {&ett_conn};

    proto_register_field_array(proto_tcpstate, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
