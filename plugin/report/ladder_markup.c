/* ladder_markup.c
 * Colours, escaping and lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_markup.h"

#include "ladder_words.h"
#include "tcp_state.h"

#include <string.h>

/* Greys for what is closed, warm colours for what opens, blue for who closed first, purple and
 * red for who closes as well. tests/capture/ladder_drawings.py measures them. */
static const char *const colours[STATE_COUNT] = {
    [STATE_UNKNOWN] = "#ffffff",      [STATE_CLOSED] = "#a9a9a9",
    [STATE_LISTEN] = "#dadada",       [STATE_SYN_SENT] = "#fff176",
    [STATE_SYN_RECEIVED] = "#ffc03d", [STATE_ESTABLISHED] = "#85ab7d",
    [STATE_FIN_WAIT_1] = "#9bc9ff",   [STATE_FIN_WAIT_2] = "#64a6fc",
    [STATE_CLOSE_WAIT] = "#ff98ed",   [STATE_LAST_ACK] = "#c47bd4",
    [STATE_CLOSING] = "#f69f97",      [STATE_TIME_WAIT] = "#76c8cc",
};

const char *ladder_state_colour(uint8_t state)
{
    return colours[state < STATE_COUNT ? state : STATE_UNKNOWN];
}

static void weigh(void *data, note_weight_t weight, const char *text)
{
    note_weight_t *gravest = data;

    (void)text;
    if (weight > *gravest)
        *gravest = weight;
}

note_weight_t ladder_gravest_note(const ladder_t *ladder, const ladder_row_t *row)
{
    note_weight_t gravest = NOTE_FACT;

    ladder_notes(ladder, row, weigh, &gravest);
    return gravest;
}

/* XML 1.0 2.2 has no control characters but these, and no U+FFFE and U+FFFF; nobody wants to see
 * those beyond ASCII either. */
static bool is_shown(gunichar character)
{
    if (character == '\n' || character == '\t')
        return true;
    return !g_unichar_iscntrl(character) && (character & 0xfffe) != 0xfffe;
}

void ladder_append_escaped(GString *to, const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        const gunichar character = g_utf8_get_char(at);

        if (!is_shown(character))
            g_string_append_printf(to, "\\x%02x", character);
        else if (character == '&')
            g_string_append(to, "&amp;");
        else if (character == '<')
            g_string_append(to, "&lt;");
        else if (character == '>')
            g_string_append(to, "&gt;");
        else if (character == '"')
            g_string_append(to, "&quot;");
        else if (character == '\'')
            g_string_append(to, "&#39;");
        else
            g_string_append_unichar(to, character);
    }
    g_free(valid);
}

void ladder_break_lines(const char *text, unsigned width, ladder_line_taker_t take, void *data)
{
    while (*text) {
        const char *end = ladder_line_end(text, width);
        char *line = g_strndup(text, (gsize)(end - text));

        take(data, line);
        g_free(line);
        text = *end ? end + 1 : end;
    }
}
