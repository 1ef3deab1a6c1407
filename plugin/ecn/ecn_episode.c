/* ecn_episode.c
 * Classic ECN's congestion episodes (RFC 3168 6.1): a segment is marked CE, its receiver echoes
 * that until its sender reports by CWR that it has slowed down.
 *
 * Everything goes by what sequence numbers cover, not by which segment is next to which. A capture
 * does not see marks that are set behind it, nor segments that are lost before it: nobody is
 * accused of what that could explain.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_episode.h"

static bool is_running(const ecn_episode_t *episode)
{
    return episode->number != 0 && !episode->over;
}

/* The receiver goes on echoing until CWR reaches it. */
static bool is_echoing(const ecn_episode_t *episode)
{
    return is_running(episode) &&
           (episode->state == EPISODE_ECHOED || episode->state == EPISODE_NOT_ANSWERED ||
            episode->state == EPISODE_NOT_CLEARED);
}

/* What only a handshake makes certain is assumed without one. */
static void accuse(const ecn_step_t *step, anomaly_t anomaly)
{
    if (step->ecn->mode == ECN_CLASSIC)
        anomaly_raise(step->anomalies, anomaly);
    else
        anomaly_raise_assumed(step->anomalies, anomaly);
}

static ecn_mark_t mark_of(const segment_t *segment)
{
    return (ecn_mark_t){segment->frame, segment->seq, segment_end(segment), segment->when};
}

/* The episode that the segment belongs to, as it is now; `whose` is ECN_OF_SENDER or
 * ECN_OF_RECEIVER. */
static episode_facts_t *show(const ecn_step_t *step, unsigned whose, const ecn_episode_t *episode)
{
    episode_facts_t *facts = &step->episodes->of[whose];

    if (facts->number != episode->number)
        *facts = (episode_facts_t){
            .number = episode->number, .echo_time = NO_TIME, .response_time = NO_TIME};
    facts->state = episode->state;
    return facts;
}

static void begin_episode(ecn_flow_t *flow)
{
    if (flow->current.state == EPISODE_ANSWERED)
        flow->answered = flow->current;
    flow->current = (ecn_episode_t){.number = ++flow->count, .state = EPISODE_MARKED};
}

/* -- The sender of data: marks and CWR --------------------------------------------------------- */

/* A mark on or after the CWR is new congestion; before it, and while an echo runs, it is the same.
 */
static bool is_new_congestion(const ecn_episode_t *episode, const segment_t *segment)
{
    if (!is_running(episode) || episode->echo_stopped)
        return true;
    return episode->state == EPISODE_ANSWERED && !seq_before(segment->seq, episode->cwr.seq);
}

/* Begins an episode with the mark, unless it belongs to the one that is running. */
static void take_mark(ecn_flow_t *flow, const segment_t *segment)
{
    if (!is_new_congestion(&flow->current, segment))
        return;
    begin_episode(flow);
    flow->current.ce = mark_of(segment);
}

static void note_mark(const ecn_step_t *step, ecn_flow_t *flow)
{
    const segment_t *segment = step->in->segment;

    if (step->in->repeats) { /* its receiver need not echo it (RFC 3168 6.1.5) */
        flow->unsure = mark_of(segment);
        return;
    }
    take_mark(flow, segment);
    show(step, step->episodes->of[ECN_OF_SENDER].number ? ECN_NEXT_OF_SENDER : ECN_OF_SENDER,
         &flow->current);
}

/* Whether an ACK that was captured before the copy was sent before the mark arrived is not known.
 */
void ecn_note_copied_mark(ecn_t *ecn, const segment_t *copy, unsigned side, bool acknowledged)
{
    ecn_flow_t *flow = &ecn->flow[side];

    if (!ecn_is_ordinary(copy) || copy->payload_len == 0 || ecn_mode_is_without(ecn->mode) ||
        ecn_mode_is_accurate(ecn->mode))
        return;
    if (acknowledged)
        flow->unsure = mark_of(copy);
    else
        take_mark(flow, copy);
}

/* Where everything is marked, the marks mean nothing (RFC 9768 3.2.2.3). */
static void watch_first_data(const ecn_step_t *step, ecn_flow_t *flow)
{
    if (flow->first_data >= ECN_FIRST_DATA)
        return;
    flow->first_data++;
    flow->first_marked += step->in->segment->ip_ecn == IP_ECN_CE;
    if (flow->first_marked < ECN_FIRST_DATA)
        return;
    anomaly_raise(step->anomalies, ANOMALY_ECN_ALL_CE);
}

static void answer(const ecn_step_t *step, ecn_episode_t *episode)
{
    episode->state = EPISODE_ANSWERED;
    episode->cwr = mark_of(step->in->segment);

    episode_facts_t *facts = show(step, ECN_OF_SENDER, episode);
    facts->ece_frame = episode->ece_frame;
    facts->response_time = time_between(episode->ece_when, step->in->segment->when);
}

