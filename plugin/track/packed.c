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

#include <glib.h>
#include <string.h>

enum { GROUP_WORDS = 4, BLOCK_GROUPS = 8, BLOCK_WORDS = GROUP_WORDS * BLOCK_GROUPS };

/* -- Writing ----------------------------------------------------------------------------------- */

/* Of a word that is not 0: 1 to 3, as many bytes as `stored` says. */
static unsigned length_code(uint32_t word)
{
    return 1u + (word > UINT8_MAX) + (word > UINT16_MAX);
}

static const uint8_t stored[] = {0, 1, 2, 4};

static uint8_t *write_group(uint8_t *to, const uint32_t *word)
{
    uint8_t *at = to + 1;
    unsigned codes = 0;

    for (unsigned i = 0; i < GROUP_WORDS; i++) {
        if (word[i] == 0)
            continue;

        const unsigned code = length_code(word[i]);
        const uint32_t lowest_first = GUINT32_TO_LE(word[i]);

        /* Bytes beyond those that count are overwritten by what comes next. */
        memcpy(at, &lowest_first, sizeof lowest_first);
        at += stored[code];
        codes |= code << 2 * i;
    }
    *to = (uint8_t)codes;
    return at;
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
    static const uint32_t valid[] = {0, UINT8_MAX, UINT16_MAX, UINT32_MAX};
    unsigned codes = *from++;

    for (; codes; word++, codes >>= 2) {
        uint32_t lowest_first; /* with bytes that belong to what comes next */

        memcpy(&lowest_first, from, sizeof lowest_first);
        *word = GUINT32_FROM_LE(lowest_first) & valid[codes & 3];
        from += stored[codes & 3];
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

size_t packed_read(const uint8_t *from, void *value, const void *like, size_t size)
{
    const uint8_t *begin = from;

    for (size_t at = 0; at < size; at += BLOCK_WORDS * sizeof(uint32_t)) {
        const size_t part = size_of_block(at, size);
        uint32_t word[BLOCK_WORDS] = {0};

        from = read_block(from, word);
        if (like)
            differ(word, (const uint8_t *)like + at, part);
        memcpy((uint8_t *)value + at, word, part);
    }
    return (size_t)(from - begin);
}
