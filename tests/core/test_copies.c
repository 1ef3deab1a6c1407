/* test_copies.c
 * Which segments are copies: captured once more, and not sent once more.
 *
 * A test captures segments, one line each, and asserts what is said of the last one: copies(n): it
 * is a copy of frame n; perhaps(n): that cannot be told; nothing: it was sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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
    uint32_t now;        /* their value */
    segment_t sent;      /* the last one that was sent */
    unsigned side;       /* who sent it */
    copy_verdict_t verdict;
} capture;

static int begin(void **state)
{
    (void)state;
    memset(&table, 0, sizeof table);
    memset(&capture, 0, sizeof capture);
    capture.evidence[1].connection = 1;
    return 0;
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

/* Both hosts use a new identification for each segment that they send. */
static void with_identifications(void)
{
    capture.next_id[CLIENT] = 1000;
    capture.next_id[SERVER] = UINT16_MAX;
    capture.id_step = 1;
}

/* -- Capturing --------------------------------------------------------------------------------- */

static void captured(const segment_t *segment, unsigned side)
{
    segment_t now = *segment;

    now.frame = ++capture.frame;
    capture.verdict =
        copies_take(&table, &capture.evidence[capture.connection], &now, side, now.frame % 3);
}

static uint16_t take_id(unsigned side)
{
    const uint16_t id = capture.next_id[side];

    capture.next_id[side] = (uint16_t)(id + capture.id_step);
    if (capture.next_id[side] == 0)
        capture.next_id[side] = capture.id_step;
    return id;
}

/* A segment is sent, and captured. Numbers count from the initial ones, which wrap soon. */
static segment_t sends(unsigned side, unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
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

static segment_t client(unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    return sends(CLIENT, flags, seq, ack, len);
}

static segment_t server(unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    return sends(SERVER, flags, seq, ack, len);
}

/* The last segment is captured once more. */
static void again(void)
{
    captured(&capture.sent, capture.side);
}

/* The last segment is sent once more: with a new identification, where its sender uses them. */
static void resent(void)
{
    capture.sent.ip_id = take_id(capture.side);
    captured(&capture.sent, capture.side);
}

static void handshake(void)
{
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

static void handshake_twice(void)
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

/* -- By identification ------------------------------------------------------------------------- */

static void an_equal_identification_is_a_copy(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(4);
    again();
    assert_copies(4);
}

static void another_identification_is_a_retransmission(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    resent();
    assert_sent();
    again();
    assert_copies(5);
}

static void a_copy_may_come_late(void **state)
{
    (void)state;
    with_identifications();

    const segment_t syn = client(SYN, 0, 0, 0);
    const segment_t syn_ack = server(SYN | ACK, 0, 1, 0);

    client(ACK, 1, 1, 0);
    client(RST | ACK, 1, 1, 0);
    captured(&syn, CLIENT);
    assert_copies(1);
    captured(&syn_ack, SERVER); /* the server has not used others yet, but order tells */
    assert_copies(2);
}

static void a_repeated_ack_with_another_identification_was_sent(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    resent();
    assert_sent();
}

static void a_first_identification_may_be_the_only_one(void **state)
{
    (void)state;
    with_identifications();
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    client(ACK, 1, 1, 0);
    again();
    assert_copies(3);
}

static void a_constant_identification_says_nothing(void **state)
{
    (void)state;
    with_identifications();
    capture.id_step = 0;
    handshake();
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    resent();
    assert_sent();
}

static void no_identification_says_nothing(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(ACK, 1, 1, 0);
    capture.next_id[CLIENT] = 0;
    capture.id_step = 0;
    client(PSH | ACK, 1, 1, 100);
    resent();
    assert_sent();
}

static void none_is_not_another_identification(void **state)
{
    (void)state;
    with_identifications();
    capture.id_step = 0;
    handshake();
    capture.next_id[CLIENT] = 0;
    client(ACK, 1, 1, 0);
    capture.next_id[CLIENT] = 1000;
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    resent();
    assert_sent();
}

static void identifications_that_went_on_once_need_not_do_so_again(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    capture.next_id[CLIENT] = 1000; /* that of the SYN */
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(4);
    capture.next_id[CLIENT] = 2000;
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_copies(6);
}

static void the_other_hosts_identifications_say_nothing(void **state)
{
    (void)state;
    with_identifications();
    capture.next_id[SERVER] = 0;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    capture.id_step = 0;
    server(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 101, 1, 100);
    resent();
    assert_sent();
}

/* -- What has to be equal ---------------------------------------------------------------------- */

/* Captures a segment, and once more with a change. */
#define ASSERT_CHANGED(is_copy, change)                                                            \
    do {                                                                                           \
        begin(NULL);                                                                               \
        with_identifications();                                                                    \
        capture.clock = true;                                                                      \
        handshake();                                                                               \
        client(PSH | ACK, 1, 1, 100);                                                              \
        segment_t *copy = &capture.sent;                                                           \
        change;                                                                                    \
        again();                                                                                   \
        assert_int_equal(capture.verdict.kind, (is_copy) ? COPY_CERTAIN : COPY_NONE);              \
    } while (0)

static void a_copy_has_all_numbers_of_its_original(void **state)
{
    (void)state;
    ASSERT_CHANGED(true, (void)copy);
    ASSERT_CHANGED(false, copy->seq++);
    ASSERT_CHANGED(false, copy->ack++);
    ASSERT_CHANGED(false, copy->payload_len++);
    ASSERT_CHANGED(false, copy->window++);
    ASSERT_CHANGED(false, copy->ts_value++);
    ASSERT_CHANGED(false, copy->ts_echo++);
    ASSERT_CHANGED(false, copy->ip_id++);
    ASSERT_CHANGED(false, (copy->has_sack = true, copy->sack_sum = 1));
}

static void a_copy_has_the_flags_of_its_original_but_for_ecn(void **state)
{
    (void)state;
    ASSERT_CHANGED(false, copy->flags ^= PSH);
    ASSERT_CHANGED(false, copy->flags ^= FIN);
    ASSERT_CHANGED(false, copy->flags ^= TCP_FLAG_URG);
    ASSERT_CHANGED(false, copy->flags ^= 0x200);
    ASSERT_CHANGED(true, copy->flags ^= ECE);
    ASSERT_CHANGED(true, copy->flags ^= CWR);
    ASSERT_CHANGED(true, copy->flags ^= AE);
}

static void a_copy_may_differ_in_what_changes_on_the_way(void **state)
{
    (void)state;
    ASSERT_CHANGED(true, copy->ip_ecn = CE);
    ASSERT_CHANGED(true, copy->hop_limit--);
    ASSERT_CHANGED(true, copy->checksum = CHECKSUM_BAD);
    ASSERT_CHANGED(true, copy->when -= 5000);
}

static void a_copy_goes_the_same_way(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    captured(&capture.sent, SERVER);
    assert_sent();
}

static void a_copy_is_of_the_same_connection(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    capture.connection = 1;
    again();
    assert_sent();
}

/* -- By order ---------------------------------------------------------------------------------- */

static void all_is_captured_twice_with_a_clock(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_copies(3);
    assert_settles(true, false);
    client(ACK, 1, 1, 0);
    again();
    assert_copies(5);
    assert_settles(false, false);
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(7);
    server(ACK, 1, 101, 0);
    again();
    assert_copies(9);
    server(RST | ACK, 1, 101, 0);
    again();
    assert_copies(11);
}

static void all_is_captured_twice_without_a_clock(void **state)
{
    (void)state;
    handshake_twice();
    assert_perhaps(5);
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_perhaps(7);
    server(PSH | ACK, 1, 101, 100);
    again();
    assert_copies(9);
    assert_settles(true, true);
    client(ACK, 101, 101, 0);
    again();
    assert_copies(11);
}

static void all_is_captured_three_times(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    again();
    assert_perhaps(1);
    server(SYN | ACK, 0, 1, 0);
    again();
    again();
    assert_copies(4);
    client(PSH | ACK, 1, 1, 100);
    again();
    again();
    assert_copies(7);
    again();
    assert_sent();
}

static void copies_come_behind_a_burst(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();

    const segment_t one = client(PSH | ACK, 1, 1, 100);
    const segment_t two = client(PSH | ACK, 101, 1, 100);
    const segment_t three = client(FIN | ACK, 201, 1, 0);

    captured(&one, CLIENT);
    assert_copies(7);
    captured(&two, CLIENT);
    assert_copies(8);
    captured(&three, CLIENT);
    assert_copies(9);
}

static void what_was_never_captured_does_not_break_the_order(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_copies(7);
    client(ACK, 301, 1, 0);
    again();
    assert_copies(9);
    client(ACK, 301, 50, 0);
    again();
    assert_copies(11);
}

static void a_capture_that_begins_midstream_counts_from_there(void **state)
{
    (void)state;
    capture.clock = true;
    client(PSH | ACK, 5001, 7001, 100);
    again();
    assert_perhaps(1);
    client(PSH | ACK, 5101, 7001, 100);
    again();
    assert_copies(3);
}

static void one_direction_alone_may_be_captured(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    client(ACK, 1, 1, 0);
    again();
    assert_copies(3);
}

static void the_order_counts_anew_from_another_syn(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(SYN, 70001, 0, 0);
    server(RST | ACK, 0, 70002, 0);
    client(SYN, 80001, 0, 0);
    again();
    assert_copies(9);
}

static void a_retransmitted_syn_does_not_begin_anew(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    again();
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    again();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_perhaps(6); /* the second SYN did not come again */
}

/* -- No copies --------------------------------------------------------------------------------- */

static void lone_retransmitted_data_were_sent(void **state)
{
    (void)state;
    capture.clock = true; /* fast enough for the same tick */
    handshake();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_sent();
    client(FIN | ACK, 101, 1, 0);
    again();
    assert_sent();
}

static void data_that_follow_single_ones_were_sent(void **state)
{
    (void)state;
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_sent();
    again();
    assert_sent();
}

static void a_lone_syn_cannot_be_told(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    again();
    assert_perhaps(1);
    again();
    assert_perhaps(1);
    again();
    assert_sent(); /* nobody captures five times */
}

static void a_lone_syn_ack_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
}

static void a_lone_ack_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    handshake();
    again();
    assert_perhaps(3);
}

static void a_lone_rst_cannot_be_told(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
}

static void lost_first_segments_are_not_enough(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    resent();
    server(SYN | ACK, 0, 1, 0);
    resent();
    assert_perhaps(3);
    client(PSH | ACK, 1, 1, 100);
    resent();
    assert_perhaps(5);
}

static void a_syn_lost_and_data_lost_is_no_second_capture(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    resent();
    server(SYN | ACK, 0, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    resent();
    assert_sent();
}

static void a_retransmission_in_a_capture_that_shows_all_twice_was_sent(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(7);
    again();
    assert_sent();
    again(); /* the second capture of the retransmission */
    assert_perhaps(7);
}

static void an_ack_repeated_where_all_comes_twice_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    again();
    assert_perhaps(5);
}

static void one_segment_doubled_by_the_network_does_not_begin_an_order(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(4);
    capture.next_id[CLIENT] = 0;
    capture.id_step = 0;
    client(ACK, 101, 1, 0);
    again();
    assert_perhaps(6);
    client(FIN | ACK, 101, 1, 0);
    resent();
    assert_sent();
}

/* -- Captures with gaps ------------------------------------------------------------------------ */

static void a_copy_that_is_missing_makes_later_ones_uncertain(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 101, 1, 100);
    again();
    assert_perhaps(8);
    client(PSH | ACK, 201, 1, 100);
    again();
    assert_perhaps(10);
}

