/* test_copies_order.c
 * Which segments are copies: by the order in which they come again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "captured.h"

/* -- By order ---------------------------------------------------------------------------------- */

static void all_is_captured_twice_with_a_clock(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_copies(3);
    assert_settles(true, false);
    client(ACK, 1, 1, 0);
    again();
    assert_copies(5);
    assert_settles(false, false);
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(7);
    server(ACK, 1, 101, 0);
    again();
    assert_copies(9);
    server(RST | ACK, 1, 101, 0);
    again();
    assert_copies(11);
}

static void all_is_captured_twice_without_a_clock(void **state)
{
    (void)state;
    handshake_twice();
    assert_perhaps(5);
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_perhaps(7);
    server(PSH | ACK, 1, 101, 100);
    again();
    assert_copies(9);
    assert_settles(true, true);
    client(ACK, 101, 101, 0);
    again();
    assert_copies(11);
}

static void all_is_captured_three_times(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    again();
    assert_perhaps(1);
    server(SYN | ACK, 0, 1, 0);
    again();
    again();
    assert_copies(4);
    client(PSH | ACK, 1, 1, 100);
    again();
    again();
    assert_copies(7);
    again();
    assert_sent();
}

static void all_is_captured_four_times(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    again();
    again();
    assert_perhaps(1);
    server(SYN | ACK, 0, 1, 0);
    again();
    again();
    again();
    assert_copies(5);
    client(PSH | ACK, 1, 1, 100);
    again();
    again();
    again();
    assert_copies(9);
    again();
    assert_sent();
}

static void copies_come_behind_a_burst(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();

    const segment_t one = client(PSH | ACK, 1, 1, 100);
    const segment_t two = client(PSH | ACK, 101, 1, 100);
    const segment_t three = client(FIN | ACK, 201, 1, 0);

    captured(&one, CLIENT);
    assert_copies(7);
    captured(&two, CLIENT);
    assert_copies(8);
    captured(&three, CLIENT);
    assert_copies(9);
}

static void what_is_not_acknowledged_may_come_again_later(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();

    const segment_t one = client(PSH | ACK, 1, 1, 100);

    client(PSH | ACK, 101, 1, 100);
    captured(&one, CLIENT);
    assert_copies(7);
    server(PSH | ACK, 1, 101, 10);
    again();
    assert_copies(10);
}

static void what_was_never_captured_does_not_break_the_order(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_copies(7);
    client(ACK, 301, 1, 0);
    again();
    assert_copies(9);
    client(ACK, 301, 50, 0);
    again();
    assert_copies(11);
}

static void a_capture_that_begins_midstream_counts_from_there(void **state)
{
    (void)state;
    capture.clock = true;
    client(PSH | ACK, 5001, 7001, 100);
    again();
    assert_perhaps(1);
    client(PSH | ACK, 5101, 7001, 100);
    again();
    assert_copies(3);
}

static void one_direction_alone_may_be_captured(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    client(ACK, 1, 1, 0);
    again();
    assert_copies(3);
}

static void the_order_counts_anew_from_another_syn(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    server(PSH | ACK, 1, 1, 200); /* a SYN acknowledges nothing of it */
    client(SYN, 70001, 0, 0);
    server(RST | ACK, 0, 70002, 0);
    client(SYN, 80001, 0, 0);
    again();
    assert_copies(10);
}

static void the_order_before_another_syn_does_not_matter_after_it(void **state)
{
    (void)state;
    capture.clock = true;

    const segment_t old = client(SYN, 0, 0, 0);

    client(SYN, 70001, 0, 0);
    again();
    captured(&old, CLIENT);
    client(ACK, 70002, 1, 100);
    again();
    assert_copies(5);
}

static void a_retransmitted_syn_does_not_begin_anew(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_copies(4);
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_perhaps(6); /* the second SYN did not come again */
}

/* -- No copies --------------------------------------------------------------------------------- */

static void lone_retransmitted_data_were_sent(void **state)
{
    (void)state;
    capture.clock = true; /* fast enough for the same tick */
    handshake();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_sent();
    client(FIN | ACK, 101, 1, 0);
    again();
    assert_sent();
}

static void data_that_follow_single_ones_were_sent(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_sent();
    again();
    assert_sent();
}

static void a_lone_syn_cannot_be_told(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    again();
    assert_perhaps(1);
    again();
    assert_perhaps(1);
    again();
    assert_sent(); /* nobody captures five times */
}

static void a_lone_syn_ack_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
}

static void a_lone_ack_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    handshake();
    again();
    assert_perhaps(3);
}

