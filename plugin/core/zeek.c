/* zeek.c
 * What Zeek would write of a connection: conn_state and the letters of its history.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "zeek.h"

/* -- History ----------------------------------------------------------------------------------- */

static void add_raw(zeek_t *zeek, char letter)
{
    if (zeek->length + 1u >= ZEEK_HISTORY_SIZE)
        return;
    zeek->history[zeek->length++] = letter;
    zeek->history[zeek->length] = '\0';
}

/* Upper case is the client. */
static void add_letter(zeek_t *zeek, role_t role, char upper)
{
    add_raw(zeek, role == ROLE_CLIENT ? upper : (char)(upper - 'A' + 'a'));
}

/* Letters that occur once for each endpoint. */
static void add_once(zeek_t *zeek, role_t role, uint8_t mark, char letter)
{
    if (zeek->seen[role] & mark)
        return;
    zeek->seen[role] |= mark;
    add_letter(zeek, role, letter);
}

/* Letters that occur again where the number differs from the last one's. */
static void add_numbered(zeek_t *zeek, role_t role, uint8_t mark, char letter, uint32_t *last,
                         uint32_t number)
{
    if (!(zeek->seen[role] & mark) || *last != number)
        add_letter(zeek, role, letter);
    zeek->seen[role] |= mark;
    *last = number;
}

/* Letters that occur for the 1st, 10th, 100th time. */
static void add_counted(zeek_t *zeek, role_t role, zeek_tally_t tally[2], char letter)
{
    zeek_tally_t *of = &tally[role];

    if (of->next == 0)
        of->next = 1;
    if (++of->count != of->next)
        return;
    add_letter(zeek, role, letter);
    of->next = of->next <= UINT32_MAX / 10 ? of->next * 10 : UINT32_MAX;
}

/* What kind of segment it is. SYN and SYN-ACK share their last number: a SYN-ACK that repeats the
 * SYN of its sender (simultaneous open) is nothing new. */
static void add_kind(zeek_t *zeek, const segment_t *segment, role_t role)
{
    const bool syn = segment_has(segment, TCP_FLAG_SYN);
    const bool fin = segment_has(segment, TCP_FLAG_FIN);
    const bool rst = segment_has(segment, TCP_FLAG_RST);

    if (fin && rst)
        add_once(zeek, role, ZEEK_SEEN_FIN_RST, 'I');
    else if (syn && (fin || rst))
        add_once(zeek, role, ZEEK_SEEN_ILLEGAL, 'Q');
    else if (syn)
        add_numbered(zeek, role, ZEEK_SEEN_SYN, segment_has(segment, TCP_FLAG_ACK) ? 'H' : 'S',
                     &zeek->last_syn[role], segment->seq);
    else if (fin)
        add_numbered(zeek, role, ZEEK_SEEN_FIN, 'F', &zeek->last_fin[role],
                     segment_fin_seq(segment));
    else if (rst)
        add_numbered(zeek, role, ZEEK_SEEN_RST, 'R', &zeek->last_rst[role], segment->seq);
    else if (segment->payload_len > 0)
        add_once(zeek, role, ZEEK_SEEN_DATA, 'D');
    else if (segment_has(segment, TCP_FLAG_ACK))
        add_once(zeek, role, ZEEK_SEEN_ACK, 'A');
}

/* A closed window is of no interest on a RST, after one, or when the other endpoint sends no more.
 */
static void add_zero_window(zeek_t *zeek, const segment_t *segment, role_t role)
{
    if (segment->window == 0 && !segment_has(segment, TCP_FLAG_RST) &&
        zeek->end[!role] != ZEEK_CLOSED && zeek->end[role] != ZEEK_RESET)
        add_counted(zeek, role, zeek->zero_window, 'W');
}

