/* observation.h
 * What one captured segment showed: the answer of the analysis, and all that the display needs.
 *
 * An observation is a plain value: it can be copied, stored and compared. It never points anywhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_OBSERVATION_H
#define TCPSTATE_OBSERVATION_H

#include "anomaly.h"
#include "ecn_facts.h"
#include "segment.h"
#include "tcp_state.h"

/* The two endpoints by their role in the connection. */
typedef enum role { ROLE_CLIENT = 0, ROLE_SERVER = 1 } role_t;

/* X(enumerator, number, text): tcpstate.direction. */
#define DIRECTION_LIST(X)                                                                          \
    X(DIRECTION_TO_SERVER, 1, "Client to server")                                                  \
    X(DIRECTION_TO_CLIENT, 2, "Server to client")

/* tcpstate.roles: how it is known who is the client. */
#define ROLES_KNOWN_BY_LIST(X)                                                                     \
    X(ROLES_BY_SYN, 1, "SYN")                                                                      \
    X(ROLES_BY_SYN_ACK, 2, "SYN-ACK")                                                              \
    X(ROLES_BY_SIMULTANEOUS_OPEN, 3, "Simultaneous open")                                          \
    X(ROLES_GUESSED, 4, "Guessed")

/* tcpstate.phase. */
#define PHASE_LIST(X)                                                                              \
    X(PHASE_UNKNOWN, 0, "Unknown")                                                                 \
    X(PHASE_HANDSHAKE, 1, "Handshake")                                                             \
    X(PHASE_DATA, 2, "Data transfer")                                                              \
    X(PHASE_TEARDOWN, 3, "Teardown")                                                               \
    X(PHASE_RESET, 4, "Reset")                                                                     \
    X(PHASE_CLOSED, 5, "Closed")

/* tcpstate.event: milestones of the connection. */
#define MILESTONE_LIST(X)                                                                          \
    X(MILESTONE_OPEN_REQUESTED, 1, "Open requested")                                               \
    X(MILESTONE_OPEN_ANSWERED, 2, "Open answered")                                                 \
    X(MILESTONE_CLIENT_ESTABLISHED, 3, "Client established")                                       \
    X(MILESTONE_SERVER_ESTABLISHED, 4, "Server established")                                       \
    X(MILESTONE_FIRST_DATA, 5, "First data")                                                       \
    X(MILESTONE_CLOSE_STARTED, 6, "Close started")                                                 \
    X(MILESTONE_CLOSE_ACKNOWLEDGED, 7, "Close acknowledged")                                       \
    X(MILESTONE_CLOSE_ANSWERED, 8, "Close answered")                                               \
    X(MILESTONE_CLOSED, 9, "Closed")                                                               \
    X(MILESTONE_RESET, 10, "Reset")                                                                \
    X(MILESTONE_REFUSED, 11, "Refused")                                                            \
    X(MILESTONE_REOPENED, 12, "Reopened")                                                          \
    X(MILESTONE_UNREACHABLE, 13, "Unreachable")

/* tcpstate.handshake.type. */
#define HANDSHAKE_TYPE_LIST(X)                                                                     \
    X(HANDSHAKE_THREE_WAY, 1, "Three-way")                                                         \
    X(HANDSHAKE_SIMULTANEOUS, 2, "Simultaneous")                                                   \
    X(HANDSHAKE_FAST_OPEN, 3, "Fast open")                                                         \
    X(HANDSHAKE_NOT_CAPTURED, 4, "Not captured")

/* Who: tcpstate.close.initiator, tcpstate.close.time_wait, tcpstate.rst.by (never both). */
#define WHO_LIST(X)                                                                                \
    X(WHO_CLIENT, 1, "Client")                                                                     \
    X(WHO_SERVER, 2, "Server")                                                                     \
    X(WHO_BOTH, 3, "Both")

/* tcpstate.rst.validity: how the number of a RST compares with what its receiver expects (RFC 9293
 * 3.5.3, RFC 5961 3).
 */
#define RST_VALIDITY_LIST(X)                                                                       \
    X(RST_EXACT, 1, "Exact")                                                                       \
    X(RST_IN_WINDOW, 2, "In window")                                                               \
    X(RST_OUT_OF_WINDOW, 3, "Out of window")                                                       \
    X(RST_ANSWERS_SYN, 4, "Answers the SYN")                                                       \
    X(RST_DOES_NOT_ACK_SYN, 5, "Does not acknowledge the SYN")                                     \
    X(RST_CANNOT_TELL, 6, "Cannot tell")

/* tcpstate.rst.reason. */
#define RST_REASON_LIST(X)                                                                         \
    X(RST_REASON_UNKNOWN, 0, "Unknown")                                                            \
    X(RST_PORT_CLOSED, 1, "Port closed")                                                           \
    X(RST_UNEXPECTED_SYN_ACK, 2, "Unexpected SYN-ACK")                                             \
    X(RST_HALF_OPEN, 3, "Half-open connection")                                                    \
    X(RST_DATA_AFTER_CLOSE, 4, "Data after close")                                                 \
    X(RST_ABORT, 5, "Abort")                                                                       \
    X(RST_ABORT_UNREAD, 6, "Abort with unread data")                                               \
    X(RST_BAD_HANDSHAKE_ACK, 7, "Bad handshake ACK")                                               \
    X(RST_ANSWERS_TIME_WAIT, 8, "Answers TIME-WAIT")                                               \
    X(RST_TIMEOUT, 9, "Timeout")

