/* fields.c
 * The display fields: what can be filtered for, and the tree of one segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "fields.h"

#include "experts.h"
#include "field_place.h"
#include "fields_ecn.h"
#include "fields_conn.h"
#include "fields_facts.h"
#include "flag_meaning.h"
#include "move_meaning.h"
#include "text.h"

enum { TEXT_SIZE = 512 };

static int proto;

static int ett_connection = -1;
static int ett_flags = -1;
static int ett_phase = -1;
static int ett_client = -1;
static int ett_server = -1;

static int hf_flags = -1;
static int hf_flags_meaning = -1;
static int hf_segment = -1;
static int hf_direction = -1;
static int hf_copy_of = -1;
static int hf_roles = -1;
static int hf_phase = -1;
static int hf_handshake_step = -1;
static int hf_teardown_step = -1;
static int hf_phase_text = -1;
static int hf_event = -1;
static int hf_client_state = -1;
static int hf_client_previous = -1;
static int hf_client_basis = -1;
static int hf_client_time_in_state = -1;
static int hf_server_state = -1;
static int hf_server_previous = -1;
static int hf_server_basis = -1;
static int hf_server_time_in_state = -1;
static int hf_sender_state = -1;
static int hf_receiver_state = -1;
static int hf_state = -1;
static int hf_states = -1;
static int hf_changed = -1;
static int hf_reason = -1;

#define VALUE(name, number, text) {number, text},
static const value_string segment_vals[] = {SEGMENT_KIND_LIST(VALUE){0, NULL}};
static const value_string direction_vals[] = {DIRECTION_LIST(VALUE){0, NULL}};
static const value_string roles_vals[] = {ROLES_KNOWN_BY_LIST(VALUE){0, NULL}};
static const value_string phase_vals[] = {PHASE_LIST(VALUE){0, NULL}};
static const value_string event_vals[] = {MILESTONE_LIST(VALUE){0, NULL}};
static const value_string state_vals[] = {TCP_STATE_LIST(VALUE){0, NULL}};
static const value_string basis_vals[] = {BASIS_LIST(VALUE){0, NULL}};
#undef VALUE

static const value_string handshake_step_vals[] = {
    {1, "SYN"}, {2, "SYN-ACK"}, {3, "ACK"}, {0, NULL}};

static const value_string teardown_step_vals[] = {{1, "First FIN"},
                                                  {2, "ACK of the first FIN"},
                                                  {3, "Second FIN"},
                                                  {4, "ACK of the second FIN"},
                                                  {0, NULL}};

static hf_register_info hf[] = {
    {&hf_flags,
     {"Flags", "tcpstate.flags", FT_STRING, BASE_NONE, NULL, 0x0,
      "The flags that are set in the TCP header, low bit first, or \"none\".", HFILL}},
    {&hf_flags_meaning,
     {"Meaning", "tcpstate.flags.meaning", FT_STRING, BASE_NONE, NULL, 0x0,
      "What a set flag means in this segment at this place of the connection. ECE, CWR and AE "
      "share a "
      "sentence where they mean something only together.",
      HFILL}},
    {&hf_segment,
     {"Segment", "tcpstate.segment", FT_UINT8, BASE_DEC, VALS(segment_vals), 0x0,
      "What kind of segment this is; the first kind that fits.", HFILL}},
    {&hf_direction,
     {"Direction", "tcpstate.direction", FT_UINT8, BASE_DEC, VALS(direction_vals), 0x0,
      "Which way the segment goes.", HFILL}},
    {&hf_copy_of,
     {"Copy of frame", "tcpstate.copy_of", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_NONE),
      0x0, "Where this segment was captured first: it was captured again here, and not sent again.",
      HFILL}},
    {&hf_roles,
     {"Client known by", "tcpstate.roles", FT_UINT8, BASE_DEC, VALS(roles_vals), 0x0,
      "How it is known which endpoint is the client.", HFILL}},
    {&hf_phase,
     {"Phase", "tcpstate.phase", FT_UINT8, BASE_DEC, VALS(phase_vals), 0x0,
      "The part of the connection's life that the segment belongs to.", HFILL}},
    {&hf_handshake_step,
     {"Handshake step", "tcpstate.handshake.step", FT_UINT8, BASE_DEC, VALS(handshake_step_vals),
      0x0, "Which of the three steps of the handshake the segment is.", HFILL}},
    {&hf_teardown_step,
     {"Teardown step", "tcpstate.teardown.step", FT_UINT8, BASE_DEC, VALS(teardown_step_vals), 0x0,
      "Which of the four steps of the close the segment is; a FIN that also acknowledges the first "
      "FIN is two of them.",
      HFILL}},
    {&hf_phase_text,
     {"Phase and step", "tcpstate.phase.text", FT_STRING, BASE_NONE, NULL, 0x0,
      "The phase and the step in it, in words for a column.", HFILL}},
    {&hf_event,
     {"Event", "tcpstate.event", FT_UINT8, BASE_DEC, VALS(event_vals), 0x0,
      "A milestone of the connection that this segment reaches, or an ICMP error that tells that "
      "the SYN of an attempt did not reach its destination.",
      HFILL}},
    {&hf_client_state,
     {"Client state", "tcpstate.client.state", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The client's connection state after this segment (RFC 9293 3.3.2). Other tools write "
      "SYN_SENT or "
      "SYN_SEND for SYN-SENT, SYN_RECV or SYN_RCVD for SYN-RECEIVED.",
      HFILL}},
    {&hf_client_previous,
     {"Previous state", "tcpstate.client.previous", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The client's connection state before this segment.", HFILL}},
    {&hf_client_basis,
     {"Basis", "tcpstate.client.basis", FT_UINT8, BASE_DEC, VALS(basis_vals), 0x0,
      "What the client's state rests on: on what it has itself sent, on the presumption that "
      "captured segments arrive, on a guess, or on a timer.",
      HFILL}},
    {&hf_client_time_in_state,
     {"Time in the previous state", "tcpstate.client.time_in_state", FT_RELATIVE_TIME, BASE_NONE,
      NULL, 0x0, "How long the client was in the state that this segment makes it leave.", HFILL}},
    {&hf_server_state,
     {"Server state", "tcpstate.server.state", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The server's connection state after this segment (RFC 9293 3.3.2). Other tools write "
      "SYN_SENT or "
      "SYN_SEND for SYN-SENT, SYN_RECV or SYN_RCVD for SYN-RECEIVED.",
      HFILL}},
    {&hf_server_previous,
     {"Previous state", "tcpstate.server.previous", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The server's connection state before this segment.", HFILL}},
    {&hf_server_basis,
     {"Basis", "tcpstate.server.basis", FT_UINT8, BASE_DEC, VALS(basis_vals), 0x0,
      "What the server's state rests on: on what it has itself sent, on the presumption that "
      "captured segments arrive, on a guess, or on a timer.",
      HFILL}},
    {&hf_server_time_in_state,
     {"Time in the previous state", "tcpstate.server.time_in_state", FT_RELATIVE_TIME, BASE_NONE,
      NULL, 0x0, "How long the server was in the state that this segment makes it leave.", HFILL}},
    {&hf_sender_state,
     {"Sender state", "tcpstate.sender.state", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The connection state of the endpoint that sent this segment, after sending it.", HFILL}},
    {&hf_receiver_state,
     {"Receiver state", "tcpstate.receiver.state", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The connection state of the endpoint that this segment is sent to, after receiving it.",
      HFILL}},
    {&hf_state,
     {"State of either endpoint", "tcpstate.state", FT_UINT8, BASE_DEC, VALS(state_vals), 0x0,
      "The connection state of either endpoint after this segment; it occurs once for each.",
      HFILL}},
    {&hf_states,
     {"States", "tcpstate.states", FT_STRING, BASE_NONE, NULL, 0x0,
      "The states of client and server after this segment, in words for a column.", HFILL}},
    {&hf_changed,
     {"Changed", "tcpstate.changed", FT_BOOLEAN, BASE_NONE, NULL, 0x0,
      "True where this segment moved an endpoint to another state.", HFILL}},
    {&hf_reason,
     {"Reason", "tcpstate.reason", FT_STRING, BASE_NONE, NULL, 0x0,
      "Why an endpoint moved to another state, and the rule behind it; one for each move. Where a "
      "segment shows that the endpoint never was in the state before: \"not ... but ...\".",
      HFILL}},
};

/* -- Phase --------------------------------------------------------------------------------------
 */

