/* test_handshake.c
 * How a connection opens: three-way, with retransmissions and losses, simultaneously, with data on
 * the SYN (RFC 9293 3.5, 3.10.7.2 to 3.10.7.4; RFC 7413).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Three-way --------------------------------------------------------------------------------- */

static void a_syn_asks_to_open(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_bases("Sent / Presumed");
    assert_milestones("Open requested");
    assert_kind("SYN");
    assert_moves("client sent SYN: CLOSED to SYN-SENT (RFC 9293 3.10.1); server received SYN: "
                 "LISTEN to SYN-RECEIVED (RFC 9293 3.10.7.2); presumed, since a captured SYN "
                 "is taken to arrive");
    assert_int_equal(drive.shown.direction, DIRECTION_TO_SERVER);
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN);
}

static void a_syn_ack_answers_and_establishes_the_client(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_bases("Presumed / Sent");
    assert_milestones("Open answered, Client established");
    assert_kind("SYN-ACK");
    assert_moves("client received SYN-ACK: SYN-SENT to ESTABLISHED (RFC 9293 3.10.7.3)");
    assert_int_equal(drive.shown.direction, DIRECTION_TO_CLIENT);
    assert_int_equal(shown_facts()->acked_frame, 1);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN);
}

static void the_third_segment_establishes_the_server(void **state)
{
    (void)state;
    handshake();
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    assert_bases("Sent / Presumed");
    assert_milestones("Server established");
    assert_kind("ACK");
    assert_moves("server received the ACK of its SYN: SYN-RECEIVED to ESTABLISHED "
                 "(RFC 9293 3.10.7.4)");
    assert_int_equal(shown_facts()->acked_frame, 2);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN_ACK);
}

static void a_coarse_clock_shows_a_round_trip_of_no_time(void **state)
{
    (void)state; /* that is known, and not ambiguous */
    client(SYN, 0, 0, 0);
    wait_for(0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, 0);
    wait_for(0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, 0);
    assert_int_equal(shown_facts()->handshake.rtt_client, 0);
    assert_int_equal(drive.summary.rtt, 0);
}

static void data_transfer_follows_the_handshake(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_milestones("First data");
    assert_unmoved();
    server(ACK, 1, 101, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_bases("Sent / Sent");
    assert_milestones("");
}

static void a_port_that_refuses_was_in_no_state_for_any_time(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], TICK);
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], NO_TIME);
}

static void time_in_state_is_given_by_the_segment_that_ends_it(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], NO_TIME);
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], NO_TIME);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], TICK);
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], NO_TIME);
    client(ACK, 1, 1, 0);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], NO_TIME);
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], 2 * TICK);
}

