/* summary.c
 * What a whole connection was.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "summary.h"

#include "text.h"

/* A RST has ended it, so far as is known after the last segment. What crosses the RST on its way
 * may complete a handshake, but brings nothing back. */
static bool is_reset(const connection_t *connection)
{
    return connection->progress.reset ||
           (connection->begun && endpoint_gone(&connection->end[0]) &&
            endpoint_gone(&connection->end[1]) && !connection_closed_orderly(connection));
}

/* -- Verdicts ---------------------------------------------------------------------------------- */

static bool only_sent(const summary_t *summary, role_t role, segment_kind_t kind)
{
    return summary->kinds[role] == 1u << kind;
}

static bool silent_or_resets(const summary_t *summary, role_t role)
{
    return !summary->spoke[role] || only_sent(summary, role, SEGMENT_RST);
}

/* FINs of one end and nothing but RSTs of the other; or one ACK that is answered by a RST: neither
 * shows that there ever was a connection. */
static bool is_probe(const summary_t *summary, const connection_t *connection)
{
    const bool lone_ack = is_reset(connection) && summary->resets_lone_segment;

    if (connection->progress.data_seen)
        return false;
    for (unsigned role = 0; role < 2; role++)
        if (silent_or_resets(summary, !role) &&
            (only_sent(summary, role, SEGMENT_FIN) ||
             (lone_ack && only_sent(summary, role, SEGMENT_ACK))))
            return true;
    return false;
}

/* The ACK of an endpoint in TIME-WAIT is no answer to a SYN. */
static bool refused_in_time_wait(const summary_t *summary, const connection_t *connection)
{
    return connection->beginning.in_time_wait &&
           !connection->end[!summary->client_side].synack_sent;
}

/* Whoever seems to have sent the first RST is gone, or has already sent the SYN of another
 * connection. */
static bool is_resetter_gone(const summary_t *summary, const connection_t *connection)
{
    const unsigned side = summary->client_side ^ (summary->first_rst.by == WHO_CLIENT ? 0u : 1u);
    const bool opens_anew = connection->pending.waiting && connection->pending.side == side;

    return opens_anew || endpoint_gone(&connection->end[side]);
}

/* It has refused the SYN, and whoever sent that has not tried again, or gone on. */
static bool has_refused(const summary_t *summary, const connection_t *connection)
{
    return summary->first_rst.refuses && !connection->progress.handshake_done &&
           endpoint_gone(&connection->end[summary->client_side]);
}

/* A RST has ended the connection, or would have, if the capture did not lack something before it,
 * and neither end has shown that it lives. Where both have closed, it is over before: what ends
 * TIME-WAIT does not reset it. */
static bool rst_counts(const summary_t *summary, const connection_t *connection)
{
    const first_rst_t *first = &summary->first_rst;

    return !connection_closed_orderly(connection) &&
           (is_reset(connection) || (first->by && !first->outlived &&
                                     (first->presumed || is_resetter_gone(summary, connection) ||
                                      has_refused(summary, connection))));
}

/* It has refused the SYN, and whoever sent that has not shown since that it was answered. */
static bool refuses(const summary_t *summary, const connection_t *connection)
{
    return summary->first_rst.refuses && !connection->progress.handshake_done;
}

static outcome_t outcome_of(const summary_t *summary, const connection_t *connection)
{
    if (!summary->begun || is_probe(summary, connection))
        return OUTCOME_ORPHAN;
    if (connection_closed_orderly(connection))
        return OUTCOME_CLOSED;
    if (rst_counts(summary, connection))
        return refuses(summary, connection) ? OUTCOME_REFUSED : OUTCOME_RESET;
    if (connection->progress.fins_seen > 0)
        return OUTCOME_HALF_CLOSED;
    if (connection->progress.handshake_done)
        return OUTCOME_OPEN;
    if (summary->spoke[ROLE_SERVER] && !refused_in_time_wait(summary, connection))
        return OUTCOME_HALF_OPEN;
    return summary->unreachable ? OUTCOME_UNREACHABLE : OUTCOME_UNANSWERED;
}