static void add_events(const place_t *place, const observation_t *observation)
{
    for (unsigned event = 0; observation->milestones >> event; event++) {
        if (observation->milestones >> event & 1)
            add_uint(place, hf_event, event);
    }
}

/* The tree's top line has it, too. */
static void add_phase_text(const place_t *place, const observation_t *observation)
{
    char text[TEXT_SIZE];

    if (is_wanted(place, hf_phase_text))
        proto_item_set_hidden(add_string(place, hf_phase_text,
                                         observation_phase_text(observation, text, sizeof text)));
}

/* The step of the handshake is no more than its number: the flags say the rest. */
static proto_item *add_phase_heading(const place_t *place, const observation_t *observation)
{
    proto_item *item = add_uint(place, hf_phase, observation->phase);
    const char *of = observation->phase == PHASE_HANDSHAKE ? "3" : "the handshake";

    if (observation->handshake_step && place->on_display)
        proto_item_append_text(item, ", step %u of %s", observation->handshake_step, of);
    return item;
}

static void add_phase(const place_t *place, const observation_t *observation)
{
    const place_t inside = below(place, add_phase_heading(place, observation), ett_phase);

    add_phase_text(&inside, observation);
    if (observation->copy_of) { /* the steps are the original's */
        add_frame(&inside, hf_copy_of, observation->copy_of);
        return;
    }
    if (observation->handshake_step)
        proto_item_set_hidden(add_uint(&inside, hf_handshake_step, observation->handshake_step));
    for (unsigned step = 1; step <= 4; step++) {
        if (observation->teardown_steps & 1u << (step - 1))
            add_uint(&inside, hf_teardown_step, step);
    }
    add_events(&inside, observation);
}

