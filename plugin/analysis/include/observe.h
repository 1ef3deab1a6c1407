/* observe.h
 * The analysis: takes the captured segments of a 4-tuple one by one, in capture order, and says
 * what each shows. No allocation, no global state.
 *
 * This is all of plugin/analysis that the rest of the plugin may see.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_OBSERVE_H
#define TCPSTATE_OBSERVE_H

#include "connection.h"
#include "observation.h"

/* Takes the next segment of the 4-tuple, in capture order, each exactly once, and says in *out what
 * it shows. The segment must be SEGMENT_COMPLETE and not quoted in another packet. */
void connection_observe(connection_t *connection, const connection_options_t *options,
                        const segment_t *segment, unsigned sender_side, observation_t *out);

/* The same without the short way that connection_observe() takes where it can (prediction.h), for
 * tests: both say and do the same. */
void connection_observe_fully(connection_t *connection, const connection_options_t *options,
                              const segment_t *segment, unsigned sender_side, observation_t *out);

/* True where nothing but the header and the connection's standing is needed to say all this again
 * (observation_of_steady), so that it need not be kept. */
bool observation_is_steady(const observation_t *observation, const segment_t *segment);

/* What an ordinary segment shows that came after `last` and changed nothing. `sender_side` as in
 * connection_observe(). */
void observation_of_steady(const observation_t *last, const segment_t *segment,
                           unsigned sender_side, observation_t *out);

#endif