static handshake_result_t handshake_of(const summary_t *summary, const connection_t *connection)
{
    if (summary->start == START_MIDSTREAM)
        return HANDSHAKE_UNSEEN;
    if (connection->progress.handshake_done || summary->first_rst.opened)
        return HANDSHAKE_COMPLETED;
    if (summary->outcome == OUTCOME_REFUSED)
        return HANDSHAKE_REFUSED;
    if (summary->bad_ack)
        return HANDSHAKE_BAD_ACK;
    if (summary->spoke[ROLE_SERVER] || summary->reset_reason == RST_ANSWERS_TIME_WAIT)
        return HANDSHAKE_UNFINISHED;
    return summary->unreachable ? HANDSHAKE_UNREACHABLE : HANDSHAKE_UNANSWERED;
}

/* 0: nobody, or it cannot be told. */
static uint8_t closed_by(const summary_t *summary, const connection_t *connection)
{
    if (connection->progress.fins_seen == 0 || connection_fin_may_answer(connection) ||
        connection_fin_may_cross(connection) ||
        (summary->initiator == WHO_BOTH && summary->crossing_doubted))
        return 0;
    if (summary->initiator)
        return summary->initiator;
    return connection->progress.fin_order[0] == summary->client_side ? WHO_CLIENT : WHO_SERVER;
}

/* One endpoint is silent in the capture. That it spoke is proven by an acknowledgment of its SYN,
 * or by acknowledgment numbers that advance: a first one may be older than the capture. */
static capture_t capture_of(const summary_t *summary, const connection_t *connection)
{
    const role_t role = summary->spoke[ROLE_CLIENT] ? ROLE_CLIENT : ROLE_SERVER;
    const endpoint_t *sender = &connection->end[role ^ summary->client_side];

    if (summary->spoke[!role] || !sender->acked_known)
        return CAPTURE_BOTH;
    if (summary->start == START_MIDSTREAM && !seq_after(sender->acked, summary->first_ack))
        return CAPTURE_BOTH;
    return role == ROLE_CLIENT ? CAPTURE_CLIENT_ONLY : CAPTURE_SERVER_ONLY;
}

/* -- Taking a segment -------------------------------------------------------------------------- */

static role_t sender_of(const summary_t *summary, unsigned sender_side)
{
    return sender_side == summary->client_side ? ROLE_CLIENT : ROLE_SERVER;
}

static start_t start_of(const connection_t *connection)
{
    if (connection->begun && !connection->beginning.midstream)
        return START_SYN;
    return connection->begun && connection->roles == ROLES_BY_SYN_ACK ? START_SYN_ACK
                                                                      : START_MIDSTREAM;
}

static void count_ecn(summary_t *summary, const segment_t *segment)
{
    if (segment->perhaps_copy)
        return;
    summary->ce += segment->ip_ecn == IP_ECN_CE;
    if (segment_has(segment, TCP_FLAG_SYN))
        return;
    summary->ece += segment_has(segment, TCP_FLAG_ECE);
    summary->cwr += segment_has(segment, TCP_FLAG_CWR);
}

/* The RST was forged, and has ended nobody: both ends go on. Where it has ended its receiver, it
 * has reset the connection, whatever the other end is answered from then on. A SYN-ACK alone does
 * not show that the SYN was sent again after the RST that has refused it. */
static bool is_refuted(const summary_t *summary, const connection_t *connection)
{
    if (connection->beginning.refused && !connection->progress.handshake_done)
        return false;
    return !is_reset(connection) && !is_resetter_gone(summary, connection) &&
           !endpoint_gone(&connection->end[0]) && !endpoint_gone(&connection->end[1]);
}

static bool is_gone(uint8_t state)
{
    return state == STATE_CLOSED || state == STATE_LISTEN;
}

static bool is_by(const first_rst_t *rst, role_t sender)
{
    return rst->by == (sender == ROLE_CLIENT ? WHO_CLIENT : WHO_SERVER);
}

/* The first RST has ended neither end: its supposed sender goes on, and its receiver had left by a
 * RST of its own, which has reset the connection. */
