/* test_uncaptured.c
 * What a capture lacks, or shows in another order than it was sent, is no act of an endpoint: a RST
 * beyond a gap, a FIN that seemed to be refused, SYNs, FINs and RSTs captured in the wrong order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- A RST beyond what was captured of its sender ---------------------------------------------- */

#define assert_rst(want_validity, want_states)                                                     \
    do {                                                                                           \
        assert_int_equal(shown_facts()->rst.validity, want_validity);                              \
        assert_states(want_states);                                                                \
    } while (0)

static void where_no_data_were_captured_a_rst_beyond_them_may_be_exact(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 501, 1, 0);
    assert_rst(RST_CANNOT_TELL, "CLOSED / CLOSED");
    assert_phase("Reset");
    assert_ordinary();
}

static void without_data_a_rst_that_acknowledges_nothing_is_in_the_window(void **state)
{
    (void)state;
    handshake();
    client(RST, 501, 0, 0); /* of its sender's making, or of anybody's who guesses numbers */
    assert_rst(RST_IN_WINDOW, "CLOSED / ESTABLISHED");
}

static void where_data_were_captured_without_a_gap_it_is_in_the_window(void **state)
{
    (void)state;
    for (unsigned side = 0; side < 2; side++) { /* of either side */
        begin(NULL);
        handshake();
        send_from(side, PSH | ACK, 1, 1, 1);
        client(RST, 501, 0, 0);
        assert_rst(RST_IN_WINDOW, "CLOSED / ESTABLISHED");
        assert_anomalies("rst_not_exact");
    }
}

static void a_fin_overtaken_by_a_rst_that_was_not_taken_closes_all_the_same(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    client(PSH | ACK, 1, 2, 100);
    client(RST, 102, 0, 0);
    assert_rst(RST_IN_WINDOW, "CLOSED / FIN-WAIT-2");
    client(FIN | ACK, 101, 2, 0);
    assert_shows("Teardown 3/4", "CLOSED / TIME-WAIT");
    server(ACK, 2, 102, 0);
    assert_shows("Teardown 4/4", "CLOSED / TIME-WAIT");
    assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
    assert_int_equal(drive.summary.reset_by, 0);
}

static void whoever_goes_on_has_sent_the_fin_that_its_rst_overtook(void **state)
{
    static const char *const states[] = {"CLOSING", "TIME-WAIT"};

    (void)state;
    for (unsigned acked = 0; acked < 2; acked++) {
        begin(NULL);
        handshake();
        client(PSH | ACK, 1, 1, 100);
        server(RST, 2, 0, 0);
        server(FIN | ACK, 1, 101, 0);
        assert_states("CLOSE-WAIT / CLOSED");
        if (acked)
            client(ACK, 101, 2, 0);
        client(FIN | ACK, 101, 1 + acked, 0);
        server(ACK, 2, 102, 0); /* of what was sent when the RST had passed */
        assert_server(states[acked]);
    }
}

static void a_fin_overtaken_by_the_rst_that_ended_both_changes_nothing(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    client(RST | ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
    client(FIN | ACK, 1, 2, 0);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Reset");
}

static void where_data_before_it_are_known_to_be_missing_it_may_be_exact(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 201, 0); /* of 100 bytes that were not captured */
    wait_for(0);
    client(RST | ACK, 501, 1, 0);
    assert_rst(RST_CANNOT_TELL, "CLOSED / CLOSED");
    assert_ordinary();
    client(RST | ACK, 501, 1, 0); /* nobody has gone on */
    assert_rst(RST_CANNOT_TELL, "CLOSED / CLOSED");
}

static void a_gap_in_the_other_direction_explains_nothing(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 201, 0);
    server(RST | ACK, 501, 201, 0);
    assert_rst(RST_IN_WINDOW, "ESTABLISHED / CLOSED");
}

static void data_that_are_merely_out_of_order_show_no_gap(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 101, 1, 100);
    client(RST | ACK, 501, 1, 0);
    assert_rst(RST_IN_WINDOW, "CLOSED / ESTABLISHED");
}

static void nor_do_they_where_more_are_out_of_order_than_is_remembered(void **state)
{
    (void)state;
    handshake();
    for (uint32_t i = 1; i <= RANGES_MAX + 1; i++)
        client(PSH | ACK, 1 + 200 * i, 1, 100);
    for (uint32_t i = 0; i <= RANGES_MAX; i++)
        client(PSH | ACK, 1 + 200 * i, 1, 200);
    server(ACK, 1, 1 + 200 * (RANGES_MAX + 1) + 100, 0);
    client(RST | ACK, 5001, 1, 0);
    assert_rst(RST_IN_WINDOW, "CLOSED / ESTABLISHED");
}

