/* test_reset_facts.c
 * The facts of a RST: who sent it, whether its number is right, which segment it answers, and why
 * it was sent (RFC 9293 3.5.2, 3.5.3; RFC 5961 3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Reset ------------------------------------------------------------------------------------- */

#define assert_rst(want_by, want_validity, want_reason, want_trigger)                              \
    do {                                                                                           \
        assert_int_equal(shown_facts()->rst.by, want_by);                                          \
        assert_int_equal(shown_facts()->rst.validity, want_validity);                              \
        assert_int_equal(shown_facts()->rst.reason, want_reason);                                  \
        assert_int_equal(shown_facts()->rst.trigger_frame, want_trigger);                          \
    } while (0)

static void only_a_rst_has_facts_of_a_rst(void **state)
{
    (void)state;
    handshake();
    assert_int_equal(shown_facts()->rst.by, 0);
}

static void a_closed_port_answers_the_syn(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, -drive.isn[SERVER], 1, 0); /* its number is 0 (RFC 9293 3.5.2) */
    assert_rst(WHO_SERVER, RST_ANSWERS_SYN, RST_PORT_CLOSED, 1);
}

static void a_refusal_may_have_any_number_but_an_abort_has_the_next_one(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 7777, 1, 0); /* for example from a firewall */
    assert_rst(WHO_SERVER, RST_ANSWERS_SYN, RST_PORT_CLOSED, 1);
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0);
    assert_rst(WHO_SERVER, RST_EXACT, RST_ABORT, 0);
}

static void a_rst_may_fail_to_acknowledge_the_syn(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 77, 0);
    assert_int_equal(shown_facts()->rst.by, WHO_SERVER);
    assert_int_equal(shown_facts()->rst.validity, RST_DOES_NOT_ACK_SYN);
}

static void a_rst_that_answers_a_syn_ack_means_it_was_unexpected(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST, 1, 0, 0);
    assert_rst(WHO_CLIENT, RST_EXACT, RST_UNEXPECTED_SYN_ACK, 2);
}

static void a_syn_ack_with_a_wrong_number_is_a_bad_handshake_ack(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 500, 0);
    client(RST, 500, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_BAD_HANDSHAKE_ACK);
    assert_int_equal(shown_facts()->rst.trigger_frame, 2);
}

static void a_third_segment_with_a_wrong_number_is_a_bad_handshake_ack(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 500, 0);
    server(RST, 500, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_BAD_HANDSHAKE_ACK);
    assert_int_equal(shown_facts()->rst.trigger_frame, 3);
}

static void an_abort_answers_nothing(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    assert_rst(WHO_CLIENT, RST_EXACT, RST_ABORT, 0);
}

static void an_abort_may_leave_data_unread(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(RST | ACK, 1, 101, 0); /* nothing has acknowledged the data before */
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT_UNREAD);
}

static void a_fin_is_nothing_to_read(void **state)
{
    (void)state;
    for (uint32_t len = 0; len < 2; len++) {
        begin(NULL);
        handshake();
        client(FIN | ACK, 1, 1, len);
        server(RST | ACK, 1, 2 + len, 0); /* the first to acknowledge it */
        assert_int_equal(shown_facts()->rst.reason, len ? RST_ABORT_UNREAD : RST_ABORT);
    }
}

