/* segment.h
 * What one TCP header says: flags, numbers, options, length.
 *
 * Knows: the layout of a TCP header (RFC 9293 3.1) and of the options that matter to connection
 * state. Does not know: connections, endpoints, Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SEGMENT_H
#define TCPSTATE_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The flags of a TCP header, low bit first as in Wireshark's own summary. AE is RFC 9768's name of
 * the bit that RFC 3540 called NS; what lies above it is reserved (RFC 9293 3.1). */
#define TCP_FLAG_FIN  0x001u
#define TCP_FLAG_SYN  0x002u
#define TCP_FLAG_RST  0x004u
#define TCP_FLAG_PSH  0x008u
#define TCP_FLAG_ACK  0x010u
#define TCP_FLAG_URG  0x020u
#define TCP_FLAG_ECE  0x040u
#define TCP_FLAG_CWR  0x080u
#define TCP_FLAG_AE   0x100u
#define TCP_FLAGS_ALL 0x1ffu

/* X(bit, name): every flag, in the order in which they are listed. */
#define TCP_FLAG_LIST(X)                                                                           \
    X(TCP_FLAG_FIN, "FIN")                                                                         \
    X(TCP_FLAG_SYN, "SYN")                                                                         \
    X(TCP_FLAG_RST, "RST")                                                                         \
    X(TCP_FLAG_PSH, "PSH")                                                                         \
    X(TCP_FLAG_ACK, "ACK")                                                                         \
    X(TCP_FLAG_URG, "URG")                                                                         \
    X(TCP_FLAG_ECE, "ECE")                                                                         \
    X(TCP_FLAG_CWR, "CWR")                                                                         \
    X(TCP_FLAG_AE, "AE")

/* X(enumerator, number, text): tcpstate.segment. The first kind that fits is the segment's kind. */
#define SEGMENT_KIND_LIST(X)                                                                       \
    X(SEGMENT_SYN, 1, "SYN")                                                                       \
    X(SEGMENT_SYN_ACK, 2, "SYN-ACK")                                                               \
    X(SEGMENT_ACK, 3, "ACK")                                                                       \
    X(SEGMENT_DATA, 4, "Data")                                                                     \
    X(SEGMENT_FIN, 5, "FIN")                                                                       \
    X(SEGMENT_RST, 6, "RST")                                                                       \
    X(SEGMENT_KEEP_ALIVE, 7, "Keep-alive")                                                         \
    X(SEGMENT_WINDOW_PROBE, 8, "Window probe")                                                     \
    X(SEGMENT_WINDOW_UPDATE, 9, "Window update")                                                   \
    X(SEGMENT_ILLEGAL_FLAGS, 10, "Illegal flags")

typedef enum segment_kind {
#define X(name, number, text) name = number,
    SEGMENT_KIND_LIST(X)
#undef X
} segment_kind_t;

/* What is known about a segment's checksum. */
typedef enum checksum_status {
    CHECKSUM_UNVERIFIED, /* not all bytes were captured, or it was not verified */
    CHECKSUM_GOOD,
    CHECKSUM_BAD,
    CHECKSUM_PARTIAL /* only the pseudo-header's sum: left to the network card (offload) */
} checksum_status_t;

/* How much of a header can be used. */
typedef enum segment_quality {
    SEGMENT_UNREADABLE, /* not even the flags were captured */
    SEGMENT_FLAGS_ONLY, /* flags are there, the rest is cut off or malformed: moves nothing */
    SEGMENT_COMPLETE    /* the twenty bytes of the fixed header are there and make sense */
} segment_quality_t;

enum {
    NO_TIME = -1,         /* of a duration in nanoseconds: there is none */
    NS_PER_S = 1000000000 /* all times and durations are in nanoseconds */
};

/* The latest time of capture, in the year 2116: sums and differences of two fit into 64 bits. */
#define SEGMENT_TIME_MAX ((INT64_C(1) << 62) - 1)

/* The largest window that can be advertised, bytes (RFC 7323 2.3). */
#define TCP_WINDOW_MAX (UINT32_C(1) << 30)

