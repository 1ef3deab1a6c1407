/* verdict.h
 * What the analysis has decided of a segment, for those who count: there is one on the first pass
 * only, and it is not kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_VERDICT_H
#define TCPSTATE_VERDICT_H

#include <stdbool.h>

typedef struct verdict {
    bool steady;       /* data or an ACK that shows nothing but its header and how the connection
                          stands, so that its observation need not be kept */
    bool damaged;      /* its checksum is wrong: nothing of it can be believed */
    bool counts;       /* its sender may well have sent it */
    bool repeats;      /* it takes numbers, but only such as its sender has used before */
    bool acks_missing; /* it acknowledges what was not captured */
} verdict_t;

#endif
