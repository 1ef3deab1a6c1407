/* consistency.h
 * Invariants of every observation: it is consistent in itself, with the segment, with the frames
 * that it names and with previous observations. drive.h checks them after each segment; no other
 * file includes this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_CONSISTENCY_H
#define TCPSTATE_TESTS_CONSISTENCY_H

/* What the tests themselves know of one endpoint. */
typedef struct known_end {
    bool entered;  /* it is known when it entered its state */
    bool waits;    /* that was with a SYN, which may have come several times */
    int64_t since; /* that time, if it is known and unless `waits` */
    bool has_sent; /* a segment of it belongs to the connection */
} known_end_t;

/* A previous segment. */
typedef struct past {
    unsigned side;
    segment_t segment;
} past_t;

enum { PAST_MAX = 128 }; /* links to earlier frames are not checked */

/* What has to be remembered of previous segments. */
static struct {
    known_end_t end[2]; /* by side */
    past_t past[PAST_MAX];
    uint64_t anomalies; /* of the connection so far */
    uint16_t milestones;
    bool type_shown;
    bool initiator_shown;
    observation_t kept; /* the last one that was not steady; valid if kept_count > 0 */
    unsigned kept_count;
    unsigned derived_count;
} known;

/* Every move that occurred in the tests of this program. */
static bool moves_seen[EVENT_COUNT][STATE_COUNT][STATE_COUNT];

/* -- Kind -------------------------------------------------------------------------------------- */

static inline void check_kind(const observation_t *shown, const segment_t *sent)
{
    const bool syn = sent->flags & TCP_FLAG_SYN;
    const bool fin = sent->flags & TCP_FLAG_FIN;
    const bool rst = sent->flags & TCP_FLAG_RST;
    const bool ack = sent->flags & TCP_FLAG_ACK;

    if (syn && fin && ack && !rst && shown->kind == SEGMENT_SYN_ACK)
        assert_int_equal(shown->anomalies.raised & UINT64_C(1) << ANOMALY_SYN_FIN, 0);
    else if (!(sent->flags & TCP_FLAGS_ALL) || syn + fin + rst > 1)
        assert_int_equal(shown->kind, SEGMENT_ILLEGAL_FLAGS);
    else if (syn || fin || rst)
        assert_int_equal(shown->kind, rst   ? SEGMENT_RST
                                      : fin ? SEGMENT_FIN
                                      : ack ? SEGMENT_SYN_ACK
                                            : SEGMENT_SYN);
    else if (sent->payload_len > 1)
        assert_int_equal(shown->kind, SEGMENT_DATA);
    else if (sent->payload_len == 1)
        assert_true(shown->kind == SEGMENT_DATA || shown->kind == SEGMENT_KEEP_ALIVE ||
                    shown->kind == SEGMENT_WINDOW_PROBE);
    else
        assert_true(shown->kind == SEGMENT_ACK || shown->kind == SEGMENT_KEEP_ALIVE ||
                    shown->kind == SEGMENT_WINDOW_UPDATE);
}

/* -- States ------------------------------------------------------------------------------------ */

static inline void check_moves(const observation_t *shown)
{
    uint8_t state[2] = {shown->previous[ROLE_CLIENT], shown->previous[ROLE_SERVER]};

    assert_true(observation_facts(shown)->moves.count <= MOVES_MAX);
    for (unsigned i = 0; i < observation_facts(shown)->moves.count; i++) {
        const move_t *move = &observation_facts(shown)->moves.move[i];
        const tcp_transition_t *row =
            tcp_transition_find((tcp_event_t)move->event, (tcp_state_t)move->from);

        assert_non_null(row);
        assert_true(move->event == EVENT_SHOW_ALIVE || row->to == move->to);
        if (move->event == EVENT_TIME_WAIT_OVER && state[move->role] == STATE_UNKNOWN)
            continue; /* of the previous connection; this segment begins a new one */
        assert_int_equal(move->from, state[move->role]);
        assert_true(move->to > STATE_UNKNOWN && move->to < STATE_COUNT);
        state[move->role] = move->to;
        moves_seen[move->event][move->from][move->to] = true;
    }
    assert_int_equal(state[ROLE_CLIENT], shown->status.state[ROLE_CLIENT]);
    assert_int_equal(state[ROLE_SERVER], shown->status.state[ROLE_SERVER]);
    assert_int_equal(observation_changed(shown), observation_facts(shown)->moves.count > 0);
}

