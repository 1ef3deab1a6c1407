/* test_ecn_accurate.c
 * AccECN's counter, and the handshake encoding that replaces it on the third ACK.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn.h"

static int with_accurate_ecn(void **state)
{
    begin(state);
    negotiate(7, 2, 2);
    return 0;
}

static void assert_counter(unsigned ace, bool delta_known, unsigned delta)
{
    assert_true(drive.shown.ecn.ace_known);
    assert_int_equal(drive.shown.ecn.ace, ace);
    assert_int_equal(drive.shown.ecn.ace_delta_known, delta_known);
    if (delta_known)
        assert_int_equal(drive.shown.ecn.ace_delta, delta);
}

/* -- Handshake --------------------------------------------------------------------------------- */

static void the_pure_third_ack_shows_how_the_syn_ack_arrived(void **state)
{
    for (unsigned code = 0; code < 8; code++) {
        begin(state);
        negotiate(7, 2, code);
        assert_true(drive.shown.ecn.ace_is_handshake);
        assert_int_equal(drive.shown.ecn.ace_handshake, code);
        assert_false(drive.shown.ecn.ace_known || drive.shown.ecn.ace_delta_known);
        assert_int_equal(raised(ANOMALY_ECN_ACE_ZEROED), code == 0);
    }
}

static void so_does_its_copy(void **state)
{
    (void)state;
    server(SYN | ACK | bits(2), 0, 1, 0);
    client(ACK | bits(2), 1, 1, 0);
    assert_true(drive.shown.ecn.ace_is_handshake);
}

static void a_third_segment_with_data_or_sack_has_a_counter(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    client(ACK | bits(5), 1, 1, 100);
    assert_false(drive.shown.ecn.ace_is_handshake);
    assert_counter(5, false, 0);

    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    drive.next.has_sack = true;
    client(ACK | bits(5), 1, 1, 0);
    assert_false(drive.shown.ecn.ace_is_handshake);
    assert_counter(5, false, 0);
}

static void no_segment_with_syn_has_a_counter(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    assert_false(drive.shown.ecn.ace_known);
    server(SYN | ACK | bits(2), 0, 1, 0);
    assert_false(drive.shown.ecn.ace_known);
}

static void without_a_handshake_the_first_counter_reports_no_marks(void **state)
{
    begin(state);
    client(ACK | AE | ECE, 1, 1, 100);
    client(ACK | AE | ECE, 101, 1, 100);
    assert_mode("Looks AccECN");
    assert_counter(5, false, 0);
    client(ACK | AE | CWR, 201, 1, 100);
    assert_counter(6, true, 1);
}

/* -- Counter ----------------------------------------------------------------------------------- */

static void the_counter_reports_new_marks_modulo_8(void **state)
{
    (void)state;
    server(ACK | bits(5), 1, 1, 10);
    assert_counter(5, false, 0);
    server(ACK | bits(5), 11, 1, 10);
    assert_counter(5, true, 0);
    assert_true(drive.verdict.steady);
    server(ACK | bits(7), 21, 1, 10);
    assert_counter(7, true, 2);
    server(ACK | bits(1), 31, 1, 10);
    assert_counter(1, true, 2);
    server(ACK | bits(0), 41, 1, 10);
    assert_counter(0, true, 7);
    assert_roles("AccECN feedback");
    assert_blameless();
}

static void the_first_counter_reports_the_marks_before_it(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK | bits(5), 1, 1, 100);
    server(ACK | bits(6), 1, 101, 0);
    assert_counter(6, true, 1);
}

static void after_a_mark_on_the_syn_ack_the_client_counts_from_6(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    ip_ecn(IP_ECN_CE);
    server(SYN | ACK | bits(2), 0, 1, 0);
    client(ACK | bits(6), 1, 1, 0);
    client(ACK | bits(6), 1, 1, 100);
    assert_counter(6, false, 0);
    client(ACK | bits(6), 101, 1, 100);
    assert_counter(6, true, 0);
}

static void each_side_has_a_counter_of_its_own(void **state)
{
    (void)state;
    client(ACK | bits(5), 1, 1, 100);
    server(ACK | bits(5), 1, 101, 100);
    client(ACK | bits(6), 101, 101, 100);
    assert_counter(6, true, 1);
    server(ACK | bits(5), 101, 201, 100);
    assert_counter(5, true, 0);
}

