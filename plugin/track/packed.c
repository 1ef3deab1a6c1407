/* packed.c
 * Values that are mostly zeros, or mostly the same as another one, in few bytes.
 *
 * A value is taken in blocks of 32 words, in 8 groups of 4. A block begins with a byte that has a
 * bit for each group that is not all zeros. Such a group begins with a byte that has two bits for
 * each word: they say how many bytes of it follow, the lowest first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packed.h"

#include <string.h>

enum { GROUP_WORDS = 4, BLOCK_GROUPS = 8, BLOCK_WORDS = GROUP_WORDS * BLOCK_GROUPS };

/* -- Writing ----------------------------------------------------------------------------------- */

/* 0 to 3: as many bytes as `stored` says. */
static unsigned length_code(uint32_t word)
{
    return (word > 0) + (word > UINT8_MAX) + (word > UINT16_MAX);
}

static const uint8_t stored[] = {0, 1, 2, 4};

/* Bytes beyond those that count are overwritten by what comes next. */
static uint8_t *write_word(uint8_t *to, uint32_t word)
{
    for (unsigned i = 0; i < sizeof word; i++)
        to[i] = (uint8_t)(word >> 8 * i);
    return to + stored[length_code(word)];
}

static uint8_t *write_group(uint8_t *to, const uint32_t *word)
{
    uint8_t *codes = to++;

    *codes = 0;
    for (unsigned i = 0; i < GROUP_WORDS; i++) {
        *codes |= (uint8_t)(length_code(word[i]) << 2 * i);
        to = write_word(to, word[i]);
    }
    return to;
}

static uint8_t *write_block(uint8_t *to, const uint32_t *word)
{
    uint8_t *groups = to++;

    *groups = 0;
    for (unsigned i = 0; i < BLOCK_GROUPS; i++, word += GROUP_WORDS)
        if (word[0] | word[1] | word[2] | word[3]) {
            *groups |= (uint8_t)(1u << i);
            to = write_group(to, word);
        }
    return to;
}

/* -- Reading ----------------------------------------------------------------------------------- */

static const uint8_t *read_group(const uint8_t *from, uint32_t *word)
{
    unsigned codes = *from++;

    for (unsigned i = 0; i < GROUP_WORDS; i++, codes >>= 2) {
        const unsigned length = stored[codes & 3];

        for (unsigned byte = 0; byte < length; byte++)
            word[i] |= (uint32_t)*from++ << 8 * byte;
    }
    return from;
}

static const uint8_t *read_block(const uint8_t *from, uint32_t *word)
{
    for (unsigned groups = *from++; groups; groups >>= 1, word += GROUP_WORDS)
        if (groups & 1)
            from = read_group(from, word);
    return from;
}

/* -- Values ------------------------------------------------------------------------------------ */

/* Exchanges the words of a block of the value for how they differ from those of `like`, and back
 * again. */
static void differ(uint32_t *word, const uint8_t *like, size_t size)
{
    uint32_t other[BLOCK_WORDS] = {0};

    memcpy(other, like, size);
    for (unsigned i = 0; i < BLOCK_WORDS; i++)
        word[i] ^= other[i];
}

static size_t size_of_block(size_t at, size_t size)
{
    const size_t rest = size - at;
    const size_t whole = BLOCK_WORDS * sizeof(uint32_t);

    return rest < whole ? rest : whole;
}

size_t packed_write(uint8_t *to, const void *value, const void *like, size_t size)
{
    const uint8_t *begin = to;

    for (size_t at = 0; at < size; at += BLOCK_WORDS * sizeof(uint32_t)) {
        const size_t part = size_of_block(at, size);
        uint32_t word[BLOCK_WORDS] = {0};

        memcpy(word, (const uint8_t *)value + at, part);
        if (like)
            differ(word, (const uint8_t *)like + at, part);
        to = write_block(to, word);
    }
    return (size_t)(to - begin);
}

void packed_read(const uint8_t *from, void *value, const void *like, size_t size)
{
    for (size_t at = 0; at < size; at += BLOCK_WORDS * sizeof(uint32_t)) {
        const size_t part = size_of_block(at, size);
        uint32_t word[BLOCK_WORDS] = {0};

        from = read_block(from, word);
        if (like)
            differ(word, (const uint8_t *)like + at, part);
        memcpy((uint8_t *)value + at, word, part);
    }
}
