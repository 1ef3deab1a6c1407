/* report_ladder.h
 * tshark -z tcpstate,ladder[,FILTER]: the state ladder of each connection of which a frame passes
 * the filter.
 *
 * For programs, in JSON whatever the format is, one object a connection with its columns:
 * -z tcpstate,picture[,FILTER] with "svg", -z tcpstate,window[,FILTER] with "html" as in the window
 * of the GUI.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_LADDER_H
#define TCPSTATE_REPORT_LADDER_H

/* Registers the report. `format` is a preference (report_format_t), read when it is written: JSON,
 * or else text. `time_wait_seconds` likewise: how long TIME-WAIT lasts. */
void report_ladder_register(const int *format, const unsigned *time_wait_seconds);

#endif
