/* round_trip.h
 * How long a segment takes from one end to the other and back, and what follows from that: whether
 * one segment can have crossed another on the way.
 *
 * Knows: the handshake's time, and that from data to their ACK, the longest of each direction.
 * Where no handshake was captured, the way from the capture point to one end and back and that to
 * the other make a whole one. A delayed ACK makes it longer, never shorter.
 *
 * Owner of connection_t.round_trip.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ROUND_TRIP_H
#define TCPSTATE_ROUND_TRIP_H

#include "compare.h"

/* The connection's round trip, or a cautious guess where none was measured; nanoseconds. */
int64_t round_trip_time(const analysis_t *analysis);

/* True where so much time has passed since `then` that the sender's segment cannot have crossed the
 * one captured then: at least a round trip, or a cautious guess where none was measured, and longer
 * than a capture point may hold one direction back (TIME_CAPTURE_ORDER). */
bool round_trip_passed(const analysis_t *analysis, int64_t then);

/* True where the segment was sent when what was captured `then`, from the other endpoint, must have
 * reached its sender: more than a round trip later, and not kept back in a queue. */
bool round_trip_sent_after(const analysis_t *analysis, const comparison_t *compared, int64_t then);

/* True where its timestamp shows that the segment was sent more than a round trip and a step of the
 * clock later than what was captured `then`. False where that cannot be told. */
bool round_trip_clock_is_after(const analysis_t *analysis, const comparison_t *compared,
                               int64_t then);

/* True where packets that were not captured can explain that somebody is `beyond` bytes farther
 * than the other endpoint was seen to allow: there was time for the round trips that it takes, one
 * for each `window`. `then`: when it was last seen what is allowed. */
bool round_trip_explains_gap(const analysis_t *analysis, uint32_t beyond, uint32_t window,
                             int64_t then);

/* True where the segment comes so soon after the other endpoint's last that it answers it. */
bool round_trip_is_answer(const analysis_t *analysis);

/* True where the segment may be its sender's last once more: it ends where that did, nothing came
 * in between that it could answer, and it comes within a round trip. */
bool round_trip_may_be_copy(const analysis_t *analysis);

/* Measures how long data take to their ACK. `side` has sent the segment; `repeats`: once more. */
void round_trip_measure(round_trip_t *round_trip, const segment_t *segment, unsigned side,
                        bool repeats);

/* Takes the round trip of data where no handshake has measured it. */
void round_trip_settle(analysis_t *analysis);

/* The handshake has taken so long, nanoseconds. */
void round_trip_note(analysis_t *analysis, int64_t nanoseconds);

#endif
