/* ladder_svg.c
 * The ladder as SVG.
 *
 * From the top down, one row of the ladder after the other. A segment is sent at the height of its
 * row and arrives a little below; one that others cross arrives where the row of the other one says
 * so. Coordinates are pixels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ladder_svg.h"

#include "ladder_markup.h"
#include "ladder_notes.h"
#include "ladder_words.h"
#include "move_meaning.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 1080,
    FRAME_END = 48,
    TIME_END = 116,
    LINE_WIDTH = 10, /* of a lifeline */
    CLIENT_X = 236,  /* the left edge of its lifeline */
    SERVER_X = 620,
    LABEL_WIDTH = 104, /* of a state */
    LABEL_HEIGHT = 16,
    NOTES_X = 752,
    HEADING_CHARACTERS = 160, /* in a line */
    NOTE_CHARACTERS = 54,
    RUN_CHARACTERS = 54,
    ROW = 36,     /* least distance of two rows */
    SLANT = 18,   /* how far below a segment arrives */
    LINE = 15,    /* distance of two lines of text */
    BREAK = 30,   /* height of a gap in time */
    ARROWHEAD = 9 /* its length */
};

/* What is worth a gap: longer than a round trip almost everywhere, and the least time after which
 * Linux sends again. */
static const int64_t gap_min = NS_PER_S / 5;

/* Where the label of an arrow is, as part of its way. Two that cross do so near the receiver of the
 * one that was sent first. */
static const double label_in_middle = 0.5, label_near_sender = 0.36, label_near_receiver = 0.66;

/* One lifeline, as far as it is drawn. */
typedef struct lifeline {
    uint8_t state; /* tcp_state_t */
    bool differs;  /* it is not the field's */
    int since;     /* the height where it begins */
} lifeline_t;

typedef struct picture {
    const ladder_t *ladder;
    int64_t start;
    int64_t time_wait;
    GString *lines; /* the lifelines, beneath everything else */
    GString *marks;
    GString *words; /* a text that is being made */
    int y;
    lifeline_t life[2]; /* by role_t */
    const char *phase;  /* of the last row that had one */
    int *height;        /* by row: its y */
    unsigned *crossing; /* by row: the later row with which its segment arrives; 0: at once */
    GString *rows;      /* the heights of all rows */
} picture_t;

static const char *const role_names[] = {"client", "server"};

/* -- Texts ------------------------------------------------------------------------------------- */

static void append_text(GString *to, int x, int y, const char *attributes, const char *text)
{
    g_string_append_printf(to, "<text x=\"%d\" y=\"%d\"%s>", x, y, attributes);
    ladder_append_escaped(to, text);
    g_string_append(to, "</text>\n");
}

/* Where the next line of a text goes. */
typedef struct column {
    GString *to;
    int x;
    int y;
    const char *attributes;
} column_t;

static void take_line(void *data, const char *line)
{
    column_t *column = data;

    append_text(column->to, column->x, column->y, column->attributes, line);
    column->y += LINE;
}

/* The attributes of what has a note of this weight. */
static const char *weight_attributes(note_weight_t weight)
{
    static const char *const attributes[] = {" fill=\"currentColor\" opacity=\".75\"",
                                             " class=\"remark\" fill=\"#8a5a00\"",
                                             " class=\"warning\" fill=\"#c62828\""};

    return attributes[weight];
}

static void take_note(void *data, note_weight_t weight, const char *text)
{
    static const char *const marks[] = {"–", "*", "!"};
    column_t *column = data;
    char *marked = g_strdup_printf("%s %s", marks[weight], text);

    column->attributes = weight_attributes(weight);
    ladder_break_lines(marked, NOTE_CHARACTERS, take_line, column);
    g_free(marked);
}

/* -- What stands under the pointer ------------------------------------------------------------- */

static void append_moves(const picture_t *picture, const facts_t *facts)
{
    const moves_t *moves = &facts->moves;
    char words[400];

    for (unsigned i = 0; i < moves->count; i++)
        g_string_append_printf(
            picture->words, "\n%s",
            move_meaning(facts, &moves->move[i], picture->time_wait, words, sizeof words));
}

