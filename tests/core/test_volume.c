/* test_volume.c
 * How much of each end was captured: packets, bytes (each once), retransmissions, what is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

static const volume_t *volume_of(role_t role)
{
    return &drive.summary.volume[role];
}

#define assert_volume(role, want_packets, want_bytes, want_retransmissions)                        \
    do {                                                                                           \
        assert_int_equal(volume_of(role)->packets, want_packets);                                  \
        assert_int_equal(volume_of(role)->bytes, want_bytes);                                      \
        assert_int_equal(volume_of(role)->retransmissions, want_retransmissions);                  \
    } while (0)
#define assert_missed(role, want) assert_int_equal(volume_missed(volume_of(role)), want)

/* -- Counting ---------------------------------------------------------------------------------- */

static void every_segment_is_a_packet(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    close_by(CLIENT);
    assert_volume(ROLE_CLIENT, 6, 100, 0);
    assert_volume(ROLE_SERVER, 4, 100, 0);
}

static void all_of_the_ip_packets_is_counted(void **state)
{
    (void)state;
    drive.next.ip_len = 60;
    client(SYN, 0, 0, 0);
    drive.next.ip_len = 40;
    refuse(1);
    assert_int_equal(volume_of(ROLE_CLIENT)->ip_bytes, 60);
    assert_int_equal(volume_of(ROLE_SERVER)->ip_bytes, 40);
}

static void each_byte_counts_once(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    client(ACK, 51, 1, 100); /* half of it is new */
    assert_volume(ROLE_CLIENT, 4, 150, 0);
    client(ACK, 1, 1, 150);
    assert_volume(ROLE_CLIENT, 5, 150, 1);
    client(ACK, 1, 1, 160);
    assert_volume(ROLE_CLIENT, 6, 160, 1);
}

static void whatever_takes_numbers_can_be_sent_again(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_volume(ROLE_CLIENT, 2, 0, 1);
    assert_volume(ROLE_SERVER, 2, 0, 1);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0); /* this takes none */
    client(FIN | ACK, 1, 1, 10);
    client(FIN | ACK, 1, 1, 10);
    client(FIN | ACK, 11, 1, 0);
    assert_volume(ROLE_CLIENT, 7, 10, 3);
}

static void a_fin_that_joins_old_data_is_new(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    client(FIN | ACK, 1, 1, 10);
    assert_volume(ROLE_CLIENT, 4, 10, 0);
    client(FIN | ACK, 11, 1, 0);
    assert_volume(ROLE_CLIENT, 5, 10, 1);
}

static void data_on_a_syn_count(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 20);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 20); /* the server has not taken them */
    assert_volume(ROLE_CLIENT, 2, 20, 1);
}

/* -- What is no retransmission ----------------------------------------------------------------- */

static void keep_alives_and_probes_are_none(void **state)
{
    (void)state;
    probe_closed_window();
    assert_kind("Window probe");
    client(ACK, 1 + WINDOW, 1, 1);
    assert_kind("Window probe");
    assert_volume(ROLE_CLIENT, 5, WINDOW + 1, 0);

    begin(NULL);
    handshake();
    exchange_data();
    client(ACK, 0, 1, 1);
    assert_kind("Keep-alive");
    client(ACK, 0, 1, 0);
    assert_volume(ROLE_CLIENT, 6, 100, 0);

    begin(NULL); /* nothing else of it was captured */
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    server(ACK, 0, 11, 1);
    client(ACK, 10, 1, 1);
    assert_kind("Keep-alive");
    assert_volume(ROLE_CLIENT, 2, 10, 0);
}

static void late_data_are_none(void **state)
{
    (void)state;
    handshake();
    client(ACK, 101, 1, 100);
    client(ACK, 1, 1, 100); /* captured late, or lost before */
    assert_volume(ROLE_CLIENT, 4, 200, 0);
    client(ACK, 1, 1, 100);
    assert_volume(ROLE_CLIENT, 5, 200, 1);
}

static void data_captured_behind_their_ack_are_none(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 101, 0);
    assert_missed(ROLE_CLIENT, 100);
    client(ACK, 1, 1, 100);
    assert_volume(ROLE_CLIENT, 3, 100, 0);
    assert_missed(ROLE_CLIENT, 0);
}

static void what_is_perhaps_a_copy_is_not_counted(void **state)
{
    (void)state;
    handshake();
    drive.next.ip_len = 50;
    client(ACK, 1, 1, 10);
    drive.next.ip_len = 50;
    drive.next.perhaps_copy = true;
    client(ACK, 1, 1, 10);
    assert_volume(ROLE_CLIENT, 3, 10, 0);
    assert_int_equal(volume_of(ROLE_CLIENT)->ip_bytes, 50);
}

