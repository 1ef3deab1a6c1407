/* fields_conn.c
 * The fields that sum up the whole connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "fields_conn.h"

#include "text.h"

enum { TEXT_SIZE = 128 };

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

static void add_reset(text_t *text, const summary_t *summary)
{
    if (!summary->reset_by)
        return;
    text_add(text, ", by %s", who_word(summary->reset_by));
    if (summary->reset_reason != RST_REASON_UNKNOWN)
        text_add(text, ": %s", rst_reason_text(summary->reset_reason));
}

/* What the capture lacks of it. */
static void add_limits(text_t *text, const summary_t *summary)
{
    if (summary->start != START_SYN)
        text_add(text, "; captured from the %s on",
                 summary->start == START_SYN_ACK ? "SYN-ACK" : "middle");
    if (summary->capture != CAPTURE_BOTH)
        text_add(text, "; of the %s alone",
                 summary->capture == CAPTURE_CLIENT_ONLY ? "client" : "server");
}

/* Who ended it and how, or where its ends are: "Closed (2), closed first by client", "Reset (3), by
 * server: Abort", "Open (1), ESTABLISHED / ESTABLISHED; captured from the middle on". */
static const char *ending_text(const summary_t *summary, char *buffer, size_t size)
{
    text_t text = text_begin(buffer, size);

    text_add(&text, "%s (%u)", outcome_text(summary->outcome), summary->outcome);
    if (summary->outcome == OUTCOME_RESET || summary->outcome == OUTCOME_REFUSED)
        add_reset(&text, summary);
    else if (summary->outcome == OUTCOME_CLOSED && summary->closed_by)
        text_add(&text, ", closed first by %s", who_word(summary->closed_by));
    else if (summary->outcome != OUTCOME_ORPHAN)
        text_add(&text, ", %s / %s", tcp_state_text(summary->state[ROLE_CLIENT]),
                 tcp_state_text(summary->state[ROLE_SERVER]));
    add_limits(&text, summary);
    return buffer;
}

static place_t add_heading(const place_t *place, const summary_t *summary)
{
    char text[TEXT_SIZE] = "";

    if (place->on_display)
        ending_text(summary, text, sizeof text);

    proto_item *item = proto_tree_add_uint_format(place->tree, hf_outcome, place->tvb, 0, 0,
                                                  summary->outcome, "Whole connection: %s", text);

    proto_item_set_generated(item);
    return below(place, item, ett_conn);
}

/* Zeek's letters beside its state. */
static void add_zeek(const place_t *place, const summary_t *summary)
{
    proto_item_set_hidden(add_string(place, hf_zeek, zeek_conn_state(&summary->zeek)));
    proto_item_set_hidden(add_string(place, hf_history, summary->zeek.history));
}

bool fields_conn_are_wanted(const place_t *place)
{
    for (size_t i = 0; i < array_length(hf); i++)
        if (is_wanted(place, *hf[i].p_id))
            return true;
    return false;
}

void fields_conn_add(const place_t *place, const summary_t *summary,
                     const observation_t *observation)
{
    const place_t inside = add_heading(place, summary);

    if (summary->closed_by)
        proto_item_set_hidden(add_uint(&inside, hf_closed_by, summary->closed_by));
    proto_item_set_hidden(add_uint(&inside, hf_client_state, summary->state[ROLE_CLIENT]));
    proto_item_set_hidden(add_uint(&inside, hf_server_state, summary->state[ROLE_SERVER]));
    show_if(summary->ecn != observation->status.ecn.mode && observation->kind,
            add_uint(&inside, hf_ecn, summary->ecn));
    proto_item_set_hidden(add_uint(&inside, hf_start, summary->start));
    proto_item_set_hidden(add_uint(&inside, hf_capture, summary->capture));
    add_zeek(&inside, summary);
    add_uint(&inside, hf_first_frame, summary->first_frame);
}

void fields_conn_register(int proto_tcpstate)
{
    static int *ett[] = {&ett_conn};

    field_place_register(proto_tcpstate, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
