/* handshake.c
 * What a segment shows of the handshake.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "handshake.h"

/* -- Type -------------------------------------------------------------------------------------- */

/* The handshake's type, on the segment that settles it; 0: this one does not. */
static handshake_type_t settled_type(const analysis_t *analysis, const observation_t *out)
{
    const connection_t *connection = analysis->connection;
    const bool takes_data = out->handshake_step == 2 && connection->beginning.syn_has_data &&
                            analysis->side != connection->client_side &&
                            analysis->segment->ack == connection->beginning.syn_end;

    if (connection->progress.type_told)
        return (handshake_type_t)0;
    if (connection->beginning.midstream && connection->progress.steps_seen == 0)
        return HANDSHAKE_NOT_CAPTURED;
    if (connection->roles == ROLES_BY_SIMULTANEOUS_OPEN)
        return HANDSHAKE_SIMULTANEOUS;
    if (takes_data)
        return HANDSHAKE_FAST_OPEN;
    return out->handshake_step == 3 ? HANDSHAKE_THREE_WAY : (handshake_type_t)0;
}

/* -- Numbers ----------------------------------------------------------------------------------- */

/* A SYN-ACK, or the ACK that should be step 3, says by its number what it answers (RFC
 * 9293 3.10.7.3, first check, and 3.10.7.4, fifth check). */
static bool should_acknowledge_syn(const analysis_t *analysis, const findings_t *found,
                                   const observation_t *out)
{
    const bool in_handshake =
        found->opened.reopened || found->before.status.phase == PHASE_HANDSHAKE;

    if (found->compared.kind == SEGMENT_SYN_ACK)
        return analysis->receiver->opened_first && (in_handshake || out->handshake_step == 2);
    return out->handshake_step == 3 ||
           (in_handshake && segment_has(analysis->segment, TCP_FLAG_ACK) &&
            !segment_has_any(analysis->segment, TCP_FLAG_SYN | TCP_FLAG_RST) &&
            analysis->sender->opened_first && analysis->receiver->synack_sent);
}

static void judge_ack(const analysis_t *analysis, const findings_t *found, observation_t *out)
{
    const endpoint_t *receiver = analysis->receiver;

    if (!receiver->isn_known || !should_acknowledge_syn(analysis, found, out))
        return;

    handshake_facts_t *facts = &observation_add_facts(out)->handshake;

    facts->ack_judged = true;
    facts->ack_expected = receiver->isn + 1;
    facts->ack_ok = endpoint_syn_covered_by(receiver, analysis->segment->ack);
}

/* -- Frames and times -------------------------------------------------------------------------- */

/* None where the clock of the capture was set back in between. */
static int64_t time_since(const analysis_t *analysis, int64_t then)
{
    return time_between(then, analysis->segment->when);
}

/* Step 2. The time counts from the SYN that it answers, and only for the first SYN-ACK: a later one
 * may have waited for a timer. */
static void time_step_2(const analysis_t *analysis, observation_t *out)
{
    facts_t *facts = observation_add_facts(out);
    const syn_copy_t *syn = syn_copies_answered_by(&analysis->receiver->syn, analysis->segment);

    facts->handshake.syn_frame = facts->acked_frame;
    if (syn && analysis->sender->synack.retransmissions == 0 && !analysis->segment->perhaps_copy)
        facts->handshake.rtt_server = time_since(analysis, syn->when);
}

/* Step 3, its first copy. */
static void time_step_3(const analysis_t *analysis, observation_t *out)
{
    handshake_facts_t *facts = &observation_add_facts(out)->handshake;
    const syn_copies_t *syn_acks = &analysis->receiver->synack;
    const syn_copies_t *own_syns = &analysis->sender->syn;
    const syn_copy_t *syn_ack = syn_copies_answered_by(syn_acks, analysis->segment);

    if (syn_acks->count > 0)
        facts->synack_frame = out->facts.acked_frame;
    if (out->retransmission)
        return;
    if (syn_ack)
        facts->rtt_client = time_since(analysis, syn_ack->when);
    if (syn_ack == &syn_acks->copy[0] && syn_ack->syn_known)
        facts->rtt = time_since(analysis, syn_ack->syn_time);
    else if (syn_acks->count == 0 && own_syns->count == 1)
        facts->rtt = time_since(analysis, own_syns->copy[0].when);
}

static void count_retransmissions(const analysis_t *analysis, observation_t *out)
{
    handshake_facts_t *facts = &observation_add_facts(out)->handshake;

    facts->counted = true;
    facts->syn_retransmissions =
        analysis->sender->syn.retransmissions + analysis->receiver->syn.retransmissions;
    facts->synack_retransmissions =
        analysis->sender->synack.retransmissions + analysis->receiver->synack.retransmissions;
}

void handshake_explain(const analysis_t *analysis, const findings_t *found, observation_t *out)
{
    if (!analysis->connection->begun)
        return;

    const handshake_type_t type = settled_type(analysis, out);

    if (type)
        observation_add_facts(out)->handshake.type = (uint8_t)type;
    judge_ack(analysis, found, out);
    if (out->handshake_step == 2)
        time_step_2(analysis, out);
    else if (out->handshake_step == 3)
        time_step_3(analysis, out);
    if (out->handshake_step)
        count_retransmissions(analysis, out);
}
