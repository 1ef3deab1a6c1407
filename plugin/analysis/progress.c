/* progress.c
 * How far a connection has come: phase, steps of handshake and teardown, milestones. Called when
 * both endpoints have moved; decides nothing about states.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

static void pass(analysis_t *analysis, milestone_t milestone)
{
    const uint16_t bit = (uint16_t)(1u << milestone);

    if (analysis->connection->milestones & bit)
        return;
    analysis->connection->milestones |= bit;
    analysis->out->milestones |= bit;
}

bool progress_half_closed(const connection_t *connection)
{
    return connection->fins_seen == 1 && !connection->reset &&
           connection->end[connection->fin_order[0]].fin_acked;
}

bool connection_closed_orderly(const connection_t *connection)
{
    return connection->end[0].fin_sent && connection->end[1].fin_sent &&
           connection->end[0].fin_acked && connection->end[1].fin_acked;
}

phase_t progress_following_phase(const connection_t *connection)
{
    if (!connection->begun)
        return PHASE_UNKNOWN;
    if (connection->reset || connection_closed_orderly(connection) ||
        (endpoint_gone(&connection->end[0]) && endpoint_gone(&connection->end[1])))
        return PHASE_CLOSED;
    if (connection->fins_seen > 0)
        return PHASE_TEARDOWN;
    return connection->handshake_done ? PHASE_DATA : PHASE_HANDSHAKE;
}

/* -- Handshake --------------------------------------------------------------------------------- */

/* Step 2 answers a SYN; step 3 a SYN-ACK, or a SYN where both sides opened at once. */
static void name_answered_syn(analysis_t *analysis, uint8_t step)
{
    const endpoint_t *receiver = analysis->receiver;
    const bool syn_ack = step == 3 && receiver->synack.count > 0;
    const syn_copies_t *copies = syn_ack ? &receiver->synack : &receiver->syn;
    const syn_copy_t *answered = syn_copies_answered_by(copies, analysis->segment);

    if (!answered)
        answered = syn_copies_last(copies);
    if (!answered)
        return;
    analysis->answered_when = answered->when;
    analysis->out->acked_frame = answered->frame;
    analysis->out->acked_kind = syn_ack ? SEGMENT_SYN_ACK : SEGMENT_SYN;
}

/* Marks the segment as handshake step `step`; again: it was done before. */
static void take_handshake_step(analysis_t *analysis, uint8_t step, bool again)
{
    analysis->out->handshake_step = step;
    analysis->out->retransmission |= again;
    analysis->connection->steps_seen |= (uint8_t)(1u << step);
    if (!again)
        analysis->connection->reset = false; /* the RST before did not end it */
    if (step > 1)
        name_answered_syn(analysis, step);
}

static void end_handshake(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;

    connection->handshake_done = true;
    connection->step3_side = (uint8_t)analysis->side;
    connection->step3_time = analysis->segment->when;
    if (connection->midstream)
        return;
    const syn_copy_t *syn = syn_copies_last(&connection->end[connection->client_side].syn);
    if (!syn)
        return;
    connection->round_trip_known = true;
    connection->round_trip = analysis_since(analysis, syn->when);
}

/* The first ACK of the other side's SYN-ACK, by whoever got one. */
static bool is_third_step(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (!analysis->accepted)
        return false;
    if (receiver->isn_known)
        return seq_between(receiver->isn + 1, segment->ack, receiver->snd_nxt) &&
               (receiver->synack_sent || !analysis->sender->synack_sent);
    return analysis->sender->opened_first;
}

/* The same ACK once more, before anything else was said: it answers a repeated SYN-ACK, or is a
 * copy. */
static bool repeats_third_step(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    return analysis->out->kind == SEGMENT_ACK && receiver->isn_known &&
           analysis->connection->step3_side == analysis->side && segment->seq == sender->snd_nxt &&
           segment->seq == analysis->connection->syn_end && segment->ack == receiver->isn + 1 &&
           receiver->snd_nxt == receiver->isn + 1;
}

/* An endpoint goes on as only one does whose SYN was acknowledged: step 3 was not captured. */
static bool shows_open(const analysis_t *analysis)
{
    for (unsigned i = 0; i < analysis->out->move_count; i++)
        if (analysis->out->moves[i].event == EVENT_SHOW_SYN_ACKED)
            return true;
    return false;
}

void progress_of_handshake(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const segment_t *segment = analysis->segment;
    const uint8_t seen = connection->steps_seen;

    if (!analysis->counts || !connection->begun)
        return;
    if (analysis->out->kind == SEGMENT_SYN) {
        const endpoint_t *sender = analysis->sender;
        if (sender->isn_known && sender->isn == segment->seq && sender->opened_first)
            take_handshake_step(analysis, 1, !analysis->sender_first);
    } else if (analysis->out->kind == SEGMENT_SYN_ACK) {
        take_handshake_step(analysis, 2, !analysis->first_syn_ack);
    } else if (!connection->handshake_done && is_third_step(analysis)) {
        take_handshake_step(analysis, 3, false);
        end_handshake(analysis);
    } else if ((seen & 1u << 3) && repeats_third_step(analysis)) {
        take_handshake_step(analysis, 3, true);
    } else if (!connection->handshake_done && shows_open(analysis)) {
        end_handshake(analysis);
    }
}

