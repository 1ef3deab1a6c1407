/* test_copies_shown.c
 * What copies show, and what is perhaps one: nobody is moved, counted or accused by what may only
 * have been captured again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn.h"
#include "ecn_classic.h"
#include "words.h"

/* A segment of a side is captured again. `marked`: with CE, which it did not have before. */
static void copy_of(const segment_t *segment, unsigned side, const copied_t *copied, bool marked)
{
    segment_t copy = *segment;

    stop_disguises();
    copy.frame = ++drive.frame;
    copy.when = drive.when += TICK;
    if (marked)
        copy.ip_ecn = IP_ECN_CE;
    known.past[copy.frame % PAST_MAX] = (past_t){side, copy};
    connection_observe_copy(&drive.connection, &copy, side, marked, copied, &drive.shown);
}

/* The last segment likewise. */
static void copy_of_last(bool marked)
{
    const copied_t copied = copied_of(&drive.shown, drive.sent.frame);
    const bool to_server = drive.shown.direction == DIRECTION_TO_SERVER;

    copy_of(&drive.sent, drive.shown.status.client_side ^ !to_server, &copied, marked);
}

/* The next segment equals one that was captured before, and nobody knows whether it was sent again.
 */
static void perhaps(void)
{
    drive.next.perhaps_copy = true;
}

/* -- Copies ------------------------------------------------------------------------------------ */

static void a_copy_shows_the_states_as_they_stand(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    copy_of_last(false);
    assert_shows("Handshake 1/3 (copy)", "SYN-SENT / SYN-RECEIVED");
    assert_int_equal(drive.shown.copy_of, 1);
    assert_int_equal(drive.shown.previous[ROLE_CLIENT], STATE_SYN_SENT);
    assert_int_equal(drive.shown.previous[ROLE_SERVER], STATE_SYN_RECEIVED);
    assert_kind("SYN");
    assert_unmoved();
    assert_milestones("");
    assert_ordinary();
}

static void a_late_copy_has_its_originals_phase_and_todays_states(void **state)
{
    (void)state;
    handshake();

    const copied_t copied = copied_of(&drive.shown, 3);
    const segment_t third = drive.sent;

    client(RST | ACK, 1, 1, 0);
    copy_of(&third, CLIENT, &copied, false);
    assert_shows("Handshake 3/3 (copy)", "CLOSED / CLOSED");
    assert_int_equal(drive.shown.copy_of, 3);
    assert_int_equal(drive.shown.direction, DIRECTION_TO_SERVER);
}

static void a_copy_is_half_closed_as_its_original_was(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    server(PSH | ACK, 1, 2, 10);
    copy_of_last(false);
    assert_phase("Teardown (half-closed) (copy)");
    assert_int_equal(drive.shown.direction, DIRECTION_TO_CLIENT);
    assert_kind("Data");
}

static void a_copy_of_a_retransmission_says_both(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    copy_of_last(false);
    assert_phase("Teardown 1/4 (retransmission) (copy)");
}

static void a_copy_of_what_is_perhaps_one_says_both(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    perhaps();
    client(FIN | ACK, 1, 1, 0);
    copy_of_last(false);
    assert_phase("Teardown 1/4 (repeated) (copy)");
}

static void flags_of_a_copy_mean_what_they_meant(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    copy_of_last(false);
    assert_means(SYN, "SYN: as in frame 1; this is the same segment, captured again.");
    place("FIN-WAIT-1 / CLOSE-WAIT");
    copy_of_last(false);
    assert_means(FIN, "FIN, ACK: as in frame 4; this is the same segment, captured again.");
    assert_means(ACK, "none");
}

static void a_copy_moves_nobody(void **state)
{
    connection_t before;

    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    memcpy(&before, &drive.connection, sizeof before);
    copy_of_last(false);
    for (unsigned i = 0; i < RECENT_MAX; i++) {
        recent_segment_t *recent = &drive.connection.end[CLIENT].recent[i];

        recent->when = before.end[CLIENT].recent[i].when;
        recent->copied = false;
    }
    assert_memory_equal(&before, &drive.connection, sizeof before);
}

static void a_copy_that_the_network_made_may_be_answered(void **state)
{
    (void)state;
    handshake();
    close_by(CLIENT);
    server(FIN | ACK, 1, 2, 0); /* frame 8 */
    wait_for(100 * SECOND);
    copy_of_last(false);
    client(RST, 2, 0, 0);
    assert_int_equal(shown_facts()->rst.trigger_frame, 8);
}

