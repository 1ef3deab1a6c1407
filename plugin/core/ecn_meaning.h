/* ecn_meaning.h
 * What ECE, CWR and AE, a congestion mark and the end of its echo mean, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_MEANING_H
#define TCPSTATE_ECN_MEANING_H

#include "meaning.h"

/* True where ECE, CWR and AE mean something only together: everywhere but in classic ECN after the
 * handshake. */
bool ecn_meaning_is_common(const observation_t *observation, const segment_t *segment);

/* Adds what `flags`, one of the three or all that are set and mean something together, mean in this
 * segment at this place. */
void ecn_meaning(const meaning_t *meaning, uint16_t flags);

/* Writes what the segment does for ECN in this role (ecn_role_t) without any flag of its TCP
 * header, as a sentence. Returns text, or NULL where the flags tell. */
const char *ecn_role_meaning(const observation_t *observation, unsigned role, char *text,
                             size_t size);

#endif
