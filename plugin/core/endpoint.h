/* endpoint.h
 * One endpoint of a connection: its state and the numbers behind it.
 *
 * Knows: what the endpoint has sent, what it has acknowledged, what has presumably reached it, and
 * whether it would accept a segment (RFC 9293 3.10.7.4, RFC 7323 5). Does not know: the other
 * endpoint, phases, what a segment means for the connection.
 *
 * Everybody may read an endpoint_t; only the functions below change one, and a FIN's own functions
 * (fin.h) its FIN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ENDPOINT_H
#define TCPSTATE_ENDPOINT_H

#include "fin.h"
#include "segment.h"
#include "tcp_state.h"

enum {
    RANGES_MAX = 8, /* out-of-order ranges remembered for an endpoint. One more replaces none: its
                       data count as missing until the endpoint's own ACK covers them. */
    SYN_COPIES_MAX = 3, /* remembered copies of an endpoint's SYN: the first and the last ones */
    RECENT_MAX = 10 /* remembered last segments: what a RST may answer. A host that is gone answers
                       every segment under way, as many as an initial window (RFC 6928) */
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
                        endpoint must send something that can be */
} proof_t;

/* One captured copy of a SYN or SYN-ACK. */
typedef struct syn_copy {
    uint32_t frame;
    int64_t when;
    bool has_timestamp;
    uint16_t ip_len; /* of the IP packet */
    uint32_t ts_value;
    bool syn_known;   /* of a SYN-ACK: it is clear which SYN it answers, the one captured at */
    int64_t syn_time; /* this time */
} syn_copy_t;

/* A SYN, or a SYN-ACK, that was sent once or several times. */
typedef struct syn_copies {
    uint16_t retransmissions; /* copies after the first */
    bool unsure;              /* others were perhaps only captured again, and count for nothing */
    uint8_t count;            /* of these that are valid: */
    syn_copy_t copy[SYN_COPIES_MAX];
} syn_copies_t;

/* What a RST may refer to in a segment of its receiver (RFC 9293 3.5.2). */
typedef struct recent_segment {
    int64_t when;
    uint32_t frame;
    uint32_t seq;
    uint32_t end; /* segment_end() */
    uint32_t ack;
    uint32_t ts_value; /* 0: it has no timestamp */
    uint16_t flags : 15;
    uint16_t copied : 1; /* `when` is of its newest copy, which may as well be a retransmission */
    uint16_t ip_id;      /* 0: it has none */
} recent_segment_t;

/* A FIN that its receiver seemed to refuse, or that another one has replaced. */
typedef struct refused_fin {
    bool known;     /* the rest is valid, but for ack: */
    bool ack_known; /* that is, too */
    bool damaged;   /* only its checksum was wrong; else false, as where none is known */
    uint32_t seq;
    uint32_t ack;
    uint32_t frame;
    int64_t when;
} refused_fin_t;

/* Sequence numbers from `start` up to but not including `end`. */
typedef struct seq_range {
    uint32_t start;
    uint32_t end;
} seq_range_t;

