/* prediction.h
 * The short way for the segment that was to be expected (after Van Jacobson's header prediction).
 *
 * Nearly all segments of a capture are the next data of a connection on which nothing is going on,
 * or their ACK, be it that the capture has one side only. Of all questions of the analysis each of
 * them has the answer "no", so the few numbers that it does change are all there is to do.
 *
 * Knows: when that is so for certain. Does not know: anything about all other segments, which go
 * the full way; that the short way leads to the same place is checked by every test of the core.
 *
 * What such a segment shows follows from its header and from how the connection stands
 * (observe_steady.h), so nobody need find it out who is not asked.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PREDICTION_H
#define TCPSTATE_PREDICTION_H

#include "connection.h"
#include "verdict.h"

/* Whose segments may fit, after one that went the full way. A predicted segment changes nothing of
 * this. It is kept in connection_t.predictable. */
predictable_t prediction_whose(const connection_t *connection);

/* True for the next data, or the ACK of something new, of such a side. */
bool prediction_fits(const connection_t *connection, const segment_t *segment,
                     unsigned sender_side);

/* Takes a segment that fits, each exactly once. Returns true where it acknowledges what was not
 * captured. */
bool prediction_take(connection_t *connection, const segment_t *segment, unsigned sender_side);

/* The same, and what connection_observe_fully() says of it. */
verdict_t prediction_observe(connection_t *connection, const segment_t *segment,
                             unsigned sender_side, observation_t *out);

#endif
