/* ladder_window.h
 * The window of the GUI that shows the ladder of the selected packet's connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_WINDOW_H
#define TCPSTATE_LADDER_WINDOW_H

/* Adds Statistics, TCP State Ladder, and the entry in the menu of the packet list where there is
 * one. Costs nothing until a user chooses it. Call it where protocols are registered.
 * `time_wait_seconds` is a preference: how long TIME-WAIT lasts. */
void ladder_window_register(const unsigned *time_wait_seconds);

#endif