static void without_a_third_step_its_ack_tells(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST | ACK, 501, 1, 0);
    assert_rst(RST_CANNOT_TELL, "CLOSED / CLOSED");
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST | ACK, 501, 0, 0);
    assert_rst(RST_IN_WINDOW, "CLOSED / SYN-RECEIVED");
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 501, 0, 0);
    assert_rst(RST_IN_WINDOW, "CLOSED / SYN-RECEIVED");
}

static void in_the_end_a_rst_in_the_window_counts_unless_its_receiver_goes_on(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 501, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Reset");
    assert_int_equal(drive.summary.state[ROLE_SERVER], STATE_CLOSED);
    server(ACK, 1, 1, 0); /* a challenge ACK */
    assert_string_equal(outcome_text(drive.summary.outcome), "Open");
    assert_int_equal(drive.summary.state[ROLE_SERVER], STATE_ESTABLISHED);
}

/* -- A FIN that seemed to be refused ----------------------------------------------------------- */

static void send_fin_out_of_window(void)
{
    handshake();
    client(FIN | ACK, 1 + 2 * WINDOW, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    wait_for(SECOND);
    server(ACK, 1, 2 + 2 * WINDOW, 0);
}

static void send_fin_without_ack(void)
{
    handshake();
    client(FIN, 1, 0, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(ACK, 1, 2, 0);
}

static void send_fin_with_old_timestamp_behind_a_gap(void)
{
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(900, 5000);
    client(FIN | ACK, 101, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    timestamps(5040, 1020);
    server(ACK, 1, 102, 0);
}

static void a_refused_fin_counts_when_it_is_acknowledged(void **state)
{
    static void (*const sends[])(void) = {send_fin_out_of_window, send_fin_without_ack,
                                          send_fin_with_old_timestamp_behind_a_gap};

    (void)state;
    for (size_t i = 0; i < sizeof sends / sizeof sends[0]; i++) {
        begin(NULL);
        sends[i]();
        assert_states("FIN-WAIT-2 / CLOSE-WAIT");
        assert_string_equal(outcome_text(drive.summary.outcome), "Half-closed");
        assert_int_equal(drive.summary.closed_by, WHO_CLIENT);
        server(PSH | ACK, 1, drive.sent.ack - drive.isn[CLIENT], 10);
        assert_ordinary(); /* nothing beyond the FIN is acknowledged */
        client(ACK, drive.sent.ack - drive.isn[CLIENT], 11, 0);
        assert_kind("ACK"); /* with the number behind it */
        assert_ordinary();
    }
}

static void an_ack_below_or_beyond_a_refused_fin_does_not_count_it(void **state)
{
    static const uint32_t acks[] = {1, 3};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        client(FIN, 1, 0, 0);
        server(ACK, 1, acks[i], 0);
        assert_states("ESTABLISHED / ESTABLISHED");
    }
}

static void a_fin_with_an_old_timestamp_right_behind_its_senders_data_is_its_own(void **state)
{
    (void)state; /* though its receiver has to refuse it (RFC 7323 5.3) */
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(900, 5000);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    timestamps(5040, 1020);
    server(ACK, 1, 2, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

/* -- The order of FINs ------------------------------------------------------------------------- */

static void a_fin_that_the_other_one_acknowledges_was_sent_first(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 2, 0); /* answers the FIN that is captured after it */
    assert_phase("Teardown 1/4");
    client(FIN | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_CLIENT);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
    assert_int_equal(drive.summary.closed_by, WHO_CLIENT);
}

static void of_two_fins_that_acknowledge_neither_none_was_first(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_BOTH);
}

static void a_fin_captured_behind_its_ack_is_not_sent_again(void **state)
{
    (void)state;
    for (unsigned clock = 0; clock < 2; clock++) {
        handshake_with_clocks();
        client(FIN | ACK, 1, 1, 0);
        server(ACK, 1, 2, 0);
        client(ACK, 2, 2, 0);
        wait_for(SECOND);
        if (clock)
            timestamps(7000, 1020);
        server(FIN | ACK, 1, 2, 0);
        assert_shows("Teardown 3/4", "TIME-WAIT / CLOSED");
        wait_for(SECOND);
        if (clock)
            timestamps(8000, 1020);
        server(FIN | ACK, 1, 2, 0); /* but this one is */
        assert_states("TIME-WAIT / LAST-ACK");
    }
}

/* -- The order of SYNs and RSTs ---------------------------------------------------------------- */

static void a_syn_captured_behind_its_syn_ack_is_its_syn(void **state)
{
    (void)state;
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_int_equal(drive.summary.start, START_SYN_ACK);
    client(SYN | ECE | CWR, 0, 0, 0);
    assert_phase("Handshake 1/3");
    assert_int_equal(drive.summary.start, START_SYN);
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN);
    client(ACK, 1, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
    assert_int_equal(drive.summary.ecn, ECN_CLASSIC);
}

static void only_with_data_or_the_option_it_makes_a_fast_open(void **state)
{
    (void)state; /* without, a server that sends data has got the third step */
    for (uint32_t len = 0; len <= 100; len += 100) {
        begin(NULL);
        server(SYN | ACK, 0, 1, 0);
        client(SYN, 0, 0, len);
        server(PSH | ACK, 1, 1, 10);
        assert_server(len > 0 ? "SYN-RECEIVED" : "ESTABLISHED");
    }
}

static void but_not_where_the_syn_ack_does_not_acknowledge_the_data(void **state)
{
    (void)state; /* RFC 7413 4.2.2: then the handshake is an ordinary one */
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 100);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.type, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.type, HANDSHAKE_THREE_WAY);
}

