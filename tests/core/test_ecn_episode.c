/* test_ecn_episode.c
 * Congestion episodes of classic ECN: mark, echo, CWR, end of the echo, and what may go wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_classic.h"

/* -- Regular episodes -------------------------------------------------------------------------- */

static void a_mark_is_echoed_until_cwr_and_each_names_the_one_before(void **state)
{
    (void)state;
    marked_data(0);
    assert_roles("CE mark");
    assert_own_episode("1 Marked");
    assert_links(ECN_OF_SENDER, 0, 0, 0);
    acks(1, ECE);
    assert_roles("First echo");
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 4, 0, 0);
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_RECEIVER].echo_time, TICK);
    acks(1, ECE);
    assert_roles("Repeated echo");
    assert_echo_episode("1 Echoed");
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_RECEIVER].echo_time, NO_TIME);
    data(1, CWR);
    assert_roles("Window reduced (CWR)");
    assert_own_episode("1 Answered");
    assert_links(ECN_OF_SENDER, 0, 5, 0);
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_judged);
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_SENDER].response_time, 2 * TICK);
    acks(2, 0);
    assert_roles("Echo stopped");
    assert_echo_episode("1 Done");
    assert_links(ECN_OF_RECEIVER, 0, 0, 7);
    data(2, 0);
    assert_roles("");
    assert_own_episode("none");
    acks(3, 0);
    assert_echo_episode("none");
    assert_true(drive.verdict.steady);
}

static void a_delayed_ack_echoes_any_mark_that_it_covers(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(2, ECE);
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 4, 0, 0);
}

static void marks_during_the_echo_are_the_same_congestion(void **state)
{
    (void)state;
    marked_data(0);
    marked_data(1);
    assert_own_episode("1 Marked");
    acks(1, ECE);
    marked_data(2);
    assert_own_episode("1 Echoed");
    acks(3, ECE);
    assert_roles("Repeated echo");
    assert_links(ECN_OF_RECEIVER, 4, 0, 0);
}

static void the_echo_continues_until_the_cwr_arrives(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(1, ECE);
    data(2, CWR);
    acks(2, ECE);
    assert_roles("Repeated echo");
    assert_echo_episode("1 Answered");
    assert_blameless();
    acks(3, 0);
    assert_echo_episode("1 Done");
}

static void a_mark_on_the_cwr_or_after_it_is_new_congestion(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    ip_ecn(IP_ECN_CE);
    data(1, CWR);
    assert_roles("CE mark, Window reduced (CWR)");
    assert_own_episode("1 Answered");
    assert_links(ECN_OF_SENDER, 0, 5, 0);
    assert_string_equal(episode_text(ECN_NEXT_OF_SENDER), "2 Marked");
    marked_data(2);
    assert_own_episode("2 Marked");
    acks(3, ECE);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
    assert_links(ECN_OF_RECEIVER, 6, 0, 0);
    assert_blameless();
}

static void until_the_cwr_arrives_an_echo_is_for_the_old_marks(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(2, ECE);
    data(2, CWR);
    marked_data(3);
    server(ACK | ECE, 1, 1 + SIZE * 2, 10); /* sent before the CWR arrived */
    assert_roles("Repeated echo");
    assert_echo_episode("1 Answered");
    server(ACK, 11, 1 + SIZE * 3, 0);
    assert_echo_episode("1 Done");
    server(ACK | ECE, 11, 1 + SIZE * 4, 0);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
    assert_links(ECN_OF_RECEIVER, 8, 0, 0);
    assert_blameless();
}

static void the_old_episode_ends_with_its_own_ack(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    marked_data(2);
    assert_own_episode("2 Marked");
    acks(2, 0);
    assert_roles("Echo stopped");
    assert_echo_episode("1 Done");
    assert_links(ECN_OF_RECEIVER, 0, 0, 6);
    acks(3, ECE);
    assert_echo_episode("2 Echoed");
    assert_links(ECN_OF_RECEIVER, 7, 0, 0);
    data(3, CWR);
    assert_own_episode("2 Answered");
    acks(4, 0);
    assert_echo_episode("2 Done");
}

static void until_the_new_mark_arrives_the_echo_is_for_the_old_one(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(1, ECE);
    data(2, CWR);
    marked_data(3);
    acks(2, ECE);
    assert_roles("Repeated echo");
    assert_echo_episode("1 Answered");
    acks(4, ECE);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
    assert_links(ECN_OF_RECEIVER, 8, 0, 0);
}

