/* hindsight.c
 * Puts the moves of both ends where they happened, leaves out those that did not, and goes through
 * the states anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hindsight.h"

/* A move of one end and where it stands. */
typedef struct dated_move {
    unsigned row; /* where the fields show it */
    unsigned at;  /* the row with which it happened; NEVER: it did not */
    bool late;    /* it happened after what the row itself brought: by the arrival of the other
                     end's segment of row `cause`, which crossed it */
    unsigned cause;
    unsigned order; /* among all moves of the end */
    unsigned
        alike; /* while moves are refuted: the one by the same event before it; NO_MOVE: none */
    uint8_t event;
    uint8_t to;
} dated_move_t;

enum { NEVER = G_MAXUINT, NO_ROW = G_MAXUINT, NO_MOVE = G_MAXUINT };

/* What is worked on: one end of the connection. */
typedef struct end_view {
    ladder_t *ladder;
    role_t role;
    GArray *moves;  /* of dated_move_t, in the order of `row` */
    uint8_t before; /* its state before the first row */
    unsigned spoke; /* the last row of a segment of it that is no RST; valid if it has moves */
} end_view_t;

static dated_move_t *move_at(const end_view_t *end, unsigned i)
{
    return &g_array_index(end->moves, dated_move_t, i);
}

static const ladder_row_t *row_at(const end_view_t *end, unsigned i)
{
    return ladder_row(end->ladder, i);
}

static bool has(const ladder_row_t *row, uint16_t flags)
{
    return (row->flags & flags) == flags;
}

/* The number after its last one. */
static uint32_t row_end(const ladder_row_t *row)
{
    return row->seq + row->len + has(row, TCP_FLAG_SYN) + has(row, TCP_FLAG_FIN);
}

/* -- What never happened ----------------------------------------------------------------------- */

/* What the first event shows: that the move by the second one did not happen. */
static const struct refutation {
    tcp_event_t shows;
    tcp_event_t refuted;
} refutations[] = {
    {EVENT_SHOW_SYN_ACK_NOT_RECEIVED, EVENT_RECEIVE_SYN_ACK},
    {EVENT_SHOW_SYN_NOT_RECEIVED, EVENT_RECEIVE_SYN},
    {EVENT_SHOW_SYN_NOT_ACKED, EVENT_RECEIVE_ACK_OF_SYN},
    {EVENT_SHOW_SYN_NOT_ACKED, EVENT_RECEIVE_FIN},
    {EVENT_SHOW_FIN_NOT_ACKED, EVENT_RECEIVE_ACK_OF_FIN},
    {EVENT_SHOW_FIN_CROSSED, EVENT_RECEIVE_ACK_OF_FIN},
    {EVENT_SHOW_FIN_NOT_RECEIVED, EVENT_RECEIVE_FIN},
    {EVENT_SHOW_FIN_NOT_RECEIVED, EVENT_SHOW_FIN_RECEIVED},
    {EVENT_SHOW_FIN_NOT_SENT, EVENT_SEND_FIN},
    {EVENT_SHOW_FIN_NOT_SENT, EVENT_SEND_CROSSING_FIN},
    {EVENT_SHOW_FIN_NOT_SENT, EVENT_RECEIVE_ACK_OF_FIN},
    {EVENT_SHOW_ALIVE, EVENT_SEND_RST},
    {EVENT_SHOW_ALIVE, EVENT_RECEIVE_RST},
    {EVENT_SHOW_ALIVE, EVENT_RECEIVE_RST_ACTIVE},
    {EVENT_SHOW_NO_LISTENER, EVENT_RECEIVE_SYN},
    {EVENT_SHOW_NO_LISTENER, EVENT_RECEIVE_SYN_REUSE},
    {EVENT_SHOW_TIME_WAIT, EVENT_RECEIVE_SYN_REUSE},
    {EVENT_SHOW_TIME_WAIT, EVENT_RECEIVE_SYN}, /* its time seemed to be over */
    {EVENT_SHOW_STILL_WAITING, EVENT_TIME_WAIT_OVER},
};