static void the_syn_whose_data_are_acknowledged_may_be_missing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 101, 0);
    client(ACK, 101, 1, 0);
    assert_phase("Handshake 3/3");
}

static void the_numbers_0_and_1_are_not_those_of_another_connection(void **state)
{
    (void)state;
    drive.isn[CLIENT] = UINT32_MAX - 1;
    drive.isn[SERVER] = 0;
    client(SYN, 0, 0, 0);
    client(ACK, 2, 1, 0); /* a byte and the SYN-ACK are missing */
    assert_phase("Handshake 3/3");
}

static void a_syn_with_another_number_is_not_that_of_the_syn_ack(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 5000, 0, 0);
    assert_int_equal(drive.summary.start, START_SYN_ACK);
}

static void a_syn_of_the_sender_of_the_syn_ack_is_not_that_syn(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(SYN, 0, 0, 0);
    assert_false(drive.shown.status.roles == ROLES_BY_SYN &&
                 drive.shown.status.client_side == CLIENT);
}

static void a_rst_captured_before_the_syn_that_it_refuses(void **state)
{
    (void)state;
    refuse(1);
    assert_phase("Reset");
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3", "CLOSED / CLOSED");
    assert_milestones("Open requested, Refused");
    assert_string_equal(outcome_text(drive.summary.outcome), "Refused");
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.start, START_SYN);
    assert_int_equal(drive.summary.reset_reason, RST_PORT_CLOSED);
}

static void so_may_be_the_rst_that_refuses_the_next_attempt(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    refuse(5001);
    client(SYN, 5000, 0, 0);
    assert_shows("Handshake 1/3", "CLOSED / CLOSED");
    assert_milestones("Open requested, Refused, Reopened");
    assert_string_equal(outcome_text(drive.summary.outcome), "Refused");
    assert_int_equal(drive.summary.reset_reason, RST_PORT_CLOSED);
    client(SYN, 5000, 0, 0); /* one RST has refused one SYN */
    assert_states("SYN-SENT / CLOSED");
}

static void whoever_waits_in_time_wait_has_refused_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(FIN | ACK, 0, 10000, 0);
    server(RST | ACK, 0 - drive.isn[SERVER], 0 - drive.isn[CLIENT], 0); /* raw numbers 0 */
    server(FIN | ACK, 9999, 1, 0);
    assert_states("CLOSED / TIME-WAIT");
    client(SYN, 1, 0, 0);
    assert_states("SYN-SENT / TIME-WAIT");
}

static void a_rst_behind_data_that_were_not_captured_ends_its_sender(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(RST | ACK, 30002, 1, 0);
    assert_states("CLOSED / CLOSED");
}

static void a_third_step_may_come_behind_more_data_than_a_window(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 98, 10099, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_ordinary();
}

static void a_lone_rst_with_other_numbers_refuses_nothing(void **state)
{
    (void)state;
    refuse(2);
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Unanswered");
}

