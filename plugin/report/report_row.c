/* report_row.c
 * One line of the report on connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_row.h"

#include "tcp_tuple.h"

#include <epan/addr_resolv.h>
#include <epan/to_str.h>

static void set_count(report_cell_t *cell, uint32_t count)
{
    cell->known = true;
    cell->number = count;
}

static void set_time(report_cell_t *cell, int64_t nanoseconds)
{
    cell->known = true;
    cell->number = nanoseconds;
}

static void set_text(report_cell_t *cell, const char *text)
{
    cell->known = text != NULL;
    cell->text = text;
}

/* Address and port as tshark's own reports print them, with names if the user wants them. */
static const char *end_text(const incarnation_t *incarnation, role_t role, wmem_allocator_t *scope)
{
    const unsigned side = role ^ incarnation->summary.client_side;
    address end;

    tcp_tuple_address(incarnation->tuple, side, &end);
    return wmem_strdup_printf(scope, "%s:%s", address_to_display(scope, &end),
                              tcp_port_to_display(scope, incarnation->tuple->port[side]));
}

static const char *state_of(const incarnation_t *incarnation, role_t role)
{
    return tcp_state_text((tcp_state_t)incarnation->summary.state[role]);
}

#define TELL(column)                                                                               \
    static void tell_##column(const incarnation_t *incarnation _U_, wmem_allocator_t *scope _U_,   \
                              report_cell_t *cell)

TELL(stream)
{
    set_count(cell, incarnation->stream);
    cell->known = incarnation->stream_known;
}

TELL(client)
{
    set_text(cell, end_text(incarnation, ROLE_CLIENT, scope));
}

TELL(server)
{
    set_text(cell, end_text(incarnation, ROLE_SERVER, scope));
}

TELL(start)
{
    set_text(cell, start_text(incarnation->summary.start));
}

TELL(handshake)
{
    set_text(cell, handshake_result_text(incarnation->summary.handshake));
}

TELL(rtt)
{
    set_time(cell, incarnation->summary.rtt);
    cell->known = incarnation->summary.rtt != NO_TIME;
}

TELL(client_state)
{
    set_text(cell, state_of(incarnation, ROLE_CLIENT));
}

TELL(server_state)
{
    set_text(cell, state_of(incarnation, ROLE_SERVER));
}

TELL(outcome)
{
    set_text(cell, outcome_text(incarnation->summary.outcome));
}

TELL(closed_by)
{
    set_text(cell, who_text(incarnation->summary.closed_by));
}

TELL(reset_by)
{
    set_text(cell, who_text(incarnation->summary.reset_by));
}

TELL(reset_reason)
{
    if (incarnation->summary.reset_by)
        set_text(cell, rst_reason_text(incarnation->summary.reset_reason));
}

TELL(ecn)
{
    set_text(cell, ecn_mode_text(incarnation->summary.ecn));
}

TELL(ce)
{
    set_count(cell, incarnation->summary.ce);
}

TELL(ece)
{
    set_count(cell, incarnation->summary.ece);
}

TELL(cwr)
{
    set_count(cell, incarnation->summary.cwr);
}

TELL(anomalies)
{
    cell->set = incarnation->summary.anomalies.raised;
    cell->known = cell->set != 0;
}

TELL(duration)
{
    set_time(cell, summary_duration(&incarnation->summary));
}

static const report_column_t columns[] = {
    {"stream", "Stream", REPORT_COUNT, tell_stream},
    {"client", "Client", REPORT_TEXT, tell_client},
    {"server", "Server", REPORT_TEXT, tell_server},
    {"start", "Begins with", REPORT_TEXT, tell_start},
    {"handshake", "Handshake", REPORT_TEXT, tell_handshake},
    {"rtt", "Round trip (s)", REPORT_TIME, tell_rtt},
    {"client_state", "Client state", REPORT_TEXT, tell_client_state},
    {"server_state", "Server state", REPORT_TEXT, tell_server_state},
    {"outcome", "Outcome", REPORT_TEXT, tell_outcome},
    {"closed_by", "Closed by", REPORT_TEXT, tell_closed_by},
    {"reset_by", "Reset by", REPORT_TEXT, tell_reset_by},
    {"reset_reason", "Reset reason", REPORT_TEXT, tell_reset_reason},
    {"ecn", "ECN", REPORT_TEXT, tell_ecn},
    {"ce", "CE", REPORT_COUNT, tell_ce},
    {"ece", "ECE", REPORT_COUNT, tell_ece},
    {"cwr", "CWR", REPORT_COUNT, tell_cwr},
    {"anomalies", "Anomalies", REPORT_ANOMALY, tell_anomalies},
    {"duration", "Duration (s)", REPORT_TIME, tell_duration},
};

_Static_assert(array_length(columns) <= REPORT_COLUMNS_MAX, "whoever writes them has room for all");

const report_column_t *report_columns(unsigned *count)
{
    *count = array_length(columns);
    return columns;
}
