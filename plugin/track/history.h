/* history.h
 * What the frames of one connection showed behind its first segments (first_segments.h), kept as
 * change points.
 *
 * Knows: which observations have to be kept and how to find the one of a frame again. Does not
 * know: what an observation says.
 *
 * A frame is looked up again in any order, in a second pass or by a click. Most frames of a
 * connection are steady: what they showed follows from the header and from the last frame that was
 * not, so nothing is kept of them. Of all others it is kept packed: 20 to 80 bytes each. A copy
 * shows what its original showed, and states that follow in the same way; that takes 20 bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_HISTORY_H
#define TCPSTATE_HISTORY_H

#include "observation.h"

/* To be freed by history_free(). */
typedef struct history history_t;

/* Keeps what a segment showed, unless it can be derived. For the first pass only, in capture
 * order. *history is NULL where nothing was kept yet. `layer` is the segment's place among the TCP
 * headers of its frame, `steady`: as verdict_t. */
void history_add(history_t **history, const segment_t *segment, unsigned layer,
                 const observation_t *observation, bool steady);

/* True where history_add() has nothing to keep of a steady segment. NULL: false. */
bool history_spares(const history_t *history, const segment_t *segment, unsigned layer);

/* True where no segment was kept. NULL: true. */
bool history_is_empty(const history_t *history);

/* Keeps what a copy shows of its original. For the first pass only, in capture order. The history
 * is not empty. */
void history_add_copy(history_t **history, const segment_t *copy, unsigned layer,
                      const copied_t *copied);

/* What the segment showed on the first pass. Returns false, and leaves `out` alone, where the
 * history begins after it, or is NULL. */
bool history_find(const history_t *history, const segment_t *segment, unsigned layer,
                  unsigned sender_side, observation_t *out);

/* The frame with the original of which this frame's last header is a copy; 0: it is none, or the
 * history is NULL. */
uint32_t history_original(const history_t *history, uint32_t frame);

/* NULL: does nothing. */
void history_free(history_t *history);

#endif
