/* test_opening.c
 * What the first segments settle for all that follow, such as window scaling and Fast Open; and
 * unusual openings: SYNs and SYN-ACKs that are repeated, late, have other numbers, or come from
 * endpoints in an unexpected state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Window scaling ---------------------------------------------------------------------------- */

enum { NO_SCALE = 0xff };

static void offer_scale(uint8_t shift)
{
    if (shift != NO_SCALE)
        window_scale(shift);
}

/* A handshake in which the sides offer these window scales. */
static void handshake_with_scales(uint8_t of_client, uint8_t of_server)
{
    begin(NULL);
    offer_scale(of_client);
    client(SYN, 0, 0, 0);
    offer_scale(of_server);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

static void open_simultaneously_with_scales(uint8_t of_client, uint8_t of_server)
{
    begin(NULL);
    offer_scale(of_client);
    client(SYN, 0, 0, 0);
    offer_scale(of_server);
    server(SYN, 0, 0, 0);
    offer_scale(of_client);
    client(SYN | ACK, 0, 1, 0);
    offer_scale(of_server);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

/* The side's window of 20000 units has this many bytes: a FIN of the other side at its end is
 * taken, one beyond it is not. */
static void assert_window_of(unsigned side, uint32_t bytes)
{
    const role_t other = side == CLIENT ? ROLE_SERVER : ROLE_CLIENT;

    window(20000);
    send_from(side, ACK, 1, 1, 0);
    send_from(!side, FIN | ACK, 1 + bytes + 1, 1, 0);
    assert_string_equal(state_of(other), "ESTABLISHED");
    send_from(!side, FIN | ACK, 1 + bytes, 1, 0);
    assert_string_equal(state_of(other), "FIN-WAIT-1");
}

static void each_side_scales_its_own_windows(void **state)
{
    (void)state; /* RFC 7323 2.2 */
    handshake_with_scales(3, 7);
    assert_window_of(CLIENT, 20000 << 3);
    handshake_with_scales(3, 7);
    assert_window_of(SERVER, 20000 << 7);
    handshake_with_scales(0, 0);
    assert_window_of(SERVER, 20000);
    open_simultaneously_with_scales(3, 7);
    assert_window_of(CLIENT, 20000 << 3);
}

static void one_offer_alone_scales_nothing(void **state)
{
    (void)state;
    for (unsigned side = CLIENT; side <= SERVER; side++) {
        handshake_with_scales(7, NO_SCALE);
        assert_window_of(side, 20000);
        handshake_with_scales(NO_SCALE, 7);
        assert_window_of(side, 20000);
        open_simultaneously_with_scales(7, NO_SCALE);
        assert_window_of(side, 20000);
        open_simultaneously_with_scales(NO_SCALE, 7);
        assert_window_of(side, 20000);
    }
}

static void a_syn_ack_without_a_scale_settles_it_too(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0); /* the SYN was not captured */
    client(ACK, 1, 1, 0);
    assert_window_of(SERVER, 20000);
}

/* -- Fast Open --------------------------------------------------------------------------------- */

/* A server that has taken data on the SYN may send before the third step arrives (RFC 7413 4.2), so
 * its data do not show that it is established. */
static void assert_server_may_send(uint32_t data_on_syn)
{
    server(SYN | ACK, 0, 1 + data_on_syn, 0);
    server(PSH | ACK, 1, 1 + data_on_syn, 10);
    assert_server("SYN-RECEIVED");
}

static void data_or_the_option_make_a_fast_open(void **state)
{
    (void)state;
    client(SYN, 0, 0, 1);
    assert_server_may_send(1);
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 0);
    assert_server_may_send(0);
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 1, 10);
    assert_server("ESTABLISHED");
}

static void a_server_that_does_not_acknowledge_the_data_did_not_take_them(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 1, 0);
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

/* -- Repeated and late segments ---------------------------------------------------------------- */

static void a_repeated_syn_updates_the_clock(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    timestamps(2000, 0);
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    timestamps(1500, 5000);
    client(ACK, 1, 1, 0); /* sent before the RST */
    assert_client("CLOSED");
}

