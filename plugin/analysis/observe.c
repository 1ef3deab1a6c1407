/* observe.c
 * The analysis of one segment: the steps in their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observe.h"

#include "acceptability.h"
#include "anomalies.h"
#include "beginning.h"
#include "challenge.h"
#include "congestion.h"
#include "coverage.h"
#include "delivery.h"
#include "ecn.h"
#include "evidence.h"
#include "evidence_fin.h"
#include "handshake.h"
#include "midstream.h"
#include "opening.h"
#include "prediction.h"
#include "progress.h"
#include "relative.h"
#include "reset.h"
#include "reset_reason.h"
#include "round_trip.h"
#include "shared.h"
#include "silent.h"
#include "observe_steady.h"

/* TIME-WAIT has no segment at its end: the first later one of the 4-tuple shows it. */
static void expire_time_wait(analysis_t *analysis)
{
    for (unsigned side = 0; side < 2; side++) {
        const endpoint_t *endpoint = &analysis->connection->end[side];

        if (endpoint->state == STATE_TIME_WAIT &&
            analysis_since(analysis, endpoint->waiting_since) >= analysis->options->time_wait)
            analysis_must_move(analysis, endpoint, EVENT_TIME_WAIT_OVER, BASIS_TIMER);
    }
}

/* -- Deciding ---------------------------------------------------------------------------------- */

static void take_rst(analysis_t *analysis, findings_t *found, observation_t *out)
{
    anomalies_of_rst(analysis, &observation_facts(out)->rst, &out->anomalies);
    if (!analysis->connection->begun) {
        reset_by_lone_rst(analysis);
        found->resets = true;
        return;
    }

    const reset_effect_t effect = reset_judge(analysis);

    found->judged.counts = effect.counts;
    found->resets = reset_apply(analysis, &effect);
}

static void take_syn(analysis_t *analysis, findings_t *found, observation_t *out)
{
    anomalies_of_syn(analysis, &out->anomalies);
    opening_by_syn(analysis, found);
}

static void take_syn_ack(analysis_t *analysis, findings_t *found, observation_t *out)
{
    if (opening_answers_unseen_syn(analysis)) {
        if (analysis->receiver->spoke) /* its SYN would have been captured, too */
            anomaly_raise(&out->anomalies, ANOMALY_SYNACK_UNSOLICITED);
        midstream_open(analysis, found);
        return;
    }
    if (opening_answers_old_syn(analysis)) {
        opening_listen_again(analysis);
        found->judged.counts = false; /* no step of the connection that is over */
        return;
    }
    if (opening_answers_pending_syn(analysis))
        opening_accept_pending_syn(analysis, found);
    anomalies_of_syn_ack(analysis, &out->anomalies);
    if (anomaly_is_raised(&out->anomalies, ANOMALY_SYNACK_CHANGED) ||
        !endpoint_syn_covered_by(analysis->receiver, analysis->segment->ack))
        shared_note_syn_ack(analysis);
    opening_by_syn_ack(analysis, found);
}

/* What comes so soon after the ACK of it that it is captured late, and was not sent again, was not
 * missing. */
static void fill_gap(analysis_t *analysis)
{
    if (!round_trip_passed(analysis, analysis->receiver->last_time))
        endpoint_fill_gap(analysis_sender(analysis), analysis->segment);
}

/* What an ordinary segment shows of its sender. */
static void show_sender(analysis_t *analysis, findings_t *found, observation_t *out)
{
    if (found->shown.revived_from == ENDED_BY_PEER_RST)
        anomaly_raise(&out->anomalies, ANOMALY_RST_IGNORED);
    evidence_of_ack(analysis, found);
    evidence_of_own_fin(analysis, &found->compared);
    fill_gap(analysis);
    endpoint_note_sent(analysis_sender(analysis), analysis->segment);
    evidence_of_rst_before(analysis);
}

/* The sender is gone. What its own RST has overtaken still reaches whoever did not take the RST;
 * what it has sent before the other endpoint's came was sent all the same. */
static void take_of_gone(analysis_t *analysis, const findings_t *found)
{
    evidence_of_open_before_rst(analysis);
    if (analysis->sender->ending == ENDED_BY_PEER_RST ||
        (analysis->sender->ending == ENDED_BY_OWN_RST && !endpoint_gone(analysis->receiver)))
        evidence_of_overtaken_fin(analysis, &found->compared);
    endpoint_note_sent(analysis_sender(analysis), analysis->segment);
}

