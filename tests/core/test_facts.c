/* test_facts.c
 * Facts of single segments besides states and steps: times and counts of the handshake, who closed
 * and how, which ACK is a challenge ACK. For the facts of a RST see test_reset_facts.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Handshake --------------------------------------------------------------------------------- */

static void a_syn_ack_names_the_syn_and_the_number_it_should_acknowledge(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_false(shown_facts()->handshake.ack_judged);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.syn_frame, 1);
    assert_true(shown_facts()->handshake.ack_judged && shown_facts()->handshake.ack_ok);
    assert_int_equal(shown_facts()->handshake.ack_expected, drive.isn[CLIENT] + 1);
}

static void step_3_names_the_syn_ack_and_the_number_it_should_acknowledge(void **state)
{
    (void)state;
    handshake();
    assert_int_equal(shown_facts()->handshake.synack_frame, 2);
    assert_true(shown_facts()->handshake.ack_judged && shown_facts()->handshake.ack_ok);
    assert_int_equal(shown_facts()->handshake.ack_expected, drive.isn[SERVER] + 1);
    client(ACK, 1, 1, 10);
    assert_false(shown_facts()->handshake.ack_judged);
}

static void a_wrong_number_is_not_ok(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 2, 0);
    assert_true(shown_facts()->handshake.ack_judged);
    assert_false(shown_facts()->handshake.ack_ok);
    assert_int_equal(shown_facts()->handshake.ack_expected, drive.isn[CLIENT] + 1);
}

static void with_data_on_the_syn_every_number_up_to_its_end_is_ok(void **state)
{
    (void)state;
    for (uint32_t ack = 0; ack <= 102; ack++) {
        begin(NULL);
        fast_open();
        client(SYN, 0, 0, 100);
        server(SYN | ACK, 0, ack, 0);
        assert_int_equal(shown_facts()->handshake.ack_ok, ack >= 1 && ack <= 101);
    }
}

static void whatever_should_acknowledge_a_syn_is_judged(void **state)
{
    (void)state;
    handshake();
    server(SYN | ACK, 0, 1, 0); /* a retransmission */
    assert_true(shown_facts()->handshake.ack_judged && shown_facts()->handshake.ack_ok);
    client(ACK, 1, 1, 0);
    assert_true(shown_facts()->handshake.ack_judged && shown_facts()->handshake.ack_ok);
    place("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 0, 10);
    assert_true(shown_facts()->handshake.ack_judged);
    assert_false(shown_facts()->handshake.ack_ok);
}

static void what_acknowledges_no_syn_is_not_judged(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(SYN | ACK, 0, 1, 0); /* in the wrong direction */
    assert_false(shown_facts()->handshake.ack_judged);
    place("ESTABLISHED / SYN-RECEIVED");
    client(SYN | FIN | ACK, 1, 500, 0);
    assert_false(shown_facts()->handshake.ack_judged);
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0); /* what it acknowledges was not captured */
    assert_false(shown_facts()->handshake.ack_judged);
}

static void only_the_first_syn_ack_measures_a_round_trip(void **state)
{
    (void)state; /* a later one was sent when a timer expired */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);
    begin(NULL);
    client(SYN, 0, 0, 0);
    timestamps(100, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    timestamps(200, 0);
    server(SYN | ACK, 0, 1, 0);
    timestamps(5, 200);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_client, TICK);
    assert_int_equal(shown_facts()->handshake.rtt, NO_TIME);
}

static void a_simultaneous_open_measures_from_the_senders_own_syn(void **state)
{
    (void)state;
    for (unsigned copies = 1; copies <= 2; copies++) {
        begin(NULL);
        for (unsigned i = 0; i < copies; i++)
            client(SYN, 0, 0, 0);
        wait_for(30 * MILLISECOND);
        server(SYN, 0, 0, 0);
        client(ACK, 1, 1, 0);
        assert_phase("Handshake 3/3");
        assert_int_equal(shown_facts()->handshake.synack_frame, 0);
        assert_int_equal(shown_facts()->handshake.rtt,
                         copies == 1 ? 30 * MILLISECOND + TICK : NO_TIME);
    }
}

static void the_round_trip_is_measured_in_two_halves(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_int_equal(shown_facts()->handshake.rtt, NO_TIME);
    wait_for(30 * MILLISECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, 30 * MILLISECOND);
    assert_int_equal(shown_facts()->handshake.rtt_client, NO_TIME);
    wait_for(5 * MILLISECOND);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, 35 * MILLISECOND);
    assert_int_equal(shown_facts()->handshake.rtt_client, 5 * MILLISECOND);
}

static void a_repeated_syn_makes_the_servers_half_ambiguous(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_true(shown_facts()->handshake.counted);
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 1);
    client(SYN, 0, 0, 0);
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 2);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, NO_TIME);
    assert_int_equal(shown_facts()->handshake.rtt_client, TICK);
}

