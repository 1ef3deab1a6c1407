/* test_anomaly_numbers.c
 * Anomalies of the numbers on an established connection: each one where it occurs, and next to it
 * the healthy segments that look like it. In parentheses: assumed, since missing packets could
 * explain it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- An established connection ----------------------------------------------------------------- */

static void another_syn_on_a_live_connection_is_suspicious(void **state)
{
    static const char *const live[] = {
        "ESTABLISHED / ESTABLISHED", "FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-2 / CLOSE-WAIT",
        "FIN-WAIT-2 / LAST-ACK",     "CLOSING / CLOSING",
    };
    (void)state;

    for (size_t i = 0; i < sizeof live / sizeof live[0]; i++) {
        place(live[i]);
        client(SYN, 123456, 0, 0); /* the end of the connection may not have been captured */
        assert_anomalies("(syn_on_established)");
    }
    place("ESTABLISHED / ESTABLISHED");
    server(SYN, 123456, 0, 0);
    assert_anomalies("(syn_on_established)");
}

static void copy_of_the_syn_is_harmless(void **state)
{
    (void)state;
    handshake();
    client(SYN, 0, 0, 0);
    assert_ordinary();
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_ordinary();
}

static void a_syn_in_time_wait_reuses_the_ports(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(SYN, 5000000, 0, 0); /* whichever side opens */
    assert_anomalies("syn_in_time_wait");
    place("TIME-WAIT / CLOSED");
    client(SYN, 5000000, 0, 0);
    assert_anomalies("syn_in_time_wait");
    place("TIME-WAIT / CLOSED");
    wait_for(61 * SECOND);
    client(SYN, 5000000, 0, 0);
    assert_ordinary();
}

static void an_ack_of_data_that_were_not_captured_is_assumed(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 501, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 1, 501, 0); /* reported once */
    assert_ordinary();
    server(ACK, 501, 1, 100);
    client(ACK, 1, 601, 0);
    assert_ordinary();
}

static void a_gap_is_reported_once_until_the_other_side_sends_again(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 101, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 1, 201, 0);
    assert_ordinary();
    server(ACK, 201, 1, 100);
    client(ACK, 1, 401, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void an_ack_beyond_the_window_acknowledges_unsent_data(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1 + 20 * WINDOW, 0);
    assert_anomalies("ack_beyond_sent");
}

static void where_the_capture_has_gaps_anything_may_have_opened_the_window(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 501, 0);
    assert_anomalies("(ack_beyond_sent)");
    server(ACK, 501, 1, 100);
    client(ACK, 1, 1 + 20 * WINDOW, 0);
    assert_anomalies("(ack_beyond_sent)");
    server(ACK, 601, 2 + 20 * WINDOW, 100); /* nothing of the client is missing */
    assert_anomalies("ack_beyond_sent");
}

static void after_a_pause_an_ack_beyond_the_window_may_follow_a_gap(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    client(ACK, 1, 1 + 20 * WINDOW, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void acks_in_a_one_way_capture_or_beyond_a_known_gap_are_ordinary(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 501, 0);
    assert_anomalies("one_way");
    client(ACK, 1, 1001, 0);
    assert_ordinary();
    begin(NULL);
    handshake();
    server(ACK, 101, 1, 100); /* something is missing before it */
    client(ACK, 1, 301, 0);
    assert_ordinary();
}

static void a_fin_that_was_not_captured_may_lie_beyond_the_window(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, WINDOW);
    window(0);
    client(ACK, 1, 1 + WINDOW, 0);
    client(ACK, 1, 2 + WINDOW, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void a_segment_beyond_the_window_is_out_of_window(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1 + 20 * WINDOW, 1, 10);
    assert_anomalies("out_of_window");
    client(FIN | ACK, 1 + 20 * WINDOW, 1, 0);
    assert_anomalies("out_of_window");
    client(ACK, 1, 1, 10);
    assert_ordinary();
}

static void a_segment_below_the_connections_numbers_is_out_of_window(void **state)
{
    (void)state;
    handshake();
    client(ACK, (uint32_t)-30 * WINDOW, 1, 10);
    assert_anomalies("out_of_window");
    client(ACK, 0, 1, 0); /* a keep-alive */
    assert_ordinary();
}

static void without_its_senders_syn_nobody_knows_what_is_below_them(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    server(ACK, (uint32_t)-5 * WINDOW, 1, 100);
    assert_ordinary();
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0); /* it answers the server's SYN, and so tells that one's number */
    server(ACK, (uint32_t)-5 * WINDOW, 1, 100);
    assert_true(drive.shown.anomalies.raised & UINT64_C(1) << ANOMALY_OUT_OF_WINDOW);
}

