/* ladder_notes.h
 * What stands beneath a segment of the ladder: the sentences of what is special about it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_NOTES_H
#define TCPSTATE_LADDER_NOTES_H

#include "ladder.h"

/* How much a note matters. */
typedef enum note_weight {
    NOTE_FACT,   /* "-" in text: how it is */
    NOTE_REMARK, /* "*": an anomaly that is legal (Chat, Note) */
    NOTE_WARNING /* "!": a suspicious one or an error (Warn, Error) */
} note_weight_t;

/* Gets one note; `text` is valid during the call. */
typedef void (*ladder_note_taker_t)(void *data, note_weight_t weight, const char *text);

/* Hands all notes of one of the ladder's rows to `take`, in the order in which they are to be read.
 */
void ladder_notes(const ladder_t *ladder, const ladder_row_t *row, ladder_note_taker_t take,
                  void *data);

#endif