#define X(name, number, text) name = number,
typedef enum handshake_type { HANDSHAKE_TYPE_LIST(X) } handshake_type_t;
typedef enum who { WHO_LIST(X) } who_t;
typedef enum rst_validity { RST_VALIDITY_LIST(X) } rst_validity_t;
typedef enum rst_reason { RST_REASON_LIST(X) } rst_reason_t;
typedef enum direction { DIRECTION_LIST(X) } direction_t;
typedef enum roles_known_by { ROLES_KNOWN_BY_LIST(X) } roles_known_by_t;
typedef enum phase { PHASE_LIST(X) } phase_t;
typedef enum milestone { MILESTONE_LIST(X) } milestone_t;
#undef X

/* One move of one endpoint. */
typedef struct move {
    uint8_t role;  /* role_t */
    uint8_t event; /* tcp_event_t */
    uint8_t from;  /* tcp_state_t */
    uint8_t to;    /* tcp_state_t */
} move_t;

enum {
    MOVES_MAX = 12 /* an endpoint revived by a segment that also shows all that it missed has six */
};

/* All moves that one segment brings, in order. */
typedef struct moves {
    uint8_t count;
    move_t move[MOVES_MAX];
} moves_t;

/* How a connection stands after a segment. A steady segment shows this, what its own header says,
 * and nothing else (plugin/analysis/include/observe_steady.h). */
typedef struct status {
    uint8_t client_side; /* which of the caller's two sides is the client: 0 or 1 */
    uint8_t roles;       /* roles_known_by_t; 0: it belongs to no connection */
    uint8_t phase;       /* phase_t of a steady segment that comes next */
    bool half_closed;    /* one direction is closed and acknowledged, the other still open */
    uint8_t state[2];    /* tcp_state_t by role_t */
    uint8_t basis[2];    /* basis_t by role_t: what the state rests on */
    ecn_status_t ecn;
    bool zero_known[2]; /* by role_t: zero is valid */
    uint32_t zero[2];   /* by role_t: the number of its segments that is 0 where they are counted
                           from the SYN; see relative_t (connection.h) */
} status_t;

/* What a segment shows of the handshake. Every value stands on the segment where it becomes known.
 */
typedef struct handshake_facts {
    bool counted;    /* the two numbers of retransmissions are valid */
    bool ack_judged; /* ack_expected and ack_ok are valid */
    bool ack_ok;     /* the acknowledgment number is acceptable */
    uint8_t type;    /* handshake_type_t; 0: not known or said before */
    uint16_t syn_retransmissions;
    uint16_t synack_retransmissions;
    uint32_t ack_expected; /* raw */
    uint32_t syn_frame;    /* the SYN that a SYN-ACK answers, or that an ICMP error is about; 0:
                              none */
    uint32_t synack_frame; /* the SYN-ACK that step 3 answers; 0: none */
    int64_t rtt;           /* SYN to ACK, nanoseconds; NO_TIME: none, or ambiguous; likewise: */
    int64_t rtt_server;    /* SYN to SYN-ACK */
    int64_t rtt_client;    /* SYN-ACK to ACK */
} handshake_facts_t;

/* What a segment shows of the close. */
typedef struct close_facts {
    uint8_t initiator;            /* who_t; 0: not settled by this segment */
    uint8_t time_wait;            /* who_t: who holds TIME-WAIT; 0 likewise */
    uint16_t fin_retransmissions; /* so far, on a repeated FIN; 0: none */
    uint32_t fin_frame;           /* the FIN that it acknowledges; 0: none */
    int64_t half_closed_time;     /* first FIN to second FIN, nanoseconds, or NO_TIME; likewise: */
    int64_t duration;             /* first FIN to the end */
} close_facts_t;

/* What a segment shows of a RST. */
typedef struct rst_facts {
    uint8_t by;             /* who_t; 0: no RST, and nothing else is valid */
    uint8_t validity;       /* rst_validity_t */
    uint8_t reason;         /* rst_reason_t */
    uint32_t trigger_frame; /* the segment that it answers; 0: none, or not found */
    bool ttl_compared;      /* ttl_delta is valid */
    int16_t ttl_delta;      /* its hop limit less that of its side's last other segment */
} rst_facts_t;

/* What only a few segments show. */
typedef struct facts {
    moves_t moves;
    uint8_t acked_kind;   /* segment_kind_t of acked_frame: SEGMENT_SYN, _SYN_ACK or _FIN */
    uint32_t acked_frame; /* the frame with the SYN, SYN-ACK or FIN that it acknowledges; 0: none */
    uint32_t first_frame; /* where the SYN, SYN-ACK or FIN was captured first that is repeated here;
                             0: none is */
    uint32_t challenge_ack; /* the frame that this challenge ACK answers; 0: it is none */
    rst_facts_t rst;
    close_facts_t close;
    handshake_facts_t handshake;
    ecn_episodes_t episodes;
} facts_t;