static void only_the_copied_segment_may_be_answered(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    wait_for(100 * SECOND);
    client(PSH | ACK, 11, 1, 10);
    copy_of_last(false);
    assert_int_equal(endpoint_recent(&drive.connection.end[CLIENT], 0)->when, drive.when);
    assert_true(endpoint_recent(&drive.connection.end[CLIENT], 1)->when < drive.when - SECOND);
    server(PSH | ACK, 1, 21, 10);
    client(ACK, 21, 11, 0); /* ends where the data did */
    copy_of_last(false);
    assert_true(endpoint_recent(&drive.connection.end[CLIENT], 1)->when < drive.when - TICK);
}

static void of_all_that_is_remembered_a_copy_may_be_answered(void **state)
{
    segment_t sent[RECENT_MAX];

    (void)state;
    handshake();
    for (unsigned i = 0; i < RECENT_MAX; i++) {
        client(PSH | ACK, 1 + 10 * i, 1, 10);
        sent[i] = drive.sent;
    }

    const copied_t copied = copied_of(&drive.shown, drive.sent.frame);

    assert_null(endpoint_recent(&drive.connection.end[CLIENT], RECENT_MAX));
    for (unsigned i = 0; i < RECENT_MAX; i++) {
        copy_of(&sent[i], CLIENT, &copied, false);
        assert_int_equal(endpoint_recent(&drive.connection.end[CLIENT], RECENT_MAX - 1 - i)->when,
                         drive.when);
    }
}

/* -- Marks on copies --------------------------------------------------------------------------- */

static void a_mark_on_a_copy_begins_an_episode(void **state)
{
    (void)state;
    data(0, 0);
    copy_of_last(true);
    assert_int_equal(drive.shown.ecn.roles, 1u << ECN_ROLE_CE_MARK);
    acks(1, ECE);
    assert_links(ECN_OF_RECEIVER, 5, 0, 0);
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_RECEIVER].state, EPISODE_ECHOED);
    data(1, CWR);
    acks(2, 0);
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_RECEIVER].state, EPISODE_DONE);
    assert_ordinary();
}

static void a_mark_on_a_copy_has_to_be_echoed(void **state)
{
    (void)state;
    data(0, 0);
    copy_of_last(true);
    acks(1, 0);
    assert_anomalies("(ecn_not_echoed)");
}

static void a_mark_that_no_copy_adds_begins_nothing(void **state)
{
    (void)state;
    data(0, 0);
    copy_of_last(false);
    acks(1, 0);
    assert_ordinary();
}

static void a_mark_on_a_copy_behind_the_ack_need_not_be_echoed(void **state)
{
    (void)state;
    data(0, 0);

    const copied_t copied = copied_of(&drive.shown, 4);
    const segment_t original = drive.sent;

    acks(1, 0);
    copy_of(&original, CLIENT, &copied, true);
    data(1, 0);
    acks(2, 0);
    assert_ordinary();
    acks(2, ECE);
    assert_links(ECN_OF_RECEIVER, 6, 0, 0);
}

static void a_mark_on_a_copy_while_an_echo_runs_is_of_the_same_episode(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, 0);
    copy_of_last(true);
    acks(2, ECE);
    assert_links(ECN_OF_RECEIVER, 4, 0, 0);
}

static void a_mark_after_the_cwr_begins_the_next_episode(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    copy_of_last(true);
    acks(2, ECE);
    assert_ordinary();
    assert_links(ECN_OF_RECEIVER, 7, 0, 0);
}

static void a_mark_on_a_copy_of_an_ack_is_none(void **state)
{
    (void)state;
    data(0, 0);
    acks(1, 0);
    copy_of_last(true);
    data(1, 0);
    assert_int_equal(drive.connection.ecn.flow[SERVER].count, 0);
}

static void a_mark_on_a_copy_without_ecn_is_none(void **state)
{
    begin(state);
    handshake();
    data(0, 0);
    copy_of_last(true);
    assert_int_equal(drive.connection.ecn.flow[CLIENT].count, 0);
}

static void a_mark_on_a_copy_with_accurate_ecn_begins_no_episode(void **state)
{
    begin(state);
    negotiate(7, 2, 2);
    data(0, 0);
    copy_of_last(true);
    assert_int_equal(drive.connection.ecn.flow[CLIENT].count, 0);
}

