/* ladder_words.h
 * The words that all drawings of the ladder share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_WORDS_H
#define TCPSTATE_LADDER_WORDS_H

#include "connection_record.h"
#include "ladder.h"

/* What has a `to` appends to it. */

/* "192.0.2.1:54543 (client), [2001:db8::1]:1021 (server)" */
void ladder_append_ends(GString *to, const connection_record_t *record);

/* "15 segments, 559 ms. Closed, closed first by client. ECN: Not offered." */
void ladder_append_story(GString *to, const connection_record_t *record, const ladder_t *ladder);

/* What "~" means before a state, where the ladder has such states; nothing else. */
void ladder_append_legend(GString *to, const ladder_t *ladder);

/* Of all segments of a ladder, the time from which the others are counted; 0: none has a time. */
int64_t ladder_start(const connection_record_t *record, const ladder_t *ladder);

/* "0.0646": the seconds from `start` to `when`; nothing where that is not known. */
void ladder_append_time(GString *to, int64_t start, int64_t when);

/* "559 ms", "1.25 s" */
void ladder_append_duration(GString *to, int64_t nanoseconds);

/* Where a line ends that begins with this text and has room for so many bytes: at a space, but not
 * between a number and the word beside it; beyond the room where there is none before. */
const char *ladder_line_end(const char *text, gsize room);

/* "FIN,ACK"; `short_flags`: "FA". */
void ladder_append_flags(GString *to, uint16_t flags, bool short_flags);

/* "seq=10 ack=8 len=5" */
void ladder_append_numbers(GString *to, const ladder_t *ladder, const ladder_row_t *row);

/* Both, with a space between them. */
void ladder_append_label(GString *to, const ladder_t *ladder, const ladder_row_t *row,
                         bool short_flags);

/* "4 segments, 9 bytes to the server, 7 to the client, 62 ms" */
void ladder_append_run(GString *to, const ladder_row_t *row);

/* "(2 MSL: 60 s by the preferences)": why an end's TIME-WAIT is over. */
void ladder_append_wait(GString *to, const ladder_wait_t *wait);

/* The phase without what stands in the notes: "Teardown 1/4" of "Teardown 1/4 (retransmission)". */
void ladder_append_phase(GString *to, const ladder_row_t *row);

/* "SYN-SENT"; "~LISTEN" where the frame's field has another one; "ESTABLISHED?" where that is
 * guessed. `state` is the row's hindsight or sent. */
void ladder_append_state(GString *to, const ladder_row_t *row, role_t role, uint8_t state);

#endif
