/* summary.h
 * What a whole connection was: its outcome, who ended it, how far the capture shows it.
 *
 * One summary stands for one incarnation of a 4-tuple. It takes what every segment showed, in
 * capture order, and is right "so far" after each of them. Knows: what each kind of ending is
 * called. Does not know: why a segment counts (the analysis does), nor names, addresses and
 * output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_SUMMARY_H
#define TCPSTATE_SUMMARY_H

#include "connection.h"
#include "doubt.h"
#include "volume.h"
#include "zeek.h"

/* X(enumerator, number, text): tcpstate.conn.outcome. */
#define OUTCOME_LIST(X)                                                                            \
    X(OUTCOME_OPEN, 1, "Open")                                                                     \
    X(OUTCOME_CLOSED, 2, "Closed")                                                                 \
    X(OUTCOME_RESET, 3, "Reset")                                                                   \
    X(OUTCOME_REFUSED, 4, "Refused")                                                               \
    X(OUTCOME_UNANSWERED, 5, "Unanswered")                                                         \
    X(OUTCOME_HALF_OPEN, 6, "Half-open")                                                           \
    X(OUTCOME_HALF_CLOSED, 7, "Half-closed")                                                       \
    X(OUTCOME_ORPHAN, 8, "Orphan")                                                                 \
    X(OUTCOME_UNREACHABLE, 9, "Unreachable")

/* tcpstate.conn.start: what the capture of the connection begins with. */
#define START_LIST(X)                                                                              \
    X(START_SYN, 1, "SYN")                                                                         \
    X(START_SYN_ACK, 2, "SYN-ACK")                                                                 \
    X(START_MIDSTREAM, 3, "Mid-stream")

/* tcpstate.conn.capture. */
#define CAPTURE_LIST(X)                                                                            \
    X(CAPTURE_BOTH, 1, "Both directions")                                                          \
    X(CAPTURE_CLIENT_ONLY, 2, "Client only")                                                       \
    X(CAPTURE_SERVER_ONLY, 3, "Server only")

/* How the handshake ended. */
#define HANDSHAKE_RESULT_LIST(X)                                                                   \
    X(HANDSHAKE_COMPLETED, 1, "Completed")                                                         \
    X(HANDSHAKE_REFUSED, 2, "Refused")                                                             \
    X(HANDSHAKE_UNANSWERED, 3, "Unanswered")                                                       \
    X(HANDSHAKE_UNFINISHED, 4, "Unfinished")                                                       \
    X(HANDSHAKE_BAD_ACK, 5, "Bad ACK")                                                             \
    X(HANDSHAKE_UNSEEN, 6, "Not captured")                                                         \
    X(HANDSHAKE_UNREACHABLE, 7, "Unreachable")

#define X(name, number, text) name = number,
typedef enum outcome { OUTCOME_LIST(X) } outcome_t;
typedef enum start { START_LIST(X) } start_t;
typedef enum capture { CAPTURE_LIST(X) } capture_t;
typedef enum handshake_result { HANDSHAKE_RESULT_LIST(X) } handshake_result_t;
#undef X

/* The first RST by which its sender has left the connection. */
typedef struct first_rst {
    uint8_t by;     /* who_t; 0: there was none, or both ends go on after it */
    uint8_t reason; /* rst_reason_t; likewise: */
    bool refuses;   /* it answers the SYN */
    bool presumed;  /* it lies beyond all that was captured, and nothing but RSTs has come since */
    bool opened;    /* likewise, and shows that the handshake was done */
    bool outlived;  /* its receiver has shown since that it goes on */
    bool disowned;  /* and so has its supposed sender */
    uint8_t answer; /* rst_reason_t of that by which its receiver has left; 0: by none */
} first_rst_t;

