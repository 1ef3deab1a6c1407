/* test_words_ecn.c
 * The sentences on ECE, CWR, AE, marks and the end of an echo, word for word.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn.h"
#include "ecn_meaning.h"
#include "words.h"

/* What the last segment says in this role without a flag. */
static const char *role_meaning(unsigned role)
{
    const char *text = ecn_role_meaning(&drive.shown, role, drive.text, sizeof drive.text);

    if (text)
        check_sentence(text);
    return text ? text : "none";
}

#define assert_role_means(role, sentence) assert_string_equal(role_meaning(role), sentence)

/* -- Handshake --------------------------------------------------------------------------------- */

static void the_bits_of_a_syn_are_one_offer(void **state)
{
    (void)state;
    client(SYN | bits(3), 0, 0, 0);
    assert_means(ECE, "ECE, CWR: with both on the SYN the client offers ECN (RFC 3168).");
    assert_means(CWR, "none");
    begin(NULL);
    client(SYN | bits(7), 0, 0, 0);
    assert_means(ECE,
                 "ECE, CWR, AE: with all three on the SYN the client offers AccECN (RFC 9768), "
                 "or classic ECN where that is not known.");
    assert_means(CWR, "none");
    assert_means(AE, "none");
    begin(NULL);
    client(SYN | bits(6), 0, 0, 0);
    assert_means(
        CWR, "CWR, AE: an offer of ECN that no RFC defines; RFC 9768 has it taken for AccECN's.");
    assert_means(AE, "none");
}

/* What the server's answer to an offer means, by its lowest flag. */
static void assert_answer(unsigned offer, unsigned answer, const char *sentence)
{
    const unsigned lowest = bits(answer) & -bits(answer);

    begin(NULL);
    client(SYN | bits(offer), 0, 0, 0);
    server(SYN | ACK | bits(answer), 0, 1, 0);
    assert_means(lowest, sentence);
}

static void the_bits_of_a_syn_ack_are_one_answer(void **state)
{
    (void)state;
    assert_answer(3, 1, "ECE: the server accepts ECN (RFC 3168).");
    assert_answer(7, 1, "ECE: the server accepts classic ECN, but not AccECN.");
    assert_answer(7, 4, "AE: the server accepts AccECN, and tells that the SYN arrived as ECT(0).");
    assert_answer(7, 2,
                  "CWR: the server accepts AccECN, and tells that the SYN arrived as Not-ECT.");
    assert_answer(7, 5, "ECE, AE: a reserved answer, which RFC 9768 has taken for AccECN.");
    assert_answer(7, 7, "ECE, CWR, AE: repeats the bits of the offer, and so does not accept it.");
    assert_answer(3, 2, "CWR: no answer that fits the offer, so ECN is not accepted.");
    assert_answer(0, 1, "ECE: the server answers as if ECN had been offered, which it was not.");
    begin(NULL);
    server(SYN | ACK | bits(1), 0, 1, 0);
    assert_means(ECE, "ECE: in answer to a SYN that was not captured, so it is not known what was "
                      "offered.");
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | bits(3), 0, 0, 0);
    client(SYN | ACK | bits(1), 0, 1, 0); /* both open */
    assert_means(ECE, "ECE: the client answers an offer of ECN.");
}

static void a_refusal_has_no_flag(void **state)
{
    (void)state;
    negotiate(3, 0, 0);
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_role_means(ECN_ROLE_REFUSES, "Neither ECE, CWR nor AE: the server does not accept ECN.");
    assert_role_means(ECN_ROLE_ACCEPTS, "none");
}

/* -- Classic ECN ------------------------------------------------------------------------------- */

