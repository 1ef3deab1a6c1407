/* progress.c
 * How far a connection has come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "progress.h"

#include <assert.h>

#include "round_trip.h"

/* What the functions below need. */
typedef struct stage {
    analysis_t *analysis;
    const findings_t *found;
    progress_t *progress;
    observation_t *out;
} stage_t;

static stage_t stage_of(analysis_t *analysis, const findings_t *found, observation_t *out)
{
    return (stage_t){analysis, found, &analysis->owned->progress, out};
}

static void pass(const stage_t *stage, milestone_t milestone)
{
    const uint16_t bit = (uint16_t)(1u << milestone);

    if (stage->progress->milestones & bit)
        return;
    stage->progress->milestones |= bit;
    stage->out->milestones |= bit;
}

/* The frame with the SYN, SYN-ACK or FIN that the segment acknowledges. */
static void name_acked(const stage_t *stage, uint32_t frame, segment_kind_t kind)
{
    facts_t *facts = observation_add_facts(stage->out);

    facts->acked_frame = frame;
    facts->acked_kind = (uint8_t)kind;
}

static close_facts_t *close_facts(const stage_t *stage)
{
    return &observation_add_facts(stage->out)->close;
}

/* -- Beginning --------------------------------------------------------------------------------- */

void progress_begin_midstream(analysis_t *analysis)
{
    analysis->owned->progress.handshake_done = !segment_has(analysis->segment, TCP_FLAG_SYN);
}

void progress_note_type_told(analysis_t *analysis)
{
    analysis->owned->progress.type_told = true;
}

void progress_take_back_third_step(analysis_t *analysis)
{
    progress_t *progress = &analysis->owned->progress;

    progress->handshake_done = false;
    progress->steps_seen &= (uint8_t) ~(1u << 3);
}

/* -- Handshake --------------------------------------------------------------------------------- */

/* Step 2 answers a SYN; step 3 a SYN-ACK, or a SYN where both sides opened at once. */
static int64_t name_answered_syn(const stage_t *stage)
{
    const endpoint_t *receiver = stage->analysis->receiver;
    const bool syn_ack = stage->out->handshake_step == 3 && receiver->synack.count > 0;
    const syn_copies_t *copies = syn_ack ? &receiver->synack : &receiver->syn;

    if (!syn_ack && receiver->syn_has_other_isn)
        return 0;

    const syn_copy_t *answered = syn_copies_answered_by(copies, stage->analysis->segment);

    if (!answered)
        answered = syn_copies_last(copies);
    if (!answered)
        return 0;
    name_acked(stage, answered->frame, syn_ack ? SEGMENT_SYN_ACK : SEGMENT_SYN);
    return answered->when;
}

/* Marks the segment as handshake step `step`; again: it was done before. Returns likewise. */
static int64_t take_handshake_step(const stage_t *stage, uint8_t step, bool again)
{
    stage->out->handshake_step = step;
    stage->out->retransmission = again;
    stage->progress->steps_seen |= (uint8_t)(1u << step);
    if (!again)
        stage->progress->reset = false; /* the RST before did not end it */
    return step > 1 ? name_answered_syn(stage) : 0;
}

static void end_handshake(const stage_t *stage)
{
    analysis_t *analysis = stage->analysis;
    const connection_t *connection = analysis->connection;
    const syn_copy_t *syn = syn_copies_last(&connection->end[connection->client_side].syn);

    stage->progress->handshake_done = true;
    stage->progress->step3_side = (uint8_t)analysis->side;
    stage->progress->step3_time = analysis->segment->when;
    if (connection->beginning.midstream)
        return;
    assert(syn);
    round_trip_note(analysis, analysis_since(analysis, syn->when));
}