static void a_copy_that_comes_late_closes_the_gap(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();

    const segment_t overtaken = client(PSH | ACK, 1, 1, 100);

    client(PSH | ACK, 101, 1, 100);
    again();
    captured(&overtaken, CLIENT);
    client(PSH | ACK, 201, 1, 100);
    again();
    assert_copies(11);
}

static void what_is_acknowledged_has_to_come_again_first(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    server(PSH | ACK, 1, 1, 100);
    client(PSH | ACK, 1, 101, 100);
    again();
    assert_perhaps(8);
}

static void mostly_captured_twice_is_no_retransmission(void **state)
{
    (void)state;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    again();
    client(PSH | ACK, 101, 1, 100);
    client(PSH | ACK, 201, 1, 100);
    again();
    assert_perhaps(10);
}

/* -- With identifications for a part ----------------------------------------------------------- */

/* Linux: the SYN-ACK and the last ACK have no identification. */
static void a_syn_ack_without_identification_among_copies(void **state)
{
    (void)state;
    with_identifications();
    capture.next_id[SERVER] = 0;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    capture.id_step = 0;
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(3);
    capture.id_step = 1;
    capture.next_id[CLIENT] = 1001;
    client(ACK, 1, 1, 0); /* the first to show that the client's identifications vary */
    assert_settles(true, true);
    again();
    assert_copies(5);
    assert_settles(false, false);
    capture.next_id[SERVER] = 0;
    capture.id_step = 0;
    server(ACK, 1, 1, 0);
    again();
    assert_copies(7);
}