static void a_rst_captured_before_the_data_that_it_answers(void **state)
{
    (void)state;
    server(RST, 1, 0, 0);
    client(PSH | ACK, 1, 1, 10);
    assert_anomalies("orphan");
    assert_string_equal(outcome_text(drive.summary.outcome), "Orphan");
}

/* -- A RST that leaves its sender where it is -------------------------------------------------- */

static void in_syn_sent_a_rst_that_answers_a_wrong_segment_ends_nothing(void **state)
{
    static const unsigned flags[] = {RST, RST | ACK};

    (void)state; /* RFC 9293 3.10.7.3, first check */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(ACK, 300, (uint32_t)-4000, 0);
        client(flags[i], (uint32_t)-4000, 300, 0);
        assert_client("SYN-SENT");
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 5000, 0);
        client(flags[i], 5000, 1, 0);
        assert_client("SYN-SENT");
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(ACK, 300, 1, 0); /* without SYN */
        client(flags[i], 1, 300, 0);
        assert_client("SYN-SENT");
    }
}

static void whoever_refuses_a_right_syn_ack_is_gone(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_client("SYN-SENT");
    client(RST, 1, 0, 0);
    assert_client("CLOSED");
}

static void a_syn_has_no_acknowledgment_number_that_a_rst_could_repeat(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 0 - drive.isn[SERVER], 1, 0); /* 0 on the wire, as in that field of the SYN */
    assert_server("CLOSED");
}

static void whoever_has_sent_a_syn_was_no_closed_port(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    assert_moves("server aborts by RST: SYN-RECEIVED to CLOSED (RFC 9293 3.10.5); client "
                 "received RST: SYN-SENT to CLOSED (RFC 9293 3.10.7.3)");
}

/* -- Reasons ----------------------------------------------------------------------------------- */

static void a_rst_with_both_numbers_turned_round_answers_that_segment(void **state)
{
    static const uint32_t acked[] = {101, 1};

    (void)state; /* only where its sender knows less than before */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        client(PSH | ACK, 1, 1, 100);
        server(ACK, 1, acked[i], 0);
        client(PSH | ACK, 1, 1, 100);
        server(RST | ACK, 1, 1, 0);
        assert_int_equal(shown_facts()->rst.trigger_frame, i == 0 ? 6 : 0);
        assert_int_equal(shown_facts()->rst.reason, i == 0 ? RST_HALF_OPEN : RST_ABORT);
    }
}

static void first_transmissions_that_come_late_are_no_sign_of_a_timeout(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 201, 1, 100);
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    client(RST | ACK, 301, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
    begin(NULL);
    handshake();
    client(PSH | ACK, 201, 1, 100);
    server(ACK, 1, 201, 0);
    client(PSH | ACK, 201, 1, 100); /* captured before, beyond a gap */
    client(PSH | ACK, 201, 1, 100);
    client(RST | ACK, 301, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_TIMEOUT);
}

static void what_is_captured_behind_its_acknowledgment_is_no_sign_of_a_timeout(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 201, 1, 100);
    server(ACK, 1, 301, 0); /* in order only in its own direction */
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    client(RST | ACK, 301, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

/* -- Data far beyond a gap --------------------------------------------------------------------- */

static void behind_a_gap_all_that_was_captured_may_be_acknowledged(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1 + 3 * WINDOW, 1, 100);
    client(PSH | ACK, 1 + 3 * WINDOW, 1, 10); /* the first of it again */
    server(ACK, 1, 101 + 3 * WINDOW, 0);
    assert_ordinary();
    client(PSH | ACK, 101 + 3 * WINDOW, 1, 10);
    assert_true(drive.verdict.counts);
    assert_ordinary();
}

/* -- Options that were cut off ----------------------------------------------------------------- */

static void data_on_a_syn_may_belong_to_an_option_that_was_cut_off(void **state)
{
    (void)state;
    drive.next.options_cut = true;
    client(SYN, 0, 0, 100);
    assert_ordinary();
    begin(NULL);
    client(SYN, 0, 0, 100);
    assert_anomalies("syn_with_data");
}

/* -- Another connection under the same addresses and ports ------------------------------------- */