/* So that it does not matter which was captured first. */
static void what_an_abort_does_not_acknowledge_was_on_its_way(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(RST | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

/* The client closes; the server sends this many bytes more, which are acknowledged, and long after
 * that the client aborts. */
static uint8_t reason_of_abort_after_fin(uint32_t bytes)
{
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(PSH | ACK, 1, 2, bytes);
    client(ACK, 2, 1 + bytes, 0);
    wait_for(SECOND);
    server(ACK, 1 + bytes, 2, 0);
    wait_for(SECOND);
    client(RST | ACK, 2, 1 + bytes, 0);
    return shown_facts()->rst.reason;
}

static void data_that_arrive_after_a_close_stay_unread(void **state)
{
    (void)state; /* RFC 9293 3.6.1 */
    assert_int_equal(reason_of_abort_after_fin(0), RST_ABORT);
    assert_int_equal(reason_of_abort_after_fin(1), RST_ABORT_UNREAD);
    place("CLOSE-WAIT / FIN-WAIT-2"); /* it is the server that has closed */
    client(PSH | ACK, 1, 2, 1);
    server(ACK, 2, 2, 0);
    wait_for(SECOND);
    client(RST | ACK, 2, 2, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

static void data_to_a_closed_endpoint_are_data_after_close(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(PSH | ACK, 1, 2, 100);
    client(RST, 2, 0, 0);
    assert_int_equal(shown_facts()->rst.by, WHO_CLIENT);
    assert_int_equal(shown_facts()->rst.reason, RST_DATA_AFTER_CLOSE);
    assert_int_equal(shown_facts()->rst.trigger_frame, 6);
}

static void a_restarted_endpoint_has_a_half_open_connection(void **state)
{
    (void)state;
    handshake();
    wait_for(100 * SECOND);
    client(SYN, 9000, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 4);
    client(RST, 1, 0, 0);
    assert_rst(WHO_CLIENT, RST_EXACT, RST_HALF_OPEN, 5);
}

static void unanswered_probes_end_in_a_timeout(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    for (unsigned i = 0; i < 3; i++) {
        wait_for(10 * SECOND);
        client(ACK, 10, 1, 0); /* keep-alive */
    }
    wait_for(10 * SECOND);
    client(RST | ACK, 11, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_TIMEOUT);
}

/* The reason of a RST of the client after this many unanswered segments. */
static uint8_t reason_after(unsigned count, uint32_t seq, uint32_t len)
{
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 10);
    window(0);
    server(ACK, 1, 11, 0);
    for (unsigned i = 0; i < count; i++) {
        wait_for(10 * SECOND);
        client(ACK, seq, 1, len);
    }
    wait_for(10 * SECOND);
    client(RST | ACK, 11, 1, 0);
    return shown_facts()->rst.reason;
}

static void one_retransmission_is_no_timeout(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 10);
    client(RST | ACK, 11, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

static void two_unanswered_attempts_end_in_a_timeout(void **state)
{
    static const uint32_t tries[][2] = {{10, 0}, {10, 1}, {11, 1}, {1, 10}};

    (void)state; /* keep-alives without and with data, window probes, retransmissions */
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        assert_int_equal(reason_after(1, tries[i][0], tries[i][1]), RST_ABORT);
        assert_int_equal(reason_after(2, tries[i][0], tries[i][1]), RST_TIMEOUT);
    }
}

static void a_retransmission_need_not_be_the_newest_segment(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    client(ACK, 11, 1, 10);
    server(ACK, 1, 21, 0);
    for (unsigned i = 0; i < 2; i++) {
        wait_for(10 * SECOND);
        client(ACK, 1, 1, 10);
    }
    client(RST | ACK, 21, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_TIMEOUT);
}

static void the_validity_of_a_rst_depends_on_its_number(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    begin(NULL);
    handshake();
    exchange_data();
    client(RST, 500, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_IN_WINDOW);
    begin(NULL);
    handshake();
    exchange_data();
    client(RST, 1 + 2 * WINDOW, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    client(ACK, 101, 1, 100);
    client(RST, 101, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_CANNOT_TELL);
}

/* RFC 9293 3.8.6.1, 3.10.7.4: a receiver without room refuses the byte. */
static void a_rst_behind_a_refused_window_probe_is_not_exact(void **state)
{
    (void)state;
    probe_closed_window();
    window(0);
    server(ACK, 1, 1 + WINDOW, 0);
    client(RST | ACK, 2 + WINDOW, 1, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
    assert_shows("Data transfer", "CLOSED / ESTABLISHED");
    client(RST | ACK, 1 + WINDOW, 1, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_window_probe_that_is_acknowledged_was_taken(void **state)
{
    (void)state;
    probe_closed_window();
    server(ACK, 1, 2 + WINDOW, 0);
    client(RST | ACK, 2 + WINDOW, 1, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void with_an_unknown_window_only_exact_is_certain(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST, 601, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_CANNOT_TELL);
    begin(NULL);
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST, 101, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    begin(NULL);
    client(RST, 1, 0, 0);
    assert_rst(WHO_CLIENT, RST_CANNOT_TELL, RST_REASON_UNKNOWN, 0);
}

static void a_rst_that_answers_time_wait_is_recognized(void **state)
{
    (void)state; /* RFC 1337: an old segment, the ACK of TIME-WAIT, a RST */
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0);
    server(ACK, 2, 2, 0);
    client(RST, 2, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ANSWERS_TIME_WAIT);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    place("CLOSED / TIME-WAIT");
    client(RST | ACK, 2, 2, 0); /* nobody answers so */
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

/* -- The segment that it answers --------------------------------------------------------------- */

static void an_answer_comes_within_two_round_trips(void **state)
{
    (void)state; /* plus processing time; a second if the round trip is unknown */
    for (int i = 0; i < 2; i++) {
        place("FIN-WAIT-2 / CLOSE-WAIT");
        server(PSH | ACK, 1, 2, 100);
        wait_for(4 * TICK + 50 * MILLISECOND + i);
        client(RST, 2, 0, 0);
        assert_int_equal(shown_facts()->rst.trigger_frame, i == 0 ? 6 : 0);
        begin(NULL);
        client(ACK, 1, 1, 100);
        wait_for(SECOND + i);
        server(RST, 1, 0, 0);
        assert_int_equal(shown_facts()->rst.trigger_frame, i == 0 ? 1 : 0);
    }
}

static void what_was_acknowledged_is_not_answered_by_a_rst(void **state)
{
    (void)state; /* the RST was forged, or follows from something else */
    for (int acknowledged = 0; acknowledged < 2; acknowledged++) {
        handshake();
        server(FIN | ACK, 1, 1, 0);
        if (acknowledged)
            client(ACK, 1, 2, 0);
        client(RST, 1, 0, 0);
        assert_int_equal(shown_facts()->rst.trigger_frame, acknowledged ? 0 : 4);
        assert_int_equal(shown_facts()->rst.reason, acknowledged ? RST_ABORT : RST_HALF_OPEN);
    }
}

/* Either the capture has them in the wrong order, or it lacks the first copy of the data. */
static void an_ack_captured_before_the_data_leaves_open_whether_the_rst_answers_them(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 101, 0);
    wait_for(0);
    client(PSH | ACK, 1, 1, 100); /* captured at the same time, but behind it */
    server(RST, 1, 0, 0);
    assert_rst(WHO_SERVER, RST_EXACT, RST_REASON_UNKNOWN, 0);
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    wait_for(-MILLISECOND); /* a clock that was set back changes nothing */
    server(ACK, 1, 101, 0);
    server(RST, 1, 0, 0);
    assert_rst(WHO_SERVER, RST_EXACT, RST_ABORT, 0);
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(PSH | ACK, 1, 1, 100); /* sent again: the server has forgotten what it acknowledged */
    server(RST, 1, 0, 0);
    assert_rst(WHO_SERVER, RST_EXACT, RST_HALF_OPEN, 6);
}

static void an_ack_of_what_came_before_it_does_not_acknowledge_it(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.trigger_frame, 4);
    begin(NULL);
    handshake();
    server(PSH | ACK, 1, 1, 10); /* nor is the third step acknowledged by data */
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.trigger_frame, 3);
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    server(ACK, 1, 1, 0); /* late: the other one has taken the data */
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.trigger_frame, 0);
}

static void the_newest_of_two_segments_is_answered(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 101, 1, 100);
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.trigger_frame, 5);
}

static void a_rst_that_answers_a_syn_has_number_0_unless_its_sender_is_silent(void **state)
{
    (void)state;
    for (int zero = 0; zero <= 1; zero++) {
        begin(NULL);
        handshake();
        wait_for(10 * SECOND);
        client(SYN, 9000, 0, 0);
        server(RST | ACK, zero ? 0u - drive.isn[SERVER] : 1, 9001, 0);
        assert_int_equal(shown_facts()->rst.trigger_frame, zero ? 4 : 0);
    }
}

/* -- Validity ---------------------------------------------------------------------------------- */

static void the_acknowledged_and_the_captured_end_are_both_exact(void **state)
{
    static const struct {
        uint32_t number;
        uint8_t validity;
    } cases[] = {{1, RST_EXACT}, {51, RST_CANNOT_TELL}, {101, RST_EXACT}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(NULL);
        handshake();
        client(ACK, 1, 1, 100);
        client(RST, cases[i].number, 0, 0);
        assert_int_equal(shown_facts()->rst.validity, cases[i].validity);
    }
}

static void the_rejection_of_an_answer_to_an_old_syn_is_exact(void **state)
{
    (void)state; /* RFC 9293 3.5, figure 8 */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, (uint32_t)-9, 0);
    client(RST, (uint32_t)-9, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

/* -- Reason ------------------------------------------------------------------------------------ */

static void a_rst_with_a_wrong_number_is_no_abort(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 1 + 5 * WINDOW, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_REASON_UNKNOWN);
    place("SYN-SENT / SYN-RECEIVED");
    server(RST | ACK, 0, 77, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_REASON_UNKNOWN);
}

static void in_syn_sent_an_old_connection_is_half_open(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 9 */
    client(SYN, 0, 0, 0);
    server(ACK, 300, (uint32_t)-4000, 0);
    client(RST, (uint32_t)-4000, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    assert_int_equal(shown_facts()->rst.trigger_frame, 2);
}

static void a_closed_endpoint_answers_data_after_close(void **state)
{
    (void)state;
    handshake();
    server(RST | ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_DATA_AFTER_CLOSE);
}

static void whoever_answers_a_third_step_has_no_such_connection(void **state)
{
    (void)state;
    handshake();
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 10); /* carries data, too */
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    server(RST, 11, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    begin(NULL);
    handshake();
    client(ACK, 1, 0, 0);
    server(RST, 0, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
}

static void an_ack_that_something_unseen_has_drawn_tells_of_no_half_open_connection(void **state)
{
    (void)state; /* the server may have aborted, with a RST that drew a challenge ACK */
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(ACK, 11, 1, 10);
    server(ACK, 1, 21, 0); /* this draws nothing */
    client(ACK, 21, 1, 0);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_REASON_UNKNOWN);
    assert_int_equal(shown_facts()->rst.trigger_frame, 8);
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 0, 11, 0); /* a keep-alive: it may be what draws the ACK */
    client(ACK, 11, 1, 0);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 10);
    client(ACK, 10, 1, 0); /* a keep-alive needs nothing to draw it */
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    begin(NULL);
    client(PSH | ACK, 1, 1, 10); /* all that the server has sent is missing */
    client(ACK, 11, 1, 0);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
}

/* The SYN has acknowledged nothing, not even the number 0, which the third step acknowledges. */
static void the_third_step_repeats_no_ack(void **state)
{
    (void)state;
    drive.isn[SERVER] = UINT32_MAX;
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 0); /* one direction is late */
    client(ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
}

static void who_got_an_answer_in_between_has_not_tried_in_vain(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    for (unsigned i = 0; i < 3; i++) {
        wait_for(10 * SECOND);
        client(ACK, 1, 1, 10);
        server(ACK, 1, 1, 0); /* something else is missing */
    }
    client(RST | ACK, 11, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

static void whoever_repeats_another_than_the_first_unanswered_segment_has_not_given_up(void **state)
{
    (void)state; /* RFC 6298 5.4: so the ACKs of the segments before are missing */
    for (unsigned missing = 0; missing < 2; missing++) {
        begin(NULL);
        handshake();
        client(ACK, 1, 1, 10);
        if (!missing)
            server(ACK, 1, 11, 0);
        for (unsigned i = 0; i < 3; i++) {
            wait_for(10 * SECOND);
            client(ACK, 11, 1, 10);
        }
        client(RST | ACK, 21, 1, 0);
        assert_int_equal(shown_facts()->rst.reason, missing ? RST_ABORT : RST_TIMEOUT);
    }
}

static void an_ack_with_another_number_is_no_challenge_ack(void **state)
{
    (void)state;
    handshake();
    client(SYN, 5000, 0, 0);
    server(ACK, 101, 1, 0); /* data before it were not captured */
    assert_int_equal(shown_facts()->challenge_ack, 0);
    begin(NULL);
    handshake();
    client(SYN, 5000, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 4);
}

static void a_segment_without_ack_is_no_challenge_ack(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 1);
    server(ACK, 1, 2, 0); /* the raw number is 0 */
    client(SYN, 5000, 0, 0);
    server(AE, 1, 0, 0); /* its acknowledgment number may be anything */
    assert_int_equal(shown_facts()->challenge_ack, 0);
}

static void a_rst_outside_the_window_is_not_challenged(void **state)
{
    (void)state; /* it is dropped without an answer (RFC 5961 3) */
    handshake();
    exchange_data();
    client(RST, 1 + 5 * WINDOW, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
    client(RST, 101, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 9);
}

/* Though the RST has the number of an ACK that came before. */
static void whoever_opens_anew_knows_nothing_of_the_connection(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 5000, 0, 0);
    client(RST, 1, 0, 0);
    assert_string_equal(rst_reason_text(shown_facts()->rst.reason), "Half-open connection");
}

/* A byte that is captured behind its ACK is neither a probe nor sent again. */
static void a_byte_captured_late_is_no_unanswered_attempt(void **state)
{
    (void)state;
    for (unsigned late = 0; late < 2; late++) {
        begin(NULL);
        handshake();
        client(PSH | ACK, 1, 1, 10);
        if (late)
            server(ACK, 1, 12, 0);
        client(PSH | ACK, 11, 1, 1);
        if (!late)
            server(ACK, 1, 12, 0);
        wait_for(SECOND);
        client(ACK, 11, 1, 0);
        wait_for(SECOND);
        client(RST | ACK, 12, 1, 0);
        assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
    }
}

/* Without it may as well answer what the capture lacks. */
static void only_with_ack_a_rst_tells_of_unread_data(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        const bool with_ack = i & 1, closed = i & 2, got = closed && i & 4;
        const uint32_t next = closed ? 2 : 1;

        begin(NULL);
        handshake();
        if (closed)
            client(FIN | ACK, 1, 1, 0);
        server(PSH | ACK, 1, next, 10);
        if (got)
            client(ACK, next, 11, 0);
        wait_for(10 * SECOND);
        client(with_ack ? RST | ACK : RST, next, 11, 0);
        assert_int_equal(shown_facts()->rst.reason, with_ack ? RST_ABORT_UNREAD : RST_ABORT);
    }
}

/* The reason of a RST of the server, which has sent nothing but its SYN-ACK. */
static rst_reason_t reason_behind_syn_ack(bool third_step, unsigned flags, uint32_t seq)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    if (third_step)
        client(ACK, 1, 1, 0);
    server(flags, seq, 1, 0);
    return shown_facts()->rst.reason;
}

