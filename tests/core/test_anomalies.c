/* test_anomalies.c
 * Anomalies: each one where it occurs, and next to it the healthy segments that look like it. In
 * parentheses: assumed, since missing packets could explain it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Flags ------------------------------------------------------------------------------------- */

static void only_the_most_specific_flag_anomaly_is_raised(void **state)
{
    static const struct {
        unsigned flags;
        const char *anomaly;
    } rows[] = {
        {0, "null_flags"},
        {SYN | FIN, "syn_fin"},
        {SYN | FIN | ACK, "syn_fin"},
        {SYN | FIN | RST | PSH | ACK | URG, "syn_fin"},
        {SYN | RST, "syn_rst"},
        {FIN | RST, "fin_rst"},
        {FIN | PSH | URG | RST, "fin_rst"},
        {FIN | PSH | URG, "xmas"},
        {FIN, "fin_without_ack"},
        {FIN | PSH, "fin_without_ack"},
        {PSH, "no_ack"},
        {URG | PSH, "no_ack"},
        {ECE, "no_ack"},
        {PSH | ACK, "psh_no_data"},
        {PSH | ACK | 0x800, "psh_no_data"},
        {ACK | 0x200, "reserved_bits"},
        {0x800, "null_flags"},
        {FIN | RST | 0x400, "fin_rst"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(NULL);
        handshake();
        client(rows[i].flags, 1, 1, 0);
        assert_anomalies(rows[i].anomaly);
    }
}

static void ordinary_flags_are_no_anomaly(void **state)
{
    static const struct {
        unsigned flags;
        uint32_t len;
    } rows[] = {
        {ACK, 0},       {ACK, 100},           {PSH | ACK, 100}, {PSH | ACK | URG, 1},
        {FIN | ACK, 0}, {FIN | PSH | ACK, 0}, {RST | ACK, 0},   {RST, 0},
        {ACK | ECE, 0}, {ACK | AE | ECE, 0},  {ACK | CWR, 100}, {FIN | PSH | URG | ACK, 100},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(NULL);
        client(SYN | ECE | CWR, 0, 0, 0);
        server(SYN | ACK | ECE, 0, 1, 0);
        client(ACK, 1, 1, 0);
        client(rows[i].flags, 1, 1, rows[i].len);
        assert_ordinary();
    }
}

static void a_fragment_may_carry_the_pushed_data_elsewhere(void **state)
{
    (void)state;
    handshake();
    drive.next.payload_known = false;
    client(PSH | ACK, 1, 1, 0);
    assert_ordinary();
}

static void an_urgent_syn_is_an_anomaly(void **state)
{
    (void)state;
    client(SYN | URG, 0, 0, 0);
    assert_anomalies("syn_urg");
    server(SYN | ACK | URG, 0, 1, 0);
    assert_anomalies("syn_urg");
    client(ACK | URG, 1, 1, 3);
    assert_ordinary();
}

static void syn_that_offers_ecn_is_ordinary(void **state)
{
    (void)state;
    client(SYN | ECE | CWR | AE, 0, 0, 0);
    assert_ordinary();
    server(SYN | ACK | ECE, 0, 1, 0);
    assert_ordinary();
}

static void a_missing_ack_matters_only_on_a_synchronized_connection(void **state)
{
    (void)state;
    client(PSH, 1, 0, 10);
    assert_anomalies("orphan");
    begin(NULL);
    place("CLOSED / CLOSED");
    client(URG, 1, 0, 0);
    assert_ordinary();
}

static void a_damaged_segment_raises_no_anomaly(void **state)
{
    (void)state;
    checksums(CHECKSUM_GOOD);
    handshake();
    client(ACK, 1, 1, 10);
    checksum(CHECKSUM_BAD);
    client(SYN | FIN | 0x800, 5000000, 0, 10);
    assert_ordinary();
    checksum(CHECKSUM_BAD);
    client(RST, 5000000, 0, 0);
    assert_ordinary();
}

/* -- Handshake --------------------------------------------------------------------------------- */

static void handshakes_of_all_kinds_are_ordinary(void **state)
{
    (void)state;
    handshake();
    assert_ordinary();
    client(PSH | ACK, 1, 1, 100);
    assert_ordinary();
    server(ACK, 1, 101, 0);
    assert_ordinary();
    begin(NULL); /* everything retransmitted, and data on the third segment */
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    client(FIN | PSH | ACK, 1, 1, 100);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
}

static void syn_ack_that_acknowledges_another_number_is_bad(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 0, 0);
    assert_anomalies("bad_handshake_ack");
    server(SYN | ACK, 0, 2, 0); /* perhaps of data on a SYN that was not captured */
    assert_anomalies("(bad_handshake_ack)");
    server(SYN | ACK, 0, (uint32_t)-1, 0); /* perhaps of another SYN, likewise */
    assert_anomalies("(bad_handshake_ack)");
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
}

