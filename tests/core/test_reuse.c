/* test_reuse.c
 * One 4-tuple, several connections: a SYN in or after TIME-WAIT, after a reset or a refusal, on a
 * live connection, and the copy of an old one (RFC 9293 3.6.1, 3.10.7.4; RFC 6191; RFC 5961 4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* A SYN that opens the next incarnation. */
static void assert_reopened(void)
{
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_bases("Sent / Presumed");
    assert_milestones("Open requested, Reopened");
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN);
}

/* The new connection opens and closes as usual: nothing of the old one is left. */
static void assert_opens_and_closes(uint32_t client_isn, uint32_t server_isn)
{
    server(SYN | ACK, server_isn, client_isn + 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    client(ACK, client_isn + 1, server_isn + 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    client(PSH | ACK, client_isn + 1, server_isn + 1, 10);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_milestones("First data");
    client(FIN | ACK, client_isn + 11, server_isn + 1, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, server_isn + 1, client_isn + 12, 0);
    assert_shows("Teardown 2+3/4", "TIME-WAIT / LAST-ACK");
    client(ACK, client_isn + 12, server_isn + 2, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
    assert_milestones("Closed");
}

/* -- TIME-WAIT --------------------------------------------------------------------------------- */

static void a_client_may_reuse_its_own_time_wait(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    wait_for(2 * SECOND);
    client(SYN, 70000, 0, 0);
    assert_reopened();
    assert_opens_and_closes(70000, 90000);
}

static void a_server_in_time_wait_accepts_a_higher_number(void **state)
{
    (void)state; /* RFC 9293 3.6.1, MAY-2 */
    place("CLOSED / TIME-WAIT");
    wait_for(2 * SECOND);
    client(SYN, 70000, 0, 0);
    assert_reopened();
    assert_int_equal(drive.shown.previous[ROLE_SERVER], STATE_TIME_WAIT);
    assert_int_equal(drive.shown.time_in_state[ROLE_SERVER], 2 * SECOND + TICK);
    assert_moves("client sent SYN: CLOSED to SYN-SENT (RFC 9293 3.10.1); server received a "
                 "SYN that may open a new connection: TIME-WAIT to SYN-RECEIVED (RFC 9293 "
                 "3.6.1, RFC 6191)");
    assert_opens_and_closes(70000, 90000);
}

static void a_server_in_time_wait_rejects_a_lower_number(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    wait_for(2 * SECOND);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_states("SYN-SENT / TIME-WAIT");
    server(ACK, 2, 2, 0); /* has the numbers of the old connection */
    assert_states("SYN-SENT / TIME-WAIT");
    client(RST, 2, 0, 0); /* which assassinates TIME-WAIT (RFC 1337) */
    assert_states("SYN-SENT / CLOSED");
    wait_for(SECOND);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    assert_opens_and_closes((uint32_t)-70000, 90000);
}

/* Closes a connection with timestamps; the server holds TIME-WAIT, its TS.Recent is 2000. */
static void close_with_timestamps(void)
{
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1001, 5000);
    client(ACK, 1, 1, 0);
    timestamps(6000, 1001);
    server(FIN | ACK, 1, 1, 0);
    timestamps(2000, 6000);
    client(FIN | ACK, 1, 2, 0);
    timestamps(6001, 2000);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
}

static void a_lower_number_with_a_later_timestamp_is_accepted(void **state)
{
    (void)state; /* RFC 6191 2 */
    close_with_timestamps();
    timestamps(2001, 0);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_reopened();
}

static void a_lower_number_with_an_equal_timestamp_is_rejected(void **state)
{
    (void)state;
    close_with_timestamps();
    timestamps(2000, 0);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_states("SYN-SENT / TIME-WAIT");
}

static void a_higher_number_with_an_equal_timestamp_is_accepted(void **state)
{
    (void)state;
    close_with_timestamps();
    timestamps(2000, 0);
    client(SYN, 70000, 0, 0);
    assert_reopened();
}

static void a_higher_number_with_an_earlier_timestamp_is_rejected(void **state)
{
    (void)state; /* RFC 6191 2: silently drop */
    close_with_timestamps();
    timestamps(1999, 0);
    client(SYN, 70000, 0, 0);
    assert_states("SYN-SENT / TIME-WAIT");
}

static void after_time_wait_any_number_is_accepted(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    wait_for(61 * SECOND);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_reopened();
    assert_opens_and_closes((uint32_t)-70000, 90000);
}

static void time_wait_of_both_endpoints_may_be_reused(void **state)
{
    (void)state;
    place("TIME-WAIT / TIME-WAIT");
    client(SYN, 70000, 0, 0);
    assert_reopened();
    assert_int_equal(drive.shown.previous[ROLE_SERVER], STATE_TIME_WAIT);
}

static void a_copy_of_the_old_syn_in_time_wait_opens_nothing(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    client(SYN, 0, 0, 0);
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_TIME_WAIT);
}

/* -- TIME-WAIT that refuses -------------------------------------------------------------------- */

static void a_syn_that_time_wait_refuses_is_a_connection_that_nobody_answered(void **state)
{
    (void)state; /* RFC 9293 3.6.1: its number is too old */
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / TIME-WAIT");
    assert_milestones("Open requested, Reopened");
    assert_string_equal(outcome_text(drive.summary.outcome), "Unanswered");
    server(ACK, 2, 2, 0);
    assert_states("SYN-SENT / TIME-WAIT");
    assert_int_equal(shown_facts()->challenge_ack, drive.frame - 1);
    assert_string_equal(outcome_text(drive.summary.outcome), "Unanswered");
}

static void an_ack_from_time_wait_takes_back_that_it_accepted_a_syn(void **state)
{
    (void)state; /* RFC 6191 only allows that */
    place("CLOSED / TIME-WAIT");
    client(SYN, 70000, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    server(ACK, 2, 2, 0);
    assert_states("SYN-SENT / TIME-WAIT");
    assert_string_equal(outcome_text(drive.summary.outcome), "Unanswered");
}

static void so_does_one_from_a_time_wait_that_seemed_to_have_ended(void **state)
{
    (void)state; /* by a RST, or by the timer */
    place("CLOSED / TIME-WAIT");
    client(RST, 2, 0, 0);
    assert_states("CLOSED / CLOSED");
    client(SYN, 70000, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    server(ACK, 2, 2, 0);
    assert_states("SYN-SENT / TIME-WAIT");
    assert_string_equal(outcome_text(drive.summary.outcome), "Unanswered");
    place("CLOSED / TIME-WAIT");
    wait_for(61 * SECOND);
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    server(ACK, 2, 2, 0);
    assert_states("SYN-SENT / TIME-WAIT");
}

static void an_ack_of_the_syn_does_not_come_from_time_wait(void **state)
{
    (void)state; /* the capture lacks the SYN-ACK */
    place("CLOSED / TIME-WAIT");
    client(SYN, 70000, 0, 0);
    server(ACK, 90001, 70001, 0);
    assert_server("SYN-RECEIVED");
}

static void the_old_syn_ack_in_time_wait_opens_nothing(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    server(SYN | ACK, 0, 1, 0);
    assert_unmoved();
    client(RST, 1, 0, 0); /* the client has closed */
    assert_states("CLOSED / TIME-WAIT");
}

static void a_syn_ack_confirms_that_time_wait_accepted_a_syn(void **state)
{
    static const uint32_t isns[] = {70000, (uint32_t)-70000}; /* whatever it should do */

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        place("CLOSED / TIME-WAIT");
        client(SYN, isns[i], 0, 0);
        server(SYN | ACK, 90000, isns[i] + 1, 0);
        assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
        client(ACK, isns[i] + 1, 90001, 0);
        assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
        assert_string_equal(outcome_text(drive.summary.outcome), "Open");
    }
}

static void whoever_has_answered_a_new_syn_is_in_time_wait_no_more(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 90000, 70001, 0);
    wait_for(SECOND);
    client(SYN, 70000, 0, 0); /* the answer was lost */
    assert_states("SYN-SENT / SYN-RECEIVED");
    server(ACK, 90001, 70001, 0);
    assert_server("SYN-RECEIVED");
}

static void after_a_rst_ended_time_wait_the_same_syn_opens(void **state)
{
    (void)state; /* RFC 9293 3.5.1: the client rejects the ACK of the old connection */
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0);
    server(ACK, 2, 2, 0);
    client(RST, 2, 0, 0);
    assert_states("SYN-SENT / CLOSED");
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_shows("Handshake 1/3 (retransmission)", "SYN-SENT / SYN-RECEIVED");
    server(SYN | ACK, 90000, (uint32_t)-69999, 0);
    client(ACK, (uint32_t)-69999, 90001, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Open");
}

static void a_rst_that_answers_time_wait_shows_it_without_the_ack(void **state)
{
    static const uint32_t isns[] = {70000, (uint32_t)-70000}; /* whatever TIME-WAIT should do */

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        place("CLOSED / TIME-WAIT");
        client(SYN, isns[i], 0, 0);
        client(RST, 2, 0, 0);
        assert_shows("Reset", "SYN-SENT / CLOSED");
        assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
        assert_int_equal(shown_facts()->rst.reason, RST_ANSWERS_TIME_WAIT);
        assert_anomalies("rst_in_time_wait");
        assert_string_equal(outcome_text(drive.summary.outcome), "Reset");
        assert_string_equal(handshake_result_text(drive.summary.handshake), "Unfinished");
        server(ACK, 2, 2, 0); /* late */
        assert_states("SYN-SENT / CLOSED");
    }
}

