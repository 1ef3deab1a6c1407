/* test_doubts.c
 * Anomalies of a connection that what was captured later explains.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

static bool has(anomaly_t anomaly)
{
    return anomaly_is_raised(&drive.summary.anomalies, anomaly);
}

static void data_behind_their_ack_explain_it(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 101, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 1, 1, 50);
    assert_true(has(ANOMALY_ACK_BEYOND_SENT));
    client(ACK, 51, 1, 50);
    assert_false(has(ANOMALY_ACK_BEYOND_SENT));
}

static void data_beyond_a_gap_explain_the_ack_of_what_is_missing(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 101, 0);
    client(ACK, 101, 1, 10);
    assert_false(has(ANOMALY_ACK_BEYOND_SENT));
}

static void of_several_the_highest_number_has_to_be_explained(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 101, 0);
    client(ACK, 1, 1, 0);
    server(ACK, 1, 201, 0);
    assert_anomalies("(ack_beyond_sent)");
    assert_int_equal(drive.summary.doubts.count, 1);
    client(ACK, 1, 1, 150);
    assert_true(has(ANOMALY_ACK_BEYOND_SENT));
    client(ACK, 151, 1, 50);
    assert_false(has(ANOMALY_ACK_BEYOND_SENT));
}

static void of_several_the_last_number_has_to_be_taken(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, UINT32_C(0x80000000), 10); /* acknowledges nothing that could be */
    assert_anomalies("(data_before_established)");
    server(PSH | ACK, 11, 1, 10);
    assert_anomalies("(data_before_established)");
    client(ACK, 1, 11, 0);
    assert_true(has(ANOMALY_DATA_BEFORE_ESTABLISHED));
    client(ACK, 1, 21, 0);
    assert_false(has(ANOMALY_DATA_BEFORE_ESTABLISHED));
}

static void what_missing_packets_do_not_explain_stays(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1 + 20 * WINDOW, 1, 10);
    assert_anomalies("out_of_window");
    server(ACK, 1, 1, 10);
    server(ACK, 11, 1 + 20 * WINDOW + 10, 10);
    assert_true(has(ANOMALY_OUT_OF_WINDOW));
}

static void whoever_acknowledges_it_has_taken_it(void **state)
{
    (void)state;
    handshake();
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 100);
    assert_anomalies("(out_of_window)");
    client(ACK, 1, 50 * WINDOW + 99, 0);
    assert_true(has(ANOMALY_OUT_OF_WINDOW));
    client(ACK, 1, 50 * WINDOW + 100, 0);
    assert_false(has(ANOMALY_OUT_OF_WINDOW));
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 1, 10);
    assert_anomalies("(data_before_established)");
    client(ACK, 1, 11, 0);
    assert_false(has(ANOMALY_DATA_BEFORE_ESTABLISHED));
}

static void a_syn_behind_its_answer_explains_it(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_true(has(ANOMALY_SYNACK_UNSOLICITED));
    client(SYN, 0, 0, 0);
    assert_int_equal(drive.summary.anomalies.raised, 0);
}

static void the_other_direction_explains_that_there_was_one_only(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 501, 0);
    assert_anomalies("one_way");
    client(ACK, 1, 601, 0);
    assert_true(has(ANOMALY_ONE_WAY));
    server(ACK, 601, 1, 100);
    assert_false(has(ANOMALY_ONE_WAY));
}

static void a_syn_of_the_server_explains_a_syn_ack_of_the_client(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("(synack_wrong_direction)");
    server(SYN, 1000, 0, 0);
    assert_true(has(ANOMALY_SYNACK_WRONG_DIRECTION));
    server(SYN, 0, 0, 0);
    assert_false(has(ANOMALY_SYNACK_WRONG_DIRECTION));
}

static void what_a_rst_answers_may_be_captured_behind_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        server(ACK, 1, 1, 0);
        client(RST | ACK, 1, 1, 0);
        server(RST, 1, 0, 0);
        assert_anomalies("(rst_answers_rst)");
        client(ACK, 1, 1 + i, 0);
        assert_int_equal(has(ANOMALY_RST_ANSWERS_RST), i);
    }
}

