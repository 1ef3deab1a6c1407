/* midstream.c
 * Captures that start in the middle of a connection: what its first captured segment tells.
 *
 * Knows: states that can only be guessed, who is the client where no SYN says so. Does not know:
 * what comes after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

unsigned opening_guess_client_side(const connection_t *connection, unsigned sender_side)
{
    const uint16_t port_0 = connection->port[0];
    const uint16_t port_1 = connection->port[1];

    if (port_0 == port_1)
        return sender_side;
    if ((port_0 < 1024) != (port_1 < 1024))
        return port_0 < 1024 ? 1 : 0;
    return port_0 < port_1 ? 1 : 0;
}

/* Both ends have each other's numbers from one captured segment with an ACK. */
static void learn_midstream_numbers(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    endpoint_note_sent(analysis->sender, segment);
    endpoint_note_received(analysis->receiver, segment);
    endpoint_note_arrived(analysis->sender, segment->ack);
    analysis->receiver->snd_known = true;
    analysis->receiver->snd_nxt = analysis->receiver->snd_max = segment->ack;
}

/* A SYN-ACK, so it is clear who asked, and both ends' first numbers. */
static void begin_with_syn_ack(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const segment_t *segment = analysis->segment;

    opening_note_syn(analysis->sender, segment);
    syn_copies_add(&analysis->sender->synack, segment, NULL);
    analysis->receiver->isn_known = true;
    analysis->receiver->isn = segment->ack - 1;
    analysis->sender->scale_known = true;
    connection->syn_end = segment->ack;
    silent_note_first(analysis, segment->ack);
    silent_note_ack(analysis);
    analysis->first_syn_ack = true;
    analysis_move(analysis, analysis->sender, EVENT_GUESS_SYN_ACK, BASIS_GUESSED);
    analysis_move(analysis, analysis->receiver, EVENT_GUESS_PEER_SYN_ACK, BASIS_GUESSED);
    analysis->receiver->since_known = true; /* it enters ESTABLISHED with this segment */
}

static void begin_with_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;

    analysis_move(analysis, sender, EVENT_GUESS_CLOSE, BASIS_GUESSED);
    analysis_move(analysis, receiver, EVENT_GUESS_PEER_CLOSE, BASIS_GUESSED);
    sender->fin_sent = true;
    sender->fin_seq = segment_fin_seq(analysis->segment);
    sender->fin_frame = analysis->segment->frame;
    sender->fin_time = analysis->segment->when;
    receiver->fin_arrived = true;
    receiver->fin_arrived_time = analysis->segment->when;
}

/* The first captured segment of a connection is no SYN. */
void opening_by_midstream(analysis_t *analysis)
{
    connection_t *connection = analysis->connection;
    const bool syn_ack = segment_has(analysis->segment, TCP_FLAG_SYN);

    opening_begin_incarnation(connection,
                              syn_ack ? !analysis->side
                                      : opening_guess_client_side(connection, analysis->side),
                              syn_ack ? ROLES_BY_SYN_ACK : ROLES_GUESSED);
    connection->midstream = connection->one_way = true;
    connection->begin_time = analysis->segment->when;
    connection->handshake_done = !syn_ack;
    analysis->previous[0] = analysis->previous[1] = STATE_UNKNOWN;
    learn_midstream_numbers(analysis);
    if (syn_ack) {
        begin_with_syn_ack(analysis);
    } else if (segment_has(analysis->segment, TCP_FLAG_FIN)) {
        begin_with_fin(analysis);
    } else {
        analysis_move(analysis, analysis->sender, EVENT_GUESS_OPEN, BASIS_GUESSED);
        analysis_move(analysis, analysis->receiver, EVENT_GUESS_PEER_OPEN, BASIS_GUESSED);
    }
    round_trip_measure(analysis);
}