static void a_reordered_ack_reports_nothing(void **state)
{
    (void)state;
    client(ACK | bits(5), 1, 1, 100);
    client(ACK | bits(5), 101, 1, 100);
    server(ACK | bits(5), 1, 1, 0);
    server(ACK | bits(7), 1, 201, 0);
    assert_counter(7, true, 2);
    server(ACK | bits(6), 1, 101, 0);
    assert_counter(6, false, 0);
    server(ACK | bits(7), 1, 201, 0);
    assert_counter(7, true, 0);
}

static void among_equal_acks_timestamps_show_which_is_older(void **state)
{
    (void)state;
    timestamps(10, 1);
    server(ACK | bits(5), 1, 1, 0);
    timestamps(12, 1);
    server(ACK | bits(7), 1, 1, 0);
    timestamps(11, 1);
    server(ACK | bits(6), 1, 1, 0);
    assert_counter(6, false, 0);
}

static void in_time_wait_an_endpoint_may_forget_its_counter(void **state)
{
    (void)state;
    client(ACK | bits(5), 1, 1, 100);
    server(ACK | bits(5), 1, 101, 0);
    client(FIN | ACK | bits(5), 101, 1, 0);
    ip_ecn(IP_ECN_CE);
    server(FIN | ACK | bits(6), 1, 102, 0);
    assert_counter(6, true, 1);
    client(ACK, 102, 2, 0);
    assert_counter(0, false, 0);
    assert_blameless();
    client(ACK | bits(6), 102, 2, 0);
    assert_counter(6, true, 1);
}

static void a_first_counter_of_zero_was_cleared(void **state)
{
    (void)state;
    server(ACK, 1, 1, 100);
    assert_true(raised(ANOMALY_ECN_ACE_ZEROED));
    assert_counter(0, false, 0);
    server(ACK, 101, 1, 100);
    assert_blameless();
}

static void unless_three_marks_brought_it_there(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 3; n++) {
        ip_ecn(IP_ECN_CE);
        client(ACK | bits(5), 1 + 100 * n, 1, 100);
    }
    server(ACK, 1, 301, 0);
    assert_blameless();
    assert_counter(0, true, 3);
}

static void the_counter_is_no_echo_and_a_mark_begins_no_episode(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK | AE | ECE, 1, 1, 100);
    assert_roles("CE mark, AccECN feedback");
    assert_own_episode("none");
    server(ACK | AE | CWR, 1, 101, 100);
    assert_roles("AccECN feedback");
    assert_echo_episode("none");
    assert_blameless();
}

#define ACCURATE_TEST(name) cmocka_unit_test_setup(name, with_accurate_ecn)

static void two_marks_do_not_bring_the_counter_to_zero(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 2; n++) {
        ip_ecn(IP_ECN_CE);
        client(ACK | bits(5), 1 + 100 * n, 1, 100);
    }
    server(ACK, 1, 201, 0);
    assert_true(raised(ANOMALY_ECN_ACE_ZEROED));
}

static void a_segment_that_does_not_count_reports_nothing(void **state)
{
    (void)state;
    server(ACK | bits(5), 1, 1, 10);
    server(ACK | bits(7), 11 + 3 * WINDOW, 1, 10); /* out of the window */
    assert_counter(7, false, 0);
    server(ACK | bits(5), 11, 1, 10);
    assert_counter(5, true, 0);
}

static void timestamps_are_compared_with_those_of_the_same_side(void **state)
{
    (void)state;
    timestamps(UINT32_C(0x70000000), 1);
    client(ACK | bits(5), 1, 1, 10);
    timestamps(UINT32_C(0xf0000000), 1); /* the server's first */
    server(ACK | bits(5), 1, 11, 0);
    assert_counter(5, false, 0);
    timestamps(UINT32_C(0xf0000001), 1);
    server(ACK | bits(7), 1, 11, 0);
    assert_counter(7, true, 2);
    server(ACK | bits(0), 1, 11, 0); /* without a timestamp the order of capture decides */
    assert_counter(0, true, 1);
}

static void with_a_guessed_mode_every_segment_has_a_counter(void **state)
{
    begin(state);
    client(ACK | AE, 1, 1, 100);
    client(ACK | AE | CWR | ECE, 101, 1, 100);
    assert_mode("Looks AccECN");
    assert_counter(7, false, 0);
    for (uint32_t n = 2; n < 2 + ECN_FIRST_DATA; n++)
        client(ACK | AE | CWR | ECE, 1 + 100 * n, 1, 100);
    client(ACK, 1201, 1, 100); /* 0, so that no flag is set */
    assert_counter(0, true, 1);
}