static bool is_replaced(const first_rst_t *rst, const connection_t *connection, role_t sender,
                        const observation_t *observation)
{
    const unsigned other = connection->client_side ^ (sender == ROLE_CLIENT ? 1u : 0u);

    return is_by(rst, sender) && observation_moved_by(observation, EVENT_SHOW_ALIVE) &&
           connection->end[other].ending == ENDED_BY_OWN_RST;
}

/* A segment of the RST's receiver that it sends only if the RST has not ended it: new data, a FIN,
 * a challenge ACK, or whatever brought it back. */
static bool outlives(const first_rst_t *rst, role_t sender, const observation_t *observation,
                     const verdict_t *verdict)
{
    const facts_t *facts = observation_facts(observation);
    const bool sends = observation->kind == SEGMENT_DATA || observation->kind == SEGMENT_FIN;

    if (!rst->by || is_by(rst, sender))
        return false;
    return observation_moved_by(observation, EVENT_SHOW_ALIVE) || facts->challenge_ack != 0 ||
           (sends && verdict->counts && !verdict->repeats &&
            !is_gone(observation->status.state[sender]));
}

/* The RST counts data that the client has sent, though the capture has nothing between the SYN and
 * it: there was a connection. */
static bool counts_missing_data(const connection_t *connection, const segment_t *rst, role_t sender)
{
    const beginning_t *beginning = &connection->beginning;

    return segment_has(rst, TCP_FLAG_RST | TCP_FLAG_ACK) && beginning->syn_end_known &&
           !connection->progress.handshake_done &&
           seq_after(sender == ROLE_CLIENT ? rst->seq : rst->ack, beginning->syn_end);
}

/* Without ACK bit it answers an ACK, where nothing was captured of the client but the SYN: of data
 * that the server has sent behind its SYN-ACK, or a wrong third step. */
static bool answers_missing_ack(const summary_t *summary, const connection_t *connection,
                                const segment_t *rst, role_t sender)
{
    const endpoint_t *server = &connection->end[!connection->client_side];

    return sender == ROLE_SERVER && server->synack_sent && !connection->progress.handshake_done &&
           seq_after(rst->seq, server->snd_max) && only_sent(summary, ROLE_CLIENT, SEGMENT_SYN);
}

/* The SYN-ACK has the number of the RST that was captured before it: that rejects it. */
static bool is_rejected(const connection_t *connection, const segment_t *syn_ack, role_t sender)
{
    const endpoint_t *receiver = &connection->end[connection->client_side ^ !sender];

    return segment_has(syn_ack, TCP_FLAG_SYN | TCP_FLAG_ACK) &&
           !(receiver->rst.flags & TCP_FLAG_ACK) && receiver->rst.seq == syn_ack->ack;
}

/* It refuses the SYN, and was captured behind the RST of the other end, which can only answer what
 * came after it: a SYN-ACK. */
static bool has_refused_before(const summary_t *summary, const connection_t *connection,
                               const segment_t *rst, role_t sender)
{
    const beginning_t *beginning = &connection->beginning;
    const first_rst_t *first = &summary->first_rst;

    const unsigned syn_or_rst = 1u << SEGMENT_SYN | 1u << SEGMENT_RST;

    return segment_has(rst, TCP_FLAG_RST | TCP_FLAG_ACK) && first->by && !is_by(first, sender) &&
           first->reason == RST_REASON_UNKNOWN && sender == ROLE_SERVER &&
           beginning->syn_end_known && rst->ack == beginning->syn_end &&
           only_sent(summary, sender, SEGMENT_RST) && (summary->kinds[!sender] & ~syn_or_rst) == 0;
}

/* A connection was reset by the RST that ended it first, whatever closed endpoints answer to
 * segments that were under way. */
