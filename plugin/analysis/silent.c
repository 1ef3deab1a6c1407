/* silent.c
 * A side of which nothing was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "silent.h"

#include "round_trip.h"
#include "times.h"

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
        return ticks >= DELAYED_ACK_TICKS;
    return analysis_since(analysis, analysis->sender->last_time) >= TIME_DELAYED_ACK;
}

static bool soon_after(const analysis_t *analysis, int64_t then)
{
    const round_trip_t *round_trip = &analysis->connection->round_trip;

    return analysis_since(analysis, then) <
           (round_trip->known ? round_trip->time : 0) + TIME_PROMPT;
}

/* -- Notes ------------------------------------------------------------------------------------- */

void silent_note_first(analysis_t *analysis, uint32_t first)
{
    silent_t *silent = &analysis->owned->silent;

    silent->first_known = true;
    silent->first = first;
    silent->news_time = analysis->segment->when;
}

void silent_forget_first(analysis_t *analysis)
{
    analysis->owned->silent.first_known = false;
}

void silent_note_ack(silent_t *silent, const endpoint_t *sender, const segment_t *segment)
{
    const uint32_t lag = segment->ts_value - segment->ts_echo;

    if (!sender->acked_known || seq_after(segment->ack, sender->acked))
        silent->news_time = segment->when;
    if (!segment->has_timestamps || segment->ts_echo == 0)
        return;
    if (!silent->lag_known || seq_before(lag, silent->least_lag))
        silent->least_lag = lag;
    silent->lag_known = true;
}

void silent_note_answer(analysis_t *analysis)
{
    analysis->owned->silent.news_time = analysis->segment->when;
}

/* -- A FIN that was not captured --------------------------------------------------------------- */

/* An ACK that moves by exactly one over nothing captured: a FIN of the other side, or one byte of
 * data. */
static bool moves_over_one(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t ack = analysis->segment->ack;

    return sender->acked_known && !receiver->fin.sent && ack == sender->acked + 1 &&
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
    endpoint_t *receiver = analysis_receiver(analysis);
    const segment_t *segment = analysis->segment;

    analysis->owned->silent.fin_late = comes_late(analysis);
    fin_infer(&receiver->fin, segment->ack - 1, segment->when);
    endpoint_set_next(receiver, segment->ack);
    if (endpoint_gone(receiver))
        endpoint_move_before_end(receiver, EVENT_SHOW_FIN_SENT);
    else
        analysis_move(analysis, receiver, EVENT_SHOW_FIN_SENT, BASIS_PRESUMED);
}

/* The other side's segment that was not captured acknowledges the sender's FIN. */
static void infer_ack_of_fin(analysis_t *analysis)
{
    fin_acknowledge(&analysis_sender(analysis)->fin, analysis->segment->when);
    analysis_move(analysis, analysis->sender, EVENT_RECEIVE_ACK_OF_FIN, BASIS_PRESUMED);
}

/* A segment behind the sender's FIN: the silent side has presumably acknowledged the FIN, at the
 * latest with what this segment acknowledges, unless that was on its way before. */
static bool fin_was_acked(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const bool news =
        sender->acked_known && seq_after(analysis->segment->ack, sender->acked) &&
        (!analysis->connection->round_trip.known || round_trip_passed(analysis, sender->fin.time));

    return news || round_trip_sent_after(analysis, compared, sender->fin.time);
}

/* It was damaged, say; or data are missing before it, and what the other side has sent behind it
 * acknowledges less than them: it lacks them, too. */
static bool has_not_got_fin(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const fin_t *fin = &analysis->sender->fin;

    return fin->refused || (!fin->arrived && receiver->spoke && receiver->last_time > fin->time &&
                            receiver->acked_known && seq_before(receiver->acked, fin->seq));
}

/* After the sender's FIN the other side answers with its own; a side of which the capture has
 * nothing at all may also send data or a bare ACK. Before it, an ACK over one number is taken for
 * the ACK of a FIN where the capture has nothing else of that side. */
void silent_infer_fin(analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const bool behind_fin = sender->fin.sent && analysis->segment->seq == fin_end(&sender->fin);

    if (behind_fin && moves_over_one(analysis)) {
        infer_fin(analysis);
        if (!has_not_got_fin(analysis))
            infer_ack_of_fin(analysis);
    } else if (receiver->spoke) {
        return;
    } else if (behind_fin && sender->state == STATE_FIN_WAIT_1 &&
               fin_was_acked(analysis, compared)) {
        infer_ack_of_fin(analysis);
    } else if (!behind_fin && moves_over_one(analysis)) {
        if (looks_like_a_byte(analysis))
            analysis->owned->silent.sent_bytes = true;
        else
            infer_fin(analysis);
    }
}

/* It was data after all: more follows, or they are answered; but an ACK that came late was no
 * answer to data, so new data of the sender are none either: it goes on after the other's FIN. */
static bool refutes_fin(const analysis_t *analysis, const comparison_t *compared)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;
    const bool answered = segment->payload_len > 0 && !sender->fin.sent &&
                          !analysis->connection->silent.fin_late &&
                          !segment_has(segment, TCP_FLAG_FIN) && !compared->repeats;

    return fin_is_inferred(&receiver->fin) &&
           ((answered && !receiver->spoke) || seq_after(segment->ack, fin_end(&receiver->fin)));
}

static void take_back_fin(analysis_t *analysis)
{
    analysis->owned->silent.sent_bytes = true;
    fin_take_back(&analysis_receiver(analysis)->fin);
    analysis_move(analysis, analysis->receiver, EVENT_SHOW_FIN_NOT_SENT, BASIS_PRESUMED);
    analysis_move(analysis, analysis->sender, EVENT_SHOW_FIN_NOT_RECEIVED, BASIS_SENT);
}

void silent_take_back_fin(analysis_t *analysis, const comparison_t *compared)
{
    if (refutes_fin(analysis, compared))
        take_back_fin(analysis);
}

/* Whoever waits has nothing to abort, and answers without ACK bit (RFC 9293 3.5.2). */
void silent_take_back_fin_by_rst(analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const fin_t *fin = &analysis->receiver->fin;
    const segment_t *rst = analysis->segment;

    if (sender->state != STATE_TIME_WAIT || !fin_is_inferred(fin) ||
        !segment_has(rst, TCP_FLAG_ACK) || rst->seq != sender->snd_nxt || rst->ack != fin_end(fin))
        return;
    take_back_fin(analysis);
    endpoint_note_data_after_fin(analysis_sender(analysis));
}
