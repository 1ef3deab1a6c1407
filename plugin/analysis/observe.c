/* observe.c
 * The analysis of one segment, in order: whose it is, what it opens, what it shows of its sender,
 * what it does to its receiver.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"
#include "prediction.h"

#include <string.h>

/* TIME-WAIT has no segment at its end: the first later one of the 4-tuple shows it. */
static void expire_time_wait(analysis_t *analysis)
{
    for (unsigned side = 0; side < 2; side++) {
        endpoint_t *endpoint = &analysis->connection->end[side];

        if (endpoint->state == STATE_TIME_WAIT &&
            analysis_since(analysis, endpoint->waiting_since) >= analysis->options->time_wait)
            analysis_move(analysis, endpoint, EVENT_TIME_WAIT_OVER, BASIS_TIMER);
    }
}

/* -- Everything without SYN and RST ------------------------------------------------------------ */

/* An ACK older than any window that its sender has opened is no late copy but a forgery (RFC
 * 5961 5.2); nor can it be older than the connection. */
static bool ack_too_old(const endpoint_t *sender, uint32_t ack)
{
    return sender->acked_known && sender->scale_known && sender->max_window > 0 &&
           seq_before(ack, sender->acked - sender->max_window);
}

/* An ACK of what the receiver was not seen sending: either that was lost before the capture point,
 * or the ACK is forged. It may be honest within the window that its sender has opened, and where
 * the rest of the segment fits. */
static bool ack_plausible(const analysis_t *analysis, seq_place_t place)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (ack_too_old(sender, ack) ||
        (receiver->state == STATE_SYN_RECEIVED && !endpoint_syn_covered_by(receiver, ack)))
        return false;
    if (!receiver->snd_known || !seq_after(ack, receiver->snd_nxt))
        return true;
    if (place == SEQ_OLD || !seq_after(ack, receiver->snd_max)) /* forged data, disowned */
        return false;
    return !sender->edge_known || !seq_after(ack, sender->right_edge);
}

/* The other side goes on far beyond the window that it was last seen to have, and the sender
 * acknowledges just that: what came between was not captured, and both are where they say. A
 * forger of the one has no part in the other. */
static void resume_after_gap(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    if (!seq_between(receiver->far.start, ack, receiver->far.end))
        return;
    receiver->snd_nxt = receiver->snd_max = receiver->far.end;
    receiver->far_known = false;
    sender->range_count = 0;
    endpoint_note_arrived(sender, ack);
}

/* Decides whether the sender may have sent it and whether the receiver takes it (RFC 9293 3.10.7.4,
 * first and fifth check; RFC 7323 5.3). */
static void judge_acceptability(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (receiver->far_known)
        resume_after_gap(analysis);
    const seq_place_t place = endpoint_place(receiver, segment->seq, segment_len(segment));
    const bool late = endpoint_paws_rejects(receiver, segment);
    const bool plausible = ack_plausible(analysis, place);
    /* What the sender has acknowledged before, it may go on to acknowledge, true or forged. */
    const bool repeats_ack = sender->acked_known && segment->ack == sender->acked;

    if (place == SEQ_OUTSIDE && !late)
        endpoint_note_far(sender, segment);
    else if (sender->far_known && place != SEQ_OLD)
        sender->far_known = false;
    analysis->place = (uint8_t)place;
    analysis->late = late;
    analysis->ack_refused = (place == SEQ_EXACT || place == SEQ_AHEAD) && !late && !plausible;
    analysis->counts = place != SEQ_OUTSIDE && !late && (plausible || repeats_ack);
    analysis->accepted = analysis->counts && plausible && place != SEQ_OLD;
}

/* The sender's FIN was captured after the receiver's, which acknowledges it: they were not sent in
 * this order. */
static bool captured_late(const endpoint_t *sender, const endpoint_t *receiver)
{
    return receiver->fin_sent && receiver->fin_ack_known &&
           seq_after(receiver->fin_ack, sender->fin_seq);
}

/* The receiver gets the segment: ACK first, then what is in sequence, then FIN (RFC 9293 3.10.7.4,
 * fifth, seventh and eighth check). */
static void deliver(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (receiver->state == STATE_SYN_RECEIVED && endpoint_syn_covered_by(receiver, segment->ack))
        analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_SYN, BASIS_PRESUMED);
    if (receiver->fin_sent && segment->ack == receiver->fin_seq + 1) {
        if (!receiver->fin_acked)
            receiver->fin_acked_time = segment->when;
        receiver->fin_acked = true;
        analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
    }
    endpoint_note_received(receiver, segment);
    receiver->data_after_fin |= receiver->fin_sent && segment->payload_len > 0;
    if (sender->fin_sent && !receiver->fin_arrived &&
        endpoint_has_received(receiver, sender->fin_seq)) {
        receiver->fin_arrived = true;
        receiver->fin_arrived_time = segment->when;
        if (!captured_late(sender, receiver) ||
            !analysis_move(analysis, receiver, EVENT_SHOW_FIN_RECEIVED_FIRST, BASIS_SENT))
            analysis_move(analysis, receiver, EVENT_RECEIVE_FIN, BASIS_PRESUMED);
    } else if (segment_has(segment, TCP_FLAG_FIN)) {
        receiver->waiting_since = segment->when; /* TIME-WAIT begins anew */
    }
    if (receiver->proof == PROOF_NEEDS_DATA && segment_len(segment) > 0) {
        receiver->proof = PROOF_NEEDS_ACK;
        receiver->proof_seq = segment_end(segment);
    }
}