/* The last move of an endpoint; NULL: it has not moved. */
static inline const move_t *last_move(const observation_t *shown, unsigned role)
{
    for (unsigned i = observation_facts(shown)->moves.count; i > 0; i--)
        if (observation_facts(shown)->moves.move[i - 1].role == role)
            return &observation_facts(shown)->moves.move[i - 1];
    return NULL;
}

/* The basis of a state is that of the move into it, or the endpoint has proven the state since. */
static inline void check_basis(const observation_t *shown, const observation_t *before, bool is_new,
                               unsigned role)
{
    const uint8_t basis = shown->status.basis[role];
    const move_t *move = last_move(shown, role);

    if (!move) {
        assert_true(is_new || basis == before->status.basis[role] || basis == BASIS_SENT);
        return;
    }
    switch (move->event) {
    case EVENT_RECEIVE_SYN:
    case EVENT_RECEIVE_SYN_REUSE:
    case EVENT_RECEIVE_SYN_ACK:
    case EVENT_RECEIVE_FIN:
    case EVENT_SHOW_FIN_CROSSED:
    case EVENT_RECEIVE_RST:
    case EVENT_RECEIVE_RST_ACTIVE:
    case EVENT_SHOW_OPEN_BEFORE_RST:
        assert_int_equal(basis, BASIS_PRESUMED);
        break;
    case EVENT_SEND_SYN:
    case EVENT_SEND_SYN_ACK:
    case EVENT_SEND_RST:
    case EVENT_SHOW_ALIVE:
    case EVENT_SHOW_STILL_WAITING:
    case EVENT_SHOW_RESTART:
    case EVENT_SHOW_LISTENER:
    case EVENT_SHOW_NO_LISTENER:
    case EVENT_SHOW_SYN_NOT_RECEIVED:
    case EVENT_SHOW_FIN_TAKEN:
    case EVENT_SHOW_FIN_PASSED:
    case EVENT_SHOW_FIN_NOT_ACKED:
        assert_int_equal(basis, BASIS_SENT);
        break;
    case EVENT_SHOW_TIME_WAIT: /* by an ACK, or by a RST that answers one which is missing */
        assert_true(basis == BASIS_SENT || basis == BASIS_PRESUMED);
        break;
    case EVENT_SEND_CROSSING_FIN: /* the ACK of it may have been captured before it */
        assert_true(basis == BASIS_SENT ||
                    (basis == BASIS_PRESUMED && move->to == STATE_TIME_WAIT));
        break;
    case EVENT_TIME_WAIT_OVER:
        assert_int_equal(basis, BASIS_TIMER);
        break;
    case EVENT_GUESS_OPEN:
    case EVENT_GUESS_PEER_OPEN:
    case EVENT_GUESS_CLOSE:
    case EVENT_GUESS_PEER_CLOSE:
    case EVENT_GUESS_SYN_ACK:
    case EVENT_GUESS_PEER_SYN_ACK:
    case EVENT_GUESS_RST:
    case EVENT_GUESS_PEER_RST:
        assert_int_equal(basis, BASIS_GUESSED);
        break;
    default:
        assert_true(basis == BASIS_SENT || basis == BASIS_PRESUMED);
    }
}

/* A SYN of that side was captured that long before `when`. */
static inline bool sent_syn_before(unsigned side, int64_t when, int64_t time)
{
    for (unsigned i = 0; i < PAST_MAX; i++) {
        const past_t *past = &known.past[i];

        if (past->side == side && (past->segment.flags & TCP_FLAG_SYN) &&
            time_between(past->segment.when, when) == time)
            return true;
    }
    return false;
}

/* When a new connection begins, an endpoint may be in TIME-WAIT or have sent its SYN already.
 * Otherwise it is unknown since when it has been in its state. */
