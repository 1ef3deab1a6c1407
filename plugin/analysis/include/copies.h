/* copies.h
 * Which segments are copies: captured once more, and not sent once more.
 *
 * Several interfaces, a mirror port, both sides of a router, or captures of both ends that were
 * merged show each segment more than once. A copy has the numbers, flags, length, window and
 * timestamps of the segment that was captured first; what changes on the way may differ: the ECN
 * bits of both headers, the hop limit, options of the SYN, the checksum. A retransmission may have
 * all of that in common with what it repeats, too. Two things tell them apart:
 *
 * - the IPv4 identification (RFC 6864 4): a host that uses different ones gives a retransmission
 *   another one. It says nothing where it is 0 or always the same, and IPv6 has none;
 * - order: where the capture shows segments twice throughout, the second captures repeat the first
 *   ones from the beginning of the connection on, none left out. A retransmission repeats what was
 *   lost. That counts only for segments that take sequence numbers: an ACK may be repeated at any
 *   time.
 *
 * What neither tells is perhaps a copy. There are no times in it: captures of two hosts have two
 * clocks.
 *
 * Knows: every segment of the capture by its identity, as far back as the table reaches. Does not
 * know: states, nor what a segment does. Allocates nothing; the table is the caller's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_COPIES_H
#define TCPSTATE_COPIES_H

#include "segment.h"

enum {
    COPIES_WAYS = 4, /* segments that share a row of the table; one more replaces the oldest */
    COPIES_ROWS = 1 << 16,
    COPIES_REPLAYS = 3 /* order is followed up to the fourth capture of a segment */
};

/* A segment when it was captured first. */
typedef struct captured_segment {
    uint64_t identity; /* of all that a copy has in common with it; 0: none, nothing is valid */
    uint32_t frame;
    unsigned ordinal : 16; /* among the segments of its sender that take numbers, modulo 2^16 */
    unsigned ordered : 1;  /* ordinal is valid: it takes numbers */
    unsigned layer : 7;    /* its place among the TCP headers of its frame */
    unsigned times : 7;    /* how often it was captured so far, up to 127 */
    unsigned marked : 1;   /* one of its captures was marked CE */
} captured_segment_t;

/* What was captured, of all connections. All zeros: nothing. */
typedef struct copies_table {
    captured_segment_t segment[COPIES_ROWS][COPIES_WAYS];
} copies_table_t;

_Static_assert(sizeof(copies_table_t) <= 4 << 20, "the table takes at most 4 MB");

/* How far the second, third or fourth captures of a sender's segments have come. */
typedef struct copies_replay {
    uint16_t ordinal; /* the highest that was captured so often; 0: none yet */
    uint32_t count;   /* how many were captured so often */
    uint32_t missed;  /* how many up to `ordinal` were not */
    uint32_t end;     /* the number after the highest that was captured so often */
} copies_replay_t;

/* What the segments of one sender show. */
typedef struct copies_sender {
    uint16_t ip_id;     /* its first IPv4 identification that is not 0; 0: none yet */
    bool ip_id_varies;  /* it has used others */
    bool ip_id_awaited; /* a segment came again before that was known */
    bool open_again;    /* its SYN or SYN-ACK came again, in order, and was perhaps a copy */
    bool begun;         /* the rest is valid: a segment was captured that takes numbers */
    uint32_t first;     /* the number of the first one */
    uint32_t end;       /* the number after the highest one */
    uint16_t ordinal;   /* of the last one */
    copies_replay_t replay[COPIES_REPLAYS];
} copies_sender_t;

/* What the segments of one connection show, by side. All zeros: none was seen. */
typedef struct copies_evidence {
    uint32_t connection; /* its number: a different one for each connection of the table */
    bool proven;         /* by IPv4 identifications: some of its segments are captured again */
    copies_sender_t sender[2];
} copies_evidence_t;

typedef enum copy_kind {
    COPY_NONE, /* captured for the first time, as far as the table reaches, or sent again */
    COPY_CERTAIN,
    COPY_PERHAPS /* captured again or sent again: that cannot be told */
} copy_kind_t;

typedef struct copy_verdict {
    copy_kind_t kind;
    bool seen_before;  /* the table knows it, be it a copy or not */
    uint32_t frame;    /* where it was captured first; valid unless COPY_NONE */
    uint8_t layer;     /* likewise: its place among the TCP headers of that frame */
    bool newly_marked; /* it is marked CE, and no earlier capture of it was */
    bool settles[2]; /* by side: now it is known that what came again of that side's handshake, and
                        was perhaps a copy, was one */
} copy_verdict_t;

/* Takes the next segment of the capture, each exactly once, in capture order. It must be
 * SEGMENT_COMPLETE. `side` is the caller's number of the side that sent it, 0 or 1; `layer` is its
 * place among the TCP headers of its frame. A damaged one, which arrives nowhere, is a copy of
 * damaged ones only: the same in good order was sent again. */
copy_verdict_t copies_take(copies_table_t *table, copies_evidence_t *evidence,
                           const segment_t *segment, unsigned side, unsigned layer, bool damaged);

/* What copies_take() does to the evidence with a segment that it has not seen before, so that it
 * settles nothing: once more, when segments are taken again. */
void copies_note_first(copies_evidence_t *evidence, const segment_t *segment, unsigned side);

#endif