static void copies_probes_and_segments_at_the_edge_are_ordinary(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(ACK, 1, 1, 100); /* a retransmission */
    assert_ordinary();
    client(ACK, 100, 1, 1); /* a keep-alive with a byte */
    assert_ordinary();
    client(ACK, 101 + WINDOW, 1, 0); /* at the right edge */
    assert_ordinary();
    window(0);
    server(ACK, 1, 101 + WINDOW, 0);
    client(ACK, 101 + WINDOW, 1, 1); /* a window probe */
    assert_ordinary();
    client(ACK, 100 + WINDOW, 1, 0); /* a probe with an old number */
    assert_ordinary();
}

static void with_an_unknown_window_scale_nothing_is_out_of_window(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(ACK, 50 * WINDOW, 1, 10);
    assert_ordinary();
}

static void before_a_window_is_advertised_nothing_is_out_of_it(void **state)
{
    (void)state; /* both open at once, which settles the scaling */
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(ACK, 1 + (UINT32_C(1) << 30) + 100000, 1, 0);
    assert_ordinary();
}

static void a_gap_in_the_capture_is_reported_once(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 100);
    assert_anomalies("(out_of_window)");
    server(ACK, 50 * WINDOW + 100, 1, 100);
    assert_ordinary();
    client(ACK, 1, 50 * WINDOW + 200, 0);
    assert_ordinary();
    server(FIN | ACK, 50 * WINDOW + 200, 1, 0);
    assert_ordinary();
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void an_unacknowledged_segment_far_ahead_is_no_gap(void **state)
{
    (void)state;
    handshake();
    server(ACK, 50 * WINDOW, 1, 100);
    assert_anomalies("out_of_window");
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_ordinary();
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void data_beyond_the_fin_are_an_anomaly(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 2, 1, 10);
    assert_anomalies("data_after_fin");
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(ACK, 2, 1, 10);
    assert_anomalies("data_after_fin");
}

static void retransmitted_data_and_fins_are_ordinary(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(ACK, 1, 1, 100);
    assert_ordinary();
    client(FIN | ACK, 1, 1, 100);
    assert_ordinary();
    client(FIN | ACK, 51, 1, 50);
    assert_ordinary();
    server(ACK, 1, 102, 500);
    assert_ordinary();
    client(ACK, 101, 501, 0); /* a keep-alive */
    assert_ordinary();
}

static void a_second_fin_with_another_number_is_an_anomaly(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 101, 1, 0);
    client(FIN | ACK, 51, 1, 0);
    assert_anomalies("fin_moved");
}

static void a_fin_beyond_a_gap_is_ordinary(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 101, 1, 0);
    assert_ordinary();
    client(ACK, 1, 1, 100);
    assert_ordinary();
    server(ACK, 1, 102, 0);
    assert_ordinary();
}

static void a_right_edge_that_moves_left_is_a_shrunk_window(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(ACK, 101, 1, 100);
    window(WINDOW - 101);
    server(ACK, 1, 201, 0);
    assert_anomalies("window_shrunk");
    window(WINDOW - 101);
    server(ACK, 1, 201, 0); /* already reported */
    assert_ordinary();
}

static void a_right_edge_that_stays_is_no_shrunk_window(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 0);
    client(ACK, 1, 1, 100);
    window(WINDOW - 100);
    server(ACK, 1, 101, 0);
    assert_ordinary();
    window(0);
    client(ACK, 101, 1, WINDOW - 100);
    assert_anomalies("window_shrunk");
    window(0);
    server(ACK, 1, 1 + WINDOW, 0);
    assert_ordinary();
    window(WINDOW - 100);
    server(ACK, 1, 101, 0); /* reordered */
    assert_ordinary();
}

static void rounding_of_a_scaled_window_does_not_shrink_it(void **state)
{
    (void)state;
    window_scale(7);
    client(SYN, 0, 0, 0);
    window_scale(7);
    server(SYN | ACK, 0, 1, 0);
    window(500); /* 64000 bytes, more than the SYN's 10000 */
    client(ACK, 1, 1, 0);
    window(500);
    server(ACK, 1, 1, 100);
    window(499); /* 63872 + 100: 28 less than before */
    client(ACK, 1, 101, 0);
    assert_ordinary();
    window(498);
    client(ACK, 1, 101, 10);
    assert_anomalies("window_shrunk");
}

