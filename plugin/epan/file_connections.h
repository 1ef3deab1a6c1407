/* file_connections.h
 * The connections of the capture file that Wireshark has open.
 *
 * Knows: when a file is opened and closed, and Wireshark's number of a connection's stream. Does
 * not know: how a connection is found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_FILE_CONNECTIONS_H
#define TCPSTATE_FILE_CONNECTIONS_H

#include "connection_table.h"

#include <epan/packet_info.h>

/* Call it where protocols are registered. The table empties itself with every capture file.
 * `time_wait` is the preference, in seconds, and holds for a whole file. `summaries_wanted` tells,
 * when a file begins, whether all summaries will be asked for. */
void file_connections_register(const unsigned *time_wait, bool (*summaries_wanted)(void));

/* The connections of the capture file. */
connection_table_t *file_connections(void);

/* Finds the stream of an incarnation. `pinfo`: of the segment with which it began, in any pass. */
void file_connections_find_stream(incarnation_t *incarnation, const packet_info *pinfo);

#endif