static void third_segment_with_another_number_is_bad(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 0, 0);
    assert_anomalies("bad_handshake_ack");
    client(ACK, 1, 1 + WINDOW + 1, 0);
    assert_anomalies("bad_handshake_ack");
    client(ACK, 1, 1, 0);
    assert_ordinary();
}

static void third_segment_may_acknowledge_data_missing_from_the_capture(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 500, 0);
    assert_anomalies("(bad_handshake_ack)");
}

static void a_syn_ack_without_a_captured_syn_is_unsolicited(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_anomalies("synack_unsolicited");
    client(ACK, 1, 1, 0);
    assert_ordinary();
    begin(NULL);
    place("TIME-WAIT / CLOSED");
    wait_for(70 * SECOND);
    server(SYN | ACK, 777000, 555000, 0);
    assert_anomalies("synack_unsolicited");
}

static void syn_ack_of_the_client_goes_the_wrong_way(void **state)
{
    (void)state;
    handshake();
    client(SYN | ACK, 0, 1, 0); /* a SYN of the server may not have been captured */
    assert_anomalies("(synack_wrong_direction)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("(synack_wrong_direction)");
}

static void where_the_roles_are_guessed_no_syn_ack_goes_the_wrong_way(void **state)
{
    (void)state; /* its sender may well be the server */
    server(PSH | ACK, 1, 1, 100);
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("synack_unsolicited");
}

static void simultaneous_open_is_reported_once(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_ordinary();
    server(SYN, 0, 0, 0);
    assert_anomalies("simultaneous_open");
    server(SYN, 0, 0, 0);
    assert_ordinary();
    client(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    client(PSH | ACK, 1, 1, 10);
    assert_ordinary();
}

static void another_syn_ack_is_a_change(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 5, 1, 0);
    assert_anomalies("(synack_changed)");
    begin(NULL);
    handshake();
    server(SYN | ACK, 5000, 1, 0);
    assert_anomalies("(synack_changed)");
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
}

static void a_server_back_in_listen_may_choose_another_number(void **state)
{
    (void)state;
    place("CLOSED / LISTEN");
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 5000, 1, 0);
    assert_ordinary();
}

static void a_fast_open_server_may_accept_the_data_or_not(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    assert_ordinary();
    server(SYN | ACK, 0, 1, 0);
    assert_ordinary();
    server(SYN | ACK, 0, 101, 0);
    assert_ordinary();
}

static void a_syn_with_another_number_in_the_handshake_is_an_anomaly(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 7000, 0, 0);
    assert_anomalies("syn_isn_changed");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(SYN, 7000, 0, 0);
    assert_anomalies("syn_isn_changed");
}

static void a_new_attempt_may_have_a_new_number(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(200 * SECOND);
    client(SYN, 7000, 0, 0);
    assert_ordinary();
    begin(NULL); /* refused, tried again */
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    client(SYN, 7000, 0, 0);
    assert_ordinary();
}

static void data_on_a_syn_are_rare_without_fast_open(void **state)
{
    (void)state;
    client(SYN, 0, 0, 10);
    assert_anomalies("syn_with_data");
    begin(NULL);
    fast_open();
    client(SYN, 0, 0, 10);
    assert_ordinary();
    server(SYN | ACK, 0, 11, 20);
    assert_ordinary();
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 20);
    assert_anomalies("syn_with_data");
}

