/* test_opening_again.c
 * Segments of a handshake that come again, late, or when the connection is over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- SYN --------------------------------------------------------------------------------------- */

static void a_syn_sent_again_after_a_refusal_counts_as_a_retransmission(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    client(SYN, 0, 0, 0);
    assert_phase("Handshake 1/3 (retransmission)");
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 1);
    assert_int_equal(drive.shown.status.phase, PHASE_CLOSED); /* until that is answered */
}

static void a_copy_of_a_syn_that_was_refused_counts_for_nothing(void **state)
{
    (void)state; /* whoever tries again does so with another clock value */
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    refuse(1);
    wait_for(SECOND);
    timestamps(1000, 0);
    drive.next.perhaps_copy = true;
    client(SYN, 0, 0, 0);
    assert_states("CLOSED / CLOSED");
    assert_false(drive.verdict.counts);
}

static void a_syn_right_behind_its_refusal_was_under_way(void **state)
{
    (void)state;
    begin(NULL);
    client(SYN, 0, 0, 0);
    refuse(1);
    wait_for(SECOND);
    refuse(1); /* one direction is late */
    wait_for(2 * MILLISECOND);
    client(SYN, 0, 0, 0);
    assert_phase("Handshake 1/3 (retransmission)");
    assert_states("CLOSED / CLOSED");
    assert_anomalies("");
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / CLOSED");
    server(SYN | ACK, 0, 1, 0); /* somebody listens at last */
    assert_states("ESTABLISHED / SYN-RECEIVED");
}

static void whoever_tries_again_lets_a_while_pass(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 2; i++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        refuse(1);
        wait_for(5 * MILLISECOND - 1 + i);
        client(SYN, 0, 0, 0);
        assert_client(i ? "SYN-SENT" : "CLOSED");
    }
}

static void what_was_reset_is_not_refused_by_a_syn_that_was_under_way(void **state)
{
    (void)state; /* both have opened */
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(RST | ACK, 1, 1, 0);
    assert_true(drive.shown.milestones & 1u << MILESTONE_RESET);
    wait_for(2 * MILLISECOND);
    server(SYN, 0, 0, 0);
    assert_int_equal(drive.shown.milestones, 0);
}

/* -- SYN-ACK ----------------------------------------------------------------------------------- */

static void a_syn_ack_answers_the_syn_that_waits(void **state)
{
    (void)state; /* though until that nothing of the client was captured */
    server(PSH | ACK, 1, 1, 100);
    client(SYN, 9000, 0, 0);
    assert_anomalies("(syn_on_established)");
    server(SYN | ACK, 7000, 9001, 0);
    assert_phase("Handshake 2/3");
    assert_int_equal(shown_facts()->handshake.syn_frame, 2);
}

/* The client's Fast Open SYN with 100 bytes, and the answer with as many. */
static void open_fast(uint32_t len)
{
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, len);
}

