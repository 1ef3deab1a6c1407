/* congestion.h
 * What the analysis tells ECN of a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONGESTION_H
#define TCPSTATE_CONGESTION_H

#include "findings.h"

/* Marks, echoes and counters of congestion, when the segment's step is known. `answered_when`: when
 * the SYN-ACK of out->acked_frame was captured. Writes out->ecn. */
void congestion_explain(analysis_t *analysis, const findings_t *found, int64_t answered_when,
                        observation_t *out);

#endif