static void timestamps_settle_which_syn_was_answered(void **state)
{
    (void)state;
    timestamps(100, 0);
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    timestamps(200, 0);
    client(SYN, 0, 0, 0);
    timestamps(7000, 200);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, TICK);
}

static void equal_timestamps_settle_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        timestamps(100, 0);
        client(SYN, 0, 0, 0);
    }
    timestamps(7000, 100);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);
}

static void a_repeated_syn_ack_makes_the_clients_half_ambiguous(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.synack_retransmissions, 1);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_client, NO_TIME);
}

/* The handshake's type, which exactly one segment shows. */
static uint8_t shown_type;

static void note_type(void)
{
    if (shown_facts()->handshake.type) {
        assert_int_equal(shown_type, 0);
        shown_type = shown_facts()->handshake.type;
    }
}

static void each_type_of_handshake_is_shown_once(void **state)
{
    (void)state;
    shown_type = 0;
    for (unsigned i = 0; i < 3; i++) {
        client(i == 0 ? SYN : ACK, i ? 1 : 0, 1, 0);
        note_type();
        server(i == 0 ? SYN | ACK : ACK, i ? 1 : 0, 1, 0);
        note_type();
    }
    assert_int_equal(shown_type, HANDSHAKE_THREE_WAY);

    shown_type = 0;
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 100);
    note_type();
    server(SYN | ACK, 0, 101, 0);
    note_type();
    client(ACK, 101, 1, 0);
    note_type();
    assert_int_equal(shown_type, HANDSHAKE_FAST_OPEN);

    shown_type = 0;
    begin(NULL);
    fast_open();
    drive.isn[SERVER] = drive.isn[CLIENT] + 100; /* so that both ACK numbers are the same */
    client(SYN, 0, 0, 100);
    note_type();
    server(SYN | ACK, 0, 1, 0); /* does not accept the data */
    note_type();
    client(ACK, 1, 1, 0);
    note_type();
    assert_int_equal(shown_type, HANDSHAKE_THREE_WAY);

    shown_type = 0;
    begin(NULL);
    client(SYN, 0, 0, 0);
    note_type();
    server(SYN, 0, 0, 0);
    note_type();
    client(SYN | ACK, 0, 1, 0);
    note_type();
    server(SYN | ACK, 0, 1, 0);
    note_type();
    client(ACK, 1, 1, 0);
    note_type();
    assert_int_equal(shown_type, HANDSHAKE_SIMULTANEOUS);

    shown_type = 0;
    begin(NULL);
    client(ACK, 1, 1, 10);
    note_type();
    server(ACK, 1, 11, 0);
    note_type();
    assert_int_equal(shown_type, HANDSHAKE_NOT_CAPTURED);
}

static void a_three_way_handshake_is_one_with_its_third_step(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.type, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.type, HANDSHAKE_THREE_WAY);
    begin(NULL);
    server(SYN | ACK, 0, 1, 0); /* even if the SYN was not captured */
    assert_int_equal(shown_facts()->handshake.type, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.type, HANDSHAKE_THREE_WAY);
}

static void one_byte_makes_a_fast_open(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 1);
    server(SYN | ACK, 0, 2, 0);
    assert_int_equal(shown_facts()->handshake.type, HANDSHAKE_FAST_OPEN);
}

/* -- Close ------------------------------------------------------------------------------------- */

static void who_closes_is_settled_by_step_2_or_step_3(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    assert_int_equal(shown_facts()->close.initiator, 0);
    server(ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_CLIENT);
    server(FIN | ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.initiator, 0);
    place("CLOSE-WAIT / FIN-WAIT-1");
    client(FIN | ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_SERVER);
    place("CLOSING / CLOSING");
    assert_int_equal(shown_facts()->close.initiator, WHO_BOTH);
}

static void an_ack_of_a_fin_names_it(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(FIN | ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.fin_frame, 4);
    client(ACK, 2, 2, 0);
    assert_int_equal(shown_facts()->close.fin_frame, 5);
    place("ESTABLISHED / ESTABLISHED");
    client(FIN, 1, 0, 0); /* frame 4: taken though it has no ACK */
    server(ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.fin_frame, 4);
}

static void repeated_fins_are_counted(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    client(FIN | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.fin_retransmissions, 1);
    client(FIN | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.fin_retransmissions, 2);
}

static void the_times_of_a_close_are_given(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.half_closed_time, NO_TIME);
    wait_for(3 * SECOND);
    server(FIN | ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.half_closed_time, 3 * SECOND + TICK);
    assert_int_equal(shown_facts()->close.duration, NO_TIME);
    client(ACK, 2, 2, 0);
    assert_int_equal(shown_facts()->close.duration, 3 * SECOND + 2 * TICK);
}

