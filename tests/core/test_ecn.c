/* test_ecn.c
 * What ECN mode is negotiated, and what is guessed if the handshake was not captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn.h"

/* -- The table --------------------------------------------------------------------------------- */

/* The rules of RFC 3168 6.1.1 and RFC 9768 3.1, in this order. */
static const char *mode_by_the_rules(unsigned offer, unsigned answer)
{
    const bool arrival_code = answer == 2 || answer == 3 || answer == 4 || answer == 6;

    if (offer == 0)
        return answer == 0 ? "Not offered" : "Broken";
    if (answer == 0)
        return "Refused";
    if (offer == 3)
        return answer == 1 || answer == 5 ? "Classic ECN" : "Broken";
    if (offer == 7 && answer == 7)
        return "Broken";
    if (offer == 7 && answer == 1)
        return "Classic ECN";
    if (offer == 7 && answer == 5)
        return "AccECN";
    return arrival_code ? "AccECN" : "Broken";
}

static void every_answer_to_every_offer_yields_a_mode(void **state)
{
    for (unsigned offer = 0; offer < 8; offer++)
        for (unsigned answer = 0; answer < 8; answer++) {
            begin(state);
            client(SYN | bits(offer), 0, 0, 0);
            assert_mode(offer ? "Offered" : "Not offered");
            assert_roles(offer ? "Offers ECN" : "");
            assert_true(drive.shown.status.ecn.offer_known);
            assert_int_equal(drive.shown.status.ecn.offer, offer);
            assert_false(drive.shown.status.ecn.answer_known);
            server(SYN | ACK | bits(answer), 0, 1, 0);
            assert_mode(mode_by_the_rules(offer, answer));
            assert_true(drive.shown.status.ecn.answer_known);
            assert_int_equal(drive.shown.status.ecn.answer, answer);
            assert_string_equal(mode_name(ecn_negotiate((uint8_t)offer, (uint8_t)answer)),
                                mode_by_the_rules(offer, answer));
            client(ACK, 1, 1, 100);
            assert_mode(mode_by_the_rules(offer, answer));
        }
}

static void the_answer_accepts_or_refuses(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    client(SYN | bits(3), 0, 0, 0);
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK | bits(1), 0, 1, 0);
    assert_roles("Accepts ECN");
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    assert_roles("Accepts ECN");
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_roles("Refuses ECN");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_roles("");
}

static void a_reflected_offer_is_no_answer(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK | bits(3), 0, 1, 0);
    assert_true(raised(ANOMALY_ECN_REFLECTED));
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(7), 0, 1, 0);
    assert_true(raised(ANOMALY_ECN_REFLECTED));
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(3), 0, 1, 0); /* AccECN, and the SYN arrived as ECT(1) */
    assert_blameless();
}

/* -- More than one SYN or SYN-ACK -------------------------------------------------------------- */

static void a_plain_syn_after_an_offer_is_a_fallback_if_the_answer_is_plain(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_mode("Offered");
    server(SYN | ACK, 0, 1, 0);
    assert_mode("Fallback");
    assert_roles("");
    client(ACK, 1, 1, 0);
    assert_mode("Fallback");
}

static void the_first_syn_is_the_offer_even_if_a_plain_one_follows(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK | bits(1), 0, 1, 0);
    assert_mode("Classic ECN");
}

static void an_offer_that_was_reset_falls_back_on_a_plain_syn(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    client(SYN, 1000, 0, 0);
    assert_milestones("Open requested, Reopened");
    assert_mode("Not offered");
    server(SYN | ACK, 0, 1001, 0);
    assert_mode("Fallback");
}

static void a_new_connection_negotiates_anew(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    client(RST | ACK, 1, 1, 0);
    client(SYN, 100000, 0, 0);
    assert_mode("Not offered");
    server(SYN | ACK, 100000, 100001, 0);
    assert_mode("Not offered");
}

static void two_kinds_of_offer_on_one_connection_are_an_anomaly(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    client(SYN | bits(7), 0, 0, 0);
    assert_blameless();
    client(SYN, 0, 0, 0);
    assert_blameless();
    client(SYN | bits(3), 0, 0, 0);
    assert_true(raised(ANOMALY_ECN_MIXED_OFFER));
    assert_int_equal(drive.shown.status.ecn.offer, 7);
}

