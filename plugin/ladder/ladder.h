/* ladder.h
 * The state ladder of one connection: its segments and the states of both ends, row by row, as RFC
 * 9293 draws its figures.
 *
 * Knows: which segments get a row of their own and which are folded into runs, and which numbers
 * are shown. Does not know: how it is drawn (ladder_text.h and its like), nor how a segment is
 * judged.
 *
 * Once all segments are in, a ladder is settled, and may be drawn: hindsight.h, then time_wait.h.
 *
 * Steady segments are folded as they come, so that the memory follows the changes of a connection
 * and not its length.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_LADDER_H
#define TCPSTATE_LADDER_H

#include "observation.h"
#include "volume.h"

#include <glib.h>

typedef enum ladder_what {
    LADDER_SEGMENT,
    LADDER_RUN,   /* three or more steady segments */
    LADDER_NOTICE /* an ICMP error about the SYN: no segment of the connection */
} ladder_what_t;

/* One row. Numbers are raw; ladder_seq() and ladder_ack() make them relative. */
typedef struct ladder_row {
    uint8_t what;          /* ladder_what_t */
    uint8_t from;          /* role_t: who sent it; not valid of a run or notice */
    uint8_t state[2];      /* tcp_state_t by role_t: after it, as the fields of the frame say */
    uint8_t basis[2];      /* basis_t likewise */
    uint8_t hindsight[2];  /* tcp_state_t likewise, by all later evidence: by hindsight_settle();
                              likewise: */
    uint8_t sent[2];       /* before a segment arrived that crossed this one; else as `hindsight` */
    uint32_t arrival[2];   /* the frame of that segment, by role_t of who got it; 0: none */
    bool retransmission;   /* its data or FIN were sent before */
    uint32_t frame;        /* the only or first one */
    int64_t when;          /* of that; 0: the capture does not tell */
    const char *phase;     /* observation_phase_text(); static storage */
    const char *run_phase; /* the same without "(copy)": of all that is folded into one run */
    uint8_t kind;          /* segment_kind_t; of a segment, likewise: */
    uint32_t copy_of;      /* the frame of the original, if it is a copy; 0: it is none */
    uint16_t flags;
    uint8_t ip_ecn;        /* ip_ecn_t */
    bool has_timestamps;   /* ts_value and ts_echo are valid */
    uint32_t seq;          /* raw */
    uint32_t ack;          /* raw, valid with TCP_FLAG_ACK */
    uint32_t len;          /* bytes of data */
    uint32_t ts_value;     /* RFC 7323 3 */
    uint32_t ts_echo;      /* likewise */
    observation_t *showed; /* what it showed; NULL: it is steady. Owned by the ladder */
    uint32_t last_frame;   /* of a run, likewise: */
    int64_t last_when;     /* of that, likewise */
    uint32_t segments;     /* how many, copies among them */
    uint32_t copies;       /* which of these are copies */
    uint64_t bytes[2];     /* of data, by role_t of the sender, without copies */
    bool has_ack[2];       /* by role_t of the sender: first_ack and last_ack are valid */
    uint32_t first_ack[2]; /* raw */
    uint32_t last_ack[2];  /* raw */
} ladder_row_t;

/* The numbers of one side, by which its segments are shown and repetitions are known. */
typedef struct ladder_side {
    bool base_known; /* base is valid */
    uint32_t base;   /* raw: the number that is shown as 0 */
    volume_t volume; /* what was captured of it */
} ladder_side_t;

/* An end's TIME-WAIT is over, behind the last row. */
typedef struct ladder_wait {
    uint8_t role;  /* role_t: whose */
    int64_t over;  /* when */
    int64_t lasts; /* nanoseconds: how long it waits after the last FIN */
} ladder_wait_t;

/* A connection. */
typedef struct ladder {
    GArray *rows;         /* of ladder_row_t */
    ladder_side_t end[2]; /* by role_t */
    uint8_t before[2];    /* tcp_state_t by role_t: before the first row, as the fields say */
    uint8_t before_hindsight[2]; /* likewise, by all later evidence: by hindsight_settle() */
    unsigned steady;             /* how many steady segments the last rows are, 0 to 2 */
    uint64_t anomalies;     /* which ones the notes tell; bit n: anomaly_t n. All of them, until
                               ladder_leave_anomalies() */
    unsigned waits_count;   /* how many of these are valid; by time_wait_settle(): */
    ladder_wait_t waits[2]; /* in the order of time */
} ladder_t;

/* An empty ladder; free it with ladder_free(). */
ladder_t *ladder_new(void);

/* Frees all of it; NULL is allowed. */
void ladder_free(ladder_t *ladder);

/* Takes the next segment of the connection, in capture order, and what it showed: also copies and
 * ICMP errors (observation_of_unreachable()). */
void ladder_add(ladder_t *ladder, const segment_t *segment, const observation_t *observation);

/* Leaves out of the notes what later segments have explained: of all anomalies these are left of
 * the whole connection (summary_t.anomalies). */
void ladder_leave_anomalies(ladder_t *ladder, const anomaly_set_t *left);

static inline unsigned ladder_count(const ladder_t *ladder)
{
    return ladder->rows->len;
}

static inline const ladder_row_t *ladder_row(const ladder_t *ladder, unsigned index)
{
    return &g_array_index(ladder->rows, ladder_row_t, index);
}

/* A segment that this end has sent, and no copy of one. */
static inline bool ladder_row_is_of(const ladder_row_t *row, role_t role)
{
    return row->what == LADDER_SEGMENT && row->from == role && row->copies == 0;
}

/* The end of this end's TIME-WAIT; NULL: it has none, or it is not told. */
static inline const ladder_wait_t *ladder_wait_of(const ladder_t *ladder, role_t role)
{
    for (unsigned i = 0; i < ladder->waits_count; i++)
        if (ladder->waits[i].role == role)
            return &ladder->waits[i];
    return NULL;
}

/* The sequence number of a segment's row relative to its side's initial number; where no SYN was
 * captured, the first number captured of that side is 1, as in Wireshark. */
uint32_t ladder_seq(const ladder_t *ladder, const ladder_row_t *row);

/* Likewise its acknowledgment number. */
uint32_t ladder_ack(const ladder_t *ladder, const ladder_row_t *row);

#endif
