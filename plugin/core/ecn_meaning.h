/* ecn_meaning.h
 * What ECE, CWR and AE mean, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_MEANING_H
#define TCPSTATE_ECN_MEANING_H

#include "observation.h"
#include "text.h"

/* Adds what the set flag `bit`, one of the three, means in this segment at this place. */
void ecn_meaning(text_t *text, const observation_t *observation, const segment_t *segment,
                 uint16_t bit);

#endif
