/* test_reset.c
 * RST: which endpoints it closes in each state (RFC 9293 3.5.2, 3.5.3, 3.10.7.2 to 3.10.7.4; RFC
 * 5961 3 and 4; RFC 1337), and the states after one that turns out to be forged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Every state ------------------------------------------------------------------------------- */

/* A pair of states and the next number of each side. */
typedef struct situation {
    const char *states;
    uint32_t client_next; /* RCV.NXT of the server */
    uint32_t server_next; /* RCV.NXT of the client */
} situation_t;

static const situation_t synchronized[] = {
    {"ESTABLISHED / ESTABLISHED", 1, 1}, {"FIN-WAIT-1 / CLOSE-WAIT", 2, 1},
    {"FIN-WAIT-2 / CLOSE-WAIT", 2, 1},   {"TIME-WAIT / LAST-ACK", 2, 2},
    {"CLOSING / CLOSING", 2, 2},         {"CLOSING / TIME-WAIT", 2, 2},
    {"TIME-WAIT / TIME-WAIT", 2, 2},     {"CLOSE-WAIT / FIN-WAIT-1", 1, 2},
    {"CLOSE-WAIT / FIN-WAIT-2", 1, 2},   {"LAST-ACK / TIME-WAIT", 2, 2},
    {"TIME-WAIT / CLOSING", 2, 2},
};

enum { SYNCHRONIZED = sizeof synchronized / sizeof synchronized[0] };

static void an_exact_rst_of_the_client_closes_both_in_each_synchronized_state(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYNCHRONIZED; i++)
        for (unsigned with_ack = 0; with_ack < 2; with_ack++) {
            place(synchronized[i].states);
            client(with_ack ? RST | ACK : RST, synchronized[i].client_next,
                   synchronized[i].server_next, 0);
            assert_shows("Reset", "CLOSED / CLOSED");
            assert_bases("Sent / Presumed");
            assert_kind("RST");
            assert_milestones("Reset");
            assert_int_equal(drive.shown.status.phase, PHASE_CLOSED);
        }
}

static void an_exact_rst_of_the_server_closes_both_in_each_synchronized_state(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYNCHRONIZED; i++)
        for (unsigned with_ack = 0; with_ack < 2; with_ack++) {
            place(synchronized[i].states);
            server(with_ack ? RST | ACK : RST, synchronized[i].server_next,
                   synchronized[i].client_next, 0);
            assert_shows("Reset", "CLOSED / CLOSED");
            assert_bases("Presumed / Sent");
            assert_milestones("Reset");
        }
}

/* In the window but not exact: it draws a challenge ACK (RFC 5961 3.2). */
static void a_rst_in_the_window_does_not_close_its_receiver(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SYNCHRONIZED; i++)
        for (uint32_t ahead = 1; ahead < WINDOW - 1; ahead += 4000) {
            place_with_data(synchronized[i].states);
            const uint8_t phase = drive.shown.status.phase;
            const uint8_t receiver = drive.shown.status.state[ROLE_SERVER];
            client(RST, synchronized[i].client_next + ahead, 0, 0);
            assert_int_equal(drive.shown.status.state[ROLE_SERVER], receiver);
            assert_int_equal(drive.shown.phase, phase);
            assert_int_equal(drive.shown.status.phase, phase);
            assert_milestones("");
        }
}

/* Out of the window or old: it changes no state, for it may be forged. */
static void a_rst_outside_the_window_changes_no_state(void **state)
{
    static const uint32_t distance[] = {
        WINDOW + 2, 1u << 20, 0x40000000, (uint32_t)-100, (uint32_t)-100000, (uint32_t)-0x40000000,
    };

    (void)state;
    for (unsigned i = 0; i < SYNCHRONIZED; i++)
        for (size_t k = 0; k < 2 * sizeof distance / sizeof distance[0]; k++) {
            place_with_data(synchronized[i].states);
            const uint8_t phase = drive.shown.status.phase;
            client(k % 2 ? RST | ACK : RST, synchronized[i].client_next + distance[k / 2],
                   synchronized[i].server_next, 0);
            assert_states(synchronized[i].states);
            assert_unmoved();
            assert_int_equal(drive.shown.phase, phase);
            assert_int_equal(drive.shown.status.phase, phase);
        }
}

