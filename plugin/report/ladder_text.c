/* ladder_text.c
 * The ladder as text.
 *
 *  frame      time client        segment                                  server        phase
 *      1    0.0000 SYN-SENT      -- SYN seq=0 --------------------------> SYN-RECEIVED  Handshake
 * 1/3
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_text.h"

#include "ladder_notes.h"
#include "ladder_words.h"

#include <string.h>

enum {
    STATE_WIDTH = 13, /* "~SYN-RECEIVED" */
    ARROW_WIDTH = 40,
    NOTE_INDENT = 18,
    LINE_WIDTH = 100,
    PHASE_WIDTH = 14 /* "Handshake 1/3" and one */
};

/* What is written, and what the last row has said. */
typedef struct drawing {
    GString *to;
    const ladder_t *ladder;
    uint8_t drawn[2]; /* tcp_state_t by role_t */
    bool differs[2];  /* by role_t: it was marked as not the field's */
    const char *phase;
    int64_t start;
    GString *words; /* the part that is being made */
} drawing_t;

/* The lifeline of one end: its state where that changes, or where it begins to differ from the
 * field. */
static const char *lifeline(drawing_t *drawing, const ladder_row_t *row, role_t role, uint8_t state)
{
    const bool differs = state != row->state[role];

    g_string_truncate(drawing->words, 0);
    if (state != drawing->drawn[role] || (differs && !drawing->differs[role]))
        ladder_append_state(drawing->words, row, role, state);
    else
        g_string_append(drawing->words, differs ? "~|" : "|");
    drawing->drawn[role] = state;
    drawing->differs[role] = differs;
    return drawing->words->str;
}

static void trim(GString *to)
{
    while (to->len > 0 && to->str[to->len - 1] == ' ')
        g_string_truncate(to, to->len - 1);
}

static void append_time(drawing_t *drawing, const ladder_row_t *row)
{
    g_string_truncate(drawing->words, 0);
    ladder_append_time(drawing->words, drawing->start, row->when);
    g_string_append_printf(drawing->to, "%6u %9s ", row->frame, drawing->words->str);
}

static void fill(GString *to, gsize until)
{
    while (to->len < until)
        g_string_append_c(to, '-');
}

/* "-- SYN seq=0 ------>" or "<-- SYN,ACK seq=0 ack=1 ---" */
static void append_arrow(drawing_t *drawing, const ladder_row_t *row)
{
    const bool to_client = row->from == ROLE_SERVER;
    GString *label = g_string_new("");

    ladder_append_label(label, drawing->ladder, row, false);
    if (label->len > ARROW_WIDTH - strlen("<--  -")) {
        g_string_truncate(label, 0);
        ladder_append_label(label, drawing->ladder, row, true);
    }

    const gsize start = drawing->to->len;

    g_string_append_printf(drawing->to, "%s%s ", to_client ? "<-- " : "-- ", label->str);
    fill(drawing->to, start + ARROW_WIDTH - !to_client);
    if (!to_client)
        g_string_append_c(drawing->to, '>');
    g_string_free(label, TRUE);
}

/* The lines that a phase takes: broken at a space where it is too long for its column. */
static void append_phase(drawing_t *drawing, const ladder_row_t *row)
{
    if (row->what == LADDER_NOTICE || row->phase == drawing->phase)
        return;
    g_string_truncate(drawing->words, 0);
    if (drawing->phase)
        ladder_append_phase(drawing->words, &(ladder_row_t){.phase = drawing->phase});

    char *before = g_strdup(drawing->words->str);

    g_string_truncate(drawing->words, 0);
    ladder_append_phase(drawing->words, row);
    drawing->phase = row->phase;
    if (strcmp(before, drawing->words->str) != 0) {
        const char *phase = drawing->words->str;
        const char *space = strlen(phase) > PHASE_WIDTH ? strrchr(phase, ' ') : NULL;

        if (space && strlen(space + 1) < 4) /* "1/4" stays with its word */
            space = strstr(phase, ", ") ? strstr(phase, ", ") + 1 : NULL;
        if (space)
            g_string_append_printf(drawing->to, " %.*s\n%*s%-*s %*s %-*s %s", (int)(space - phase),
                                   phase, NOTE_INDENT - 1, "", STATE_WIDTH, "|", ARROW_WIDTH, "",
                                   STATE_WIDTH, "|", space + 1);
        else
            g_string_append_printf(drawing->to, " %s", phase);
    }
    g_free(before);
}

static void end_line(drawing_t *drawing)
{
    trim(drawing->to);
    g_string_append_c(drawing->to, '\n');
}

/* Ends the line with a text that begins in this column, broken where it is too long. */
static void append_wrapped(drawing_t *drawing, const char *text, unsigned column)
{
    const gsize room = LINE_WIDTH - column;

    for (;;) {
        const char *end = ladder_line_end(text, room);

        g_string_append_len(drawing->to, text, end - text);
        end_line(drawing);
        if (!*end)
            return;
        text = end + 1;
        g_string_append_printf(drawing->to, "%*s", (int)column, "");
    }
}