typedef struct endpoint {
    /* State. */
    tcp_state_t state;
    basis_t basis;
    bool since_known;       /* since is valid: the entry into the state was captured */
    int64_t since;          /* capture time of the segment that brought it into the state */
    int64_t waiting_since;  /* when it last began to wait; valid in TIME-WAIT */
    bool waits_despite_rst; /* a RST has not ended a TIME-WAIT of this host */
    proof_t proof;
    uint32_t proof_seq;     /* valid with PROOF_NEEDS_ACK */
    ending_t ending;        /* valid in CLOSED and LISTEN */
    tcp_state_t before_end; /* the state before; valid unless ENDED_NOT */
    int64_t end_time;       /* when; valid unless ENDED_NOT */
    uint32_t end_seq;       /* the number of the segment that did it; likewise */
    bool end_has_ts;        /* end_ts is valid */
    uint32_t end_ts;        /* timestamp value on that segment */
    bool end_peer_known;    /* end_peer_nxt is valid */
    uint32_t end_peer_nxt;  /* SND.NXT of the other endpoint when it entered its state,
                               or what its RST has acknowledged since */
    bool resent_after_end;  /* resent_seq is valid */
    uint32_t resent_seq;    /* what it has sent again since a RST had seemed to end it */

    /* What it has sent, as captured or as the other endpoint's ACKs show. */
    bool has_gap;          /* the other endpoint has acknowledged what was not captured of it: */
    uint32_t gap_start;    /* from here, at first, */
    uint32_t gap_end;      /* and up to here, at last; both valid with has_gap */
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
    bool syn_has_other_isn; /* its SYNs have another number than these */
    bool synack_sent;       /* it has sent a SYN-ACK with this isn */
    bool opened_first;      /* it has sent a SYN without ACK: an active opener */
    bool snd_known;         /* snd_nxt and snd_max are valid */
    uint32_t snd_nxt;       /* the number after the highest that it has sent (RFC 9293 SND.NXT) */
    uint32_t snd_max;     /* the same, counting what was captured in its name but it has disowned */
    bool far_known;       /* far is valid */
    seq_range_t far;      /* what was last captured of it beyond the other endpoint's window */
    uint8_t disowned;     /* its segments that contradict what was captured in its name, so far */
    bool ts_known;        /* ts_last and ts_last_time are valid */
    uint32_t ts_last;     /* highest timestamp value sent; not raised after its end, since what
                             comes then may have waited in a queue */
    int64_t ts_last_time; /* when that was first captured */
    bool checksum_seen_good;    /* of this host at least one checksum was right */
    bool checksum_payload_good; /* at least one of them was that of a segment with payload */
    int16_t checksum_balance; /* its right checksums less its wrong ones, so far, each once however
                                 often it was captured; a wrong one that was taken all the same
                                 counts as several */
    uint16_t unanswered;   /* its last segments that were probes or retransmissions, while the other
                              endpoint was silent */
    uint8_t recent_count;  /* valid ones in recent */
    uint8_t recent_newest; /* index of the newest */
    recent_segment_t recent[RECENT_MAX]; /* its last segments, in a ring; none is a RST */
    uint8_t hop_limit;                   /* of its last segment; 0: none, or not known */
    bool rst_known;                      /* rst and rst_is_next are valid */
    bool rst_is_next;                    /* it had SND.NXT, as an abort has (RFC 9293 3.10.5) */
    recent_segment_t rst;                /* its last RST; `end` is the RST's number */
    fin_t fin;                           /* its FIN */
    refused_fin_t refused_fin;           /* another one: it counts as soon as it is acknowledged,
                                            or as its sender stands behind it */
    bool damaged_known;                  /* damaged is valid */
    seq_range_t damaged; /* what its last segments with wrong checksums carried, in one piece */

    /* What it has told the other endpoint. */
    bool acked_known;    /* acked is valid */
    uint32_t acked;      /* highest acknowledgment number sent: RCV.NXT as it said itself */
    bool last_ack_known; /* last_ack is valid */
    uint32_t last_ack;   /* the last one, acceptable or not: what a RST without ACK may answer */
    bool window_known;   /* window is valid */
    uint16_t window;     /* of the last segment without SYN, unscaled */
    bool sack_offered;   /* its SYN had the SACK-permitted option */
    bool multipath;      /* its SYN had an option of Multipath TCP (RFC 8684) */
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
    uint32_t rcv_nxt;              /* everything below has arrived (RFC 9293 RCV.NXT) */
    uint8_t range_count;           /* valid ones in range */
    seq_range_t range[RANGES_MAX]; /* arrived beyond a gap; sorted, disjoint */
    bool data_after_fin;           /* data came after it had sent its own FIN */
    uint32_t challenged_by; /* the other endpoint's last segment, if it draws a challenge ACK;
                               0: it does not */
    bool ts_recent_known;   /* ts_recent is valid */
    uint32_t ts_recent;     /* RFC 7323 4.3: TS.Recent */
} endpoint_t;

/* -- Questions --------------------------------------------------------------------------------- */

/* Where the sequence number of a segment lies for the endpoint that gets it. */
typedef enum seq_place {
    SEQ_UNKNOWN, /* its window is not known */
    SEQ_OLD,     /* all of it lies below what the endpoint has acknowledged */
    SEQ_EXACT,   /* RCV.NXT lies in it, or what was acknowledged, or what is between the two */
    SEQ_AHEAD,   /* in the window, beyond RCV.NXT */
    SEQ_OUTSIDE  /* beyond the window */
} seq_place_t;

/* Where `seq` to `seq + len` lies for the receiver (RFC 9293 3.10.7.4, first check). */
seq_place_t endpoint_place(const endpoint_t *receiver, uint32_t seq, uint32_t len);

/* True where the segment's timestamp is older than what the receiver has seen, so that it drops
 * the segment (PAWS, RFC 7323 5.3). RSTs are exempt. */
bool endpoint_paws_rejects(const endpoint_t *receiver, const segment_t *segment);

/* The window that the endpoint advertises with this segment, in bytes; unscaled where scaling is
 * not settled. */
uint32_t endpoint_window(const endpoint_t *sender, const segment_t *segment);

