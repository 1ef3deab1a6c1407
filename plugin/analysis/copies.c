/* copies.c
 * Which segments are copies: captured once more, and not sent once more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "copies.h"

#include "ecn_facts.h"

enum {
    TIMES_MAX = 127,
    /* So many other segments have to be captured again, too, before order tells. A clock value or
     * an identification that is the same says already that a segment was not sent again later;
     * without either, a connection whose first segments are lost looks like one that is captured
     * twice. */
    ENOUGH_WITH_CLOCK = 1,
    ENOUGH_WITHOUT = 3
};

/* What the network may change on the way (RFC 3168 6.1, RFC 9768 3.1). */
static const uint16_t ecn_flags = TCP_FLAG_ECE | TCP_FLAG_CWR | TCP_FLAG_AE;

/* -- The table --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t pair(uint32_t one, uint32_t other)
{
    return (uint64_t)one << 32 | other;
}

/* All that the captures of one segment have in common. Never 0, which is that of a free place. */
static uint64_t identity_of(uint32_t connection, const segment_t *segment, unsigned side,
                            bool damaged)
{
    uint64_t hash = mix(damaged, pair(connection, side));

    hash = mix(hash, pair(segment->flags & (uint16_t)~ecn_flags, segment->window));
    hash = mix(hash, pair(segment->seq, segment->ack));
    hash = mix(hash, pair(segment->ts_value, segment->ts_echo));
    hash = mix(hash, pair(segment->payload_len, segment->ip_id));
    return mix(hash, segment->sack_sum) | 1;
}

static captured_segment_t *row_of(copies_table_t *table, uint64_t identity)
{
    return table->segment[identity >> 48];
}

static captured_segment_t *find(captured_segment_t *row, uint64_t identity)
{
    for (unsigned i = 0; i < COPIES_WAYS; i++)
        if (row[i].identity == identity)
            return &row[i];
    return NULL;
}

/* A free place in the row, else the oldest. */
static captured_segment_t *place_in(captured_segment_t *row)
{
    captured_segment_t *oldest = &row[0];

    for (unsigned i = 1; i < COPIES_WAYS; i++)
        if (row[i].frame < oldest->frame)
            oldest = &row[i];
    return oldest;
}

/* -- What is captured for the first time ------------------------------------------------------- */

/* Returns true where the sender is known to use different identifications. */
static bool note_ip_id(copies_sender_t *sender, const segment_t *segment)
{
    if (sender->ip_id == 0)
        sender->ip_id = segment->ip_id;
    else if (segment->ip_id != 0 && segment->ip_id != sender->ip_id)
        sender->ip_id_varies = true;
    return sender->ip_id_varies;
}

/* The order in which a sender's segments come again counts from its SYN on, or from the first
 * segment that was captured. */
static void begin_order(copies_sender_t *sender, const segment_t *segment)
{
    sender->begun = true;
    sender->open_again = false;
    sender->first = sender->end = segment->seq;
    sender->ordinal = 0;
    for (unsigned i = 0; i < COPIES_REPLAYS; i++)
        sender->replay[i] = (copies_replay_t){.end = segment->seq};
}

/* Takes a segment that takes numbers. */
static void note_order(copies_sender_t *sender, const segment_t *segment)
{
    if (!sender->begun || (segment_has(segment, TCP_FLAG_SYN) && segment->seq != sender->first))
        begin_order(sender, segment);
    if (seq_after(segment_end(segment), sender->end))
        sender->end = segment_end(segment);
    sender->ordinal++;
}

/* -- What was captured before ------------------------------------------------------------------ */

/* The captures of both senders' segments for the second, third or fourth time. */
static unsigned replayed(const copies_evidence_t *evidence, unsigned replay)
{
    return evidence->sender[0].replay[replay].count + evidence->sender[1].replay[replay].count;
}

static unsigned missed(const copies_evidence_t *evidence, unsigned replay)
{
    return evidence->sender[0].replay[replay].missed + evidence->sender[1].replay[replay].missed;
}

static unsigned enough(const copies_evidence_t *evidence, const segment_t *segment)
{
    return segment->has_timestamps || evidence->proven ? ENOUGH_WITH_CLOCK : ENOUGH_WITHOUT;
}

/* All numbers of the sender below `seq` that were captured have come again; there may be none. */
static bool is_replayed_up_to(const copies_sender_t *sender, unsigned replay, uint32_t seq)
{
    const uint32_t end = sender->replay[replay].end;

    return !seq_before(end, seq) || end == sender->end;
}

/* All that its sender has sent before it, and all that it acknowledges, has come again. */
static bool is_in_order(const copies_evidence_t *evidence, const segment_t *segment, unsigned side,
                        const captured_segment_t *captured)
{
    const copies_sender_t *sender = &evidence->sender[side];
    const unsigned replay = captured->times - 1u;

    if (replay >= COPIES_REPLAYS || missed(evidence, replay) > 0)
        return false;

    const uint16_t ahead = (uint16_t)(captured->ordinal - sender->replay[replay].ordinal);

    if (captured->ordered ? ahead > 1 : !is_replayed_up_to(sender, replay, segment->seq))
        return false;
    return !segment_has(segment, TCP_FLAG_ACK) ||
           is_replayed_up_to(&evidence->sender[!side], replay, segment->ack);
}