static void unmarked_data_show_that_not_everything_is_marked(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    server(SYN | ACK | ECE, 0, 1, 0);
    client(ACK, 1, 1, 0);
    for (uint32_t i = 0; i < 10; i++) {
        ip_ecn(IP_ECN_CE);
        client(ACK, 1 + 10 * i, 1, 10);
    }
    assert_true(has(ANOMALY_ECN_ALL_CE));
    client(ACK, 101, 1, 0);
    assert_true(has(ANOMALY_ECN_ALL_CE));
    ip_ecn(IP_ECN_ECT_0);
    client(ACK, 101, 1, 10);
    assert_false(has(ANOMALY_ECN_ALL_CE));
}

static void a_syn_that_opens_another_connection_is_none_on_this_one(void **state)
{
    (void)state;
    handshake();
    client(SYN, 123456, 0, 0);
    assert_anomalies("(syn_on_established)");
    assert_true(has(ANOMALY_SYN_ON_ESTABLISHED));
    server(SYN | ACK, 777777, 123457, 0);
    client(ACK, 123457, 777778, 0);
    assert_false(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_SYN_ON_ESTABLISHED));
    assert_false(has(ANOMALY_SYN_ON_ESTABLISHED));
}

static void a_syn_that_is_refused_stays_one_on_a_live_connection(void **state)
{
    (void)state;
    handshake();
    client(SYN, 123456, 0, 0);
    server(ACK, 1, 1, 0);
    exchange_data();
    assert_true(has(ANOMALY_SYN_ON_ESTABLISHED));
}

static void a_syn_with_another_number_explains_nothing(void **state)
{
    (void)state;
    handshake();
    client(SYN, 123456, 0, 0);
    client(SYN, 234567, 0, 0);
    server(SYN | ACK, 777777, 234568, 0);
    assert_true(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_SYN_ON_ESTABLISHED));
}

static void a_syn_explains_nothing_else_with_its_number(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 101, 0);
    assert_anomalies("(ack_beyond_sent)");
    client(SYN, 101, 0, 0);
    server(SYN | ACK, 777777, 102, 0);
    assert_false(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_SYN_ON_ESTABLISHED));
    assert_true(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_ACK_BEYOND_SENT));
}

static void beyond_so_many_nothing_is_explained(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 101, 10);
    client(PSH | ACK, 1, 101, 10);
    wait_for(10 * SECOND);
    server(ACK, 50 * WINDOW, 1, 100);
    client(ACK, 50 * WINDOW, 1, 100);
    assert_int_equal(drive.summary.doubts.count, DOUBTS_MAX);
    client(SYN, 100 * WINDOW, 0, 0);
    server(SYN | ACK, 77 * WINDOW, 100 * WINDOW + 1, 0);
    assert_true(anomaly_is_raised(&drive.summary_before.anomalies, ANOMALY_SYN_ON_ESTABLISHED));
}

static void what_nothing_explains_stays(void **state)
{
    (void)state;
    handshake();
    client(0, 1, 0, 0);
    assert_anomalies("null_flags");
    exchange_data();
    assert_true(has(ANOMALY_NULL_FLAGS));
}

static void a_syn_ack_of_the_server_with_that_number_explains_it_too(void **state)
{
    (void)state; /* the server's SYN was not captured */
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("(synack_wrong_direction)");
    server(ACK, 1, 1, 0);
    assert_true(has(ANOMALY_SYNACK_WRONG_DIRECTION));
    server(SYN | ACK, 0, 1, 0);
    assert_false(has(ANOMALY_SYNACK_WRONG_DIRECTION));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(data_behind_their_ack_explain_it),
        TEST(data_beyond_a_gap_explain_the_ack_of_what_is_missing),
        TEST(of_several_the_highest_number_has_to_be_explained),
        TEST(of_several_the_last_number_has_to_be_taken),
        TEST(what_missing_packets_do_not_explain_stays),
        TEST(whoever_acknowledges_it_has_taken_it),
        TEST(a_syn_behind_its_answer_explains_it),
        TEST(the_other_direction_explains_that_there_was_one_only),
        TEST(a_syn_of_the_server_explains_a_syn_ack_of_the_client),
        TEST(what_a_rst_answers_may_be_captured_behind_it),
        TEST(unmarked_data_show_that_not_everything_is_marked),
        TEST(a_syn_that_opens_another_connection_is_none_on_this_one),
        TEST(a_syn_that_is_refused_stays_one_on_a_live_connection),
        TEST(a_syn_with_another_number_explains_nothing),
        TEST(a_syn_explains_nothing_else_with_its_number),
        TEST(beyond_so_many_nothing_is_explained),
        TEST(what_nothing_explains_stays),
        TEST(a_syn_ack_of_the_server_with_that_number_explains_it_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
