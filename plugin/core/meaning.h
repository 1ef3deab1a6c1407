/* meaning.h
 * The endpoints of a segment, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_MEANING_H
#define TCPSTATE_MEANING_H

#include "observation.h"

/* "the client" or "the server"; "the sender" where the roles are not known. */
const char *meaning_sender(const observation_t *observation);

/* Likewise; "the receiver" where the roles are not known. */
const char *meaning_receiver(const observation_t *observation);

#endif