/* Both endpoints went through a handshake, and neither was reset: Zeek counts gaps only then. */
static bool is_clean(const zeek_t *zeek)
{
    for (unsigned role = 0; role < 2; role++)
        if (zeek->end[role] != ZEEK_ESTABLISHED &&
            !(zeek->end[role] == ZEEK_CLOSED && zeek->before[role] == ZEEK_ESTABLISHED))
            return false;
    return true;
}

/* -- State ------------------------------------------------------------------------------------- */

static void set_end(zeek_t *zeek, role_t role, zeek_end_t to)
{
    zeek->before[role] = zeek->end[role];
    zeek->end[role] = (uint8_t)to;
}

/* What a forged segment seemed to have ended continues. */
static void take_back(zeek_t *zeek, const observation_t *observation, bool over)
{
    for (unsigned role = 0; zeek->reset && !over && role < 2; role++)
        if (zeek->end[role] == ZEEK_RESET)
            zeek->end[role] = zeek->before[role];
    zeek->reset &= over;
    const moves_t *moves = &observation_facts(observation)->moves;

    for (unsigned i = 0; i < moves->count; i++) {
        const move_t *move = &moves->move[i];

        if (move->event == EVENT_SHOW_FIN_NOT_SENT && zeek->end[move->role] == ZEEK_CLOSED)
            zeek->end[move->role] = zeek->before[move->role];
    }
}

/* A SYN-ACK, or the SYN of a simultaneous open, establishes both endpoints at once. */
static void take_syn(zeek_t *zeek, role_t role)
{
    if (role == ROLE_CLIENT) {
        if (zeek->end[role] == ZEEK_INACTIVE ||
            (zeek->end[role] == ZEEK_PARTIAL && zeek->end[ROLE_SERVER] == ZEEK_INACTIVE))
            set_end(zeek, role, ZEEK_SYN_SENT);
    } else if (zeek->end[role] == ZEEK_INACTIVE) {
        if (zeek->end[ROLE_CLIENT] == ZEEK_SYN_SENT)
            set_end(zeek, ROLE_CLIENT, ZEEK_ESTABLISHED);
        set_end(zeek, role, ZEEK_ESTABLISHED);
    }
}

/* A RST after both endpoints have sent their FINs no longer changes anything. */
static void take_rst(zeek_t *zeek, role_t role)
{
    if (zeek->reset)
        return;
    zeek->reset = true;
    if (zeek->end[role] != ZEEK_CLOSED || zeek->end[!role] != ZEEK_CLOSED)
        set_end(zeek, role, ZEEK_RESET);
}

/* A FIN that crosses a RST behind the other endpoint's FIN: both have closed in an orderly way. */
static bool crosses_late_rst(const zeek_t *zeek, const segment_t *segment, role_t role)
{
    return segment_has(segment, TCP_FLAG_FIN | TCP_FLAG_ACK) && zeek->end[!role] == ZEEK_RESET &&
           zeek->before[!role] == ZEEK_CLOSED;
}

/* The first segment of an endpoint, without SYN, FIN or RST. */
static void take_plain(zeek_t *zeek, const segment_t *segment, role_t role)
{
    if (zeek->end[role] != ZEEK_INACTIVE)
        return;
    if (role == ROLE_SERVER && segment->payload_len == 0 && zeek->end[ROLE_CLIENT] == ZEEK_SYN_SENT)
        return; /* some stacks acknowledge a SYN before they answer it */
    set_end(zeek, role, zeek->end[!role] == ZEEK_ESTABLISHED ? ZEEK_ESTABLISHED : ZEEK_PARTIAL);
}

