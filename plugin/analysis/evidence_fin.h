/* evidence_fin.h
 * What a segment shows of the FINs: that of its sender, sent or not, acknowledged or not, and that
 * of the other endpoint, arrived or not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_EVIDENCE_FIN_H
#define TCPSTATE_EVIDENCE_FIN_H

#include "findings.h"

/* Counts the segment against what was captured in its sender's name. Returns true where that is now
 * disproved: the segment is new, or it is the second of its kind where nobody can tell its age. */
bool evidence_contradicts(analysis_t *analysis, const comparison_t *compared);

/* For a sender that the last ACK seemed to have closed: its FIN was not acknowledged after all, or
 * was not its own. */
void evidence_revive_closed(analysis_t *analysis, const comparison_t *compared);

/* The segment's ACK is what its sender has received: takes back the arrival of a FIN that it leaves
 * out. */
void evidence_of_missing_fin(analysis_t *analysis);

/* What the acknowledgment shows of both FINs. */
void evidence_of_fins(analysis_t *analysis, const comparison_t *compared);

/* The segment carries a FIN. */
void evidence_of_own_fin(analysis_t *analysis, const comparison_t *compared);

/* The same, where the sender is gone: its own RST has overtaken it, or the other endpoint's has
 * crossed it. */
void evidence_of_overtaken_fin(analysis_t *analysis, const comparison_t *compared);

#endif
