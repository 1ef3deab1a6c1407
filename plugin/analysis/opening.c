/* opening.c
 * What SYN and SYN-ACK do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "opening.h"

#include "beginning.h"
#include "delivery.h"
#include "ecn.h"
#include "evidence.h"
#include "evidence_fin.h"
#include "progress.h"
#include "round_trip.h"
#include "shared.h"
#include "silent.h"
#include "times.h"

/* -- SYN: what it does ------------------------------------------------------------------------- */

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

    return endpoint_gone(receiver) || receiver->state == STATE_TIME_WAIT ||
           (!receiver->spoke && !analysis->connection->progress.handshake_done);
}

typedef enum syn_effect {
    SYN_OPENS,
    SYN_REPEATS,  /* it is sent again */
    SYN_RETRIES,  /* it was refused, and is sent again all the same */
    SYN_TOO_LATE, /* an old one that comes when the connection is over */
    SYN_IS_LATE,  /* its SYN-ACK was captured before it */
    SYN_CROSSES,  /* the other endpoint's SYN is on its way (RFC 9293 3.5, figure 7) */
    SYN_MUST_WAIT /* what follows shows whether it opens */
} syn_effect_t;

/* No other attempt to open has the clock value of the one before. */
static bool is_of_same_tick(const segment_t *syn)
{
    return syn->perhaps_copy && syn->has_timestamps;
}

/* Nor has it number and identification of one that had opened a connection. */
static bool is_identical(const segment_t *syn)
{
    return syn->perhaps_copy && syn->ip_id != 0;
}

/* Its RST came in the middle of the attempt to open, and whoever makes another takes another
 * number: it has rejected an ACK in SYN-SENT (RFC 9293 3.10.7.3). Without ACK bit it may have been
 * from a host that knows nothing of the attempt, as that of a port scanner. */
static bool rst_was_of_attempt(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return endpoint_gone(sender) && sender->ending == ENDED_BY_OWN_RST &&
           !analysis->connection->progress.handshake_done && (sender->rst.flags & TCP_FLAG_ACK);
}

/* A SYN with the number that its sender has opened with before. */
static syn_effect_t effect_of_known_syn(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;

    if (!endpoint_gone(sender) || !endpoint_gone(analysis->receiver))
        return SYN_REPEATS;
    if (is_of_same_tick(analysis->segment))
        return SYN_TOO_LATE;
    if (analysis->segment->perhaps_copy && !round_trip_passed(analysis, sender->end_time))
        return SYN_TOO_LATE;
    if (rst_was_of_attempt(analysis))
        return SYN_REPEATS;
    if (sender->ending == ENDED_BY_OWN_RST)
        return SYN_OPENS;
    if (sender->ending == ENDED_BY_PEER_RST && !connection->progress.handshake_done)
        return SYN_RETRIES;
    if (is_identical(analysis->segment))
        return SYN_TOO_LATE;
    return round_trip_passed(analysis, sender->end_time) ? SYN_OPENS : SYN_TOO_LATE;
}

/* Its number is known from the other endpoint's SYN-ACK, which may have acknowledged its data. */
static bool answered_before(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const segment_t *syn = analysis->segment;

    return sender->isn_known && !sender->synack_sent &&
           (sender->isn == syn->seq || sender->isn + 1 == segment_end(syn));
}

/* Nothing but RSTs of the other side was captured so far. */
static bool follows_lone_rst(const analysis_t *analysis)
{
    return !analysis->connection->begun && analysis->receiver->rst_known &&
           !analysis->sender->rst_known;
}

/* Nothing but a SYN-ACK, which answers another SYN, and perhaps a RST that rejects it. */
static bool follows_lone_syn_ack(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return analysis->connection->roles == ROLES_BY_SYN_ACK &&
           !endpoint_recent(analysis->sender, 0) && receiver->snd_nxt == receiver->isn + 1 &&
           !endpoint_syn_covered_by(analysis->sender, segment_end(analysis->segment));
}

/* The RST was meant for a SYN with this number, which was not captured: this one is sent again. */
static bool is_for_same_syn(const recent_segment_t *rst, const segment_t *syn)
{
    return (rst->flags & TCP_FLAG_ACK) && seq_between(syn->seq, rst->ack, segment_end(syn));
}

