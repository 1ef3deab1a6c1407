/* test_ecn_order.c
 * Congestion episodes of classic ECN with segments in an unusual order, and when an answer is due.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_classic.h"

/* -- Marks and echoes -------------------------------------------------------------------------- */

static void a_duplicate_ack_below_a_mark_does_not_echo_it(void **state)
{
    (void)state;
    data(0, 0);
    acks(1, 0);
    marked_data(1);
    acks(1, ECE); /* the mark has not arrived */
    assert_echo_episode("1 Echoed");
    assert_links(ECN_OF_RECEIVER, 0, 0, 0);
}

static void a_mark_on_old_data_begins_nothing(void **state)
{
    (void)state; /* also where the capture begins in the middle */
    client(ACK, 101, 1, 0);
    server(ACK, 1, 101, 0);
    ip_ecn(IP_ECN_CE);
    client(ACK, 0, 1, 100);
    assert_own_episode("none");
}

static void an_ack_up_to_the_cwr_still_echoes_the_old_mark(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(2, 0);
    marked_data(3);
    acks(2, ECE);
    assert_roles("Repeated echo");
    assert_echo_episode("1 Answered");
    acks(4, ECE);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
}

static void an_echo_on_a_reordered_ack_is_the_same_one(void **state)
{
    (void)state;
    marked_data(0);
    data(1, 0);
    acks(2, ECE);
    data(2, CWR);
    acks(3, 0);
    assert_echo_episode("1 Done");
    acks(1, ECE); /* sent earlier */
    assert_roles("Repeated echo");
    assert_blameless();
}

static void an_ack_far_beyond_the_cwr_ends_the_echo_too(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(2, 0);
    data(3, 0);
    acks(4, 0);
    assert_echo_episode("1 Done");
    acks(4, 0);
    assert_roles("");
    assert_echo_episode("none");
}

static void a_stopped_echo_is_reported_once_and_a_new_mark_begins_an_episode(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, 0);
    acks(2, 0);
    assert_roles("Echo stopped");
    acks(2, 0);
    assert_roles("");
    marked_data(2);
    assert_own_episode("2 Marked");
    acks(2, 0); /* before the mark arrives */
    assert_roles("");
    acks(3, ECE);
    assert_roles("First echo");
    assert_echo_episode("2 Echoed");
}

static void a_mark_after_one_that_was_not_echoed_begins_an_episode(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, 0);
    assert_echo_episode("1 Not echoed");
    marked_data(1);
    assert_own_episode("2 Marked");
    with_ecn(state);
    marked_data(0);
    data(0, 0); /* a retransmission: the marked segment was lost */
    acks(1, 0);
    marked_data(1);
    assert_own_episode("2 Marked");
}

static void the_old_episode_ends_once(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    marked_data(2);
    acks(2, 0);
    assert_echo_episode("1 Done");
    acks(2, 0);
    assert_roles("");
}

static void other_retransmissions_do_not_excuse_a_missing_echo(void **state)
{
    (void)state;
    data(0, 0);
    marked_data(1);
    data(2, 0);
    data(0, 0); /* below the mark and beyond it */
    data(2, 0);
    acks(2, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ECHOED));
}

/* -- TIME-WAIT --------------------------------------------------------------------------------- */

static void an_endpoint_in_time_wait_need_not_echo(void **state)
{
    (void)state;
    server(FIN | ACK, 1, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(FIN | ACK, 1, 2, SIZE);
    assert_own_episode("1 Marked");
    server(ACK, 2, 102, 0); /* in TIME-WAIT */
    assert_blameless();
    with_ecn(state);
    marked_data(0);
    client(FIN | ACK, 101, 1, 0);
    server(FIN | ACK, 1, 102, 0); /* to an endpoint in TIME-WAIT */
    assert_blameless();
}

/* -- CWR --------------------------------------------------------------------------------------- */

static void one_byte_may_carry_a_cwr(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    client(ACK | CWR, 101, 1, 1);
    assert_own_episode("1 Answered");
    assert_blameless();
}

static void one_byte_may_carry_a_mark(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 1);
    assert_own_episode("1 Marked");
}