static void a_repeated_syn_that_crossed_the_answer_leaves_ts_recent_alone(void **state)
{
    (void)state; /* RFC 7323 4.3: TS.Recent comes from segments in sequence */
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(2000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1500, 5000); /* reordered */
    client(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
}

static void after_an_old_duplicate_the_connection_continues(void **state)
{
    (void)state; /* RFC 9293 3.5, figure 8 */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, (uint32_t)-9, 0);
    client(RST, (uint32_t)-9, 0, 0);
    assert_states("SYN-SENT / LISTEN");
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 400, 1, 0);
    client(ACK, 1, 401, 0);
    server(FIN | ACK, 401, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void a_copy_of_the_syn_on_a_closed_connection_is_no_step(void **state)
{
    (void)state;
    handshake();
    server(RST | ACK, 1, 1, 0);
    client(SYN, 0, 0, 0); /* within a round trip: may have been overtaken */
    assert_phase("Closed");
    assert_int_equal(drive.shown.handshake_step, 0);
}

static void a_copy_of_the_syn_is_a_step_while_the_server_is_open(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 101, 0, 0); /* not accepted */
    assert_states("CLOSED / ESTABLISHED");
    client(SYN, (uint32_t)-100, 0, 0);
    assert_phase("Handshake 1/3 (retransmission)");
}

static void a_syn_with_the_number_of_a_syn_ack_is_no_copy(void **state)
{
    (void)state;
    handshake();
    server(SYN, 0, 0, 0); /* perhaps both have opened, and this is captured late */
    assert_ordinary();
    assert_int_equal(drive.shown.handshake_step, 0);
}

static void a_listener_may_answer_a_syn_that_was_not_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST | ACK, 1, 1, 0);
    server(SYN | ACK, 5000, 1, 0); /* with a new number */
    assert_server("SYN-RECEIVED");
}

static void a_rst_may_be_captured_before_the_syn_ack_that_it_rejects(void **state)
{
    (void)state; /* RFC 9293 3.5.2: it takes the number that the SYN-ACK acknowledges */
    place("CLOSED / LISTEN");
    server(SYN | ACK, 5000, 1, 0);
    assert_server("LISTEN");
}

static void a_rst_with_another_number_has_not_rejected_the_syn_ack(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    client(RST, 101, 0, 0);
    assert_client("CLOSED");
    server(SYN | ACK, 0, 1, 0); /* does not take the data */
    assert_server("SYN-RECEIVED");
}

