/* test_packed.c
 * What is packed comes back as it was, and never needs more room than was promised.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packed.h"

enum { WORDS = 75, SIZE = WORDS * PACKED_WORD }; /* the last block is not a whole one */

static uint32_t random_word(void)
{
    static uint32_t state = 1;

    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return state >> 16 | state << 16;
}

/* Packs into no more memory than there has to be, unpacks, and returns how many bytes it took. */
static size_t pack_and_compare(const uint32_t *value, const uint32_t *like)
{
    uint8_t *room = malloc(PACKED_SIZE_MAX(SIZE));
    uint32_t back[WORDS];

    assert_non_null(room);
    memset(back, 0xee, sizeof back);

    const size_t size = packed_write(room, value, like, SIZE);
    uint8_t *exact = malloc(size + PACKED_WORD);

    assert_non_null(exact);
    memcpy(exact, room, size);
    memset(exact + size, 0xee, PACKED_WORD);
    free(room);
    packed_read(exact, back, like, SIZE);
    assert_memory_equal(back, value, SIZE);
    free(exact);
    return size;
}

static void test_zeros_take_no_room(void **state)
{
    const uint32_t zeros[WORDS] = {0};

    (void)state;
    assert_int_equal(pack_and_compare(zeros, NULL), 3); /* blocks */
}

static void test_what_is_the_same_takes_no_room(void **state)
{
    uint32_t value[WORDS];

    (void)state;
    for (unsigned i = 0; i < WORDS; i++)
        value[i] = random_word();
    assert_int_equal(pack_and_compare(value, value), 3);
}

static void test_small_numbers_take_little(void **state)
{
    uint32_t value[WORDS] = {[0] = 255, [40] = 256, [74] = 65536};

    (void)state;
    assert_int_equal(pack_and_compare(value, NULL), 3 + 3 + 1 + 2 + 4);
}

static void test_full_words_fit_into_the_room(void **state)
{
    uint32_t value[WORDS];

    (void)state;
    memset(value, 0xff, sizeof value);
    const size_t size = pack_and_compare(value, NULL);

    assert_true(size >= SIZE && size <= PACKED_SIZE_MAX(SIZE));
}

static void test_any_value_comes_back(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        uint32_t value[WORDS];
        uint32_t like[WORDS];

        for (unsigned i = 0; i < WORDS; i++) {
            like[i] = random_word() >> random_word() % 32;
            value[i] = random_word() % 4 ? like[i] : random_word() >> random_word() % 32;
        }
        pack_and_compare(value, like);
        pack_and_compare(value, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeros_take_no_room),
        cmocka_unit_test(test_what_is_the_same_takes_no_room),
        cmocka_unit_test(test_small_numbers_take_little),
        cmocka_unit_test(test_full_words_fit_into_the_room),
        cmocka_unit_test(test_any_value_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
