/* ecn_episode.h
 * Classic ECN's congestion episodes (RFC 3168 6.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_EPISODE_H
#define TCPSTATE_ECN_EPISODE_H

#include "ecn_step.h"

/* The segment as its sender's: its mark, its CWR. In every mode that uses ECN. */
void ecn_note_data(const ecn_step_t *step);

/* The segment as an acknowledgment: the echo of marks, or that there is none. Classic ECN only. */
void ecn_note_ack(const ecn_step_t *step);

/* A copy of a segment shows a mark that none of its captures before had: it was set between the two
 * places of the capture. `acknowledged`: its receiver has acknowledged it already. */
void ecn_note_copied_mark(ecn_t *ecn, const segment_t *copy, unsigned side, bool acknowledged);

#endif
