/* midstream.h
 * Captures that begin in the middle of a connection: what its first captured segment shows.
 *
 * Knows: states that can only be guessed. Does not know: what comes after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_MIDSTREAM_H
#define TCPSTATE_MIDSTREAM_H

#include "findings.h"

/* True where a lone RST was captured before the segment that it answers: there is no connection. */
bool midstream_was_answered(const analysis_t *analysis);

/* The first captured segment of a connection is no SYN, but has ACK. */
void midstream_open(analysis_t *analysis, findings_t *found);

#endif
