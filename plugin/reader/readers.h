/* readers.h
 * Reads many captures, in several processes, and hands over what was found in order.
 *
 * Knows: processes, and how a result gets from one to the other. Does not know: how a capture is
 * read, nor what becomes of a result. Processes and not threads: the library for capture files has
 * state that threads would share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_READERS_H
#define TCPSTATE_READERS_H

#include "capture.h"

#include <stdbool.h>

typedef struct readers_work {
    char *const *names; /* of the captures */
    unsigned count;
    bool partial; /* as for capture_read() */
    /* Called with the result of each capture, in order, as soon as it and those before it are
     * known. The result is valid during the call. */
    void (*take)(void *data, const char *name, const capture_result_t *result);
    void *data; /* the caller's own */
} readers_work_t;

/* Reads all captures with up to `jobs` processes; with 1 in this one,
 * unless root has them read: then nobody reads them. A capture whose process ended
 * before its time has a result with an error. */
void readers_run(const readers_work_t *work, unsigned jobs);

#endif
