/* test_anomaly_reset.c
 * Anomalies of a RST and of what follows one. In parentheses: assumed, since missing packets could
 * explain it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Reset ------------------------------------------------------------------------------------- */

static void reset_out_of_the_window_is_suspicious(void **state)
{
    (void)state;
    handshake();
    exchange_data();
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
    exchange_data();
    client(RST, 101, 0, 0);
    assert_anomalies("rst_not_exact");
    client(RST, 1, 0, 0);
    assert_ordinary();
}

static void a_rst_that_answers_an_older_segment_is_ordinary(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 1, 100); /* sent before the FIN arrived */
    server(ACK, 101, 2, 100);
    client(RST, 1, 0, 0);
    assert_ordinary();
    client(RST, 2, 0, 0);
    assert_ordinary();
    client(RST, 2, 0, 0); /* its receiver is closed */
    assert_ordinary();
}

static void a_closed_endpoint_answers_each_segment_of_a_queue(void **state)
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

static void acknowledging_what_was_sent_after_a_reset_ignores_it(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0); /* forged */
    client(ACK, 1, 1, 100);
    assert_anomalies("data_after_reset");
    server(ACK, 1, 101, 0);
    assert_server("ESTABLISHED");
    assert_anomalies("rst_ignored");
    server(ACK, 1, 101, 100);
    assert_ordinary();
}

static void data_behind_a_rst_that_is_no_abort_accuses_nobody(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0); /* may answer an ACK that came when the data were on their way */
    client(ACK, 1, 1, 100);
    assert_client("ESTABLISHED");
    assert_ordinary();
    begin(NULL);
    handshake();
    client(RST | ACK, 5, 1, 0); /* nobody who aborts takes another number than the next */
    client(ACK, 1, 1, 100);
    assert_client("ESTABLISHED");
    assert_ordinary();
}

static void sending_long_after_a_reset_does_not_show_that_it_was_ignored(void **state)
{
    (void)state; /* where neither numbers nor timestamps tell when that was sent */
    handshake();
    client(RST | ACK, 1, 1, 0);
    for (unsigned i = 0; i < 20; i++) {
        wait_for(10 * SECOND);
        server(ACK, 1 + 100 * i, 1, 100);
        assert_server("CLOSED");
        assert_ordinary();
    }
}

static void segments_that_cross_a_reset_are_ordinary(void **state)
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

static void timestamps_show_what_was_queued(void **state)
{
    (void)state;
    timestamps(100, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 100);
    server(SYN | ACK, 0, 1, 0);
    timestamps(120, 5000);
    client(ACK, 1, 1, 0);
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    for (unsigned i = 0; i < 5; i++) {
        timestamps(5015 + i, 120); /* sent before the RST, by its clock */
        server(ACK, 1 + 100 * i, 1, 100);
        assert_ordinary();
    }
    timestamps(6100, 120);
    server(ACK, 501, 1, 100);
    assert_anomalies("rst_ignored");
}

static void a_rst_in_response_to_a_rst_is_never_allowed(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 0);
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_anomalies("(rst_answers_rst)");
    assert_int_equal(shown_facts()->rst.reason, RST_REASON_UNKNOWN);
    begin(NULL); /* it may answer the third segment instead */
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
    client(ACK, 1, 1, 100); /* draws the server's RST */
    client(RST | ACK, 101, 1, 0);
    server(RST, 1, 0, 0);
    assert_ordinary();
}

static void data_from_the_sender_of_the_reset_are_an_anomaly(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 100);
    assert_anomalies("data_after_reset");
}

static void data_reordered_with_the_reset_are_ordinary(void **state)
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

/* -- Late answers ------------------------------------------------------------------------------ */

static void a_rst_at_the_fins_own_number_is_ordinary(void **state)
{
    (void)state; /* some stacks do not count the FIN's number */
    place("FIN-WAIT-2 / CLOSE-WAIT");
    for (uint32_t at = 1; at < 501; at += 100)
        server(ACK, at, 2, 100);
    client(RST | ACK, 0, 1, 0);
    assert_anomalies("rst_out_of_window");
    client(RST | ACK, 1, 1, 0); /* the FIN's number */
    assert_ordinary();
}

static void a_closed_endpoint_cannot_answer_what_was_never_sent(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 101, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    client(RST, 201, 0, 0);
    assert_anomalies("rst_not_exact");
    client(RST, 1 + 20 * WINDOW, 0, 0);
    assert_anomalies("rst_out_of_window");
    client(RST, (uint32_t)-20 * WINDOW, 0, 0); /* may answer an old segment */
    assert_ordinary();
}

