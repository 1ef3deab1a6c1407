/* connection.h
 * One 4-tuple: the connection on it, two endpoints, who is the client, how far it has come.
 *
 * Knows: all that is remembered of it, and how far it has come. Does not know: how a segment
 * changes it (plugin/analysis). Each part of connection_t has one owner, named beside it: nobody
 * else writes it.
 *
 * The two ends are told apart by `side`, 0 or 1, which is the caller's own numbering and stays the
 * same for all incarnations; by `role`, client or server, within one incarnation; and as sender and
 * receiver within one segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONNECTION_H
#define TCPSTATE_CONNECTION_H

#include "ecn_memory.h"
#include "endpoint.h"
#include "observation.h"

/* What the user may set. */
typedef struct connection_options {
    int64_t time_wait; /* how long TIME-WAIT lasts, nanoseconds */
} connection_options_t;

/* How this incarnation began. */
typedef struct beginning {
    bool midstream;     /* no SYN was captured */
    int64_t time;       /* of its first segment; valid with midstream */
    bool in_time_wait;  /* the SYN found its receiver in TIME-WAIT, or where that seemed to have
                           ended: whether that takes it shows by its answer (RFC 9293 3.6.1) */
    bool awaited_known; /* awaited is valid */
    uint32_t awaited;   /* the number of the old connection that TIME-WAIT expected next */
    bool syn_has_data;  /* the first SYN carried data */
    bool fast_open;     /* the SYN had data or a Fast Open option (RFC 7413) */
    uint32_t crosses;   /* frame of the first SYN, or of the SYN-ACK where that is missing, before
                           which a RST or SYN-ACK was captured that may come from an attempt that
                           nobody knows, or belong to this one; 0: there was none */
    bool answered; /* the SYN-ACK was captured before the first SYN, or that is missing, and was
                      taken for an answer to the attempt before */
    bool refused;  /* likewise, the RST that refuses that SYN */
    bool syn_end_known; /* syn_end is valid: unless only data or ACKs were captured from the
                           beginning on */
    uint32_t syn_end;   /* the number after the client's SYN and its data */
} beginning_t;

/* A SYN with a new number on a live connection. Nobody knows yet whether the sender restarted or
 * somebody forged it (RFC 5961 4); the old connection goes on until that shows. */
typedef struct pending_syn {
    bool waiting; /* the rest is valid */
    bool again;   /* copy is valid */
    uint8_t side; /* who sent it */
    segment_t syn;
    segment_t copy; /* the last one that was sent again */
} pending_syn_t;

/* Another connection at the same time under the same 4-tuple. */
typedef struct shared {
    bool known;        /* side and isn are valid */
    uint8_t side;      /* whose SYN-ACK showed it */
    uint32_t isn;      /* the number of that SYN-ACK */
    uint32_t ack;      /* what it acknowledges */
    uint32_t next;     /* how far the other connection has come on that side */
    bool unseen;       /* it was not captured: only an ACK has that number */
    bool told;         /* it was told */
    bool opened_again; /* an endpoint has sent its SYN again when it had acknowledged the answer */
} shared_t;

/* How much of the connection was captured, and what was said of that. */
typedef struct coverage {
    bool one_way;      /* midstream, and only one side was captured so far */
    bool one_way_told; /* it was said that the silent side speaks too */
} coverage_t;

/* What is known of a side of which nothing was captured, beside its numbers. */
typedef struct silent {
    bool first_known;   /* first is valid */
    uint32_t first;     /* the number after its SYN */
    int64_t news_time;  /* when something new of it was last acknowledged */
    bool sent_bytes;    /* it has sent single bytes, as was found out */
    bool fin_late;      /* the ACK of its inferred FIN came after a pause */
    bool lag_known;     /* least_lag is valid */
    uint32_t least_lag; /* the other side's timestamp clock less its own, with the shortest delay */
} silent_t;

/* Data of one side on the way to their ACK, for the round trip: one segment at a time. */
typedef struct timed_data {
    bool running;    /* end and start are valid */
    uint32_t end;    /* the number after them */
    int64_t start;   /* when they were captured */
    bool done;       /* longest is valid */
    bool set_back;   /* the clock was, while some were on their way: they may have taken any time */
    int64_t longest; /* until the ACK was captured, nanoseconds */
} timed_data_t;

/* From an end to the other and back. */
typedef struct round_trip {
    bool known;            /* time is valid */
    int64_t time;          /* SYN to step 3 of the handshake, or measured later, nanoseconds */
    timed_data_t timed[2]; /* by side */
} round_trip_t;