static void a_cwr_on_another_retransmission_is_an_anomaly(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    data(0, CWR);
    assert_true(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
}

static void a_longer_segment_at_the_cwrs_number_is_no_copy_of_it(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    client(ACK | CWR, 101, 1, 2 * SIZE);
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_judged);
    assert_false(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
}

static void a_retransmitted_fin_is_not_data(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(FIN | ACK, 1, 1, 0);
    assert_blameless();
}

static void with_an_unknown_mode_cwr_and_echo_mean_nothing(void **state)
{
    begin(state);
    client(ACK | CWR, 1, 1, SIZE);
    assert_roles("");
    server(ACK | ECE, 1, 101, 0);
    assert_mode("Unknown");
    assert_roles("");
    assert_echo_episode("none");
}

/* -- When an answer is due --------------------------------------------------------------------- */

enum { SMALL = 2 * SIZE }; /* a window */

static void small_acks(unsigned n, unsigned flags)
{
    window(SMALL);
    acks(n, flags);
}

/* The first segment is marked; its echo allows two more. They are sent, and after this time one
 * beyond them. */
static void send_beyond_window(int64_t wait)
{
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, ECE);
    wait_for(wait - 3 * TICK);
    client(ACK, 301, 1, 0); /* no data */
    assert_blameless();
    wait_for(0);
    data(3, 0);
}

static void beyond_the_window_and_a_round_trip_an_answer_is_due(void **state)
{
    (void)state;
    send_beyond_window(2 * 2 * TICK);
    assert_own_episode("1 Not answered");
    assert_true(raised(ANOMALY_ECN_NOT_ANSWERED));
    data(4, 0);
    assert_blameless(); /* already reported */
}

static void within_exactly_a_round_trip_no_answer_is_due(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    wait_for(50 * TICK);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, ECE);
    wait_for(48 * TICK); /* 51 since the first echo */
    data(3, 0);
    assert_blameless();
    wait_for(1);
    data(4, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ANSWERED));
}

static void no_answer_is_due_after_the_echo_stopped(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, 0);
    wait_for(SECOND);
    data(3, 0);
    assert_blameless();
}

static void nor_with_an_unknown_window(void **state)
{
    begin(state);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, SIZE);
    acks(1, ECE);
    assert_mode("Looks classic");
    for (unsigned n = 1; n < 5; n++) {
        wait_for(2 * SECOND);
        data(n, 0);
        assert_blameless();
        acks(n + 1, ECE);
    }
}
/* -- What is no episode ------------------------------------------------------------------------ */

