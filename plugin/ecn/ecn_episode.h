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

#endif
