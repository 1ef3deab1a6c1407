/* test_hindsight.c
 * What the states were by all later evidence (hindsight.h), and the rows of the ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

#include "hindsight.h"
#include "ladder.h"
#include "ladder_notes.h"
#include "time_wait.h"

static ladder_t *ladder;

static void take_segment(void)
{
    ladder_add(ladder, &drive.sent, &drive.shown);
}

static void draw_anew(void)
{
    ladder_free(ladder);
    ladder = ladder_new();
    drive.watch = take_segment;
}

static int begin_ladder(void **state)
{
    begin(state);
    draw_anew();
    return 0;
}

static int end_ladder(void **state)
{
    (void)state;
    ladder_free(ladder);
    ladder = NULL;
    return 0;
}

static const char *pair_text(const uint8_t *states)
{
    snprintf(drive.text, sizeof drive.text, "%s / %s", tcp_state_text((tcp_state_t)states[0]),
             tcp_state_text((tcp_state_t)states[1]));
    return drive.text;
}

/* Only what arrives from the other end while a segment is sent tells the two states apart. */
static void check_sent(const ladder_row_t *row)
{
    for (unsigned role = 0; role < 2; role++)
        if (!row->arrival[role])
            assert_int_equal(row->sent[role], row->hindsight[role]);
}

/* The states after each row, NULL behind the last one. */
static void assert_hindsight_(const char *const *want)
{
    hindsight_settle(ladder);
    for (unsigned i = 0; i < ladder_count(ladder); i++) {
        assert_non_null(want[i]);
        assert_string_equal(pair_text(ladder_row(ladder, i)->hindsight), want[i]);
        check_sent(ladder_row(ladder, i));
    }
    assert_null(want[ladder_count(ladder)]);
}

#define assert_hindsight(...) assert_hindsight_((const char *const[]){__VA_ARGS__, NULL})

/* This end is in the same state after each row. */
static void assert_always(role_t role, tcp_state_t want)
{
    hindsight_settle(ladder);
    for (unsigned i = 0; i < ladder_count(ladder); i++)
        assert_int_equal(ladder_row(ladder, i)->hindsight[role], want);
}

/* -- What never happened ----------------------------------------------------------------------- */

static void an_ordinary_connection_has_the_states_of_its_fields(void **state)
{
    (void)state;
    handshake();
    close_by(CLIENT);
    hindsight_settle(ladder);
    assert_string_equal(pair_text(ladder->before_hindsight), "CLOSED / LISTEN");
    for (unsigned i = 0; i < ladder_count(ladder); i++)
        for (unsigned role = 0; role < 2; role++)
            assert_int_equal(ladder_row(ladder, i)->hindsight[role],
                             ladder_row(ladder, i)->state[role]);
}

static void a_syn_ack_that_did_not_arrive_moves_nobody(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_hindsight("SYN-SENT / SYN-RECEIVED", "SYN-SENT / SYN-RECEIVED",
                     "SYN-SENT / SYN-RECEIVED", "ESTABLISHED / SYN-RECEIVED",
                     "ESTABLISHED / ESTABLISHED");
}

static void a_third_step_that_did_not_arrive_moves_nobody(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_hindsight("SYN-SENT / SYN-RECEIVED", "ESTABLISHED / SYN-RECEIVED",
                     "ESTABLISHED / SYN-RECEIVED", "ESTABLISHED / SYN-RECEIVED",
                     "ESTABLISHED / ESTABLISHED");
}

static void an_ack_of_a_fin_that_did_not_arrive_moves_nobody(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    assert_hindsight("FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-1 / CLOSE-WAIT",
                     "FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-2 / CLOSE-WAIT");
}

