/* rst_meaning.h
 * What RST means, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RST_MEANING_H
#define TCPSTATE_RST_MEANING_H

#include "meaning.h"

/* Adds what RST means in this segment at this place: why it was sent, and what it does. */
void rst_meaning(const meaning_t *meaning);

#endif