/* Notes what is told once and not again. */
static void note_told(analysis_t *analysis, const acceptability_t *judged,
                      const anomaly_set_t *anomalies)
{
    if (anomaly_is_raised(anomalies, ANOMALY_ACK_BEYOND_SENT))
        endpoint_note_gap_told(analysis_receiver(analysis));
    if (anomaly_is_raised(anomalies, ANOMALY_ONE_WAY))
        coverage_note_told(analysis);
    if (judged->shrinks_by > 0)
        endpoint_note_shrunk(analysis_sender(analysis), judged->shrinks_by);
}

/* A FIN that is refused may be acknowledged all the same. */
static void note_refused_fin(analysis_t *analysis, const findings_t *found)
{
    if (segment_has(analysis->segment, TCP_FLAG_FIN) && !analysis->sender->fin.sent)
        endpoint_note_refused_fin(analysis_sender(analysis), analysis->segment,
                                  found->judged.damaged);
}

/* Neither SYN nor RST. */
static void take_ordinary(analysis_t *analysis, findings_t *found, observation_t *out)
{
    if (opening_continues_pending_syn(analysis)) {
        opening_continue_pending_syn(analysis, found);
        compare_with_before(analysis, &found->compared);
    }
    acceptability_resume_after_gap(analysis);
    acceptability_restore_damaged(analysis);
    evidence_of_false_claims(analysis);
    acceptability_judge(analysis, &found->compared, &found->judged);
    acceptability_note_place(analysis, &found->judged);
    anomalies_of_numbers(analysis, &found->judged, &out->anomalies);
    note_told(analysis, &found->judged, &out->anomalies);
    if (!found->judged.counts) {
        note_refused_fin(analysis, found);
        if (found->judged.ack_refused)
            shared_note_claim(analysis);
        return;
    }
    if (analysis->connection->pending.side == analysis->side)
        opening_forget_pending_syn(analysis);
    round_trip_measure(&analysis->owned->round_trip, analysis->segment, analysis->side,
                       found->compared.repeats);
    round_trip_settle(analysis);
    found->shown.revived_from = evidence_revive_sender(analysis, &found->compared);
    if (endpoint_gone(analysis->sender))
        take_of_gone(analysis, found);
    else
        show_sender(analysis, found, out);
    /* By now the sender may have shown that the receiver is further than it seemed. */
    if (endpoint_gone(analysis->receiver) || analysis->receiver->state == STATE_SYN_SENT)
        found->judged.accepted = false;
    if (found->judged.accepted)
        delivery_to_receiver(analysis);
    else
        delivery_of_last_ack(analysis);
    evidence_settle_basis(analysis);
}

/* Whoever acknowledges it has got it in good order. */
static void refuse_damaged(analysis_t *analysis, const findings_t *found)
{
    const segment_t *segment = analysis->segment;

    endpoint_note_checksum(analysis_sender(analysis), segment);
    if (!analysis->connection->begun || segment_len(segment) == 0 ||
        segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_RST))
        return;
    endpoint_note_damaged(analysis_sender(analysis), segment);
    note_refused_fin(analysis, found);
}

static void refuse_without_ack(analysis_t *analysis, findings_t *found)
{
    found->judged.counts = false;
    note_refused_fin(analysis, found);
}

/* Moves both endpoints as the segment shows. */
static void take(analysis_t *analysis, findings_t *found, observation_t *out)
{
    const uint16_t flags = analysis->segment->flags;
    const bool begun = analysis->connection->begun;
    const bool illegal = found->compared.kind == SEGMENT_ILLEGAL_FLAGS;
    const bool rst = (flags & TCP_FLAG_RST) && (begun || !illegal);

    found->judged.damaged = endpoint_checksum_rejects(analysis->sender, analysis->segment);
    found->judged.counts = !found->judged.damaged;
    found->may_be_step = !found->judged.damaged && !rst;
    if (found->judged.damaged) {
        refuse_damaged(analysis, found);
        return;
    }
    if (shared_takes_over(analysis))
        shared_take_over(analysis);
    if (shared_has(analysis)) {
        shared_take(analysis, &out->anomalies);
        found->judged.counts = found->may_be_step = false;
        return;
    }
    if (rst)
        take_rst(analysis, found, out);
    else if (illegal)
        found->judged.counts = false;
    else if ((flags & (TCP_FLAG_SYN | TCP_FLAG_ACK)) == TCP_FLAG_SYN)
        take_syn(analysis, found, out);
    else if (!(flags & TCP_FLAG_ACK)) /* nobody synchronized takes it (RFC 9293 3.10.7.4, fifth) */
        refuse_without_ack(analysis, found);
    else if (!begun && midstream_was_answered(analysis))
        found->judged.counts = false;
    else if (!begun)
        midstream_open(analysis, found);
    else if (flags & TCP_FLAG_SYN)
        take_syn_ack(analysis, found, out);
    else if (shared_is_confirmed(analysis))
        midstream_open(analysis, found);
    else if (opening_is_refused_by_time_wait(analysis))
        opening_keep_time_wait(analysis);
    else
        take_ordinary(analysis, found, out);
}

