/* test_crowd.c
 * A connection among so many others that it has to rest between its segments shows just what it
 * shows alone; and so it does where nobody asks for what it shows until later.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "track.h"

enum {
    CROWD = 1500,  /* more than are live at the same time */
    EXAMINED = 13, /* every so many; they have all ends, with an ICMP error and without */
    STEPS = 40,    /* more than are kept as first segments */
    AGAIN = 5,     /* the step that is the one before, captured or sent again */
    KEEP_ALIVE = 11,
    CLIENT = 0,
    SERVER = 1,
    FIN = TCP_FLAG_FIN,
    SYN = TCP_FLAG_SYN,
    RST = TCP_FLAG_RST,
    ACK = TCP_FLAG_ACK
};

/* What each connection does, up to an end of its own: some stay lone SYNs. */
static const struct {
    unsigned side;
    unsigned flags;
    uint32_t seq;
    uint32_t ack;
    uint32_t len;
} steps[STEPS] = {
    {CLIENT, SYN, 0, 0, 0},
    {SERVER, SYN | ACK, 0, 1, 0},
    {CLIENT, ACK, 1, 1, 0},
    {CLIENT, ACK, 1, 1, 100},
    {SERVER, ACK, 1, 101, 900},
    {SERVER, ACK, 1, 101, 900},
    {CLIENT, ACK, 101, 901, 0},
    {CLIENT, ACK, 101, 901, 50},
    {SERVER, ACK, 901, 151, 700},
    {SERVER, ACK, 1601, 151, 100},
    {CLIENT, ACK, 151, 1701, 0},
    {CLIENT, ACK, 150, 1701, 1},
    {SERVER, ACK, 1701, 151, 0},
    {SERVER, ACK, 1701, 151, 20},
    {CLIENT, ACK, 151, 1721, 0},
    {SERVER, ACK, 1721, 151, 30},
    {CLIENT, ACK, 151, 1751, 0},
    {SERVER, ACK, 1751, 151, 30},
    {CLIENT, ACK, 151, 1781, 0},
    {SERVER, ACK, 1781, 151, 30},
    {CLIENT, ACK, 151, 1811, 0},
    {SERVER, ACK, 1811, 151, 30},
    {CLIENT, ACK, 151, 1841, 0},
    {SERVER, ACK, 1841, 151, 30},
    {CLIENT, ACK, 151, 1871, 0},
    {SERVER, ACK, 1871, 151, 30},
    {CLIENT, ACK, 151, 1901, 0},
    {SERVER, ACK, 1901, 151, 30},
    {CLIENT, ACK, 151, 1931, 0},
    {SERVER, ACK, 1931, 151, 30},
    {CLIENT, ACK, 151, 1961, 0},
    {SERVER, ACK, 1961, 151, 30},
    {CLIENT, ACK, 151, 1991, 0},
    {CLIENT, FIN | ACK, 151, 1991, 0},
    {SERVER, ACK, 1991, 152, 0},
    {SERVER, FIN | ACK, 1991, 152, 0},
    {CLIENT, ACK, 152, 1992, 0},
    {CLIENT, SYN, 5000, 0, 0},
    {SERVER, SYN | ACK, 7000, 5001, 0},
    {CLIENT, RST, 5001, 0, 0},
};

static const track_options_t options = {.connection = {.time_wait = 60 * (int64_t)NS_PER_S},
                                        .keeps_history = true};

static guint hash(gconstpointer tuple)
{
    return ((const tcp_tuple_t *)tuple)->port[0];
}

/* Whether somebody asks at once for what a segment shows. */
typedef bool (*asked_t)(unsigned number, unsigned step);

static bool always(unsigned number, unsigned step)
{
    (void)number;
    (void)step;
    return true;
}

static bool never(unsigned number, unsigned step)
{
    (void)number;
    (void)step;
    return false;
}

static bool now_and_then(unsigned number, unsigned step)
{
    return (number * 7 + step * step) % 11 == 0;
}

static unsigned steps_of(unsigned number)
{
    return 1 + number % STEPS;
}

/* Whether AGAIN is a copy; else it is a retransmission with an identification of its own, */
static bool has_copy(unsigned number)
{
    return number / STEPS % 3 == 1;
}

/* or it is left out, and so is whatever else is not plain. */
static bool takes(unsigned number, unsigned step)
{
    return step < steps_of(number) &&
           (number / STEPS % 3 != 2 || (step != AGAIN && step != KEEP_ALIVE));
}