static void data_before_the_handshake_is_done_are_an_anomaly(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(PSH | ACK, 1, 1, 10); /* the SYN-ACK may not have been captured */
    assert_anomalies("(data_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 1, 10); /* nor may the ACK */
    assert_anomalies("(data_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(PSH, 1, 0, 10);
    assert_anomalies("(data_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(PSH, 1, 0, 10); /* without SYN-ACK it is sure */
    assert_anomalies("data_before_established");
}

static void with_fast_open_the_server_need_not_wait_for_step_3(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 10);
    server(SYN | ACK, 0, 11, 0);
    server(PSH | ACK, 1, 11, 100);
    assert_ordinary();
    server(FIN | ACK, 101, 11, 0);
    assert_ordinary();
}

static void a_fin_before_the_handshake_is_done_is_an_anomaly(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_anomalies("(fin_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(FIN, 1, 0, 0);
    assert_anomalies("fin_without_ack, fin_before_established");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(FIN, 77777, 0, 0); /* the attempt may be over by then */
    assert_anomalies("fin_without_ack, (fin_before_established)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN | ACK, 1, 0, 0);
    assert_anomalies("bad_handshake_ack, fin_before_established");
    begin(NULL); /* the third segment closes at once */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_ordinary();
}

/* -- Capture ----------------------------------------------------------------------------------- */

static void a_midstream_capture_is_reported_once(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    assert_anomalies("midstream");
    server(ACK, 1, 101, 0);
    assert_ordinary();
    client(FIN | ACK, 101, 1, 0);
    assert_ordinary();
}

static void a_one_way_capture_is_reported_once_it_is_proven(void **state)
{
    (void)state;
    client(ACK, 1, 1, 100);
    client(ACK, 101, 101, 0); /* may acknowledge data from before the capture */
    assert_ordinary();
    wait_for(2 * SECOND);
    client(ACK, 101, 101, 0);
    assert_ordinary();
    client(ACK, 101, 201, 0);
    assert_anomalies("one_way");
    client(ACK, 101, 301, 0);
    assert_ordinary();
}

static void silence_proves_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_ordinary();
    begin(NULL); /* an upload; only the SYN-ACK may be missing */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_ordinary();
    client(ACK, 1, 1, 100);
    assert_ordinary();
    server(ACK, 1, 101, 0);
    assert_ordinary();
}

static void stray_segments_are_orphans(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    assert_anomalies("orphan");
    server(RST, 1, 0, 0);
    assert_anomalies("orphan");
    begin(NULL);
    client(FIN | ACK, 1, 1, 0);
    assert_anomalies("midstream, orphan");
    begin(NULL);
    client(FIN, 1, 0, 0);
    assert_anomalies("fin_without_ack, orphan");
    client(SYN, 0, 0, 0);
    assert_ordinary();
    server(RST | ACK, 0, 1, 0);
    assert_ordinary();
}

static void a_segment_with_an_old_timestamp_raises_no_anomaly(void **state)
{
    (void)state;
    timestamps(5000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 5000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(5010, 5000);
    client(ACK, 1, 1, 0);
    timestamps(100, 5000);
    client(FIN | ACK, 30 * WINDOW, 40 * WINDOW, 0);
    assert_ordinary();
}

/* -- Names and combinations -------------------------------------------------------------------- */

static void every_anomaly_has_a_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        assert_true(strlen(anomaly_name(i)) > 0);
    assert_string_equal(anomaly_name(ANOMALY_SYN_FIN), "syn_fin");
    assert_null(anomaly_name(ANOMALY_COUNT));
}

static void one_anomaly_may_be_assumed_and_another_not(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 500, 0);
    assert_anomalies("psh_no_data, (bad_handshake_ack)");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 500, 77, 0);
    assert_anomalies("(bad_handshake_ack), (synack_changed)"); /* or both */
}

static void without_ack_only_data_are_an_anomaly_before_established(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(URG, 1, 0, 0);
    assert_ordinary();
    client(URG, 1, 0, 1);
    assert_anomalies("data_before_established");
    client(SYN, 0, 0, 1); /* data on a SYN are an anomaly of their own */
    assert_anomalies("syn_with_data");
}

/* -- SYN-ACKs in unusual places ---------------------------------------------------------------- */

static void a_syn_ack_that_begins_the_capture_shows_which_one_goes_the_wrong_way(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_anomalies("synack_unsolicited");
    client(SYN | ACK, 0, 1, 0);
    assert_anomalies("(synack_wrong_direction)");
}

static void a_single_byte_on_a_syn_ack_is_data(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 1);
    assert_anomalies("syn_with_data");
}