static void resets_and_illegal_flags_have_no_bytes(void **state)
{
    (void)state;
    handshake();
    client(FIN | RST, 1, 1, 10);
    client(RST, 1, 0, 10);
    assert_volume(ROLE_CLIENT, 4, 0, 0);
}

/* What nobody takes does not make what comes then a retransmission. */
static void forged_segments_are_packets_only(void **state)
{
    (void)state;
    handshake();
    client(PSH, 1, 0, 20);
    server(ACK | SYN, 1, 1, 0);
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 10);
    assert_volume(ROLE_CLIENT, 4, 10, 0);
    assert_volume(ROLE_SERVER, 3, 10, 0);
}

static void damaged_segments_are_packets_only(void **state)
{
    (void)state;
    handshake();
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 10);
    checksum(CHECKSUM_BAD);
    client(ACK, 11, 1, 10);
    assert_volume(ROLE_CLIENT, 4, 10, 0);
    client(ACK, 11, 1, 10);
    assert_volume(ROLE_CLIENT, 5, 20, 0);
}

/* What arrived was not what was captured. */
static void damaged_data_are_missing_when_they_are_acknowledged(void **state)
{
    (void)state;
    handshake();
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 11, 1, 10);
    checksum(CHECKSUM_GOOD);
    server(ACK, 1, 21, 0);
    assert_volume(ROLE_CLIENT, 4, 10, 0);
    assert_missed(ROLE_CLIENT, 10);
}

/* -- What the capture lacks -------------------------------------------------------------------- */

static void what_was_not_captured_is_missing_when_it_is_acknowledged(void **state)
{
    (void)state;
    handshake();
    client(ACK, 101, 1, 100);
    client(ACK, 301, 1, 100);
    assert_missed(ROLE_CLIENT, 0);
    server(ACK, 1, 51, 0);
    assert_missed(ROLE_CLIENT, 50);
    server(ACK, 1, 401, 0);
    assert_missed(ROLE_CLIENT, 200);
    assert_volume(ROLE_CLIENT, 4, 200, 0);
    server(ACK, 1, 451, 0);
    assert_missed(ROLE_CLIENT, 250);
}

static void what_comes_first_midstream_need_not_be_the_first(void **state)
{
    (void)state;
    client(ACK, 101, 1, 10);
    client(ACK, 1, 1, 50);
    assert_volume(ROLE_CLIENT, 2, 60, 0);
    client(ACK, 51, 1, 50);
    assert_volume(ROLE_CLIENT, 3, 110, 0);
    client(ACK, 1, 1, 110);
    assert_volume(ROLE_CLIENT, 4, 110, 1);
}

static void after_a_syn_that_is_captured_late_all_is_known(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 10);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 10);
    assert_volume(ROLE_CLIENT, 3, 10, 1);
}

/* -- One connection after the other ------------------------------------------------------------ */

static void a_syn_belongs_to_the_connection_that_it_opens(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    drive.isn[CLIENT] += 5000;
    drive.next.ip_len = 60;
    client(SYN, 0, 0, 10);
    assert_volume(ROLE_CLIENT, 5, 100, 0); /* so far it may be forged */
    assert_int_equal(volume_of(ROLE_CLIENT)->ip_bytes, 60);
    drive.isn[SERVER] += 5000;
    server(SYN | ACK, 0, 1, 0);
    assert_volume(ROLE_CLIENT, 1, 10, 0);
    assert_volume(ROLE_SERVER, 1, 0, 0);
    assert_int_equal(volume_of(ROLE_CLIENT)->ip_bytes, 60);
    assert_int_equal(drive.summary_before.volume[ROLE_CLIENT].packets, 4);
    assert_int_equal(drive.summary_before.volume[ROLE_CLIENT].ip_bytes, 0);
    client(ACK, 1, 1, 10);
    assert_volume(ROLE_CLIENT, 2, 10, 1);
}

static void a_refusal_before_its_syn_is_counted_with_it(void **state)
{
    (void)state;
    refuse(1);
    client(SYN, 0, 0, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_REFUSED);
    assert_volume(ROLE_CLIENT, 1, 0, 0);
    assert_volume(ROLE_SERVER, 1, 0, 0);
}

static void a_syn_among_known_numbers_belongs_to_them(void **state)
{
    const segment_t syn = {.flags = SYN, .seq = 1050};
    const segment_t early = {.flags = SYN, .seq = 500};
    const segment_t data = {.flags = ACK, .seq = 1000, .payload_len = 100};
    volume_t volume = {0};

    (void)state;
    volume_take(&volume, &data, SEGMENT_DATA);
    volume_take(&volume, &syn, SEGMENT_SYN);
    volume_take(&volume, &data, SEGMENT_DATA);
    assert_int_equal(volume.bytes, 100);
    assert_int_equal(volume.retransmissions, 2);
    volume_take(&volume, &early, SEGMENT_SYN); /* opens another connection */
    assert_int_equal(volume.hole_count, 0);
    volume_take(&volume, &data, SEGMENT_DATA);
    assert_int_equal(volume.bytes, 200);
    assert_int_equal(volume.retransmissions, 2);
}