static void a_lone_rst_cannot_be_told(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
}

static void lost_first_segments_are_not_enough(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    resent();
    server(SYN | ACK, 0, 1, 0);
    resent();
    assert_perhaps(3);
    client(PSH | ACK, 1, 1, 100);
    resent();
    assert_perhaps(5);
}

static void a_syn_lost_and_data_lost_is_no_second_capture(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    resent();
    server(SYN | ACK, 0, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    resent();
    assert_sent();
}

static void a_retransmission_in_a_capture_that_shows_all_twice_was_sent(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(7);
    again();
    assert_sent();
    again(); /* the second capture of the retransmission */
    assert_perhaps(7);
}

static void an_ack_repeated_where_all_comes_twice_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    again();
    assert_perhaps(5);
}

static void one_segment_doubled_by_the_network_does_not_begin_an_order(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(4);
    capture.next_id[CLIENT] = 0;
    capture.id_step = 0;
    client(ACK, 101, 1, 0);
    again();
    assert_perhaps(6);
    client(FIN | ACK, 101, 1, 0);
    resent();
    assert_sent();
}

/* -- Captures with gaps ------------------------------------------------------------------------ */

static void a_copy_that_is_missing_makes_later_ones_uncertain(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_perhaps(8);
    client(PSH | ACK, 201, 1, 100);
    again();
    assert_perhaps(10);
}

static void a_copy_that_comes_late_closes_the_gap(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();

    const segment_t overtaken = client(PSH | ACK, 1, 1, 100);

    client(PSH | ACK, 101, 1, 100);
    again();
    captured(&overtaken, CLIENT);
    client(PSH | ACK, 201, 1, 100);
    again();
    assert_copies(11);
}

static void what_is_acknowledged_has_to_come_again_first(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    server(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 101, 100);
    again();
    assert_perhaps(8);
}

static void a_copy_that_is_missing_on_the_other_side_counts_too(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    server(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 101, 1, 100);
    again();
    client(PSH | ACK, 1, 201, 100);
    again();
    assert_perhaps(10);
}

static void midstream_too_what_is_acknowledged_has_to_come_again(void **state)
{
    (void)state;
    capture.clock = true;
    client(PSH | ACK, 5001, 7001, 100);
    again();
    server(PSH | ACK, 7001, 5101, 100);
    client(PSH | ACK, 5101, 7101, 100);
    again();
    assert_perhaps(4);
}

static void a_retransmission_does_not_end_what_was_sent(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    again();
    client(PSH | ACK, 101, 1, 100);
    client(PSH | ACK, 1, 1, 100);
    client(ACK, 201, 1, 0);
    again();
    assert_perhaps(11);
}

static void a_retransmission_that_comes_again_does_not_take_the_order_back(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    again();
    client(PSH | ACK, 101, 1, 100);
    again();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(11);
    client(PSH | ACK, 201, 1, 100);
    client(ACK, 201, 1, 0);
    again();
    assert_copies(14);
}

static void mostly_captured_twice_is_no_retransmission(void **state)
{
    (void)state;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    again();
    client(PSH | ACK, 101, 1, 100);
    client(PSH | ACK, 201, 1, 100);
    again();
    assert_perhaps(10);
}

static void a_long_capture_with_more_gaps_than_copies_does_not_show_all_twice(void **state)
{
    (void)state;
    handshake_twice();
    for (uint32_t i = 0; i < 1200; i++) { /* two of three come once */
        client(PSH | ACK, 1 + 300 * i, 1, 100);
        client(PSH | ACK, 101 + 300 * i, 1, 100);
        client(PSH | ACK, 201 + 300 * i, 1, 100);
        again();
    }
    client(PSH | ACK, 360001, 1, 100);
    again();
    assert_sent();
}

static void a_syn_ack_that_came_again_before_its_syn_is_not_settled(void **state)
{
    (void)state;
    capture.clock = true;

    const segment_t syn = client(SYN, 0, 0, 0);

    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
    captured(&syn, CLIENT);
    assert_copies(1);
    assert_settles(false, false);
}

/* -- With identifications for a part ----------------------------------------------------------- */

/* Linux: the SYN-ACK and the last ACK have no identification. */
static void a_syn_ack_without_identification_among_copies(void **state)
{
    (void)state;
    with_identifications();
    capture.next_id[SERVER] = 0;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    capture.id_step = 0;
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(3);
    capture.id_step = 1;
    capture.next_id[CLIENT] = 1001;
    client(ACK, 1, 1, 0); /* the first to show that the client's identifications vary */
    assert_settles(true, true);
    again();
    assert_copies(5);
    assert_settles(false, false);
    capture.next_id[SERVER] = 0;
    capture.id_step = 0;
    server(ACK, 1, 1, 0);
    again();
    assert_copies(7);
}

