/* test_transitions.c
 * The transition table: it is compared with RFC 9293, which is written down here independently; and
 * every row is reached by real segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- The table --------------------------------------------------------------------------------- */

/* From RFC 9293 figure 5 and 3.10.1 to 3.10.8. A FIN that arrives in SYN-RECEIVED (eighth check)
 * has first led to ESTABLISHED by its ACK (fifth check). SHOW events undo one of these or catch up
 * on it; GUESS events enter midstream. "*" is the state before the RST. */
static const struct {
    tcp_event_t event;
    const char *moves;
} expected[] = {
    {EVENT_SEND_SYN, "CLOSED>SYN-SENT LISTEN>SYN-SENT"},
    {EVENT_RECEIVE_SYN, "LISTEN>SYN-RECEIVED SYN-SENT>SYN-RECEIVED"},
    {EVENT_RECEIVE_SYN_REUSE, "CLOSED>SYN-RECEIVED TIME-WAIT>SYN-RECEIVED"},
    {EVENT_SEND_SYN_ACK, "LISTEN>SYN-RECEIVED SYN-SENT>SYN-RECEIVED TIME-WAIT>SYN-RECEIVED"},
    {EVENT_RECEIVE_SYN_ACK, "SYN-SENT>ESTABLISHED"},
    {EVENT_RECEIVE_ACK_OF_SYN, "SYN-RECEIVED>ESTABLISHED"},
    {EVENT_SEND_FIN, "SYN-RECEIVED>FIN-WAIT-1 ESTABLISHED>FIN-WAIT-1 CLOSE-WAIT>LAST-ACK"},
    {EVENT_SEND_CROSSING_FIN, "CLOSED>TIME-WAIT CLOSE-WAIT>CLOSING"},
    {EVENT_RECEIVE_FIN, "ESTABLISHED>CLOSE-WAIT FIN-WAIT-1>CLOSING FIN-WAIT-2>TIME-WAIT"},
    {EVENT_RECEIVE_ACK_OF_FIN, "FIN-WAIT-1>FIN-WAIT-2 LAST-ACK>CLOSED CLOSING>TIME-WAIT"},
    {EVENT_SEND_RST, "LISTEN>CLOSED SYN-SENT>CLOSED SYN-RECEIVED>CLOSED ESTABLISHED>CLOSED "
                     "FIN-WAIT-1>CLOSED FIN-WAIT-2>CLOSED CLOSE-WAIT>CLOSED LAST-ACK>CLOSED "
                     "CLOSING>CLOSED TIME-WAIT>CLOSED"},
    {EVENT_RECEIVE_RST, "SYN-SENT>CLOSED SYN-RECEIVED>LISTEN ESTABLISHED>CLOSED "
                        "FIN-WAIT-1>CLOSED FIN-WAIT-2>CLOSED CLOSE-WAIT>CLOSED LAST-ACK>CLOSED "
                        "CLOSING>CLOSED TIME-WAIT>CLOSED"},
    {EVENT_RECEIVE_RST_ACTIVE, "SYN-RECEIVED>CLOSED"},
    {EVENT_TIME_WAIT_OVER, "TIME-WAIT>CLOSED"},
    {EVENT_SHOW_SYN_RECEIVED, "CLOSED>SYN-RECEIVED LISTEN>SYN-RECEIVED TIME-WAIT>SYN-RECEIVED"},
    {EVENT_SHOW_LISTENER, "CLOSED>SYN-RECEIVED"},
    {EVENT_SHOW_NO_LISTENER, "SYN-RECEIVED>CLOSED"},
    {EVENT_SHOW_TIME_WAIT, "SYN-RECEIVED>TIME-WAIT"},
    {EVENT_SHOW_SYN_ACK_RECEIVED, "SYN-SENT>ESTABLISHED"},
    {EVENT_SHOW_SYN_ACK_NOT_RECEIVED, "ESTABLISHED>SYN-SENT"},
    {EVENT_SHOW_SYN_NOT_RECEIVED, "SYN-RECEIVED>SYN-SENT"},
    {EVENT_SHOW_SYN_ACKED, "SYN-RECEIVED>ESTABLISHED"},
    {EVENT_SHOW_SYN_NOT_ACKED, "ESTABLISHED>SYN-RECEIVED CLOSE-WAIT>SYN-RECEIVED"},
    {EVENT_SHOW_FIN_SENT, "ESTABLISHED>FIN-WAIT-1 CLOSE-WAIT>LAST-ACK"},
    {EVENT_SHOW_FIN_TAKEN, "SYN-RECEIVED>FIN-WAIT-1 ESTABLISHED>FIN-WAIT-1 CLOSE-WAIT>LAST-ACK"},
    {EVENT_SHOW_FIN_PASSED, "SYN-RECEIVED>FIN-WAIT-1 ESTABLISHED>FIN-WAIT-1 CLOSE-WAIT>LAST-ACK"},
    {EVENT_SHOW_FIN_RECEIVED, "ESTABLISHED>CLOSE-WAIT FIN-WAIT-1>CLOSING FIN-WAIT-2>TIME-WAIT"},
    {EVENT_SHOW_FIN_RECEIVED_FIRST, "FIN-WAIT-1>LAST-ACK FIN-WAIT-2>CLOSED"},
    {EVENT_SHOW_FIN_SENT_FIRST, "CLOSE-WAIT>TIME-WAIT"},
    {EVENT_SHOW_FIN_NOT_ACKED, "CLOSED>LAST-ACK FIN-WAIT-2>FIN-WAIT-1 TIME-WAIT>CLOSING"},
    {EVENT_SHOW_FIN_CROSSED, "TIME-WAIT>CLOSING"},
    {EVENT_SHOW_FIN_NOT_RECEIVED, "CLOSE-WAIT>ESTABLISHED LAST-ACK>FIN-WAIT-1 CLOSING>FIN-WAIT-1 "
                                  "TIME-WAIT>FIN-WAIT-2"},
    {EVENT_SHOW_FIN_NOT_SENT,
     "CLOSED>CLOSE-WAIT FIN-WAIT-1>ESTABLISHED FIN-WAIT-2>ESTABLISHED LAST-ACK>CLOSE-WAIT "
     "CLOSING>CLOSE-WAIT TIME-WAIT>CLOSE-WAIT"},
    {EVENT_SHOW_ALIVE, "CLOSED>* LISTEN>*"},
    {EVENT_SHOW_OPEN_BEFORE_RST, "LISTEN>CLOSED"},
    {EVENT_SHOW_STILL_WAITING, "CLOSED>TIME-WAIT"},
    {EVENT_SHOW_RESTART,
     "CLOSED>SYN-SENT SYN-RECEIVED>SYN-SENT ESTABLISHED>SYN-SENT FIN-WAIT-1>SYN-SENT "
     "FIN-WAIT-2>SYN-SENT CLOSE-WAIT>SYN-SENT LAST-ACK>SYN-SENT CLOSING>SYN-SENT "
     "TIME-WAIT>SYN-SENT"},
    {EVENT_GUESS_OPEN, "Unknown>ESTABLISHED"},
    {EVENT_GUESS_PEER_OPEN, "Unknown>ESTABLISHED"},
    {EVENT_GUESS_CLOSE, "Unknown>FIN-WAIT-1"},
    {EVENT_GUESS_PEER_CLOSE, "Unknown>CLOSE-WAIT"},
    {EVENT_GUESS_SYN_ACK, "Unknown>SYN-RECEIVED"},
    {EVENT_GUESS_PEER_SYN_ACK, "Unknown>ESTABLISHED"},
    {EVENT_GUESS_RST, "Unknown>CLOSED"},
    {EVENT_GUESS_PEER_RST, "Unknown>CLOSED"},
};

