/* analysis.c
 * Moving endpoints, and the time between segments: what all parts of the analysis share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Where no handshake was captured to measure, a segment later than this has not crossed another:
 * longer than nearly all round trips of the Internet. */
static const int64_t cautious_round_trip = INT64_C(1000000000);

int64_t analysis_since(const analysis_t *analysis, int64_t then)
{
    return analysis->segment->when - then;
}

int64_t analysis_round_trip(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;

    return connection->round_trip_known ? connection->round_trip : cautious_round_trip;
}

bool analysis_past_round_trip(const analysis_t *analysis, int64_t then)
{
    return analysis_since(analysis, then) >= analysis_round_trip(analysis);
}

static role_t role_of(const analysis_t *analysis, const endpoint_t *endpoint)
{
    return endpoint == &analysis->connection->end[analysis->connection->client_side] ? ROLE_CLIENT
                                                                                     : ROLE_SERVER;
}

static ending_t ending_of(tcp_event_t event)
{
    switch (event) {
    case EVENT_SEND_RST:
    case EVENT_GUESS_RST:
        return ENDED_BY_OWN_RST;
    case EVENT_RECEIVE_RST:
    case EVENT_RECEIVE_RST_ACTIVE:
    case EVENT_GUESS_PEER_RST:
        return ENDED_BY_PEER_RST;
    case EVENT_RECEIVE_ACK_OF_FIN:
        return ENDED_BY_LAST_ACK;
    case EVENT_TIME_WAIT_OVER:
        return ENDED_BY_TIMER;
    default:
        return ENDED_NOT;
    }
}

/* What the endpoint must send before its presumed state is proven. */
static void expect_proof(const analysis_t *analysis, endpoint_t *endpoint)
{
    if (endpoint->basis != BASIS_PRESUMED) {
        endpoint->proof = PROOF_COMPLETE;
    } else if (endpoint == analysis->receiver && segment_len(analysis->segment) > 0) {
        endpoint->proof = PROOF_NEEDS_ACK;
        endpoint->proof_seq = segment_end(analysis->segment);
    } else {
        endpoint->proof = PROOF_NEEDS_DATA;
    }
}

static void set_state(analysis_t *analysis, endpoint_t *endpoint, tcp_event_t event, tcp_state_t to,
                      basis_t basis)
{
    observation_t *out = analysis->out;
    const tcp_state_t from = endpoint->state;
    const bool was_gone = endpoint_gone(endpoint);

    if (out->move_count < MOVES_MAX)
        out->moves[out->move_count++] = (move_t){(uint8_t)role_of(analysis, endpoint),
                                                 (uint8_t)event, (uint8_t)from, (uint8_t)to};
    endpoint->state = to;
    endpoint->basis = basis;
    endpoint->since = endpoint->waiting_since = analysis->segment->when;
    endpoint->since_known = basis != BASIS_GUESSED;
    if (endpoint_gone(endpoint)) {
        endpoint->ending = ending_of(event);
        endpoint->before_end = from;
        endpoint->end_time = analysis->segment->when;
        endpoint->end_seq = analysis->segment->seq;
    } else {
        endpoint->ending = ENDED_NOT;
        if (was_gone)
            analysis->connection->reset = false;
    }
    expect_proof(analysis, endpoint);
}

bool analysis_move(analysis_t *analysis, endpoint_t *endpoint, tcp_event_t event, basis_t basis)
{
    const tcp_transition_t *row = tcp_transition_find(event, endpoint->state);

    if (!row)
        return false;
    set_state(analysis, endpoint, event, row->to, basis);
    return true;
}

void analysis_revive(analysis_t *analysis, endpoint_t *endpoint)
{
    if (!tcp_transition_find(EVENT_SHOW_ALIVE, endpoint->state))
        return;
    analysis->revived_from = (uint8_t)endpoint->ending;
    endpoint->rst_survived = endpoint->ending == ENDED_BY_PEER_RST;
    set_state(analysis, endpoint, EVENT_SHOW_ALIVE, endpoint->before_end, BASIS_SENT);
}
