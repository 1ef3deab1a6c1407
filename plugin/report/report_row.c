/* report_row.c
 * One line of the report on connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_row.h"

#include <glib.h>

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

static void set_end(report_cell_t *cell, const connection_record_t *record, role_t role)
{
    set_text(cell, record->name[role]);
    cell->number = record->port[role];
}

static const char *state_of(const connection_record_t *record, role_t role)
{
    return tcp_state_text((tcp_state_t)record->summary->state[role]);
}

#define TELL(column)                                                                               \
    static void tell_##column(const connection_record_t *record, report_cell_t *cell)

TELL(stream)
{
    set_count(cell, record->stream);
    cell->known = record->stream_known;
}

TELL(client)
{
    set_end(cell, record, ROLE_CLIENT);
}

TELL(server)
{
    set_end(cell, record, ROLE_SERVER);
}

TELL(start)
{
    set_text(cell, start_text(record->summary->start));
}

TELL(handshake)
{
    set_text(cell, handshake_result_text(record->summary->handshake));
}

TELL(rtt)
{
    set_time(cell, record->summary->rtt);
    cell->known = record->summary->rtt != NO_TIME;
}

TELL(client_state)
{
    set_text(cell, state_of(record, ROLE_CLIENT));
}

TELL(server_state)
{
    set_text(cell, state_of(record, ROLE_SERVER));
}

TELL(outcome)
{
    set_text(cell, outcome_text(record->summary->outcome));
}

TELL(closed_by)
{
    set_text(cell, who_text(record->summary->closed_by));
}

TELL(reset_by)
{
    set_text(cell, who_text(record->summary->reset_by));
}

TELL(reset_reason)
{
    if (record->summary->reset_by)
        set_text(cell, rst_reason_text(record->summary->reset_reason));
}

TELL(ecn)
{
    set_text(cell, ecn_mode_text(record->summary->ecn));
}

TELL(ce)
{
    set_count(cell, record->summary->ce);
}

TELL(ece)
{
    set_count(cell, record->summary->ece);
}

TELL(cwr)
{
    set_count(cell, record->summary->cwr);
}

TELL(anomalies)
{
    cell->set = record->summary->anomalies.raised;
    cell->known = cell->set != 0;
}

TELL(duration)
{
    set_time(cell, summary_duration(record->summary));
}

static const report_column_t columns[] = {
    {"stream", "Stream", REPORT_COUNT, tell_stream},
    {"client", "Client", REPORT_END, tell_client},
    {"server", "Server", REPORT_END, tell_server},
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

_Static_assert(G_N_ELEMENTS(columns) <= REPORT_COLUMNS_MAX, "whoever writes them has room for all");

const report_column_t *report_columns(unsigned *count)
{
    *count = G_N_ELEMENTS(columns);
    return columns;
}