/* -- Teardown ---------------------------------------------------------------------------------- */

static void take_teardown_step(analysis_t *analysis, unsigned step)
{
    analysis->out->teardown_steps |= (uint8_t)(1u << (step - 1));
}

/* Which FIN a side's is: 0 for the first of the connection, 1 for the second, -1 for none yet. */
static int fin_place(const connection_t *connection, unsigned side)
{
    for (int i = 0; i < connection->fins_seen; i++)
        if (connection->fin_order[i] == side)
            return i;
    return -1;
}

/* The sender acknowledges the other side's FIN: step 2 or 4. */
static void step_of_fin_ack(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    endpoint_t *receiver = analysis->receiver;
    const unsigned other = !analysis->side;
    const int place = fin_place(connection, other);
    const bool covers = segment_has(analysis->segment, TCP_FLAG_ACK) && receiver->fin_sent &&
                        analysis->segment->ack == receiver->fin_seq + 1;

    if (place < 0 || !covers)
        return;
    if (!connection->fin_acked_seen[other]) {
        connection->fin_acked_seen[other] = true;
    } else if (connection->fin_repeated[other] || (analysis->repeats_last_ack && place == 1)) {
        analysis->out->retransmission = true;
    } else {
        return;
    }
    connection->fin_repeated[other] = false;
    analysis->out->close.fin_frame = receiver->fin_frame;
    analysis->out->acked_frame = receiver->fin_frame;
    analysis->out->acked_kind = SEGMENT_FIN;
    take_teardown_step(analysis, place == 0 ? 2 : 4);
    if (place == 0)
        pass(analysis, MILESTONE_CLOSE_ACKNOWLEDGED);
    if (connection->fin_acked_seen[0] && connection->fin_acked_seen[1])
        pass(analysis, MILESTONE_CLOSED);
}

/* The sender's own FIN: step 1 or 3, and what the first copy of it was. */
static void step_of_fin(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const unsigned side = analysis->side;
    int place = fin_place(connection, side);

    if (!segment_has(analysis->segment, TCP_FLAG_FIN) || !analysis->sender->fin_sent ||
        analysis->sender->fin_seq != segment_fin_seq(analysis->segment))
        return;
    if (place >= 0 && connection->fin_steps[side]) {
        analysis->out->teardown_steps |= connection->fin_steps[side];
        analysis->out->retransmission = true;
        analysis->out->close.fin_retransmissions = ++connection->fin_retransmissions;
        connection->fin_repeated[side] = connection->fin_acked_seen[side];
        return;
    }
    if (place < 0) { /* else it was inferred before, but is captured only now */
        place = connection->fins_seen++;
        connection->fin_order[place] = (uint8_t)side;
    }
    if (place == 0)
        connection->first_fin_time = analysis->segment->when;
    else
        analysis->out->close.half_closed_time =
            analysis_since(analysis, connection->first_fin_time);
    take_teardown_step(analysis, place == 0 ? 1 : 3);
    connection->fin_steps[side] = analysis->out->teardown_steps;
    pass(analysis, place == 0 ? MILESTONE_CLOSE_STARTED : MILESTONE_CLOSE_ANSWERED);
}

static void add_silent_fin(analysis_t *analysis, unsigned side)
{
    connection_t *connection = analysis->connection;

    if (connection->fins_seen == 0)
        connection->first_fin_time = analysis->segment->when;
    connection->fin_order[connection->fins_seen++] = (uint8_t)side;
}

void progress_forget_fin(analysis_t *analysis, unsigned side)
{
    connection_t *connection = analysis->connection;
    const int place = fin_place(connection, side);

    if (place < 0 || connection->fin_steps[side])
        return;
    if (place == 0)
        connection->fin_order[0] = connection->fin_order[1];
    connection->fins_seen--;
    connection->fin_acked_seen[side] = false;
}

/* A FIN that was never captured but must have been sent. */
static void count_silent_fins(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;

    for (unsigned side = 0; side < 2; side++)
        if (connection->end[side].fin_sent && fin_place(connection, side) < 0 &&
            connection->fins_seen < 2 &&
            !(side == analysis->side && segment_has(analysis->segment, TCP_FLAG_FIN)))
            add_silent_fin(analysis, side);
}

static who_t who(const connection_t *connection, unsigned side)
{
    return side == connection->client_side ? WHO_CLIENT : WHO_SERVER;
}