/* Its sender has sent the ACK later: that has overtaken it. */
static void a_fin_that_was_overtaken_was_sent_all_the_same(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    draw_anew();
    server(ACK, 2, 11, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_hindsight("ESTABLISHED / ESTABLISHED", "CLOSE-WAIT / FIN-WAIT-1");
}

static void an_old_copy_of_a_fin_refutes_nothing(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    client(FIN | ACK, 1, 1, 0); /* it had acknowledged 2 before */
    assert_hindsight("FIN-WAIT-1 / CLOSE-WAIT", "TIME-WAIT / LAST-ACK", "TIME-WAIT / CLOSED",
                     "TIME-WAIT / CLOSED");
}

static void a_forged_rst_ends_nobody(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(RST, 1, 0, 0);
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    assert_hindsight("ESTABLISHED / ESTABLISHED", "ESTABLISHED / ESTABLISHED",
                     "ESTABLISHED / ESTABLISHED");
}

static void a_forged_rst_does_not_end_an_end_that_opened_itself(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4 has another rule for it */
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(RST | ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    assert_hindsight("SYN-SENT / CLOSED", "SYN-RECEIVED / SYN-RECEIVED",
                     "SYN-RECEIVED / SYN-RECEIVED", "ESTABLISHED / SYN-RECEIVED",
                     "ESTABLISHED / ESTABLISHED");
}

static void a_forged_fin_was_not_sent(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    client(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    assert_always(ROLE_CLIENT, STATE_ESTABLISHED);
}

/* Where the FIN was not acknowledged, the ACK below it may have been sent before it. */
static void one_ack_below_a_fin_that_was_acknowledged_shows_that_it_was_forged(void **state)
{
    (void)state;
    for (uint32_t acked = 0; acked < 2; acked++) {
        begin(NULL);
        handshake();
        draw_anew();
        client(FIN | ACK, 1, 1, 0);
        server(ACK, 1, 1 + acked, 0);
        client(ACK, 1, 1, 0);
        assert_always(ROLE_CLIENT, acked ? STATE_ESTABLISHED : STATE_FIN_WAIT_1);
    }
}

static void data_in_the_place_of_a_fin_show_that_it_was_forged(void **state)
{
    (void)state; /* also what its ACK seemed to bring never happened */
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    client(PSH | ACK, 1, 1, 10);
    assert_always(ROLE_CLIENT, STATE_ESTABLISHED);
}

static void a_late_syn_ack_does_not_hide_that_a_fin_was_forged(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    server(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_always(ROLE_SERVER, STATE_ESTABLISHED);
}

static void nobody_listened_on_a_port_that_refuses(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    refuse(1); /* a copy of the SYN was under way */
    assert_hindsight("SYN-SENT / CLOSED", "CLOSED / CLOSED", "CLOSED / CLOSED");
    assert_string_equal(pair_text(ladder->before_hindsight), "CLOSED / CLOSED");
}

/* Its TIME-WAIT lasts longer than the preference says: it never listened. */
static void whoever_refuses_a_syn_from_time_wait_was_in_it_before(void **state)
{
    (void)state;
    for (int64_t minutes = 0; minutes < 2; minutes++) {
        begin(NULL);
        handshake();
        close_by(SERVER);
        wait_for(minutes * 60 * SECOND + SECOND);
        draw_anew();
        client(SYN, 50000, 0, 0);
        server(ACK, 2, 2, 0);
        client(RST, 2, 0, 0);
        assert_hindsight("SYN-SENT / TIME-WAIT", "SYN-SENT / TIME-WAIT", "SYN-SENT / CLOSED");
        assert_string_equal(pair_text(ladder->before_hindsight), "CLOSED / TIME-WAIT");
    }
}

static void a_forged_refusal_does_not_hide_the_listener(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    server(SYN | ACK, 0, 1, 0);
    hindsight_settle(ladder);
    assert_string_equal(pair_text(ladder_row(ladder, 0)->hindsight), "SYN-SENT / SYN-RECEIVED");
    assert_string_equal(pair_text(ladder->before_hindsight), "CLOSED / LISTEN");
}

static void a_rst_did_not_bring_back_to_listen_whoever_was_open(void **state)
{
    (void)state; /* the third step is missing, and the data were under way */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST | ACK, 1, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    hindsight_settle(ladder);
    assert_string_equal(pair_text(ladder_row(ladder, 2)->hindsight), "CLOSED / CLOSED");
    assert_string_equal(pair_text(ladder_row(ladder, 3)->hindsight), "CLOSED / CLOSED");
}

static void an_icmp_error_shows_that_nobody_was_there(void **state)
{
    observation_t unreachable;

    (void)state;
    client(SYN, 0, 0, 0);
    observation_of_unreachable(1, &unreachable);
    ladder_add(ladder, &(segment_t){.frame = 2}, &unreachable);
    hindsight_settle(ladder);
    assert_string_equal(pair_text(ladder_row(ladder, 0)->hindsight), "SYN-SENT / CLOSED");
    assert_int_equal(ladder_row(ladder, 1)->what, LADDER_NOTICE);
}

/* -- When it happened -------------------------------------------------------------------------- */

static void the_last_syn_before_the_answer_arrived(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_hindsight("SYN-SENT / LISTEN", "SYN-SENT / SYN-RECEIVED", "ESTABLISHED / SYN-RECEIVED");
}

static void a_syn_that_was_perhaps_captured_again_arrived_the_first_time(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    drive.next.perhaps_copy = true;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_hindsight("SYN-SENT / SYN-RECEIVED", "SYN-SENT / SYN-RECEIVED",
                     "ESTABLISHED / SYN-RECEIVED");
}

static void a_time_stamp_tells_which_syn_arrived(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(2000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    assert_hindsight("SYN-SENT / SYN-RECEIVED", "SYN-SENT / SYN-RECEIVED",
                     "ESTABLISHED / SYN-RECEIVED");
}

static void unanswered_syns_stay_what_the_fields_say(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_hindsight("SYN-SENT / SYN-RECEIVED", "SYN-SENT / SYN-RECEIVED");
}

static void the_last_fin_before_its_ack_arrived(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    assert_hindsight("FIN-WAIT-1 / ESTABLISHED", "FIN-WAIT-1 / CLOSE-WAIT",
                     "FIN-WAIT-2 / CLOSE-WAIT");
}

/* The data before it were not captured, or come behind it. */
static void a_fin_arrived_with_what_was_missing_before_it(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 11, 1, 0);
    server(ACK, 1, 12, 0);
    assert_hindsight("FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-2 / CLOSE-WAIT");
    begin(NULL);
    handshake();
    draw_anew();
    client(FIN | ACK, 11, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 12, 0);
    assert_hindsight("FIN-WAIT-1 / ESTABLISHED", "FIN-WAIT-1 / CLOSE-WAIT",
                     "FIN-WAIT-2 / CLOSE-WAIT");
}

/* RFC 9293 figure 13. */
static void fins_cross(void **state)
{
    const ladder_row_t *second;

    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    server(ACK, 2, 2, 0);
    assert_hindsight("FIN-WAIT-1 / ESTABLISHED", "CLOSING / CLOSING", "CLOSING / TIME-WAIT",
                     "TIME-WAIT / TIME-WAIT");
    second = ladder_row(ladder, 1);
    assert_string_equal(pair_text(second->sent), "CLOSING / FIN-WAIT-1");
    assert_int_equal(second->arrival[ROLE_SERVER], ladder_row(ladder, 0)->frame);
    assert_int_equal(second->arrival[ROLE_CLIENT], 0);
}

/* The data were sent before the client's FIN arrived, and so was the server's FIN. */
static void fins_cross_behind_data_that_are_folded(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 10);
    draw_anew();
    client(FIN | ACK, 1, 11, 0);
    for (uint32_t i = 1; i <= 3; i++)
        server(PSH | ACK, 1 + 10 * i, 1, 10);
    server(FIN | ACK, 41, 1, 0);
    assert_int_equal(ladder_row(ladder, 1)->what, LADDER_RUN);
    assert_hindsight("FIN-WAIT-1 / ESTABLISHED", "FIN-WAIT-1 / ESTABLISHED", "CLOSING / CLOSING");
}

/* RFC 9293 figure 7. */
static void syns_cross(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_hindsight("SYN-SENT / CLOSED", "SYN-RECEIVED / SYN-RECEIVED",
                     "SYN-RECEIVED / ESTABLISHED", "ESTABLISHED / ESTABLISHED");
    assert_string_equal(pair_text(ladder->before_hindsight), "CLOSED / CLOSED");
    assert_string_equal(pair_text(ladder_row(ladder, 1)->sent), "SYN-RECEIVED / SYN-SENT");
    assert_int_equal(ladder_row(ladder, 1)->arrival[ROLE_SERVER], 1);
    for (unsigned i = 0; i < ladder_count(ladder); i++)
        assert_false(ladder_row(ladder, i)->retransmission); /* a SYN-ACK has the SYN's number */
}

/* -- An end that was gone ---------------------------------------------------------------------- */

static void a_fin_was_sent_before_the_rst_arrived_that_it_crosses(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    client(RST | ACK, 2, 1, 0); /* data are unread */
    server(FIN | ACK, 1, 1, 0);
    client(RST, 1, 0, 0); /* answers it */
    assert_hindsight("FIN-WAIT-1 / ESTABLISHED", "CLOSED / ESTABLISHED", "CLOSED / CLOSED",
                     "CLOSED / CLOSED");
    assert_int_equal(ladder_row(ladder, 2)->sent[ROLE_SERVER], STATE_FIN_WAIT_1);
    assert_int_equal(ladder_row(ladder, 2)->arrival[ROLE_SERVER], ladder_row(ladder, 1)->frame);
}

static void a_fin_that_answers_one_crosses_the_rst_behind_that(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    client(RST | ACK, 2, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    assert_hindsight("FIN-WAIT-1 / CLOSE-WAIT", "CLOSED / CLOSE-WAIT", "CLOSED / CLOSED");
    assert_int_equal(ladder_row(ladder, 2)->sent[ROLE_SERVER], STATE_LAST_ACK);
}

static void a_fin_that_comes_again_does_not_tell_when_the_rst_arrived(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    server(FIN | ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_hindsight("CLOSED / FIN-WAIT-1", "CLOSED / CLOSED", "CLOSED / CLOSED");
}

static void a_fin_behind_the_next_syn_crosses_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    draw_anew();
    server(SYN | ACK, 0, 1000, 0);
    client(RST, 1000, 0, 0); /* rejects its wrong number */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    hindsight_settle(ladder);
    assert_string_equal(pair_text(ladder_row(ladder, 1)->hindsight), "SYN-SENT / LISTEN");
}

static void a_fin_with_a_wrong_checksum_crosses_nothing(void **state)
{
    (void)state;
    handshake();
    checksum(CHECKSUM_GOOD);
    server(PSH | ACK, 1, 1, 10);
    draw_anew();
    client(RST | ACK, 1, 11, 0);
    checksum(CHECKSUM_BAD);
    server(FIN | ACK, 11, 1, 0);
    assert_hindsight("CLOSED / CLOSED", "CLOSED / CLOSED");
}

static void whoever_answers_a_syn_ack_with_a_rst_was_gone(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST, 1, 0, 0);
    assert_hindsight("SYN-SENT / SYN-RECEIVED", "CLOSED / SYN-RECEIVED", "CLOSED / LISTEN");
}

static void whoever_answers_data_with_a_rst_was_gone(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    client(PSH | ACK, 11, 1, 10); /* was under way */
    assert_hindsight("ESTABLISHED / CLOSED", "CLOSED / CLOSED", "CLOSED / CLOSED");
}

static void what_it_refuses_next_does_not_tell_otherwise(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    client(PSH | ACK, 11, 1, 10);
    server(RST, 1, 0, 0);
    assert_always(ROLE_SERVER, STATE_CLOSED);
}

static void unless_it_goes_on(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    server(PSH | ACK, 1, 11, 10);
    assert_always(ROLE_SERVER, STATE_ESTABLISHED);
}

/* RFC 9293 3.6.1: its connection is there until data come that nobody will read. */
static void whoever_has_closed_was_not_gone_before_the_data(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    draw_anew();
    server(PSH | ACK, 1, 2, 100);
    client(RST, 2, 0, 0);
    assert_hindsight("FIN-WAIT-2 / CLOSE-WAIT", "CLOSED / CLOSED");
}

/* Without the connection it did not know of the FIN that it has got. */
static void whoever_answers_what_comes_again_behind_both_fins_was_gone(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 10);
    server(FIN | ACK, 11, 1, 0);
    client(FIN | ACK, 1, 12, 0);
    draw_anew();
    wait_for(SECOND);
    server(PSH | ACK, 1, 1, 10);
    client(RST, 1, 0, 0);
    assert_always(ROLE_CLIENT, STATE_CLOSED);
}

/* -- TIME-WAIT --------------------------------------------------------------------------------- */

static const int64_t minute = INT64_C(60) * SECOND;

static void settle(int64_t next)
{
    hindsight_settle(ladder);
    time_wait_settle(ladder, minute, next);
}

/* Its TIME-WAIT is over a minute after this row. */
static void assert_waits(role_t role, unsigned row)
{
    const ladder_wait_t *wait = ladder_wait_of(ladder, role);

    assert_non_null(wait);
    assert_int_equal(wait->over, ladder_row(ladder, row)->when + minute);
}

static void time_wait_is_over_a_while_after_the_last_fin(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    settle(NO_TIME);
    assert_int_equal(ladder->waits_count, 1);
    assert_waits(ROLE_CLIENT, 1);
    wait_for(SECOND);
    server(FIN | ACK, 1, 2, 0); /* the ACK was lost: the wait begins anew */
    client(ACK, 2, 2, 0);
    settle(NO_TIME);
    assert_int_equal(ladder->waits_count, 1);
    assert_waits(ROLE_CLIENT, 3);
}

static void both_ends_wait_where_fins_cross(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    wait_for(SECOND);
    server(ACK, 2, 2, 0);
    settle(NO_TIME);
    assert_int_equal(ladder->waits_count, 2);
    assert_int_equal(ladder->waits[0].role, ROLE_SERVER);
    assert_waits(ROLE_SERVER, 2);
    assert_waits(ROLE_CLIENT, 3);
}

static void the_end_of_time_wait_is_not_told_where_it_may_have_been_another(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    settle(NO_TIME);
    assert_int_equal(ladder->waits_count, 0);
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    settle(ladder_row(ladder, 1)->when + minute - 1); /* a new connection takes the ports */
    assert_int_equal(ladder->waits_count, 0);
    settle(ladder_row(ladder, 1)->when + minute);
    assert_int_equal(ladder->waits_count, 1);
    wait_for(2 * minute);
    client(ACK, 2, 2, 0); /* it still answers */
    settle(NO_TIME);
    assert_int_equal(ladder->waits_count, 0);
}

static void the_end_of_time_wait_is_not_told_where_the_fields_have_another_state(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    g_array_index(ladder->rows, ladder_row_t, 2).state[ROLE_CLIENT] = STATE_CLOSED;
    settle(NO_TIME);
    assert_int_equal(ladder->waits_count, 0);
}

/* -- Rows -------------------------------------------------------------------------------------- */

static void steady_segments_are_folded(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10); /* the first data */
    server(ACK, 1, 11, 0);
    server(PSH | ACK, 1, 11, 20);
    hindsight_settle(ladder);
    assert_int_equal(ladder_count(ladder), 3);
    client(ACK, 11, 21, 0);
    client(PSH | ACK, 11, 21, 5);
    assert_int_equal(ladder_count(ladder), 2);
    assert_int_equal(ladder_row(ladder, 1)->what, LADDER_RUN);
    assert_int_equal(ladder_row(ladder, 1)->segments, 4);
    assert_int_equal(ladder_row(ladder, 1)->frame, 5);
    assert_int_equal(ladder_row(ladder, 1)->last_frame, 8);
    assert_int_equal(ladder_row(ladder, 1)->bytes[ROLE_CLIENT], 5);
    assert_int_equal(ladder_row(ladder, 1)->bytes[ROLE_SERVER], 20);
    client(FIN | ACK, 16, 21, 0);
    assert_int_equal(ladder_count(ladder), 3);
}

static void copies_are_folded_with_what_they_are_copies_of(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10); /* the first data */
    draw_anew();
    for (unsigned i = 1; i <= 4; i++) {
        client(PSH | ACK, 1 + 10 * i, 1, 10);
        drive.shown.copy_of = drive.sent.frame;
        take_segment();
    }
    assert_int_equal(ladder_count(ladder), 1);
    assert_int_equal(ladder_row(ladder, 0)->segments, 8);
    assert_int_equal(ladder_row(ladder, 0)->copies, 4);
}