static void note_cwr(const ecn_step_t *step, ecn_flow_t *flow)
{
    const segment_t *segment = step->in->segment;
    const bool sends = segment->payload_len > 0;
    const bool acknowledges = is_echoing(&flow->current);
    const bool copy = step->in->repeats && flow->current.state == EPISODE_ANSWERED &&
                      segment->seq == flow->current.cwr.seq;

    ecn_take_role(step, ECN_ROLE_WINDOW_REDUCED);
    if (copy) { /* the very segment again */
        show(step, ECN_OF_SENDER, &flow->current);
        return;
    }
    if ((!sends || step->in->repeats) && !segment->perhaps_copy)
        accuse(step, ANOMALY_ECN_CWR_ON_RETRANSMISSION);
    if (step->in->receiver_silent) /* its echoes were not captured */
        return;
    if (acknowledges && sends)
        answer(step, &flow->current);
    else if (sends && flow->current.state == EPISODE_MARKED)
        flow->current.mark_resent = true; /* it may answer an echo that was not captured */
    step->episodes->of[ECN_OF_SENDER].cwr_judged = true;
    step->episodes->of[ECN_OF_SENDER].cwr_acknowledges = acknowledges && sends;
}

/* New data without CWR that were sent when the echo must long have been there. What stood in the
 * sender's queue goes out first: only data that no window allowed at that time prove something. */
static void expect_cwr(const ecn_step_t *step, ecn_episode_t *episode)
{
    const segment_t *segment = step->in->segment;

    if (!is_running(episode) || episode->state != EPISODE_ECHOED)
        return;
    episode->cwr_may_lack |= step->in->after_gap;
    if (episode->cwr_may_lack || episode->echo_stopped || step->in->ending ||
        !episode->limit_known || seq_before(segment->seq, episode->limit) ||
        segment->when - episode->ece_when <= step->in->round_trip)
        return;
    episode->state = EPISODE_NOT_ANSWERED;
    show(step, ECN_OF_SENDER, episode)->ece_frame = episode->ece_frame;
    accuse(step, ANOMALY_ECN_NOT_ANSWERED);
}

static bool overlaps(const segment_t *segment, const ecn_mark_t *mark)
{
    return seq_before(segment->seq, mark->end) && seq_after(segment_end(segment), mark->seq);
}

static void note_retransmission(const ecn_step_t *step, ecn_flow_t *flow)
{
    ecn_episode_t *episode = &flow->current;

    if (overlaps(step->in->segment, &episode->ce))
        episode->mark_resent = true;
    if (step->in->segment->ip_ecn == IP_ECN_NOT_ECT || !ecn_mode_is_classic(step->ecn->mode))
        return;
    if (step->in->resent)
        accuse(step, ANOMALY_ECT_ON_RETRANSMISSION);
    else if (step->in->perhaps_resent && !step->in->segment->perhaps_copy)
        anomaly_raise_assumed(step->anomalies, ANOMALY_ECT_ON_RETRANSMISSION);
}

void ecn_note_data(const ecn_step_t *step)
{
    const ecn_segment_t *in = step->in;
    ecn_flow_t *flow = &step->ecn->flow[in->side];
    const bool sends = in->segment->payload_len > 0;
    const bool sends_new = sends && !in->repeats;

    if (sends_new)
        watch_first_data(step, flow);
    if (ecn_mode_is_accurate(step->ecn->mode))
        return;
    if (sends && in->repeats)
        note_retransmission(step, flow);
    if (segment_has(in->segment, TCP_FLAG_CWR) && ecn_mode_is_classic(step->ecn->mode))
        note_cwr(step, flow);
    else if (sends_new)
        expect_cwr(step, &flow->current);
    if (sends && in->segment->ip_ecn == IP_ECN_CE && in->accepted)
        note_mark(step, flow);
}

/* -- The receiver of data: echoes -------------------------------------------------------------- */

/* The ACK, or its sender out of order, has got the mark. */
static bool has_got(const ecn_segment_t *in, const ecn_mark_t *mark)
{
    const uint32_t ack = in->segment->ack;

    return !seq_before(ack, mark->end) || (seq_after(mark->seq, ack) && !in->new_ack);
}

static void set_first_echo(const ecn_step_t *step, ecn_episode_t *episode)
{
    const ecn_segment_t *in = step->in;

    episode->state = EPISODE_ECHOED;
    episode->ece_frame = in->segment->frame;
    episode->ece_when = in->segment->when;
    episode->limit_known = in->limit_known;
    episode->limit = in->limit;

    ecn_take_role(step, ECN_ROLE_FIRST_ECHO);
    episode_facts_t *facts = show(step, ECN_OF_RECEIVER, episode);
    if (!episode->ce.frame || episode->echo_unproven)
        return;
    facts->ce_frame = episode->ce.frame;
    facts->echo_time = time_between(episode->ce.when, in->segment->when);
}

/* An echo of a mark that belongs to no captured episode: one on a retransmission, or set beyond
 * the capture point. */