static void the_answer_that_the_third_ack_accepts_counts(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    timestamps(100, 1);
    server(SYN | ACK | bits(2), 0, 1, 0);
    timestamps(200, 1);
    server(SYN | ACK, 0, 1, 0);
    assert_mode("AccECN");
    timestamps(2, 200);
    client(ACK, 1, 1, 0);
    assert_mode("Refused");
    assert_int_equal(drive.shown.status.ecn.answer, 0);

    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    timestamps(100, 1);
    server(SYN | ACK | bits(2), 0, 1, 0);
    timestamps(200, 1);
    server(SYN | ACK, 0, 1, 0);
    timestamps(2, 100);
    client(ACK | bits(2), 1, 1, 0);
    assert_mode("AccECN");
    assert_int_equal(drive.shown.status.ecn.answer, 2);
}

/* Only after an AccECN answer a client reports how the SYN-ACK arrived. */
static void a_report_on_the_third_ack_accepts_the_accecn_answer(void **state)
{
    static const struct {
        unsigned first, second, third; /* bits */
        const char *mode;
    } cases[] = {
        {2, 0, 2, "AccECN"},       {0, 2, 2, "AccECN"},       {2, 1, 6, "AccECN"},
        {1, 4, 3, "AccECN"},       {2, 1, 0, "Classic ECN"},  {2, 0, 0, "Refused"},
        {1, 0, 2, "Looks AccECN"}, /* accepts one that was not captured */
        {0, 0, 4, "Looks AccECN"}, {1, 1, 6, "Looks AccECN"}, {2, 0, 5, "Refused"}, /* no report */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(NULL);
        client(SYN | bits(7), 0, 0, 0);
        server(SYN | ACK | bits(cases[i].first), 0, 1, 0);
        wait_for(SECOND);
        server(SYN | ACK | bits(cases[i].second), 0, 1, 0);
        client(ACK | bits(cases[i].third), 1, 1, 0);
        assert_mode(cases[i].mode);
    }
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    client(PSH | ACK | bits(2), 1, 1, 10); /* with data the bits are a counter */
    assert_mode("Refused");
}

/* With a read filter in two passes, a dropped frame and the next one share a frame number. */
static void two_answers_may_have_one_frame_number(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    timestamps(100, 1);
    server(SYN | ACK | bits(2), 0, 1, 0);
    drive.frame--;
    timestamps(200, 1);
    server(SYN | ACK, 0, 1, 0);
    timestamps(2, 200);
    client(ACK, 1, 1, 0);
    assert_mode("Refused");
}

static void an_answer_of_the_other_kind_is_an_anomaly(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_blameless();
    server(SYN | ACK | bits(1), 0, 1, 0);
    assert_true(raised(ANOMALY_ECN_MIXED_OFFER));
}

static void in_a_simultaneous_open_both_must_agree(void **state)
{
    static const struct {
        unsigned client_offer, server_offer, client_answer, server_answer;
        const char *after_one, *after_both;
    } cases[] = {
        {3, 3, 1, 1, "Classic ECN", "Classic ECN"}, {3, 0, 0, 1, "Not offered", "Not offered"},
        {3, 3, 0, 1, "Refused", "Refused"},         {3, 3, 1, 0, "Classic ECN", "Refused"},
        {7, 7, 2, 2, "AccECN", "AccECN"},           {0, 0, 0, 0, "Not offered", "Not offered"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(state);
        client(SYN | bits(cases[i].client_offer), 0, 0, 0);
        server(SYN | bits(cases[i].server_offer), 0, 0, 0);
        client(SYN | ACK | bits(cases[i].client_answer), 0, 1, 0);
        assert_mode(cases[i].after_one);
        server(SYN | ACK | bits(cases[i].server_answer), 0, 1, 0);
        assert_mode(cases[i].after_both);
    }
}

/* -- IP's bits in the handshake ---------------------------------------------------------------- */

static void a_syn_is_not_ecn_capable_except_for_accecn(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_ECT_0);
    client(SYN | bits(3), 0, 0, 0);
    assert_true(raised(ANOMALY_ECT_ON_SYN));
    ip_ecn(IP_ECN_ECT_0);
    server(SYN | ACK | bits(1), 0, 1, 0);
    assert_true(raised(ANOMALY_ECT_ON_SYN));
    begin(NULL);
    ip_ecn(IP_ECN_ECT_0);
    client(SYN | bits(7), 0, 0, 0);
    assert_blameless();
    ip_ecn(IP_ECN_ECT_0);
    server(SYN | ACK | bits(4), 0, 1, 0);
    assert_blameless();
}

