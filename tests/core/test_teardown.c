/* test_teardown.c
 * How a connection closes: by either side, in four segments or three, half-closed, simultaneously,
 * with losses, copies and reordering (RFC 9293 3.6, 3.10.4, 3.10.7.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

enum { LATER = 100 }; /* ticks: much longer than the round trip */

/* -- Normal close ------------------------------------------------------------------------------ */

static void the_client_closes_in_four_segments(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    assert_bases("Sent / Presumed");
    assert_milestones("Close started");
    assert_kind("FIN");
    server(ACK, 1, 2, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
    assert_bases("Presumed / Sent");
    assert_milestones("Close acknowledged");
    assert_int_equal(shown_facts()->acked_frame, 4);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_FIN);
    assert_true(drive.shown.status.half_closed);
    server(FIN | ACK, 1, 2, 0);
    assert_shows("Teardown 3/4", "TIME-WAIT / LAST-ACK"); /* repeats the ACK: step 3 alone */
    assert_bases("Presumed / Sent");
    assert_milestones("Close answered");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
    assert_bases("Sent / Presumed");
    assert_milestones("Closed");
    assert_int_equal(shown_facts()->acked_frame, 6);
    assert_int_equal(drive.shown.status.phase, PHASE_CLOSED);
}

static void the_server_closes_in_four_segments(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 1/4", "CLOSE-WAIT / FIN-WAIT-1");
    client(ACK, 1, 2, 0);
    assert_shows("Teardown 2/4", "CLOSE-WAIT / FIN-WAIT-2");
    client(FIN | ACK, 1, 2, 0);
    assert_shows("Teardown 3/4", "LAST-ACK / TIME-WAIT");
    server(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "CLOSED / TIME-WAIT");
}

static void a_fin_that_acknowledges_the_first_is_steps_2_and_3(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, 1, 2, 0);
    assert_shows("Teardown 2+3/4", "TIME-WAIT / LAST-ACK");
    assert_milestones("Close acknowledged, Close answered");
    assert_moves("server sent FIN: CLOSE-WAIT to LAST-ACK (RFC 9293 3.10.4); client received "
                 "the ACK of its FIN: FIN-WAIT-1 to FIN-WAIT-2 (RFC 9293 3.10.7.4); client "
                 "received FIN: FIN-WAIT-2 to TIME-WAIT (RFC 9293 3.10.7.4); it waits there "
                 "for 60 s, so that it can answer the FIN if that comes again, and old "
                 "segments die out");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void the_time_in_each_closing_state_is_given(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], 2 * TICK); /* since the SYN-ACK */
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], TICK);
    wait_for(5 * SECOND);
    server(FIN | ACK, 1, 2, 0);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], 5 * SECOND);
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], 5 * SECOND);
}

