/* opening.c
 * How a connection begins: the SYN that opens it or that may be meant to, and the SYN-ACK.
 *
 * Knows: what begins an incarnation of a 4-tuple, who is the client, which SYN is only a copy. Does
 * not know: data, FIN, RST.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

#include <string.h>

/* -- Beginning --------------------------------------------------------------------------------- */

/* Forgets the incarnation before; what is true of the hosts themselves stays. */
void opening_begin_incarnation(connection_t *connection, unsigned client_side,
                               roles_known_by_t roles)
{
    const connection_t before = *connection;

    connection_init(connection, before.port[0], before.port[1]);
    for (unsigned side = 0; side < 2; side++)
        connection->end[side].checksum_seen_good = before.end[side].checksum_seen_good;
    ecn_begin(&connection->ecn, &before.ecn, before.reset && !before.handshake_done);
    connection->begun = true;
    connection->client_side = (uint8_t)client_side;
    connection->roles = roles;
}

void opening_note_syn(endpoint_t *sender, const segment_t *segment)
{
    sender->isn_known = true;
    sender->isn = segment->seq;
    sender->syn_window = segment->window;
    sender->sack_offered = segment->sack_permitted;
    sender->scale_offered = segment->has_window_scale;
    sender->scale = segment->has_window_scale ? segment->window_scale : 0;
    if (segment_has(segment, TCP_FLAG_ACK))
        sender->synack_sent = true;
    else
        sender->opened_first = true;
}

/* Window scaling is on where both SYNs offered it (RFC 7323 2.2). */
static void settle_scaling(endpoint_t *one, endpoint_t *other)
{
    const bool on = one->scale_offered && other->scale_offered;

    one->scale_known = other->scale_known = true;
    if (!on)
        one->scale = other->scale = 0;
}

/* The 4-tuple's connection starts with this SYN: `syn`, sent by `client_side`. */
static void start_with_syn(analysis_t *analysis, const segment_t *syn, unsigned client_side)
{
    connection_t *connection = analysis->connection;

    opening_begin_incarnation(connection, client_side, ROLES_BY_SYN);
    connection->fast_open = syn->payload_len > 0 || syn->has_fast_open;
    connection->syn_has_data = syn->payload_len > 0;
    connection->syn_end = segment_end(syn);

    endpoint_t *client = &connection->end[client_side];
    endpoint_t *server = &connection->end[!client_side];
    client->state = STATE_CLOSED;
    server->state = STATE_LISTEN;
    opening_note_syn(client, syn);
    syn_copies_add(&client->syn, syn, NULL);
    ecn_take_syn(&connection->ecn, client_side, syn);
    endpoint_note_sent(client, syn);
}

/* A SYN that opens, the first of its incarnation. An end in TIME-WAIT takes it right there; one
 * whose new SYN is out already stays in SYN-SENT. */
static void open_connection(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const tcp_state_t sender_was = analysis->sender->state;
    const tcp_state_t receiver_was = analysis->receiver->state;
    const bool known = connection->pending.waiting && connection->pending.side == analysis->side &&
                       connection->pending.syn.seq == analysis->segment->seq;

    analysis->reopened = connection->begun;
    analysis->sender_first = true;
    analysis->out->move_count = 0;
    start_with_syn(analysis, analysis->segment, analysis->side);
    if (known && sender_was == STATE_SYN_SENT) {
        analysis->sender->state = STATE_SYN_SENT;
        analysis->sender->basis = BASIS_SENT;
    }
    if (receiver_was == STATE_TIME_WAIT)
        analysis->receiver->state = STATE_TIME_WAIT;
    analysis->previous[analysis->side] = analysis->sender->state;
    analysis->previous[!analysis->side] = analysis->receiver->state;
    if (receiver_was != STATE_TIME_WAIT)
        analysis->previous_timed[!analysis->side] = false;
    analysis->previous_timed[analysis->side] = false;

    analysis_move(analysis, analysis->sender, EVENT_SEND_SYN, BASIS_SENT);
    endpoint_note_received(analysis->receiver, analysis->segment);
    if (!analysis_move(analysis, analysis->receiver, EVENT_RECEIVE_SYN_REUSE, BASIS_PRESUMED))
        analysis_move(analysis, analysis->receiver, EVENT_RECEIVE_SYN, BASIS_PRESUMED);
}

/* -- SYN --------------------------------------------------------------------------------------- */

