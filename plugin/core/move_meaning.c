/* move_meaning.c
 * Why an endpoint moved into another state, in words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "move_meaning.h"

#include "text.h"

/* What happened, and the rule behind it. */
typedef struct cause {
    const char *event;
    const char *rule;
} cause_t;

/* A RST tells by its numbers whether its sender ends the connection or has none that the segment
 * belongs to which it answers. */
static cause_t cause_of_rst(const rst_facts_t *rst)
{
    switch (rst->reason) {
    case RST_ABORT:
        return (cause_t){"aborts by RST", "RFC 9293 3.10.5"};
    case RST_ABORT_UNREAD:
        return (cause_t){"aborts by RST, with data unread or under way", "RFC 9293 3.6.1"};
    case RST_DATA_AFTER_CLOSE:
        return (cause_t){"answers with RST what comes after its close", "RFC 9293 3.6.1"};
    case RST_TIMEOUT:
        return (cause_t){"gives up and sends RST", "RFC 9293 3.8.3"};
    case RST_REASON_UNKNOWN:
        return (cause_t){"sent RST", "RFC 9293 3.5.2"};
    default:
        return (cause_t){"answers with RST, so it has no such connection", "RFC 9293 3.10.7.1"};
    }
}

static cause_t cause_of(const facts_t *facts, const move_t *move)
{
    const tcp_event_t event = (tcp_event_t)move->event;
    const tcp_transition_t *row = tcp_transition_find(event, (tcp_state_t)move->from);

    if (event == EVENT_SEND_RST && facts->rst.by)
        return cause_of_rst(&facts->rst);
    return (cause_t){tcp_event_text(event), row ? row->rule : "RFC 9293 3.3.2"};
}

/* What the states before and after were. */
static void add_states(text_t *text, const move_t *move)
{
    const char *from = tcp_state_text((tcp_state_t)move->from);
    const char *to = tcp_state_text((tcp_state_t)move->to);

    switch (tcp_event_kind((tcp_event_t)move->event)) {
    case EVENT_IS_GUESS:
        text_add(text, "taken to be %s", to);
        break;
    case EVENT_IS_CORRECTION:
        text_add(text, "not %s but %s", from, to);
        break;
    default:
        text_add(text, "%s to %s", from, to);
        break;
    }
}

/* It enters TIME-WAIT, rather than being there again, or still. */
static bool enters_time_wait(const move_t *move)
{
    return move->to == STATE_TIME_WAIT && move->event != EVENT_SHOW_TIME_WAIT &&
           move->event != EVENT_SHOW_STILL_WAITING && move->event != EVENT_SHOW_ALIVE;
}

/* What else there is to know of the new state. */
static void add_remark(text_t *text, const move_t *move, int64_t time_wait)
{
    const unsigned seconds = (unsigned)(time_wait / NS_PER_S);

    if (move->event == EVENT_TIME_WAIT_OVER)
        text_add(text, "; that lasts %u s by the preferences", seconds);
    else if (enters_time_wait(move))
        text_add(
            text,
            "; it waits there for %u s, so that it can answer the FIN if that comes again, and "
            "old segments die out",
            seconds);
    else if (move->event == EVENT_RECEIVE_SYN)
        text_add(text, "; presumed, since a captured SYN is taken to arrive");
}

const char *move_meaning(const facts_t *facts, const move_t *move, int64_t time_wait, char *text,
                         size_t size)
{
    text_t words = text_begin(text, size);
    const cause_t cause = cause_of(facts, move);

    text_add(&words, "%s %s: ", move->role == ROLE_CLIENT ? "client" : "server", cause.event);
    add_states(&words, move);
    text_add(&words, " (%s)", cause.rule);
    add_remark(&words, move, time_wait);
    return text;
}
