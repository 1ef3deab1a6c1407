/* report_incarnation.h
 * What Wireshark's connections are to the reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_INCARNATION_H
#define TCPSTATE_REPORT_INCARNATION_H

#include "connection_record.h"
#include "incarnation.h"
#include "ladder.h"

/* Sets `record` to a connection, with names for the ends if the user wants them. Valid as long as
 * `scope`, in which the names are allocated, and the capture file. */
void report_incarnation(const incarnation_t *incarnation, wmem_allocator_t *scope,
                        connection_record_t *record);

/* Makes the ladder of a connection, which is `record`, too, ready to be drawn, once all its
 * segments are in: hindsight, the anomalies that are left, and the end of TIME-WAIT, which lasts
 * `time_wait` nanoseconds. May be called again after more have come. */
void report_incarnation_settle(const incarnation_t *incarnation, const connection_record_t *record,
                               ladder_t *ladder, int64_t time_wait);

#endif