static void no_time_explains_an_old_number(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    client(RST, (uint32_t)-20 * WINDOW, 0, 0);
    assert_anomalies("rst_out_of_window");
    begin(NULL);
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST | ACK, (uint32_t)-500, 1, 0); /* not even with an unknown window */
    assert_anomalies("rst_out_of_window");
}

static void a_rst_may_answer_an_ack_that_was_not_captured_in_an_unknown_window(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST, (uint32_t)-5 * WINDOW, 0, 0);
    assert_ordinary();
}

static void a_rst_may_answer_an_ack_within_the_window_that_was_not_captured(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, WINDOW);
    server(ACK, 1, 1 + WINDOW, 0);
    client(ACK, 1 + WINDOW, 1, 100);
    server(ACK, 1, 101 + WINDOW, 0);
    client(RST, 101, 0, 0); /* the server may have acknowledged as much */
    assert_ordinary();
    client(RST | ACK, 101, 1, 0); /* but this one answers no ACK */
    assert_anomalies("rst_out_of_window");
    client(RST, 100, 0, 0);
    assert_anomalies("rst_out_of_window");
}

static void a_rst_to_a_closed_endpoint_is_ordinary(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    client(RST, 1 + 20 * WINDOW, 0, 0);
    assert_ordinary();
}

/* -- Answers to a RST -------------------------------------------------------------------------- */

/* The client's RST follows the server's last segment. */
static void reset_by_client(unsigned flags)
{
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 0);
    client(flags, 1, 1, 0);
}

static void the_numbers_of_a_rst_show_whether_it_answers_one(void **state)
{
    const uint32_t zero = 0u - drive.isn[SERVER];

    (void)state; /* RFC 9293 3.5.2: SEQ = SEG.ACK, or 0 with ACK = SEG.SEQ */
    reset_by_client(RST | ACK);
    server(RST, 1, 0, 0);
    assert_anomalies("(rst_answers_rst)"); /* or an ACK that was not captured */
    reset_by_client(RST | ACK);
    server(RST, 2, 0, 0);
    assert_ordinary();
    reset_by_client(RST);
    server(RST | ACK, zero, 1, 0);
    assert_anomalies("rst_answers_rst");
    reset_by_client(RST);
    server(RST | ACK, 1, 1, 0); /* an abort that crosses it */
    assert_ordinary();
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
    reset_by_client(RST);
    server(RST | ACK, zero, 2, 0);
    assert_ordinary();
    reset_by_client(RST);
    server(RST, zero, 0, 0);
    assert_ordinary();
}

static void a_rst_is_answered_once(void **state)
{
    (void)state;
    reset_by_client(RST | ACK);
    server(RST, 1, 0, 0);
    server(RST, 1, 0, 0); /* a copy */
    assert_ordinary();
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_anomalies("(rst_answers_rst)");
}

static void a_rst_that_answers_nothing_else_answers_the_rst(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    client(ACK, 1, 1, 10); /* crosses these data */
    client(RST | ACK, 11, 101, 0);
    server(RST, 101, 0, 0);
    assert_anomalies("(rst_answers_rst)");
}

/* -- Endpoints that ignore a RST --------------------------------------------------------------- */

static void a_retransmission_that_comes_again_ignores_a_rst(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    server(ACK, 1, 1, 100);
    assert_server("CLOSED");
    assert_ordinary();
    wait_for(SECOND);
    server(ACK, 1, 1, 100);
    assert_server("ESTABLISHED");
    assert_anomalies("rst_ignored");
}

static void a_challenge_ack_after_a_rst_may_come_sooner(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(100 * MILLISECOND);
    server(SYN | ACK, 0, 1, 0);
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    wait_for(100 * MILLISECOND);
    server(ACK, 1, 1, 0); /* a challenge ACK */
    assert_server("ESTABLISHED");
    assert_ordinary();
}

/* The server's last segment has timestamp 5010; the round trip is 20 ms. */
static void reset_with_clocks(void)
{
    begin(NULL);
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    wait_for(2 * TICK);
    timestamps(5010, 1020);
    server(ACK, 1, 1, 100);
    client(RST | ACK, 1, 1, 0); /* 10 ms later */
    wait_for(SECOND);
}

