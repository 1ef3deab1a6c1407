/* test_acks.c
 * Which acknowledgment numbers an endpoint may have sent and which of them its receiver takes (RFC
 * 9293 3.10.7.4, fifth check; RFC 5961 5); and connections that continue beyond a gap in the
 * capture.
 *
 * A segment that does not count leaves RCV.NXT alone: a RST probes what its receiver expects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

#define assert_expects(side, number)                                                               \
    do {                                                                                           \
        send_from(!(side), RST, number, 0, 0);                                                     \
        assert_int_equal(shown_facts()->rst.validity, RST_EXACT);                                  \
    } while (0)

/* -- Acceptable numbers ------------------------------------------------------------------------ */

static void data_on_a_wrong_third_step_do_not_count(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 5000, 10);
    assert_expects(SERVER, 1);
}

static void an_old_segment_cannot_acknowledge_unsent_data(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(ACK, 1, 500, 50); /* a copy would repeat its original ACK number */
    assert_expects(CLIENT, 1);
}

static void a_fin_with_an_unacceptable_ack_moves_neither_endpoint(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1 + WINDOW + 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void a_first_ack_is_never_too_old(void **state)
{
    (void)state; /* whatever the other side's ISN is */
    drive.isn[SERVER] = UINT32_C(0x90000000);
    handshake();
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void with_a_zero_window_no_ack_is_too_old(void **state)
{
    (void)state;
    window(0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(0);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    window(0);
    client(ACK, 1, 2, 0);
    window(0);
    client(FIN | ACK, 1, 1, 0); /* sent before the server's FIN arrived */
    assert_client("CLOSING");
}

static void a_segment_without_ack_does_not_count(void **state)
{
    (void)state;
    handshake();
    client(PSH, 1, 0, 10);
    assert_milestones("");
    server(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    assert_milestones("First data");
}

/* -- Challenge ACKs ---------------------------------------------------------------------------- */

/* Whether an ACK from the server now is a challenge ACK for the client's last segment. */
static bool is_challenged(void)
{
    const uint32_t frame = drive.frame;

    server(ACK, 1, 1, 0);
    return shown_facts()->challenge_ack == frame;
}

static void an_unacceptable_ack_is_challenged_only_inside_the_window(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4: the sequence number is checked first */
    handshake();
    client(ACK, 1, 50000, 10);
    assert_true(is_challenged());
    client(ACK, 101, 50000, 10); /* beyond a gap */
    assert_true(is_challenged());
    client(ACK, 1 + 3 * WINDOW, 50000, 10);
    assert_false(is_challenged());
    client(ACK, (uint32_t)-500, 50000, 10);
    assert_false(is_challenged());
}

static void a_segment_dropped_by_paws_is_not_challenged_for_its_ack(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(900, 5000);
    client(ACK, 1, 50000, 10);
    assert_false(is_challenged());
}

/* -- Beyond a gap in the capture --------------------------------------------------------------- */

enum { FAR = 50 * WINDOW };

/* The server sends 100 bytes at FAR, far beyond the client's window and sooner than the round trips
 * that it would take to get there. */
static void leave_gap(void)
{
    begin(NULL);
    handshake();
    server(ACK, FAR, 1, 100);
}

/* Whether the connection continues there: a FIN there counts as the server's. */
static bool continues_there(void)
{
    server(FIN | ACK, FAR + 100, 1, 0);
    return drive.shown.status.state[ROLE_SERVER] == STATE_FIN_WAIT_1;
}

static void a_connection_continues_beyond_a_gap_if_both_sides_agree(void **state)
{
    static const uint32_t acks[] = {FAR, FAR + 50, FAR + 100};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        leave_gap();
        client(ACK, 1, acks[i], 0);
        assert_true(continues_there());
    }
    leave_gap();
    client(ACK, 1, FAR - 1, 0);
    assert_false(continues_there());
    leave_gap();
    client(ACK, 1, FAR + 101, 0);
    assert_false(continues_there());
}

static void data_at_the_old_position_rule_that_out_unless_they_are_a_copy(void **state)
{
    (void)state;
    leave_gap();
    server(ACK, 1, 1, 10); /* so the segment at FAR was forged */
    client(ACK, 1, FAR + 100, 0);
    assert_false(continues_there());
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 100);
    client(ACK, 1, 101, 0);
    server(ACK, FAR, 1, 100);
    server(ACK, 1, 1, 50); /* a late copy proves nothing */
    client(ACK, 1, FAR + 100, 0);
    assert_true(continues_there());
}

static void so_does_an_old_timestamp(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(4000, 1000);
    server(ACK, FAR, 1, 100);
    client(ACK, 1, FAR + 100, 0);
    assert_false(continues_there());
}

static void an_ack_beyond_the_window_follows_a_gap_if_the_round_trips_had_time(void **state)
{
    static const int64_t waits[] = {49 * 2 * TICK, 49 * 2 * TICK - 1};

    (void)state; /* one for each window, and one more */
    for (size_t i = 0; i < 2; i++) {
        begin(NULL);
        handshake();
        wait_for(waits[i]);
        client(ACK, 1, FAR, 0);
        assert_int_equal(drive.verdict.counts, i == 0);
        server(FIN | ACK, FAR, 1, 0);
        assert_states(i == 0 ? "CLOSE-WAIT / FIN-WAIT-1" : "ESTABLISHED / ESTABLISHED");
    }
}

static void a_round_trip_of_no_time_explains_no_gap(void **state)
{
    (void)state; /* the capture's clock has too few steps to tell */
    client(SYN, 0, 0, 0);
    wait_for(0);
    server(SYN | ACK, 0, 1, 0);
    wait_for(0);
    client(ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 1, FAR, 0);
    assert_false(drive.verdict.counts);
}

static void whoever_has_opened_may_acknowledge_what_was_not_captured(void **state)
{
    (void)state; /* the client's SYN-ACK is missing, too, and its data */
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    server(PSH | ACK, 1, 101, 100);
    assert_true(drive.verdict.counts);
    assert_states("ESTABLISHED / ESTABLISHED");
}

/* -- Segments that find no receiver ------------------------------------------------------------ */

static void a_closed_endpoint_receives_no_fin(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0); /* forged: first the client's later segment shows it, then the server's */
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSED");
    wait_for(SECOND);
    server(ACK, 1, 2, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void data_of_an_old_connection_are_not_taken_in_syn_sent(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 9 */
    client(SYN, 0, 0, 0);
    server(PSH | ACK, 300, (uint32_t)-4000, 10);
    client(RST, (uint32_t)-4000, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(data_on_a_wrong_third_step_do_not_count),
        TEST(an_old_segment_cannot_acknowledge_unsent_data),
        TEST(a_fin_with_an_unacceptable_ack_moves_neither_endpoint),
        TEST(a_first_ack_is_never_too_old),
        TEST(with_a_zero_window_no_ack_is_too_old),
        TEST(a_segment_without_ack_does_not_count),
        TEST(an_unacceptable_ack_is_challenged_only_inside_the_window),
        TEST(a_segment_dropped_by_paws_is_not_challenged_for_its_ack),
        TEST(a_connection_continues_beyond_a_gap_if_both_sides_agree),
        TEST(data_at_the_old_position_rule_that_out_unless_they_are_a_copy),
        TEST(so_does_an_old_timestamp),
        TEST(an_ack_beyond_the_window_follows_a_gap_if_the_round_trips_had_time),
        TEST(a_round_trip_of_no_time_explains_no_gap),
        TEST(whoever_has_opened_may_acknowledge_what_was_not_captured),
        TEST(a_closed_endpoint_receives_no_fin),
        TEST(data_of_an_old_connection_are_not_taken_in_syn_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