static void a_mark_is_echoed_until_a_cwr_ends_the_echo(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    assert_role_means(ECN_ROLE_CE_MARK,
                      "CE: a router on the way has marked this segment, instead of "
                      "dropping it, as a sign of congestion.");
    server(ACK | ECE, 1, 101, 0);
    assert_means(ECE,
                 "ECE: the server tells the client that frame 4 arrived with a congestion mark.");
    server(ACK | ECE, 1, 101, 0);
    assert_means(ECE, "ECE: the server still echoes the mark of frame 4, until a CWR arrives.");
    client(ACK | CWR | AE, 101, 1, 100);
    assert_means(
        CWR,
        "CWR: the client has reduced its congestion window, in answer to the echo in frame 5.");
    assert_means(AE, "AE: has no meaning in classic ECN.");
    server(ACK, 1, 201, 0);
    assert_role_means(ECN_ROLE_ECHO_STOPPED,
                      "No ECE: the echo has ended, since the CWR in frame 7 has arrived.");
}

static void an_echo_may_end_without_cwr_or_go_on_after_it(void **state)
{
    static const char *const goes_on = "ECE: the server still echoes congestion, though it has got "
                                       "a CWR, or echoes a mark that the "
                                       "capture does not show.";

    (void)state;
    negotiate(3, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    server(ACK | ECE, 1, 101, 0);
    client(ACK, 101, 1, 100);
    server(ACK, 1, 201, 0);
    assert_role_means(ECN_ROLE_ECHO_STOPPED,
                      "No ECE: the echo has ended, though the capture shows no CWR.");
    begin(NULL);
    negotiate(3, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    server(ACK | ECE, 1, 101, 0);
    client(ACK | CWR, 101, 1, 100);
    server(ACK | ECE, 1, 201, 0);
    assert_means(ECE, goes_on);
    server(ACK | ECE, 1, 201, 0);
    assert_means(ECE, goes_on);
}

static void what_the_capture_does_not_show_is_not_named(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    client(ACK | CWR, 1, 1, 100);
    assert_means(CWR,
                 "CWR: the client has reduced its congestion window, with no echo captured that "
                 "this answers: probably after a loss.");
    server(ACK | ECE, 1, 101, 0);
    assert_means(ECE, "ECE: the server tells the client of a congestion mark that the capture does "
                      "not show.");
    server(ACK | ECE, 1, 101, 0);
    assert_means(ECE, "ECE: the server repeats its echo of congestion, until a CWR arrives.");
    client(ACK | CWR, 101, 1, 0);
    assert_means(CWR, "CWR: the client has reduced its congestion window, but should say so on new "
                      "data.");
    server(ACK | ECE, 90001, 101, 0); /* outside the window */
    assert_means(ECE, "ECE: the server echoes congestion, but that does not count here.");
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    client(ACK, 1, 1, 0);
    ip_ecn(IP_ECN_ECT_0);
    client(ACK | CWR, 1, 1, 100);
    assert_means(CWR, "CWR: as it seems, the client has reduced its congestion window.");
}

static void a_cwr_that_comes_again_answers_nothing(void **state)
{
    (void)state;
    negotiate(3, 1, 0);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    server(ACK | ECE, 1, 101, 0);
    client(ACK | CWR, 101, 1, 100);
    client(ACK | CWR, 101, 1, 100);
    assert_means(CWR, "CWR: the client has reduced its congestion window.");
    drive.next.perhaps_copy = true;
    client(ACK | CWR, 201, 1, 0);
    assert_means(CWR, "CWR: the client has reduced its congestion window.");
}

static void where_it_looks_classic_they_mean_the_same(void **state)
{
    (void)state;
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    server(ACK | ECE | AE, 1, 101, 0);
    assert_mode("Unknown");
    begin(NULL);
    ip_ecn(IP_ECN_CE);
    client(ACK, 1, 1, 100);
    server(ACK | ECE, 1, 101, 0);
    assert_mode("Looks classic");
    assert_means(ECE, "ECE: as it seems, the server tells the client that frame 1 arrived with a "
                      "congestion mark.");
    client(ACK | CWR, 101, 1, 100);
    assert_means(CWR, "CWR: as it seems, the client has reduced its congestion window, in answer "
                      "to the echo in frame 2.");
    server(ACK | AE, 1, 201, 0); /* no classic ECN has this */
    assert_mode("Unknown");
    assert_role_means(ECN_ROLE_ECHO_STOPPED, "none");
    begin(NULL);
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_mode("Looks classic");
    client(ACK | AE, 1, 1, 100);
    assert_mode("Looks classic"); /* no AccECN has this answer */
    assert_means(AE, "AE: has no meaning in classic ECN.");
}

/* -- AccECN ------------------------------------------------------------------------------------ */

static void the_three_bits_of_accecn_are_one_number(void **state)
{
    (void)state;
    negotiate(7, 2, 2);
    assert_means(CWR, "CWR: AccECN's report of the client that the SYN-ACK arrived as Not-ECT.");
    server(ACK | bits(5), 1, 1, 100);
    assert_means(ECE,
                 "ECE, AE: AccECN's counter stands at 5: it begins above 0, so this alone is no "
                 "sign of congestion.");
    assert_means(AE, "none");
    server(ACK | bits(7), 101, 1, 100);
    assert_means(ECE, "ECE, CWR, AE: AccECN's counter stands at 7: at least 2 more segments have "
                      "reached the server with a congestion mark.");
    server(ACK | bits(7), 201, 1, 100);
    assert_means(ECE, "ECE, CWR, AE: AccECN's counter stands at 7 as before, and so reports no "
                      "further congestion mark.");
    begin(NULL);
    negotiate(7, 2, 1);
    assert_means(ECE, "ECE: where AccECN reports how the SYN-ACK arrived, a code without meaning.");
    client(RST | ACK | bits(5), 1, 1, 0);
    assert_means(ECE, "ECE, AE: no meaning on such a segment.");
}

static void a_guessed_counter_says_so(void **state)
{
    (void)state;
    client(ACK | bits(5), 1, 1, 100);
    client(ACK | bits(5), 101, 1, 100);
    assert_mode("Looks AccECN");
    client(ACK | bits(5), 201, 1, 100);
    assert_means(ECE, "ECE, AE: AccECN's counter, it seems, which stands at 5 as before, and so "
                      "reports no further congestion mark.");
}

/* -- Without ECN ------------------------------------------------------------------------------- */

static void without_ecn_they_mean_nothing(void **state)
{
    (void)state;
    negotiate(0, 0, 0);
    ip_ecn(IP_ECN_CE);
    client(ACK | ECE | CWR, 1, 1, 100);
    assert_means(ECE, "ECE, CWR: no meaning here, since ECN was not negotiated.");
    assert_means(CWR, "none");
    assert_role_means(ECN_ROLE_CE_MARK,
                      "CE: marked as if a router were congested, though ECN was not negotiated.");
    begin(NULL);
    client(ACK | ECE, 1, 1, 100);
    assert_means(ECE, "ECE: meaning unknown, since the handshake was not captured in full.");
    begin(NULL);
    client(SYN | bits(3), 0, 0, 0);
    client(ACK | ECE, 1, 1, 100); /* the SYN-ACK was not captured */
    assert_means(ECE, "ECE: meaning unknown, since no answer to the offer was captured.");
    observation_of_stray(&drive.sent, &drive.shown);
    assert_means(ECE, "ECE: meaning unknown here.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_bits_of_a_syn_are_one_offer),
        TEST(the_bits_of_a_syn_ack_are_one_answer),
        TEST(a_refusal_has_no_flag),
        TEST(a_mark_is_echoed_until_a_cwr_ends_the_echo),
        TEST(an_echo_may_end_without_cwr_or_go_on_after_it),
        TEST(what_the_capture_does_not_show_is_not_named),
        TEST(a_cwr_that_comes_again_answers_nothing),
        TEST(where_it_looks_classic_they_mean_the_same),
        TEST(the_three_bits_of_accecn_are_one_number),
        TEST(a_guessed_counter_says_so),
        TEST(without_ecn_they_mean_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