/* All rows of an event, in the order of the states they start from. */
static const char *rows_of(tcp_event_t event, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (unsigned from = 0; from < STATE_COUNT; from++) {
        const tcp_transition_t *row = tcp_transition_find(event, (tcp_state_t)from);

        if (row)
            used += (size_t)snprintf(text + used, size - used, "%s%s>%s", used ? " " : "",
                                     tcp_state_text(row->from),
                                     row->to == STATE_UNKNOWN ? "*" : tcp_state_text(row->to));
    }
    return text;
}

static void the_table_agrees_with_rfc_9293(void **state)
{
    char text[400];

    (void)state;
    assert_int_equal(sizeof expected / sizeof expected[0], EVENT_COUNT);
    for (size_t i = 0; i < EVENT_COUNT; i++)
        assert_string_equal(rows_of(expected[i].event, text, sizeof text), expected[i].moves);
}

static void every_row_names_its_rule(void **state)
{
    (void)state;
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        for (unsigned from = 0; from < STATE_COUNT; from++) {
            const tcp_transition_t *row =
                tcp_transition_find((tcp_event_t)event, (tcp_state_t)from);

            if (row)
                assert_memory_equal(row->rule, "RFC ", 4);
        }
}

static void the_synchronized_states_are_those_from_established_on(void **state)
{
    (void)state; /* RFC 9293 3.5.1 */
    for (unsigned i = 0; i < STATE_COUNT; i++)
        assert_int_equal(tcp_state_synchronized((tcp_state_t)i), i >= STATE_ESTABLISHED);
}