/* The SYN-ACK was rejected, and acknowledges a number near this SYN's: it was made up for the same
 * attempt, whose first SYN was not captured. */
static bool was_rejected_before(const analysis_t *analysis)
{
    const beginning_t *beginning = &analysis->connection->beginning;

    return analysis->sender->rst_known && beginning->syn_end_known &&
           seq_near(beginning->syn_end, segment_end(analysis->segment));
}

/* The order between the directions is not certain: what the other side has sent, and seems to be
 * older than the SYN, may have come behind it. */
static bool crosses_lone_segment(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    if (follows_lone_rst(analysis))
        return analysis_since(analysis, receiver->rst.when) < TIME_CAPTURE_ORDER ||
               is_for_same_syn(&receiver->rst, analysis->segment);
    return follows_lone_syn_ack(analysis) &&
           (analysis_since(analysis, receiver->last_time) < TIME_CAPTURE_ORDER ||
            was_rejected_before(analysis));
}

static syn_effect_t effect_of_syn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    if (!analysis->connection->begun)
        return SYN_OPENS;
    if (endpoint_opened_with(sender, analysis->segment))
        return effect_of_known_syn(analysis);
    if (answered_before(analysis))
        return SYN_IS_LATE;
    if (analysis->receiver->state == STATE_SYN_SENT && !sender->isn_known)
        return SYN_CROSSES;
    return may_open(analysis) || crosses_lone_segment(analysis) ? SYN_OPENS : SYN_MUST_WAIT;
}

/* -- SYN: doing it ----------------------------------------------------------------------------- */

/* What the receiver does with a SYN that opens. One that has just refused goes on refusing. */
static void deliver_syn(analysis_t *analysis, const endpoint_t *waiting)
{
    const segment_t *syn = analysis->segment;

    if (waiting && !time_wait_accepts(waiting, syn))
        return;
    endpoint_note_received(analysis_receiver(analysis), syn);
    analysis_move(analysis, analysis->receiver,
                  waiting ? EVENT_RECEIVE_SYN_REUSE : EVENT_RECEIVE_SYN, BASIS_PRESUMED);
}

/* Its last RST acknowledges this SYN. */
static bool has_reset(const endpoint_t *receiver, const segment_t *syn)
{
    return receiver->rst_known && (receiver->rst.flags & TCP_FLAG_ACK) &&
           receiver->rst.ack == segment_end(syn);
}

/* The RST was captured right before the SYN that it refuses: nobody tries again so soon. */
static bool has_just_been_refused(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return has_reset(receiver, analysis->segment) &&
           analysis_since(analysis, receiver->rst.when) < TIME_CAPTURE_ORDER;
}

/* A RST was captured before the SYN that it refuses. */
static bool was_refused_before(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;

    return has_just_been_refused(analysis) ||
           (has_reset(receiver, analysis->segment) && receiver->rst.seq == 0);
}

static void note_copy_of_syn(analysis_t *analysis, unsigned side, const segment_t *syn)
{
    endpoint_t *sender = &analysis->owned->end[side];

    endpoint_note_syn_copy(sender, syn);
    if (!syn->perhaps_copy) /* then its ECN bits were perhaps changed on the way */
        ecn_take_syn(&analysis->owned->ecn, side, syn);
    endpoint_note_sent(sender, syn);
}

static void note_syn(analysis_t *analysis)
{
    note_copy_of_syn(analysis, analysis->side, analysis->segment);
}

/* A SYN that opens, the first of its incarnation. A sender whose new SYN is out already stays in
 * SYN-SENT. */
