/* doubt.c
 * Anomalies of a connection that what was captured later may explain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "doubt.h"

/* What explains an anomaly. */
typedef enum explanation {
    BY_NOTHING,
    BY_DATA,      /* what it acknowledges was sent after all */
    BY_ACK,       /* its receiver has taken it */
    BY_SAME_ACK,  /* the segment that it answers was captured behind it */
    BY_SYN,       /* the SYN was captured behind it */
    BY_OTHER_SYN, /* the SYN that it answers, or that SYN again with its ACK, was captured behind
                     it: both ends open */
    BY_OTHER_END, /* the other direction was captured, too */
    BY_UNMARKED,  /* its sender's data are not all marked */
    BY_NEW_CONNECTION /* the SYN has opened another one */
} explanation_t;

static explanation_t explanation_of(unsigned anomaly, bool assumed)
{
    switch (anomaly) {
    case ANOMALY_ACK_BEYOND_SENT:
        return assumed ? BY_DATA : BY_NOTHING;
    case ANOMALY_OUT_OF_WINDOW:
    case ANOMALY_DATA_BEFORE_ESTABLISHED:
    case ANOMALY_FIN_BEFORE_ESTABLISHED:
        return assumed ? BY_ACK : BY_NOTHING;
    case ANOMALY_RST_ANSWERS_RST:
        return assumed ? BY_SAME_ACK : BY_NOTHING;
    case ANOMALY_MIDSTREAM:
    case ANOMALY_SYNACK_UNSOLICITED:
        return BY_SYN;
    case ANOMALY_SYNACK_WRONG_DIRECTION:
        return BY_OTHER_SYN;
    case ANOMALY_ONE_WAY:
        return BY_OTHER_END;
    case ANOMALY_ECN_ALL_CE:
        return BY_UNMARKED;
    case ANOMALY_SYN_ON_ESTABLISHED:
        return BY_NEW_CONNECTION;
    default:
        return BY_NOTHING;
    }
}

/* -- Noting ------------------------------------------------------------------------------------ */

static uint32_t number_of(explanation_t by, const segment_t *segment)
{
    switch (by) {
    case BY_DATA:
        return segment->ack;
    case BY_ACK:
        return segment_end(segment);
    case BY_OTHER_SYN:
        return segment->ack - 1;
    case BY_SAME_ACK:
    case BY_NEW_CONNECTION:
        return segment->seq;
    default:
        return 0;
    }
}

static doubt_t *find(doubts_t *doubts, unsigned anomaly, role_t role)
{
    for (unsigned i = 0; i < doubts->count; i++)
        if (doubts->doubt[i].anomaly == anomaly && doubts->doubt[i].role == role)
            return &doubts->doubt[i];
    return NULL;
}

/* Of several of a kind, what explains the one with the highest number explains all; of others only
 * equal ones are remembered. Returns false where it cannot be. */
static bool note(doubts_t *doubts, unsigned anomaly, explanation_t by,
                 const doubts_evidence_t *found)
{
    const uint32_t number = number_of(by, found->segment);
    doubt_t *known = find(doubts, anomaly, found->sender);

    if (known && (by == BY_DATA || by == BY_ACK)) {
        if (seq_after(number, known->number))
            known->number = number;
        return true;
    }
    if (known)
        return known->number == number;
    if (doubts->count == DOUBTS_MAX)
        return false;
    doubts->doubt[doubts->count++] =
        (doubt_t){.anomaly = (uint8_t)anomaly, .role = (uint8_t)found->sender, .number = number};
    return true;
}

void doubts_take(doubts_t *doubts, const anomaly_set_t *anomalies, const doubts_evidence_t *found)
{
    for (unsigned i = 0; anomalies->raised >> i; i++) {
        if (!(anomalies->raised >> i & 1))
            continue;

        const explanation_t by = explanation_of(i, anomalies->assumed >> i & 1);

        if (by == BY_NOTHING || (by == BY_SYN && found->syn_captured) ||
            !note(doubts, i, by, found))
            doubts->certain |= UINT64_C(1) << i;
    }
}

/* -- Settling ---------------------------------------------------------------------------------- */

static bool is_explained(const doubt_t *doubt, const doubts_evidence_t *found)
{
    const connection_t *connection = found->connection;
    const segment_t *segment = found->segment;
    const role_t other = !doubt->role;
    const endpoint_t *receiver = &connection->end[other ^ connection->client_side];

    switch (explanation_of(doubt->anomaly, true)) {
    case BY_DATA:
        return found->volume[other].begun && !seq_before(found->volume[other].end, doubt->number);
    case BY_ACK:
        return receiver->acked_known && !seq_before(receiver->acked, doubt->number);
    case BY_SAME_ACK:
        return found->sender == other && segment_has(segment, TCP_FLAG_ACK) &&
               segment->ack == doubt->number;
    case BY_SYN:
        return found->syn_captured;
    case BY_OTHER_SYN:
        return found->sender == other && segment->seq == doubt->number &&
               segment_has(segment, TCP_FLAG_SYN);
    case BY_OTHER_END:
        return found->spoke[other];
    case BY_UNMARKED:
        return found->sender == doubt->role && segment->payload_len > 0 &&
               segment->ip_ecn != IP_ECN_CE;
    case BY_NEW_CONNECTION:
    case BY_NOTHING:
        break;
    }
    return false;
}

/* What the other end sends explains a doubt, or its SYN, which is not steady; of what an end sends
 * itself, data without a mark do. */
bool doubts_concern(const doubts_t *doubts, role_t sender)
{
    for (unsigned i = 0; i < doubts->count; i++)
        if (doubts->doubt[i].role != sender || doubts->doubt[i].anomaly == ANOMALY_ECN_ALL_CE)
            return true;
    return false;
}

/* Takes one out. Returns the anomaly if nothing is left of it. */
static uint64_t settle(doubts_t *doubts, unsigned at)
{
    const uint64_t bit = UINT64_C(1) << doubts->doubt[at].anomaly;
    uint64_t left = doubts->certain;

    doubts->doubt[at] = doubts->doubt[--doubts->count];
    doubts->doubt[doubts->count] = (doubt_t){0};
    for (unsigned i = 0; i < doubts->count; i++)
        left |= UINT64_C(1) << doubts->doubt[i].anomaly;
    return bit & ~left;
}

uint64_t doubts_settle(doubts_t *doubts, const doubts_evidence_t *found)
{
    uint64_t explained = 0;

    for (unsigned i = doubts->count; i-- > 0;)
        if (is_explained(&doubts->doubt[i], found))
            explained |= settle(doubts, i);
    return explained;
}

uint64_t doubts_settle_syn(doubts_t *doubts, uint32_t seq)
{
    uint64_t explained = 0;

    for (unsigned i = doubts->count; i-- > 0;)
        if (doubts->doubt[i].anomaly == ANOMALY_SYN_ON_ESTABLISHED &&
            doubts->doubt[i].number == seq)
            explained |= settle(doubts, i);
    return explained;
}
