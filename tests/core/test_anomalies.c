/* test_anomalies.c
 * What is not as it should be: each anomaly where it occurs, and beside it the healthy segments
 * that look like it. In parentheses: assumed, since missing packets could explain it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Flags ------------------------------------------------------------------------------------- */

static void most_specific_flag_anomaly_alone_is_raised(void **state)
{
    static const struct {
        unsigned flags;
        const char *anomaly;
    } rows[] = {
        {0, "null_flags"},
        {SYN | FIN, "syn_fin"},
        {SYN | FIN | ACK, "syn_fin"},
        {SYN | FIN | RST | PSH | ACK | URG, "syn_fin"},
        {SYN | RST, "syn_rst"},
        {FIN | RST, "fin_rst"},
        {FIN | PSH | URG | RST, "fin_rst"},
        {FIN | PSH | URG, "xmas"},
        {FIN, "fin_without_ack"},
        {FIN | PSH, "fin_without_ack"},
        {PSH, "no_ack"},
        {URG | PSH, "no_ack"},
        {ECE, "no_ack"},
        {PSH | ACK, "psh_no_data"},
        {PSH | ACK | 0x800, "psh_no_data"},
        {ACK | 0x200, "reserved_bits"},
        {0x800, "null_flags"},
        {FIN | RST | 0x400, "fin_rst"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(NULL);
        handshake();
        client(rows[i].flags, 1, 1, 0);
        assert_anomalies(rows[i].anomaly);
    }
}

static void ordinary_flags_are_no_anomaly(void **state)
{
    static const struct {
        unsigned flags;
        uint32_t len;
    } rows[] = {
        {ACK, 0},       {ACK, 100},           {PSH | ACK, 100}, {PSH | ACK | URG, 1},
        {FIN | ACK, 0}, {FIN | PSH | ACK, 0}, {RST | ACK, 0},   {RST, 0},
        {ACK | ECE, 0}, {ACK | AE | ECE, 0},  {ACK | CWR, 100}, {FIN | PSH | URG | ACK, 100},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(NULL);
        client(SYN | ECE | CWR, 0, 0, 0);
        server(SYN | ACK | ECE, 0, 1, 0);
        client(ACK, 1, 1, 0);
        client(rows[i].flags, 1, 1, rows[i].len);
        assert_ordinary();
    }
}

static void fragment_may_have_pushed_data_elsewhere(void **state)
{
    (void)state;
    handshake();
    drive.next.payload_known = false;
    client(PSH | ACK, 1, 1, 0);
    assert_ordinary();
}

static void urgent_syn_is_odd(void **state)
{
    (void)state;
    client(SYN | URG, 0, 0, 0);
    assert_anomalies("syn_urg");
    server(SYN | ACK | URG, 0, 1, 0);
    assert_anomalies("syn_urg");
    client(ACK | URG, 1, 1, 3);
    assert_ordinary();
}

static void syn_that_offers_ecn_is_ordinary(void **state)
{
    (void)state;
    client(SYN | ECE | CWR | AE, 0, 0, 0);
    assert_ordinary();
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_ordinary();
}

static void missing_ack_matters_on_a_synchronized_connection_only(void **state)
{
    (void)state;
    client(PSH, 1, 0, 10);
    assert_anomalies("orphan");
    begin(NULL);
    place("CLOSED / CLOSED");
    client(URG, 1, 0, 0);
    assert_ordinary();
}

static void damaged_segment_says_nothing(void **state)
{
    (void)state;
    handshake();
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 10);
    checksum(CHECKSUM_BAD);
    client(SYN | FIN | 0x800, 5000000, 0, 10);
    assert_ordinary();
    checksum(CHECKSUM_BAD);
    client(RST, 5000000, 0, 0);
    assert_ordinary();
}

/* -- Handshake --------------------------------------------------------------------------------- */

static void handshakes_of_all_kinds_are_ordinary(void **state)
{
    (void)state;
    handshake();
    assert_ordinary();
    client(PSH | ACK, 1, 1, 100);
    assert_ordinary();
    server(ACK, 1, 101, 0);
    assert_ordinary();
    begin(NULL); /* everything sent again, and data on the third segment */
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    client(FIN | PSH | ACK, 1, 1, 100);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
}

