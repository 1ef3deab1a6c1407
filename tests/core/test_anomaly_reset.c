/* test_anomaly_reset.c
 * What is not as it should be with a RST, and after one. In parentheses: assumed, since missing
 * packets could explain it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

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

/* -- Late answers -------------------------------------------------------------------------------
 */

static void a_fin_without_its_number_is_remembered_for_long(void **state)
{
    (void)state; /* some stacks forget that the FIN took one */
    place("FIN-WAIT-2 / CLOSE-WAIT");
    for (uint32_t at = 1; at < 501; at += 100)
        server(ACK, at, 2, 100);
    client(RST, 0, 0, 0);
    assert_anomalies("rst_out_of_window");
    client(RST, 1, 0, 0); /* the FIN's */
    assert_ordinary();
}

static void who_is_gone_answers_nothing_that_was_never_sent(void **state)
{
    (void)state;
    handshake();
    client(RST, 101, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    client(RST, 201, 0, 0);
    assert_anomalies("rst_not_exact");
    client(RST, 1 + 20 * WINDOW, 0, 0);
    assert_anomalies("rst_out_of_window");
    client(RST, (uint32_t)-20 * WINDOW, 0, 0); /* may be of long ago */
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
    client(RST, (uint32_t)-500, 0, 0); /* nor where the window is not known */
    assert_anomalies("rst_out_of_window");
}

static void nobody_minds_where_nobody_is(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    client(RST, 1 + 20 * WINDOW, 0, 0);
    assert_ordinary();
}

/* -- Answers to a RST ---------------------------------------------------------------------------
 */

/* The client has reset, after the server's last segment. */
static void reset_by_client(unsigned flags)
{
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 0);
    client(flags, 1, 1, 0);
}

static void each_kind_of_rst_has_its_answer(void **state)
{
    const uint32_t zero = 0u - drive.isn[SERVER];

    (void)state; /* RFC 9293 3.5.2: SEQ = SEG.ACK, or 0 with ACK = SEG.SEQ */
    reset_by_client(RST | ACK);
    server(RST, 1, 0, 0);
    assert_anomalies("rst_answers_rst");
    reset_by_client(RST | ACK);
    server(RST, 2, 0, 0);
    assert_ordinary();
    reset_by_client(RST);
    server(RST | ACK, zero, 1, 0);
    assert_anomalies("rst_answers_rst");
    reset_by_client(RST);
    server(RST | ACK, 1, 1, 0); /* an abort that crosses it */
    assert_ordinary();
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
    server(RST, 1, 0, 0); /* again */
    assert_ordinary();
    client(RST | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_anomalies("rst_answers_rst");
}

static void what_answers_nothing_else_answers_the_rst(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    client(ACK, 1, 1, 10); /* crosses these data */
    client(RST | ACK, 11, 101, 0);
    server(RST, 101, 0, 0);
    assert_anomalies("rst_answers_rst");
}

/* -- Survivors ----------------------------------------------------------------------------------
 */

static void after_a_pause_or_a_second_no_queue_is_left(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    client(RST, 1, 0, 0);
    wait_for(2 * TICK);
    server(ACK, 1, 1, 100); /* again, so it lives */
    assert_server("ESTABLISHED");
    assert_ordinary();
    for (unsigned i = 1; i < 20; i++) {
        wait_for(5 * TICK);
        server(ACK, 1 + 100 * i, 1, 100); /* but so late this may all come from a queue, */
        assert_ordinary();
    }
    wait_for(3 * TICK - 1);
    server(ACK, 2001, 1, 100);
    assert_ordinary();
    wait_for(1);
    server(ACK, 2101, 1, 100); /* until a second has passed */
    assert_anomalies("rst_ignored");
}

static void a_pause_is_five_round_trips(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    client(RST, 1, 0, 0);
    wait_for(2 * TICK);
    server(ACK, 1, 1, 100);
    wait_for(10 * TICK - 1);
    server(ACK, 101, 1, 100);
    assert_ordinary();
    wait_for(10 * TICK);
    server(ACK, 201, 1, 100);
    assert_anomalies("rst_ignored");
}

static void what_shows_that_a_rst_was_refused_may_come_sooner(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(100 * MILLISECOND);
    server(SYN | ACK, 0, 1, 0);
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    wait_for(50 * MILLISECOND);
    server(ACK, 1, 1, 0); /* a challenge ACK */
    assert_server("ESTABLISHED");
    assert_ordinary();
}

/* The server's clock stood at 5000 with its SYN-ACK, ten milliseconds after the SYN; a later
 * segment of it was captured 20 ms late. */
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
    client(RST, 1, 0, 0); /* 40 ms after the SYN-ACK */
    wait_for(SECOND);
}

static void the_clock_counts_from_the_handshake(void **state)
{
    (void)state; /* where nothing waits in a queue */
    reset_with_clocks();
    timestamps(5059, 1020);
    server(ACK, 101, 1, 100);
    assert_server("ESTABLISHED");
    assert_ordinary();
    timestamps(5060, 1020);
    server(ACK, 201, 1, 100); /* a round trip after the RST */
    assert_anomalies("rst_ignored");
}

static void and_from_the_syn_of_a_client(void **state)
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
    server(RST, 1, 0, 0); /* 50 ms after the SYN */
    wait_for(SECOND);
    timestamps(1069, 5000);
    client(ACK, 101, 1, 100);
    assert_ordinary();
    timestamps(1070, 5000);
    client(ACK, 201, 1, 100);
    assert_anomalies("rst_ignored");
}

static void without_clocks_in_the_handshake_time_tells(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    timestamps(5000, 1000); /* only now */
    server(ACK, 1, 1, 100);
    assert_anomalies("rst_ignored");
    reset_with_clocks();
    server(ACK, 101, 1, 100); /* without */
    assert_anomalies("rst_ignored");
}

/* -- Data after the own RST, and TIME-WAIT -------------------------------------------------------
 */

static void only_data_come_after_a_reset(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
    assert_ordinary();
    begin(NULL);
    handshake();
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 1);
    assert_anomalies("data_after_reset");
}

static void time_wait_is_ended_by_the_other_ends_reset(void **state)
{
    (void)state; /* RFC 1337 */
    place("TIME-WAIT / LAST-ACK");
    server(RST, 2, 0, 0);
    assert_anomalies("rst_in_time_wait");
    place("TIME-WAIT / LAST-ACK");
    client(RST, 2, 0, 0);
    assert_ordinary();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        TEST(a_fin_without_its_number_is_remembered_for_long),
        TEST(who_is_gone_answers_nothing_that_was_never_sent),
        TEST(no_time_explains_an_old_number),
        TEST(nobody_minds_where_nobody_is),
        TEST(each_kind_of_rst_has_its_answer),
        TEST(a_rst_is_answered_once),
        TEST(what_answers_nothing_else_answers_the_rst),
        TEST(after_a_pause_or_a_second_no_queue_is_left),
        TEST(a_pause_is_five_round_trips),
        TEST(what_shows_that_a_rst_was_refused_may_come_sooner),
        TEST(the_clock_counts_from_the_handshake),
        TEST(and_from_the_syn_of_a_client),
        TEST(without_clocks_in_the_handshake_time_tells),
        TEST(only_data_come_after_a_reset),
        TEST(time_wait_is_ended_by_the_other_ends_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