/* The widest window that it has advertised, in bytes; where that is not known, the widest that
 * there is (RFC 7323 2.3). */
uint32_t endpoint_widest_window(const endpoint_t *endpoint);

/* True where `ack` acknowledges the endpoint's SYN and nothing that it has not sent (RFC
 * 9293 3.10.7.3, first check), or where its SYN was not captured, so that there is nothing to
 * compare. */
bool endpoint_syn_covered_by(const endpoint_t *opener, uint32_t ack);

/* True for the SYN that its sender has opened with, and for its copies. */
bool endpoint_opened_with(const endpoint_t *sender, const segment_t *syn);

/* True where the number `seq` has presumably arrived in sequence. */
bool endpoint_has_received(const endpoint_t *receiver, uint32_t seq);

/* True where all numbers from `seq` up to but not including `end` were captured on their way to
 * it, in sequence or behind a gap, or are acknowledged. */
bool endpoint_has_got(const endpoint_t *receiver, uint32_t seq, uint32_t end);

/* True where the segment's checksum is wrong and its sender is known to send right ones, so that
 * nothing of it can be believed. Of a host that leaves them to its network card one may be right by
 * chance: so no more where clearly more were wrong, or some were taken all the same. */
bool endpoint_checksum_rejects(const endpoint_t *sender, const segment_t *segment);

/* One of its last segments, RSTs aside: 0 is the newest; NULL: so many are not remembered. */
const recent_segment_t *endpoint_recent(const endpoint_t *endpoint, unsigned age);

/* True where the segment is a part of one that was captured of its sender before, or is made of
 * such parts: hosts, interfaces and virtual switches cut segments and join them (segmentation and
 * receive offload), and a capture may show both. Whoever cuts counts the IPv4 identification on;
 * where there is none, equal timestamps tell. False where neither does, and for what is sent again
 * in parts. */
bool endpoint_has_recut(const endpoint_t *sender, const segment_t *segment);

/* True where one of its sender's last segments took some of the numbers that the segment takes. */
bool endpoint_sent_lately(const endpoint_t *sender, const segment_t *segment);

/* True where its RST has refused a SYN, so that nobody listens at its port. */
bool endpoint_refuses(const endpoint_t *endpoint);

/* True for CLOSED and LISTEN: there is no connection at this endpoint. */
bool endpoint_gone(const endpoint_t *endpoint);

/* True where its TIME-WAIT seems to have ended: its timer may run for longer, and a RST need not
 * end it (RFC 1337). */
bool endpoint_may_still_wait(const endpoint_t *endpoint);

/* The copy that this segment answers; NULL where there are several, or perhaps several, and no
 * timestamp tells which it is (RFC 7323 3.2), or none. */
const syn_copy_t *syn_copies_answered_by(const syn_copies_t *copies, const segment_t *answer);

/* The last copy; NULL: none. */
const syn_copy_t *syn_copies_last(const syn_copies_t *copies);

/* -- State ------------------------------------------------------------------------------------- */

/* The move of an endpoint into another state. */
typedef struct endpoint_entry {
    tcp_state_t to;
    basis_t basis;
    ending_t ending; /* what ended its connection; valid where `to` is CLOSED or LISTEN */
    bool captured;   /* it enters the state with this segment, and not some time before */
    bool receives;   /* it has got the segment; else it has sent it */
} endpoint_entry_t;

/* Keeps of the incarnation before what is true of the host itself. */
void endpoint_keep_host(endpoint_t *endpoint, const endpoint_t *before);

/* Puts the endpoint into the state in which its incarnation begins. Since when it is there is not
 * known. */
void endpoint_begin(endpoint_t *endpoint, tcp_state_t state);

/* Keeps the TIME-WAIT of the incarnation before, with its times. */
void endpoint_keep_waiting(endpoint_t *endpoint, const endpoint_t *before);

/* Forgets what it has sent and acknowledged: that was in the connection before. */
void endpoint_forget_numbers(endpoint_t *endpoint);

/* Likewise its initial number, and what it has answered with: it will choose another one. */
void endpoint_forget_isn(endpoint_t *endpoint);

/* Forgets the window that it has advertised in the connection before. */
void endpoint_forget_window(endpoint_t *endpoint);

/* Puts the opener of a new incarnation into SYN-SENT: `syn` is its SYN, which was captured before.
 */
void endpoint_begin_in_syn_sent(endpoint_t *opener, const segment_t *syn);

/* Moves the endpoint into another state, with this segment. */
void endpoint_enter(endpoint_t *endpoint, const endpoint_entry_t *entry, const segment_t *segment);