static void syn_ack_that_acknowledges_another_number_is_bad(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 2, 0);
    assert_anomalies("bad_handshake_ack");
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
}

static void third_segment_with_another_number_is_bad(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 0, 0);
    assert_anomalies("bad_handshake_ack");
    client(ACK, 1, 1 + WINDOW + 1, 0);
    assert_anomalies("bad_handshake_ack");
    client(ACK, 1, 1, 0);
    assert_ordinary();
}

static void third_segment_may_acknowledge_data_that_were_not_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 500, 0);
    assert_anomalies("(bad_handshake_ack)");
}

static void syn_ack_to_no_captured_syn_is_unsolicited(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_anomalies("synack_unsolicited");
    client(ACK, 1, 1, 0);
    assert_ordinary();
    begin(NULL);
    place("TIME-WAIT / CLOSED");
    wait_for(70 * SECOND);
    server(SYN | ACK, 777000, 555000, 0);
    assert_anomalies("synack_unsolicited");
}

static void syn_ack_of_the_client_goes_the_wrong_way(void **state)
{
    (void)state;
    handshake();
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("synack_wrong_direction");
    begin(NULL); /* a SYN of the server may not have been captured */
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("(synack_wrong_direction)");
}

static void simultaneous_open_is_told_once(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_ordinary();
    server(SYN, 0, 0, 0);
    assert_anomalies("simultaneous_open");
    server(SYN, 0, 0, 0);
    assert_ordinary();
    client(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    client(PSH | ACK, 1, 1, 10);
    assert_ordinary();
}

static void another_syn_ack_is_a_change(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 5, 1, 0);
    assert_anomalies("synack_changed");
    begin(NULL);
    handshake();
    server(SYN | ACK, 5000, 1, 0);
    assert_anomalies("synack_changed");
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
}

static void server_back_in_listen_may_answer_otherwise(void **state)
{
    (void)state;
    place("CLOSED / LISTEN");
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 5000, 1, 0);
    assert_ordinary();
}

static void fast_open_answer_may_take_the_data_or_leave_them(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    server(SYN | ACK, 0, 101, 0);
    assert_ordinary();
}

static void another_syn_in_the_handshake_changes_the_number(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 7000, 0, 0);
    assert_anomalies("syn_isn_changed");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 7000, 0, 0);
    assert_anomalies("syn_isn_changed");
}

static void next_attempt_has_a_number_of_its_own(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(200 * SECOND);
    client(SYN, 7000, 0, 0);
    assert_ordinary();
    begin(NULL); /* refused, tried again */
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    client(SYN, 7000, 0, 0);
    assert_ordinary();
}

static void data_on_a_syn_are_rare_without_fast_open(void **state)
{
    (void)state;
    client(SYN, 0, 0, 10);
    assert_anomalies("syn_with_data");
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 10);
    assert_ordinary();
    server(SYN | ACK, 0, 11, 20);
    assert_ordinary();
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 20);
    assert_anomalies("syn_with_data");
}

