/* report_incarnation.c
 * What Wireshark's connections are to the reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_incarnation.h"

#include "hindsight.h"
#include "time_wait.h"
#include "tracked_connection.h"
#include "tuple_address.h"

#include <epan/to_str.h>

void report_incarnation(const incarnation_t *incarnation, wmem_allocator_t *scope,
                        connection_record_t *record)
{
    summary_t *summary = wmem_new(scope, summary_t);
    const tcp_tuple_t *tuple = &incarnation->tracked->tuple;

    tracked_summary(incarnation, summary);
    *record = (connection_record_t){.summary = summary,
                                    .stream_known = incarnation->stream_known,
                                    .stream = incarnation->stream};
    for (unsigned role = 0; role < 2; role++) {
        const unsigned side = role ^ summary->client_side;
        const address end = tuple_address(tuple, side);

        record->address[role] = address_to_str(scope, &end);
        record->name[role] = address_to_display(scope, &end);
        record->port[role] = tuple->port[side];
    }
}

/* When the next connection of the 4-tuple began; NO_TIME: there is none. */
static int64_t next_begins(const incarnation_t *incarnation)
{
    const incarnation_t *next =
        incarnations_after(&incarnation->tracked->incarnations, incarnation);
    summary_t summary;

    if (!next)
        return NO_TIME;
    tracked_summary(next, &summary);
    return summary.first_time;
}

void report_incarnation_settle(const incarnation_t *incarnation, const connection_record_t *record,
                               ladder_t *ladder, int64_t time_wait)
{
    hindsight_settle(ladder);
    ladder_leave_anomalies(ladder, &record->summary->anomalies);
    time_wait_settle(ladder, time_wait, next_begins(incarnation));
}
