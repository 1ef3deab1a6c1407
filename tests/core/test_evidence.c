/* test_evidence.c
 * What later segments of an endpoint prove about it: that a SYN, a SYN-ACK or the answer to it was
 * lost, that data or an ACK were forged. And how much time
 * must pass before they prove it: they may have been in flight or queued.
 *
 * The handshake has a round trip of 20 ms unless a test says otherwise.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* A handshake in which the server answers after `server_delay`, the client after `client_delay`. */
static void handshake_in(int64_t server_delay, int64_t client_delay)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    wait_for(server_delay);
    server(SYN | ACK, 0, 1, 0);
    wait_for(client_delay);
    client(ACK, 1, 1, 0);
}

/* -- Retransmissions in the handshake ---------------------------------------------------------- */

static void a_retransmitted_syn_shows_that_the_syn_ack_was_lost(void **state)
{
    (void)state; /* RFC 6298 2: the RTO is a second; a SYN within 200 ms is a copy */
    place("ESTABLISHED / SYN-RECEIVED");
    wait_for(190 * MILLISECOND - 1);
    client(SYN, 0, 0, 0);
    assert_client("ESTABLISHED");
    wait_for(200 * MILLISECOND - 1);
    client(SYN, 0, 0, 0); /* counted from the previous SYN */
    assert_client("ESTABLISHED");
    wait_for(200 * MILLISECOND);
    client(SYN, 0, 0, 0);
    assert_client("SYN-SENT");
    assert_bases("Sent / Sent");

    handshake();
    wait_for(SECOND);
    client(SYN, 0, 0, 0); /* the client has acknowledged the SYN-ACK, so it arrived */
    assert_client("ESTABLISHED");
}

static void a_retransmitted_syn_ack_shows_that_step_3_was_lost(void **state)
{
    static const int64_t waits[] = {200 * MILLISECOND - 1, 200 * MILLISECOND};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        handshake_in(10 * MILLISECOND, 10 * MILLISECOND);
        wait_for(waits[i] - 10 * MILLISECOND);
        server(SYN | ACK, 0, 1, 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER],
                         i == 0 ? STATE_ESTABLISHED : STATE_SYN_RECEIVED);
        handshake_in(10 * MILLISECOND, 290 * MILLISECOND); /* nor within a round trip */
        wait_for(100 * MILLISECOND + waits[i]);
        server(SYN | ACK, 0, 1, 0);
        assert_int_equal(drive.shown.status.state[ROLE_SERVER],
                         i == 0 ? STATE_ESTABLISHED : STATE_SYN_RECEIVED);
    }
}

static void whoever_goes_on_behind_it_sends_nothing_too_early(void **state)
{
    (void)state; /* by then step 3 has come, too: it was captured */
    handshake();
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_server("SYN-RECEIVED");
    server(PSH | ACK, 1, 1, 100);
    assert_server("ESTABLISHED");
    assert_ordinary();
}

