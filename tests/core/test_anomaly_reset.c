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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
