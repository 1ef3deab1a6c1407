/* ladder_words.c
 * The words of the ladder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_words.h"

#include "text.h"

#include <inttypes.h>
#include <string.h>

static void append_end(GString *to, const connection_record_t *record, role_t role)
{
    const bool has_colon = strchr(record->name[role], ':') != NULL;

    g_string_append_printf(to, has_colon ? "[%s]:%u (%s)" : "%s:%u (%s)", record->name[role],
                           record->port[role], role == ROLE_CLIENT ? "client" : "server");
}

void ladder_append_ends(GString *to, const connection_record_t *record)
{
    append_end(to, record, ROLE_CLIENT);
    g_string_append(to, ", ");
    append_end(to, record, ROLE_SERVER);
}

/* The first segment may have no time, as in a Simple Packet Block of pcapng. */
int64_t ladder_start(const connection_record_t *record, const ladder_t *ladder)
{
    int64_t start = record->summary->first_time;

    for (unsigned i = 0; start == 0 && i < ladder_count(ladder); i++)
        start = ladder_row(ladder, i)->when;
    return start;
}

void ladder_append_time(GString *to, int64_t start, int64_t when)
{
    if (when != 0)
        g_string_append_printf(to, "%.4f", (double)(when - start) / NS_PER_S);
}

void ladder_append_duration(GString *to, int64_t nanoseconds)
{
    const double ns = (double)nanoseconds;

    if (nanoseconds < 0)
        g_string_append(to, "duration not known");
    else if (nanoseconds < 1000000)
        g_string_append_printf(to, "%.0f us", ns / 1e3);
    else if (nanoseconds < 10000000)
        g_string_append_printf(to, "%.1f ms", ns / 1e6);
    else if (nanoseconds < NS_PER_S)
        g_string_append_printf(to, "%.0f ms", ns / 1e6);
    else if (nanoseconds < 100 * (int64_t)NS_PER_S)
        g_string_append_printf(to, "%.2f s", ns / 1e9);
    else
        g_string_append_printf(to, "%.0f s", ns / 1e9);
}

/* A number stays with the words beside it: "RFC 9293 3.5", "115 ms". */
static bool may_break_at(const char *space)
{
    return *space == ' ' && !g_ascii_isdigit(space[-1]) && !g_ascii_isdigit(space[1]);
}

const char *ladder_line_end(const char *text, gsize room)
{
    const gsize len = strlen(text);

    if (len <= room)
        return text + len;
    for (const char *at = text + room; at > text; at--)
        if (may_break_at(at))
            return at;
    for (const char *at = text + room; *at; at++)
        if (may_break_at(at))
            return at;
    return text + len;
}

static void append_count(GString *to, uint64_t count, const char *one, const char *many)
{
    g_string_append_printf(to, "%" PRIu64 " %s", count, count == 1 ? one : many);
}

static void append_closing(GString *to, uint8_t closed_by)
{
    if (closed_by == WHO_BOTH)
        g_string_append(to, ", closed by both at once");
    else if (closed_by)
        g_string_append_printf(to, ", closed first by %s", who_word(closed_by));
}

static void append_reset(GString *to, const summary_t *summary)
{
    if (!summary->reset_by)
        return;
    g_string_append_printf(to, ", %s by %s",
                           summary->outcome == OUTCOME_REFUSED ? "refused" : "reset",
                           who_word(summary->reset_by));
    if (summary->reset_reason != RST_REASON_UNKNOWN)
        g_string_append_printf(to, ": %s", rst_reason_text(summary->reset_reason));
}

void ladder_append_story(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    const summary_t *summary = record->summary;
    uint64_t segments = 0;
    uint64_t copies = 0;

    for (unsigned i = 0; i < ladder_count(ladder); i++) {
        if (ladder_row(ladder, i)->what == LADDER_NOTICE)
            continue;
        segments += ladder_row(ladder, i)->segments;
        copies += ladder_row(ladder, i)->copies;
    }
    append_count(to, segments - copies, "segment", "segments");
    if (copies > 0) {
        g_string_append(to, ", ");
        append_count(to, copies, "copy", "copies");
    }
    g_string_append(to, ", ");
    ladder_append_duration(to, summary_duration(summary));
    g_string_append_printf(to, ". %s", outcome_text(summary->outcome));
    append_closing(to, summary->closed_by);
    append_reset(to, summary);
    g_string_append_printf(to, ". ECN: %s.", ecn_mode_text(summary->ecn));
}

