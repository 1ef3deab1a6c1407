/* test_after_reset.c
 * What segments after a RST prove: that its sender lives, so that it was forged, or its receiver,
 * so that it had no effect. Numbers, timestamps and repetition prove it; time alone does not, since
 * segments may have been in flight or queued.
 *
 * The handshake has a round trip of 20 ms unless a test says otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* A handshake in which the server answers after `server_delay`, the client after `client_delay`. */
static void handshake_in(int64_t server_delay, int64_t client_delay)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    wait_for(server_delay);
    server(SYN | ACK, 0, 1, 0);
    wait_for(client_delay);
    client(ACK, 1, 1, 0);
}

/* The server sends 100 bytes, then a RST of the client closes both endpoints. */
static void reset_by_client(void)
{
    server(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
}

/* -- The sender of the RST --------------------------------------------------------------------- */

static void new_data_after_an_endpoints_rst_show_that_it_was_forged(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    client(PSH | ACK, 1, 1, 1);
    assert_client("ESTABLISHED");
}

static void so_does_an_ack_of_what_the_other_side_sent_after_it(void **state)
{
    static const uint32_t server_isns[] = {0x10000000, 0x90000000};

    (void)state; /* whatever the numbers of the two sides */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        drive.isn[SERVER] = server_isns[i];
        handshake();
        reset_by_client();
        client(ACK, 1, 101, 0); /* may have been overtaken by the RST */
        assert_client("CLOSED");
        server(PSH | ACK, 101, 1, 100);
        client(ACK, 1, 101, 0);
        assert_client("CLOSED");
        client(ACK, 1, 102, 0);
        assert_client("ESTABLISHED");
        assert_ordinary();
    }
}

/* Data that were not captured, and that the RST has acknowledged, came before it. */
static void nor_does_an_ack_of_what_the_rst_has_acknowledged(void **state)
{
    (void)state;
    handshake();
    server(RST | ACK, 11, 11, 0);
    client(ACK, 11, 1, 0);
    server(RST, 1, 0, 0);         /* answers that */
    server(PSH | ACK, 1, 11, 10); /* the RST has overtaken it */
    assert_states("CLOSED / CLOSED");
    assert_ordinary();
    server(PSH | ACK, 1, 11, 10);
    assert_states("CLOSED / CLOSED");
    begin(NULL);
    handshake();
    server(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 50, 1, 0);
    assert_states("CLOSED / ESTABLISHED");
    client(RST | ACK, 5 * WINDOW, 500, 0); /* forged: it does not count */
    server(PSH | ACK, 101, 1, 100);
    client(ACK, 1, 201, 0);
    assert_client("ESTABLISHED");
}

static void so_does_an_ack_of_a_syn_ack_that_came_after_it(void **state)
{
    static const uint32_t server_isns[] = {0x10000000, 0x90000000};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        drive.isn[SERVER] = server_isns[i];
        client(SYN, 0, 0, 0);
        client(RST, 1, 0, 0);
        assert_states("CLOSED / LISTEN");
        client(ACK, 1, 1, 0); /* of nothing that was captured */
        assert_client("CLOSED");
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        assert_client("ESTABLISHED");
    }
}

static void an_ack_with_old_numbers_never_shows_it(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    for (unsigned i = 0; i < 3; i++) {
        wait_for(10 * SECOND);
        client(ACK, 1, 1, 0);
        assert_client("CLOSED");
    }
}

