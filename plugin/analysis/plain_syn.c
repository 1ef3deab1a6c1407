/* plain_syn.c
 * What a plain SYN shows that is the first segment of its 4-tuple.
 *
 * Whoever has the analysis say something else of such a SYN says it here, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plain_syn.h"

bool is_plain_syn(const segment_t *segment)
{
    return segment->flags == TCP_FLAG_SYN && segment->payload_len == 0 && segment->payload_known &&
           segment->checksum != CHECKSUM_BAD && segment->ip_ecn == IP_ECN_NOT_ECT &&
           !segment->has_fast_open && !segment->has_accurate_ecn && !segment->perhaps_copy;
}

static void show_status(status_t *status, const segment_t *syn, unsigned sender_side)
{
    status->client_side = (uint8_t)sender_side;
    status->roles = ROLES_BY_SYN;
    status->phase = PHASE_HANDSHAKE;
    status->state[ROLE_CLIENT] = STATE_SYN_SENT;
    status->state[ROLE_SERVER] = STATE_SYN_RECEIVED;
    status->basis[ROLE_CLIENT] = BASIS_SENT;
    status->basis[ROLE_SERVER] = BASIS_PRESUMED;
    status->ecn.mode = ECN_NOT_OFFERED;
    status->ecn.offer_known = true;
    status->zero_known[ROLE_CLIENT] = true;
    status->zero[ROLE_CLIENT] = syn->seq;
}

static void show_facts(facts_t *facts)
{
    facts->moves.count = 2;
    facts->moves.move[0] = (move_t){ROLE_CLIENT, EVENT_SEND_SYN, STATE_CLOSED, STATE_SYN_SENT};
    facts->moves.move[1] =
        (move_t){ROLE_SERVER, EVENT_RECEIVE_SYN, STATE_LISTEN, STATE_SYN_RECEIVED};
    facts->handshake.counted = true;
}

void observation_of_plain_syn(const segment_t *syn, unsigned sender_side, observation_t *out)
{
    observation_clear(out);
    out->kind = SEGMENT_SYN;
    out->direction = DIRECTION_TO_SERVER;
    out->phase = PHASE_HANDSHAKE;
    out->handshake_step = 1;
    out->milestones = 1u << MILESTONE_OPEN_REQUESTED;
    out->previous[ROLE_CLIENT] = STATE_CLOSED;
    out->previous[ROLE_SERVER] = STATE_LISTEN;
    show_status(&out->status, syn, sender_side);
    show_facts(observation_add_facts(out));
}