static void the_window_of_a_syn_may_shrink(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(5000);
    client(ACK, 1, 1, 0);
    assert_ordinary();
    window(5000);
    server(ACK, 1, 1, 0);
    assert_ordinary();
}

static void after_a_fin_arrived_the_window_may_shrink(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(ACK, 1, 2, 100);
    window(0);
    client(ACK, 2, 101, 0);
    assert_ordinary();
}

/* -- Gaps that time allows --------------------------------------------------------------------- */

/* The client sends this many bytes beyond the server's window, this long after the server's last
 * segment. */
static void send_beyond(uint32_t bytes, int64_t wait)
{
    begin(NULL);
    handshake(); /* the round trip is 20 ms, the server's last segment 10 ms old */
    wait_for(wait - TICK);
    client(ACK, 1 + WINDOW + bytes, 1, 10);
}

static void a_gap_takes_a_round_trip_for_each_window(void **state)
{
    static const struct {
        uint32_t bytes;
        int64_t round_trips;
    } cases[] = {{1, 1}, {WINDOW - 1, 1}, {WINDOW, 2}, {5 * WINDOW / 2, 3}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        send_beyond(cases[i].bytes, cases[i].round_trips * 2 * TICK - 1);
        assert_anomalies("out_of_window");
        send_beyond(cases[i].bytes, cases[i].round_trips * 2 * TICK);
        assert_anomalies("(out_of_window)");
    }
}

static void with_an_unknown_rate_a_gap_may_explain_it(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED"); /* the round trip is not known yet */
    client(ACK, 1 + 20 * WINDOW, 1, 10);
    assert_anomalies("(out_of_window)");
    begin(NULL);
    window(0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(0); /* no captured segment opens its window */
    client(ACK, 1, 1, 0);
    server(ACK, 50000, 1, 10);
    assert_anomalies("(out_of_window)");
}

static void a_closed_endpoint_has_no_window(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    client(ACK, 2 + 20 * WINDOW, 2, 10);
    assert_ordinary();
}

static void an_ack_beyond_the_window_takes_a_round_trip(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1 + WINDOW + 1, 0); /* a FIN beyond a full window */
    assert_anomalies("(ack_beyond_sent)");
    for (int i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        wait_for(2 * TICK - i); /* since the client's last segment */
        client(ACK, 1, 1 + WINDOW + 2, 0);
        assert_anomalies(i == 0 ? "(ack_beyond_sent)" : "ack_beyond_sent");
    }
    for (int i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        wait_for(4 * TICK - i);
        client(ACK, 1, 1 + 2 * WINDOW, 0); /* a second window */
        assert_anomalies(i == 0 ? "(ack_beyond_sent)" : "ack_beyond_sent");
    }
}

static void an_ack_beyond_a_gap_already_reported_is_ordinary(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 100);
    assert_anomalies("(out_of_window)");
    client(ACK, 1, 501, 0);
    assert_ordinary();
}

static void no_ack_is_beyond_before_both_endpoints_are_established(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 501, 0); /* the client's first data were not captured */
    assert_ordinary();
}

/* -- Old numbers ------------------------------------------------------------------------------- */

static void a_segment_older_than_window_and_connection_is_out_of_window(void **state)
{
    (void)state;
    handshake();
    client(ACK, 0u - WINDOW - 9, 1, 10); /* ends a window below what the server expects */
    assert_ordinary();
    client(ACK, 0u - WINDOW - 10, 1, 10);
    assert_anomalies("out_of_window");
    begin(NULL);
    handshake();
    for (uint32_t at = 1; at < 50001; at += 5000) {
        client(ACK, at, 1, 5000);
        server(ACK, 1, at + 5000, 0);
    }
    client(ACK, 1, 1, 1000); /* an old copy from this connection */
    assert_ordinary();
}

static void no_time_explains_an_old_number(void **state)
{
    (void)state;
    handshake();
    wait_for(100000 * SECOND);
    client(ACK, 0u - 30 * WINDOW, 1, 10);
    assert_anomalies("out_of_window");
}

/* -- One-way captures -------------------------------------------------------------------------- */

static void midstream_a_silence_of_a_second_shows_a_one_way_capture(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(NULL);
        client(ACK, 1, 1, 100);
        wait_for(SECOND - i);
        client(ACK, 101, 101, 0);
        assert_anomalies(i == 0 ? "one_way" : "");
    }
    begin(NULL);
    server(SYN | ACK, 0, 1, 0); /* no wait if the SYN-ACK was captured */
    server(ACK, 1, 101, 0);
    assert_anomalies("one_way");
}

