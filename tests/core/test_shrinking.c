/* test_shrinking.c
 * Windows that shrink (RFC 9293 3.8.6): which segments show it, by how much, and which do not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

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
    client(ACK, 1, 1, 10); /* 128 */
    assert_anomalies("window_shrunk");
    window(499);
    client(ACK, 11, 1, 10);
    assert_ordinary();
    window(499);
    client(ACK, 21, 2, 0); /* shrinks by less */
    assert_ordinary();
    window(498);
    client(ACK, 21, 3, 0); /* by 127 more than that */
    assert_ordinary();
    open_wide();
    window(499);
    client(ACK, 1, 2, 0);
    window(498);
    client(ACK, 1, 2, 10); /* by 128 more */
    assert_anomalies("window_shrunk");
    window(600);
    client(ACK, 11, 3, 0);
    assert_ordinary();
    window(599);
    client(ACK, 11, 3, 10); /* below the new edge */
    assert_anomalies("window_shrunk");
}

static void an_old_segment_is_not_the_first_that_tells_of_the_window(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(4000, 1000);
    window(100);
    server(ACK, 1, 1, 0);
    timestamps(5010, 1020);
    server(ACK, 1, 1, 10);
    timestamps(5020, 1020);
    window(WINDOW / 2);
    server(ACK, 11, 1, 10);
    assert_anomalies("window_shrunk");
}

static void only_the_newest_segment_shows_that_the_window_shrinks(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    window(0);
    client(ACK, 1, 1, 100); /* a retransmission or a copy */
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
    client(ACK, 101 + 20 * WINDOW, 101, 0); /* is forged */
    assert_anomalies("out_of_window");
    window(0);
    client(ACK, 101, 101, 0); /* may have been sent before the window was opened */
    assert_ordinary();
    window(0);
    client(ACK, 101, 101, 10);
    assert_anomalies("window_shrunk");
}

static void a_later_timestamp_shows_that_the_window_shrinks(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(1020, 5000);
    window(0);
    client(ACK, 1, 1, 0); /* within the same tick */
    assert_ordinary();
    timestamps(1021, 5000);
    window(0);
    client(ACK, 1, 1, 0);
    assert_anomalies("window_shrunk");
}

static void a_new_ack_shows_that_the_window_shrinks(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    window(0);
    client(ACK, 1, 101, 0);
    assert_anomalies("window_shrunk");
}

static void the_window_on_a_fin_may_be_anything(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    window(0);
    client(FIN | ACK, 1, 101, 0);
    assert_ordinary();
}

static void the_window_on_the_ack_of_a_fin_may_be_anything(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 100);
    window(0);
    client(ACK, 1, 101, 0); /* of the data before it */
    assert_anomalies("window_shrunk");
    begin(NULL);
    handshake();
    server(FIN | ACK, 1, 1, 100);
    window(0);
    client(ACK, 1, 102, 0);
    assert_ordinary();
    window(0);
    client(ACK, 1, 102, 100);
    assert_ordinary();
}

static void forged_data_say_nothing_of_the_window(void **state)
{
    (void)state;
    handshake();
    window(5 * WINDOW);
    server(ACK, 1, 1, 100); /* forged */
    client(PSH | ACK, 1, 101, 100);
    for (unsigned i = 0; i < 2; i++)
        server(ACK, 1, 101, 0); /* the server has not sent them */
    server(PSH | ACK, 1, 101, 50);
    assert_ordinary();
    window(WINDOW - 1);
    server(PSH | ACK, 51, 101, 50);
    assert_anomalies("window_shrunk");
}

static void with_multipath_tcp_the_window_is_that_of_all_subflows(void **state)
{
    (void)state; /* RFC 8684 3.3.1 */
    for (unsigned side = 0; side < 2; side++) {
        begin(NULL);
        drive.next.has_multipath = side == CLIENT;
        client(SYN, 0, 0, 0);
        drive.next.has_multipath = side == SERVER;
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 100);
        server(ACK, 1, 101, 100);
        window(0);
        client(ACK, 101, 101, 100);
        assert_anomalies(side == CLIENT ? "" : "window_shrunk");
        window(0);
        server(ACK, 101, 201, 100);
        assert_anomalies(side == SERVER ? "" : "window_shrunk");
    }
}

static void an_old_timestamp_shows_nothing_about_the_window(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(1200, 5000);
    client(ACK, 101, 1, 100); /* beyond a gap */
    timestamps(1100, 5000);
    window(0);
    client(ACK, 201, 1, 0); /* may have been sent before that */
    assert_ordinary();
}

static void an_ack_that_was_reported_is_not_reported_again(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 301, 0);
    assert_anomalies("(ack_beyond_sent)");
    server(PSH | ACK, 1, 1, 100); /* some of what is missing */
    client(ACK, 1, 301, 0);
    assert_ordinary();
}

/* Of a server whose SYN-ACK was captured alone the window is known, of its client it is not. */
static void the_window_of_who_acknowledges_limits_what_may_be_missing(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 1, 101, 100);
    client(ACK, 101, 101, 0); /* the round trip is known */
    server(ACK, 101, 101 + 4 * WINDOW, 0);
    assert_anomalies("ack_beyond_sent");
}