static void a_later_timestamp_than_that_of_the_rst_shows_it(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(1030, 5000);
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    timestamps(1030, 5000);
    client(ACK, 1, 1, 0);
    assert_client("CLOSED");
    timestamps(1031, 5000);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void a_timestamp_later_by_the_clock_shows_it(void **state)
{
    (void)state; /* the RST itself, 10 ms after the third step, has no timestamp */
    handshake_with_clocks();
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    timestamps(1010, 5000);
    client(ACK, 1, 1, 0);
    assert_client("CLOSED");
    timestamps(1051, 5000);
    client(ACK, 1, 1, 0);
    assert_client("CLOSED");
    timestamps(1052, 5000);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void where_only_one_segment_has_timestamps_the_numbers_decide(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    timestamps(1000, 5000);
    client(PSH | ACK, 1, 1, 100);
    assert_client("ESTABLISHED");
    handshake_with_clocks();
    client(RST, 1, 0, 0);
    client(PSH | ACK, 1, 1, 100);
    assert_client("ESTABLISHED");
}

static void data_that_the_rst_overtook_do_not_show_it(void **state)
{
    (void)state; /* though they were not captured before */
    handshake();
    exchange_data();
    client(RST | ACK, 101, 1, 0);
    assert_client("CLOSED");
    client(PSH | ACK, 1, 1, 100);
    assert_client("CLOSED");
    client(PSH | ACK, 101, 1, 1);
    assert_client("ESTABLISHED");
}

/* -- Its receiver: a challenge ACK ------------------------------------------------------------- */

static void an_ack_below_the_rst_shows_that_it_was_not_accepted(void **state)
{
    static const int64_t waits[] = {100 * MILLISECOND - 1, 100 * MILLISECOND};

    (void)state; /* RFC 5961 3; within its response time the RST may not have arrived yet */
    for (size_t i = 0; i < 2; i++) {
        handshake_in(100 * MILLISECOND, 100 * MILLISECOND);
        client(PSH | ACK, 1, 1, 100);
        client(RST, 101, 0, 0);
        wait_for(waits[i]);
        server(ACK, 1, 1, 0);
        assert_server(i == 0 ? "CLOSED" : "ESTABLISHED");
        assert_ordinary();
    }
    for (size_t i = 0; i < 2; i++) { /* likewise the client, which responds after 80 ms */
        handshake_in(100 * MILLISECOND, 80 * MILLISECOND);
        server(PSH | ACK, 1, 1, 100);
        server(RST, 101, 0, 0);
        wait_for(waits[i] - 20 * MILLISECOND);
        client(ACK, 1, 1, 0);
        assert_client(i == 0 ? "CLOSED" : "ESTABLISHED");
        assert_ordinary();
    }
}

static void midstream_the_response_time_is_unknown(void **state)
{
    (void)state;
    server(PSH | ACK, 1, 1, 10);
    client(PSH | ACK, 1, 11, 100);
    client(RST, 101, 0, 0);
    wait_for(SECOND);
    server(ACK, 11, 1, 0);
    assert_server("CLOSED");
}

static void where_there_is_nothing_else_to_acknowledge_it_shows_that_at_once(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 101, 1, 0); /* perhaps data before it were not captured */
    assert_states("CLOSED / CLOSED");
    server(ACK, 1, 1, 0);
    assert_server("ESTABLISHED");
    assert_ordinary();
}

static void data_below_the_rst_are_no_challenge(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 101, 1, 0);
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
}

static void an_ack_that_rejects_a_rst_shows_what_is_expected(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    assert_server("CLOSED");
    wait_for(SECOND);
    server(ACK, 1, 1, 0); /* a challenge ACK: the data did not arrive */
    assert_server("ESTABLISHED");
    client(RST, 101, 0, 0);
    assert_server("ESTABLISHED");
    client(RST, 1, 0, 0);
    assert_server("CLOSED");
}

/* -- Its receiver: what it sends, and when ----------------------------------------------------- */

static void no_time_alone_shows_that_a_receiver_lives(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    wait_for(10 * SECOND);
    server(ACK, 101, 1, 0);
    assert_server("CLOSED");
    wait_for(10 * SECOND);
    server(PSH | ACK, 1, 1, 100); /* a retransmission */
    assert_server("CLOSED");
    wait_for(10 * SECOND);
    server(PSH | ACK, 101, 1, 100); /* new data */
    assert_server("CLOSED");
    wait_for(10 * SECOND);
    server(ACK, 200, 1, 0); /* keep-alives */
    server(ACK, 200, 1, 0);
    assert_server("CLOSED");
}

static void an_ack_of_what_was_sent_after_the_rst_shows_it(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(RST, 101, 0, 0); /* forged */
    server(ACK, 1, 101, 0);
    assert_server("CLOSED");
    client(PSH | ACK, 101, 1, 100);
    server(ACK, 1, 101, 0);
    assert_server("CLOSED");
    server(ACK, 1, 102, 0);
    assert_server("ESTABLISHED");
    assert_anomalies("rst_ignored");
}

static void an_ack_of_what_nobody_sent_does_not_show_it(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST | ACK, 1, 1, 0);
    server(ACK, 1, 101, 0);
    assert_server("CLOSED");
}

static void the_same_retransmission_twice_shows_it(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 101, 1, 100);
    client(RST | ACK, 1, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
    server(PSH | ACK, 101, 1, 100); /* another one */
    assert_server("CLOSED");
    server(PSH | ACK, 101, 1, 100); /* perhaps the same, captured twice */
    assert_server("CLOSED");
    wait_for(SECOND);
    server(PSH | ACK, 101, 1, 100);
    assert_server("ESTABLISHED");
    assert_anomalies("rst_ignored");
}

