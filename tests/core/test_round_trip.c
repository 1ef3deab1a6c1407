/* test_round_trip.c
 * The round trip: how it is measured, with and without a captured handshake (RFC 6298 3), and that
 * segments that may have crossed prove nothing.
 *
 * A retransmitted FIN shows which round trip is assumed: within it after the ACK of the FIN, the
 * two have crossed; later, the ACK was lost, if the FIN was not sent a moment ago.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* Closes a connection with these next numbers. */
static void assert_round_trip_with(int64_t want, uint32_t of_client, uint32_t of_server)
{
    client(FIN | ACK, of_client, of_server, 0);
    server(ACK, of_server, of_client + 1, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(want - 1);
    client(FIN | ACK, of_client, of_server, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(want);
    client(FIN | ACK, of_client, of_server, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

/* The client sends 100 bytes, the server acknowledges them after 30 ms and sends 100 bytes, which
 * the client acknowledges after 50 ms. */
static void talk_once(void)
{
    client(PSH | ACK, 1, 1, 100);
    wait_for(30 * MILLISECOND);
    server(PSH | ACK, 1, 101, 100);
    wait_for(50 * MILLISECOND);
    client(ACK, 101, 101, 0);
}

static void with_a_handshake_it_is_the_time_from_syn_to_step_3(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(20 * MILLISECOND);
    server(SYN | ACK, 0, 1, 0);
    wait_for(30 * MILLISECOND);
    client(ACK, 1, 1, 0);
    assert_round_trip_with(50 * MILLISECOND, 1, 1);
}

static void with_a_retransmitted_syn_the_last_copy_counts(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_round_trip_with(2 * TICK, 1, 1);
}

static void repeated_handshake_steps_do_not_count(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0); /* deferred accept: the third step counts as lost */
    server(PSH | ACK, 1, 1, 10);
    assert_round_trip_with(2 * TICK, 1, 11);
}

static void both_directions_make_a_round_trip(void **state)
{
    (void)state;
    talk_once();
    assert_round_trip_with(80 * MILLISECOND, 101, 101);
}

static void of_each_half_the_longest_counts_until_both_are_measured(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    wait_for(30 * MILLISECOND);
    server(ACK, 1, 101, 0);
    wait_for(SECOND);
    server(ACK, 1, 101, 0); /* a repetition */
    client(PSH | ACK, 101, 1, 100);
    wait_for(200 * MILLISECOND);
    server(PSH | ACK, 1, 201, 100);
    wait_for(50 * MILLISECOND);
    client(ACK, 201, 101, 0);
    talk_once();
    assert_round_trip_with(250 * MILLISECOND, 201, 101);
}

static void an_ack_of_less_measures_nothing(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 200);
    wait_for(20 * MILLISECOND);
    server(ACK, 1, 101, 0);
    wait_for(10 * MILLISECOND);
    server(PSH | ACK, 1, 201, 1);
    wait_for(50 * MILLISECOND);
    client(ACK, 201, 2, 0);
    assert_round_trip_with(80 * MILLISECOND, 201, 2);
}

static void the_first_of_several_segments_is_measured(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    wait_for(20 * MILLISECOND);
    server(ACK, 1, 101, 0); /* 30 ms after the first segment */
    wait_for(40 * MILLISECOND);
    server(PSH | ACK, 1, 201, 100);
    wait_for(50 * MILLISECOND);
    client(ACK, 201, 101, 0);
    assert_round_trip_with(80 * MILLISECOND, 201, 101);
}

static void a_pure_ack_measures_nothing(void **state)
{
    (void)state;
    client(ACK, 1, 1, 0);
    wait_for(SECOND);
    server(ACK, 1, 1, 0);
    wait_for(SECOND);
    talk_once();
    assert_round_trip_with(80 * MILLISECOND, 101, 101);
}

static void after_a_retransmission_the_next_new_data_are_measured(void **state)
{
    (void)state; /* RFC 6298 3: it is ambiguous which copy is acknowledged */
    client(PSH | ACK, 1, 1, 100);
    wait_for(500 * MILLISECOND);
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    wait_for(30 * MILLISECOND);
    server(PSH | ACK, 1, 201, 100);
    wait_for(50 * MILLISECOND);
    client(ACK, 201, 101, 0);
    assert_round_trip_with(80 * MILLISECOND, 201, 101);
}

static void one_half_alone_makes_no_round_trip(void **state)
{
    (void)state; /* so that a second is assumed */
    client(ACK, 1, 1, 0);
    server(ACK, 1, 1, 0);
    assert_round_trip_with(SECOND, 1, 1);
    begin(NULL);
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_round_trip_with(SECOND, 101, 1);
    begin(NULL);
    client(ACK, 1, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 101, 100);
    client(PSH | ACK, 1, 101, 100); /* ambiguous: either copy may be acknowledged */
    server(ACK, 101, 101, 0);
    client(FIN | ACK, 101, 101, 0);
    client(FIN | ACK, 101, 101, 0); /* likewise */
    server(ACK, 101, 102, 0);
    wait_for(SECOND - 1);
    client(FIN | ACK, 101, 101, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void a_clock_that_was_set_back_measures_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(-10 * SECOND);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_round_trip_with(SECOND, 1, 1);
}

/* -- Shorter than a capture point may be late -------------------------------------------------- */

static void soon(void)
{
    wait_for(MILLISECOND / 4);
}

/* The round trip is far below what holds back the segments of the server. */
static void quick_handshake(void)
{
    client(SYN, 0, 0, 0);
    soon();
    server(SYN | ACK, 0, 1, 0);
    soon();
    client(ACK, 1, 1, 0);
    wait_for(SECOND);
}

static void an_ack_that_comes_behind_that_of_a_missing_fin_does_not_refute_it(void **state)
{
    (void)state;
    quick_handshake();
    client(FIN | ACK, 1, 1, 0);
    soon();
    client(ACK, 2, 2, 0);
    wait_for(MILLISECOND);
    server(ACK, 1, 2, 0);
    soon();
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
}

static void one_behind_a_captured_fin_shows_that_it_was_forged(void **state)
{
    (void)state;
    quick_handshake();
    server(FIN | ACK, 1, 1, 0);
    soon();
    client(ACK, 1, 2, 0);
    for (unsigned i = 0; i < 2; i++) {
        wait_for(MILLISECOND);
        identification((uint16_t)(i + 1));
        server(ACK, 1, 1, 0);
    }
    assert_states("CLOSE-WAIT / ESTABLISHED");
}

static void a_byte_that_seemed_to_be_the_fin_is_followed_by_more(void **state)
{
    (void)state;
    quick_handshake();
    server(FIN | ACK, 1, 1, 0);
    soon();
    server(ACK, 2, 2, 0); /* of a byte that comes late, or of a FIN */
    assert_states("CLOSED / TIME-WAIT");
    soon();
    client(PSH | ACK, 1, 1, 1);
    soon();
    server(ACK, 2, 3, 0);
    soon();
    client(FIN | ACK, 2, 1, 0);
    wait_for(SECOND);
    client(ACK, 3, 2, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
    assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
}

static void a_fin_that_comes_again_right_behind_its_ack_was_sent_before_it(void **state)
{
    (void)state;
    quick_handshake();
    client(FIN | ACK, 1, 1, 0);
    soon();
    server(ACK, 1, 2, 0);
    server(FIN | ACK, 1, 2, 0);
    wait_for(SECOND);
    client(ACK, 2, 2, 0);
    wait_for(MILLISECOND);
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    wait_for(SECOND);
    server(FIN | ACK, 1, 2, 0); /* the ACK was lost */
    assert_states("TIME-WAIT / LAST-ACK");
}

static void a_syn_ack_that_comes_again_right_behind_step_3_was_sent_before_it(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    soon();
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    wait_for(MILLISECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* One direction is captured late, so both its segments are. */
static void it_counts_from_a_syn_that_is_captured_behind_its_syn_ack(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    wait_for(MILLISECOND);
    client(SYN, 0, 0, 0);
    wait_for(30 * MILLISECOND);
    client(ACK, 1, 1, 0);
    assert_round_trip_with(30 * MILLISECOND, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(with_a_handshake_it_is_the_time_from_syn_to_step_3),
        TEST(with_a_retransmitted_syn_the_last_copy_counts),
        TEST(repeated_handshake_steps_do_not_count),
        TEST(both_directions_make_a_round_trip),
        TEST(of_each_half_the_longest_counts_until_both_are_measured),
        TEST(an_ack_of_less_measures_nothing),
        TEST(the_first_of_several_segments_is_measured),
        TEST(a_pure_ack_measures_nothing),
        TEST(after_a_retransmission_the_next_new_data_are_measured),
        TEST(one_half_alone_makes_no_round_trip),
        TEST(a_clock_that_was_set_back_measures_nothing),
        TEST(an_ack_that_comes_behind_that_of_a_missing_fin_does_not_refute_it),
        TEST(one_behind_a_captured_fin_shows_that_it_was_forged),
        TEST(a_byte_that_seemed_to_be_the_fin_is_followed_by_more),
        TEST(a_fin_that_comes_again_right_behind_its_ack_was_sent_before_it),
        TEST(a_syn_ack_that_comes_again_right_behind_step_3_was_sent_before_it),
        TEST(it_counts_from_a_syn_that_is_captured_behind_its_syn_ack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