static void a_repeated_syn_ack_takes_back_nothing_that_came_behind_it(void **state)
{
    (void)state;
    open_fast(0);
    server(ACK, 101, 101, 100); /* behind a gap */
    wait_for(SECOND);
    server(SYN | ACK, 0, 101, 0);
    server(ACK, 1, 101, 100); /* which this fills */
    server(FIN | ACK, 201, 101, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void what_the_client_has_acknowledged_it_has_got(void **state)
{
    (void)state; /* whatever a SYN-ACK that is sent again says */
    open_fast(0);
    server(ACK, 1, 101, 100);
    client(ACK, 101, 101, 0);
    server(FIN | ACK, 101, 101, 0);
    assert_bases("Presumed / Sent");
    wait_for(SECOND);
    server(SYN | ACK, 0, 101, 0);
    server(RST, 102, 0, 0);
    assert_ordinary();
    assert_states("CLOSED / CLOSED");
}

static void whoever_opens_too_answers_with_its_own_number(void **state)
{
    (void)state; /* RFC 9293 3.5, figure 7 */
    place("SYN-RECEIVED / SYN-RECEIVED");
    client(SYN | ACK, 5000, 1, 0);
    assert_false(drive.verdict.counts);
    client(SYN | ACK, 0, 1, 0);
    assert_phase("Handshake 2/3");
    assert_states("SYN-RECEIVED / ESTABLISHED");
}

static void a_syn_ack_captured_behind_its_senders_fin_is_step_2(void **state)
{
    (void)state; /* where both open */
    place("SYN-RECEIVED / ESTABLISHED");
    server(FIN | ACK, 1, 1, 0);
    assert_int_equal(drive.shown.status.phase, PHASE_TEARDOWN);
    server(SYN | ACK, 0, 1, 0);
    assert_phase("Handshake 2/3");
    assert_int_equal(drive.shown.phase, PHASE_HANDSHAKE);
}

/* It may come late where both have opened. */
static void in_time_wait_a_syn_ack_is_step_2_only_with_its_senders_number(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    client(SYN | ACK, 5000, 1, 0);
    assert_int_equal(drive.shown.handshake_step, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_phase("Handshake 2/3");
}

static void a_rst_of_the_other_connection_rejects_no_syn_ack(void **state)
{
    (void)state; /* that would have the number that the SYN-ACK acknowledges */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 50001, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST | ACK, 50101, 90001, 0);
    assert_anomalies("shared_tuple");
    assert_states("ESTABLISHED / SYN-RECEIVED");
}

/* -- Before the SYN ---------------------------------------------------------------------------- */

/* A SYN a moment after the other side's last segment, which no other number connects with it. */
static void soon(unsigned flags)
{
    wait_for(MILLISECOND - TICK);
    client(flags, 0, 0, 0);
}

static void a_strange_rst_captured_a_moment_before_the_syn_is_no_connection(void **state)
{
    (void)state;
    server(RST | ACK, 0 - drive.isn[SERVER], 5001, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_ORPHAN);
    soon(SYN);
    assert_states("SYN-SENT / SYN-RECEIVED");
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.start, START_SYN);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
}

static void nor_is_one_before_a_syn_ack_that_is_captured_before_its_syn(void **state)
{
    (void)state;
    server(RST | ACK, 0 - drive.isn[SERVER], 5001, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 0);
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.start, START_SYN);
}

static void a_while_before_it_it_is_another(void **state)
{
    (void)state;
    server(RST, 5001, 0, 0);
    client(SYN, 0, 0, 0);
    assert_int_equal(drive.summary.first_frame, 2);
    begin(NULL);
    client(RST, 5001, 0, 0); /* within one direction the order is certain */
    soon(SYN);
    assert_int_equal(drive.summary.first_frame, 2);
}

static void so_it_is_with_a_strange_syn_ack(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 5001, 0);
    soon(SYN);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.start, START_SYN);
    client(RST, 5001, 0, 0);
    assert_client("SYN-SENT");
    server(SYN | ACK, 70000, 1, 0);
    client(ACK, 1, 70001, 0);
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
}

static void not_with_one_that_more_came_after(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 5001, 0);
    server(ACK, 1, 5001, 100);
    soon(SYN);
    assert_int_equal(drive.summary.start, START_SYN_ACK);
    begin(NULL);
    server(SYN | ACK, 0, 5001, 0);
    client(SYN, 0, 0, 0); /* too late */
    assert_int_equal(drive.summary.start, START_SYN_ACK);
}

static void the_answer_captured_before_its_syn_is_none_to_the_attempt_before(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 5001, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_HALF_OPEN);
    client(SYN, 5000, 0, 0);
    assert_int_equal(drive.summary_before.outcome, OUTCOME_UNANSWERED);
    assert_int_equal(drive.summary_before.handshake, HANDSHAKE_UNANSWERED);
    assert_int_equal(drive.summary_before.state[ROLE_SERVER], STATE_UNKNOWN);
    assert_false(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_BAD_HANDSHAKE_ACK));
    client(ACK, 5001, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.summary.first_frame, 3);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
}

static void nor_where_its_syn_is_missing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 5001, 0);
    client(ACK, 5001, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.shown.status.client_side, CLIENT);
    assert_int_equal(drive.summary_before.outcome, OUTCOME_UNANSWERED);
    assert_int_equal(drive.summary.start, START_SYN_ACK);
    assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
}

static void where_more_was_said_it_may_be_one(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(ACK, 1, 1, 0);
    server(SYN | ACK, 0, 5001, 0);
    client(ACK, 5001, 1, 0);
    assert_int_equal(drive.summary_before.outcome, OUTCOME_HALF_OPEN);
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 5001, 0);
    client(RST, 5001, 0, 0); /* rejects it */
    client(ACK, 5001, 1, 0);
    assert_int_equal(drive.summary_before.outcome, OUTCOME_RESET);
}

