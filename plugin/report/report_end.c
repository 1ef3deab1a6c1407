/* report_end.c
 * How a report of tshark ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_end.h"

#include <errno.h>
#include <stdio.h>

void report_end(const char *option, int error)
{
    if (error == 0)
        return;
    if (error != EPIPE) /* whoever has read it has had enough */
        fprintf(stderr, "tshark: the report of -z %s could not be written: %s\n", option,
                g_strerror(error));
    compat_fail_report();
}