static void numbers_of_another_syn_ack_show_another_connection(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(SYN | ACK, 500000, (uint32_t)-99, 0);
    assert_anomalies("(synack_changed)");
    client(ACK, 1, 500001, 0);
    assert_anomalies("shared_tuple");
    server(PSH | ACK, 500001, 1, 100);
    assert_ordinary(); /* told once */
    server(RST | ACK, 500101, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 1, 0); /* this connection's */
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void the_other_connection_may_go_on_for_gigabytes(void **state)
{
    const uint32_t gigabyte = 1000000000;

    (void)state; /* each of its segments stands within the largest window behind the highest */
    handshake();
    exchange_data();
    server(SYN | ACK, 500000, (uint32_t)-99, 0);
    server(PSH | ACK, 500001 + gigabyte, 1, 100);
    assert_anomalies("shared_tuple");
    server(PSH | ACK, 500001, 1, 100); /* sent again */
    assert_ordinary();
    client(PSH | ACK, 1, 500101, 100); /* ends at a number of its own */
    server(PSH | ACK, 500001 + 2 * gigabyte, 1, 100);
    assert_ordinary();
    assert_false(drive.verdict.counts);
    client(ACK, 1, 500101 + 2 * gigabyte, 0);
    assert_ordinary();
}

static void what_fits_this_connection_is_its_own(void **state)
{
    (void)state; /* though it fits the other SYN-ACK, too */
    handshake();
    exchange_data();
    server(SYN | ACK, (uint32_t)-5000, (uint32_t)-99, 0);
    server(PSH | ACK, 201, 1, 100); /* ahead */
    assert_ordinary();
    server(PSH | ACK, 1, 1, 100);
    assert_ordinary();
    client(ACK, 1, 101, 0);
    assert_ordinary();
}

static void what_lies_little_beyond_this_connection_is_its_own(void **state)
{
    (void)state; /* a FIN that was not captured, and its ACK */
    handshake();
    exchange_data();
    server(SYN | ACK, (uint32_t)-1000000, (uint32_t)-99, 0);
    client(ACK, 1, 2, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(FIN | ACK, 1, 2, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 2, 2, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void what_fits_neither_connection_is_not_the_others(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(SYN | ACK, 500000, (uint32_t)-99, 0);
    server(PSH | ACK, (uint32_t)-99, 1, 100); /* sent again */
    assert_ordinary();
    server(PSH | ACK, 400000, 1, 100); /* below the other SYN-ACK */
    assert_anomalies("out_of_window");
}

static void segments_of_the_other_connection_may_be_its_syn_ack_again_or_a_rst(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(SYN | ACK, 500000, (uint32_t)-99, 0);
    server(SYN | ACK, 500000, (uint32_t)-99, 0);
    assert_anomalies("(synack_changed)");
    server(RST | ACK, 500001, 1, 0);
    assert_anomalies("shared_tuple");
}

static void a_syn_behind_its_own_ack_may_open_another_connection(void **state)
{
    (void)state; /* of which the SYN-ACK was not captured */
    handshake();
    client(SYN, 0, 0, 0);
    client(ACK, 1, 70000001, 0);
    assert_anomalies("(ack_beyond_sent)");
    server(PSH | ACK, 70000001, 1, 100);
    assert_anomalies("(out_of_window)");
    server(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 101, 1, 0);
    assert_anomalies("(fin_moved)");
    server(PSH | ACK, 102, 1, 100);
    assert_anomalies("(data_after_fin)");
    begin(NULL);
    handshake();
    client(ACK, 1, 70000001, 0);
    assert_anomalies("ack_beyond_sent");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0); /* sent again */
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 70000001, 0);
    assert_anomalies("ack_beyond_sent");
}

static void the_syn_of_another_connection_may_be_the_only_one_captured(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 70000001, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void a_rst_that_acknowledges_data_shows_that_its_sender_was_established(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 1, 101, 0); /* of data that were not captured */
    assert_moves("server goes on, so its SYN was acknowledged: SYN-RECEIVED to ESTABLISHED "
                 "(RFC 9293 3.10.7.4); server aborts by RST: ESTABLISHED to CLOSED (RFC 9293 "
                 "3.10.5); client received RST: ESTABLISHED to CLOSED (RFC 9293 3.10.7.4)");
}

static void an_old_rst_shows_no_such_thing(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 0, 101, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    assert_unmoved();
}

static void
the_third_step_captured_behind_the_rst_that_answers_it_completes_the_handshake(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST, 1, 0, 0);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_UNFINISHED);
    client(ACK, 1, 1, 0);
    assert_shows("Closed", "CLOSED / CLOSED");
    assert_int_equal(drive.shown.handshake_step, 3);
    assert_int_equal(shown_facts()->handshake.rtt, 3 * TICK);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
    client(ACK, 1, 1, 0); /* once is enough */
    assert_int_equal(drive.shown.handshake_step, 0);
}

