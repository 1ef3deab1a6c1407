/* track.h
 * A TCP header's way to its connection, the same in Wireshark and outside of it.
 *
 * Knows: which headers belong to a connection, which of them go to the analysis, which are copies
 * and which are quoted in ICMP errors, and what is kept of each. Does not know: where the headers
 * come from, nor how anything is shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TRACK_H
#define TCPSTATE_TRACK_H

#include "connection_table.h"
#include "observation.h"
#include "tcp_layer.h"

/* What became of a header. */
typedef struct tracked {
    incarnation_t *incarnation; /* the connection that it is of; NULL: of none */
    /* The one before on these ports, if this one began with the header: what was taken for a part
     * of that may be a part of this. NULL: there is none. */
    incarnation_t *before;
    bool shows;     /* it shows something that was found out: the observation is valid */
    bool began;     /* the incarnation began with it */
    bool concluded; /* what the incarnation's summary concludes may have changed */
} tracked_t;

/* Takes the next header of the capture, each exactly once, in capture order: it moves its
 * connection. `number` is its place among the TCP headers of its frame. Says in *out what it shows;
 * where nobody has `asked`, only if that may be an anomaly. A header that is cut off moves nothing,
 * and one that an ICMP error quotes adds no connection. */
tracked_t track_take(connection_table_t *table, const tcp_layer_t *layer, unsigned number,
                     bool asked, observation_t *out);

/* What a header that track_take() has taken before showed then; moves nothing. Only where the
 * history was kept, and not for a quoted one. Returns the connection that it is of, or NULL. */
incarnation_t *track_look_up(connection_table_t *table, const tcp_layer_t *layer, unsigned number,
                             observation_t *out);

/* The connection of this 4-tuple that a frame belongs to: a copy to that of its original. NULL:
 * there is none, or the history was not kept. */
incarnation_t *track_connection_of(connection_table_t *table, const tcp_tuple_t *tuple,
                                   uint32_t frame);

/* True for a header that belongs to a connection: a quoted one was sent earlier and moves nothing
 * now; one that is cut off cannot be trusted. */
bool track_belongs_to_connection(const tcp_layer_t *layer);

#endif
