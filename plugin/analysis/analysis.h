/* analysis.h
 * One segment under analysis: what every step of it may read, and how an endpoint is moved.
 *
 * The steps stand in observe.c in their order. Each of them hands a named result to the next ones,
 * and they are gathered in findings_t: a step cannot use what comes later, and what explains the
 * segment only reads what the steps have decided.
 *
 * A step that changes nothing takes a const analysis_t. Those that change something ask for the
 * part of the connection that they own (connection.h names the owners).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ANALYSIS_H
#define TCPSTATE_ANALYSIS_H

#ifndef TCPSTATE_IN_ANALYSIS
#error "private to plugin/analysis; the rest of the plugin includes observe.h"
#endif

#include "connection.h"

typedef struct analysis {
    const connection_t *connection; /* as it stands now, after the steps so far; likewise: */
    const endpoint_t *sender;
    const endpoint_t *receiver;
    const connection_options_t *options;
    const segment_t *segment;
    unsigned side;       /* of the sender */
    connection_t *owned; /* the same connection, for those who own a part of it; likewise: */
    endpoint_t *owned_sender;
    endpoint_t *owned_receiver;
    observation_t *shown; /* where analysis_move() records the moves, and nobody else anything */
} analysis_t;

/* The sender, for endpoint.h's and fin.h's functions. */
static inline endpoint_t *analysis_sender(analysis_t *analysis)
{
    return analysis->owned_sender;
}

/* Likewise the receiver. */
static inline endpoint_t *analysis_receiver(analysis_t *analysis)
{
    return analysis->owned_receiver;
}

/* Time since `then`, nanoseconds. Negative where the clock of the capture was set back. */
static inline int64_t analysis_since(const analysis_t *analysis, int64_t then)
{
    return analysis->segment->when - then;
}

/* The role of one of the two endpoints. */
role_t analysis_role(const analysis_t *analysis, const endpoint_t *endpoint);

/* Moves one of the two endpoints by the transition table, and records the move. With
 * endpoint_begin() the only way to change a state. `basis` is what the new state rests on. Returns
 * true where it moved: in a state for which the table has no row the event leaves it where it is.
 */
bool analysis_move(analysis_t *analysis, const endpoint_t *endpoint, tcp_event_t event,
                   basis_t basis);

/* The same for an event that only occurs in states for which the table has a row. */
void analysis_must_move(analysis_t *analysis, const endpoint_t *endpoint, tcp_event_t event,
                        basis_t basis);

/* The sender gets the other endpoint's last RST, which was captured before its segment; if that
 * moves it. */
void analysis_receive_rst_before(analysis_t *analysis);

/* The moves so far. */
const moves_t *analysis_moves(const analysis_t *analysis);

/* Forgets them: an incarnation begins, and they were of the one before. */
void analysis_forget_moves(analysis_t *analysis);

/* Brings the sender back that seemed to have no connection any more (EVENT_SHOW_ALIVE). */
void analysis_revive_sender(analysis_t *analysis);

#endif
