/* doubt.h
 * Anomalies of a connection that what was captured later may explain: whether it has.
 *
 * What one frame shows is said of it once and for all. Of the whole connection less may be left: an
 * ACK of what was never sent, and then what it acknowledges is captured; a connection without a
 * SYN, and then there it is.
 *
 * Knows: which anomalies can be explained, and by what. Does not know: why they were raised.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_DOUBT_H
#define TCPSTATE_DOUBT_H

#include "connection.h"
#include "volume.h"

enum { DOUBTS_MAX = 4 }; /* of a connection; what comes beyond these is never explained */

/* An anomaly that may still be explained. */
typedef struct doubt {
    uint8_t anomaly; /* anomaly_t */
    uint8_t role;    /* of the segment's sender */
    uint32_t number; /* the one that matters, if any: what it acknowledges, where it ends */
} doubt_t;

/* All zeros: nothing is in doubt. */
typedef struct doubts {
    uint64_t certain; /* anomalies that nothing explains; bit n: anomaly_t n */
    uint8_t count;    /* of these that are valid: */
    doubt_t doubt[DOUBTS_MAX];
} doubts_t;

/* What may explain something. Arrays are by role_t. */
typedef struct doubts_evidence {
    const connection_t *connection; /* after the segment */
    const segment_t *segment;       /* the last one */
    role_t sender;
    const bool *spoke;      /* something of it was captured */
    const volume_t *volume; /* what was captured of it */
    bool syn_captured;      /* the connection's SYN was */
} doubts_evidence_t;

/* Notes the anomalies of a segment. */
void doubts_take(doubts_t *doubts, const anomaly_set_t *anomalies, const doubts_evidence_t *found);

/* False where no steady segment of this end can explain any of them. */
bool doubts_concern(const doubts_t *doubts, role_t sender);

/* Returns the anomalies of which nothing is left, now that this segment was captured; bit n:
 * anomaly_t n. */
uint64_t doubts_settle(doubts_t *doubts, const doubts_evidence_t *found);

/* The SYN with this number has opened another connection. Returns likewise. */
uint64_t doubts_settle_syn(doubts_t *doubts, uint32_t seq);

#endif