static void segments_that_do_not_count_show_no_one_way_capture(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    timestamps(5000, 0);
    client(ACK, 1, 1, 100);
    checksum(CHECKSUM_GOOD);
    client(ACK, 101, 1, 10);
    checksum(CHECKSUM_BAD);
    client(ACK, 111, 501, 10);
    assert_ordinary();
    client(ACK, 111, 501, 10);
    assert_anomalies("one_way");
}

/* -- FINs -------------------------------------------------------------------------------------- */

static void data_at_the_fins_number_are_beyond_it(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 1, 1, 1);
    assert_anomalies("data_after_fin");
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 1 + 20 * WINDOW, 1, 10); /* outside the window */
    assert_anomalies("out_of_window");
    place("TIME-WAIT / CLOSED");
    client(ACK, 2, 2, 10); /* the receiver is closed */
    assert_ordinary();
}

static void the_number_of_a_fin_that_was_not_captured_is_uncertain(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    server(ACK, 2, 1, 10);
    assert_ordinary();
}

static void where_no_window_is_known_one_of_two_fins_may_lie_outside(void **state)
{
    (void)state;
    window_scale(7);
    client(SYN, 0, 0, 0); /* the SYN-ACK is not captured */
    client(ACK, 1, 1, 0);
    server(ACK, 1, 1, 0);
    client(FIN | ACK, 10000001, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_anomalies("(fin_moved)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(another_syn_on_a_live_connection_is_suspicious),
        TEST(copy_of_the_syn_is_harmless),
        TEST(a_syn_in_time_wait_reuses_the_ports),
        TEST(an_ack_of_data_that_were_not_captured_is_assumed),
        TEST(a_gap_is_reported_once_until_the_other_side_sends_again),
        TEST(an_ack_beyond_the_window_acknowledges_unsent_data),
        TEST(after_a_pause_an_ack_beyond_the_window_may_follow_a_gap),
        TEST(acks_in_a_one_way_capture_or_beyond_a_known_gap_are_ordinary),
        TEST(a_fin_that_was_not_captured_may_lie_beyond_the_window),
        TEST(a_segment_beyond_the_window_is_out_of_window),
        TEST(a_segment_below_the_connections_numbers_is_out_of_window),
        TEST(without_its_senders_syn_nobody_knows_what_is_below_them),
        TEST(copies_probes_and_segments_at_the_edge_are_ordinary),
        TEST(with_an_unknown_window_scale_nothing_is_out_of_window),
        TEST(before_a_window_is_advertised_nothing_is_out_of_it),
        TEST(a_gap_in_the_capture_is_reported_once),
        TEST(an_unacknowledged_segment_far_ahead_is_no_gap),
        TEST(data_beyond_the_fin_are_an_anomaly),
        TEST(retransmitted_data_and_fins_are_ordinary),
        TEST(a_second_fin_with_another_number_is_an_anomaly),
        TEST(a_fin_beyond_a_gap_is_ordinary),
        TEST(a_right_edge_that_moves_left_is_a_shrunk_window),
        TEST(a_right_edge_that_stays_is_no_shrunk_window),
        TEST(rounding_of_a_scaled_window_does_not_shrink_it),
        TEST(the_window_of_a_syn_may_shrink),
        TEST(after_a_fin_arrived_the_window_may_shrink),
        TEST(a_gap_takes_a_round_trip_for_each_window),
        TEST(with_an_unknown_rate_a_gap_may_explain_it),
        TEST(a_closed_endpoint_has_no_window),
        TEST(an_ack_beyond_the_window_takes_a_round_trip),
        TEST(an_ack_beyond_a_gap_already_reported_is_ordinary),
        TEST(no_ack_is_beyond_before_both_endpoints_are_established),
        TEST(a_segment_older_than_window_and_connection_is_out_of_window),
        TEST(no_time_explains_an_old_number),
        TEST(midstream_a_silence_of_a_second_shows_a_one_way_capture),
        TEST(segments_that_do_not_count_show_no_one_way_capture),
        TEST(data_at_the_fins_number_are_beyond_it),
        TEST(the_number_of_a_fin_that_was_not_captured_is_uncertain),
        TEST(where_the_capture_has_gaps_anything_may_have_opened_the_window),
        TEST(where_no_window_is_known_one_of_two_fins_may_lie_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