static void open_connection(analysis_t *analysis, findings_t *found)
{
    const connection_t *connection = analysis->connection;
    const segment_t *syn = analysis->segment;
    const endpoint_t receiver = *analysis->receiver;
    const bool waited = receiver.state == STATE_TIME_WAIT;
    const bool in_time_wait = waited || endpoint_may_still_wait(&receiver);
    const bool known = connection->pending.waiting && connection->pending.syn.seq == syn->seq &&
                       analysis->sender->state == STATE_SYN_SENT;
    const segment_t first = known ? connection->pending.syn : *syn;

    const bool crosses = crosses_lone_segment(analysis);
    const bool answered = shared_answers(analysis);

    found->opened.reopened = connection->begun && !crosses;
    found->opened.first_syn = true;
    found->opened.refused = !in_time_wait && was_refused_before(analysis) &&
                            !endpoint_opened_with(analysis->sender, syn);
    analysis_forget_moves(analysis);
    beginning_by_syn(analysis, &first, analysis->side);
    if (known) {
        endpoint_begin_in_syn_sent(analysis_sender(analysis), &first);
        note_syn(analysis);
    }
    if (in_time_wait)
        beginning_in_time_wait(analysis, &receiver);
    if (crosses)
        beginning_across(analysis);
    if (answered)
        beginning_answered(analysis);
    before_begin_anew(&found->before, connection);

    analysis_move(analysis, analysis->sender, EVENT_SEND_SYN, BASIS_SENT);
    deliver_syn(analysis, waited ? &receiver : NULL);
    if (found->opened.refused) {
        analysis_must_move(analysis, analysis->receiver, EVENT_SHOW_NO_LISTENER, BASIS_SENT);
        analysis_must_move(analysis, analysis->sender, EVENT_RECEIVE_RST, BASIS_PRESUMED);
        endpoint_note_ended_by(analysis_sender(analysis), &receiver.rst);
        endpoint_note_ended_by(analysis_receiver(analysis), &receiver.rst);
    }
}

/* A RST has ended the TIME-WAIT that the first SYN found, so that a listener gets the next one. */
static bool time_wait_is_over(const analysis_t *analysis, const endpoint_t *waiting)
{
    return analysis->connection->beginning.in_time_wait && waiting->state == STATE_CLOSED &&
           waiting->before_end == STATE_TIME_WAIT;
}

/* A RST has brought it back to LISTEN: its next SYN-ACK has a number that nobody knows yet. */
static bool listens_again(const endpoint_t *receiver)
{
    return receiver->state == STATE_LISTEN && receiver->synack_sent;
}

static void repeat_syn(analysis_t *analysis)
{
    const tcp_event_t event = time_wait_is_over(analysis, analysis->receiver)
                                  ? EVENT_RECEIVE_SYN_REUSE
                                  : EVENT_RECEIVE_SYN;

    if (rst_was_of_attempt(analysis)) {
        analysis_revive_sender(analysis);
        analysis_move(analysis, analysis->sender, EVENT_SHOW_SYN_ACK_NOT_RECEIVED, BASIS_SENT);
    }
    evidence_of_repeated_syn(analysis);
    note_syn(analysis);
    if (listens_again(analysis->receiver))
        endpoint_forget_isn(analysis_receiver(analysis));
    if (event == EVENT_RECEIVE_SYN_REUSE)
        endpoint_forget_numbers(analysis_receiver(analysis));
    if (analysis_move(analysis, analysis->receiver, event, BASIS_PRESUMED))
        endpoint_note_received(analysis_receiver(analysis), analysis->segment);
}

/* The SYN comes so long after its SYN-ACK that it was sent again: the first one is not captured. */
static bool is_copy_of_unseen(const analysis_t *analysis)
{
    const syn_copy_t *answer = syn_copies_last(&analysis->receiver->synack);

    return answer && analysis_since(analysis, answer->when) >= TIME_RETRANSMISSION_MIN;
}

/* The SYN that the SYN-ACK before it answers: the order of the capture is not that of sending. */
static void take_late_syn(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    endpoint_t *receiver = analysis_receiver(analysis);

    if (receiver->opened_first)
        beginning_by_both(analysis);
    else
        beginning_by_late_syn(analysis);
    endpoint_note_syn(sender, analysis->segment);
    endpoint_note_syn_copy(sender, analysis->segment);
    endpoint_note_sent(sender, analysis->segment);
    endpoint_note_answered_syn(receiver, analysis->segment);
    endpoint_settle_scaling(sender, receiver);
    if (is_copy_of_unseen(analysis))
        ecn_take_late_copy(&analysis->owned->ecn, analysis->side, analysis->segment);
    else
        ecn_take_late_syn(&analysis->owned->ecn, analysis->side, analysis->segment);
}

/* Some hosts try again where a port has refused; nothing says that it would not. */
static void retry_syn(analysis_t *analysis, findings_t *found)
{
    note_syn(analysis);
    found->opened.refused = has_just_been_refused(analysis);
    if (!found->opened.refused)
        analysis_must_move(analysis, analysis->sender, EVENT_SEND_SYN, BASIS_SENT);
}

