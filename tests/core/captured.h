/* captured.h
 * A driver for tests of copies: a test captures segments, one line each, and asserts what is said
 * of the last one. assert_copies(n): it is a copy of frame n; assert_perhaps(n): that cannot be
 * told; assert_sent(): it was sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_CAPTURED_H
#define TCPSTATE_TESTS_CAPTURED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "copies.h"

enum {
    FIN = TCP_FLAG_FIN,
    SYN = TCP_FLAG_SYN,
    RST = TCP_FLAG_RST,
    PSH = TCP_FLAG_PSH,
    ACK = TCP_FLAG_ACK,
    ECE = TCP_FLAG_ECE,
    CWR = TCP_FLAG_CWR,
    AE = TCP_FLAG_AE,
    CLIENT = 0,
    SERVER = 1,
    CE = 3,
};

static copies_table_t table;

static struct {
    copies_evidence_t evidence[2]; /* of two connections */
    unsigned connection;           /* the one that is in use */
    uint32_t frame;
    uint16_t next_id[2]; /* by side: what its next segment gets; 0: no identification */
    uint16_t id_step;    /* how far it goes on with each segment */
    bool clock;          /* segments have timestamps */
    bool damaged;        /* they are damaged */
    uint32_t now;        /* their value */
    segment_t sent;      /* the last one that was sent */
    unsigned side;       /* who sent it */
    copy_verdict_t verdict;
} capture;

static inline int begin(void **state)
{
    (void)state;
    memset(&table, 0, sizeof table);
    memset(&capture, 0, sizeof capture);
    capture.evidence[1].connection = 1;
    return 0;
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

/* Both hosts use a new identification for each segment that they send. */
static inline void with_identifications(void)
{
    capture.next_id[CLIENT] = 1000;
    capture.next_id[SERVER] = UINT16_MAX;
    capture.id_step = 1;
}

/* -- Capturing --------------------------------------------------------------------------------- */

static inline void captured(const segment_t *segment, unsigned side)
{
    segment_t now = *segment;

    now.frame = ++capture.frame;
    capture.verdict = copies_take(&table, &capture.evidence[capture.connection], &now, side,
                                  now.frame % 3, capture.damaged);
}

static inline uint16_t take_id(unsigned side)
{
    const uint16_t id = capture.next_id[side];

    capture.next_id[side] = (uint16_t)(id + capture.id_step);
    if (capture.next_id[side] == 0)
        capture.next_id[side] = capture.id_step;
    return id;
}

/* A segment is sent, and captured. Numbers count from the initial ones, which wrap soon. */
static inline segment_t sends(unsigned side, unsigned flags, uint32_t seq, uint32_t ack,
                              uint32_t len)
{
    const uint32_t isn[2] = {UINT32_C(0xfffffffe), UINT32_C(0xffffff9c)};

    capture.now += capture.clock;
    capture.side = side;
    capture.sent = (segment_t){.flags = (uint16_t)flags,
                               .seq = isn[side] + seq,
                               .ack = flags & ACK ? isn[!side] + ack : 0,
                               .payload_len = len,
                               .window = 500,
                               .has_timestamps = capture.clock,
                               .ts_value = capture.now,
                               .ts_echo = capture.now / 2,
                               .ip_id = take_id(side)};
    captured(&capture.sent, side);
    return capture.sent;
}

static inline segment_t client(unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    return sends(CLIENT, flags, seq, ack, len);
}

static inline segment_t server(unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    return sends(SERVER, flags, seq, ack, len);
}

/* The last segment is captured once more. */
static inline void again(void)
{
    captured(&capture.sent, capture.side);
}

/* The last segment is sent once more: with a new identification, where its sender uses them. */
static inline void resent(void)
{
    capture.sent.ip_id = take_id(capture.side);
    captured(&capture.sent, capture.side);
}

static inline void handshake(void)
{
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

static inline void handshake_twice(void)
{
    client(SYN, 0, 0, 0);
    again();
    server(SYN | ACK, 0, 1, 0);
    again();
    client(ACK, 1, 1, 0);
    again();
}

#define assert_copies(want)                                                                        \
    do {                                                                                           \
        assert_int_equal(capture.verdict.kind, COPY_CERTAIN);                                      \
        assert_int_equal(capture.verdict.frame, want);                                             \
        assert_int_equal(capture.verdict.layer, (want) % 3);                                       \
    } while (0)

#define assert_perhaps(want)                                                                       \
    do {                                                                                           \
        assert_int_equal(capture.verdict.kind, COPY_PERHAPS);                                      \
        assert_int_equal(capture.verdict.frame, want);                                             \
    } while (0)

#define assert_sent() assert_int_equal(capture.verdict.kind, COPY_NONE)

/* By side: what came again of the handshake of these is known to be copies now. */
#define assert_settles(want_client, want_server)                                                   \
    do {                                                                                           \
        assert_int_equal(capture.verdict.settles[CLIENT], want_client);                            \
        assert_int_equal(capture.verdict.settles[SERVER], want_server);                            \
    } while (0)

#endif
