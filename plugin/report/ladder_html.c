/* ladder_html.c
 * The ladder as an HTML table.
 *
 * Each line of the table is a row of the ladder, or the later arrival of a segment that crossed it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_html.h"

#include "ladder_markup.h"
#include "ladder_notes.h"
#include "ladder_words.h"

#include <string.h>

enum {
    ARROW_WIDTH = 34, /* characters: so that all fits into the window as Wireshark opens it */
    ROWS_MAX = 600    /* rows shown; half of them are the first ones. A text window takes seconds
                         for some thousands */
};

/* What a line of the table shows. */
typedef enum line_what {
    LINE_BEFORE,
    LINE_ROW,
    LINE_ARRIVAL,
    LINE_LEFT_OUT,
    LINE_WAITED
} line_what_t;

typedef struct line {
    line_what_t what;
    const ladder_row_t *row;   /* of LINE_ROW and LINE_ARRIVAL; else NULL */
    uint8_t state[2];          /* tcp_state_t by role_t */
    bool differs[2];           /* likewise: it is not the field's */
    role_t arrived;            /* of LINE_ARRIVAL: who got the segment */
    unsigned left_out;         /* of LINE_LEFT_OUT: how many rows */
    const ladder_wait_t *wait; /* of LINE_WAITED */
} line_t;

typedef struct table {
    GString *to;
    const ladder_t *ladder;
    int64_t start;
    GArray *lines;     /* of line_t */
    const char *phase; /* of the last row that had one */
} table_t;

static const line_t *line_at(const table_t *table, unsigned i)
{
    return &g_array_index(table->lines, line_t, i);
}

/* -- Lines ------------------------------------------------------------------------------------- */

static void add_line(table_t *table, line_t line)
{
    for (unsigned role = 0; role < 2; role++)
        line.differs[role] = line.row && line.state[role] != line.row->state[role];
    g_array_append_val(table->lines, line);
}

static void add_row(table_t *table, const ladder_row_t *row)
{
    const uint8_t *first = row->what == LADDER_SEGMENT ? row->sent : row->hindsight;
    line_t line = {.what = LINE_ROW, .row = row, .state = {first[0], first[1]}};

    add_line(table, line);
    for (unsigned role = 0; role < 2; role++) {
        if (!row->arrival[role])
            continue;
        line.what = LINE_ARRIVAL;
        line.arrived = (role_t)role;
        line.state[role] = row->hindsight[role];
        add_line(table, line);
    }
}

static void add_waits(table_t *table)
{
    const ladder_t *ladder = table->ladder;
    line_t line = *line_at(table, table->lines->len - 1);

    line.what = LINE_WAITED;
    line.row = NULL;
    for (unsigned i = 0; i < ladder->waits_count; i++) {
        line.wait = &ladder->waits[i];
        line.state[line.wait->role] = STATE_CLOSED;
        add_line(table, line);
    }
}

static void add_lines(table_t *table)
{
    const ladder_t *ladder = table->ladder;
    const unsigned count = ladder_count(ladder);
    const unsigned left_out = count > ROWS_MAX ? count - ROWS_MAX : 0;

    add_line(table, (line_t){.what = LINE_BEFORE,
                             .state = {ladder->before_hindsight[0], ladder->before_hindsight[1]}});
    for (unsigned i = 0; i < count; i++) {
        if (left_out && i == ROWS_MAX / 2) {
            i += left_out;

            const ladder_row_t *last = ladder_row(ladder, i - 1);

            add_line(table, (line_t){.what = LINE_LEFT_OUT,
                                     .state = {last->hindsight[0], last->hindsight[1]},
                                     .left_out = left_out});
        }
        add_row(table, ladder_row(ladder, i));
    }
    add_waits(table);
}

/* -- Lifelines --------------------------------------------------------------------------------- */

/* A cell of a lifeline begins at this line. */
static bool begins(const table_t *table, unsigned i, unsigned role)
{
    const line_t *line = line_at(table, i);

    if (i == 0)
        return true;
    return line->state[role] != line_at(table, i - 1)->state[role] ||
           (line->differs[role] && !line_at(table, i - 1)->differs[role]);
}