static void identifications_settle_nothing_where_only_the_syn_ack_came_again(void **state)
{
    (void)state;
    with_identifications();
    capture.next_id[SERVER] = 0;
    client(SYN, 0, 0, 0);
    capture.id_step = 0;
    server(SYN | ACK, 0, 1, 0);
    again();
    assert_perhaps(2);
    capture.id_step = 1;
    capture.next_id[CLIENT] = 1001;
    client(ACK, 1, 1, 0);
    assert_settles(false, false);
}

static void a_constant_identification_settles_nothing(void **state)
{
    (void)state;
    with_identifications();
    capture.id_step = 0;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    client(ACK, 1, 1, 0);
    assert_settles(false, false);
    capture.next_id[CLIENT] = 0;
    client(ACK, 1, 2, 0);
    assert_settles(false, false);
}

static void what_came_again_is_settled_once(void **state)
{
    (void)state;
    with_identifications();
    client(SYN, 0, 0, 0);
    again();
    client(ACK, 1, 1, 0);
    assert_settles(true, false);
    client(ACK, 1, 2, 0);
    assert_settles(false, false);
}

static void another_syn_has_nothing_to_settle(void **state)
{
    (void)state;
    with_identifications();
    capture.id_step = 0;
    client(SYN, 0, 0, 0);
    again();
    assert_perhaps(1);
    client(SYN, 70001, 0, 0);
    capture.next_id[CLIENT] = 2000;
    client(ACK, 70002, 1, 0);
    assert_settles(false, false);
}