/* The RST that refused the SYN was not the server's: it has answered the same SYN by a SYN-ACK. */
static bool listens_after_all(const end_view_t *end, unsigned i)
{
    for (unsigned row = move_at(end, i)->row + 1; row < ladder_count(end->ladder); row++) {
        const ladder_row_t *later = row_at(end, row);

        if (ladder_row_is_of(later, !end->role) && has(later, TCP_FLAG_SYN))
            return false;
        if (ladder_row_is_of(later, end->role) && has(later, TCP_FLAG_SYN | TCP_FLAG_ACK))
            return true;
    }
    return false;
}

/* Takes back the last move by this event. `last` has the last move of each event that was not taken
 * back so far. */
static void refute_last(const end_view_t *end, unsigned last[EVENT_COUNT], tcp_event_t refuted)
{
    if (last[refuted] == NO_MOVE)
        return;

    dated_move_t *move = move_at(end, last[refuted]);

    move->at = NEVER;
    last[refuted] = move->alike;
}

static void refute(end_view_t *end)
{
    unsigned last[EVENT_COUNT];

    for (unsigned event = 0; event < EVENT_COUNT; event++)
        last[event] = NO_MOVE;
    for (unsigned i = 0; i < end->moves->len; i++) {
        dated_move_t *move = move_at(end, i);

        if (move->event == EVENT_SHOW_NO_LISTENER && listens_after_all(end, i))
            move->at = NEVER;
        if (move->at == NEVER)
            continue;
        for (unsigned n = 0; n < G_N_ELEMENTS(refutations); n++)
            if (refutations[n].shows == move->event)
                refute_last(end, last, refutations[n].refuted);
        if (move->event == EVENT_SHOW_NO_LISTENER)
            end->before = STATE_CLOSED;
        if (move->event == EVENT_SHOW_TIME_WAIT)
            end->before = STATE_TIME_WAIT;
        if (move->event == EVENT_SHOW_OPEN_BEFORE_RST && last[EVENT_RECEIVE_RST] != NO_MOVE)
            move->at = move_at(end, last[EVENT_RECEIVE_RST])->at;
        move->alike = last[move->event];
        last[move->event] = i;
    }
}

/* An ICMP error is all that answered the SYN: there was nobody. */
static void refute_unreachable(end_view_t *end)
{
    bool unreachable = false;

    for (unsigned i = 0; i < ladder_count(end->ladder); i++) {
        if (ladder_row_is_of(row_at(end, i), end->role))
            return;
        unreachable |= row_at(end, i)->what == LADDER_NOTICE;
    }
    if (!unreachable || end->role != ROLE_SERVER)
        return;
    end->before = STATE_CLOSED;
    g_array_set_size(end->moves, 0);
}

/* The end goes on below its FIN, though that was acknowledged: so it did not send it (RFC 9293
 * 3.4). */
static bool disowns_fin(const end_view_t *end, unsigned fin)
{
    const ladder_row_t *shown = row_at(end, fin);
    const uint32_t number = row_end(shown) - 1;
    bool acked = false;

    for (unsigned i = fin + 1; i < ladder_count(end->ladder); i++) {
        const ladder_row_t *row = row_at(end, i);

        if (row->what != LADDER_SEGMENT || has(row, TCP_FLAG_SYN))
            continue;
        if (ladder_row_is_of(row, end->role)) {
            if (has(row, TCP_FLAG_FIN) || has(row, TCP_FLAG_RST) || row->seq != number)
                return false;
            if (acked && row->len == 0 && !seq_before(row->ack, shown->ack))
                return true;
        } else if (has(row, TCP_FLAG_ACK) && row->ack == number + 1) {
            acked = true;
        }
    }
    return false;
}

static void refute_fin(const end_view_t *end)
{
    for (unsigned i = 0; i < end->moves->len; i++) {
        const dated_move_t *move = move_at(end, i);

        if (move->event != EVENT_SEND_FIN || move->at == NEVER || !disowns_fin(end, move->row))
            continue;
        for (unsigned n = i; n < end->moves->len; n++) {
            dated_move_t *next = move_at(end, n);

            if (next->event == EVENT_SEND_FIN || next->event == EVENT_RECEIVE_ACK_OF_FIN)
                next->at = NEVER;
            else
                break;
        }
    }
}

/* -- When it arrived --------------------------------------------------------------------------- */