static void note_replay(copies_sender_t *sender, const segment_t *segment,
                        const captured_segment_t *captured, unsigned replay)
{
    copies_replay_t *now = &sender->replay[replay];
    const int16_t ahead = (int16_t)(captured->ordinal - now->ordinal);

    if (ahead > 0) {
        now->missed += (uint32_t)ahead - 1;
        now->ordinal = (uint16_t)captured->ordinal;
    } else { /* a later one has overtaken it */
        now->missed -= now->missed > 0;
    }
    now->count++;
    if (seq_after(segment_end(segment), now->end))
        now->end = segment_end(segment);
}

/* Segments that may be repeated at any time, or of which nobody knows what was before them. */
static bool may_be_repeated(const segment_t *segment)
{
    return segment_len(segment) == 0 || segment_has(segment, TCP_FLAG_SYN | TCP_FLAG_ACK);
}

/* How often the capture shows each segment, as far as order tells: more than once throughout, or
 * mostly, where one of the captures has gaps. */
static unsigned usual_times(const copies_evidence_t *evidence, const segment_t *segment)
{
    unsigned times = 1;

    for (unsigned i = 0; i < COPIES_REPLAYS; i++)
        times += replayed(evidence, i) >= enough(evidence, segment) &&
                 missed(evidence, i) < replayed(evidence, i);
    return times;
}

/* What order tells of a segment that was captured before. */
static copy_kind_t judge_by_order(const copies_evidence_t *evidence, const segment_t *segment,
                                  const captured_segment_t *captured, bool in_order)
{
    if (in_order)
        return replayed(evidence, captured->times - 1u) >= enough(evidence, segment) ? COPY_CERTAIN
                                                                                     : COPY_PERHAPS;
    if (may_be_repeated(segment))
        return COPY_PERHAPS;
    return captured->times % usual_times(evidence, segment) == 0 ? COPY_NONE : COPY_PERHAPS;
}

/* -- All together ------------------------------------------------------------------------------ */

static bool settle(copies_sender_t *sender)
{
    const bool was_open = sender->open_again;

    sender->open_again = false;
    return was_open;
}

/* What came again before its sender was known to use different identifications can be judged now.
 */
static void settle_identified(copies_evidence_t *evidence, const segment_t *segment, unsigned side,
                              copy_verdict_t *verdict)
{
    copies_sender_t *sender = &evidence->sender[side];

    if (!note_ip_id(sender, segment) || !sender->ip_id_awaited)
        return;
    evidence->proven = true;
    verdict->settles[side] = settle(sender);
    verdict->settles[!side] = settle(&evidence->sender[!side]);
}

static void take_first(copies_evidence_t *evidence, const segment_t *segment, unsigned side,
                       copy_verdict_t *verdict)
{
    settle_identified(evidence, segment, side, verdict);
    if (segment_len(segment) > 0)
        note_order(&evidence->sender[side], segment);
}

static void take_again(copies_evidence_t *evidence, const segment_t *segment, unsigned side,
                       captured_segment_t *captured, copy_verdict_t *verdict)
{
    copies_sender_t *sender = &evidence->sender[side];
    const bool identified = segment->ip_id != 0 && sender->ip_id_varies;
    const bool in_order = is_in_order(evidence, segment, side, captured);

    verdict->kind =
        identified ? COPY_CERTAIN : judge_by_order(evidence, segment, captured, in_order);
    verdict->seen_before = true;
    verdict->frame = captured->frame;
    verdict->layer = (uint8_t)captured->layer;
    verdict->newly_marked = segment->ip_ecn == IP_ECN_CE && !captured->marked;
    if (captured->ordered && captured->times <= COPIES_REPLAYS)
        note_replay(sender, segment, captured, captured->times - 1u);
    captured->marked |= segment->ip_ecn == IP_ECN_CE;
    captured->times += captured->times < TIMES_MAX;
    if (identified) {
        evidence->proven |= captured->ordered;
    } else if (verdict->kind == COPY_CERTAIN) {
        verdict->settles[0] = settle(&evidence->sender[0]);
        verdict->settles[1] = settle(&evidence->sender[1]);
    } else if (verdict->kind == COPY_PERHAPS) {
        sender->ip_id_awaited |= segment->ip_id != 0;
        sender->open_again |= in_order && segment_has(segment, TCP_FLAG_SYN);
    }
}

copy_verdict_t copies_take(copies_table_t *table, copies_evidence_t *evidence,
                           const segment_t *segment, unsigned side, unsigned layer, bool damaged)
{
    const uint64_t identity = identity_of(evidence->connection, segment, side, damaged);
    captured_segment_t *row = row_of(table, identity);
    captured_segment_t *captured = find(row, identity);
    copy_verdict_t verdict = {.kind = COPY_NONE};

    if (captured) {
        take_again(evidence, segment, side, captured, &verdict);
        return verdict;
    }
    take_first(evidence, segment, side, &verdict);

    captured = place_in(row);
    *captured = (captured_segment_t){.identity = identity,
                                     .frame = segment->frame,
                                     .layer = layer & 0x7f,
                                     .times = 1,
                                     .marked = segment->ip_ecn == IP_ECN_CE,
                                     .ordered = segment_len(segment) > 0,
                                     .ordinal = evidence->sender[side].ordinal};
    return verdict;
}

void copies_note_first(copies_evidence_t *evidence, const segment_t *segment, unsigned side)
{
    copy_verdict_t nothing = {.kind = COPY_NONE};

    take_first(evidence, segment, side, &nothing);
}