static void keep_alives_that_come_again_do_not(void **state)
{
    (void)state; /* with a byte or without: they may all have been under way */
    for (uint32_t len = 0; len < 2; len++) {
        handshake();
        server(PSH | ACK, 1, 1, 100);
        client(ACK, 1, 101, 0);
        client(RST | ACK, 1, 101, 0);
        for (unsigned i = 0; i < 3; i++) {
            server(ACK, 100, 1, len);
            assert_kind("Keep-alive");
            assert_server("CLOSED");
        }
        begin(NULL);
    }
}

static void retransmissions_are_counted_anew_after_another_rst(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    server(PSH | ACK, 1, 1, 100);
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 100);
    assert_server("ESTABLISHED");
    client(RST | ACK, 1, 1, 0);
    assert_server("CLOSED");
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
}

static int64_t wait_before_rst;

/* Whether new data of the server show it: with this value of its clock, which was 5000 ten
 * milliseconds before the end of the handshake, and this long after the RST. */
static bool clock_shows_it(uint32_t value, int64_t wait)
{
    handshake_with_clocks();
    wait_for(wait_before_rst);
    client(RST | ACK, 1, 1, 0);
    timestamps(value, 1020);
    wait_for(wait);
    server(PSH | ACK, 1, 1, 100);
    return drive.shown.status.state[ROLE_SERVER] == STATE_ESTABLISHED;
}

static void a_clock_shows_that_data_were_sent_a_round_trip_and_a_step_after_the_rst(void **state)
{
    (void)state; /* RFC 7323 3: however long they were queued */
    wait_before_rst = TICK;
    assert_false(clock_shows_it(5041, SECOND));
    assert_true(clock_shows_it(5042, SECOND));
    assert_false(clock_shows_it(6000, 21 * MILLISECOND)); /* arrives too soon for that */
    assert_true(clock_shows_it(6000, 21 * MILLISECOND + 1));
    assert_false(clock_shows_it(5000, 10 * SECOND)); /* a stopped clock proves nothing */
    wait_before_rst = TICK - 1;
    assert_true(clock_shows_it(5041, SECOND));
}

static void so_it_does_for_a_new_ack(void **state)
{
    static const uint32_t values[] = {5061, 5062};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        handshake_with_clocks();
        client(PSH | ACK, 1, 1, 100);
        client(PSH | ACK, 1, 1, 100); /* so that its ACK tells no round trip */
        client(RST | ACK, 101, 1, 0);
        wait_for(SECOND);
        timestamps(values[i], 1020);
        server(ACK, 1, 101, 0);
        assert_server(i == 0 ? "CLOSED" : "ESTABLISHED");
        assert_anomalies(i == 0 ? "" : "rst_ignored");
    }
}

static void whoever_acknowledges_less_than_the_rst_has_not_ignored_it(void **state)
{
    (void)state; /* it was not exact (RFC 5961 3) */
    handshake_with_clocks();
    client(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 101, 1, 0);
    wait_for(SECOND);
    timestamps(5052, 1020);
    server(ACK, 1, 51, 0);
    assert_server("ESTABLISHED");
    assert_ordinary();
}

static void an_ack_that_a_rst_answers_and_its_sender_takes_back_was_false(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0); /* the SYN-ACK is not captured */
    timestamps(1020, 5000);
    client(ACK, 1, 5001, 0);
    server(RST, 5001, 0, 0);
    timestamps(1200, 5000);
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
    assert_ordinary();
    timestamps(5300, 1200);
    server(ACK, 1, 2, 0);
    timestamps(1300, 5300);
    client(ACK, 2, 2, 0); /* before the FIN that it acknowledges */
    timestamps(5310, 1200);
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
}

static void so_it_does_for_a_single_byte_or_a_fin(void **state)
{
    (void)state;
    for (unsigned fin = 0; fin < 2; fin++) {
        handshake_with_clocks();
        client(RST | ACK, 1, 1, 0);
        wait_for(SECOND);
        timestamps(5042, 1020);
        server(fin ? FIN | ACK : ACK, 1, 1, !fin);
        assert_server(fin ? "FIN-WAIT-1" : "ESTABLISHED");
        assert_anomalies("rst_ignored");
    }
}

/* Data whose ACK takes 100 ms: a queue has grown since the handshake. */
static void wait_in_a_queue(uint32_t seq, uint32_t server_clock)
{
    timestamps(1030, 5000);
    client(PSH | ACK, seq, 1, 100);
    wait_for(100 * MILLISECOND);
    timestamps(server_clock, 1030);
    server(ACK, 1, seq + 100, 0);
}

