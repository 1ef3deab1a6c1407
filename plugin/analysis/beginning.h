/* beginning.h
 * The beginning of an incarnation of a 4-tuple: who is the client, and in which states it begins.
 *
 * Knows: what of the incarnation before stays true. Does not know: which segment begins one
 * (opening.c, midstream.c).
 *
 * Owner of connection_t's begun, client_side, roles and beginning.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_BEGINNING_H
#define TCPSTATE_BEGINNING_H

#include "analysis.h"

/* While no connection has begun, the roles are a guess at each segment: the one port below 1024 is
 * the server's, else the lower port, else who is spoken to first. */
void beginning_guess_roles(analysis_t *analysis);

/* An incarnation begins with this SYN of `client_side`, in these states. */
void beginning_by_syn(analysis_t *analysis, const segment_t *syn, unsigned client_side);

/* The SYN that began it found its receiver in TIME-WAIT, where that stays until its answer shows
 * whether it took the SYN; or where it may still be (endpoint_may_still_wait()). `waiting` is the
 * receiver as it was. */
void beginning_in_time_wait(analysis_t *analysis, const endpoint_t *waiting);

/* The SYN that began it may have been sent before what was captured before it of the other side. */
void beginning_across(analysis_t *analysis);

/* The SYN that began it was answered by a SYN-ACK that was captured before it. */
void beginning_answered(analysis_t *analysis);

/* Its SYN was refused by a RST before it was answered by the SYN-ACK. */
void beginning_refused(analysis_t *analysis);

/* An incarnation begins, for this capture, with the segment under analysis, which is no SYN. */
void beginning_midstream(analysis_t *analysis);

/* The SYN under analysis is that of the incarnation, whose SYN-ACK was captured before it. */
void beginning_by_late_syn(analysis_t *analysis);

/* Both endpoints open at once. */
void beginning_by_both(analysis_t *analysis);

#endif
