/* first_segments.c
 * The first segments of a connection, kept themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "first_segments.h"

#include "packed.h"

#include <glib.h>

/* Of one segment. Its side stands before it, since that tells what is to be expected. */
enum { PACKED_MAX = 1 + PACKED_SIZE_MAX(sizeof(first_segment_t)) };

_Static_assert(sizeof(first_segment_t) % PACKED_WORD == 0, "a segment can be packed");

/* Sets what is to be expected of the segment at `index`, which this side has sent: all as on the
 * side's last one, but the numbers of whatever came last, counted on. */
static void expect(const first_segment_t *at, unsigned index, uint32_t side,
                   first_segment_t *expected)
{
    *expected = (first_segment_t){.side = side};
    for (unsigned i = index; i > 0; i--)
        if (at[i - 1].side == side) {
            *expected = at[i - 1];
            break;
        }
    if (index == 0)
        return;

    const first_segment_t *last = &at[index - 1];
    const uint32_t end = segment_end(&last->segment);

    expected->segment.frame = last->segment.frame;
    expected->segment.when = last->segment.when;
    expected->segment.seq = last->side == side ? end : last->segment.ack;
    expected->segment.ack = last->side == side ? last->segment.ack : end;
    if (last->side != side)
        expected->segment.ts_echo = last->segment.ts_value;
}

uint8_t *first_segments_pack(const first_segment_t *at, unsigned count)
{
    uint8_t packed[FIRST_SEGMENTS_MAX * PACKED_MAX];
    size_t size = 0;

    for (unsigned i = 0; i < count; i++) {
        const first_segment_t *segment = &at[i];
        first_segment_t expected;

        expect(at, i, segment->side, &expected);
        packed[size++] = (uint8_t)segment->side;
        size += packed_write(packed + size, segment, &expected, sizeof *segment);
    }
    return g_memdup2(packed, size + PACKED_WORD);
}

void first_segments_unpack(const uint8_t *packed, unsigned count, first_segments_t *first)
{
    for (unsigned i = 0; i < count; i++) {
        const uint32_t side = *packed++;
        first_segment_t expected;

        expect(first->at, i, side, &expected);
        packed += packed_read(packed, &first->at[i], &expected, sizeof expected);
    }
    first->count = count;
}