/* The first ACK of the other endpoint's SYN-ACK, by whoever got one. */
static bool is_third_step(const stage_t *stage)
{
    const endpoint_t *sender = stage->analysis->sender;
    const endpoint_t *receiver = stage->analysis->receiver;
    const segment_t *segment = stage->analysis->segment;

    if (stage->progress->handshake_done || !stage->found->judged.accepted)
        return false;
    if (receiver->isn_known)
        return seq_after(segment->ack, receiver->isn) &&
               (receiver->synack_sent || !sender->synack_sent ||
                (sender->opened_first && !receiver->spoke));
    return sender->opened_first;
}

/* It answers something that its sender does not accept, other than a repeated SYN-ACK. */
static bool is_challenge(const analysis_t *analysis)
{
    const syn_copy_t *syn_ack = syn_copies_last(&analysis->receiver->synack);
    const uint32_t challenged_by = analysis->sender->challenged_by;

    return challenged_by != 0 && !(syn_ack && syn_ack->frame == challenged_by);
}

/* It has the number after its sender's SYN and the data on that, which only a client's has. */
static bool is_right_behind_syn(const analysis_t *analysis)
{
    const beginning_t *beginning = &analysis->connection->beginning;
    const uint32_t seq = analysis->segment->seq;

    if (analysis->side == analysis->connection->client_side)
        return beginning->syn_end_known && seq == beginning->syn_end;
    return analysis->sender->isn_known && seq == analysis->sender->isn + 1;
}

/* The same ACK once more, before anything else was said: it answers a repeated SYN-ACK, or is a
 * copy. */
static bool repeats_third_step(const stage_t *stage)
{
    const analysis_t *analysis = stage->analysis;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    return (stage->progress->steps_seen & 1u << 3) &&
           stage->progress->step3_side == analysis->side &&
           stage->found->compared.kind == SEGMENT_ACK && !is_challenge(analysis) &&
           receiver->isn_known && segment->seq == sender->snd_nxt &&
           is_right_behind_syn(analysis) && segment->ack == receiver->isn + 1 &&
           receiver->snd_nxt == receiver->isn + 1;
}

/* An endpoint goes on, or had gone on before a RST came, as only one does whose SYN was
 * acknowledged: step 3 was not captured. */
static bool shows_open(const stage_t *stage)
{
    const moves_t *moves = analysis_moves(stage->analysis);

    if (stage->progress->handshake_done)
        return false;
    for (unsigned i = 0; i < moves->count; i++)
        if (moves->move[i].event == EVENT_SHOW_SYN_ACKED ||
            moves->move[i].event == EVENT_SHOW_OPEN_BEFORE_RST)
            return true;
    return false;
}

/* The SYN, or SYN-ACK, of an endpoint; again: one came before. */
static int64_t take_syn_step(const stage_t *stage, uint8_t step, const syn_copies_t *copies,
                             bool again)
{
    /* What is perhaps a copy is not among the copies that were sent; no frame tells them apart, for
     * with a read filter two may have the same number. */
    const unsigned this_one = stage->analysis->segment->perhaps_copy ? 0 : 1;

    if (again && copies->count > this_one)
        observation_add_facts(stage->out)->first_frame = copies->copy[0].frame;
    return take_handshake_step(stage, step, again);
}

static int64_t step_of_handshake(const stage_t *stage)
{
    const endpoint_t *sender = stage->analysis->sender;
    const opening_t *opened = &stage->found->opened;

    if (stage->found->compared.kind == SEGMENT_SYN)
        return endpoint_opened_with(sender, stage->analysis->segment)
                   ? take_syn_step(stage, 1, &sender->syn, !opened->first_syn)
                   : 0;
    if (stage->found->compared.kind == SEGMENT_SYN_ACK)
        return take_syn_step(stage, 2, &sender->synack, !opened->first_syn_ack);
    if (is_third_step(stage)) {
        const int64_t answered_when = take_handshake_step(stage, 3, false);

        end_handshake(stage);
        return answered_when;
    }
    if (repeats_third_step(stage))
        return take_handshake_step(stage, 3, true);
    if (shows_open(stage))
        end_handshake(stage);
    return 0;
}

/* -- Close ------------------------------------------------------------------------------------- */

