/* meaning.h
 * What the files that put the meaning of flags into words share. Internal: the entry is
 * observation_flag_meaning().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_MEANING_H
#define TCPSTATE_MEANING_H

#include "observation.h"
#include "text.h"

/* "the client", "the server"; "the sender" or "the receiver" where the roles are not known. */
const char *meaning_sender(const observation_t *observation);
const char *meaning_receiver(const observation_t *observation);

/* ecn_meaning.c: adds what ECE, CWR or AE means. */
void ecn_meaning(text_t *text, const observation_t *observation, const segment_t *segment,
                 uint16_t bit);

#endif