/* -- Explaining -------------------------------------------------------------------------------- */

static void show_status(const analysis_t *analysis, status_t *status)
{
    const connection_t *connection = analysis->connection;
    const bool from_client = analysis->side == connection->client_side;
    const endpoint_t *client = from_client ? analysis->sender : analysis->receiver;
    const endpoint_t *server = from_client ? analysis->receiver : analysis->sender;

    status->client_side = connection->client_side;
    status->roles = connection->roles;
    status->phase = (uint8_t)connection_phase(connection);
    status->half_closed = connection_half_closed(connection);
    status->state[ROLE_CLIENT] = (uint8_t)client->state;
    status->state[ROLE_SERVER] = (uint8_t)server->state;
    status->basis[ROLE_CLIENT] = (uint8_t)client->basis;
    status->basis[ROLE_SERVER] = (uint8_t)server->basis;
    ecn_show_status(&connection->ecn, connection->client_side, &status->ecn);
    for (unsigned role = 0; role < 2; role++) {
        const unsigned side = role ^ connection->client_side;

        status->zero_known[role] = connection->relative.known[side];
        status->zero[role] = connection->relative.zero[side];
    }
}

/* It turns out that nobody listened: the endpoint was in no such state. */
static bool never_was_there(const analysis_t *analysis, role_t role)
{
    const moves_t *moves = analysis_moves(analysis);

    for (unsigned i = 0; i < moves->count; i++)
        if (moves->move[i].role == role && moves->move[i].event == EVENT_SHOW_NO_LISTENER)
            return true;
    return false;
}

static void show_endpoints(const analysis_t *analysis, const before_t *before, observation_t *out)
{
    const unsigned client_side = analysis->connection->client_side;

    out->direction = analysis->side == client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT;
    for (unsigned role = 0; role < 2; role++) {
        const unsigned side = role ^ client_side;

        out->previous[role] = (uint8_t)before->state[side];
        if (out->previous[role] != out->status.state[role] && before->since_known[side] &&
            !never_was_there(analysis, (role_t)role))
            out->time_in_state[role] = time_between(before->since[side], analysis->segment->when);
    }
}

/* A mere ACK that comes again is nothing to remark, whether it was sent again or not. */
static bool shows_perhaps_copy(const segment_t *segment, const observation_t *out)
{
    return segment->perhaps_copy &&
           (out->retransmission || segment->payload_len > 0 || segment_has(segment, TCP_FLAG_RST));
}

static void explain(analysis_t *analysis, const findings_t *found, observation_t *out)
{
    int64_t answered_when = 0;

    out->kind = (uint8_t)found->compared.kind;
    out->does_not_count = !found->judged.counts;
    if (found->may_be_step) {
        answered_when = progress_of_steps(analysis, found, out);
        handshake_explain(analysis, found, out);
    }
    out->perhaps_copy = shows_perhaps_copy(analysis->segment, out);
    progress_finish(analysis, found, out);
    if (challenge_is_answered(analysis, &found->compared))
        observation_add_facts(out)->challenge_ack = analysis->sender->challenged_by;
    congestion_explain(analysis, found, answered_when, out);
    anomalies_finish(analysis, found, &observation_facts(out)->handshake, &out->anomalies);
    relative_note(analysis, found->judged.counts);
    show_status(analysis, &out->status);
    show_endpoints(analysis, &found->before, out);
}

/* -- Keeping ----------------------------------------------------------------------------------- */

/* What was acknowledged before it was captured may have come late. */
static bool may_be_first(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return receiver->acked_known && !seq_after(segment_end(analysis->segment), receiver->acked) &&
           !endpoint_sent_lately(analysis->sender, analysis->segment);
}