static void a_syn_ack_proves_nothing_after_its_senders_fin(void **state)
{
    (void)state;
    place("CLOSE-WAIT / FIN-WAIT-1");
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void of_crossing_syn_acks_one_that_comes_again_shows_that_the_other_was_lost(void **state)
{
    (void)state; /* RFC 9293 3.5, figure 8: each is the ACK of the other's SYN */
    server(SYN | ACK, 0, 1, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    wait_for(200 * MILLISECOND);
    client(SYN | ACK, 0, 1, 0);
    assert_states("SYN-RECEIVED / ESTABLISHED");
}

static void a_syn_ack_with_another_number_shows_no_lost_step_3(void **state)
{
    (void)state;
    handshake();
    wait_for(SECOND);
    server(SYN | ACK, 1000, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

/* -- Forged data and ACKs ---------------------------------------------------------------------- */

/* Ten bytes are forged in the client's name, and the server acknowledges them. */
static void forge_data(void)
{
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    client(ACK, 1, 1, 10);
    server(ACK, 11, 11, 0);
}

/* Whether the data count as sent: the client takes a FIN that acknowledges them. */
static bool data_count_as_sent(void)
{
    server(FIN | ACK, 11, 11, 0);
    return drive.shown.status.state[ROLE_CLIENT] == STATE_CLOSE_WAIT;
}

static void two_acks_below_forged_data_disown_them(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4: an unacceptable segment is answered with SND.NXT */
    forge_data();
    assert_true(data_count_as_sent());
    forge_data();
    client(ACK, 1, 11, 0); /* one may be an old copy */
    assert_true(data_count_as_sent());
    forge_data();
    client_acks(2, 1, 11);
    assert_false(data_count_as_sent());
}

/* Of the second ACK nothing tells that it was sent, rather than captured, once more; but it answers
 * another segment than the first one, unless that was captured at the same time. */
static void equal_acks_that_answer_two_segments_are_no_copies(void **state)
{
    (void)state;
    for (int64_t later = 0; later < 2; later++) {
        forge_data();
        client(ACK, 1, 11, 0);
        wait_for(later);
        server(ACK, 11, 11, 0);
        client(ACK, 1, 11, 0);
        assert_int_equal(data_count_as_sent(), later == 0);
    }
}

static void so_do_the_first_two_acks_below_data_on_a_syn(void **state)
{
    (void)state;
    client(SYN, 0, 0, 10);
    server(SYN | ACK, 0, 11, 0);
    client_acks(2, 1, 1);
    server(FIN | ACK, 1, 11, 0);
    assert_client("ESTABLISHED");
}

static void an_ack_of_something_new_is_enough(void **state)
{
    (void)state;
    forge_data();
    server(ACK, 11, 11, 10);
    client(ACK, 1, 21, 0);
    server(FIN | ACK, 21, 11, 0);
    assert_client("ESTABLISHED");
}

static void retransmitted_data_disown_nothing(void **state)
{
    (void)state;
    for (uint32_t len = 1; len <= 10; len += 9) {
        forge_data();
        for (unsigned i = 0; i < 5; i++)
            client(ACK, 1, 11, len);
        assert_true(data_count_as_sent());
    }
}

static void nothing_is_disowned_within_a_round_trip_after_a_fin(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(FIN | ACK, 101, 1, 0);
    client(ACK, 1, 1, 0); /* reordered */
    client(ACK, 1, 1, 0);
    server(ACK, 1, 102, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void an_ack_at_their_end_shows_that_they_were_not_forged(void **state)
{
    (void)state;
    forge_data();
    client(ACK, 1, 11, 0);
    client(ACK, 11, 11, 0);
    client(ACK, 1, 11, 0); /* so this is an old copy */
    assert_true(data_count_as_sent());
}

static void an_ack_after_a_long_silence_is_a_keep_alive(void **state)
{
    static const int64_t waits[] = {500 * MILLISECOND - 1, 500 * MILLISECOND};

    (void)state; /* RFC 9293 3.8.4: it also has an old number, but is sent on an idle connection */
    for (size_t i = 0; i < 2; i++) {
        forge_data();
        client(ACK, 1, 11, 0);
        wait_for(waits[i] - TICK);
        client(ACK, 1, 11, 0);
        assert_int_equal(data_count_as_sent(), i == 1);
    }
}

static void an_ack_one_below_what_was_acknowledged_is_a_keep_alive(void **state)
{
    (void)state;
    forge_data();
    client_acks(2, 10, 11);
    assert_true(data_count_as_sent());
}

static void acks_below_unacknowledged_data_may_be_reordered(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    client(ACK, 1, 1, 10);
    client_acks(2, 1, 11);
    server(FIN | ACK, 11, 11, 0);
    assert_client("CLOSE-WAIT");
}

/* Likewise, with timestamps: the client's last is 1020, the forged one 1030. */
static void forge_data_with_clocks(void)
{
    handshake_with_clocks();
    timestamps(5010, 1020);
    server(ACK, 1, 1, 10);
    timestamps(1030, 5010);
    client(ACK, 1, 11, 10);
    timestamps(5020, 1030);
    server(ACK, 11, 11, 0);
}

/* Whether this many pure ACKs below the forged data, all with this timestamp, disown the data. */
static bool acks_disown(unsigned count, uint32_t clock)
{
    forge_data_with_clocks();
    for (unsigned i = 0; i < count; i++) {
        timestamps(clock, 5010);
        identification((uint16_t)(i + 1));
        client(ACK, 1, 11, 0);
    }
    return !data_count_as_sent();
}

static void one_ack_with_a_later_timestamp_is_enough(void **state)
{
    (void)state;
    assert_true(acks_disown(1, 1031));
    assert_false(acks_disown(1, 1030));
    assert_true(acks_disown(2, 1030));
}

static void two_acks_without_a_timestamp_are_needed(void **state)
{
    (void)state;
    forge_data_with_clocks();
    client_acks(2, 1, 11);
    assert_false(data_count_as_sent());
}

static void acks_with_an_earlier_timestamp_disown_nothing(void **state)
{
    (void)state;
    assert_false(acks_disown(5, 1029));
    handshake_with_clocks(); /* likewise where PAWS does not reject them: */
    timestamps(1100, 5000);
    client(ACK, 101, 1, 10); /* beyond a gap in the capture */
    timestamps(5020, 1020);
    server(ACK, 1, 111, 0);
    for (unsigned i = 0; i < 5; i++) {
        timestamps(1050, 5000);
        client(ACK, 1, 1, 0);
    }
    client(ACK, 1, 1, 0); /* and one of unknown age */
    timestamps(5030, 1020);
    server(FIN | ACK, 1, 111, 0);
    assert_client("CLOSE-WAIT");
}

static void an_ack_with_an_earlier_timestamp_does_not_deny_a_fin(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(1030, 5000);
    client(FIN | ACK, 1, 1, 0);
    timestamps(5030, 1020);
    server(PSH | ACK, 101, 1, 10); /* crosses the FIN, beyond a gap in the capture */
    wait_for(SECOND);
    timestamps(5029, 1020); /* delayed for a second */
    server(ACK, 1, 1, 0);
    assert_server("CLOSE-WAIT");
}

static void an_ack_refutes_a_forged_ack_of_unsent_data(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 501, 0); /* a forged ACK of data that the client never sent */
    assert_anomalies("(ack_beyond_sent)");
    client(ACK, 1, 1, 0); /* SND.NXT is still 1 */
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
    assert_states("CLOSED / CLOSED");
}

static void so_does_the_third_step_of_the_handshake(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 501, 0);
    client(ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

static void after_a_refuted_ack_the_true_one_tells_what_is_a_keep_alive(void **state)
{
    (void)state; /* RFC 9293 3.8.4: its number is one below what was acknowledged */
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    server(ACK, 1, 501, 0); /* forged */
    client(ACK, 101, 1, 0);
    client(ACK, 100, 1, 0);
    assert_kind("Keep-alive");
}

static void an_old_ack_refutes_nothing(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 1, 501, 0);
    client(ACK, 1, 1, 0); /* reordered with the data */
    client(RST, 11, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
}

static void data_refute_nothing(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 501, 0);
    client(ACK, 1, 1, 10); /* may precede data missing from the capture */
    client(RST, 11, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_OUT_OF_WINDOW);
    begin(NULL);
    handshake();
    server(ACK, 1, 501, 0);
    client(ACK, 501, 1, 10); /* and these follow that data */
    client(ACK, 1, 1, 0);
    client(RST, 511, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

static void whoever_has_sent_nothing_yet_refutes_nothing(void **state)
{
    (void)state; /* though its first number is 0, as that of what is not known */
    client(SYN, 0, 0, 0);
    timestamps(5010, 0);
    refuse(1);
    client(ACK, 0, 101, 0);
    timestamps(5030, 0);
    server(ACK, 0 - drive.isn[SERVER], 1, 0);
    assert_states("CLOSED / SYN-RECEIVED");
    client(ACK, 0, 101, 0);
    assert_true(drive.verdict.counts);
}

/* -- Missing parts of the handshake ------------------------------------------------------------ */

static void a_server_that_sends_a_byte_or_a_fin_was_established(void **state)
{
    (void)state; /* shown by its state and by the basis of the state */
    place("ESTABLISHED / SYN-RECEIVED");
    server(PSH | ACK, 1, 1, 1);
    assert_moves("server goes on, so its SYN was acknowledged: SYN-RECEIVED to ESTABLISHED "
                 "(RFC 9293 3.10.7.4)");
    assert_bases("Presumed / Sent");
    place("ESTABLISHED / SYN-RECEIVED");
    server(FIN | ACK, 1, 1, 0);
    assert_moves("server goes on, so its SYN was acknowledged: SYN-RECEIVED to ESTABLISHED "
                 "(RFC 9293 3.10.7.4); "
                 "server sent FIN: ESTABLISHED to FIN-WAIT-1 (RFC 9293 3.10.4); "
                 "client received FIN: ESTABLISHED to CLOSE-WAIT (RFC 9293 3.10.7.4)");
}

static void a_server_that_acknowledges_data_was_established(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 1, 0); /* may be a challenge ACK */
    assert_server("SYN-RECEIVED");
    server(ACK, 1, 2, 0);
    assert_server("ESTABLISHED");
    assert_bases("Presumed / Sent");
}

static void with_a_silent_client_any_ack_shows_an_established_server(void **state)
{
    (void)state; /* it cannot be a challenge ACK: no segment draws one */
    server(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_int_equal(drive.shown.status.basis[ROLE_SERVER], BASIS_SENT);
}

static void a_clients_ack_shows_what_it_expects(void **state)
{
    (void)state;
    drive.isn[SERVER] = 5000;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);                     /* the SYN-ACK was not captured, */
    assert_false(drive.verdict.acks_missing); /* but no data are missing */
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->rst.validity, RST_EXACT);
}

static void an_ack_of_data_that_only_a_repeated_syn_carried_shows_no_gap(void **state)
{
    (void)state; /* they were captured */
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 100);
    server(ACK, 1, 101, 0);
    assert_false(drive.verdict.acks_missing);
}

/* Nothing of it was captured before in this connection: no number of it says how far it was. */
static void a_damaged_segment_of_an_unknown_number_is_not_vouched_for(void **state)
{
    (void)state;
    checksums(CHECKSUM_GOOD);
    handshake();
    client(RST | ACK, 1, 1, 0);
    client(SYN, 70000, 0, 0);
    checksum(CHECKSUM_BAD);
    server(PSH | ACK, 2, 70001, 65535);
    client(ACK, 70001, 60000, 0);
    for (unsigned i = 0; i < 2; i++) {
        checksum(CHECKSUM_BAD);
        server(PSH | ACK, 65537, 70001, 100);
        assert_true(drive.verdict.damaged);
    }
}

/* In SYN-RECEIVED nobody acknowledges data, nor a FIN. */
static void whoever_has_acknowledged_data_does_not_repeat_its_syn_ack(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_server("ESTABLISHED");
    client(FIN | ACK, 101, 1, 0);
    server(ACK, 1, 102, 0);
    wait_for(SECOND);
    server(SYN | ACK, 0, 1, 0);
    assert_server("CLOSE-WAIT");
}

/* One direction is captured late: what the ACK stands for comes next. */
static void
what_was_claimed_may_be_captured_right_behind_an_ack_that_seems_to_refute_it(void **state)
{
    (void)state;
    for (unsigned later = 0; later < 3; later++) {
        begin(NULL);
        handshake();
        client(ACK, 1, 101, 0);
        wait_for(MILLISECOND);
        server(ACK, 1, 1, 0);
        wait_for(later == 1 ? SECOND : MILLISECOND);
        server(PSH | ACK, 1, 1, later == 2 ? 99 : 100);
        server(ACK, 100, 1, 0);
        assert_kind(later ? "ACK" : "Keep-alive");
    }
}

static void nor_does_whoever_has_where_both_have_opened(void **state)
{
    (void)state;
    for (unsigned data = 0; data < 2; data++) {
        begin(NULL);
        client(SYN, 0, 0, 0);
        server(SYN, 0, 0, 0);
        client(SYN | ACK, 0, 1, 0);
        server(SYN | ACK, 0, 1, 0);
        assert_states("ESTABLISHED / ESTABLISHED");
        if (data) {
            server(PSH | ACK, 1, 1, 100);
            client(ACK, 1, 101, 0);
        }
        wait_for(10 * SECOND);
        client(SYN | ACK, 0, 1, 0);
        assert_client(data ? "ESTABLISHED" : "SYN-RECEIVED");
    }
}

/* Data are forged in the client's name, with an ACK of what the server never sent. */
static void a_refuted_ack_does_not_hide_the_one_that_refutes_it(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 3001, 100);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 2, 0);
    server(ACK, 2, 2, 0); /* stands where the server is, below what the forger has acknowledged */
    assert_states("CLOSED / TIME-WAIT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_retransmitted_syn_shows_that_the_syn_ack_was_lost),
        TEST(a_retransmitted_syn_ack_shows_that_step_3_was_lost),
        TEST(whoever_goes_on_behind_it_sends_nothing_too_early),
        TEST(a_syn_ack_proves_nothing_after_its_senders_fin),
        TEST(of_crossing_syn_acks_one_that_comes_again_shows_that_the_other_was_lost),
        TEST(a_syn_ack_with_another_number_shows_no_lost_step_3),
        TEST(two_acks_below_forged_data_disown_them),
        TEST(equal_acks_that_answer_two_segments_are_no_copies),
        TEST(so_do_the_first_two_acks_below_data_on_a_syn),
        TEST(an_ack_of_something_new_is_enough),
        TEST(retransmitted_data_disown_nothing),
        TEST(nothing_is_disowned_within_a_round_trip_after_a_fin),
        TEST(an_ack_at_their_end_shows_that_they_were_not_forged),
        TEST(an_ack_after_a_long_silence_is_a_keep_alive),
        TEST(an_ack_one_below_what_was_acknowledged_is_a_keep_alive),
        TEST(acks_below_unacknowledged_data_may_be_reordered),
        TEST(one_ack_with_a_later_timestamp_is_enough),
        TEST(two_acks_without_a_timestamp_are_needed),
        TEST(acks_with_an_earlier_timestamp_disown_nothing),
        TEST(an_ack_with_an_earlier_timestamp_does_not_deny_a_fin),
        TEST(an_ack_refutes_a_forged_ack_of_unsent_data),
        TEST(so_does_the_third_step_of_the_handshake),
        TEST(after_a_refuted_ack_the_true_one_tells_what_is_a_keep_alive),
        TEST(an_old_ack_refutes_nothing),
        TEST(data_refute_nothing),
        TEST(whoever_has_sent_nothing_yet_refutes_nothing),
        TEST(a_server_that_sends_a_byte_or_a_fin_was_established),
        TEST(a_server_that_acknowledges_data_was_established),
        TEST(with_a_silent_client_any_ack_shows_an_established_server),
        TEST(a_clients_ack_shows_what_it_expects),
        TEST(an_ack_of_data_that_only_a_repeated_syn_carried_shows_no_gap),
        TEST(a_damaged_segment_of_an_unknown_number_is_not_vouched_for),
        TEST(whoever_has_acknowledged_data_does_not_repeat_its_syn_ack),
        TEST(what_was_claimed_may_be_captured_right_behind_an_ack_that_seems_to_refute_it),
        TEST(nor_does_whoever_has_where_both_have_opened),
        TEST(a_refuted_ack_does_not_hide_the_one_that_refutes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
