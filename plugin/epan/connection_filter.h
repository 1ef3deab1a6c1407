/* connection_filter.h
 * "TCP connection (tcpstate)" in Wireshark's menus Analyze and packet list > Conversation Filter.
 *
 * Knows: which connection the selected packet belongs to, by addresses, ports and number. Does not
 * know: how a connection is told from the one before on the same ports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONNECTION_FILTER_H
#define TCPSTATE_CONNECTION_FILTER_H

/* Adds the menu item. Call it where protocols are registered. */
void connection_filter_register(void);

#endif