static void any_other_answer_remains_one(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 5001, 0);
    client(SYN, 7000, 0, 0); /* of a third attempt */
    assert_int_equal(drive.summary_before.outcome, OUTCOME_HALF_OPEN);
    assert_true(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_BAD_HANDSHAKE_ACK));
}

/* -- A RST in the handshake -------------------------------------------------------------------- */

static void a_third_step_captured_behind_an_abort_ends_no_handshake(void **state)
{
    (void)state; /* the server's RST did not end the connection, but answers the client's */
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    client(ACK, 1, 1, 0);
    assert_phase("Closed");
    assert_int_equal(drive.summary.handshake, HANDSHAKE_UNFINISHED);
}

static void one_behind_a_rst_that_was_sent_again_does(void **state)
{
    (void)
        state; /* only the second one answers the third step, but that was sent before both came */
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 2, 0, 0); /* not exact */
    assert_states("ESTABLISHED / CLOSED");
    server(RST, 1, 0, 0);
    assert_states("CLOSED / CLOSED");
    client(ACK, 1, 1, 0);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
}

static void a_client_that_goes_on_after_a_rst_is_in_the_handshake(void **state)
{
    (void)state; /* so the RST was not its own */
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 100);
    assert_shows("Handshake", "ESTABLISHED / LISTEN");
}

static void a_syn_ack_captured_behind_a_false_rst_has_arrived(void **state)
{
    (void)state; /* the client acknowledges it, but the server had gone back to LISTEN before */
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / LISTEN");
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / LISTEN");
    server(RST, 1, 0, 0);
    assert_states("CLOSED / LISTEN");
    assert_int_equal(drive.summary.reset_by, WHO_CLIENT);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_UNFINISHED);
}

static void a_listener_that_took_a_rst_had_answered_before(void **state)
{
    (void)state; /* the SYN-ACK was not captured */
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    client(ACK, 1, 1, 100);
    assert_states("ESTABLISHED / LISTEN");
}

static void a_third_step_that_a_rst_with_ack_has_answered_revives_nobody(void **state)
{
    (void)state; /* some stacks set ACK on that RST, which was captured before the third step */
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    server(RST | ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    assert_states("CLOSED / LISTEN");
    assert_int_equal(drive.summary.reset_by, WHO_CLIENT);
}

static void the_syn_sent_again_behind_a_rst_of_its_attempt_opens_no_other_connection(void **state)
{
    (void)state; /* in SYN-SENT it has rejected an ACK that was not captured */
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(SECOND);
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / LISTEN");
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    assert_milestones("");
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 1, 0, 0); /* the host of a scanner knows nothing of the attempt */
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_milestones("Open requested, Reopened");
}

static void an_old_syn_brings_nobody_back_who_has_done_with_its_connection(void **state)
{
    (void)state; /* though the other endpoint has not */
    place("CLOSED / TIME-WAIT");
    client(SYN, 0, 0, 0);
    assert_states("CLOSED / TIME-WAIT");
}

static void a_server_without_captured_syn_ack_aborts_with_any_number(void **state)
{
    (void)state; /* nobody knows which it has */
    client(SYN, 0, 0, 0);
    client(ACK, 0, 1, 0); /* of another connection */
    server(RST, 500, 0, 0);
    assert_server("CLOSED");
}

static void whoever_was_not_gone_does_not_come_back(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    client(ACK, 0, 0, 0);
    server(RST, 0, 0, 0); /* ends the client alone */
    assert_states("CLOSED / SYN-RECEIVED");
    server(ACK, 0, 1, 100);
    assert_shows("Closed", "CLOSED / ESTABLISHED");
}

static void a_rst_with_an_ack_rejects_no_challenge_ack(void **state)
{
    (void)state; /* RFC 9293 3.5.2: that answer has none */
    handshake();
    exchange_data();
    client(SYN, 9000, 0, 0);
    client(RST | ACK, 500, 1, 0);
    assert_server("ESTABLISHED");
}