/* -- Without ECN ------------------------------------------------------------------------------- */

static void use_of_ecn_without_negotiation_is_reported_on_every_segment(void **state)
{
    (void)state;
    negotiate(3, 0, 0);
    client(ACK | ECE, 1, 1, 10);
    assert_true(raised(ANOMALY_ECN_NOT_NEGOTIATED));
    assert_roles("");
    client(ACK | CWR, 11, 1, 10);
    assert_true(raised(ANOMALY_ECN_NOT_NEGOTIATED));
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 21, 1, 10);
    assert_true(raised(ANOMALY_ECT_NOT_NEGOTIATED));
    assert_false(raised(ANOMALY_ECN_NOT_NEGOTIATED));
    assert_true(drive.verdict.steady);
    client(ACK, 31, 1, 10);
    assert_blameless();
}

static void whatever_ruled_it_out_there_are_no_episodes(void **state)
{
    static const unsigned offers[] = {0, 3, 3}, answers[] = {0, 0, 3};

    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        begin(state);
        negotiate(offers[i], answers[i], 0);
        ip_ecn(IP_ECN_CE);
        client(ACK, 1, 1, 10);
        assert_true(raised(ANOMALY_ECT_NOT_NEGOTIATED));
        assert_own_episode("none");
        server(ACK | ECE, 1, 11, 0);
        assert_true(raised(ANOMALY_ECN_NOT_NEGOTIATED));
        assert_echo_episode("none");
    }
}

static void with_classic_ecn_only_new_data_are_ecn_capable(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 100);
    assert_blameless();
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 101, 1, 0);
    assert_true(raised(ANOMALY_ECT_ON_PURE_ACK));
    ip_ecn(IP_ECN_ECT_1);
    client(ACK, 101, 1, 100);
    assert_true(raised(ANOMALY_ECN_ECT1_CLASSIC));
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 301, 1, 100); /* beyond a gap */
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 201, 1, 100); /* reordered, not retransmitted */
    assert_false(raised(ANOMALY_ECT_ON_RETRANSMISSION));
}

/* Whether a repeated segment raises the anomaly; each segment has this timestamp, 0: none. */
static bool ect_on_repetition_is_reported(uint32_t value)
{
    drive.next.has_timestamps = value > 0;
    drive.next.ts_value = value;
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 100);
    return raised(ANOMALY_ECT_ON_RETRANSMISSION);
}

static void retransmissions_are_not_ecn_capable_but_copies_may_be(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    assert_false(ect_on_repetition_is_reported(0));
    assert_true(ect_on_repetition_is_reported(0)); /* no timestamp: assumed */
    assert_int_equal(drive.shown.anomalies.assumed, drive.shown.anomalies.raised);
    begin(NULL);
    negotiate(3, 1, 0);
    assert_false(ect_on_repetition_is_reported(10));
    assert_false(ect_on_repetition_is_reported(10));
    assert_true(ect_on_repetition_is_reported(11));
    assert_int_equal(drive.shown.anomalies.assumed, 0);
    assert_false(ect_on_repetition_is_reported(10));
}

static void a_segment_that_fills_part_of_a_gap_is_no_retransmission(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    client(ACK, 1, 1, 100);
    client(ACK, 201, 1, 100);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 51, 1, 51); /* its last byte is the first of the gap */
    assert_false(raised(ANOMALY_ECT_ON_RETRANSMISSION));
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 52, 1, 50);
    assert_true(raised(ANOMALY_ECT_ON_RETRANSMISSION));
}

static void with_accecn_anything_may_be_ecn_capable(void **state)
{
    (void)state;
    negotiate(7, 2, 2);
    ip_ecn(IP_ECN_ECT_1);
    client(ACK | bits(5), 1, 1, 0);
    assert_blameless();
    ip_ecn(IP_ECN_ECT_1);
    client(ACK | bits(5), 1, 1, 100);
    assert_blameless();
    ip_ecn(IP_ECN_ECT_1);
    client(ACK | bits(5), 1, 1, 100);
    assert_blameless();
}