static void the_clock_counts_from_its_last_step_before_the_rst(void **state)
{
    (void)state;
    reset_with_clocks();
    timestamps(5041, 1020);
    server(ACK, 101, 1, 100);
    assert_server("CLOSED");
    timestamps(5042, 1020);
    server(ACK, 201, 1, 100); /* sent a round trip and a step of the clock after the RST */
    assert_server("ESTABLISHED");
    assert_anomalies("rst_ignored");
}

static void a_repeated_timestamp_is_no_step_of_the_clock(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    wait_for(2 * TICK);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 100);
    server(RST | ACK, 1, 1, 0); /* 30 ms after the third step */
    wait_for(SECOND);
    timestamps(1071, 5000);
    client(ACK, 101, 1, 100);
    assert_ordinary();
    timestamps(1072, 5000);
    client(ACK, 201, 1, 100);
    assert_anomalies("rst_ignored");
}

static void without_timestamps_to_compare_nobody_ignores_a_rst(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    timestamps(5000, 1000); /* the first timestamp */
    server(ACK, 1, 1, 100);
    assert_ordinary();
    reset_with_clocks();
    server(ACK, 101, 1, 100); /* no timestamp */
    assert_ordinary();
}

/* -- Data after a RST of the same side, and TIME-WAIT ------------------------------------------ */

static void only_data_are_an_anomaly_after_a_reset(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    server(ACK, 1, 1, 100);
    client(ACK, 1, 101, 0);
    assert_client("ESTABLISHED");
    assert_ordinary();
    begin(NULL);
    handshake();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 1);
    assert_anomalies("data_after_reset");
}

static void time_wait_is_ended_by_the_other_sides_reset(void **state)
{
    (void)state; /* RFC 1337 */
    place("TIME-WAIT / LAST-ACK");
    server(RST, 2, 0, 0);
    assert_anomalies("rst_in_time_wait");
    place("TIME-WAIT / LAST-ACK");
    client(RST, 2, 0, 0);
    assert_ordinary();
}

static void a_rst_without_ack_answers_no_rst_without_ack(void **state)
{
    (void)state;
    handshake();
    client(RST, 0u - drive.isn[CLIENT], 0, 0);
    server(RST, 0u - drive.isn[SERVER], 0, 0); /* all numbers are 0 */
    assert_ordinary();
}

/* Only a RST that was captured later than the other one may have answered it already. */
static void rsts_of_the_same_moment_answer_nothing(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 10);
    server(RST | ACK, 11, 1, 0);
    wait_for(0);
    client(RST | ACK, 1, 11, 0);
    server(RST, 11, 0, 0);
    assert_anomalies("(rst_answers_rst)");
}

/* -- Hop limits -------------------------------------------------------------------------------- */

static void hop_limit(uint8_t left)
{
    drive.next.hop_limit = left;
}

/* The server's segments have 51 hops left. */
static void handshake_with_hops(void)
{
    begin(NULL);
    hop_limit(64);
    client(SYN, 0, 0, 0);
    hop_limit(51);
    server(SYN | ACK, 0, 1, 0);
    hop_limit(64);
    client(ACK, 1, 1, 0);
}

static void assert_delta(int want)
{
    assert_true(shown_facts()->rst.ttl_compared);
    assert_int_equal(shown_facts()->rst.ttl_delta, want);
}

static void a_rst_with_another_hop_limit_may_come_from_in_between(void **state)
{
    static const uint8_t hops[] = {255, 60, 52, 50, 1};

    (void)state;
    for (size_t i = 0; i < sizeof hops; i++) {
        handshake_with_hops();
        hop_limit(hops[i]);
        server(RST | ACK, 1, 1, 0);
        assert_delta(hops[i] - 51);
        assert_anomalies("rst_ttl_differs");
        assert_states("CLOSED / CLOSED"); /* it is only a hint */
    }
    handshake_with_hops();
    hop_limit(51);
    server(RST | ACK, 1, 1, 0);
    assert_delta(0);
    assert_ordinary();
}

static void neighbours_may_use_a_hop_limit_of_one(void **state)
{
    (void)state; /* as those of BGP often do */
    hop_limit(1);
    client(SYN, 0, 0, 0);
    hop_limit(1);
    server(SYN | ACK, 0, 1, 0);
    hop_limit(64);
    server(RST | ACK, 1, 1, 0);
    assert_delta(63);
}

