/* reset.h
 * RST: whom it ends. Not every RST ends its receiver (RFC 9293 3.5.3, RFC 5961 3), and not every
 * RST means that its sender is gone (RFC 9293 3.10.7.2 to 3.10.7.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RESET_H
#define TCPSTATE_RESET_H

#include "findings.h"

/* True for a RST whose number lies beyond what was captured of its sender, where the capture lacks
 * some of that anyhow, or what must stand before: nothing shows that it is not exact. */
bool reset_lies_behind_gap(const analysis_t *analysis);

/* What a RST does. */
typedef struct reset_effect {
    bool counts;        /* its sender may well have sent it */
    bool sender_goes;   /* it tells that its sender is gone */
    bool receiver_goes; /* its receiver takes it */
    bool restart;       /* its sender has restarted, and its SYN that waits was meant */
} reset_effect_t;

/* Judges a RST on a connection that has begun. Changes nothing. */
reset_effect_t reset_judge(const analysis_t *analysis);

/* Moves both endpoints as the RST tells. Returns true where the connection is over with it: its
 * receiver takes it, or both endpoints are gone now. */
bool reset_apply(analysis_t *analysis, const reset_effect_t *effect);

/* A RST with no connection behind it: it opens none. */
void reset_by_lone_rst(analysis_t *analysis);

/* True where the receiver has so far only answered a SYN that was not this connection's, an old
 * duplicate, and the RST rejects that answer (RFC 9293 3.5, figure 8): its number is then what the
 * receiver expects. */
bool reset_rejects_answer_to_old_syn(const analysis_t *analysis);

/* True for a RST with the numbers of an answer to the receiver's last RST (RFC 9293 3.10.7.1): an
 * endpoint that has no connection sends it. */
bool reset_has_numbers_of_answer(const analysis_t *analysis);

/* True where the sender of the new SYN that waits for a decision rejects the challenge ACK,
 * captured or not: it has restarted and knows nothing of the old connection (RFC 9293 3.5.1, RFC
 * 5961 4). */
bool reset_decides_pending_syn(const analysis_t *analysis);

#endif