static void so_it_does_behind_a_rst_that_it_has_crossed(void **state)
{
    (void)state;
    for (uint32_t uncaptured = 0; uncaptured <= 10; uncaptured += 10) {
        place("ESTABLISHED / SYN-RECEIVED");
        server(RST | ACK, 1 + uncaptured, 1, 0); /* answers nothing (RFC 9293 3.5.2) */
        client(ACK, 1, 1, 0);
        assert_shows("Closed", "CLOSED / CLOSED");
        assert_int_equal(drive.shown.handshake_step, 3);
        assert_string_equal(handshake_result_text(drive.summary.handshake), "Completed");
        assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
    }
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0); /* of a number that was never sent */
    assert_string_equal(handshake_result_text(drive.summary.handshake), "Unfinished");
}

static void whoever_acknowledges_the_number_of_a_rst_was_not_refused(void **state)
{
    (void)state; /* the SYN-ACK is missing */
    client(SYN, 0, 0, 0);
    server(RST | ACK, 1, 1, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_REFUSED);
    client(ACK, 1, 1, 0);
    assert_shows("Closed", "CLOSED / CLOSED");
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
    assert_int_equal(drive.summary.reset_by, WHO_SERVER);
    assert_int_equal(drive.summary.reset_reason, RST_REASON_UNKNOWN);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
}

static void whoever_acknowledges_another_number_was_refused(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_REFUSED);
    begin(NULL);
    client(SYN, 0, 0, 0);
    refuse(1);
    client(ACK, 1, 0 - drive.isn[SERVER], 0); /* 0 is no number of the server's own */
    assert_int_equal(drive.summary.outcome, OUTCOME_REFUSED);
}

static void a_rst_of_an_answered_syn_does_not_answer_it_again(void **state)
{
    (void)state; /* the SYN-ACK is missing */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    server(RST | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

static void a_rst_that_turns_a_probe_round_answers_it(void **state)
{
    (void)state; /* without the SYN-ACK, the third step shows that the SYN was acknowledged */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    wait_for(10 * SECOND);
    client(ACK, 0, 1, 0);
    server(RST | ACK, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    assert_int_equal(shown_facts()->rst.trigger_frame, 3);
}

static void the_answer_to_a_fin_arrives_though_data_before_it_are_missing(void **state)
{
    (void)state; /* a filter lets only SYN and FIN through, and the answer comes first */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(FIN | ACK, 4001, 20, 0);
    assert_states("ESTABLISHED / FIN-WAIT-1");
    client(FIN | ACK, 19, 4001, 0);
    assert_states("TIME-WAIT / LAST-ACK");
    assert_int_equal(shown_facts()->close.initiator, WHO_CLIENT);
}

static void but_not_where_its_own_fin_lacks_some(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(FIN | ACK, 4001, 20, 0);
    client(FIN | ACK, 19, 3001, 0); /* a thousand bytes are still under way */
    assert_states("FIN-WAIT-2 / LAST-ACK");
}

static void nothing_else_opens_behind_a_rst(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST | ACK, 1, 1, 0); /* the client's own */
    client(ACK, 1, 1, 0);
    assert_string_equal(handshake_result_text(drive.summary.handshake), "Unanswered");
}

static void the_data_of_a_syn_may_have_been_acknowledged_before_it_is_captured(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 10, 0);
    server(RST | ACK, 1, 10, 0);
    client(SYN, 0, 0, 9);
    assert_false(drive.shown.milestones & 1u << MILESTONE_REOPENED);
    assert_int_equal(drive.summary.start, START_SYN);
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
}

static void a_syn_ack_that_answers_another_syn_may_be_of_another_connection(void **state)
{
    (void)state; /* the device between them chooses numbers of its own */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 5000000, 7000000, 0);
    assert_anomalies("(bad_handshake_ack)");
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 5000001, 7000100, 0);
    assert_anomalies("shared_tuple");
    server(ACK, 1, 101, 0);
    for (uint32_t sent = 0; sent < 20 * WINDOW; sent += WINDOW) {
        server(PSH | ACK, 5000001 + sent, 7000100, WINDOW);
        assert_ordinary();
    }
    server(FIN | ACK, 5000001 + 20 * WINDOW, 7000100, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 101, 0); /* this connection's */
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void whoever_rejects_a_syn_ack_has_got_it(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 5000000, 7000000, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST | ACK, 7000000, 5000001, 0); /* late */
    assert_int_equal(shown_facts()->rst.by, WHO_CLIENT);
    assert_false(anomaly_is_raised(&drive.shown.anomalies, ANOMALY_SHARED_TUPLE));
}

