/* replay.h
 * What the first segments of a connection showed, found out by taking them again.
 *
 * Segments change a connection in the same way whenever they are taken. Knows: how far it has come
 * with the connections that were asked for last, as frames are mostly looked up in order. Does not
 * know: how a connection rests and wakes (live_connection.h). The questions themselves stand in
 * tracked_connection.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPLAY_H
#define TCPSTATE_REPLAY_H

#include "live_connection.h"

/* One connection, again. All zeros: none. */
typedef struct replay {
    const tracked_connection_t *of; /* NULL: none, and nothing else is valid */
    live_connection_t live;
    observation_t shown; /* by the last segment that was taken */
} replay_t;

/* Connections take turns in a capture: so many are remembered, each in the place of its number. */
enum { REPLAYS = 64 };

/* What the connections of a table share. */
typedef struct replays {
    const connection_options_t *options;
    replay_t to_frame[REPLAYS]; /* who asks for frames does not disturb who asks for summaries */
    replay_t to_end[REPLAYS];
} replays_t;

/* Begins the history of a connection with what the last of the first segments showed. */
void replay_begin_history(tracked_connection_t *tracked);

#endif
