/* report_table.h
 * The report on connections as a table of the GUI.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_TABLE_H
#define TCPSTATE_REPORT_TABLE_H

/* Makes the table known. Call it where protocols are registered. */
void report_table_register(void);

#endif
