/* ladder_set.h
 * The ladders of Wireshark's connections, as they grow frame by frame.
 *
 * Knows: which connections are to be drawn. Does not know: how.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_SET_H
#define TCPSTATE_LADDER_SET_H

#include "ladder.h"
#include "report_tap.h"

/* A set of ladders. All zeros: empty. */
typedef struct ladder_set {
    GPtrArray *entries; /* by incarnation_t.number, of ladder_entry_t; NULL: none yet */
} ladder_set_t;

/* A connection's ladder. */
typedef struct ladder_entry {
    const incarnation_t *incarnation; /* valid until the capture file is closed */
    ladder_t *ladder;
    bool wanted; /* it is to be drawn */
} ladder_entry_t;

/* Takes all of a frame. The tap has to be asked for details. */
void ladder_set_take(ladder_set_t *set, const tapped_frame_t *frame);

/* The connections of this frame are to be drawn. */
void ladder_set_want(ladder_set_t *set, const tapped_frame_t *frame);

/* Calls `draw` with each ladder that is to be drawn, in the order in which the connections began.
 * It is not settled yet (report_incarnation.h). */
void ladder_set_draw(const ladder_set_t *set, void (*draw)(void *data, const ladder_entry_t *entry),
                     void *data);

/* Frees all and leaves an empty set. */
void ladder_set_clear(ladder_set_t *set);

#endif
