/* test_fins.c
 * FINs that are not what they seem: forged, lost, with a lost ACK, or captured in another order
 * than they were sent. What shows that, and from when on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

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

/* -- The ACK of a FIN was lost ----------------------------------------------------------------- */

static void a_fin_sent_again_is_not_acknowledged_any_more(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
    assert_false(drive.shown.status.half_closed);
    server(PSH | ACK, 1, 1, 10); /* under way */
    assert_phase("Teardown");
}

static void counted_from_its_first_ack(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    server(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 1, 0); /* has crossed this one, but not the first */
    assert_client("FIN-WAIT-1");
}

static void a_fin_with_an_old_clock_is_a_copy(void **state)
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

static void a_fin_that_was_acknowledged_before_may_be_sent_again_too(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 2, 0); /* captured before the FIN that it acknowledges */
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-2");
    wait_for(2 * TICK - 1);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-2");
    wait_for(1);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
}

/* -- Forged ------------------------------------------------------------------------------------ */

/* A second after the FIN, which the server has acknowledged or not, so many pure ACKs of the client
 * stand where the FIN was. */
static void deny_fin(bool acknowledged, unsigned acks)
{
    place(acknowledged ? "FIN-WAIT-2 / CLOSE-WAIT" : "FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    if (acknowledged)
        server(ACK, 1, 2, 1);
    for (unsigned i = 0; i < acks; i++)
        client(ACK, 1, 1, 0);
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

static void acks_behind_a_fin_do_not(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    for (unsigned i = 0; i < 5; i++)
        client(ACK, 2, 1, 0);
    assert_client("FIN-WAIT-2");
}

static void within_a_round_trip_they_may_be_overtaken(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    wait_for(TICK - 1);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0); /* the first that counts */
    assert_client("FIN-WAIT-1");
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void keep_alives_below_an_acknowledged_fin_disown_nothing(void **state)
{
    (void)state; /* RFC 9293 3.8.4: SND.NXT-1, when nothing else comes */
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

static void of_a_side_that_is_alone_two_acks_disown_a_fin(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
}

static void data_in_place_of_a_fin_disown_it_at_once(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(2 * TICK - 1 - TICK); /* since the FIN; and not within a round trip */
    client(PSH | ACK, 1, 1, 1);
    assert_client("FIN-WAIT-2");
    wait_for(1);
    client(PSH | ACK, 1, 1, 1);
    assert_client("ESTABLISHED");
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 100); /* data, and the FIN behind them */
    assert_moves("client goes on below the FIN captured in its name, so it sent none there: "
                 "FIN-WAIT-1 to ESTABLISHED (RFC 9293 3.4); "
                 "client sent FIN: ESTABLISHED to FIN-WAIT-1 (RFC 9293 3.10.4)");
}

static void who_has_disowned_a_fin_may_close_later(void **state)
{
    (void)state;
    deny_fin(true, 2);
    client(PSH | ACK, 1, 2, 10);
    client(FIN | ACK, 11, 2, 0);
    assert_client("FIN-WAIT-1");
    deny_fin(true, 2);
    client(FIN | ACK, 1, 2, 0); /* what the server has acknowledged was the forged one */
    assert_client("FIN-WAIT-1");
    wait_for(SECOND);
    server(ACK, 2, 2, 0);
    assert_client("FIN-WAIT-2");
}

static void what_was_forged_with_the_fin_is_disowned_too(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 100);
    wait_for(SECOND);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    assert_client("ESTABLISHED");
    server(FIN | ACK, 1, 101, 0); /* acknowledges what the client never sent */
    assert_client("ESTABLISHED");
}

static void after_a_fin_was_disowned_acks_are_counted_anew(void **state)
{
    (void)state;
    deny_fin(false, 2);
    client(PSH | ACK, 1, 1, 10); /* forged, too */
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
    client(ACK, 1, 1, 0); /* overtaken */
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
    server(FIN | ACK, 1, 2, 50); /* its FIN stands behind data that the other one denies */
    assert_moves("server goes on below the FIN captured in its name, so it sent none there: "
                 "CLOSED to CLOSE-WAIT (RFC 9293 3.4); "
                 "server sent FIN: CLOSE-WAIT to LAST-ACK (RFC 9293 3.10.4)");
}

/* -- Whose FIN --------------------------------------------------------------------------------- */

static void there_is_one_fin_that_is_acknowledged(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(FIN | ACK, 101, 1, 0);
    assert_phase("Teardown (half-closed)");
    assert_int_equal(drive.shown.teardown_steps, 0);
}

static void a_fin_below_what_was_acknowledged_is_old(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(FIN | ACK, 99, 1, 0);
    assert_client("ESTABLISHED");
}

static void a_fin_below_what_nobody_has_acknowledged_may_be_true(void **state)
{
    (void)state; /* rather than the data */
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(FIN | ACK, 51, 1, 0);
    assert_client("FIN-WAIT-1");
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 52, 0); /* which may be the ACK of the FIN */
    client(FIN | ACK, 51, 1, 0);
    assert_client("FIN-WAIT-2");
    begin(NULL);
    drive.isn[CLIENT] = UINT32_C(0xf0000000);
    client(PSH | ACK, 1, 1, 100); /* and of a side that is alone */
    client(FIN | ACK, 51, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void a_fin_where_its_sender_stands_is_its_own(void **state)
{
    (void)state; /* what was acknowledged beyond it was forged */
    handshake();
    server(ACK, 1, 501, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_client("FIN-WAIT-1");
}

static void a_fin_with_a_later_clock_is_its_senders(void **state)
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
    client(FIN | ACK, 0u - drive.isn[CLIENT], 1, 0); /* 0, as it happens */
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

/* The client has sent 100 bytes and a FIN; the server has acknowledged `before` of them, and a
 * second later acknowledges `after`. */
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

static void an_ack_that_stands_leaves_out_the_fin(void **state)
{
    (void)state;
    acknowledge(1, 101); /* all but the FIN */
    assert_server("ESTABLISHED");
    acknowledge(51, 51); /* the same as before */
    assert_server("ESTABLISHED");
    acknowledge(1, 51); /* moves on, so it is late itself */
    assert_server("CLOSE-WAIT");
}

static void counted_from_the_last_copy_of_the_fin(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 1, 0);
    assert_server("CLOSE-WAIT");
}

static void and_from_when_the_gap_before_it_was_filled(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    wait_for(SECOND);
    client(ACK, 1, 1, 100);
    assert_server("CLOSE-WAIT");
    server(ACK, 1, 101, 0);
    assert_server("CLOSE-WAIT");
}

static void an_old_ack_does_not_move_what_is_expected(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    wait_for(SECOND);
    server(ACK, 1, 1, 0);
    client(RST, 2, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_server("CLOSED");
}

static void a_fin_that_is_acknowledged_beyond_a_gap_has_arrived(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 102, 0);
    client(RST, 101, 0, 0); /* the FIN's own number */
    assert_server("CLOSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_fin_sent_again_is_not_acknowledged_any_more),
        TEST(counted_from_its_first_ack),
        TEST(a_fin_with_an_old_clock_is_a_copy),
        TEST(a_fin_that_was_acknowledged_before_may_be_sent_again_too),
        TEST(two_acks_below_a_fin_disown_it),
        TEST(acks_behind_a_fin_do_not),
        TEST(within_a_round_trip_they_may_be_overtaken),
        TEST(keep_alives_below_an_acknowledged_fin_disown_nothing),
        TEST(old_data_below_a_fin_disown_nothing),
        TEST(of_a_side_that_is_alone_two_acks_disown_a_fin),
        TEST(data_in_place_of_a_fin_disown_it_at_once),
        TEST(who_has_disowned_a_fin_may_close_later),
        TEST(what_was_forged_with_the_fin_is_disowned_too),
        TEST(after_a_fin_was_disowned_acks_are_counted_anew),
        TEST(acks_before_a_fin_do_not_count_against_it),
        TEST(a_closed_end_may_have_sent_its_fin_elsewhere),
        TEST(there_is_one_fin_that_is_acknowledged),
        TEST(a_fin_below_what_was_acknowledged_is_old),
        TEST(a_fin_below_what_nobody_has_acknowledged_may_be_true),
        TEST(a_fin_where_its_sender_stands_is_its_own),
        TEST(a_fin_with_a_later_clock_is_its_senders),
        TEST(a_fin_may_have_any_number),
        TEST(a_pure_ack_shows_that_a_fin_was_lost),
        TEST(an_ack_that_stands_leaves_out_the_fin),
        TEST(counted_from_the_last_copy_of_the_fin),
        TEST(and_from_when_the_gap_before_it_was_filled),
        TEST(an_old_ack_does_not_move_what_is_expected),
        TEST(a_fin_that_is_acknowledged_beyond_a_gap_has_arrived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
