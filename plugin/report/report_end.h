/* report_end.h
 * How a report of tshark ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_END_H
#define TCPSTATE_REPORT_END_H

/* The report of -z `option` is written. `error`: errno's number for what went wrong with the file;
 * 0: nothing. If something did, says so on standard error and ends the program with a status that
 * is not 0. */
void report_end(const char *option, int error);

#endif