static void what_is_given_back_was_there(void **state)
{
    volume_t volume = {.packets = 1, .ip_bytes = 40};

    (void)state;
    volume_give_back(&volume, 40);
    assert_int_equal(volume.packets, 0);
    assert_int_equal(volume.ip_bytes, 0);
    volume_give_back(&volume, 40);
    assert_int_equal(volume.packets, 0);
    assert_int_equal(volume.ip_bytes, 0);
}

/* -- Many numbers ------------------------------------------------------------------------------ */

static volume_t volume;

static void take(uint32_t seq, uint32_t len)
{
    const segment_t segment = {.flags = ACK, .seq = seq, .payload_len = len};

    volume_take(&volume, &segment, SEGMENT_DATA);
}

enum { MODEL = 200 };

/* Any order of segments has the result of counting byte by byte. */
static void bytes_and_retransmissions_are_those_of_a_model(void **state)
{
    const uint32_t start = UINT32_MAX - MODEL / 2;
    uint32_t random = 1;

    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        bool got[MODEL] = {false};
        unsigned bytes = 0;
        unsigned again = 0;

        memset(&volume, 0, sizeof volume);
        for (unsigned i = 0; i < 12 && volume.hole_count < VOLUME_HOLES_MAX; i++) {
            random = random * UINT32_C(1664525) + UINT32_C(1013904223);

            const uint32_t from = (random >> 16) % (MODEL - 30);
            const uint32_t len = 1 + (random >> 8) % 30;
            const unsigned before = bytes;

            for (uint32_t at = from; at < from + len; at++) {
                bytes += !got[at];
                got[at] = true;
            }
            again += bytes == before;
            take(start + from, len);
            assert_int_equal(volume.bytes, bytes);
            assert_int_equal(volume.retransmissions, again);
        }
        volume_note_acked(&volume, volume.end);
        if (volume.hole_count > 0)
            assert_int_equal(volume_missed(&volume), volume.end - volume.start - bytes);
        else
            assert_int_equal(volume_missed(&volume), 0);
    }
}

static void too_many_holes(void)
{
    memset(&volume, 0, sizeof volume);
    for (uint32_t i = 0; i <= VOLUME_HOLES_MAX + 1; i++)
        take(100 * i, 10);
}

static void of_too_many_holes_the_first_is_forgotten(void **state)
{
    (void)state;
    too_many_holes();
    assert_int_equal(volume.hole_count, VOLUME_HOLES_MAX);
    take(10, 90); /* may have been captured before or not */
    take(0, 10);
    take(0, 100);
    assert_int_equal(volume.bytes, 10 * (VOLUME_HOLES_MAX + 2));
    assert_int_equal(volume.retransmissions, 0);
    take(100, 10);
    assert_int_equal(volume.retransmissions, 1);
    take(110, 90);
    assert_int_equal(volume.bytes, 10 * (VOLUME_HOLES_MAX + 2) + 90);
    volume_note_acked(&volume, volume.end);
    assert_int_equal(volume_missed(&volume), 90 * VOLUME_HOLES_MAX);
}

static void of_too_many_holes_the_last_is_remembered(void **state)
{
    (void)state;
    too_many_holes();
    take(100 * VOLUME_HOLES_MAX + 10, 90);
    assert_int_equal(volume.bytes, 10 * (VOLUME_HOLES_MAX + 2) + 90);
    assert_int_equal(volume.hole_count, VOLUME_HOLES_MAX - 1);
}

static void a_hole_that_falls_apart_may_be_one_too_many(void **state)
{
    (void)state;
    memset(&volume, 0, sizeof volume);
    for (uint32_t i = 0; i <= VOLUME_HOLES_MAX; i++)
        take(100 * i, 10);
    take(750, 10);
    assert_int_equal(volume.hole_count, VOLUME_HOLES_MAX);
    take(710, 90);
    take(610, 90);
    assert_int_equal(volume.bytes, 10 * (VOLUME_HOLES_MAX + 1) + 90 + 90);
    assert_int_equal(volume.forgotten, 90);

    memset(&volume, 0, sizeof volume); /* the first one falls apart */
    for (uint32_t i = 0; i <= VOLUME_HOLES_MAX; i++)
        take(100 * i, 10);
    take(50, 10);
    assert_int_equal(volume.forgotten, 40);
    take(60, 40);
    assert_int_equal(volume.bytes, 10 * (VOLUME_HOLES_MAX + 1) + 10 + 40);
}