static inline void enter_anew(known_end_t *end, const observation_t *shown, unsigned role)
{
    if (shown->previous[role] == STATE_TIME_WAIT)
        return;
    end->entered = end->waits = shown->previous[role] == STATE_SYN_SENT;
}

/* The time in a state is counted from when the endpoint entered it, if that was captured. */
static inline void check_time_in_state(const observation_t *shown, int64_t when, bool is_new,
                                       unsigned role)
{
    known_end_t *end = &known.end[shown->status.client_side ^ role];
    const uint8_t previous = shown->previous[role];
    const int64_t time = shown->time_in_state[role];
    const move_t *move = last_move(shown, role);

    if (is_new)
        enter_anew(end, shown, role);
    if (previous == STATE_UNKNOWN)
        end->entered = false;
    else if (previous == shown->status.state[role] || !end->entered ||
             (move && move->event == EVENT_SHOW_NO_LISTENER))
        assert_int_equal(time, NO_TIME);
    else if (end->waits)
        assert_true(sent_syn_before(shown->status.client_side ^ role, when, time));
    else
        assert_int_equal(time, time_between(end->since, when));
    if (!move)
        return;
    end->waits = false;
    end->since = when;
    end->entered =
        shown->status.basis[role] != BASIS_GUESSED || move->event == EVENT_GUESS_PEER_SYN_ACK;
}

static inline void check_ends(const observation_t *shown, const observation_t *before, int64_t when,
                              bool is_new, bool has_begun)
{
    for (unsigned role = 0; role < 2; role++) {
        const uint8_t state = shown->status.state[role];

        assert_true(state < STATE_COUNT && shown->status.basis[role] <= BASIS_TIMER);
        assert_false(state == STATE_UNKNOWN && has_begun);
        if (!is_new) {
            assert_int_equal(shown->status.client_side, before->status.client_side);
            assert_int_equal(shown->previous[role], before->status.state[role]);
        }
        check_basis(shown, before, is_new, role);
        check_time_in_state(shown, when, is_new, role);
    }
}

/* -- Progress ---------------------------------------------------------------------------------- */

static inline bool passes(const observation_t *shown, milestone_t milestone)
{
    return shown->milestones & 1u << milestone;
}

static inline void check_phase(const observation_t *shown, const observation_t *before,
                               bool has_begun)
{
    const bool over = shown->status.state[ROLE_CLIENT] == STATE_CLOSED &&
                      shown->status.state[ROLE_SERVER] == STATE_CLOSED;

    assert_true(shown->phase <= PHASE_CLOSED && shown->status.phase <= PHASE_CLOSED);
    assert_true(shown->handshake_step <= 3 && shown->teardown_steps < 1 << 4);
    assert_true(shown->status.phase != PHASE_RESET);
    if (shown->handshake_step)
        assert_true(shown->phase == PHASE_HANDSHAKE || shown->phase == PHASE_TEARDOWN ||
                    (shown->handshake_step == 3 && shown->phase == PHASE_CLOSED));
    if (shown->teardown_steps)
        assert_true(shown->phase == PHASE_TEARDOWN || shown->phase == PHASE_HANDSHAKE);
    if (shown->retransmission)
        assert_true(shown->handshake_step || shown->teardown_steps);
    if (!shown->handshake_step && !shown->teardown_steps && shown->phase != PHASE_RESET)
        assert_true(shown->phase == before->status.phase || shown->phase == shown->status.phase);
    if (shown->status.half_closed)
        assert_true(shown->status.phase == PHASE_TEARDOWN || shown->status.phase == PHASE_CLOSED);
    if (over && has_begun)
        assert_int_equal(shown->status.phase, PHASE_CLOSED);
}