/* From where people count the numbers of a side, as Wireshark does ("relative" numbers): its SYN
 * has the number 0, its first byte 1. Where its SYN was not captured, the first of its numbers that
 * was captured or acknowledged is 1. */
typedef struct relative {
    bool known[2]; /* by side: zero is valid */
    uint32_t zero[2];
} relative_t;

/* How far a connection has come: what was a step of handshake and close, and what was said of it.
 */
typedef struct progress {
    uint16_t milestones; /* that were passed; bit n: milestone_t n */
    bool reset;          /* ended by a RST */
    bool handshake_done; /* step 3 was seen, or data that comes after it */
    uint8_t steps_seen;  /* bit n: handshake step n */
    uint8_t step3_side;  /* who sent step 3; valid when step 3 was seen */
    int64_t step3_time;  /* valid when step 3 was seen */
    bool type_told;      /* the handshake's type was said */
    bool data_seen;
    uint8_t fins_seen;      /* 0 to 2 */
    uint8_t fin_order[2];   /* which side's FIN came first, which second */
    uint8_t fin_steps[2];   /* by side: the teardown steps that its FIN was, bit n-1: step n */
    bool fin_acked_seen[2]; /* by side: an ACK of its FIN has been a step */
    bool fin_repeated[2];   /* by side: its FIN came again and was not yet acknowledged again */
    uint16_t fin_retransmissions;
    bool initiator_settled; /* who began the close was said */
    int64_t first_fin_time; /* valid with fins_seen */
} progress_t;

/* Whose segments may be just what is to be expected (plugin/analysis/prediction.h). */
typedef enum predictable {
    PREDICTABLE_NOBODY,
    PREDICTABLE_BOTH,   /* nothing is going on but data and ACKs */
    PREDICTABLE_SIDE_0, /* likewise, but the capture lacks the data of the other side, or all of it
                         */
    PREDICTABLE_SIDE_1
} predictable_t;

/* One connection, in one incarnation of its 4-tuple. tests/style/check_house holds the files to the
 * owners that are named here. */
typedef struct connection {
    uint16_t port[2];        /* by side */
    bool begun;              /* owner: beginning.c; a segment has opened it or shown it; else only
                                `port` is valid */
    uint8_t client_side;     /* owner: beginning.c */
    uint8_t roles;           /* owner: beginning.c; roles_known_by_t */
    beginning_t beginning;   /* owner: beginning.c */
    endpoint_t end[2];       /* owner: endpoint.c, fin.c; by side */
    pending_syn_t pending;   /* owner: opening.c */
    shared_t shared;         /* owner: shared.c */
    coverage_t coverage;     /* owner: coverage.c */
    silent_t silent;         /* owner: silent.c; valid while one side has not spoken */
    round_trip_t round_trip; /* owner: round_trip.c */
    progress_t progress;     /* owner: progress.c */
    relative_t relative;     /* owner: relative.c */
    ecn_t ecn;               /* owner: ecn*.c */
    status_t status;         /* owner: observe.c; after the last segment */
    uint8_t predictable;     /* predictable_t; owner: observe.c; after the last segment */
} connection_t;

/* Prepares for the first segment of a 4-tuple. port_0 and port_1 are the ports of side 0 and 1. */
void connection_init(connection_t *connection, uint16_t port_0, uint16_t port_1);

/* The end of a side. Chosen by a condition, since compilers do better with that than with an index:
 * they work its address out once, and not for each of its members. */
static inline const endpoint_t *connection_end(const connection_t *connection, unsigned side)
{
    return side == 0 ? &connection->end[0] : &connection->end[1];
}

/* The same, for those who change it. */
static inline endpoint_t *connection_own_end(connection_t *connection, unsigned side)
{
    return side == 0 ? &connection->end[0] : &connection->end[1];
}

/* The only FIN that is known acknowledges what was not captured of the other endpoint, and nothing
 * was captured of that behind it: the last of it may have been a FIN, sent first. Of an endpoint
 * that was never captured, the ACKs show its FIN. */
bool connection_fin_may_answer(const connection_t *connection);

/* The only FIN that is known may have crossed one of the other endpoint that was damaged on the
 * way, behind which nothing was captured of that. */
bool connection_fin_may_cross(const connection_t *connection);

/* Both FINs were acknowledged, as far as is known so far. */
bool connection_closed_orderly(const connection_t *connection);

/* One FIN was seen and acknowledged, the other side may go on sending. */
bool connection_half_closed(const connection_t *connection);

/* The phase of a steady segment that comes next. */
phase_t connection_phase(const connection_t *connection);

#endif
