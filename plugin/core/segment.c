/* segment.c
 * What one TCP header says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "segment.h"

#include "text.h"

#include <string.h>

enum {
    HEADER_SIZE = 20,
    FLAGS_END = 14,  /* bytes needed to know the flags */
    QUOTED_SIZE = 8, /* bytes that an ICMP error quotes at least: ports and sequence number */
    OPTION_END = 0,
    OPTION_NOP = 1,
    OPTION_WINDOW_SCALE = 3,
    OPTION_SACK_PERMITTED = 4,
    OPTION_SACK = 5,
    OPTION_TIMESTAMPS = 8,
    TIMESTAMPS_SIZE = 10,            /* bytes */
    ALIGNED_TIMESTAMPS = 0x0101080a, /* how nearly all hosts begin them (RFC 7323, appendix A) */
    OPTION_MULTIPATH = 30,
    OPTION_FAST_OPEN = 34,
    OPTION_ACCURATE_ECN_0 = 172, /* RFC 9768 3.2.3 */
    OPTION_ACCURATE_ECN_1 = 174,
    OPTION_EXPERIMENT = 254,       /* RFC 6994: the two bytes after the length tell what it is */
    EXPERIMENT_FAST_OPEN = 0xf989, /* RFC 7413 4.1.1 */
    EXPERIMENT_ACCURATE_ECN_0 = 0xacc0, /* before RFC 9768 */
    EXPERIMENT_ACCURATE_ECN_1 = 0xacc1,
    MAX_WINDOW_SCALE = 14 /* RFC 7323 2.3 */
};

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* The flags of which a segment has one at the most. */
static unsigned exclusive_flags(uint16_t flags)
{
    return flags & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST);
}

bool segment_flags_illegal(uint16_t flags)
{
    const unsigned exclusive = exclusive_flags(flags);

    return (flags & TCP_FLAGS_ALL) == 0 || (exclusive & (exclusive - 1)) != 0;
}

static uint32_t get24(const uint8_t *p)
{
    return (uint32_t)p[0] << 16 | get16(p + 1);
}

/* AccECN's option has up to three counters of bytes; in either order the second one is that of CE.
 */
static void parse_accurate_ecn(const uint8_t *counters, size_t size, segment_t *segment)
{
    segment->has_accurate_ecn = true;
    segment->has_ce_bytes = size >= 6;
    if (segment->has_ce_bytes)
        segment->ce_bytes = get24(counters + 3);
}

static void parse_experiment(const uint8_t *option, size_t size, segment_t *segment)
{
    if (size < 4)
        return;
    switch (get16(option + 2)) {
    case EXPERIMENT_FAST_OPEN:
        segment->has_fast_open = true;
        break;
    case EXPERIMENT_ACCURATE_ECN_0:
    case EXPERIMENT_ACCURATE_ECN_1:
        parse_accurate_ecn(option + 4, size - 4, segment);
        break;
    default:
        break;
    }
}

static void parse_sack(const uint8_t *blocks, size_t size, segment_t *segment)
{
    segment->has_sack = size >= 8;
    for (size_t at = 0; at + 4 <= size; at += 4)
        segment->sack_sum += get32(blocks + at);
}

static void parse_timestamps(const uint8_t *option, segment_t *segment)
{
    segment->has_timestamps = true;
    segment->ts_value = get32(option + 2);
    segment->ts_echo = get32(option + 6);
}

/* One option of `size` bytes, kind and length bytes included. */
static void parse_option(const uint8_t *option, size_t size, segment_t *segment)
{
    switch (option[0]) {
    case OPTION_WINDOW_SCALE:
        if (size == 3) {
            segment->has_window_scale = true;
            segment->window_scale = option[2] < MAX_WINDOW_SCALE ? option[2] : MAX_WINDOW_SCALE;
        }
        break;
    case OPTION_SACK:
        parse_sack(option + 2, size - 2, segment);
        break;
    case OPTION_ACCURATE_ECN_0:
    case OPTION_ACCURATE_ECN_1:
        parse_accurate_ecn(option + 2, size - 2, segment);
        break;
    case OPTION_TIMESTAMPS:
        if (size == TIMESTAMPS_SIZE)
            parse_timestamps(option, segment);
        break;
    case OPTION_SACK_PERMITTED:
        segment->sack_permitted = true;
        break;
    case OPTION_MULTIPATH:
        segment->has_multipath = true;
        break;
    case OPTION_FAST_OPEN:
        segment->has_fast_open = true;
        break;
    case OPTION_EXPERIMENT:
        parse_experiment(option, size, segment);
        break;
    }
}