/* A milestone is passed only once, by a segment that can pass it. */
static inline void check_milestones(const observation_t *shown, const segment_t *sent)
{
    const uint8_t steps = shown->teardown_steps;

    assert_int_equal(shown->milestones & known.milestones, 0);
    if (passes(shown, MILESTONE_OPEN_REQUESTED))
        assert_true(shown->handshake_step == 1);
    if (passes(shown, MILESTONE_OPEN_ANSWERED))
        assert_true(shown->handshake_step == 2);
    if (passes(shown, MILESTONE_FIRST_DATA))
        assert_true(sent->payload_len > 0);
    if (passes(shown, MILESTONE_CLOSE_STARTED))
        assert_true(steps & 1 << 0 && !shown->retransmission);
    if (passes(shown, MILESTONE_CLOSE_ACKNOWLEDGED))
        assert_true(steps & 1 << 1);
    if (passes(shown, MILESTONE_CLOSE_ANSWERED))
        assert_true(steps & 1 << 2);
    if (passes(shown, MILESTONE_CLOSED))
        assert_true(steps & (1 << 1 | 1 << 3));
    if (passes(shown, MILESTONE_RESET) || passes(shown, MILESTONE_REFUSED))
        assert_true(shown->phase == PHASE_RESET || /* the RST was captured before what it answers */
                    shown->handshake_step == 1 || shown->handshake_step == 2);
}

/* -- Links ------------------------------------------------------------------------------------- */

/* The segment of this side that a link names; NULL: none, or too long ago. */
static inline const segment_t *linked(uint32_t frame, unsigned side, const segment_t *sent)
{
    const past_t *past = &known.past[frame % PAST_MAX];

    if (frame == 0 || sent->frame - frame >= PAST_MAX)
        return NULL;
    assert_true(frame < sent->frame);
    assert_int_equal(past->segment.frame, frame);
    assert_int_equal(past->side, side);
    return &past->segment;
}

static inline void check_acked_frame(const observation_t *shown, unsigned side,
                                     const segment_t *sent)
{
    const segment_t *acked = linked(observation_facts(shown)->acked_frame, !side, sent);

    if (!acked)
        return;
    assert_true(sent->flags & TCP_FLAG_ACK);
    if (observation_facts(shown)->acked_kind == SEGMENT_FIN) /* perhaps without ACK, but taken */
        assert_true(acked->flags & TCP_FLAG_FIN);
    else
        assert_int_equal(acked->flags & (TCP_FLAG_SYN | TCP_FLAG_ACK),
                         observation_facts(shown)->acked_kind == SEGMENT_SYN
                             ? TCP_FLAG_SYN
                             : TCP_FLAG_SYN | TCP_FLAG_ACK);
    if (observation_facts(shown)->acked_kind == SEGMENT_FIN)
        assert_int_equal(sent->ack, segment_end(acked));
    else
        assert_false(seq_before(sent->ack, acked->seq + 1));
}

static inline void check_handshake(const observation_t *shown, unsigned side, const segment_t *sent)
{
    const handshake_facts_t *facts = &observation_facts(shown)->handshake;
    const segment_t *syn = linked(facts->syn_frame, !side, sent);
    const segment_t *syn_ack = linked(facts->synack_frame, !side, sent);

    assert_int_equal(facts->counted, shown->handshake_step != 0);
    if (syn)
        assert_true(shown->handshake_step == 2 &&
                    observation_facts(shown)->acked_frame == facts->syn_frame);
    if (syn_ack)
        assert_true(shown->handshake_step == 3 &&
                    observation_facts(shown)->acked_frame == facts->synack_frame);
    if (facts->rtt_server != NO_TIME && syn && observation_facts(shown)->acked_kind == SEGMENT_SYN)
        assert_int_equal(facts->rtt_server, sent->when - syn->when);
    if (facts->rtt_client != NO_TIME && syn_ack &&
        observation_facts(shown)->acked_kind == SEGMENT_SYN_ACK)
        assert_int_equal(facts->rtt_client, sent->when - syn_ack->when);
    if (facts->rtt_server != NO_TIME)
        assert_true(shown->handshake_step == 2 && facts->rtt_server >= 0);
    if (facts->rtt_client != NO_TIME || facts->rtt != NO_TIME)
        assert_true(shown->handshake_step == 3 && !shown->retransmission);
    if (facts->ack_judged)
        assert_true(sent->flags & TCP_FLAG_ACK);
    assert_false(facts->type && known.type_shown);
    known.type_shown |= facts->type != 0;
    if (facts->type)
        assert_int_equal(facts->type == HANDSHAKE_SIMULTANEOUS,
                         shown->status.roles == ROLES_BY_SIMULTANEOUS_OPEN);
}

