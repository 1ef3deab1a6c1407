/* endpoint.c
 * Numbers of one endpoint of a connection: what was sent, what arrived, what is acceptable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "endpoint.h"

#include <string.h>

/* So many more wrong checksums than right ones are no damage on the way: that comes now and then,
 * and to the same segment again. */
enum { WRONG_IN_EXCESS = 3 };

static void raise_seq(bool *known, uint32_t *seq, uint32_t to)
{
    if (!*known || seq_after(to, *seq))
        *seq = to;
    *known = true;
}

/* -- Questions --------------------------------------------------------------------------------- */

seq_place_t endpoint_place(const endpoint_t *receiver, uint32_t seq, uint32_t len)
{
    if (!receiver->rcv_known)
        return SEQ_UNKNOWN;

    const uint32_t low = receiver->acked_known && seq_before(receiver->acked, receiver->rcv_nxt)
                             ? receiver->acked
                             : receiver->rcv_nxt;
    /* Where the window scale is not known, the largest window is certainly enough. */
    const uint32_t high =
        receiver->edge_known ? receiver->right_edge : receiver->rcv_nxt + TCP_WINDOW_MAX;

    if (seq_after(seq, receiver->rcv_nxt))
        return seq_after(seq, high) ? SEQ_OUTSIDE : SEQ_AHEAD;
    return seq_before(seq + len, low) ? SEQ_OLD : SEQ_EXACT;
}

bool endpoint_paws_rejects(const endpoint_t *receiver, const segment_t *segment)
{
    return segment->has_timestamps && receiver->ts_recent_known &&
           seq_before(segment->ts_value, receiver->ts_recent) &&
           !segment_has(segment, TCP_FLAG_RST);
}

uint32_t endpoint_widest_window(const endpoint_t *endpoint)
{
    return endpoint->scale_known && endpoint->max_window > 0 ? endpoint->max_window
                                                             : TCP_WINDOW_MAX;
}

uint32_t endpoint_window(const endpoint_t *sender, const segment_t *segment)
{
    const bool scaled = sender->scale_known && !segment_has(segment, TCP_FLAG_SYN);

    return (uint32_t)segment->window << (scaled ? sender->scale : 0);
}

bool endpoint_syn_covered_by(const endpoint_t *opener, uint32_t ack)
{
    return !opener->isn_known || seq_between(opener->isn + 1, ack, opener->snd_nxt);
}

bool endpoint_opened_with(const endpoint_t *sender, const segment_t *syn)
{
    return sender->opened_first && sender->isn == syn->seq;
}

bool endpoint_has_received(const endpoint_t *receiver, uint32_t seq)
{
    return receiver->rcv_known && seq_after(receiver->rcv_nxt, seq);
}

bool endpoint_has_got(const endpoint_t *receiver, uint32_t seq, uint32_t end)
{
    if (!receiver->rcv_known || !seq_after(end, receiver->rcv_nxt))
        return receiver->rcv_known;
    for (unsigned i = 0; i < receiver->range_count; i++)
        if (!seq_before(seq, receiver->range[i].start) && !seq_after(end, receiver->range[i].end))
            return true;
    return false;
}

bool endpoint_checksum_rejects(const endpoint_t *sender, const segment_t *segment)
{
    return segment->checksum == CHECKSUM_BAD && sender->checksum_seen_good &&
           sender->checksum_balance > -WRONG_IN_EXCESS;
}

const recent_segment_t *endpoint_recent(const endpoint_t *endpoint, unsigned age)
{
    if (age >= endpoint->recent_count)
        return NULL;
    return &endpoint->recent[(endpoint->recent_newest + RECENT_MAX - age) % RECENT_MAX];
}

bool endpoint_gone(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_CLOSED || endpoint->state == STATE_LISTEN;
}

bool endpoint_refuses(const endpoint_t *endpoint)
{
    return endpoint->state == STATE_CLOSED && endpoint->ending == ENDED_BY_OWN_RST &&
           !endpoint->isn_known;
}

bool endpoint_may_still_wait(const endpoint_t *endpoint)
{
    return endpoint->before_end == STATE_TIME_WAIT &&
           (endpoint->ending == ENDED_BY_TIMER || endpoint->ending == ENDED_BY_PEER_RST);
}

