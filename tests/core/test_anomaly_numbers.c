/* test_anomaly_numbers.c
 * What is not as it should be with the numbers of a connection that is there: each anomaly where it
 * occurs, and beside it the healthy segments that look like it. In parentheses: assumed, since
 * missing packets could explain it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- In connection ----------------------------------------------------------------------------- */

static void another_syn_on_a_live_connection_is_suspicious(void **state)
{
    static const char *const live[] = {
        "ESTABLISHED / ESTABLISHED", "FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-2 / CLOSE-WAIT",
        "FIN-WAIT-2 / LAST-ACK",     "CLOSING / CLOSING",
    };
    (void)state;

    for (size_t i = 0; i < sizeof live / sizeof live[0]; i++) {
        place(live[i]);
        client(SYN, 123456, 0, 0);
        assert_anomalies("syn_on_established");
    }
    place("ESTABLISHED / ESTABLISHED");
    server(SYN, 123456, 0, 0);
    assert_anomalies("syn_on_established");
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

static void syn_in_time_wait_uses_the_ports_again(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(SYN, 5000000, 0, 0); /* whoever opens */
    assert_anomalies("syn_in_time_wait");
    place("TIME-WAIT / CLOSED");
    client(SYN, 5000000, 0, 0);
    assert_anomalies("syn_in_time_wait");
    place("TIME-WAIT / CLOSED");
    wait_for(61 * SECOND);
    client(SYN, 5000000, 0, 0);
    assert_ordinary();
}

static void ack_of_what_was_not_captured_is_assumed(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 501, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 1, 501, 0); /* said once */
    assert_ordinary();
    server(ACK, 501, 1, 100);
    client(ACK, 1, 601, 0);
    assert_ordinary();
}

static void a_gap_is_told_of_once_until_the_other_side_speaks_again(void **state)
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

static void ack_beyond_the_window_acknowledges_what_was_never_sent(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1 + 20 * WINDOW, 0);
    assert_anomalies("ack_beyond_sent");
}

static void ack_beyond_the_window_may_stand_behind_a_gap(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    client(ACK, 1, 1 + 20 * WINDOW, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void acks_of_one_direction_or_behind_a_known_gap_are_ordinary(void **state)
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

static void fin_that_was_not_captured_may_lie_beyond_the_window(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, WINDOW);
    window(0);
    client(ACK, 1, 1 + WINDOW, 0);
    client(ACK, 1, 2 + WINDOW, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void segment_beyond_the_window_is_told(void **state)
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

static void segment_before_the_connection_is_out_of_window(void **state)
{
    (void)state;
    handshake();
    client(ACK, (uint32_t)-30 * WINDOW, 1, 10);
    assert_anomalies("out_of_window");
    client(ACK, 0, 1, 0); /* a keep-alive */
    assert_ordinary();
}

static void copies_probes_and_data_at_the_edge_are_in_place(void **state)
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
    client(ACK, 100 + WINDOW, 1, 0); /* the other kind of probe */
    assert_ordinary();
}

static void unknown_window_scale_allows_everything(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(ACK, 50 * WINDOW, 1, 10);
    assert_ordinary();
}

static void gap_in_the_capture_is_told_once(void **state)
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

static void far_segment_that_nobody_acknowledges_opens_no_gap(void **state)
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

static void data_behind_the_fin_are_wrong(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 2, 1, 10);
    assert_anomalies("data_after_fin");
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(ACK, 2, 1, 10);
    assert_anomalies("data_after_fin");
}

static void data_before_the_fin_again_are_ordinary(void **state)
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

static void fin_has_one_number_only(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 101, 1, 0);
    client(FIN | ACK, 51, 1, 0);
    assert_anomalies("fin_moved");
}

static void fin_ahead_of_missing_data_is_ordinary(void **state)
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

static void edge_that_moves_left_has_shrunk(void **state)
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
    server(ACK, 1, 201, 0); /* told */
    assert_ordinary();
}

static void edge_that_stands_has_not_shrunk(void **state)
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
    server(ACK, 1, 101, 0); /* overtaken */
    assert_ordinary();
}

static void scaled_window_is_rounded(void **state)
{
    (void)state;
    window_scale(7);
    client(SYN, 0, 0, 0);
    window_scale(7);
    server(SYN | ACK, 0, 1, 0);
    window(500); /* less than the SYN's 10000? it is 64000 */
    client(ACK, 1, 1, 0);
    window(500);
    server(ACK, 1, 1, 100);
    window(499); /* 63872 + 100: 28 less than before */
    client(ACK, 1, 101, 0);
    assert_ordinary();
    window(498);
    client(ACK, 1, 101, 0);
    assert_anomalies("window_shrunk");
}

static void window_on_a_syn_binds_nobody(void **state)
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

static void who_has_closed_needs_no_window(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(ACK, 1, 2, 100);
    window(0);
    client(ACK, 2, 101, 0);
    assert_ordinary();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(another_syn_on_a_live_connection_is_suspicious),
        TEST(copy_of_the_syn_is_harmless),
        TEST(syn_in_time_wait_uses_the_ports_again),
        TEST(ack_of_what_was_not_captured_is_assumed),
        TEST(a_gap_is_told_of_once_until_the_other_side_speaks_again),
        TEST(ack_beyond_the_window_acknowledges_what_was_never_sent),
        TEST(ack_beyond_the_window_may_stand_behind_a_gap),
        TEST(acks_of_one_direction_or_behind_a_known_gap_are_ordinary),
        TEST(fin_that_was_not_captured_may_lie_beyond_the_window),
        TEST(segment_beyond_the_window_is_told),
        TEST(segment_before_the_connection_is_out_of_window),
        TEST(copies_probes_and_data_at_the_edge_are_in_place),
        TEST(unknown_window_scale_allows_everything),
        TEST(gap_in_the_capture_is_told_once),
        TEST(far_segment_that_nobody_acknowledges_opens_no_gap),
        TEST(data_behind_the_fin_are_wrong),
        TEST(data_before_the_fin_again_are_ordinary),
        TEST(fin_has_one_number_only),
        TEST(fin_ahead_of_missing_data_is_ordinary),
        TEST(edge_that_moves_left_has_shrunk),
        TEST(edge_that_stands_has_not_shrunk),
        TEST(scaled_window_is_rounded),
        TEST(window_on_a_syn_binds_nobody),
        TEST(who_has_closed_needs_no_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