static void identifications_settle_nothing_where_only_the_syn_ack_came_again(void **state)
{
    (void)state;
    with_identifications();
    capture.next_id[SERVER] = 0;
    client(SYN, 0, 0, 0);
    capture.id_step = 0;
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
    capture.id_step = 1;
    capture.next_id[CLIENT] = 1001;
    client(ACK, 1, 1, 0);
    assert_settles(false, false);
}

static void a_constant_identification_settles_nothing(void **state)
{
    (void)state;
    with_identifications();
    capture.id_step = 0;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    client(ACK, 1, 1, 0);
    assert_settles(false, false);
    capture.next_id[CLIENT] = 0;
    client(ACK, 1, 2, 0);
    assert_settles(false, false);
}

static void later_identifications_do_not_settle_a_syn_that_has_none(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    with_identifications();
    client(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    assert_settles(false, false);
}

static void what_came_again_is_settled_once(void **state)
{
    (void)state;
    with_identifications();
    client(SYN, 0, 0, 0);
    again();
    client(ACK, 1, 1, 0);
    assert_settles(true, false);
    client(ACK, 1, 2, 0);
    assert_settles(false, false);
}

static void another_syn_has_nothing_to_settle(void **state)
{
    (void)state;
    with_identifications();
    capture.id_step = 0;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    client(SYN, 70001, 0, 0);
    capture.next_id[CLIENT] = 2000;
    client(ACK, 70002, 1, 0);
    assert_settles(false, false);
}

static void data_that_came_again_settle_no_handshake(void **state)
{
    (void)state;
    with_identifications();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_perhaps(1);
    client(ACK, 101, 1, 0);
    assert_settles(false, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_is_captured_twice_with_a_clock),
        TEST(all_is_captured_twice_without_a_clock),
        TEST(all_is_captured_three_times),
        TEST(all_is_captured_four_times),
        TEST(copies_come_behind_a_burst),
        TEST(what_is_not_acknowledged_may_come_again_later),
        TEST(what_was_never_captured_does_not_break_the_order),
        TEST(a_capture_that_begins_midstream_counts_from_there),
        TEST(one_direction_alone_may_be_captured),
        TEST(the_order_counts_anew_from_another_syn),
        TEST(the_order_before_another_syn_does_not_matter_after_it),
        TEST(a_retransmitted_syn_does_not_begin_anew),
        TEST(lone_retransmitted_data_were_sent),
        TEST(data_that_follow_single_ones_were_sent),
        TEST(a_lone_syn_cannot_be_told),
        TEST(a_lone_syn_ack_cannot_be_told),
        TEST(a_lone_ack_cannot_be_told),
        TEST(a_lone_rst_cannot_be_told),
        TEST(lost_first_segments_are_not_enough),
        TEST(a_syn_lost_and_data_lost_is_no_second_capture),
        TEST(a_retransmission_in_a_capture_that_shows_all_twice_was_sent),
        TEST(an_ack_repeated_where_all_comes_twice_cannot_be_told),
        TEST(one_segment_doubled_by_the_network_does_not_begin_an_order),
        TEST(a_copy_that_is_missing_makes_later_ones_uncertain),
        TEST(a_copy_that_comes_late_closes_the_gap),
        TEST(what_is_acknowledged_has_to_come_again_first),
        TEST(a_copy_that_is_missing_on_the_other_side_counts_too),
        TEST(midstream_too_what_is_acknowledged_has_to_come_again),
        TEST(a_retransmission_does_not_end_what_was_sent),
        TEST(a_retransmission_that_comes_again_does_not_take_the_order_back),
        TEST(mostly_captured_twice_is_no_retransmission),
        TEST(a_long_capture_with_more_gaps_than_copies_does_not_show_all_twice),
        TEST(a_syn_ack_that_came_again_before_its_syn_is_not_settled),
        TEST(a_syn_ack_without_identification_among_copies),
        TEST(identifications_settle_nothing_where_only_the_syn_ack_came_again),
        TEST(a_constant_identification_settles_nothing),
        TEST(later_identifications_do_not_settle_a_syn_that_has_none),
        TEST(what_came_again_is_settled_once),
        TEST(another_syn_has_nothing_to_settle),
        TEST(data_that_came_again_settle_no_handshake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
