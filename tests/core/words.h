/* words.h
 * Assertions on the sentences that say what a flag means.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_WORDS_H
#define TCPSTATE_TESTS_WORDS_H

#include "drive.h"

/* The user wants raw numbers. */
static bool raw_numbers;

/* One sentence: it has one full stop, and says nothing of a second flag. */
static inline void check_sentence(const char *text)
{
    assert_ptr_equal(strchr(text, '.'), text + strlen(text) - 1);
    for (uint16_t bit = 1; bit < TCP_FLAGS_ALL; bit <<= 1) {
        char name[8];

        segment_flags_text(bit, name, sizeof name - 2);
        strcat(name, ": ");
        assert_null(strstr(strchr(text, ':') + 1, name));
    }
}

/* What the flag of the last segment means; "none" where the sentence of a lower flag tells. */
static inline const char *meaning(unsigned flag)
{
    char names[64];

    if (!flag_meaning(&drive.shown, &drive.sent, !raw_numbers, (uint16_t)flag, drive.text,
                      sizeof drive.text))
        return "none";
    check_sentence(drive.text);
    segment_flags_text((uint16_t)flag, names, sizeof names);
    assert_memory_equal(drive.text, names, strlen(names));
    return drive.text;
}

#define assert_means(flag, sentence) assert_string_equal(meaning(flag), sentence)

#endif
