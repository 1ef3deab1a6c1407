/* test_checksum.c
 * The Internet checksum of a segment, compared with a straightforward implementation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "edge.h"

#include <stdlib.h>

#include "checksum.h"
#include "random.h"

enum { HEADER_MIN = 20 };

static uint8_t addresses[32] = {192,  168, 0, 1, 10, 255, 254, 7, 0xfe, 0x80, 0xff,
                                0xff, 1,   2, 3, 4,  5,   6,   7, 8,    9,    10};

static uint64_t add_words(uint64_t sum, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += (uint64_t)bytes[i] << (i % 2 ? 0 : 8);
    return sum;
}

static uint16_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* The sum of the pseudo-header, before it is folded: RFC 9293 3.1, RFC 8200 8.1. */
static uint64_t pseudo_sum(size_t address_len, size_t len)
{
    return add_words(6 + (len >> 16) + (len & 0xffff), addresses, 2 * address_len);
}

static void set_checksum(uint8_t *bytes, uint16_t sum)
{
    bytes[16] = (uint8_t)(sum >> 8);
    bytes[17] = (uint8_t)sum;
}

static void assert_checksum(const uint8_t *bytes, size_t len, size_t address_len,
                            checksum_status_t want)
{
    assert_int_equal(checksum_verify(addresses, address_len, bytes, len), want);
}

/* Sets the correct checksum. */
static void set_good_checksum(uint8_t *bytes, size_t len, size_t address_len)
{
    set_checksum(bytes, 0);
    set_checksum(bytes, (uint16_t)~fold(add_words(pseudo_sum(address_len, len), bytes, len)));
}

/* The segment with a correct checksum, a wrong one, and a partial one, as left to the network card.
 */
static void check_all_statuses(uint8_t *bytes, size_t len, size_t address_len)
{
    set_good_checksum(bytes, len, address_len);
    assert_checksum(bytes, len, address_len, CHECKSUM_GOOD);
    bytes[16] ^= 1;
    assert_checksum(bytes, len, address_len, CHECKSUM_BAD);
    set_checksum(bytes, fold(pseudo_sum(address_len, len)));
    assert_checksum(bytes, len, address_len, CHECKSUM_PARTIAL);
}

static void fill(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 37 + 200);
}

static void good_bad_and_partial_checksums_are_distinguished(void **state)
{
    (void)state;
    for (size_t len = HEADER_MIN; len < 140; len++) {
        fill(edge() - len, len);
        check_all_statuses(edge() - len, len, 4);
        check_all_statuses(edge() - len, len, 16);
    }
}

/* With offload, captured segments may be longer than any packet; RFC 2675 allows them as well. */
static void segments_of_any_length_have_a_checksum(void **state)
{
    static const size_t lengths[] = {65535, 0x10203, 0x1020304};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint8_t *bytes = malloc(lengths[i]);

        fill(bytes, lengths[i]);
        check_all_statuses(bytes, lengths[i], 16);
        free(bytes);
    }
}

/* Sums just below and above a power of two, with every possible carry: of the pseudo-header, then
 * of the segment. `at`: the offset of the least significant bytes, which depends on endianness. */
static void carries_are_added(size_t at)
{
    enum { LEN = HEADER_MIN + 12 };
    uint8_t bytes[LEN] = {0};

    for (unsigned word = 0; word <= 0xffff; word++) {
        memset(addresses, 0xff, sizeof addresses);
        addresses[at] = (uint8_t)word;
        addresses[at + 1] = (uint8_t)(word >> 8);
        set_checksum(bytes, fold(pseudo_sum(16, LEN)));
        if (fold(add_words(pseudo_sum(16, LEN), bytes, LEN)) != 0xffff) /* good by chance */
            assert_checksum(bytes, LEN, 16, CHECKSUM_PARTIAL);
        memset(bytes, 0xff, LEN);
        bytes[at] = (uint8_t)word;
        bytes[at + 1] = (uint8_t)(word >> 8);
        set_good_checksum(bytes, LEN, 16);
        assert_checksum(bytes, LEN, 16, CHECKSUM_GOOD);
        memset(bytes, 0, LEN);
    }
}

static void carries_are_added_until_there_are_none(void **state)
{
    (void)state;
    carries_are_added(0);
    carries_are_added(6);
}

/* Any bytes, of any length, from any address on. */
static void random_segments_have_a_checksum(void **state)
{
    enum { TRIES = 5000, LEN_MAX = 1500 };
    uint8_t room[8 + LEN_MAX];

    (void)state;
    random_state = 1071;
    for (unsigned i = 0; i < TRIES; i++) {
        const size_t len = HEADER_MIN + draw(LEN_MAX + 1 - HEADER_MIN);
        uint8_t *bytes = room + draw(8);

        for (size_t at = 0; at < sizeof addresses; at++)
            addresses[at] = (uint8_t)draw(256);
        for (size_t at = 0; at < len; at++)
            bytes[at] = (uint8_t)draw(256);
        check_all_statuses(bytes, len, draw(2) ? 4 : 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(good_bad_and_partial_checksums_are_distinguished),
        TEST(segments_of_any_length_have_a_checksum),
        TEST(carries_are_added_until_there_are_none),
        TEST(random_segments_have_a_checksum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
