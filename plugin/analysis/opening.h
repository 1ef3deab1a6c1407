/* opening.h
 * What SYN and SYN-ACK do: which of them begins an incarnation of the 4-tuple, which one only may
 * be meant to, which is a copy.
 *
 * Does not know: data, FIN, RST.
 *
 * Owner of connection_t.pending.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_OPENING_H
#define TCPSTATE_OPENING_H

#include "findings.h"

/* A SYN without ACK. Writes found->opened, and found->before where it begins an incarnation;
 * likewise the functions below. */
void opening_by_syn(analysis_t *analysis, findings_t *found);

/* The sender of the SYN that waits goes on with the old connection: it never restarted. */
void opening_forget_pending_syn(analysis_t *analysis);

/* True for an ACK that answers a SYN into TIME-WAIT: its sender is there still, and refuses. */
bool opening_is_refused_by_time_wait(const analysis_t *analysis);

/* Such an ACK. */
void opening_keep_time_wait(analysis_t *analysis);

/* Puts the receiver of a RST back into TIME-WAIT where that answers the ACK of an endpoint there.
 */
void opening_rst_shows_time_wait(analysis_t *analysis);

/* True for a SYN-ACK that answers a SYN which was not captured, nor anything else of its sender:
 * the connection before is over. */
bool opening_answers_unseen_syn(const analysis_t *analysis);

/* True where the connection is over and its first SYN came again, late: a listener takes it for a
 * new one (RFC 9293 3.5, figure 8) and answers with new numbers. */
bool opening_answers_old_syn(const analysis_t *analysis);

/* Such an answer: of the connection before only the receiver's endpoint is left, the sender's
 * begins anew. */
void opening_listen_again(analysis_t *analysis);

/* True for a SYN-ACK that answers the SYN that waits. */
bool opening_answers_pending_syn(const analysis_t *analysis);

/* Such an answer: the old connection was gone, and the new one began with that SYN. */
void opening_accept_pending_syn(analysis_t *analysis, findings_t *found);

/* True for a segment with ACK, other than a SYN-ACK, that goes on where the SYN that waits has
 * begun, or acknowledges it: its SYN-ACK was not captured. No number of the connection so far. */
bool opening_continues_pending_syn(const analysis_t *analysis);

/* Such a segment: the new one has begun with that SYN, which has arrived. */
void opening_continue_pending_syn(analysis_t *analysis, findings_t *found);

/* Any other SYN-ACK of a connection that has begun. */
void opening_by_syn_ack(analysis_t *analysis, findings_t *found);

#endif
