/* text.c
 * A text that grows in a buffer of fixed size and is cut off at its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

enum { DIGITS_MAX = 10 }; /* of an unsigned number of 32 bits */

_Static_assert(sizeof(unsigned) == 4, "its digits have room");

text_t text_begin(char *start, size_t size)
{
    if (size > 0)
        start[0] = '\0';
    return (text_t){start, size, 0};
}

static void add_bytes(text_t *text, const char *bytes, size_t count)
{
    if (text->used >= text->size)
        return;

    const size_t room = text->size - text->used - 1;
    const size_t fits = count < room ? count : room;

    memcpy(text->start + text->used, bytes, fits);
    text->start[text->used + fits] = '\0';
    text->used += count;
}

static void add_number(text_t *text, unsigned number)
{
    char digits[DIGITS_MAX];
    unsigned at = DIGITS_MAX;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add_bytes(text, digits + at, DIGITS_MAX - at);
}

/* There are a dozen texts for each segment that is shown, and vsnprintf() would take five times as
 * long for them. */
void text_add(text_t *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    for (;;) {
        const size_t plain = strcspn(format, "%");

        add_bytes(text, format, plain);
        format += plain;
        if (*format == '\0')
            break;
        assert(format[1] == 's' || format[1] == 'u');
        if (format[1] == 's') {
            const char *word = va_arg(arguments, const char *);

            add_bytes(text, word, strlen(word));
        } else {
            add_number(text, va_arg(arguments, unsigned));
        }
        format += 2;
    }
    va_end(arguments);
}