/* A SYN that the receiver in TIME-WAIT may take (RFC 9293 3.10.7.4 fourth check, RFC 6191 2). */
static bool time_wait_accepts(const endpoint_t *receiver, const segment_t *syn)
{
    if (endpoint_paws_rejects(receiver, syn))
        return false;
    return !receiver->rcv_known || seq_after(syn->seq, receiver->rcv_nxt) ||
           (syn->has_timestamps && receiver->ts_recent_known &&
            seq_after(syn->ts_value, receiver->ts_recent));
}

static bool may_open(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return endpoint_gone(receiver) || receiver->state == STATE_UNKNOWN || !receiver->spoke ||
           (receiver->state == STATE_TIME_WAIT && time_wait_accepts(receiver, analysis->segment));
}

bool opening_repeats_syn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return sender->isn_known && sender->opened_first && sender->isn == analysis->segment->seq;
}

static void repeat_syn(analysis_t *analysis)
{
    evidence_of_repeated_syn(analysis);
    syn_copies_add(&analysis->sender->syn, analysis->segment, NULL);
    ecn_take_syn(&analysis->connection->ecn, analysis->side, analysis->segment);
    endpoint_note_sent(analysis->sender, analysis->segment);
    if (analysis_move(analysis, analysis->receiver, EVENT_RECEIVE_SYN, BASIS_PRESUMED))
        endpoint_note_received(analysis->receiver, analysis->segment);
}

/* Both ends opened at once (RFC 9293 3.5, figure 7). */
static void open_simultaneously(analysis_t *analysis)
{
    opening_note_syn(analysis->sender, analysis->segment);
    syn_copies_add(&analysis->sender->syn, analysis->segment, NULL);
    ecn_take_syn(&analysis->connection->ecn, analysis->side, analysis->segment);
    endpoint_note_sent(analysis->sender, analysis->segment);
    analysis->connection->roles = ROLES_BY_SIMULTANEOUS_OPEN;
    settle_scaling(analysis->sender, analysis->receiver);
    analysis_move(analysis, analysis->sender, EVENT_SEND_SYN, BASIS_SENT);
    endpoint_note_received(analysis->receiver, analysis->segment);
    analysis_move(analysis, analysis->receiver, EVENT_RECEIVE_SYN, BASIS_PRESUMED);
}

void opening_by_syn(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const bool over = endpoint_gone(sender) && endpoint_gone(receiver);

    anomalies_of_syn(analysis);
    if (!connection->begun) {
        open_connection(analysis);
    } else if (opening_repeats_syn(analysis) && !over) {
        repeat_syn(analysis);
    } else if (opening_repeats_syn(analysis) &&
               !analysis_past_round_trip(analysis, sender->end_time)) {
        analysis->counts = false; /* a copy that comes too late */
    } else if (receiver->state == STATE_SYN_SENT && !sender->isn_known) {
        open_simultaneously(analysis);
    } else if (may_open(analysis)) {
        open_connection(analysis);
    } else {
        connection->pending.waiting = true;
        connection->pending.side = (uint8_t)analysis->side;
        connection->pending.syn = *analysis->segment;
        /* Who has nothing to lose has restarted; a live one may have been impersonated. */
        if (endpoint_gone(sender))
            analysis_move(analysis, analysis->sender, EVENT_SEND_SYN, BASIS_SENT);
    }
}

/* -- SYN-ACK ----------------------------------------------------------------------------------- */

/* The receiver of a new SYN on a live connection has answered it after all, so its old connection
 * was gone: the new one began with that SYN. */
static void accept_pending_syn(analysis_t *analysis)
{
    const segment_t syn = analysis->connection->pending.syn;
    const unsigned client_side = analysis->connection->pending.side;

    analysis->reopened = true;
    analysis->sender_first = true;
    analysis->out->move_count = 0;
    start_with_syn(analysis, &syn, client_side);
    analysis->receiver->state = STATE_SYN_SENT;
    analysis->receiver->basis = BASIS_SENT;
    analysis->receiver->since = syn.when;
    analysis->receiver->since_known = true;
    analysis->connection->steps_seen = 1u << 1;
    for (unsigned side = 0; side < 2; side++) {
        analysis->previous[side] = analysis->connection->end[side].state;
        analysis->previous_timed[side] = analysis->connection->end[side].since_known;
        analysis->previous_since[side] = analysis->connection->end[side].since;
    }
}