/* -- Without a handshake ----------------------------------------------------------------------- */

static void nothing_is_guessed_from_ecn_capable_data_alone(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        ip_ecn(IP_ECN_ECT_0);
        client(ACK, 1 + 100 * i, 1, 100);
        server(ACK, 1, 101 + 100 * i, 0);
        assert_mode("Unknown");
    }
}

static void ecn_capable_data_and_an_echo_look_classic(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    assert_mode("Unknown");
    assert_roles("CE mark");
    server(ACK | ECE, 1, 101, 0);
    assert_mode("Looks classic");
    assert_roles("First echo");
    assert_int_equal(shown_facts()->episodes.of[ECN_OF_RECEIVER].ce_frame, 1);
    client(ACK, 101, 1, 100);
    assert_mode("Looks classic");
}

static void without_a_handshake_a_missing_echo_is_no_anomaly(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_blameless();
}

static void ae_twice_or_the_option_looks_like_accecn(void **state)
{
    (void)state;
    client(ACK | AE | ECE, 1, 1, 100);
    assert_mode("Unknown");
    server(ACK | AE | ECE, 1, 101, 0);
    assert_mode("Looks AccECN");
    assert_roles("AccECN feedback");
    assert_blameless();
    begin(NULL);
    drive.next.has_accurate_ecn = true;
    client(ACK, 1, 1, 100);
    assert_mode("Looks AccECN");
}

static void a_syn_ack_alone_makes_a_mode_likely_at_best(void **state)
{
    static const char *const modes[8] = {"Unknown",      "Looks classic", "Looks AccECN",
                                         "Unknown",      "Looks AccECN",  "Unknown",
                                         "Looks AccECN", "Unknown"};

    for (unsigned answer = 0; answer < 8; answer++) {
        begin(state);
        server(SYN | ACK | bits(answer), 0, 1, 0);
        assert_mode(modes[answer]);
        assert_false(drive.shown.status.ecn.offer_known);
    }
    server(SYN | ACK | bits(7), 0, 1, 0);
    begin(state);
    server(SYN | ACK | bits(3), 0, 1, 0);
    client(ACK | bits(2), 1, 1, 0);
    assert_mode("Looks AccECN");
}

static void without_the_syn_ack_the_third_ack_shows_accecn(void **state)
{
    (void)state;
    client(SYN | bits(7), 0, 0, 0);
    client(ACK | bits(4), 1, 1, 0);
    assert_mode("AccECN");
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_mode("Offered");
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_mode("Offered");
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 100);
    assert_mode("Looks classic");
}

/* -- Rare cases -------------------------------------------------------------------------------- */

static void a_plain_offer_that_was_reset_is_no_fallback(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    client(SYN, 1000, 0, 0);
    server(SYN | ACK, 0, 1001, 0);
    assert_mode("Not offered");
}

static void an_offer_may_be_reset_more_than_once(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    client(SYN, 1000, 0, 0);
    server(RST | ACK, 0, 1001, 0);
    client(SYN, 2000, 0, 0);
    server(SYN | ACK, 0, 2001, 0);
    assert_mode("Fallback");
}

static void an_offer_that_led_to_a_connection_was_not_reset(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0); /* the SYN-ACK was not captured */
    assert_mode("Offered");
    client(RST | ACK, 1, 1, 0);
    client(SYN, 1000, 0, 0);
    server(SYN | ACK, 5000, 1001, 0);
    assert_mode("Not offered");
}

static void one_plain_syn_among_others_is_enough_for_a_fallback(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    client(SYN, 0, 0, 0);
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_mode("Fallback");
}

static void in_a_simultaneous_open_the_first_offer_counts(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN, 0, 0, 0);
    assert_mode("Offered");
}

static void only_the_bits_of_the_offer_are_reflected(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK | bits(2), 0, 1, 0);
    assert_mode("Broken");
    assert_false(raised(ANOMALY_ECN_REFLECTED));
}