static void a_mark_on_a_copy_counts_its_segment(void **state)
{
    (void)state;
    data(0, 0);
    assert_int_equal(drive.summary.ce, 0);
    summary_note_copied_mark(&drive.summary);
    assert_int_equal(drive.summary.ce, 1);
}

/* -- Perhaps copies ---------------------------------------------------------------------------- */

static void a_repeated_syn_is_not_counted(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    assert_shows("Handshake 1/3 (repeated)", "SYN-SENT / SYN-RECEIVED");
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 0);
}

static void a_repeated_syn_makes_the_round_trip_ambiguous(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, NO_TIME);
    assert_int_equal(shown_facts()->handshake.rtt_client, TICK);
}

static void a_repeated_syn_with_timestamps_is_of_one_time(void **state)
{
    (void)state;
    timestamps(100, 0);
    client(SYN, 0, 0, 0);
    timestamps(100, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    timestamps(500, 100);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, 2 * TICK);
    timestamps(500, 100);
    perhaps();
    server(SYN | ACK, 0, 1, 0);
    assert_phase("Handshake 2/3 (repeated)");
    assert_int_equal(shown_facts()->handshake.synack_retransmissions, 0);
    assert_int_equal(shown_facts()->handshake.rtt_server, NO_TIME);
    timestamps(101, 500);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, 4 * TICK);
}

static void copies_that_are_settled_leave_the_round_trip_clear(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    perhaps();
    server(SYN | ACK, 0, 1, 0);
    stop_disguises();
    connection_settle_copies(&drive.connection, CLIENT);
    connection_settle_copies(&drive.connection, SERVER);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, 4 * TICK);
    assert_int_equal(shown_facts()->handshake.rtt_client, 2 * TICK);
}

static void a_syn_ack_that_is_not_settled_leaves_it_ambiguous(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    perhaps();
    server(SYN | ACK, 0, 1, 0);
    stop_disguises();
    connection_settle_copies(&drive.connection, CLIENT);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, NO_TIME);
    assert_int_equal(shown_facts()->handshake.rtt_client, NO_TIME);
}

static void a_retransmitted_syn_beside_copies_stays_ambiguous(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_int_equal(shown_facts()->handshake.syn_retransmissions, 1);
    server(SYN | ACK, 0, 1, 0);
    stop_disguises();
    connection_settle_copies(&drive.connection, CLIENT);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->handshake.rtt, NO_TIME);
}

static void settling_without_syn_ack_is_harmless(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    stop_disguises();
    connection_settle_copies(&drive.connection, CLIENT);
    assert_int_equal(drive.connection.end[SERVER].synack.count, 0);
    assert_false(drive.connection.end[SERVER].synack.copy[0].syn_known);
}

static void a_repeated_fin_is_not_counted(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    perhaps();
    client(FIN | ACK, 1, 1, 0);
    assert_phase("Teardown 1/4 (repeated)");
    assert_int_equal(shown_facts()->close.fin_retransmissions, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_phase("Teardown 1/4 (retransmission)");
    assert_int_equal(shown_facts()->close.fin_retransmissions, 1);
}

static void repeated_data_are_no_unanswered_retransmissions(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    perhaps();
    client(PSH | ACK, 1, 1, 100);
    perhaps();
    client(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 101, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_ABORT);
}

static void repeated_data_do_not_hide_retransmissions(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 1, 100);
    perhaps();
    client(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 101, 1, 0);
    assert_int_equal(shown_facts()->rst.reason, RST_TIMEOUT);
}

static void a_repeated_ack_shrinks_no_window(void **state)
{
    (void)state;
    window_scale(0);
    client(SYN, 0, 0, 0);
    window_scale(0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    window(5000);
    client(PSH | ACK, 1, 1, 100);
    assert_anomalies("window_shrunk");
    window(20000);
    client(ACK, 101, 1, 0);
    window(5000);
    perhaps();
    client(PSH | ACK, 101, 1, 100);
    assert_ordinary();
}

static void a_syn_that_comes_again_in_its_tick_opens_nothing(void **state)
{
    (void)state;
    timestamps(100, 0);
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    wait_for(10 * SECOND);
    timestamps(100, 0);
    perhaps();
    client(SYN, 0, 0, 0);
    assert_milestones("");
    assert_states("CLOSED / CLOSED");
}

static void a_syn_that_comes_again_without_a_clock_tries_again(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    wait_for(10 * SECOND);
    perhaps();
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / CLOSED");
}

static void a_repeated_syn_does_not_change_the_offer(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    perhaps();
    client(SYN, 0, 0, 0); /* bleached between two places of the capture */
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(drive.shown.status.ecn.mode, ECN_REFUSED);
}

/* A copy point that far behind the other one is rarer than a lost SYN-ACK. */
static void a_syn_repeated_much_later_shows_a_lost_syn_ack(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    perhaps();
    client(SYN, 0, 0, 0);
    assert_client("SYN-SENT");
}

static void a_syn_ack_repeated_much_later_shows_a_lost_ack(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    perhaps();
    server(SYN | ACK, 0, 1, 0);
    assert_server("SYN-RECEIVED");
}

static void a_repeated_cwr_is_not_accused(void **state)
{
    (void)state;
    data(0, 0);
    data(1, CWR);
    perhaps();
    data(1, CWR);
    assert_ordinary();
}

static void repeated_ecn_capable_data_are_not_accused(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_ECT_0);
    data(0, 0);
    ip_ecn(IP_ECN_ECT_0);
    perhaps();
    data(0, 0);
    assert_ordinary();
}