/* What a segment of the receiver says of one of the other end's that it may have got. */
typedef enum answer { SAYS_NOTHING, HAS_NOT_GOT_IT, HAS_GOT_IT } answer_t;

/* What is asked: a SYN or FIN of the other end, in whose place later ones with the same number may
 * have arrived. */
typedef struct arrival {
    unsigned cause; /* its row */
    uint16_t flag;  /* TCP_FLAG_SYN or TCP_FLAG_FIN: of it and of those that repeat it */
    uint32_t end;   /* the number after it, which its ACK names */
} arrival_t;

/* Only a SYN or FIN of its own that crosses it shows that the receiver has not got it yet: an ACK
 * or data may have waited on their way to the point of capture. A RST says nothing: its numbers
 * follow from what it answers. */
static answer_t row_says(const ladder_row_t *row, role_t role, const arrival_t *arrival)
{
    if (row->what == LADDER_RUN)
        return row->has_ack[role] && !seq_before(row->last_ack[role], arrival->end) ? HAS_GOT_IT
                                                                                    : SAYS_NOTHING;
    if (!ladder_row_is_of(row, role) || has(row, TCP_FLAG_RST))
        return SAYS_NOTHING;
    if (has(row, TCP_FLAG_ACK) && !seq_before(row->ack, arrival->end))
        return HAS_GOT_IT;
    if (arrival->flag == TCP_FLAG_SYN && has(row, TCP_FLAG_ACK))
        return HAS_GOT_IT; /* with a wrong number */
    return has(row, arrival->flag) ? HAS_NOT_GOT_IT : SAYS_NOTHING;
}

/* Which of two segments with the same numbers arrived: the later one, unless the time stamp in the
 * answer shows that it was the earlier. */
static bool is_rather(const ladder_row_t *later, const ladder_row_t *earlier,
                      const ladder_row_t *answer)
{
    if (later->showed && later->showed->perhaps_copy)
        return false;
    if (!later->has_timestamps || !earlier->has_timestamps)
        return true;
    if (later->ts_value == earlier->ts_value)
        return false;
    return !answer->has_timestamps || answer->what != LADDER_SEGMENT ||
           !seq_after(later->ts_value, answer->ts_echo);
}

/* The row of the segment that row `until` answers. */
static unsigned answered_cause(const end_view_t *end, const arrival_t *arrival, unsigned until)
{
    unsigned cause = arrival->cause;

    if (until >= ladder_count(end->ladder))
        return cause; /* there is no answer */
    for (unsigned i = cause + 1; i < until; i++) {
        const ladder_row_t *row = row_at(end, i);

        if (ladder_row_is_of(row, !end->role) && has(row, arrival->flag) &&
            has(row, TCP_FLAG_ACK) == has(row_at(end, arrival->cause), TCP_FLAG_ACK) &&
            row_end(row) == row_end(row_at(end, arrival->cause)) &&
            is_rather(row, row_at(end, cause), row_at(end, until)))
            cause = i;
    }
    return cause;
}

/* Puts the move that a segment's arrival brings where that happened. */
static void date_arrival(const end_view_t *end, dated_move_t *move, const arrival_t *arrival)
{
    const unsigned count = ladder_count(end->ladder);
    unsigned without = NO_ROW; /* the last row of the receiver that has not got it */
    unsigned answer = arrival->cause + 1;

    for (; answer < count; answer++) {
        const answer_t says = row_says(row_at(end, answer), end->role, arrival);

        if (says == HAS_GOT_IT)
            break;
        if (says == HAS_NOT_GOT_IT)
            without = answer;
    }
    move->at = answered_cause(end, arrival, answer);
    if (move->at < move->row && move->event != EVENT_SHOW_FIN_RECEIVED)
        move->at = move->row; /* what was missing before it came then */
    if (without != NO_ROW && without >= move->at) {
        move->late = true;
        move->cause = move->at;
        move->at = without;
    }
}

/* The row of the other end's segment with this flag, at or before `row`; NO_ROW: not captured. */
static unsigned find_cause(const end_view_t *end, unsigned row, uint16_t flag)
{
    for (unsigned i = row + 1; i-- > 0;)
        if (ladder_row_is_of(row_at(end, i), !end->role) && has(row_at(end, i), flag))
            return i;
    return NO_ROW;
}