/* The endpoint's own segments prove its state. */
void endpoint_prove(endpoint_t *endpoint);

/* A RST has not ended its TIME-WAIT: none does (RFC 1337 3). */
void endpoint_note_waits_despite_rst(endpoint_t *endpoint);

/* TIME-WAIT begins anew (RFC 9293 3.10.7.4, eighth check). */
void endpoint_wait_anew(endpoint_t *endpoint, int64_t when);

/* Notes SND.NXT of the other endpoint when this one enters a state. */
void endpoint_note_end(endpoint_t *endpoint, const endpoint_t *peer);

/* The RST that has ended it, its own or the other endpoint's, was captured before the segment that
 * shows it. */
void endpoint_note_ended_by(endpoint_t *endpoint, const recent_segment_t *rst);

/* The RST by which it left has the number of what it answers; its own is this one. */
void endpoint_note_end_seq(endpoint_t *endpoint, uint32_t seq);

/* The event moves it from the state in which it is if it should turn out that its RST did not end
 * it. */
void endpoint_move_before_end(endpoint_t *endpoint, tcp_event_t event);

/* The RST that has ended it found it in ESTABLISHED. */
void endpoint_note_open_before_end(endpoint_t *endpoint);

/* It has sent this number again since a RST had seemed to end it. */
void endpoint_note_resent_after_end(endpoint_t *endpoint, uint32_t seq);

/* -- What it has sent -------------------------------------------------------------------------- */

/* The capture lacks some of what it has sent, from `start` on at the earliest, below `end`. */
void endpoint_note_gap(endpoint_t *sender, uint32_t start, uint32_t end);

/* What the segment carries of the gap was captured late: there is no gap any more where it has
 * reached the end. */
void endpoint_fill_gap(endpoint_t *sender, const segment_t *segment);

/* Notes the numbers and options of a SYN, or SYN-ACK, of this endpoint. */
void endpoint_note_syn(endpoint_t *sender, const segment_t *segment);

/* Notes that it has sent a SYN-ACK. `answered` is the SYN that it answers, or NULL. */
void endpoint_note_syn_ack(endpoint_t *sender, const segment_t *syn_ack,
                           const syn_copy_t *answered);

/* Remembers a copy of its SYN without ACK. */
void endpoint_note_syn_copy(endpoint_t *sender, const segment_t *syn);

/* The SYN that its only SYN-ACK answers was captured after that. */
void endpoint_note_answered_syn(endpoint_t *sender, const segment_t *syn);

/* What came again of the endpoint's SYN or SYN-ACK, and was perhaps a copy, was one. */
void endpoint_settle_copies(endpoint_t *sender, endpoint_t *other);

/* Its SYN-ACK has another number than what it sent before: forgets the SYN-ACKs among that. */
void endpoint_forget_syn_acks(endpoint_t *sender);

/* Window scaling is on where both SYNs offered it (RFC 7323 2.2). */
void endpoint_settle_scaling(endpoint_t *one, endpoint_t *other);

/* Its initial sequence number is known from the other endpoint's SYN-ACK alone. */
void endpoint_presume_isn(endpoint_t *sender, uint32_t isn);

/* The window of its SYN-ACK is all that is known of scaling: the other SYN was not captured. */
void endpoint_presume_scaling(endpoint_t *sender);

/* Notes that the endpoint has sent this segment: numbers, window, timestamps. Not for segments
 * that it cannot have sent. */
void endpoint_note_sent(endpoint_t *sender, const segment_t *segment);

/* Notes that it has sent everything below `seq`, and nothing beyond, as the other endpoint shows.
 */
void endpoint_set_next(endpoint_t *sender, uint32_t seq);

/* What was captured in its name from `seq` on was not its own, and what that said of the window
 * tells nothing. */
void endpoint_disown(endpoint_t *sender, uint32_t seq);

/* Counts a segment of it that contradicts what was captured in its name, */
void endpoint_count_contradiction(endpoint_t *sender);

/* or starts to count anew. */
void endpoint_clear_contradictions(endpoint_t *sender);

/* Notes that the endpoint has sent this segment beyond the other one's window, or that somebody has
 * in its name; */
void endpoint_note_far(endpoint_t *sender, const segment_t *segment);

/* and that it has gone on within the window. */
void endpoint_forget_far(endpoint_t *sender);

/* Remembers a FIN that its receiver seems to refuse, `damaged`: for its checksum; */
void endpoint_note_refused_fin(endpoint_t *sender, const segment_t *segment, bool damaged);

/* or the one that another FIN takes the place of; */
void endpoint_note_replaced_fin(endpoint_t *sender);

