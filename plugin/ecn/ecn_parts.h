/* ecn_parts.h
 * What the parts of ECN share. Internal: nothing outside ecn*.c needs it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_PARTS_H
#define TCPSTATE_ECN_PARTS_H

#include "ecn.h"

/* One segment on its way through the parts. */
typedef struct ecn_step {
    ecn_t *ecn;
    const ecn_segment_t *in;
    ecn_facts_t *out;
    ecn_episodes_t *episodes;
    anomaly_set_t *anomalies;
} ecn_step_t;

static inline void take_role(const ecn_step_t *step, ecn_role_t role)
{
    step->out->roles |= (uint16_t)(1u << role);
}

/* The segment has ACK and neither SYN nor RST. */
static inline bool is_ordinary(const segment_t *segment)
{
    return (segment->flags & (TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_ACK)) == TCP_FLAG_ACK;
}

/* ecn_negotiation.c */
void ecn_note_handshake(const ecn_step_t *step);
void ecn_guess(const ecn_step_t *step);

/* ecn_episode.c */
void ecn_note_ack(const ecn_step_t *step);
void ecn_note_data(const ecn_step_t *step);

/* ecn_accurate.c */
void ecn_count(const ecn_step_t *step);

static inline bool ecn_mode_is_classic(uint8_t mode)
{
    return mode == ECN_CLASSIC || mode == ECN_LOOKS_CLASSIC;
}

#endif
