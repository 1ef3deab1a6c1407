/* test_silent.c
 * A silent side: which acknowledgment numbers of the other side mean its FIN and which a single
 * byte, what refutes such a FIN, and what shows that the silent side has acknowledged the FIN of
 * the captured side.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* The handshake with a silent server; it takes this long. */
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

static void a_single_number_is_a_byte_at_once_and_a_fin_after_a_pause(void **state)
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
    wait_for(10 * MILLISECOND - 1); /* the round trip is not known */
    server(ACK, 1, 2, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void the_pause_begins_with_the_last_new_ack(void **state)
{
    (void)state;
    open_alone();
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 1, 0); /* a duplicate ACK */
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

static void a_single_number_on_a_fin_is_a_fin(void **state)
{
    (void)state;
    open_alone();
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

static void on_data_it_is_a_byte_unless_they_are_the_first_of_both_sides(void **state)
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
    client(ACK, 2, 2, 0); /* acknowledges that byte */
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
    client(PSH | ACK, 1, 2, 100); /* below its own FIN: the server may have sent a byte */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void whatever_the_numbers_of_the_captured_side(void **state)
{
    (void)state;
    drive.isn[CLIENT] = 0; /* so that the client's next number is 1 */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

/* -- Delayed ACKs ------------------------------------------------------------------------------ */

/* A FIN is inferred from an ACK this long after the previous one. */
static void infer_fin_after(int64_t pause)
{
    open_alone();
    wait_for(pause);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void data_after_an_early_ack_answer_a_byte(void **state)
{
    (void)state; /* the ACK of a FIN is delayed, by 40 ms at least */
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
    client(PSH | ACK, 1, 2, 10); /* a retransmission */
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    open_alone();
    client(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    client(PSH | ACK, 2, 2, 10); /* beyond its own FIN */
    assert_states("TIME-WAIT / CLOSED");
}

static void once_the_other_side_is_captured_the_fin_stands(void **state)
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

static void a_refuted_fin_leaves_no_trace(void **state)
{
    (void)state;
    infer_fin_after(30 * MILLISECOND);
    client(PSH | ACK, 1, 2, 10);
    server(FIN | ACK, 2, 11, 0); /* the server's real FIN */
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    wait_for(SECOND);
    client(ACK, 11, 2, 0); /* shows that it was lost */
    assert_states("ESTABLISHED / FIN-WAIT-1");
}

/* Timestamps show more exactly how long an ACK was delayed: the client's start at 9000, the
 * server's, which it echoes, are `lag` lower. */
static void ack_by_clock(uint32_t ack, uint32_t clock, uint32_t lag)
{
    timestamps(clock, clock - lag);
    client(ACK, 1, ack, 0);
}

static bool clock_shows_delay(uint32_t lag, uint32_t delay)
{
    begin(NULL);
    timestamps(9000, 0);
    client(SYN, 0, 0, 0);
    ack_by_clock(1, 9010, lag + 20); /* the first ACK is not the quickest, */
    wait_for(30 * MILLISECOND);
    ack_by_clock(501, 9040, lag);
    wait_for(30 * MILLISECOND);
    ack_by_clock(1001, 9070, lag + 30); /* nor is the last one */
    client(ACK, 1, 1001, 0);            /* without timestamps */
    timestamps(9080, 0);
    client(ACK, 1, 1001, 0); /* without an echo */
    wait_for(100 * MILLISECOND);
    ack_by_clock(1002, 9180, lag + delay);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    timestamps(9190, 9190 - lag);
    client(PSH | ACK, 1, 1002, 10);
    return drive.shown.status.state[ROLE_CLIENT] == STATE_CLOSE_WAIT;
}

static void timestamps_show_how_long_an_ack_was_delayed(void **state)
{
    static const uint32_t lags[] = {0u - 4000, 8000, 13096};

    (void)state; /* 25 ticks are a delay, whichever clock is ahead */
    for (size_t i = 0; i < 3; i++) {
        assert_false(clock_shows_delay(lags[i], 24));
        assert_true(clock_shows_delay(lags[i], 25));
    }
}

static void without_timestamps_the_capture_times_decide(void **state)
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
    timestamps(7000, 1000); /* the first ones */
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(PSH | ACK, 1, 2, 10);
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* -- A silent side that is captured after all -------------------------------------------------- */

static void the_byte_itself_refutes_the_fin_at_once(void **state)
{
    static const int64_t waits[] = {MILLISECOND, 100 * MILLISECOND};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        open_alone_in(100 * MILLISECOND);
        wait_for(SECOND);
        client(ACK, 1, 2, 0);
        assert_states("CLOSE-WAIT / FIN-WAIT-2");
        wait_for(waits[i]);
        server(PSH | ACK, 1, 1, 1);
        assert_states("ESTABLISHED / ESTABLISHED");
        assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
    }
}

/* -- The ACK of the captured side's FIN -------------------------------------------------------- */

static void a_segment_beyond_the_fin_shows_its_ack_if_no_queue_delayed_it(void **state)
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

static void retransmitted_data_with_a_new_ack_do_not(void **state)
{
    (void)state; /* they show the contrary */
    open_alone();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    wait_for(SECOND);
    client(PSH | ACK, 1, 501, 100);
    assert_client("FIN-WAIT-1");
}

static void an_endpoint_in_last_ack_stays_there(void **state)
{
    (void)state;
    infer_fin_after(100 * MILLISECOND);
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
    wait_for(SECOND);
    client(ACK, 2, 2, 0); /* answers the server's retransmitted FIN */
    assert_states("LAST-ACK / TIME-WAIT");
}

static void a_copy_of_the_fin_does_not_refute_its_ack(void **state)
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
    client(FIN | ACK, 1, 1, 0); /* this is no copy */
    assert_client("FIN-WAIT-1");
}

/* The server's ACK of one number of the client behind both FINs, of which the client's was not
 * captured. */
static void infer_a_second_fin(void)
{
    begin(NULL);
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
}

/* The two were swapped: the number was a byte's. */
static void a_byte_captured_behind_its_ack_is_no_fin(void **state)
{
    (void)state;
    infer_a_second_fin();
    wait_for(MILLISECOND);
    client(PSH | ACK, 1, 2, 1);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(FIN | ACK, 2, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

/* The byte is missing, and the number behind it is taken. */
static void whatever_comes_behind_the_number_shows_that_it_was_a_bytes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        infer_a_second_fin();
        client(ACK, 2, 2, 0); /* takes none */
        assert_states("CLOSED / TIME-WAIT");
        if (i > 0)
            client(PSH | ACK, 2, 2, 10);
        client(FIN | ACK, i > 0 ? 12 : 2, 2, 0);
        assert_states("LAST-ACK / TIME-WAIT");
        server(ACK, 2, i > 0 ? 13 : 3, 0);
        assert_states("CLOSED / TIME-WAIT");
        assert_int_equal(drive.summary.outcome, OUTCOME_CLOSED);
    }
}

/* In TIME-WAIT nobody would. */
static void whoever_aborts_behind_an_inferred_fin_has_got_a_byte(void **state)
{
    (void)state;
    for (unsigned captured = 0; captured < 2; captured++) {
        infer_a_second_fin();
        if (captured)
            client(FIN | ACK, 1, 2, 0);
        wait_for(SECOND);
        server(RST | ACK, 2, 2, 0);
        assert_states("CLOSED / CLOSED");
        assert_string_equal(outcome_text(drive.summary.outcome), captured ? "Closed" : "Reset");
        assert_int_equal(shown_facts()->rst.reason, captured ? RST_ABORT : RST_ABORT_UNREAD);
    }
}

static void but_not_with_other_numbers_or_without_ack(void **state)
{
    static const struct {
        unsigned flags;
        uint32_t seq, ack;
    } other[] = {{RST, 2, 0}, {RST | ACK, 3, 2}, {RST | ACK, 2, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        infer_a_second_fin();
        wait_for(SECOND);
        server(other[i].flags, other[i].seq, other[i].ack, 0);
        assert_string_equal(outcome_text(drive.summary.outcome), "Closed");
    }
}

static void whoever_aborts_behind_an_inferred_fin_leaves_nothing_unread(void **state)
{
    (void)state; /* unlike in TIME-WAIT, where nobody aborts: there it was a byte */
    open_alone();
    wait_for(SECOND);
    client(ACK, 1, 2, 0);
    assert_client("CLOSE-WAIT");
    client(RST | ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

/* It has said so behind the FIN, and its own FIN, which was not captured, crosses what is lost. */
static void whoever_lacks_data_before_a_fin_does_not_acknowledge_it_unseen(void **state)
{
    (void)state;
    for (unsigned lacks = 0; lacks < 2; lacks++) {
        begin(NULL);
        handshake();
        client(FIN | ACK, 101, 1, 0);
        server(ACK, 1, lacks ? 1 : 101, 0);
        wait_for(SECOND);
        client(ACK, 102, 2, 0);
        assert_states(lacks ? "CLOSING / FIN-WAIT-2" : "TIME-WAIT / TIME-WAIT");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_single_number_is_a_byte_at_once_and_a_fin_after_a_pause),
        TEST(the_pause_begins_with_the_last_new_ack),
        TEST(single_bytes_may_follow_each_other),
        TEST(a_single_number_on_a_fin_is_a_fin),
        TEST(on_data_it_is_a_byte_unless_they_are_the_first_of_both_sides),
        TEST(a_side_that_was_captured_needs_no_guess),
        TEST(whatever_the_numbers_of_the_captured_side),
        TEST(data_after_an_early_ack_answer_a_byte),
        TEST(nothing_else_answers_a_byte),
        TEST(once_the_other_side_is_captured_the_fin_stands),
        TEST(after_one_byte_there_may_be_more),
        TEST(a_refuted_fin_leaves_no_trace),
        TEST(timestamps_show_how_long_an_ack_was_delayed),
        TEST(without_timestamps_the_capture_times_decide),
        TEST(the_byte_itself_refutes_the_fin_at_once),
        TEST(a_segment_beyond_the_fin_shows_its_ack_if_no_queue_delayed_it),
        TEST(retransmitted_data_with_a_new_ack_do_not),
        TEST(an_endpoint_in_last_ack_stays_there),
        TEST(a_copy_of_the_fin_does_not_refute_its_ack),
        TEST(a_byte_captured_behind_its_ack_is_no_fin),
        TEST(whatever_comes_behind_the_number_shows_that_it_was_a_bytes),
        TEST(whoever_aborts_behind_an_inferred_fin_has_got_a_byte),
        TEST(but_not_with_other_numbers_or_without_ack),
        TEST(whoever_aborts_behind_an_inferred_fin_leaves_nothing_unread),
        TEST(whoever_lacks_data_before_a_fin_does_not_acknowledge_it_unseen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
