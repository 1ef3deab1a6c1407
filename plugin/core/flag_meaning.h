/* flag_meaning.h
 * What each flag of a segment means at its place in the connection, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FLAG_MEANING_H
#define TCPSTATE_FLAG_MEANING_H

#include "observation.h"

/* Writes what the set flag `bit` (one TCP_FLAG_*) means in this segment at this place into text, as
 * a full sentence that begins with its name; always terminated. `relative`: numbers are counted
 * from the SYN of their side, as Wireshark does, with the raw ones beside; else they are raw.
 *
 * Returns text, or NULL for a flag of which the sentence of a lower one tells: ECE, CWR and AE
 * often mean something only together ("ECE, CWR: ..."). */
const char *flag_meaning(const observation_t *observation, const segment_t *segment, bool relative,
                         uint16_t bit, char *text, size_t size);

#endif