static void both_directions_have_episodes_of_their_own(void **state)
{
    (void)state;
    marked_data(0);
    ip_ecn(IP_ECN_CE);
    server(ACK | ECE, 1, 101, SIZE);
    assert_roles("CE mark, First echo");
    assert_own_episode("1 Marked");
    assert_echo_episode("1 Echoed");
    client(ACK | ECE | CWR, 101, 101, SIZE);
    assert_roles("First echo, Window reduced (CWR)");
    assert_own_episode("1 Answered");
    assert_echo_episode("1 Echoed");
    server(ACK | CWR, 101, 201, SIZE);
    assert_own_episode("1 Answered");
    assert_echo_episode("1 Done");
    client(ACK, 201, 201, 0);
    assert_echo_episode("1 Done");
    assert_blameless();
}

static void a_reset_during_an_episode_is_no_anomaly(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    client(RST | ACK, 101, 1, 0);
    assert_blameless();
    server(ACK, 1, 101, 0);
    assert_blameless();
}

/* -- Marks that were not captured -------------------------------------------------------------- */

static void an_echo_without_a_mark_means_one_beyond_the_capture_point(void **state)
{
    (void)state;
    data(0, 0);
    acks(1, ECE);
    assert_roles("First echo");
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 0, 0, 0);
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_RECEIVER].echo_time, NO_TIME);
    data(1, CWR);
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
    acks(2, ECE); /* another mark beyond the capture point */
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
    assert_blameless();
}

static void an_echo_before_the_mark_can_have_arrived_does_not_name_it(void **state)
{
    (void)state;
    data(0, 0);
    marked_data(1);
    acks(1, ECE);
    assert_roles("First echo");
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 0, 0, 0);
}

static void a_mark_beyond_a_gap_is_echoed_by_a_duplicate_ack(void **state)
{
    (void)state;
    data(0, 0);
    acks(1, 0);
    marked_data(2);
    acks(1, ECE);
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 6, 0, 0);
}

static void a_mark_on_the_syn_ack_may_be_echoed(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    ip_ecn(IP_ECN_CE);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK | ECE, 1, 1, 0);
    assert_roles("First echo");
    assert_links(ECN_OF_RECEIVER, 2, 0, 0);
}

static void a_mark_on_a_retransmission_may_be_echoed_or_not(void **state)
{
    (void)state;
    data(0, 0);
    data(2, 0);
    acks(1, 0);
    ip_ecn(IP_ECN_CE);
    data(1, 0); /* it fills the gap */
    assert_roles("CE mark");
    assert_own_episode("none");
    acks(3, 0);
    assert_blameless();

    with_ecn(state);
    data(0, 0);
    data(2, 0);
    acks(1, 0);
    ip_ecn(IP_ECN_CE);
    data(1, 0);
    acks(3, ECE);
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 7, 0, 0);
}

static void a_mark_on_a_segment_that_is_not_taken_begins_no_episode(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK, 1 + 3 * WINDOW, 1, SIZE);
    assert_roles("CE mark");
    assert_own_episode("none");
}

/* -- Not echoed -------------------------------------------------------------------------------- */

static void an_ack_of_a_mark_without_echo_is_an_anomaly(void **state)
{
    (void)state;
    data(0, 0);
    marked_data(1);
    acks(1, 0);
    assert_blameless();
    acks(2, 0);
    assert_echo_episode("1 Not echoed");
    assert_links(ECN_OF_RECEIVER, 5, 0, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ECHOED));
    acks(2, 0);
    assert_blameless();
}

static void a_cwr_shows_that_an_echo_was_not_captured(void **state)
{
    (void)state;
    marked_data(0);
    data(1, CWR); /* answers an echo */
    acks(2, 0);
    assert_false(raised(ANOMALY_ECN_NOT_ECHOED));
}

static void with_a_guessed_mode_the_anomaly_is_assumed(void **state)
{
    begin(state);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, SIZE);
    acks(1, ECE);
    data(1, CWR);
    acks(2, 0);
    marked_data(2);
    acks(3, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ECHOED));
    assert_int_equal(drive.shown.anomalies.assumed, drive.shown.anomalies.raised);
}

static void a_mark_that_was_lost_with_its_segment_needs_no_echo(void **state)
{
    (void)state;
    marked_data(0);
    data(0, 0); /* a retransmission without a mark */
    acks(1, 0);
    assert_echo_episode("none");
    assert_blameless();
}

static void a_reordered_ack_says_nothing_about_the_echo(void **state)
{
    (void)state;
    data(0, 0);
    marked_data(1);
    acks(2, ECE);
    acks(1, 0);
    assert_roles("");
    assert_blameless();
    acks(2, ECE);
    assert_roles("Repeated echo");
}

/* -- Not answered ------------------------------------------------------------------------------ */