/* RFC 9768 3.2.2: each segment has it; what is new in it has other roles. */
static void a_counter_of_marks_says_nothing_new(void **state)
{
    (void)state;
    client(SYN | AE | CWR | ECE, 0, 0, 0);
    server(SYN | ACK | CWR, 0, 1, 0);
    client(ACK | CWR, 1, 1, 0);
    client(PSH | ACK | AE | ECE, 1, 1, 10);
    draw_anew();
    for (uint32_t i = 0; i < 3; i++)
        client(PSH | ACK | AE | ECE, 11 + 10 * i, 1, 10);
    assert_true(drive.shown.ecn.roles & 1u << ECN_ROLE_FEEDBACK);
    assert_int_equal(ladder_count(ladder), 1);
}

static void a_retransmission_has_a_row_of_its_own(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    client(ACK, 21, 1, 10);
    client(ACK, 11, 1, 10); /* captured late: sent for the first time */
    client(ACK, 31, 1, 10);
    assert_int_equal(ladder_count(ladder), 5);
    assert_int_equal(ladder_row(ladder, 4)->what, LADDER_RUN);
    client(ACK, 11, 1, 10);
    assert_int_equal(ladder_count(ladder), 6);
    assert_true(ladder_row(ladder, 5)->retransmission);
}