/* -- States -------------------------------------------------------------------------------------
 */

/* The fields of one endpoint. */
typedef struct endpoint_fields {
    const int *state;
    const int *previous;
    const int *basis;
    const int *time_in_state;
    const int *ett;
} endpoint_fields_t;

static const endpoint_fields_t endpoint_fields[2] = {
    [ROLE_CLIENT] = {&hf_client_state, &hf_client_previous, &hf_client_basis,
                     &hf_client_time_in_state, &ett_client},
    [ROLE_SERVER] = {&hf_server_state, &hf_server_previous, &hf_server_basis,
                     &hf_server_time_in_state, &ett_server},
};

static void add_reasons(const place_t *place, const facts_t *facts, role_t role, int64_t time_wait)
{
    const moves_t *moves = &facts->moves;
    char text[TEXT_SIZE];

    if (!is_wanted(place, hf_reason))
        return;
    for (unsigned i = 0; i < moves->count; i++) {
        if (moves->move[i].role == role)
            add_string(place, hf_reason,
                       move_meaning(facts, &moves->move[i], time_wait, text, sizeof text));
    }
}

static void add_endpoint(const place_t *place, const observation_t *observation, role_t role,
                         int64_t time_wait)
{
    const endpoint_fields_t *fields = &endpoint_fields[role];
    const uint8_t state = observation->status.state[role];
    const uint8_t previous = observation->previous[role];
    const place_t inside = below(place, add_uint(place, *fields->state, state), *fields->ett);

    show_if(previous != state, add_uint(&inside, *fields->previous, previous));
    add_uint(&inside, *fields->basis, observation->status.basis[role]);
    add_time(&inside, *fields->time_in_state, observation->time_in_state[role]);
    add_reasons(&inside, observation_facts(observation), role, time_wait);
}

/* The pair of states in its other forms: by direction, for either endpoint, for a column. */
static void add_pair(const place_t *place, const observation_t *observation)
{
    const uint8_t client = observation->status.state[ROLE_CLIENT];
    const uint8_t server = observation->status.state[ROLE_SERVER];
    const bool to_server = observation->direction == DIRECTION_TO_SERVER;

    proto_item_set_hidden(add_uint(place, hf_sender_state, to_server ? client : server));
    proto_item_set_hidden(add_uint(place, hf_receiver_state, to_server ? server : client));
    proto_item_set_hidden(add_uint(place, hf_state, client));
    proto_item_set_hidden(add_uint(place, hf_state, server));
    if (is_wanted(place, hf_states)) {
        char words[TEXT_SIZE];
        text_t text = text_begin(words, sizeof words);

        text_add(&text, "%s / %s", tcp_state_text(client), tcp_state_text(server));
        proto_item_set_hidden(add_string(place, hf_states, words));
    }
    proto_item_set_hidden(add_boolean(place, hf_changed, observation_changed(observation)));
}

