/* test_silent.c
 * A side of which nothing was captured: which acknowledgment numbers of the other side stand for
 * its FIN and which for a single byte, what takes that back, and what shows that it has
 * acknowledged the FIN of the side that was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* The handshake of a client that is alone in the capture; it takes this long. */
static void open_alone_in(int64_t round_trip)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    wait_for(round_trip);
    client(ACK, 1, 1, 0);
}

static void open_alone(void)
{
    open_alone_in(10 * MILLISECOND);
}

/* -- A byte or a FIN --------------------------------------------------------------------------- */

static void a_byte_comes_at_once_and_a_fin_after_a_pause(void **state)
{
    (void)state; /* of 10 ms and a round trip */
    open_alone();
    wait_for(20 * MILLISECOND - 1);
    client(ACK, 1, 2, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    open_alone();
    wait_for(20 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    wait_for(10 * MILLISECOND - 1); /* whose round trip is not known */
    server(ACK, 1, 2, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void the_pause_begins_with_the_last_news(void **state)
{
    (void)state;
    open_alone();
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 1, 0); /* says nothing new */
    wait_for(5 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void single_bytes_may_follow_each_other(void **state)
{
    (void)state;
    open_alone();
    for (uint32_t ack = 2; ack < 6; ack++) {
        client(ACK, 1, ack, 0);
        assert_states("ESTABLISHED / ESTABLISHED");
    }
}

static void who_closes_with_it_has_got_a_fin(void **state)
{
    (void)state;
    open_alone();
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

static void on_data_it_was_a_byte_unless_nobody_has_sent_any(void **state)
{
    (void)state;
    open_alone();
    client(ACK, 1, 101, 0);
    client(PSH | ACK, 1, 102, 50);
    assert_states("ESTABLISHED / ESTABLISHED");
    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    wait_for(5 * MILLISECOND);
    server(PSH | ACK, 1, 2, 1);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    server(PSH | ACK, 2, 2, 100);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void a_side_that_was_captured_needs_no_guess(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(PSH | ACK, 1, 2, 1);
    client(ACK, 2, 2, 0); /* of that byte */
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    place("TIME-WAIT / LAST-ACK");
    client(ACK, 2, 2, 0);
    client(ACK, 2, 3, 0); /* there is no second FIN */
    server(FIN | ACK, 1, 2, 0);
    assert_phase("Teardown 2+3/4 (retransmission)");
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(PSH | ACK, 1, 2, 100); /* not behind the own FIN: the server may have sent a byte */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void whatever_numbers_it_has(void **state)
{
    (void)state;
    drive.isn[CLIENT] = 0; /* so that the client stands at 1 */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

/* -- Late or not ------------------------------------------------------------------------------- */

/* A FIN was inferred from an ACK that came this long after the one before. */
static void infer_fin_after(int64_t pause)
{
    open_alone();
    wait_for(pause);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void data_answer_a_byte_whose_ack_came_soon(void **state)
{
    (void)state; /* the ACK of a FIN is held back, for 40 ms at least */
    infer_fin_after(40 * MILLISECOND - 1);
    client(PSH | ACK, 1, 2, 1);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_bases("Sent / Presumed");
    assert_summary("Open", "S0", "SAD");
    client(PSH | ACK, 2, 2, 1);
    assert_phase("Data transfer");
    infer_fin_after(40 * MILLISECOND);
    client(PSH | ACK, 1, 2, 1);
    assert_shows("Teardown (half-closed)", "CLOSE-WAIT / FIN-WAIT-2");
}

static void nothing_else_answers_a_byte(void **state)
{
    (void)state;
    infer_fin_after(30 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    infer_fin_after(30 * MILLISECOND);
    client(FIN | ACK, 1, 2, 10);
    assert_states("LAST-ACK / TIME-WAIT");
    open_alone();
    client(PSH | ACK, 1, 1, 10);
    wait_for(30 * MILLISECOND);
    client(ACK, 11, 2, 0);
    client(PSH | ACK, 1, 2, 10); /* again */
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    open_alone();
    client(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    client(PSH | ACK, 2, 2, 10); /* behind its own FIN */
    assert_states("TIME-WAIT / CLOSED");
}

static void once_the_other_side_is_captured_nothing_is_taken_back(void **state)
{
    (void)state;
    infer_fin_after(30 * MILLISECOND);
    server(ACK, 2, 1, 0);
    client(PSH | ACK, 1, 2, 10);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void after_one_byte_there_may_be_more(void **state)
{
    (void)state;
    infer_fin_after(30 * MILLISECOND);
    client(PSH | ACK, 1, 2, 10);
    wait_for(5 * MILLISECOND);
    client(PSH | ACK, 11, 102, 10);
    wait_for(5 * MILLISECOND);
    client(ACK, 21, 103, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void what_was_taken_back_leaves_no_trace(void **state)
{
    (void)state;
    infer_fin_after(30 * MILLISECOND);
    client(PSH | ACK, 1, 2, 10);
    server(FIN | ACK, 2, 11, 0); /* this is its FIN, */
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    wait_for(SECOND);
    client(ACK, 11, 2, 0); /* but it was lost */
    assert_states("ESTABLISHED / FIN-WAIT-1");
}

/* Timestamps tell better how long an ACK was held back: the client's clock counts from 1000 * 9,
 * the server's, which it echoes, is `lag` behind. */
static void ack_by_clock(uint32_t ack, uint32_t clock, uint32_t lag)
{
    timestamps(clock, clock - lag);
    client(ACK, 1, ack, 0);
}

static bool clock_tells_late(uint32_t lag, uint32_t delay)
{
    begin(NULL);
    timestamps(9000, 0);
    client(SYN, 0, 0, 0);
    ack_by_clock(1, 9010, lag + 20); /* the first is not the quickest, */
    wait_for(30 * MILLISECOND);
    ack_by_clock(501, 9040, lag);
    wait_for(30 * MILLISECOND);
    ack_by_clock(1001, 9070, lag + 30); /* nor is the last */
    client(ACK, 1, 1001, 0);            /* this has no clock, */
    timestamps(9080, 0);
    client(ACK, 1, 1001, 0); /* and this no echo */
    wait_for(100 * MILLISECOND);
    ack_by_clock(1002, 9180, lag + delay);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    timestamps(9190, 9190 - lag);
    client(PSH | ACK, 1, 1002, 10);
    return drive.shown.status.state[ROLE_CLIENT] == STATE_CLOSE_WAIT;
}

static void clocks_tell_how_long_an_ack_was_held_back(void **state)
{
    static const uint32_t lags[] = {0u - 4000, 8000, 13096};

    (void)state; /* 25 ticks are late, whoever's clock is ahead */
    for (size_t i = 0; i < 3; i++) {
        assert_false(clock_tells_late(lags[i], 24));
        assert_true(clock_tells_late(lags[i], 25));
    }
}

static void without_clocks_the_captures_own_tells(void **state)
{
    (void)state;
    begin(NULL);
    timestamps(2000, 0);
    client(SYN, 0, 0, 0);
    timestamps(2010, 6000);
    client(ACK, 1, 1, 0);
    wait_for(30 * MILLISECOND);
    client(ACK, 1, 2, 0); /* without timestamps */
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(PSH | ACK, 1, 2, 10);
    assert_states("ESTABLISHED / ESTABLISHED");
    open_alone();
    wait_for(30 * MILLISECOND);
    timestamps(7000, 1000); /* the first */
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(PSH | ACK, 1, 2, 10);
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* -- When the silent side speaks after all ------------------------------------------------------
 */

static void the_byte_itself_refutes_the_fin_after_a_round_trip(void **state)
{
    static const int64_t waits[] = {100 * MILLISECOND - 1, 100 * MILLISECOND};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        open_alone_in(100 * MILLISECOND);
        wait_for(SECOND);
        client(ACK, 1, 2, 0);
        assert_states("CLOSE-WAIT / FIN-WAIT-2");
        wait_for(waits[i]);
        server(PSH | ACK, 1, 1, 1);
        assert_server(i == 0 ? "FIN-WAIT-2" : "ESTABLISHED");
    }
}

/* -- The ACK of the captured side's FIN -------------------------------------------------------- */

static void a_segment_behind_the_fin_shows_its_ack_when_no_queue_held_it(void **state)
{
    (void)state;
    open_alone();
    client(FIN | ACK, 1, 1, 0);
    wait_for(50 * MILLISECOND - 1);
    client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-1");
    wait_for(1);
    client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-2");
}

static void data_sent_again_with_news_do_not(void **state)
{
    (void)state; /* they say the contrary */
    open_alone();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    wait_for(SECOND);
    client(PSH | ACK, 1, 501, 100);
    assert_client("FIN-WAIT-1");
}

static void who_answered_a_fin_with_its_own_goes_on_waiting(void **state)
{
    (void)state;
    infer_fin_after(100 * MILLISECOND);
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
    wait_for(SECOND);
    client(ACK, 2, 2, 0); /* answers the FIN that came again */
    assert_states("LAST-ACK / TIME-WAIT");
}

static void a_copy_of_the_fin_takes_its_ack_not_back(void **state)
{
    (void)state;
    open_alone_in(100 * MILLISECOND);
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-2");
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-2");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0); /* this is none */
    assert_client("FIN-WAIT-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_byte_comes_at_once_and_a_fin_after_a_pause),
        TEST(the_pause_begins_with_the_last_news),
        TEST(single_bytes_may_follow_each_other),
        TEST(who_closes_with_it_has_got_a_fin),
        TEST(on_data_it_was_a_byte_unless_nobody_has_sent_any),
        TEST(a_side_that_was_captured_needs_no_guess),
        TEST(whatever_numbers_it_has),
        TEST(data_answer_a_byte_whose_ack_came_soon),
        TEST(nothing_else_answers_a_byte),
        TEST(once_the_other_side_is_captured_nothing_is_taken_back),
        TEST(after_one_byte_there_may_be_more),
        TEST(what_was_taken_back_leaves_no_trace),
        TEST(clocks_tell_how_long_an_ack_was_held_back),
        TEST(without_clocks_the_captures_own_tells),
        TEST(the_byte_itself_refutes_the_fin_after_a_round_trip),
        TEST(a_segment_behind_the_fin_shows_its_ack_when_no_queue_held_it),
        TEST(data_sent_again_with_news_do_not),
        TEST(who_answered_a_fin_with_its_own_goes_on_waiting),
        TEST(a_copy_of_the_fin_takes_its_ack_not_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