static void data_before_the_handshake_is_done_come_early(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(PSH | ACK, 1, 1, 10); /* the SYN-ACK may not have been captured */
    assert_anomalies("(data_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 1, 10); /* nor the ACK */
    assert_anomalies("(data_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(PSH, 1, 0, 10);
    assert_anomalies("data_before_established");
}

static void fast_open_has_no_order(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 10);
    server(SYN | ACK, 0, 11, 0);
    server(PSH | ACK, 1, 11, 100);
    assert_ordinary();
    server(FIN | ACK, 101, 11, 0);
    assert_ordinary();
}

static void fin_before_the_handshake_is_done_comes_early(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_anomalies("(fin_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(FIN, 1, 0, 0);
    assert_anomalies("fin_without_ack, fin_before_established");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN | ACK, 1, 0, 0);
    assert_anomalies("bad_handshake_ack, fin_before_established");
    begin(NULL); /* the third segment closes at once */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_ordinary();
}

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

/* -- Reset ------------------------------------------------------------------------------------- */

static void reset_out_of_the_window_is_suspicious(void **state)
{
    (void)state;
    handshake();
    client(RST, 1 + 20 * WINDOW, 0, 0);
    assert_anomalies("rst_out_of_window");
    client(RST, (uint32_t)-20 * WINDOW, 0, 0);
    assert_anomalies("rst_out_of_window");
    wait_for(SECOND);
    client(RST, 1 + 20 * WINDOW, 0, 0);
    assert_anomalies("(rst_out_of_window)");
}

static void reset_in_the_window_is_not_exact(void **state)
{
    (void)state;
    handshake();
    client(RST, 101, 0, 0);
    assert_anomalies("rst_not_exact");
    client(RST, 1, 0, 0);
    assert_ordinary();
}

static void late_answers_are_honest(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 1, 100); /* sent before the FIN came */
    server(ACK, 101, 2, 100);
    client(RST, 1, 0, 0);
    assert_ordinary();
    client(RST, 2, 0, 0);
    assert_ordinary();
    client(RST, 2, 0, 0); /* its receiver is gone */
    assert_ordinary();
}

static void end_that_is_gone_answers_a_whole_queue(void **state)
{
    (void)state;
    handshake();
    for (unsigned i = 0; i < 20; i++)
        server(ACK, 1 + 100 * i, 1, 100);
    server(RST | ACK, 2001, 1, 0);
    wait_for(SECOND);
    for (unsigned i = 0; i < 20; i++)
        client(ACK, 1, 1 + 100 * i, 0);
    for (unsigned i = 0; i < 20; i++) {
        server(RST, 1 + 100 * i, 0, 0);
        assert_ordinary();
    }
}

static void reset_that_does_not_acknowledge_the_syn_is_bad(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 5000, 0);
    assert_anomalies("rst_bad_ack");
    server(RST | ACK, 0, 1, 0);
    assert_ordinary();
}

static void who_goes_on_ignores_the_reset(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    server(ACK, 1, 1, 100);
    assert_anomalies("rst_ignored");
    server(ACK, 101, 1, 100);
    assert_ordinary();
}

static void what_crosses_a_reset_was_sent_before(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    server(ACK, 1, 1, 100);
    assert_ordinary();
    for (unsigned i = 1; i < 20; i++) { /* a queue */
        server(ACK, 1 + 100 * i, 1, 100);
        assert_ordinary();
    }
    begin(NULL);
    handshake();
    client(RST | ACK, 1, 1, 0);
    server(RST | ACK, 1, 1, 0); /* crossing aborts */
    assert_ordinary();
}

static void timestamps_tell_what_was_queued(void **state)
{
    (void)state;
    timestamps(100, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 100);
    server(SYN | ACK, 0, 1, 0);
    timestamps(120, 5000);
    client(ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    timestamps(5015, 120); /* sent a second ago */
    server(ACK, 1, 1, 100);
    assert_ordinary();
    timestamps(6100, 120);
    server(ACK, 101, 1, 100);
    assert_anomalies("rst_ignored");
}

static void reset_in_answer_to_a_reset_is_never_allowed(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 0);
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_anomalies("rst_answers_rst");
    begin(NULL); /* the third segment may have met nobody */
    handshake();
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_ordinary();
}

static void reset_that_answers_data_is_allowed(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 0);
    client(ACK, 1, 1, 100); /* met nobody */
    client(RST | ACK, 101, 1, 0);
    server(RST, 1, 0, 0);
    assert_ordinary();
}

static void data_from_the_end_that_reset_are_wrong(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 100);
    assert_anomalies("data_after_reset");
}

static void data_overtaken_by_the_reset_are_ordinary(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST | ACK, 101, 1, 0);
    client(ACK, 1, 1, 100);
    assert_ordinary();
}

static void reset_ends_time_wait(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(RST, 2, 0, 0);
    assert_anomalies("rst_in_time_wait");
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(RST | ACK, 1, 2, 0);
    assert_ordinary();
}

/* -- Capture ----------------------------------------------------------------------------------- */