static inline void check_close(const observation_t *shown, const segment_t *sent)
{
    const close_facts_t *facts = &observation_facts(shown)->close;
    const bool client = shown->status.state[ROLE_CLIENT] == STATE_TIME_WAIT;
    const bool server = shown->status.state[ROLE_SERVER] == STATE_TIME_WAIT;

    if (observation_moved_by(shown, EVENT_SEND_CROSSING_FIN)) /* it was sent before the ACK came */
        known.initiator_shown = false;
    assert_false(facts->initiator && known.initiator_shown);
    known.initiator_shown |= facts->initiator != 0;
    if (facts->initiator && !(facts->initiator == WHO_BOTH && shown->phase == PHASE_CLOSED))
        assert_true(shown->teardown_steps & (1 << 1 | 1 << 2 | 1 << 3));
    if (facts->fin_frame) {
        assert_int_equal(facts->fin_frame, observation_facts(shown)->acked_frame);
        assert_true(shown->teardown_steps & (1 << 1 | 1 << 3));
    }
    if (facts->fin_retransmissions)
        assert_true(shown->retransmission && sent->flags & TCP_FLAG_FIN);
    if (facts->half_closed_time != NO_TIME)
        assert_true(shown->teardown_steps & 1 << 2 && facts->half_closed_time >= 0);
    if (facts->duration == NO_TIME && !facts->time_wait)
        return;
    assert_true(passes(shown, MILESTONE_CLOSED) || passes(shown, MILESTONE_RESET));
    assert_int_equal(facts->time_wait, (client ? WHO_CLIENT : 0) | (server ? WHO_SERVER : 0));
}

/* RFC 9293 3.5.2: the numbers of a RST are those of the segment that it answers. */
static inline void check_rst(const observation_t *shown, unsigned side, const segment_t *sent)
{
    const segment_t *trigger = linked(observation_facts(shown)->rst.trigger_frame, !side, sent);

    assert_int_equal(observation_facts(shown)->rst.by != 0, (sent->flags & TCP_FLAG_RST) != 0);
    if (!observation_facts(shown)->rst.by) {
        assert_true(shown->phase != PHASE_RESET && !observation_facts(shown)->rst.validity &&
                    !observation_facts(shown)->rst.reason &&
                    !observation_facts(shown)->rst.trigger_frame);
        return;
    }
    assert_int_equal(observation_facts(shown)->rst.by,
                     side == shown->status.client_side ? WHO_CLIENT : WHO_SERVER);
    assert_true(observation_facts(shown)->rst.validity >= RST_EXACT &&
                observation_facts(shown)->rst.validity <= RST_CANNOT_TELL);
    if (!trigger)
        return;
    assert_true(!(trigger->flags & TCP_FLAG_RST) || segment_flags_illegal(trigger->flags));
    if (trigger->flags & TCP_FLAG_ACK)
        assert_int_equal(sent->seq, trigger->ack);
    if (trigger->flags & sent->flags & TCP_FLAG_ACK) /* both numbers turned round */
        assert_int_equal(sent->ack, trigger->seq);
    else if (sent->flags & TCP_FLAG_ACK)
        assert_int_equal(sent->ack, segment_end(trigger));
    else
        assert_true(trigger->flags & TCP_FLAG_ACK);
}

/* RFC 5961: it is a pure ACK, the sender's first segment after the one that it answers. */
static inline void check_challenge(const observation_t *shown, unsigned side, const segment_t *sent)
{
    if (!linked(observation_facts(shown)->challenge_ack, !side, sent))
        return;
    assert_int_equal(shown->kind, SEGMENT_ACK);
    for (uint32_t frame = observation_facts(shown)->challenge_ack + 1; frame < sent->frame; frame++)
        assert_int_equal(known.past[frame % PAST_MAX].side, side);
}

/* -- ECN --------------------------------------------------------------------------------------- */

static inline bool takes_ecn_role(const observation_t *shown, ecn_role_t role)
{
    return shown->ecn.roles & 1u << role;
}