/* -- Every row by real segments ---------------------------------------------------------------- */

static bool moved(unsigned role, tcp_event_t event, tcp_state_t from, tcp_state_t to)
{
    for (unsigned i = 0; i < shown_facts()->moves.count; i++) {
        const move_t *move = &shown_facts()->moves.move[i];

        if (move->role == role && move->event == event && move->from == from && move->to == to)
            return true;
    }
    print_error("%s: %s\n", states_text(&drive.shown), moves_text());
    return false;
}

/* The last segment made this move, perhaps among others. */
#define assert_moved(role, event, from, to)                                                        \
    assert_true(moved(ROLE_##role, EVENT_##event, STATE_##from, STATE_##to))

/* The client is in SYN-SENT and the server back in LISTEN, after the client rejected the ACK of
 * another connection (RFC 9293 3.5.1, figure 9). */
static void place_client_before_listener(void)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(ACK, 300, (uint32_t)-4000, 0);
    client(RST, (uint32_t)-4000, 0, 0);
    assert_states("SYN-SENT / LISTEN");
}

static void opening_moves(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_moved(CLIENT, SEND_SYN, CLOSED, SYN_SENT);
    assert_moved(SERVER, RECEIVE_SYN, LISTEN, SYN_RECEIVED);
    server(SYN | ACK, 0, 1, 0);
    assert_moved(CLIENT, RECEIVE_SYN_ACK, SYN_SENT, ESTABLISHED);
    client(ACK, 1, 1, 0);
    assert_moved(SERVER, RECEIVE_ACK_OF_SYN, SYN_RECEIVED, ESTABLISHED);
}

static void simultaneous_opening_moves(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    assert_moved(CLIENT, RECEIVE_SYN, SYN_SENT, SYN_RECEIVED);
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0); /* the other SYN was not captured */
    assert_moved(CLIENT, SEND_SYN_ACK, SYN_SENT, SYN_RECEIVED);
}

static void a_listener_moves(void **state)
{
    (void)state;
    place_client_before_listener();
    server(SYN, 0, 0, 0);
    assert_moved(SERVER, SEND_SYN, LISTEN, SYN_SENT);
    place_client_before_listener();
    server(SYN | ACK, 0, 1, 0);
    assert_moved(SERVER, SEND_SYN_ACK, LISTEN, SYN_RECEIVED);
    place_client_before_listener();
    client(ACK, 1, 1, 0);
    assert_moved(SERVER, SHOW_SYN_RECEIVED, LISTEN, SYN_RECEIVED);
}

static void missing_handshake_segments_show(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_moved(CLIENT, SHOW_SYN_ACK_RECEIVED, SYN_SENT, ESTABLISHED);
    place("ESTABLISHED / SYN-RECEIVED");
    server(PSH | ACK, 1, 1, 10);
    assert_moved(SERVER, SHOW_SYN_ACKED, SYN_RECEIVED, ESTABLISHED);
    place("TIME-WAIT / CLOSED");
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 9000, 1, 0);
    assert_moved(SERVER, SHOW_LISTENER, CLOSED, SYN_RECEIVED);
}

static void lost_handshake_segments_show(void **state)
{
    (void)state;
    place("ESTABLISHED / ESTABLISHED");
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_moved(SERVER, SHOW_SYN_NOT_ACKED, ESTABLISHED, SYN_RECEIVED);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_moved(SERVER, SHOW_SYN_NOT_ACKED, CLOSE_WAIT, SYN_RECEIVED);
}

static void a_lost_syn_ack_shows(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(3 * SECOND);
    client(SYN, 0, 0, 0);
    assert_moved(CLIENT, SHOW_SYN_ACK_NOT_RECEIVED, ESTABLISHED, SYN_SENT);
}

