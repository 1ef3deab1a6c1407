/* analysis.c
 * Moving endpoints.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

#include <assert.h>

role_t analysis_role(const analysis_t *analysis, const endpoint_t *endpoint)
{
    const connection_t *connection = analysis->connection;

    return endpoint == &connection->end[connection->client_side] ? ROLE_CLIENT : ROLE_SERVER;
}

static ending_t ending_of(tcp_event_t event)
{
    switch (event) {
    case EVENT_SEND_RST:
    case EVENT_SHOW_NO_LISTENER:
    case EVENT_GUESS_RST:
        return ENDED_BY_OWN_RST;
    case EVENT_RECEIVE_RST:
    case EVENT_RECEIVE_RST_ACTIVE:
    case EVENT_SHOW_OPEN_BEFORE_RST:
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

/* A guessed state is older than the segment that shows it, but for the client's that a SYN-ACK
 * brings into ESTABLISHED. */
static bool enters_now(tcp_event_t event, basis_t basis)
{
    return basis != BASIS_GUESSED || event == EVENT_GUESS_PEER_SYN_ACK;
}

static void record(moves_t *moves, role_t role, tcp_event_t event, tcp_state_t from, tcp_state_t to)
{
    assert(moves->count < MOVES_MAX);
    if (moves->count < MOVES_MAX) /* never beyond it, whatever a capture contains */
        moves->move[moves->count++] =
            (move_t){(uint8_t)role, (uint8_t)event, (uint8_t)from, (uint8_t)to};
}

static void enter(analysis_t *analysis, const endpoint_t *endpoint, tcp_event_t event,
                  tcp_state_t to, basis_t basis)
{
    const bool is_sender = endpoint == analysis->sender;
    const endpoint_entry_t entry = {.to = to,
                                    .basis = basis,
                                    .ending = ending_of(event),
                                    .captured = enters_now(event, basis),
                                    .receives = !is_sender};

    record(&observation_add_facts(analysis->shown)->moves, analysis_role(analysis, endpoint), event,
           endpoint->state, to);
    endpoint_t *moved = is_sender ? analysis_sender(analysis) : analysis_receiver(analysis);
    const endpoint_t *other = is_sender ? analysis->receiver : analysis->sender;

    endpoint_enter(moved, &entry, analysis->segment);
    endpoint_note_end(moved, other);
    if (is_sender && entry.ending == ENDED_BY_PEER_RST && other->rst_known)
        endpoint_note_ended_by(moved, &other->rst);
}

bool analysis_move(analysis_t *analysis, const endpoint_t *endpoint, tcp_event_t event,
                   basis_t basis)
{
    const tcp_transition_t *row = tcp_transition_find(event, endpoint->state);

    if (!row)
        return false;
    enter(analysis, endpoint, event, row->to, basis);
    return true;
}

void analysis_must_move(analysis_t *analysis, const endpoint_t *endpoint, tcp_event_t event,
                        basis_t basis)
{
    const bool moved = analysis_move(analysis, endpoint, event, basis);

    assert(moved);
    (void)moved;
}

void analysis_receive_rst_before(analysis_t *analysis)
{
    if (analysis_move(analysis, analysis->sender, EVENT_RECEIVE_RST, BASIS_PRESUMED))
        endpoint_note_ended_by(analysis_sender(analysis), &analysis->receiver->rst);
}

const moves_t *analysis_moves(const analysis_t *analysis)
{
    return &observation_facts(analysis->shown)->moves;
}

void analysis_forget_moves(analysis_t *analysis)
{
    observation_add_facts(analysis->shown)->moves.count = 0;
}

void analysis_revive_sender(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);

    assert(endpoint_gone(sender));
    enter(analysis, sender, EVENT_SHOW_ALIVE, sender->before_end, BASIS_SENT);
}