static void capture_that_begins_in_the_middle_is_told_once(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    assert_anomalies("midstream");
    server(ACK, 1, 101, 0);
    assert_ordinary();
    client(FIN | ACK, 101, 1, 0);
    assert_ordinary();
}

static void one_direction_is_told_once_it_is_proven(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    client(ACK, 101, 101, 0); /* may acknowledge what came before the capture */
    assert_ordinary();
    wait_for(2 * SECOND);
    client(ACK, 101, 101, 0);
    assert_ordinary();
    client(ACK, 101, 201, 0);
    assert_anomalies("one_way");
    client(ACK, 101, 301, 0);
    assert_ordinary();
}

static void silence_proves_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_ordinary();
    begin(NULL); /* an upload; one SYN-ACK may be missing */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_ordinary();
    client(ACK, 1, 1, 100);
    assert_ordinary();
    server(ACK, 1, 101, 0);
    assert_ordinary();
}

static void stray_segments_are_orphans(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    assert_anomalies("orphan");
    server(RST, 1, 0, 0);
    assert_anomalies("orphan");
    begin(NULL);
    client(FIN | ACK, 1, 1, 0);
    assert_anomalies("midstream, orphan");
    begin(NULL);
    client(FIN, 1, 0, 0);
    assert_anomalies("fin_without_ack, orphan");
    client(SYN, 0, 0, 0);
    assert_ordinary();
    server(RST | ACK, 0, 1, 0);
    assert_ordinary();
}

static void old_timestamp_says_nothing(void **state)
{
    (void)state;
    timestamps(5000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 5000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(5010, 5000);
    client(ACK, 1, 1, 0);
    timestamps(100, 5000);
    client(FIN | ACK, 30 * WINDOW, 40 * WINDOW, 0);
    assert_ordinary();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(most_specific_flag_anomaly_alone_is_raised),
        TEST(ordinary_flags_are_no_anomaly),
        TEST(fragment_may_have_pushed_data_elsewhere),
        TEST(urgent_syn_is_odd),
        TEST(syn_that_offers_ecn_is_ordinary),
        TEST(missing_ack_matters_on_a_synchronized_connection_only),
        TEST(damaged_segment_says_nothing),
        TEST(handshakes_of_all_kinds_are_ordinary),
        TEST(syn_ack_that_acknowledges_another_number_is_bad),
        TEST(third_segment_with_another_number_is_bad),
        TEST(third_segment_may_acknowledge_data_that_were_not_captured),
        TEST(syn_ack_to_no_captured_syn_is_unsolicited),
        TEST(syn_ack_of_the_client_goes_the_wrong_way),
        TEST(simultaneous_open_is_told_once),
        TEST(another_syn_ack_is_a_change),
        TEST(server_back_in_listen_may_answer_otherwise),
        TEST(fast_open_answer_may_take_the_data_or_leave_them),
        TEST(another_syn_in_the_handshake_changes_the_number),
        TEST(next_attempt_has_a_number_of_its_own),
        TEST(data_on_a_syn_are_rare_without_fast_open),
        TEST(data_before_the_handshake_is_done_come_early),
        TEST(fast_open_has_no_order),
        TEST(fin_before_the_handshake_is_done_comes_early),
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
        TEST(reset_out_of_the_window_is_suspicious),
        TEST(reset_in_the_window_is_not_exact),
        TEST(late_answers_are_honest),
        TEST(end_that_is_gone_answers_a_whole_queue),
        TEST(reset_that_does_not_acknowledge_the_syn_is_bad),
        TEST(who_goes_on_ignores_the_reset),
        TEST(what_crosses_a_reset_was_sent_before),
        TEST(timestamps_tell_what_was_queued),
        TEST(reset_in_answer_to_a_reset_is_never_allowed),
        TEST(reset_that_answers_data_is_allowed),
        TEST(data_from_the_end_that_reset_are_wrong),
        TEST(data_overtaken_by_the_reset_are_ordinary),
        TEST(reset_ends_time_wait),
        TEST(capture_that_begins_in_the_middle_is_told_once),
        TEST(one_direction_is_told_once_it_is_proven),
        TEST(silence_proves_nothing),
        TEST(stray_segments_are_orphans),
        TEST(old_timestamp_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