static void a_rst_beyond_all_captured_data_is_accepted(void **state)
{
    static const uint32_t numbers[] = {1, 101, 201, 301};

    (void)state; /* nothing was acknowledged, but the data precede the RST */
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        begin(NULL);
        handshake();
        client(ACK, 1, 1, 100);
        client(ACK, 101, 1, 100);
        client(ACK, 201, 1, 100);
        client(RST, numbers[i], 0, 0);
        if (numbers[i] == 301)
            assert_shows("Reset", "CLOSED / CLOSED");
        else
            assert_states("CLOSED / ESTABLISHED");
    }
}

static void a_rst_may_have_the_number_beyond_a_sack_block(void **state)
{
    (void)state;
    for (int offered = 0; offered <= 1; offered++) {
        begin(NULL);
        if (offered)
            sack_permitted();
        client(SYN, 0, 0, 0);
        sack_permitted();
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        server(PSH | ACK, 101, 1, 50); /* beyond a gap */
        server(RST, 151, 0, 0);
        assert_states(offered ? "CLOSED / CLOSED" : "ESTABLISHED / CLOSED");
    }
}

static void a_rst_may_have_the_number_that_its_receiver_expects(void **state)
{
    (void)state;
    place("ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 1, 1, 100);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 100); /* these data did not arrive */
    server(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_rst_may_have_the_number_of_the_fin(void **state)
{
    (void)state; /* some stacks do not count the FIN's number */
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void everything_after_a_rst_is_closed(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    assert_phase("Reset");
    server(PSH | ACK, 1, 1, 100); /* crossed the RST */
    assert_shows("Closed", "CLOSED / CLOSED");
    client(RST, 1, 0, 0);
    assert_states("CLOSED / CLOSED");
    assert_milestones("");
}

static void a_rst_ends_time_wait(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(RST, 2, 0, 0); /* TIME-WAIT assassination, RFC 1337 */
    assert_states("CLOSED / CLOSED");
    assert_phase("Reset");
    assert_moves("client received RST: TIME-WAIT to CLOSED (RFC 9293 3.10.7.4, RFC 1337)");
}

/* -- During the handshake ---------------------------------------------------------------------- */

static void a_syn_may_be_refused(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    assert_shows("Reset", "CLOSED / CLOSED");
    assert_milestones("Refused");
    assert_bases("Presumed / Sent");
}

static void a_fast_open_syn_may_be_refused(void **state)
{
    (void)state; /* RFC 9293 3.5.2: ACK = SEG.SEQ + SEG.LEN */
    fast_open();
    client(SYN, 0, 0, 100);
    refuse(101);
    assert_shows("Reset", "CLOSED / CLOSED");
    assert_milestones("Refused");
}

static void in_syn_sent_a_rst_that_does_not_acknowledge_the_syn_is_ignored(void **state)
{
    static const uint32_t wrong[] = {0, 2, 100, (uint32_t)-1};

    (void)state; /* RFC 9293 3.10.7.3, second check */
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        place("SYN-SENT / SYN-RECEIVED");
        server(RST | ACK, 0, wrong[i], 0);
        assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_SYN_SENT);
        assert_phase("Handshake");
    }
    place("SYN-SENT / SYN-RECEIVED");
    server(RST, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED"); /* it answers nothing from the client */
    assert_phase("Handshake");
}

static void a_passive_opener_returns_to_listen(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4, second check */
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / LISTEN");
    assert_milestones("Reset");
    assert_moves("client answers with RST, so it has no such connection: ESTABLISHED to "
                 "CLOSED (RFC 9293 3.10.7.1); server received RST: SYN-RECEIVED to LISTEN "
                 "(RFC 9293 3.10.7.4)");
}

static void a_client_that_aborts_in_syn_sent_is_closed(void **state)
{
    (void)state;
    place("SYN-SENT / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    assert_states("CLOSED / LISTEN");
}

static void an_active_opener_in_syn_received_is_closed(void **state)
{
    (void)state;
    place("SYN-RECEIVED / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_CLOSED);
    assert_phase("Reset");
}

static void a_server_may_reset_in_syn_received(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(RST | ACK, 1, 1, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_rst_outside_the_window_changes_no_state_in_syn_received(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 1 + WINDOW + 2, 0, 0);
    assert_shows("Handshake", "ESTABLISHED / SYN-RECEIVED");
    assert_unmoved();
}

static void a_syn_ack_to_a_closed_client_is_reset(void **state)
{
    (void)state;
    place("SYN-SENT / SYN-RECEIVED");
    client(RST | ACK, 1, 0, 0); /* the application gave up */
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / SYN-RECEIVED"); /* sent before the RST arrived */
    client(RST, 1, 0, 0);
    assert_states("CLOSED / LISTEN");
    place("SYN-SENT / SYN-RECEIVED");
    client(RST, 1, 0, 0); /* answers the SYN-ACK that is captured after it */
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSED / LISTEN");
}

static void a_listener_that_rejects_an_ack_stays_in_listen(void **state)
{
    (void)state; /* RFC 9293 3.10.7.2, second check */
    place("CLOSED / LISTEN");
    client(ACK, 1, 1, 0); /* sent before the RST, reordered */
    server(RST, 1, 0, 0);
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_LISTEN);
}

static void a_listener_has_nothing_to_abort(void **state)
{
    (void)state; /* what it answers is captured later, or never; some stacks set ACK on that */
    for (unsigned with_ack = 0; with_ack < 2; with_ack++) {
        begin(NULL);
        place("CLOSED / LISTEN");
        server(with_ack ? RST | ACK : RST, 1, with_ack, 0);
        assert_server("LISTEN");
    }
}

/* -- Forged ------------------------------------------------------------------------------------ */

static void a_forged_rst_is_refuted_when_its_supposed_sender_continues(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST, 101 + 50, 0, 0); /* forged, in the window, not exact */
    server(ACK, 1, 101, 0);      /* challenge ACK */
    wait_for(SECOND);
    client(PSH | ACK, 101, 1, 100);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    server(ACK, 1, 201, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
}

static void a_rst_that_never_arrived_is_refuted_when_its_receiver_continues(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 1, 1, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
    for (unsigned i = 0; i < 2; i++) {
        wait_for(5 * SECOND);
        server(PSH | ACK, 1, 1, 100);
        assert_states(i == 0 ? "CLOSED / CLOSED" : "CLOSED / ESTABLISHED");
    }
    assert_int_equal(drive.shown.status.basis[ROLE_SERVER], BASIS_SENT);
    client(RST | ACK, 1, 1, 0);
    assert_states("CLOSED / CLOSED");
}

static void a_segment_that_crossed_a_rst_refutes_nothing(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    server(PSH | ACK, 1, 1, 100); /* after one tick; the round trip is two */
    assert_shows("Closed", "CLOSED / CLOSED");
}

static void an_exact_forged_rst_is_refuted_for_both(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 100);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_ESTABLISHED);
    wait_for(SECOND);
    server(PSH | ACK, 1, 101, 100);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
}

static void an_ack_sooner_than_the_rst_can_arrive_is_no_challenge(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(100 * MILLISECOND);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 100);
    server(ACK, 1, 1, 100);
    client(FIN | ACK, 101, 1, 0);
    client(RST | ACK, 102, 101, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(20 * MILLISECOND);
    server(ACK, 101, 1, 0); /* sent before the data arrived */
    assert_states("CLOSED / CLOSED");
    wait_for(100 * MILLISECOND);
    server(ACK, 101, 1, 0);
    assert_states("CLOSED / ESTABLISHED");
}

static void a_challenge_ack_changes_no_state(void **state)
{
    (void)state; /* RFC 5961 4.2: a SYN on a live connection is answered with one */
    handshake();
    client(SYN, 700, 0, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    server(ACK, 1, 1, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
    client(PSH | ACK, 1, 1, 10); /* so the SYN was forged */
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
}

/* -- Half-open --------------------------------------------------------------------------------- */

static void a_restarted_client_discovers_the_half_open_connection(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 9 with the challenge ACK of RFC 5961 4 */
    handshake();
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    server(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    client(RST, 1, 0, 0); /* rejects it: the old connection is over */
    assert_states("SYN-SENT / CLOSED");
    assert_phase("Reset");
    assert_milestones("Reset");
    wait_for(SECOND);
    client(SYN, 9000, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_milestones("Open requested, Reopened");
    server(SYN | ACK, 8000, 9001, 0);
    assert_shows("Handshake 2/3", "ESTABLISHED / SYN-RECEIVED");
}

static void an_old_copy_does_not_revive_the_old_connection(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    server(ACK, 1, 11, 0);
    client(RST, 11, 0, 0);
    assert_phase("Reset");
    client(ACK, 11, 1, 0); /* an old copy */
    assert_phase("Closed");
    assert_summary("Reset", "RSTO", "ShADaSR");
}

static void a_restarted_client_rejects_data_of_the_old_connection(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 10 */
    handshake();
    wait_for(10 * SECOND);
    server(PSH | ACK, 1, 1, 100);
    client(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_rst_may_refuse_the_new_syn_on_an_old_connection(void **state)
{
    (void)state; /* the server has restarted, too, and does not listen */
    handshake();
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    server(RST | ACK, 0, 9001, 0);
    assert_states("CLOSED / CLOSED");
    assert_phase("Reset");
    assert_true(drive.verdict.counts);
}

/* -- A lone RST -------------------------------------------------------------------------------- */

static void a_lone_rst_opens_no_connection(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
    assert_bases("Guessed / Guessed");
    assert_kind("RST");
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
    assert_milestones("Open requested");
}

static void lone_rsts_may_come_one_after_the_other(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    client(RST | ACK, 1, 1, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
    server(RST, 1, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void the_ports_decide_the_sender_of_a_lone_rst(void **state)
{
    (void)state;
    begin_between(80, 40000);
    client(RST, 1, 0, 0); /* from port 80 */
    assert_int_equal(drive.shown.status.client_side, SERVER);
    assert_int_equal(drive.shown.status.roles, ROLES_GUESSED);
    assert_int_equal(shown_facts()->rst.by, WHO_SERVER);
}

static void a_rst_with_other_flags_is_still_a_rst(void **state)
{
    static const unsigned flags[] = {FIN | RST | ACK, SYN | RST | ACK};

    (void)state; /* RFC 9293 3.10.7.4: the second check comes before the fourth and the eighth */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        client(flags[i], 1, 1, 0);
        assert_shows("Reset", "CLOSED / CLOSED");
    }
}

static void illegal_flags_with_rst_open_no_connection_either(void **state)
{
    (void)state;
    client(SYN | RST, 0, 0, 0);
    assert_kind("Illegal flags");
    assert_shows("Unknown", "Unknown / Unknown");
}

static void a_rst_with_the_fins_number_does_not_end_time_wait(void **state)
{
    (void)state;
    place("TIME-WAIT / LAST-ACK");
    server(RST, 1, 0, 0);
    assert_client("TIME-WAIT");
}

static void the_receivers_ack_counts_after_a_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        place("ESTABLISHED / ESTABLISHED");
        server(PSH | ACK, 1, 1, 100);
        wait_for(2 * TICK - i);
        client(PSH | ACK, 1, 1, 100); /* these data did not arrive */
        server(RST, 1, 0, 0);
        assert_client(i == 0 ? "CLOSED" : "ESTABLISHED");
    }
}

static void but_not_for_a_rst_with_ack(void **state)
{
    (void)state; /* that has its sender's own number (RFC 9293 3.5.2) */
    place("ESTABLISHED / ESTABLISHED");
    server(PSH | ACK, 1, 1, 100);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 100);
    server(RST | ACK, 1, 101, 0);
    assert_client("ESTABLISHED");
}

static void the_last_sack_block_counts(void **state)
{
    (void)state;
    for (int last = 0; last <= 1; last++) {
        begin(NULL);
        sack_permitted();
        client(SYN, 0, 0, 0);
        sack_permitted();
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        server(PSH | ACK, 101, 1, 50);
        server(PSH | ACK, 201, 1, 50);
        server(RST, last ? 251 : 151, 0, 0);
        assert_client(last ? "CLOSED" : "ESTABLISHED");
    }
}

/* A client in SYN-SENT receives this ACK from an old connection, then the SYN-ACK. Its RST in
 * response to the ACK is captured last. */
static void reject_late(uint32_t ack, uint32_t number)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(ACK, 300, ack, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST, number, 0, 0);
}

static void a_rst_of_syn_sent_may_be_captured_late(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 9 */
    reject_late(5000, 5000);
    assert_client("ESTABLISHED");
    reject_late(5000, 5001);
    assert_client("CLOSED");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(ACK, 300, 5000, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0); /* no longer in SYN-SENT */
    client(RST, 5000, 0, 0);
    assert_client("CLOSED");
}

static void a_server_that_rejects_an_ack_stays_in_syn_received(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4, fifth check; some stacks set ACK on the RST */
    for (unsigned with_ack = 0; with_ack < 2; with_ack++) {
        place("ESTABLISHED / SYN-RECEIVED");
        client(ACK, 1, 5000, 0);
        server(with_ack ? RST | ACK : RST, 5000, 1, 0);
        assert_server("SYN-RECEIVED");
        place("ESTABLISHED / SYN-RECEIVED");
        client(ACK, 1, 5000, 0);
        server(with_ack ? RST | ACK : RST, 7000, 1, 0); /* rejects one that was not captured, */
        assert_server(with_ack ? "CLOSED" : "SYN-RECEIVED"); /* or ends the connection */
        place("ESTABLISHED / SYN-RECEIVED");
        client(ACK, 1, 5000, 0);
        server(with_ack ? RST | ACK : RST, 1, 1, 0); /* its own number */
        assert_server("CLOSED");
    }
    place("SYN-SENT / SYN-RECEIVED");
    server(RST | ACK, 0, 77, 0); /* answers another SYN */
    assert_states("SYN-SENT / SYN-RECEIVED");
}

static void to_a_closed_receiver_any_rst_shows_that_its_sender_is_closed(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 101, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    server(RST, 1 + 5 * WINDOW, 0, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

static void a_rst_that_answers_a_rst_shows_that_its_sender_is_closed(void **state)
{
    (void)state; /* RFC 9293 3.10.7.1: some stacks take a RST that is not exact, and answer RSTs */
    handshake();
    exchange_data();
    client(RST, 1 + 5 * WINDOW, 0, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    refuse(1 + 5 * WINDOW);
    assert_states("ESTABLISHED / CLOSED");
    handshake();
    exchange_data();
    client(RST | ACK, 1 + 5 * WINDOW, 4 * WINDOW, 0);
    server(RST, 4 * WINDOW, 0, 0);
    assert_states("ESTABLISHED / CLOSED");
}

static void so_it_is_not_with_any_other_number(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    refuse(1 + 5 * WINDOW); /* there is none to answer */
    assert_states("ESTABLISHED / ESTABLISHED");
    client(RST, 2 + 5 * WINDOW, 0, 0);
    refuse(1 + 5 * WINDOW);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(RST | ACK, 1 + 5 * WINDOW, 2 + 5 * WINDOW, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void a_listener_that_answers_a_rst_stays_in_listen(void **state)
{
    (void)state;
    place("CLOSED / LISTEN");
    client(RST, 1, 0, 0);
    refuse(1);
    assert_states("CLOSED / LISTEN");
    assert_false(drive.verdict.counts); /* nobody is there to take it */
}

/* Its supposed sender has gone on since: the RST answered nothing that came after that. */
static void a_forged_rst_does_not_answer_what_its_supposed_sender_draws(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        place("TIME-WAIT / CLOSED");
        server(RST, 2, 0, 0);
        assert_states("CLOSED / CLOSED");
        if (i == 0) {
            wait_for(2 * SECOND);
            server(FIN | ACK, 1, 2, 0);
            assert_states("CLOSED / LAST-ACK");
        }
        wait_for(i == 0 ? -3 * SECOND : TICK); /* the clock of the capture is set back */
        client(ACK, 2, 2, 0);
        assert_client(i == 0 ? "TIME-WAIT" : "CLOSED");
    }
}

static void whoever_ignored_a_rst_in_time_wait_goes_on_to_ignore_them(void **state)
{
    (void)state; /* RFC 1337 3 */
    place("CLOSED / TIME-WAIT");
    client(RST | ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
    wait_for(SECOND);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    client(RST | ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    wait_for(SECOND);
    client(SYN, 70000, 0, 0); /* so it does on the next connection */
    server(SYN | ACK, 90000, 70001, 0);
    client(ACK, 70001, 90001, 0);
    server(FIN | ACK, 90001, 70001, 0);
    client(FIN | ACK, 70001, 90002, 0);
    server(ACK, 90002, 70002, 0);
    client(RST | ACK, 70002, 90002, 0);
    assert_states("CLOSED / TIME-WAIT");
}

static void whoever_outlived_the_timer_may_still_take_a_rst(void **state)
{
    (void)state;
    place("CLOSED / TIME-WAIT");
    wait_for(61 * SECOND);
    server(ACK, 2, 2, 0);
    assert_states("CLOSED / TIME-WAIT");
    client(RST | ACK, 2, 2, 0);
    assert_states("CLOSED / CLOSED");
}

static void a_rst_between_closed_endpoints_is_no_reset(void **state)
{
    (void)state;
    place("CLOSED / CLOSED");
    client(RST, 1, 0, 0);
    assert_phase("Closed");
}

static void only_the_right_number_refuses_a_pending_syn(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    server(RST | ACK, 1 + 5 * WINDOW, 8000, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void the_checksum_of_a_rst_is_remembered_only_if_it_counts(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    checksum(CHECKSUM_GOOD);
    client(RST, 1 + 5 * WINDOW, 0, 0); /* forged */
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, 1, 0); /* left to the network card */
    assert_server("CLOSE-WAIT");
    begin(NULL);
    handshake();
    client(RST, 1, 0, 0); /* with an unverified checksum */
    wait_for(SECOND);
    checksum(CHECKSUM_BAD);
    client(SYN, 90000, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
}

static void a_rst_one_below_what_was_acknowledged_ends_nobody(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(RST, 100, 0, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void beyond_a_sack_block_both_ends_have_to_offer_sack(void **state)
{
    (void)state;
    sack_permitted();
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(PSH | ACK, 101, 1, 50);
    server(RST, 151, 0, 0);
    assert_states("ESTABLISHED / CLOSED");
}

static void the_number_of_a_forged_fin_is_no_longer_a_fins(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 100); /* overwrites the FIN's number */
    server(PSH | ACK, 1, 101, 10);
    assert_client("ESTABLISHED");
    client(RST, 1, 0, 0);
    assert_client("ESTABLISHED");
    assert_unmoved();
}

static void refuse_a_rst_behind_a_gap(void)
{
    handshake();
    client(ACK, 1, 10, 0); /* of data that were not captured */
    server(RST, 4000, 0, 0);
    assert_client("CLOSED");
    client(ACK, 1, 10, 0);
    assert_client("ESTABLISHED");
}

/* Its receiver has said what it expects since. */
static void a_rst_behind_a_gap_that_was_refused_is_refused_again(void **state)
{
    (void)state;
    refuse_a_rst_behind_a_gap();
    server(RST, 4000, 0, 0);
    assert_client("ESTABLISHED");
    server(RST, 10, 0, 0);
    assert_client("CLOSED");
}

static void a_rst_behind_a_gap_with_another_number_was_not_refused_before(void **state)
{
    (void)state;
    refuse_a_rst_behind_a_gap();
    server(RST, 5000, 0, 0);
    assert_client("CLOSED");
}

/* Data captured behind the ACK of them leave no gap: what lies beyond them is in the window. */
static void a_rst_beyond_what_was_captured_late_is_in_the_window(void **state)
{
    (void)state;
    for (unsigned again = 0; again < 2; again++) {
        begin(NULL);
        handshake();
        server(ACK, 1, 101, 0);
        if (again)
            wait_for(SECOND);
        client(ACK, 1, 1, 100);
        client(RST, 4000, 0, 0);
        assert_server(again ? "CLOSED" : "ESTABLISHED");
    }
}

/* A FIN of an endpoint that a forged RST seemed to end is captured behind the ACK of it. */
static void the_fin_of_whoever_a_rst_did_not_end_may_be_captured_behind_its_ack(void **state)
{
    (void)state;
    place("ESTABLISHED / ESTABLISHED");
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    server(RST, 4000, 0, 0);
    assert_states("FIN-WAIT-2 / CLOSED");
    wait_for(SECOND);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    server(FIN | ACK, 1, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
    assert_int_equal(drive.summary.outcome, OUTCOME_CLOSED);
}

static void a_restarted_client_rejects_a_challenge_ack_that_was_not_captured(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    wait_for(10 * SECOND);
    client(SYN, 9000, 0, 0);
    client(RST, 101, 0, 0);
    assert_states("SYN-SENT / CLOSED");
    assert_int_equal(shown_facts()->rst.reason, RST_HALF_OPEN);
    client(SYN, 9000, 0, 0);
    assert_shows("Handshake 1/3", "SYN-SENT / SYN-RECEIVED");
}

/* Until the last of it is captured. */
static void a_gap_that_is_filled_in_part_is_still_one(void **state)
{
    (void)state;
    for (unsigned filled = 0; filled < 2; filled++) {
        begin(NULL);
        handshake();
        server(ACK, 1, 101, 0);
        wait_for(MILLISECOND);
        client(ACK, 1, 1, 50);
        wait_for(MILLISECOND);
        client(ACK, 51, 1, filled ? 50 : 49);
        client(RST, 4000, 0, 0);
        assert_server(filled ? "ESTABLISHED" : "CLOSED");
    }
}

static void a_copy_of_a_rst_does_not_end_what_its_sender_has_opened_since(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 77777, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_server("SYN-RECEIVED");
    server(RST | ACK, 77777, 1, 0);
    assert_server("SYN-RECEIVED");
    server(RST | ACK, 77777, 2, 0); /* another one does */
    assert_server("CLOSED");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(RST | ACK, 77777, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 77778, 1, 0); /* so does this */
    assert_server("CLOSED");
}

static void behind_a_lone_handshake_a_rst_may_answer_what_was_not_captured(void **state)
{
    (void)state; /* as where only SYN, FIN and RST are */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST, 5001, 0, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
    assert_int_equal(drive.summary.reset_by, WHO_SERVER);
    assert_int_equal(drive.summary.reset_reason, RST_REASON_UNKNOWN);
    client(ACK, 1, 1, 0); /* it rejected an ACK */
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_exact_rst_of_the_client_closes_both_in_each_synchronized_state),
        TEST(an_exact_rst_of_the_server_closes_both_in_each_synchronized_state),
        TEST(a_rst_in_the_window_does_not_close_its_receiver),
        TEST(a_rst_outside_the_window_changes_no_state),
        TEST(a_rst_beyond_all_captured_data_is_accepted),
        TEST(a_rst_may_have_the_number_beyond_a_sack_block),
        TEST(a_rst_may_have_the_number_that_its_receiver_expects),
        TEST(a_rst_may_have_the_number_of_the_fin),
        TEST(everything_after_a_rst_is_closed),
        TEST(a_rst_ends_time_wait),
        TEST(a_syn_may_be_refused),
        TEST(a_fast_open_syn_may_be_refused),
        TEST(in_syn_sent_a_rst_that_does_not_acknowledge_the_syn_is_ignored),
        TEST(a_passive_opener_returns_to_listen),
        TEST(a_client_that_aborts_in_syn_sent_is_closed),
        TEST(an_active_opener_in_syn_received_is_closed),
        TEST(a_server_may_reset_in_syn_received),
        TEST(a_rst_outside_the_window_changes_no_state_in_syn_received),
        TEST(a_syn_ack_to_a_closed_client_is_reset),
        TEST(a_listener_that_rejects_an_ack_stays_in_listen),
        TEST(a_listener_has_nothing_to_abort),
        TEST(a_forged_rst_is_refuted_when_its_supposed_sender_continues),
        TEST(a_rst_that_never_arrived_is_refuted_when_its_receiver_continues),
        TEST(a_segment_that_crossed_a_rst_refutes_nothing),
        TEST(an_exact_forged_rst_is_refuted_for_both),
        TEST(an_ack_sooner_than_the_rst_can_arrive_is_no_challenge),
        TEST(a_challenge_ack_changes_no_state),
        TEST(a_restarted_client_discovers_the_half_open_connection),
        TEST(an_old_copy_does_not_revive_the_old_connection),
        TEST(a_restarted_client_rejects_data_of_the_old_connection),
        TEST(a_rst_may_refuse_the_new_syn_on_an_old_connection),
        TEST(a_lone_rst_opens_no_connection),
        TEST(lone_rsts_may_come_one_after_the_other),
        TEST(the_ports_decide_the_sender_of_a_lone_rst),
        TEST(a_rst_with_other_flags_is_still_a_rst),
        TEST(illegal_flags_with_rst_open_no_connection_either),
        TEST(a_rst_with_the_fins_number_does_not_end_time_wait),
        TEST(the_receivers_ack_counts_after_a_round_trip),
        TEST(but_not_for_a_rst_with_ack),
        TEST(the_last_sack_block_counts),
        TEST(a_rst_of_syn_sent_may_be_captured_late),
        TEST(a_server_that_rejects_an_ack_stays_in_syn_received),
        TEST(to_a_closed_receiver_any_rst_shows_that_its_sender_is_closed),
        TEST(a_rst_that_answers_a_rst_shows_that_its_sender_is_closed),
        TEST(so_it_is_not_with_any_other_number),
        TEST(a_listener_that_answers_a_rst_stays_in_listen),
        TEST(a_forged_rst_does_not_answer_what_its_supposed_sender_draws),
        TEST(whoever_ignored_a_rst_in_time_wait_goes_on_to_ignore_them),
        TEST(whoever_outlived_the_timer_may_still_take_a_rst),
        TEST(a_rst_between_closed_endpoints_is_no_reset),
        TEST(only_the_right_number_refuses_a_pending_syn),
        TEST(the_checksum_of_a_rst_is_remembered_only_if_it_counts),
        TEST(a_rst_one_below_what_was_acknowledged_ends_nobody),
        TEST(beyond_a_sack_block_both_ends_have_to_offer_sack),
        TEST(the_number_of_a_forged_fin_is_no_longer_a_fins),
        TEST(a_rst_behind_a_gap_that_was_refused_is_refused_again),
        TEST(a_rst_behind_a_gap_with_another_number_was_not_refused_before),
        TEST(a_rst_beyond_what_was_captured_late_is_in_the_window),
        TEST(the_fin_of_whoever_a_rst_did_not_end_may_be_captured_behind_its_ack),
        TEST(a_restarted_client_rejects_a_challenge_ack_that_was_not_captured),
        TEST(a_gap_that_is_filled_in_part_is_still_one),
        TEST(a_copy_of_a_rst_does_not_end_what_its_sender_has_opened_since),
        TEST(behind_a_lone_handshake_a_rst_may_answer_what_was_not_captured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
