/* ack_meaning.h
 * What ACK means, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ACK_MEANING_H
#define TCPSTATE_ACK_MEANING_H

#include "meaning.h"

/* Adds what ACK means in this segment at this place. */
void ack_meaning(const meaning_t *meaning);

#endif
