/* acceptability.h
 * Whether the sender may have sent an ordinary segment, and whether its receiver takes it (RFC
 * 9293 3.10.7.4, first and fifth check; RFC 7323 5.3; RFC 5961 5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ACCEPTABILITY_H
#define TCPSTATE_ACCEPTABILITY_H

#include "findings.h"

/* The receiver was last captured far beyond its window, and the segment acknowledges just that:
 * goes on behind the gap. */
void acceptability_resume_after_gap(analysis_t *analysis);

/* The segment acknowledges just what was captured with a wrong checksum: that was whole when it
 * arrived, and counts as sent. */
void acceptability_restore_damaged(analysis_t *analysis);

/* Judges a segment with ACK and neither SYN nor RST. Changes nothing but *judged. */
void acceptability_judge(const analysis_t *analysis, const comparison_t *compared,
                         acceptability_t *judged);

/* Remembers a segment beyond the window: both may go on there. */
void acceptability_note_place(analysis_t *analysis, const acceptability_t *judged);

#endif
