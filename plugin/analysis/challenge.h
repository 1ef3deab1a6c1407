/* challenge.h
 * Challenge ACKs (RFC 5961): a pure ACK that says nothing new, in answer to a segment that may be
 * forged. Explains, after everything else; changes nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CHALLENGE_H
#define TCPSTATE_CHALLENGE_H

#include "findings.h"

/* True where the segment is a challenge ACK: it answers endpoint_t.challenged_by. */
bool challenge_is_answered(const analysis_t *analysis, const comparison_t *compared);

/* True where the receiver, by its state before the segment, answers it with a challenge ACK. */
bool challenge_is_drawn(const analysis_t *analysis, const findings_t *found,
                        const rst_facts_t *facts);

#endif