static void a_new_syn_moves_an_endpoint_in_time_wait(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    client(SYN, 70000, 0, 0);
    assert_moved(SERVER, RECEIVE_SYN_REUSE, TIME_WAIT, SYN_RECEIVED);
    server(ACK, 2, 2, 0);
    assert_moved(SERVER, SHOW_TIME_WAIT, SYN_RECEIVED, TIME_WAIT);
    client(RST, 2, 0, 0);
    assert_moved(SERVER, RECEIVE_RST, TIME_WAIT, CLOSED);
    client(SYN, 70000, 0, 0);
    assert_moved(SERVER, RECEIVE_SYN_REUSE, CLOSED, SYN_RECEIVED);
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0); /* its number is too old */
    assert_server("TIME-WAIT");
    server(SYN | ACK, 90000, (uint32_t)-69999, 0);
    assert_moved(SERVER, SEND_SYN_ACK, TIME_WAIT, SYN_RECEIVED);
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0);
    client(ACK, (uint32_t)-69999, 90001, 0); /* the SYN-ACK was not captured */
    assert_moved(SERVER, SHOW_SYN_RECEIVED, TIME_WAIT, SYN_RECEIVED);
}

static void a_port_that_has_refused_may_answer_later(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_moved(SERVER, SHOW_LISTENER, CLOSED, SYN_RECEIVED);
    begin(NULL);
    client(SYN, 0, 0, 0);
    refuse(1);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK was not captured */
    assert_moved(SERVER, SHOW_SYN_RECEIVED, CLOSED, SYN_RECEIVED);
}

static void a_repeated_syn_without_ack_moves_back(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(SYN, 0, 0, 0);
    assert_moved(SERVER, SHOW_SYN_NOT_RECEIVED, SYN_RECEIVED, SYN_SENT);
}

static void sending_a_fin_moves(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    server(FIN | ACK, 1, 101, 0);
    assert_moved(SERVER, SEND_FIN, SYN_RECEIVED, FIN_WAIT_1);
    place("ESTABLISHED / ESTABLISHED");
    client(FIN | ACK, 1, 1, 0);
    assert_moved(CLIENT, SEND_FIN, ESTABLISHED, FIN_WAIT_1);
    assert_moved(SERVER, RECEIVE_FIN, ESTABLISHED, CLOSE_WAIT);
    server(FIN | ACK, 1, 2, 0);
    assert_moved(SERVER, SEND_FIN, CLOSE_WAIT, LAST_ACK);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, 1, 1, 0);
    assert_moved(SERVER, SEND_CROSSING_FIN, CLOSE_WAIT, CLOSING);
    assert_moved(CLIENT, RECEIVE_FIN, FIN_WAIT_1, CLOSING);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 2, 2, 0); /* of a FIN that comes behind it */
    assert_moved(SERVER, RECEIVE_ACK_OF_FIN, LAST_ACK, CLOSED);
    server(FIN | ACK, 1, 1, 0);
    assert_moved(SERVER, SEND_CROSSING_FIN, CLOSED, TIME_WAIT);
}

static void receiving_the_ack_of_a_fin_moves(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 2, 0);
    assert_moved(CLIENT, RECEIVE_ACK_OF_FIN, FIN_WAIT_1, FIN_WAIT_2);
    server(FIN | ACK, 1, 2, 0);
    assert_moved(CLIENT, RECEIVE_FIN, FIN_WAIT_2, TIME_WAIT);
    client(ACK, 2, 2, 0);
    assert_moved(SERVER, RECEIVE_ACK_OF_FIN, LAST_ACK, CLOSED);
    place("CLOSING / CLOSING");
    client(ACK, 2, 2, 0);
    assert_moved(SERVER, RECEIVE_ACK_OF_FIN, CLOSING, TIME_WAIT);
}

static void time_moves_an_endpoint_in_time_wait(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    wait_for(61 * SECOND);
    server(ACK, 2, 2, 0);
    assert_moved(CLIENT, TIME_WAIT_OVER, TIME_WAIT, CLOSED);
}

static void a_fin_that_was_not_captured_shows(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 2, 2, 0);
    assert_moved(SERVER, SHOW_FIN_SENT, CLOSE_WAIT, LAST_ACK);
    place("FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 102, 2, 0);
    assert_moved(SERVER, SHOW_FIN_SENT, ESTABLISHED, FIN_WAIT_1);
}

static void that_a_fin_arrived_shows(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 102, 0);
    assert_moved(SERVER, SHOW_FIN_RECEIVED, ESTABLISHED, CLOSE_WAIT);
    place("FIN-WAIT-1 / FIN-WAIT-1");
    server(ACK, 1, 102, 0);
    assert_moved(SERVER, SHOW_FIN_RECEIVED, FIN_WAIT_1, CLOSING);
    place("CLOSING / FIN-WAIT-1");
    client(ACK, 102, 2, 0);
    server(ACK, 2, 102, 0);
    assert_moved(SERVER, SHOW_FIN_RECEIVED, FIN_WAIT_2, TIME_WAIT);
}