/* and forgets it. */
void endpoint_forget_refused_fin(endpoint_t *sender);

/* Notes whether the checksum of one of its segments is right. endpoint_note_sent() and
 * endpoint_note_rst() do, too. */
void endpoint_note_checksum(endpoint_t *sender, const segment_t *segment);

/* The other endpoint has acknowledged a segment with a wrong checksum. Where no payload has had a
 * right one so far, the capture's are not those that were sent; else what took its place may be
 * missing. */
void endpoint_note_vouched(endpoint_t *sender);

/* Remembers what a segment carries whose checksum is wrong. */
void endpoint_note_damaged(endpoint_t *sender, const segment_t *segment);

/* Remembers one of the sender's last segments, whatever became of it. `repeats`: it is a probe or a
 * retransmission. */
void endpoint_remember(endpoint_t *sender, const segment_t *segment, bool repeats);

/* endpoint_note_sent(), endpoint_note_last_ack() and endpoint_remember() at once, for data or an
 * ACK that begins at SND.NXT and acknowledges no less than before, of an endpoint that is known to
 * have sent and acknowledged something, and that has not ended. */
void endpoint_send_next(endpoint_t *sender, const segment_t *segment);

/* A copy of one of its last segments was captured. If the network has made it, it may be answered
 * only now. */
void endpoint_note_copy(endpoint_t *sender, const segment_t *copy);

/* Remembers its last RST. `counts`: it may well have sent it. */
void endpoint_note_rst(endpoint_t *sender, const segment_t *rst, bool counts);

/* Notes how long its step of the handshake took, nanoseconds. */
void endpoint_note_turnaround(endpoint_t *sender, int64_t nanoseconds);

/* It was told that the capture lacks data of it. */
void endpoint_note_gap_told(endpoint_t *sender);

/* -- What it has told the other endpoint ------------------------------------------------------- */

/* Notes the acknowledgment number of its last segment, acceptable or not. */
void endpoint_note_last_ack(endpoint_t *sender, uint32_t ack);

/* Notes that it has moved its right edge by so much to the left of right_edge. */
void endpoint_note_shrunk(endpoint_t *sender, uint32_t shrunk_by);

/* It did not acknowledge more than `seq`: who had it say so was somebody else. */
void endpoint_take_back_acked(endpoint_t *sender, uint32_t seq);

/* Its last ACK, which was taken back, or not taken at all, is true. */
void endpoint_restore_acked(endpoint_t *sender);

/* It has acknowledged nothing: what seemed to be its first acknowledgment was none of its own. */
void endpoint_forget_acked(endpoint_t *sender);

/* -- What has reached it ----------------------------------------------------------------------- */

/* Notes that the segment has presumably arrived: RCV.NXT, ranges, TS.Recent. */
void endpoint_note_received(endpoint_t *receiver, const segment_t *segment);

/* endpoint_note_received() and endpoint_note_answered() at once, for data or an ACK that begins at
 * RCV.NXT, where nothing has arrived beyond that. */
void endpoint_receive_next(endpoint_t *receiver, const segment_t *segment);

/* Notes that data have reached it after it had sent its FIN. */
void endpoint_note_data_after_fin(endpoint_t *receiver);

/* Notes that the first of the other endpoint's numbers has arrived, so that the window on the
 * receiver's own SYN has a place. */
void endpoint_note_syn_window(endpoint_t *receiver);

/* Notes that everything below `seq` has arrived, and perhaps more, shown by its own ACK; */
void endpoint_note_arrived(endpoint_t *receiver, uint32_t seq);

/* the same behind a gap in the capture: what was captured before the gap has no bearing any more;
 */
void endpoint_resume_at(endpoint_t *receiver, uint32_t seq);

/* that `seq` is what it expects, shown by its own SYN-ACK; */
void endpoint_set_expected(endpoint_t *receiver, uint32_t seq);

/* that everything below `seq` has arrived, and nothing beyond. */
void endpoint_set_received(endpoint_t *receiver, uint32_t seq);

/* Notes that what begins at `seq` has not arrived after all, shown by its own ACK. What was
 * captured behind it counts as arrived out of order. */
void endpoint_note_missing(endpoint_t *receiver, uint32_t seq);

/* What came may be acknowledged, which will prove the receiver's state. */
void endpoint_await_proof(endpoint_t *receiver, const segment_t *segment);

/* Notes the frame that draws a challenge ACK from it; 0: its last segment needs none. */
void endpoint_note_challenge(endpoint_t *receiver, uint32_t frame);

/* The other endpoint has answered whatever it has sent. */
void endpoint_note_answered(endpoint_t *endpoint);

#endif
