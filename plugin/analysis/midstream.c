/* midstream.c
 * Captures that begin in the middle of a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "midstream.h"

#include "beginning.h"
#include "coverage.h"
#include "progress.h"
#include "round_trip.h"
#include "silent.h"

/* Both endpoints have each other's numbers from one captured segment with an ACK. */
static void learn_numbers(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;

    endpoint_note_sent(analysis_sender(analysis), segment);
    endpoint_note_received(analysis_receiver(analysis), segment);
    endpoint_note_arrived(analysis_sender(analysis), segment->ack);
    endpoint_set_next(analysis_receiver(analysis), segment->ack);
}

/* It is clear who asked, and what both endpoints' first numbers are. */
static void begin_with_syn_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    const segment_t *segment = analysis->segment;

    endpoint_note_syn(sender, segment);
    endpoint_note_syn_ack(sender, segment, NULL);
    endpoint_presume_isn(analysis_receiver(analysis), segment->ack - 1);
    endpoint_presume_scaling(sender);
    silent_note_first(analysis, segment->ack);
    silent_note_ack(&analysis->owned->silent, analysis->sender, analysis->segment);
    analysis_must_move(analysis, analysis->sender, EVENT_GUESS_SYN_ACK, BASIS_GUESSED);
    analysis_must_move(analysis, analysis->receiver, EVENT_GUESS_PEER_SYN_ACK, BASIS_GUESSED);
}

static void begin_with_fin(analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;
    fin_t *fin = &analysis_sender(analysis)->fin;

    analysis_must_move(analysis, analysis->sender, EVENT_GUESS_CLOSE, BASIS_GUESSED);
    analysis_must_move(analysis, analysis->receiver, EVENT_GUESS_PEER_CLOSE, BASIS_GUESSED);
    fin_infer(fin, segment_fin_seq(segment), segment->when);
    fin_take_copy(fin, segment);
    fin_arrive(fin, segment->when, false);
}

bool midstream_was_answered(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return receiver->rst_known && !(receiver->rst.flags & TCP_FLAG_ACK) &&
           receiver->rst.seq == analysis->segment->ack;
}

/* It acknowledges the SYN, which was not captured, or a number as near to it as a window reaches
 * that is not scaled yet; or it has no ACK, and the number 0 all the same. Whoever made it up, it
 * was meant for this connection. */
static bool is_to_opener(const recent_segment_t *rst, uint32_t syn_end)
{
    return rst->flags & TCP_FLAG_ACK ? seq_near(rst->ack, syn_end) : rst->seq == 0;
}

/* Nothing but RSTs of one side was captured so far, with numbers of this attempt to open. */
static bool follows_rst_of_attempt(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t syn_end = analysis->segment->ack;

    if (analysis->connection->begun || sender->rst_known == receiver->rst_known)
        return false;
    return sender->rst_known ? is_to_opener(&sender->rst, syn_end)
                             : seq_near(receiver->rst.seq, syn_end);
}

/* By a RST that acknowledges the very SYN that the SYN-ACK answers. */
static bool was_refused(const analysis_t *analysis)
{
    const recent_segment_t *rst = &analysis->sender->rst;

    return follows_rst_of_attempt(analysis) && analysis->sender->rst_known &&
           (rst->flags & TCP_FLAG_ACK) && rst->ack == analysis->segment->ack;
}

/* Nothing but SYN-ACKs of its sender, and RSTs that reject them, was captured so far, and the last
 * acknowledges a number near this one's: both answer the same SYN, and one of them was made up. */
static bool follows_syn_ack_of_attempt(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;
    const beginning_t *beginning = &connection->beginning;

    return connection->begun && beginning->midstream && sender->synack_sent &&
           sender->snd_nxt == sender->isn + 1 && !endpoint_recent(analysis->receiver, 0) &&
           beginning->syn_end_known && seq_near(analysis->segment->ack, beginning->syn_end);
}

void midstream_open(analysis_t *analysis, findings_t *found)
{
    const bool syn_ack = segment_has(analysis->segment, TCP_FLAG_SYN);
    const bool refused = syn_ack && was_refused(analysis);
    const bool across =
        syn_ack && (follows_rst_of_attempt(analysis) || follows_syn_ack_of_attempt(analysis));

    found->opened.reopened = analysis->connection->begun && !across;
    found->opened.first_syn_ack = syn_ack;
    beginning_midstream(analysis);
    if (across)
        beginning_across(analysis);
    if (refused)
        beginning_refused(analysis);
    coverage_begin_one_way(analysis);
    progress_begin_midstream(analysis);
    found->before.state[0] = found->before.state[1] = STATE_UNKNOWN;
    learn_numbers(analysis);
    if (syn_ack) {
        begin_with_syn_ack(analysis);
    } else if (segment_has(analysis->segment, TCP_FLAG_FIN)) {
        begin_with_fin(analysis);
    } else {
        analysis_must_move(analysis, analysis->sender, EVENT_GUESS_OPEN, BASIS_GUESSED);
        analysis_must_move(analysis, analysis->receiver, EVENT_GUESS_PEER_OPEN, BASIS_GUESSED);
    }
    round_trip_measure(&analysis->owned->round_trip, analysis->segment, analysis->side,
                       found->compared.repeats);
    round_trip_settle(analysis);
}
