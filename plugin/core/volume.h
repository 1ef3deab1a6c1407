/* volume.h
 * How much of one end of a connection was captured: packets, bytes, what was sent again, what is
 * missing.
 *
 * Knows: which of the end's sequence numbers were captured. Does not know: what has arrived, or who
 * acknowledged it (endpoint.h does): in a capture an ACK may come before what it acknowledges, and
 * what is acknowledged need not be captured at all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_VOLUME_H
#define TCPSTATE_VOLUME_H

#include "endpoint.h"

enum {
    VOLUME_HOLES_MAX = 8 /* numbers that were left out, each a run of them. Where there are more,
                            the first is forgotten, and what lies below counts for nothing */
};

/* All zeros: nothing was captured yet. */
typedef struct volume {
    uint64_t bytes;           /* of payload, each byte once */
    uint64_t ip_bytes;        /* of IP packets with their headers */
    uint64_t forgotten;       /* numbers in holes that were forgotten */
    uint32_t packets;         /* segments */
    uint32_t retransmissions; /* segments that take numbers, but only such as were captured before;
                                 no keep-alives and window probes */
    bool begun;               /* the rest is valid */
    bool floor;               /* what lies below `start` may have been captured or not */
    bool acked_known;         /* acked is valid */
    bool acked_beyond;        /* when it was set, it was beyond `end` */
    uint8_t hole_count;
    uint32_t start; /* the lowest number that was captured, */
    uint32_t end;   /* and the number after the highest */
    uint32_t
        acked; /* what the other end has acknowledged when that, or what is below, was missing */
    seq_range_t hole[VOLUME_HOLES_MAX]; /* what was not captured between them; sorted, disjoint */
} volume_t;

/* Takes a segment of this end whose numbers tell nothing: damaged, or forged. */
void volume_take_unread(volume_t *volume, const segment_t *segment);

/* Takes any other segment of this end. `kind` is what it was taken for. */
void volume_take(volume_t *volume, const segment_t *segment, segment_kind_t kind);

/* The other end has acknowledged everything below `seq`. */
void volume_note_acked(volume_t *volume, uint32_t seq);

/* Begins with a SYN, from its number up to `syn_end`, that was captured when it was not yet known
 * that it would open this connection; */
void volume_take_early_syn(volume_t *volume, uint32_t isn, uint32_t syn_end, uint32_t ip_len);

/* and takes it out of the connection before. */
void volume_give_back(volume_t *volume, uint32_t ip_len);

/* Sequence numbers of this end that were acknowledged, but not captured. */
uint64_t volume_missed(const volume_t *volume);

#endif
