/* silent.h
 * A side of which nothing was captured: what the acknowledgment numbers of the other side show of
 * it.
 *
 * Knows: which ACK stands for a FIN that was not captured, and what takes that back. Does not know:
 * what a captured FIN shows (evidence_fin.c).
 *
 * Owner of connection_t.silent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SILENT_H
#define TCPSTATE_SILENT_H

#include "findings.h"

/* Notes the first number that such a side sends after its SYN. */
void silent_note_first(analysis_t *analysis, uint32_t first);

/* What was noted as that is none of its numbers. */
void silent_forget_first(analysis_t *analysis);

/* Notes the ACK of `sender`, whose other side was not captured at all; before that itself is noted.
 */
void silent_note_ack(silent_t *silent, const endpoint_t *sender, const segment_t *segment);

/* Notes a SYN-ACK: a new answer may come to it. */
void silent_note_answer(analysis_t *analysis);

/* Infers a FIN that was not captured from its ACK, and the ACK of the sender's FIN from what the
 * sender does behind it. */
void silent_infer_fin(analysis_t *analysis, const comparison_t *compared);

/* Takes an inferred FIN back where it was data after all. */
void silent_take_back_fin(analysis_t *analysis, const comparison_t *compared);

/* Likewise for a RST: its sender aborts where it is taken to wait for the end of the connection, so
 * that the other endpoint has sent a byte, not a FIN. Before the RST is judged. */
void silent_take_back_fin_by_rst(analysis_t *analysis);

#endif
