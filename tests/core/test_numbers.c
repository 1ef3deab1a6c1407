/* test_numbers.c
 * What is remembered of the numbers of a connection: windows and their largest size, data beyond
 * gaps and what fills them, timestamps, and the last segments and SYNs that may be answered.
 *
 * A FIN serves as the probe: it moves the receiver if and only if it is taken, in sequence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* Whether the server has taken the client's FIN. */
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

static void an_unknown_window_has_the_largest_possible_size(void **state)
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

/* The server sends this many bytes, and the client acknowledges them with a window of 100. */
static void send_to_small_window(uint32_t bytes)
{
    for (uint32_t at = 1; at < 1 + bytes; at += 100) {
        server(ACK, at, 1, 100);
        window(100);
        client(ACK, 1, at + 100, 0);
    }
}

static void the_largest_window_limits_how_old_an_ack_may_be(void **state)
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

static void the_window_of_a_syn_ack_replaces_that_of_the_syn(void **state)
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
    begin(NULL); /* likewise with an ACK instead of the SYN-ACK */
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

static void a_segment_that_covers_a_gap_and_more_counts_to_its_end(void **state)
{
    (void)state;
    handshake();
    client(ACK, 101, 1, 50);
    client(ACK, 1, 1, 300);
    client(FIN | ACK, 301, 1, 0);
    assert_taken();
}

static void a_partial_retransmission_leaves_rcv_nxt_alone(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 300);
    client(ACK, 1, 1, 100);
    client(FIN | ACK, 301, 1, 0);
    assert_taken();
}

static void an_ack_up_to_the_end_of_a_gap_joins_the_data_beyond_it(void **state)
{
    (void)state;
    handshake();
    client(ACK, 101, 1, 100);
    server(ACK, 1, 101, 0); /* the missing data did arrive */
    client(FIN | ACK, 201, 1, 0);
    assert_taken();
}

static void a_pure_ack_beyond_a_gap_is_not_remembered(void **state)
{
    (void)state;
    handshake_with_sack();
    server(ACK, 1, 1, 100);
    client(ACK, 101, 101, 0);
    client(RST, 101, 0, 0); /* SACK reports nothing there */
    assert_int_equal(shown_facts()->rst.validity, RST_IN_WINDOW);
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_ESTABLISHED);
}

static void data_beyond_a_lost_segment_have_arrived_out_of_order(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(ACK, 101, 1, 100);
    client(FIN | ACK, 201, 1, 0);
    assert_taken();
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10); /* not even the first byte arrived */
    assert_not_taken();
    client(ACK, 202, 11, 0);
    assert_not_taken();
    client(ACK, 1, 11, 1); /* the only byte that is certainly missing */
    assert_taken();
    begin(NULL); /* likewise with only the FIN beyond it */
    handshake();
    client(FIN | ACK, 1, 1, 1);
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10);
    client(ACK, 1, 11, 1);
    assert_taken();
}

static void beyond_a_lost_fin_there_is_nothing(void **state)
{
    (void)state;
    handshake_with_sack();
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    client(RST, 2, 0, 0); /* in the window, but not what the server expects */
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_ESTABLISHED);
}

