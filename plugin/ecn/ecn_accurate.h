/* ecn_accurate.h
 * AccECN's counter (RFC 9768 3.2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_ACCURATE_H
#define TCPSTATE_ECN_ACCURATE_H

#include "ecn_step.h"

/* Reads the counter of a segment. */
void ecn_count(const ecn_step_t *step);

#endif