static void take_teardown_step(const stage_t *stage, unsigned step)
{
    stage->out->teardown_steps |= (uint8_t)(1u << (step - 1));
}

/* Which FIN a side's is: 0 for the first of the connection, 1 for the second, -1 for none yet. */
static int fin_place(const progress_t *progress, unsigned side)
{
    for (int i = 0; i < progress->fins_seen; i++)
        if (progress->fin_order[i] == side)
            return i;
    return -1;
}

/* Counts the FIN of a side, which was not counted before. Returns its place. */
static int add_fin(const stage_t *stage, unsigned side)
{
    progress_t *progress = stage->progress;
    const int place = progress->fins_seen == 0 ? 0 : 1;

    progress->fin_order[place] = (uint8_t)side;
    progress->fins_seen = (uint8_t)(place + 1);
    if (place == 0)
        progress->first_fin_time = stage->analysis->segment->when;
    return place;
}

/* A FIN that was inferred was none after all. Where one of its side was captured before, and
 * disowned, that stays counted. */
static void forget_silent_fins(const stage_t *stage)
{
    progress_t *progress = stage->progress;

    for (unsigned side = 0; side < 2; side++) {
        const int place = fin_place(progress, side);

        if (place < 0 || progress->fin_steps[side] ||
            stage->analysis->connection->end[side].fin.sent)
            continue;
        if (place == 0)
            progress->fin_order[0] = progress->fin_order[1];
        progress->fins_seen--;
        progress->fin_acked_seen[side] = false;
    }
}

/* A FIN that was never captured, or refused, but must have been sent; the sender's before the one
 * that it acknowledges. */
static void count_silent_fins(const stage_t *stage)
{
    const analysis_t *analysis = stage->analysis;

    for (unsigned i = 0; i < 2; i++) {
        const unsigned side = i ^ analysis->side;
        const bool is_here = side == analysis->side && segment_has(analysis->segment, TCP_FLAG_FIN);

        if (analysis->connection->end[side].fin.sent && fin_place(stage->progress, side) < 0 &&
            !is_here)
            add_fin(stage, side);
    }
}

/* The sender acknowledges the other endpoint's FIN: step 2 or 4. */
static void step_of_fin_ack(const stage_t *stage)
{
    progress_t *progress = stage->progress;
    const segment_t *segment = stage->analysis->segment;
    const fin_t *fin = &stage->analysis->receiver->fin;
    const unsigned other = !stage->analysis->side;
    const int place = fin_place(progress, other);

    if (!segment_has(segment, TCP_FLAG_ACK) || !fin_is_acked_by(fin, segment->ack))
        return;
    assert(place >= 0);
    if (!progress->fin_acked_seen[other]) {
        progress->fin_acked_seen[other] = true;
    } else if (progress->fin_repeated[other] ||
               (stage->found->compared.repeats_last_ack && place == 1)) {
        stage->out->retransmission = true;
    } else {
        return;
    }
    progress->fin_repeated[other] = false;
    name_acked(stage, fin->frame, SEGMENT_FIN);
    close_facts(stage)->fin_frame = fin->frame;
    take_teardown_step(stage, place == 0 ? 2 : 4);
    if (place == 0)
        pass(stage, MILESTONE_CLOSE_ACKNOWLEDGED);
    if (progress->fin_acked_seen[0] && progress->fin_acked_seen[1])
        pass(stage, MILESTONE_CLOSED);
}

static void repeat_step_of_fin(const stage_t *stage)
{
    progress_t *progress = stage->progress;
    const unsigned side = stage->analysis->side;

    stage->out->teardown_steps |= progress->fin_steps[side];
    progress->fin_repeated[side] = progress->fin_acked_seen[side];
    if (anomaly_is_raised(&stage->out->anomalies, ANOMALY_FIN_MOVED))
        return; /* it is another FIN */
    stage->out->retransmission = true;
    progress->fin_retransmissions += !stage->analysis->segment->perhaps_copy;
    close_facts(stage)->fin_retransmissions = progress->fin_retransmissions;
    if (stage->analysis->sender->fin.repeated)
        observation_add_facts(stage->out)->first_frame = stage->analysis->sender->fin.first_frame;
}

