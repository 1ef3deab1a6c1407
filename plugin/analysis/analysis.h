/* analysis.h
 * The analysis of one segment while it goes on: shared by the files that do parts of it.
 *
 * connection.c  the order of things; what an ordinary segment does to its receiver
 * opening.c     SYN and SYN-ACK; midstream.c: captures that start in the middle
 * evidence.c, evidence_fin.c  what a segment proves or disproves of its sender
 * silent.c      what it shows of a side that was not captured
 * round_trip.c  the round trip where no handshake was captured
 * reset.c       RST: whom it ends; reset_reason.c: why it was sent
 * handshake.c   the handshake's numbers and times
 * challenge.c   challenge ACKs
 * progress.c    phase, steps, milestones
 * anomaly.c, anomaly_opening.c, anomaly_numbers.c, anomaly_reset.c  what is not as it should be
 *
 * Internal: nothing outside these files needs it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ANALYSIS_H
#define TCPSTATE_ANALYSIS_H

#ifndef TCPSTATE_IN_ANALYSIS
#error "private to plugin/analysis; include observe.h"
#endif

#include "connection.h"
#include "ecn.h"
#include "observe.h"

typedef struct analysis {
    connection_t *connection;
    const connection_options_t *options;
    const segment_t *segment;
    unsigned side; /* of the sender */
    endpoint_t *sender;
    endpoint_t *receiver;
    bool sender_first;       /* the sender's first segment in this incarnation */
    bool damaged;            /* its checksum is wrong: nothing of it can be believed */
    bool counts;             /* the sender may well have sent it: it is no forgery that shows */
    bool repeats;            /* it takes numbers, but only such as the sender has used before */
    bool resent;             /* it was sent again: what it repeats has arrived, and it is new */
    bool perhaps_resent;     /* the same, but it may be a copy that the network made */
    int64_t answered_when;   /* when the SYN or SYN-ACK of acked_frame was captured */
    bool after_gap;          /* data before it were not captured */
    bool acked_before_known; /* acked_before is valid */
    uint32_t acked_before;   /* the highest number that its sender had acknowledged */
    bool says_nothing;       /* its numbers are those of the sender's last segment */
    bool ack_refused;        /* only its acknowledgment number makes the receiver refuse it */
    bool accepted;           /* and the receiver takes it (RFC 9293 3.10.7.4) */
    bool late;               /* its timestamp makes the receiver drop it (PAWS) */
    uint8_t place;           /* seq_place_t at its receiver; like `late` only without SYN and RST */
    uint8_t revived_from;    /* ending_t of the sender, which the segment shows to be alive after
                                all; ENDED_NOT: of none */
    tcp_state_t previous[2]; /* by side: before the segment, */
    bool previous_timed[2];  /* and since when, where that is known */
    int64_t previous_since[2];
    standing_t standing;   /* before the segment */
    bool first_syn_ack;    /* the first SYN-ACK of its sender */
    bool repeats_last_ack; /* a pure ACK after both FINs were acknowledged, to an end that waits */
    bool reopened;         /* it begins a new incarnation of a used 4-tuple */
    observation_t *out;
} analysis_t;

/* Moves an endpoint by the transition table, if the event moves it at all, and records the move.
 * The one place where a state changes. `basis` is what the new state rests on. Returns true where
 * it moved. */
bool analysis_move(analysis_t *analysis, endpoint_t *endpoint, tcp_event_t event, basis_t basis);

/* Brings an endpoint back that a RST seemed to have ended (EVENT_SHOW_ALIVE). */
void analysis_revive(analysis_t *analysis, endpoint_t *endpoint);

/* Time since `then`, nanoseconds. */
int64_t analysis_since(const analysis_t *analysis, int64_t then);

/* The connection's round trip, nanoseconds, or a cautious guess where none was measured. */
int64_t analysis_round_trip(const analysis_t *analysis);

/* True where so much time has passed since `then` that the sender's segment cannot have crossed the
 * one captured then: at least a round trip, or a cautious guess where none was measured. */
bool analysis_past_round_trip(const analysis_t *analysis, int64_t then);

/* The connection's round trip, or a cautious guess where none was measured; nanoseconds. */
int64_t analysis_round_trip(const analysis_t *analysis);

/* opening.c: segments that begin a connection, or try to. */
void opening_by_syn(analysis_t *analysis);
void opening_by_syn_ack(analysis_t *analysis);

/* True for a copy of the SYN that its sender has opened with. */
bool opening_repeats_syn(const analysis_t *analysis);

/* Forgets the incarnation before; what is true of the hosts themselves stays. */
void opening_begin_incarnation(connection_t *connection, unsigned client_side,
                               roles_known_by_t roles);

/* Notes the numbers and options of a SYN, or SYN-ACK, of this endpoint. */
void opening_note_syn(endpoint_t *sender, const segment_t *segment);

/* midstream.c: the first captured segment of a connection is no SYN. */
void opening_by_midstream(analysis_t *analysis);

/* The client's side where no SYN tells: the one port below 1024 is the server's, else the lower
 * port, else who is spoken to first. */
unsigned opening_guess_client_side(const connection_t *connection, unsigned sender_side);

