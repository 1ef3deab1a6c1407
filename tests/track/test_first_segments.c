/* test_first_segments.c
 * First segments are the same when they are unpacked, whatever they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <glib.h>

#include "first_segments.h"

/* One as it comes out of a handshake and a transfer. */
static first_segment_t ordinary(unsigned index)
{
    const uint32_t side = index % 3 == 1;

    return (first_segment_t){
        .segment = {.frame = 1000 + 7 * index,
                    .when = INT64_C(1600000000000000000) + index * INT64_C(200000),
                    .seq = side ? 900000 + 1448 * index : 5000000 + 10 * index,
                    .ack = side ? 5000000 + 10 * index : 900000 + 1448 * index,
                    .payload_len = side ? 1448 : 10,
                    .payload_known = true,
                    .flags = index < 2 ? TCP_FLAG_SYN : TCP_FLAG_ACK,
                    .window = side ? 501 : 64240,
                    .has_timestamps = true,
                    .ts_value = side ? 77777777 + index : 33333333 + index,
                    .ts_echo = side ? 33333333 + index : 77777777 + index},
        .side = side};
}

/* One in which nothing is as on the last one. */
static first_segment_t unlike(unsigned index)
{
    first_segment_t first = {.layer = index, .side = index / 2 % 2};
    uint8_t bytes[offsetof(segment_t, payload_known)];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((index + 1) * 37 * (i + 1));
    memcpy(&first.segment, bytes, sizeof bytes);
    first.segment.ts_value = ~first.segment.seq;
    return first;
}

static void check(first_segment_t (*segment)(unsigned index))
{
    first_segment_t first[FIRST_SEGMENTS_MAX];

    memset(first, 0, sizeof first);
    for (unsigned count = 1; count <= FIRST_SEGMENTS_MAX; count++) {
        first_segments_t unpacked;

        first[count - 1] = segment(count - 1);

        uint8_t *packed = first_segments_pack(first, count);

        memset(&unpacked, 0xee, sizeof unpacked);
        first_segments_unpack(packed, count, &unpacked);
        assert_int_equal(unpacked.count, count);
        assert_memory_equal(unpacked.at, first, count * sizeof first[0]);
        g_free(packed);
    }
}

static void test_ordinary_ones(void **state)
{
    (void)state;
    check(ordinary);
}

static void test_unlike_ones(void **state)
{
    (void)state;
    check(unlike);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary_ones),
        cmocka_unit_test(test_unlike_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
