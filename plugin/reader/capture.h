/* capture.h
 * Reads a capture and says what connections are in it.
 *
 * Knows: Wireshark's library for capture files, and which of its link types are known to the
 * layers. Does not know: how a TCP header is found, judged or written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CAPTURE_H
#define TCPSTATE_CAPTURE_H

#include "summary.h"
#include "tcp_tuple.h"

#include <glib.h>

/* One connection of a capture. */
typedef struct capture_connection {
    summary_t summary;
    tcp_tuple_t tuple;
} capture_connection_t;

/* A connection's place among the packed ones. All zeros: before the first one. */
typedef struct capture_cursor {
    unsigned count; /* how many stand up to it */
    size_t end;     /* where it ends */
    capture_connection_t connection;
} capture_cursor_t;

/* What was found in a capture. All texts are the result's own. */
typedef struct capture_result {
    unsigned connections;    /* how many there are; capture_cursor_move() gets one */
    GByteArray *packed;      /* they, in the order of a report, and PACKED_WORD bytes */
    char *error;             /* why it was not read to its end; NULL: it was */
    uint32_t unknown_frames; /* that have layers which are not known and may carry TCP */
    uint32_t first_unknown;  /* the first of them; valid if there are some */
    char *unknown_layer;     /* its layer; likewise, else NULL */
} capture_result_t;

/* Call it once, before anything is read. */
void capture_init(void);

/* Reads a capture. `partial`: it goes on behind frames whose layers are not known; else it stops at
 * the first one, and there are no connections. */
void capture_read(const char *name, bool partial, capture_result_t *result);

/* The result for a capture that could not even be opened; `error` is errno's number. */
void capture_not_opened(int error, capture_result_t *result);

/* Frees what the result holds. */
void capture_result_clear(capture_result_t *result);

/* Moves the cursor to a row, 0 to connections - 1. From one to the next is a short way. */
void capture_cursor_move(capture_cursor_t *cursor, const capture_result_t *result, unsigned row);

#endif
