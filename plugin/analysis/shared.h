/* shared.h
 * Another connection at the same time under the same addresses and ports: the second leg of a proxy
 * that keeps them, or another network of which the layers below IP tell nothing here.
 *
 * Knows: the numbers of a SYN-ACK that is not this connection's. Does not know: what becomes of the
 * other connection.
 *
 * Owner of connection_t.shared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SHARED_H
#define TCPSTATE_SHARED_H

#include "findings.h"

/* The SYN-ACK under analysis answers the same SYN with another number, or another SYN: perhaps in
 * another connection. */
void shared_note_syn_ack(analysis_t *analysis);

/* The SYN-ACK under analysis replaces the one before it: that is of the other connection now. */
void shared_note_replaced_syn_ack(analysis_t *analysis);

/* Likewise one that was not captured, with this number. */
void shared_note_unseen_syn_ack(analysis_t *analysis, uint32_t isn);

/* The ACK under analysis, which is refused, may acknowledge one, where its sender has sent its SYN
 * more than once. */
void shared_note_claim(analysis_t *analysis);

/* The SYN under analysis, which was captured before or answered, comes from an endpoint that has
 * acknowledged the answer: perhaps it opens another connection. */
void shared_note_syn(analysis_t *analysis);

/* True where that SYN-ACK, and nothing else of its side, was captured, and answers the SYN under
 * analysis: it came before it. */
bool shared_answers(const analysis_t *analysis);

/* Likewise where the ordinary segment under analysis is the third step of its handshake: the SYN is
 * missing. */
bool shared_is_confirmed(const analysis_t *analysis);

/* True where one has done so: a number that is out of place may be one of the other connection's,
 * whose SYN-ACK was not captured, or not yet. */
bool shared_may_be(const analysis_t *analysis);

/* True for the third step that acknowledges that SYN-ACK, where nothing has acknowledged this
 * connection's own. */
bool shared_takes_over(const analysis_t *analysis);

/* Then that SYN-ACK is this connection's, and what seemed to be its own is of the other. */
void shared_take_over(analysis_t *analysis);

/* True for a segment whose numbers fit that SYN-ACK, and do not fit this connection. */
bool shared_has(const analysis_t *analysis);

/* Such a segment says nothing of this connection; the first of them is an anomaly. */
void shared_take(analysis_t *analysis, anomaly_set_t *set);

#endif
