/* report_incarnation.c
 * What Wireshark's connections are to the reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_incarnation.h"

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