/* What a segment showed. */
typedef struct observation {
    uint8_t kind;           /* segment_kind_t; 0: an ICMP error that is about a SYN, and nothing
                               but milestones and the handshake's syn_frame is valid */
    uint8_t direction;      /* direction_t; 0: it belongs to no connection */
    uint8_t phase;          /* phase_t of this segment */
    uint8_t handshake_step; /* 1 to 3; 0: none */
    uint8_t teardown_steps; /* bit n-1: step n */
    bool retransmission;    /* a step of the handshake or teardown was done before */
    bool perhaps_copy;      /* what it takes of its sender's numbers was perhaps not sent again, but
                               only captured again */
    bool does_not_count;    /* it is damaged, a forgery that shows, or of another connection */
    uint16_t milestones;    /* bit n: milestone_t n */
    status_t status;        /* after the segment */
    uint8_t previous[2];    /* tcp_state_t by role_t: before it */
    int64_t time_in_state[2]; /* by role_t: nanoseconds spent in `previous`; NO_TIME: it was not
                                 left, or not known */
    ecn_facts_t ecn;
    anomaly_set_t anomalies;
    uint32_t copy_of; /* the frame of the original, if it is a copy; 0: it is none. The steps are
                         the original's */
    bool has_facts;   /* facts is valid; read and write it by the functions below */
    facts_t facts;
} observation_t;

/* What a copy shows of its original, beside what its own header says: all that has to be kept of a
 * copy. */
typedef struct copied {
    uint32_t frame; /* of the original */
    uint8_t kind;   /* this and the rest as in observation_t and its status_t */
    uint8_t phase;
    uint8_t handshake_step;
    uint8_t teardown_steps;
    bool retransmission;
    bool perhaps_copy;
    bool half_closed;
} copied_t;

/* All bits that observation_t.milestones may have. */
#define X(name, number, text) | 1u << (number)
enum { MILESTONE_BITS = 0 MILESTONE_LIST(X) };
#undef X

_Static_assert(MILESTONE_BITS <= UINT16_MAX, "observation_t.milestones has one bit for each");

/* Facts that say nothing. */
extern const facts_t observation_no_facts;

/* Sets an observation that says nothing. */
void observation_clear(observation_t *observation);

/* The facts of an observation, to be read; where it has none, ones that say nothing. */
static inline const facts_t *observation_facts(const observation_t *observation)
{
    return observation->has_facts ? &observation->facts : &observation_no_facts;
}

/* The facts of an observation, to be written; at first they say nothing. */
facts_t *observation_add_facts(observation_t *observation);

/* True where both say the same. */
bool observation_equal(const observation_t *one, const observation_t *other);

/* True where the segment moved an endpoint: tcpstate.changed. */
bool observation_changed(const observation_t *observation);

/* True where the event has moved an endpoint. */
bool observation_moved_by(const observation_t *observation, tcp_event_t event);

/* What a segment shows that belongs to no connection: quoted in an ICMP error, malformed or cut
 * off. States, direction and phase are unknown; it moves nothing. */
void observation_of_stray(const segment_t *segment, observation_t *out);

/* What an ICMP error shows that is about the SYN in this frame (unreachable.h): a milestone and
 * that frame. It is no segment of the connection and moves nothing. */
void observation_of_unreachable(uint32_t syn_frame, observation_t *out);

/* What copies of a segment show of it; `frame` is its own. */
copied_t copied_of(const observation_t *original, uint32_t frame);

/* What a copy shows: it moves nobody. `status` is how the connection stands when it is captured;
 * `sender_side` is the caller's number of the side that sent it. */
void observation_of_copy(const status_t *status, const copied_t *copied, const segment_t *copy,
                         unsigned sender_side, observation_t *out);

/* "Teardown"; NULL for a number that is none. Likewise the others; who_word() is for use within a
 * sentence: "client", "both". */
const char *phase_name_text(uint8_t phase);
const char *who_text(uint8_t who);
const char *who_word(uint8_t who);
const char *rst_reason_text(uint8_t reason);
const char *handshake_type_text(uint8_t type);
const char *ecn_mode_text(uint8_t mode);

/* What is written below goes into the fields of the display. All of them end what they write with
 * a NUL and return `text`. */

/* "Handshake 2/3", "Teardown (half-closed)", "Handshake 1/3 (retransmission)",
 * "Handshake 1/3 (repeated)" where it cannot be told whether it was sent or captured again,
 * "Handshake 1/3 (copy)". */
const char *observation_phase_text(const observation_t *observation, char *text, size_t size);

/* The tree's top line after the name: "Handshake 2/3, client ESTABLISHED, server SYN-RECEIVED",
 * "Unreachable"; of a RST its sender and its reason, and of anomalies the gravest one's sentence:
 * "Reset, client CLOSED, server CLOSED, RST of the server: Port closed". */
const char *observation_summary(const observation_t *observation, char *text, size_t size);

#endif