static void take_reset(summary_t *summary, const connection_t *connection, const segment_t *segment,
                       role_t sender, const observation_t *observation, const verdict_t *verdict)
{
    const facts_t *facts = observation_facts(observation);
    first_rst_t *first = &summary->first_rst;
    const bool shown =
        observation->phase == PHASE_RESET || observation_moved_by(observation, EVENT_SEND_RST);

    if (first->presumed ? !segment_has(segment, TCP_FLAG_RST) : is_refuted(summary, connection))
        *first = (first_rst_t){0};
    if (is_replaced(first, connection, sender, observation))
        *first = (first_rst_t){.by = sender == ROLE_CLIENT ? WHO_SERVER : WHO_CLIENT,
                               .reason = first->answer};
    if (first->by && !is_by(first, sender) && first->reason == RST_REASON_UNKNOWN &&
        is_rejected(connection, segment, sender))
        first->reason = RST_UNEXPECTED_SYN_ACK;
    if (has_refused_before(summary, connection, segment, sender))
        *first = (first_rst_t){.by = facts->rst.by, .reason = facts->rst.reason, .refuses = true};
    first->outlived |= outlives(first, sender, observation, verdict);
    first->disowned |= is_by(first, sender) && observation_moved_by(observation, EVENT_SHOW_ALIVE);
    if (first->by && !is_by(first, sender) && observation_moved_by(observation, EVENT_SEND_RST))
        first->answer = facts->rst.reason;

    const bool opened = counts_missing_data(connection, segment, sender);

    if (first->by || !facts->rst.by ||
        (!shown && !opened && !answers_missing_ack(summary, connection, segment, sender)))
        return;
    *first = (first_rst_t){.by = facts->rst.by,
                           .reason = facts->rst.reason,
                           .presumed = !shown,
                           .opened = !shown && opened,
                           .refuses = observation->milestones & 1u << MILESTONE_REFUSED};
    summary->resets_lone_segment = summary->segments == 1;
}

/* Where a RST ends it. A passive opener that gets one in SYN-RECEIVED listens again (RFC 9293
 * 3.10.7.4). */
static uint8_t state_after_reset(const summary_t *summary, role_t role)
{
    const bool listens = role == ROLE_SERVER && summary->state[role] == STATE_SYN_RECEIVED &&
                         !summary->first_rst.presumed;

    return listens ? STATE_LISTEN : STATE_CLOSED;
}

/* Where the RST counts, both endpoints have left the connection. Its reason is no longer believed
 * where the capture shows another: the SYN was answered after all, or whoever seemed to know
 * nothing of the connection goes on. */
static void show_reset(summary_t *summary, const connection_t *connection)
{
    const bool counts = rst_counts(summary, connection);
    const bool refuted =
        (summary->first_rst.refuses && connection->progress.handshake_done) ||
        (summary->first_rst.disowned && summary->first_rst.reason == RST_HALF_OPEN);

    summary->reset_by = counts ? summary->first_rst.by : 0;
    summary->reset_reason = counts && !refuted ? summary->first_rst.reason : RST_REASON_UNKNOWN;
    if (counts && !is_reset(connection))
        for (unsigned role = 0; role < 2; role++)
            if (summary->spoke[role])
                summary->state[role] = state_after_reset(summary, (role_t)role);
}

/* A FIN has shown to be forged, or a byte that was taken for one: if the other end has closed, that
 * one was the first. */
static void correct_initiator(summary_t *summary, const connection_t *connection,
                              const moves_t *moves)
{
    for (unsigned i = 0; i < moves->count; i++) {
        const role_t other = !moves->move[i].role;

        if (moves->move[i].event == EVENT_SHOW_FIN_NOT_SENT &&
            connection->end[summary->client_side ^ other].fin.sent)
            summary->initiator = other == ROLE_CLIENT ? WHO_CLIENT : WHO_SERVER;
    }
}

/* One of two FINs was forged, perhaps the one that seemed to cross the other end's. */
static bool doubts_crossing(const summary_t *summary, const observation_t *observation)
{
    return summary->initiator == WHO_BOTH &&
           anomaly_is_raised(&observation->anomalies, ANOMALY_FIN_MOVED);
}

