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

/* So many bytes are added at once: the widest that the compiler has numbers for. */
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 word_t;
#else
typedef uint64_t word_t;
#endif

/* A one's complement sum whose end-around carries are still to be added. */
typedef struct sum {
    word_t low;
    uint64_t carries;
} sum_t;

static inline void sum_add(sum_t *sum, word_t word)
{
    sum->low += word;
    sum->carries += sum->low < word;
}

static inline void sum_add_at(sum_t *sum, const uint8_t *bytes)
{
    word_t word;

    memcpy(&word, bytes, sizeof word);
    sum_add(sum, word);
}

/* This runs over every byte of a capture. Sixteen bytes per addition and eight additions per
 * iteration take a ninth of the instructions of a loop over 16-bit words. */
static sum_t sum_bytes(sum_t sum, const uint8_t *bytes, size_t len)
{
    enum { BLOCK = 8 * sizeof(word_t) };
    word_t tail = 0;

    for (; len >= BLOCK; bytes += BLOCK, len -= BLOCK)
        for (size_t at = 0; at < BLOCK; at += sizeof(word_t))
            sum_add_at(&sum, bytes + at);
    for (; len >= sizeof(word_t); bytes += sizeof(word_t), len -= sizeof(word_t))
        sum_add_at(&sum, bytes);
    if (len > 0) {
        memcpy(&tail, bytes, len);
        sum_add(&sum, tail);
    }
    return sum;
}

static uint16_t sum_fold(sum_t sum)
{
    uint64_t folded = sum.carries;

    for (size_t bits = 0; bits < 8 * sizeof(word_t); bits += 32)
        folded += (uint32_t)(sum.low >> bits);
    folded = (folded >> 32) + (uint32_t)folded;
    folded = (folded >> 16) + (uint16_t)folded;
    folded = (folded >> 16) + (uint16_t)folded;
    return (uint16_t)folded;
}

/* RFC 9293 3.1 for IPv4, RFC 8200 8.1 for IPv6. They differ in the widths of length and protocol
 * only, which a sum does not see; nor does it see whether these two are added up before. */
static sum_t sum_pseudo_header(const uint8_t *addresses, size_t address_len, size_t len)
{
    const uint32_t rest = (uint32_t)len + PROTOCOL_TCP;
    const uint8_t bytes[] = {(uint8_t)(rest >> 24), (uint8_t)(rest >> 16), (uint8_t)(rest >> 8),
                             (uint8_t)rest};
    uint32_t word;

    memcpy(&word, bytes, sizeof word);
    return sum_bytes((sum_t){word, 0}, addresses, 2 * address_len);
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