static void add_note(void *data, note_weight_t weight, const char *text)
{
    (void)weight;
    g_string_append_printf(data, "\n%s", text);
}

static void append_title(const picture_t *picture, const ladder_row_t *row)
{
    GString *title = picture->words;
    const bool differs = row->hindsight[0] != row->state[0] || row->hindsight[1] != row->state[1];

    g_string_truncate(title, 0);
    g_string_append_printf(title, "Frame %u, ", row->frame);
    if (row->when != 0)
        g_string_append_printf(title, "%.6f s, ", (double)(row->when - picture->start) / NS_PER_S);
    g_string_append_printf(title, "%s to %s\n", role_names[row->from], role_names[!row->from]);
    ladder_append_label(title, picture->ladder, row, false);
    g_string_append_printf(title, "\n%s", row->phase);
    if (row->showed)
        append_moves(picture, observation_facts(row->showed));
    ladder_notes(picture->ladder, row, add_note, title);
    if (differs)
        g_string_append_printf(title,
                               "\nThe frame's fields say %s / %s: later segments showed otherwise.",
                               tcp_state_text((tcp_state_t)row->state[ROLE_CLIENT]),
                               tcp_state_text((tcp_state_t)row->state[ROLE_SERVER]));
    g_string_append(picture->marks, "<title>");
    ladder_append_escaped(picture->marks, title->str);
    g_string_append(picture->marks, "</title>");
}

/* -- Lifelines --------------------------------------------------------------------------------- */

static int line_x(unsigned role)
{
    return role == ROLE_CLIENT ? CLIENT_X : SERVER_X;
}

/* Where arrows begin and end. */
static int edge_x(unsigned role)
{
    return role == ROLE_CLIENT ? CLIENT_X + LINE_WIDTH : SERVER_X;
}

/* Draws a lifeline down to this height. */
static void end_stretch(picture_t *picture, unsigned role, int y)
{
    lifeline_t *life = &picture->life[role];

    if (y > life->since)
        g_string_append_printf(picture->lines,
                               "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\">"
                               "<title>%s: %s</title></rect>\n",
                               line_x(role), life->since, LINE_WIDTH, y - life->since,
                               ladder_state_colour(life->state), role_names[role],
                               tcp_state_text((tcp_state_t)life->state));
    life->since = y;
}

static void append_label(picture_t *picture, unsigned role, int y, const char *text)
{
    const int left = role == ROLE_CLIENT ? CLIENT_X - 4 - LABEL_WIDTH : SERVER_X + LINE_WIDTH + 4;

    g_string_append_printf(picture->marks,
                           "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\" "
                           "fill=\"%s\"/>",
                           left, y - LABEL_HEIGHT / 2, LABEL_WIDTH, LABEL_HEIGHT,
                           ladder_state_colour(picture->life[role].state));
    append_text(picture->marks, left + LABEL_WIDTH / 2, y + 4,
                " text-anchor=\"middle\" font-weight=\"bold\" font-size=\"11\" fill=\"#000000\"",
                text);
}

/* The end is in this state from this height on. */
static void set_state(picture_t *picture, const ladder_row_t *row, unsigned role, uint8_t state,
                      int y)
{
    lifeline_t *life = &picture->life[role];
    const bool differs = state != row->state[role];
    const bool begins_to_differ = differs && !life->differs;

    life->differs = differs;
    if (state == life->state && !begins_to_differ)
        return;
    end_stretch(picture, role, y);
    life->state = state;
    g_string_truncate(picture->words, 0);
    ladder_append_state(picture->words, row, (role_t)role, state);
    append_label(picture, role, y, picture->words->str);
}

/* -- Arrows ------------------------------------------------------------------------------------ */

typedef struct arrow {
    int x[2]; /* where it begins and ends, likewise: */
    int y[2];
    note_weight_t weight;
    const char *dashes; /* an attribute */
    bool is_refused;    /* it ends before the lifeline */
    double label_at;    /* part of the way where its label is */
} arrow_t;

/* Numbers without a user's decimal comma. */
static const char *tenths(double value, char text[G_ASCII_DTOSTR_BUF_SIZE])
{
    return g_ascii_formatd(text, G_ASCII_DTOSTR_BUF_SIZE, "%.1f", value);
}

