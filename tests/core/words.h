/* words.h
 * Assertions on the sentences that say what a flag means.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_WORDS_H
#define TCPSTATE_TESTS_WORDS_H

#include "drive.h"

/* What the flag of the last segment means: one sentence that begins with its name and names no
 * other flag in this way. */
static inline const char *meaning(unsigned flag)
{
    flag_meaning(&drive.shown, &drive.sent, (uint16_t)flag, drive.text, sizeof drive.text);
    assert_ptr_equal(strchr(drive.text, '.'), drive.text + strlen(drive.text) - 1);
    for (uint16_t bit = 1; bit < TCP_FLAGS_ALL; bit <<= 1) {
        char name[8];

        segment_flags_text(bit, name, sizeof name - 2);
        strcat(name, ": ");
        assert_ptr_equal(strstr(drive.text, name), bit == flag ? drive.text : NULL);
        assert_null(strstr(drive.text + 1, name));
    }
    return drive.text;
}

#define assert_means(flag, words)                                                                  \
    do {                                                                                           \
        if (!strstr(meaning(flag), words))                                                         \
            fail_msg("\"%s\" does not say \"%s\"", drive.text, words);                             \
    } while (0)

#endif
