/* test_fins.c
 * FINs that are not what they seem: forged, lost, captured out of order, or with a lost ACK. What
 * shows that, and how soon.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- The ACK of a FIN was lost ----------------------------------------------------------------- */

static void a_retransmitted_fin_is_no_longer_acknowledged(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    assert_false(drive.shown.status.half_closed);
    server(PSH | ACK, 1, 1, 10); /* was in flight */
    assert_phase("Teardown");
}

static void the_round_trip_is_counted_from_its_last_ack(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    server(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 1, 0); /* crosses this ACK, which may answer it */
    assert_client("FIN-WAIT-2");
    wait_for(2 * TICK);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void a_fin_with_an_old_timestamp_is_a_copy(void **state)
{
    static const uint32_t clocks[] = {1029, 1030, 1031};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        handshake_with_clocks();
        timestamps(1030, 5000);
        client(FIN | ACK, 1, 1, 0);
        timestamps(5030, 1030);
        server(ACK, 1, 2, 0);
        wait_for(SECOND);
        timestamps(clocks[i], 5000);
        client(FIN | ACK, 1, 1, 0);
        assert_client(i < 2 ? "FIN-WAIT-2" : "FIN-WAIT-1");
    }
}

static void so_is_a_fin_whose_ack_was_captured_before_it(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 2, 0); /* the ACK of the FIN, captured first */
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-2");
    wait_for(2 * TICK - 1);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-2");
    wait_for(2 * TICK);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void so_are_fins_that_come_sooner_one_after_the_other_than_any_timer_lets_them(void **state)
{
    static const char *const places[] = {"FIN-WAIT-2 / CLOSE-WAIT", "TIME-WAIT / TIME-WAIT",
                                         "CLOSED / TIME-WAIT"};
    static const char *const after[] = {"FIN-WAIT-1", "CLOSING", "LAST-ACK"};

    (void)state; /* some stacks set FIN on each ACK until it is acknowledged */
    for (size_t i = 0; i < 3; i++) {
        place(places[i]);
        const tcp_state_t client_state = (tcp_state_t)drive.shown.status.state[ROLE_CLIENT];

        for (unsigned copy = 0; copy < 5; copy++) {
            client(FIN | ACK, 1, i == 0 ? 1 : 2, 0);
            assert_client(tcp_state_text(client_state));
        }
        wait_for(2 * TICK);
        client(FIN | ACK, 1, i == 0 ? 1 : 2, 0);
        assert_client(after[i]);
    }
}

/* -- Forged ------------------------------------------------------------------------------------ */

/* A second after its FIN, which the server may have acknowledged, the client sends this many pure
 * ACKs at the FIN's number. */