static void that_a_fin_arrived_before_it_was_captured_shows(void **state)
{
    (void)state;
    place("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 2, 0); /* acknowledges the client's FIN, captured next */
    client(FIN | ACK, 1, 2, 0);
    assert_moved(SERVER, SHOW_FIN_RECEIVED_FIRST, FIN_WAIT_2, CLOSED);
    assert_int_equal(drive.shown.status.basis[ROLE_SERVER], BASIS_SENT);
    place("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 2, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_moved(SERVER, SHOW_FIN_RECEIVED_FIRST, FIN_WAIT_1, LAST_ACK);
}

static void that_a_fin_was_not_acknowledged_shows(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_moved(CLIENT, SHOW_FIN_NOT_ACKED, FIN_WAIT_2, FIN_WAIT_1);
    place("TIME-WAIT / TIME-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 2, 0);
    assert_moved(CLIENT, SHOW_FIN_NOT_ACKED, TIME_WAIT, CLOSING);
    place("TIME-WAIT / CLOSED");
    wait_for(SECOND);
    server(FIN | ACK, 1, 2, 0);
    assert_moved(SERVER, SHOW_FIN_NOT_ACKED, CLOSED, LAST_ACK);
}

static void a_fin_captured_late_shows_that_the_fins_crossed(void **state)
{
    (void)state; /* and that the data before the client's FIN had not arrived */
    handshake();
    client(PSH | ACK, 1, 1, 10);
    client(FIN | ACK, 11, 1, 0);
    client(ACK, 12, 2, 0);
    assert_client("TIME-WAIT");
    server(FIN | ACK, 1, 1, 0);
    assert_moved(CLIENT, SHOW_FIN_CROSSED, TIME_WAIT, CLOSING);
    server(RST | ACK, 2, 1, 0);
    assert_states("CLOSED / CLOSED");
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
    begin(NULL);
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    server(FIN | ACK, 1, 1, 0); /* sent before the ACK of the client's */
    assert_client("TIME-WAIT");
}

static void that_a_fin_did_not_arrive_shows(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10);
    assert_moved(SERVER, SHOW_FIN_NOT_RECEIVED, CLOSE_WAIT, ESTABLISHED);
    place("CLOSING / CLOSING");
    wait_for(SECOND);
    server(FIN | ACK, 1, 1, 0);
    assert_moved(SERVER, SHOW_FIN_NOT_RECEIVED, CLOSING, FIN_WAIT_1);
    place("CLOSING / TIME-WAIT");
    wait_for(SECOND);
    server(ACK, 2, 1, 0);
    assert_moved(SERVER, SHOW_FIN_NOT_RECEIVED, TIME_WAIT, FIN_WAIT_2);
    begin(NULL);
    client(ACK, 1, 1, 0); /* the silent server's inferred FIN was a byte */
    client(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 3, 0);
    assert_moved(CLIENT, SHOW_FIN_NOT_RECEIVED, LAST_ACK, FIN_WAIT_1);
}

static void that_a_fin_was_forged_shows(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 10);
    assert_moved(CLIENT, SHOW_FIN_NOT_SENT, FIN_WAIT_1, ESTABLISHED);
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 10);
    assert_moved(CLIENT, SHOW_FIN_NOT_SENT, FIN_WAIT_2, ESTABLISHED);
    place("CLOSING / CLOSING");
    wait_for(SECOND);
    client(PSH | ACK, 1, 2, 10);
    assert_moved(CLIENT, SHOW_FIN_NOT_SENT, CLOSING, CLOSE_WAIT);
    place("TIME-WAIT / LAST-ACK");
    wait_for(SECOND);
    server(PSH | ACK, 1, 2, 10);
    assert_moved(SERVER, SHOW_FIN_NOT_SENT, LAST_ACK, CLOSE_WAIT);
    place("TIME-WAIT / LAST-ACK");
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 10);
    assert_moved(CLIENT, SHOW_FIN_NOT_SENT, TIME_WAIT, CLOSE_WAIT);
    place("TIME-WAIT / CLOSED");
    wait_for(SECOND);
    server(PSH | ACK, 1, 2, 10);
    assert_moved(SERVER, SHOW_FIN_NOT_SENT, CLOSED, CLOSE_WAIT);
}