static void a_cwr_without_data_answers_nothing(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    client(ACK | CWR, 101, 1, 0);
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_judged);
    assert_false(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
    assert_own_episode("none");
    assert_true(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
    data(1, CWR);
    assert_own_episode("1 Answered");
}

static void an_echo_that_cannot_know_of_a_marked_retransmission_is_of_another_mark(void **state)
{
    (void)state;
    data(0, 0);
    data(1, 0);
    ip_ecn(IP_ECN_CE);
    data(1, 0);
    acks(1, ECE);
    assert_roles("First echo");
    assert_links(ECN_OF_RECEIVER, 0, 0, 0);
}

/* -- Retransmissions --------------------------------------------------------------------------- */

static void what_is_sent_again_may_well_be_not_ecn_capable(void **state)
{
    (void)state;
    data(0, 0);
    data(0, 0);
    assert_blameless();
    timestamps(10, 0);
    data(1, 0);
    timestamps(11, 0);
    data(1, 0);
    assert_blameless();
}

static void where_nothing_is_agreed_on_what_is_sent_again_may_be_ecn_capable(void **state)
{
    begin(state);
    for (unsigned i = 0; i < 3; i++) {
        ip_ecn(IP_ECN_ECT_0);
        data(0, 0);
        assert_mode("Unknown");
        assert_false(raised(ANOMALY_ECT_ON_RETRANSMISSION));
    }
}

static void it_is_told_however_long_the_connection_lasts(void **state)
{
    (void)state;
    for (unsigned n = 0; n <= ECN_FIRST_DATA; n++)
        data(n, 0);
    ip_ecn(IP_ECN_ECT_0);
    data(ECN_FIRST_DATA, 0);
    assert_true(raised(ANOMALY_ECT_ON_RETRANSMISSION));
    ip_ecn(IP_ECN_ECT_0);
    data(ECN_FIRST_DATA + 1, 0);
    assert_blameless();
}

/* -- Long connections -------------------------------------------------------------------------- */

/* The first ten segments of data of both sides, which are looked at one by one. */
static void first_data(void)
{
    for (unsigned n = 0; n < ECN_FIRST_DATA; n++) {
        client(ACK, 1 + SIZE * n, 1 + SIZE * n, SIZE);
        server(ACK, 1 + SIZE * n, 1 + SIZE * (n + 1), SIZE);
    }
}

static void later_data_are_marked_like_the_first(void **state)
{
    (void)state;
    first_data();
    ip_ecn(IP_ECN_CE);
    client(ACK, 1001, 1001, SIZE);
    assert_own_episode("1 Marked");
    server(ACK, 1001, 1101, 0);
    assert_true(raised(ANOMALY_ECN_NOT_ECHOED));
}

static void later_echoes_and_cwrs_are_noted_like_the_first(void **state)
{
    (void)state;
    first_data();
    server(ACK | ECE, 1001, 1001, 0);
    assert_roles("First echo");
    with_ecn(state);
    first_data();
    client(ACK | CWR, 1001, 1001, SIZE);
    assert_roles("Window reduced (CWR)");
    with_ecn(state);
    first_data();
    ip_ecn(IP_ECN_ECT_1);
    client(ACK, 901, 1001, SIZE);
    assert_true(raised(ANOMALY_ECT_ON_RETRANSMISSION));
}

static void an_episode_of_either_direction_ends_with_a_plain_ack(void **state)
{
    for (unsigned side = CLIENT; side <= SERVER; side++) {
        with_ecn(state);
        first_data();
        ip_ecn(IP_ECN_CE);
        send_from(side, ACK, 1001, 1001, SIZE);
        send_from(!side, ACK | ECE, 1001, 1101, 0);
        assert_roles("First echo");
        send_from(side, ACK | CWR, 1101, 1001, SIZE);
        assert_own_episode("1 Answered");
        send_from(!side, ACK, 1001, 1201, 0);
        assert_roles("Echo stopped");
        assert_echo_episode("1 Done");
    }
}

static void episodes_of_both_directions_end_with_a_plain_ack(void **state)
{
    (void)state;
    first_data();
    ip_ecn(IP_ECN_CE);
    client(ACK, 1001, 1001, SIZE);
    ip_ecn(IP_ECN_CE);
    server(ACK | ECE, 1001, 1101, SIZE);
    client(ACK | ECE | CWR, 1101, 1101, SIZE);
    server(ACK | CWR, 1101, 1201, SIZE);
    assert_roles("Window reduced (CWR), Echo stopped");
    client(ACK, 1201, 1201, 0);
    assert_roles("Echo stopped");
    assert_echo_episode("1 Done");
}

static void later_segments_allow_a_guess_too(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK was not captured */
    first_data();
    assert_mode("Offered");
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1001, 1001, SIZE);
    assert_mode("Looks classic");
    begin(state);
    first_data();
    drive.next.has_accurate_ecn = true;
    client(ACK, 1001, 1001, SIZE);
    assert_mode("Looks AccECN");
    begin(state);
    first_data();
    client(ACK | AE, 1001, 1001, SIZE);
    client(ACK | AE, 1101, 1001, SIZE);
    assert_mode("Looks AccECN");
}