static void data_that_came_again_settle_no_handshake(void **state)
{
    (void)state;
    with_identifications();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_perhaps(1);
    client(ACK, 101, 1, 0);
    assert_settles(false, false);
}

/* -- Marks ------------------------------------------------------------------------------------- */

static void a_mark_on_a_copy_is_new_once(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_false(capture.verdict.newly_marked);
    capture.sent.ip_ecn = CE;
    again();
    assert_copies(4);
    assert_true(capture.verdict.newly_marked);
    again();
    assert_false(capture.verdict.newly_marked);
}

static void a_mark_on_the_original_is_not_new(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    capture.sent.ip_ecn = CE;
    resent();
    assert_sent();
    again();
    assert_copies(5);
    assert_false(capture.verdict.newly_marked);
}

static void another_ecn_codepoint_is_no_mark(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    capture.sent.ip_ecn = 2;
    again();
    assert_false(capture.verdict.newly_marked);
    capture.sent.ip_ecn = 1;
    again();
    assert_false(capture.verdict.newly_marked);
}

/* -- Limits ------------------------------------------------------------------------------------ */

static void beyond_the_table_nothing_is_told(void **state)
{
    (void)state;
    with_identifications();
    handshake();

    const segment_t data = client(PSH | ACK, 1, 1, 100);

    for (uint32_t i = 0; i < 40u * COPIES_ROWS; i++)
        server(PSH | ACK, 1 + i, 1, 1);
    captured(&data, CLIENT);
    assert_sent();
}