static void the_longest_round_trip_counts_whenever_it_was_seen(void **state)
{
    (void)state;
    for (unsigned slowest = 0; slowest < 3; slowest++)
        for (unsigned lives = 0; lives < 2; lives++) {
            handshake_with_clocks();
            for (unsigned i = 0; i < 3; i++) {
                if (i == slowest) {
                    wait_in_a_queue(1 + 100 * i, 5200 + i);
                } else {
                    client(PSH | ACK, 1 + 100 * i, 1, 100);
                    timestamps(5200 + i, 1030);
                    server(ACK, 1, 101 + 100 * i, 0);
                }
            }
            client(RST | ACK, 301, 1, 0);
            wait_for(SECOND);
            timestamps(5202 + 10 + 101 + lives, 1030);
            server(PSH | ACK, 1, 301, 100);
            assert_server(lives ? "ESTABLISHED" : "CLOSED");
        }
}

static void what_was_sent_twice_tells_no_round_trip(void **state)
{
    (void)state;
    handshake_with_clocks();
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 1, 100);
    wait_in_a_queue(1, 5200);
    client(RST | ACK, 101, 1, 0);
    wait_for(SECOND);
    timestamps(5200 + 10 + 22, 1030);
    server(PSH | ACK, 1, 101, 100);
    assert_server("ESTABLISHED");
}

static void an_ack_of_nothing_new_does_not_show_it_whatever_its_clock(void **state)
{
    (void)state;
    handshake_with_clocks();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    timestamps(6000, 1020);
    server(ACK, 1, 1, 0);
    assert_server("CLOSED");
}

static void what_left_a_queue_late_does_not_set_the_clock(void **state)
{
    (void)state;
    wait_before_rst = TICK;
    assert_false(clock_shows_it(5010, SECOND));
    for (unsigned i = 1; i < 20; i++) {
        timestamps(5010 + i, 1020);
        server(PSH | ACK, 1 + 100 * i, 1, 100);
        assert_server("CLOSED");
    }
    timestamps(5042, 1020);
    server(PSH | ACK, 2001, 1, 100);
    assert_server("ESTABLISHED");
}

static void without_a_clock_to_compare_data_may_have_been_queued(void **state)
{
    (void)state;
    handshake_with_clocks(); /* but the server's data carry no timestamp: */
    timestamps(1030, 5000);
    client(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 101, 1, 0);
    wait_for(10 * SECOND);
    server(PSH | ACK, 1, 101, 100);
    assert_server("CLOSED");
    for (unsigned of_client = 0; of_client < 2; of_client++) {
        begin(NULL);
        if (of_client) /* without an answer from the server's clock */
            timestamps(1000, 0);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        client(PSH | ACK, 1, 1, 100);
        client(RST | ACK, 101, 1, 0);
        timestamps(5000, 1000); /* its first one */
        wait_for(10 * SECOND);
        server(PSH | ACK, 1, 101, 100);
        assert_server("CLOSED");
    }
}

static void without_a_known_round_trip_clocks_prove_nothing(void **state)
{
    (void)state;
    timestamps(5000, 1000);
    server(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 1, 1, 0);
    wait_for(10 * SECOND);
    timestamps(15000, 1000);
    server(PSH | ACK, 101, 1, 100);
    assert_server("CLOSED");
}

static void data_below_the_rst_may_have_been_in_flight(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 101, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
}

static void time_counts_from_the_rst_that_was_accepted(void **state)
{
    (void)state;
    handshake_with_clocks();
    exchange_data();
    client(RST | ACK, 101, 1, 0); /* not accepted */
    assert_states("CLOSED / ESTABLISHED");
    wait_for(SECOND);
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(SECOND);
    timestamps(5500, 1020);
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
    timestamps(6500, 1020);
    server(PSH | ACK, 101, 1, 100);
    assert_server("ESTABLISHED");
}

static void an_endpoint_shown_alive_may_still_have_received_the_fin(void **state)
{
    (void)state;
    handshake_with_clocks();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(RST | ACK, 102, 1, 0);
    assert_server("CLOSED");
    wait_for(SECOND);
    timestamps(6000, 1020);
    server(PSH | ACK, 1, 51, 10); /* sent before the rest arrived */
    assert_server("CLOSE-WAIT");
    client(RST | ACK, 102, 1, 0);
    assert_server("CLOSED");
}

static void whoever_acknowledges_the_fin_after_the_rst_has_received_it(void **state)
{
    (void)state; /* twice, so that it is a challenge ACK and was not under way */
    handshake();
    server(FIN | ACK, 1, 1, 0);
    server(RST | ACK, 101, 1, 0);
    client(ACK, 1, 2, 0);
    assert_states("CLOSED / CLOSED");
    client(ACK, 1, 2, 0);
    assert_moves("client goes on after the RST, so the RST did not end it: not CLOSED but "
                 "CLOSE-WAIT (RFC 9293 3.5.3, RFC 5961 3)");
}

/* -- A RST captured before what it answers ----------------------------------------------------- */