static bool differs_anywhere(const ladder_t *ladder)
{
    for (unsigned i = 0; i < ladder_count(ladder); i++)
        for (unsigned role = 0; role < 2; role++)
            if (ladder_row(ladder, i)->hindsight[role] != ladder_row(ladder, i)->state[role])
                return true;
    return false;
}

void ladder_append_legend(GString *to, const ladder_t *ladder)
{
    if (differs_anywhere(ladder))
        g_string_append(to,
                        "~ marks a state that only later segments showed: the frame's field has "
                        "another one.");
}

void ladder_append_flags(GString *to, uint16_t flags, bool short_flags)
{
    static const struct {
        uint16_t bit;
        const char *name;
        char letter;
    } names[] = {
        {TCP_FLAG_SYN, "SYN", 'S'}, {TCP_FLAG_FIN, "FIN", 'F'}, {TCP_FLAG_RST, "RST", 'R'},
        {TCP_FLAG_PSH, "PSH", 'P'}, {TCP_FLAG_ACK, "ACK", 'A'}, {TCP_FLAG_URG, "URG", 'U'},
        {TCP_FLAG_ECE, "ECE", 'E'}, {TCP_FLAG_CWR, "CWR", 'C'}, {TCP_FLAG_AE, "AE", 'N'},
    };
    const gsize before = to->len;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!(flags & names[i].bit))
            continue;
        if (short_flags)
            g_string_append_c(to, names[i].letter);
        else
            g_string_append_printf(to, "%s%s", to->len > before ? "," : "", names[i].name);
    }
    if (to->len == before)
        g_string_append(to, "none");
}

void ladder_append_numbers(GString *to, const ladder_t *ladder, const ladder_row_t *row)
{
    g_string_append_printf(to, "seq=%u", ladder_seq(ladder, row));
    if (row->flags & TCP_FLAG_ACK)
        g_string_append_printf(to, " ack=%u", ladder_ack(ladder, row));
    if (row->len > 0)
        g_string_append_printf(to, " len=%u", row->len);
}

void ladder_append_label(GString *to, const ladder_t *ladder, const ladder_row_t *row,
                         bool short_flags)
{
    ladder_append_flags(to, row->flags, short_flags);
    g_string_append_c(to, ' ');
    ladder_append_numbers(to, ladder, row);
}

void ladder_append_run(GString *to, const ladder_row_t *row)
{
    append_count(to, row->segments, "segment", "segments");
    if (row->copies > 0) {
        g_string_append(to, " (");
        append_count(to, row->copies, "copy", "copies");
        g_string_append_c(to, ')');
    }
    for (unsigned role = 0; role < 2; role++) {
        const char *unit = row->bytes[role] == 1 ? " byte" : " bytes";

        if (row->bytes[role])
            g_string_append_printf(to, ", %" PRIu64 "%s to the %s", row->bytes[role],
                                   role == ROLE_SERVER && row->bytes[ROLE_CLIENT] ? "" : unit,
                                   role == ROLE_CLIENT ? "server" : "client");
    }
    g_string_append(to, ", ");
    ladder_append_duration(to, time_between(row->when, row->last_when));
}

void ladder_append_wait(GString *to, const ladder_wait_t *wait)
{
    g_string_append_printf(to, "(2 MSL: %" PRId64 " s by the preferences)", wait->lasts / NS_PER_S);
}

void ladder_append_phase(GString *to, const ladder_row_t *row)
{
    static const char *const in_notes[] = {" (retransmission)", " (repeated)", " (copy)"};
    const gsize before = to->len;

    g_string_append(to, row->phase);
    for (unsigned i = G_N_ELEMENTS(in_notes); i-- > 0;)
        if (g_str_has_suffix(to->str + before, in_notes[i]))
            g_string_truncate(to, to->len - strlen(in_notes[i]));
}

void ladder_append_state(GString *to, const ladder_row_t *row, role_t role, uint8_t state)
{
    if (state != row->state[role])
        g_string_append_c(to, '~');
    g_string_append(to, tcp_state_text((tcp_state_t)state));
    if (state == row->state[role] && row->basis[role] == BASIS_GUESSED)
        g_string_append_c(to, '?');
}