static void that_a_fin_was_taken_after_all_shows(void **state)
{
    (void)state; /* though it had no ACK */
    place("ESTABLISHED / ESTABLISHED");
    client(FIN, 1, 0, 0);
    assert_unmoved();
    server(ACK, 1, 2, 0);
    assert_moved(CLIENT, SHOW_FIN_TAKEN, ESTABLISHED, FIN_WAIT_1);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    place("CLOSE-WAIT / FIN-WAIT-2");
    client(FIN, 1, 0, 0);
    server(ACK, 2, 2, 0);
    assert_moved(CLIENT, SHOW_FIN_TAKEN, CLOSE_WAIT, LAST_ACK);
    assert_states("CLOSED / TIME-WAIT");
    place("ESTABLISHED / SYN-RECEIVED");
    server(FIN, 1, 0, 0);
    client(PSH | ACK, 1, 2, 10);
    assert_moved(SERVER, SHOW_FIN_TAKEN, SYN_RECEIVED, FIN_WAIT_1);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void a_rst_moves_both_endpoints_in_every_state(void **state)
{
    (void)state;
    place("SYN-SENT / SYN-RECEIVED");
    refuse(1);
    assert_moved(CLIENT, RECEIVE_RST, SYN_SENT, CLOSED);
    assert_moved(SERVER, SHOW_NO_LISTENER, SYN_RECEIVED, CLOSED);
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    assert_moved(CLIENT, RECEIVE_RST, ESTABLISHED, CLOSED);
    assert_moved(SERVER, SEND_RST, SYN_RECEIVED, CLOSED);
    place("SYN-SENT / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    assert_moved(CLIENT, SEND_RST, SYN_SENT, CLOSED);
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    assert_moved(SERVER, RECEIVE_RST, SYN_RECEIVED, LISTEN);
    assert_moved(CLIENT, SEND_RST, ESTABLISHED, CLOSED);
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    assert_moved(CLIENT, RECEIVE_RST_ACTIVE, SYN_RECEIVED, CLOSED);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(RST, 2, 0, 0);
    assert_moved(CLIENT, SEND_RST, FIN_WAIT_1, CLOSED);
    assert_moved(SERVER, RECEIVE_RST, CLOSE_WAIT, CLOSED);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(RST, 1, 0, 0);
    assert_moved(SERVER, SEND_RST, CLOSE_WAIT, CLOSED);
    assert_moved(CLIENT, RECEIVE_RST, FIN_WAIT_1, CLOSED);
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(RST, 1, 0, 0);
    assert_moved(CLIENT, RECEIVE_RST, FIN_WAIT_2, CLOSED);
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(RST, 2, 0, 0);
    assert_moved(CLIENT, SEND_RST, FIN_WAIT_2, CLOSED);
    place("TIME-WAIT / LAST-ACK");
    client(RST, 2, 0, 0);
    assert_moved(CLIENT, SEND_RST, TIME_WAIT, CLOSED);
    assert_moved(SERVER, RECEIVE_RST, LAST_ACK, CLOSED);
    place("TIME-WAIT / LAST-ACK");
    server(RST, 2, 0, 0);
    assert_moved(CLIENT, RECEIVE_RST, TIME_WAIT, CLOSED);
    assert_moved(SERVER, SEND_RST, LAST_ACK, CLOSED);
    place("CLOSING / CLOSING");
    client(RST, 2, 0, 0);
    assert_moved(CLIENT, SEND_RST, CLOSING, CLOSED);
    assert_moved(SERVER, RECEIVE_RST, CLOSING, CLOSED);
    place("ESTABLISHED / ESTABLISHED");
    client(RST, 1, 0, 0);
    assert_moved(SERVER, RECEIVE_RST, ESTABLISHED, CLOSED);
    place_client_before_listener();
    server(RST | ACK, 0, 1, 0); /* refuses: there is no listener any more */
    assert_moved(SERVER, SEND_RST, LISTEN, CLOSED);
}

/* The first time may have been before a RST that was captured earlier. */
static void server_retransmits_twice(void)
{
    for (unsigned i = 0; i < 3; i++) {
        identification((uint16_t)(i + 1));
        server(PSH | ACK, 1, 1, 10);
    }
}

static void an_endpoint_that_continues_after_a_rst_is_revived(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    server_retransmits_twice();
    assert_moved(SERVER, SHOW_ALIVE, CLOSED, ESTABLISHED);
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / LISTEN");
    server(PSH | ACK, 1, 1, 10); /* was under way */
    assert_moved(SERVER, SHOW_OPEN_BEFORE_RST, LISTEN, CLOSED);
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 10);
    server(SYN | ACK, 0, 11, 0);
    client(RST | ACK, 11, 1, 0);
    server_retransmits_twice();
    assert_moved(SERVER, SHOW_ALIVE, LISTEN, SYN_RECEIVED);
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    for (unsigned i = 0; i < 3; i++) {
        identification((uint16_t)(i + 1));
        client(PSH | ACK, 1, 1, 10);
    }
    assert_moved(CLIENT, SHOW_ALIVE, CLOSED, SYN_RECEIVED);
    place("TIME-WAIT / CLOSED");
    wait_for(61 * SECOND);
    client(ACK, 2, 2, 0);
    assert_moved(CLIENT, SHOW_STILL_WAITING, CLOSED, TIME_WAIT);
}

static void a_copy_does_not_revive_an_endpoint_that_has_closed(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 2, 0); /* acknowledges the client's FIN, captured next */
    client(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    wait_for(SECOND);
    server(ACK, 2, 2, 0);
    assert_unmoved();
}

/* The client sends a SYN with another number, then a RST that rejects the answer. */
static void restart_in(const char *states, uint32_t server_acked)
{
    place(states);
    wait_for(10 * SECOND);
    client(SYN, (uint32_t)-70000, 0, 0);
    server(ACK, 2, server_acked, 0);
    client(RST, server_acked, 0, 0);
}

static void a_restart_moves_from_every_state(void **state)
{
    (void)state;
    restart_in("ESTABLISHED / ESTABLISHED", 1);
    assert_moved(CLIENT, SHOW_RESTART, ESTABLISHED, SYN_SENT);
    restart_in("FIN-WAIT-1 / CLOSE-WAIT", 1);
    assert_moved(CLIENT, SHOW_RESTART, FIN_WAIT_1, SYN_SENT);
    restart_in("FIN-WAIT-2 / CLOSE-WAIT", 2);
    assert_moved(CLIENT, SHOW_RESTART, FIN_WAIT_2, SYN_SENT);
    restart_in("CLOSE-WAIT / FIN-WAIT-2", 1);
    assert_moved(CLIENT, SHOW_RESTART, CLOSE_WAIT, SYN_SENT);
    restart_in("LAST-ACK / FIN-WAIT-2", 1);
    assert_moved(CLIENT, SHOW_RESTART, LAST_ACK, SYN_SENT);
    restart_in("CLOSING / CLOSING", 1);
    assert_moved(CLIENT, SHOW_RESTART, CLOSING, SYN_SENT);
    restart_in("TIME-WAIT / LAST-ACK", 2);
    assert_moved(CLIENT, SHOW_RESTART, TIME_WAIT, SYN_SENT);
}

static void a_restart_shows_after_time_wait_timed_out(void **state)
{
    (void)state;
    place("TIME-WAIT / LAST-ACK");
    client(SYN, (uint32_t)-70000, 0, 0);
    wait_for(61 * SECOND);
    client(RST, 2, 0, 0);
    assert_moved(CLIENT, SHOW_RESTART, CLOSED, SYN_SENT);
}

static void a_server_may_restart_in_syn_received(void **state)
{
    (void)state;
    place("ESTABLISHED / ESTABLISHED");
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0); /* deferred accept: back in SYN-RECEIVED */
    server(SYN, 90000, 0, 0);
    server(RST, 1, 0, 0);
    assert_moved(SERVER, SHOW_RESTART, SYN_RECEIVED, SYN_SENT);
}

