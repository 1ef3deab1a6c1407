/* ladder_markup.h
 * What the drawings of the ladder in HTML and SVG share: colours, escaped text, arrows to come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_MARKUP_H
#define TCPSTATE_LADDER_MARKUP_H

#include "ladder.h"
#include "ladder_notes.h"

/* The colour of a state, "#fff176". Black text on it is easy to read, and no two of them look alike
 * to people who see red, green or blue less well. */
const char *ladder_state_colour(uint8_t state);

/* How much the gravest note of a row matters; NOTE_FACT where it has none. */
note_weight_t ladder_gravest_note(const ladder_t *ladder, const ladder_row_t *row);

/* Appends a text that is shown as it is, in HTML and in XML, within an element or a quoted
 * attribute. What is no character there is shown as a number: "\x1b". */
void ladder_append_escaped(GString *to, const char *text);

/* Called with one line, valid during the call. */
typedef void (*ladder_line_taker_t)(void *data, const char *line);

/* Breaks a text into lines of at most `width` bytes, where ladder_line_end() says. */
void ladder_break_lines(const char *text, unsigned width, ladder_line_taker_t take, void *data);

#endif