static void move_ends(zeek_t *zeek, const segment_t *segment, const observation_t *observation,
                      const verdict_t *verdict, role_t role)
{
    const uint8_t fin_steps = 1u << 0 | 1u << 2;

    if (segment_has(segment, TCP_FLAG_RST)) {
        if (observation->phase == PHASE_RESET)
            take_rst(zeek, role);
    } else if (crosses_late_rst(zeek, segment, role)) {
        set_end(zeek, !role, ZEEK_CLOSED);
        set_end(zeek, role, ZEEK_CLOSED);
    } else if (!verdict->counts) {
        return;
    } else if (segment_has(segment, TCP_FLAG_SYN)) {
        take_syn(zeek, role);
    } else if (segment_has(segment, TCP_FLAG_FIN)) {
        if ((observation->teardown_steps & fin_steps) && zeek->end[role] < ZEEK_CLOSED)
            set_end(zeek, role, ZEEK_CLOSED);
    } else {
        take_plain(zeek, segment, role);
    }
}

/* -- All together ------------------------------------------------------------------------------ */

void zeek_begin(zeek_t *zeek, role_t first_sender)
{
    *zeek = (zeek_t){0};
    /* Zeek takes whoever speaks first for the client, and marks where it knows better. */
    if (first_sender == ROLE_SERVER)
        add_raw(zeek, '^');
}

void zeek_take_early_syn(zeek_t *zeek, uint32_t isn)
{
    add_numbered(zeek, ROLE_CLIENT, ZEEK_SEEN_SYN, 'S', &zeek->last_syn[ROLE_CLIENT], isn);
    set_end(zeek, ROLE_CLIENT, ZEEK_SYN_SENT);
}

void zeek_observe(zeek_t *zeek, const segment_t *segment, const observation_t *observation,
                  const verdict_t *verdict, role_t sender, bool over)
{
    const bool first = zeek->seen[sender] == 0;

    if (verdict->damaged) {
        add_counted(zeek, sender, zeek->damaged, 'C');
        return;
    }
    take_back(zeek, observation, over);
    add_kind(zeek, segment, sender);
    add_zero_window(zeek, segment, sender);
    if (verdict->repeats && segment->payload_len > 0 && !first &&
        !segment_has(segment, TCP_FLAG_RST))
        add_counted(zeek, sender, zeek->repeated, 'T');
    move_ends(zeek, segment, observation, verdict, sender);
    if (verdict->acks_missing)
        zeek_note_missing(zeek, sender);
}

void zeek_note_missing(zeek_t *zeek, role_t sender)
{
    if (is_clean(zeek))
        add_counted(zeek, !sender, zeek->missed, 'G');
}

/* -- conn_state -------------------------------------------------------------------------------- */

/* A SYN of the client, then its RST, and between them nothing else of the client. */
static bool gave_up_opening(const zeek_t *zeek)
{
    const char *at = zeek->history;

    if (*at != 'S')
        return false;
    for (; *at; at++) {
        switch (*at) {
        case 'R':
            return true;
        case 'H':
        case 'A':
        case 'F':
        case 'G':
        case 'I':
        case 'Q':
            return false;
        default:
            break;
        }
    }
    return false;
}

const char *zeek_conn_state(const zeek_t *zeek)
{
    const zeek_end_t client = (zeek_end_t)zeek->end[ROLE_CLIENT];
    const zeek_end_t server = (zeek_end_t)zeek->end[ROLE_SERVER];
    const bool no_client = client == ZEEK_INACTIVE || client == ZEEK_PARTIAL;
    const bool no_server = server == ZEEK_INACTIVE || server == ZEEK_PARTIAL;

    if (server == ZEEK_RESET)
        return client == ZEEK_SYN_SENT ? "REJ" : no_client ? "RSTRH" : "RSTR";
    if (client == ZEEK_RESET)
        return !no_server ? "RSTO" : gave_up_opening(zeek) ? "RSTOS0" : "OTH";
    if (client == ZEEK_CLOSED)
        return server == ZEEK_CLOSED ? "SF" : no_server ? "SH" : "S2";
    if (server == ZEEK_CLOSED)
        return no_client ? "SHR" : "S3";
    if (client == ZEEK_SYN_SENT && server == ZEEK_INACTIVE)
        return "S0";
    return client == ZEEK_ESTABLISHED ? "S1" : "OTH"; /* which makes the server so, too */
}