static void after_a_gap_in_the_capture_the_highest_byte_counts(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 200);
    server(ACK, 50 * WINDOW, 1, 100); /* a partial retransmission */
    client(ACK, 1, 50 * WINDOW + 200, 0);
    server(FIN | ACK, 50 * WINDOW + 200, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void before_the_first_segment_any_number_may_be_the_first(void **state)
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

static void a_segment_without_timestamps_leaves_ts_recent_alone(void **state)
{
    (void)state; /* RFC 7323 3.2 says to drop it; most stacks take it */
    handshake_at(1000, 5000);
    client(ACK, 1, 1, 10);
    client(FIN | ACK, 11, 1, 0);
    assert_taken();

    handshake_at(UINT32_C(0xf0000000), 5000); /* 0 would be later */
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
    (void)state; /* whatever its sequence number */
    drive.isn[CLIENT] = 5000;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(999, 5000);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
}

/* Whether a SYN-ACK with this timestamp, a second later, is a retransmission, so that the
 * handshake's ACK was lost. With an old timestamp it is a copy. */
static bool is_retransmission(uint32_t value)
{
    wait_for(SECOND);
    timestamps(value, 1000);
    server(SYN | ACK, 0, 1, 0);
    return drive.shown.status.state[ROLE_SERVER] == STATE_SYN_RECEIVED;
}

static void a_retransmission_has_a_later_timestamp_than_all_before(void **state)
{
    (void)state;
    handshake_at(1000, 5000);
    assert_false(is_retransmission(4999));
    assert_false(is_retransmission(5000));
    assert_true(is_retransmission(5001));

    handshake_at(1000, 5000);
    timestamps(5300, 1000);
    server(ACK, 1, 1, 0);
    timestamps(5200, 1000); /* reordered */
    server(ACK, 1, 1, 0);
    assert_false(is_retransmission(5250));
    assert_false(is_retransmission(5300));
    assert_true(is_retransmission(5301));

    handshake_at(1000, UINT32_C(0xf0000000));
    server(ACK, 1, 1, 0); /* no timestamp */
    assert_true(is_retransmission(UINT32_C(0xf0000001)));
}

static void after_its_senders_data_a_syn_ack_is_an_old_copy(void **state)
{
    (void)state;
    handshake_at(1000, 5000);
    timestamps(5010, 1000);
    server(ACK, 1, 1, 1);
    assert_false(is_retransmission(6000));

    begin(NULL); /* but a Fast Open server sends data before the third step */
    fast_open();
    client(SYN, 0, 0, 10);
    fast_open();
    server(SYN | ACK, 0, 11, 0);
    server(ACK, 1, 11, 10);
    client(ACK, 11, 1, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 11, 0);
    assert_server("SYN-RECEIVED");
}

static void the_first_timestamp_of_a_side_shows_no_age(void **state)
{
    (void)state;
    handshake();
    assert_false(is_retransmission(1)); /* there is nothing to compare it with */
}

/* -- Segments that may be answered ------------------------------------------------------------- */

/* The server sends eleven segments, the client acknowledges each (frames 15 to 25), and the server
 * answers the ACK of this many bytes with a RST. Returns the frame that the RST answers. */
static uint32_t triggered_by_ack_of(uint32_t bytes)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    wait_for(SECOND); /* the round trip */
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    for (uint32_t at = 1; at < 1101; at += 100)
        server(ACK, at, 1, 100);
    for (uint32_t at = 101; at <= 1101; at += 100)
        client(ACK, 1, at, 0);
    server(RST, 1 + bytes, 0, 0);
    return shown_facts()->rst.trigger_frame;
}

static void a_rst_may_answer_any_of_the_last_ten_segments(void **state)
{
    (void)state; /* RFC 6928: as many as an initial window */
    for (uint32_t i = 2; i <= 11; i++)
        assert_int_equal(triggered_by_ack_of(100 * i), 14 + i);
    assert_int_equal(triggered_by_ack_of(100), 0);
}

/* The SYN is sent four times, a second apart, with timestamps 100 to 400, and the SYN-ACK echoes
 * one. Returns the time between the two. */
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
    (void)state; /* RFC 7323 3.2: the echo shows which */
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
        TEST(an_unknown_window_has_the_largest_possible_size),
        TEST(the_largest_window_limits_how_old_an_ack_may_be),
        TEST(the_window_of_a_syn_ack_replaces_that_of_the_syn),
        TEST(each_of_several_gaps_has_to_be_filled),
        TEST(a_segment_that_covers_a_gap_and_more_counts_to_its_end),
        TEST(a_partial_retransmission_leaves_rcv_nxt_alone),
        TEST(an_ack_up_to_the_end_of_a_gap_joins_the_data_beyond_it),
        TEST(a_pure_ack_beyond_a_gap_is_not_remembered),
        TEST(data_beyond_a_lost_segment_have_arrived_out_of_order),
        TEST(beyond_a_lost_fin_there_is_nothing),
        TEST(after_a_gap_in_the_capture_the_highest_byte_counts),
        TEST(before_the_first_segment_any_number_may_be_the_first),
        TEST(a_segment_without_timestamps_leaves_ts_recent_alone),
        TEST(timestamps_may_begin_at_any_value_at_any_time),
        TEST(the_syn_has_the_first_timestamp),
        TEST(a_retransmission_has_a_later_timestamp_than_all_before),
        TEST(after_its_senders_data_a_syn_ack_is_an_old_copy),
        TEST(the_first_timestamp_of_a_side_shows_no_age),
        TEST(a_rst_may_answer_any_of_the_last_ten_segments),
        TEST(a_syn_ack_may_answer_the_first_or_one_of_the_last_syns),
        TEST(an_echo_of_nothing_names_no_syn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