/* The part of a lifeline that begins at this line; nothing if it began before. */
static void append_lifeline(const table_t *table, unsigned i, unsigned role)
{
    const line_t *line = line_at(table, i);
    unsigned end = i + 1;

    if (!begins(table, i, role))
        return;
    while (end < table->lines->len && !begins(table, end, role))
        end++;
    /* The colour of the text, too: that of a dark theme would be light. */
    g_string_append_printf(table->to,
                           "<td rowspan=\"%u\" bgcolor=\"%s\" align=\"center\" valign=\"top\" "
                           "style=\"white-space: pre\">"
                           "<font color=\"#000000\">",
                           end - i, ladder_state_colour(line->state[role]));
    if (line->row)
        ladder_append_state(table->to, line->row, (role_t)role, line->state[role]);
    else
        g_string_append(table->to, tcp_state_text((tcp_state_t)line->state[role]));
    g_string_append(table->to, "</font></td>");
}

/* -- Segments ---------------------------------------------------------------------------------- */

static const char *weight_colour(note_weight_t weight)
{
    /* In the middle between black and white: the background may be either. */
    static const char *const colours[] = {"", " color=\"#b87400\"", " color=\"#e03a2f\""};

    return colours[weight];
}

static void append_times(GString *to, const char *text, int count)
{
    for (int i = 0; i < count; i++)
        g_string_append(to, text);
}

/* Ends with the end of an arrow, or with its beginning where it goes to the client. */
static void append_arrow(GString *to, const char *label, bool to_client, note_weight_t weight)
{
    const int rest = ARROW_WIDTH - (int)strlen("-- ") - (int)strlen(label) - (int)strlen(" -");

    g_string_append_printf(to, "<font%s>%s %s ", weight_colour(weight), to_client ? "◀─" : "──",
                           label);
    append_times(to, "─", rest > 0 ? rest : 0);
    g_string_append_printf(to, "%s</font>", to_client ? "─" : "▶");
}

/* Beneath the flags stand the numbers where both are too long for one line. */
static void append_segment(const table_t *table, const ladder_row_t *row)
{
    GString *label = g_string_new("");

    ladder_append_label(label, table->ladder, row, false);

    const bool in_two_lines = label->len > ARROW_WIDTH - strlen("--  -");

    if (in_two_lines) {
        g_string_truncate(label, 0);
        ladder_append_flags(label, row->flags, false);
    }
    append_arrow(table->to, label->str, row->from == ROLE_SERVER,
                 ladder_gravest_note(table->ladder, row));
    if (in_two_lines) {
        g_string_append(table->to, "<br>   ");
        ladder_append_numbers(table->to, table->ladder, row);
    }
    g_string_free(label, TRUE);
}

static void append_arrival(GString *to, const line_t *line)
{
    char *label = g_strdup_printf("frame %u arrives", line->row->arrival[line->arrived]);

    append_arrow(to, label, line->arrived == ROLE_CLIENT, NOTE_FACT);
    g_free(label);
}

/* A text of several lines. */
typedef struct paragraph {
    GString *to;
    const char *indent; /* before the next line */
    bool is_first;      /* no line stands before it in the cell */
} paragraph_t;

static void append_text_line(void *data, const char *line)
{
    paragraph_t *paragraph = data;

    if (!paragraph->is_first)
        g_string_append(paragraph->to, "<br>");
    g_string_append(paragraph->to, paragraph->indent);
    ladder_append_escaped(paragraph->to, line);
    paragraph->indent = "   ";
    paragraph->is_first = false;
}

static void append_run(GString *to, const ladder_row_t *row)
{
    GString *words = g_string_new("");
    paragraph_t paragraph = {to, "...  ", true};

    ladder_append_run(words, row);
    ladder_break_lines(words->str, ARROW_WIDTH - 4, append_text_line, &paragraph);
    g_string_free(words, TRUE);
}

static void append_note(void *data, note_weight_t weight, const char *text)
{
    static const char *const marks[] = {" - ", " * ", " ! "};
    paragraph_t *paragraph = data;

    g_string_append_printf(paragraph->to, "<font%s>", weight_colour(weight));
    paragraph->indent = marks[weight];
    ladder_break_lines(text, ARROW_WIDTH - 4, append_text_line, paragraph);
    g_string_append(paragraph->to, "</font>");
}

