/* test_evidence.c
 * What an endpoint proves or disproves of itself by going on: that a RST was not its own or did not
 * end it, that a SYN, a SYN-ACK or their answer was lost, that data or an ACK were forged. And how
 * long it takes until that is certain: what was under way or waited in a queue proves nothing.
 *
 * The handshake of these tests has a round trip of 20 ms, unless something else is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* A handshake in which the server answers after `one`, and the client after `other`. */
static void handshake_in(int64_t one, int64_t other)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    wait_for(one);
    server(SYN | ACK, 0, 1, 0);
    wait_for(other);
    client(ACK, 1, 1, 0);
}

/* With timestamps that count milliseconds: the client's from 1000 on, the server's from 5000. */
static void handshake_with_clocks(void)
{
    begin(NULL);
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
}

/* -- The handshake again ----------------------------------------------------------------------- */

static void a_syn_sent_again_shows_that_the_syn_ack_was_lost(void **state)
{
    (void)state; /* RFC 6298 2: after a second; what comes sooner than 200 ms is a copy */
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(190 * MILLISECOND - 1);
    client(SYN, 0, 0, 0);
    assert_client("ESTABLISHED");
    wait_for(200 * MILLISECOND - 1);
    client(SYN, 0, 0, 0); /* counted from the last one */
    assert_client("ESTABLISHED");
    wait_for(200 * MILLISECOND);
    client(SYN, 0, 0, 0);
    assert_client("SYN-SENT");
    assert_bases("Sent / Sent");

    handshake();
    wait_for(SECOND);
    client(SYN, 0, 0, 0); /* who has acknowledged the SYN-ACK has got it */
    assert_client("ESTABLISHED");
}

static void a_syn_ack_sent_again_shows_that_step_3_was_lost(void **state)
{
    static const int64_t waits[] = {200 * MILLISECOND - 1, 200 * MILLISECOND};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        handshake_in(10 * MILLISECOND, 10 * MILLISECOND);
        wait_for(waits[i] - 10 * MILLISECOND);
        server(SYN | ACK, 0, 1, 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER],
                         i == 0 ? STATE_ESTABLISHED : STATE_SYN_RECEIVED);
        handshake_in(10 * MILLISECOND, 290 * MILLISECOND); /* and not within a round trip */
        wait_for(100 * MILLISECOND + waits[i]);
        server(SYN | ACK, 0, 1, 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER],
                         i == 0 ? STATE_ESTABLISHED : STATE_SYN_RECEIVED);
    }
}