static void the_holder_of_time_wait_is_shown_once_it_is_settled(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    assert_int_equal(shown_facts()->close.time_wait, WHO_CLIENT);
    place("CLOSED / TIME-WAIT");
    assert_int_equal(shown_facts()->close.time_wait, WHO_SERVER);
    place("TIME-WAIT / TIME-WAIT");
    assert_int_equal(shown_facts()->close.time_wait, WHO_BOTH);
}

/* -- Challenge ACKs ---------------------------------------------------------------------------- */

static void a_rst_in_the_window_is_challenged(void **state)
{
    (void)state; /* RFC 5961 3.2 */
    handshake();
    exchange_data();
    client(RST, 500, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 7);
}

static void an_ack_of_unsent_data_is_challenged(void **state)
{
    (void)state; /* RFC 5961 5.2 */
    handshake();
    client(ACK, 1, 50000, 10);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 4);
}

static void every_rst_in_the_window_is_challenged(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 500, 0, 0);
    client(RST, 600, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 8);
    place("ESTABLISHED / SYN-RECEIVED"); /* RFC 9293 3.10.7.4, second check */
    client(RST, 500, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 3);
}

static void only_a_synchronized_endpoint_challenges_a_syn_or_an_ack(void **state)
{
    (void)state; /* RFC 5961 4, 5 */
    place("ESTABLISHED / SYN-RECEIVED");
    client(SYN, 7000, 0, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
    place("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 1, 500, 0);
    server(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
}

static void a_closed_endpoint_sends_no_challenge_ack(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    client(RST, 101, 0, 0);
    server(ACK, 1, 1, 0); /* sent before the first RST arrived */
    assert_int_equal(shown_facts()->challenge_ack, 0);
}

static void an_ack_with_news_is_no_challenge(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(RST, 601, 0, 0);
    server(ACK, 1, 101, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
    server(ACK, 1, 101, 0); /* after another ACK in between it is uncertain */
    assert_int_equal(shown_facts()->challenge_ack, 0);
}

static void an_ordinary_ack_is_no_challenge(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
    client(ACK, 1, 1, 100); /* a duplicate */
    server(ACK, 1, 101, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
    client(ACK, 1 + 3 * WINDOW, 1, 100); /* out of window */
    server(ACK, 1, 101, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
}

static void step_3_counts_the_syn_acks_of_the_other_side(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 0);
    assert_int_equal(shown_facts()->handshake.synack_retransmissions, 1);
}

/* The server's FIN is inferred first, and captured late. */
static void the_first_fin_counts_from_its_capture(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    wait_for(SECOND);
    client(ACK, 101, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    wait_for(SECOND);
    server(FIN | ACK, 1, 101, 0);
    assert_phase("Teardown 1/4");
    wait_for(2 * SECOND);
    client(FIN | ACK, 101, 2, 0);
    assert_int_equal(shown_facts()->close.half_closed_time, 2 * SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_syn_ack_names_the_syn_and_the_number_it_should_acknowledge),
        TEST(step_3_names_the_syn_ack_and_the_number_it_should_acknowledge),
        TEST(a_wrong_number_is_not_ok),
        TEST(with_data_on_the_syn_every_number_up_to_its_end_is_ok),
        TEST(whatever_should_acknowledge_a_syn_is_judged),
        TEST(what_acknowledges_no_syn_is_not_judged),
        TEST(only_the_first_syn_ack_measures_a_round_trip),
        TEST(a_simultaneous_open_measures_from_the_senders_own_syn),
        TEST(the_round_trip_is_measured_in_two_halves),
        TEST(a_repeated_syn_makes_the_servers_half_ambiguous),
        TEST(timestamps_settle_which_syn_was_answered),
        TEST(equal_timestamps_settle_nothing),
        TEST(a_repeated_syn_ack_makes_the_clients_half_ambiguous),
        TEST(each_type_of_handshake_is_shown_once),
        TEST(a_three_way_handshake_is_one_with_its_third_step),
        TEST(one_byte_makes_a_fast_open),
        TEST(who_closes_is_settled_by_step_2_or_step_3),
        TEST(an_ack_of_a_fin_names_it),
        TEST(repeated_fins_are_counted),
        TEST(the_times_of_a_close_are_given),
        TEST(the_holder_of_time_wait_is_shown_once_it_is_settled),
        TEST(a_rst_in_the_window_is_challenged),
        TEST(an_ack_of_unsent_data_is_challenged),
        TEST(every_rst_in_the_window_is_challenged),
        TEST(only_a_synchronized_endpoint_challenges_a_syn_or_an_ack),
        TEST(a_closed_endpoint_sends_no_challenge_ack),
        TEST(an_ack_with_news_is_no_challenge),
        TEST(an_ordinary_ack_is_no_challenge),
        TEST(step_3_counts_the_syn_acks_of_the_other_side),
        TEST(the_first_fin_counts_from_its_capture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