static void what_does_not_count_was_not_sent_before(void **state)
{
    (void)state;
    handshake();
    client(PSH, 1, 0, 20); /* without ACK: forged */
    client(PSH | ACK, 1, 1, 10);
    client(FIN | ACK, 11, 1, 0);
    for (unsigned i = 3; i < ladder_count(ladder); i++)
        assert_false(ladder_row(ladder, i)->retransmission);
}

static void numbers_are_those_of_wireshark(void **state)
{
    (void)state;
    handshake();
    assert_int_equal(ladder_seq(ladder, ladder_row(ladder, 0)), 0);
    assert_int_equal(ladder_seq(ladder, ladder_row(ladder, 2)), 1);
    assert_int_equal(ladder_ack(ladder, ladder_row(ladder, 2)), 1);
    begin(NULL);
    draw_anew();
    client(PSH | ACK, 1001, 2001, 10);
    server(ACK, 2001, 1011, 0);
    assert_int_equal(ladder_seq(ladder, ladder_row(ladder, 0)), 1);
    assert_int_equal(ladder_ack(ladder, ladder_row(ladder, 0)), 1);
    assert_int_equal(ladder_ack(ladder, ladder_row(ladder, 1)), 11);
}

static void take_note(void *data, note_weight_t weight, const char *text)
{
    GString *all = data;

    g_string_append_printf(all, "%c %s\n", "-*!"[weight], text);
}

