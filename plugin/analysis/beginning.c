/* beginning.c
 * The beginning of an incarnation of a 4-tuple.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "beginning.h"

#include "ecn.h"
#include "shared.h"

/* The port of a server is the lower one, and so the one below 1024 where there is only one. */
static unsigned guessed_client_side(const analysis_t *analysis)
{
    const uint16_t port_0 = analysis->connection->port[0];
    const uint16_t port_1 = analysis->connection->port[1];

    if (port_0 == port_1) /* who spoke first, also where that was no connection yet */
        return analysis->connection->roles == ROLES_GUESSED ? analysis->connection->client_side
                                                            : analysis->side;
    return port_0 < port_1 ? 1 : 0;
}

void beginning_guess_roles(analysis_t *analysis)
{
    connection_t *connection = analysis->owned;

    if (connection->begun)
        return;
    connection->client_side = (uint8_t)guessed_client_side(analysis);
    connection->roles = ROLES_GUESSED;
}

/* Forgets the incarnation before; what is true of the hosts themselves stays. */
static void begin_incarnation(connection_t *connection, unsigned client_side,
                              roles_known_by_t roles)
{
    const connection_t before = *connection;
    const bool reset_in_handshake = before.progress.reset && !before.progress.handshake_done;

    connection_init(connection, before.port[0], before.port[1]);
    for (unsigned side = 0; side < 2; side++)
        endpoint_keep_host(&connection->end[side], &before.end[side]);
    ecn_begin(&connection->ecn, &before.ecn, reset_in_handshake);
    connection->begun = true;
    connection->client_side = (uint8_t)client_side;
    connection->roles = roles;
}

static void set_syn_end(beginning_t *beginning, uint32_t number)
{
    beginning->syn_end_known = true;
    beginning->syn_end = number;
}

void beginning_by_syn(analysis_t *analysis, const segment_t *syn, unsigned client_side)
{
    connection_t *connection = analysis->owned;

    const bool refuses = endpoint_opened_with(&connection->end[client_side], syn) &&
                         endpoint_refuses(&connection->end[!client_side]);

    begin_incarnation(connection, client_side, ROLES_BY_SYN);
    connection->beginning.fast_open = syn->payload_len > 0 || syn->has_fast_open;
    connection->beginning.syn_has_data = syn->payload_len > 0;
    set_syn_end(&connection->beginning, segment_end(syn));

    endpoint_t *client = &connection->end[client_side];

    endpoint_begin(client, STATE_CLOSED);
    endpoint_begin(&connection->end[!client_side], refuses ? STATE_CLOSED : STATE_LISTEN);
    endpoint_note_syn(client, syn);
    endpoint_note_syn_copy(client, syn);
    ecn_take_syn(&connection->ecn, client_side, syn);
    endpoint_note_sent(client, syn);
}

void beginning_in_time_wait(analysis_t *analysis, const endpoint_t *waiting)
{
    connection_t *connection = analysis->owned;

    connection->beginning.in_time_wait = true;
    connection->beginning.awaited_known = waiting->rcv_known;
    connection->beginning.awaited = waiting->rcv_nxt;
    if (waiting->state == STATE_TIME_WAIT)
        endpoint_keep_waiting(&connection->end[!connection->client_side], waiting);
}

void beginning_across(analysis_t *analysis)
{
    analysis->owned->beginning.crosses = analysis->segment->frame;
}

void beginning_answered(analysis_t *analysis)
{
    analysis->owned->beginning.answered = true;
}

void beginning_refused(analysis_t *analysis)
{
    analysis->owned->beginning.refused = true;
}

void beginning_midstream(analysis_t *analysis)
{
    connection_t *connection = analysis->owned;
    const segment_t *segment = analysis->segment;
    const bool syn_ack = segment_has(segment, TCP_FLAG_SYN);
    const bool confirms = !syn_ack && shared_is_confirmed(analysis);
    const unsigned client_side = syn_ack    ? !analysis->side
                                 : confirms ? analysis->side
                                            : guessed_client_side(analysis);

    begin_incarnation(connection, client_side,
                      syn_ack || confirms ? ROLES_BY_SYN_ACK : ROLES_GUESSED);
    connection->beginning.midstream = true;
    connection->beginning.time = segment->when;
    connection->beginning.answered = confirms;
    if (syn_ack)
        set_syn_end(&connection->beginning, segment->ack);
    if (confirms)
        set_syn_end(&connection->beginning, segment->seq);
}

void beginning_by_late_syn(analysis_t *analysis)
{
    connection_t *connection = analysis->owned;
    const segment_t *syn = analysis->segment;

    connection->roles = ROLES_BY_SYN;
    connection->beginning.midstream = false;
    connection->beginning.crosses = 0;
    connection->beginning.fast_open = syn->payload_len > 0 || syn->has_fast_open;
    connection->beginning.syn_has_data = syn->payload_len > 0;
    set_syn_end(&connection->beginning, segment_end(syn));
}

void beginning_by_both(analysis_t *analysis)
{
    analysis->owned->roles = ROLES_BY_SIMULTANEOUS_OPEN;
}