/* Who began the close: settled by the ACK of the first FIN, or by a second FIN that does not
 * acknowledge it, so that the two crossed (RFC 9293 3.6). */
static void settle_initiator(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const uint8_t steps = analysis->out->teardown_steps;
    const bool acknowledged = steps & 1u << 1;
    const bool crossed = (steps & 1u << 2) && !acknowledged && !analysis->out->retransmission;

    if (connection->initiator_settled || (!acknowledged && !crossed))
        return;
    connection->initiator_settled = true;
    analysis->out->close.initiator =
        (uint8_t)(acknowledged ? who(connection, connection->fin_order[0]) : WHO_BOTH);
}

/* The end of a close: how long it took, and who has to wait. */
static void tell_end_of_close(analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const bool client = connection->end[connection->client_side].state == STATE_TIME_WAIT;
    const bool server = connection->end[!connection->client_side].state == STATE_TIME_WAIT;
    const uint16_t ends = 1u << MILESTONE_CLOSED | 1u << MILESTONE_RESET;

    if (!(analysis->out->milestones & ends) || connection->fins_seen == 0 ||
        (connection->milestones & ends & ~analysis->out->milestones))
        return;
    analysis->out->close.duration = analysis_since(analysis, connection->first_fin_time);
    analysis->out->close.time_wait =
        (uint8_t)((client ? WHO_CLIENT : 0) | (server ? WHO_SERVER : 0));
}

void progress_of_teardown(analysis_t *analysis)
{
    if (!analysis->counts || !analysis->connection->begun)
        return;
    count_silent_fins(analysis);
    step_of_fin_ack(analysis);
    step_of_fin(analysis);
    settle_initiator(analysis);
}

/* -- Reset ------------------------------------------------------------------------------------- */

void progress_of_reset(analysis_t *analysis, bool ended)
{
    connection_t *connection = analysis->connection;
    const bool refused = connection->begun && !connection->handshake_done &&
                         analysis->previous[!analysis->side] == STATE_SYN_SENT;

    if (!ended)
        return;
    analysis->out->phase = PHASE_RESET;
    connection->reset = true;
    pass(analysis, refused ? MILESTONE_REFUSED : MILESTONE_RESET);
    if (!connection->begun) /* a lone RST: the next one is as lone */
        connection->milestones = 0;
}

/* -- All together ------------------------------------------------------------------------------ */

/* Milestones that are entries into a state. */
static void pass_by_moves(analysis_t *analysis)
{
    const observation_t *out = analysis->out;

    for (unsigned i = 0; i < out->move_count; i++) {
        const bool goes_on =
            out->moves[i].from == STATE_CLOSED || (out->moves[i].from == STATE_UNKNOWN &&
                                                   out->moves[i].event != EVENT_GUESS_PEER_SYN_ACK);

        if (out->moves[i].to != STATE_ESTABLISHED || goes_on)
            continue;
        pass(analysis, out->moves[i].role == ROLE_CLIENT ? MILESTONE_CLIENT_ESTABLISHED
                                                         : MILESTONE_SERVER_ESTABLISHED);
    }
}

static void pass_by_segment(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;

    if (analysis->reopened)
        pass(analysis, MILESTONE_REOPENED);
    if (analysis->out->handshake_step == 1)
        pass(analysis, MILESTONE_OPEN_REQUESTED);
    if (analysis->out->handshake_step == 2)
        pass(analysis, MILESTONE_OPEN_ANSWERED);
    if (analysis->counts && analysis->segment->payload_len > 0 && !connection->data_seen &&
        !segment_has(analysis->segment, TCP_FLAG_RST) &&
        analysis->out->kind != SEGMENT_KEEP_ALIVE) {
        connection->data_seen = true;
        if (!connection->midstream)
            pass(analysis, MILESTONE_FIRST_DATA);
    }
}

/* The segment's own phase: that of its step, or the one that goes on. */
static phase_t phase_of(const analysis_t *analysis)
{
    const observation_t *out = analysis->out;
    const phase_t before = (phase_t)analysis->standing.following_phase;
    const phase_t now = progress_following_phase(analysis->connection);
    const bool late_third_step = out->handshake_step == 3 && !out->retransmission;

    if (!analysis->connection->begun)
        return PHASE_UNKNOWN;
    if (out->handshake_step && !(late_third_step && before == PHASE_TEARDOWN))
        return PHASE_HANDSHAKE;
    if (out->teardown_steps)
        return PHASE_TEARDOWN;
    return analysis->reopened || before < PHASE_DATA || before == PHASE_CLOSED ? now : before;
}

void progress_finish(analysis_t *analysis)
{
    if (analysis->connection->begun) {
        pass_by_segment(analysis);
        pass_by_moves(analysis);
        tell_end_of_close(analysis);
    }
    if (analysis->out->phase != PHASE_RESET)
        analysis->out->phase = (uint8_t)phase_of(analysis);
}
