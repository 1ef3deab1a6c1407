/* volume.c
 * How much of one end of a connection was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "volume.h"

/* Numbers farther apart are not compared: half of the number space is ambiguous. */
static const uint32_t farthest = TCP_WINDOW_MAX;

static uint32_t later(uint32_t a, uint32_t b)
{
    return seq_after(a, b) ? a : b;
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
    return seq_before(a, b) ? a : b;
}

/* -- Holes ------------------------------------------------------------------------------------- */

/* Numbers were left out, and what lies below them is not known any more. */
static void forget(volume_t *volume, seq_range_t hole)
{
    volume->forgotten += hole.end - hole.start;
    volume->start = hole.end;
    volume->floor = true;
}

static void remove_hole(volume_t *volume, unsigned at)
{
    for (unsigned i = at + 1; i < volume->hole_count; i++)
        volume->hole[i - 1] = volume->hole[i];
    volume->hole_count--;
}

/* `at` is its place among the holes. Where there are too many, the first one is forgotten. */
static void insert_hole(volume_t *volume, unsigned at, uint32_t start, uint32_t end)
{
    const seq_range_t hole = {start, end};

    if (start == end)
        return;
    if (volume->hole_count == VOLUME_HOLES_MAX) {
        forget(volume, at == 0 ? hole : volume->hole[0]);
        if (at == 0)
            return;
        remove_hole(volume, 0);
        at--;
    }
    for (unsigned i = volume->hole_count; i > at; i--)
        volume->hole[i] = volume->hole[i - 1];
    volume->hole[at] = hole;
    volume->hole_count++;
}

/* Takes numbers out of one hole, which may leave two. Returns how many these were. */
static uint32_t fill_hole(volume_t *volume, unsigned at, uint32_t start, uint32_t end)
{
    seq_range_t *hole = &volume->hole[at];
    const uint32_t rest = hole->end;
    const uint32_t from = later(start, hole->start);
    const uint32_t to = earlier(end, hole->end);

    if (!seq_before(from, to))
        return 0;
    if (from == hole->start) {
        hole->start = to;
        if (to == rest)
            remove_hole(volume, at);
    } else {
        hole->end = from;
        insert_hole(volume, at + 1, to, rest);
    }
    return to - from;
}

/* -- Numbers ----------------------------------------------------------------------------------- */

static void begin_at(volume_t *volume, uint32_t seq)
{
    volume->begun = true;
    volume->floor = volume->acked_known = false;
    volume->hole_count = 0;
    volume->start = volume->end = seq;
}

static bool is_far(const volume_t *volume, uint32_t seq)
{
    return seq - volume->end + farthest > 2 * farthest;
}

/* After very many bytes the first ones are forgotten, so that numbers can be compared. */
static void keep_comparable(volume_t *volume)
{
    while (volume->hole_count > 0 && volume->end - volume->hole[0].start > farthest) {
        forget(volume, volume->hole[0]);
        remove_hole(volume, 0);
    }
    if (volume->end - volume->start > farthest) {
        volume->start = volume->end - farthest;
        volume->floor = true;
    }
}

/* Below what was captured so far. Returns how many are new. */
static uint32_t note_below(volume_t *volume, uint32_t start, uint32_t end)
{
    const uint32_t before = volume->start;
    const uint32_t to = earlier(end, before);

    if (volume->floor || !seq_before(start, before))
        return 0;
    volume->start = start;
    insert_hole(volume, 0, to, before);
    return to - start;
}

static uint32_t note_beyond(volume_t *volume, uint32_t start, uint32_t end)
{
    const uint32_t before = volume->end;
    const uint32_t from = later(start, before);

    if (!seq_after(end, before))
        return 0;
    volume->end = end;
    insert_hole(volume, volume->hole_count, before, from);
    keep_comparable(volume);
    return end - from;
}

/* The numbers from start up to but not including end were captured. Returns how many of them are
 * new. */
