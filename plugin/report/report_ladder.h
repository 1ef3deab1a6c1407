/* report_ladder.h
 * tshark -z tcpstate,ladder[,FILTER]: the state ladder of each connection of which a frame passes
 * the filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_LADDER_H
#define TCPSTATE_REPORT_LADDER_H

/* Registers the report. `format` is a preference (report_format_t), read when it is written: JSON,
 * or else text. */
void report_ladder_register(const int *format);

#endif