static void other_flags_do_not_hide_an_offer(void **state)
{
    (void)state;
    client(SYN | PSH | bits(3), 0, 0, 0);
    assert_roles("Offers ECN");
    begin(NULL);
    client(SYN | RST | bits(3), 0, 0, 0); /* illegal flags */
    assert_roles("");
}

static void what_the_third_ack_shows_depends_on_the_offer(void **state)
{
    static const struct {
        unsigned offer, code;
        uint32_t len;
        const char *mode;
    } cases[] = {{1, 4, 0, "AccECN"},    {3, 2, 0, "Offered"}, {7, 2, 0, "AccECN"},
                 {7, 3, 0, "AccECN"},    {7, 4, 0, "AccECN"},  {7, 6, 0, "AccECN"},
                 {7, 1, 0, "Offered"},   {7, 7, 0, "Offered"}, {7, 2, 1, "Offered"},
                 {7, 2, 100, "Offered"}, {7, 5, 0, "Offered"}, {2, 6, 0, "AccECN"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(state);
        client(SYN | bits(cases[i].offer), 0, 0, 0);
        client(ACK | bits(cases[i].code), 1, 1, cases[i].len);
        assert_mode(cases[i].mode);
    }
}

static void a_negotiated_mode_is_not_replaced_by_a_guess(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK | bits(1), 0, 1, 0);
    for (uint32_t i = 0; i < 3; i++) /* before the third ACK */
        server(ACK | AE | ECE, 1 + 10 * i, 1, 10);
    assert_mode("Classic ECN");
}

static void a_guess_may_be_corrected(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 1, 1, 100);
    server(ACK | ECE, 1, 101, 0);
    assert_mode("Looks classic");
    client(ACK | AE, 101, 1, 100);
    assert_mode("Unknown"); /* classic ECN does not set AE */
    client(ACK | AE, 101, 1, 100);
    assert_mode("Unknown");        /* the same once more, perhaps a copy */
    client(ACK | AE, 201, 1, 100); /* only AccECN does */
    assert_mode("Looks AccECN");
    begin(NULL);
    server(SYN | ACK | bits(3), 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_mode("Unknown");
    server(ACK | AE, 1, 1, 10);
    server(ACK | AE, 11, 1, 10);
    assert_mode("Looks AccECN");
}

static void nothing_is_guessed_from_segments_that_do_not_count(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    checksum(CHECKSUM_GOOD);
    server(ACK, 1, 11, 10);
    for (unsigned i = 0; i < 3; i++) {
        checksum(CHECKSUM_BAD);
        server(ACK | AE, 11, 11, 10);
    }
    assert_mode("Unknown");
}

static void anomalies_that_follow_from_the_mode_leave_a_segment_steady(void **state)
{
    static const struct {
        unsigned offer, answer, flags;
        ip_ecn_t ip;
        uint32_t len;
        anomaly_t anomaly;
    } cases[] = {
        {3, 0, ECE, IP_ECN_NOT_ECT, 10, ANOMALY_ECN_NOT_NEGOTIATED},
        {3, 0, 0, IP_ECN_ECT_0, 10, ANOMALY_ECT_NOT_NEGOTIATED},
        {3, 1, 0, IP_ECN_ECT_0, 0, ANOMALY_ECT_ON_PURE_ACK},
        {3, 1, 0, IP_ECN_ECT_1, 10, ANOMALY_ECN_ECT1_CLASSIC},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(state);
        negotiate(cases[i].offer, cases[i].answer, 0);
        for (uint32_t n = 0; n < 3; n++) {
            server(ACK, 1 + 10 * n, 1 + 10 * n, 10);
            client(ACK, 1 + 10 * n, 11 + 10 * n, 10);
        }
        server(ACK, 31, 31, 10);
        ip_ecn(cases[i].ip);
        client(ACK | cases[i].flags, 31, 41, cases[i].len);
        assert_true(raised(cases[i].anomaly));
        assert_true(drive.verdict.steady);
    }
}

static void an_attempt_that_nobody_answered_is_no_reason_to_fall_back(void **state)
{
    (void)state; /* unlike one that was reset */
    client(SYN | bits(3), 0, 0, 0);
    wait_for(10 * SECOND);
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 0, 70001, 0);
    assert_mode("Not offered");
}

