/* meaning.h
 * What every sentence about a segment is made from: who, which number, which frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_MEANING_H
#define TCPSTATE_MEANING_H

#include "observation.h"
#include "text.h"

/* A sentence about a segment. */
typedef struct meaning {
    text_t *text; /* where it is written */
    const observation_t *observation;
    const segment_t *segment;
    bool relative; /* numbers are counted from their side's SYN on, and the raw ones stand beside */
} meaning_t;

/* The role of the segment's sender. Valid where the observation has a direction. */
role_t meaning_sending_role(const observation_t *observation);

/* "the client" or "the server"; "the sender" where the roles are not known. */
const char *meaning_sender(const observation_t *observation);

/* Likewise; "the receiver" where the roles are not known. */
const char *meaning_receiver(const observation_t *observation);

/* Adds a number of the sender's or the receiver's: "101 (raw 1158378669)", where it cannot be
 * counted from the SYN "raw 1158378669", where the user does not want that "1158378669". */
void meaning_add_sent_number(const meaning_t *meaning, uint32_t number);
void meaning_add_received_number(const meaning_t *meaning, uint32_t number);

#endif