/* What only segments that are not steady can change. */
static void conclude(summary_t *summary, const connection_t *connection, const segment_t *segment,
                     role_t sender, const observation_t *observation, const verdict_t *verdict)
{
    const facts_t *facts = observation_facts(observation);

    take_reset(summary, connection, segment, sender, observation, verdict);
    if (start_of(connection) == START_SYN) /* it may be captured behind its SYN-ACK */
        summary->start = START_SYN;
    if (facts->handshake.rtt != NO_TIME)
        summary->rtt = facts->handshake.rtt;
    summary->bad_ack |= facts->handshake.ack_judged && !facts->handshake.ack_ok;
    if (facts->close.initiator)
        summary->initiator = facts->close.initiator;
    else
        correct_initiator(summary, connection, &facts->moves);
    summary->crossing_doubted |= doubts_crossing(summary, observation);
    summary->ecn = observation->status.ecn.mode;
    for (unsigned role = 0; role < 2; role++)
        summary->state[role] =
            summary->spoke[role] ? observation->status.state[role] : (uint8_t)STATE_UNKNOWN;
    show_reset(summary, connection);
    summary->closed_by = closed_by(summary, connection);
    summary->outcome = (uint8_t)outcome_of(summary, connection);
    summary->handshake = (uint8_t)handshake_of(summary, connection);
}

/* The kind that a segment shows of its sender; 0: none. Without any of these flags, and without
 * data, it shows nothing. */
static uint16_t kind_mark(const segment_t *segment)
{
    const uint16_t telling = TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST | TCP_FLAG_ACK;

    if (segment_has_any(segment, telling))
        return (uint16_t)(1u << segment_header_kind(segment));
    return segment->payload_len > 0 ? 1u << SEGMENT_DATA : 0;
}

/* -- Anomalies --------------------------------------------------------------------------------- */

static void forget_anomalies(summary_t *summary, uint64_t explained)
{
    summary->anomalies.raised &= ~explained;
    summary->anomalies.assumed &= ~explained;
    summary->doubts.certain &= ~explained;
}

/* Of the anomalies so far and those of this segment, what is left after it. */
static void take_anomalies(summary_t *summary, const connection_t *connection,
                           const segment_t *segment, role_t sender, const anomaly_set_t *anomalies)
{
    if (!anomalies->raised && summary->doubts.count == 0)
        return;

    const doubts_evidence_t found = {.connection = connection,
                                     .segment = segment,
                                     .sender = sender,
                                     .spoke = summary->spoke,
                                     .volume = summary->volume,
                                     .syn_captured = summary->start == START_SYN};

    summary->anomalies.raised |= anomalies->raised;
    summary->anomalies.assumed |= anomalies->assumed;
    doubts_take(&summary->doubts, anomalies, &found);
    forget_anomalies(summary, doubts_settle(&summary->doubts, &found));
}

/* True where a steady segment has more to it than its time. */
static bool is_notable(const summary_t *summary, const segment_t *segment, role_t sender,
                       const observation_t *observation, const verdict_t *verdict)
{
    return !(summary->kinds[sender] & 1u << observation->kind) ||
           summary->zeek.end[sender] == ZEEK_INACTIVE || segment->window == 0 ||
           segment->ip_ecn == IP_ECN_CE || segment_has_any(segment, TCP_FLAG_ECE | TCP_FLAG_CWR) ||
           !verdict->counts || verdict->repeats || observation->anomalies.raised;
}

/* A steady segment of this end has acknowledged what was not captured. */
static void note_missing(summary_t *summary, const connection_t *connection, role_t sender)
{
    zeek_note_missing(&summary->zeek, sender);
    summary->capture = (uint8_t)capture_of(summary, connection);
}

/* Nobody knows yet to which connection it belongs. */
static bool is_pending_syn(const connection_t *connection, const segment_t *segment)
{
    const pending_syn_t *pending = &connection->pending;
    const segment_t *last = pending->again ? &pending->copy : &pending->syn;

    return segment_has(segment, TCP_FLAG_SYN) && pending->waiting && last->frame == segment->frame;
}

/* Where it cannot be told whether a segment was captured or sent again, nothing is counted. */
static void count_volume(volume_t *volume, const connection_t *connection, const segment_t *segment,
                         const observation_t *observation, const verdict_t *verdict)
{
    if (segment->perhaps_copy)
        return;
    if (!verdict->counts || is_pending_syn(connection, segment))
        volume_take_unread(volume, segment);
    else
        volume_take(volume, segment, (segment_kind_t)observation->kind);
}

/* The segment is the first SYN, or the SYN-ACK where no SYN was captured, and what was captured
 * before it belongs to the same attempt. */