static void observe_ordinary(analysis_t *analysis)
{
    if (!segment_has(analysis->segment, TCP_FLAG_ACK)) {
        analysis->counts = false; /* nobody synchronized takes it (RFC 9293 3.10.7.4, fifth) */
        return;
    }
    judge_acceptability(analysis);
    anomalies_of_numbers(analysis);
    if (!analysis->counts)
        return;
    if (analysis->connection->pending.side == analysis->side)
        analysis->connection->pending.waiting = false; /* it never restarted */
    if (analysis->connection->midstream && !analysis->connection->round_trip_known)
        round_trip_measure(analysis);
    evidence_revive_sender(analysis);
    if (endpoint_gone(analysis->sender))
        return;
    if (analysis->sender->rst_survived)
        anomalies_of_survivor(analysis);
    evidence_of_ack(analysis);
    evidence_of_own_fin(analysis);
    endpoint_note_sent(analysis->sender, analysis->segment);
    /* By now the sender may have shown that the receiver is further than it seemed. */
    if (endpoint_gone(analysis->receiver) || analysis->receiver->state == STATE_SYN_SENT)
        analysis->accepted = false;
    if (analysis->accepted)
        deliver(analysis);
    evidence_settle_basis(analysis);
}

/* -- The order of things ----------------------------------------------------------------------- */

/* tcpstate.segment is the first kind that fits. */
static segment_kind_t classify(const analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const bool numbers = analysis->connection->begun && receiver->acked_known;
    const segment_kind_t kind = segment_plain_kind(segment);

    if (kind != SEGMENT_DATA && kind != SEGMENT_ACK)
        return kind;
    if (numbers && segment->payload_len <= 1 && segment->seq + 1 == receiver->acked)
        return SEGMENT_KEEP_ALIVE;
    if (numbers && segment->payload_len == 1 && segment->seq == receiver->acked &&
        receiver->window_known && receiver->window == 0)
        return SEGMENT_WINDOW_PROBE;
    if (kind == SEGMENT_ACK && analysis->connection->begun && sender->window_known &&
        segment->window != sender->window && sender->acked_known && segment->ack == sender->acked &&
        segment->seq == sender->snd_nxt)
        return SEGMENT_WINDOW_UPDATE;
    return kind;
}

static void take_standing(const connection_t *connection, standing_t *standing)
{
    *standing = (standing_t){
        .begun = connection->begun,
        .roles = (uint8_t)connection->roles,
        .client_side = connection->client_side,
        .following_phase = (uint8_t)progress_following_phase(connection),
        .basis = {(uint8_t)connection->end[0].basis, (uint8_t)connection->end[1].basis},
        .half_closed = progress_half_closed(connection),
    };
}

static bool waits_for_the_end(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_TIME_WAIT || endpoint->state == STATE_LAST_ACK;
}

/* A pure ACK with numbers that the other side has already seen. */
static bool says_nothing(const endpoint_t *sender, const segment_t *segment)
{
    return segment_len(segment) == 0 && sender->snd_known && segment->seq == sender->snd_nxt &&
           sender->acked_known && segment->ack == sender->acked;
}

/* A segment that is sent again has a new clock value, a copy that the network made the old one. */
static void compare_repetition(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    if (!endpoint_has_received(analysis->receiver, segment_end(segment) - 1))
        return;
    analysis->resent = evidence_age(analysis) == AGE_NEW;
    analysis->perhaps_resent = !analysis->resent && !segment->has_timestamps;
}

/* How the segment's numbers compare with those before it, which it is about to change. */
static void compare_numbers(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;
    const endpoint_t *sender = analysis->sender;

    analysis->repeats = sender->snd_known && segment_len(segment) > 0 &&
                        !seq_after(segment_end(segment), sender->snd_nxt);
    if (analysis->repeats)
        compare_repetition(analysis);
    analysis->after_gap = sender->snd_known && seq_after(segment->seq, sender->snd_nxt);
    analysis->acked_before_known = sender->acked_known;
    analysis->acked_before = sender->acked;
    analysis->says_nothing = says_nothing(sender, segment);
}

static void begin_analysis(analysis_t *analysis)
{
    observation_clear(analysis->out);
    analysis->sender = &analysis->connection->end[analysis->side];
    analysis->receiver = &analysis->connection->end[!analysis->side];
    analysis->sender_first = !analysis->sender->spoke;
    analysis->counts = true;
    compare_numbers(analysis);
    for (unsigned side = 0; side < 2; side++) {
        const endpoint_t *endpoint = &analysis->connection->end[side];

        analysis->previous[side] = endpoint->state;
        analysis->previous_timed[side] = endpoint->since_known;
        analysis->previous_since[side] = endpoint->since;
    }
    analysis->standing = analysis->connection->standing;
    analysis->out->kind = (uint8_t)classify(analysis);
}