static void deny_fin(bool acknowledged, unsigned acks)
{
    place(acknowledged ? "FIN-WAIT-2 / CLOSE-WAIT" : "FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    if (acknowledged)
        server(ACK, 1, 2, 1);
    client_acks(acks, 1, 1);
}

static void two_acks_below_a_fin_disown_it(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4: they have SND.NXT */
    deny_fin(false, 1);
    assert_client("FIN-WAIT-1");
    deny_fin(false, 2);
    assert_client("ESTABLISHED");
    assert_int_equal(drive.shown.status.basis[ROLE_CLIENT], BASIS_SENT);
    deny_fin(true, 1);
    assert_client("FIN-WAIT-2");
    deny_fin(true, 2);
    assert_client("ESTABLISHED");
}

static void acks_beyond_a_fin_do_not(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    for (unsigned i = 0; i < 5; i++)
        client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-2");
}

static void within_a_round_trip_acks_may_be_reordered(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    wait_for(TICK - 1);
    client_acks(2, 1, 1);
    identification(1);
    client(ACK, 1, 1, 0); /* the first that counts */
    assert_client("FIN-WAIT-1");
    identification(2);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void acks_that_lie_no_window_before_a_fin_disown_nothing(void **state)
{
    (void)state; /* they are of another connection */
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    wait_for(SECOND);
    client(ACK, (uint32_t)-500000000, 1, 0);
    wait_for(SECOND);
    client(ACK, (uint32_t)-500000000, 1, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void keep_alives_below_an_acknowledged_fin_disown_nothing(void **state)
{
    (void)state; /* RFC 9293 3.8.4: SND.NXT-1, on an idle connection */
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    for (unsigned i = 0; i < 5; i++)
        client(ACK, 1, 1, 0);
    assert_client("FIN-WAIT-2");
}

static void old_data_below_a_fin_disown_nothing(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 50, 1, 1);
    client(PSH | ACK, 50, 1, 1);
    assert_client("FIN-WAIT-1");
}

static void with_a_silent_side_two_acks_disown_a_fin(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client_acks(2, 1, 1);
    assert_client("ESTABLISHED");
}

static void data_in_place_of_a_fin_disown_it_at_once(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(2 * TICK - 1 - TICK); /* a round trip since the FIN, minus 1 ns */
    client(PSH | ACK, 1, 1, 1);
    assert_client("FIN-WAIT-2");
    wait_for(1);
    client(PSH | ACK, 1, 1, 1);
    assert_client("ESTABLISHED");
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 100); /* data followed by the FIN */
    assert_moves(
        "client goes on as without the FIN that was captured or presumed, so it sent none there: "
        "not FIN-WAIT-1 but ESTABLISHED (RFC 9293 3.4); client sent FIN: ESTABLISHED "
        "to FIN-WAIT-1 (RFC 9293 3.10.4)");
}

static void behind_a_disowned_fin_another_may_be_inferred_and_taken_back(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 101, 1, 0); /* ahead */
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 200);
    client(FIN | ACK, 1, 201, 0);
    wait_for(SECOND);
    client(ACK, 2, 202, 0);
    assert_states("TIME-WAIT / CLOSED");
    client(ACK, 2, 300, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void after_a_disowned_fin_a_later_fin_counts(void **state)
{
    (void)state;
    deny_fin(true, 2);
    client(PSH | ACK, 1, 2, 10);
    client(FIN | ACK, 11, 2, 0);
    assert_client("FIN-WAIT-1");
    assert_anomalies("fin_moved"); /* the other one has shown to be forged before, but was there */
    deny_fin(true, 2);
    client(FIN | ACK, 1, 2, 0); /* the server acknowledged the forged FIN, not this one */
    assert_client("FIN-WAIT-1");
    wait_for(SECOND);
    server(ACK, 2, 2, 0);
    assert_client("FIN-WAIT-2");
}

static void a_refused_fin_that_was_acknowledged_and_disowned_does_not_come_back(void **state)
{
    (void)state;
    handshake();
    client(FIN, 1, 0, 0); /* without ACK */
    server(ACK, 1, 2, 0);
    assert_client("FIN-WAIT-2");
    wait_for(SECOND);
    server(ACK, 1, 2, 1);
    client_acks(2, 1, 1);
    assert_client("ESTABLISHED");
    server(ACK, 2, 2, 0);
    assert_client("ESTABLISHED");
}

static void data_forged_with_the_fin_are_disowned_too(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 100);
    wait_for(SECOND);
    client_acks(2, 1, 1);
    assert_client("ESTABLISHED");
    server(FIN | ACK, 1, 101, 0); /* acknowledges data that the client never sent */
    assert_client("ESTABLISHED");
}

/* A FIN of the client, which goes on below it when the server has closed. */
static void refute_fin(uint32_t seq, uint32_t len, int64_t pause)
{
    begin(NULL);
    handshake();
    client(FIN | ACK, seq, 1, len);
    wait_for(pause);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
}

/* The forged FIN stood further on than the client's own, which is captured behind the ACK of it. */
static void the_ack_of_the_real_fin_may_be_captured_before_it(void **state)
{
    (void)state;
    refute_fin(51, 0, SECOND);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    client(FIN | ACK, 1, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
}

/* An ACK of all up to the forged FIN does not answer that. */
static void the_real_fin_may_end_where_the_forged_one_began(void **state)
{
    (void)state;
    refute_fin(51, 0, SECOND);
    server(ACK, 2, 51, 0);
    client(FIN | ACK, 1, 2, 49);
    assert_states("CLOSED / TIME-WAIT");
}

/* Nor does a segment draw an ACK of a part of it: what this answers was not captured. */
static void an_ack_in_the_middle_of_what_was_forged_answers_something_else(void **state)
{
    (void)state;
    refute_fin(1, 3, SECOND);
    server(ACK, 2, 2, 0);
    client(FIN | ACK, 1, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 3); /* data and FIN apart */
    client(FIN | ACK, 4, 1, 0);
    wait_for(SECOND);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    server(ACK, 2, 3, 0);
    client(FIN | ACK, 1, 2, 1);
    assert_states("CLOSED / TIME-WAIT");
}

/* What the forged FIN may have drawn is no ACK of the real one. */
static void an_ack_of_what_was_forged_with_the_fin_is_none_of_the_real_one(void **state)
{
    (void)state;
    refute_fin(1, 50, SECOND);
    server(ACK, 2, 52, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-2");
    refute_fin(51, 0, SECOND);
    for (unsigned i = 0; i < RECENT_MAX; i++)
        client(ACK, 1, 2, 0); /* so that the forged segment is forgotten */
    server(ACK, 2, 52, 0);
    client(FIN | ACK, 1, 2, 10);
    assert_states("LAST-ACK / TIME-WAIT");
}

static void a_clock_that_is_set_back_does_not_hide_that_a_fin_was_forged(void **state)
{
    (void)state;
    refute_fin(51, 0, -SECOND); /* the last ACK acknowledges more than the FIN did */
}

static void without_a_round_trip_the_numbers_show_that_a_fin_was_forged(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        wait_for(-SECOND); /* none can be told */
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        client(FIN | ACK, 51, 1, 0);
        server(FIN | ACK, 1, 1, 0);
        client(ACK, 1, i == 0 ? 2 : 1, 0);
        client(ACK, 1, i == 0 ? 2 : 1, 0);
        assert_client(i == 0 ? "CLOSE-WAIT" : "CLOSING");
    }
}

static void after_a_fin_was_disowned_acks_are_counted_anew(void **state)
{
    (void)state;
    deny_fin(false, 2);
    client(PSH | ACK, 1, 1, 10); /* also forged */
    server(ACK, 1, 11, 0);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 11, 0);
    assert_client("CLOSE-WAIT");
}

static void acks_before_a_fin_do_not_count_against_it(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(ACK, 1, 1, 0); /* reordered */
    client(FIN | ACK, 11, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void a_closed_end_may_have_sent_its_fin_elsewhere(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    wait_for(SECOND);
    server(FIN | ACK, 1, 2, 50); /* data where the first FIN was; this FIN follows them */
    assert_moves(
        "server goes on as without the FIN that was captured or presumed, so it sent none there: "
        "not CLOSED but CLOSE-WAIT (RFC 9293 3.4); server sent FIN: CLOSE-WAIT to "
        "LAST-ACK (RFC 9293 3.10.4)");
}

/* -- Which FIN counts -------------------------------------------------------------------------- */

static void after_an_acknowledged_fin_no_other_fin_counts(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(FIN | ACK, 101, 1, 0);
    assert_phase("Teardown (half-closed)");
    assert_int_equal(drive.shown.teardown_steps, 0);
}

static void a_fin_below_acknowledged_data_is_old(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(FIN | ACK, 99, 1, 0);
    assert_client("ESTABLISHED");
}

static void a_fin_below_unacknowledged_data_may_be_genuine(void **state)
{
    (void)state; /* the data may be forged instead */
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 51, 1, 0);
    assert_client("FIN-WAIT-1");
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 52, 0); /* this may be the ACK of the FIN */
    client(FIN | ACK, 51, 1, 0);
    assert_client("FIN-WAIT-2");
    begin(NULL);
    drive.isn[CLIENT] = UINT32_C(0xf0000000);
    client(PSH | ACK, 1, 1, 100); /* also with a silent side */
    client(FIN | ACK, 51, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void a_fin_at_its_senders_next_number_counts(void **state)
{
    (void)state; /* the ACK beyond it was forged */
    handshake();
    server(ACK, 1, 501, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void a_fin_with_a_later_timestamp_counts(void **state)
{
    static const uint32_t clocks[] = {1030, 1031};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        handshake_with_clocks();
        timestamps(1030, 5000);
        client(PSH | ACK, 1, 1, 100); /* forged */
        timestamps(5030, 1030);
        server(ACK, 1, 101, 0);
        timestamps(clocks[i], 5000);
        client(FIN | ACK, 1, 1, 0);
        assert_client(i == 0 ? "ESTABLISHED" : "FIN-WAIT-1");
    }
}

static void a_fin_may_have_any_number(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 1);
    client(FIN | ACK, 0u - drive.isn[CLIENT], 1, 0); /* the raw number is 0 */
    assert_client("FIN-WAIT-1");
}

/* -- Lost -------------------------------------------------------------------------------------- */

static void a_pure_ack_shows_that_a_fin_was_lost(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    server(ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    assert_bases("Sent / Sent");
}

static void it_does_so_soon_where_the_round_trip_takes_no_time(void **state)
{
    (void)state; /* both hosts are the capture's own, or its clock is coarse */
    client(SYN, 0, 0, 0);
    wait_for(0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(0);
    client(ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    wait_for(50 * MILLISECOND);
    server(ACK, 1, 1, 0);
    assert_server("ESTABLISHED");
}

/* The client sends 100 bytes, the server ACK number `before`; the client sends its FIN, and a
 * second later the server sends ACK number `after`. */
static void acknowledge(uint32_t before, uint32_t after)
{
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, before, 0);
    client(FIN | ACK, 101, 1, 0);
    assert_server("CLOSE-WAIT");
    wait_for(SECOND);
    server(ACK, 1, after, 0);
}

static void a_repeated_ack_or_one_of_all_but_the_fin_shows_it_too(void **state)
{
    (void)state;
    acknowledge(1, 101); /* all but the FIN */
    assert_server("ESTABLISHED");
    acknowledge(51, 51); /* the same as before */
    assert_server("ESTABLISHED");
    acknowledge(1, 51); /* advances, so it may be late itself */
    assert_server("CLOSE-WAIT");
}

static void a_clock_shows_that_an_ack_was_sent_a_round_trip_after_the_fin(void **state)
{
    static const uint32_t clocks[] = {1050, 1049};

    (void)state; /* however long it stood in a queue */
    for (size_t i = 0; i < 2; i++) {
        handshake_with_clocks();
        server(FIN | ACK, 1, 1, 0);
        wait_for(SECOND);
        timestamps(clocks[i], 5000);
        client(ACK, 1, 1, 0);
        assert_client(i == 0 ? "ESTABLISHED" : "CLOSE-WAIT");
    }
}

static void the_time_is_counted_from_the_last_copy_of_the_fin(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 1, 0);
    assert_server("CLOSE-WAIT");
}

/* Some receivers keep nothing that comes ahead of a gap. */
static void the_ack_of_what_filled_the_gap_tells_whether_the_fin_behind_it_was_kept(void **state)
{
    (void)state;
    for (unsigned kept = 0; kept < 2; kept++) {
        begin(NULL);
        place("FIN-WAIT-1 / ESTABLISHED");
        client(ACK, 1, 1, 100);
        assert_server("CLOSE-WAIT");
        server(ACK, 1, 101 + kept, 0);
        assert_server(kept ? "CLOSE-WAIT" : "ESTABLISHED");
        client(FIN | ACK, 101, 1, 0);
        assert_server("CLOSE-WAIT");
        server(ACK, 1, 101, 0); /* may have crossed the FIN */
        assert_server("CLOSE-WAIT");
    }
}

static void of_a_fin_without_ack_and_one_with_it_the_latter_is_acknowledged(void **state)
{
    (void)state;
    client(ACK, 0, 1, 0);
    server(FIN, 101, 0, 0);
    server(FIN | ACK, 1, 1, 100);
    client(ACK, 0, 102, 0);
    assert_int_equal(shown_facts()->close.fin_frame, 3);
}

static void what_fills_only_a_part_of_the_gap_tells_nothing_of_the_fin(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 1, 1, 50);
    server(ACK, 1, 51, 0);
    assert_server("ESTABLISHED");
    client(ACK, 51, 1, 50);
    assert_server("CLOSE-WAIT");
    server(ACK, 1, 51, 0);
    assert_server("CLOSE-WAIT");
}

static void an_old_ack_leaves_rcv_nxt_alone(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    server(ACK, 1, 1, 0);
    client(RST, 2, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_server("CLOSED");
}

static void an_acknowledged_fin_beyond_a_gap_has_arrived(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 102, 0);
    client(RST, 101, 0, 0); /* the FIN's own number */
    assert_server("CLOSED");
}

static void the_clock_of_whoever_waits_for_the_other_fin_goes_on(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(1040, 5000);
    client(FIN | ACK, 1, 1, 0);
    timestamps(5050, 1040);
    server(ACK, 1, 2, 0);
    assert_client("FIN-WAIT-2");
    wait_for(10 * SECOND); /* in which it stands still */
    timestamps(1041, 5050);
    client(ACK, 2, 1, 0);
    timestamps(15060, 1041);
    server(FIN | ACK, 1, 2, 0);
    assert_client("TIME-WAIT");
    wait_for(SECOND);
    timestamps(1091, 5050); /* 40 ms after the FIN */
    client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-2");
}

/* Two FINs of the client, of which one is forged; the ACK of one of them tells which. */
static void send_two_fins(uint32_t first, uint32_t second)
{
    begin(NULL);
    handshake();
    exchange_data();
    client(FIN | ACK, first, 1, 0);
    client(FIN | ACK, second, 1, 0);
    assert_anomalies("fin_moved");
}

static void of_two_fins_the_one_counts_that_is_acknowledged(void **state)
{
    (void)state;
    send_two_fins(1, 101);
    server(FIN | ACK, 1, 2, 0);
    assert_shows("Teardown 2+3/4", "TIME-WAIT / LAST-ACK");
    assert_int_equal(shown_facts()->close.fin_frame, 7);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    send_two_fins(101, 1);
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / LAST-ACK");
    assert_int_equal(shown_facts()->close.fin_frame, 8);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    send_two_fins(1, 101);
    server(FIN | ACK, 1, 1, 0); /* neither */
    assert_states("CLOSING / CLOSING");
}

static void the_first_of_a_side_below_what_was_acknowledged_is_no_fin(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 51, 0);
    server(FIN | ACK, 1, 1, 0); /* drive.h: whatever the numbers are */
    assert_int_equal(drive.shown.teardown_steps, 0);
}

/* It may be the same one, captured twice. */
static void an_ack_below_a_fin_counts_once_as_long_as_nothing_else_is_captured(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        place("FIN-WAIT-1 / CLOSE-WAIT");
        wait_for(SECOND);
        client(ACK, 1, 1, 0);
        if (i == 1)
            wait_for(SECOND);
        else if (i == 2)
            server(PSH | ACK, 1, 1, 1);
        else if (i == 3)
            identification(1);
        client(ACK, 1, 1, 0);
        assert_client(i == 0 ? "FIN-WAIT-1" : "ESTABLISHED");
    }
}

static void a_fin_before_the_first_number_is_nobodys(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(FIN | ACK, (uint32_t)-10000, 1, 0);
    assert_true(drive.shown.status.state[ROLE_SERVER] != STATE_FIN_WAIT_1);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

/* What it acknowledges is new, but its own number is one that nobody has sent for long. */
static void nor_is_one_farther_back_than_the_window(void **state)
{
    (void)state;
    for (unsigned far = 0; far < 2; far++) {
        begin(NULL);
        handshake();
        for (uint32_t seq = 1; seq < 5 * WINDOW; seq += WINDOW) {
            client(ACK, seq, 1, WINDOW);
            server(ACK, 1, seq + WINDOW, 0);
        }
        server(ACK, 1, 1 + 5 * WINDOW, 10);
        client(FIN | ACK, far ? 2 * WINDOW : 5 * WINDOW, 11, 0);
        assert_client(far ? "ESTABLISHED" : "FIN-WAIT-2");
    }
}

/* Nothing comes in between from an endpoint that is never heard. */
static void of_a_side_heard_alone_an_ack_below_a_fin_counts_once_too(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
    wait_for(MILLISECOND);
    client(ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
    identification(1);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

/* Its ACK was captured before it, and a later segment of its sender, too: it is refused, but was
 * sent, and crossed the other's. */
static void a_fin_known_from_its_ack_counts_though_its_timestamp_is_old(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(1030, 5000);
    client(FIN | ACK, 1, 1, 0);
    timestamps(1040, 5010);
    client(ACK, 2, 2, 0);
    timestamps(5020, 1040);
    server(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    timestamps(5010, 1020);
    server(FIN | ACK, 1, 1, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
}

static void an_old_timestamp_excuses_no_other_segment(void **state)
{
    (void)state; /* RFC 7323 5.3: it is dropped, so that its ACK is none */
    handshake_with_clocks();
    timestamps(5010, 1020);
    server(FIN | ACK, 1, 1, 0);
    timestamps(1000, 5010);
    client(ACK, 1, 2, 0);
    assert_phase("Teardown");
    timestamps(1030, 5010);
    client(ACK, 1, 2, 0);
    assert_phase("Teardown 2/4");
}

/* The forged FIN has drawn an ACK, and so has the segment that showed it to be forged; one more is
 * that of the real FIN, captured before it. */
static void a_forged_fin_draws_one_ack_and_what_disowns_it_one_more(void **state)
{
    (void)state;
    for (unsigned acks = 0; acks < 3; acks++) {
        deny_fin(true, 2);
        for (unsigned i = 0; i < acks; i++)
            server(ACK, 2, 2, 0);
        client(FIN | ACK, 1, 2, 0);
        assert_client(acks < 2 ? "FIN-WAIT-1" : "FIN-WAIT-2");
    }
}

/* The server has refused the forged FIN, as by its timestamp: so the ACK with its number is that of
 * the real one, unless the client has said anything between them. */
static void the_ack_of_a_forged_fin_that_was_refused_is_that_of_the_real_one(void **state)
{
    (void)state;
    for (unsigned said = 0; said < 2; said++) {
        refute_fin(1, 0, SECOND);
        server(ACK, 2, 2, 0);
        if (said)
            client(ACK, 1, 2, 0);
        client(FIN | ACK, 1, 2, 0);
        assert_states(said ? "LAST-ACK / TIME-WAIT" : "CLOSED / TIME-WAIT");
    }
}

static void an_ack_of_less_than_was_acknowledged_before_the_fin_does_not_refute_it(void **state)
{
    (void)state; /* it is an old copy */
    handshake();
    server(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 101, 100);
    server(ACK, 101, 101, 0);
    server(FIN | ACK, 101, 101, 0);
    client(ACK, 101, 102, 0);
    for (unsigned i = 0; i < 3; i++) {
        wait_for(SECOND);
        server(ACK, 1, 51, 0);
        assert_states("CLOSE-WAIT / FIN-WAIT-2");
    }
    wait_for(SECOND);
    server(ACK, 1, 101, 0); /* but not these */
    wait_for(SECOND);
    server(ACK, 1, 101, 0);
    assert_server("ESTABLISHED");
}

/* Its checksum is wrong, and that of another segment right. */
static void client_sends_damaged_fin(void)
{
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 0);
    checksum(CHECKSUM_BAD);
    client(PSH | FIN | ACK, 1, 1, 10);
}

static void a_damaged_fin_that_its_sender_has_passed_crosses_the_other(void **state)
{
    (void)state;
    handshake();
    client_sends_damaged_fin();
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 12, 2, 0);
    assert_states("CLOSING / FIN-WAIT-2");
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
    assert_int_equal(drive.summary.outcome, OUTCOME_HALF_CLOSED);
    wait_for(SECOND);
    client(PSH | FIN | ACK, 1, 2, 10); /* again, in good order */
    server(ACK, 2, 12, 0);
    assert_states("TIME-WAIT / TIME-WAIT");
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
    assert_int_equal(drive.summary.outcome, OUTCOME_CLOSED);
}

static void nobody_acknowledges_a_damaged_fin(void **state)
{
    (void)state; /* and the other FIN, which was not captured, does not either */
    handshake();
    server(PSH | ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 11, 0);
    checksum(CHECKSUM_BAD);
    client(PSH | FIN | ACK, 1, 11, 10);
    client(ACK, 12, 12, 0);
    assert_states("CLOSING / FIN-WAIT-2");
    assert_int_equal(drive.summary.outcome, OUTCOME_HALF_CLOSED);
}

static void a_fin_that_repeats_a_damaged_one_crosses_the_other(void **state)
{
    (void)state;
    handshake();
    client_sends_damaged_fin();
    server(FIN | ACK, 1, 1, 0);
    assert_int_equal(drive.summary.closed_by, 0); /* cannot be told yet */
    client(PSH | FIN | ACK, 1, 2, 10);
    assert_states("CLOSING / TIME-WAIT");
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
    handshake();
    client_sends_damaged_fin();
    server(FIN | ACK, 1, 1, 0);
    client(PSH | ACK, 1, 2, 20); /* it was none */
    client(FIN | ACK, 21, 2, 0);
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
}

static void a_byte_that_was_taken_for_a_fin_settles_nothing(void **state)
{
    (void)state; /* the server's byte was not captured */
    handshake();
    client(FIN | ACK, 1, 1, 100);
    client(ACK, 102, 2, 0);
    assert_int_equal(drive.summary.closed_by, WHO_CLIENT);
    server(FIN | ACK, 2, 1, 0);
    assert_int_equal(drive.summary.closed_by, WHO_BOTH);
}

/* After a FIN of the client that was damaged: the server's, and what the client says then. */
static void damaged_fin_and_server_fin(uint32_t server_ack)
{
    begin(NULL);
    handshake();
    client_sends_damaged_fin();
    server(FIN | ACK, 1, server_ack, 0);
}

static void who_closed_is_open_only_while_the_damaged_fin_may_count(void **state)
{
    (void)state;
    damaged_fin_and_server_fin(1);
    assert_int_equal(drive.summary.closed_by, 0);
    client(ACK, 1, 2, 0); /* it stands before that FIN */
    assert_int_equal(drive.summary.closed_by, 0);
    client(PSH | ACK, 1, 2, 11); /* and sends beyond it */
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
    begin(NULL); /* the server's came before it */
    handshake();
    server(FIN | ACK, 1, 1, 0);
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 2, 0);
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, 2, 0);
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
    begin(NULL); /* it was refused for another reason: it had no ACK */
    handshake();
    client(FIN, 1, 0, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
}

static void a_fin_with_another_number_repeats_no_damaged_one(void **state)
{
    (void)state;
    damaged_fin_and_server_fin(1);
    client(PSH | FIN | ACK, 1, 2, 11);
    assert_states("LAST-ACK / TIME-WAIT");
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
}

static void what_is_old_or_has_data_passes_no_fin(void **state)
{
    (void)state;
    handshake_with_clocks();
    checksum(CHECKSUM_GOOD);
    timestamps(1030, 5000);
    client(ACK, 1, 1, 0);
    checksum(CHECKSUM_BAD);
    timestamps(1040, 5000);
    client(FIN | ACK, 1, 1, 0);
    timestamps(1025, 5000);
    client(ACK, 2, 1, 0);
    assert_client("ESTABLISHED");
    timestamps(1050, 5000);
    client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-1");
    timestamps(1060, 5000);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void a_damaged_fin_without_ack_tells_nothing_of_the_other(void **state)
{
    (void)state;
    handshake();
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 0);
    checksum(CHECKSUM_BAD);
    client(FIN, 1, 0, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_int_equal(drive.summary.closed_by, WHO_SERVER);
    client(FIN | ACK, 1, 2, 0);
    assert_states("LAST-ACK / TIME-WAIT");
}

static void the_newest_ack_is_not_old_nor_is_one_behind_a_forged_fin(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 200);
    server(ACK, 1, 101, 0);
    server(FIN | ACK, 1, 101, 0);
    wait_for(SECOND);
    server(ACK, 2, 201, 0);
    for (unsigned i = 0; i < 2; i++) {
        wait_for(SECOND);
        server(ACK, 1, 151, 0); /* less than that */
        assert_server("FIN-WAIT-1");
    }
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 200);
    server(ACK, 1, 101, 0);
    server(FIN | ACK, 1, 201, 0); /* only this has acknowledged more */
    for (unsigned i = 0; i < 2; i++) {
        wait_for(SECOND);
        server(ACK, 1, 101, 0);
    }
    assert_server("ESTABLISHED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_retransmitted_fin_is_no_longer_acknowledged),
        TEST(the_round_trip_is_counted_from_its_last_ack),
        TEST(a_fin_with_an_old_timestamp_is_a_copy),
        TEST(so_is_a_fin_whose_ack_was_captured_before_it),
        TEST(so_are_fins_that_come_sooner_one_after_the_other_than_any_timer_lets_them),
        TEST(two_acks_below_a_fin_disown_it),
        TEST(acks_that_lie_no_window_before_a_fin_disown_nothing),
        TEST(acks_beyond_a_fin_do_not),
        TEST(within_a_round_trip_acks_may_be_reordered),
        TEST(keep_alives_below_an_acknowledged_fin_disown_nothing),
        TEST(old_data_below_a_fin_disown_nothing),
        TEST(with_a_silent_side_two_acks_disown_a_fin),
        TEST(data_in_place_of_a_fin_disown_it_at_once),
        TEST(behind_a_disowned_fin_another_may_be_inferred_and_taken_back),
        TEST(after_a_disowned_fin_a_later_fin_counts),
        TEST(a_refused_fin_that_was_acknowledged_and_disowned_does_not_come_back),
        TEST(data_forged_with_the_fin_are_disowned_too),
        TEST(the_ack_of_the_real_fin_may_be_captured_before_it),
        TEST(the_real_fin_may_end_where_the_forged_one_began),
        TEST(an_ack_in_the_middle_of_what_was_forged_answers_something_else),
        TEST(an_ack_of_what_was_forged_with_the_fin_is_none_of_the_real_one),
        TEST(a_clock_that_is_set_back_does_not_hide_that_a_fin_was_forged),
        TEST(without_a_round_trip_the_numbers_show_that_a_fin_was_forged),
        TEST(after_a_fin_was_disowned_acks_are_counted_anew),
        TEST(acks_before_a_fin_do_not_count_against_it),
        TEST(a_closed_end_may_have_sent_its_fin_elsewhere),
        TEST(after_an_acknowledged_fin_no_other_fin_counts),
        TEST(a_fin_below_acknowledged_data_is_old),
        TEST(a_fin_below_unacknowledged_data_may_be_genuine),
        TEST(a_fin_at_its_senders_next_number_counts),
        TEST(a_fin_with_a_later_timestamp_counts),
        TEST(a_fin_may_have_any_number),
        TEST(a_pure_ack_shows_that_a_fin_was_lost),
        TEST(it_does_so_soon_where_the_round_trip_takes_no_time),
        TEST(a_repeated_ack_or_one_of_all_but_the_fin_shows_it_too),
        TEST(a_clock_shows_that_an_ack_was_sent_a_round_trip_after_the_fin),
        TEST(the_time_is_counted_from_the_last_copy_of_the_fin),
        TEST(the_ack_of_what_filled_the_gap_tells_whether_the_fin_behind_it_was_kept),
        TEST(of_a_fin_without_ack_and_one_with_it_the_latter_is_acknowledged),
        TEST(what_fills_only_a_part_of_the_gap_tells_nothing_of_the_fin),
        TEST(an_old_ack_leaves_rcv_nxt_alone),
        TEST(an_acknowledged_fin_beyond_a_gap_has_arrived),
        TEST(the_clock_of_whoever_waits_for_the_other_fin_goes_on),
        TEST(of_two_fins_the_one_counts_that_is_acknowledged),
        TEST(the_first_of_a_side_below_what_was_acknowledged_is_no_fin),
        TEST(an_ack_below_a_fin_counts_once_as_long_as_nothing_else_is_captured),
        TEST(a_fin_before_the_first_number_is_nobodys),
        TEST(nor_is_one_farther_back_than_the_window),
        TEST(of_a_side_heard_alone_an_ack_below_a_fin_counts_once_too),
        TEST(a_fin_known_from_its_ack_counts_though_its_timestamp_is_old),
        TEST(an_old_timestamp_excuses_no_other_segment),
        TEST(a_forged_fin_draws_one_ack_and_what_disowns_it_one_more),
        TEST(the_ack_of_a_forged_fin_that_was_refused_is_that_of_the_real_one),
        TEST(an_ack_of_less_than_was_acknowledged_before_the_fin_does_not_refute_it),
        TEST(a_damaged_fin_that_its_sender_has_passed_crosses_the_other),
        TEST(nobody_acknowledges_a_damaged_fin),
        TEST(a_fin_that_repeats_a_damaged_one_crosses_the_other),
        TEST(a_byte_that_was_taken_for_a_fin_settles_nothing),
        TEST(who_closed_is_open_only_while_the_damaged_fin_may_count),
        TEST(a_fin_with_another_number_repeats_no_damaged_one),
        TEST(what_is_old_or_has_data_passes_no_fin),
        TEST(a_damaged_fin_without_ack_tells_nothing_of_the_other),
        TEST(the_newest_ack_is_not_old_nor_is_one_behind_a_forged_fin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
