/* move_meaning.h
 * Why an endpoint moved into another state, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_MOVE_MEANING_H
#define TCPSTATE_MOVE_MEANING_H

#include "observation.h"

/* Writes the sentence on one move of a segment that showed these facts into text: "client sent FIN:
 * ESTABLISHED to FIN-WAIT-1 (RFC 9293 3.10.4)"; always terminated. `time_wait`: how long TIME-WAIT
 * lasts, nanoseconds. Returns text. */
const char *move_meaning(const facts_t *facts, const move_t *move, int64_t time_wait, char *text,
                         size_t size);

#endif
