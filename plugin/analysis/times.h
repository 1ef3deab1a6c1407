/* times.h
 * Every time constant of the analysis, in nanoseconds: what it is for and where it comes from.
 *
 * Numbers and their order decide wherever they can; a time only where they cannot.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TIMES_H
#define TCPSTATE_TIMES_H

#include <stdint.h>

#define TIME_MS INT64_C(1000000)
#define TIME_S  (1000 * TIME_MS)

/* X(name, nanoseconds, what it is for, where it comes from) */
#define TIME_LIST(X)                                                                               \
    X(TIME_ROUND_TRIP_GUESS, TIME_S,                                                               \
      "what is captured later than this after another segment does not cross it, where no round "  \
      "trip was measured",                                                                         \
      "RFC 6298 2.1: the first retransmission timeout; longer than nearly all round trips")        \
    X(TIME_QUICK_ANSWER, 500 * TIME_MS,                                                            \
      "what comes within this after the other endpoint's segment answers it and is no keep-alive", \
      "RFC 9293 3.8.4: keep-alives are hours apart; RFC 9293 3.8.6.3: an ACK is held back less "   \
      "than 0.5 s")                                                                                \
    X(TIME_RETRANSMISSION_MIN, 200 * TIME_MS,                                                      \
      "a SYN or SYN-ACK that comes again sooner is a copy",                                        \
      "RFC 6298 2.4 asks for 1 s; Linux's least retransmission timeout")                           \
    X(TIME_QUEUE_MIN, 50 * TIME_MS,                                                                \
      "at least so long what was sent before a FIN or RST came may stand in a queue",              \
      "observed: queues at the sender")                                                            \
    X(TIME_QUEUE_MAX, TIME_S, "no queue is older than this",                                       \
      "observed: what is sent a second after a RST was sent knowing of it")                        \
    X(TIME_TIMESTAMP_TICK, TIME_MS, "one step of the clock in a timestamp",                        \
      "RFC 7323 5.4 allows 1 ms to 1 s; most hosts count milliseconds")                            \
    X(TIME_PROMPT, 10 * TIME_MS,                                                                   \
      "sooner than this (and a round trip) after the segment before it no application closes",     \
      "observed: it first sends what it has opened the connection for")                            \
    X(TIME_DELAYED_ACK, 40 * TIME_MS,                                                              \
      "the least time for which the ACK of a FIN that nobody answers is held back",                \
      "observed: Linux's least delayed ACK; RFC 9293 3.8.6.3 allows up to 0.5 s")                  \
    X(TIME_RST_HOST, 50 * TIME_MS,                                                                 \
      "a RST comes within two round trips and this after the segment that it answers",             \
      "observed: how long an answering host may take")                                             \
    X(TIME_RST_ANSWER, TIME_S, "the same where the round trip is not known",                       \
      "as TIME_ROUND_TRIP_GUESS")                                                                  \
    X(TIME_CAPTURE_ORDER, 5 * TIME_MS,                                                             \
      "what is captured sooner than this after what the other side sent, or has acknowledged, "    \
      "may have been sent before it",                                                              \
      "observed: how late a capture point may be with one direction")                              \
    X(TIME_SYN_PATIENCE, 180 * TIME_S,                                                             \
      "another SYN that comes later is another attempt of the application",                        \
      "RFC 9293 3.8.3: R2 of a SYN is at least three minutes")

/* No file uses all of them. */
#define X(name, nanoseconds, purpose, source)                                                      \
    static const int64_t name __attribute__((unused)) = nanoseconds;
TIME_LIST(X)
#undef X

enum {
    DELAYED_ACK_TICKS =
        25, /* TIME_DELAYED_ACK in ticks of the timestamps, some of which are longer */
    QUEUE_ROUND_TRIPS = 5 /* a queue holds back what was sent for so many round trips; one that
                             is being emptied has no longer pause */
};

#endif