/* The header of a step. */
static tcp_layer_t layer_of(unsigned number, unsigned step)
{
    const uint8_t ends[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
    const unsigned side = steps[step].side;
    tcp_layer_t layer = {.quality = SEGMENT_COMPLETE, .has_tuple = true};

    layer.segment =
        (segment_t){.frame = 1 + step * CROWD + number,
                    .when = NS_PER_S + (int64_t)(step * CROWD + number) * 1000,
                    .seq = number * 7 + steps[step].seq,
                    .ack = steps[step].flags & ACK ? number * 7 + steps[step].ack : 0,
                    .payload_len = steps[step].len,
                    .payload_known = true,
                    .flags = (uint16_t)steps[step].flags,
                    .window = 1000,
                    .ip_len = 40 + steps[step].len,
                    .ip_id = (uint16_t)(step == AGAIN && has_copy(number) ? step : step + 1)};
    tcp_tuple_set(&layer.tuple, &layer.sender_side, ends[side], ends[!side], 4,
                  (uint16_t)(side == CLIENT ? 1000 + number : 80),
                  (uint16_t)(side == CLIENT ? 80 : 1000 + number), 0);
    return layer;
}

/* Takes an ICMP error about the SYN of some of them. Returns whether it shows something. */
static bool take_error(connection_table_t *table, unsigned number, bool asked, observation_t *out)
{
    tcp_layer_t quote = layer_of(number, 0);

    quote.quality = SEGMENT_UNREADABLE;
    quote.quoted = quote.quoted_seq_known = true;
    quote.error = (icmp_error_t){.version = 4, .type = 3, .code = 1};
    return track_take(table, &quote, 0, asked, out).shows;
}

static bool has_error(unsigned number, unsigned step)
{
    return step == 0 && number % 3 == 0;
}

static void assert_same_summary(const incarnation_t *one, const incarnation_t *other)
{
    summary_t a;
    summary_t b;

    assert_int_equal(one == NULL, other == NULL);
    if (!one)
        return;
    tracked_summary(one, &a);
    tracked_summary(other, &b);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(one->first_frame, other->first_frame);
}

/* What a segment showed when it was taken. */
typedef struct taken {
    bool shows; /* `shown` is valid */
    bool began;
    observation_t shown;
    summary_t summary; /* of the connection so far; of those that are examined */
} taken_t;

static void take(connection_table_t *table, unsigned number, unsigned step, bool asked,
                 taken_t *taken)
{
    const tcp_layer_t layer = layer_of(number, step);
    const tracked_t tracked = track_take(table, &layer, 0, asked, &taken->shown);

    taken->shows = tracked.shows;
    taken->began = tracked.began;
    if (number % EXAMINED == 0)
        tracked_summary(tracked.incarnation, &taken->summary);
}

/* Where it showed nothing, nobody had to hear of it. */
static void assert_same_taken(const taken_t *alone, const taken_t *in_crowd)
{
    assert_true(alone->shows);
    if (in_crowd->shows)
        assert_true(observation_equal(&alone->shown, &in_crowd->shown));
    else
        assert_int_equal(alone->shown.anomalies.raised, 0);
    assert_int_equal(alone->began, in_crowd->began);
    assert_memory_equal(&alone->summary, &in_crowd->summary, sizeof alone->summary);
}

/* What the connection shows alone has to be what it showed in the crowd, then and later. */
static void check_alone(connection_table_t *crowd, unsigned number, taken_t in_crowd[STEPS][CROWD])
{
    connection_table_t *alone = connection_table_new(hash, &options);
    taken_t taken[STEPS];
    observation_t out;

    for (unsigned step = 0; step < STEPS; step++) {
        if (!takes(number, step))
            continue;
        take(alone, number, step, true, &taken[step]);
        assert_same_taken(&taken[step], &in_crowd[step][number]);
        if (has_error(number, step))
            take_error(alone, number, true, &out);
    }
    for (unsigned step = 0; step < STEPS; step++) {
        const tcp_layer_t layer = layer_of(number, step);

        if (!takes(number, step))
            continue;

        const incarnation_t *there = track_look_up(crowd, &layer, 0, &out);

        assert_true(observation_equal(&out, &taken[step].shown));
        assert_same_summary(there, track_look_up(alone, &layer, 0, &out));
        assert_true(observation_equal(&out, &taken[step].shown));
    }
    connection_table_free(alone);
}

static void check_crowd(const track_options_t *crowds, asked_t asked)
{
    static taken_t taken[STEPS][CROWD];
    connection_table_t *crowd = connection_table_new(hash, crowds);
    observation_t out;

    for (unsigned step = 0; step < STEPS; step++)
        for (unsigned number = 0; number < CROWD; number++) {
            if (!takes(number, step))
                continue;
            take(crowd, number, step, asked(number, step), &taken[step][number]);
            assert_true(taken[step][number].shows || !asked(number, step));
            if (has_error(number, step))
                assert_true(take_error(crowd, number, asked(number, step), &out));
        }
    for (unsigned number = 0; number < CROWD; number += EXAMINED)
        check_alone(crowd, number, taken);
    connection_table_free(crowd);
}

static void test_a_crowd(void **state)
{
    (void)state;
    check_crowd(&options, always);
}

static void test_a_crowd_that_nobody_asks_for(void **state)
{
    (void)state;
    check_crowd(&options, never);
}

static void test_a_crowd_that_is_asked_for_now_and_then(void **state)
{
    (void)state;
    check_crowd(&options, now_and_then);
}

static void test_a_crowd_that_is_summed_up(void **state)
{
    track_options_t summed_up = options;

    (void)state;
    summed_up.keeps_summary = true;
    check_crowd(&summed_up, now_and_then);
}

/* Segments wait as long as they are few; a connection that goes on is analysed all the same. */
static void test_what_waits(void **state)
{
    const unsigned plain = 2 * STEPS + STEPS - 1;
    connection_table_t *table = connection_table_new(hash, &options);
    unsigned waiting = 0;
    taken_t taken;

    (void)state;
    assert_int_equal(steps_of(plain), STEPS);
    for (unsigned step = 0; step < STEPS; step++) {
        if (!takes(plain, step))
            continue;
        take(table, plain, step, false, &taken);
        assert_int_equal(taken.shows, waiting >= FIRST_SEGMENTS_MAX);
        waiting += !taken.shows;
    }
    assert_int_equal(waiting, FIRST_SEGMENTS_MAX);
    connection_table_free(table);
}

/* A dropped frame has the number of the one that comes next (-2 -R), and perhaps more headers. */
static void test_a_number_that_comes_again(void **state)
{
    static const struct {
        unsigned step;
        uint32_t frame;
        unsigned layer;
    } taken[] = {{0, 1, 0}, {1, 2, 0}, {2, 3, 0}, {3, 3, 1}, {4, 3, 0}, {6, 4, 0}};
    enum { TAKEN = sizeof taken / sizeof taken[0] };
    connection_table_t *table = connection_table_new(hash, &options);
    observation_t shown[TAKEN];
    observation_t found;

    (void)state;
    for (unsigned i = 0; i < TAKEN; i++) {
        tcp_layer_t layer = layer_of(1, taken[i].step);

        layer.segment.frame = taken[i].frame;
        track_take(table, &layer, taken[i].layer, true, &shown[i]);
    }
    for (unsigned i = TAKEN; i-- > 0;) {
        tcp_layer_t layer = layer_of(1, taken[i].step);

        if (i == 2 || i == 3) /* dropped */
            continue;
        layer.segment.frame = taken[i].frame;
        track_look_up(table, &layer, taken[i].layer, &found);
        assert_true(observation_equal(&found, &shown[i]));
    }
    connection_table_free(table);
}

/* Whoever asks by ports and frame gets the connection that the frame's fields name. */
static void test_a_copy_belongs_to_the_connection_before(void **state)
{
    enum { WHOLE = 2 * STEPS + STEPS - 1, LAST_ACK = 36 };
    connection_table_t *table = connection_table_new(hash, &options);
    tcp_layer_t copy = layer_of(WHOLE, LAST_ACK);
    observation_t shown;
    taken_t taken;

    (void)state;
    for (unsigned step = 0; step < STEPS; step++)
        if (takes(WHOLE, step))
            take(table, WHOLE, step, true, &taken);
    copy.segment.frame += STEPS * CROWD;
    track_take(table, &copy, 0, true, &shown);
    assert_int_equal(shown.copy_of, layer_of(WHOLE, LAST_ACK).segment.frame);

    const incarnation_t *found = track_look_up(table, &copy, 0, &shown);

    assert_int_equal(found->first_frame, layer_of(WHOLE, 0).segment.frame);
    assert_ptr_equal(track_connection_of(table, &copy.tuple, copy.segment.frame), found);
    for (unsigned step = 0; step < STEPS; step++) {
        const tcp_layer_t layer = layer_of(WHOLE, step);

        if (takes(WHOLE, step))
            assert_ptr_equal(track_connection_of(table, &layer.tuple, layer.segment.frame),
                             track_look_up(table, &layer, 0, &shown));
    }
    connection_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crowd),
        cmocka_unit_test(test_a_crowd_that_nobody_asks_for),
        cmocka_unit_test(test_a_crowd_that_is_asked_for_now_and_then),
        cmocka_unit_test(test_a_crowd_that_is_summed_up),
        cmocka_unit_test(test_what_waits),
        cmocka_unit_test(test_a_number_that_comes_again),
        cmocka_unit_test(test_a_copy_belongs_to_the_connection_before)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