static void the_number_of_its_own_syn_ack_is_of_no_other_connection(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 7000000, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(PSH | ACK, 1 + 2 * WINDOW, 1, 100);
    assert_anomalies("out_of_window");
}

static void numbers_behind_the_only_syn_ack_are_of_no_other_connection(void **state)
{
    (void)state; /* the SYN that it answers was not captured */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 5000000, 7000000, 0);
    server(PSH | ACK, 5000001, 7000000, 100);
    assert_false(anomaly_is_raised(&drive.shown.anomalies, ANOMALY_SHARED_TUPLE));
}

/* An abort has the number after the FIN at most. */
static void whoever_closes_below_the_number_of_its_rst_has_not_sent_that(void **state)
{
    (void)state;
    for (uint32_t beyond = 0; beyond < 2; beyond++) {
        begin(NULL);
        handshake();
        server(PSH | ACK, 1, 1, 100);
        server(RST, 102 + beyond, 0, 0); /* the client does not take it */
        server(FIN | ACK, 101, 1, 0);
        assert_states(beyond ? "CLOSE-WAIT / FIN-WAIT-1" : "CLOSE-WAIT / CLOSED");
    }
    begin(NULL);
    handshake();
    server(RST, 60, 0, 0);
    client(RST, 1, 0, 0); /* then it is over all the same */
    server(FIN | ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
}

/* It has spoken since, and what it says now has the number before the first that was acknowledged.
 */
static void an_old_copy_of_a_syn_ack_that_was_not_captured_tells_its_number(void **state)
{
    (void)state;
    for (uint32_t isn = 0; isn < 2; isn++) {
        begin(NULL);
        client(SYN | ECE | CWR, 0, 0, 0);
        client(ACK, 1, 1, 0);
        server(ACK, 1, 1, 0);
        server(SYN | ACK | ECE, isn, 1, 0);
        assert_states("ESTABLISHED / ESTABLISHED");
        assert_int_equal(drive.summary.ecn, isn ? ECN_OFFERED : ECN_CLASSIC);
    }
}

/* The RST that seemed to refuse the SYN was forged, or the SYN was sent again. */
static void whoever_was_refused_before_its_syn_may_go_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(NULL);
        server(RST | ACK, 7000 * i, 1, 0);
        wait_for(MILLISECOND);
        client(SYN, 0, 0, 0);
        assert_states("CLOSED / CLOSED");
        server(SYN | ACK, 0, 1, 0);
        client(PSH | ACK, 1, 1, 100);
        assert_ordinary();
        assert_states("ESTABLISHED / ESTABLISHED");
    }
}