static void an_answer_to_a_repeated_syn_may_have_another_number(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(3 * SECOND);
    client(SYN, 0, 0, 0); /* the first answer did not arrive */
    assert_client("SYN-SENT");
    server(SYN | ACK, 7000, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    assert_int_equal(drive.shown.handshake_step, 2);
    assert_int_equal(shown_facts()->handshake.synack_retransmissions, 0);
    client(ACK, 1, 7001, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
}

static void a_syn_ack_on_a_midstream_connection_is_no_answer(void **state)
{
    (void)state;
    drive.isn[SERVER] = 0; /* an arbitrary ISN */
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_phase("Data transfer");
    assert_int_equal(drive.shown.handshake_step, 0);
}

/* -- Simultaneous open ------------------------------------------------------------------------- */

static void in_a_simultaneous_open_both_isns_are_known(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    place("SYN-RECEIVED / SYN-RECEIVED");
    client(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.syn_frame, 2);
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 0);
}

/* -- A SYN that turns out to open a connection ------------------------------------------------- */

/* The client restarts: it sends a SYN with number 9000 and resets the old connection. */
static void restart(void)
{
    begin(NULL);
    handshake();
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    server(ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_states("SYN-SENT / CLOSED");
    wait_for(SECOND);
}

static void a_restarted_client_is_in_syn_sent_already(void **state)
{
    (void)state;
    restart();
    client(SYN, 9000, 0, 0);
    assert_moves("server received SYN: LISTEN to SYN-RECEIVED (RFC 9293 3.10.7.2); presumed, "
                 "since a captured SYN is taken to arrive");
    assert_int_equal(drive.shown.previous[ROLE_CLIENT], STATE_SYN_SENT);
    assert_bases("Sent / Presumed");
    server(SYN | ACK, 8000, 9001, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    restart();
    client(SYN, 9500, 0, 0); /* another SYN */
    assert_moves("client sent SYN: CLOSED to SYN-SENT (RFC 9293 3.10.1); server received SYN: "
                 "LISTEN to SYN-RECEIVED (RFC 9293 3.10.7.2); presumed, since a captured SYN "
                 "is taken to arrive");
}

static void a_client_that_was_refused_begins_anew(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    server(RST | ACK, 0, 9001, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(SECOND);
    client(SYN, 9000, 0, 0);
    assert_moves("client sent SYN: CLOSED to SYN-SENT (RFC 9293 3.10.1); server received SYN: "
                 "LISTEN to SYN-RECEIVED (RFC 9293 3.10.7.2); presumed, since a captured SYN "
                 "is taken to arrive");
}

static void the_timer_of_a_time_wait_that_refuses_is_shown_in_the_new_connection(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    client(SYN, (uint32_t)-70000, 0, 0); /* not accepted in TIME-WAIT */
    wait_for(61 * SECOND);
    server(SYN | ACK, 90000, (uint32_t)-69999, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_moves("server has waited out TIME-WAIT: TIME-WAIT to CLOSED (RFC 9293 3.10.8); "
                 "that lasts 60 s by the preferences; server answers a SYN, so it listens "
                 "again: CLOSED to SYN-RECEIVED (RFC 9293 3.5, figure 8); client received "
                 "SYN-ACK: SYN-SENT to ESTABLISHED (RFC 9293 3.10.7.3)");
}

/* -- After TIME-WAIT --------------------------------------------------------------------------- */

/* Closes a connection with this client timestamp; the server holds TIME-WAIT. */
static void close_at(uint32_t clock)
{
    begin(NULL);
    timestamps(clock, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, clock);
    server(SYN | ACK, 0, 1, 0);
    timestamps(clock, 5000);
    client(ACK, 1, 1, 0);
    timestamps(5001, clock);
    server(FIN | ACK, 1, 1, 0);
    timestamps(clock, 5001);
    client(FIN | ACK, 1, 2, 0);
    timestamps(5002, clock);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
}

static void a_lower_isn_is_accepted_only_with_timestamps_on_both(void **state)
{
    (void)state; /* RFC 6191 2 */
    place("CLOSED / TIME-WAIT");
    timestamps(2001, 0);
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_server("TIME-WAIT");
    close_at(UINT32_C(0xf0000000));
    client(SYN, (uint32_t)-70000, 0, 0);
    assert_server("TIME-WAIT");
}

/* The first SYN is repeated after the close, and the server answers it. */
static void answer_late_syn(uint32_t seq, uint32_t ack)
{
    place("TIME-WAIT / CLOSED");
    client(SYN, 0, 0, 0);
    server(SYN | ACK, seq, ack, 0);
}

static void a_listener_that_answers_the_late_syn_begins_anew(void **state)
{
    (void)state;
    answer_late_syn(9000, 1);
    assert_states("TIME-WAIT / SYN-RECEIVED");
    client(RST, 1, 0, 0); /* the number that the SYN-ACK acknowledges */
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_server("LISTEN");
}

static void the_answer_to_the_late_syn_has_a_window_of_its_own(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    client(SYN, 0, 0, 0);
    window(4 * WINDOW);
    server(SYN | ACK, 9000, 1, 0);
    client(RST, 1 + 3 * WINDOW, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_IN_WINDOW);
}

static void a_syn_ack_that_answers_neither_syn_begins_another_connection(void **state)
{
    (void)state;
    answer_late_syn(9000, 5);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_milestones("Open answered, Client established, Reopened");
}

static void a_syn_ack_that_answers_the_last_syn_begins_no_other_connection(void **state)
{
    (void)state; /* it was captured late */
    client(SYN, 0, 0, 0);
    client(PSH | ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_shows("Closed", "CLOSED / CLOSED");
    assert_milestones("");
}

static void nor_does_one_with_the_number_of_its_senders_syn(void **state)
{
    (void)state; /* both have opened, and the server's SYN was not captured */
    client(SYN, 0, 0, 0);
    server(PSH | ACK, 1, 1, 100);
    server(RST, 101, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_shows("Closed", "CLOSED / CLOSED");
    assert_milestones("");
}

static void time_wait_may_end_with_the_answer_to_a_syn_that_was_not_captured(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    server(SYN | ACK, 70000, 90001, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_milestones("Open answered, Client established, Reopened");
}

static void a_syn_ack_that_does_not_answer_the_late_syn_changes_no_state(void **state)
{
    (void)state;
    answer_late_syn(0, 5);
    assert_states("TIME-WAIT / CLOSED");
    answer_late_syn(0, 1); /* a copy of the old answer */
    assert_states("TIME-WAIT / CLOSED");
}

static void another_answer_shows_a_late_syn_that_was_not_captured(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(SYN | ACK, 9000, 1, 0);
    assert_states("TIME-WAIT / SYN-RECEIVED");
}

/* -- One-way captures -------------------------------------------------------------------------- */

static void with_a_silent_client_a_syn_ack_begins_anew(void **state)
{
    (void)state;
    server(PSH | ACK, 1, 1, 10);
    server(SYN | ACK, 70000, 80001, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    assert_ordinary();
    assert_true(drive.shown.milestones & 1u << MILESTONE_REOPENED);
    assert_int_equal(shown_facts()->handshake.synack_retransmissions, 0);
    begin(NULL);
    server(PSH | ACK, 1, 1, 10);
    server(RST | ACK, 11, 1, 0);
    assert_states("CLOSED / CLOSED");
    server(SYN | ACK, 70000, 80001, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 70000, 80001, 0); /* but not if the client was captured */
    assert_client("SYN-SENT");
}

/* -- State that outlives a connection ---------------------------------------------------------- */

static void bad_checksums_are_rejected_after_good_ones_in_a_later_connection(void **state)
{
    (void)state; /* checksum offload does not change between connections */
    for (unsigned side = CLIENT; side <= SERVER; side++) {
        begin(NULL);
        checksum(side == CLIENT ? CHECKSUM_GOOD : CHECKSUM_UNVERIFIED);
        client(SYN, 0, 0, 0);
        checksum(side == SERVER ? CHECKSUM_GOOD : CHECKSUM_UNVERIFIED);
        server(RST | ACK, 0, 1, 0);
        wait_for(SECOND);
        client(SYN, 90000, 0, 0);
        server(SYN | ACK, 90000, 90001, 0);
        client(ACK, 90001, 90001, 0);
        checksum(CHECKSUM_BAD);
        send_from(side, FIN | ACK, 90001, 90001, 0);
        assert_unmoved();
        checksum(CHECKSUM_BAD);
        send_from(!side, FIN | ACK, 90001, 90001, 0);
        assert_true(shown_facts()->moves.count > 0);
    }
}

static void two_syns_settle_the_scaling_without_a_syn_ack(void **state)
{
    (void)state;
    window_scale(2);
    client(SYN, 0, 0, 0);
    window_scale(3);
    server(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_window_of(SERVER, 20000u << 3);
    begin(NULL);
    window_scale(2);
    client(SYN, 0, 0, 0);
    window_scale(3);
    server(SYN, 0, 0, 0);
    server(ACK, 1, 1, 0);
    assert_window_of(CLIENT, 20000u << 2);
}

static void a_port_that_has_refused_listens_if_it_answers_later(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0u - drive.isn[SERVER], 1, 0);
    assert_states("CLOSED / CLOSED");
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / SYN-RECEIVED");
}

static void in_syn_sent_an_ack_without_syn_is_not_accepted(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(ACK, 1, 1, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    assert_int_equal(drive.shown.handshake_step, 0);
}

static void a_syn_ack_captured_behind_its_ack_settles_the_scaling(void **state)
{
    (void)state;
    window_scale(2);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    window_scale(3);
    server(SYN | ACK, 0, 1, 0);
    assert_window_of(SERVER, 20000u << 3);
}

static void a_syn_that_perhaps_came_again_may_open(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    drive.next.perhaps_copy = true;
    client(SYN, 0, 0, 0); /* too soon */
    assert_phase("Closed");
    wait_for(SECOND);
    drive.next.perhaps_copy = true;
    client(SYN, 0, 0, 0);
    assert_phase("Handshake 1/3");
    server(SYN | ACK, 500, 1, 0);
    client(ACK, 1, 501, 0);
    assert_shows("Handshake 3/3", "ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.summary.rtt, 2 * TICK);
}

static void with_a_clock_one_that_was_sent_again_opens(void **state)
{
    (void)state; /* only a copy has the clock value of the SYN before */
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    timestamps(2000, 0);
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_milestones("Open requested, Reopened");
}

static void a_listener_that_answers_again_is_in_the_handshake(void **state)
{
    (void)state; /* its SYN-ACK and the client's RST have crossed */
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / LISTEN");
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / SYN-RECEIVED");
    assert_int_equal(drive.shown.status.phase, PHASE_HANDSHAKE);
}

/* What the third step has said counts as soon as the scale is known. */
static void a_syn_ack_captured_behind_its_ack_has_arrived_and_settles_the_window(void **state)
{
    (void)state;
    for (uint32_t beyond = 0; beyond < 2; beyond++) {
        begin(NULL);
        window_scale(1);
        timestamps(1000, 0);
        client(SYN, 0, 0, 0);
        timestamps(1010, 5000);
        window(1000);
        client(ACK, 1, 1, 0);
        window_scale(2);
        timestamps(5000, 1000);
        server(SYN | ACK, 0, 1, 0);
        timestamps(4000, 1010);
        server(ACK, 1, 1, 10); /* older than the SYN-ACK */
        assert_client("ESTABLISHED");
        assert_unmoved();
        timestamps(5010, 1010);
        server(FIN | ACK, 1 + 2000 + beyond, 1, 0);
        assert_anomalies(beyond ? "(out_of_window)" : "");
        assert_server(beyond ? "ESTABLISHED" : "FIN-WAIT-1");
    }
}

static void a_late_syn_settles_the_window_of_the_last_segment(void **state)
{
    (void)state; /* an old one, whose window counts from what that acknowledges */
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    window(WINDOW - 100);
    client(ACK, 1, 101, 0);
    client(ACK, 1, 1, 0);
    client(SYN, 0, 0, 0);
    window(WINDOW - 100);
    client(PSH | ACK, 1, 101, 10);
    assert_anomalies("");
}

/* The client's SYN-ACK shows that the server has sent a SYN, which the capture lacks. */
static void the_syn_ack_of_a_client_answers_a_syn_that_was_not_captured(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    client(SYN | ACK | ECE, 0, 1, 0);
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_phase("Handshake 2/3");
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_string_equal(ecn_mode_text(drive.shown.status.ecn.mode), "Classic ECN");
    client(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
}

static void a_crossing_syn_may_be_captured_behind_its_syn_ack(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    client(SYN | ACK | ECE, 0, 1, 0);
    server(SYN | ECE | CWR, 0, 0, 0);
    assert_anomalies("simultaneous_open");
    assert_states("SYN-RECEIVED / ESTABLISHED");
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_phase("Handshake 2/3");
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_string_equal(ecn_mode_text(drive.shown.status.ecn.mode), "Classic ECN");
    server(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
}

static void of_an_endpoint_that_crosses_nothing_else_may_be_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void an_ack_that_takes_back_the_third_step_outlives_the_rst_that_rejects_it(void **state)
{
    (void)state; /* the SYN-ACK was not captured */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 5001, 0);
    server(RST, 5001, 0, 0);
    assert_states("CLOSED / CLOSED");
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / CLOSED");
    assert_ordinary();
    server(PSH | ACK, 1, 1, 100);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_string_equal(outcome_text(drive.summary.outcome), "Open");
    server(FIN | ACK, 101, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    begin(NULL); /* what the server has sent supports the number */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 5001, 0);
    server(PSH | ACK, 4901, 1, 100);
    server(RST, 5001, 0, 0);
    client(ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
}

static void a_syn_ack_shows_that_the_third_step_before_it_was_wrong(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    client(ACK, 1, 5001, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_phase("Handshake 2/3");
    assert_states("ESTABLISHED / SYN-RECEIVED");
    server(RST, 5001, 0, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_BAD_HANDSHAKE_ACK);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    client(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_string_equal(ecn_mode_text(drive.shown.status.ecn.mode), "Classic ECN");
    server(PSH | ACK, 1, 1, 100);
    assert_ordinary();
    client(ACK, 1, 101, 0);
    assert_ordinary();
    server(FIN | ACK, 101, 1, 0);
    client(FIN | ACK, 1, 102, 0);
    server(ACK, 102, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
}

static void a_syn_ack_with_another_number_is_no_retransmission(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(3 * SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 1, 0);
    assert_anomalies("(synack_changed)");
    assert_phase("Handshake 2/3");
    wait_for(3 * SECOND);
    server(SYN | ACK, 90000, 1, 0);
    assert_phase("Handshake 2/3 (retransmission)");
}

/* Soon after the first, as if they were of two connections: but nobody has acknowledged that. */
static void of_two_answers_the_one_that_is_acknowledged_counts(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 1, 0);
    client(ACK, 1, 90001, 0);
    assert_ordinary();
    assert_phase("Handshake 3/3");
    assert_states("ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 90001, 1, 100);
    assert_ordinary();
    client(FIN | ACK, 1, 90101, 0);
    server(FIN | ACK, 90101, 2, 0);
    client(ACK, 2, 90102, 0);
    assert_states("TIME-WAIT / CLOSED");
    server(PSH | ACK, 1, 1, 50); /* but they were two */
    assert_anomalies("shared_tuple");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, UINT32_C(3000000000), 1, 0); /* ahead of it, modulo 2^32 */
    client(ACK, 1, UINT32_C(3000000001), 0);
    server(ACK, 1, 1, 0);
    assert_anomalies("shared_tuple");
}

static void the_first_answer_counts_if_it_is_acknowledged_after_the_second(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(2 * SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 1, 0);
    client(ACK, 1, 1, 0);
    assert_ordinary();
    assert_phase("Handshake 3/3");
    assert_states("ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 1, 1, 100);
    assert_ordinary();
    server(PSH | ACK, 90001, 1, 50);
    assert_anomalies("shared_tuple");
    client(FIN | ACK, 1, 101, 0);
    server(FIN | ACK, 101, 2, 0);
    client(ACK, 2, 102, 0);
    assert_states("TIME-WAIT / CLOSED");
}

static void an_end_that_goes_on_acknowledging_an_unseen_syn_ack_has_got_it(void **state)
{
    (void)state; /* the SYN-ACK that was captured was forged */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    server(SYN | ACK, 90000, 1, 0);
    client(ACK, 1, 1, 0);
    assert_ordinary();
    assert_states("ESTABLISHED / ESTABLISHED");
    server(FIN | ACK, 1, 1, 0);
    assert_ordinary();
    client(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 2, 0);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
}

static void a_third_step_that_was_taken_back_is_of_no_other_connection(void **state)
{
    (void)state; /* though the numbers come near it */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 2, 0);
    client(ACK, 1, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST, 2, 0, 0);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    assert_anomalies("(ack_beyond_sent)"); /* its FIN is captured late */
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
}

static void of_two_syns_the_answer_to_one_may_be_missing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 1, 0);
    client(ACK, 1, 1, 0); /* an ACK of the other one, or wrong */
    assert_anomalies("(bad_handshake_ack)");
    assert_states("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 1, 10); /* the former */
    assert_ordinary();
    assert_states("ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 1, 11, 10);
    assert_ordinary();
    begin(NULL);
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 1, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 90001, 0); /* the latter */
    assert_ordinary();
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* Two answers to a SYN that was sent twice, the second of which may be acknowledged first. */
static void two_answers(void)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(2 * SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 90000, 1, 0);
}

static void only_a_third_step_acknowledges_the_first_of_two_answers(void **state)
{
    (void)state;
    two_answers();
    client(FIN | ACK, 21, 1, 0); /* with 20 bytes missing before it */
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    two_answers();
    client(RST | ACK, 1, 1, 0); /* that ends the first */
    assert_anomalies("shared_tuple");
    assert_client("ESTABLISHED");
    two_answers();
    client(ACK, 1, 90001, 0);
    client(ACK, 1, 1, 0); /* it has acknowledged the second */
    assert_anomalies("shared_tuple");
    server(PSH | ACK, 90001, 1, 10);
    assert_ordinary();
    two_answers();
    server(ACK, 1, 1, 0); /* this does not come from the client */
    assert_anomalies("shared_tuple");
    two_answers();
    client(ACK, (uint32_t)-99, 1, 0); /* nor does this come behind its SYN */
    assert_anomalies("shared_tuple");
}

static void the_answer_that_was_not_acknowledged_goes_on_as_another_connection(void **state)
{
    (void)state;
    two_answers();
    client(ACK, 1, 1, 0);
    server(PSH | ACK, 90001, 1, 50);
    assert_anomalies("shared_tuple");
    server(PSH | ACK, 90051, 1, 50);
    assert_ordinary(); /* told once */
    client(ACK, 1, 90101, 0);
    assert_ordinary();
    server(PSH | ACK, 1, 1, 50);
    client(ACK, 1, 51, 0);
    assert_ordinary();
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void the_client_expects_what_the_second_answer_begins_with(void **state)
{
    (void)state; /* its third step was not captured */
    two_answers();
    server(PSH | ACK, 90001, 1, 10);
    assert_anomalies("(data_before_established)");
    client(ACK, 1, 90011, 0);
    assert_ordinary();
    assert_states("ESTABLISHED / ESTABLISHED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_side_scales_its_own_windows),
        TEST(one_offer_alone_scales_nothing),
        TEST(a_syn_ack_without_a_scale_settles_it_too),
        TEST(data_or_the_option_make_a_fast_open),
        TEST(a_server_that_does_not_acknowledge_the_data_did_not_take_them),
        TEST(a_repeated_syn_updates_the_clock),
        TEST(a_repeated_syn_that_crossed_the_answer_leaves_ts_recent_alone),
        TEST(after_an_old_duplicate_the_connection_continues),
        TEST(a_copy_of_the_syn_on_a_closed_connection_is_no_step),
        TEST(a_copy_of_the_syn_is_a_step_while_the_server_is_open),
        TEST(a_syn_with_the_number_of_a_syn_ack_is_no_copy),
        TEST(a_listener_may_answer_a_syn_that_was_not_captured),
        TEST(a_rst_may_be_captured_before_the_syn_ack_that_it_rejects),
        TEST(a_rst_with_another_number_has_not_rejected_the_syn_ack),
        TEST(an_answer_to_a_repeated_syn_may_have_another_number),
        TEST(a_syn_ack_on_a_midstream_connection_is_no_answer),
        TEST(in_a_simultaneous_open_both_isns_are_known),
        TEST(a_restarted_client_is_in_syn_sent_already),
        TEST(a_client_that_was_refused_begins_anew),
        TEST(the_timer_of_a_time_wait_that_refuses_is_shown_in_the_new_connection),
        TEST(a_lower_isn_is_accepted_only_with_timestamps_on_both),
        TEST(a_listener_that_answers_the_late_syn_begins_anew),
        TEST(the_answer_to_the_late_syn_has_a_window_of_its_own),
        TEST(a_syn_ack_that_answers_neither_syn_begins_another_connection),
        TEST(a_syn_ack_that_answers_the_last_syn_begins_no_other_connection),
        TEST(nor_does_one_with_the_number_of_its_senders_syn),
        TEST(time_wait_may_end_with_the_answer_to_a_syn_that_was_not_captured),
        TEST(a_syn_ack_that_does_not_answer_the_late_syn_changes_no_state),
        TEST(another_answer_shows_a_late_syn_that_was_not_captured),
        TEST(with_a_silent_client_a_syn_ack_begins_anew),
        TEST(bad_checksums_are_rejected_after_good_ones_in_a_later_connection),
        TEST(two_syns_settle_the_scaling_without_a_syn_ack),
        TEST(a_port_that_has_refused_listens_if_it_answers_later),
        TEST(in_syn_sent_an_ack_without_syn_is_not_accepted),
        TEST(a_syn_ack_captured_behind_its_ack_settles_the_scaling),
        TEST(a_syn_that_perhaps_came_again_may_open),
        TEST(with_a_clock_one_that_was_sent_again_opens),
        TEST(a_listener_that_answers_again_is_in_the_handshake),
        TEST(a_syn_ack_captured_behind_its_ack_has_arrived_and_settles_the_window),
        TEST(a_late_syn_settles_the_window_of_the_last_segment),
        TEST(the_syn_ack_of_a_client_answers_a_syn_that_was_not_captured),
        TEST(a_crossing_syn_may_be_captured_behind_its_syn_ack),
        TEST(of_an_endpoint_that_crosses_nothing_else_may_be_captured),
        TEST(an_ack_that_takes_back_the_third_step_outlives_the_rst_that_rejects_it),
        TEST(a_syn_ack_shows_that_the_third_step_before_it_was_wrong),
        TEST(a_syn_ack_with_another_number_is_no_retransmission),
        TEST(of_two_answers_the_one_that_is_acknowledged_counts),
        TEST(the_first_answer_counts_if_it_is_acknowledged_after_the_second),
        TEST(an_end_that_goes_on_acknowledging_an_unseen_syn_ack_has_got_it),
        TEST(a_third_step_that_was_taken_back_is_of_no_other_connection),
        TEST(of_two_syns_the_answer_to_one_may_be_missing),
        TEST(only_a_third_step_acknowledges_the_first_of_two_answers),
        TEST(the_answer_that_was_not_acknowledged_goes_on_as_another_connection),
        TEST(the_client_expects_what_the_second_answer_begins_with),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
