/* plain_syn.h
 * What a plain SYN shows that is the first segment of its 4-tuple.
 *
 * A scan or a flood is made of such SYNs, and nothing answers most of them. What one shows follows
 * from its header, so the analysis takes it only when more is asked: with a second segment, or for
 * a summary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PLAIN_SYN_H
#define TCPSTATE_PLAIN_SYN_H

#include "observation.h"

/* True for a SYN that only asks for a connection: no data, no other flag, nothing of ECN, and
 * nothing wrong with it. */
bool is_plain_syn(const segment_t *segment);

/* What it shows as the first segment of its 4-tuple: the same as connection_observe() says. */
void observation_of_plain_syn(const segment_t *syn, unsigned sender_side, observation_t *out);

#endif