static void the_first_segment_moves_from_unknown(void **state)
{
    (void)state;
    client(ACK, 1, 1, 0);
    assert_moved(CLIENT, GUESS_OPEN, UNKNOWN, ESTABLISHED);
    assert_moved(SERVER, GUESS_PEER_OPEN, UNKNOWN, ESTABLISHED);
    begin(NULL);
    client(FIN | ACK, 1, 1, 0);
    assert_moved(CLIENT, GUESS_CLOSE, UNKNOWN, FIN_WAIT_1);
    assert_moved(SERVER, GUESS_PEER_CLOSE, UNKNOWN, CLOSE_WAIT);
    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    assert_moved(SERVER, GUESS_SYN_ACK, UNKNOWN, SYN_RECEIVED);
    assert_moved(CLIENT, GUESS_PEER_SYN_ACK, UNKNOWN, ESTABLISHED);
    begin(NULL);
    client(RST, 1, 0, 0);
    assert_moved(CLIENT, GUESS_RST, UNKNOWN, CLOSED);
    assert_moved(SERVER, GUESS_PEER_RST, UNKNOWN, CLOSED);
}

/* -- Coverage ---------------------------------------------------------------------------------- */

static bool was_seen(const tcp_transition_t *row)
{
    for (unsigned to = 0; to < STATE_COUNT; to++)
        if (moves_seen[row->event][row->from][to] && (to == row->to || row->to == STATE_UNKNOWN))
            return true;
    return false;
}