static uint16_t flag_of_arrival(uint8_t event)
{
    switch (event) {
    case EVENT_RECEIVE_SYN:
    case EVENT_RECEIVE_SYN_ACK:
        return TCP_FLAG_SYN;
    case EVENT_RECEIVE_FIN:
    case EVENT_SHOW_FIN_RECEIVED:
        return TCP_FLAG_FIN;
    default:
        return 0;
    }
}

static void date_arrivals(const end_view_t *end)
{
    for (unsigned i = 0; i < end->moves->len; i++) {
        dated_move_t *move = move_at(end, i);
        const uint16_t flag = flag_of_arrival(move->event);
        const unsigned cause =
            move->at == NEVER || !flag ? NO_ROW : find_cause(end, move->row, flag);

        if (cause == NO_ROW)
            continue;
        date_arrival(end, move,
                     &(arrival_t){.cause = cause,
                                  .flag = flag,
                                  .end = flag == TCP_FLAG_SYN ? row_at(end, cause)->seq + 1
                                                              : row_end(row_at(end, cause))});
    }
}

/* -- A FIN that was refused -------------------------------------------------------------------- */

/* The number after the end's FIN, where this move shows that it was sent, and its row has none. */
static bool shows_refused_fin(const end_view_t *end, const dated_move_t *move, uint32_t *number)
{
    const ladder_row_t *row = row_at(end, move->row);
    const bool own = ladder_row_is_of(row, end->role);

    if (own && has(row, TCP_FLAG_FIN))
        return false;
    *number = own ? row->seq : row->ack;
    return move->event == EVENT_SHOW_FIN_PASSED || move->event == EVENT_SHOW_FIN_TAKEN ||
           (own && move->event == EVENT_SEND_CROSSING_FIN);
}

/* Whether anybody took it or not, it was sent where it was captured. */
static void date_refused_fins(const end_view_t *end)
{
    uint32_t number;

    for (unsigned i = 0; i < end->moves->len; i++) {
        dated_move_t *move = move_at(end, i);

        if (move->at == NEVER || !shows_refused_fin(end, move, &number))
            continue;
        for (unsigned row = move->row; row-- > 0;)
            if (ladder_row_is_of(row_at(end, row), end->role) &&
                has(row_at(end, row), TCP_FLAG_FIN) && row_end(row_at(end, row)) == number)
                move->at = row;
    }
}

/* -- A RST under way ----------------------------------------------------------------------------
 */

/* The row behind this one with the end's first FIN; NO_ROW: none, or somebody opens anew first. */
static unsigned find_own_fin(const end_view_t *end, unsigned row)
{
    for (unsigned i = row + 1; i < ladder_count(end->ladder); i++) {
        const ladder_row_t *own = row_at(end, i);

        if (has(own, TCP_FLAG_SYN) && own->copies == 0)
            return NO_ROW;
        if (ladder_row_is_of(own, end->role) && has(own, TCP_FLAG_FIN) && !has(own, TCP_FLAG_RST) &&
            !own->retransmission && own->showed && !own->showed->does_not_count)
            return i;
    }
    return NO_ROW;
}

/* Whoever is closed sends no FIN: it had sent it before the RST arrived that was captured first.
 * The fields show no move by it then. */
static void date_crossed_rst(const end_view_t *end)
{
    for (unsigned i = 0; i < end->moves->len; i++) {
        dated_move_t *rst = move_at(end, i);
        const bool is_rst =
            rst->event == EVENT_RECEIVE_RST || rst->event == EVENT_RECEIVE_RST_ACTIVE;
        const unsigned fin = is_rst && rst->at != NEVER ? find_own_fin(end, rst->at) : NO_ROW;

        if (fin == NO_ROW)
            continue;

        const dated_move_t sent = {
            .row = fin, .at = fin, .event = EVENT_SEND_FIN, .to = STATE_FIN_WAIT_1};

        rst->late = true;
        rst->cause = rst->at;
        rst->at = fin;
        g_array_insert_val(end->moves, i, sent);
        return;
    }
}

/* -- An end that was gone ---------------------------------------------------------------------- */