static void a_hole_below_all_others_may_be_one_too_many(void **state)
{
    (void)state;
    memset(&volume, 0, sizeof volume);
    for (uint32_t i = 0; i <= VOLUME_HOLES_MAX; i++)
        take(1000 + 100 * i, 10);
    take(500, 10);
    take(500, 10);
    assert_int_equal(volume.bytes, 10 * (VOLUME_HOLES_MAX + 2));
    assert_int_equal(volume.hole_count, VOLUME_HOLES_MAX);
    assert_int_equal(volume.forgotten, 490);
    assert_int_equal(volume.retransmissions, 0);
}

static void more_bytes_than_there_are_numbers_are_counted(void **state)
{
    const uint32_t piece = UINT32_C(1) << 28;

    (void)state;
    memset(&volume, 0, sizeof volume);
    take(0, 10);
    take(20, piece - 20);
    for (unsigned i = 1; i < 40; i++)
        take(i * piece, piece);
    assert_int_equal(volume.bytes, UINT64_C(40) * piece - 10);
    assert_int_equal(volume.retransmissions, 0);
    assert_int_equal(volume.forgotten, 10);
    take(39 * piece, piece);
    take(36 * piece, piece);
    assert_int_equal(volume.retransmissions, 2);
    take(35 * piece, piece); /* too long ago */
    assert_int_equal(volume.retransmissions, 2);
    assert_int_equal(volume.bytes, UINT64_C(40) * piece - 10);
}

static void numbers_far_away_begin_anew(void **state)
{
    const uint32_t far = TCP_WINDOW_MAX + 100;

    (void)state;
    memset(&volume, 0, sizeof volume);
    take(0, 10);
    take(20, 10);
    take(0u - far, 10); /* what was sent so long ago does not come now */
    assert_int_equal(volume.bytes, 20);
    take(far + 10, 10);
    take(far + 10, 10);
    assert_int_equal(volume.bytes, 30);
    assert_int_equal(volume.retransmissions, 1);
    assert_int_equal(volume.hole_count, 0);
    assert_int_equal(volume.packets, 5);
}

static void the_farthest_numbers_can_be_compared(void **state)
{
    (void)state;
    memset(&volume, 0, sizeof volume);
    take(0, 10);
    take(10 + TCP_WINDOW_MAX, 10);
    assert_int_equal(volume.hole_count, 0); /* too large to be remembered */
    assert_int_equal(volume.forgotten, TCP_WINDOW_MAX);

    memset(&volume, 0, sizeof volume);
    take(0, 10);
    take(TCP_WINDOW_MAX - 10, 10);
    assert_int_equal(volume.hole_count, 1);
    take(0, 10);
    assert_int_equal(volume.retransmissions, 1);
    take(TCP_WINDOW_MAX, 1);
    assert_int_equal(volume.hole_count, 1);
    take(0, 10); /* its first byte is too far away */
    assert_int_equal(volume.retransmissions, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_segment_is_a_packet),
        TEST(all_of_the_ip_packets_is_counted),
        TEST(each_byte_counts_once),
        TEST(whatever_takes_numbers_can_be_sent_again),
        TEST(a_fin_that_joins_old_data_is_new),
        TEST(data_on_a_syn_count),
        TEST(keep_alives_and_probes_are_none),
        TEST(late_data_are_none),
        TEST(data_captured_behind_their_ack_are_none),
        TEST(what_is_perhaps_a_copy_is_not_counted),
        TEST(resets_and_illegal_flags_have_no_bytes),
        TEST(forged_segments_are_packets_only),
        TEST(damaged_segments_are_packets_only),
        TEST(damaged_data_are_missing_when_they_are_acknowledged),
        TEST(what_was_not_captured_is_missing_when_it_is_acknowledged),
        TEST(what_comes_first_midstream_need_not_be_the_first),
        TEST(after_a_syn_that_is_captured_late_all_is_known),
        TEST(a_syn_belongs_to_the_connection_that_it_opens),
        TEST(a_refusal_before_its_syn_is_counted_with_it),
        TEST(a_syn_among_known_numbers_belongs_to_them),
        TEST(what_is_given_back_was_there),
        TEST(bytes_and_retransmissions_are_those_of_a_model),
        TEST(of_too_many_holes_the_first_is_forgotten),
        TEST(of_too_many_holes_the_last_is_remembered),
        TEST(a_hole_that_falls_apart_may_be_one_too_many),
        TEST(a_hole_below_all_others_may_be_one_too_many),
        TEST(more_bytes_than_there_are_numbers_are_counted),
        TEST(numbers_far_away_begin_anew),
        TEST(the_farthest_numbers_can_be_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
