/* time_wait.h
 * When TIME-WAIT is over that a ladder ends in.
 *
 * RFC 9293 ends its figures 12 and 13 with "(2 MSL)" and CLOSED. No segment shows that: it follows
 * from the last rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_TIME_WAIT_H
#define TCPSTATE_LADDER_TIME_WAIT_H

#include "ladder.h"

/* Sets `waits` of a ladder that hindsight_settle() has settled. An end waits for `time_wait`
 * nanoseconds from when it has entered TIME-WAIT, or was last sent the other end's FIN again.
 * `next`: when the next connection of the 4-tuple began; NO_TIME: none did. It tells nothing where
 * that cuts the wait short, or where segments were captured behind its end: these show what has
 * become of it. */
void time_wait_settle(ladder_t *ladder, int64_t time_wait, int64_t next);

#endif
