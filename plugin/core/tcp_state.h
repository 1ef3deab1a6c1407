/* tcp_state.h
 * RFC 9293's connection states, the events that change them, and the transition table.
 *
 * Knows: which event moves an endpoint from which state to which, and the rule behind it. Does not
 * know: segments, numbers, which endpoint it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TCP_STATE_H
#define TCPSTATE_TCP_STATE_H

#include <stdbool.h>
#include <stddef.h>

/* X(enumerator, number, text): numbers of RFC 4022's tcpConnectionState, names of RFC 9293 3.3.2.
 */
#define TCP_STATE_LIST(X)                                                                          \
    X(STATE_UNKNOWN, 0, "Unknown")                                                                 \
    X(STATE_CLOSED, 1, "CLOSED")                                                                   \
    X(STATE_LISTEN, 2, "LISTEN")                                                                   \
    X(STATE_SYN_SENT, 3, "SYN-SENT")                                                               \
    X(STATE_SYN_RECEIVED, 4, "SYN-RECEIVED")                                                       \
    X(STATE_ESTABLISHED, 5, "ESTABLISHED")                                                         \
    X(STATE_FIN_WAIT_1, 6, "FIN-WAIT-1")                                                           \
    X(STATE_FIN_WAIT_2, 7, "FIN-WAIT-2")                                                           \
    X(STATE_CLOSE_WAIT, 8, "CLOSE-WAIT")                                                           \
    X(STATE_LAST_ACK, 9, "LAST-ACK")                                                               \
    X(STATE_CLOSING, 10, "CLOSING")                                                                \
    X(STATE_TIME_WAIT, 11, "TIME-WAIT")

typedef enum tcp_state {
#define X(name, number, text) name = number,
    TCP_STATE_LIST(X)
#undef X
} tcp_state_t;

enum { STATE_COUNT = STATE_TIME_WAIT + 1 };

/* X(enumerator, kind, what happened to the endpoint): what can move it. SEND and RECEIVE are RFC
 * 9293's own. SHOW: the endpoint's own segments show something that was not captured (a MOVE), or
 * that contradicts what was presumed (a CORRECTION). GUESS: the capture began in the middle. */
#define TCP_EVENT_LIST(X)                                                                          \
    X(EVENT_SEND_SYN, MOVE, "sent SYN")                                                            \
    X(EVENT_RECEIVE_SYN, MOVE, "received SYN")                                                     \
    X(EVENT_RECEIVE_SYN_REUSE, MOVE, "received a SYN that may open a new connection")              \
    X(EVENT_SEND_SYN_ACK, MOVE, "sent SYN-ACK")                                                    \
    X(EVENT_RECEIVE_SYN_ACK, MOVE, "received SYN-ACK")                                             \
    X(EVENT_RECEIVE_ACK_OF_SYN, MOVE, "received the ACK of its SYN")                               \
    X(EVENT_SEND_FIN, MOVE, "sent FIN")                                                            \
    X(EVENT_SEND_CROSSING_FIN, CORRECTION,                                                         \
      "sent FIN that does not acknowledge the other side's, so they crossed")                      \
    X(EVENT_RECEIVE_FIN, MOVE, "received FIN")                                                     \
    X(EVENT_RECEIVE_ACK_OF_FIN, MOVE, "received the ACK of its FIN")                               \
    X(EVENT_SEND_RST, MOVE, "sent RST")                                                            \
    X(EVENT_RECEIVE_RST, MOVE, "received RST")                                                     \
    X(EVENT_RECEIVE_RST_ACTIVE, MOVE, "received RST, having sent a SYN of its own")                \
    X(EVENT_TIME_WAIT_OVER, MOVE, "has waited out TIME-WAIT")                                      \
    X(EVENT_SHOW_SYN_RECEIVED, MOVE, "answers a SYN that was not captured")                        \
    X(EVENT_SHOW_LISTENER, MOVE, "answers a SYN, so it listens again")                             \
    X(EVENT_SHOW_NO_LISTENER, CORRECTION, "refused the SYN, so nobody listened")                   \
    X(EVENT_SHOW_TIME_WAIT, CORRECTION, "answers the SYN with an ACK of the connection before")    \
    X(EVENT_SHOW_SYN_ACK_RECEIVED, MOVE, "acknowledges a SYN-ACK that was not captured")           \
    X(EVENT_SHOW_SYN_ACK_NOT_RECEIVED, CORRECTION,                                                 \
      "repeats its SYN, so the SYN-ACK did not arrive")                                            \
    X(EVENT_SHOW_SYN_NOT_RECEIVED, CORRECTION,                                                     \
      "repeats its SYN without ACK, so the other side's SYN did not arrive")                       \
    X(EVENT_SHOW_SYN_ACKED, MOVE, "goes on, so its SYN was acknowledged")                          \
    X(EVENT_SHOW_SYN_NOT_ACKED, CORRECTION, "sends its SYN-ACK, of which it has taken no ACK")     \
    X(EVENT_SHOW_FIN_SENT, MOVE, "has sent FIN, which was not captured but is acknowledged")       \
    X(EVENT_SHOW_FIN_TAKEN, MOVE, "has its FIN acknowledged, so it was taken after all")           \
    X(EVENT_SHOW_FIN_PASSED, MOVE, "stands behind its FIN, so it has sent that, taken or not")     \
    X(EVENT_SHOW_FIN_RECEIVED, MOVE, "acknowledges the other side's FIN, so it arrived")           \
    X(EVENT_SHOW_FIN_RECEIVED_FIRST, CORRECTION,                                                   \
      "acknowledged this FIN with its own, which was captured earlier")                            \
    X(EVENT_SHOW_FIN_SENT_FIRST, CORRECTION,                                                       \
      "sent this FIN first: the other's, captured earlier, acknowledges it")                       \
    X(EVENT_SHOW_FIN_NOT_ACKED, CORRECTION, "repeats its FIN, so the ACK of it did not arrive")    \
    X(EVENT_SHOW_FIN_CROSSED, CORRECTION,                                                          \
      "is sent a FIN, captured late, that does not acknowledge its own")                           \
    X(EVENT_SHOW_FIN_NOT_RECEIVED, CORRECTION,                                                     \
      "does not acknowledge the FIN, so it did not arrive")                                        \
    X(EVENT_SHOW_FIN_NOT_SENT, CORRECTION,                                                         \
      "goes on as without the FIN that was captured or presumed, so it sent none there")           \
    X(EVENT_SHOW_ALIVE, CORRECTION, "goes on after the RST, so the RST did not end it")            \
    X(EVENT_SHOW_OPEN_BEFORE_RST, CORRECTION,                                                      \
      "had gone on before the RST came, so its SYN was acknowledged by then")                      \
    X(EVENT_SHOW_STILL_WAITING, CORRECTION, "still answers, so its TIME-WAIT was not over")        \
    X(EVENT_SHOW_RESTART, CORRECTION, "resets the old connection, so its new SYN was meant")       \
    X(EVENT_GUESS_OPEN, GUESS, "sends a segment where the capture of the connection begins")       \
    X(EVENT_GUESS_PEER_OPEN, GUESS,                                                                \
      "is sent a segment where the capture of the connection begins")                              \
    X(EVENT_GUESS_CLOSE, GUESS, "sends FIN where the capture of the connection begins")            \
    X(EVENT_GUESS_PEER_CLOSE, GUESS, "is sent FIN where the capture of the connection begins")     \
    X(EVENT_GUESS_SYN_ACK, GUESS, "sends SYN-ACK to a SYN that was not captured")                  \
    X(EVENT_GUESS_PEER_SYN_ACK, GUESS, "receives SYN-ACK to a SYN that was not captured")          \
    X(EVENT_GUESS_RST, GUESS, "sends RST for a connection that was not captured")                  \
    X(EVENT_GUESS_PEER_RST, GUESS, "receives RST for a connection that was not captured")