static void the_clients_first_counter_is_compared_with_5_too(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    client(ACK | bits(2), 1, 1, 0);
    ip_ecn(IP_ECN_CE);
    server(ACK | bits(5), 1, 1, 100);
    client(ACK | bits(6), 1, 101, 0);
    assert_counter(6, true, 1);
    begin(state); /* likewise where the third segment has data */
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    client(ACK | bits(6), 1, 1, 100);
    assert_counter(6, true, 1);
}

static void without_the_syn_ack_nobody_knows_where_the_counters_began(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    client(ACK | bits(4), 1, 1, 0);
    assert_mode("AccECN");
    server(ACK | bits(7), 1, 1, 100);
    assert_counter(7, false, 0);
    client(ACK | bits(7), 1, 101, 100);
    assert_counter(7, false, 0);
}

static void one_byte_on_the_third_segment_is_enough_for_a_counter(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    client(ACK | bits(6), 1, 1, 1);
    assert_counter(6, true, 1);
}

static void a_counter_of_zero_may_be_right_where_nobody_knows_its_start(void **state)
{
    begin(state);
    client(SYN | bits(7), 0, 0, 0);
    client(ACK | bits(4), 1, 1, 0);
    server(ACK, 1, 1, 100);
    assert_false(raised(ANOMALY_ECN_ACE_ZEROED));
}

static void the_first_counter_may_have_been_overtaken(void **state)
{
    (void)state; /* by what came before anything told that these are counters */
    server(ACK | bits(4), 1, 101, 0);
    client(ACK | bits(4), 101, 1, 0);
    assert_mode("Looks AccECN");
    server(ACK | bits(4), 1, 51, 0);
    assert_false(drive.shown.ecn.ace_delta_known);
    server(ACK | bits(5), 1, 201, 0);
    assert_true(drive.shown.ecn.ace_delta_known);
    assert_int_equal(drive.shown.ecn.ace_delta, 1);
}

/* Whether the server has accepted is not known, nor so that there is a counter. */
static void without_the_answer_a_counter_of_zero_is_none(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    drive.next.has_accurate_ecn = true;
    client(ACK, 1, 1, 0);
    assert_blameless();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_pure_third_ack_shows_how_the_syn_ack_arrived),
        ACCURATE_TEST(so_does_its_copy),
        TEST(a_third_segment_with_data_or_sack_has_a_counter),
        TEST(no_segment_with_syn_has_a_counter),
        TEST(without_a_handshake_the_first_counter_reports_no_marks),
        ACCURATE_TEST(the_counter_reports_new_marks_modulo_8),
        ACCURATE_TEST(the_first_counter_reports_the_marks_before_it),
        TEST(after_a_mark_on_the_syn_ack_the_client_counts_from_6),
        ACCURATE_TEST(each_side_has_a_counter_of_its_own),
        ACCURATE_TEST(a_reordered_ack_reports_nothing),
        ACCURATE_TEST(among_equal_acks_timestamps_show_which_is_older),
        ACCURATE_TEST(in_time_wait_an_endpoint_may_forget_its_counter),
        ACCURATE_TEST(a_first_counter_of_zero_was_cleared),
        ACCURATE_TEST(unless_three_marks_brought_it_there),
        ACCURATE_TEST(the_counter_is_no_echo_and_a_mark_begins_no_episode),
        ACCURATE_TEST(two_marks_do_not_bring_the_counter_to_zero),
        ACCURATE_TEST(a_segment_that_does_not_count_reports_nothing),
        ACCURATE_TEST(timestamps_are_compared_with_those_of_the_same_side),
        ACCURATE_TEST(with_a_guessed_mode_every_segment_has_a_counter),
        TEST(the_clients_first_counter_is_compared_with_5_too),
        TEST(without_the_syn_ack_nobody_knows_where_the_counters_began),
        TEST(one_byte_on_the_third_segment_is_enough_for_a_counter),
        TEST(a_counter_of_zero_may_be_right_where_nobody_knows_its_start),
        TEST(the_first_counter_may_have_been_overtaken),
        TEST(without_the_answer_a_counter_of_zero_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