static bool crosses(const connection_t *connection, const segment_t *segment)
{
    return segment_has(segment, TCP_FLAG_SYN) && connection->beginning.crosses == segment->frame;
}

/* The segment is a SYN, and the RST that refuses it was captured before it. */
static bool is_refused_already(const connection_t *connection, const observation_t *observation)
{
    return observation->handshake_step == 1 && connection->progress.reset;
}

/* The lone RST or SYN-ACK of which the summary has told so far belongs to the SYN that has been
 * captured now. */
static void join(summary_t *summary, const connection_t *connection, const segment_t *segment,
                 const observation_t *observation)
{
    const summary_t before = *summary;

    summary_begin(summary, NULL, connection, segment, observation->status.client_side, observation);
    summary->first_frame = before.first_frame;
    summary->first_time = before.first_time;
    for (unsigned side = 0; side < 2; side++) {
        summary->volume[side ^ summary->client_side] = before.volume[side ^ before.client_side];
        summary->spoke[side ^ summary->client_side] = before.spoke[side ^ before.client_side];
    }
    summary->spoke[ROLE_SERVER] = true;
    if (connection->beginning.refused)
        summary->first_rst =
            (first_rst_t){.by = WHO_SERVER, .reason = RST_PORT_CLOSED, .refuses = true};
}

bool summary_begins_anew(const summary_t *summary, const connection_t *connection,
                         const observation_t *observation)
{
    return !summary || (observation->milestones & 1u << MILESTONE_REOPENED) ||
           (connection->begun && !summary->begun && !connection->beginning.crosses &&
            !is_refused_already(connection, observation));
}

/* The client's SYN was captured before anything showed that it opens a connection. */
static void take_early_syn(summary_t *summary, summary_t *before, const connection_t *connection,
                           const syn_copy_t *syn)
{
    const uint32_t isn = connection->end[summary->client_side].isn;

    zeek_take_early_syn(&summary->zeek, isn);
    volume_take_early_syn(&summary->volume[ROLE_CLIENT], isn, connection->beginning.syn_end,
                          syn->ip_len);
    summary->spoke[ROLE_CLIENT] = true;
    if (!before)
        return;
    volume_give_back(&before->volume[before->client_side ^ summary->client_side], syn->ip_len);
    forget_anomalies(before, doubts_settle_syn(&before->doubts, isn));
}

/* A SYN-ACK that seemed to answer the attempt before turns out to be the answer to this one. */
static void lose_answer(summary_t *before)
{
    if (before->outcome != OUTCOME_HALF_OPEN || !only_sent(before, ROLE_SERVER, SEGMENT_SYN_ACK))
        return;
    before->state[ROLE_SERVER] = STATE_UNKNOWN;
    before->outcome = OUTCOME_UNANSWERED;
    before->handshake = HANDSHAKE_UNANSWERED;
    forget_anomalies(before, UINT64_C(1) << ANOMALY_BAD_HANDSHAKE_ACK);
}

void summary_begin(summary_t *summary, summary_t *before, const connection_t *connection,
                   const segment_t *segment, unsigned sender_side, const observation_t *observation)
{
    const syn_copy_t *syn = &connection->end[observation->status.client_side].syn.copy[0];
    const bool had_early_syn = connection->begun && !connection->beginning.midstream &&
                               sender_side != observation->status.client_side;

    *summary = (summary_t){.client_side = observation->status.client_side,
                           .begun = connection->begun,
                           .start = (uint8_t)start_of(connection),
                           .capture = CAPTURE_BOTH,
                           .first_frame = had_early_syn ? syn->frame : segment->frame,
                           .first_time = had_early_syn ? syn->when : segment->when,
                           .first_ack = segment->ack,
                           .rtt = NO_TIME};
    zeek_begin(&summary->zeek,
               sender_side == summary->client_side || had_early_syn ? ROLE_CLIENT : ROLE_SERVER);
    if (had_early_syn)
        take_early_syn(summary, before, connection, syn);
    if (is_refused_already(connection, observation)) {
        summary->spoke[ROLE_SERVER] = true;
        summary->first_rst =
            (first_rst_t){.by = WHO_SERVER, .reason = RST_PORT_CLOSED, .refuses = true};
    }
    if (before && connection->beginning.answered)
        lose_answer(before);
}

