/* test_times.c
 * Clocks of captures that are set back, run wild, or are missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* The next segment is captured at this time. */
static void at(int64_t when)
{
    drive.when = when - TICK;
}

static void a_time_of_capture_is_between_1970_and_2116(void **state)
{
    (void)state;
    assert_int_equal(segment_time(0, 0), 0);
    assert_int_equal(segment_time(1, 2), NS_PER_S + 2);
    assert_int_equal(segment_time(-1, 5), 0);
    assert_int_equal(segment_time(INT64_MIN, 0), 0);
    assert_int_equal(segment_time(INT64_MAX, 999999999), SEGMENT_TIME_MAX);
    assert_int_equal(segment_time(SEGMENT_TIME_MAX / NS_PER_S, 0), SEGMENT_TIME_MAX);
    assert_int_equal(segment_time(SEGMENT_TIME_MAX / NS_PER_S - 1, 999999999),
                     SEGMENT_TIME_MAX / NS_PER_S * NS_PER_S - 1);
}

static void there_is_no_time_between_what_is_not_known(void **state)
{
    (void)state;
    assert_int_equal(time_between(1, 1), 0);
    assert_int_equal(time_between(1, 5), 4);
    assert_int_equal(time_between(5, 1), NO_TIME);
    assert_int_equal(time_between(0, 5), NO_TIME);
    assert_int_equal(time_between(5, 0), NO_TIME);
    assert_int_equal(time_between(1, SEGMENT_TIME_MAX), SEGMENT_TIME_MAX - 1);
}

/* What the last segment shows of time. */
static void assert_no_times(void)
{
    const facts_t *facts = shown_facts();

    for (unsigned role = 0; role < 2; role++)
        assert_int_equal(drive.shown.time_in_state[role], NO_TIME);
    assert_int_equal(facts->handshake.rtt, NO_TIME);
    assert_int_equal(facts->handshake.rtt_server, NO_TIME);
    assert_int_equal(facts->handshake.rtt_client, NO_TIME);
    assert_int_equal(facts->close.half_closed_time, NO_TIME);
    assert_int_equal(facts->close.duration, NO_TIME);
    for (unsigned i = 0; i < ECN_EPISODES_MAX; i++) {
        assert_int_equal(facts->episodes.of[i].echo_time, NO_TIME);
        assert_int_equal(facts->episodes.of[i].response_time, NO_TIME);
    }
    assert_int_equal(summary_duration(&drive.summary), NO_TIME);
}

/* A connection with a mark, its echo and CWR, and a close; `when` gives the time of each segment.
 */
static void live_through(int64_t (*when)(unsigned segment))
{
    static const struct {
        unsigned side;
        unsigned flags;
        uint32_t seq;
        uint32_t ack;
        uint32_t len;
        uint8_t ecn;
    } life[] = {
        {CLIENT, SYN | ECE | CWR, 0, 0, 0, 0},
        {SERVER, SYN | ACK | ECE, 0, 1, 0, 0},
        {CLIENT, ACK, 1, 1, 0, 0},
        {CLIENT, ACK, 1, 1, 10, IP_ECN_CE},
        {SERVER, ACK | ECE, 1, 11, 0, 0},
        {CLIENT, ACK | CWR, 11, 1, 10, IP_ECN_ECT_0},
        {SERVER, ACK, 1, 21, 0, 0},
        {CLIENT, FIN | ACK, 21, 1, 0, 0},
        {SERVER, ACK, 1, 22, 0, 0},
        {SERVER, FIN | ACK, 1, 22, 0, 0},
        {CLIENT, ACK, 22, 2, 0, 0},
    };

    for (unsigned i = 0; i < sizeof life / sizeof *life; i++) {
        at(when(i));
        ip_ecn((ip_ecn_t)life[i].ecn);
        send_from(life[i].side, life[i].flags, life[i].seq, life[i].ack, life[i].len);
        if (i > 0)
            assert_no_times();
    }
}

static int64_t never_known(unsigned segment)
{
    (void)segment;
    return 0;
}

static int64_t always_earlier(unsigned segment)
{
    return 1000 * SECOND - segment * SECOND;
}

static void without_times_nothing_is_measured(void **state)
{
    (void)state;
    stop_disguises(); /* the time 0 means something */
    live_through(never_known);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

static void a_clock_that_runs_backwards_measures_nothing(void **state)
{
    (void)state;
    live_through(always_earlier);
    assert_shows("Teardown 4/4", "TIME-WAIT / CLOSED");
}

/* Any overflow ends the test: it is compiled to trap. */
static void times_as_far_apart_as_can_be_do_no_harm(void **state)
{
    (void)state;
    for (unsigned earliest = 0; earliest < 2; earliest++)
        for (unsigned pattern = 0; pattern < 64; pattern++) {
            begin(NULL);
            stop_disguises();
            for (unsigned i = 0; i < 6; i++) {
                static const step_t steps[] = {{CLIENT, SYN, 0, 0},       {SERVER, SYN | ACK, 0, 1},
                                               {CLIENT, ACK, 1, 1},       {CLIENT, FIN | ACK, 1, 1},
                                               {SERVER, FIN | ACK, 1, 2}, {CLIENT, ACK, 2, 2}};

                at(pattern >> i & 1 ? SEGMENT_TIME_MAX : earliest);
                timestamps(i * 0x30000000, i * 0x30000000);
                send_from(steps[i].side, steps[i].flags, steps[i].seq, steps[i].ack, 0);
            }
        }
}

static void the_time_to_wait_may_be_as_long_as_can_be_set(void **state)
{
    (void)state;
    drive.options.time_wait = INT64_C(0xffffffff) * SECOND;
    at(SEGMENT_TIME_MAX - SECOND);
    handshake();
    close_by(CLIENT);
    client(ACK, 2, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_time_of_capture_is_between_1970_and_2116),
        TEST(there_is_no_time_between_what_is_not_known),
        TEST(without_times_nothing_is_measured),
        TEST(a_clock_that_runs_backwards_measures_nothing),
        TEST(times_as_far_apart_as_can_be_do_no_harm),
        TEST(the_time_to_wait_may_be_as_long_as_can_be_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
