/* handshake.c
 * What a segment shows of the handshake: its type, the numbers that should be acknowledged, round
 * trip times, retransmissions. Called when the segment's step is known; moves nobody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* -- Type -------------------------------------------------------------------------------------- */

/* The handshake's type, on the segment that settles it; 0: this one does not. */
static handshake_type_t settled_type(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const observation_t *out = analysis->out;
    const bool takes_data = out->handshake_step == 2 && connection->syn_has_data &&
                            analysis->segment->ack == connection->syn_end;

    if (connection->midstream && connection->steps_seen == 0)
        return HANDSHAKE_NOT_CAPTURED;
    if (connection->roles == ROLES_BY_SIMULTANEOUS_OPEN)
        return HANDSHAKE_SIMULTANEOUS;
    if (takes_data)
        return HANDSHAKE_FAST_OPEN;
    return out->handshake_step == 3 ? HANDSHAKE_THREE_WAY : (handshake_type_t)0;
}

static void tell_type(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;

    if (connection->type_told)
        return;
    analysis->out->handshake.type = (uint8_t)settled_type(analysis);
    connection->type_told = analysis->out->handshake.type != 0;
}

/* -- Numbers ----------------------------------------------------------------------------------- */

/* A SYN-ACK, or the ACK that should be step 3, says by its number what it answers (RFC
 * 9293 3.10.7.3, first check, and 3.10.7.4, fifth check). */
static bool should_acknowledge_syn(const analysis_t *analysis)
{
    const standing_t *before = &analysis->standing;
    const bool in_handshake = analysis->reopened || before->following_phase == PHASE_HANDSHAKE;

    if (analysis->out->kind == SEGMENT_SYN_ACK)
        return analysis->receiver->opened_first &&
               (in_handshake || analysis->out->handshake_step == 2);
    return analysis->out->handshake_step == 3 ||
           (in_handshake && segment_has(analysis->segment, TCP_FLAG_ACK) &&
            !segment_has_any(analysis->segment, TCP_FLAG_SYN | TCP_FLAG_RST) &&
            analysis->sender->opened_first && analysis->receiver->synack_sent);
}

static void judge_ack(analysis_t *analysis)
{
    handshake_facts_t *facts = &analysis->out->handshake;
    const endpoint_t *receiver = analysis->receiver;

    if (!receiver->isn_known || !should_acknowledge_syn(analysis))
        return;
    facts->ack_judged = true;
    facts->ack_expected = receiver->isn + 1;
    facts->ack_ok = endpoint_syn_covered_by(receiver, analysis->segment->ack);
}

/* -- Frames and times -------------------------------------------------------------------------- */

static void note_turnaround(analysis_t *analysis, int64_t nanoseconds)
{
    analysis->sender->turnaround_known = true;
    analysis->sender->turnaround = nanoseconds;
}

/* Step 2. The time counts from the SYN that it answers, and only for the first SYN-ACK: a later one
 * may have waited for a timer. */
static void time_step_2(analysis_t *analysis)
{
    handshake_facts_t *facts = &analysis->out->handshake;
    const syn_copy_t *syn = syn_copies_answered_by(&analysis->receiver->syn, analysis->segment);

    facts->syn_frame = analysis->out->acked_frame;
    if (!syn || analysis->sender->synack.retransmissions > 0)
        return;
    facts->rtt_server = analysis_since(analysis, syn->when);
    note_turnaround(analysis, facts->rtt_server);
}

/* Step 3, its first copy. */
static void time_step_3(analysis_t *analysis)
{
    handshake_facts_t *facts = &analysis->out->handshake;
    const endpoint_t *receiver = analysis->receiver;
    const syn_copy_t *syn_ack = syn_copies_answered_by(&receiver->synack, analysis->segment);
    const syn_copy_t *own_syn = syn_copies_last(&analysis->sender->syn);

    if (receiver->synack.count > 0)
        facts->synack_frame = analysis->out->acked_frame;
    if (analysis->out->retransmission)
        return;
    if (syn_ack) {
        facts->rtt_client = analysis_since(analysis, syn_ack->when);
        note_turnaround(analysis, facts->rtt_client);
    }
    if (syn_ack == &receiver->synack.copy[0] && syn_ack && syn_ack->syn_known)
        facts->rtt = analysis_since(analysis, syn_ack->syn_time);
    else if (receiver->synack.count == 0 && own_syn && analysis->sender->syn.count == 1)
        facts->rtt = analysis_since(analysis, own_syn->when);
}

static void count_retransmissions(analysis_t *analysis)
{
    handshake_facts_t *facts = &analysis->out->handshake;
    const connection_t *connection = analysis->connection;

    facts->counted = true;
    for (unsigned side = 0; side < 2; side++) {
        facts->syn_retransmissions += connection->end[side].syn.retransmissions;
        facts->synack_retransmissions += connection->end[side].synack.retransmissions;
    }
}

void handshake_explain(analysis_t *analysis)
{
    if (!analysis->connection->begun)
        return;
    tell_type(analysis);
    judge_ack(analysis);
    if (analysis->out->handshake_step == 2)
        time_step_2(analysis);
    else if (analysis->out->handshake_step == 3)
        time_step_3(analysis);
    if (analysis->out->handshake_step)
        count_retransmissions(analysis);
}
