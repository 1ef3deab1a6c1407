/* privileges.c
 * What the process may do that reads a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* setresuid(), setgroups() */

#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <unistd.h>

enum { NOBODY = 65534 };

bool privileges_are_root(void)
{
    return geteuid() == 0 || getuid() == 0;
}

/* The group first: it is not there in the same namespaces, and asking for it needs no right. */
bool privileges_give_up(void)
{
    if (setresgid(NOBODY, NOBODY, NOBODY) != 0)
        return errno == EINVAL;
    return setgroups(0, NULL) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0;
}