static void any_other_rst_does_not(void **state)
{
    static const struct {
        unsigned flags;
        uint32_t seq;
    } rsts[] = {{RST, 3}, {RST | ACK, 2}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        place("CLOSED / TIME-WAIT");
        client(SYN, 70000, 0, 0);
        client(rsts[i].flags, rsts[i].seq, 2, 0);
        assert_server("SYN-RECEIVED");
    }
    place("CLOSED / TIME-WAIT");
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 90000, 70001, 0); /* it is not there any more */
    client(RST, 2, 0, 0);
    assert_server("SYN-RECEIVED");
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0);
    client(RST, 5, 0, 0);
    assert_int_not_equal(shown_facts()->rst.reason, RST_ANSWERS_TIME_WAIT);
}

/* -- After a reset or a refusal ---------------------------------------------------------------- */

static void after_a_reset_a_new_syn_opens(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    client(SYN, 70000, 0, 0);
    assert_reopened();
    assert_opens_and_closes(70000, 90000);
}

static void after_a_refusal_a_new_syn_opens(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    wait_for(SECOND);
    client(SYN, 70000, 0, 0);
    assert_reopened();
    assert_opens_and_closes(70000, 90000);
}

static void after_a_refusal_the_same_syn_may_be_sent_again(void **state)
{
    (void)state; /* some stacks do so, with the same number */
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    wait_for(2 * SECOND);
    client(SYN, 0, 0, 0); /* nothing says that the port would not refuse it again */
    assert_shows("Handshake 1/3 (retransmission)", "SYN-SENT / CLOSED");
    assert_milestones("");
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
}