const syn_copy_t *syn_copies_answered_by(const syn_copies_t *copies, const segment_t *answer)
{
    const syn_copy_t *found = NULL;

    if (copies->count == 1 && !copies->unsure)
        return &copies->copy[0];
    for (unsigned i = 0; i < copies->count; i++) {
        const syn_copy_t *copy = &copies->copy[i];

        if (!answer->has_timestamps || !copy->has_timestamp || copy->ts_value != answer->ts_echo)
            continue;
        if (found)
            return NULL;
        found = copy;
    }
    return found;
}

const syn_copy_t *syn_copies_last(const syn_copies_t *copies)
{
    return copies->count > 0 ? &copies->copy[copies->count - 1] : NULL;
}

/* -- State ------------------------------------------------------------------------------------- */

void endpoint_keep_host(endpoint_t *endpoint, const endpoint_t *before)
{
    endpoint->checksum_seen_good = before->checksum_seen_good;
    endpoint->checksum_payload_good = before->checksum_payload_good;
    endpoint->checksum_balance = before->checksum_balance;
    endpoint->waits_despite_rst = before->waits_despite_rst;
}

void endpoint_begin(endpoint_t *endpoint, tcp_state_t state)
{
    endpoint->state = state;
}

void endpoint_keep_waiting(endpoint_t *endpoint, const endpoint_t *before)
{
    endpoint->state = before->state;
    endpoint->basis = before->basis;
    endpoint->since_known = before->since_known;
    endpoint->since = before->since;
    endpoint->waiting_since = before->waiting_since;
}

void endpoint_forget_numbers(endpoint_t *endpoint)
{
    endpoint->snd_known = endpoint->acked_known = endpoint->rcv_known = false;
}

void endpoint_forget_window(endpoint_t *endpoint)
{
    endpoint->window_known = endpoint->edge_known = false;
    endpoint->max_window = 0;
}

void endpoint_forget_isn(endpoint_t *endpoint)
{
    endpoint_forget_numbers(endpoint);
    endpoint_forget_window(endpoint);
    endpoint->isn_known = endpoint->synack_sent = false;
    endpoint->synack = (syn_copies_t){0};
}

void endpoint_begin_in_syn_sent(endpoint_t *opener, const segment_t *syn)
{
    opener->state = STATE_SYN_SENT;
    opener->basis = BASIS_SENT;
    opener->since_known = true;
    opener->since = syn->when;
}

/* What the endpoint must send before its presumed state is proven. */
static void expect_proof(endpoint_t *endpoint, const endpoint_entry_t *entry,
                         const segment_t *segment)
{
    if (entry->basis != BASIS_PRESUMED) {
        endpoint->proof = PROOF_COMPLETE;
    } else if (entry->receives && segment_len(segment) > 0) {
        endpoint->proof = PROOF_NEEDS_ACK;
        endpoint->proof_seq = segment_end(segment);
    } else {
        endpoint->proof = PROOF_NEEDS_DATA;
    }
}

void endpoint_enter(endpoint_t *endpoint, const endpoint_entry_t *entry, const segment_t *segment)
{
    const tcp_state_t from = endpoint->state;

    endpoint->state = entry->to;
    endpoint->basis = entry->basis;
    endpoint->since_known = entry->captured;
    endpoint->since = endpoint->waiting_since = segment->when;
    endpoint->ending = ENDED_NOT;
    if (endpoint_gone(endpoint)) {
        endpoint->ending = entry->ending;
        endpoint->before_end = from;
        endpoint->end_time = segment->when;
        endpoint->end_seq = segment->seq;
        endpoint->end_has_ts = segment->has_timestamps;
        endpoint->end_ts = segment->ts_value;
        endpoint->resent_after_end = false;
    }
    expect_proof(endpoint, entry, segment);
}

void endpoint_prove(endpoint_t *endpoint)
{
    endpoint->basis = BASIS_SENT;
    endpoint->proof = PROOF_COMPLETE;
}

void endpoint_note_waits_despite_rst(endpoint_t *endpoint)
{
    endpoint->waits_despite_rst = true;
}

void endpoint_wait_anew(endpoint_t *endpoint, int64_t when)
{
    endpoint->waiting_since = when;
}

void endpoint_note_end(endpoint_t *endpoint, const endpoint_t *peer)
{
    endpoint->end_peer_known = peer->snd_known;
    endpoint->end_peer_nxt = peer->snd_nxt;
}