static void what_the_rst_answers_does_not_show_it(void **state)
{
    static const unsigned flags[] = {RST, RST | ACK};

    (void)state; /* RFC 9293 3.5.2: a RST without ACK takes the number of the ACK that it answers */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        server(PSH | ACK, 1, 1, 100);
        client(flags[i], 1, 1, 0);
        server(PSH | ACK, 1, 1, 100);
        identification(1);
        server(PSH | ACK, 1, 1, 100);
        assert_server(i == 0 ? "CLOSED" : "ESTABLISHED");
        assert_anomalies(i == 0 ? "" : "rst_ignored");
    }
}

static void nor_does_it_for_the_sender_of_the_rst_before(void **state)
{
    (void)state; /* the data, and the server's answer, were captured in the wrong order */
    handshake();
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    client(PSH | ACK, 1, 1, 100);
    assert_states("CLOSED / CLOSED");
}

static void another_number_is_not_what_the_rst_answers(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_server("ESTABLISHED");
}

/* -- What an end that is gone still sends ------------------------------------------------------ */

static void after_a_reset_of_both_a_segment_is_no_step(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    client(RST | ACK, 2, 1, 0);
    assert_states("CLOSED / CLOSED");
    server(ACK, 1, 2, 0);
    assert_phase("Closed");
    server(FIN | ACK, 1, 2, 0);
    assert_phase("Closed");
    assert_milestones("");
}

static void a_challenge_ack_is_no_repeated_third_step(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 50000, 0);
    client(ACK, 1, 1, 0); /* answers that */
    assert_phase("Data transfer");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 0); /* a copy */
    assert_phase("Handshake 3/3 (retransmission)");
}

static void whoever_lives_on_after_a_rst_has_a_clock_that_goes_on(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(5030, 1020);
    server(PSH | ACK, 1, 1, 100);
    timestamps(1040, 5000);
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(SECOND);
    timestamps(6100, 1020);
    server(PSH | ACK, 101, 1, 100);
    assert_server("ESTABLISHED");
    timestamps(6200, 1020);
    server(ACK, 201, 1, 0);
    timestamps(6150, 1020);
    window(WINDOW / 2);
    server(ACK, 201, 1, 0); /* older, so it shrinks no window */
    assert_ordinary();
}

static void a_clock_that_is_behind_shows_no_life_after_a_rst(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(5030, 1020);
    server(PSH | ACK, 1, 1, 100);
    timestamps(1040, 5000);
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    timestamps(5020, 1020);
    server(PSH | ACK, 101, 1, 100); /* sent before the other data */
    assert_server("CLOSED");
}

static void nor_does_a_segment_without_a_timestamp(void **state)
{
    (void)state; /* RFC 7323 3.2: it is dropped */
    handshake_with_clocks();
    timestamps(1030, 5000);
    client(PSH | ACK, 1, 1, 10);
    timestamps(5030, 1020);
    server(PSH | ACK, 1, 1, 100);
    timestamps(1040, 5000);
    client(RST | ACK, 11, 1, 0);
    wait_for(SECOND);
    server(PSH | ACK, 101, 11, 100);
    assert_server("CLOSED");
}

static void where_nothing_else_is_to_be_answered_a_challenge_ack_may_come_at_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        client(RST | ACK, 501, 1, 0);
        assert_states("CLOSED / CLOSED");
        if (i == 1)
            client(PSH | ACK, 1, 1, 100); /* overtaken by the RST */
        wait_for(MILLISECOND);
        server(ACK, 1, 1, 0);
        assert_server("ESTABLISHED");
    }
}

static void whoever_ended_its_own_time_wait_may_have_sent_before_what_comes_after(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    client(RST, 2, 0, 0);
    assert_client("CLOSED");
    client(ACK, 2, 2, 0); /* overtaken by the RST */
    assert_client("CLOSED");
}

static void what_a_rst_has_acknowledged_was_there_before_it(void **state)
{
    (void)state; /* data that another capture point shows later */
    handshake();
    server(RST | ACK, 101, 11, 0);
    assert_states("CLOSED / CLOSED");
    client(PSH | ACK, 1, 1, 10);
    server(PSH | ACK, 1, 11, 100);
    assert_states("CLOSED / CLOSED");
    assert_ordinary();
    client(PSH | ACK, 11, 101, 10);
    server(ACK, 101, 21, 0); /* of what came afterwards */
    assert_server("ESTABLISHED");
}

static void a_syn_ack_first_captured_after_the_end_opens_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0); /* its SYN-ACK is missing */
    client(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 1, 101, 100);
    server(RST | ACK, 101, 101, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_unmoved();
    assert_states("CLOSED / CLOSED");
}

