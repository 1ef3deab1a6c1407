/* observe.h
 * The analysis: takes the captured segments of a 4-tuple one by one, in capture order, and says
 * what each shows. No allocation, no global state.
 *
 * The headers of this folder are all of plugin/analysis that the rest of the plugin may see.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_OBSERVE_H
#define TCPSTATE_OBSERVE_H

#include "connection.h"
#include "observation.h"
#include "verdict.h"

/* Takes the next segment of the 4-tuple, in capture order, each exactly once, and says in *out what
 * it shows. The segment must be SEGMENT_COMPLETE and not quoted in another packet. `sender_side` is
 * the caller's number of the side that sent it, 0 or 1. */
verdict_t connection_observe(connection_t *connection, const connection_options_t *options,
                             const segment_t *segment, unsigned sender_side, observation_t *out);

/* Takes a copy instead (copies.h) and says in *out what it shows. It moves nobody; `newly_marked`:
 * as in copy_verdict_t. */
void connection_observe_copy(connection_t *connection, const segment_t *copy, unsigned sender_side,
                             bool newly_marked, const copied_t *copied, observation_t *out);

/* What came again of a side's handshake, and was perhaps a copy, was one. */
void connection_settle_copies(connection_t *connection, unsigned side);

/* connection_observe() without the short way that it takes where it can (prediction.h), for tests:
 * both say and do the same. */
verdict_t connection_observe_fully(connection_t *connection, const connection_options_t *options,
                                   const segment_t *segment, unsigned sender_side,
                                   observation_t *out);

#endif