void endpoint_note_ended_by(endpoint_t *endpoint, const recent_segment_t *rst)
{
    endpoint->end_time = rst->when;
    endpoint->end_seq = rst->seq;
    endpoint->end_has_ts = rst->ts_value != 0;
    endpoint->end_ts = rst->ts_value;
}

void endpoint_note_end_seq(endpoint_t *endpoint, uint32_t seq)
{
    endpoint->end_seq = seq;
}

void endpoint_move_before_end(endpoint_t *endpoint, tcp_event_t event)
{
    const tcp_transition_t *row = tcp_transition_find(event, endpoint->before_end);

    if (row)
        endpoint->before_end = row->to;
}

void endpoint_note_open_before_end(endpoint_t *endpoint)
{
    endpoint->before_end = STATE_ESTABLISHED;
}

void endpoint_note_resent_after_end(endpoint_t *endpoint, uint32_t seq)
{
    endpoint->resent_after_end = true;
    endpoint->resent_seq = seq;
}

/* -- What it has sent -------------------------------------------------------------------------- */

static void add_copy(syn_copies_t *copies, const segment_t *segment, const syn_copy_t *answered)
{
    if (segment->perhaps_copy && copies->count > 0) {
        copies->unsure = true;
        return;
    }
    if (copies->count > 0)
        copies->retransmissions++;
    if (copies->count == SYN_COPIES_MAX) /* the first one stays */
        memmove(&copies->copy[1], &copies->copy[2], (SYN_COPIES_MAX - 2) * sizeof copies->copy[0]);
    else
        copies->count++;
    copies->copy[copies->count - 1] = (syn_copy_t){.frame = segment->frame,
                                                   .when = segment->when,
                                                   .has_timestamp = segment->has_timestamps,
                                                   .ip_len = (uint16_t)segment->ip_len,
                                                   .ts_value = segment->ts_value,
                                                   .syn_known = answered != NULL,
                                                   .syn_time = answered ? answered->when : 0};
}

void endpoint_note_gap(endpoint_t *sender, uint32_t start, uint32_t end)
{
    if (!sender->has_gap)
        sender->gap_start = start;
    sender->has_gap = true;
    sender->gap_end = end;
}

void endpoint_fill_gap(endpoint_t *sender, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);

    if (!sender->has_gap || seq_after(segment->seq, sender->gap_start) ||
        !seq_after(end, sender->gap_start))
        return;
    sender->gap_start = end;
    sender->has_gap = seq_before(end, sender->gap_end);
}

/* The window that it has said with other numbers is no measure for these. */
static void set_isn(endpoint_t *endpoint, uint32_t isn)
{
    if (endpoint->isn_known && endpoint->isn != isn)
        endpoint_forget_window(endpoint);
    endpoint->isn_known = true;
    endpoint->isn = isn;
}

void endpoint_note_syn(endpoint_t *sender, const segment_t *segment)
{
    set_isn(sender, segment->seq);
    sender->syn_window = segment->window;
    sender->sack_offered = segment->sack_permitted;
    sender->multipath = segment->has_multipath;
    sender->scale_offered = segment->has_window_scale;
    sender->scale = segment->has_window_scale ? segment->window_scale : 0;
    if (segment_has(segment, TCP_FLAG_ACK))
        sender->synack_sent = true;
    else
        sender->opened_first = true;
}

void endpoint_note_syn_copy(endpoint_t *sender, const segment_t *syn)
{
    add_copy(&sender->syn, syn, NULL);
}

void endpoint_note_syn_ack(endpoint_t *sender, const segment_t *syn_ack, const syn_copy_t *answered)
{
    sender->synack_sent = true;
    add_copy(&sender->synack, syn_ack, answered);
}

void endpoint_note_answered_syn(endpoint_t *sender, const segment_t *syn)
{
    if (sender->synack.count != 1)
        return;
    sender->synack.copy[0].syn_known = true;
    sender->synack.copy[0].syn_time = syn->when;
}

/* Which SYN the other endpoint has answered may be clear only now. */
static void settle_answer(const syn_copies_t *syns, syn_copies_t *syn_acks)
{
    if (syns->count != 1 || syns->unsure || syn_acks->count == 0)
        return;
    syn_acks->copy[0].syn_known = true;
    syn_acks->copy[0].syn_time = syns->copy[0].when;
}

