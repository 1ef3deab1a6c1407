/* test_ecn_guess.c
 * ECN: what is not guessed because something else is known, and handshakes that are seldom seen.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_classic.h"

/* -- Guesses ----------------------------------------------------------------------------------- */

static void no_guess_is_made_where_the_answer_was_captured(void **state)
{
    static const struct {
        unsigned offer, answer;
        const char *mode;
    } cases[] = {{0, 0, "Not offered"}, {3, 0, "Refused"}, {3, 1, "Classic ECN"},
                 {7, 1, "Classic ECN"}, {7, 2, "AccECN"},  {7, 7, "Broken"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(state); /* the third ACK, which would fix the mode, was not captured */
        client(SYN | bits(cases[i].offer), 0, 0, 0);
        server(SYN | ACK | bits(cases[i].answer), 0, 1, 0);
        ip_ecn(IP_ECN_ECT_0);
        server(ACK | ECE, 1, 1, 10);
        assert_mode(cases[i].mode);
        server(ACK | AE, 11, 1, 10);
        server(ACK | AE, 21, 1, 10);
        assert_mode(cases[i].mode);
    }
}

static void a_plain_offer_leaves_nothing_to_guess(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(ACK | AE, 1, 1, 10);
    client(ACK | AE, 11, 1, 10);
    assert_mode("Not offered");
}

static void the_option_of_accecn_is_a_better_sign_than_an_echo(void **state)
{
    (void)state;
    drive.next.has_accurate_ecn = true;
    client(ACK, 1, 1, 10);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK | ECE, 11, 1, 10);
    assert_mode("Looks AccECN");
}

static void after_an_offer_of_accecn_it_may_be_guessed(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK was not captured */
    client(ACK | AE, 1, 1, 10);
    assert_mode("Offered");
    client(ACK | AE, 11, 1, 10);
    assert_mode("Looks AccECN");
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    client(ACK, 1, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 10); /* which is no sign of classic ECN */
    assert_mode("Offered");
}

static void after_an_offer_of_classic_ecn_accecn_is_not_guessed(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK was not captured */
    for (uint32_t n = 0; n < 300; n++) {
        client(ACK | AE, 1 + 10 * n, 1, 10);
        assert_mode("Offered");
    }
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 3001, 1, 10); /* nor classic ECN, which has no AE */
    assert_mode("Offered");
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0);
    drive.next.has_accurate_ecn = true;
    client(ACK, 1, 1, 10);
    assert_mode("Offered");
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 11, 1, 10);
    client(ACK | AE, 21, 1, 10);
    assert_mode("Looks classic");
}

static void the_offer_is_that_of_the_client(void **state)
{
    (void)state; /* whichever side it is, and whoever sends */
    server(SYN | bits(3), 0, 0, 0);
    server(ACK, 1, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 10);
    assert_mode("Looks classic");
}

static void only_data_show_that_an_end_uses_ecn(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 0);
    client(ACK | ECE, 1, 1, 10);
    assert_mode("Unknown");
    begin(NULL);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 1);
    client(ACK | ECE, 2, 1, 0);
    assert_mode("Looks classic");
}

static void where_nothing_is_known_any_segment_may_be_ecn_capable(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 11, 1, 0);
    assert_blameless();
    ip_ecn(IP_ECN_ECT_1);
    client(ACK, 11, 1, 10);
    assert_blameless();
}

static void ae_once_does_not_make_accecn_but_no_classic_ecn_either(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_ECT_0);
    client(ACK | AE, 1, 1, 10);
    client(ACK | ECE, 11, 1, 10);
    assert_mode("Unknown");
}

static void a_mark_whose_echo_was_not_awaited_is_no_fault_later(void **state)
{
    begin(state);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, SIZE);
    acks(1, 0); /* nobody knows yet what is in use */
    assert_mode("Unknown");
    data(1, CWR);
    assert_mode("Looks classic");
    acks(1, 0);
    assert_blameless();
    assert_roles("");
}

/* -- Offers ------------------------------------------------------------------------------------ */

static void a_syn_offers_also_where_it_opens_nothing(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    client(SYN | bits(3), 0, 0, 0);
    assert_roles("Offers ECN");
    assert_mode("Classic ECN");
    client(SYN | bits(7), 500, 0, 0);
    assert_roles("Offers ECN");
    assert_mode("Classic ECN");
}

static void an_offer_after_a_plain_syn_is_not_of_another_kind(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN | bits(3), 0, 0, 0);
    assert_blameless();
    assert_mode("Not offered");
}

/* -- Answers ----------------------------------------------------------------------------------- */

