/* report_tree.h
 * Counts of frames and of connections: tshark -q -z tcpstate,tree[,filter], and in the GUI's
 * Statistics menu.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_TREE_H
#define TCPSTATE_REPORT_TREE_H

/* Makes the tree known. Call it where protocols are handed off. */
void report_tree_register(void);

#endif