/* What stands between the lifelines: the segment, and beneath it its notes. */
static void append_between(const table_t *table, const line_t *line)
{
    GString *to = table->to;

    g_string_append(to, "<td style=\"white-space: pre\">");
    if (line->what == LINE_ARRIVAL)
        append_arrival(to, line);
    else if (line->what == LINE_LEFT_OUT)
        g_string_append_printf(
            to, "...  <i>%u rows are left out here:<br>   \"Open as picture\" has them</i>",
            line->left_out);
    else if (line->what == LINE_WAITED)
        ladder_append_wait(to, line->wait);
    if (line->what != LINE_ROW) {
        g_string_append(to, "</td>");
        return;
    }
    if (line->row->what == LADDER_SEGMENT)
        append_segment(table, line->row);
    else if (line->row->what == LADDER_RUN)
        append_run(to, line->row);

    paragraph_t notes = {to, "", line->row->what == LADDER_NOTICE};

    ladder_notes(table->ladder, line->row, append_note, &notes);
    g_string_append(to, "</td>");
}

static void append_phase(table_t *table, const line_t *line)
{
    g_string_append(table->to, "<td style=\"padding-left: 8px\">");
    if (line->what == LINE_ROW && line->row->what != LADDER_NOTICE &&
        line->row->phase != table->phase) {
        ladder_append_phase(table->to, line->row);
        table->phase = line->row->phase;
    }
    g_string_append(table->to, "</td>");
}

/* -- All of it --------------------------------------------------------------------------------- */

static int64_t line_time(const line_t *line)
{
    return line->what == LINE_WAITED ? line->wait->over : line->row->when;
}

static void append_line(table_t *table, unsigned i)
{
    const line_t *line = line_at(table, i);
    GString *to = table->to;

    g_string_append(to, "<tr><td align=\"right\" style=\"white-space: pre\">");
    if (line->what == LINE_ROW)
        g_string_append_printf(to, "%u ", line->row->frame);
    g_string_append(to, "</td><td align=\"right\" style=\"white-space: pre\">");
    if (line->what == LINE_ROW || line->what == LINE_WAITED)
        ladder_append_time(to, table->start, line_time(line));
    g_string_append(to, " </td>");
    append_lifeline(table, i, ROLE_CLIENT);
    append_between(table, line);
    append_lifeline(table, i, ROLE_SERVER);
    append_phase(table, line);
    g_string_append(to, "</tr>\n");
}

static void append_heading(const table_t *table, const connection_record_t *record)
{
    GString *words = g_string_new("");

    ladder_append_ends(words, record);
    g_string_append(table->to, "<p><b>");
    ladder_append_escaped(table->to, words->str);
    g_string_append(table->to, "</b><br>");
    g_string_truncate(words, 0);
    ladder_append_story(words, record, table->ladder);
    ladder_append_escaped(table->to, words->str);
    g_string_truncate(words, 0);
    ladder_append_legend(words, table->ladder);
    if (words->len > 0)
        g_string_append(table->to, "<br>");
    ladder_append_escaped(table->to, words->str);
    g_string_append(table->to, "</p>\n");
    g_string_free(words, TRUE);
}

void ladder_append_html(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    table_t table = {.to = to,
                     .ladder = ladder,
                     .start = ladder_start(record, ladder),
                     .lines = g_array_new(FALSE, FALSE, sizeof(line_t))};

    add_lines(&table);
    append_heading(&table, record);
    g_string_append(to, "<table cellspacing=\"0\" cellpadding=\"1\">\n"
                        "<tr><th align=\"right\" style=\"white-space: pre\">Frame </th>"
                        "<th align=\"right\" style=\"white-space: pre\">Time </th>"
                        "<th>Client</th><th></th><th>Server</th>"
                        "<th align=\"left\" style=\"padding-left: 8px\">Phase</th></tr>\n");
    for (unsigned i = 0; i < table.lines->len; i++)
        append_line(&table, i);
    g_string_append(to, "</table>\n");
    g_array_free(table.lines, TRUE);
}