typedef struct summary {
    uint8_t outcome;         /* outcome_t */
    uint8_t closed_by;       /* who_t: who sent the first FIN; 0: nobody, or unknown */
    uint8_t reset_by;        /* who_t: who sent the RST that ended it; 0: none did */
    uint8_t reset_reason;    /* rst_reason_t; valid with reset_by */
    uint8_t start;           /* start_t */
    uint8_t capture;         /* capture_t */
    uint8_t handshake;       /* handshake_result_t */
    uint8_t ecn;             /* ecn_mode_t */
    uint8_t state[2];        /* tcp_state_t by role_t: the last; STATE_UNKNOWN: it never spoke */
    uint8_t client_side;     /* which of the caller's two sides is the client: 0 or 1 */
    uint32_t first_frame;    /* of its first segment */
    int64_t first_time;      /* capture time of the first segment, nanoseconds since the epoch */
    int64_t last_time;       /* and of the last one */
    int64_t rtt;             /* SYN to step 3 of the handshake, nanoseconds; NO_TIME: not known */
    uint32_t ce;             /* segments that were marked CE, be it on a copy */
    uint32_t ece;            /* segments without SYN that had ECE */
    uint32_t cwr;            /* likewise CWR */
    anomaly_set_t anomalies; /* of all its segments, but what later ones have explained */
    volume_t volume[2];      /* by role_t */
    zeek_t zeek;

    /* Internal: what the above is made from. */
    bool begun;               /* there is a connection, not only stray segments */
    bool spoke[2];            /* by role_t: it has sent at least one segment */
    uint16_t kinds[2];        /* by role_t: what it has sent; bit n: segment_kind_t n */
    uint32_t segments;        /* neither RST nor damaged */
    bool resets_lone_segment; /* before the RST there was one such segment only */
    first_rst_t first_rst;
    bool unreachable;      /* an ICMP error answered the SYN, before anything else did */
    bool bad_ack;          /* a step of the handshake had a wrong acknowledgment number */
    uint32_t first_ack;    /* of its first segment; valid where a connection is midstream */
    doubts_t doubts;       /* which of the anomalies may still be explained */
    uint8_t initiator;     /* who_t: who began to close, once that is settled */
    bool crossing_doubted; /* one of the FINs that crossed may have been forged */
} summary_t;

/* True where the segment that was just observed is the first of another connection than the one
 * that `summary` is of; NULL: there is none yet. */
bool summary_begins_anew(const summary_t *summary, const connection_t *connection,
                         const observation_t *observation);

/* Prepares for the connection whose first segment was just observed; that segment has to be taken
 * by summary_observe() next. `before`: the last one on this 4-tuple, NULL where there was none; a
 * SYN or SYN-ACK that was taken for one of its segments may be this connection's. */
void summary_begin(summary_t *summary, summary_t *before, const connection_t *connection,
                   const segment_t *segment, unsigned sender_side,
                   const observation_t *observation);

/* Takes a segment that connection_observe() has just taken, each exactly once, and the verdict on
 * it. Returns true where more than times, counts and letters may have changed. */
bool summary_observe(summary_t *summary, const connection_t *connection, const segment_t *segment,
                     unsigned sender_side, const observation_t *observation,
                     const verdict_t *verdict);

/* True where a segment that is just what was to be expected (plugin/analysis/include/prediction.h),
 * and raises no anomaly, changes nothing but times, counts and Zeek's letters. */
bool summary_only_counts(const summary_t *summary, const segment_t *segment, unsigned sender_side);

/* What summary_observe() does with such a segment that was just taken, and more quickly.
 * `acks_missing`: it acknowledges what was not captured. */
void summary_count(summary_t *summary, const connection_t *connection, const segment_t *segment,
                   unsigned sender_side, bool acks_missing);

/* Takes an ICMP error about the SYN of this connection that nothing has answered so far
 * (unreachable.h). It is no segment of the connection: times, counts and letters stay. Returns true
 * where anything has changed. */
bool summary_take_unreachable(summary_t *summary, const connection_t *connection);

/* Takes the mark of a copy: CE that none of the segment's captures before had. */
void summary_note_copied_mark(summary_t *summary);

/* From the first segment to the last, nanoseconds; NO_TIME where the capture has no times, or its
 * clock was set back. */
int64_t summary_duration(const summary_t *summary);

/* "Half-closed"; NULL for a number that is none. Likewise the others. */
const char *outcome_text(uint8_t outcome);
const char *start_text(uint8_t start);
const char *capture_text(uint8_t capture);
const char *handshake_result_text(uint8_t result);

#endif
