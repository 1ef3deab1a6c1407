/* test_numbers.c
 * What the numbers of a connection remember: windows and how large they once were, data behind gaps
 * and what fills them, timestamps, and the last segments and SYNs that may be answered.
 *
 * A FIN serves as the probe: it moves the receiver if and only if it is taken, in sequence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* The server has taken the client's FIN, or not. */
#define assert_taken() assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_CLOSE_WAIT)
#define assert_not_taken()                                                                         \
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_ESTABLISHED)

static void handshake_with_sack(void)
{
    begin(NULL);
    sack_permitted();
    client(SYN, 0, 0, 0);
    sack_permitted();
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

/* -- Windows ----------------------------------------------------------------------------------- */

static void an_unknown_window_is_as_large_as_one_can_be(void **state)
{
    static const uint32_t ahead[] = {UINT32_C(1) << 30, (UINT32_C(1) << 30) + 1};

    (void)state; /* RFC 7323 2.3 */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        client(ACK, 1, 1, 10);
        server(ACK, 1, 11, 0);
        client(FIN | ACK, 11 + ahead[i], 1, 0);
        assert_states(i == 0 ? "FIN-WAIT-1 / ESTABLISHED" : "ESTABLISHED / ESTABLISHED");
    }
}

/* The server sends this much, and the client acknowledges it with a window of 100. */
static void send_to_small_window(uint32_t bytes)
{
    for (uint32_t at = 1; at < 1 + bytes; at += 100) {
        server(ACK, at, 1, 100);
        window(100);
        client(ACK, 1, at + 100, 0);
    }
}

static void how_old_an_ack_may_be_tells_the_largest_window(void **state)
{
    (void)state; /* RFC 5961 5.2: MAX.SND.WND */
    handshake();
    send_to_small_window(5000);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();

    begin(NULL); /* the window on the SYN counts, too */
    window(60000);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(100);
    client(ACK, 1, 1, 0);
    send_to_small_window(20000);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void of_syn_and_syn_ack_the_latter_has_the_window(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    window(1000);
    client(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    server(FIN | ACK, 5001, 1, 0);
    assert_unmoved();
    server(FIN | ACK, 1001, 1, 0);
    assert_server("FIN-WAIT-1");
    begin(NULL); /* or an ACK where that would be usual */
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    window(1000);
    client(ACK, 1, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    server(FIN | ACK, 5001, 1, 0);
    assert_unmoved();
}

/* -- Gaps -------------------------------------------------------------------------------------- */

static void each_of_several_gaps_has_to_be_filled(void **state)
{
    static const uint32_t order[][2] = {{101, 301}, {301, 101}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        client(ACK, order[i][0], 1, 100);
        client(ACK, order[i][1], 1, 100);
        client(FIN | ACK, 401, 1, 0);
        client(ACK, 1, 1, 100);
        assert_not_taken();
        client(ACK, 201, 1, 100);
        assert_taken();
    }
}

static void what_swallows_a_gap_and_more_counts_to_its_end(void **state)
{
    (void)state;
    handshake();
    client(ACK, 101, 1, 50);
    client(ACK, 1, 1, 300);
    client(FIN | ACK, 301, 1, 0);
    assert_taken();
}

static void a_part_that_is_sent_again_takes_nothing_back(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 300);
    client(ACK, 1, 1, 100);
    client(FIN | ACK, 301, 1, 0);
    assert_taken();
}

static void an_ack_up_to_the_end_of_a_gap_joins_what_is_behind(void **state)
{
    (void)state;
    handshake();
    client(ACK, 101, 1, 100);
    server(ACK, 1, 101, 0); /* it has what the capture lacks */
    client(FIN | ACK, 201, 1, 0);
    assert_taken();
}

static void a_pure_ack_ahead_of_a_gap_leaves_nothing_behind_it(void **state)
{
    (void)state;
    handshake_with_sack();
    client(ACK, 101, 1, 0);
    client(RST, 101, 0, 0); /* nothing there was reported by SACK */
    assert_int_equal(shown_facts()->rst.validity, RST_IN_WINDOW);
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_ESTABLISHED);
}

static void what_stands_behind_a_lost_segment_has_arrived_out_of_order(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(ACK, 101, 1, 100);
    client(FIN | ACK, 201, 1, 0);
    assert_taken();
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10); /* it has not even got the first byte */
    assert_not_taken();
    client(ACK, 202, 11, 0);
    assert_not_taken();
    client(ACK, 1, 11, 1); /* which is all that is certainly missing */
    assert_taken();
    begin(NULL); /* likewise where nothing but the FIN is behind it */
    handshake();
    client(FIN | ACK, 1, 1, 1);
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10);
    client(ACK, 1, 11, 1);
    assert_taken();
}

