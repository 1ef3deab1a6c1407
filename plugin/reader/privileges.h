/* privileges.h
 * What the process may do that reads a capture, which anybody may have made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PRIVILEGES_H
#define TCPSTATE_PRIVILEGES_H

#include <stdbool.h>

/* This process is root's. */
bool privileges_are_root(void);

/* Root becomes nobody, for good: user and group 65534 without any other group. In a user namespace
 * that does not have these, root is an ordinary user outside of it, and nothing happens. Returns
 * false where it failed; errno says why. */
bool privileges_give_up(void);

#endif