static void after_its_own_reset_the_same_syn_opens_at_once(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    client(SYN, 0, 0, 0);
    assert_reopened();
}

static void
after_the_other_sides_reset_a_copy_of_the_syn_opens_nothing_for_a_round_trip(void **state)
{
    (void)state;
    handshake();
    server(RST | ACK, 1, 1, 0);
    client(SYN, 0, 0, 0); /* after one tick, half a round trip */
    assert_states("CLOSED / CLOSED");
    assert_unmoved();
    client(SYN, 0, 0, 0);
    assert_reopened();
}

static void the_server_may_open_the_next_connection(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    wait_for(SECOND);
    server(SYN, 70000, 0, 0);
    assert_reopened();
    assert_int_equal(drive.shown.status.client_side, SERVER);
    assert_int_equal(drive.shown.direction, DIRECTION_TO_SERVER);
}

static void after_a_reset_midstream_connection_a_new_syn_opens(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10); /* the first connection is midstream */
    server(RST | ACK, 1, 11, 0);
    assert_states("CLOSED / CLOSED");
    client(SYN, 70000, 0, 0);
    assert_reopened();
}

/* -- On a live connection ---------------------------------------------------------------------- */

static void a_blind_syn_changes_no_state(void **state)
{
    static const char *const states[] = {
        "ESTABLISHED / ESTABLISHED", "FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-2 / CLOSE-WAIT",
        "CLOSE-WAIT / FIN-WAIT-2",   "CLOSING / CLOSING",       "TIME-WAIT / LAST-ACK",
    };

    (void)state; /* RFC 5961 4 */
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        place(states[i]);
        const uint8_t phase = drive.shown.status.phase;
        client(SYN, 70000, 0, 0);
        assert_states(states[i]);
        assert_unmoved();
        assert_int_equal(drive.shown.phase, phase);
        assert_kind("SYN");
        assert_int_equal(drive.shown.handshake_step, 0);
    }
}