static void add_states(const place_t *place, const observation_t *observation, int64_t time_wait)
{
    const uint8_t roles = observation->status.roles;

    if (roles)
        show_if(roles != ROLES_BY_SYN, add_uint(place, hf_roles, roles));
    if (!observation->direction)
        return;
    proto_item_set_hidden(add_uint(place, hf_direction, observation->direction));
    add_endpoint(place, observation, ROLE_CLIENT, time_wait);
    add_endpoint(place, observation, ROLE_SERVER, time_wait);
    add_pair(place, observation);
}

/* -- Flags --------------------------------------------------------------------------------------
 */

static void add_meanings(const place_t *place, const segment_t *segment,
                         const observation_t *observation)
{
    static const uint16_t bits[] = {
#define X(bit, name) bit,
        TCP_FLAG_LIST(X)
#undef X
    };
    char text[TEXT_SIZE];

    if (!is_wanted(place, hf_flags_meaning))
        return;

    const bool relative = compat_numbers_are_relative();

    for (size_t i = 0; i < array_length(bits); i++) {
        if (segment_has(segment, bits[i]) &&
            flag_meaning(observation, segment, relative, bits[i], text, sizeof text))
            add_string(place, hf_flags_meaning, text);
    }
}

/* What the flags and the phase do not tell. */
static bool is_special(uint8_t kind)
{
    return kind == SEGMENT_KEEP_ALIVE || kind == SEGMENT_WINDOW_PROBE ||
           kind == SEGMENT_WINDOW_UPDATE || kind == SEGMENT_ILLEGAL_FLAGS;
}

static void add_flags(const place_t *place, const segment_t *segment,
                      const observation_t *observation)
{
    proto_item *item = NULL;
    char text[TEXT_SIZE];

    show_if(is_special(observation->kind), add_uint(place, hf_segment, observation->kind));
    if (is_wanted(place, hf_flags))
        item = add_string(place, hf_flags, segment_flags_text(segment->flags, text, sizeof text));

    const place_t inside = below(place, item, ett_flags);

    add_meanings(&inside, segment, observation);
}

/* -- Tree ---------------------------------------------------------------------------------------
 */

static void add_segment(packet_info *pinfo, const place_t *place, const segment_t *segment,
                        const observation_t *observation, int64_t time_wait)
{
    add_phase(place, observation);
    add_states(place, observation, time_wait);
    experts_add(pinfo, place, &observation->anomalies);
    if (observation->direction)
        fields_facts_add(place, observation);
    add_flags(place, segment, observation);
    if (observation->direction)
        fields_ecn_add(place, segment, observation);
}

static void add_icmp_error(const place_t *place, const observation_t *observation)
{
    add_events(place, observation);
    fields_facts_add(place, observation);
}

static place_t add_top(const place_t *frame, const observation_t *observation)
{
    char text[TEXT_SIZE];
    proto_item *top = frame->on_display
                          ? proto_tree_add_protocol_format(
                                frame->tree, proto, frame->tvb, 0, 0, "TCP Connection State: %s",
                                observation_summary(observation, text, sizeof text))
                          : proto_tree_add_item(frame->tree, proto, frame->tvb, 0, 0, ENC_NA);

    proto_item_set_generated(top);
    return below(frame, top, ett_connection);
}

void fields_add(packet_info *pinfo, const place_t *frame, const segment_t *segment,
                const observation_t *observation, const summary_t *summary, int64_t time_wait)
{
    const place_t place = add_top(frame, observation);

    if (observation->kind)
        add_segment(pinfo, &place, segment, observation, time_wait);
    else
        add_icmp_error(&place, observation);
    if (summary)
        fields_conn_add(&place, summary, observation);
}

void fields_register(int proto_tcpstate)
{
    static int *ett[] = {&ett_connection, &ett_flags, &ett_phase, &ett_client, &ett_server};

    proto = proto_tcpstate;
    field_place_register(proto_tcpstate, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    fields_facts_register(proto_tcpstate);
    fields_ecn_register(proto_tcpstate);
    fields_conn_register(proto_tcpstate);
    experts_register(proto_tcpstate);
}