static void assert_notes(unsigned row, const char *want)
{
    GString *all = g_string_new("");

    ladder_notes(ladder, ladder_row(ladder, row), take_note, all);
    assert_string_equal(all->str, want);
    g_string_free(all, TRUE);
}

static void notes_say_what_is_special(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(RST, 101, 0, 0);
    assert_notes(0, "- RST: Abort, in window\n* rst_not_exact: A RST in the window but not "
                    "exact: it draws a challenge ACK (RFC 5961 3)\n");
}

static void notes_say_what_a_rst_answers(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    assert_notes(1, "- RST: Half-open connection, exact, answers frame 4\n");
}

static void notes_say_what_missing_packets_could_explain(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    draw_anew();
    client(ACK, 11, 500, 0);
    assert_notes(0, "* ack_beyond_sent: Acknowledges numbers that were never sent (RFC 9293 "
                    "3.10.7.4, RFC 5961 5), unless packets are missing from the capture\n");
}

static void notes_say_nothing_of_a_counter_of_marks(void **state)
{
    (void)state;
    client(SYN | AE | CWR | ECE, 0, 0, 0);
    server(SYN | ACK | CWR, 0, 1, 0);
    client(ACK | CWR, 1, 1, 0);
    client(PSH | ACK | AE | ECE, 1, 1, 10);
    assert_true(drive.shown.ecn.roles & 1u << ECN_ROLE_FEEDBACK);
    assert_notes(0, "- ECN: Offers ECN\n");
    assert_notes(3, "");
}