/* A RST in the window ends its sender but not its receiver. */
static void while_one_end_is_there_a_syn_ack_is_not_unsolicited(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(RST, 101, 0, 0);
    assert_states("ESTABLISHED / CLOSED");
    server(SYN | ACK, 5000, 50, 0);
    assert_ordinary();
    begin(NULL);
    handshake();
    exchange_data();
    client(RST, 101, 0, 0);
    assert_states("CLOSED / ESTABLISHED");
    server(SYN | ACK, 5000, 50, 0);
    assert_anomalies("(synack_changed)");
}

static void the_only_syn_ack_of_a_simultaneous_open_changes_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    server(PSH | ACK, 1, 1, 10);
    assert_states("ESTABLISHED / ESTABLISHED");
    server(SYN | ACK, 5000, 1, 0);
    assert_ordinary();
}

static void data_behind_a_syn_ack_are_not_early_where_the_client_is_silent(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    assert_ordinary();
}

/* The third step may be missing, so that this is no handshake any more. */
static void data_that_acknowledge_what_was_before_the_syn_may_come_after_the_handshake(void **state)
{
    static const uint16_t flags[] = {PSH | ACK, FIN | ACK};

    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(flags[i], 1, (uint32_t)-5000, flags[i] & PSH ? 100 : 0);
        assert_true(drive.shown.anomalies.assumed & UINT64_C(1) << ANOMALY_BAD_HANDSHAKE_ACK);
    }
}

static void after_another_syn_an_ack_may_be_of_a_syn_ack_that_was_not_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 900001, 0);
    assert_anomalies("(bad_handshake_ack)");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(only_the_most_specific_flag_anomaly_is_raised),
        TEST(ordinary_flags_are_no_anomaly),
        TEST(a_fragment_may_carry_the_pushed_data_elsewhere),
        TEST(an_urgent_syn_is_an_anomaly),
        TEST(syn_that_offers_ecn_is_ordinary),
        TEST(a_missing_ack_matters_only_on_a_synchronized_connection),
        TEST(a_damaged_segment_raises_no_anomaly),
        TEST(handshakes_of_all_kinds_are_ordinary),
        TEST(syn_ack_that_acknowledges_another_number_is_bad),
        TEST(third_segment_with_another_number_is_bad),
        TEST(third_segment_may_acknowledge_data_missing_from_the_capture),
        TEST(a_syn_ack_without_a_captured_syn_is_unsolicited),
        TEST(syn_ack_of_the_client_goes_the_wrong_way),
        TEST(where_the_roles_are_guessed_no_syn_ack_goes_the_wrong_way),
        TEST(simultaneous_open_is_reported_once),
        TEST(another_syn_ack_is_a_change),
        TEST(a_server_back_in_listen_may_choose_another_number),
        TEST(a_fast_open_server_may_accept_the_data_or_not),
        TEST(a_syn_with_another_number_in_the_handshake_is_an_anomaly),
        TEST(a_new_attempt_may_have_a_new_number),
        TEST(data_on_a_syn_are_rare_without_fast_open),
        TEST(data_before_the_handshake_is_done_are_an_anomaly),
        TEST(with_fast_open_the_server_need_not_wait_for_step_3),
        TEST(a_fin_before_the_handshake_is_done_is_an_anomaly),
        TEST(a_midstream_capture_is_reported_once),
        TEST(a_one_way_capture_is_reported_once_it_is_proven),
        TEST(silence_proves_nothing),
        TEST(stray_segments_are_orphans),
        TEST(a_segment_with_an_old_timestamp_raises_no_anomaly),
        TEST(every_anomaly_has_a_name),
        TEST(one_anomaly_may_be_assumed_and_another_not),
        TEST(without_ack_only_data_are_an_anomaly_before_established),
        TEST(a_syn_ack_that_begins_the_capture_shows_which_one_goes_the_wrong_way),
        TEST(a_single_byte_on_a_syn_ack_is_data),
        TEST(while_one_end_is_there_a_syn_ack_is_not_unsolicited),
        TEST(the_only_syn_ack_of_a_simultaneous_open_changes_nothing),
        TEST(data_behind_a_syn_ack_are_not_early_where_the_client_is_silent),
        TEST(data_that_acknowledge_what_was_before_the_syn_may_come_after_the_handshake),
        TEST(after_another_syn_an_ack_may_be_of_a_syn_ack_that_was_not_captured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