/* Guessed states are guesses until both directions were seen. */
static void note_both_ways(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;

    if (!connection->one_way || !connection->end[0].spoke || !connection->end[1].spoke)
        return;
    connection->one_way = false;
    for (unsigned side = 0; side < 2; side++)
        if (connection->end[side].basis == BASIS_GUESSED)
            connection->end[side].basis = BASIS_SENT;
}

/* What a later RST may refer to. */
static void remember_segment(const analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    if (analysis->repeats || analysis->out->kind == SEGMENT_KEEP_ALIVE ||
        analysis->out->kind == SEGMENT_WINDOW_PROBE)
        sender->unanswered++;
    else
        sender->unanswered = 0;
    analysis->receiver->unanswered = 0;
    endpoint_remember(sender, analysis->segment);
}

static void observe_segment(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const uint16_t flags = analysis->segment->flags;
    const bool illegal = segment_flags_illegal(flags);

    if (flags & TCP_FLAG_RST)
        reset_explain(analysis);
    /* None of its numbers can be believed. */
    analysis->damaged = endpoint_checksum_rejects(analysis->sender, analysis->segment);
    if (analysis->damaged) {
        analysis->counts = false;
        return;
    }
    if (illegal && !(connection->begun && (flags & TCP_FLAG_RST))) {
        analysis->counts = false;
    } else if (flags & TCP_FLAG_RST) {
        anomalies_of_rst(analysis);
        reset_observe(analysis);
        return;
    } else if ((flags & (TCP_FLAG_SYN | TCP_FLAG_ACK)) == TCP_FLAG_SYN) {
        opening_by_syn(analysis);
    } else if (!connection->begun) {
        if (flags & TCP_FLAG_ACK)
            opening_by_midstream(analysis);
        else
            analysis->counts = false;
    } else if (flags & TCP_FLAG_SYN) {
        opening_by_syn_ack(analysis);
    } else {
        observe_ordinary(analysis);
    }
    if (flags & TCP_FLAG_ACK) {
        analysis->sender->last_ack_known = true;
        analysis->sender->last_ack = analysis->segment->ack;
    }
    if (analysis->counts)
        note_both_ways(analysis);
    progress_of_handshake(analysis);
    progress_of_teardown(analysis);
    handshake_explain(analysis);
    remember_segment(analysis);
}

static void view_endpoint(const analysis_t *analysis, unsigned side, endpoint_view_t *view)
{
    const endpoint_t *endpoint = &analysis->connection->end[side];

    view->previous = (uint8_t)analysis->previous[side];
    view->state = (uint8_t)endpoint->state;
    view->basis = (uint8_t)endpoint->basis;
    view->time_in_state = view->previous != view->state && analysis->previous_timed[side]
                              ? analysis_since(analysis, analysis->previous_since[side])
                              : NO_TIME;
}

static void finish_analysis(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    observation_t *out = analysis->out;
    standing_t now;

    progress_finish(analysis);
    challenge_observe(analysis);
    analysis_of_ecn(analysis);
    out->counts = analysis->counts;
    out->repeats = analysis->repeats;
    anomalies_finish(analysis);
    take_standing(connection, &now);
    out->standing_changed = memcmp(&now, &analysis->standing, sizeof now) != 0;
    connection->standing = now;
    out->half_closed = now.half_closed;
    out->following_phase = now.following_phase;
    out->client_side = connection->client_side;
    out->roles = (uint8_t)connection->roles;
    out->direction =
        analysis->side == connection->client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT;
    view_endpoint(analysis, connection->client_side, &out->end[ROLE_CLIENT]);
    view_endpoint(analysis, !connection->client_side, &out->end[ROLE_SERVER]);
}

void connection_init(connection_t *connection, uint16_t port_0, uint16_t port_1)
{
    memset(connection, 0, sizeof *connection);
    connection->port[0] = port_0;
    connection->port[1] = port_1;
}

void connection_observe_fully(connection_t *connection, const connection_options_t *options,
                              const segment_t *segment, unsigned sender_side, observation_t *out)
{
    analysis_t analysis = {.connection = connection,
                           .options = options,
                           .segment = segment,
                           .side = sender_side,
                           .out = out};

    begin_analysis(&analysis);
    expire_time_wait(&analysis);
    analysis.repeats_last_ack = out->kind == SEGMENT_ACK && (waits_for_the_end(analysis.sender) ||
                                                             waits_for_the_end(analysis.receiver));
    if (!connection->begun) {
        connection->client_side = (uint8_t)opening_guess_client_side(connection, sender_side);
        connection->roles = ROLES_GUESSED;
    }
    observe_segment(&analysis);
    finish_analysis(&analysis);
    connection->calm = prediction_is_calm(connection);
}

void connection_observe(connection_t *connection, const connection_options_t *options,
                        const segment_t *segment, unsigned sender_side, observation_t *out)
{
    if (prediction_fits(connection, segment, sender_side))
        prediction_observe(connection, segment, sender_side, out);
    else
        connection_observe_fully(connection, options, segment, sender_side, out);
}