static void a_window_of_a_single_byte_is_one(void **state)
{
    (void)state;
    window(1);
    client(SYN, 0, 0, 0);
    window(1);
    server(SYN | ACK, 0, 1, 0);
    window(1);
    client(ACK, 1, 1, 0);
    window(1);
    server(ACK, 1, 1, 0);
    client(PSH | ACK, (uint32_t)-100, 1, 10);
    assert_anomalies("out_of_window");
}

static void an_ack_that_does_not_count_tells_nothing_of_the_window(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(65535);
    client(ACK, (uint32_t)-99, 1, 0); /* an old number, of which only the window counts */
    client(ACK, 1, 2, 0);
    assert_anomalies("(bad_handshake_ack)");
}

/* The server answers the new SYN from TIME-WAIT, with the window of the connection before. */
static void reopen_from_time_wait(bool late_syn_ack)
{
    open_wide();
    window(600);
    server(FIN | ACK, 501, 1, 0);
    client(FIN | ACK, 1, 502, 0);
    window(600);
    server(ACK, 502, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    window_scale(7);
    client(SYN, 0u - 5000, 0, 0);
    window(600);
    server(ACK, 502, 2, 0);
    client(RST, 2, 0, 0);
    window_scale(7);
    client(SYN, 0u - 5000, 0, 0);
    if (late_syn_ack)
        client(ACK, 1u - 5000, 90001, 0);
    window_scale(7);
    server(SYN | ACK, 90000, 1u - 5000, 0);
    if (!late_syn_ack)
        client(ACK, 1u - 5000, 90001, 0);
}

static void the_window_of_the_connection_before_is_no_measure(void **state)
{
    (void)state;
    for (unsigned late = 0; late < 2; late++) {
        reopen_from_time_wait(late);
        window(500);
        server(PSH | ACK, 90001, 1u - 5000, 1);
        assert_states("ESTABLISHED / ESTABLISHED");
        assert_ordinary();
    }
}

static void answer_anew(bool rst, bool syn_ack)
{
    window_scale(7);
    client(SYN, 0, 0, 0);
    window_scale(7);
    server(SYN | ACK, 0, 1, 0);
    wait_for(3 * SECOND);
    window_scale(7);
    client(SYN, 0, 0, 0);
    window(600);
    server(ACK, 1, 1, 0);
    if (rst)
        client(RST | ACK, 1, 1, 0);
    window_scale(7);
    client(SYN, 0, 0, 0);
    if (syn_ack) {
        window_scale(7);
        server(SYN | ACK, 90000, 1, 0);
    }
    client(PSH | ACK, 1, 90001, 100);
    window(500);
    server(ACK, 90001, 101, 0);
    assert_ordinary();
    client(PSH | ACK, 101, 90001, 100);
    window(500);
    server(ACK, 90001, 201, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_ordinary();
}

static void a_server_that_answers_anew_begins_with_a_new_window(void **state)
{
    (void)state;
    answer_anew(true, true);
    begin(NULL);
    answer_anew(true, false);
    begin(NULL);
    answer_anew(false, true);
}

static void a_segment_older_than_the_connection_says_nothing_of_its_window(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    window(3 * WINDOW / 2);
    server(FIN | ACK, (uint32_t)-3 * WINDOW, 1, 0);
    assert_anomalies("out_of_window");
    server(ACK, 1, 11, 0);
    assert_ordinary();
}

static void an_ack_of_what_was_never_sent_says_nothing_of_its_window(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    server(ACK, 1, 12, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 11, 1, 0);
    window(WINDOW - 10);
    client(PSH | ACK, 11, 1, 10);
    window(WINDOW - 10);
    server(ACK, 1, 21, 0);
    assert_ordinary();
}

static void an_old_ack_says_nothing_of_the_window(void **state)
{
    (void)state; /* or one that was forged */
    handshake();
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    window(2 * WINDOW);
    server(ACK, 1, 0, 0);
    server(ACK, 1, 11, 0);
    assert_ordinary();
}

static void nor_does_one_before_the_third_step(void **state)
{
    (void)state; /* which was not captured */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(3 * WINDOW / 2);
    server(FIN | ACK, (uint32_t)-7 * WINDOW, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    assert_ordinary();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scaled_window_shrinks_by_whole_units),
        TEST(an_old_segment_is_not_the_first_that_tells_of_the_window),
        TEST(only_the_newest_segment_shows_that_the_window_shrinks),
        TEST(a_later_timestamp_shows_that_the_window_shrinks),
        TEST(a_new_ack_shows_that_the_window_shrinks),
        TEST(the_window_on_a_fin_may_be_anything),
        TEST(with_multipath_tcp_the_window_is_that_of_all_subflows),
        TEST(an_old_timestamp_shows_nothing_about_the_window),
        TEST(an_ack_that_was_reported_is_not_reported_again),
        TEST(the_window_of_who_acknowledges_limits_what_may_be_missing),
        TEST(a_window_of_a_single_byte_is_one),
        TEST(an_ack_that_does_not_count_tells_nothing_of_the_window),
        TEST(the_window_on_the_ack_of_a_fin_may_be_anything),
        TEST(forged_data_say_nothing_of_the_window),
        TEST(the_window_of_the_connection_before_is_no_measure),
        TEST(a_server_that_answers_anew_begins_with_a_new_window),
        TEST(a_segment_older_than_the_connection_says_nothing_of_its_window),
        TEST(an_ack_of_what_was_never_sent_says_nothing_of_its_window),
        TEST(an_old_ack_says_nothing_of_the_window),
        TEST(nor_does_one_before_the_third_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
