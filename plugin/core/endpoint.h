/* endpoint.h
 * One end of a connection: its state and the numbers behind it.
 *
 * Knows: what the endpoint has sent, what it has acknowledged, what has presumably reached it, and
 * whether it would accept a segment (RFC 9293 3.10.7.4, RFC 7323 5). Does not know: the other end,
 * phases, what a segment means for the connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ENDPOINT_H
#define TCPSTATE_ENDPOINT_H

#include "observation.h"

enum {
    /* Out-of-order ranges remembered an endpoint. One more replaces none: the data counts as
     * missing until the endpoint's own ACK covers it. */
    RANGES_MAX = 8
};

/* What ended an endpoint's connection. */
typedef enum ending {
    ENDED_NOT,
    ENDED_BY_OWN_RST,
    ENDED_BY_PEER_RST,
    ENDED_BY_LAST_ACK,
    ENDED_BY_TIMER
} ending_t;

/* What is still missing before a presumed state is proven by the endpoint itself. */
typedef enum proof {
    PROOF_COMPLETE,  /* nothing */
    PROOF_NEEDS_ACK, /* an ACK of at least proof_seq */
    PROOF_NEEDS_DATA /* the move came with a pure ACK, which nobody acknowledges: first the other
                        side must send something that can be */
} proof_t;

enum {
    SYN_COPIES_MAX = 3, /* remembered copies of an endpoint's SYN: the first and the last ones */
    RECENT_MAX = 4      /* remembered last segments: what a RST may answer */
};

/* One captured copy of a SYN or SYN-ACK. */
typedef struct syn_copy {
    uint32_t frame;
    int64_t when;
    bool has_timestamp;
    uint32_t ts_value;
    bool syn_known;   /* of a SYN-ACK: it is clear which SYN it answers, the one captured at */
    int64_t syn_time; /* this time */
} syn_copy_t;

/* A SYN, or a SYN-ACK, that was sent once or several times. */
typedef struct syn_copies {
    uint16_t retransmissions; /* copies after the first */
    uint8_t count;            /* of these that are valid: */
    syn_copy_t copy[SYN_COPIES_MAX];
} syn_copies_t;

/* What a RST may refer to in a segment of its receiver (RFC 9293 3.5.2). */
typedef struct recent_segment {
    uint32_t frame;
    int64_t when;
    uint32_t end; /* segment_end() */
    uint32_t ack;
    uint16_t flags;
} recent_segment_t;

/* Sequence numbers from `start` up to but not including `end`. */
typedef struct seq_range {
    uint32_t start;
    uint32_t end;
} seq_range_t;