static void open_simultaneously(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    endpoint_t *receiver = analysis_receiver(analysis);

    endpoint_note_syn(sender, analysis->segment);
    note_syn(analysis);
    beginning_by_both(analysis);
    endpoint_settle_scaling(sender, receiver);
    analysis_move(analysis, sender, EVENT_SEND_SYN, BASIS_SENT);
    endpoint_note_received(receiver, analysis->segment);
    analysis_move(analysis, receiver, EVENT_RECEIVE_SYN, BASIS_PRESUMED);
}

/* Whoever has nothing to lose has restarted; a live endpoint may have been impersonated. */
static void let_syn_wait(analysis_t *analysis)
{
    pending_syn_t *pending = &analysis->owned->pending;

    if (pending->waiting && pending->side == analysis->side &&
        pending->syn.seq == analysis->segment->seq) {
        pending->again = true;
        pending->copy = *analysis->segment;
    } else {
        *pending = (pending_syn_t){
            .waiting = true, .side = (uint8_t)analysis->side, .syn = *analysis->segment};
    }
    analysis_move(analysis, analysis->sender, EVENT_SEND_SYN, BASIS_SENT);
}

void opening_by_syn(analysis_t *analysis, findings_t *found)
{
    found->opened.first_syn = !analysis->sender->opened_first;
    switch (effect_of_syn(analysis)) {
    case SYN_OPENS:
        open_connection(analysis, found);
        break;
    case SYN_REPEATS:
        shared_note_syn(analysis);
        repeat_syn(analysis);
        break;
    case SYN_IS_LATE:
        shared_note_syn(analysis);
        take_late_syn(analysis);
        break;
    case SYN_RETRIES:
        retry_syn(analysis, found);
        break;
    case SYN_TOO_LATE:
        endpoint_note_syn_copy(analysis_sender(analysis), analysis->segment);
        found->judged.counts = false;
        break;
    case SYN_CROSSES:
        open_simultaneously(analysis);
        break;
    case SYN_MUST_WAIT:
        let_syn_wait(analysis);
        break;
    }
}

void opening_forget_pending_syn(analysis_t *analysis)
{
    analysis->owned->pending.waiting = false;
}

/* -- TIME-WAIT that refuses -------------------------------------------------------------------- */

bool opening_is_refused_by_time_wait(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const endpoint_t *sender = analysis->sender;

    return connection->beginning.in_time_wait && analysis->side != connection->client_side &&
           !sender->isn_known &&
           !endpoint_syn_covered_by(analysis->receiver, analysis->segment->ack) &&
           (sender->state == STATE_TIME_WAIT || sender->state == STATE_SYN_RECEIVED);
}

/* It says again where it stands in the connection before. */
void opening_keep_time_wait(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    const segment_t *segment = analysis->segment;

    analysis_move(analysis, sender, EVENT_SHOW_TIME_WAIT, BASIS_SENT);
    endpoint_note_sent(sender, segment);
    endpoint_set_received(sender, segment->ack);
}

/* The RST takes the number of the ACK with which TIME-WAIT has refused the SYN. That was captured
 * later, or not at all. */
static bool answers_time_wait(const analysis_t *analysis)
{
    const beginning_t *beginning = &analysis->connection->beginning;
    const endpoint_t *receiver = analysis->receiver;

    return beginning->awaited_known && !receiver->isn_known &&
           !segment_has(analysis->segment, TCP_FLAG_ACK) &&
           analysis->segment->seq == beginning->awaited;
}

void opening_rst_shows_time_wait(analysis_t *analysis)
{
    if (!answers_time_wait(analysis))
        return;
    analysis_move(analysis, analysis->receiver, EVENT_SHOW_TIME_WAIT, BASIS_PRESUMED);
    endpoint_set_received(analysis_receiver(analysis), analysis->segment->seq);
}

/* -- SYN-ACK ----------------------------------------------------------------------------------- */

static bool has_new_number(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;

    return !sender->isn_known || sender->isn != analysis->segment->seq;
}

/* Both endpoints have done with the connection before, be it by a RST that found the sender in
 * TIME-WAIT, and the SYN-ACK answers none of its SYNs. */