static void notes_name_the_frame_that_a_segment_answers(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    server(SYN | ACK | ECE, 0, 1, 0);
    client(ACK, 1, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(PSH | ACK, 1, 1, 10);
    draw_anew();
    server(ACK | ECE, 1, 11, 0);
    assert_notes(0, "- ECN: First echo, mark in frame 4\n");
}

static void an_anomaly_of_which_nothing_is_left_is_not_told(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(RST, 101, 0, 0);
    ladder_leave_anomalies(ladder, &(anomaly_set_t){0});
    assert_notes(0, "- RST: Abort, in window\n");
}

static void a_copy_is_named_where_nothing_happens(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10);
    drive.shown.copy_of = drive.sent.frame;
    drive.sent.frame++;
    take_segment();
    assert_notes(1, "- copy of frame 4\n");
}

static void data_that_were_perhaps_captured_again_are_no_retransmission(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(PSH | ACK, 1, 1, 10);
    drive.next.perhaps_copy = true;
    client(PSH | ACK, 1, 1, 10);
    assert_notes(1, "- sent or captured again\n");
    client(PSH | ACK, 1, 1, 10);
    assert_notes(2, "- retransmission\n");
}

static void a_rst_was_perhaps_captured_again(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(RST | ACK, 1, 1, 0);
    drive.next.perhaps_copy = true;
    client(RST | ACK, 1, 1, 0);
    assert_notes(0, "- RST: Abort, exact\n");
    assert_notes(1, "- sent or captured again\n- RST: Abort, exact\n");
}