static void every_row_was_reached(void **state)
{
    unsigned missing = 0;

    (void)state;
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        for (unsigned from = 0; from < STATE_COUNT; from++) {
            const tcp_transition_t *row =
                tcp_transition_find((tcp_event_t)event, (tcp_state_t)from);

            if (!row || was_seen(row))
                continue;
            print_error("never reached: %s from %s\n", tcp_event_text(row->event),
                        tcp_state_text(row->from));
            missing++;
        }
    assert_int_equal(missing, 0);
}

/* Only a side some of whose checksums are right is known to have those that are wrong refused. */
static void client_sends_damaged_fin(uint32_t ack, uint32_t len)
{
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, ack, 0);
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, ack, len);
    assert_unmoved();
}

static void whoever_stands_behind_its_fin_has_sent_it(void **state)
{
    (void)state; /* though it was damaged on the way, or had no ACK */
    place("ESTABLISHED / ESTABLISHED");
    client_sends_damaged_fin(1, 0);
    client(ACK, 2, 1, 0);
    assert_moved(CLIENT, SHOW_FIN_PASSED, ESTABLISHED, FIN_WAIT_1);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    place("CLOSE-WAIT / FIN-WAIT-2");
    client_sends_damaged_fin(2, 10);
    client(ACK, 12, 2, 0);
    assert_moved(CLIENT, SHOW_FIN_PASSED, CLOSE_WAIT, LAST_ACK);
    place("ESTABLISHED / ESTABLISHED");
    client_sends_damaged_fin(1, 10);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 12, 2, 0);
    assert_moved(CLIENT, SEND_CROSSING_FIN, CLOSE_WAIT, CLOSING);
    place("ESTABLISHED / SYN-RECEIVED");
    server(FIN, 1, 0, 0);
    server(ACK, 2, 1, 0);
    assert_moved(SERVER, SHOW_FIN_PASSED, SYN_RECEIVED, FIN_WAIT_1);
    place("ESTABLISHED / ESTABLISHED");
    client_sends_damaged_fin(1, 0);
    client(ACK, 3, 1, 0); /* not right behind it */
    assert_unmoved();
    client(ACK, 2, 1, 0); /* no longer where it stands */
    assert_unmoved();
    place("ESTABLISHED / ESTABLISHED");
    client_sends_damaged_fin(1, 0);
    client(PSH | ACK, 2, 1, 10);
    assert_unmoved();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_table_agrees_with_rfc_9293),
        TEST(every_row_names_its_rule),
        TEST(the_synchronized_states_are_those_from_established_on),
        TEST(opening_moves),
        TEST(simultaneous_opening_moves),
        TEST(a_listener_moves),
        TEST(missing_handshake_segments_show),
        TEST(lost_handshake_segments_show),
        TEST(a_lost_syn_ack_shows),
        TEST(a_new_syn_moves_an_endpoint_in_time_wait),
        TEST(a_port_that_has_refused_may_answer_later),
        TEST(a_repeated_syn_without_ack_moves_back),
        TEST(sending_a_fin_moves),
        TEST(receiving_the_ack_of_a_fin_moves),
        TEST(time_moves_an_endpoint_in_time_wait),
        TEST(a_fin_that_was_not_captured_shows),
        TEST(that_a_fin_arrived_shows),
        TEST(that_a_fin_arrived_before_it_was_captured_shows),
        TEST(that_a_fin_was_not_acknowledged_shows),
        TEST(a_fin_captured_late_shows_that_the_fins_crossed),
        TEST(that_a_fin_did_not_arrive_shows),
        TEST(that_a_fin_was_forged_shows),
        TEST(that_a_fin_was_taken_after_all_shows),
        TEST(a_rst_moves_both_endpoints_in_every_state),
        TEST(an_endpoint_that_continues_after_a_rst_is_revived),
        TEST(a_copy_does_not_revive_an_endpoint_that_has_closed),
        TEST(a_restart_moves_from_every_state),
        TEST(a_restart_shows_after_time_wait_timed_out),
        TEST(a_server_may_restart_in_syn_received),
        TEST(the_first_segment_moves_from_unknown),
        TEST(whoever_stands_behind_its_fin_has_sent_it),
        TEST(every_row_was_reached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