static bool begins_another(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return (endpoint_gone(sender) || sender->state == STATE_TIME_WAIT) &&
           (endpoint_gone(receiver) || receiver->state == STATE_TIME_WAIT ||
            (receiver->state == STATE_SYN_SENT && time_wait_is_over(analysis, sender))) &&
           !(receiver->isn_known && endpoint_syn_covered_by(receiver, analysis->segment->ack)) &&
           has_new_number(analysis);
}

bool opening_answers_unseen_syn(const analysis_t *analysis)
{
    if (analysis->connection->pending.waiting)
        return false;
    return begins_another(analysis) || (!analysis->receiver->spoke && has_new_number(analysis));
}

bool opening_answers_old_syn(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return sender->state == STATE_CLOSED && sender->isn_known &&
           sender->isn != analysis->segment->seq && receiver->isn_known &&
           analysis->segment->ack == receiver->isn + 1;
}

void opening_listen_again(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    const segment_t *segment = analysis->segment;

    analysis_must_move(analysis, sender, EVENT_SHOW_LISTENER, BASIS_SENT);
    endpoint_note_syn(sender, segment);
    endpoint_forget_syn_acks(sender);
    endpoint_note_syn_ack(sender, segment, NULL); /* the SYN may have waited long */
    endpoint_set_next(sender, segment_end(segment));
    endpoint_take_back_acked(sender, segment->ack);
    endpoint_set_received(sender, segment->ack);
    endpoint_note_sent(sender, segment);
}

bool opening_answers_pending_syn(const analysis_t *analysis)
{
    const pending_syn_t *pending = &analysis->connection->pending;

    return pending->waiting && pending->side != analysis->side &&
           seq_between(pending->syn.seq + 1, analysis->segment->ack, segment_end(&pending->syn));
}

/* A number that its sender has not used in the connection so far, and that the other endpoint does
 * not expect either: whoever forges a SYN may take one that it does. */
static bool is_foreign(const endpoint_t *sender, const endpoint_t *other, uint32_t number)
{
    const bool more = other->edge_known && seq_after(other->right_edge, sender->snd_max);
    const uint32_t last = more ? other->right_edge : sender->snd_max;

    return sender->snd_known &&
           (seq_after(number, last + 1) || (sender->isn_known && seq_before(number, sender->isn)));
}

bool opening_continues_pending_syn(const analysis_t *analysis)
{
    const pending_syn_t *pending = &analysis->connection->pending;
    const endpoint_t *opener = &analysis->connection->end[pending->side];
    const endpoint_t *other = &analysis->connection->end[!pending->side];

    if (!pending->waiting || !is_foreign(opener, other, segment_end(&pending->syn)))
        return false;
    return pending->side == analysis->side ? analysis->segment->seq == segment_end(&pending->syn)
                                           : opening_answers_pending_syn(analysis);
}

void opening_accept_pending_syn(analysis_t *analysis, findings_t *found)
{
    const pending_syn_t pending = analysis->connection->pending;
    endpoint_t *client = &analysis->owned->end[pending.side];
    const bool rejected = client->state == STATE_SYN_SENT && !pending.again;

    found->opened.reopened = true;
    analysis_forget_moves(analysis);
    beginning_by_syn(analysis, &pending.syn, pending.side);
    endpoint_begin_in_syn_sent(client, &pending.syn);
    if (pending.again)
        note_copy_of_syn(analysis, pending.side, &pending.copy);
    if (rejected)
        ecn_note_rejected_syn(&analysis->owned->ecn, pending.side);
    before_begin_anew(&found->before, analysis->connection);
}

void opening_continue_pending_syn(analysis_t *analysis, findings_t *found)
{
    const unsigned client_side = analysis->connection->pending.side;
    const segment_t syn = analysis->connection->pending.syn;
    endpoint_t *server = &analysis->owned->end[!client_side];

    opening_accept_pending_syn(analysis, found);
    endpoint_note_received(server, &syn);
    analysis_must_move(analysis, server, EVENT_RECEIVE_SYN, BASIS_PRESUMED);
}

/* The ACK of it was captured before it. */
static bool is_late_syn_ack(const analysis_t *analysis)
{
    const silent_t *silent = &analysis->connection->silent;

    return !analysis->sender->isn_known && silent->first_known &&
           silent->first == analysis->segment->seq + 1;
}