static void a_byte_without_a_mark_is_one_of_the_first_data(void **state)
{
    (void)state;
    client(ACK, 1, 1, 1);
    for (unsigned n = 0; n <= ECN_FIRST_DATA; n++) {
        ip_ecn(IP_ECN_CE);
        client(ACK, 2 + SIZE * n, 1, SIZE);
        assert_false(raised(ANOMALY_ECN_ALL_CE));
    }
}

static void a_syn_may_not_be_ecn_capable_later_either(void **state)
{
    (void)state;
    first_data();
    ip_ecn(IP_ECN_ECT_0);
    client(SYN, 5000, 0, 0);
    assert_true(raised(ANOMALY_ECT_ON_SYN));
}

/* -- Echoes that go on ------------------------------------------------------------------------- */

static void a_late_cwr_answers_after_all(void **state)
{
    (void)state;
    send_beyond_window(2 * 2 * TICK);
    assert_own_episode("1 Not answered");
    small_acks(4, ECE);
    assert_roles("Repeated echo");
    data(4, CWR);
    assert_own_episode("1 Answered");
    assert_true(shown_facts()->episodes.of[ECN_OF_SENDER].cwr_acknowledges);
    small_acks(5, 0);
    assert_echo_episode("1 Done");
}

static void an_echo_that_was_not_answered_may_stop(void **state)
{
    (void)state;
    send_beyond_window(2 * 2 * TICK);
    small_acks(4, 0);
    assert_roles("Echo stopped");
    assert_echo_episode("1 Not answered");
}

static void an_echo_that_was_not_cleared_may_be_answered_once_more_or_end(void **state)
{
    for (unsigned again = 0; again < 2; again++) {
        with_ecn(state);
        marked_data(0);
        acks(1, ECE);
        data(1, CWR);
        acks(2, ECE);
        assert_echo_episode("1 Not cleared");
        if (again) {
            data(2, CWR);
            assert_own_episode("1 Answered");
            acks(2, 0); /* the second CWR has not arrived yet */
            assert_roles("");
        }
        acks(2 + again, 0);
        assert_roles("Echo stopped");
        assert_echo_episode("1 Done");
    }
}

static void an_episode_that_was_overtaken_by_the_next_does_not_end_any_more(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    marked_data(2);
    acks(3, ECE);
    assert_echo_episode("2 Echoed");
    data(3, CWR);
    acks(3, 0);
    assert_roles("");
    with_ecn(state);
    data(0, 0);
    acks(1, ECE); /* of marks beyond the capture point */
    data(1, CWR);
    acks(2, ECE);
    assert_echo_episode("2 Echoed");
    data(2, CWR);
    acks(2, 0);
    assert_roles("");
}

static void what_does_not_count_neither_echoes_nor_fails_to(void **state)
{
    (void)state;
    marked_data(0);
    server(ACK, 1 + 3 * WINDOW, 101, 0);
    assert_false(raised(ANOMALY_ECN_NOT_ECHOED));
    server(ACK | ECE, 1 + 3 * WINDOW, 101, 0);
    assert_roles("");
    acks(1, ECE);
    assert_roles("First echo");
}

static void the_cwr_again_after_its_ack_is_one_on_a_retransmission(void **state)
{
    (void)state;
    marked_data(0);
    acks(1, ECE);
    data(1, CWR);
    acks(2, 0);
    data(1, CWR);
    assert_true(raised(ANOMALY_ECN_CWR_ON_RETRANSMISSION));
    assert_own_episode("none");
}

