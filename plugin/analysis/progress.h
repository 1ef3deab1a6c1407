/* progress.h
 * How far a connection has come: phase, steps of handshake and close, milestones. Explains, when
 * both endpoints have moved; decides nothing about states.
 *
 * Owner of connection_t.progress.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PROGRESS_H
#define TCPSTATE_PROGRESS_H

#include "findings.h"

/* The capture begins in the middle: only behind a SYN-ACK is there still a handshake. */
void progress_begin_midstream(analysis_t *analysis);

/* The steps of handshake and close that a segment without RST is. Returns when the SYN or SYN-ACK
 * was captured that it acknowledges (out->acked_frame); 0: none. */
int64_t progress_of_steps(analysis_t *analysis, const findings_t *found, observation_t *out);

/* Milestones and phase, for every segment, when its steps are known. */
void progress_finish(analysis_t *analysis, const findings_t *found, observation_t *out);

/* The handshake's type was said. */
void progress_note_type_told(analysis_t *analysis);

/* What was taken for step 3 acknowledges something else: the handshake is not done. */
void progress_take_back_third_step(analysis_t *analysis);

#endif
