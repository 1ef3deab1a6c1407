/* report_escape.c
 * Texts that may hold anything.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_escape.h"

#include <stdbool.h>

enum { PLANE_SIZE = 0x10000 }; /* characters beyond take two code units in UTF-16 */

/* The next character of `*text`, which it moves on; false: a byte that is not UTF-8. */
static bool next_character(const char **text, gunichar *character)
{
    const gunichar found = g_utf8_get_char_validated(*text, -1);

    if (found == (gunichar)-1 || found == (gunichar)-2) {
        *character = (guchar) * *text;
        (*text)++;
        return false;
    }
    *character = found;
    *text = g_utf8_next_char(*text);
    return true;
}

/* Appends the first characters of `*text` up to one that may not stand for itself, and moves it on.
 * Nearly every text is of such characters alone. */
static void append_plain(GString *to, const char **text)
{
    const char *end = *text;

    while (*end >= ' ' && *end <= '~' && *end != '"' && *end != '\\')
        end++;
    g_string_append_len(to, *text, end - *text);
    *text = end;
}

static void append_escaped(GString *to, gunichar character)
{
    static const char letters[] = "abtnvfr"; /* of 7 to 13 */

    if (character >= '\a' && character <= '\r')
        g_string_append_printf(to, "\\%c", letters[character - '\a']);
    else if (character < 0x100)
        g_string_append_printf(to, "\\x%02x", character);
    else
        g_string_append_printf(to, character < PLANE_SIZE ? "\\u%04x" : "\\U%08x", character);
}

void report_append_printable(GString *to, const char *text)
{
    for (append_plain(to, &text); *text; append_plain(to, &text)) {
        gunichar character;

        if (next_character(&text, &character) && g_unichar_isprint(character))
            g_string_append_unichar(to, character);
        else
            append_escaped(to, character);
    }
}

static void append_json_escaped(GString *json, gunichar character)
{
    if (character < PLANE_SIZE)
        g_string_append_printf(json, "\\u%04x", character);
    else
        g_string_append_printf(json, "\\u%04x\\u%04x", 0xd800 + ((character - PLANE_SIZE) >> 10),
                               0xdc00 + ((character - PLANE_SIZE) & 0x3ff));
}

void report_append_json_string(GString *json, const char *text)
{
    g_string_append_c(json, '"');
    for (append_plain(json, &text); *text; append_plain(json, &text)) {
        gunichar character;

        if (!next_character(&text, &character))
            g_string_append_printf(json, "\\\\x%02x", character);
        else if (character == '"' || character == '\\')
            g_string_append_printf(json, "\\%c", (int)character);
        else if (g_unichar_isprint(character))
            g_string_append_unichar(json, character);
        else
            append_json_escaped(json, character);
    }
    g_string_append_c(json, '"');
}

unsigned report_width(const char *text)
{
    unsigned width = 0;

    for (; *text; text++, width++) /* nearly every text is of such characters alone */
        if (*text < ' ' || *text > '~')
            break;
    for (; *text; text = g_utf8_next_char(text)) {
        const gunichar character = g_utf8_get_char(text);

        width += g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
    }
    return width;
}