static void a_rst_of_the_other_side_decides_no_syn_that_waits(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(SYN, 9000, 0, 0);
    server(RST, 1, 0, 0);
    assert_server("CLOSED");
}

/* -- A RST later on ---------------------------------------------------------------------------- */

static void a_rst_may_lie_beyond_what_the_capture_lacks(void **state)
{
    (void)state; /* then nothing tells that its number is not exact */
    handshake();
    client(ACK, 1, 201, 0);
    server(RST, 401, 0, 0);
    assert_states("CLOSED / CLOSED");
    assert_int_equal(shown_facts()->rst.validity, RST_CANNOT_TELL);
    assert_ordinary();
}

static void a_rst_overtaken_by_the_ack_of_its_senders_fin(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    client(RST | ACK, 2, 1, 0);
    assert_states("CLOSED / CLOSED");
    server(PSH | ACK, 1, 2, 100); /* was under way */
    assert_states("CLOSED / CLOSED");
    client(ACK, 2, 101, 0); /* but this was not: the RST was not its own */
    assert_client("FIN-WAIT-2");
}

static void a_listener_that_a_rst_has_brought_back_answers_with_a_number_of_its_own(void **state)
{
    (void)state; /* which was not captured */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0); /* the SYN-ACK was lost */
    server(ACK, 1, 1, 0);
    client(RST | ACK, 1, 1, 0);
    assert_states("SYN-SENT / LISTEN");
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    client(ACK, 1, 5000001, 0);
    assert_anomalies("");
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* It acknowledges the number of the SYN-ACK, not that of the SYN before. */
static void a_syn_of_another_number_is_not_what_the_answer_acknowledges(void **state)
{
    (void)state;
    server(SYN, 7000, 0, 0);
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 100, 1, 0);
    client(SYN | ACK, 0, 101, 0);
    assert_int_equal(shown_facts()->acked_frame, 0);
}

/* The answer acknowledges the SYN-ACK that it was given, not the one of the connection before. */
static void whoever_listens_again_has_only_its_new_syn_ack_acknowledged(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0);
    server(SYN | ACK, 5000, 1, 0);
    client(ACK, 1, 5001, 0);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN_ACK);
    assert_int_equal(shown_facts()->acked_frame, 4);
    assert_int_equal(shown_facts()->handshake.rtt_client, TICK);
}

/* Its SYN before has another number than its SYN-ACK, too. */
static void no_syn_from_before_it_listens_again_is_acknowledged(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    server(SYN | ACK, 0, 1, 0);
    client(SYN | ACK, 5000, 1, 0);
    server(SYN | ACK, 0, 5001, 0);
    assert_true(shown_facts()->acked_frame != 1);
}

/* Where both sides opened at once, either may take the third step, each with its own number. */
static void a_third_step_of_the_server_is_repeated_too(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
    client(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3 (retransmission)");
}

/* -- A SYN that waits, and whose SYN-ACK is missing -------------------------------------------- */

static void assert_new_connection(const char *states)
{
    assert_true(drive.shown.milestones & 1u << MILESTONE_REOPENED);
    assert_states(states);
}

static void a_third_step_takes_up_the_syn_that_waits(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(SYN, 70000, 0, 0);
    client(ACK, 70001, 90001, 0);
    assert_new_connection("ESTABLISHED / ESTABLISHED");
    assert_phase("Handshake 3/3");
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], TICK);
}

static void so_does_a_segment_that_acknowledges_it(void **state)
{
    (void)state;
    handshake();
    client(SYN, 70000, 0, 0);
    server(PSH | ACK, 90001, 70001, 10);
    assert_new_connection("ESTABLISHED / ESTABLISHED");
}

