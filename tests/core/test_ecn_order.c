/* test_ecn_order.c
 * Congestion episodes of classic ECN whose segments come in an unusual order, and when an answer
 * is due.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_classic.h"

/* -- Which mark, which echo ----------------------------------------------------------------------
 */

static void a_duplicate_ack_of_what_comes_before_a_mark_is_no_proof(void **state)
{
    (void)state;
    data(0, 0);
    acks(1, 0);
    marked_data(1);
    acks(1, ECE); /* its receiver has not got the mark */
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 0, 0, 0);
}

static void what_acknowledges_the_cwr_only_still_echoes_the_old_mark(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(2, 0);
    marked_data(3);
    acks(2, ECE);
    assert_roles("Repeated echo");
    assert_echo_episode("1 Answered");
    acks(4, ECE);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
}

static void an_echo_of_an_ack_that_was_overtaken_is_the_same_one(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(2, ECE);
    data(2, CWR);
    acks(3, 0);
    assert_echo_episode("1 Done");
    acks(1, ECE); /* sent long before */
    assert_roles("Repeated echo");
    assert_blameless();
}

static void an_ack_far_behind_the_cwr_ends_the_echo_too(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(2, 0);
    data(3, 0);
    acks(4, 0);
    assert_echo_episode("1 Done");
    acks(4, 0);
    assert_roles("");
    assert_echo_episode("none");
}

static void an_echo_that_stopped_is_told_once_and_a_new_mark_is_new(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, 0);
    acks(2, 0);
    assert_roles("Echo stopped");
    acks(2, 0);
    assert_roles("");
    marked_data(2);
    assert_own_episode("2 Marked");
    acks(2, 0); /* before it has come */
    assert_roles("");
    acks(3, ECE);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
}

static void after_a_mark_that_was_not_echoed_the_next_is_new(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, 0);
    assert_echo_episode("1 Not echoed");
    marked_data(1);
    assert_own_episode("2 Marked");
    with_ecn(state);
    marked_data(0);
    data(0, 0); /* sent again: the mark was lost with it */
    acks(1, 0);
    marked_data(1);
    assert_own_episode("2 Marked");
}

static void the_old_episode_ends_once(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    marked_data(2);
    acks(2, 0);
    assert_echo_episode("1 Done");
    acks(2, 0);
    assert_roles("");
}

static void other_data_sent_again_do_not_excuse_a_missing_echo(void **state)
{
    (void)state;
    data(0, 0);
    marked_data(1);
    data(2, 0);
    data(0, 0); /* before the mark and behind it */
    data(2, 0);
    acks(2, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ECHOED));
}

/* -- At the end ----------------------------------------------------------------------------------
 */

static void who_only_waits_need_not_echo(void **state)
{
    (void)state;
    server(FIN | ACK, 1, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(FIN | ACK, 1, 2, SIZE);
    assert_own_episode("1 Marked");
    server(ACK, 2, 102, 0); /* in TIME-WAIT */
    assert_blameless();
    with_ecn(state);
    marked_data(0);
    client(FIN | ACK, 101, 1, 0);
    server(FIN | ACK, 1, 102, 0); /* to one that only waits */
    assert_blameless();
}

/* -- CWR -----------------------------------------------------------------------------------------
 */

static void one_byte_may_bear_a_cwr(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    client(ACK | CWR, 101, 1, 1);
    assert_own_episode("1 Answered");
    assert_blameless();
}

static void one_byte_may_bear_a_mark(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 1);
    assert_own_episode("1 Marked");
}

static void a_cwr_on_something_else_sent_again_is_a_fault(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(0, CWR);
    assert_true(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
}

static void more_data_from_the_cwr_on_are_no_copy_of_it(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    client(ACK | CWR, 101, 1, 2 * SIZE);
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_judged);
    assert_false(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
}

static void a_fin_sent_again_is_no_data(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(FIN | ACK, 1, 1, 0);
    assert_blameless();
}

static void where_nothing_is_known_cwr_and_echo_mean_nothing(void **state)
{
    begin(state);
    client(ACK | CWR, 1, 1, SIZE);
    assert_roles("");
    server(ACK | ECE, 1, 101, 0);
    assert_mode("Unknown");
    assert_roles("");
    assert_echo_episode("none");
}

/* -- When an answer is due -----------------------------------------------------------------------
 */

enum { SMALL = 2 * SIZE }; /* a window */

static void small_acks(unsigned n, unsigned flags)
{
    window(SMALL);
    acks(n, flags);
}

/* The first segment was marked and echoed when two more were allowed; they were sent, and after
 * this time one beyond them. */
static void send_beyond_window(int64_t wait)
{
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, ECE);
    wait_for(wait - 3 * TICK);
    client(ACK, 301, 1, 0); /* no data */
    assert_blameless();
    wait_for(0);
    data(3, 0);
}

static void beyond_the_window_and_a_round_trip_an_answer_is_due(void **state)
{
    (void)state;
    send_beyond_window(2 * 2 * TICK);
    assert_own_episode("1 Not answered");
    assert_true(raised(ANOMALY_ECN_NOT_ANSWERED));
    data(4, 0);
    assert_blameless(); /* that was told */
}

static void exactly_a_round_trip_later_none_is(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    wait_for(50 * TICK);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, ECE);
    wait_for(48 * TICK); /* 51 since the first echo */
    data(3, 0);
    assert_blameless();
    wait_for(1);
    data(4, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ANSWERED));
}

static void none_is_due_after_an_echo_that_stopped(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, 0);
    wait_for(SECOND);
    data(3, 0);
    assert_blameless();
}

static void nor_where_nobody_knows_the_window(void **state)
{
    begin(state);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, SIZE);
    acks(1, ECE);
    assert_mode("Looks classic");
    for (unsigned n = 1; n < 5; n++) {
        wait_for(2 * SECOND);
        data(n, 0);
        assert_blameless();
        acks(n + 1, ECE);
    }
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        ECN_TEST(a_duplicate_ack_of_what_comes_before_a_mark_is_no_proof),
        ECN_TEST(what_acknowledges_the_cwr_only_still_echoes_the_old_mark),
        ECN_TEST(an_echo_of_an_ack_that_was_overtaken_is_the_same_one),
        ECN_TEST(an_ack_far_behind_the_cwr_ends_the_echo_too),
        ECN_TEST(an_echo_that_stopped_is_told_once_and_a_new_mark_is_new),
        ECN_TEST(after_a_mark_that_was_not_echoed_the_next_is_new),
        ECN_TEST(the_old_episode_ends_once),
        ECN_TEST(other_data_sent_again_do_not_excuse_a_missing_echo),
        ECN_TEST(who_only_waits_need_not_echo),
        ECN_TEST(one_byte_may_bear_a_cwr),
        ECN_TEST(one_byte_may_bear_a_mark),
        ECN_TEST(a_cwr_on_something_else_sent_again_is_a_fault),
        ECN_TEST(more_data_from_the_cwr_on_are_no_copy_of_it),
        ECN_TEST(a_fin_sent_again_is_no_data),
        ECN_TEST(where_nothing_is_known_cwr_and_echo_mean_nothing),
        ECN_TEST(beyond_the_window_and_a_round_trip_an_answer_is_due),
        ECN_TEST(exactly_a_round_trip_later_none_is),
        ECN_TEST(none_is_due_after_an_echo_that_stopped),
        ECN_TEST(nor_where_nobody_knows_the_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
