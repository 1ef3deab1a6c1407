/* observe_steady.h
 * What a steady segment shows: data or an ACK on which nothing happens (verdict.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_OBSERVE_STEADY_H
#define TCPSTATE_OBSERVE_STEADY_H

#include "observation.h"

/* What a steady segment shows. `status` is how the connection stood after any segment before it
 * that no other one has changed since; `sender_side` is the caller's number of the side that sent
 * it. */
void observation_of_steady(const status_t *status, const segment_t *segment, unsigned sender_side,
                           observation_t *out);

/* False where it raises no anomaly for certain. */
bool steady_may_raise(const status_t *status, const segment_t *segment);

#endif
