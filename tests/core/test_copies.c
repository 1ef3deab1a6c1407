/* test_copies.c
 * Which segments are copies: by identification, and by what they have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "captured.h"

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

static void a_damaged_segment_is_a_copy_of_damaged_ones_only(void **state)
{
    (void)state;
    with_identifications();
    handshake();
    capture.damaged = true;
    client(PSH | ACK, 1, 1, 100);
    again();
    assert_copies(4);
    capture.damaged = false; /* sent again by a host that gives the same identification */
    again();
    assert_sent();
    again();
    assert_copies(6);
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

/* -- Marks ------------------------------------------------------------------------------------- */

/* A scan sends the same numbers to all ports. */
static void other_flags_on_another_connection_make_no_copy(void **state)
{
    (void)state;
    for (unsigned flags = FIN; flags < ACK; flags++) {
        begin(NULL);
        capture.evidence[1].connection = flags;
        client(ACK, 1, 1, 0);
        capture.connection = 1;
        client(flags | ACK, 1, 1, 0);
        assert_sent();
    }
}

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

static void nor_is_one_that_a_capture_between_has_not(void **state)
{
    (void)state;
    capture.clock = true;
    client(ACK, 1, 1, 10);
    capture.sent.ip_ecn = CE;
    again();
    assert_true(capture.verdict.newly_marked);
    capture.sent.ip_ecn = 0;
    again();
    capture.sent.ip_ecn = CE;
    again();
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

static void beyond_what_is_counted_it_cannot_be_told(void **state)
{
    (void)state;
    capture.clock = true;
    handshake_twice();
    client(PSH | ACK, 1, 1, 100);
    for (unsigned i = 0; i < 300; i++)
        again();
    assert_perhaps(7);
    again();
    assert_perhaps(7);
}

/* The captures are gone then, but not what they said of the senders. */
static void segments_that_are_taken_again_are_the_same_evidence(void **state)
{
    copies_evidence_t taken_again = {0};
    segment_t first;

    (void)state;
    with_identifications();
    first = client(SYN, 0, 0, 0);
    copies_note_first(&taken_again, &first, CLIENT);
    first = server(SYN | ACK, 0, 1, 0);
    copies_note_first(&taken_again, &first, SERVER);
    first = client(PSH | ACK, 1, 1, 100);
    copies_note_first(&taken_again, &first, CLIENT);
    assert_memory_equal(&taken_again, &capture.evidence[0], sizeof taken_again);
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
        TEST(a_damaged_segment_is_a_copy_of_damaged_ones_only),
        TEST(a_copy_goes_the_same_way),
        TEST(a_copy_is_of_the_same_connection),
        TEST(other_flags_on_another_connection_make_no_copy),
        TEST(a_mark_on_a_copy_is_new_once),
        TEST(a_mark_on_the_original_is_not_new),
        TEST(nor_is_one_that_a_capture_between_has_not),
        TEST(another_ecn_codepoint_is_no_mark),
        TEST(beyond_the_table_nothing_is_told),
        TEST(nearly_all_of_a_quarter_of_the_table_is_remembered),
        TEST(the_order_of_a_long_connection_wraps),
        TEST(captured_more_often_than_is_counted),
        TEST(beyond_what_is_counted_it_cannot_be_told),
        TEST(segments_that_are_taken_again_are_the_same_evidence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