void endpoint_settle_copies(endpoint_t *sender, endpoint_t *other)
{
    sender->syn.unsure = sender->synack.unsure = false;
    settle_answer(&sender->syn, &other->synack);
}

void endpoint_forget_syn_acks(endpoint_t *sender)
{
    sender->synack = (syn_copies_t){0};
    sender->syn_has_other_isn = true;
}

static void raise_edge(endpoint_t *sender, uint32_t ack, uint32_t window)
{
    if (window > sender->max_window)
        sender->max_window = window;
    raise_seq(&sender->edge_known, &sender->right_edge, ack + window);
}

/* What its last segment has said of its window can be told only now. */
static void settle_window(endpoint_t *endpoint)
{
    if (endpoint->window_known && endpoint->last_ack_known)
        raise_edge(endpoint, endpoint->last_ack, (uint32_t)endpoint->window << endpoint->scale);
}

void endpoint_settle_scaling(endpoint_t *one, endpoint_t *other)
{
    const bool on = one->scale_offered && other->scale_offered;

    one->scale_known = other->scale_known = true;
    if (!on)
        one->scale = other->scale = 0;
    settle_window(one);
    settle_window(other);
}

void endpoint_presume_isn(endpoint_t *sender, uint32_t isn)
{
    set_isn(sender, isn);
}

void endpoint_presume_scaling(endpoint_t *sender)
{
    sender->scale_known = true;
}

/* Of a segment with ACK, and without SYN. */
static void note_window(endpoint_t *sender, const segment_t *segment)
{
    sender->window = segment->window;
    sender->window_known = true;
    if (sender->scale_known)
        raise_edge(sender, segment->ack, (uint32_t)segment->window << sender->scale);
}

/* The highest timestamp so far. */
static void note_clock(endpoint_t *sender, const segment_t *segment)
{
    if (!segment->has_timestamps ||
        (sender->ts_known && !seq_after(segment->ts_value, sender->ts_last)))
        return;
    sender->ts_known = true;
    sender->ts_last = segment->ts_value;
    sender->ts_last_time = segment->when;
}

void endpoint_note_checksum(endpoint_t *sender, const segment_t *segment)
{
    const bool right = segment->checksum == CHECKSUM_GOOD;
    const bool wrong = segment->checksum == CHECKSUM_BAD;

    sender->checksum_seen_good |= right;
    sender->checksum_payload_good |= right && segment->payload_len > 0;
    if (segment->perhaps_copy)
        return;
    if (right && sender->checksum_balance < INT16_MAX)
        sender->checksum_balance++;
    if (wrong && sender->checksum_balance > INT16_MIN)
        sender->checksum_balance--;
}

void endpoint_note_vouched(endpoint_t *sender)
{
    if (!sender->checksum_payload_good && sender->checksum_balance > INT16_MIN + WRONG_IN_EXCESS)
        sender->checksum_balance -= WRONG_IN_EXCESS;
}

void endpoint_note_sent(endpoint_t *sender, const segment_t *segment)
{
    sender->spoke = true;
    sender->last_time = segment->when;
    endpoint_note_checksum(sender, segment);
    if (!sender->snd_known || seq_after(segment_end(segment), sender->snd_max))
        sender->snd_max = segment_end(segment);
    raise_seq(&sender->snd_known, &sender->snd_nxt, segment_end(segment));
    if (sender->ending == ENDED_NOT || sender->ending == ENDED_BY_LAST_ACK) /* see ts_last */
        note_clock(sender, segment);
    if (!segment_has(segment, TCP_FLAG_ACK))
        return;
    raise_seq(&sender->acked_known, &sender->acked, segment->ack);
    if (segment_has(segment, TCP_FLAG_SYN))
        raise_edge(sender, segment->ack, segment->window);
    else if (!seq_before(segment->ack, sender->acked)) /* RFC 9293 3.10.7.4, fifth */
        note_window(sender, segment);
}

void endpoint_set_next(endpoint_t *sender, uint32_t seq)
{
    sender->snd_known = true;
    sender->snd_nxt = sender->snd_max = seq;
}

void endpoint_disown(endpoint_t *sender, uint32_t seq)
{
    sender->snd_nxt = seq;
    sender->edge_known = false;
}

void endpoint_count_contradiction(endpoint_t *sender)
{
    sender->disowned++;
}