/* A probe, or a retransmission. */
static bool is_unanswered_kind(const analysis_t *analysis, const comparison_t *compared)
{
    const bool has_data = segment_len(analysis->segment) > 0;
    const bool probes =
        compared->kind == SEGMENT_KEEP_ALIVE || compared->kind == SEGMENT_WINDOW_PROBE;

    return (compared->seen_before || probes) && !(has_data && may_be_first(analysis));
}

/* What a later RST may refer to. */
static void remember_segment(analysis_t *analysis, const findings_t *found)
{
    endpoint_t *sender = analysis_sender(analysis);
    const segment_t *segment = analysis->segment;

    if (segment_has(segment, TCP_FLAG_ACK))
        endpoint_note_last_ack(sender, segment->ack);
    endpoint_note_answered(analysis_receiver(analysis));
    endpoint_remember(sender, segment, is_unanswered_kind(analysis, &found->compared));
}

static void keep_handshake(analysis_t *analysis, const handshake_facts_t *facts)
{
    endpoint_t *sender = analysis_sender(analysis);

    if (facts->type)
        progress_note_type_told(analysis);
    if (facts->rtt_server != NO_TIME)
        endpoint_note_turnaround(sender, facts->rtt_server);
    if (facts->rtt_client != NO_TIME)
        endpoint_note_turnaround(sender, facts->rtt_client);
}

static void keep(analysis_t *analysis, const findings_t *found, const observation_t *out)
{
    const facts_t *facts = observation_facts(out);
    const bool draws_challenge = challenge_is_drawn(analysis, found, &facts->rst);

    if (found->may_be_step)
        remember_segment(analysis, found);
    keep_handshake(analysis, &facts->handshake);
    endpoint_note_challenge(analysis_sender(analysis), 0);
    endpoint_note_challenge(analysis_receiver(analysis),
                            draws_challenge ? analysis->segment->frame : 0);
    analysis->owned->status = out->status;
    analysis->owned->predictable = (uint8_t)prediction_whose(analysis->connection);
}

/* -- All together ------------------------------------------------------------------------------ */

/* Data or an ACK that shows what any such segment would have shown. */
static bool is_steady(const analysis_t *analysis, const findings_t *found, const observation_t *out)
{
    observation_t expected;

    if (out->has_facts || (out->kind != SEGMENT_DATA && out->kind != SEGMENT_ACK))
        return false;
    observation_of_steady(&found->before.status, analysis->segment, analysis->side, &expected);
    return observation_equal(out, &expected);
}

verdict_t connection_observe_fully(connection_t *connection, const connection_options_t *options,
                                   const segment_t *segment, unsigned sender_side,
                                   observation_t *out)
{
    analysis_t analysis = {.connection = connection,
                           .sender = &connection->end[sender_side],
                           .receiver = &connection->end[!sender_side],
                           .options = options,
                           .segment = segment,
                           .side = sender_side,
                           .owned = connection,
                           .owned_sender = &connection->end[sender_side],
                           .owned_receiver = &connection->end[!sender_side],
                           .shown = out};
    findings_t found = {.resets = false};

    observation_clear(out);
    before_take(&found.before, connection);
    expire_time_wait(&analysis);
    beginning_guess_roles(&analysis);
    compare_with_before(&analysis, &found.compared);
    if (segment_has(segment, TCP_FLAG_RST)) {
        opening_rst_shows_time_wait(&analysis);
        silent_take_back_fin_by_rst(&analysis);
        observation_add_facts(out)->rst = reset_reason_explain(&analysis);
    }
    take(&analysis, &found, out);
    if (found.judged.counts && found.may_be_step)
        coverage_note_segment(&analysis);
    explain(&analysis, &found, out);
    keep(&analysis, &found, out);
    return (verdict_t){.steady = is_steady(&analysis, &found, out),
                       .damaged = found.judged.damaged,
                       .counts = found.judged.counts,
                       .repeats = found.compared.repeats,
                       .acks_missing = found.shown.acks_missing};
}

verdict_t connection_observe(connection_t *connection, const connection_options_t *options,
                             const segment_t *segment, unsigned sender_side, observation_t *out)
{
    if (!prediction_fits(connection, segment, sender_side))
        return connection_observe_fully(connection, options, segment, sender_side, out);
    return prediction_observe(connection, segment, sender_side, out);
}
