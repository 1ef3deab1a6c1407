/* checksum.c
 * The Internet checksum over one TCP segment.
 *
 * All sums are of words in the byte order of this machine: the one's complement sum comes out the
 * same in either order, only its own bytes are swapped (RFC 1071 2 (B)), and it is compared with
 * words of the segment that are read the same way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "checksum.h"

#include <string.h>

enum { CHECKSUM_AT = 16, PROTOCOL_TCP = 6 };

/* A one's complement sum whose end-around carries are still to be added. */
typedef struct sum {
    uint64_t low;
    uint64_t carries;
} sum_t;

static inline void sum_add(sum_t *sum, const uint8_t *eight_bytes)
{
    uint64_t word;

    memcpy(&word, eight_bytes, sizeof word);
    sum->low += word;
    sum->carries += sum->low < word;
}

/* This runs over every byte of a capture. Eight bytes per addition and eight additions per
 * iteration take a quarter of the instructions of a loop over 16-bit words. */
static sum_t sum_bytes(sum_t sum, const uint8_t *bytes, size_t len)
{
    uint8_t tail[8] = {0};

    for (; len >= 64; bytes += 64, len -= 64) {
        sum_add(&sum, bytes);
        sum_add(&sum, bytes + 8);
        sum_add(&sum, bytes + 16);
        sum_add(&sum, bytes + 24);
        sum_add(&sum, bytes + 32);
        sum_add(&sum, bytes + 40);
        sum_add(&sum, bytes + 48);
        sum_add(&sum, bytes + 56);
    }
    for (; len >= 8; bytes += 8, len -= 8)
        sum_add(&sum, bytes);
    if (len > 0) {
        memcpy(tail, bytes, len);
        sum_add(&sum, tail);
    }
    return sum;
}

static uint16_t sum_fold(sum_t sum)
{
    uint64_t folded = (sum.low >> 32) + (uint32_t)sum.low + sum.carries;

    folded = (folded >> 32) + (uint32_t)folded;
    folded = (folded >> 16) + (uint16_t)folded;
    folded = (folded >> 16) + (uint16_t)folded;
    return (uint16_t)folded;
}

/* RFC 9293 3.1 for IPv4, RFC 8200 8.1 for IPv6. They differ in the widths of length and protocol
 * only, which a sum does not see. */
static sum_t sum_pseudo_header(const uint8_t *addresses, size_t address_len, size_t len)
{
    const uint8_t rest[8] = {
        (uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0,
        PROTOCOL_TCP};
    sum_t sum = {0, 0};

    sum_add(&sum, rest);
    return sum_bytes(sum, addresses, 2 * address_len);
}

checksum_status_t checksum_verify(const uint8_t *addresses, size_t address_len,
                                  const uint8_t *bytes, size_t len)
{
    const sum_t pseudo = sum_pseudo_header(addresses, address_len, len);
    uint16_t field;

    if (sum_fold(sum_bytes(pseudo, bytes, len)) == 0xffff)
        return CHECKSUM_GOOD;
    memcpy(&field, bytes + CHECKSUM_AT, sizeof field);
    return field == sum_fold(pseudo) ? CHECKSUM_PARTIAL : CHECKSUM_BAD;
}