typedef struct endpoint {
    /* State. */
    tcp_state_t state;
    basis_t basis;
    bool since_known;      /* since is valid: the entry into the state was captured */
    int64_t since;         /* capture time of the segment that brought it into the state */
    int64_t waiting_since; /* when it last began to wait; valid in TIME-WAIT */
    proof_t proof;
    uint32_t proof_seq;     /* valid with PROOF_NEEDS_ACK */
    ending_t ending;        /* valid in CLOSED and LISTEN */
    tcp_state_t before_end; /* the state before; valid unless ENDED_NOT */
    int64_t end_time;       /* when; valid unless ENDED_NOT */
    uint32_t end_seq;       /* the number of the segment that did it; likewise */

    /* What it has sent, as captured or as the other side's ACKs show. */
    bool spoke;            /* at least one segment of it was captured in this incarnation */
    int64_t last_time;     /* of its last segment; valid if it spoke */
    bool turnaround_known; /* turnaround is valid */
    int64_t turnaround;    /* capture point to it and back, as its step of the handshake took; ns */
    bool gap_told;         /* gap_told_time is valid */
    int64_t gap_told_time; /* its last_time when it was told that the capture lacks data of it */
    bool isn_known;        /* isn and syn_window are valid */
    uint32_t isn;          /* initial sequence number */
    uint16_t syn_window;   /* the window on its SYN or SYN-ACK, never scaled */
    syn_copies_t syn;      /* its SYNs without ACK */
    syn_copies_t synack;   /* its SYN-ACKs with this isn */
    bool synack_sent;      /* it has sent a SYN-ACK with this isn */
    bool opened_first;     /* it has sent a SYN without ACK: an active opener */
    bool snd_known;        /* snd_nxt and snd_max are valid */
    uint32_t snd_nxt;      /* the number after the highest that it has sent */
    uint32_t snd_max;     /* the same, counting what was captured in its name but it has disowned */
    bool far_known;       /* far is valid */
    seq_range_t far;      /* what was last captured of it beyond the other side's window */
    uint8_t disowned;     /* its pure ACKs that stand below what was captured in its name, so far */
    bool ts_known;        /* ts_last and ts_last_time are valid */
    uint32_t ts_last;     /* highest timestamp value sent */
    int64_t ts_last_time; /* when that was first captured */
    bool checksum_seen_good; /* of this host at least one checksum was right */
    uint16_t unanswered;  /* its last segments that were probes or retransmissions, while the other
                             side was silent */
    uint8_t recent_count; /* valid ones in recent */
    recent_segment_t recent[RECENT_MAX]; /* its last segments, newest first; none is a RST */
    bool rst_known;                      /* rst is valid */
    recent_segment_t rst;                /* its last RST; `end` is the RST's number */
    bool rst_survived;                   /* it goes on after the RST of end_time, and nobody was
                                            told yet, since its segments may be older than that */

    /* Its FIN. */
    bool fin_sent;          /* fin_seq, fin_frame and fin_time are valid */
    uint32_t fin_seq;       /* the FIN's own number */
    uint32_t fin_frame;     /* where its last copy was captured; 0: it is only inferred */
    int64_t fin_time;       /* when its last copy was captured */
    bool fin_ack_known;     /* fin_ack is valid: the FIN was captured */
    uint32_t fin_ack;       /* the acknowledgment number on its first copy */
    bool fin_acked;         /* a captured ACK, or what it proves, covers the FIN */
    int64_t fin_acked_time; /* when that was first captured; valid with fin_acked */
    bool fin_forged;        /* a FIN was captured in its name that it has disowned */

    /* What it has told the other side. */
    bool acked_known;    /* acked is valid */
    uint32_t acked;      /* highest acknowledgment number sent: RCV.NXT as it said itself */
    bool last_ack_known; /* last_ack is valid */
    uint32_t last_ack;   /* the last one, acceptable or not: what a RST without ACK may answer */
    bool window_known;   /* window is valid */
    uint16_t window;     /* of the last segment without SYN, unscaled */
    bool sack_offered;   /* its SYN had the SACK-permitted option */
    bool scale_offered;  /* its SYN had the window scale option */
    bool scale_known;    /* window scaling is settled, and scale is what it is */
    uint8_t scale;       /* of its SYN; 0 where scaling is settled and off */
    uint32_t max_window; /* the largest that it has advertised, bytes; 0: not known */
    bool edge_known;     /* right_edge is valid */
    uint32_t right_edge; /* the highest ACK + window that it has advertised */
    uint32_t shrunk_by;  /* how far it has since moved it to the left; valid while right_edge is: */
    uint32_t shrunk_from;

    /* What has presumably reached it. */
    bool rcv_known;                /* rcv_nxt is valid */
    uint32_t rcv_nxt;              /* everything below has arrived */
    uint8_t range_count;           /* valid ones in range */
    seq_range_t range[RANGES_MAX]; /* arrived beyond a gap; sorted, disjoint */
    bool fin_arrived;              /* the other side's FIN has arrived in sequence */
    int64_t fin_arrived_time;      /* when; valid with fin_arrived */
    bool fin_proven;               /* it has acknowledged the other side's FIN, true or forged */
    bool data_after_fin;           /* data came after it had sent its own FIN */
    uint32_t challenged_by; /* the other side's last segment, if it draws a challenge ACK; 0: not */
    bool ts_recent_known;   /* ts_recent is valid */
    uint32_t ts_recent;     /* RFC 7323 4.3: TS.Recent */
} endpoint_t;