/* The window of the tests is 100 segments wide. */
static void among_equal_acks_an_older_timestamp_says_nothing_about_the_echo(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(NULL);
        timestamps(1000, 0);
        client(SYN | bits(3), 0, 0, 0);
        timestamps(5000, 1000);
        server(SYN | ACK | bits(1), 0, 1, 0);
        timestamps(1020, 5000);
        client(ACK, 1, 1, 0);
        timestamps(1030, 5000);
        marked_data(0);
        timestamps(5030, 1020);
        server(ACK, 1, 1, 10);
        timestamps(5050, 1030);
        server(ACK | ECE, 11, 1 + SIZE, 0);
        assert_roles("First echo");
        timestamps(i == 0 ? 5040 : 5060, 1030);
        server(ACK, 11, 1 + SIZE, 0);
        assert_roles(i == 0 ? "" : "Echo stopped");
    }
}

static void data_beyond_the_window_without_cwr_are_an_anomaly(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    wait_for(SECOND);
    data(1, 0); /* may have been in the sender's queue */
    assert_blameless();
    acks(2, ECE);
    for (unsigned n = 2; n < 100; n++)
        data(n, 0);
    assert_blameless();
    acks(100, ECE);
    data(100, 0);
    assert_blameless();
    data(101, 0);
    assert_own_episode("1 Not answered");
    assert_true(raised(ANOMALY_ECN_NOT_ANSWERED));
    data(102, CWR);
    assert_own_episode("1 Answered");
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
}

static void beyond_a_gap_a_missing_cwr_is_no_anomaly(void **state)
{
    (void)state; /* the CWR may be missing from the capture */
    marked_data(0);
    acks(1, ECE);
    wait_for(SECOND);
    data(2, 0);
    for (unsigned n = 3; n < 100; n++)
        data(n, 0);
    acks(100, ECE);
    for (unsigned n = 100; n < 104; n++) {
        data(n, 0);
        assert_blameless();
    }
}

static void within_a_round_trip_no_answer_is_due(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    wait_for(SECOND);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK, 1, 1, 0);
    marked_data(0);
    window(1);
    acks(1, ECE);
    acks(1, ECE); /* opens the window */
    data(1, 0);
    data(2, 0);
    assert_blameless();
}

static void a_cwr_may_be_among_data_that_were_not_captured(void **state)
{
    (void)state;
    marked_data(0);
    window(SIZE);
    acks(1, ECE);
    acks(1, ECE);
    data(2, 0);
    assert_blameless();
    data(3, 0);
    data(4, 0);
    assert_blameless();
}

/* -- Not cleared ------------------------------------------------------------------------------- */

static void an_endpoint_in_time_wait_may_forget_the_echo(void **state)
{
    (void)state;
    marked_data(0);
    server(FIN | ACK | ECE, 1, 101, 0);
    client(FIN | ACK, 101, 2, 0);
    server(ACK, 2, 102, 0);
    assert_roles("");
    assert_blameless();
}

static void an_echo_after_the_cwr_arrived_is_an_anomaly(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    acks(2, ECE);
    assert_roles("Repeated echo");
    assert_echo_episode("1 Not cleared");
    assert_true(raised(ANOMALY_ECN_NOT_CLEARED));
    assert_true(drive.shown.anomalies.assumed); /* the CWR may be marked beyond the capture point */
    acks(2, ECE);
    assert_echo_episode("1 Not cleared");
    assert_blameless();
    data(2, CWR);
    assert_own_episode("1 Answered");
    acks(3, 0);
    assert_echo_episode("1 Done");
}

/* -- CWR for other reasons --------------------------------------------------------------------- */

static void a_cwr_without_an_echo_has_another_reason(void **state)
{
    (void)state;
    data(0, 0);
    acks(1, 0);
    data(1, CWR);
    assert_roles("Window reduced (CWR)");
    assert_own_episode("none");
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_judged);
    assert_false(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
    assert_blameless();
}

static void a_cwr_belongs_on_new_data(void **state)
{
    (void)state;
    data(0, 0);
    data(0, CWR);
    assert_true(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
    client(ACK | CWR, 101, 1, 0);
    assert_true(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
}

static void a_retransmission_of_the_cwr_is_no_anomaly(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(1, CWR);
    assert_roles("Window reduced (CWR)");
    assert_own_episode("1 Answered");
    assert_false(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
    acks(2, 0);
    assert_links(ECN_OF_RECEIVER, 0, 0, 6);
}

/* -- Oddities ---------------------------------------------------------------------------------- */

static void an_echo_that_stops_early_is_reported_and_a_late_cwr_answers_it(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, 0);
    acks(2, 0);
    assert_roles("Echo stopped");
    assert_echo_episode("1 Echoed");
    assert_blameless();
    data(2, CWR);
    assert_own_episode("1 Answered");
    acks(3, 0);
    assert_echo_episode("1 Done");
}

static void an_echo_after_one_that_stopped_early_is_another(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, 0);
    acks(2, 0);
    assert_roles("Echo stopped");
    data(2, 0);
    acks(3, ECE); /* of a mark beyond the capture point */
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
}

static void marks_on_all_of_the_first_ten_segments_are_an_anomaly(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 12; n++) {
        marked_data(n);
        assert_int_equal(raised(ANOMALY_ECN_ALL_CE), n == 9);
        acks(n + 1, ECE);
    }
    with_ecn(state);
    data(0, 0);
    for (unsigned n = 1; n < 12; n++) {
        marked_data(n);
        assert_false(raised(ANOMALY_ECN_ALL_CE));
    }
}

