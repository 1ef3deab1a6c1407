/* test_history.c
 * What a frame showed is found again as it was kept, in any order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "history.h"
#include "observe_steady.h"

enum { FRAMES = 100 };

/* A different one for each frame: some have facts, some have times. */
static observation_t shown_by(uint32_t frame)
{
    observation_t shown;

    observation_clear(&shown);
    shown.kind = SEGMENT_FIN;
    shown.direction = DIRECTION_TO_SERVER;
    shown.status.zero[0] = frame * UINT32_C(0x01234567);
    shown.status.state[1] = (uint8_t)(frame % 11);
    shown.anomalies.raised = UINT64_C(1) << frame % 40;
    if (frame % 3 == 0)
        shown.time_in_state[ROLE_CLIENT] = frame * INT64_C(1000000007);
    if (frame % 2 == 0)
        observation_add_facts(&shown)->rst.trigger_frame = frame - 1;
    return shown;
}

static segment_t segment_in(uint32_t frame)
{
    return (segment_t){.frame = frame, .flags = TCP_FLAG_ACK};
}

static history_t *of_every_other_frame(void)
{
    history_t *history = NULL;

    for (uint32_t frame = 1; frame <= FRAMES; frame++) {
        const segment_t segment = segment_in(frame);
        const observation_t shown = shown_by(frame);

        history_add(&history, &segment, 0, &shown, frame > 1 && frame % 2 == 0);
    }
    return history;
}

static void assert_found(const history_t *history, uint32_t frame, unsigned layer,
                         const observation_t *want)
{
    const segment_t segment = segment_in(frame);
    observation_t found;

    memset(&found, 0xee, sizeof found);
    assert_true(history_find(history, &segment, layer, 0, &found));
    assert_true(observation_equal(&found, want));
}

static void test_records_and_what_follows_from_them(void **state)
{
    history_t *history = of_every_other_frame();

    (void)state;
    for (uint32_t frame = FRAMES; frame > 0; frame--) {
        const observation_t kept = shown_by(frame - (frame % 2 == 0));
        const segment_t segment = segment_in(frame);
        observation_t steady;

        observation_of_steady(&kept.status, &segment, 0, &steady);
        assert_found(history, frame, 0, frame % 2 ? &kept : &steady);
    }
    history_free(history);
}

static void test_nothing_before_the_first(void **state)
{
    const segment_t early = segment_in(1);
    const segment_t late = segment_in(2);
    const observation_t shown = shown_by(2);
    history_t *history = NULL;
    observation_t found;

    (void)state;
    assert_false(history_find(history, &early, 0, 0, &found));
    history_add(&history, &late, 0, &shown, false);
    assert_false(history_find(history, &early, 0, 0, &found));
    history_free(history);
}

/* A dropped frame has the number of the one that comes next (-2 -R). */
static void test_a_number_that_comes_again(void **state)
{
    history_t *history = of_every_other_frame();
    const segment_t segment = segment_in(FRAMES);
    const observation_t outer = shown_by(3);
    const observation_t inner = shown_by(5);
    const observation_t again = shown_by(7);

    (void)state;
    history_add(&history, &segment, 0, &outer, false);
    history_add(&history, &segment, 1, &inner, false);
    assert_found(history, FRAMES, 0, &outer);
    assert_found(history, FRAMES, 1, &inner);
    history_add(&history, &segment, 0, &again, true);
    assert_found(history, FRAMES, 0, &again);
    history_free(history);
}

/* Dropped frames may have had any number of headers, and take whole groups of records with them. */
static void test_many_headers_that_are_dropped(void **state)
{
    history_t *history = of_every_other_frame();
    const segment_t segment = segment_in(FRAMES);
    const observation_t outer = shown_by(3);
    const observation_t inner = shown_by(5);

    (void)state;
    for (unsigned layer = 0; layer < FRAMES; layer++)
        history_add(&history, &segment, layer, layer == 20 ? &inner : &outer, false);
    assert_found(history, FRAMES, 20, &inner);
    history_add(&history, &segment, 0, &inner, true);
    assert_found(history, FRAMES, 0, &inner);

    const observation_t before = shown_by(FRAMES - 1);

    assert_found(history, FRAMES - 1, 0, &before);
    history_free(history);
}

static void test_frames_that_are_far_apart(void **state)
{
    static const uint32_t frames[] = {1, 2, 200, 70000, 1 << 22, 1 << 30, UINT32_MAX};
    enum { COUNT = sizeof frames / sizeof frames[0] };
    history_t *history = NULL;

    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        const segment_t segment = segment_in(frames[i]);
        const observation_t shown = shown_by(i);

        history_add(&history, &segment, 1000 * i, &shown, false);
    }
    for (unsigned i = COUNT; i-- > 0;) {
        const observation_t shown = shown_by(i);

        assert_found(history, frames[i], 1000 * i, &shown);
    }
    history_free(history);
}

static void test_a_copy_shows_how_things_stand(void **state)
{
    history_t *history = of_every_other_frame();
    const segment_t segment = segment_in(FRAMES);
    const observation_t original = shown_by(5);
    const observation_t last = shown_by(FRAMES - 1);
    const copied_t copied = copied_of(&original, 5);
    observation_t want;

    (void)state;
    history_add_copy(&history, &segment, 0, &copied);
    observation_of_copy(&last.status, &copied, &segment, 0, &want);
    assert_found(history, FRAMES, 0, &want);
    history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_and_what_follows_from_them),
        cmocka_unit_test(test_nothing_before_the_first),
        cmocka_unit_test(test_a_number_that_comes_again),
        cmocka_unit_test(test_many_headers_that_are_dropped),
        cmocka_unit_test(test_frames_that_are_far_apart),
        cmocka_unit_test(test_a_copy_shows_how_things_stand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
