/* test_text.c
 * Texts that are appended to in a buffer of fixed size.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"
#include "text.h"

static void a_text_begins_empty(void **state)
{
    char buffer[] = "xyz";

    (void)state;
    text_begin(buffer, sizeof buffer);
    assert_string_equal(buffer, "");
    buffer[0] = 'x';
    text_begin(buffer, 1);
    assert_string_equal(buffer, "");
    assert_int_equal(buffer[1], 'y');
}

static void a_text_of_no_size_is_left_alone(void **state)
{
    char buffer[] = "xyz";
    text_t text = text_begin(buffer, 0);

    (void)state;
    text_add(&text, "abc");
    assert_string_equal(buffer, "xyz");
}

static void a_text_grows_by_what_is_added(void **state)
{
    char buffer[20];
    text_t text = text_begin(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "a");
    text_add(&text, "%s", "");
    text_add(&text, "%u", 1);
    text_add(&text, "bc");
    assert_string_equal(buffer, "a1bc");
}

static void numbers_and_strings_stand_where_they_are_asked_for(void **state)
{
    char buffer[60];
    text_t text = text_begin(buffer, sizeof buffer);

    (void)state;
    text_add(&text, "%u of %s, %s%u.", 0, "some", "", UINT32_MAX);
    text_add(&text, "%u%s", 1000000000, "!");
    assert_string_equal(buffer, "0 of some, 4294967295.1000000000!");
}

static void a_text_is_cut_off_where_its_buffer_ends(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 8; size++) {
        char buffer[] = "xxxxxxxxxx";
        text_t text = text_begin(buffer, size);

        for (unsigned i = 0; i < 4; i++)
            text_add(&text, i % 2 ? "%s" : "a%s", i % 2 ? "ab" : "b");
        assert_memory_equal(buffer, "abababab", size - 1);
        assert_int_equal(buffer[size - 1], '\0');
        assert_int_equal(buffer[size], 'x');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_text_begins_empty),
        TEST(a_text_of_no_size_is_left_alone),
        TEST(a_text_grows_by_what_is_added),
        TEST(numbers_and_strings_stand_where_they_are_asked_for),
        TEST(a_text_is_cut_off_where_its_buffer_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