static void in_a_one_way_capture_nothing_is_an_anomaly(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0);
    for (unsigned n = 0; n < 12; n++) {
        ip_ecn(n == 3 ? IP_ECN_CE : IP_ECN_ECT_0);
        data(n, n == 5 ? CWR : 0);
        assert_blameless();
        assert_false(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_judged);
    }
}

static void an_ack_below_the_cwr_does_not_end_the_old_episode(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(1, ECE);
    data(2, CWR);
    marked_data(3);
    assert_own_episode("2 Marked");
    acks(2, 0); /* what is below the CWR alone */
    assert_echo_episode("none");
    acks(3, 0);
    assert_echo_episode("1 Done");
}

static void a_mark_on_a_pure_ack_is_none(void **state)
{
    (void)state; /* RFC 3168 6.1.4: it is not ECN-capable */
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 0);
    assert_roles("CE mark");
    assert_own_episode("none");
    marked_data(0);
    assert_own_episode("1 Marked");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ECN_TEST(a_mark_is_echoed_until_cwr_and_each_names_the_one_before),
        ECN_TEST(a_delayed_ack_echoes_any_mark_that_it_covers),
        ECN_TEST(marks_during_the_echo_are_the_same_congestion),
        ECN_TEST(the_echo_continues_until_the_cwr_arrives),
        ECN_TEST(a_mark_on_the_cwr_or_after_it_is_new_congestion),
        ECN_TEST(until_the_cwr_arrives_an_echo_is_for_the_old_marks),
        ECN_TEST(the_old_episode_ends_with_its_own_ack),
        ECN_TEST(until_the_new_mark_arrives_the_echo_is_for_the_old_one),
        ECN_TEST(both_directions_have_episodes_of_their_own),
        ECN_TEST(a_reset_during_an_episode_is_no_anomaly),
        ECN_TEST(an_echo_without_a_mark_means_one_beyond_the_capture_point),
        ECN_TEST(an_echo_before_the_mark_can_have_arrived_does_not_name_it),
        ECN_TEST(a_mark_beyond_a_gap_is_echoed_by_a_duplicate_ack),
        ECN_TEST(a_mark_on_the_syn_ack_may_be_echoed),
        ECN_TEST(a_mark_on_a_retransmission_may_be_echoed_or_not),
        ECN_TEST(a_mark_on_a_segment_that_is_not_taken_begins_no_episode),
        ECN_TEST(an_ack_of_a_mark_without_echo_is_an_anomaly),
        ECN_TEST(a_cwr_shows_that_an_echo_was_not_captured),
        ECN_TEST(with_a_guessed_mode_the_anomaly_is_assumed),
        ECN_TEST(a_mark_that_was_lost_with_its_segment_needs_no_echo),
        ECN_TEST(a_reordered_ack_says_nothing_about_the_echo),
        ECN_TEST(among_equal_acks_an_older_timestamp_says_nothing_about_the_echo),
        ECN_TEST(data_beyond_the_window_without_cwr_are_an_anomaly),
        ECN_TEST(beyond_a_gap_a_missing_cwr_is_no_anomaly),
        ECN_TEST(within_a_round_trip_no_answer_is_due),
        ECN_TEST(a_cwr_may_be_among_data_that_were_not_captured),
        ECN_TEST(an_endpoint_in_time_wait_may_forget_the_echo),
        ECN_TEST(an_echo_after_the_cwr_arrived_is_an_anomaly),
        ECN_TEST(a_cwr_without_an_echo_has_another_reason),
        ECN_TEST(a_cwr_belongs_on_new_data),
        ECN_TEST(a_retransmission_of_the_cwr_is_no_anomaly),
        ECN_TEST(an_echo_that_stops_early_is_reported_and_a_late_cwr_answers_it),
        ECN_TEST(an_echo_after_one_that_stopped_early_is_another),
        ECN_TEST(marks_on_all_of_the_first_ten_segments_are_an_anomaly),
        ECN_TEST(in_a_one_way_capture_nothing_is_an_anomaly),
        ECN_TEST(an_ack_below_the_cwr_does_not_end_the_old_episode),
        ECN_TEST(a_mark_on_a_pure_ack_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