/* Marks and CWRs are on segments of the data's sender, echoes on those of the other side. */
static inline void check_episode(const episode_facts_t *facts, unsigned data_side,
                                 const segment_t *sent)
{
    const segment_t *ce = linked(facts->ce_frame, data_side, sent);
    const segment_t *ece = linked(facts->ece_frame, !data_side, sent);
    const segment_t *cwr = linked(facts->cwr_frame, data_side, sent);

    if (facts->number)
        assert_true(facts->state >= EPISODE_MARKED && facts->state <= EPISODE_NOT_CLEARED);
    else
        assert_true(facts->echo_time == NO_TIME && facts->response_time == NO_TIME);
    if (ce)
        assert_int_equal(ce->ip_ecn, IP_ECN_CE);
    if (ece)
        assert_true(ece->flags & TCP_FLAG_ECE);
    if (cwr)
        assert_true(cwr->flags & TCP_FLAG_CWR);
    if (ce && facts->echo_time != NO_TIME)
        assert_int_equal(facts->echo_time, sent->when - ce->when);
    if (ece && facts->response_time != NO_TIME)
        assert_int_equal(facts->response_time, sent->when - ece->when);
}

static inline void check_ecn(const observation_t *shown, unsigned side, const segment_t *sent)
{
    const ecn_facts_t *ecn = &shown->ecn;
    const ecn_episodes_t *episodes = &observation_facts(shown)->episodes;
    const uint8_t mode = shown->status.ecn.mode;
    const bool accurate = mode == ECN_ACCURATE || mode == ECN_LOOKS_ACCURATE;
    const bool ordinary =
        (sent->flags & (TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_ACK)) == TCP_FLAG_ACK;

    assert_true(mode <= ECN_LOOKS_ACCURATE);
    assert_int_equal(takes_ecn_role(shown, ECN_ROLE_CE_MARK), sent->ip_ecn == IP_ECN_CE);
    assert_int_equal(takes_ecn_role(shown, ECN_ROLE_FEEDBACK), accurate && ordinary);
    assert_int_equal(ecn->ace_known || ecn->ace_is_handshake, accurate && ordinary);
    if (ecn->ace_known)
        assert_int_equal(ecn->ace, sent->flags >> 6 & 7);
    if (ecn->ace_delta)
        assert_true(ecn->ace_delta_known);
    check_episode(&episodes->of[ECN_OF_SENDER], side, sent);
    check_episode(&episodes->of[ECN_NEXT_OF_SENDER], side, sent);
    check_episode(&episodes->of[ECN_OF_RECEIVER], !side, sent);
}

/* -- Steady segments --------------------------------------------------------------------------- */

/* The observation of a steady segment need not be kept: it can be derived from the last one that
 * was kept and from the segment. */
static inline void check_steady(const observation_t *shown, bool is_steady, unsigned side,
                                const segment_t *sent)
{
    observation_t derived;

    if (!is_steady) {
        known.kept = *shown;
        known.kept_count++;
        return;
    }
    assert_true(known.kept_count > 0);
    observation_of_steady(&known.kept.status, sent, side, &derived);
    assert_true(observation_equal(&derived, shown));
    known.derived_count++;
}

/* -- The whole connection ---------------------------------------------------------------------- */

/* A new connection, which may have begun earlier with a SYN that is recognized only now. */
static inline void begin_to_know(const observation_t *shown)
{
    known.anomalies = 0;
    known.end[0].has_sent = known.end[1].has_sent = false;
    if (shown->previous[ROLE_CLIENT] == STATE_SYN_SENT)
        known.end[shown->status.client_side].has_sent = true;
    if (shown->handshake_step == 1 && passes(shown, MILESTONE_REFUSED)) /* by a RST before it */
        known.end[!shown->status.client_side].has_sent = true;
}

/* What the other side was captured sending before this SYN belongs to the connection, but nothing
 * that was said of it. */
static inline void join_to_know(unsigned other_side)
{
    known.anomalies = 0;
    known.end[other_side].has_sent = true;
}