static void behind_a_lost_fin_there_is_nothing(void **state)
{
    (void)state;
    handshake_with_sack();
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    client(RST, 2, 0, 0); /* in the window, but not what the server waits for */
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_ESTABLISHED);
}

static void a_gap_of_the_capture_ends_with_the_last_byte_beyond_it(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 200);
    server(ACK, 50 * WINDOW, 1, 100); /* part of it again */
    client(ACK, 1, 50 * WINDOW + 200, 0);
    server(FIN | ACK, 50 * WINDOW + 200, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void before_anything_has_come_every_number_may_be_the_first(void **state)
{
    (void)state;
    drive.isn[SERVER] = UINT32_C(0x50000000);
    client(SYN, 0, 0, 0);
    server(PSH | ACK, 300, 1, 10); /* the SYN-ACK was not captured */
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_milestones("Client established, Server established, First data");
    server(RST, 310, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

/* -- Timestamps -------------------------------------------------------------------------------- */

static void handshake_at(uint32_t of_client, uint32_t of_server)
{
    begin(NULL);
    timestamps(of_client, 0);
    client(SYN, 0, 0, 0);
    timestamps(of_server, of_client);
    server(SYN | ACK, 0, 1, 0);
    timestamps(of_client, of_server);
    client(ACK, 1, 1, 0);
}

static void a_segment_without_timestamps_says_nothing_of_the_clock(void **state)
{
    (void)state; /* RFC 7323 3.2 would have it dropped, most stacks take it */
    handshake_at(1000, 5000);
    client(ACK, 1, 1, 10);
    client(FIN | ACK, 11, 1, 0);
    assert_taken();

    handshake_at(UINT32_C(0xf0000000), 5000); /* to which 0 is later */
    client(ACK, 1, 1, 10);
    timestamps(UINT32_C(0xf0000001), 5000);
    client(FIN | ACK, 11, 1, 0);
    assert_taken();
}

static void timestamps_may_begin_at_any_value_at_any_time(void **state)
{
    (void)state;
    handshake();
    timestamps(UINT32_C(0xf0000000), 5000);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void the_syn_has_the_first_timestamp(void **state)
{
    (void)state; /* whatever its number */
    drive.isn[CLIENT] = 5000;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(999, 5000);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
}

/* A SYN-ACK with this timestamp, a second later: it is sent again if its clock has gone on, so that
 * the handshake's ACK is missing; else it is a copy. */
static bool is_sent_again(uint32_t value)
{
    wait_for(SECOND);
    timestamps(value, 1000);
    server(SYN | ACK, 0, 1, 0);
    return drive.shown.status.state[ROLE_SERVER] == STATE_SYN_RECEIVED;
}

static void what_is_sent_again_has_a_later_timestamp_than_all_before(void **state)
{
    (void)state;
    handshake_at(1000, 5000);
    assert_false(is_sent_again(4999));
    assert_false(is_sent_again(5000));
    assert_true(is_sent_again(5001));

    handshake_at(1000, 5000);
    timestamps(5300, 1000);
    server(ACK, 1, 1, 100);
    timestamps(5200, 1000); /* overtaken */
    server(ACK, 1, 1, 100);
    assert_false(is_sent_again(5250));
    assert_false(is_sent_again(5300));
    assert_true(is_sent_again(5301));

    handshake_at(1000, UINT32_C(0xf0000000));
    server(ACK, 1, 1, 100); /* without */
    assert_true(is_sent_again(UINT32_C(0xf0000001)));
}

static void the_first_timestamp_of_an_end_says_nothing_of_its_age(void **state)
{
    (void)state;
    handshake();
    assert_false(is_sent_again(1)); /* there is nothing to compare it with */
}

/* -- What may be answered ---------------------------------------------------------------------- */

/* The server has sent five segments, the client has acknowledged each (frames 9 to 13), and the
 * server answers the ACK of so many bytes with a RST. */
static uint32_t triggered_by_ack_of(uint32_t bytes)
{
    begin(NULL);
    handshake();
    for (uint32_t at = 1; at < 501; at += 100)
        server(ACK, at, 1, 100);
    for (uint32_t at = 101; at <= 501; at += 100)
        client(ACK, 1, at, 0);
    server(RST, 1 + bytes, 0, 0);
    return shown_facts()->rst.trigger_frame;
}

static void a_rst_may_answer_any_of_the_last_four_segments(void **state)
{
    (void)state;
    assert_int_equal(triggered_by_ack_of(500), 13);
    assert_int_equal(triggered_by_ack_of(400), 12);
    assert_int_equal(triggered_by_ack_of(300), 11);
    assert_int_equal(triggered_by_ack_of(200), 10);
    assert_int_equal(triggered_by_ack_of(100), 0);
}

/* The SYN was sent four times, a second apart, with these clocks; that of the answer's echo. */
static int64_t time_to_answer(uint32_t echo)
{
    begin(NULL);
    for (uint32_t value = 100; value <= 400; value += 100) {
        wait_for(SECOND);
        timestamps(value, 0);
        client(SYN, 0, 0, 0);
    }
    timestamps(7000, echo);
    server(SYN | ACK, 0, 1, 0);
    return shown_facts()->handshake.rtt_server;
}

static void a_syn_ack_may_answer_the_first_or_one_of_the_last_syns(void **state)
{
    (void)state; /* RFC 7323 3.2: the echo tells which */
    assert_int_equal(time_to_answer(100), 3 * SECOND + TICK);
    assert_int_equal(time_to_answer(200), NO_TIME);
    assert_int_equal(time_to_answer(300), SECOND + TICK);
    assert_int_equal(time_to_answer(400), TICK);
    assert_int_equal(time_to_answer(500), NO_TIME);
}

static void an_echo_of_nothing_names_no_syn(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    timestamps(5, 0);
    client(SYN, 0, 0, 0);
    timestamps(7000, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);

    begin(NULL);
    timestamps(0, 0);
    client(SYN, 0, 0, 0);
    timestamps(5, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_unknown_window_is_as_large_as_one_can_be),
        TEST(how_old_an_ack_may_be_tells_the_largest_window),
        TEST(of_syn_and_syn_ack_the_latter_has_the_window),
        TEST(each_of_several_gaps_has_to_be_filled),
        TEST(what_swallows_a_gap_and_more_counts_to_its_end),
        TEST(a_part_that_is_sent_again_takes_nothing_back),
        TEST(an_ack_up_to_the_end_of_a_gap_joins_what_is_behind),
        TEST(a_pure_ack_ahead_of_a_gap_leaves_nothing_behind_it),
        TEST(what_stands_behind_a_lost_segment_has_arrived_out_of_order),
        TEST(behind_a_lost_fin_there_is_nothing),
        TEST(a_gap_of_the_capture_ends_with_the_last_byte_beyond_it),
        TEST(before_anything_has_come_every_number_may_be_the_first),
        TEST(a_segment_without_timestamps_says_nothing_of_the_clock),
        TEST(timestamps_may_begin_at_any_value_at_any_time),
        TEST(the_syn_has_the_first_timestamp),
        TEST(what_is_sent_again_has_a_later_timestamp_than_all_before),
        TEST(the_first_timestamp_of_an_end_says_nothing_of_its_age),
        TEST(a_rst_may_answer_any_of_the_last_four_segments),
        TEST(a_syn_ack_may_answer_the_first_or_one_of_the_last_syns),
        TEST(an_echo_of_nothing_names_no_syn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