static void after_a_fall_back_nothing_is_ecn_capable(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    refuse(1);
    wait_for(SECOND);
    client(SYN, 70000, 0, 0);
    server(SYN | ACK, 0, 70001, 0);
    client(ACK, 70001, 1, 0);
    assert_mode("Fallback");
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 70001, 1, 100);
    assert_true(raised(ANOMALY_ECT_NOT_NEGOTIATED));
}

static void ecn_that_is_offered_again_after_a_reset_is_no_fall_back(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    refuse(1);
    wait_for(SECOND);
    client(SYN | bits(3), 70000, 0, 0);
    server(SYN | ACK | bits(1), 0, 70001, 0);
    assert_mode("Classic ECN");
}

/* The server answers an offer that no captured SYN has: the one before this may have had it. */
static void an_answer_without_an_offer_accuses_nobody_who_uses_ecn(void **state)
{
    (void)state;
    for (unsigned answered = 0; answered < 2; answered++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(answered ? SYN | ACK | ECE : SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        ip_ecn(IP_ECN_ECT_0);
        client(PSH | ACK | CWR, 1, 1, 100);
        assert_anomalies(answered ? "(ecn_not_negotiated), (ect_not_negotiated)"
                                  : "ecn_not_negotiated, ect_not_negotiated");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_answer_to_every_offer_yields_a_mode),
        TEST(the_answer_accepts_or_refuses),
        TEST(a_reflected_offer_is_no_answer),
        TEST(a_plain_syn_after_an_offer_is_a_fallback_if_the_answer_is_plain),
        TEST(the_first_syn_is_the_offer_even_if_a_plain_one_follows),
        TEST(an_offer_that_was_reset_falls_back_on_a_plain_syn),
        TEST(a_new_connection_negotiates_anew),
        TEST(two_kinds_of_offer_on_one_connection_are_an_anomaly),
        TEST(the_answer_that_the_third_ack_accepts_counts),
        TEST(a_report_on_the_third_ack_accepts_the_accecn_answer),
        TEST(two_answers_may_have_one_frame_number),
        TEST(an_answer_of_the_other_kind_is_an_anomaly),
        TEST(in_a_simultaneous_open_both_must_agree),
        TEST(a_syn_is_not_ecn_capable_except_for_accecn),
        TEST(use_of_ecn_without_negotiation_is_reported_on_every_segment),
        TEST(whatever_ruled_it_out_there_are_no_episodes),
        TEST(with_classic_ecn_only_new_data_are_ecn_capable),
        TEST(retransmissions_are_not_ecn_capable_but_copies_may_be),
        TEST(a_segment_that_fills_part_of_a_gap_is_no_retransmission),
        TEST(with_accecn_anything_may_be_ecn_capable),
        TEST(nothing_is_guessed_from_ecn_capable_data_alone),
        TEST(ecn_capable_data_and_an_echo_look_classic),
        TEST(without_a_handshake_a_missing_echo_is_no_anomaly),
        TEST(ae_twice_or_the_option_looks_like_accecn),
        TEST(a_syn_ack_alone_makes_a_mode_likely_at_best),
        TEST(without_the_syn_ack_the_third_ack_shows_accecn),
        TEST(a_plain_offer_that_was_reset_is_no_fallback),
        TEST(an_offer_may_be_reset_more_than_once),
        TEST(an_offer_that_led_to_a_connection_was_not_reset),
        TEST(one_plain_syn_among_others_is_enough_for_a_fallback),
        TEST(in_a_simultaneous_open_the_first_offer_counts),
        TEST(only_the_bits_of_the_offer_are_reflected),
        TEST(other_flags_do_not_hide_an_offer),
        TEST(what_the_third_ack_shows_depends_on_the_offer),
        TEST(a_negotiated_mode_is_not_replaced_by_a_guess),
        TEST(a_guess_may_be_corrected),
        TEST(nothing_is_guessed_from_segments_that_do_not_count),
        TEST(anomalies_that_follow_from_the_mode_leave_a_segment_steady),
        TEST(an_attempt_that_nobody_answered_is_no_reason_to_fall_back),
        TEST(after_a_fall_back_nothing_is_ecn_capable),
        TEST(ecn_that_is_offered_again_after_a_reset_is_no_fall_back),
        TEST(an_answer_without_an_offer_accuses_nobody_who_uses_ecn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