void endpoint_clear_contradictions(endpoint_t *sender)
{
    sender->disowned = 0;
}

void endpoint_note_far(endpoint_t *sender, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);

    if (!sender->far_known)
        sender->far = (seq_range_t){segment->seq, end};
    else if (seq_after(end, sender->far.end))
        sender->far.end = end;
    sender->far_known = true;
}

void endpoint_forget_far(endpoint_t *sender)
{
    sender->far_known = false;
}

void endpoint_note_refused_fin(endpoint_t *sender, const segment_t *segment, bool damaged)
{
    sender->refused_fin = (refused_fin_t){.known = true,
                                          .ack_known = segment_has(segment, TCP_FLAG_ACK),
                                          .damaged = damaged,
                                          .seq = segment_fin_seq(segment),
                                          .ack = segment->ack,
                                          .frame = segment->frame,
                                          .when = segment->when};
}

void endpoint_note_replaced_fin(endpoint_t *sender)
{
    const fin_t *fin = &sender->fin;

    sender->refused_fin =
        (refused_fin_t){.known = true, .seq = fin->seq, .frame = fin->frame, .when = fin->time};
}

void endpoint_forget_refused_fin(endpoint_t *sender)
{
    sender->refused_fin = (refused_fin_t){0};
}

void endpoint_note_damaged(endpoint_t *sender, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);
    const bool goes_on = sender->damaged_known &&
                         seq_between(sender->damaged.start, segment->seq, sender->damaged.end);

    if (!goes_on)
        sender->damaged = (seq_range_t){segment->seq, end};
    else if (seq_after(end, sender->damaged.end))
        sender->damaged.end = end;
    sender->damaged_known = true;
}

/* Member by member, which leaves padding alone: the tests compare connections byte by byte. */
static void keep_recent(recent_segment_t *recent, const segment_t *segment, uint32_t end)
{
    recent->frame = segment->frame;
    recent->when = segment->when;
    recent->seq = segment->seq;
    recent->end = end;
    recent->ack = segment->ack;
    recent->ts_value = segment->has_timestamps ? segment->ts_value : 0;
    recent->flags = segment->flags & TCP_FLAGS_ALL;
    recent->copied = false;
    recent->ip_id = segment->ip_id;
}

static uint32_t data_len(const recent_segment_t *recent)
{
    return recent->end - recent->seq - (recent->flags & TCP_FLAG_FIN ? 1 : 0);
}

/* The identification is as many farther as there are parts of one size before this one. Where it is
 * constant, it does not tell. */
static bool id_fits_part(const recent_segment_t *whole, const recent_segment_t *part, bool *told)
{
    const uint32_t offset = part->seq - whole->seq;
    const uint32_t parts = (uint16_t)(part->ip_id - whole->ip_id);

    *told = whole->ip_id != 0 && part->ip_id != 0 && (offset == 0 || parts > 0);
    if (offset == 0)
        return parts == 0;
    return parts > 0 && offset % parts == 0 && offset / parts >= data_len(part);
}

static bool is_part(const recent_segment_t *whole, const recent_segment_t *part)
{
    if (data_len(part) == 0 || data_len(part) >= data_len(whole) ||
        !seq_between(whole->seq, part->seq, part->end) || seq_after(part->end, whole->end) ||
        part->ack != whole->ack || part->ts_value != whole->ts_value)
        return false;

    bool told;
    const bool fits = id_fits_part(whole, part, &told);

    return told ? fits : part->ts_value != 0;
}

bool endpoint_has_recut(const endpoint_t *sender, const segment_t *segment)
{
    recent_segment_t now;
    const recent_segment_t *before;

    if (segment->payload_len == 0 || !sender->snd_known ||
        !seq_before(segment->seq, sender->snd_nxt))
        return false;
    keep_recent(&now, segment, segment_end(segment));
    for (unsigned age = 0; (before = endpoint_recent(sender, age)) != NULL; age++)
        if (is_part(before, &now) || is_part(&now, before))
            return true;
    return false;
}

bool endpoint_sent_lately(const endpoint_t *sender, const segment_t *segment)
{
    const recent_segment_t *before;

    for (unsigned age = 0; (before = endpoint_recent(sender, age)) != NULL; age++)
        if (seq_before(segment->seq, before->end) && seq_after(segment_end(segment), before->seq))
            return true;
    return false;
}

