/* test_recut.c
 * Segments that were captured whole and in parts, as segmentation and receive offload make them:
 * which of them are known to be the same bytes once more, and not sent again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

enum { PART = 1000, PARTS = 4 };

static uint16_t id_next; /* of the next segment; 0: it has no identification */
static uint32_t clock_next;

/* The next segment of the client has these. */
static void stamp(void)
{
    drive.next.ip_id = id_next;
    if (clock_next)
        timestamps(clock_next, 5000);
}

static void with(uint16_t id, uint32_t clock)
{
    id_next = id;
    clock_next = clock;
    begin(NULL);
    handshake();
}

static void send_data(uint32_t seq, uint32_t len)
{
    stamp();
    client(PSH | ACK, seq, 1, len);
}

/* The client's segment with data that comes next, not yet observed. */
static segment_t next_data(uint32_t seq, uint32_t len)
{
    segment_t segment;

    stamp();
    segment = drive.next;
    segment.flags = PSH | ACK;
    segment.seq = drive.isn[CLIENT] + seq;
    segment.ack = drive.isn[SERVER] + 1;
    segment.payload_len = len;
    reset_next();
    return segment;
}

static bool is_recut(uint32_t seq, uint32_t len)
{
    const segment_t segment = next_data(seq, len);

    return endpoint_has_recut(&drive.connection.end[CLIENT], &segment);
}

static void parts_count_the_identification_on(void **state)
{
    (void)state;
    with(700, 0);
    send_data(1, PARTS * PART - 1);
    for (uint16_t i = 0; i < PARTS; i++) {
        id_next = 700 + i;
        assert_true(is_recut(1 + i * PART, i == PARTS - 1 ? PART - 1 : PART));
    }
}

static void the_identification_may_wrap(void **state)
{
    (void)state;
    with(0xffff, 0);
    send_data(1, 3 * PART);
    id_next = 1;
    assert_true(is_recut(1 + 2 * PART, PART));
}

static void a_whole_is_known_by_any_of_its_parts(void **state)
{
    (void)state;
    with(700, 0);
    for (uint16_t i = 0; i < PARTS; i++) {
        id_next = 700 + i;
        send_data(1 + i * PART, PART);
    }
    for (uint32_t i = 0; i < RECENT_MAX - 1; i++) /* only the last part is still remembered */
        client(ACK, 1 + PARTS * PART, 1, 0);
    id_next = 700;
    assert_true(is_recut(1, PARTS * PART));
    client(ACK, 1 + PARTS * PART, 1, 0);
    assert_false(is_recut(1, PARTS * PART));
}

static void other_identifications_were_sent_again(void **state)
{
    static const struct {
        uint16_t id;
        uint32_t offset;
    } sent[] = {{704, 0}, {701, 0}, {699, 0}, {704, PART}, {700 + 7, 2 * PART}, {699, PART}};

    (void)state;
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        with(700, 9000); /* whatever the clock says */
        send_data(1, PARTS * PART);
        id_next = sent[i].id;
        assert_false(is_recut(1 + sent[i].offset, PART));
    }
}

static void without_identifications_the_clock_tells(void **state)
{
    static const uint16_t ids[][2] = {{0, 0}, {0, 700}, {700, 0}, {700, 700}};

    (void)state; /* none on either, or always the same */
    for (size_t i = 0; i < 4; i++)
        for (uint32_t later = 0; later < 2; later++) {
            with(ids[i][0], 9000);
            send_data(1, PARTS * PART);
            id_next = ids[i][1];
            clock_next = 9000 + later;
            assert_int_equal(is_recut(1 + PART, PART), !later);
        }
    with(0, 0);
    send_data(1, PARTS * PART);
    assert_false(is_recut(1 + PART, PART)); /* nothing tells */
}

static void a_later_clock_outweighs_the_identification(void **state)
{
    (void)state;
    with(700, 9000);
    send_data(1, PARTS * PART);
    id_next = 701;
    assert_true(is_recut(1 + PART, PART));
    clock_next = 9001;
    assert_false(is_recut(1 + PART, PART));
}

static void only_what_lies_within_is_a_part(void **state)
{
    (void)state;
    with(700, 0);
    send_data(1, PART);
    send_data(1 + PART, 2 * PART);
    assert_false(is_recut(1 + PART, 2 * PART));    /* the same */
    assert_true(is_recut(1 + PART, 2 * PART - 1)); /* less */
    assert_true(is_recut(1 + PART, 1));
    assert_false(is_recut(1 + PART, 0));
    assert_false(is_recut(PART, 2 * PART)); /* begins before it */
    id_next = 701;
    assert_true(is_recut(1 + 2 * PART, PART));
    assert_false(is_recut(2 + 2 * PART, PART)); /* ends behind it */
    assert_false(is_recut(1 + 3 * PART, PART)); /* new */
}

static void what_acknowledges_something_else_is_another_segment(void **state)
{
    segment_t part;

    (void)state;
    with(700, 0);
    send_data(1, 2 * PART);
    part = next_data(1, PART);
    assert_true(endpoint_has_recut(&drive.connection.end[CLIENT], &part));
    part.ack++;
    assert_false(endpoint_has_recut(&drive.connection.end[CLIENT], &part));
}

static void an_ack_is_no_part_of_data(void **state)
{
    (void)state;
    with(700, 0);
    stamp();
    client(ACK, 1, 1, 0);
    id_next = 701;
    send_data(1, PART);
    id_next = 700;
    assert_false(is_recut(1, PART));
}

static void before_anything_was_sent_there_are_no_parts(void **state)
{
    (void)state;
    id_next = 700;
    clock_next = 0;
    assert_false(is_recut(1, PART));
}

static void a_fin_is_no_byte(void **state)
{
    segment_t last;

    (void)state;
    with(700, 0);
    stamp();
    client(FIN | PSH | ACK, 1, 1, 2 * PART);
    id_next = 702;
    last = next_data(1 + PART, PART / 2 + 1);
    last.flags |= FIN;
    assert_false(endpoint_has_recut(&drive.connection.end[CLIENT], &last)); /* parts of 500 */
    last.payload_len--;
    assert_true(endpoint_has_recut(&drive.connection.end[CLIENT], &last));
}

static void what_its_sender_cannot_have_sent_has_no_parts(void **state)
{
    (void)state;
    with(700, 1000);
    send_data(1 + 3 * WINDOW, 2 * PART); /* beyond the window */
    id_next = 700;
    assert_false(is_recut(1 + 3 * WINDOW, PART));
    send_data(1, 2 * PART);
    id_next = 700;
    assert_true(is_recut(1, PART));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parts_count_the_identification_on),
        TEST(the_identification_may_wrap),
        TEST(a_whole_is_known_by_any_of_its_parts),
        TEST(other_identifications_were_sent_again),
        TEST(without_identifications_the_clock_tells),
        TEST(a_later_clock_outweighs_the_identification),
        TEST(only_what_lies_within_is_a_part),
        TEST(what_acknowledges_something_else_is_another_segment),
        TEST(an_ack_is_no_part_of_data),
        TEST(before_anything_was_sent_there_are_no_parts),
        TEST(a_fin_is_no_byte),
        TEST(what_its_sender_cannot_have_sent_has_no_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