static inline void know_more(const observation_t *shown, unsigned side)
{
    if (shown->handshake_step == 1 && passes(shown, MILESTONE_REFUSED))
        known.anomalies = 0; /* the RST before it was no orphan */
    known.anomalies |= shown->anomalies.raised;
    known.end[side].has_sent = true;
}

/* The last state of an endpoint, or CLOSED, or LISTEN, where a RST counts that had no effect on its
 * frame. */
static inline void check_last_state(const summary_t *summary, const observation_t *shown,
                                    role_t role)
{
    if (!known.end[shown->status.client_side ^ role].has_sent)
        assert_int_equal(summary->state[role], STATE_UNKNOWN);
    else if (summary->state[role] != shown->status.state[role]) {
        assert_true(summary->state[role] == STATE_CLOSED ||
                    (summary->state[role] == STATE_LISTEN && role == ROLE_SERVER &&
                     shown->status.state[role] == STATE_SYN_RECEIVED));
        assert_true(summary->reset_by);
        assert_true(summary->outcome == OUTCOME_RESET || summary->outcome == OUTCOME_REFUSED ||
                    summary->outcome == OUTCOME_ORPHAN); /* a probe and the RST that answers it */
    }
}

static inline void check_summary(const summary_t *summary, const observation_t *shown,
                                 const segment_t *sent)
{
    assert_non_null(outcome_text(summary->outcome));
    assert_non_null(start_text(summary->start));
    assert_non_null(capture_text(summary->capture));
    assert_non_null(handshake_result_text(summary->handshake));
    assert_true(strlen(summary->zeek.history) == summary->zeek.length);
    assert_int_equal(summary->anomalies.raised & ~known.anomalies, 0);
    assert_int_equal(summary->doubts.certain & ~summary->anomalies.raised, 0);
    for (unsigned i = 0; i < summary->doubts.count; i++)
        assert_true(summary->anomalies.raised >> summary->doubts.doubt[i].anomaly & 1);
    assert_int_equal(summary->anomalies.assumed & ~summary->anomalies.raised, 0);
    assert_int_equal(summary->ecn, shown->status.ecn.mode);
    assert_int_equal(summary->last_time, sent->when);
    check_last_state(summary, shown, ROLE_CLIENT);
    check_last_state(summary, shown, ROLE_SERVER);
    if (summary->outcome == OUTCOME_CLOSED)
        assert_true(summary->closed_by || summary->anomalies.raised >> ANOMALY_FIN_MOVED & 1);
    if (summary->outcome == OUTCOME_REFUSED)
        assert_true(summary->reset_by);
}

/* -- All of it --------------------------------------------------------------------------------- */

static inline void check_anomalies(const observation_t *shown)
{
    assert_int_equal(shown->anomalies.raised >> ANOMALY_COUNT, 0);
    assert_int_equal(shown->anomalies.assumed & ~shown->anomalies.raised, 0);
}

static inline void forget_what_is_known(void)
{
    memset(&known, 0, sizeof known);
}

/* `is_new`: the segment begins a connection. `has_begun`: there is a connection afterwards.
 * `is_steady`: the segment is steady according to the analysis. */
static inline void check_observation(const observation_t *shown, const observation_t *before,
                                     unsigned side, const segment_t *sent, bool is_new,
                                     bool has_begun, bool is_steady)
{
    if (is_new) {
        known.milestones = 0;
        known.type_shown = known.initiator_shown = false;
    }
    known.past[sent->frame % PAST_MAX] = (past_t){side, *sent};
    assert_int_equal(shown->direction,
                     side == shown->status.client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT);
    check_kind(shown, sent);
    check_moves(shown);
    check_ends(shown, before, sent->when, is_new, has_begun);
    check_phase(shown, before, has_begun);
    check_milestones(shown, sent);
    check_acked_frame(shown, side, sent);
    check_handshake(shown, side, sent);
    check_close(shown, sent);
    check_rst(shown, side, sent);
    check_challenge(shown, side, sent);
    check_ecn(shown, side, sent);
    check_steady(shown, is_steady, side, sent);
    check_anomalies(shown);
    known.milestones |= has_begun ? shown->milestones : 0;
}

#endif