static void append_point(GString *to, const char *before, double x, double y)
{
    char text[2][G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(to, "%s%s %s", before, tenths(x, text[0]), tenths(y, text[1]));
}

/* A triangle at the end of an arrow that goes in the direction of a unit vector. */
static void append_head(GString *to, int x, int y, double dx, double dy)
{
    const double half = ARROWHEAD / 2.2;

    append_point(to, "<path stroke=\"none\" d=\"M", x, y);
    append_point(to, "L", x - ARROWHEAD * dx - half * dy, y - ARROWHEAD * dy + half * dx);
    append_point(to, "L", x - ARROWHEAD * dx + half * dy, y - ARROWHEAD * dy - half * dx);
    g_string_append(to, "Z\"/>");
}

static void append_arrow_label(GString *to, const arrow_t *arrow, const char *label)
{
    const double x = arrow->x[0] + (arrow->x[1] - arrow->x[0]) * arrow->label_at;
    const double y = arrow->y[0] + (arrow->y[1] - arrow->y[0]) * arrow->label_at - 4;
    const double slope = (double)(arrow->y[1] - arrow->y[0]) / (arrow->x[1] - arrow->x[0]);

    append_point(to, "<text transform=\"translate(", x, y);
    append_point(to, ") rotate(", atan(slope) * 180 / G_PI, 0);
    g_string_append(to, " 0)\" text-anchor=\"middle\" stroke=\"none\" font-family=\"monospace\" "
                        "font-size=\"11\">");
    ladder_append_escaped(to, label);
    g_string_append(to, "</text>\n");
}

static void append_arrow(GString *to, const arrow_t *arrow, const char *label)
{
    static const char *const colours[] = {"fill=\"currentColor\" stroke=\"currentColor\"",
                                          "class=\"remark\" fill=\"#8a5a00\" stroke=\"#8a5a00\"",
                                          "class=\"warning\" fill=\"#c62828\" stroke=\"#c62828\""};
    const double length = hypot(arrow->x[1] - arrow->x[0], arrow->y[1] - arrow->y[0]);
    const double dx = (arrow->x[1] - arrow->x[0]) / length;
    const double dy = (arrow->y[1] - arrow->y[0]) / length;
    const int short_by = arrow->is_refused ? 40 : 0;
    const int x = arrow->x[1] - (int)(short_by * dx);
    const int y = arrow->y[1] - (int)(short_by * dy);

    g_string_append_printf(to, "<g %s>", colours[arrow->weight]);
    /* A broad one that nobody sees, for the pointer. */
    g_string_append_printf(to,
                           "<path d=\"M%d %dL%d %d\" stroke-width=\"16\" stroke-opacity=\"0\" "
                           "pointer-events=\"stroke\"/><path d=\"M%d %dL%d %d\" "
                           "stroke-width=\"1.3\"%s/>",
                           arrow->x[0], arrow->y[0], x, y, arrow->x[0], arrow->y[0], x, y,
                           arrow->dashes);
    append_head(to, x, y, dx, dy);
    if (arrow->is_refused)
        g_string_append_printf(to,
                               "<path d=\"M%d %dl12 12m0 -12l-12 12\" stroke-width=\"2.5\" "
                               "fill=\"none\"/>",
                               x - 6 + (dx > 0 ? 8 : -8), y - 6);
    append_arrow_label(to, arrow, label);
    g_string_append(to, "</g>");
}

/* Its receiver cannot have taken it, however the connection went on. */
static bool is_refused(const ladder_row_t *row)
{
    const rst_facts_t *rst = row->showed ? &observation_facts(row->showed)->rst : NULL;

    return rst && rst->by &&
           (rst->validity == RST_OUT_OF_WINDOW || rst->validity == RST_DOES_NOT_ACK_SYN);
}

static void draw_arrow(picture_t *picture, const ladder_row_t *row, int sent, int arrives,
                       double label_at)
{
    const arrow_t arrow = {.x = {edge_x(row->from), edge_x(!row->from)},
                           .y = {sent, arrives},
                           .weight = ladder_gravest_note(picture->ladder, row),
                           .dashes = row->copies           ? " stroke-dasharray=\"2 3\""
                                     : row->retransmission ? " stroke-dasharray=\"7 3\""
                                                           : "",
                           .is_refused = is_refused(row),
                           .label_at = label_at};

    g_string_append(picture->marks, "<g>");
    append_title(picture, row);
    g_string_truncate(picture->words, 0);
    ladder_append_label(picture->words, picture->ladder, row, false);
    append_arrow(picture->marks, &arrow, picture->words->str);
    g_string_append(picture->marks, "</g>\n");
}

/* -- Rows -------------------------------------------------------------------------------------- */

static const char number_attributes[] =
    " text-anchor=\"end\" fill=\"currentColor\" opacity=\".75\"";

static void draw_time(picture_t *picture, int64_t when)
{
    g_string_truncate(picture->words, 0);
    ladder_append_time(picture->words, picture->start, when);
    append_text(picture->marks, TIME_END, picture->y + 4, number_attributes, picture->words->str);
}

static void draw_numbers(picture_t *picture, const ladder_row_t *row)
{
    g_string_truncate(picture->words, 0);
    g_string_append_printf(picture->words, "%u", row->frame);
    if (row->last_frame != row->frame)
        g_string_append_printf(picture->words, "–%u", row->last_frame);
    append_text(picture->marks, FRAME_END, picture->y + 4, number_attributes, picture->words->str);
    draw_time(picture, row->when);
}

/* Returns the height where the next row may begin. */
static int draw_phase_and_notes(picture_t *picture, const ladder_row_t *row)
{
    column_t column = {.to = picture->marks, .x = NOTES_X, .y = picture->y + 4};

    if (row->what != LADDER_NOTICE && row->phase != picture->phase) {
        column.attributes = " fill=\"currentColor\" font-weight=\"bold\"";
        g_string_truncate(picture->words, 0);
        ladder_append_phase(picture->words, row);
        ladder_break_lines(picture->words->str, NOTE_CHARACTERS, take_line, &column);
        picture->phase = row->phase;
    }
    ladder_notes(picture->ladder, row, take_note, &column);
    return column.y + LINE / 2;
}

/* The row of the segment in this frame that arrives with row `i`. */
static unsigned sent_row(const ladder_t *ladder, unsigned i, role_t receiver)
{
    const uint32_t frame = ladder_row(ladder, i)->arrival[receiver];

    for (unsigned sent = i; sent-- > 0;) {
        const ladder_row_t *row = ladder_row(ladder, sent);

        if (row->what == LADDER_SEGMENT && row->frame == frame && row->from != receiver)
            return sent;
    }
    return i;
}

/* What arrives only after this row's segment was sent. */
static void draw_arrivals(picture_t *picture, unsigned i)
{
    const ladder_row_t *row = ladder_row(picture->ladder, i);

    for (unsigned role = 0; role < 2; role++) {
        if (!row->arrival[role])
            continue;

        const unsigned sent = sent_row(picture->ladder, i, (role_t)role);

        if (sent < i)
            draw_arrow(picture, ladder_row(picture->ladder, sent), picture->height[sent],
                       picture->y + SLANT, label_near_sender);
        set_state(picture, row, role, row->hindsight[role], picture->y + SLANT);
    }
}

static void draw_segment(picture_t *picture, unsigned i)
{
    const ladder_row_t *row = ladder_row(picture->ladder, i);
    const unsigned receiver = !row->from;

    if (!picture->crossing[i])
        draw_arrow(picture, row, picture->y, picture->y + SLANT,
                   row->arrival[0] || row->arrival[1] ? label_near_receiver : label_in_middle);
    set_state(picture, row, row->from, row->sent[row->from], picture->y);
    set_state(picture, row, receiver, row->sent[receiver], picture->y + SLANT);
    draw_arrivals(picture, i);
}

static void draw_run(picture_t *picture, const ladder_row_t *row)
{
    const int left = edge_x(ROLE_CLIENT);
    column_t column = {.to = picture->marks,
                       .x = (edge_x(ROLE_CLIENT) + edge_x(ROLE_SERVER)) / 2,
                       .y = picture->y + 4,
                       .attributes = " text-anchor=\"middle\" fill=\"currentColor\""};
    const gsize before = picture->marks->len;

    g_string_truncate(picture->words, 0);
    ladder_append_run(picture->words, row);
    ladder_break_lines(picture->words->str, RUN_CHARACTERS, take_line, &column);

    const int bottom = column.y - LINE / 2;
    char *box = g_strdup_printf(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"currentColor\" "
        "fill-opacity=\".07\" stroke=\"currentColor\" stroke-opacity=\".4\"/>",
        left + 20, picture->y - 11, edge_x(ROLE_SERVER) - left - 40, bottom - picture->y + 11);

    g_string_insert(picture->marks, (gssize)before, box);
    g_free(box);
    for (unsigned role = 0; role < 2; role++)
        set_state(picture, row, role, row->hindsight[role], bottom);
}

/* The lifelines are broken: here much time goes by. */
static void draw_break(picture_t *picture, const char *words)
{
    for (unsigned role = 0; role < 2; role++)
        g_string_append_printf(picture->marks,
                               "<path class=\"paper\" d=\"M%d %dv%d\" stroke=\"#ffffff\" "
                               "stroke-width=\"%d\" stroke-dasharray=\"3 3\"/>",
                               line_x(role) + LINE_WIDTH / 2, picture->y - 8, BREAK - 10,
                               LINE_WIDTH + 2);
    append_text(picture->marks, (edge_x(ROLE_CLIENT) + edge_x(ROLE_SERVER)) / 2, picture->y + 5,
                " text-anchor=\"middle\" fill=\"currentColor\" font-style=\"italic\"", words);
    picture->y += BREAK;
}

/* A time in which nothing was captured. */
static void draw_gap(picture_t *picture, const ladder_row_t *before, const ladder_row_t *row)
{
    const int64_t gap = row->when - before->last_when;

    if (before->last_when == 0 || row->when == 0 || (gap >= 0 && gap < gap_min))
        return;
    g_string_truncate(picture->words, 0);
    ladder_append_duration(picture->words, gap);
    if (gap >= 0)
        g_string_append(picture->words, " later");
    draw_break(picture, picture->words->str);
}

/* An end's TIME-WAIT is over. */
static void draw_wait(picture_t *picture, const ladder_wait_t *wait)
{
    g_string_append_printf(picture->rows, " %d", picture->y - 11);
    g_string_truncate(picture->words, 0);
    ladder_append_wait(picture->words, wait);
    draw_break(picture, picture->words->str);
    draw_time(picture, wait->over);
    end_stretch(picture, wait->role, picture->y);
    picture->life[wait->role].state = STATE_CLOSED;
    append_label(picture, wait->role, picture->y, tcp_state_text(STATE_CLOSED));
    picture->y += ROW;
}

static void draw_row(picture_t *picture, unsigned i)
{
    const ladder_row_t *row = ladder_row(picture->ladder, i);

    g_string_append_printf(picture->rows, i > 0 ? " %d" : "%d", picture->y - 11);
    if (i > 0)
        draw_gap(picture, ladder_row(picture->ladder, i - 1), row);
    picture->height[i] = picture->y;
    draw_numbers(picture, row);
    if (row->what == LADDER_SEGMENT)
        draw_segment(picture, i);
    else if (row->what == LADDER_RUN)
        draw_run(picture, row);

    const int bottom = draw_phase_and_notes(picture, row);

    picture->y = MAX(picture->y + ROW, bottom);
}

/* -- The picture ------------------------------------------------------------------------------- */

static void draw_heading(picture_t *picture, const connection_record_t *record)
{
    column_t column = {.to = picture->marks,
                       .x = 8,
                       .y = 20,
                       .attributes =
                           " fill=\"currentColor\" font-weight=\"bold\" font-size=\"14\""};

    ladder_append_ends(picture->words, record);
    take_line(&column, picture->words->str);
    column.y += 3;
    column.attributes = " fill=\"currentColor\"";
    g_string_truncate(picture->words, 0);
    ladder_append_story(picture->words, record, picture->ladder);
    ladder_break_lines(picture->words->str, HEADING_CHARACTERS, take_line, &column);
    g_string_truncate(picture->words, 0);
    ladder_append_legend(picture->words, picture->ladder);
    column.attributes = " fill=\"currentColor\" opacity=\".75\"";
    ladder_break_lines(picture->words->str, HEADING_CHARACTERS, take_line, &column);
    picture->y = column.y + 14;
}

static void draw_column_heads(picture_t *picture)
{
    static const struct {
        int x;
        const char *attributes;
        const char *text;
    } heads[] = {
        {FRAME_END, " text-anchor=\"end\" fill=\"currentColor\" opacity=\".75\"", "frame"},
        {TIME_END, " text-anchor=\"end\" fill=\"currentColor\" opacity=\".75\"", "time, s"},
        {CLIENT_X + LINE_WIDTH / 2,
         " text-anchor=\"middle\" fill=\"currentColor\" font-weight=\"bold\"", "client"},
        {SERVER_X + LINE_WIDTH / 2,
         " text-anchor=\"middle\" fill=\"currentColor\" font-weight=\"bold\"", "server"},
        {NOTES_X, " fill=\"currentColor\" opacity=\".75\"", "phase and notes"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(heads); i++)
        append_text(picture->marks, heads[i].x, picture->y, heads[i].attributes, heads[i].text);
    picture->y += 22;
}

static void draw_beginning(picture_t *picture)
{
    for (unsigned role = 0; role < 2; role++) {
        const uint8_t state = picture->ladder->before_hindsight[role];

        picture->life[role] = (lifeline_t){.state = state, .since = picture->y - 12};
        append_label(picture, role, picture->y - 4, tcp_state_text((tcp_state_t)state));
    }
    picture->y += LABEL_HEIGHT;
}

/* Which segments arrive only with a later row. */
static void find_crossing(picture_t *picture)
{
    for (unsigned i = 0; i < ladder_count(picture->ladder); i++)
        for (unsigned role = 0; role < 2; role++) {
            if (!ladder_row(picture->ladder, i)->arrival[role])
                continue;

            const unsigned sent = sent_row(picture->ladder, i, (role_t)role);

            if (sent < i)
                picture->crossing[sent] = i;
        }
}

static void append_all(GString *to, const picture_t *picture)
{
    g_string_append_printf(
        to,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
        "height=\"%d\" font-family=\"sans-serif\" font-size=\"12\" data-rows=\"%s\">\n"
        "<rect class=\"paper\" width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
        WIDTH, picture->y, WIDTH, picture->y, picture->rows->str, WIDTH, picture->y);
    g_string_append_len(to, picture->lines->str, (gssize)picture->lines->len);
    g_string_append_len(to, picture->marks->str, (gssize)picture->marks->len);
    g_string_append(to, "</svg>\n");
}

void ladder_append_svg(GString *to, const connection_record_t *record, const ladder_t *ladder,
                       int64_t time_wait)
{
    const unsigned count = ladder_count(ladder);
    picture_t picture = {.ladder = ladder,
                         .start = ladder_start(record, ladder),
                         .time_wait = time_wait,
                         .lines = g_string_new(""),
                         .marks = g_string_new(""),
                         .words = g_string_new(""),
                         .height = g_new0(int, count),
                         .crossing = g_new0(unsigned, count),
                         .rows = g_string_new("")};

    find_crossing(&picture);
    draw_heading(&picture, record);
    draw_column_heads(&picture);
    draw_beginning(&picture);
    for (unsigned i = 0; i < count; i++)
        draw_row(&picture, i);
    for (unsigned i = 0; i < ladder->waits_count; i++)
        draw_wait(&picture, &ladder->waits[i]);
    for (unsigned role = 0; role < 2; role++)
        end_stretch(&picture, role, picture.y - 4);
    append_all(to, &picture);
    g_string_free(picture.lines, TRUE);
    g_string_free(picture.marks, TRUE);
    g_string_free(picture.words, TRUE);
    g_string_free(picture.rows, TRUE);
    g_free(picture.height);
    g_free(picture.crossing);
}