/* What the other endpoint has acknowledged before, without data, is no number of its sender's, of
 * which nothing was captured so far: that ACK was not the third step. */
static bool refutes_third_step(const analysis_t *analysis)
{
    const connection_t *connection = analysis->connection;
    const silent_t *silent = &connection->silent;
    const endpoint_t *sender = analysis->sender;
    const endpoint_t *receiver = analysis->receiver;

    return sender->state == STATE_ESTABLISHED && !sender->spoke && silent->first_known &&
           silent->first != analysis->segment->seq + 1 && receiver->acked_known &&
           receiver->acked == silent->first && connection->beginning.syn_end_known &&
           receiver->snd_nxt == connection->beginning.syn_end;
}

/* A SYN-ACK can be its sender's where it may open passively, or opens simultaneously, or says again
 * what it said. */
static bool may_send_syn_ack(const analysis_t *analysis)
{
    const endpoint_t *sender = analysis->sender;
    const bool fits = !sender->isn_known || sender->isn == analysis->segment->seq;

    switch (sender->state) {
    case STATE_LISTEN:
        return true;
    case STATE_CLOSED: /* a port that has refused before; else it is that of what is over */
        if (!sender->isn_known && sender->acked_known)
            return !endpoint_gone(analysis->receiver);
        return !sender->isn_known || sender->isn == analysis->segment->seq;
    case STATE_TIME_WAIT: /* where the connection before was; else it is an old copy */
        return fits && (sender->isn_known || analysis->connection->beginning.in_time_wait);
    case STATE_SYN_RECEIVED:
        return fits || analysis->receiver->state == STATE_SYN_SENT;
    default:
        return sender->isn_known ? fits : is_late_syn_ack(analysis) || refutes_third_step(analysis);
    }
}

/* What a SYN-ACK says of its sender's numbers, and of what it has received. */
static void take_numbers(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);
    const segment_t *syn_ack = analysis->segment;

    if (sender->isn != syn_ack->seq) {
        if (sender->synack_sent) {
            shared_note_replaced_syn_ack(analysis);
            endpoint_set_received(analysis_receiver(analysis), segment_end(syn_ack));
            endpoint_forget_window(analysis_receiver(analysis));
        }
        endpoint_forget_syn_acks(sender); /* another answer, not a copy */
    }
    endpoint_note_syn(sender, syn_ack);
    endpoint_prove(sender);
    endpoint_set_expected(sender, syn_ack->ack);
    endpoint_settle_scaling(sender, analysis_receiver(analysis));
}

/* Both have opened, and the SYN that this one answers was not captured, or not yet. */
static void learn_crossing_syn(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);
    const uint32_t syn_end = analysis->segment->ack;

    if (!analysis->sender->opened_first || receiver->isn_known)
        return;
    endpoint_presume_isn(receiver, syn_end - 1);
    endpoint_set_next(receiver, syn_end);
}

/* Its sender answers from TIME-WAIT, or where it has refused before: it begins with new numbers. */
static void leave_old_connection(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);

    if (sender->state == STATE_CLOSED)
        analysis_move(analysis, sender, EVENT_SHOW_LISTENER, BASIS_SENT);
    endpoint_forget_window(sender);
    endpoint_set_next(sender, segment_end(analysis->segment));
    endpoint_take_back_acked(sender, analysis->segment->ack);
}

static void take_back_third_step(analysis_t *analysis)
{
    analysis_must_move(analysis, analysis->sender, EVENT_SHOW_SYN_NOT_ACKED, BASIS_SENT);
    progress_take_back_third_step(analysis);
    shared_note_unseen_syn_ack(analysis, analysis->connection->silent.first - 1);
    silent_forget_first(analysis);
    endpoint_forget_acked(analysis_receiver(analysis));
    endpoint_forget_window(analysis_receiver(analysis));
    endpoint_set_received(analysis_receiver(analysis), segment_end(analysis->segment));
}

/* The order of the capture is not that of sending. */
static void note_late_syn_ack(analysis_t *analysis)
{
    endpoint_t *sender = analysis_sender(analysis);

    endpoint_forget_window(sender); /* it may be of an older connection */
    endpoint_note_syn(sender, analysis->segment);
    endpoint_settle_scaling(sender, analysis_receiver(analysis));
    endpoint_note_received(analysis_receiver(analysis), analysis->segment);
}

