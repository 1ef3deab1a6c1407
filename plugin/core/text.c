/* text.c
 * A text that grows in a buffer of fixed size and is cut off at its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

text_t text_begin(char *start, size_t size)
{
    if (size > 0)
        start[0] = '\0';
    return (text_t){start, size, 0};
}

void text_add(text_t *text, const char *format, ...)
{
    va_list arguments;

    if (text->used >= text->size)
        return;
    va_start(arguments, format);
    const int written =
        vsnprintf(text->start + text->used, text->size - text->used, format, arguments);
    va_end(arguments);
    if (written > 0)
        text->used += (size_t)written;
}
