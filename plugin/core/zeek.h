/* zeek.h
 * What Zeek would write of a connection: conn_state and the letters of its history.
 *
 * Knows: Zeek's documented values and its rules for them. Does not know: timers (Zeek gives up on a
 * connection after a while, this never does), and which segments count: a RST that its receiver
 * does not take, a FIN without ACK or the answer to another SYN is in the history, but does not
 * move the state (RFC 9293 3.10.7), where Zeek looks at the flags alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ZEEK_H
#define TCPSTATE_ZEEK_H

#include "observation.h"
#include "verdict.h"

enum {
    ZEEK_HISTORY_SIZE = 64, /* with the NUL; further letters are left out */
    ZEEK_SEEN_SYN = 1 << 0, /* of one end: SYN, with ACK or without */
    ZEEK_SEEN_FIN = 1 << 1,
    ZEEK_SEEN_RST = 1 << 2,
    ZEEK_SEEN_DATA = 1 << 3,
    ZEEK_SEEN_ACK = 1 << 4,     /* no data and none of the flags above */
    ZEEK_SEEN_FIN_RST = 1 << 5, /* FIN and RST in one segment */
    ZEEK_SEEN_ILLEGAL = 1 << 6  /* SYN and FIN or RST in one segment */
};

/* What one endpoint has done, by Zeek's evidence. */
typedef enum zeek_end {
    ZEEK_INACTIVE, /* nothing yet */
    ZEEK_PARTIAL,  /* sent something, but no SYN was captured */
    ZEEK_SYN_SENT,
    ZEEK_ESTABLISHED,
    ZEEK_CLOSED, /* sent a FIN */
    ZEEK_RESET   /* sent a RST */
} zeek_end_t;

/* Something that is counted: the letter occurs for the 1st, 10th, 100th time and so on. */
typedef struct zeek_tally {
    uint32_t count;
    uint32_t next; /* the count that gets the next letter; 0 stands for 1 */
} zeek_tally_t;

/* All zeros but for zeek_begin(): nothing was captured yet. Arrays are by role_t. */
typedef struct zeek {
    uint8_t end[2];       /* zeek_end_t */
    uint8_t before[2];    /* the same before the last change */
    uint8_t seen[2];      /* ZEEK_SEEN_*: what the letters stand for */
    bool reset;           /* a RST has counted, and what comes after it does not */
    uint8_t length;       /* of history */
    uint32_t last_syn[2]; /* number of the last one; valid once it was seen; likewise: */
    uint32_t last_fin[2];
    uint32_t last_rst[2];
    zeek_tally_t damaged[2]; /* wrong checksums */
    zeek_tally_t missed[2];  /* gaps in what it sent */
    zeek_tally_t repeated[2];
    zeek_tally_t zero_window[2];
    char history[ZEEK_HISTORY_SIZE]; /* always terminated */
} zeek_t;

/* Prepares for a connection whose first captured segment is sent by this end. */
void zeek_begin(zeek_t *zeek, role_t first_sender);

/* Takes the next segment, which is `sender`'s. `over`: a RST has ended the connection, as far as is
 * known after this segment. */
void zeek_observe(zeek_t *zeek, const segment_t *segment, const observation_t *observation,
                  const verdict_t *verdict, role_t sender, bool over);

/* All that zeek_observe() does with a segment of `sender` that shows nothing new but that it
 * acknowledges what was not captured. */
void zeek_note_missing(zeek_t *zeek, role_t sender);

/* A SYN of the client that was captured when it did not yet count: it could not be known yet that
 * it would open this connection. */
void zeek_take_early_syn(zeek_t *zeek, uint32_t isn);

/* conn_state so far: "S0" to "OTH". */
const char *zeek_conn_state(const zeek_t *zeek);

#endif