/* The sender's own FIN: step 1 or 3, and what the first copy of it was. */
static void step_of_fin(const stage_t *stage)
{
    progress_t *progress = stage->progress;
    const analysis_t *analysis = stage->analysis;
    const unsigned side = analysis->side;
    int place = fin_place(progress, side);

    if (!fin_is_on(&analysis->sender->fin, analysis->segment))
        return;
    if (progress->fin_steps[side]) {
        repeat_step_of_fin(stage);
        return;
    }
    if (place < 0)
        place = add_fin(stage, side);
    else if (place == 0) /* it was inferred before, but is captured only now */
        progress->first_fin_time = analysis->segment->when;
    if (place == 1)
        close_facts(stage)->half_closed_time =
            time_between(progress->first_fin_time, analysis->segment->when);
    stage->out->retransmission = false; /* though its ACK may have been sent before */
    take_teardown_step(stage, place == 0 ? 1 : 3);
    progress->fin_steps[side] = stage->out->teardown_steps;
    pass(stage, place == 0 ? MILESTONE_CLOSE_STARTED : MILESTONE_CLOSE_ANSWERED);
}

/* Who began the close: settled by the ACK of the first FIN, unless that may answer one that was not
 * captured, or stands behind what is missing, such as a FIN, or by a second FIN that does not
 * acknowledge it, so that the two crossed (RFC 9293 3.6), or that the first one acknowledges, so
 * that it was sent before it; or by the ACK of either whose sender's own FIN was refused. */
static void settle_initiator(const stage_t *stage)
{
    progress_t *progress = stage->progress;
    const analysis_t *analysis = stage->analysis;
    const connection_t *connection = analysis->connection;
    const uint8_t steps = stage->out->teardown_steps;
    const bool acknowledges = (steps & 1u << 1) && stage->found->judged.place != SEQ_AHEAD;
    const bool second = (steps & 1u << 2) && !stage->out->retransmission;
    /* Its own FIN came before the other one, but was refused. */
    const bool closing = (steps & (1u << 1 | 1u << 3)) && analysis->sender->state == STATE_CLOSING;

    if (progress->initiator_settled || (!acknowledges && !second && !closing) ||
        connection_fin_may_answer(connection) || connection_fin_may_cross(connection))
        return;

    const bool alone = second && !analysis->receiver->fin.sent; /* the other was forged */
    const bool sent_first =
        alone || (second && fin_is_answered_by(&analysis->sender->fin, &analysis->receiver->fin));
    const unsigned first_side = sent_first ? analysis->side : progress->fin_order[0];
    const bool crossed =
        closing || (!acknowledges && !sent_first &&
                    !seq_after(analysis->segment->ack, analysis->receiver->fin.seq));

    progress->initiator_settled = true;
    close_facts(stage)->initiator = crossed                                 ? WHO_BOTH
                                    : first_side == connection->client_side ? WHO_CLIENT
                                                                            : WHO_SERVER;
}

/* The FIN was captured behind a RST that has ended everything, but sent before that arrived, and
 * perhaps before the other's FIN did. It is no step, since nothing follows from it. */
static void count_fin_behind_reset(const stage_t *stage)
{
    const analysis_t *analysis = stage->analysis;
    const fin_t *other = &analysis->receiver->fin;

    if (stage->progress->fin_steps[analysis->side] ||
        !fin_is_on(&analysis->sender->fin, analysis->segment))
        return;
    if (fin_place(stage->progress, analysis->side) < 0)
        add_fin(stage, analysis->side);
    if (stage->progress->initiator_settled || !other->sent ||
        seq_after(analysis->segment->ack, other->seq))
        return;
    stage->progress->initiator_settled = true;
    close_facts(stage)->initiator = WHO_BOTH;
}