/* evidence.c: what the segment shows of its sender, before the receiver gets it. */
void evidence_revive_sender(analysis_t *analysis);
void evidence_of_ack(analysis_t *analysis);
void evidence_of_repeated_syn(analysis_t *analysis);
void evidence_of_syn_ack(analysis_t *analysis);
void evidence_settle_basis(analysis_t *analysis);

/* How a segment compares with what its sender has sent before: by its acknowledgment number, else
 * by timestamps (RFC 7323 3). */
typedef enum age {
    AGE_UNKNOWN, /* no timestamps, or within the same tick of its clock */
    AGE_NEW,     /* later than all before */
    AGE_OLD      /* a copy, or overtaken */
} age_t;

age_t evidence_age(const analysis_t *analysis);

/* True where the segment comes so soon after the other side's last that it answers it. */
bool evidence_is_answer(const analysis_t *analysis);

/* True where the segment is new, or the second of its kind if nobody can tell its age, so that it
 * may disprove what was captured in its sender's name. */
bool evidence_is_enough(analysis_t *analysis);

/* True where the segment was sent when what was captured `then`, from the other side, must have
 * reached its sender: more than a round trip later, and not kept back in a queue. */
bool evidence_sent_after(const analysis_t *analysis, int64_t then);

/* evidence_fin.c: what it shows of the FINs. evidence_revive_closed() is for a sender that the last
 * ACK seemed to have closed. */
void evidence_of_fins(analysis_t *analysis);
void evidence_of_own_fin(analysis_t *analysis);
void evidence_revive_closed(analysis_t *analysis);

/* The segment's ACK is what its sender has received: takes back the arrival of a FIN that it leaves
 * out. */
void evidence_of_missing_fin(analysis_t *analysis);

/* silent.c: FINs that were not captured. Such a FIN is inferred from its ACK, and taken back. */
void silent_show_fin(analysis_t *analysis);
void silent_take_back_fin(analysis_t *analysis);

/* Notes the first number that such a side sends after its SYN. */
void silent_note_first(analysis_t *analysis, uint32_t first);

/* Notes the ACK of a side whose other side was not captured at all. */
void silent_note_ack(analysis_t *analysis);

/* round_trip.c: measures the round trip of a connection that was captured from its middle. */
void round_trip_measure(analysis_t *analysis);

/* reset.c: a segment with RST. */
void reset_observe(analysis_t *analysis);

/* True where the receiver has so far only answered a SYN that was not this connection's, an old
 * duplicate, and the RST rejects that answer (RFC 9293 3.5, figure 8): its number is then what the
 * receiver expects. */
bool reset_rejects_answer_to_old_syn(const analysis_t *analysis);

/* handshake.c: numbers and times of the handshake, once its step is known. */
void handshake_explain(analysis_t *analysis);

/* reset_reason.c: what to say of a RST, before it moves anybody. */
void reset_explain(analysis_t *analysis);

/* challenge.c: which ACKs are challenge ACKs (RFC 5961), after everything else. */
void challenge_observe(analysis_t *analysis);

/* analysis_ecn.c: marks, echoes and counters of congestion, after everything but the phase. */
void analysis_of_ecn(analysis_t *analysis);

/* True where the RST has the numbers of an answer to one of its receiver's last segments, however
 * long ago (RFC 9293 3.5.2). */
bool reset_could_answer(const analysis_t *analysis);

/* anomaly*.c: what is not as it should be. All but the last look at both ends as they were before
 * the segment, which is why they are called from the midst of the analysis. Of a damaged segment
 * and of one with an old timestamp nothing is said. */
void anomalies_of_syn(analysis_t *analysis);
void anomalies_of_syn_ack(analysis_t *analysis);
void anomalies_of_numbers(analysis_t *analysis);
void anomalies_of_rst(analysis_t *analysis);

/* Of a sender that goes on after a RST (endpoint_t.rst_survived). */
void anomalies_of_survivor(analysis_t *analysis);

/* anomaly_opening.c: data or FIN before the handshake is done. Part of anomalies_of_numbers(). */
void anomalies_before_established(analysis_t *analysis);

/* Last of all, when everything else is known. */
void anomalies_finish(analysis_t *analysis);

/* True where packets that were not captured can explain that somebody is `beyond` bytes farther
 * than the other side was seen to allow: there was time for the round trips that it takes, one for
 * each `window`. `then`: when it was last seen what is allowed. */
bool anomalies_gap_explains(const analysis_t *analysis, uint32_t beyond, uint32_t window,
                            int64_t then);

/* progress.c: phase, steps and milestones, once both endpoints have moved. */
void progress_of_handshake(analysis_t *analysis);
void progress_of_teardown(analysis_t *analysis);
void progress_of_reset(analysis_t *analysis, bool ended);
void progress_finish(analysis_t *analysis);

/* The side's FIN, which was only inferred, was none. */
void progress_forget_fin(analysis_t *analysis, unsigned side);

/* The phase of an ordinary segment that comes next. */
phase_t progress_following_phase(const connection_t *connection);

/* One FIN was seen and acknowledged, the other side may go on sending. */
bool progress_half_closed(const connection_t *connection);

#endif
