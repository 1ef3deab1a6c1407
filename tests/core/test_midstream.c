/* test_midstream.c
 * Midstream and one-way captures: what the first segments prove, which side is the client, and how
 * certain that is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- The first segment ------------------------------------------------------------------------- */

static void data_or_an_ack_mean_established(void **state)
{
    (void)state;
    for (uint32_t len = 0; len <= 100; len += 100) {
        begin(NULL);
        client(ACK, 1, 1, len);
        assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
        assert_bases("Guessed / Guessed");
        assert_milestones("");
        assert_int_equal(drive.shown.status.roles, ROLES_GUESSED);
        assert_int_equal(drive.shown.previous[ROLE_CLIENT], STATE_UNKNOWN);
        assert_int_equal(drive.shown.previous[ROLE_SERVER], STATE_UNKNOWN);
    }
}

static void a_fin_means_that_the_close_begins(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    assert_bases("Guessed / Guessed");
    server(ACK, 1, 2, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
    assert_int_equal(shown_facts()->close.fin_frame, 1);
    server(FIN | ACK, 1, 2, 0);
    assert_shows("Teardown 3/4", "TIME-WAIT / LAST-ACK");
    client(ACK, 2, 2, 0);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void a_fin_that_begins_the_capture_may_be_refuted_after_a_second(void **state)
{
    (void)state; /* with an unknown round trip, after a second */
    client(FIN | ACK, 1, 1, 0);
    wait_for(500 * MILLISECOND);
    client(PSH | ACK, 1, 1, 100); /* data at the FIN's number */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 100);
    assert_states("ESTABLISHED / CLOSE-WAIT");

    begin(NULL);
    client(FIN | ACK, 1, 1, 0);
    wait_for(500 * MILLISECOND);
    server(PSH | ACK, 1, 1, 100); /* may have crossed the FIN */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    server(PSH | ACK, 101, 1, 100);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
}

static void a_fin_that_begins_the_capture_has_arrived(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    client(RST, 1, 0, 0); /* does not count its FIN's number */
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_syn_ack_means_that_a_syn_was_sent(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN_ACK);
    assert_int_equal(drive.shown.direction, DIRECTION_TO_CLIENT);
    assert_bases("Guessed / Guessed");
    client(ACK, 1, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    client(ACK, 1, 1, 10);
    assert_phase("Data transfer");
}

static void a_syn_ack_overrides_the_roles_guessed_from_the_ports(void **state)
{
    (void)state;
    client(SYN | ACK, 0, 1, 0); /* from the high port */
    assert_int_equal(drive.shown.status.client_side, SERVER);
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN_ACK);
}

static void a_syn_ack_alone_is_still_step_2(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_phase("Handshake 2/3 (retransmission)");
    assert_int_equal(shown_facts()->handshake.synack_retransmissions, 1);
    server(SYN | ACK, 0, 50, 0); /* answers another SYN */
    assert_int_equal(drive.shown.handshake_step, 0);
    server(SYN | ACK, 0, 0, 0);
    assert_int_equal(drive.shown.handshake_step, 0);

    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.synack_frame, 1);
    assert_int_equal(shown_facts()->handshake.rtt_client, TICK);
    client(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3 (retransmission)");
}

static void a_syn_ack_with_a_window_scale_answers_a_syn_with_one(void **state)
{
    (void)state; /* RFC 7323 1.3 */
    window_scale(7);
    server(SYN | ACK, 0, 1, 0);
    window(100);
    server(ACK, 1, 1, 100);
    client(ACK, 1, 101, 0);
    client(RST, 12000, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_IN_WINDOW);
    client(RST, 13000, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
}

static void one_segment_shows_what_both_endpoints_expect(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    begin(NULL);
    client(ACK, 1, 1, 100);
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

static void a_segment_without_ack_begins_nothing(void **state)
{
    (void)state;
    client(PSH, 1, 0, 10);
    assert_shows("Unknown", "Unknown / Unknown");
    assert_bases("Unknown / Unknown");
    client(FIN, 1, 0, 0);
    assert_shows("Unknown", "Unknown / Unknown");
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void a_syn_after_stray_segments_settles_the_roles(void **state)
{
    (void)state;
    client(PSH, 1, 0, 10);
    server(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_int_equal(drive.shown.status.client_side, SERVER);
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN);
}

/* -- Roles ------------------------------------------------------------------------------------- */

static void ports_decide_which_side_is_the_client(void **state)
{
    static const struct {
        uint16_t port[2];
        unsigned first; /* the side that sends the first segment */
        unsigned client_side;
    } cases[] = {
        {{40000, 80}, 0, 0},   {{40000, 80}, 1, 0},   {{80, 40000}, 0, 1},    {{1023, 1024}, 0, 1},
        {{40000, 8080}, 1, 0}, {{8080, 40000}, 1, 1}, {{22, 80}, 0, 1},       {{80, 22}, 1, 0},
        {{179, 179}, 0, 0},    {{179, 179}, 1, 1},    {{40000, 40000}, 1, 1}, {{1024, 1023}, 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_between(cases[i].port[0], cases[i].port[1]);
        send_from(cases[i].first, ACK, 1, 1, 10);
        assert_int_equal(drive.shown.status.client_side, cases[i].client_side);
        assert_int_equal(drive.shown.direction, cases[i].first == cases[i].client_side
                                                    ? DIRECTION_TO_SERVER
                                                    : DIRECTION_TO_CLIENT);
    }
}

static void roles_never_flip(void **state)
{
    (void)state;
    begin_between(80, 40000); /* client() speaks for the server now */
    client(ACK, 1, 1, 10);
    assert_int_equal(drive.shown.status.client_side, SERVER);
    for (int i = 0; i < 3; i++) {
        server(ACK, 1, 11, 0);
        client(SYN | ACK, 0, 1, 0);
        client(ACK, 11, 1, 0);
        assert_int_equal(drive.shown.status.client_side, SERVER);
    }
}

/* -- Basis ------------------------------------------------------------------------------------- */

static void states_are_guessed_until_both_directions_were_captured(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        client(ACK, 1 + 10 * (uint32_t)i, 1, 10);
        assert_bases("Guessed / Guessed");
    }
    server(ACK, 1, 51, 0);
    assert_bases("Sent / Sent");
    assert_false(drive.verdict.steady);
}

static void a_close_is_not_guessed_once_both_directions_were_captured(void **state)
{
    (void)state;
    server(ACK, 1, 1, 10);
    client(FIN | ACK, 1, 11, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    assert_bases("Sent / Presumed");
}

static void the_round_trip_is_measured_with_data_and_their_acks(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 1, 101, 100); /* after 10 ms */
    client(ACK, 101, 101, 0);       /* after another 10 ms */
    client(FIN | ACK, 101, 101, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(100 * MILLISECOND);
    server(PSH | ACK, 101, 101, 10); /* the FIN has not arrived */
    assert_states("FIN-WAIT-1 / ESTABLISHED");
}

static void retransmitted_data_measure_no_round_trip(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 1, 101, 100);
    client(ACK, 101, 101, 0);
    client(FIN | ACK, 101, 101, 0);
    wait_for(100 * MILLISECOND);
    server(PSH | ACK, 101, 101, 10); /* may have crossed the FIN */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

/* -- One-way captures -------------------------------------------------------------------------- */

static void the_clients_segments_show_both_states(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    client(PSH | ACK, 1, 1, 100);
    client(ACK, 101, 501, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    client(FIN | ACK, 101, 501, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 102, 502, 0); /* the server's FIN, inferred from this ACK */
    assert_states("TIME-WAIT / CLOSED");
    assert_int_equal(drive.shown.status.phase, PHASE_CLOSED);
}

static void the_servers_segments_show_both_states(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 101, 0); /* the client has sent a hundred bytes */
    assert_states("ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 1, 101, 500);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 501, 101, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    server(ACK, 502, 102, 0);
    assert_states("CLOSED / TIME-WAIT");
}

static void one_direction_midstream_shows_both_states(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(ACK, 101, 1001, 0);
    client(FIN | ACK, 101, 1001, 0);
    assert_shows("Teardown 1/4", "FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 102, 1002, 0);
    assert_states("TIME-WAIT / CLOSED");
    assert_bases("Presumed / Presumed"); /* the server may have sent a byte instead */
}

static void data_of_a_silent_side_acknowledge_the_fin(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(ACK, 102, 501, 0); /* the server's data acknowledge the FIN */
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void an_inferred_fin_that_is_answered_by_data_was_a_byte(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(ACK, 101, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    client(PSH | ACK, 101, 2, 100);
    assert_shows("Teardown", "ESTABLISHED / ESTABLISHED"); /* it still belonged to the close */
    assert_int_equal(drive.shown.status.phase, PHASE_DATA);
    client(ACK, 201, 3, 0);
    client(ACK, 201, 300, 0); /* likewise if more data follow */
    assert_states("ESTABLISHED / ESTABLISHED");
    client(ACK, 201, 301, 0);
    client(FIN | ACK, 201, 301, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

/* For tests in which the silent side's number advances by one: by its FIN or by a byte. The
 * handshake's round trip is 10 ms. */
static void client_opens_alone(void)
{
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
}

static void a_single_number_after_a_pause_is_a_fin(void **state)
{
    (void)state;
    client_opens_alone();
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    assert_bases("Presumed / Presumed");
    client(PSH | ACK, 1, 2, 100); /* CLOSE-WAIT may send (RFC 9293 3.10.2) */
    client(PSH | ACK, 101, 2, 100);
    assert_shows("Teardown (half-closed)", "CLOSE-WAIT / FIN-WAIT-2");
    client(FIN | ACK, 201, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
    assert_bases("Presumed / Presumed");
}

static void a_single_number_at_once_is_a_byte(void **state)
{
    (void)state;
    client_opens_alone();
    client(ACK, 1, 2, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    client(ACK, 1, 3, 0); /* one byte at a time */
    client(ACK, 1, 4, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 5, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void a_server_may_receive_a_single_byte_at_once(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0); /* the client's ACK and its byte are late */
    wait_for(2 * MILLISECOND);
    server(ACK, 1, 2, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void a_single_number_among_data_is_a_fin(void **state)
{
    (void)state;
    client_opens_alone();
    client(ACK, 1, 1001, 0);
    client(ACK, 1, 1002, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

static void a_single_number_answered_at_once_is_a_byte(void **state)
{
    (void)state;
    client_opens_alone();
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 2, 100);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void a_server_that_sends_first_received_a_fin(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 2, 100); /* to a client that has closed without sending data */
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    server(PSH | ACK, 101, 2, 100);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    server(FIN | ACK, 201, 2, 0);
    assert_states("TIME-WAIT / LAST-ACK");
}

static void a_syn_ack_shows_the_offset_of_the_clocks(void **state)
{
    (void)state;
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    wait_for(100 * MILLISECOND);
    timestamps(5100, 1095); /* sent at once, by its timestamps */
    server(ACK, 1, 2, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    timestamps(5110, 1095);
    server(PSH | ACK, 1, 2, 10); /* so this answers a byte */
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void timestamps_show_whether_the_ack_was_delayed(void **state)
{
    static const struct {
        uint32_t value;
        const char *states;
    } cases[] = {{2101, "ESTABLISHED / ESTABLISHED"}, {2140, "CLOSE-WAIT / FIN-WAIT-2"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(NULL);
        timestamps(1000, 0);
        client(SYN, 0, 0, 0);
        timestamps(1010, 5000);
        client(ACK, 1, 1, 0);
        timestamps(2100, 6090);
        client(ACK, 1, 501, 0);
        wait_for(100 * MILLISECOND);
        timestamps(cases[i].value, 6091);
        client(ACK, 1, 502, 0);
        assert_states("CLOSE-WAIT / FIN-WAIT-2");
        timestamps(2200, 6091);
        client(PSH | ACK, 1, 502, 10);
        assert_states(cases[i].states);
    }
}

static void a_byte_taken_for_a_fin_is_recognized_after_the_own_fin(void **state)
{
    (void)state;
    client_opens_alone();
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
    client(ACK, 2, 3, 0); /* this acknowledges the server's FIN */
    assert_states("TIME-WAIT / CLOSED");
}

static void a_segment_beyond_its_fin_shows_that_the_fin_was_acknowledged(void **state)
{
    (void)state;
    client_opens_alone();
    client(FIN | ACK, 1, 1, 0);
    wait_for(5 * MILLISECOND);
    client(ACK, 2, 1, 0); /* too soon for an answer */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(200 * MILLISECOND);
    client(ACK, 2, 1, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    assert_bases("Presumed / Presumed");
}

static void data_in_flight_do_not_acknowledge_the_fin(void **state)
{
    (void)state;
    client_opens_alone();
    client(FIN | ACK, 1, 1, 0);
    wait_for(5 * MILLISECOND);
    client(ACK, 2, 501, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    client(ACK, 2, 1001, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void a_syn_ack_with_new_numbers_answers_a_syn_that_was_not_captured(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 101, 500);
    server(SYN | ACK, 70000, 80001, 0); /* the previous connection was reset out of sight */
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_int_equal(drive.shown.status.roles, ROLES_BY_SYN_ACK);
    assert_true(drive.shown.milestones & (1u << MILESTONE_REOPENED));
    server(PSH | ACK, 70001, 80001, 500);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
}

static void a_rst_may_answer_a_third_step_that_was_not_captured(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_rst_ends_a_midstream_connection(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    server(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void behind_a_lone_rst_an_ack_counts_for_nothing(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    server(ACK, 0, 1, 0);
    assert_states("CLOSED / CLOSED");
    assert_false(drive.verdict.counts);
}

static void a_syn_ack_behind_a_reset_of_both_opens_another_connection(void **state)
{
    (void)state; /* though the number that it acknowledges would be right for the old one */
    client(ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_milestones("Open answered, Client established, Reopened");
}

static void a_rst_of_the_only_captured_side_ends_both(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_rst_that_ends_its_sender_alone_proves_no_guess(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    server(RST | ACK, 101, 201, 0);
    assert_states("ESTABLISHED / CLOSED");
    assert_bases("Guessed / Sent");
}

static void the_first_ack_of_a_side_has_not_stood_there_before(void **state)
{
    (void)state;
    client(FIN | ACK, 101, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(2 * SECOND);
    server(ACK, 1, 1, 0); /* it may have been late itself */
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void nor_is_it_a_challenge_ack(void **state)
{
    (void)state; /* it may be the ordinary ACK of the data */
    client(PSH | ACK, 1, 1, 100);
    client(SYN | FIN, 1, 0, 0);
    server(ACK, 1, 101, 0);
    assert_int_equal(shown_facts()->challenge_ack, 0);
    client(SYN | FIN, 1, 0, 0);
    server(ACK, 1, 101, 0);
    assert_int_equal(shown_facts()->challenge_ack, drive.frame - 1);
}

static void lone_rsts_between_equal_ports_keep_their_roles(void **state)
{
    (void)state;
    begin_between(80, 80);
    client(RST, 1, 0, 0);
    assert_int_equal(drive.shown.direction, DIRECTION_TO_SERVER);
    server(RST, 1, 0, 0);
    assert_int_equal(drive.shown.direction, DIRECTION_TO_CLIENT);
    client(RST, 1, 0, 0);
    assert_int_equal(drive.shown.direction, DIRECTION_TO_SERVER);
}

static void the_number_behind_a_syn_that_was_not_captured_is_not_0(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 10);
    client(ACK, 11, 11, 0);
    server(RST, 16, 0, 0);
    assert_states("ESTABLISHED / CLOSED");
    server(SYN | ACK, 500, 11, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 501, 11, 0); /* drive.h: whatever the numbers are */
    assert_states("ESTABLISHED / SYN-RECEIVED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lone_rsts_between_equal_ports_keep_their_roles),
        TEST(data_or_an_ack_mean_established),
        TEST(a_fin_means_that_the_close_begins),
        TEST(a_fin_that_begins_the_capture_may_be_refuted_after_a_second),
        TEST(a_fin_that_begins_the_capture_has_arrived),
        TEST(a_syn_ack_means_that_a_syn_was_sent),
        TEST(a_syn_ack_overrides_the_roles_guessed_from_the_ports),
        TEST(a_syn_ack_alone_is_still_step_2),
        TEST(a_syn_ack_with_a_window_scale_answers_a_syn_with_one),
        TEST(one_segment_shows_what_both_endpoints_expect),
        TEST(a_segment_without_ack_begins_nothing),
        TEST(a_syn_after_stray_segments_settles_the_roles),
        TEST(ports_decide_which_side_is_the_client),
        TEST(roles_never_flip),
        TEST(states_are_guessed_until_both_directions_were_captured),
        TEST(a_close_is_not_guessed_once_both_directions_were_captured),
        TEST(the_round_trip_is_measured_with_data_and_their_acks),
        TEST(retransmitted_data_measure_no_round_trip),
        TEST(the_clients_segments_show_both_states),
        TEST(the_servers_segments_show_both_states),
        TEST(one_direction_midstream_shows_both_states),
        TEST(data_of_a_silent_side_acknowledge_the_fin),
        TEST(an_inferred_fin_that_is_answered_by_data_was_a_byte),
        TEST(a_single_number_after_a_pause_is_a_fin),
        TEST(a_single_number_at_once_is_a_byte),
        TEST(a_server_may_receive_a_single_byte_at_once),
        TEST(a_single_number_among_data_is_a_fin),
        TEST(a_single_number_answered_at_once_is_a_byte),
        TEST(a_server_that_sends_first_received_a_fin),
        TEST(a_syn_ack_shows_the_offset_of_the_clocks),
        TEST(timestamps_show_whether_the_ack_was_delayed),
        TEST(a_byte_taken_for_a_fin_is_recognized_after_the_own_fin),
        TEST(a_segment_beyond_its_fin_shows_that_the_fin_was_acknowledged),
        TEST(data_in_flight_do_not_acknowledge_the_fin),
        TEST(a_syn_ack_with_new_numbers_answers_a_syn_that_was_not_captured),
        TEST(a_rst_may_answer_a_third_step_that_was_not_captured),
        TEST(a_rst_ends_a_midstream_connection),
        TEST(behind_a_lone_rst_an_ack_counts_for_nothing),
        TEST(a_syn_ack_behind_a_reset_of_both_opens_another_connection),
        TEST(a_rst_of_the_only_captured_side_ends_both),
        TEST(a_rst_that_ends_its_sender_alone_proves_no_guess),
        TEST(the_first_ack_of_a_side_has_not_stood_there_before),
        TEST(nor_is_it_a_challenge_ack),
        TEST(the_number_behind_a_syn_that_was_not_captured_is_not_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