/* A copy has been farther, or less far, than its original. */
static void note_hop_limit(endpoint_t *sender, const segment_t *segment)
{
    if (!segment->perhaps_copy)
        sender->hop_limit = segment->hop_limit;
}

static void add_recent(endpoint_t *sender, const segment_t *segment, uint32_t end)
{
    const unsigned next = sender->recent_newest + 1u;

    sender->recent_newest = (uint8_t)(next < RECENT_MAX ? next : 0);
    keep_recent(&sender->recent[sender->recent_newest], segment, end);
    if (sender->recent_count < RECENT_MAX)
        sender->recent_count++;
}

void endpoint_remember(endpoint_t *sender, const segment_t *segment, bool repeats)
{
    note_hop_limit(sender, segment);
    add_recent(sender, segment, segment_end(segment));
    if (!segment->perhaps_copy)
        sender->unanswered = repeats ? (uint16_t)(sender->unanswered + 1) : 0;
}

void endpoint_send_next(endpoint_t *sender, const segment_t *segment)
{
    const uint32_t end = segment->seq + segment->payload_len;

    sender->last_time = segment->when;
    endpoint_note_checksum(sender, segment);
    sender->snd_nxt = sender->snd_max = end;
    note_clock(sender, segment);
    sender->acked = segment->ack;
    endpoint_note_last_ack(sender, segment->ack);
    note_window(sender, segment);
    sender->hop_limit = segment->hop_limit;
    add_recent(sender, segment, end);
    sender->unanswered = 0;
}

void endpoint_note_copy(endpoint_t *sender, const segment_t *copy)
{
    for (unsigned i = 0; i < RECENT_MAX; i++)
        if (sender->recent[i].end == segment_end(copy) && sender->recent[i].ack == copy->ack) {
            sender->recent[i].when = copy->when;
            sender->recent[i].copied = true;
        }
}

void endpoint_note_rst(endpoint_t *sender, const segment_t *rst, bool counts)
{
    note_hop_limit(sender, rst);
    sender->rst_known = true;
    sender->rst_is_next = !sender->snd_known || rst->seq == sender->snd_nxt;
    keep_recent(&sender->rst, rst, rst->seq);
    if (!counts)
        return;
    if (segment_has(rst, TCP_FLAG_ACK)) /* of what was perhaps not captured */
        raise_seq(&sender->end_peer_known, &sender->end_peer_nxt, rst->ack);
    sender->spoke = true;
    endpoint_note_checksum(sender, rst);
}

void endpoint_note_turnaround(endpoint_t *sender, int64_t nanoseconds)
{
    sender->turnaround_known = true;
    sender->turnaround = nanoseconds;
}

void endpoint_note_gap_told(endpoint_t *sender)
{
    sender->gap_told = true;
    sender->gap_told_time = sender->last_time;
}

/* -- What it has told the other endpoint ------------------------------------------------------- */

void endpoint_note_last_ack(endpoint_t *sender, uint32_t ack)
{
    sender->last_ack_known = true;
    sender->last_ack = ack;
}

void endpoint_note_shrunk(endpoint_t *sender, uint32_t shrunk_by)
{
    sender->shrunk_from = sender->right_edge;
    sender->shrunk_by = shrunk_by;
}

void endpoint_take_back_acked(endpoint_t *sender, uint32_t seq)
{
    sender->acked = seq;
}

void endpoint_restore_acked(endpoint_t *sender)
{
    raise_seq(&sender->acked_known, &sender->acked, sender->last_ack);
}

void endpoint_forget_acked(endpoint_t *sender)
{
    sender->acked_known = false;
}

/* -- What has reached it ----------------------------------------------------------------------- */

static void remove_range(endpoint_t *receiver, unsigned at)
{
    for (unsigned i = at + 1; i < receiver->range_count; i++)
        receiver->range[i - 1] = receiver->range[i];
    receiver->range_count--;
}

/* Takes in the ranges that RCV.NXT has reached. */
static void absorb_ranges(endpoint_t *receiver)
{
    while (receiver->range_count > 0 && !seq_after(receiver->range[0].start, receiver->rcv_nxt)) {
        if (seq_after(receiver->range[0].end, receiver->rcv_nxt))
            receiver->rcv_nxt = receiver->range[0].end;
        remove_range(receiver, 0);
    }
}