static void the_syn_ack_before_the_syn_may_follow_a_time_wait_that_was_reset(void **state)
{
    (void)state; /* where a forged SYN had found that */
    handshake();
    close_by(SERVER);
    assert_states("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-5000, 0, 0);
    server(ACK, 2, 2, 0);
    client(RST, 2, 0, 0);
    assert_states("SYN-SENT / CLOSED");
    server(SYN | ACK | ECE, 90000, 50001, 0);
    client(SYN | ECE | CWR, 50000, 0, 0);
    client(ACK, 50001, 90001, 0);
    assert_phase("Handshake 3/3");
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_string_equal(ecn_mode_text(drive.shown.status.ecn.mode), "Classic ECN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(where_no_data_were_captured_a_rst_beyond_them_may_be_exact),
        TEST(without_data_a_rst_that_acknowledges_nothing_is_in_the_window),
        TEST(where_data_were_captured_without_a_gap_it_is_in_the_window),
        TEST(a_fin_overtaken_by_a_rst_that_was_not_taken_closes_all_the_same),
        TEST(whoever_goes_on_has_sent_the_fin_that_its_rst_overtook),
        TEST(a_fin_overtaken_by_the_rst_that_ended_both_changes_nothing),
        TEST(where_data_before_it_are_known_to_be_missing_it_may_be_exact),
        TEST(a_gap_in_the_other_direction_explains_nothing),
        TEST(data_that_are_merely_out_of_order_show_no_gap),
        TEST(nor_do_they_where_more_are_out_of_order_than_is_remembered),
        TEST(without_a_third_step_its_ack_tells),
        TEST(in_the_end_a_rst_in_the_window_counts_unless_its_receiver_goes_on),
        TEST(a_refused_fin_counts_when_it_is_acknowledged),
        TEST(an_ack_below_or_beyond_a_refused_fin_does_not_count_it),
        TEST(a_fin_with_an_old_timestamp_right_behind_its_senders_data_is_its_own),
        TEST(a_fin_that_the_other_one_acknowledges_was_sent_first),
        TEST(of_two_fins_that_acknowledge_neither_none_was_first),
        TEST(a_fin_captured_behind_its_ack_is_not_sent_again),
        TEST(a_syn_captured_behind_its_syn_ack_is_its_syn),
        TEST(only_with_data_or_the_option_it_makes_a_fast_open),
        TEST(but_not_where_the_syn_ack_does_not_acknowledge_the_data),
        TEST(the_syn_whose_data_are_acknowledged_may_be_missing),
        TEST(the_numbers_0_and_1_are_not_those_of_another_connection),
        TEST(a_syn_with_another_number_is_not_that_of_the_syn_ack),
        TEST(a_syn_of_the_sender_of_the_syn_ack_is_not_that_syn),
        TEST(a_rst_captured_before_the_syn_that_it_refuses),
        TEST(so_may_be_the_rst_that_refuses_the_next_attempt),
        TEST(whoever_waits_in_time_wait_has_refused_nothing),
        TEST(a_rst_behind_data_that_were_not_captured_ends_its_sender),
        TEST(a_third_step_may_come_behind_more_data_than_a_window),
        TEST(a_lone_rst_with_other_numbers_refuses_nothing),
        TEST(a_rst_captured_before_the_data_that_it_answers),
        TEST(in_syn_sent_a_rst_that_answers_a_wrong_segment_ends_nothing),
        TEST(whoever_refuses_a_right_syn_ack_is_gone),
        TEST(a_syn_has_no_acknowledgment_number_that_a_rst_could_repeat),
        TEST(whoever_has_sent_a_syn_was_no_closed_port),
        TEST(a_rst_with_both_numbers_turned_round_answers_that_segment),
        TEST(first_transmissions_that_come_late_are_no_sign_of_a_timeout),
        TEST(what_is_captured_behind_its_acknowledgment_is_no_sign_of_a_timeout),
        TEST(data_on_a_syn_may_belong_to_an_option_that_was_cut_off),
        TEST(numbers_of_another_syn_ack_show_another_connection),
        TEST(the_other_connection_may_go_on_for_gigabytes),
        TEST(a_syn_behind_its_own_ack_may_open_another_connection),
        TEST(the_syn_of_another_connection_may_be_the_only_one_captured),
        TEST(what_fits_this_connection_is_its_own),
        TEST(what_lies_little_beyond_this_connection_is_its_own),
        TEST(what_fits_neither_connection_is_not_the_others),
        TEST(segments_of_the_other_connection_may_be_its_syn_ack_again_or_a_rst),
        TEST(a_rst_that_acknowledges_data_shows_that_its_sender_was_established),
        TEST(an_old_rst_shows_no_such_thing),
        TEST(the_third_step_captured_behind_the_rst_that_answers_it_completes_the_handshake),
        TEST(so_it_does_behind_a_rst_that_it_has_crossed),
        TEST(whoever_acknowledges_the_number_of_a_rst_was_not_refused),
        TEST(whoever_acknowledges_another_number_was_refused),
        TEST(a_rst_of_an_answered_syn_does_not_answer_it_again),
        TEST(a_rst_that_turns_a_probe_round_answers_it),
        TEST(the_answer_to_a_fin_arrives_though_data_before_it_are_missing),
        TEST(but_not_where_its_own_fin_lacks_some),
        TEST(nothing_else_opens_behind_a_rst),
        TEST(the_data_of_a_syn_may_have_been_acknowledged_before_it_is_captured),
        TEST(a_syn_ack_that_answers_another_syn_may_be_of_another_connection),
        TEST(whoever_rejects_a_syn_ack_has_got_it),
        TEST(the_number_of_its_own_syn_ack_is_of_no_other_connection),
        TEST(numbers_behind_the_only_syn_ack_are_of_no_other_connection),
        TEST(behind_a_gap_all_that_was_captured_may_be_acknowledged),
        TEST(whoever_closes_below_the_number_of_its_rst_has_not_sent_that),
        TEST(an_old_copy_of_a_syn_ack_that_was_not_captured_tells_its_number),
        TEST(whoever_was_refused_before_its_syn_may_go_on),
        TEST(the_syn_ack_before_the_syn_may_follow_a_time_wait_that_was_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