static void nearly_all_of_a_quarter_of_the_table_is_remembered(void **state)
{
    unsigned forgotten = 0;

    (void)state;
    with_identifications();
    capture.connection = 1;
    for (unsigned round = 0; round < 2; round++) {
        capture.next_id[CLIENT] = 1;
        for (uint32_t i = 0; i < COPIES_ROWS; i++) {
            client(PSH | ACK, 1 + i, 1, 1);
            forgotten += round == 1 && capture.verdict.kind == COPY_NONE;
        }
    }
    assert_true(forgotten < COPIES_ROWS / 30);
}

static void the_order_of_a_long_connection_wraps(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    for (uint32_t i = 0; i < 3u * UINT16_MAX; i++) {
        client(PSH | ACK, 1 + i, 1, 1);
        again();
        assert_int_equal(capture.verdict.kind, COPY_CERTAIN);
    }
}

static void captured_more_often_than_is_counted(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    client(PSH | ACK, 1, 1, 100);
    for (unsigned i = 0; i < 300; i++) {
        again();
        assert_copies(4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_equal_identification_is_a_copy),
        TEST(another_identification_is_a_retransmission),
        TEST(a_copy_may_come_late),
        TEST(a_repeated_ack_with_another_identification_was_sent),
        TEST(a_first_identification_may_be_the_only_one),
        TEST(a_constant_identification_says_nothing),
        TEST(no_identification_says_nothing),
        TEST(none_is_not_another_identification),
        TEST(identifications_that_went_on_once_need_not_do_so_again),
        TEST(the_other_hosts_identifications_say_nothing),
        TEST(a_copy_has_all_numbers_of_its_original),
        TEST(a_copy_has_the_flags_of_its_original_but_for_ecn),
        TEST(a_copy_may_differ_in_what_changes_on_the_way),
        TEST(a_copy_goes_the_same_way),
        TEST(a_copy_is_of_the_same_connection),
        TEST(all_is_captured_twice_with_a_clock),
        TEST(all_is_captured_twice_without_a_clock),
        TEST(all_is_captured_three_times),
        TEST(copies_come_behind_a_burst),
        TEST(what_was_never_captured_does_not_break_the_order),
        TEST(a_capture_that_begins_midstream_counts_from_there),
        TEST(one_direction_alone_may_be_captured),
        TEST(the_order_counts_anew_from_another_syn),
        TEST(a_retransmitted_syn_does_not_begin_anew),
        TEST(lone_retransmitted_data_were_sent),
        TEST(data_that_follow_single_ones_were_sent),
        TEST(a_lone_syn_cannot_be_told),
        TEST(a_lone_syn_ack_cannot_be_told),
        TEST(a_lone_ack_cannot_be_told),
        TEST(a_lone_rst_cannot_be_told),
        TEST(lost_first_segments_are_not_enough),
        TEST(a_syn_lost_and_data_lost_is_no_second_capture),
        TEST(a_retransmission_in_a_capture_that_shows_all_twice_was_sent),
        TEST(an_ack_repeated_where_all_comes_twice_cannot_be_told),
        TEST(one_segment_doubled_by_the_network_does_not_begin_an_order),
        TEST(a_copy_that_is_missing_makes_later_ones_uncertain),
        TEST(a_copy_that_comes_late_closes_the_gap),
        TEST(what_is_acknowledged_has_to_come_again_first),
        TEST(mostly_captured_twice_is_no_retransmission),
        TEST(a_syn_ack_without_identification_among_copies),
        TEST(identifications_settle_nothing_where_only_the_syn_ack_came_again),
        TEST(a_constant_identification_settles_nothing),
        TEST(what_came_again_is_settled_once),
        TEST(another_syn_has_nothing_to_settle),
        TEST(data_that_came_again_settle_no_handshake),
        TEST(a_mark_on_a_copy_is_new_once),
        TEST(a_mark_on_the_original_is_not_new),
        TEST(another_ecn_codepoint_is_no_mark),
        TEST(beyond_the_table_nothing_is_told),
        TEST(nearly_all_of_a_quarter_of_the_table_is_remembered),
        TEST(the_order_of_a_long_connection_wraps),
        TEST(captured_more_often_than_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
