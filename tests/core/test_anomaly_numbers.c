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

/* -- What time explains -------------------------------------------------------------------------
 */

/* A segment of the client so far beyond the server's window, this long after the server's last. */
static void send_beyond(uint32_t bytes, int64_t wait)
{
    begin(NULL);
    handshake(); /* the round trip is 20 ms, and the server's last is 10 ms old */
    wait_for(wait - TICK);
    client(ACK, 1 + WINDOW + bytes, 1, 10);
}

static void each_window_beyond_takes_a_round_trip(void **state)
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

static void where_nobody_knows_how_long_it_takes_a_gap_may_explain(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED"); /* the round trip is not known yet */
    client(ACK, 1 + 20 * WINDOW, 1, 10);
    assert_anomalies("(out_of_window)");
    begin(NULL);
    window(0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(0); /* it never opens one that was captured */
    client(ACK, 1, 1, 0);
    server(ACK, 50000, 1, 10);
    assert_anomalies("(out_of_window)");
}

static void who_is_gone_has_no_window(void **state)
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
        wait_for(2 * TICK - i); /* since its own last segment */
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

static void an_ack_behind_a_gap_that_was_told_of_is_ordinary(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 100);
    assert_anomalies("(out_of_window)");
    client(ACK, 1, 501, 0);
    assert_ordinary();
}

static void before_both_ends_are_established_no_ack_is_beyond(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 501, 0); /* the client's first data were not captured */
    assert_ordinary();
}

/* -- Old ----------------------------------------------------------------------------------------
 */

static void what_is_older_than_window_and_connection_is_out_of_window(void **state)
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
    client(ACK, 1, 1, 1000); /* an old copy, of this connection */
    assert_ordinary();
}

static void no_time_explains_what_is_old(void **state)
{
    (void)state;
    handshake();
    wait_for(100000 * SECOND);
    client(ACK, 0u - 30 * WINDOW, 1, 10);
    assert_anomalies("out_of_window");
}

/* -- One direction ------------------------------------------------------------------------------
 */

static void from_the_middle_it_takes_a_second_until_silence_tells(void **state)
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
    server(SYN | ACK, 0, 1, 0); /* but not from the beginning */
    server(ACK, 1, 101, 0);
    assert_anomalies("one_way");
}

static void what_does_not_count_tells_of_nobody(void **state)
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

/* -- FINs ---------------------------------------------------------------------------------------
 */

static void data_on_the_fins_number_are_behind_it(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 1, 1, 1);
    assert_anomalies("data_after_fin");
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 1 + 20 * WINDOW, 1, 10); /* where they cannot be */
    assert_anomalies("out_of_window");
    place("TIME-WAIT / CLOSED");
    client(ACK, 2, 2, 10); /* nobody is there to wonder */
    assert_ordinary();
}

static void a_fin_that_was_not_captured_has_no_certain_place(void **state)
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

/* -- Windows that shrink ------------------------------------------------------------------------
 */

/* A connection whose client has a window of 500 << 7 bytes. */
static void open_wide(void)
{
    begin(NULL);
    window_scale(7);
    client(SYN, 0, 0, 0);
    window_scale(7);
    server(SYN | ACK, 0, 1, 0);
    for (unsigned i = 0; i < 2; i++) {
        window(500);
        client(ACK, 1, 1, 0);
    }
    server(ACK, 1, 1, 500);
}

static void a_scaled_window_shrinks_by_whole_units(void **state)
{
    (void)state; /* RFC 7323 2.4 */
    open_wide();
    window(499);
    client(ACK, 1, 2, 0); /* 127 bytes less */
    assert_ordinary();
    open_wide();
    window(499);
    client(ACK, 1, 1, 0); /* 128 */
    assert_anomalies("window_shrunk");
    window(499);
    client(ACK, 1, 1, 0);
    assert_ordinary();
    window(499);
    client(ACK, 1, 2, 0); /* less so */
    assert_ordinary();
    window(498);
    client(ACK, 1, 3, 0); /* 127 more than that */
    assert_ordinary();
    open_wide();
    window(499);
    client(ACK, 1, 2, 0);
    window(498);
    client(ACK, 1, 2, 0); /* 128 more */
    assert_anomalies("window_shrunk");
    window(600);
    client(ACK, 1, 3, 0);
    assert_ordinary();
    window(599);
    client(ACK, 1, 3, 0); /* from the new edge */
    assert_anomalies("window_shrunk");
}

static void only_the_newest_of_a_window_tells_that_it_shrinks(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    window(0);
    client(ACK, 1, 1, 100); /* sent again, or a copy */
    assert_ordinary();
    server(ACK, 1, 101, 100);
    client(ACK, 101, 101, 0);
    window(0);
    client(ACK, 101, 51, 0); /* acknowledges less */
    assert_ordinary();
    window(0);
    client(ACK, 51, 101, 0); /* has an older number */
    assert_ordinary();
    window(0);
    client(ACK, 101 + 20 * WINDOW, 101, 0); /* is not its own */
    assert_anomalies("out_of_window");
    window(0);
    client(ACK, 101, 101, 0);
    assert_anomalies("window_shrunk");
}

static void an_old_clock_tells_nothing_of_the_window(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(1200, 5000);
    client(ACK, 101, 1, 100); /* ahead of what comes later */
    timestamps(1100, 5000);
    window(0);
    client(ACK, 201, 1, 0); /* sent before that? */
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
        TEST(each_window_beyond_takes_a_round_trip),
        TEST(where_nobody_knows_how_long_it_takes_a_gap_may_explain),
        TEST(who_is_gone_has_no_window),
        TEST(an_ack_beyond_the_window_takes_a_round_trip),
        TEST(an_ack_behind_a_gap_that_was_told_of_is_ordinary),
        TEST(before_both_ends_are_established_no_ack_is_beyond),
        TEST(what_is_older_than_window_and_connection_is_out_of_window),
        TEST(no_time_explains_what_is_old),
        TEST(from_the_middle_it_takes_a_second_until_silence_tells),
        TEST(what_does_not_count_tells_of_nobody),
        TEST(data_on_the_fins_number_are_behind_it),
        TEST(a_fin_that_was_not_captured_has_no_certain_place),
        TEST(a_scaled_window_shrinks_by_whole_units),
        TEST(only_the_newest_of_a_window_tells_that_it_shrinks),
        TEST(an_old_clock_tells_nothing_of_the_window),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