static void ecn_flags_do_not_hide_the_steps(void **state)
{
    (void)state;
    client(SYN | ECE | CWR | AE, 0, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    client(ACK | ECE | CWR | 0x200, 1, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void the_third_segment_may_carry_data(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    assert_milestones("Server established, First data");
    assert_kind("Data");
}

static void the_third_segment_may_carry_a_fin(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN | ACK, 1, 1, 10);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    assert_int_equal(drive.shown.handshake_step, 3);
    assert_int_equal(drive.shown.teardown_steps, 1 << 0);
    assert_milestones("Server established, First data, Close started");
    server(ACK, 1, 12, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
}

/* -- Lost and repeated ------------------------------------------------------------------------- */

static void a_repeated_syn_never_advances(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3 (retransmission)", "SYN-SENT / SYN-RECEIVED");
    assert_unmoved();
    assert_milestones("");
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_int_equal(shown_facts()->acked_frame, 2); /* the newest copy */
    client(SYN, 0, 0, 0);                            /* crossed the SYN-ACK */
    assert_shows("Handshake 1/3 (retransmission)", "ESTABLISHED / SYN-RECEIVED");
}

static void a_syn_repeated_without_ecn_is_the_same_step(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_phase("Handshake 1/3 (retransmission)");
}

static void a_repeated_syn_ack_never_advances(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3 (retransmission)", "ESTABLISHED / SYN-RECEIVED");
    assert_unmoved();
    assert_milestones("");
}

static void a_repeated_third_segment_is_marked(void **state)
{
    (void)state;
    handshake();
    server(SYN | ACK, 0, 1, 0); /* crossed the third segment: proves nothing */
    assert_shows("Handshake 2/3 (retransmission)", "ESTABLISHED / ESTABLISHED");
    client(ACK, 1, 1, 0);
    assert_shows("Handshake 3/3 (retransmission)", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_syn_ack_long_after_step_3_shows_that_step_3_was_lost(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3 (retransmission)", "ESTABLISHED / SYN-RECEIVED");
    assert_bases("Sent / Sent");
    client(PSH | ACK, 1, 1, 100); /* deferred accept: data completes it */
    assert_states("ESTABLISHED / ESTABLISHED");
    server(ACK, 1, 101, 0);
    assert_bases("Sent / Sent");
}

static void data_stands_in_for_a_third_segment_that_was_not_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(PSH | ACK, 101, 1, 100); /* the first data were not captured, either */
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void a_server_that_sends_data_was_established(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 1, 50); /* a banner; the third segment was not captured */
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.shown.status.basis[ROLE_SERVER], BASIS_SENT);
    client(ACK, 1, 51, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void a_client_that_acknowledges_the_servers_syn_is_established(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK was not captured */
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.shown.status.basis[ROLE_CLIENT], BASIS_SENT);
}

static void a_client_may_close_though_the_syn_ack_was_not_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void another_syn_before_any_answer_begins_anew(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(3 * SECOND);
    client(SYN, 5000, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    assert_phase("Handshake 1/3");
    server(SYN | ACK, 0, 5001, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
}

static void an_unanswered_syn_changes_no_state(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        client(SYN, 0, 0, 0);
        wait_for((INT64_C(1) << i) * SECOND);
        assert_states("SYN-SENT / SYN-RECEIVED");
    }
}

/* -- Wrong answers ----------------------------------------------------------------------------- */

static void a_syn_ack_that_does_not_acknowledge_the_syn_leaves_the_client_alone(void **state)
{
    static const uint32_t wrong[] = {0, 2, 5000, (uint32_t)-5};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, wrong[i], 0);
        assert_states("SYN-SENT / SYN-RECEIVED");
        client(RST, wrong[i], 0, 0); /* the client rejects it and stays (RFC 9293 3.10.7.3) */
        assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_SYN_SENT);
    }
}

static void an_old_duplicate_syn_is_recovered_from(void **state)
{
    (void)state; /* RFC 9293 3.5, figure 8 */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, (uint32_t)-9, 0); /* answers a duplicate with number -10 */
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_SYN_SENT);
    client(RST, (uint32_t)-9, 0, 0);
    assert_states("SYN-SENT / LISTEN");
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3 (retransmission)", "SYN-SENT / SYN-RECEIVED");
    server(SYN | ACK, 400, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    client(ACK, 1, 401, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void a_third_segment_with_a_wrong_number_leaves_the_server_alone(void **state)
{
    static const uint32_t wrong[] = {0, 2, 5000, (uint32_t)-5};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        place("ESTABLISHED / SYN-RECEIVED");
        client(ACK, 1, wrong[i], 0);
        assert_states("ESTABLISHED / SYN-RECEIVED");
        assert_phase("Handshake");
        client(ACK, 1, 1, 0);
        assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    }
}

static void a_server_that_rejects_a_third_segment_stays_in_syn_received(void **state)
{
    static const uint32_t wrong[] = {0, 2, 5000, (uint32_t)-5};

    (void)state; /* RFC 9293 3.10.7.4, fifth check */
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        place("ESTABLISHED / SYN-RECEIVED");
        client(ACK, 1, wrong[i], 0);
        server(RST, wrong[i], 0, 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_SYN_RECEIVED);
    }
}

static void a_client_without_a_new_syn_sends_no_syn_ack(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(SYN | ACK, 0, 1, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_ESTABLISHED);
}

static void another_syn_ack_of_a_server_in_syn_received_changes_no_state(void **state)
{
    (void)state; /* its ISN is already chosen */
    place("ESTABLISHED / SYN-RECEIVED");
    server(SYN | ACK, 7000, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 1, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void another_syn_ack_on_a_live_connection_changes_no_state(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    server(SYN | ACK, 7000, 1, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_pure_ack_in_answer_to_a_syn_leaves_the_client_in_syn_sent(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 9: the other side has an old connection */
    client(SYN, 0, 0, 0);
    server(ACK, 300, (uint32_t)-4000, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_SYN_SENT);
    client(RST, (uint32_t)-4000, 0, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_SYN_SENT);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3 (retransmission)", "SYN-SENT / SYN-RECEIVED");
    server(SYN | ACK, 0, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* -- Simultaneous ------------------------------------------------------------------------------ */

static void two_syns_that_cross_open_simultaneously(void **state)
{
    (void)state; /* RFC 9293 3.5, figure 7 */
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3", "SYN-RECEIVED / SYN-RECEIVED");
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SIMULTANEOUS_OPEN);
    client(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "SYN-RECEIVED / ESTABLISHED");
    assert_milestones("Open answered, Server established");
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / ESTABLISHED");
    assert_milestones("Client established");
    client(ACK, 1, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 1, 1, 10);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
}

static void a_repeated_syn_of_either_end_is_marked_in_a_simultaneous_open(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(SYN, 0, 0, 0); /* without ACK: it has not got the client's SYN */
    assert_shows("Handshake 1/3 (retransmission)", "SYN-RECEIVED / SYN-SENT");
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3 (retransmission)", "SYN-SENT / SYN-RECEIVED");
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
}

static void whoever_has_answered_the_other_syn_has_received_it(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(SYN | ACK, 0, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    server(SYN, 0, 0, 0); /* an old copy */
    assert_server("SYN-RECEIVED");
}

static void a_simultaneous_open_may_end_with_one_syn_ack_and_an_ack(void **state)
{
    (void)state;
    place("SYN-RECEIVED / ESTABLISHED");
    server(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_phase("Handshake 3/3");
}

static void which_side_has_the_higher_numbers_makes_no_difference(void **state)
{
    static const uint32_t isns[] = {0, 1000, 0x7fffffff, 0x80000001, 0xfffffffe};

    (void)state;
    for (size_t i = 0; i < sizeof isns / sizeof isns[0]; i++) {
        begin(NULL);
        drive.isn[CLIENT] = isns[i];
        drive.isn[SERVER] = 5000;
        client(SYN, 0, 0, 0);
        server(SYN, 0, 0, 0);
        client(ACK, 1, 1, 0); /* instead of the usual SYN-ACK */
        assert_states("SYN-RECEIVED / ESTABLISHED");
        server(ACK, 1, 1, 0);
        assert_states("ESTABLISHED / ESTABLISHED");
    }
}

/* -- Fast open --------------------------------------------------------------------------------- */

static void data_on_the_syn_may_be_taken(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_milestones("Open requested, First data");
    server(SYN | ACK, 0, 101, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    client(ACK, 101, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void data_on_the_syn_may_be_rejected(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 1, 100);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void a_syn_ack_may_not_acknowledge_more_than_was_on_the_syn(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 102, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
}

static void only_the_server_takes_data_of_the_syn(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    client(SYN | ACK, 0, drive.isn[CLIENT] - drive.isn[SERVER] + 101,
           100); /* by chance that number */
    assert_int_equal(drive.shown.handshake_step, 2);
    assert_false(drive.shown.has_facts && drive.shown.facts.handshake.type);
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    assert_int_equal(drive.shown.facts.handshake.type, HANDSHAKE_FAST_OPEN);
}

static void a_fast_open_server_sends_data_in_syn_received(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    server(PSH | ACK, 1, 101, 500);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 101, 501, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void a_fast_open_server_may_close_in_syn_received(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    server(FIN | ACK, 1, 101, 500);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    client(ACK, 101, 502, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    assert_int_equal(drive.shown.handshake_step, 3);
    assert_int_equal(drive.shown.teardown_steps, 1 << 1);
}

static void a_fast_open_server_may_close_with_its_syn_ack(void **state)
{
    (void)state; /* RFC 9293 3.10.7.3 */
    for (unsigned acked_apart = 0; acked_apart < 2; acked_apart++) {
        begin(NULL);
        fast_open();
        client(SYN, 0, 0, 100);
        server(SYN | FIN | PSH | ACK, 0, 101, 500);
        assert_states("CLOSE-WAIT / FIN-WAIT-1");
        assert_int_equal(drive.shown.kind, SEGMENT_SYN_ACK);
        assert_int_equal(drive.shown.handshake_step, 2);
        assert_int_equal(drive.shown.teardown_steps, 1 << 0);
        assert_ordinary();
        if (acked_apart) {
            client(ACK, 101, 501, 0);
            assert_int_equal(drive.shown.handshake_step, 3);
            assert_states("CLOSE-WAIT / FIN-WAIT-1");
        }
        client(ACK, 101, 502, 0);
        assert_states("CLOSE-WAIT / FIN-WAIT-2");
        assert_int_equal(drive.shown.teardown_steps, 1 << 1);
        client(FIN | ACK, 101, 502, 0);
        server(ACK, 502, 102, 0);
        assert_states("CLOSED / TIME-WAIT");
        assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
        assert_int_equal(drive.summary.closed_by, WHO_SERVER);
    }
}

static void such_a_syn_ack_may_come_again(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | FIN | ACK, 0, 101, 500);
    wait_for(SECOND);
    server(SYN | FIN | ACK, 0, 101, 500);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    assert_true(drive.shown.retransmission);
    assert_ordinary();
}

static void a_syn_ack_sent_again_without_its_data_leaves_them_out(void **state)
{
    static const struct {
        uint32_t rst;
        rst_validity_t want;
    } rsts[] = {{1, RST_EXACT}, {501, RST_IN_WINDOW}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        fast_open();
        client(SYN, 0, 0, 100);
        server(SYN | ACK, 0, 101, 500);
        wait_for(SECOND);
        server(SYN | ACK, 0, 101, 0);
        server(RST, rsts[i].rst, 0, 0);
        assert_int_equal(shown_facts()->rst.validity, rsts[i].want);
    }
}

static void once_they_are_acknowledged_they_have_arrived(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 500);
    client(ACK, 101, 501, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 101, 0);
    server(RST, 501, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

static void without_fast_open_no_syn_ack_has_a_fin(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | FIN | ACK, 0, 1, 500);
    assert_anomalies("syn_fin");
    assert_states("SYN-SENT / SYN-RECEIVED");
    begin(NULL);
    fast_open();
    client(SYN | FIN, 0, 0, 100); /* nor does a SYN */
    assert_anomalies("syn_fin, orphan");
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | FIN | RST | ACK, 0, 101, 0);
    assert_int_equal(drive.shown.kind, SEGMENT_ILLEGAL_FLAGS);
}

/* -- Odd segments during the handshake --------------------------------------------------------- */

static void a_fin_without_ack_does_not_reach_a_server_in_syn_received(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN, 1, 0, 0); /* no ACK bit: dropped (RFC 9293 3.10.7.4, fifth check) */
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_SYN_RECEIVED);
}

static void a_fin_with_a_wrong_ack_does_not_reach_a_server_in_syn_received(void **state)
{
    static const uint32_t wrong[] = {0, (uint32_t)-5, (uint32_t)-5000};

    (void)state; /* RFC 9293 3.10.7.4, fifth check comes before the eighth */
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        place("ESTABLISHED / SYN-RECEIVED");
        client(FIN | ACK, 1, wrong[i], 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_SYN_RECEIVED);
    }
}

static void data_or_a_fin_of_the_opener_beyond_a_gap_end_the_handshake(void **state)
{
    (void)state; /* what they acknowledge was not captured */
    place("ESTABLISHED / SYN-RECEIVED");
    client(FIN | ACK, 1, 5000, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    assert_anomalies("");
    place("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 5000, 100);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_phase("Handshake 3/3");
    assert_anomalies("");
    place("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 101, 5000, 0); /* data were sent before it */
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_anomalies("");
    place("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 1, 5000, 0); /* nothing shows that these were data */
    assert_states("ESTABLISHED / SYN-RECEIVED");
    assert_anomalies("(bad_handshake_ack)");
}

static void illegal_flags_open_nothing(void **state)
{
    static const unsigned flags[] = {0, SYN | FIN, SYN | FIN | ACK, FIN | PSH | URG};

    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        begin(NULL);
        client(flags[i], 0, 0, 0);
        assert_shows("Unknown", "Unknown / Unknown");
        assert_unmoved();
    }
}

static void illegal_flags_change_no_state_during_the_handshake(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(SYN | FIN | ACK, 1, 1, 0);
    assert_kind("Illegal flags");
    assert_shows("Handshake", "ESTABLISHED / SYN-RECEIVED");
    client(0, 1, 0, 0);
    assert_kind("Illegal flags");
    assert_shows("Handshake", "ESTABLISHED / SYN-RECEIVED");
}

static void a_syn_that_is_captured_behind_its_answer_still_begins_the_round_trip(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, TICK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_syn_asks_to_open),
        TEST(a_syn_ack_answers_and_establishes_the_client),
        TEST(the_third_segment_establishes_the_server),
        TEST(a_coarse_clock_shows_a_round_trip_of_no_time),
        TEST(data_transfer_follows_the_handshake),
        TEST(a_port_that_refuses_was_in_no_state_for_any_time),
        TEST(time_in_state_is_given_by_the_segment_that_ends_it),
        TEST(ecn_flags_do_not_hide_the_steps),
        TEST(the_third_segment_may_carry_data),
        TEST(the_third_segment_may_carry_a_fin),
        TEST(a_repeated_syn_never_advances),
        TEST(a_syn_repeated_without_ecn_is_the_same_step),
        TEST(a_repeated_syn_ack_never_advances),
        TEST(a_repeated_third_segment_is_marked),
        TEST(a_syn_ack_long_after_step_3_shows_that_step_3_was_lost),
        TEST(data_stands_in_for_a_third_segment_that_was_not_captured),
        TEST(a_server_that_sends_data_was_established),
        TEST(a_client_that_acknowledges_the_servers_syn_is_established),
        TEST(a_client_may_close_though_the_syn_ack_was_not_captured),
        TEST(a_fast_open_server_may_close_with_its_syn_ack),
        TEST(such_a_syn_ack_may_come_again),
        TEST(a_syn_ack_sent_again_without_its_data_leaves_them_out),
        TEST(once_they_are_acknowledged_they_have_arrived),
        TEST(without_fast_open_no_syn_ack_has_a_fin),
        TEST(another_syn_before_any_answer_begins_anew),
        TEST(an_unanswered_syn_changes_no_state),
        TEST(a_syn_ack_that_does_not_acknowledge_the_syn_leaves_the_client_alone),
        TEST(an_old_duplicate_syn_is_recovered_from),
        TEST(a_third_segment_with_a_wrong_number_leaves_the_server_alone),
        TEST(a_server_that_rejects_a_third_segment_stays_in_syn_received),
        TEST(a_client_without_a_new_syn_sends_no_syn_ack),
        TEST(another_syn_ack_of_a_server_in_syn_received_changes_no_state),
        TEST(another_syn_ack_on_a_live_connection_changes_no_state),
        TEST(a_pure_ack_in_answer_to_a_syn_leaves_the_client_in_syn_sent),
        TEST(two_syns_that_cross_open_simultaneously),
        TEST(a_repeated_syn_of_either_end_is_marked_in_a_simultaneous_open),
        TEST(whoever_has_answered_the_other_syn_has_received_it),
        TEST(a_simultaneous_open_may_end_with_one_syn_ack_and_an_ack),
        TEST(which_side_has_the_higher_numbers_makes_no_difference),
        TEST(data_on_the_syn_may_be_taken),
        TEST(data_on_the_syn_may_be_rejected),
        TEST(a_syn_ack_may_not_acknowledge_more_than_was_on_the_syn),
        TEST(only_the_server_takes_data_of_the_syn),
        TEST(a_fast_open_server_sends_data_in_syn_received),
        TEST(a_fast_open_server_may_close_in_syn_received),
        TEST(a_fin_without_ack_does_not_reach_a_server_in_syn_received),
        TEST(a_fin_with_a_wrong_ack_does_not_reach_a_server_in_syn_received),
        TEST(data_or_a_fin_of_the_opener_beyond_a_gap_end_the_handshake),
        TEST(illegal_flags_open_nothing),
        TEST(illegal_flags_change_no_state_during_the_handshake),
        TEST(a_syn_that_is_captured_behind_its_answer_still_begins_the_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
