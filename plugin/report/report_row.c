/* report_row.c
 * One line of the report on connections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report_row.h"

#include <glib.h>

#include <string.h>

static void set_number(report_cell_t *cell, int64_t number)
{
    cell->known = true;
    cell->number = number;
}

static void set_text(report_cell_t *cell, const char *text)
{
    cell->known = text != NULL;
    cell->text = text;
}

static const char *state_of(const connection_record_t *record, role_t role)
{
    return tcp_state_text((tcp_state_t)record->summary->state[role]);
}

#define TELL(column)                                                                               \
    static void tell_##column(const connection_record_t *record, report_cell_t *cell)

TELL(time)
{
    set_number(cell, record->summary->first_time);
    cell->known = record->summary->first_time != 0;
}

TELL(first_frame)
{
    set_number(cell, record->summary->first_frame);
}

TELL(stream)
{
    set_number(cell, record->stream);
    cell->known = record->stream_known;
}

TELL(client)
{
    set_text(cell, record->name[ROLE_CLIENT]);
}

TELL(client_port)
{
    set_number(cell, record->port[ROLE_CLIENT]);
}

TELL(server)
{
    set_text(cell, record->name[ROLE_SERVER]);
}

TELL(server_port)
{
    set_number(cell, record->port[ROLE_SERVER]);
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
    set_number(cell, record->summary->rtt);
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
    set_number(cell, record->summary->ce);
}

TELL(ece)
{
    set_number(cell, record->summary->ece);
}

TELL(cwr)
{
    set_number(cell, record->summary->cwr);
}

TELL(client_packets)
{
    set_number(cell, record->summary->volume[ROLE_CLIENT].packets);
}

TELL(server_packets)
{
    set_number(cell, record->summary->volume[ROLE_SERVER].packets);
}

TELL(client_bytes)
{
    set_number(cell, (int64_t)record->summary->volume[ROLE_CLIENT].bytes);
}

TELL(server_bytes)
{
    set_number(cell, (int64_t)record->summary->volume[ROLE_SERVER].bytes);
}

TELL(client_retransmissions)
{
    set_number(cell, record->summary->volume[ROLE_CLIENT].retransmissions);
}

TELL(server_retransmissions)
{
    set_number(cell, record->summary->volume[ROLE_SERVER].retransmissions);
}

TELL(anomalies)
{
    cell->set = record->summary->anomalies.raised;
    cell->known = cell->set != 0;
}

TELL(duration)
{
    set_number(cell, summary_duration(record->summary));
    cell->known = cell->number != NO_TIME;
}

static const report_column_t columns[] = {
    {"time", "Time", REPORT_MOMENT, tell_time},
    {"first_frame", "First frame", REPORT_COUNT, tell_first_frame},
    {"stream", "Stream", REPORT_COUNT, tell_stream},
    {"client", "Client", REPORT_TEXT, tell_client},
    {"client_port", "Client port", REPORT_COUNT, tell_client_port},
    {"server", "Server", REPORT_TEXT, tell_server},
    {"server_port", "Server port", REPORT_COUNT, tell_server_port},
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
    {"client_packets", "Client packets", REPORT_COUNT, tell_client_packets},
    {"server_packets", "Server packets", REPORT_COUNT, tell_server_packets},
    {"client_bytes", "Client bytes", REPORT_BYTES, tell_client_bytes},
    {"server_bytes", "Server bytes", REPORT_BYTES, tell_server_bytes},
    {"client_retransmissions", "Client retransmissions", REPORT_COUNT, tell_client_retransmissions},
    {"server_retransmissions", "Server retransmissions", REPORT_COUNT, tell_server_retransmissions},
    {"anomalies", "Anomalies", REPORT_ANOMALY, tell_anomalies},
    {"duration", "Duration (s)", REPORT_TIME, tell_duration},
};

_Static_assert(G_N_ELEMENTS(columns) <= REPORT_COLUMNS_MAX, "whoever writes them has room for all");

const report_column_t *report_columns(unsigned *count)
{
    *count = G_N_ELEMENTS(columns);
    return columns;
}

/* -- A choice ---------------------------------------------------------------------------------- */

static const report_column_t *find_column(const char *key)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(columns); i++)
        if (strcmp(columns[i].key, key) == 0)
            return &columns[i];
    return NULL;
}

/* Returns likewise. */
static char *choose_one(const char *name, report_choice_t *choice)
{
    const bool all = strcmp(name, "all") == 0;
    const report_column_t *first = all ? columns : find_column(name);
    const unsigned count = all ? G_N_ELEMENTS(columns) : 1;

    if (!first)
        return g_strdup_printf("there is no column \"%s\"", name);
    if (choice->count + count > REPORT_COLUMNS_MAX)
        return g_strdup_printf("there are more than %d columns", REPORT_COLUMNS_MAX);
    for (unsigned i = 0; i < count; i++)
        choice->column[choice->count++] = first + i;
    return NULL;
}

char *report_choose(const char *names, report_choice_t *choice)
{
    char **list = g_strsplit_set(names, ", \t", -1);
    char *error = NULL;

    *choice = (report_choice_t){.count = 0};
    for (unsigned i = 0; list[i] && !error; i++)
        if (*list[i])
            error = choose_one(list[i], choice);
    g_strfreev(list);
    return error;
}
