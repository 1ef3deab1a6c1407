/* test_unreachable.c
 * ICMP errors about SYNs: which kinds count, which attempts they are about, what they show, and
 * what they make of the connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

#include "unreachable.h"

#define assert_results(want_outcome, want_handshake)                                               \
    do {                                                                                           \
        assert_string_equal(outcome_text(drive.summary.outcome), want_outcome);                    \
        assert_string_equal(handshake_result_text(drive.summary.handshake), want_handshake);       \
    } while (0)

/* An ICMP error comes that quotes this. Returns the frame of the SYN that it is about, or 0. */
static uint32_t take_error(unsigned side, const segment_t *quoted)
{
    connection_t before;

    memcpy(&before, &drive.connection, sizeof before);

    const uint32_t syn_frame = unreachable_syn(&drive.connection, side, quoted);

    assert_memory_equal(&before, &drive.connection, sizeof before);
    if (syn_frame)
        summary_take_unreachable(&drive.summary, &drive.connection);
    return syn_frame;
}

/* It quotes a segment of this side with a relative number, and nothing beyond that, */
static uint32_t error_about(unsigned side, uint32_t seq)
{
    return take_error(side, &(segment_t){.seq = drive.isn[side] + seq});
}

/* or the client's SYN with its timestamp. */
static uint32_t error_with_timestamp(uint32_t value)
{
    return take_error(
        CLIENT, &(segment_t){.seq = drive.isn[CLIENT], .has_timestamps = true, .ts_value = value});
}

static void client_with_timestamp(uint32_t value)
{
    timestamps(value, 0);
    client(SYN, 0, 0, 0);
}

/* -- Kinds ------------------------------------------------------------------------------------- */

static bool counts(uint8_t version, uint8_t type, uint8_t code)
{
    return icmp_error_is_unreachable(&(icmp_error_t){version, type, code});
}

static void every_unreachable_counts_but_fragmentation_needed(void **state)
{
    (void)state;
    for (uint8_t code = 0; code <= 15; code++)
        assert_int_equal(counts(4, 3, code), code != 4);
    for (uint8_t code = 0; code <= 8; code++)
        assert_true(counts(6, 1, code));
}

static void time_exceeded_counts_in_transit_alone(void **state)
{
    (void)state;
    assert_true(counts(4, 11, 0));
    assert_false(counts(4, 11, 1));
    assert_true(counts(6, 3, 0));
    assert_false(counts(6, 3, 1));
}

static void no_other_message_counts(void **state)
{
    (void)state;
    for (unsigned type = 0; type <= UINT8_MAX; type++) {
        if (type != 3 && type != 11)
            assert_false(counts(4, (uint8_t)type, 0));
        if (type != 1 && type != 3)
            assert_false(counts(6, (uint8_t)type, 0));
        assert_false(counts(0, (uint8_t)type, 0));
    }
}

/* -- Which attempt ----------------------------------------------------------------------------- */

static void an_error_is_about_the_syn_with_its_number(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 1);
    assert_int_equal(error_about(CLIENT, 1), 0);
    assert_int_equal(error_about(CLIENT, UINT32_MAX), 0);
    assert_int_equal(error_about(SERVER, 0), 0);
}

static void an_error_without_a_connection_is_about_nothing(void **state)
{
    (void)state;
    assert_int_equal(error_about(CLIENT, 0), 0);
}

static void an_error_is_about_the_last_syn(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 1);
    client(SYN, 0, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 2);
}

static void a_timestamp_tells_which_syn_it_is(void **state)
{
    (void)state;
    client_with_timestamp(100);
    client_with_timestamp(1100);
    assert_int_equal(error_with_timestamp(100), 1);
    assert_int_equal(error_with_timestamp(1100), 2);
    assert_int_equal(error_with_timestamp(700), 2); /* of a SYN that was not captured */
    assert_int_equal(error_about(CLIENT, 0), 2);
}

static void a_timestamp_that_is_not_there_is_not_0(void **state)
{
    (void)state;
    client_with_timestamp(0);
    client_with_timestamp(1000);
    assert_int_equal(error_about(CLIENT, 0), 2);
    assert_int_equal(error_with_timestamp(0), 1);

    begin(NULL);
    client(SYN, 0, 0, 0);
    client_with_timestamp(1000);
    assert_int_equal(error_with_timestamp(0), 2);
}

static void an_error_after_an_answer_is_about_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
    assert_results("Open", "Completed");
}

static void an_error_after_a_refusal_is_about_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0u - drive.isn[SERVER], 1, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
    assert_results("Refused", "Refused");
}