static uint32_t note(volume_t *volume, uint32_t start, uint32_t end)
{
    uint32_t added = 0;

    if (start == end)
        return 0;
    added += note_below(volume, start, end);
    for (unsigned i = volume->hole_count; i-- > 0;)
        added += fill_hole(volume, i, start, end);
    return added + note_beyond(volume, start, end);
}

/* -- Segments ---------------------------------------------------------------------------------- */

/* A SYN that is neither known nor the one before everything that was captured. */
static bool is_another_syn(const volume_t *volume, const segment_t *segment)
{
    return segment_has(segment, TCP_FLAG_SYN) && segment->seq + 1 != volume->start &&
           !seq_between(volume->start, segment->seq, volume->end);
}

/* Sets the beginning where there is none yet, or another one. Returns false where the segment
 * cannot be compared with what was captured before. */
static bool can_compare(volume_t *volume, const segment_t *segment)
{
    const bool far = volume->begun && is_far(volume, segment->seq);

    if (!volume->begun || is_another_syn(volume, segment) ||
        (far && seq_after(segment->seq, volume->end))) {
        begin_at(volume, segment->seq);
        return true;
    }
    return !far;
}

/* Only data, and just what comes next. */
static bool goes_on(const volume_t *volume, const segment_t *segment)
{
    return volume->begun && segment->seq == volume->end && volume->hole_count == 0 &&
           !segment_has_any(segment, TCP_FLAG_SYN | TCP_FLAG_FIN);
}

void volume_take_unread(volume_t *volume, const segment_t *segment)
{
    volume->packets++;
    volume->ip_bytes += segment->ip_len;
}

void volume_take(volume_t *volume, const segment_t *segment, segment_kind_t kind)
{
    const bool syn = segment_has(segment, TCP_FLAG_SYN);
    const bool fin = segment_has(segment, TCP_FLAG_FIN);
    const uint32_t data = segment->seq + syn;

    volume_take_unread(volume, segment);
    if (segment_len(segment) == 0 || kind == SEGMENT_RST || kind == SEGMENT_KEEP_ALIVE ||
        kind == SEGMENT_ILLEGAL_FLAGS)
        return;
    if (goes_on(volume, segment)) {
        volume->bytes += segment->payload_len;
        volume->end += segment->payload_len;
        keep_comparable(volume);
        return;
    }
    if (!can_compare(volume, segment))
        return;

    const bool forgotten = volume->floor && seq_before(segment->seq, volume->start);
    const uint32_t syns = syn ? note(volume, segment->seq, data) : 0;
    const uint32_t bytes = note(volume, data, data + segment->payload_len);
    const uint32_t fins = fin ? note(volume, segment_fin_seq(segment), segment_end(segment)) : 0;

    volume->bytes += bytes;
    volume->retransmissions +=
        syns == 0 && bytes == 0 && fins == 0 && !forgotten && kind != SEGMENT_WINDOW_PROBE;
}

void volume_note_acked(volume_t *volume, uint32_t seq)
{
    const bool beyond = volume->begun && seq_after(seq, volume->end);

    if (volume->hole_count == 0 && !beyond)
        return;
    volume->acked_known = true;
    volume->acked_beyond = beyond;
    volume->acked = seq;
}

void volume_take_early_syn(volume_t *volume, uint32_t isn, uint32_t syn_end, uint32_t ip_len)
{
    volume->packets = 1;
    volume->ip_bytes = ip_len;
    begin_at(volume, isn);
    volume->bytes = note(volume, isn, syn_end) - 1;
}

void volume_give_back(volume_t *volume, uint32_t ip_len)
{
    if (volume->packets == 0)
        return;
    volume->packets--;
    volume->ip_bytes -= ip_len;
}

uint64_t volume_missed(const volume_t *volume)
{
    uint64_t missed = volume->forgotten;

    if (!volume->acked_known)
        return 0;
    for (unsigned i = 0; i < volume->hole_count; i++) {
        const seq_range_t hole = volume->hole[i];

        if (seq_after(volume->acked, hole.start))
            missed += earlier(volume->acked, hole.end) - hole.start;
    }
    if (volume->acked_beyond && seq_after(volume->acked, volume->end))
        missed += volume->acked - volume->end;
    return missed;
}