static void begin_with_echo(const ecn_step_t *step, ecn_flow_t *flow)
{
    const bool unsure = flow->unsure.frame && has_got(step->in, &flow->unsure);

    begin_episode(flow);
    if (unsure)
        flow->current.ce = flow->unsure;
    else
        flow->marks_unseen = true;
    flow->unsure.frame = 0;
    set_first_echo(step, &flow->current);
}

static void repeat_echo(const ecn_step_t *step, const ecn_episode_t *episode)
{
    ecn_take_role(step, ECN_ROLE_REPEATED_ECHO);
    show(step, ECN_OF_RECEIVER, episode)->ce_frame = episode->echo_unproven ? 0 : episode->ce.frame;
}

/* ECE after the CWR has arrived. Where marks are set beyond the capture point it is the echo of one
 * more (RFC 3168 6.1.3); the first of these would look like a fault, which is why that is assumed.
 */
static void echo_after_cwr(const ecn_step_t *step, ecn_flow_t *flow)
{
    ecn_episode_t *episode = &flow->current;

    if (flow->marks_unseen || step->in->ending) {
        begin_with_echo(step, flow);
        flow->answered.number = 0;
        return;
    }
    repeat_echo(step, episode);
    episode->state = EPISODE_NOT_CLEARED;
    show(step, ECN_OF_RECEIVER, episode)->cwr_frame = episode->cwr.frame;
    anomaly_raise_assumed(step->anomalies, ANOMALY_ECN_NOT_CLEARED);
}

/* Before the old CWR has arrived, and what acknowledges that only, still echoes the old marks. */
static bool echoes_answered(const ecn_segment_t *in, const ecn_flow_t *flow)
{
    return flow->answered.number && (seq_before(in->segment->ack, flow->answered.cwr.end) ||
                                     !has_got(in, &flow->current.ce));
}

static void take_echo(const ecn_step_t *step, ecn_flow_t *flow)
{
    ecn_episode_t *episode = &flow->current;
    const bool acks_cwr = !seq_before(step->in->segment->ack, episode->cwr.end);

    if (step->in->outdated) {
        repeat_echo(step, episode);
    } else if (!is_running(episode) || episode->echo_stopped) {
        begin_with_echo(step, flow);
    } else if (episode->state == EPISODE_MARKED) {
        if (echoes_answered(step->in, flow)) {
            repeat_echo(step, &flow->answered);
            return;
        }
        episode->echo_unproven = !has_got(step->in, &episode->ce);
        flow->answered.number = 0;
        set_first_echo(step, episode);
    } else if (episode->state == EPISODE_ANSWERED && acks_cwr) {
        echo_after_cwr(step, flow);
    } else {
        repeat_echo(step, episode);
    }
}

static void finish(const ecn_step_t *step, ecn_episode_t *episode)
{
    episode->state = EPISODE_DONE;
    episode->over = true;
    ecn_take_role(step, ECN_ROLE_ECHO_STOPPED);
    show(step, ECN_OF_RECEIVER, episode)->cwr_frame = episode->cwr.frame;
}

/* An ACK of a marked segment that does not report the mark (RFC 3168 6.1.3). */
static void miss_echo(const ecn_step_t *step, ecn_episode_t *episode)
{
    episode->over = true;
    if (episode->mark_resent || step->in->ending || !ecn_mode_is_classic(step->ecn->mode))
        return;
    episode->state = EPISODE_NOT_ECHOED;
    show(step, ECN_OF_RECEIVER, episode)->ce_frame = episode->ce.frame;
    /* The first echo, or the loss of the marked segment, may not have been captured. */
    anomaly_raise_assumed(step->anomalies, ANOMALY_ECN_NOT_ECHOED);
}

static void take_ack_without_echo(const ecn_step_t *step, ecn_flow_t *flow)
{
    ecn_episode_t *episode = &flow->current;
    const uint32_t ack = step->in->segment->ack;

    if (step->in->outdated)
        return;
    if (flow->answered.number && !seq_before(ack, flow->answered.cwr.end)) {
        finish(step, &flow->answered);
        flow->answered.number = 0;
    }
    if (!is_running(episode))
        return;
    if (episode->state == EPISODE_MARKED && !seq_before(ack, episode->ce.end)) {
        miss_echo(step, episode);
    } else if ((episode->state == EPISODE_ANSWERED || episode->state == EPISODE_NOT_CLEARED) &&
               !seq_before(ack, episode->cwr.end)) {
        finish(step, episode);
    } else if (is_echoing(episode) && !episode->echo_stopped && !step->in->ending) {
        episode->echo_stopped = true; /* the CWR was not captured, or this receiver needs none */
        ecn_take_role(step, ECN_ROLE_ECHO_STOPPED);
        show(step, ECN_OF_RECEIVER, episode);
    }
}

void ecn_note_ack(const ecn_step_t *step)
{
    ecn_flow_t *flow = &step->ecn->flow[!step->in->side];

    if (!step->in->counts)
        return;
    if (!segment_has(step->in->segment, TCP_FLAG_ECE))
        take_ack_without_echo(step, flow);
    else if (ecn_mode_is_classic(step->ecn->mode))
        take_echo(step, flow);
}
