/* coverage.h
 * How much of the connection was captured: one direction, or both.
 *
 * Owner of connection_t.coverage.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_COVERAGE_H
#define TCPSTATE_COVERAGE_H

#include "analysis.h"

/* The capture begins in the middle of the connection, so far with one direction. */
void coverage_begin_one_way(analysis_t *analysis);

/* Guessed states are guesses until both directions were seen: looks whether they are now. */
void coverage_note_segment(analysis_t *analysis);

/* It was said that the silent side speaks too. */
void coverage_note_told(analysis_t *analysis);

#endif
