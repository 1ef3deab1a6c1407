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

enum { GROUP_WORDS = 4, BLOCK_SIZE = 8 * GROUP_WORDS * PACKED_WORD };

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

/* -- Blocks ------------------------------------------------------------------------------------ */

static const uint8_t zeros[BLOCK_SIZE];

/* A group, of which the last one of a value may be a part: the rest is zeros. */
typedef struct group {
    uint64_t half[2];
} group_t;

/* `rest`: how many bytes there are from the group on. */
static void copy_group(void *to, const void *from, size_t rest)
{
    if (rest >= sizeof(group_t))
        memcpy(to, from, sizeof(group_t)); /* of constant size it is no call */
    else
        memcpy(to, from, rest);
}

/* How a group differs from that of `like`; and what differs from that of `like` in this way. */
static group_t differ(group_t group, const uint8_t *like, size_t rest)
{
    group_t other = {{0, 0}};

    copy_group(&other, like, rest);
    return (group_t){{group.half[0] ^ other.half[0], group.half[1] ^ other.half[1]}};
}

/* `size`: of this block, of which the last one of a value may be a part. */
static uint8_t *write_block(uint8_t *to, const uint8_t *value, const uint8_t *like, size_t size)
{
    uint8_t *groups = to++;

    *groups = 0;
    if (memcmp(value, like, size) == 0) /* as of most */
        return to;
    for (size_t at = 0; at < size; at += sizeof(group_t)) {
        group_t group = {{0, 0}};
        uint32_t word[GROUP_WORDS];

        copy_group(&group, value + at, size - at);
        group = differ(group, like + at, size - at);
        if (!(group.half[0] | group.half[1]))
            continue;
        memcpy(word, &group, sizeof word);
        *groups |= (uint8_t)(1u << at / sizeof(group_t));
        to = write_group(to, word);
    }
    return to;
}

static const uint8_t *read_block(const uint8_t *from, uint8_t *value, const uint8_t *like,
                                 size_t size)
{
    unsigned groups = *from++;

    memcpy(value, like, size);
    for (size_t at = 0; groups; at += sizeof(group_t), groups >>= 1) {
        if (!(groups & 1))
            continue;

        uint32_t word[GROUP_WORDS] = {0};
        group_t group;

        from = read_group(from, word);
        memcpy(&group, word, sizeof group);
        group = differ(group, like + at, size - at);
        copy_group(value + at, &group, size - at);
    }
    return from;
}

/* -- Values ------------------------------------------------------------------------------------ */

static size_t block_size(size_t rest)
{
    return rest < BLOCK_SIZE ? rest : BLOCK_SIZE;
}

size_t packed_write(uint8_t *to, const void *value, const void *like, size_t size)
{
    uint8_t *end = to;

    for (size_t at = 0; at < size; at += BLOCK_SIZE)
        end = write_block(end, (const uint8_t *)value + at,
                          like ? (const uint8_t *)like + at : zeros, block_size(size - at));
    return (size_t)(end - to);
}

size_t packed_read(const uint8_t *from, void *value, const void *like, size_t size)
{
    const uint8_t *end = from;

    for (size_t at = 0; at < size; at += BLOCK_SIZE)
        end = read_block(end, (uint8_t *)value + at, like ? (const uint8_t *)like + at : zeros,
                         block_size(size - at));
    return (size_t)(end - from);
}