static void draw_segment(drawing_t *drawing, const ladder_row_t *row)
{
    append_time(drawing, row);
    g_string_append_printf(drawing->to, "%-*s ", STATE_WIDTH,
                           lifeline(drawing, row, ROLE_CLIENT, row->sent[ROLE_CLIENT]));
    append_arrow(drawing, row);
    g_string_append_printf(drawing->to, " %-*s", STATE_WIDTH,
                           lifeline(drawing, row, ROLE_SERVER, row->sent[ROLE_SERVER]));
    append_phase(drawing, row);
    end_line(drawing);
}

static void draw_run(drawing_t *drawing, const ladder_row_t *row)
{
    append_time(drawing, row);
    g_string_append_printf(drawing->to, "%-*s ... ", STATE_WIDTH, ":");
    g_string_truncate(drawing->words, 0);
    ladder_append_run(drawing->words, row);
    append_wrapped(drawing, drawing->words->str, NOTE_INDENT + STATE_WIDTH + 4);
    for (unsigned role = 0; role < 2; role++)
        drawing->drawn[role] = row->hindsight[role];
}

/* A segment that crossed this one arrives only now. */
static void draw_arrival(drawing_t *drawing, const ladder_row_t *row, role_t role)
{
    if (!row->arrival[role])
        return;
    g_string_append_printf(drawing->to, "%*s%-*s ", NOTE_INDENT - 1, "", STATE_WIDTH,
                           role == ROLE_CLIENT ? lifeline(drawing, row, role, row->hindsight[role])
                                               : "|");

    const gsize arrow = drawing->to->len;

    g_string_append_printf(drawing->to, "%s frame %u arrives ", role == ROLE_CLIENT ? "<--" : "...",
                           row->arrival[role]);
    if (role == ROLE_SERVER) {
        fill(drawing->to, arrow + ARROW_WIDTH - 1);
        g_string_append_printf(drawing->to, "> %s",
                               lifeline(drawing, row, role, row->hindsight[role]));
    } else {
        g_string_append_printf(drawing->to, "%*s|",
                               (int)(arrow + ARROW_WIDTH + 1 - drawing->to->len), "...  ");
    }
    end_line(drawing);
}

static void draw_note(void *data, note_weight_t weight, const char *text)
{
    static const char *const marks[] = {"-", "*", "!"};
    drawing_t *drawing = data;

    g_string_append_printf(drawing->to, "%*s%s ", NOTE_INDENT, "", marks[weight]);
    append_wrapped(drawing, text, NOTE_INDENT + 2);
}

static void draw_row(drawing_t *drawing, const ladder_row_t *row)
{
    if (row->what == LADDER_RUN)
        draw_run(drawing, row);
    else if (row->what == LADDER_SEGMENT)
        draw_segment(drawing, row);
    for (unsigned role = 0; role < 2; role++)
        draw_arrival(drawing, row, role);
    ladder_notes(drawing->ladder, row, draw_note, drawing);
}

/* An end's TIME-WAIT is over. */
static void draw_wait(drawing_t *drawing, const ladder_wait_t *wait)
{
    const char *closed = tcp_state_text(STATE_CLOSED);
    const bool is_client = wait->role == ROLE_CLIENT;

    g_string_truncate(drawing->words, 0);
    ladder_append_wait(drawing->words, wait);
    g_string_append_printf(drawing->to, "%6s %9.4f %-*s %-*s %s", "",
                           (double)(wait->over - drawing->start) / NS_PER_S, STATE_WIDTH,
                           is_client ? closed : "|", ARROW_WIDTH, drawing->words->str,
                           is_client ? "|" : closed);
    end_line(drawing);
}

static void draw_heading(drawing_t *drawing, const connection_record_t *record)
{
    ladder_append_ends(drawing->to, record);
    g_string_append_c(drawing->to, '\n');
    g_string_truncate(drawing->words, 0);
    ladder_append_story(drawing->words, record, drawing->ladder);
    append_wrapped(drawing, drawing->words->str, 0);
    g_string_truncate(drawing->words, 0);
    ladder_append_legend(drawing->words, drawing->ladder);
    if (drawing->words->len > 0)
        append_wrapped(drawing, drawing->words->str, 0);
    g_string_append_printf(drawing->to, "%6s %9s %-*s %-*s %-*s %s\n", "frame", "time", STATE_WIDTH,
                           "client", ARROW_WIDTH, "", STATE_WIDTH, "server", "phase");
    g_string_append_printf(drawing->to, "%*s%-*s %*s %s\n", NOTE_INDENT - 1, "", STATE_WIDTH,
                           tcp_state_text((tcp_state_t)drawing->drawn[ROLE_CLIENT]), ARROW_WIDTH,
                           "", tcp_state_text((tcp_state_t)drawing->drawn[ROLE_SERVER]));
}

void ladder_append_text(GString *to, const connection_record_t *record, const ladder_t *ladder)
{
    drawing_t drawing = {.to = to,
                         .ladder = ladder,
                         .drawn = {ladder->before_hindsight[0], ladder->before_hindsight[1]},
                         .start = ladder_start(record, ladder),
                         .words = g_string_new("")};

    draw_heading(&drawing, record);
    for (unsigned i = 0; i < ladder_count(ladder); i++)
        draw_row(&drawing, ladder_row(ladder, i));
    for (unsigned i = 0; i < ladder->waits_count; i++)
        draw_wait(&drawing, &ladder->waits[i]);
    g_string_append_c(to, '\n');
    g_string_free(drawing.words, TRUE);
}