static void a_syn_ack_shows_nothing_of_who_has_closed_since(void **state)
{
    (void)state;
    place("CLOSE-WAIT / FIN-WAIT-1");
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

/* -- After its own RST ------------------------------------------------------------------------- */

/* Both ends are closed by a RST of the client; the server has sent 100 bytes before. */
static void reset_by_client(void)
{
    server(PSH | ACK, 1, 1, 100);
    client(RST, 1, 0, 0);
    assert_states("CLOSED / CLOSED");
}

static void new_data_after_the_own_rst_show_that_it_was_forged(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    client(PSH | ACK, 1, 1, 1);
    assert_client("ESTABLISHED");
}

static void so_does_a_new_ack(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    client(ACK, 1, 2, 0);
    assert_client("ESTABLISHED");
    place("SYN-SENT / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    client(ACK, 1, 1, 0); /* and a first one */
    assert_client("ESTABLISHED");
    begin(NULL);
    drive.isn[SERVER] = 5000;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    timestamps(1000, 0);
    client(ACK, 1, 1, 0); /* but not where its clock has not gone on */
    assert_client("CLOSED");
}

static void what_was_said_before_shows_it_when_it_comes_too_late(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    wait_for(2 * TICK - 1);
    client(ACK, 1, 1, 0);
    assert_client("CLOSED");
    wait_for(1);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void a_later_timestamp_shows_it_and_an_earlier_one_never(void **state)
{
    (void)state;
    handshake_with_clocks();
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    timestamps(1020, 5000);
    client(PSH | ACK, 1, 1, 100); /* held back somewhere */
    assert_client("CLOSED");
    timestamps(1010, 5000);
    client(ACK, 1, 1, 0);
    assert_client("CLOSED");
    timestamps(1021, 5000);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void where_timestamps_begin_or_end_the_numbers_tell(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    timestamps(1000, 5000);
    client(PSH | ACK, 1, 1, 100);
    assert_client("ESTABLISHED");
    handshake_with_clocks();
    client(RST, 1, 0, 0);
    client(PSH | ACK, 1, 1, 100);
    assert_client("ESTABLISHED");
}

/* -- After the other side's RST ---------------------------------------------------------------- */

static void an_ack_below_the_rst_shows_that_it_was_refused(void **state)
{
    static const int64_t waits[] = {50 * MILLISECOND - 1, 50 * MILLISECOND};

    (void)state; /* RFC 5961 3; sooner than half the time of its answer it has not got the RST */
    for (size_t i = 0; i < 2; i++) {
        handshake_in(100 * MILLISECOND, 100 * MILLISECOND);
        client(PSH | ACK, 1, 1, 100);
        client(RST, 101, 0, 0);
        wait_for(waits[i]);
        server(ACK, 1, 1, 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER],
                         i == 0 ? STATE_CLOSED : STATE_ESTABLISHED);
    }
    for (size_t i = 0; i < 2; i++) { /* likewise the client, whose answer takes 80 ms */
        handshake_in(100 * MILLISECOND, 80 * MILLISECOND);
        server(PSH | ACK, 1, 1, 100);
        server(RST, 101, 0, 0);
        wait_for(waits[i] - 10 * MILLISECOND);
        client(ACK, 1, 1, 0);
        assert_client(i == 0 ? "CLOSED" : "ESTABLISHED");
    }
    begin(NULL); /* of a connection from its middle nobody knows that time */
    server(PSH | ACK, 1, 1, 10);
    client(PSH | ACK, 1, 11, 100);
    client(RST, 101, 0, 0);
    server(ACK, 11, 1, 0);
    assert_server("ESTABLISHED");
}

static void an_ack_of_the_rsts_own_number_shows_it_after_a_round_trip(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    wait_for(2 * TICK - 1);
    server(ACK, 1, 1, 0);
    assert_server("CLOSED");
    wait_for(1);
    server(ACK, 1, 1, 0);
    assert_server("ESTABLISHED");
}

static void so_do_data_that_are_sent_again(void **state)
{
    (void)state;
    handshake();
    reset_by_client();
    wait_for(2 * TICK - 1);
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
    wait_for(1);
    server(PSH | ACK, 1, 1, 100);
    assert_server("ESTABLISHED");
}

/* Once the client has reset, the server sends new data after this time. */
static bool new_data_show_it_after(int64_t wait)
{
    client(RST, 1, 0, 0);
    wait_for(wait);
    server(PSH | ACK, 1, 1, 100);
    return drive.shown.status.state[ROLE_SERVER] == STATE_ESTABLISHED;
}

static void new_data_show_it_when_no_queue_can_hold_them_any_more(void **state)
{
    (void)state; /* five round trips, or 50 ms */
    handshake();
    assert_false(new_data_show_it_after(10 * TICK - 1));
    handshake_in(10 * MILLISECOND, 10 * MILLISECOND);
    assert_true(new_data_show_it_after(10 * TICK));
    handshake_in(MILLISECOND, MILLISECOND);
    assert_false(new_data_show_it_after(50 * MILLISECOND - 1));
    handshake_in(MILLISECOND, MILLISECOND);
    assert_true(new_data_show_it_after(50 * MILLISECOND));
}

static int64_t wait_before_rst;

/* Likewise, at that value of the server's clock, which stood at 5000 ten milliseconds before the
 * handshake was over. */
static bool clock_shows_it(uint32_t value, int64_t wait)
{
    handshake_with_clocks();
    wait_for(wait_before_rst);
    client(RST, 1, 0, 0);
    timestamps(value, 1020);
    wait_for(wait);
    server(PSH | ACK, 1, 1, 100);
    return drive.shown.status.state[ROLE_SERVER] == STATE_ESTABLISHED;
}

static void by_its_clock_it_was_sent_a_round_trip_after_the_rst(void **state)
{
    (void)state; /* RFC 7323 3: whatever it has waited for since */
    wait_before_rst = TICK;
    assert_false(clock_shows_it(5039, SECOND));
    assert_true(clock_shows_it(5040, SECOND));
    assert_false(clock_shows_it(5040, 2 * TICK - 1)); /* but nothing is sent after it comes */
    assert_true(clock_shows_it(6000, 2 * TICK));
    assert_false(clock_shows_it(5000, 10 * TICK - 1)); /* a clock that stands still tells nothing */
    assert_true(clock_shows_it(5000, 10 * TICK));
    wait_before_rst = TICK + 1;
    assert_false(clock_shows_it(5040, SECOND));
}

static void without_a_clock_to_compare_it_may_have_waited(void **state)
{
    (void)state;
    handshake_with_clocks(); /* of which this segment has none: */
    timestamps(1030, 5000);
    client(PSH | ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    wait_for(10 * TICK - 1);
    server(PSH | ACK, 1, 101, 100);
    assert_server("CLOSED");
    for (unsigned of_client = 0; of_client < 2; of_client++) {
        begin(NULL);
        if (of_client) /* as if nobody could know better */
            timestamps(1000, 0);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        client(PSH | ACK, 1, 1, 100);
        client(RST, 101, 0, 0);
        timestamps(5000, 1000); /* its first one */
        wait_for(10 * TICK);
        server(PSH | ACK, 1, 101, 100);
        assert_server("ESTABLISHED");
    }
}

static void data_below_the_rst_may_have_been_under_way(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    server(PSH | ACK, 1, 1, 100);
    assert_server("CLOSED");
}

static void the_rst_that_ended_it_counts_not_the_one_before(void **state)
{
    (void)state;
    handshake();
    client(RST, 101, 0, 0); /* refused */
    assert_states("CLOSED / ESTABLISHED");
    wait_for(SECOND);
    client(RST, 1, 0, 0);
    assert_states("CLOSED / CLOSED");
    server(ACK, 1, 1, 0);
    assert_server("CLOSED");
}

static void who_goes_on_through_the_data_may_still_get_the_fin(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(RST, 102, 0, 0);
    assert_server("CLOSED");
    wait_for(SECOND);
    server(PSH | ACK, 1, 51, 10); /* sent before the rest had come */
    assert_server("CLOSE-WAIT");
    client(RST, 102, 0, 0);
    assert_server("CLOSED");
}

static void where_the_round_trip_is_not_known_clocks_tell_nothing(void **state)
{
    (void)state;
    timestamps(5000, 1000);
    server(PSH | ACK, 1, 1, 100);
    client(RST, 1, 0, 0);
    wait_for(SECOND - 1);
    timestamps(5001, 1000);
    server(PSH | ACK, 101, 1, 100);
    assert_server("CLOSED");
    wait_for(1);
    timestamps(5002, 1000);
    server(PSH | ACK, 201, 1, 100);
    assert_server("ESTABLISHED");
}

static void who_refuses_a_rst_tells_what_it_expects(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(RST, 101, 0, 0);
    assert_server("CLOSED");
    wait_for(SECOND);
    server(ACK, 1, 1, 0); /* a challenge ACK: it has not got the data */
    assert_server("ESTABLISHED");
    client(RST, 101, 0, 0);
    assert_server("ESTABLISHED");
    client(RST, 1, 0, 0);
    assert_server("CLOSED");
}

/* -- Forged data and ACKs ---------------------------------------------------------------------- */

/* Somebody sends 10 bytes in the client's name, and the server acknowledges them. */
static void forge_data(void)
{
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    client(ACK, 1, 1, 10);
    server(ACK, 11, 11, 0);
}

/* The server's next FIN, which acknowledges the forged data, is taken by the client. */
static bool client_knows_the_data(void)
{
    server(FIN | ACK, 11, 11, 0);
    return drive.shown.status.state[ROLE_CLIENT] == STATE_CLOSE_WAIT;
}

static void two_acks_below_forged_data_disown_them(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4: an unacceptable segment is answered with SND.NXT */
    forge_data();
    assert_true(client_knows_the_data());
    forge_data();
    client(ACK, 1, 11, 0); /* one may be an old copy */
    assert_true(client_knows_the_data());
    forge_data();
    client(ACK, 1, 11, 0);
    client(ACK, 1, 11, 0);
    assert_false(client_knows_the_data());
}

static void an_ack_of_something_new_is_enough(void **state)
{
    (void)state;
    forge_data();
    server(ACK, 11, 11, 10);
    client(ACK, 1, 21, 0);
    server(FIN | ACK, 21, 11, 0);
    assert_client("ESTABLISHED");
}

static void data_sent_again_disown_nothing(void **state)
{
    (void)state;
    for (uint32_t len = 1; len <= 10; len += 9) {
        forge_data();
        for (unsigned i = 0; i < 5; i++)
            client(ACK, 1, 11, len);
        assert_true(client_knows_the_data());
    }
}

static void who_has_closed_disowns_nothing_within_a_round_trip(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(FIN | ACK, 101, 1, 0);
    client(ACK, 1, 1, 0); /* overtaken */
    client(ACK, 1, 1, 0);
    server(ACK, 1, 102, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void an_ack_where_they_end_shows_that_they_were_its_own(void **state)
{
    (void)state;
    forge_data();
    client(ACK, 1, 11, 0);
    client(ACK, 11, 11, 0);
    client(ACK, 1, 11, 0); /* so this is an old copy, and */
    assert_true(client_knows_the_data());
}

static void an_ack_long_after_the_other_side_spoke_is_a_keep_alive(void **state)
{
    static const int64_t waits[] = {500 * MILLISECOND - 1, 500 * MILLISECOND};

    (void)state; /* RFC 9293 3.8.4: it has old numbers, too, but comes when nothing else does */
    for (size_t i = 0; i < 2; i++) {
        forge_data();
        client(ACK, 1, 11, 0);
        wait_for(waits[i] - TICK);
        client(ACK, 1, 11, 0);
        assert_int_equal(client_knows_the_data(), i == 1);
    }
}

static void an_ack_one_below_what_was_acknowledged_is_a_keep_alive(void **state)
{
    (void)state;
    forge_data();
    client(ACK, 10, 11, 0);
    client(ACK, 10, 11, 0);
    assert_true(client_knows_the_data());
}

static void acks_below_data_that_nobody_has_acknowledged_may_be_overtaken(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    client(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    client(ACK, 1, 11, 0);
    server(FIN | ACK, 11, 11, 0);
    assert_client("CLOSE-WAIT");
}

/* Likewise, with clocks: the client's stands at 1020 when the data are forged, with 1030. */
static void forge_data_with_clocks(void)
{
    handshake_with_clocks();
    timestamps(5010, 1020);
    server(ACK, 1, 1, 10);
    timestamps(1030, 5010);
    client(ACK, 1, 11, 10);
    timestamps(5020, 1030);
    server(ACK, 11, 11, 0);
}

/* The client's next pure ACKs, all of this clock, stand below the forged data. */
static bool acks_disown(unsigned count, uint32_t clock)
{
    forge_data_with_clocks();
    for (unsigned i = 0; i < count; i++) {
        timestamps(clock, 5010);
        client(ACK, 1, 11, 0);
    }
    return !client_knows_the_data();
}

static void one_ack_with_a_later_clock_is_enough(void **state)
{
    (void)state;
    assert_true(acks_disown(1, 1031));
    assert_false(acks_disown(1, 1030));
    assert_true(acks_disown(2, 1030));
}

static void acks_without_a_clock_are_counted(void **state)
{
    (void)state;
    forge_data_with_clocks();
    client(ACK, 1, 11, 0);
    client(ACK, 1, 11, 0);
    assert_false(client_knows_the_data());
}

static void acks_with_an_earlier_clock_disown_nothing(void **state)
{
    (void)state;
    assert_false(acks_disown(5, 1029));
    handshake_with_clocks(); /* likewise, where the server would take them: */
    timestamps(1100, 5000);
    client(ACK, 101, 1, 10); /* ahead of what the capture lacks */
    timestamps(5020, 1020);
    server(ACK, 1, 111, 0);
    for (unsigned i = 0; i < 5; i++) {
        timestamps(1050, 5000);
        client(ACK, 1, 1, 0);
    }
    client(ACK, 1, 1, 0); /* and one whose age nobody knows */
    timestamps(5030, 1020);
    server(FIN | ACK, 1, 111, 0);
    assert_client("CLOSE-WAIT");
}

static void an_ack_with_an_earlier_clock_leaves_out_no_fin(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(1030, 5000);
    client(FIN | ACK, 1, 1, 0);
    timestamps(5030, 1020);
    server(PSH | ACK, 101, 1, 10); /* crosses it, ahead of what the capture lacks */
    wait_for(SECOND);
    timestamps(5029, 1020); /* was held back for a second */
    server(ACK, 1, 1, 0);
    assert_server("CLOSE-WAIT");
}

static void an_ack_refutes_what_the_other_side_claims_to_have(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 501, 0); /* somebody forges an ACK of what the client never sent */
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 1, 1, 0); /* SND.NXT is still 1 */
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_states("CLOSED / CLOSED");
}

static void so_does_the_third_step_of_the_handshake(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 501, 0);
    client(ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

static void an_old_ack_refutes_no_claim(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 1, 501, 0);
    client(ACK, 1, 1, 0); /* overtaken by the data */
    client(RST, 11, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
}

static void data_refute_no_claim(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 501, 0);
    client(ACK, 1, 1, 10); /* may have been sent before what the capture lacks */
    client(RST, 11, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
    begin(NULL);
    handshake();
    server(ACK, 1, 501, 0);
    client(ACK, 501, 1, 10); /* and this behind it */
    client(ACK, 1, 1, 0);
    client(RST, 511, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

/* -- What was not captured of the handshake ---------------------------------------------------- */

static void a_server_that_sends_a_byte_or_a_fin_was_established(void **state)
{
    (void)state; /* its state says so, and what it rests on */
    place("ESTABLISHED / SYN-RECEIVED");
    server(PSH | ACK, 1, 1, 1);
    assert_moves("server goes on, so its SYN was acknowledged: SYN-RECEIVED to ESTABLISHED "
                 "(RFC 9293 3.10.7.4)");
    assert_bases("Presumed / Sent");
    place("ESTABLISHED / SYN-RECEIVED");
    server(FIN | ACK, 1, 1, 0);
    assert_moves("server goes on, so its SYN was acknowledged: SYN-RECEIVED to ESTABLISHED "
                 "(RFC 9293 3.10.7.4); "
                 "server sent FIN: ESTABLISHED to FIN-WAIT-1 (RFC 9293 3.10.4); "
                 "client received FIN: ESTABLISHED to CLOSE-WAIT (RFC 9293 3.10.7.4)");
}

static void a_server_that_acknowledges_data_was_established(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 1, 0); /* may be a challenge ACK */
    assert_server("SYN-RECEIVED");
    server(ACK, 1, 2, 0);
    assert_server("ESTABLISHED");
    assert_bases("Presumed / Sent");
}

static void a_server_whose_client_is_silent_goes_on_by_any_ack(void **state)
{
    (void)state; /* there is nobody whom it could challenge */
    server(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.shown.status.basis[ROLE_SERVER], BASIS_SENT);
}

static void a_clients_ack_tells_what_it_expects(void **state)
{
    (void)state;
    drive.isn[SERVER] = 5000;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);                     /* the SYN-ACK was not captured, */
    assert_false(drive.verdict.acks_missing); /* but no data are missing */
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_syn_sent_again_shows_that_the_syn_ack_was_lost),
        TEST(a_syn_ack_sent_again_shows_that_step_3_was_lost),
        TEST(a_syn_ack_shows_nothing_of_who_has_closed_since),
        TEST(new_data_after_the_own_rst_show_that_it_was_forged),
        TEST(so_does_a_new_ack),
        TEST(what_was_said_before_shows_it_when_it_comes_too_late),
        TEST(a_later_timestamp_shows_it_and_an_earlier_one_never),
        TEST(where_timestamps_begin_or_end_the_numbers_tell),
        TEST(an_ack_below_the_rst_shows_that_it_was_refused),
        TEST(an_ack_of_the_rsts_own_number_shows_it_after_a_round_trip),
        TEST(so_do_data_that_are_sent_again),
        TEST(new_data_show_it_when_no_queue_can_hold_them_any_more),
        TEST(by_its_clock_it_was_sent_a_round_trip_after_the_rst),
        TEST(without_a_clock_to_compare_it_may_have_waited),
        TEST(data_below_the_rst_may_have_been_under_way),
        TEST(the_rst_that_ended_it_counts_not_the_one_before),
        TEST(who_goes_on_through_the_data_may_still_get_the_fin),
        TEST(where_the_round_trip_is_not_known_clocks_tell_nothing),
        TEST(who_refuses_a_rst_tells_what_it_expects),
        TEST(two_acks_below_forged_data_disown_them),
        TEST(an_ack_of_something_new_is_enough),
        TEST(data_sent_again_disown_nothing),
        TEST(who_has_closed_disowns_nothing_within_a_round_trip),
        TEST(an_ack_where_they_end_shows_that_they_were_its_own),
        TEST(an_ack_long_after_the_other_side_spoke_is_a_keep_alive),
        TEST(an_ack_one_below_what_was_acknowledged_is_a_keep_alive),
        TEST(acks_below_data_that_nobody_has_acknowledged_may_be_overtaken),
        TEST(one_ack_with_a_later_clock_is_enough),
        TEST(acks_without_a_clock_are_counted),
        TEST(acks_with_an_earlier_clock_disown_nothing),
        TEST(an_ack_with_an_earlier_clock_leaves_out_no_fin),
        TEST(an_ack_refutes_what_the_other_side_claims_to_have),
        TEST(so_does_the_third_step_of_the_handshake),
        TEST(an_old_ack_refutes_no_claim),
        TEST(data_refute_no_claim),
        TEST(a_server_that_sends_a_byte_or_a_fin_was_established),
        TEST(a_server_that_acknowledges_data_was_established),
        TEST(a_server_whose_client_is_silent_goes_on_by_any_ack),
        TEST(a_clients_ack_tells_what_it_expects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