/* Where the sequence number of a segment lies for the endpoint that gets it. */
typedef enum seq_place {
    SEQ_UNKNOWN, /* its window is not known */
    SEQ_OLD,     /* all of it lies below what the endpoint has acknowledged */
    SEQ_EXACT,   /* RCV.NXT lies in it, or what was acknowledged, or what is between the two */
    SEQ_AHEAD,   /* in the window, beyond RCV.NXT */
    SEQ_OUTSIDE  /* beyond the window */
} seq_place_t;

/* Notes that the endpoint has sent this segment: numbers, window, timestamps. Not for segments
 * that it can't have sent (see connection.c). */
void endpoint_note_sent(endpoint_t *sender, const segment_t *segment);

/* Remembers one of the sender's last segments, whatever became of it. */
void endpoint_remember(endpoint_t *sender, const segment_t *segment);

/* Remembers a copy of a SYN or SYN-ACK. `answered` is the SYN that a SYN-ACK answers, or NULL. */
void syn_copies_add(syn_copies_t *copies, const segment_t *segment, const syn_copy_t *answered);

/* The copy that this segment answers; NULL where there are several and no timestamp tells which it
 * is (RFC 7323 3.2), or none. */
const syn_copy_t *syn_copies_answered_by(const syn_copies_t *copies, const segment_t *answer);

/* The last copy; NULL: none. */
const syn_copy_t *syn_copies_last(const syn_copies_t *copies);

/* Notes that the segment has presumably arrived: RCV.NXT, ranges, TS.Recent. */
void endpoint_note_received(endpoint_t *receiver, const segment_t *segment);

/* Notes that the first of the other side's numbers has arrived, so that the window on the
 * receiver's own SYN has a place. */
void endpoint_note_syn_window(endpoint_t *receiver);

/* Notes that what begins at `seq` has not arrived after all, shown by the endpoint's own ACK. What
 * was captured behind it counts as arrived out of order. */
void endpoint_note_missing(endpoint_t *receiver, uint32_t seq);

/* Notes that everything below `seq` has arrived, shown by the endpoint's own ACK. */
void endpoint_note_arrived(endpoint_t *receiver, uint32_t seq);

/* Notes that the endpoint has sent this segment beyond the other side's window, or that somebody
 * has in its name. */
void endpoint_note_far(endpoint_t *sender, const segment_t *segment);

/* Where `seq` to `seq + len` lies for the receiver (RFC 9293 3.10.7.4, first check). */
seq_place_t endpoint_place(const endpoint_t *receiver, uint32_t seq, uint32_t len);

/* True where the segment's timestamp is older than what the receiver has seen, so that it drops
 * the segment (PAWS, RFC 7323 5.3). RSTs are exempt. */
bool endpoint_paws_rejects(const endpoint_t *receiver, const segment_t *segment);

/* The window that the endpoint advertises with this segment, in bytes, unscaled where scaling is
 * not settled. */
uint32_t endpoint_window(const endpoint_t *sender, const segment_t *segment);

/* True where `ack` acknowledges the endpoint's SYN and nothing that it has not sent (RFC
 * 9293 3.10.7.3, first check), or where its SYN was not captured, so that there is nothing to
 * compare. */
bool endpoint_syn_covered_by(const endpoint_t *opener, uint32_t ack);

/* True where the other side's FIN at `fin_seq` has presumably arrived in sequence. */
bool endpoint_has_received(const endpoint_t *receiver, uint32_t seq);

/* True where the segment's checksum is wrong and its sender is known to send right ones, so that
 * nothing of it can be believed: a host that leaves them to its network card never does. */
bool endpoint_checksum_rejects(const endpoint_t *sender, const segment_t *segment);

/* True for CLOSED and LISTEN: there is no connection at this end. */
bool endpoint_gone(const endpoint_t *endpoint);

#endif