/* One TCP segment as captured. Numbers are raw (never relative) and in host byte order. */
typedef struct segment {
    uint32_t frame; /* number of the frame in the capture, for links */
    int64_t when;   /* capture time, nanoseconds since 1970, by segment_time(); 0: not known */
    uint32_t seq;
    uint32_t ack;         /* meaningless without TCP_FLAG_ACK */
    uint32_t payload_len; /* bytes of data, by the IP length and not by what was captured */
    bool payload_known;   /* false: an IP fragment, so payload_len is a lower bound */
    uint16_t flags;       /* TCP_FLAG_*, reserved bits above TCP_FLAG_AE */
    uint16_t window;      /* as in the header, unscaled */
    uint16_t urgent;      /* the urgent pointer; meaningless without TCP_FLAG_URG */
    checksum_status_t checksum;
    bool has_timestamps; /* ts_value and ts_echo are valid (RFC 7323 3) */
    uint32_t ts_value;
    uint32_t ts_echo;
    bool has_window_scale; /* window_scale is valid (RFC 7323 2) */
    uint8_t window_scale;
    bool has_fast_open;    /* a Fast Open option, with or without a cookie (RFC 7413 4.1.1) */
    bool has_multipath;    /* an option of Multipath TCP (RFC 8684 3) */
    bool options_cut;      /* not all options were captured */
    bool sack_permitted;   /* RFC 2018 2 */
    bool has_sack;         /* at least one block of selective acknowledgment (RFC 2018 3) */
    uint32_t sack_sum;     /* of the edges of all its blocks: the same where these are; 0: none */
    bool has_accurate_ecn; /* AccECN's option (RFC 9768 3.2.3) */
    bool has_ce_bytes;     /* ce_bytes is valid */
    uint32_t ce_bytes;     /* bytes of data with CE that its sender has received, modulo 2^24 */
    /* Of the IP header directly around; all 0 where there is none. */
    uint32_t ip_len;   /* bytes of the IP packet, header and all */
    uint8_t ip_ecn;    /* its two ECN bits (RFC 3168 5) */
    uint8_t hop_limit; /* IPv6's, or IPv4's time to live */
    uint16_t ip_id;    /* IPv4's identification (RFC 6864); 0: none, as IPv6 */
    bool
        perhaps_copy; /* it was captured before, and it cannot be told whether it was captured again
                         or sent again: by copies_take() (plugin/analysis/include/copies.h) */
} segment_t;

/* A time of capture for segment_t.when. What is before 1970 is not known (0); what is later than
 * SEGMENT_TIME_MAX is that. `nanoseconds`: 0 to 999,999,999. */
int64_t segment_time(int64_t seconds, int32_t nanoseconds);

/* From one time of capture to another, nanoseconds; NO_TIME where one of them is not known, or the
 * clock of the capture was set back between them. */
static inline int64_t time_between(int64_t from, int64_t to)
{
    return from == 0 || to == 0 || to < from ? NO_TIME : to - from;
}

/* Sequence number arithmetic modulo 2^32 (RFC 9293 3.4). */
static inline bool seq_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

static inline bool seq_between(uint32_t low, uint32_t x, uint32_t high)
{
    return !seq_before(x, low) && !seq_after(x, high);
}

/* They are as close as a window reaches that is not scaled yet. */
static inline bool seq_near(uint32_t a, uint32_t b)
{
    return seq_between(b - UINT16_MAX, a, b + UINT16_MAX);
}

static inline bool segment_has(const segment_t *segment, unsigned flags)
{
    return (segment->flags & flags) == flags;
}

static inline bool segment_has_any(const segment_t *segment, unsigned flags)
{
    return (segment->flags & flags) != 0;
}

/* Sequence numbers that the segment takes: its data, plus one each for SYN and FIN (RFC 9293 3.4:
 * SEG.LEN). */
static inline uint32_t segment_len(const segment_t *segment)
{
    return segment->payload_len + segment_has(segment, TCP_FLAG_SYN) +
           segment_has(segment, TCP_FLAG_FIN);
}

/* The sequence number after the segment's last one. */
static inline uint32_t segment_end(const segment_t *segment)
{
    return segment->seq + segment_len(segment);
}

/* The sequence number of the FIN of a segment that has one. */
static inline uint32_t segment_fin_seq(const segment_t *segment)
{
    return segment_end(segment) - 1;
}

/* No flag at all, SYN with FIN or RST, FIN with RST: nothing that an RFC 9293 endpoint sends. */
bool segment_flags_illegal(uint16_t flags);

/* Reads the sequence number of a header of which an ICMP error quotes the first 8 bytes at least
 * (RFC 792); nothing else of the segment is set. Returns false where less was captured. */
bool segment_parse_quote(const uint8_t *bytes, size_t captured, segment_t *segment);

/* The kind of a segment as far as its header alone tells: a keep-alive and a window probe are data,
 * a window update is an ACK. */
segment_kind_t segment_header_kind(const segment_t *segment);

/* Reads a TCP header.
 *
 * bytes, captured: the header and what follows it, as far as captured.
 * reported:        length of header and data as the IP header tells it.
 * whole:           false for an IP fragment that was not reassembled.
 * segment:         flags, numbers, lengths and options are set; frame, time, checksum and all of
 *                  the IP header are the caller's and are left alone. Never reads beyond
 * `captured`.
 *
 * Options after an unknown or malformed one: unknown ones are skipped by their length, a length
 * that makes no sense ends the options (RFC 9293 3.1, MUST-7). */
segment_quality_t segment_parse(const uint8_t *bytes, size_t captured, size_t reported, bool whole,
                                segment_t *segment);

/* Writes the set flags, "SYN, ACK" or "none", into text; always terminated. Returns text. */
const char *segment_flags_text(uint16_t flags, char *text, size_t size);

/* The name of a kind, "SYN-ACK"; "Unknown" for a number that is none. */
const char *segment_kind_text(segment_kind_t kind);

#endif
