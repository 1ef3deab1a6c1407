/* connection_record.h
 * One connection as the reports get it: its summary and what its ends are called.
 *
 * A plain value, so that whoever drives the analysis, inside Wireshark or outside, can have its
 * connections reported. Does not know: where the connection was found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CONNECTION_RECORD_H
#define TCPSTATE_CONNECTION_RECORD_H

#include "summary.h"

/* Texts belong to whoever made the record; they may hold anything. Arrays are by role_t. */
typedef struct connection_record {
    const summary_t *summary;
    const char *name[2];    /* what the ends are called: their addresses, or names for them */
    const char *address[2]; /* their addresses; NULL: the same */
    uint16_t port[2];
    bool stream_known; /* stream is valid; false outside of Wireshark */
    uint32_t stream;   /* tcp.stream of its first segment */
} connection_record_t;

/* The connections to report, in order. */
typedef struct connection_records {
    unsigned count;
    /* Sets `record` to the connection of a row, 0 to count - 1. It stays valid until the next call.
     * Rows may be asked for more than once. */
    void (*get)(void *data, unsigned row, connection_record_t *record);
    void *data; /* the caller's own */
} connection_records_t;

#endif