static void after_a_rst_no_answer_is_due(void **state)
{
    begin(state);
    client(SYN | bits(3), 0, 0, 0);
    window(SMALL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(ACK, 1, 1, 0);
    marked_data(0);
    small_acks(1, ECE);
    data(1, 0);
    data(2, 0);
    small_acks(3, ECE);
    server(RST, 1, 0, 0);
    wait_for(4 * TICK);
    data(3, 0);
    assert_false(raised(ANOMALY_ECN_NOT_ANSWERED));
}

static void a_plain_syn_behind_the_syn_ack_that_answers_it_is_a_fallback(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_mode("Refused");
    client(SYN, 0, 0, 0);
    assert_mode("Fallback");
    server(ACK, 1, 11, 0); /* so the client's ACK is no step any more */
    client(ACK, 1, 1, 0);
    assert_mode("Fallback");
}

static void after_a_refused_offer_a_plain_syn_falls_back_whatever_the_answer(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    refuse(1);
    client(SYN, 70000, 0, 0);
    assert_mode("Not offered");
    client(ACK, 70001, 1, 0); /* the SYN-ACK is not captured */
    assert_mode("Fallback");
}

static void a_syn_sent_again_after_its_answer_does_not_tell_what_was_offered(void **state)
{
    (void)state;
    server(SYN | ACK | bits(1), 0, 1, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_mode("Looks classic");
    client(ACK, 1, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(PSH | ACK | CWR, 1, 1, 10);
    assert_blameless();
    begin(NULL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    wait_for(SECOND);
    client(SYN | bits(3), 0, 0, 0);
    assert_mode("Classic ECN");
    begin(NULL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(SYN, 0, 0, 0); /* so soon it is the one that was answered */
    assert_mode("Broken");
}

static void a_third_ack_without_report_may_answer_a_syn_ack_captured_behind_it(void **state)
{
    (void)state;
    negotiate(7, 2, 0);
    assert_mode("AccECN");
    assert_anomalies("(ecn_ace_zeroed)");
    server(SYN | ACK, 0, 1, 0);
    assert_mode("Refused");
    client(PSH | ACK, 1, 1, 10);
    assert_blameless();
    begin(NULL);
    negotiate(7, 2, 2);
    server(SYN | ACK, 0, 1, 0);
    assert_mode("AccECN");
    server(PSH | ACK, 1, 1, 10);
    assert_anomalies("ecn_ace_zeroed"); /* the client has taken part */
    begin(NULL);
    negotiate(7, 2, 0);
    client(PSH | ACK, 1, 1, 10);
    assert_anomalies("(ecn_ace_zeroed)"); /* the other SYN-ACK may be missing */
}

static void data_with_the_counter_accept_the_accecn_answer(void **state)
{
    static const struct {
        unsigned first, second, third; /* bits */
        const char *mode;
    } cases[] = {
        {2, 0, 5, "AccECN"}, {0, 2, 0, "AccECN"}, {2, 0, 0, "Refused"}, {2, 1, 6, "AccECN"}};

    (void)state; /* where the third ACK is not captured */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(NULL);
        client(SYN | bits(7), 0, 0, 0);
        server(SYN | ACK | bits(cases[i].first), 0, 1, 0);
        wait_for(SECOND);
        server(SYN | ACK | bits(cases[i].second), 0, 1, 0);
        client(PSH | ACK | bits(cases[i].third), 1, 1, 10);
        assert_mode(cases[i].mode);
    }
}

/* Its SYN with the offer has waited for the end of the connection before. */
static void a_plain_syn_after_one_that_has_waited_is_a_fallback(void **state)
{
    (void)state;
    handshake();
    client(SYN | ECE | CWR, 5000, 0, 0);
    server(ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    client(SYN, 5000, 0, 0);
    server(SYN | ACK, 9000, 5001, 0);
    assert_int_equal(drive.shown.status.ecn.mode, ECN_FALLBACK);
}

/* The connection before has rejected that one, so another one is answered, which is missing. */
static void without_the_syn_that_is_answered_the_mode_is_not_known(void **state)
{
    (void)state;
    for (unsigned echo = 0; echo < 2; echo++) {
        begin(NULL);
        handshake();
        client(SYN | ECE | CWR, 5000, 0, 0);
        server(ACK, 1, 1, 0);
        client(RST, 1, 0, 0);
        server(echo ? SYN | ACK | ECE : SYN | ACK, 9000, 5001, 0);
        assert_int_equal(drive.shown.status.ecn.mode, echo ? ECN_CLASSIC : ECN_UNKNOWN);
        client(SYN, 5000, 0, 0); /* or is captured late */
        assert_int_equal(drive.shown.status.ecn.mode, echo ? ECN_CLASSIC : ECN_FALLBACK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ECN_TEST(a_duplicate_ack_below_a_mark_does_not_echo_it),
        TEST(a_mark_on_old_data_begins_nothing),
        ECN_TEST(an_ack_up_to_the_cwr_still_echoes_the_old_mark),
        ECN_TEST(an_echo_on_a_reordered_ack_is_the_same_one),
        ECN_TEST(an_ack_far_beyond_the_cwr_ends_the_echo_too),
        ECN_TEST(a_stopped_echo_is_reported_once_and_a_new_mark_begins_an_episode),
        ECN_TEST(a_mark_after_one_that_was_not_echoed_begins_an_episode),
        ECN_TEST(the_old_episode_ends_once),
        ECN_TEST(other_retransmissions_do_not_excuse_a_missing_echo),
        ECN_TEST(an_endpoint_in_time_wait_need_not_echo),
        ECN_TEST(one_byte_may_carry_a_cwr),
        ECN_TEST(one_byte_may_carry_a_mark),
        ECN_TEST(a_cwr_on_another_retransmission_is_an_anomaly),
        ECN_TEST(a_longer_segment_at_the_cwrs_number_is_no_copy_of_it),
        ECN_TEST(a_retransmitted_fin_is_not_data),
        ECN_TEST(with_an_unknown_mode_cwr_and_echo_mean_nothing),
        ECN_TEST(beyond_the_window_and_a_round_trip_an_answer_is_due),
        ECN_TEST(within_exactly_a_round_trip_no_answer_is_due),
        ECN_TEST(no_answer_is_due_after_the_echo_stopped),
        ECN_TEST(nor_with_an_unknown_window),
        ECN_TEST(a_cwr_without_data_answers_nothing),
        ECN_TEST(an_echo_that_cannot_know_of_a_marked_retransmission_is_of_another_mark),
        ECN_TEST(what_is_sent_again_may_well_be_not_ecn_capable),
        ECN_TEST(where_nothing_is_agreed_on_what_is_sent_again_may_be_ecn_capable),
        ECN_TEST(it_is_told_however_long_the_connection_lasts),
        ECN_TEST(later_data_are_marked_like_the_first),
        ECN_TEST(later_echoes_and_cwrs_are_noted_like_the_first),
        ECN_TEST(an_episode_of_either_direction_ends_with_a_plain_ack),
        ECN_TEST(episodes_of_both_directions_end_with_a_plain_ack),
        ECN_TEST(later_segments_allow_a_guess_too),
        ECN_TEST(a_byte_without_a_mark_is_one_of_the_first_data),
        ECN_TEST(a_syn_may_not_be_ecn_capable_later_either),
        ECN_TEST(a_late_cwr_answers_after_all),
        ECN_TEST(an_echo_that_was_not_answered_may_stop),
        ECN_TEST(an_echo_that_was_not_cleared_may_be_answered_once_more_or_end),
        ECN_TEST(an_episode_that_was_overtaken_by_the_next_does_not_end_any_more),
        ECN_TEST(what_does_not_count_neither_echoes_nor_fails_to),
        ECN_TEST(the_cwr_again_after_its_ack_is_one_on_a_retransmission),
        ECN_TEST(after_a_rst_no_answer_is_due),
        TEST(a_plain_syn_behind_the_syn_ack_that_answers_it_is_a_fallback),
        TEST(after_a_refused_offer_a_plain_syn_falls_back_whatever_the_answer),
        TEST(a_syn_sent_again_after_its_answer_does_not_tell_what_was_offered),
        TEST(a_third_ack_without_report_may_answer_a_syn_ack_captured_behind_it),
        TEST(data_with_the_counter_accept_the_accecn_answer),
        TEST(a_plain_syn_after_one_that_has_waited_is_a_fallback),
        TEST(without_the_syn_that_is_answered_the_mode_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