static void it_is_compared_with_the_last_other_segment_of_its_side(void **state)
{
    (void)state;
    handshake_with_hops();
    for (uint32_t i = 0; i < 3; i++) { /* its way changes; the last ones are steady */
        hop_limit((uint8_t)(50 - i));
        server(PSH | ACK, 1 + 100 * i, 1, 100);
        hop_limit(64);
        client(PSH | ACK, 1, 101 + 100 * i, 0);
    }
    hop_limit(60);
    server(RST | ACK, 301, 1, 0);
    assert_delta(12);
    hop_limit(60);
    server(RST | ACK, 301, 1, 0); /* another RST counts, too */
    assert_delta(0);
    assert_ordinary();
}

static void without_another_segment_or_hop_limit_there_is_nothing_to_compare(void **state)
{
    (void)state;
    hop_limit(64);
    client(SYN, 0, 0, 0);
    hop_limit(51);
    refuse(1);
    assert_false(shown_facts()->rst.ttl_compared);
    for (unsigned of_rst = 0; of_rst < 2; of_rst++) {
        begin(NULL);
        handshake();
        hop_limit(of_rst ? 0 : 51);
        server(PSH | ACK, 1, 1, 100);
        hop_limit(of_rst ? 51 : 0);
        server(RST | ACK, 101, 1, 0);
        assert_int_equal(shown_facts()->rst.ttl_compared, false);
        assert_ordinary();
        if (!of_rst)
            continue;
        hop_limit(50);
        server(RST | ACK, 101, 1, 0);
        assert_delta(-1);
    }
}

static void a_lone_rst_is_compared_with_the_one_before(void **state)
{
    (void)state;
    hop_limit(51);
    server(RST | ACK, 1, 1, 0);
    assert_anomalies("orphan");
    hop_limit(52);
    server(RST | ACK, 1, 1, 0);
    assert_delta(1);
    assert_anomalies("rst_ttl_differs, orphan");
}

static void copies_have_other_hop_limits(void **state)
{
    (void)state;
    handshake_with_hops();
    hop_limit(51);
    server(PSH | ACK, 1, 1, 100);
    hop_limit(50);
    drive.next.perhaps_copy = true;
    server(PSH | ACK, 1, 1, 100);
    hop_limit(51);
    server(RST | ACK, 101, 1, 0);
    assert_delta(0);
    hop_limit(50);
    drive.next.perhaps_copy = true;
    server(RST | ACK, 101, 1, 0);
    assert_false(shown_facts()->rst.ttl_compared);
    assert_ordinary();
}

/* RFC 9293 3.10.7.3 and 3.10.7.4, fifth check: it takes the number of an ACK that is wrong. */
static void a_rst_in_the_handshake_may_reject_an_ack_that_is_missing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 0u - 5000, 0, 0);
    assert_anomalies("(rst_out_of_window)");
    server(SYN | ACK, 0, 1, 0);
    server(RST, 0u - 5000, 0, 0);
    assert_anomalies("(rst_out_of_window)");
    client(ACK, 1, 1, 0);
    server(RST, 0u - 20000, 0, 0); /* it is ESTABLISHED by now */
    assert_anomalies("rst_out_of_window");
}

static void a_rst_before_the_first_number_answers_no_ack_that_may_be_missing(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST, 0, 0, 0); /* that of a keep-alive before the data */
    assert_anomalies("");
    client(RST, (uint32_t)-1, 0, 0);
    assert_anomalies("rst_out_of_window");
}

static void a_client_may_reject_a_missing_syn_ack_before_the_captured_one_arrives(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST, (uint32_t)-5000, 0, 0);
    assert_anomalies("(rst_out_of_window)");
    client(ACK, 1, 1, 0);
    wait_for(SECOND);
    client(RST, (uint32_t)-5000, 0, 0);
    assert_anomalies("rst_out_of_window");
}