/* The receiver gets it. */
static void deliver_syn_ack(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);

    if (receiver->state != STATE_SYN_SENT && receiver->state != STATE_SYN_RECEIVED)
        return;
    endpoint_note_received(receiver, analysis->segment);
    endpoint_note_syn_window(receiver);
    analysis_must_move(analysis, receiver,
                       receiver->state == STATE_SYN_SENT ? EVENT_RECEIVE_SYN_ACK
                                                         : EVENT_RECEIVE_ACK_OF_SYN,
                       BASIS_PRESUMED);
}

/* The RST that rejects it was captured before it. Some stacks set ACK on that; so does an abort,
 * but the first SYN-ACK is nothing that an abort knows of. */
static bool was_rejected(const endpoint_t *receiver, const segment_t *syn_ack, bool first)
{
    const recent_segment_t *rst = &receiver->rst;

    return endpoint_gone(receiver) && receiver->rst_known && rst->seq == syn_ack->ack &&
           (!(rst->flags & TCP_FLAG_ACK) || (first && rst->ack == segment_end(syn_ack)));
}

/* If the RST should not be its receiver's own, that has got it. What the sender has acknowledged
 * since lies beyond the RST, so that this is no acceptable one. */
static void reject_syn_ack(analysis_t *analysis)
{
    endpoint_t *receiver = analysis_receiver(analysis);
    const endpoint_t *sender = analysis->sender;

    if (!sender->acked_known || !seq_before(receiver->rst.seq, sender->acked))
        analysis_receive_rst_before(analysis);
    if (receiver->before_end != STATE_SYN_SENT)
        return;
    endpoint_note_received(receiver, analysis->segment);
    endpoint_move_before_end(receiver, EVENT_RECEIVE_SYN_ACK);
}

/* What comes from TIME-WAIT with the number of the connection that is over is an old copy. */
static bool repeats_itself_in_time_wait(const endpoint_t *sender)
{
    return sender->state == STATE_TIME_WAIT && sender->isn_known;
}

/* Sent again with less data than before, and nothing says that the receiver has got more. */
static bool is_shorter_syn_ack(const analysis_t *analysis)
{
    const endpoint_t *receiver = analysis->receiver;
    const uint32_t end = segment_end(analysis->segment);

    return receiver->basis == BASIS_PRESUMED && endpoint_has_received(receiver, end) &&
           !analysis->segment->perhaps_copy &&
           !(receiver->acked_known && seq_after(receiver->acked, end));
}

void opening_by_syn_ack(analysis_t *analysis, findings_t *found)
{
    endpoint_t *sender = analysis_sender(analysis);
    const endpoint_t *receiver = analysis->receiver;
    const segment_t *segment = analysis->segment;

    if (!endpoint_syn_covered_by(receiver, segment->ack) || !may_send_syn_ack(analysis)) {
        found->judged.counts = false;
        return;
    }
    found->opened.first_syn_ack = !sender->synack_sent || has_new_number(analysis);
    learn_crossing_syn(analysis);
    evidence_of_syn_ack(analysis, &found->compared);
    if (refutes_third_step(analysis))
        take_back_third_step(analysis);
    if (is_late_syn_ack(analysis))
        note_late_syn_ack(analysis);
    else if (!sender->isn_known)
        leave_old_connection(analysis);
    if (!repeats_itself_in_time_wait(sender))
        analysis_move(analysis, sender, EVENT_SEND_SYN_ACK, BASIS_SENT);
    if (sender->state == STATE_SYN_RECEIVED)
        take_numbers(analysis);
    silent_note_answer(analysis);
    /* Also where both opened and the other endpoint's SYN-ACK was here first. */
    endpoint_note_syn_ack(sender, segment, syn_copies_answered_by(&receiver->syn, segment));
    endpoint_note_sent(sender, segment);
    found->opened.refused = was_rejected(receiver, segment, found->opened.first_syn_ack);
    evidence_of_own_fin(analysis, &found->compared);
    if (found->opened.refused) {
        reject_syn_ack(analysis);
        return;
    }
    if (is_shorter_syn_ack(analysis))
        endpoint_set_received(analysis_receiver(analysis), segment_end(segment));
    deliver_syn_ack(analysis);
    delivery_of_fin_on_syn_ack(analysis);
}