static void one_answer_may_be_sent_again_or_tell_of_another_copy_of_the_syn(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    assert_blameless();
    server(SYN | ACK | bits(4), 0, 1, 0); /* this one arrived as ECT(0) */
    assert_blameless();
}

static void answers_to_an_offer_that_was_not_captured_are_not_compared(void **state)
{
    (void)state;
    server(SYN | ACK | bits(1), 0, 1, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    assert_false(raised(ANOMALY_ECN_MIXED_OFFER));
}

static void where_both_open_one_answer_of_either_side_settles_the_mode(void **state)
{
    static const struct {
        unsigned offer, answer;
        const char *mode;
    } cases[] = {{3, 1, "Classic ECN"}, {3, 0, "Refused"}, {7, 2, "AccECN"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (unsigned side = CLIENT; side <= SERVER; side++) {
            begin(state);
            client(SYN | bits(cases[i].offer), 0, 0, 0);
            server(SYN | bits(cases[i].offer), 0, 0, 0);
            send_from(side, SYN | ACK | bits(cases[i].answer), 0, 1, 0);
            assert_mode(cases[i].mode);
        }
}

static void where_both_open_the_first_answer_may_be_the_servers(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK | bits(1), 0, 1, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_mode("Refused");
}

static void where_both_open_and_neither_agrees_the_answer_to_the_client_counts(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN | ACK | bits(3), 0, 1, 0);
    assert_mode("Refused");
}

static void an_answer_to_a_syn_that_was_not_captured_settles_nothing(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    client(SYN | ACK | bits(1), 0, 1, 0); /* so both have opened */
    assert_mode("Offered");
}

/* -- What is no step of the handshake ---------------------------------------------------------- */

static void two_answers_may_be_captured_at_the_same_time(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    timestamps(100, 1);
    server(SYN | ACK | bits(2), 0, 1, 0);
    wait_for(0);
    timestamps(200, 1);
    server(SYN | ACK, 0, 1, 0);
    timestamps(2, 200);
    client(ACK, 1, 1, 0);
    assert_mode("Refused");
}

static void a_syn_ack_that_answers_nothing_accepts_and_refuses_nothing(void **state)
{
    for (unsigned answer = 0; answer < 2; answer++) {
        begin(state);
        client(SYN | bits(3), 0, 0, 0);
        server(SYN | ACK | bits(answer), 0, 77, 0);
        assert_roles("");
        assert_mode("Offered");
        with_ecn(state);
        server(SYN | ACK | bits(answer), 5000, 1, 0);
        assert_roles("");
        assert_mode("Classic ECN");
    }
}

static void a_copy_of_the_third_ack_tells_nothing_new(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(ACK | bits(4), 1, 1, 0);
    assert_mode("Offered");
    begin(NULL);
    server(SYN | ACK | bits(3), 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(SYN | ACK | bits(3), 0, 1, 0);
    client(ACK | bits(4), 1, 1, 0);
    assert_phase("Handshake 3/3 (retransmission)");
    assert_mode("Unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_guess_is_made_where_the_answer_was_captured),
        TEST(a_plain_offer_leaves_nothing_to_guess),
        TEST(the_option_of_accecn_is_a_better_sign_than_an_echo),
        TEST(after_an_offer_of_accecn_it_may_be_guessed),
        TEST(after_an_offer_of_classic_ecn_accecn_is_not_guessed),
        TEST(the_offer_is_that_of_the_client),
        TEST(only_data_show_that_an_end_uses_ecn),
        TEST(where_nothing_is_known_any_segment_may_be_ecn_capable),
        TEST(ae_once_does_not_make_accecn_but_no_classic_ecn_either),
        TEST(a_mark_whose_echo_was_not_awaited_is_no_fault_later),
        TEST(a_syn_offers_also_where_it_opens_nothing),
        TEST(an_offer_after_a_plain_syn_is_not_of_another_kind),
        TEST(one_answer_may_be_sent_again_or_tell_of_another_copy_of_the_syn),
        TEST(answers_to_an_offer_that_was_not_captured_are_not_compared),
        TEST(where_both_open_one_answer_of_either_side_settles_the_mode),
        TEST(where_both_open_the_first_answer_may_be_the_servers),
        TEST(where_both_open_and_neither_agrees_the_answer_to_the_client_counts),
        TEST(an_answer_to_a_syn_that_was_not_captured_settles_nothing),
        TEST(two_answers_may_be_captured_at_the_same_time),
        TEST(a_syn_ack_that_answers_nothing_accepts_and_refuses_nothing),
        TEST(a_copy_of_the_third_ack_tells_nothing_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