bool summary_observe(summary_t *summary, const connection_t *connection, const segment_t *segment,
                     unsigned sender_side, const observation_t *observation,
                     const verdict_t *verdict)
{
    if (crosses(connection, segment) ||
        (!summary->begun && is_refused_already(connection, observation)))
        join(summary, connection, segment, observation);

    const role_t sender = sender_of(summary, sender_side);

    summary->last_time = segment->when;
    summary->segments +=
        !verdict->damaged && !segment->perhaps_copy && !segment_has(segment, TCP_FLAG_RST);
    count_volume(&summary->volume[sender], connection, segment, observation, verdict);
    if (connection->end[sender_side].acked_known)
        volume_note_acked(&summary->volume[!sender], connection->end[sender_side].acked);

    const bool shows_closer = closed_by(summary, connection) != summary->closed_by;

    if (verdict->steady && !summary->first_rst.by && !shows_closer &&
        !is_notable(summary, segment, sender, observation, verdict)) {
        if (verdict->acks_missing)
            note_missing(summary, connection, sender);
        take_anomalies(summary, connection, segment, sender, &observation->anomalies);
        return false;
    }

    const uint16_t kinds = summary->kinds[sender];
    const bool was_silent = !summary->spoke[sender];

    summary->spoke[sender] = true;
    if (!verdict->damaged)
        summary->kinds[sender] |= kind_mark(segment);
    count_ecn(summary, segment);
    zeek_observe(&summary->zeek, segment, observation, verdict, sender, is_reset(connection));
    summary->capture = (uint8_t)capture_of(summary, connection);

    const bool concludes = !verdict->steady || summary->first_rst.by || shows_closer ||
                           was_silent || kinds != summary->kinds[sender];

    if (concludes)
        conclude(summary, connection, segment, sender, observation, verdict);
    take_anomalies(summary, connection, segment, sender, &observation->anomalies);
    return concludes;
}

bool summary_only_counts(const summary_t *summary, const segment_t *segment, unsigned sender_side)
{
    const role_t sender = sender_of(summary, sender_side);
    const segment_kind_t kind = segment->payload_len > 0 ? SEGMENT_DATA : SEGMENT_ACK;

    return summary->kinds[sender] & 1u << kind && summary->zeek.end[sender] != ZEEK_INACTIVE &&
           segment->window != 0 && !summary->first_rst.by && !summary->closed_by;
}

void summary_count(summary_t *summary, const connection_t *connection, const segment_t *segment,
                   unsigned sender_side, bool acks_missing)
{
    const anomaly_set_t none = {0};
    const role_t sender = sender_of(summary, sender_side);

    summary->last_time = segment->when;
    summary->segments++;
    if (segment->payload_len > 0)
        volume_take(&summary->volume[sender], segment, SEGMENT_DATA);
    else
        volume_take_unread(&summary->volume[sender], segment);
    volume_note_acked(&summary->volume[!sender], connection->end[sender_side].acked);
    if (acks_missing)
        note_missing(summary, connection, sender);
    if (doubts_concern(&summary->doubts, sender))
        take_anomalies(summary, connection, segment, sender, &none);
}

bool summary_take_unreachable(summary_t *summary, const connection_t *connection)
{
    if (summary->unreachable)
        return false;
    summary->unreachable = true;
    summary->outcome = (uint8_t)outcome_of(summary, connection);
    summary->handshake = (uint8_t)handshake_of(summary, connection);
    return true;
}

void summary_note_copied_mark(summary_t *summary)
{
    summary->ce++;
}

int64_t summary_duration(const summary_t *summary)
{
    return time_between(summary->first_time, summary->last_time);
}

/* -- Words ------------------------------------------------------------------------------------- */

TEXT_OF_VALUE(outcome_text, OUTCOME_LIST)
TEXT_OF_VALUE(start_text, START_LIST)
TEXT_OF_VALUE(capture_text, CAPTURE_LIST)
TEXT_OF_VALUE(handshake_result_text, HANDSHAKE_RESULT_LIST)
