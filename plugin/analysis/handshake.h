/* handshake.h
 * What a segment shows of the handshake: its type, the numbers that should be acknowledged, round
 * trip times, retransmissions. Explains, when the segment's step is known; changes nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_HANDSHAKE_H
#define TCPSTATE_HANDSHAKE_H

#include "findings.h"

/* Writes out->handshake. */
void handshake_explain(const analysis_t *analysis, const findings_t *found, observation_t *out);

#endif