typedef enum tcp_event {
#define X(name, kind, text) name,
    TCP_EVENT_LIST(X)
#undef X
        EVENT_COUNT
} tcp_event_t;

/* What an event says of the two states that it leads from and to. */
typedef enum tcp_event_kind {
    EVENT_IS_MOVE,       /* the endpoint has moved from the one to the other */
    EVENT_IS_CORRECTION, /* it was not in the one, as was presumed, but is in the other */
    EVENT_IS_GUESS       /* nothing was known before */
} tcp_event_kind_t;

/* X(enumerator, number, text): what a state rests on: tcpstate.client.basis, tcpstate.server.basis.
 */
#define BASIS_LIST(X)                                                                              \
    X(BASIS_UNKNOWN, 0, "Unknown")                                                                 \
    X(BASIS_SENT, 1, "Sent")                                                                       \
    X(BASIS_PRESUMED, 2, "Presumed")                                                               \
    X(BASIS_GUESSED, 3, "Guessed")                                                                 \
    X(BASIS_TIMER, 4, "Timer")

typedef enum basis {
#define X(name, number, text) name = number,
    BASIS_LIST(X)
#undef X
} basis_t;

/* One row of the table. */
typedef struct tcp_transition {
    tcp_event_t event;
    tcp_state_t from;
    tcp_state_t to;
    const char *rule; /* where it is written, "RFC 9293 3.10.4"; never NULL */
} tcp_transition_t;

/* The row for this event in this state; NULL where the event leaves the state alone. Only
 * EVENT_SHOW_ALIVE has no fixed result: its row's `to` is STATE_UNKNOWN and the caller supplies
 * the state that the endpoint had before. */
const tcp_transition_t *tcp_transition_find(tcp_event_t event, tcp_state_t from);

/* "FIN-WAIT-1"; "Unknown" for a number that is no state. */
const char *tcp_state_text(tcp_state_t state);

/* What happened to the endpoint, to follow its name: "sent FIN". */
const char *tcp_event_text(tcp_event_t event);

/* What kind of event it is. */
tcp_event_kind_t tcp_event_kind(tcp_event_t event);

/* ESTABLISHED and all after it except CLOSED: both sequence numbers are agreed (RFC 9293 3.3.2). */
bool tcp_state_synchronized(tcp_state_t state);

#endif