static bool answers_pending_syn(const analysis_t *analysis)
{
    const pending_syn_t *pending = &analysis->connection->pending;

    return pending->waiting && pending->side != analysis->side &&
           seq_between(pending->syn.seq + 1, analysis->segment->ack, segment_end(&pending->syn));
}

/* A SYN-ACK can be its sender's where it may open passively, or opens simultaneously, or says again
 * what it said. */
static bool may_send_syn_ack(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    switch (sender->state) {
    case STATE_LISTEN:
    case STATE_SYN_SENT:
        return true;
    case STATE_SYN_RECEIVED:
        return !sender->synack_sent || sender->isn == analysis->segment->seq ||
               analysis->receiver->state == STATE_SYN_SENT;
    default:
        return sender->isn_known && sender->isn == analysis->segment->seq;
    }
}

/* The other side was never captured, so neither is the SYN that this SYN-ACK with other numbers
 * answers: the connection before is over. */
static bool answers_unseen_syn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return !analysis->receiver->spoke && !analysis->connection->pending.waiting &&
           (sender->isn_known ? sender->isn != analysis->segment->seq
                              : tcp_state_synchronized(sender->state) || endpoint_gone(sender)) &&
           sender->spoke;
}

/* The connection is over, and its first SYN came again, late: a listener takes it for a new one
 * (RFC 9293 3.5, figure 8) and answers with new numbers. */
static bool answers_old_syn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return sender->state == STATE_CLOSED && sender->isn_known &&
           sender->isn != analysis->segment->seq && receiver->isn_known &&
           receiver->syn.retransmissions > 0 && analysis->segment->ack == receiver->isn + 1;
}

/* Of the connection before only the receiver's end is left; the sender's begins anew. */
static void listen_again(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    const segment_t *segment = analysis->segment;

    analysis_move(analysis, sender, EVENT_SHOW_LISTENER, BASIS_SENT);
    opening_note_syn(sender, segment);
    sender->snd_nxt = sender->snd_max = segment_end(segment);
    sender->acked = sender->rcv_nxt = segment->ack;
    sender->range_count = 0;
    endpoint_note_sent(sender, segment);
    analysis->counts = false; /* no step of the connection that is over */
}

/* What a SYN-ACK says of its sender's numbers, and of what it has received. */
static void take_numbers(endpoint_t *sender, endpoint_t *receiver, const segment_t *syn_ack)
{
    if (sender->isn_known && sender->isn != syn_ack->seq)
        sender->synack = (syn_copies_t){0}; /* another answer, not a copy */
    opening_note_syn(sender, syn_ack);
    sender->basis = BASIS_SENT;
    sender->proof = PROOF_COMPLETE;
    sender->rcv_known = true;
    sender->rcv_nxt = syn_ack->ack;
    settle_scaling(sender, receiver);
}

void opening_by_syn_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (answers_unseen_syn(analysis)) {
        analysis->reopened = analysis->sender_first = true;
        opening_by_midstream(analysis);
        return;
    }
    if (answers_old_syn(analysis)) {
        listen_again(analysis);
        return;
    }
    if (answers_pending_syn(analysis))
        accept_pending_syn(analysis);
    anomalies_of_syn_ack(analysis);
    if (!endpoint_syn_covered_by(receiver, segment->ack) || !may_send_syn_ack(analysis)) {
        analysis->counts = false;
        return;
    }
    analysis->first_syn_ack = !sender->synack_sent;
    evidence_of_syn_ack(analysis);
    analysis_move(analysis, sender, EVENT_SEND_SYN_ACK, BASIS_SENT);
    if (sender->state == STATE_SYN_RECEIVED)
        take_numbers(sender, receiver, segment);
    analysis->connection->silent.news_time = segment->when; /* a new answer may come to it */
    sender->synack_sent = true; /* also where both opened and the other's SYN-ACK was here first */
    syn_copies_add(&sender->synack, segment, syn_copies_answered_by(&receiver->syn, segment));
    endpoint_note_sent(sender, segment);
    if (receiver->state == STATE_SYN_SENT || receiver->state == STATE_SYN_RECEIVED) {
        endpoint_note_received(receiver, segment);
        endpoint_note_syn_window(receiver);
        if (!analysis_move(analysis, receiver, EVENT_RECEIVE_SYN_ACK, BASIS_PRESUMED))
            analysis_move(analysis, receiver, EVENT_RECEIVE_ACK_OF_SYN, BASIS_PRESUMED);
    }
}
