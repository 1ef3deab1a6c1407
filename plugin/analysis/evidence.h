/* evidence.h
 * What a segment shows of its own sender. What an endpoint sends is the best evidence there is: it
 * proves what was presumed, or takes it back.
 *
 * Knows: which segment proves or contradicts which state. Does not know: what the receiver makes of
 * the segment. FINs have a file of their own, evidence_fin.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_EVIDENCE_H
#define TCPSTATE_EVIDENCE_H

#include "findings.h"

/* The sender's connection seemed to be over, but it goes on. Its own RST was then not its own; a
 * RST sent to it was lost, or not acceptable; the last ACK was lost. What crossed the RST on its
 * way proves nothing. Returns the ending that is refuted where it was a RST; ENDED_NOT: none. */
ending_t evidence_revive_sender(analysis_t *analysis, const comparison_t *compared);

/* A pure ACK carries its sender's SND.NXT. Where the other endpoint claims to have received more
 * than was ever captured, that claim was forged. */
void evidence_of_false_claims(analysis_t *analysis);

/* What the acknowledgment of an ordinary segment shows: of the handshake, of what was forged in
 * either name, of FINs, of what has arrived. Writes found->shown. */
void evidence_of_ack(analysis_t *analysis, findings_t *found);

/* What the sender had sent before a RST of the attempt to open came, though it was captured after
 * that: if it is what only an open endpoint sends, the RST did not bring it back to LISTEN. */
void evidence_of_open_before_rst(analysis_t *analysis);

/* A SYN again. */
void evidence_of_repeated_syn(analysis_t *analysis);

/* A SYN-ACK again. */
void evidence_of_syn_ack(analysis_t *analysis, const comparison_t *compared);

/* The other endpoint's RST was captured before the segment that it answers: it takes the number
 * that this one acknowledges (RFC 9293 3.5.2). What else was captured of that endpoint had time to
 * arrive and did not, so that is what the sender expects, and the RST ends it, too. */
void evidence_of_rst_before(analysis_t *analysis);

/* When the segment has done everything else: a presumed state becomes a proven one where the sender
 * acknowledges what moved it. */
void evidence_settle_basis(analysis_t *analysis);

#endif
