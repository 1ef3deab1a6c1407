/* ladder_json.c
 * The ladder as JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_json.h"

#include "ladder_notes.h"
#include "ladder_words.h"
#include "report_write.h"

#include <inttypes.h>

static void append_time(GString *to, int64_t nanoseconds)
{
    const uint64_t length = nanoseconds < 0 ? 0 - (uint64_t)nanoseconds : (uint64_t)nanoseconds;

    g_string_append_printf(to, "%s%" PRIu64 ".%09" PRIu64, nanoseconds < 0 ? "-" : "",
                           length / NS_PER_S, length % NS_PER_S);
}

static void append_states(GString *to, const ladder_row_t *row)
{
    static const char *const keys[] = {"client", "server"};

    for (unsigned role = 0; role < 2; role++)
        g_string_append_printf(to, ",\"%s_state\":\"%s\"", keys[role],
                               tcp_state_text((tcp_state_t)row->state[role]));
    for (unsigned role = 0; role < 2; role++)
        g_string_append_printf(to, ",\"%s_hindsight\":\"%s\"", keys[role],
                               tcp_state_text((tcp_state_t)row->hindsight[role]));
}

static void append_note(void *data, note_weight_t weight, const char *text)
{
    GString *to = data;

    (void)weight;
    if (to->str[to->len - 1] != '[')
        g_string_append_c(to, ',');
    report_append_json_string(to, text);
}

static void append_notes(GString *to, const ladder_t *ladder, const ladder_row_t *row)
{
    g_string_append(to, ",\"notes\":[");
    ladder_notes(ladder, row, append_note, to);
    g_string_append_c(to, ']');
}

static void append_run(GString *to, const ladder_row_t *row)
{
    g_string_append_printf(to, ",\"last_frame\":%u,\"segments\":%u,\"copies\":%u", row->last_frame,
                           row->segments, row->copies);
    g_string_append_printf(to, ",\"client_bytes\":%" PRIu64 ",\"server_bytes\":%" PRIu64,
                           row->bytes[ROLE_CLIENT], row->bytes[ROLE_SERVER]);
    append_states(to, row);
}

static void append_segment(GString *to, const ladder_t *ladder, const ladder_row_t *row)
{
    const bool acks = row->flags & TCP_FLAG_ACK;
    char flags[80];

    g_string_append_printf(to, ",\"from\":\"%s\",\"flags\":\"%s\",\"seq\":%u",
                           row->from == ROLE_CLIENT ? "client" : "server",
                           segment_flags_text(row->flags, flags, sizeof flags),
                           ladder_seq(ladder, row));
    if (acks)
        g_string_append_printf(to, ",\"ack\":%u", ladder_ack(ladder, row));
    else
        g_string_append(to, ",\"ack\":null");
    g_string_append_printf(to, ",\"seq_raw\":%u", row->seq);
    if (acks)
        g_string_append_printf(to, ",\"ack_raw\":%u", row->ack);
    else
        g_string_append(to, ",\"ack_raw\":null");
    g_string_append_printf(to, ",\"len\":%u,\"phase\":\"%s\"", row->len, row->phase);
    append_states(to, row);
    append_notes(to, ladder, row);
}

static void append_row(GString *to, const ladder_t *ladder, const ladder_row_t *row, int64_t start)
{
    g_string_append_printf(to, "{\"frame\":%u,\"time\":", row->frame);
    if (row->when != 0)
        append_time(to, row->when - start);
    else
        g_string_append(to, "null");
    switch (row->what) {
    case LADDER_RUN:
        append_run(to, row);
        break;
    case LADDER_SEGMENT:
        append_segment(to, ladder, row);
        break;
    case LADDER_NOTICE:
        append_notes(to, ladder, row);
        break;
    }
    g_string_append_c(to, '}');
}

/* When TIME-WAIT is over that no segment ends. */
static void append_waits(GString *to, const ladder_t *ladder, int64_t start)
{
    static const char *const members[] = {",\"time_wait_over\":{\"client\":", ",\"server\":"};

    for (unsigned role = 0; role < 2; role++) {
        const ladder_wait_t *wait = ladder_wait_of(ladder, (role_t)role);

        g_string_append(to, members[role]);
        if (wait)
            append_time(to, wait->over - start);
        else
            g_string_append(to, "null");
    }
    g_string_append_c(to, '}');
}

void ladder_append_json(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    const int64_t start = ladder_start(record, ladder);

    g_string_append_c(to, '{');
    report_append_json_members(to, record);
    g_string_append(to, ",\"rows\":[");
    for (unsigned i = 0; i < ladder_count(ladder); i++) {
        if (i > 0)
            g_string_append_c(to, ',');
        append_row(to, ladder, ladder_row(ladder, i), start);
    }
    g_string_append_c(to, ']');
    append_waits(to, ladder, start);
    g_string_append(to, "}\n");
}