static void step_of_close(const stage_t *stage)
{
    if (observation_moved_by(stage->out, EVENT_SEND_CROSSING_FIN))
        stage->progress->initiator_settled = false; /* perhaps by what was taken for that FIN */
    forget_silent_fins(stage);
    count_silent_fins(stage);
    step_of_fin_ack(stage);
    step_of_fin(stage);
    settle_initiator(stage);
}

/* A RST has ended the connection, and the segment does not bring it back: it is no step. */
static bool is_over(const stage_t *stage)
{
    const connection_t *connection = stage->analysis->connection;

    return stage->progress->reset && endpoint_gone(&connection->end[0]) &&
           endpoint_gone(&connection->end[1]);
}

/* The RST that ended the connection was captured before the third step, which was sent all the
 * same: the RST answers it or has crossed it; unless its own sender had reset before. Where the RST
 * seemed to refuse the SYN, the SYN-ACK that has its number is missing. */
static bool is_third_step_of_reset(const stage_t *stage)
{
    const endpoint_t *sender = stage->analysis->sender;
    const endpoint_t *receiver = stage->analysis->receiver;
    const segment_t *segment = stage->analysis->segment;

    if (stage->progress->handshake_done ||
        stage->analysis->side != stage->analysis->connection->client_side ||
        sender->ending != ENDED_BY_PEER_RST || !segment_has(segment, TCP_FLAG_ACK) ||
        segment_has(segment, TCP_FLAG_SYN) ||
        (sender->rst_known && sender->rst.seq == segment->seq))
        return false;
    if (!receiver->isn_known)
        return receiver->rst.seq != 0 && receiver->rst.seq == segment->ack;
    return endpoint_syn_covered_by(receiver, segment->ack) &&
           (receiver->synack_sent || receiver->rst.seq == segment->ack);
}

/* It brings nothing back, so the phase stays. */
static int64_t step_behind_reset(const stage_t *stage)
{
    stage->out->handshake_step = 3;
    stage->progress->steps_seen |= 1u << 3;
    end_handshake(stage);
    return name_answered_syn(stage);
}

int64_t progress_of_steps(analysis_t *analysis, const findings_t *found, observation_t *out)
{
    const stage_t stage = stage_of(analysis, found, out);

    if (!found->judged.counts || !analysis->connection->begun)
        return 0;
    if (is_over(&stage) && !found->opened.refused) {
        if (is_third_step_of_reset(&stage))
            return step_behind_reset(&stage);
        if (shows_open(&stage))
            end_handshake(&stage);
        count_fin_behind_reset(&stage);
        return 0;
    }

    const int64_t answered_when = step_of_handshake(&stage);

    step_of_close(&stage);
    return answered_when;
}

/* -- Reset ------------------------------------------------------------------------------------- */

/* Whoever is back that a RST had seemed to end shows that it did not. */
static void note_revivals(const stage_t *stage)
{
    const moves_t *moves = analysis_moves(stage->analysis);

    for (unsigned i = 0; i < moves->count; i++) {
        const uint8_t from = moves->move[i].from;

        if ((from == STATE_CLOSED || from == STATE_LISTEN) &&
            moves->move[i].event != EVENT_SEND_SYN &&
            moves->move[i].event != EVENT_SHOW_OPEN_BEFORE_RST)
            stage->progress->reset = false;
    }
}

static void note_reset(const stage_t *stage)
{
    const bool refused = !stage->progress->handshake_done &&
                         stage->found->before.state[!stage->analysis->side] == STATE_SYN_SENT;

    if (shows_open(stage))
        end_handshake(stage);
    stage->out->phase = PHASE_RESET;
    stage->progress->reset = true;
    pass(stage, refused ? MILESTONE_REFUSED : MILESTONE_RESET);
    if (!stage->analysis->connection->begun) /* a lone RST: the next one is as lone */
        stage->progress->milestones = 0;
}

/* -- Milestones -------------------------------------------------------------------------------- */

/* Entries into ESTABLISHED. Whoever comes back from the dead, or was there before the capture
 * began, enters nothing. */
