/* report_conv.h
 * The report on connections: tshark -q -z tcpstate,conv[,filter].
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_CONV_H
#define TCPSTATE_REPORT_CONV_H

#include "report_preferences.h"

/* Makes -z tcpstate,conv known. The preferences are read when a report is written. */
void report_conv_register(const report_preferences_t *wanted);

#endif