static void add_range(endpoint_t *receiver, uint32_t start, uint32_t end)
{
    unsigned at = 0;

    while (at < receiver->range_count && seq_before(receiver->range[at].end, start))
        at++;
    while (at < receiver->range_count && !seq_after(receiver->range[at].start, end)) {
        if (seq_before(receiver->range[at].start, start))
            start = receiver->range[at].start;
        if (seq_after(receiver->range[at].end, end))
            end = receiver->range[at].end;
        remove_range(receiver, at);
    }
    if (receiver->range_count == RANGES_MAX)
        return;
    for (unsigned i = receiver->range_count; i > at; i--)
        receiver->range[i] = receiver->range[i - 1];
    receiver->range[at] = (seq_range_t){start, end};
    receiver->range_count++;
}

/* A byte right at the edge of a closed window. It is refused, but may draw an ACK; where it is
 * taken after all, that ACK covers it (RFC 9293 3.8.6.1). */
static bool refuses_probe(const endpoint_t *receiver, const segment_t *segment)
{
    return segment->payload_len == 1 && receiver->edge_known &&
           segment->seq == receiver->right_edge;
}

static void note_ts_recent(endpoint_t *receiver, const segment_t *segment)
{
    if (segment->has_timestamps &&
        (!receiver->acked_known || !seq_after(segment->seq, receiver->acked)))
        raise_seq(&receiver->ts_recent_known, &receiver->ts_recent, segment->ts_value);
}

void endpoint_note_received(endpoint_t *receiver, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);

    if (!receiver->rcv_known) {
        receiver->rcv_known = true;
        receiver->rcv_nxt = end;
    } else if (seq_after(segment->seq, receiver->rcv_nxt)) {
        if (end != segment->seq)
            add_range(receiver, segment->seq, end);
    } else if (seq_after(end, receiver->rcv_nxt) && !refuses_probe(receiver, segment)) {
        receiver->rcv_nxt = end;
        absorb_ranges(receiver);
    }
    note_ts_recent(receiver, segment);
}

void endpoint_receive_next(endpoint_t *receiver, const segment_t *segment)
{
    receiver->rcv_nxt = segment->seq + segment->payload_len;
    note_ts_recent(receiver, segment);
    endpoint_note_answered(receiver);
}

void endpoint_note_data_after_fin(endpoint_t *receiver)
{
    receiver->data_after_fin = true;
}

void endpoint_note_syn_window(endpoint_t *receiver)
{
    if (!receiver->isn_known || !receiver->rcv_known || receiver->edge_known)
        return;
    receiver->max_window = receiver->syn_window;
    raise_seq(&receiver->edge_known, &receiver->right_edge,
              receiver->rcv_nxt + receiver->syn_window);
}

void endpoint_note_arrived(endpoint_t *receiver, uint32_t seq)
{
    raise_seq(&receiver->rcv_known, &receiver->rcv_nxt, seq);
    absorb_ranges(receiver);
}

void endpoint_resume_at(endpoint_t *receiver, uint32_t seq)
{
    receiver->range_count = 0;
    endpoint_note_arrived(receiver, seq);
}

void endpoint_set_expected(endpoint_t *receiver, uint32_t seq)
{
    receiver->rcv_known = true;
    receiver->rcv_nxt = seq;
}

void endpoint_set_received(endpoint_t *receiver, uint32_t seq)
{
    endpoint_set_expected(receiver, seq);
    receiver->range_count = 0;
}

void endpoint_note_missing(endpoint_t *receiver, uint32_t seq)
{
    const uint32_t behind = receiver->rcv_nxt;

    if (!receiver->rcv_known || !seq_before(seq, behind))
        return;
    receiver->rcv_nxt = seq;
    if (seq_before(seq + 1, behind))
        add_range(receiver, seq + 1, behind);
}

void endpoint_await_proof(endpoint_t *receiver, const segment_t *segment)
{
    if (receiver->proof != PROOF_NEEDS_DATA || segment_len(segment) == 0)
        return;
    receiver->proof = PROOF_NEEDS_ACK;
    receiver->proof_seq = segment_end(segment);
}

void endpoint_note_challenge(endpoint_t *receiver, uint32_t frame)
{
    receiver->challenged_by = frame;
}

void endpoint_note_answered(endpoint_t *endpoint)
{
    endpoint->unanswered = 0;
}