static void data_may_flow_while_half_closed(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    for (uint32_t at = 1; at < 5001; at += 1000) {
        server(PSH | ACK, at, 2, 1000);
        assert_shows("Teardown (half-closed)", "FIN-WAIT-2 / CLOSE-WAIT");
        client(ACK, 2, at + 1000, 0);
        assert_shows("Teardown (half-closed)", "FIN-WAIT-2 / CLOSE-WAIT");
        assert_unmoved();
    }
    server(FIN | ACK, 5001, 2, 0);
    assert_shows("Teardown 3/4", "TIME-WAIT / LAST-ACK");
    client(ACK, 2, 5002, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void data_before_the_fin_is_acknowledged_is_plain_teardown(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    server(ACK, 1, 101, 0); /* acknowledges the data, not the FIN */
    assert_shows("Teardown", "FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 102, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
}

static void a_fin_may_carry_data(void **state)
{
    (void)state;
    handshake();
    client(FIN | PSH | ACK, 1, 1, 100);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 101, 0); /* the data alone */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, 1, 102, 50);
    assert_shows("Teardown 2+3/4", "TIME-WAIT / LAST-ACK");
    client(ACK, 102, 51, 0);
    assert_states("TIME-WAIT / LAST-ACK");
    client(ACK, 102, 52, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void what_follows_a_close_is_closed(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(ACK, 2, 2, 1);
    assert_shows("Closed", "TIME-WAIT / CLOSED");
    assert_unmoved();
}

static void a_window_update_while_half_closed_is_no_step(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    window(2 * WINDOW);
    server(ACK, 1, 2, 0);
    assert_kind("Window update");
    assert_shows("Teardown (half-closed)", "FIN-WAIT-2 / CLOSE-WAIT");
}

/* -- Simultaneous close ------------------------------------------------------------------------ */

static void both_sides_close_simultaneously(void **state)
{
    (void)state; /* RFC 9293 3.6, figure 13 */
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 3/4", "CLOSING / CLOSING");
    assert_bases("Presumed / Sent");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "CLOSING / TIME-WAIT");
    assert_milestones(""); /* the other FIN is not acknowledged yet */
    assert_int_equal(drive.shown.status.phase, PHASE_TEARDOWN);
    server(ACK, 2, 2, 0);
    assert_shows("Teardown 2/4", "TIME-WAIT / TIME-WAIT");
    assert_milestones("Close acknowledged, Closed");
    assert_int_equal(drive.shown.status.phase, PHASE_CLOSED);
}

static void the_acks_of_crossing_fins_may_come_in_either_order(void **state)
{
    (void)state;
    place("CLOSING / CLOSING");
    server(ACK, 2, 2, 0);
    assert_shows("Teardown 2/4", "TIME-WAIT / CLOSING");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / TIME-WAIT");
}

static void crossing_fins_may_carry_data(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 10);
    server(FIN | ACK, 1, 1, 20);
    assert_states("CLOSING / CLOSING");
    client(ACK, 12, 22, 0);
    server(ACK, 22, 12, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
}

static void a_retransmitted_fin_after_crossing_may_acknowledge_too(void **state)
{
    (void)state;
    place("CLOSING / CLOSING");
    client(FIN | ACK, 1, 2, 0);
    assert_states("CLOSING / TIME-WAIT");
    assert_int_equal(drive.shown.teardown_steps, 1 << 0 | 1 << 3);
    server(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
}

/* -- FINs beyond a gap ------------------------------------------------------------------------- */

static void a_fin_beyond_a_gap_waits_for_the_missing_data(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 101, 1, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 1, 0);
    assert_shows("Teardown", "FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 1, 1, 100);
    assert_shows("Teardown", "FIN-WAIT-1 / CLOSE-WAIT");
    assert_moves("server received FIN: ESTABLISHED to CLOSE-WAIT (RFC 9293 3.10.7.4)");
    assert_milestones("First data");
    server(ACK, 1, 102, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
}

static void an_ack_of_a_fin_beyond_a_gap_proves_that_it_arrived(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 102, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
    assert_bases("Presumed / Sent");
}

static void and_that_what_is_missing_before_it_was_not_captured(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 102, 0);
    assert_true(drive.verdict.acks_missing);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 2, 0);
    assert_false(drive.verdict.acks_missing);
}

static void a_second_fin_beyond_a_gap_waits_too(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / LAST-ACK");
    assert_phase("Teardown 3/4");
    server(ACK, 1, 2, 100);
    assert_states("TIME-WAIT / LAST-ACK");
    client(ACK, 2, 102, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void both_fins_may_be_beyond_a_gap(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / FIN-WAIT-1");
    client(ACK, 1, 1, 100);
    assert_states("FIN-WAIT-1 / CLOSING");
    server(ACK, 1, 102, 100);
    assert_states("TIME-WAIT / CLOSING");
    client(ACK, 102, 102, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
}

static void a_side_may_close_while_the_other_sides_fin_waits_for_a_gap(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    server(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 3/4", "CLOSING / FIN-WAIT-1");
    client(ACK, 102, 2, 0);
    assert_shows("Teardown 4/4", "CLOSING / FIN-WAIT-2");
    client(ACK, 1, 2, 100);
    assert_states("CLOSING / TIME-WAIT");
    server(ACK, 2, 102, 0);
    assert_shows("Teardown 2/4", "TIME-WAIT / TIME-WAIT");
}

/* -- Lost and repeated ------------------------------------------------------------------------- */

static void a_repeated_fin_has_the_step_it_had(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(LATER * TICK);
    client(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 1/4 (retransmission)", "FIN-WAIT-1 / CLOSE-WAIT");
    assert_milestones("");
    server(ACK, 1, 2, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
    assert_int_equal(shown_facts()->acked_frame, 5); /* the newest copy */
}

static void a_fin_repeated_with_data_is_the_same_fin(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(FIN | ACK, 1, 1, 100);
    assert_shows("Teardown 1/4 (retransmission)", "FIN-WAIT-1 / CLOSE-WAIT");
}

static void the_fin_of_steps_2_and_3_repeated_has_both(void **state)
{
    (void)state;
    place("TIME-WAIT / LAST-ACK");
    server(FIN | ACK, 1, 2, 0);
    assert_shows("Teardown 2+3/4 (retransmission)", "TIME-WAIT / LAST-ACK");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void a_lost_last_ack_is_repeated(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    wait_for(LATER * TICK);
    server(FIN | ACK, 1, 2, 0); /* the last ACK did not arrive */
    assert_states("TIME-WAIT / LAST-ACK");
    assert_phase("Teardown 2+3/4 (retransmission)");
    assert_bases("Sent / Sent");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4 (retransmission)", "TIME-WAIT / CLOSED");
    assert_milestones("");
}

static void a_last_ack_may_be_repeated(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4 (retransmission)", "TIME-WAIT / CLOSED");
    assert_unmoved();
}

static void when_nobody_waits_any_more_a_repeated_last_ack_is_no_step(void **state)
{
    (void)state; /* SPEC: only while an end is in TIME-WAIT or LAST-ACK */
    place("TIME-WAIT / CLOSED");
    wait_for(60 * SECOND);
    client(ACK, 2, 2, 0);
    assert_phase("Closed");
    assert_false(drive.shown.retransmission);
}

static void a_lost_ack_of_the_first_fin_is_repeated(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(LATER * TICK);
    client(FIN | ACK, 1, 1, 0); /* the ACK did not arrive */
    assert_shows("Teardown 1/4 (retransmission)", "FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 2, 0);
    assert_shows("Teardown 2/4 (retransmission)", "FIN-WAIT-2 / CLOSE-WAIT");
}

static void a_fin_that_crossed_its_ack_proves_nothing(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(FIN | ACK, 1, 1, 0); /* within a round trip */
    assert_shows("Teardown 1/4 (retransmission)", "FIN-WAIT-2 / CLOSE-WAIT");
    assert_unmoved();
}

static void a_fin_repeated_in_time_wait_after_crossing_was_not_acknowledged(void **state)
{
    (void)state;
    place("TIME-WAIT / TIME-WAIT");
    wait_for(LATER * TICK);
    client(FIN | ACK, 1, 2, 0);
    assert_states("CLOSING / TIME-WAIT");
    server(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
}

static void a_fin_that_the_other_side_does_not_acknowledge_did_not_arrive(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(LATER * TICK);
    server(PSH | ACK, 1, 1, 10); /* after a second, still no ACK of the FIN */
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    assert_bases("Sent / Sent");
    client(FIN | ACK, 1, 11, 0);
    assert_shows("Teardown 1/4 (retransmission)", "FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 11, 2, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
}

static void a_lost_fin_is_refuted_in_every_state_that_it_led_to(void **state)
{
    (void)state;
    place("CLOSING / CLOSING");
    wait_for(LATER * TICK);
    server(FIN | ACK, 1, 1, 0); /* repeated, still without an ACK of the client's FIN */
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_FIN_WAIT_1);

    place("CLOSING / TIME-WAIT");
    wait_for(LATER * TICK);
    server(ACK, 2, 1, 0);
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_FIN_WAIT_2);

    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / LAST-ACK");
}

static void an_older_ack_does_not_refute_that_a_fin_arrived(void **state)
{
    (void)state; /* the FIN was acknowledged before; a lower ACK is an old copy */
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(LATER * TICK);
    server(ACK, 1, 1, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    assert_unmoved();
    place("TIME-WAIT / LAST-ACK");
    wait_for(LATER * TICK);
    server(ACK, 2, 1, 0);
    assert_states("TIME-WAIT / LAST-ACK");
    assert_unmoved();
}

static void a_fin_that_was_not_captured_is_shown_by_its_ack(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(ACK, 2, 2, 0); /* acknowledges a FIN of the server that is not in the capture */
    assert_states("TIME-WAIT / CLOSED");
}

static void a_fin_and_its_ack_that_were_not_captured_are_shown_by_the_last_ack(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
}

static void the_second_fin_may_be_captured_first(void **state)
{
    (void)state; /* segments may be captured out of order */
    handshake();
    server(FIN | ACK, 1, 2, 0); /* acknowledges a FIN captured later */
    client(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_CLOSED);
}

/* -- TIME-WAIT --------------------------------------------------------------------------------- */

static void time_wait_times_out(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    wait_for(60 * SECOND + TICK);
    server(ACK, 2, 2, 0);
    assert_shows("Closed", "CLOSED / CLOSED");
    assert_bases("Timer / Presumed");
    assert_moves("client has waited out TIME-WAIT: TIME-WAIT to CLOSED (RFC 9293 3.10.8); "
                 "that lasts 60 s by the preferences");
}

static void time_wait_ends_exactly_at_its_timeout(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        place("TIME-WAIT / CLOSED"); /* entered with the segment before the last one */
        wait_for(60 * SECOND - TICK - i);
        server(ACK, 2, 2, 0);
        assert_client(i == 0 ? "CLOSED" : "TIME-WAIT");
    }
}

static void time_wait_lasts_as_long_as_the_preference_says(void **state)
{
    (void)state;
    begin(NULL);
    drive.options.time_wait = 5 * SECOND;
    handshake();
    close_by(CLIENT);
    wait_for(4 * SECOND);
    server(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    wait_for(2 * SECOND);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
}

static void a_fin_in_time_wait_restarts_it(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4, eighth check: restart the 2 MSL time-wait timeout */
    place("TIME-WAIT / CLOSED");
    wait_for(40 * SECOND);
    server(FIN | ACK, 1, 2, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_TIME_WAIT);
    client(ACK, 2, 2, 0);
    wait_for(40 * SECOND);
    server(FIN | ACK, 1, 2, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_TIME_WAIT);
}

static void time_wait_of_both_endpoints_times_out(void **state)
{
    (void)state;
    place("TIME-WAIT / TIME-WAIT");
    wait_for(61 * SECOND);
    server(RST, 2, 0, 0);
    assert_shows("Closed", "CLOSED / CLOSED");
    assert_bases("Timer / Timer");
}

static void whoever_still_answers_is_still_in_time_wait(void **state)
{
    (void)state; /* it waits for longer, or does not take the RST (RFC 1337) */
    place("TIME-WAIT / TIME-WAIT");
    wait_for(61 * SECOND);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    assert_bases("Sent / Timer");
    place("TIME-WAIT / CLOSED");
    server(RST | ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
    client(ACK, 2, 2, 0); /* this was under way: the RST answers it, or one like it */
    assert_states("CLOSED / CLOSED");
    wait_for(SECOND);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    place("TIME-WAIT / CLOSED");
    server(RST | ACK, 2, 2, 0);
    client(RST, 2, 0, 0); /* this does not show it, */
    assert_states("CLOSED / CLOSED");
    place("TIME-WAIT / CLOSED");
    server(RST, 2, 0, 0);
    client(ACK, 2, 2, 0); /* nor the ACK that the RST may answer */
    assert_states("CLOSED / CLOSED");
}

static void what_a_captured_rst_answers_was_sent_before_it(void **state)
{
    (void)state; /* though TIME-WAIT was over by then: the RST has ended it, if nothing else */
    place("TIME-WAIT / CLOSED");
    wait_for(61 * SECOND);
    server(RST, 2, 0, 0);
    assert_states("CLOSED / CLOSED");
    client(ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
}

/* -- FINs that are not what they seem ---------------------------------------------------------- */

static void a_fin_without_ack_starts_no_close(void **state)
{
    (void)state;
    handshake();
    client(FIN, 1, 0, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

/* A queue holds back for several round trips what was sent before the FIN arrived, and no less than
 * 50 ms. */
static void an_ack_that_may_have_stood_in_a_queue_does_not_refute_a_fin(void **state)
{
    static const struct {
        int64_t half_round_trip;
        int64_t queue;
    } paths[] = {{MILLISECOND, 50 * MILLISECOND}, {TICK, 10 * TICK}};

    (void)state;
    for (size_t path = 0; path < 2; path++)
        for (int64_t i = 0; i < 2; i++) {
            begin(NULL);
            client(SYN, 0, 0, 0);
            wait_for(paths[path].half_round_trip);
            server(SYN | ACK, 0, 1, 0);
            wait_for(paths[path].half_round_trip);
            client(ACK, 1, 1, 0);
            client(FIN | ACK, 1, 1, 0);
            wait_for(paths[path].queue - 1 + i);
            server(ACK, 1, 1, 0);
            assert_server(i ? "ESTABLISHED" : "CLOSE-WAIT");
        }
}

static void a_clock_that_stands_still_does_not_tell_when_an_ack_was_sent(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(1040, 5000);
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    timestamps(5000, 1020);
    server(ACK, 1, 1, 0);
    assert_server("ESTABLISHED");
    handshake_with_clocks();
    timestamps(1040, 5000);
    client(FIN | ACK, 1, 1, 10);
    wait_for(3 * TICK);
    server(ACK, 1, 11, 0); /* it has none, and may have stood in a queue */
    assert_server("CLOSE-WAIT");
}

static void a_sender_that_continues_below_the_fin_did_not_send_it(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(LATER * TICK);
    client(PSH | ACK, 1, 1, 100); /* at the FIN's number */
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_ESTABLISHED);
}

/* What is sent again acknowledges all that has come since: this is an old copy. */
static void a_fin_that_acknowledges_less_than_its_sender_is_not_sent_again(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_states("TIME-WAIT / CLOSED");
    wait_for(SECOND);
    client(FIN | ACK, 1, 2, 0);
    assert_client("CLOSING");
}

static void an_ack_behind_a_gap_does_not_tell_who_began_to_close(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0); /* captured before the client's FIN, which has crossed the server's */
    assert_int_equal(shown_facts()->close.initiator, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_BOTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_client_closes_in_four_segments),
        TEST(the_server_closes_in_four_segments),
        TEST(a_fin_that_acknowledges_the_first_is_steps_2_and_3),
        TEST(the_time_in_each_closing_state_is_given),
        TEST(data_may_flow_while_half_closed),
        TEST(data_before_the_fin_is_acknowledged_is_plain_teardown),
        TEST(a_fin_may_carry_data),
        TEST(what_follows_a_close_is_closed),
        TEST(a_window_update_while_half_closed_is_no_step),
        TEST(both_sides_close_simultaneously),
        TEST(the_acks_of_crossing_fins_may_come_in_either_order),
        TEST(crossing_fins_may_carry_data),
        TEST(a_retransmitted_fin_after_crossing_may_acknowledge_too),
        TEST(a_fin_beyond_a_gap_waits_for_the_missing_data),
        TEST(an_ack_of_a_fin_beyond_a_gap_proves_that_it_arrived),
        TEST(and_that_what_is_missing_before_it_was_not_captured),
        TEST(a_second_fin_beyond_a_gap_waits_too),
        TEST(both_fins_may_be_beyond_a_gap),
        TEST(a_side_may_close_while_the_other_sides_fin_waits_for_a_gap),
        TEST(a_repeated_fin_has_the_step_it_had),
        TEST(a_fin_repeated_with_data_is_the_same_fin),
        TEST(the_fin_of_steps_2_and_3_repeated_has_both),
        TEST(a_lost_last_ack_is_repeated),
        TEST(a_last_ack_may_be_repeated),
        TEST(when_nobody_waits_any_more_a_repeated_last_ack_is_no_step),
        TEST(a_lost_ack_of_the_first_fin_is_repeated),
        TEST(a_fin_that_crossed_its_ack_proves_nothing),
        TEST(a_fin_repeated_in_time_wait_after_crossing_was_not_acknowledged),
        TEST(a_fin_that_the_other_side_does_not_acknowledge_did_not_arrive),
        TEST(a_lost_fin_is_refuted_in_every_state_that_it_led_to),
        TEST(an_older_ack_does_not_refute_that_a_fin_arrived),
        TEST(a_fin_that_was_not_captured_is_shown_by_its_ack),
        TEST(a_fin_and_its_ack_that_were_not_captured_are_shown_by_the_last_ack),
        TEST(the_second_fin_may_be_captured_first),
        TEST(time_wait_times_out),
        TEST(time_wait_ends_exactly_at_its_timeout),
        TEST(time_wait_lasts_as_long_as_the_preference_says),
        TEST(a_fin_in_time_wait_restarts_it),
        TEST(time_wait_of_both_endpoints_times_out),
        TEST(whoever_still_answers_is_still_in_time_wait),
        TEST(what_a_captured_rst_answers_was_sent_before_it),
        TEST(a_fin_without_ack_starts_no_close),
        TEST(an_ack_that_may_have_stood_in_a_queue_does_not_refute_a_fin),
        TEST(a_clock_that_stands_still_does_not_tell_when_an_ack_was_sent),
        TEST(a_sender_that_continues_below_the_fin_did_not_send_it),
        TEST(a_fin_that_acknowledges_less_than_its_sender_is_not_sent_again),
        TEST(an_ack_behind_a_gap_does_not_tell_who_began_to_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
