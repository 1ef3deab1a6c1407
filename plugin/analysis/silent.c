/* silent.c
 * A side of which nothing was captured: what the acknowledgment numbers of the other side show of
 * it.
 *
 * Knows: which ACK stands for a FIN that was not captured, and what takes that back. Does not know:
 * states, and what a captured FIN shows (evidence_fin.c).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* Sooner after the segment before it (and its round trip) no program decides to close: it sends
 * what it opened the connection for. */
static const int64_t prompt = INT64_C(10000000);

/* The shortest time for which common stacks hold back the ACK of a FIN that nobody has answered. By
 * the timestamps, which count milliseconds on most hosts, some less. */
static const int64_t delayed_ack = INT64_C(40000000);
static const int32_t delayed_ack_ticks = 25;

/* How much later than the quickest ACK so far this one was sent, in ticks of the timestamps: by the
 * difference between its own clock and the one that it echoes (RFC 7323 3.2). False: not known. */
static bool ack_delay(const analysis_t *analysis, int32_t *ticks)
{
    const silent_t *silent = &analysis->connection->silent;
    const segment_t *segment = analysis->segment;

    if (!segment->has_timestamps || !silent->lag_known)
        return false;
    *ticks = (int32_t)(segment->ts_value - segment->ts_echo - silent->least_lag);
    return true;
}

/* The ACK was held back, or at least comes after a pause: so do those of a FIN. */
static bool comes_late(const analysis_t *analysis)
{
    int32_t ticks;

    if (analysis->segment->payload_len > 0)
        return true;
    if (ack_delay(analysis, &ticks))
        return ticks >= delayed_ack_ticks;
    return analysis_since(analysis, analysis->sender->last_time) >= delayed_ack;
}

static bool soon_after(const analysis_t *analysis, int64_t then)
{
    const connection_t *connection = analysis->connection;
    const int64_t round_trip = connection->round_trip_known ? connection->round_trip : 0;

    return analysis_since(analysis, then) < round_trip + prompt;
}

void silent_note_first(analysis_t *analysis, uint32_t first)
{
    analysis->connection->silent.first_known = true;
    analysis->connection->silent.first = first;
    analysis->connection->silent.news_time = analysis->segment->when;
}

void silent_note_ack(analysis_t *analysis)
{
    silent_t *silent = &analysis->connection->silent;
    const segment_t *segment = analysis->segment;
    const uint32_t lag = segment->ts_value - segment->ts_echo;

    if (!analysis->sender->acked_known || seq_after(segment->ack, analysis->sender->acked))
        silent->news_time = segment->when;
    if (!segment->has_timestamps || segment->ts_echo == 0)
        return;
    if (!silent->lag_known || seq_before(lag, silent->least_lag))
        silent->least_lag = lag;
    silent->lag_known = true;
}

/* -- A FIN that was not captured --------------------------------------------------------------- */

/* An ACK that moves by exactly one over nothing captured: a FIN of the other side, or one byte of
 * data. */
static bool moves_over_one(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    return sender->acked_known && !receiver->fin_sent && ack == sender->acked + 1 &&
           receiver->snd_known && seq_after(ack, receiver->snd_nxt);
}

/* Nothing of the other side was acknowledged before but its SYN. */
static bool opens(const analysis_t *analysis)
{
    const silent_t *silent = &analysis->connection->silent;

    return silent->first_known && analysis->sender->acked == silent->first;
}

/* The ACK rides on data. So they answer a byte, unless neither side has sent anything before: that
 * byte would have been acknowledged at once, while a FIN's ACK waits for something to ride on. */
static bool answers_a_byte(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return !opens(analysis) || !sender->isn_known || sender->snd_nxt != sender->isn + 1;
}

/* A byte opens the conversation, or goes on in single bytes as it did before. A FIN would come
 * later. */
static bool looks_like_a_byte(const analysis_t *analysis)
{
    const silent_t *silent = &analysis->connection->silent;

    if (analysis->segment->payload_len > 0)
        return answers_a_byte(analysis);
    return !segment_has(analysis->segment, TCP_FLAG_FIN) &&
           (opens(analysis) || silent->sent_bytes) && soon_after(analysis, silent->news_time);
}

static void infer_fin(analysis_t *analysis)
{
    endpoint_t *receiver = analysis->receiver;

    analysis->connection->silent.fin_late = comes_late(analysis);
    receiver->fin_sent = true;
    receiver->fin_seq = analysis->segment->ack - 1;
    receiver->fin_frame = 0;
    receiver->fin_time = analysis->segment->when;
    receiver->snd_nxt = receiver->snd_max = analysis->segment->ack;
    analysis_move(analysis, receiver, EVENT_SHOW_FIN_SENT, BASIS_PRESUMED);
}

/* The other side's segment that was not captured acknowledges the sender's FIN. */
static void infer_ack_of_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;

    sender->fin_acked = true;
    sender->fin_acked_time = analysis->segment->when;
    analysis_move(analysis, sender, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

/* A segment behind the sender's FIN: the silent side has presumably acknowledged the FIN, at the
 * latest with what this segment acknowledges, unless that was on its way before. */
static bool fin_was_acked(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const connection_t *connection = analysis->connection;
    const bool news =
        sender->acked_known && seq_after(analysis->segment->ack, sender->acked) &&
        (!connection->round_trip_known || analysis_past_round_trip(analysis, sender->fin_time));

    return news || evidence_sent_after(analysis, sender->fin_time);
}

/* After the sender's FIN the other side answers with its own; a side of which the capture has
 * nothing at all may also send data or a bare ACK. Before it, an ACK over one number is taken for
 * the ACK of a FIN where the capture has nothing else of that side. */
void silent_show_fin(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const bool behind_fin = sender->fin_sent && analysis->segment->seq == sender->fin_seq + 1;

    if (behind_fin && moves_over_one(analysis)) {
        infer_fin(analysis);
        infer_ack_of_fin(analysis);
    } else if (receiver->spoke) {
        return;
    } else if (behind_fin && sender->state == STATE_FIN_WAIT_1 && fin_was_acked(analysis)) {
        infer_ack_of_fin(analysis);
    } else if (!behind_fin && moves_over_one(analysis)) {
        if (looks_like_a_byte(analysis))
            analysis->connection->silent.sent_bytes = true;
        else
            infer_fin(analysis);
    }
}

/* It was data after all: more follows, or they are answered; but an ACK that came late was no
 * answer to data, so new data of the sender are none either: it goes on after the other's FIN. */
void silent_take_back_fin(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    silent_t *silent = &analysis->connection->silent;
    const bool answered = segment->payload_len > 0 && !sender->fin_sent && !silent->fin_late &&
                          !segment_has(segment, TCP_FLAG_FIN) && !analysis->repeats;

    if (!receiver->fin_sent || receiver->fin_frame != 0 || receiver->spoke ||
        (!answered && !seq_after(segment->ack, receiver->fin_seq + 1)))
        return;
    silent->sent_bytes = true;
    receiver->fin_sent = receiver->fin_acked = false;
    sender->fin_arrived = sender->fin_proven = false;
    analysis_move(analysis, receiver, EVENT_SHOW_FIN_NOT_SENT, BASIS_PRESUMED);
    analysis_move(analysis, sender, EVENT_SHOW_FIN_NOT_RECEIVED, BASIS_SENT);
    progress_forget_fin(analysis, !analysis->side);
}