static void a_rst_beyond_the_syn_ack_answers_a_missing_ack(void **state)
{
    (void)state;
    assert_int_equal(reason_behind_syn_ack(false, RST, 5001), RST_REASON_UNKNOWN);
    assert_int_equal(reason_behind_syn_ack(false, RST | ACK, 5001), RST_ABORT);
    assert_int_equal(reason_behind_syn_ack(false, RST, 1), RST_ABORT);
    assert_int_equal(reason_behind_syn_ack(true, RST, 5001), RST_ABORT);
}

static void a_rst_of_syn_sent_answers_a_missing_syn_ack(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_REASON_UNKNOWN);
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(RST | ACK, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
    handshake();
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_a_rst_has_facts_of_a_rst),
        TEST(a_closed_port_answers_the_syn),
        TEST(a_refusal_may_have_any_number_but_an_abort_has_the_next_one),
        TEST(a_rst_may_fail_to_acknowledge_the_syn),
        TEST(a_rst_that_answers_a_syn_ack_means_it_was_unexpected),
        TEST(a_syn_ack_with_a_wrong_number_is_a_bad_handshake_ack),
        TEST(a_third_segment_with_a_wrong_number_is_a_bad_handshake_ack),
        TEST(an_abort_answers_nothing),
        TEST(an_abort_may_leave_data_unread),
        TEST(a_fin_is_nothing_to_read),
        TEST(what_an_abort_does_not_acknowledge_was_on_its_way),
        TEST(data_that_arrive_after_a_close_stay_unread),
        TEST(data_to_a_closed_endpoint_are_data_after_close),
        TEST(a_restarted_endpoint_has_a_half_open_connection),
        TEST(unanswered_probes_end_in_a_timeout),
        TEST(one_retransmission_is_no_timeout),
        TEST(two_unanswered_attempts_end_in_a_timeout),
        TEST(a_retransmission_need_not_be_the_newest_segment),
        TEST(the_validity_of_a_rst_depends_on_its_number),
        TEST(a_rst_behind_a_refused_window_probe_is_not_exact),
        TEST(a_window_probe_that_is_acknowledged_was_taken),
        TEST(with_an_unknown_window_only_exact_is_certain),
        TEST(a_rst_that_answers_time_wait_is_recognized),
        TEST(an_answer_comes_within_two_round_trips),
        TEST(what_was_acknowledged_is_not_answered_by_a_rst),
        TEST(an_ack_captured_before_the_data_leaves_open_whether_the_rst_answers_them),
        TEST(an_ack_of_what_came_before_it_does_not_acknowledge_it),
        TEST(the_newest_of_two_segments_is_answered),
        TEST(a_rst_that_answers_a_syn_has_number_0_unless_its_sender_is_silent),
        TEST(the_acknowledged_and_the_captured_end_are_both_exact),
        TEST(the_rejection_of_an_answer_to_an_old_syn_is_exact),
        TEST(a_rst_with_a_wrong_number_is_no_abort),
        TEST(in_syn_sent_an_old_connection_is_half_open),
        TEST(a_closed_endpoint_answers_data_after_close),
        TEST(the_third_step_repeats_no_ack),
        TEST(who_got_an_answer_in_between_has_not_tried_in_vain),
        TEST(whoever_repeats_another_than_the_first_unanswered_segment_has_not_given_up),
        TEST(an_ack_with_another_number_is_no_challenge_ack),
        TEST(a_segment_without_ack_is_no_challenge_ack),
        TEST(a_rst_outside_the_window_is_not_challenged),
        TEST(whoever_answers_a_third_step_has_no_such_connection),
        TEST(an_ack_that_something_unseen_has_drawn_tells_of_no_half_open_connection),
        TEST(whoever_opens_anew_knows_nothing_of_the_connection),
        TEST(a_byte_captured_late_is_no_unanswered_attempt),
        TEST(only_with_ack_a_rst_tells_of_unread_data),
        TEST(a_rst_beyond_the_syn_ack_answers_a_missing_ack),
        TEST(a_rst_of_syn_sent_answers_a_missing_syn_ack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