static void of_rsts_without_a_connection_none_answers_the_other(void **state)
{
    (void)state;
    server(RST | ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_anomalies("orphan");
}

/* What was wrong with it was told when it was captured first; since then, numbers have gone on. */
static void what_is_perhaps_a_copy_of_a_rst_is_not_told_again(void **state)
{
    (void)state;
    for (unsigned copied = 0; copied < 2; copied++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(RST | ACK, 9000, 5001, 0);
        assert_anomalies("rst_bad_ack");
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        drive.next.perhaps_copy = copied;
        server(RST | ACK, 9000, 5001, 0);
        assert_anomalies(copied ? "" : "rst_not_exact");
    }
}

/* What the server says last was under way when the client closed and aborted. */
static void a_rst_may_answer_a_fin_that_its_sender_had_not_got_yet(void **state)
{
    (void)state;
    for (unsigned got = 0; got < 2; got++) {
        begin(NULL);
        handshake();
        client(FIN | ACK, 1, 1, 0);
        client(RST | ACK, 2, 1, 0);
        server(ACK, 1, 1 + got, 0);
        server(RST, 1, 0, 0);
        assert_anomalies(got ? "(rst_answers_rst)" : "");
        assert_int_equal(shown_facts()->rst.trigger_frame, got ? 0 : 4);
    }
}

static void a_rst_that_answers_a_rst_may_be_captured_before_it(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(RST | ACK, 0u - drive.isn[SERVER], 1, 0); /* the raw number is 0 */
    assert_ordinary();
    server(RST | ACK, 0u - drive.isn[SERVER], 11, 0); /* nothing ends there */
    assert_anomalies("rst_out_of_window");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reset_out_of_the_window_is_suspicious),
        TEST(reset_in_the_window_is_not_exact),
        TEST(a_rst_that_answers_an_older_segment_is_ordinary),
        TEST(a_closed_endpoint_answers_each_segment_of_a_queue),
        TEST(reset_that_does_not_acknowledge_the_syn_is_bad),
        TEST(acknowledging_what_was_sent_after_a_reset_ignores_it),
        TEST(data_behind_a_rst_that_is_no_abort_accuses_nobody),
        TEST(sending_long_after_a_reset_does_not_show_that_it_was_ignored),
        TEST(segments_that_cross_a_reset_are_ordinary),
        TEST(timestamps_show_what_was_queued),
        TEST(a_rst_in_response_to_a_rst_is_never_allowed),
        TEST(reset_that_answers_data_is_allowed),
        TEST(data_from_the_sender_of_the_reset_are_an_anomaly),
        TEST(data_reordered_with_the_reset_are_ordinary),
        TEST(reset_ends_time_wait),
        TEST(a_rst_at_the_fins_own_number_is_ordinary),
        TEST(a_closed_endpoint_cannot_answer_what_was_never_sent),
        TEST(no_time_explains_an_old_number),
        TEST(a_rst_may_answer_an_ack_that_was_not_captured_in_an_unknown_window),
        TEST(a_rst_may_answer_an_ack_within_the_window_that_was_not_captured),
        TEST(a_rst_to_a_closed_endpoint_is_ordinary),
        TEST(the_numbers_of_a_rst_show_whether_it_answers_one),
        TEST(a_rst_is_answered_once),
        TEST(a_rst_that_answers_nothing_else_answers_the_rst),
        TEST(a_retransmission_that_comes_again_ignores_a_rst),
        TEST(a_challenge_ack_after_a_rst_may_come_sooner),
        TEST(the_clock_counts_from_its_last_step_before_the_rst),
        TEST(a_repeated_timestamp_is_no_step_of_the_clock),
        TEST(without_timestamps_to_compare_nobody_ignores_a_rst),
        TEST(only_data_are_an_anomaly_after_a_reset),
        TEST(time_wait_is_ended_by_the_other_sides_reset),
        TEST(a_rst_without_ack_answers_no_rst_without_ack),
        TEST(rsts_of_the_same_moment_answer_nothing),
        TEST(a_rst_with_another_hop_limit_may_come_from_in_between),
        TEST(neighbours_may_use_a_hop_limit_of_one),
        TEST(it_is_compared_with_the_last_other_segment_of_its_side),
        TEST(without_another_segment_or_hop_limit_there_is_nothing_to_compare),
        TEST(a_lone_rst_is_compared_with_the_one_before),
        TEST(copies_have_other_hop_limits),
        TEST(a_rst_in_the_handshake_may_reject_an_ack_that_is_missing),
        TEST(a_rst_before_the_first_number_answers_no_ack_that_may_be_missing),
        TEST(a_client_may_reject_a_missing_syn_ack_before_the_captured_one_arrives),
        TEST(of_rsts_without_a_connection_none_answers_the_other),
        TEST(what_is_perhaps_a_copy_of_a_rst_is_not_told_again),
        TEST(a_rst_may_answer_a_fin_that_its_sender_had_not_got_yet),
        TEST(a_rst_that_answers_a_rst_may_be_captured_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