static void what_is_perhaps_a_copy_is_counted_nowhere(void **state)
{
    (void)state;
    client(ACK, 1, 1, 0);
    perhaps();
    client(ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_string_equal(outcome_text(drive.summary.outcome), "Orphan");
}

static void marks_and_echoes_that_come_again_are_not_counted(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    perhaps();
    acks(1, ECE);
    ip_ecn(IP_ECN_CE);
    perhaps();
    data(0, 0);
    assert_int_equal(drive.summary.ece, 1);
    assert_int_equal(drive.summary.ce, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_shows_the_states_as_they_stand),
        TEST(a_late_copy_has_its_originals_phase_and_todays_states),
        TEST(a_copy_is_half_closed_as_its_original_was),
        TEST(a_copy_of_a_retransmission_says_both),
        TEST(a_copy_of_what_is_perhaps_one_says_both),
        TEST(flags_of_a_copy_mean_what_they_meant),
        TEST(a_copy_moves_nobody),
        TEST(a_copy_that_the_network_made_may_be_answered),
        TEST(only_the_copied_segment_may_be_answered),
        TEST(of_all_that_is_remembered_a_copy_may_be_answered),
        ECN_TEST(a_mark_on_a_copy_begins_an_episode),
        ECN_TEST(a_mark_on_a_copy_has_to_be_echoed),
        ECN_TEST(a_mark_that_no_copy_adds_begins_nothing),
        ECN_TEST(a_mark_on_a_copy_behind_the_ack_need_not_be_echoed),
        ECN_TEST(a_mark_on_a_copy_while_an_echo_runs_is_of_the_same_episode),
        ECN_TEST(a_mark_after_the_cwr_begins_the_next_episode),
        ECN_TEST(a_mark_on_a_copy_of_an_ack_is_none),
        TEST(a_mark_on_a_copy_without_ecn_is_none),
        TEST(a_mark_on_a_copy_with_accurate_ecn_begins_no_episode),
        ECN_TEST(a_mark_on_a_copy_counts_its_segment),
        TEST(a_repeated_syn_is_not_counted),
        TEST(a_repeated_syn_makes_the_round_trip_ambiguous),
        TEST(a_repeated_syn_with_timestamps_is_of_one_time),
        TEST(copies_that_are_settled_leave_the_round_trip_clear),
        TEST(a_syn_ack_that_is_not_settled_leaves_it_ambiguous),
        TEST(a_retransmitted_syn_beside_copies_stays_ambiguous),
        TEST(settling_without_syn_ack_is_harmless),
        TEST(a_repeated_fin_is_not_counted),
        TEST(repeated_data_are_no_unanswered_retransmissions),
        TEST(repeated_data_do_not_hide_retransmissions),
        TEST(a_repeated_ack_shrinks_no_window),
        TEST(a_syn_that_comes_again_in_its_tick_opens_nothing),
        TEST(a_syn_that_comes_again_without_a_clock_tries_again),
        TEST(a_repeated_syn_does_not_change_the_offer),
        TEST(a_syn_repeated_much_later_shows_a_lost_syn_ack),
        TEST(a_syn_ack_repeated_much_later_shows_a_lost_ack),
        ECN_TEST(a_repeated_cwr_is_not_accused),
        ECN_TEST(repeated_ecn_capable_data_are_not_accused),
        TEST(what_is_perhaps_a_copy_is_counted_nowhere),
        ECN_TEST(marks_and_echoes_that_come_again_are_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