static void parse_options(const uint8_t *bytes, size_t size, segment_t *segment)
{
    size_t at = 0;

    if (size == TIMESTAMPS_SIZE + 2 && get32(bytes) == ALIGNED_TIMESTAMPS) {
        parse_timestamps(bytes + 2, segment);
        return;
    }
    while (at < size && bytes[at] != OPTION_END) {
        if (bytes[at] == OPTION_NOP) {
            at++;
            continue;
        }
        if (at + 1 >= size || bytes[at + 1] < 2 || bytes[at + 1] > size - at)
            return;
        parse_option(bytes + at, bytes[at + 1], segment);
        at += bytes[at + 1];
    }
}

segment_quality_t segment_parse(const uint8_t *bytes, size_t captured, size_t reported, bool whole,
                                segment_t *segment)
{
    segment->seq = segment->ack = segment->payload_len = 0;
    segment->payload_known = whole;
    segment->flags = segment->window = segment->urgent = 0;
    segment->has_timestamps = segment->has_window_scale = segment->has_fast_open = false;
    segment->has_multipath = segment->sack_permitted = segment->has_sack = false;
    segment->has_accurate_ecn = segment->has_ce_bytes = false;
    segment->ts_value = segment->ts_echo = segment->ce_bytes = segment->sack_sum = 0;
    segment->window_scale = 0;
    segment->options_cut = false;

    if (captured < FLAGS_END)
        return SEGMENT_UNREADABLE;
    segment->flags = get16(bytes + 12) & 0xfff;

    const size_t header = (size_t)(bytes[12] >> 4) * 4;
    if (captured < HEADER_SIZE || header < HEADER_SIZE || header > reported)
        return SEGMENT_FLAGS_ONLY;

    segment->options_cut = header > captured;
    segment->seq = get32(bytes + 4);
    segment->ack = get32(bytes + 8);
    segment->window = get16(bytes + 14);
    segment->urgent = get16(bytes + 18);
    segment->payload_len = (uint32_t)(reported - header);
    parse_options(bytes + HEADER_SIZE, (header < captured ? header : captured) - HEADER_SIZE,
                  segment);
    return SEGMENT_COMPLETE;
}

bool segment_parse_quote(const uint8_t *bytes, size_t captured, segment_t *segment)
{
    if (captured < QUOTED_SIZE)
        return false;
    segment->seq = get32(bytes + 4);
    return true;
}

segment_kind_t segment_header_kind(const segment_t *segment)
{
    switch (exclusive_flags(segment->flags)) {
    case 0:
        if ((segment->flags & TCP_FLAGS_ALL) == 0)
            return SEGMENT_ILLEGAL_FLAGS;
        return segment->payload_len > 0 ? SEGMENT_DATA : SEGMENT_ACK;
    case TCP_FLAG_SYN:
        return segment_has(segment, TCP_FLAG_ACK) ? SEGMENT_SYN_ACK : SEGMENT_SYN;
    case TCP_FLAG_FIN:
        return SEGMENT_FIN;
    case TCP_FLAG_RST:
        return SEGMENT_RST;
    default:
        return SEGMENT_ILLEGAL_FLAGS;
    }
}

int64_t segment_time(int64_t seconds, int32_t nanoseconds)
{
    if (seconds < 0)
        return 0;
    return seconds >= SEGMENT_TIME_MAX / NS_PER_S ? SEGMENT_TIME_MAX
                                                  : seconds * NS_PER_S + nanoseconds;
}

const char *segment_flags_text(uint16_t flags, char *text, size_t size)
{
    static const struct {
        uint16_t bit;
        const char *name;
    } names[] = {
#define X(bit, name) {bit, name},
        TCP_FLAG_LIST(X)
#undef X
    };
    const char *separator = "";
    text_t listed = text_begin(text, size);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!(flags & names[i].bit))
            continue;
        text_add(&listed, "%s%s", separator, names[i].name);
        separator = ", ";
    }
    if (!*separator)
        text_add(&listed, "none");
    return text;
}

const char *segment_kind_text(segment_kind_t kind)
{
    switch (kind) {
#define X(name, number, text)                                                                      \
    case name:                                                                                     \
        return text;
        SEGMENT_KIND_LIST(X)
#undef X
    }
    return "Unknown";
}
