/* hindsight.h
 * What the states of both ends of a connection really were, by all that was captured later.
 *
 * The fields of a frame say what was known then: that a segment arrived is presumed until its
 * receiver shows it. Here the whole connection is known, and three things are put right:
 *
 *  - what a later segment refuted never happened: a SYN-ACK, FIN or ACK that did not arrive, a RST
 *    or FIN that was forged, a port where nobody listened;
 *  - a segment that its receiver had not got yet when it sent one of its own arrived after that:
 *    SYNs and FINs that cross, a RST under way;
 *  - of a segment that was sent several times, the one arrived that was the last before its
 *    receiver answered. Where time stamps tell which one is answered, that one (RFC 7323 3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_HINDSIGHT_H
#define TCPSTATE_HINDSIGHT_H

#include "ladder.h"

/* Sets `hindsight`, `sent` and `arrival` of all rows, and before_hindsight, once all segments are
 * in. May be called again after more have come. */
void hindsight_settle(ladder_t *ladder);

#endif