static void an_error_after_any_segment_of_the_server_is_about_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(ACK, 500, 300, 0); /* of an old connection */
    assert_int_equal(error_about(CLIENT, 0), 0);

    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 300, 0); /* answers another SYN */
    assert_client("SYN-SENT");
    assert_int_equal(error_about(CLIENT, 0), 0);

    begin(NULL);
    client(SYN, 0, 0, 0);
    server(RST, 700, 0, 0); /* acknowledges no SYN */
    assert_int_equal(error_about(CLIENT, 0), 0);
}

static void an_error_after_an_answer_that_was_not_captured_is_about_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
    client(RST, 1, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
}

static void an_error_after_crossing_syns_is_about_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
    assert_int_equal(error_about(SERVER, 0), 0);
}

static void an_error_in_midstream_is_about_nothing(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    assert_int_equal(error_about(CLIENT, 1), 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
}

static void an_error_is_about_an_attempt_that_was_given_up(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 1);
    assert_results("Reset", "Unreachable");
}

static void an_error_is_about_the_newest_attempt(void **state)
{
    (void)state;
    handshake();
    close_by(CLIENT);
    assert_int_equal(error_about(CLIENT, 0), 0);
    wait_for(100 * SECOND);
    client(SYN, 70000, 0, 0);
    assert_int_equal(error_about(CLIENT, 0), 0);
    assert_int_equal(error_about(CLIENT, 70000), drive.frame);
    assert_results("Unreachable", "Unreachable");
}

/* -- What becomes of the connection ------------------------------------------------------------ */

static void a_syn_answered_by_errors_alone_is_unreachable(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_results("Unanswered", "Unanswered");
    error_about(CLIENT, 0);
    assert_results("Unreachable", "Unreachable");
    client(SYN, 0, 0, 0);
    assert_results("Unreachable", "Unreachable");
    assert_summary("Unreachable", "S0", "S");
}

static void only_the_first_error_changes_the_summary(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_true(summary_take_unreachable(&drive.summary, &drive.connection));
    assert_false(summary_take_unreachable(&drive.summary, &drive.connection));
}

static void a_later_answer_decides(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    error_about(CLIENT, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_results("Half-open", "Unfinished");
    client(ACK, 1, 1, 0);
    assert_results("Open", "Completed");

    begin(NULL);
    client(SYN, 0, 0, 0);
    error_about(CLIENT, 0);
    server(RST | ACK, 0u - drive.isn[SERVER], 1, 0);
    assert_results("Refused", "Refused");
}

static void an_error_counts_for_its_own_attempt_alone(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    error_about(CLIENT, 0);
    client(RST, 1, 0, 0);
    wait_for(100 * SECOND);
    client(SYN, 70000, 0, 0);
    assert_results("Unanswered", "Unanswered");
}

/* -- What it shows ----------------------------------------------------------------------------- */

static void an_error_shows_its_event_and_the_syn(void **state)
{
    observation_t shown;
    char text[80];

    (void)state;
    memset(&shown, 0xff, sizeof shown);
    observation_of_unreachable(7, &shown);
    assert_int_equal(shown.milestones, 1u << MILESTONE_UNREACHABLE);
    assert_int_equal(observation_facts(&shown)->handshake.syn_frame, 7);
    assert_int_equal(shown.kind, 0);
    assert_int_equal(shown.direction, 0);
    assert_false(observation_changed(&shown));
    assert_int_equal(shown.anomalies.raised, 0);
    assert_string_equal(observation_summary(&shown, text, sizeof text), "Unreachable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_unreachable_counts_but_fragmentation_needed),
        TEST(time_exceeded_counts_in_transit_alone),
        TEST(no_other_message_counts),
        TEST(an_error_is_about_the_syn_with_its_number),
        TEST(an_error_without_a_connection_is_about_nothing),
        TEST(an_error_is_about_the_last_syn),
        TEST(a_timestamp_tells_which_syn_it_is),
        TEST(a_timestamp_that_is_not_there_is_not_0),
        TEST(an_error_after_an_answer_is_about_nothing),
        TEST(an_error_after_a_refusal_is_about_nothing),
        TEST(an_error_after_any_segment_of_the_server_is_about_nothing),
        TEST(an_error_after_an_answer_that_was_not_captured_is_about_nothing),
        TEST(an_error_after_crossing_syns_is_about_nothing),
        TEST(an_error_in_midstream_is_about_nothing),
        TEST(an_error_is_about_an_attempt_that_was_given_up),
        TEST(an_error_is_about_the_newest_attempt),
        TEST(a_syn_answered_by_errors_alone_is_unreachable),
        TEST(only_the_first_error_changes_the_summary),
        TEST(a_later_answer_decides),
        TEST(an_error_counts_for_its_own_attempt_alone),
        TEST(an_error_shows_its_event_and_the_syn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
