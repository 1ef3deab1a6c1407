/* fin.h
 * The FIN of one end: sent or not, where, arrived or not, acknowledged or not, and how that is
 * known.
 *
 * Whatever is said of a FIN may be taken back by what its sender or its receiver does afterwards.
 * Knows: what is remembered of it. Does not know: which segment shows what (plugin/analysis).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FIN_H
#define TCPSTATE_FIN_H

#include "segment.h"

/* All zeros: none was sent. Only the functions below change it. */
typedef struct fin {
    bool sent;            /* seq, frame and time are valid */
    bool ack_known;       /* ack is valid: its first copy was captured */
    bool acked;           /* a captured ACK, or what it proves, covers it */
    bool arrived;         /* it has presumably reached the other end in sequence */
    bool refused;         /* its receiver has refused the only copy that was captured */
    bool behind_gap;      /* only what filled a gap has let it arrive */
    bool arrival_proven;  /* the other end has acknowledged it, true or forged */
    bool forged;          /* one was captured that its sender has disowned */
    bool forged_acked;    /* when an ACK of it had been captured */
    uint32_t seq;         /* its number */
    uint32_t frame;       /* where its last copy was captured; 0: it is only inferred */
    uint32_t first_frame; /* and its first one, likewise */
    bool repeated;        /* these are two */
    uint32_t ack;         /* the acknowledgment number on its first copy */
    int64_t time;         /* when its last copy was captured, or it was inferred; nanoseconds */
    int64_t acked_time;   /* when the ACK was first captured; valid with `acked` */
    int64_t arrived_time; /* when it arrived; valid with `arrived` */
} fin_t;

/* The number after it. Nothing is sent behind a FIN, so its ACK has exactly this number (RFC
 * 9293 3.4). Valid if it was sent. */
static inline uint32_t fin_end(const fin_t *fin)
{
    return fin->seq + 1;
}

/* True where it was sent and `ack` is its ACK. */
static inline bool fin_is_acked_by(const fin_t *fin, uint32_t ack)
{
    return fin->sent && ack == fin_end(fin);
}

/* True where it was sent, but was never captured. */
static inline bool fin_is_inferred(const fin_t *fin)
{
    return fin->sent && fin->frame == 0;
}

/* True where the segment is a copy of it. */
static inline bool fin_is_on(const fin_t *fin, const segment_t *segment)
{
    return fin->sent && segment_has(segment, TCP_FLAG_FIN) && segment_fin_seq(segment) == fin->seq;
}

/* True where the other endpoint's FIN, though captured before this one, acknowledges it: this one
 * was sent first. */
static inline bool fin_is_answered_by(const fin_t *fin, const fin_t *other)
{
    return fin->sent && other->sent && other->ack_known && (int32_t)(other->ack - fin->seq) > 0;
}

/* The segment is the first captured copy of it. What was acknowledged before is none of it. */
void fin_take_first(fin_t *fin, const segment_t *segment);

/* The segment is another copy of it. */
void fin_take_copy(fin_t *fin, const segment_t *segment);

/* One that seemed to be refused was sent after all: its number, frame and time. `refused`: and it
 * was refused. */
void fin_take_refused(fin_t *fin, uint32_t seq, uint32_t frame, int64_t when, bool refused);

/* It was sent with this number, shown by a segment of the other end that was captured `when`. */
void fin_infer(fin_t *fin, uint32_t seq, int64_t when);

/* It reaches the other end with what was captured `when`; `behind_gap`: it was captured before, and
 * that fills the gap in front of it. */
void fin_arrive(fin_t *fin, int64_t when, bool behind_gap);

/* The other end has acknowledged it. */
void fin_prove_arrival(fin_t *fin);

/* It has not reached the other end after all. */
void fin_take_back_arrival(fin_t *fin);

/* Its ACK reaches its sender with what was captured `when`. */
void fin_acknowledge(fin_t *fin, int64_t when);

/* Its ACK has not reached its sender after all. */
void fin_take_back_ack(fin_t *fin);

/* It was not its sender's: somebody forged it. That something arrived in its name stays true. */
void fin_disown(fin_t *fin);

/* It was only inferred, and there was none. */
void fin_take_back(fin_t *fin);

#endif
