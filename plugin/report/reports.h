/* reports.h
 * All reports: on connections (-z tcpstate,conv), the counts (-z tcpstate,tree), the
 * GUI's table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORTS_H
#define TCPSTATE_REPORTS_H

#include "report_preferences.h"

/* Registers the tap and the reports that listen to it on demand. Call it where protocols are
 * registered. The preferences are read when a report is written; `time_wait` is one of them, in
 * seconds. */
void reports_register(const report_preferences_t *preferences, const unsigned *time_wait);

/* Call it where protocols are handed off. */
void reports_handoff(void);

#endif
