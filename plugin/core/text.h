/* text.h
 * A text that grows in a buffer of fixed size and is cut off at its end, and texts of values.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TEXT_H
#define TCPSTATE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Defines a function that gives the text of a value of an X-macro list of (enumerator, number,
 * text), or NULL where there is none. */
#define TEXT_CASE(name, number, text)                                                              \
    case name:                                                                                     \
        return text;
#define TEXT_OF_VALUE(function, LIST)                                                              \
    const char *function(uint8_t value)                                                            \
    {                                                                                              \
        switch (value) {                                                                           \
            LIST(TEXT_CASE)                                                                        \
        }                                                                                          \
        return NULL;                                                                               \
    }

typedef struct text {
    char *start;
    size_t size;
    size_t used;
} text_t;

#if defined __GNUC__
#define TEXT_FORMAT __attribute__((format(printf, 2, 3)))
#else
#define TEXT_FORMAT
#endif

/* An empty text in the caller's buffer of `size` bytes, always ended with a NUL. */
text_t text_begin(char *start, size_t size);

/* Adds to it what printf() would write. Of conversions there are only %s, of a string, and %u. */
void text_add(text_t *text, const char *format, ...) TEXT_FORMAT;

#endif