static void a_syn_with_the_same_identification_is_no_other_attempt(void **state)
{
    (void)state;
    for (uint16_t id = 0; id < 2; id++) {
        begin(NULL);
        drive.next.ip_id = id;
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        server(RST | ACK, 1, 1, 0);
        wait_for(2 * SECOND);
        drive.next.ip_id = id;
        drive.next.perhaps_copy = true;
        client(SYN, 0, 0, 0);
        assert_states(id ? "CLOSED / CLOSED" : "SYN-SENT / SYN-RECEIVED");
    }
}

/* The client sends data, so long after them a RST with a number before them, and so long after that
 * the server closes without acknowledging the data. */
static void close_behind_rst(int64_t after_data, int64_t after_rst)
{
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    wait_for(after_data);
    client(RST, 1, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    wait_for(after_rst);
    server(FIN | ACK, 1, 1, 0);
}

/* The data have not arrived, or the server would acknowledge them. */
static void a_rst_captured_before_the_segment_that_it_answers_ends_its_sender(void **state)
{
    (void)state;
    close_behind_rst(SECOND, MILLISECOND);
    assert_states("CLOSED / CLOSED");
    close_behind_rst(MILLISECOND, MILLISECOND); /* the data may be on their way */
    assert_states("CLOSED / FIN-WAIT-1");
    close_behind_rst(SECOND, SECOND); /* so late it answers nothing */
    assert_states("CLOSED / FIN-WAIT-1");
}

/* The server's RST was sent when the FINs had crossed, and is captured before the client's. */
static void a_rst_ends_the_time_wait_that_a_late_fin_shows(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    server(ACK, 2, 2, 0);
    server(RST, 2, 0, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
}

static void only_a_rst_with_the_number_that_it_expects_does(void **state)
{
    (void)state;
    for (unsigned resets = 0; resets < 2; resets++) {
        begin(NULL);
        drive.isn[SERVER] = UINT32_C(0xfffffffe); /* it expects 0, which is no number of a RST */
        handshake();
        server(FIN | ACK, 1, 1, 0);
        server(ACK, 2, 2, 0);
        if (resets)
            server(RST, 9, 0, 0);
        client(FIN | ACK, 1, 1, 0);
        assert_client("TIME-WAIT");
    }
}

/* The client has ignored the first RST (RFC 1337), and so it does the second one. */
static void whoever_ignores_rsts_in_time_wait_ignores_one_captured_before_its_ack(void **state)
{
    (void)state;
    place("TIME-WAIT / LAST-ACK");
    server(RST, 2, 0, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(SECOND);
    client(ACK, 2, 2, 0);
    assert_client("TIME-WAIT");
    wait_for(SECOND);
    server(RST, 2, 0, 0);
    wait_for(MILLISECOND);
    client(ACK, 2, 2, 0);
    assert_client("TIME-WAIT");
    wait_for(61 * SECOND);
    server(RST, 2, 0, 0);
    assert_client("CLOSED"); /* since its time seems to be over */
    wait_for(MILLISECOND);
    client(ACK, 2, 2, 0);
    assert_client("TIME-WAIT");
}

/* Some hosts wait longer than the preference says. */
static void a_rst_captured_before_its_cause_finds_a_longer_time_wait(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    wait_for(61 * SECOND);
    server(RST, 2, 0, 0);
    assert_client("CLOSED");
    wait_for(MILLISECOND);
    client(ACK, 2, 2, 0);
    assert_moves(
        "client still answers, so its TIME-WAIT was not over: not CLOSED but TIME-WAIT (RFC "
        "9293 3.10.7.4); client received RST: TIME-WAIT to CLOSED (RFC 9293 3.10.7.4, RFC "
        "1337)");
}

/* Each has closed before anything of the other's close arrived. */
static void a_fin_that_has_crossed_a_rst_closes_all_the_same(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_states("CLOSED / CLOSED");
    client(FIN | ACK, 1, 1, 100);
    assert_states("CLOSED / CLOSED");
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
}

static void whoever_sends_a_fin_before_a_rst_arrives_has_closed(void **state)
{
    (void)state;
    handshake();
    server(RST | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 100);
    assert_states("CLOSED / CLOSED");
    assert_int_equal(drive.summary.closed_by, WHO_CLIENT);
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
}

/* The SYN was not captured, nor what its sender got after it. */
static void a_third_step_behind_a_rst_completes_a_handshake_without_syn(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
}

/* The RST that answers an ACK was captured before it; the ACK's sender is alive all the same. */
static void whoever_seemed_ended_by_a_rst_captured_before_its_ack_may_go_on(void **state)
{
    (void)state;
    handshake_with_clocks();
    client(RST, 101, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    timestamps(5010, 1020);
    server(ACK, 1, 101, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(2 * SECOND);
    timestamps(7010, 1020);
    server(PSH | ACK, 1, 101, 10);
    assert_states("CLOSED / ESTABLISHED");
    assert_anomalies("rst_ignored");
}

/* Its answer to the third step, which was not captured, is under way when the client aborts. */
static void what_only_an_open_server_sends_was_sent_before_the_rst_came(void **state)
{
    const struct {
        uint16_t flags;
        uint32_t len;
        const char *states;
        handshake_result_t handshake;
    } cases[] = {
        {PSH | ACK, 100, "CLOSED / CLOSED", HANDSHAKE_COMPLETED},
        {FIN | ACK, 0, "CLOSED / CLOSED", HANDSHAKE_COMPLETED},
        {ACK, 0, "CLOSED / LISTEN", HANDSHAKE_UNFINISHED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(RST | ACK, 1, 1, 0);
        assert_states("CLOSED / LISTEN");
        server(cases[i].flags, 1, 1, cases[i].len);
        assert_states(cases[i].states);
        assert_int_equal(drive.summary.handshake, cases[i].handshake);
        assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
        assert_int_equal(drive.summary.reset_by, WHO_CLIENT);
    }
}

static void a_fast_open_server_may_send_data_in_syn_received(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 10);
    server(SYN | ACK, 0, 11, 0);
    client(RST | ACK, 11, 1, 0);
    server(PSH | ACK, 1, 11, 100);
    assert_states("CLOSED / LISTEN");
}

/* The server rejects an ACK of a SYN-ACK that it has not sent, so the RST has that one's number,
 * and answers the SYN again; the first SYN-ACK is missing. */
static void whoever_gets_a_rst_of_no_number_of_the_connection_does_not_ignore_it(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, (uint32_t)-5000, 0);
    server(RST, (uint32_t)-5000, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_ordinary();
}

/* The capture lacks data, so that it cannot tell whether the RST's number is exact. */
static void lose_data_before_rst(uint32_t number)
{
    handshake();
    client(ACK, 1, 101, 0);
    server(RST, number, 0, 0);
    assert_states("CLOSED / CLOSED");
}

static void an_ack_that_leaves_no_room_for_the_rst_refutes_it(void **state)
{
    (void)state;
    for (unsigned room = 0; room < 2; room++) {
        begin(NULL);
        lose_data_before_rst(202 + WINDOW - room);
        server(PSH | ACK, 101, 1, 100);
        client(ACK, 1, 201, 0); /* may have been sent before the RST's sender had sent the rest */
        assert_client(room ? "CLOSED" : "ESTABLISHED");
    }
}

static void a_fin_below_the_rst_refutes_it_at_both_ends(void **state)
{
    (void)state;
    lose_data_before_rst(3 * WINDOW);
    server(FIN | ACK, 101, 1, 0);
    assert_server("FIN-WAIT-1");
    client(FIN | ACK, 1, 102, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

/* Two round trips of 10 ms, and a queue that holds more than that. */
static void a_clock_that_is_set_back_leaves_open_how_long_the_queue_is(void **state)
{
    (void)state;
    for (unsigned set_back = 0; set_back < 2; set_back++) {
        handshake_with_clocks();
        timestamps(5020, 1020);
        server(PSH | ACK, 1, 1, 100);
        timestamps(5020, 1020);
        server(PSH | ACK, 101, 1, 100);
        wait_for(set_back ? -SECOND : TICK);
        timestamps(1040, 5020);
        client(ACK, 1, 101, 0);
        timestamps(5060, 1020);
        server(RST | ACK, 201, 1, 0);
        wait_for(10 * TICK);
        timestamps(1200, 5020);
        client(ACK, 1, 201, 0);
        assert_anomalies(set_back ? "" : "rst_ignored");
    }
}

static void of_whom_only_a_rst_was_captured_nobody_knows_what_lies_beyond_it(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    server(RST | ACK, 20, (uint32_t)-999, 0); /* refuses the SYN that is captured behind it */
    wait_for(MILLISECOND);
    timestamps(59, 0);
    client(SYN, (uint32_t)-1000, 0, 0);
    assert_states("CLOSED / CLOSED");
    timestamps(106, 59); /* on another clock than that of the SYN */
    server(ACK, 26, (uint32_t)-995, 0);
    assert_states("CLOSED / CLOSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(new_data_after_an_endpoints_rst_show_that_it_was_forged),
        TEST(so_does_an_ack_of_what_the_other_side_sent_after_it),
        TEST(nor_does_an_ack_of_what_the_rst_has_acknowledged),
        TEST(so_does_an_ack_of_a_syn_ack_that_came_after_it),
        TEST(an_ack_with_old_numbers_never_shows_it),
        TEST(a_later_timestamp_than_that_of_the_rst_shows_it),
        TEST(a_timestamp_later_by_the_clock_shows_it),
        TEST(where_only_one_segment_has_timestamps_the_numbers_decide),
        TEST(data_that_the_rst_overtook_do_not_show_it),
        TEST(an_ack_below_the_rst_shows_that_it_was_not_accepted),
        TEST(midstream_the_response_time_is_unknown),
        TEST(where_there_is_nothing_else_to_acknowledge_it_shows_that_at_once),
        TEST(data_below_the_rst_are_no_challenge),
        TEST(an_ack_that_rejects_a_rst_shows_what_is_expected),
        TEST(no_time_alone_shows_that_a_receiver_lives),
        TEST(an_ack_of_what_was_sent_after_the_rst_shows_it),
        TEST(an_ack_of_what_nobody_sent_does_not_show_it),
        TEST(the_same_retransmission_twice_shows_it),
        TEST(keep_alives_that_come_again_do_not),
        TEST(retransmissions_are_counted_anew_after_another_rst),
        TEST(a_clock_shows_that_data_were_sent_a_round_trip_and_a_step_after_the_rst),
        TEST(so_it_does_for_a_new_ack),
        TEST(whoever_acknowledges_less_than_the_rst_has_not_ignored_it),
        TEST(an_ack_that_a_rst_answers_and_its_sender_takes_back_was_false),
        TEST(so_it_does_for_a_single_byte_or_a_fin),
        TEST(the_longest_round_trip_counts_whenever_it_was_seen),
        TEST(what_was_sent_twice_tells_no_round_trip),
        TEST(an_ack_of_nothing_new_does_not_show_it_whatever_its_clock),
        TEST(what_left_a_queue_late_does_not_set_the_clock),
        TEST(without_a_clock_to_compare_data_may_have_been_queued),
        TEST(without_a_known_round_trip_clocks_prove_nothing),
        TEST(data_below_the_rst_may_have_been_in_flight),
        TEST(time_counts_from_the_rst_that_was_accepted),
        TEST(an_endpoint_shown_alive_may_still_have_received_the_fin),
        TEST(whoever_acknowledges_the_fin_after_the_rst_has_received_it),
        TEST(what_the_rst_answers_does_not_show_it),
        TEST(nor_does_it_for_the_sender_of_the_rst_before),
        TEST(another_number_is_not_what_the_rst_answers),
        TEST(after_a_reset_of_both_a_segment_is_no_step),
        TEST(a_challenge_ack_is_no_repeated_third_step),
        TEST(whoever_lives_on_after_a_rst_has_a_clock_that_goes_on),
        TEST(a_clock_that_is_behind_shows_no_life_after_a_rst),
        TEST(nor_does_a_segment_without_a_timestamp),
        TEST(where_nothing_else_is_to_be_answered_a_challenge_ack_may_come_at_once),
        TEST(whoever_ended_its_own_time_wait_may_have_sent_before_what_comes_after),
        TEST(what_a_rst_has_acknowledged_was_there_before_it),
        TEST(a_syn_ack_first_captured_after_the_end_opens_nothing),
        TEST(a_syn_with_the_same_identification_is_no_other_attempt),
        TEST(a_rst_captured_before_the_segment_that_it_answers_ends_its_sender),
        TEST(a_rst_ends_the_time_wait_that_a_late_fin_shows),
        TEST(only_a_rst_with_the_number_that_it_expects_does),
        TEST(whoever_ignores_rsts_in_time_wait_ignores_one_captured_before_its_ack),
        TEST(a_rst_captured_before_its_cause_finds_a_longer_time_wait),
        TEST(a_fin_that_has_crossed_a_rst_closes_all_the_same),
        TEST(whoever_sends_a_fin_before_a_rst_arrives_has_closed),
        TEST(a_third_step_behind_a_rst_completes_a_handshake_without_syn),
        TEST(whoever_seemed_ended_by_a_rst_captured_before_its_ack_may_go_on),
        TEST(what_only_an_open_server_sends_was_sent_before_the_rst_came),
        TEST(a_fast_open_server_may_send_data_in_syn_received),
        TEST(whoever_gets_a_rst_of_no_number_of_the_connection_does_not_ignore_it),
        TEST(an_ack_that_leaves_no_room_for_the_rst_refutes_it),
        TEST(a_fin_below_the_rst_refutes_it_at_both_ends),
        TEST(a_clock_that_is_set_back_leaves_open_how_long_the_queue_is),
        TEST(of_whom_only_a_rst_was_captured_nobody_knows_what_lies_beyond_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