static void a_pending_syn_that_is_answered_was_genuine(void **state)
{
    (void)state; /* the server had silently lost the old connection */
    handshake();
    wait_for(100 * SECOND);
    client(SYN, 70000, 0, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(SYN | ACK, 90000, 70001, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_true(drive.shown.milestones & 1u << MILESTONE_REOPENED);
    assert_int_equal(shown_facts()->acked_frame, 4);
    client(ACK, 70001, 90001, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void an_answer_to_another_number_is_no_answer_to_a_pending_syn(void **state)
{
    (void)state;
    handshake();
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 90000, 60001, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_live_connection_continues_despite_a_pending_syn(void **state)
{
    (void)state;
    handshake();
    client(SYN, 70000, 0, 0);
    server(PSH | ACK, 1, 1, 100);
    client(ACK, 1, 101, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 101, 1, 0);
    assert_shows("Teardown 1/4", "CLOSE-WAIT / FIN-WAIT-1");
}

static void a_pending_syn_is_forgotten_when_its_supposed_sender_continues(void **state)
{
    (void)state;
    handshake();
    client(SYN, 70000, 0, 0);
    client(PSH | ACK, 1, 1, 10); /* the client has not restarted */
    server(SYN | ACK, 90000, 70001, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_copy_of_the_first_syn_on_a_live_connection_is_a_retransmission(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3 (retransmission)", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_syn_of_the_server_on_a_live_connection_changes_no_state(void **state)
{
    (void)state;
    handshake();
    server(SYN, 90000, 0, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_restart_is_recognized_by_its_rst_in_every_state(void **state)
{
    static const struct {
        const char *states;
        uint32_t server_acked;
    } cases[] = {
        {"ESTABLISHED / ESTABLISHED", 1}, {"FIN-WAIT-1 / CLOSE-WAIT", 1},
        {"FIN-WAIT-2 / CLOSE-WAIT", 2},   {"CLOSE-WAIT / FIN-WAIT-2", 1},
        {"CLOSING / CLOSING", 1},         {"LAST-ACK / TIME-WAIT", 1},
        {"TIME-WAIT / LAST-ACK", 2},
    };

    (void)state; /* RFC 9293 3.5.1: SYN, challenge ACK, RST */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        place(cases[i].states);
        wait_for(10 * SECOND);
        client(SYN, (uint32_t)-70000, 0, 0);
        server(ACK, 2, cases[i].server_acked, 0);
        client(RST, cases[i].server_acked, 0, 0);
        assert_states("SYN-SENT / CLOSED");
        assert_phase("Reset");
        assert_true(drive.verdict.counts);
    }
}

static void a_restart_may_answer_an_ack_that_was_not_captured(void **state)
{
    static const struct {
        uint32_t seq;
        const char *states;
    } cases[] = {
        {501, "SYN-SENT / CLOSED"}, /* what it acknowledged was not captured either */
        {(uint32_t)-49, "ESTABLISHED / ESTABLISHED"},
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        wait_for(10 * SECOND);
        client(SYN, 70000, 0, 0);
        client(RST, cases[i].seq, 0, 0);
        assert_states(cases[i].states);
    }
}

/* -- A late copy of the first SYN -------------------------------------------------------------- */

static void a_listener_answers_an_old_syn_after_the_connection(void **state)
{
    static const uint32_t isns[] = {9000, (uint32_t)-9000}; /* higher or lower than before */

    (void)state; /* RFC 9293 3.5, figure 8 */
    for (size_t i = 0; i < 2; i++) {
        place("TIME-WAIT / CLOSED");
        client(SYN, 0, 0, 0);
        assert_states("TIME-WAIT / CLOSED"); /* there may be no listener */
        server(SYN | ACK, isns[i], 1, 0);
        assert_states("TIME-WAIT / SYN-RECEIVED");
        assert_phase("Closed");
        client(ACK, 2, 2, 0); /* the last ACK of the old connection */
        assert_states("TIME-WAIT / SYN-RECEIVED");
        server(RST, 2, 0, 0); /* rejects it and stays; ends TIME-WAIT */
        assert_states("CLOSED / SYN-RECEIVED");
    }
}

static void a_listener_that_answered_an_old_syn_expects_its_rst(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 9000, 1, 0);
    assert_server("SYN-RECEIVED");
    client(RST, 2, 0, 0); /* the old connection's next number */
    assert_int_equal(shown_facts()->rst.validity, RST_IN_WINDOW);
    assert_server("SYN-RECEIVED");
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_server("LISTEN");
}

static void a_syn_that_opens_when_time_wait_is_over_has_the_number_that_counts(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0);
    server(ACK, 2, 2, 0);
    client(RST, 2, 0, 0);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    client(RST, (uint32_t)-69500, 0, 0);
    assert_server("SYN-RECEIVED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_client_may_reuse_its_own_time_wait),
        TEST(a_server_in_time_wait_accepts_a_higher_number),
        TEST(a_server_in_time_wait_rejects_a_lower_number),
        TEST(a_lower_number_with_a_later_timestamp_is_accepted),
        TEST(a_lower_number_with_an_equal_timestamp_is_rejected),
        TEST(a_higher_number_with_an_equal_timestamp_is_accepted),
        TEST(a_higher_number_with_an_earlier_timestamp_is_rejected),
        TEST(after_time_wait_any_number_is_accepted),
        TEST(time_wait_of_both_endpoints_may_be_reused),
        TEST(a_copy_of_the_old_syn_in_time_wait_opens_nothing),
        TEST(a_syn_that_time_wait_refuses_is_a_connection_that_nobody_answered),
        TEST(an_ack_from_time_wait_takes_back_that_it_accepted_a_syn),
        TEST(so_does_one_from_a_time_wait_that_seemed_to_have_ended),
        TEST(an_ack_of_the_syn_does_not_come_from_time_wait),
        TEST(the_old_syn_ack_in_time_wait_opens_nothing),
        TEST(a_syn_ack_confirms_that_time_wait_accepted_a_syn),
        TEST(whoever_has_answered_a_new_syn_is_in_time_wait_no_more),
        TEST(after_a_rst_ended_time_wait_the_same_syn_opens),
        TEST(a_rst_that_answers_time_wait_shows_it_without_the_ack),
        TEST(any_other_rst_does_not),
        TEST(after_a_reset_a_new_syn_opens),
        TEST(after_a_refusal_a_new_syn_opens),
        TEST(after_a_refusal_the_same_syn_may_be_sent_again),
        TEST(after_its_own_reset_the_same_syn_opens_at_once),
        TEST(after_the_other_sides_reset_a_copy_of_the_syn_opens_nothing_for_a_round_trip),
        TEST(the_server_may_open_the_next_connection),
        TEST(after_a_reset_midstream_connection_a_new_syn_opens),
        TEST(a_blind_syn_changes_no_state),
        TEST(a_pending_syn_that_is_answered_was_genuine),
        TEST(an_answer_to_another_number_is_no_answer_to_a_pending_syn),
        TEST(a_live_connection_continues_despite_a_pending_syn),
        TEST(a_pending_syn_is_forgotten_when_its_supposed_sender_continues),
        TEST(a_copy_of_the_first_syn_on_a_live_connection_is_a_retransmission),
        TEST(a_syn_of_the_server_on_a_live_connection_changes_no_state),
        TEST(a_restart_is_recognized_by_its_rst_in_every_state),
        TEST(a_restart_may_answer_an_ack_that_was_not_captured),
        TEST(a_listener_answers_an_old_syn_after_the_connection),
        TEST(a_listener_that_answered_an_old_syn_expects_its_rst),
        TEST(a_syn_that_opens_when_time_wait_is_over_has_the_number_that_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