static void a_keep_alive_is_named_where_nothing_happens(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_notes(0, "- Keep-alive\n");
    assert_notes(1, "");
    client(ACK, 0, 1, 0);
    assert_notes(0, ""); /* a run by now */
}

static void a_fin_that_was_refused_was_sent_where_it_was_captured(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN, 1, 0, 0); /* without ACK */
    server(PSH | ACK, 1, 1, 10);
    client(ACK, 2, 11, 0);
    server(ACK, 11, 1, 0);
    assert_hindsight("FIN-WAIT-1 / ESTABLISHED", "FIN-WAIT-1 / ESTABLISHED",
                     "FIN-WAIT-1 / ESTABLISHED", "FIN-WAIT-1 / ESTABLISHED");
}

static void so_was_one_that_was_acknowledged(void **state)
{
    (void)state;
    handshake();
    draw_anew();
    client(FIN, 1, 0, 0);
    server(ACK, 1, 2, 0);
    assert_hindsight("FIN-WAIT-1 / CLOSE-WAIT", "FIN-WAIT-2 / CLOSE-WAIT");
}

static void so_was_one_that_has_crossed_the_other(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 0);
    draw_anew();
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 0);
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    assert_hindsight("ESTABLISHED / ESTABLISHED", "FIN-WAIT-1 / ESTABLISHED",
                     "CLOSING / FIN-WAIT-1", "CLOSING / FIN-WAIT-2");
}