/* A RST like that comes from a closed endpoint (RFC 9293 3.10.7.1). One that has closed its
 * connection, FIN included, may live until data come (RFC 9293 3.6.1). */
static bool shows_gone(const rst_facts_t *rst, uint8_t from)
{
    const bool may_live = from == STATE_FIN_WAIT_1 || from == STATE_FIN_WAIT_2;
    const bool was_known = from == STATE_CLOSED;

    return rst->by && rst->trigger_frame &&
           (rst->reason == RST_UNEXPECTED_SYN_ACK || (rst->reason == RST_HALF_OPEN && !was_known) ||
            (rst->reason == RST_DATA_AFTER_CLOSE && !was_known && !may_live));
}

/* The row that has this frame; NO_ROW: none. */
static unsigned find_frame(const end_view_t *end, uint32_t frame)
{
    unsigned low = 0;
    unsigned high = ladder_count(end->ladder);

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (row_at(end, middle)->last_frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ladder_count(end->ladder) && row_at(end, low)->frame <= frame ? low : NO_ROW;
}

/* It was closed already when what it answers, in row `trigger`, arrived, and so that did nothing to
 * it: unless the RST was forged. */
static void date_silent_end(const end_view_t *end, unsigned trigger, unsigned rst)
{
    for (unsigned i = 0; i < end->moves->len; i++) {
        dated_move_t *move = move_at(end, i);

        if (move->row == trigger && move->event == EVENT_RECEIVE_SYN_ACK)
            move->at = NEVER;
        if (move->row == rst && move->event == EVENT_SEND_RST && move->at != NEVER)
            move->at = trigger;
    }
}

/* An end that answers with such a RST: finds what it answers. */
static void date_silent_ends(const end_view_t *end)
{
    for (unsigned row = 0; row < ladder_count(end->ladder); row++) {
        const ladder_row_t *shown = row_at(end, row);

        if (!ladder_row_is_of(shown, end->role) || !shown->showed)
            continue;

        const rst_facts_t *rst = &observation_facts(shown->showed)->rst;

        if (!shows_gone(rst, shown->showed->previous[end->role]))
            continue;

        const unsigned trigger = find_frame(end, rst->trigger_frame);

        if (trigger != NO_ROW && end->spoke <= row)
            date_silent_end(end, trigger, row);
    }
}

/* -- Crossing SYNs ----------------------------------------------------------------------------- */

/* The server has sent a SYN of its own before the client's had arrived: it opened, too, and did not
 * listen (RFC 9293 3.5, figure 7). The fields show no move of it then. */
static void date_crossing_syn(end_view_t *end)
{
    for (unsigned i = 0; i < end->moves->len; i++) {
        const dated_move_t *move = move_at(end, i);

        if (move->event != EVENT_RECEIVE_SYN || !move->late || end->before != STATE_LISTEN)
            continue;

        const dated_move_t sent = {
            .row = move->at, .at = move->at, .event = EVENT_SEND_SYN, .to = STATE_SYN_SENT};

        end->before = STATE_CLOSED;
        g_array_insert_val(end->moves, i, sent);
        return;
    }
}

/* -- Going through it -------------------------------------------------------------------------- */

static bool is_arrival(uint8_t event)
{
    return event == EVENT_RECEIVE_ACK_OF_SYN || event == EVENT_RECEIVE_ACK_OF_FIN ||
           event == EVENT_RECEIVE_SYN_REUSE || event == EVENT_RECEIVE_RST ||
           event == EVENT_RECEIVE_RST_ACTIVE || flag_of_arrival(event) != 0;
}

/* The state that a move leads to from this one. What an end itself shows holds whatever was
 * presumed before; what it receives does nothing where it does not fit. */
static uint8_t moved(uint8_t state, const dated_move_t *move)
{
    const tcp_transition_t *row = tcp_transition_find((tcp_event_t)move->event, (tcp_state_t)state);

    if (!row && move->event == EVENT_SEND_CROSSING_FIN)
        row = tcp_transition_find(EVENT_SEND_FIN, (tcp_state_t)state);
    if (row && row->to != STATE_UNKNOWN)
        return (uint8_t)row->to;
    return is_arrival(move->event) ? state : move->to;
}

static int by_date(gconstpointer one, gconstpointer other)
{
    const dated_move_t *a = one;
    const dated_move_t *b = other;

    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->late != b->late)
        return a->late ? 1 : -1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Goes on with the moves from number *next on that happen with this row. */
static void apply(const end_view_t *end, unsigned index, unsigned *next, uint8_t *state)
{
    ladder_row_t *row = &g_array_index(end->ladder->rows, ladder_row_t, index);

    row->arrival[end->role] = 0;
    row->sent[end->role] = *state;
    for (; *next < end->moves->len && move_at(end, *next)->at == index; ++*next) {
        const dated_move_t *move = move_at(end, *next);
        const uint8_t to = moved(*state, move);

        if (move->late && to != *state)
            row->arrival[end->role] = row_at(end, move->cause)->frame;
        if (!move->late)
            row->sent[end->role] = to;
        *state = to;
    }
    row->hindsight[end->role] = *state;
}

static void go_through(const end_view_t *end)
{
    uint8_t state = end->before;
    unsigned next = 0;

    for (unsigned i = 0; i < end->moves->len; i++)
        move_at(end, i)->order = i;
    g_array_sort(end->moves, by_date);
    end->ladder->before_hindsight[end->role] = state;
    for (unsigned row = 0; row < ladder_count(end->ladder); row++)
        apply(end, row, &next, &state);
}

/* The newest that one end has sent so far. */
typedef struct newest {
    bool ack_known; /* ack is valid */
    bool ts_known;  /* ts is valid */
    uint32_t ack;
    uint32_t ts;
} newest_t;

/* An old copy of what its sender had sent long before: it repeats nothing now. What a sender sends
 * again has its time and its acknowledgment number of now (RFC 7323 5, RFC 9293 3.8.1). Takes note
 * of a segment that is none. */
static bool is_old(newest_t *newest, const ladder_row_t *row)
{
    const bool acks = has(row, TCP_FLAG_ACK) && !has(row, TCP_FLAG_RST);
    const bool old =
        (newest->ts_known && row->has_timestamps && seq_before(row->ts_value, newest->ts)) ||
        (newest->ack_known && acks && seq_before(row->ack, newest->ack));

    if (old)
        return true;
    if (row->has_timestamps)
        newest->ts = row->ts_value;
    if (acks)
        newest->ack = row->ack;
    newest->ts_known |= row->has_timestamps;
    newest->ack_known |= acks;
    return false;
}

static bool is_refutation(uint8_t event)
{
    for (unsigned n = 0; n < G_N_ELEMENTS(refutations); n++)
        if (refutations[n].shows == event)
            return true;
    return false;
}

static void gather_moves(end_view_t *end)
{
    newest_t newest = {0};

    for (unsigned row = 0; row < ladder_count(end->ladder); row++) {
        const ladder_row_t *shown = row_at(end, row);
        const moves_t *moves = shown->showed ? &observation_facts(shown->showed)->moves : NULL;
        const bool own = ladder_row_is_of(shown, end->role);
        const bool old = own && is_old(&newest, shown);

        if (own && !has(shown, TCP_FLAG_RST))
            end->spoke = row;

        for (unsigned i = 0; moves && i < moves->count; i++) {
            const move_t *move = &moves->move[i];
            const dated_move_t dated = {.row = row,
                                        .at = old && is_refutation(move->event) ? NEVER : row,
                                        .event = move->event,
                                        .to = move->to};

            if (move->role == end->role)
                g_array_append_val(end->moves, dated);
        }
    }
}

void hindsight_settle(ladder_t *ladder)
{
    for (unsigned role = 0; role < 2; role++) {
        end_view_t end = {.ladder = ladder,
                          .role = role,
                          .moves = g_array_new(FALSE, FALSE, sizeof(dated_move_t)),
                          .before = ladder->before[role]};

        gather_moves(&end);
        refute(&end);
        refute_fin(&end);
        refute_unreachable(&end);
        date_silent_ends(&end);
        date_arrivals(&end);
        date_refused_fins(&end);
        date_crossing_syn(&end);
        date_crossed_rst(&end);
        go_through(&end);
        g_array_free(end.moves, TRUE);
    }
}