static void pass_by_moves(const stage_t *stage)
{
    const moves_t *moves = analysis_moves(stage->analysis);

    for (unsigned i = 0; i < moves->count; i++) {
        const move_t *move = &moves->move[i];
        const bool goes_on =
            move->from == STATE_CLOSED ||
            (move->from == STATE_UNKNOWN && move->event != EVENT_GUESS_PEER_SYN_ACK);

        if (move->to == STATE_ESTABLISHED && !goes_on)
            pass(stage, move->role == ROLE_CLIENT ? MILESTONE_CLIENT_ESTABLISHED
                                                  : MILESTONE_SERVER_ESTABLISHED);
    }
}

static void pass_by_segment(const stage_t *stage)
{
    const segment_t *segment = stage->analysis->segment;
    const bool is_data = stage->found->judged.counts && segment->payload_len > 0 &&
                         !segment_has(segment, TCP_FLAG_RST) &&
                         stage->found->compared.kind != SEGMENT_KEEP_ALIVE;

    if (stage->found->opened.reopened)
        pass(stage, MILESTONE_REOPENED);
    if (stage->out->handshake_step == 1)
        pass(stage, MILESTONE_OPEN_REQUESTED);
    if (stage->out->handshake_step == 2)
        pass(stage, MILESTONE_OPEN_ANSWERED);
    if (is_data) {
        stage->progress->data_seen = true;
        if (!stage->analysis->connection->beginning.midstream)
            pass(stage, MILESTONE_FIRST_DATA);
    }
}

/* The end of a close: how long it took, and who has to wait. */
static void tell_end_of_close(const stage_t *stage)
{
    const connection_t *connection = stage->analysis->connection;
    const bool client = connection->end[connection->client_side].state == STATE_TIME_WAIT;
    const bool server = connection->end[!connection->client_side].state == STATE_TIME_WAIT;
    const uint16_t ends = 1u << MILESTONE_CLOSED | 1u << MILESTONE_RESET;
    const uint16_t new_ends = stage->out->milestones & ends;

    if (!new_ends || stage->progress->fins_seen == 0 ||
        (stage->progress->milestones & ends) != new_ends)
        return;
    close_facts(stage)->duration =
        time_between(stage->progress->first_fin_time, stage->analysis->segment->when);
    close_facts(stage)->time_wait =
        (uint8_t)((client ? WHO_CLIENT : 0) | (server ? WHO_SERVER : 0));
}

/* -- Phase ------------------------------------------------------------------------------------- */

/* The segment's own phase: that of its step, or the one that goes on. */
static phase_t phase_of(const stage_t *stage)
{
    const observation_t *out = stage->out;
    const phase_t before = (phase_t)stage->found->before.status.phase;
    const bool begins = stage->found->opened.reopened;
    const bool late_third_step = out->handshake_step == 3 && !out->retransmission && !begins;

    if (is_over(stage) && out->handshake_step == 3)
        return PHASE_CLOSED;
    if (out->handshake_step && !(late_third_step && before == PHASE_TEARDOWN))
        return PHASE_HANDSHAKE;
    if (out->teardown_steps)
        return PHASE_TEARDOWN;
    return begins || before < PHASE_DATA || before == PHASE_CLOSED
               ? connection_phase(stage->analysis->connection)
               : before;
}

/* -- All together ------------------------------------------------------------------------------ */

void progress_finish(analysis_t *analysis, const findings_t *found, observation_t *out)
{
    const stage_t stage = stage_of(analysis, found, out);

    note_revivals(&stage);
    if (found->opened.refused && !stage.progress->reset) {
        stage.progress->reset = true;
        pass(&stage, out->handshake_step == 1 ? MILESTONE_REFUSED : MILESTONE_RESET);
    }
    if (found->resets)
        note_reset(&stage);
    if (analysis->connection->begun) {
        pass_by_segment(&stage);
        pass_by_moves(&stage);
        tell_end_of_close(&stage);
    }
    if (!found->resets)
        out->phase = (uint8_t)phase_of(&stage);
}