#define LADDER(name) cmocka_unit_test_setup_teardown(name, begin_ladder, end_ladder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LADDER(an_ordinary_connection_has_the_states_of_its_fields),
        LADDER(a_syn_ack_that_did_not_arrive_moves_nobody),
        LADDER(a_third_step_that_did_not_arrive_moves_nobody),
        LADDER(an_ack_of_a_fin_that_did_not_arrive_moves_nobody),
        LADDER(a_fin_that_was_overtaken_was_sent_all_the_same),
        LADDER(an_old_copy_of_a_fin_refutes_nothing),
        LADDER(a_forged_rst_ends_nobody),
        LADDER(a_forged_rst_does_not_end_an_end_that_opened_itself),
        LADDER(a_forged_fin_was_not_sent),
        LADDER(one_ack_below_a_fin_that_was_acknowledged_shows_that_it_was_forged),
        LADDER(data_in_the_place_of_a_fin_show_that_it_was_forged),
        LADDER(a_late_syn_ack_does_not_hide_that_a_fin_was_forged),
        LADDER(nobody_listened_on_a_port_that_refuses),
        LADDER(whoever_refuses_a_syn_from_time_wait_was_in_it_before),
        LADDER(a_forged_refusal_does_not_hide_the_listener),
        LADDER(a_rst_did_not_bring_back_to_listen_whoever_was_open),
        LADDER(an_icmp_error_shows_that_nobody_was_there),
        LADDER(the_last_syn_before_the_answer_arrived),
        LADDER(a_syn_that_was_perhaps_captured_again_arrived_the_first_time),
        LADDER(a_time_stamp_tells_which_syn_arrived),
        LADDER(unanswered_syns_stay_what_the_fields_say),
        LADDER(the_last_fin_before_its_ack_arrived),
        LADDER(a_fin_arrived_with_what_was_missing_before_it),
        LADDER(fins_cross),
        LADDER(fins_cross_behind_data_that_are_folded),
        LADDER(syns_cross),
        LADDER(a_fin_was_sent_before_the_rst_arrived_that_it_crosses),
        LADDER(a_fin_that_answers_one_crosses_the_rst_behind_that),
        LADDER(a_fin_that_comes_again_does_not_tell_when_the_rst_arrived),
        LADDER(a_fin_behind_the_next_syn_crosses_nothing),
        LADDER(a_fin_with_a_wrong_checksum_crosses_nothing),
        LADDER(whoever_answers_a_syn_ack_with_a_rst_was_gone),
        LADDER(whoever_answers_data_with_a_rst_was_gone),
        LADDER(what_it_refuses_next_does_not_tell_otherwise),
        LADDER(unless_it_goes_on),
        LADDER(whoever_has_closed_was_not_gone_before_the_data),
        LADDER(whoever_answers_what_comes_again_behind_both_fins_was_gone),
        LADDER(time_wait_is_over_a_while_after_the_last_fin),
        LADDER(both_ends_wait_where_fins_cross),
        LADDER(the_end_of_time_wait_is_not_told_where_it_may_have_been_another),
        LADDER(the_end_of_time_wait_is_not_told_where_the_fields_have_another_state),
        LADDER(steady_segments_are_folded),
        LADDER(copies_are_folded_with_what_they_are_copies_of),
        LADDER(a_counter_of_marks_says_nothing_new),
        LADDER(a_retransmission_has_a_row_of_its_own),
        LADDER(what_does_not_count_was_not_sent_before),
        LADDER(numbers_are_those_of_wireshark),
        LADDER(notes_say_what_is_special),
        LADDER(notes_say_what_a_rst_answers),
        LADDER(notes_say_what_missing_packets_could_explain),
        LADDER(notes_say_nothing_of_a_counter_of_marks),
        LADDER(notes_name_the_frame_that_a_segment_answers),
        LADDER(an_anomaly_of_which_nothing_is_left_is_not_told),
        LADDER(a_copy_is_named_where_nothing_happens),
        LADDER(data_that_were_perhaps_captured_again_are_no_retransmission),
        LADDER(a_rst_was_perhaps_captured_again),
        LADDER(a_keep_alive_is_named_where_nothing_happens),
        LADDER(a_fin_that_was_refused_was_sent_where_it_was_captured),
        LADDER(so_was_one_that_was_acknowledged),
        LADDER(so_was_one_that_has_crossed_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
