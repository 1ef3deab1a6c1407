/* relative.h
 * From where people count the numbers of both sides.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RELATIVE_H
#define TCPSTATE_RELATIVE_H

#include "analysis.h"

/* Takes the segment's numbers where they are the first of a side. `counts`: its sender may well
 * have sent it. */
void relative_note(analysis_t *analysis, bool counts);

#endif