static void what_goes_on_elsewhere_takes_up_no_syn(void **state)
{
    (void)state;
    handshake();
    client(SYN, 70000, 0, 0);
    server(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    client(PSH | ACK, 70002, 1, 10);
    assert_false(drive.shown.milestones & 1u << MILESTONE_REOPENED);
}

static void a_forged_syn_with_the_next_number_is_not_taken_up_by_the_ack_of_a_fin(void **state)
{
    (void)state; /* the client's FIN was not captured */
    handshake();
    client(SYN, 1, 0, 0);
    server(ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    assert_unmoved();
    assert_states("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void a_forged_syn_in_the_window_is_not_taken_up_by_later_data(void **state)
{
    (void)state; /* what comes before these data was not captured */
    handshake();
    client(SYN, 1000, 0, 0);
    client(PSH | ACK, 1001, 1, 100);
    assert_false(drive.shown.milestones & 1u << MILESTONE_REOPENED);
}

static void a_client_whose_server_was_not_captured_opens_again_with_its_third_step(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(SYN, 70000, 0, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    client(ACK, 70001, 90001, 0);
    assert_new_connection("ESTABLISHED / ESTABLISHED");
}

static void a_blind_syn_does_not_open_where_the_syn_ack_is_missing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(SYN, 70000, 0, 0);
    server(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 1/4", "CLOSE-WAIT / FIN-WAIT-1");
    assert_string_equal(outcome_text(drive.summary.outcome), "Half-closed");
}

static void a_syn_that_waits_and_is_sent_again_has_offered_ecn_at_first(void **state)
{
    (void)state;
    handshake();
    client(SYN | ECE | CWR, 70000, 0, 0);
    wait_for(SECOND);
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 90000, 70001, 0);
    assert_int_equal(shown_facts()->acked_frame, 5);
    assert_int_equal(drive.shown.status.ecn.mode, ECN_FALLBACK);
    assert_int_equal(drive.shown.previous[ROLE_CLIENT], STATE_SYN_SENT);
    assert_int_equal(drive.shown.time_in_state[ROLE_CLIENT], SECOND + TICK);
}

/* The client's first number is 0; the server takes up to 1,000 bytes behind it. */
static void open_with_window(void)
{
    client(SYN, 0, 0, 0);
    window(1000);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

static void a_number_as_far_as_the_window_and_a_fin_reach_may_be_of_the_connection(void **state)
{
    (void)state;
    open_with_window();
    client(SYN, 1001, 0, 0);
    client(ACK, 1002, 1, 0);
    assert_false(drive.shown.milestones & 1u << MILESTONE_REOPENED);
    client(SYN, 1002, 0, 0);
    client(ACK, 1003, 90001, 0);
    assert_new_connection("ESTABLISHED / ESTABLISHED");
}

static void a_number_before_the_first_one_is_of_another_connection(void **state)
{
    (void)state;
    open_with_window();
    client(SYN, (uint32_t)-1, 0, 0);
    client(ACK, 0, 1, 0);
    assert_false(drive.shown.milestones & 1u << MILESTONE_REOPENED);
    client(SYN, (uint32_t)-2, 0, 0);
    client(ACK, (uint32_t)-1, 90001, 0);
    assert_new_connection("ESTABLISHED / ESTABLISHED");
}

static void what_was_sent_beyond_the_window_is_of_the_connection(void **state)
{
    (void)state; /* by a forger, or the capture lacks the ACK that moved it */
    open_with_window();
    client(PSH | ACK, 1, 1, 2000);
    client(SYN, 1999, 0, 0);
    client(PSH | ACK, 2000, 1, 100);
    assert_false(drive.shown.milestones & 1u << MILESTONE_REOPENED);
}

static void a_client_opens_while_the_server_still_waits_for_its_last_ack(void **state)
{
    (void)state; /* which was lost, and TIME-WAIT is over */
    place("TIME-WAIT / LAST-ACK");
    wait_for(70 * SECOND);
    client(SYN, 70000, 0, 0);
    assert_states("SYN-SENT / LAST-ACK");
}

static void the_syns_of_both_ends_wait_one_after_the_other(void **state)
{
    (void)state;
    handshake();
    server(SYN, 70000, 0, 0);
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 90000, 70001, 0);
    assert_new_connection("ESTABLISHED / SYN-RECEIVED");
}

static void a_copy_of_a_syn_ack_that_was_not_captured_opens_nothing_in_time_wait(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK before it is missing */
    server(FIN | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 2, 0);
    server(ACK, 2, 2, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / TIME-WAIT");
    client(RST, 1, 0, 0);
    assert_states("CLOSED / TIME-WAIT");
    assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
}

/* A SYN-ACK is forged, or an old copy, and the RST that rejects it is captured before it. */
static void the_rst_that_rejects_an_old_syn_ack_ends_no_time_wait(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    client(RST, 1, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / TIME-WAIT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_syn_sent_again_after_a_refusal_counts_as_a_retransmission),
        TEST(a_copy_of_a_syn_that_was_refused_counts_for_nothing),
        TEST(a_syn_right_behind_its_refusal_was_under_way),
        TEST(whoever_tries_again_lets_a_while_pass),
        TEST(what_was_reset_is_not_refused_by_a_syn_that_was_under_way),
        TEST(a_syn_ack_answers_the_syn_that_waits),
        TEST(a_repeated_syn_ack_takes_back_nothing_that_came_behind_it),
        TEST(what_the_client_has_acknowledged_it_has_got),
        TEST(whoever_opens_too_answers_with_its_own_number),
        TEST(a_syn_ack_captured_behind_its_senders_fin_is_step_2),
        TEST(in_time_wait_a_syn_ack_is_step_2_only_with_its_senders_number),
        TEST(a_rst_of_the_other_connection_rejects_no_syn_ack),
        TEST(a_strange_rst_captured_a_moment_before_the_syn_is_no_connection),
        TEST(nor_is_one_before_a_syn_ack_that_is_captured_before_its_syn),
        TEST(a_while_before_it_it_is_another),
        TEST(so_it_is_with_a_strange_syn_ack),
        TEST(not_with_one_that_more_came_after),
        TEST(the_answer_captured_before_its_syn_is_none_to_the_attempt_before),
        TEST(nor_where_its_syn_is_missing),
        TEST(where_more_was_said_it_may_be_one),
        TEST(any_other_answer_remains_one),
        TEST(a_third_step_captured_behind_an_abort_ends_no_handshake),
        TEST(one_behind_a_rst_that_was_sent_again_does),
        TEST(a_server_without_captured_syn_ack_aborts_with_any_number),
        TEST(whoever_was_not_gone_does_not_come_back),
        TEST(a_rst_with_an_ack_rejects_no_challenge_ack),
        TEST(a_rst_of_the_other_side_decides_no_syn_that_waits),
        TEST(a_rst_may_lie_beyond_what_the_capture_lacks),
        TEST(a_rst_overtaken_by_the_ack_of_its_senders_fin),
        TEST(a_client_that_goes_on_after_a_rst_is_in_the_handshake),
        TEST(a_syn_ack_captured_behind_a_false_rst_has_arrived),
        TEST(a_listener_that_took_a_rst_had_answered_before),
        TEST(a_third_step_that_a_rst_with_ack_has_answered_revives_nobody),
        TEST(the_syn_sent_again_behind_a_rst_of_its_attempt_opens_no_other_connection),
        TEST(an_old_syn_brings_nobody_back_who_has_done_with_its_connection),
        TEST(a_listener_that_a_rst_has_brought_back_answers_with_a_number_of_its_own),
        TEST(a_syn_of_another_number_is_not_what_the_answer_acknowledges),
        TEST(whoever_listens_again_has_only_its_new_syn_ack_acknowledged),
        TEST(no_syn_from_before_it_listens_again_is_acknowledged),
        TEST(a_third_step_of_the_server_is_repeated_too),
        TEST(a_third_step_takes_up_the_syn_that_waits),
        TEST(so_does_a_segment_that_acknowledges_it),
        TEST(what_goes_on_elsewhere_takes_up_no_syn),
        TEST(a_forged_syn_with_the_next_number_is_not_taken_up_by_the_ack_of_a_fin),
        TEST(a_forged_syn_in_the_window_is_not_taken_up_by_later_data),
        TEST(a_client_whose_server_was_not_captured_opens_again_with_its_third_step),
        TEST(a_blind_syn_does_not_open_where_the_syn_ack_is_missing),
        TEST(a_syn_that_waits_and_is_sent_again_has_offered_ecn_at_first),
        TEST(a_number_as_far_as_the_window_and_a_fin_reach_may_be_of_the_connection),
        TEST(a_number_before_the_first_one_is_of_another_connection),
        TEST(what_was_sent_beyond_the_window_is_of_the_connection),
        TEST(a_client_opens_while_the_server_still_waits_for_its_last_ack),
        TEST(the_syns_of_both_ends_wait_one_after_the_other),
        TEST(a_copy_of_a_syn_ack_that_was_not_captured_opens_nothing_in_time_wait),
        TEST(the_rst_that_rejects_an_old_syn_ack_ends_no_time_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
