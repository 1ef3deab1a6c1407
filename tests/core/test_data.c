/* test_data.c
 * What an endpoint takes on an established connection: sequence and acknowledgment numbers, windows
 * and their scaling, timestamps, checksums, gaps (RFC 9293 3.10.7.4, RFC 7323, RFC 5961 5); and the
 * kinds of segments.
 *
 * A FIN serves as the probe: it moves the receiver if and only if it is taken.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* Whether the server has taken the client's FIN. */
#define assert_taken() assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_CLOSE_WAIT)
#define assert_not_taken()                                                                         \
    assert_int_equal(drive.shown.status.state[ROLE_SERVER], STATE_ESTABLISHED)

/* A handshake in which both ends offer these window scales. */
static void handshake_with_scales(uint8_t of_client, uint8_t of_server)
{
    begin(NULL);
    window_scale(of_client);
    client(SYN, 0, 0, 0);
    window_scale(of_server);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

/* A handshake with timestamps: the client's start at 1000, the server's at 5000. */
static void handshake_with_timestamps(void)
{
    begin(NULL);
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1001, 5000);
    client(ACK, 1, 1, 0);
}

/* -- Sequence numbers and windows -------------------------------------------------------------- */

static void the_next_number_is_taken(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void a_number_beyond_the_window_is_not_taken(void **state)
{
    static const uint32_t outside[] = {1 + WINDOW + 2, 1 + 65536, 0x40000000, 0x7fffffff};

    (void)state;
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        begin(NULL);
        handshake();
        client(FIN | ACK, outside[i], 1, 0);
        assert_not_taken();
        client(FIN | ACK, 1, 1, 0);
        assert_taken();
    }
}

static void data_up_to_the_last_byte_of_the_window_are_taken(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, WINDOW - 1);
    client(FIN | ACK, WINDOW, 1, 0);
    assert_taken();
}

static void an_ack_beyond_a_closed_window_still_counts(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4: SEG.SEQ = RCV.NXT is acceptable with a zero window */
    handshake();
    client(FIN | ACK, 1, 1, 0);
    window(0);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void window_scaling_applies_if_both_offered_it(void **state)
{
    (void)state;
    handshake_with_scales(0, 7);
    window(100);
    server(ACK, 1, 1, 0); /* 12800 bytes */
    client(ACK, 1, 1, 12000);
    client(FIN | ACK, 12001, 1, 0);
    assert_taken();

    handshake_with_scales(7, 7);
    window(100);
    server(ACK, 1, 1, 0);
    client(FIN | ACK, 12900, 1, 0);
    assert_not_taken();
}

static void the_window_of_a_syn_ack_is_never_scaled(void **state)
{
    (void)state; /* RFC 7323 2.2 */
    handshake_with_scales(7, 7);
    client(FIN | ACK, 1 + 2 * WINDOW, 1, 0);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_ESTABLISHED);
    assert_not_taken();
}

static void an_offer_of_one_side_alone_scales_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    window_scale(7);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    window(20000);
    server(ACK, 1, 1, 0);
    client(FIN | ACK, 1 + 20000 + 2, 1, 0);
    assert_not_taken();
}

static void a_shrunk_window_still_takes_what_was_in_flight(void **state)
{
    (void)state;
    handshake();
    window(10);
    server(ACK, 1, 1, 0);
    client(ACK, 1, 1, 5000);
    client(FIN | ACK, 5001, 1, 0);
    assert_taken();
}

static void without_a_handshake_nothing_is_outside_the_window(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 10);
    client(ACK, 11, 11, 1000000); /* the scale is not known */
    client(FIN | ACK, 1000011, 11, 0);
    assert_taken();
}

static void an_old_duplicate_changes_no_state(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 1000);
    server(ACK, 1, 1001, 0);
    client(ACK, 1001, 1, 1000);
    server(ACK, 1, 2001, 0);
    server(FIN | ACK, 1, 2001, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    client(ACK, 1, 1, 1000); /* all of it acknowledged long ago */
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
    assert_unmoved();
}

static void a_fin_below_acknowledged_data_is_ignored(void **state)
{
    (void)state; /* a copy from an earlier incarnation, or forged */
    handshake();
    client(ACK, 1, 1, 1000);
    server(ACK, 1, 1001, 0);
    client(FIN | ACK, 101, 1, 100);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    place("ESTABLISHED / SYN-RECEIVED");
    client(FIN | ACK, (uint32_t)-500, 1, 0);
    assert_shows("Handshake", "ESTABLISHED / SYN-RECEIVED");
}

/* -- Acknowledgment numbers -------------------------------------------------------------------- */

static void an_ack_of_unsent_data_is_not_taken(void **state)
{
    static const uint32_t beyond[] = {1 + WINDOW + 1, 1 + 65536, 0x40000000, 0x7ffffff0};

    (void)state; /* RFC 9293 3.10.7.4, fifth check; RFC 5961 5 */
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        begin(NULL);
        handshake();
        client(FIN | ACK, 1, beyond[i], 0);
        assert_not_taken();
    }
}

static void an_ack_of_unsent_data_does_not_acknowledge_a_fin(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1, 2 + WINDOW + 1, 0);
    assert_shows("Teardown", "FIN-WAIT-1 / CLOSE-WAIT");
}

static void old_copies_of_an_ack_disown_nothing(void **state)
{
    (void)state; /* their sender has acknowledged more since */
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 10);
    client(ACK, 11, 11, 0);
    for (unsigned i = 0; i < 4; i++) {
        client(ACK, 1, 1, 0);
        server(ACK, 11, 11, 0);
    }
    server(FIN | ACK, 11, 11, 0); /* acknowledges all that the client has sent */
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

static void acks_of_the_other_sides_last_data_disown_forged_data(void **state)
{
    (void)state; /* RFC 5961 5: forged data are taken if their ACK is acceptable */
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, 0);
    client(ACK, 1, 1, 10); /* forged */
    for (unsigned i = 0; i < 4; i++) {
        server(ACK, 11, 11, 0);
        client(ACK, 1, 11, 0);
    }
    server(FIN | ACK, 11, 11, 0); /* acknowledges data that the client never sent */
    assert_states("ESTABLISHED / FIN-WAIT-1");
}

static void an_ack_older_than_any_window_is_not_taken(void **state)
{
    (void)state; /* RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK */
    handshake();
    for (uint32_t at = 1; at < 200001; at += 5000) {
        server(ACK, at, 1, 5000);
        client(ACK, 1, at + 5000, 0);
    }
    client(FIN | ACK, 1, 1, 0);
    assert_not_taken();
}

static void an_ack_that_is_only_a_little_old_is_taken(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 100);
    client(ACK, 1, 101, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void a_segment_without_ack_is_not_taken(void **state)
{
    static const unsigned flags[] = {FIN, FIN | PSH | URG, PSH, URG};

    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        begin(NULL);
        handshake();
        client(flags[i], 1, 0, 10);
        assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
        assert_unmoved();
    }
}

static void illegal_flags_change_no_state(void **state)
{
    static const unsigned flags[] = {0, SYN | FIN, SYN | FIN | ACK, SYN | FIN | PSH | URG};

    (void)state;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        begin(NULL);
        handshake();
        client(flags[i], 1, 1, 0);
        assert_kind("Illegal flags");
        assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
        assert_unmoved();
    }
}

/* -- Timestamps -------------------------------------------------------------------------------- */

static void an_older_timestamp_is_not_taken(void **state)
{
    (void)state; /* RFC 7323 5.3 */
    handshake_with_timestamps();
    timestamps(1000, 5000);
    client(FIN | ACK, 1, 1, 0);
    assert_not_taken();
    timestamps(1000, 5000);
    client(FIN | PSH | ACK, 1, 1, 10);
    assert_not_taken();
}

static void an_equal_timestamp_is_taken(void **state)
{
    (void)state;
    handshake_with_timestamps();
    timestamps(1001, 5000);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void timestamps_wrap_too(void **state)
{
    (void)state;
    timestamps(0xfffffff0, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 0xfffffff0);
    server(SYN | ACK, 0, 1, 0);
    timestamps(0xfffffff5, 5000);
    client(ACK, 1, 1, 0);
    timestamps(3, 5000);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void a_timestamp_beyond_a_gap_is_not_ts_recent(void **state)
{
    (void)state; /* RFC 7323 4.3: only where SEG.SEQ =< Last.ACK.sent */
    handshake_with_timestamps();
    timestamps(1100, 5000);
    client(ACK, 101, 1, 100);
    timestamps(1050, 5000); /* sent earlier, arrives later */
    client(ACK, 1, 1, 100);
    timestamps(1101, 5000);
    client(FIN | ACK, 201, 1, 0);
    assert_taken();
}

static void a_rst_needs_no_timestamp(void **state)
{
    (void)state; /* RFC 7323 3.2, 5.2 */
    handshake_with_timestamps();
    timestamps(1, 5000);
    client(RST | ACK, 1, 1, 0);
    assert_shows("Reset", "CLOSED / CLOSED");
}

/* -- Checksums --------------------------------------------------------------------------------- */

static void a_segment_with_a_bad_checksum_counts_if_none_was_ever_good(void **state)
{
    (void)state; /* offload: the capture was made on the client */
    checksum(CHECKSUM_BAD);
    client(SYN, 0, 0, 0);
    assert_states("SYN-SENT / SYN-RECEIVED");
    checksum(CHECKSUM_GOOD);
    server(SYN | ACK, 0, 1, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void one_checksum_may_be_right_by_chance(void **state)
{
    (void)state; /* the client leaves them to its network card */
    checksum(CHECKSUM_GOOD);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    checksum(CHECKSUM_BAD);
    client(PSH | ACK, 1, 1, 100);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    server(ACK, 1, 101, 0); /* it was right */
    assert_states("ESTABLISHED / ESTABLISHED");
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 101, 1, 0);
    assert_taken();
    server(FIN | ACK, 1, 102, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 102, 2, 0);
    assert_states("TIME-WAIT / CLOSED");
}

static void damage_that_comes_again_and_again_is_damage(void **state)
{
    (void)state;
    checksum(CHECKSUM_GOOD);
    client(SYN, 0, 0, 0);
    for (unsigned i = 0; i < 5; i++) {
        server(SYN | ACK, 0, 1, 0);
        assert_states("ESTABLISHED / SYN-RECEIVED");
        checksum(CHECKSUM_BAD);
        client(ACK, 1, 1, 0);
        if (i < 4) /* but so much of it is not */
            assert_states("ESTABLISHED / SYN-RECEIVED");
    }
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void nothing_in_a_damaged_segment_counts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        checksum(CHECKSUM_GOOD);
        client(SYN, 0, 0, 0);
    }
    server(SYN | ACK, 0, 1, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 1, 5000, 0); /* its ACK number is not judged, */
    assert_false(shown_facts()->handshake.ack_judged);
    server(RST, 5000, 0, 0); /* and no RST answers it */
    assert_int_equal(shown_facts()->rst.trigger_frame, 0);
    checksum(CHECKSUM_BAD);
    client(RST, 1, 0, 0); /* but the RST itself is still reported */
    assert_int_equal(shown_facts()->rst.by, WHO_CLIENT);
    assert_unmoved();
}

static void a_segment_with_a_bad_checksum_is_rejected_after_a_good_one(void **state)
{
    (void)state;
    checksums(CHECKSUM_GOOD);
    handshake();
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, 1, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
    checksum(CHECKSUM_BAD);
    client(RST | ACK, 1, 1, 0);
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    assert_unmoved();
    checksum(CHECKSUM_GOOD);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void an_unfinished_checksum_counts_even_after_good_ones(void **state)
{
    (void)state;
    checksum(CHECKSUM_GOOD);
    handshake();
    checksum(CHECKSUM_PARTIAL);
    client(FIN | ACK, 1, 1, 0);
    assert_taken();
}

static void checksums_of_the_two_sides_are_independent(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    checksum(CHECKSUM_GOOD);
    server(SYN | ACK, 0, 1, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void a_good_checksum_is_remembered_across_incarnations(void **state)
{
    (void)state;
    checksum(CHECKSUM_GOOD);
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    wait_for(SECOND);
    checksum(CHECKSUM_BAD);
    client(SYN, 90000, 0, 0);
    assert_unmoved();
    assert_states("CLOSED / CLOSED");
}

static void a_segment_with_a_bad_checksum_counts_once_it_is_acknowledged(void **state)
{
    (void)state; /* the capture was edited, or spoilt at the capture point */
    checksums(CHECKSUM_GOOD);
    handshake();
    for (uint32_t seq = 1; seq < 201; seq += 100) {
        checksum(CHECKSUM_BAD);
        client(PSH | ACK, seq, 1, 100);
    }
    server(ACK, 1, 201, 0); /* both of them */
    assert_ordinary();
    client(PSH | ACK, 201, 1, 100);
    server(ACK, 1, 301, 0);
    assert_ordinary();
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 301, 1, 0);
    assert_unmoved();
    server(ACK, 1, 302, 0);
    assert_ordinary();
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void an_ack_of_more_than_the_damaged_segment_shows_a_gap(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        begin(NULL);
        checksum(CHECKSUM_GOOD);
        handshake();
        checksum(CHECKSUM_BAD);
        client(PSH | ACK, i == 0 ? 1 : 51, 1, 100); /* or something is missing before it */
        server(ACK, 1, i == 0 ? 102 : 151, 0);
        assert_anomalies("(ack_beyond_sent)");
    }
}

static void what_is_wholly_outside_the_window_vouches_for_no_damaged_segment(void **state)
{
    (void)state;
    checksums(CHECKSUM_GOOD);
    handshake();
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1 + 20 * WINDOW, 2, 0);
    assert_unmoved();

    checksum(CHECKSUM_BAD);
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1 + 20 * WINDOW, 101, 0);
    client(PSH | ACK, 1, 1, 100);
    assert_false(drive.verdict.repeats);
}

static void damaged_segments_with_a_gap_between_are_not_one(void **state)
{
    (void)state;
    checksums(CHECKSUM_GOOD);
    for (unsigned i = 0; i < 2; i++)
        server(ACK, 0, 1, 0);
    checksum(CHECKSUM_BAD);
    server(ACK, 0, 1, 100);
    checksum(CHECKSUM_BAD);
    server(ACK, 101, 1, 100);
    client(ACK, 0, 1, 0);
    assert_anomalies("(ack_beyond_sent)");
}

static void what_bears_no_data_does_not_replace_a_damaged_segment(void **state)
{
    static const unsigned flags[] = {ACK, SYN, SYN | ACK, RST | ACK};

    (void)state; /* with flags and number as the damage left them */
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        begin(NULL);
        checksum(CHECKSUM_GOOD);
        handshake();
        checksum(CHECKSUM_BAD);
        client(PSH | ACK, 1, 1, 100);
        checksum(CHECKSUM_BAD);
        client(flags[i], 5000, 1, 0);
        server(ACK, 1, 101, 0);
        assert_ordinary();
    }
}

/* -- Gaps -------------------------------------------------------------------------------------- */

static void a_fin_waits_for_every_gap(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 401, 1, 100);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 201, 1, 100);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 301, 1, 100);
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 1, 1, 200);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void overlapping_segments_fill_gaps(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 501, 1, 0);
    client(ACK, 201, 1, 100);
    client(ACK, 151, 1, 100); /* 151 to 300 have arrived */
    client(ACK, 251, 1, 250); /* 151 to 500 */
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    client(ACK, 1, 1, 200);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void segments_between_two_others_join_them(void **state)
{
    (void)state;
    handshake();
    client(ACK, 301, 1, 100);
    client(ACK, 101, 1, 100);
    client(FIN | ACK, 501, 1, 0);
    client(ACK, 51, 1, 400); /* covers both */
    client(ACK, 451, 1, 50);
    client(ACK, 1, 1, 50);
    assert_states("FIN-WAIT-1 / CLOSE-WAIT");
}

static void with_more_gaps_than_are_remembered_the_receivers_ack_decides(void **state)
{
    (void)state;
    handshake();
    for (uint32_t gap = 0; gap < 2 * RANGES_MAX; gap++)
        client(ACK, 101 + 200 * gap, 1, 100);
    client(FIN | ACK, 101 + 200 * 2 * RANGES_MAX, 1, 0);
    for (uint32_t gap = 0; gap <= 2 * RANGES_MAX; gap++)
        client(ACK, 1 + 200 * gap, 1, 100);
    assert_int_equal(drive.shown.status.state[ROLE_CLIENT], STATE_FIN_WAIT_1);
    server(ACK, 1, 102 + 200 * 2 * RANGES_MAX, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
    assert_bases("Presumed / Sent");
}

static void the_receivers_ack_closes_a_gap_in_the_capture(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 101, 1, 0); /* bytes 1 to 100 were not captured */
    assert_states("FIN-WAIT-1 / ESTABLISHED");
    server(ACK, 1, 101, 0); /* all but the FIN */
    server(ACK, 1, 102, 0);
    assert_shows("Teardown 2/4", "FIN-WAIT-2 / CLOSE-WAIT");
}

/* -- Kinds ------------------------------------------------------------------------------------- */

static void a_keep_alive_is_at_most_one_byte_below_what_is_acknowledged(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(ACK, 100, 1, 0);
    assert_kind("Keep-alive");
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    client(ACK, 100, 1, 1);
    assert_kind("Keep-alive");
    client(ACK, 100, 1, 2);
    assert_kind("Data");
    client(ACK, 99, 1, 0);
    assert_kind("ACK");
    server(ACK, 1, 102, 0);
}

static void a_keep_alives_byte_is_not_the_first_data(void **state)
{
    (void)state;
    handshake();
    client(ACK, 0, 1, 1);
    assert_kind("Keep-alive");
    assert_milestones("");
    client(ACK, 1, 1, 1);
    assert_kind("Data");
    assert_milestones("First data");
}

static void one_byte_into_a_closed_window_is_a_window_probe(void **state)
{
    (void)state;
    probe_closed_window();
    assert_kind("Window probe");
    assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
    window(0);
    server(ACK, 1, 1 + WINDOW, 0);
    client(ACK, 1 + WINDOW, 1, 2);
    assert_kind("Data");
    server(ACK, 1, 1 + WINDOW, 0); /* the window opens */
    assert_kind("Window update");
    client(ACK, 1 + WINDOW, 1, 1);
    assert_kind("Data");
}

static void where_no_window_is_known_a_byte_arrives_whatever_its_number(void **state)
{
    (void)state; /* though 0 is the edge of a window that is not known */
    drive.isn[CLIENT] = UINT32_MAX;
    client(ACK, 0, 1, 1);
    client(ACK, 1, 1, 1);
    client(FIN | ACK, 2, 1, 0);
    assert_server("CLOSE-WAIT");
}

static void without_an_ack_to_compare_there_are_no_probes(void **state)
{
    (void)state; /* whatever the sequence number */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_kind("ACK");
    client(ACK, 1, 1, 0);
    assert_kind("ACK");
    client(ACK, 1, 1, 1);
    assert_kind("Data");
    begin(NULL);
    handshake();
    window(0);
    server(ACK, 1, 1, 0);
    client(ACK, 6, 1, 1); /* not at the window's edge */
    assert_kind("Data");
}

static void an_old_ack_with_another_window_is_no_window_update(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    window(2 * WINDOW);
    client(ACK, 1, 1, 0); /* sent before the data */
    assert_kind("ACK");
}

static void an_ack_that_only_moves_the_window_is_a_window_update(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_kind("ACK");
    window(2 * WINDOW);
    server(ACK, 1, 101, 0);
    assert_kind("Window update");
    window(2 * WINDOW);
    server(ACK, 1, 101, 0);
    assert_kind("ACK"); /* a duplicate */
    server(PSH | ACK, 1, 101, 5);
    assert_kind("Data");
    client(FIN | ACK, 101, 6, 5);
    assert_kind("FIN");
    server(RST, 6, 0, 0);
    assert_kind("RST");
}

/* Its acknowledgment number means nothing, even where it is the one acknowledged last: here 0. */
static void a_segment_without_ack_is_no_window_update(void **state)
{
    (void)state;
    drive.isn[SERVER] = UINT32_MAX;
    handshake();
    window(WINDOW - 1);
    client(PSH, 1, 0, 0);
    assert_kind("ACK");
}

/* Each damaged segment is captured twice, as on two interfaces. */
static void a_copy_of_a_damaged_segment_is_no_other_damage(void **state)
{
    (void)state;
    for (unsigned copies = 1; copies < 4; copies++) {
        begin(NULL);
        checksums(CHECKSUM_GOOD);
        handshake();
        for (unsigned i = 0; i < copies; i++) {
            checksum(CHECKSUM_BAD);
            drive.next.perhaps_copy = i > 0;
            client(PSH | ACK, 1, 1, 100);
        }
        server(ACK, 1, 1, 0);
        for (unsigned i = 0; i < copies; i++) {
            checksum(CHECKSUM_BAD);
            drive.next.perhaps_copy = i > 0;
            client(FIN | ACK, 101, 1, 0);
        }
        assert_states("ESTABLISHED / ESTABLISHED");
    }
}

/* What has taken its place was not captured: other payload was right. */
static void an_ack_of_a_damaged_segment_does_not_make_the_next_one_right(void **state)
{
    (void)state;
    for (unsigned captured = 0; captured < 2; captured++) {
        begin(NULL);
        checksums(CHECKSUM_GOOD);
        handshake();
        client(PSH | ACK, 1, 1, 100);
        server(ACK, 1, 101, 0);
        checksum(CHECKSUM_BAD);
        client(PSH | ACK, 101, 1, 100);
        if (captured)
            client(PSH | ACK, 101, 1, 100);
        server(ACK, 1, 201, 0);
        checksum(CHECKSUM_BAD);
        client(PSH | ACK, 201, 1, 100);
        checksum(CHECKSUM_BAD);
        client(FIN | ACK, 301, 1, 0);
        assert_states("ESTABLISHED / ESTABLISHED");
    }
}

/* A SYN is damaged, and one in good order comes behind it, with nothing else to tell them apart. */
static void the_right_checksum_may_be_that_of_what_is_perhaps_a_copy(void **state)
{
    (void)state;
    checksum(CHECKSUM_BAD);
    client(SYN, 0, 0, 0);
    drive.next.perhaps_copy = true;
    checksum(CHECKSUM_GOOD);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 1, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_segment_without_ack_is_no_window_update),
        TEST(the_next_number_is_taken),
        TEST(a_number_beyond_the_window_is_not_taken),
        TEST(data_up_to_the_last_byte_of_the_window_are_taken),
        TEST(an_ack_beyond_a_closed_window_still_counts),
        TEST(window_scaling_applies_if_both_offered_it),
        TEST(the_window_of_a_syn_ack_is_never_scaled),
        TEST(an_offer_of_one_side_alone_scales_nothing),
        TEST(a_shrunk_window_still_takes_what_was_in_flight),
        TEST(without_a_handshake_nothing_is_outside_the_window),
        TEST(an_old_duplicate_changes_no_state),
        TEST(a_fin_below_acknowledged_data_is_ignored),
        TEST(an_ack_of_unsent_data_is_not_taken),
        TEST(an_ack_of_unsent_data_does_not_acknowledge_a_fin),
        TEST(old_copies_of_an_ack_disown_nothing),
        TEST(acks_of_the_other_sides_last_data_disown_forged_data),
        TEST(an_ack_older_than_any_window_is_not_taken),
        TEST(an_ack_that_is_only_a_little_old_is_taken),
        TEST(a_segment_without_ack_is_not_taken),
        TEST(illegal_flags_change_no_state),
        TEST(an_older_timestamp_is_not_taken),
        TEST(an_equal_timestamp_is_taken),
        TEST(timestamps_wrap_too),
        TEST(a_timestamp_beyond_a_gap_is_not_ts_recent),
        TEST(a_rst_needs_no_timestamp),
        TEST(a_segment_with_a_bad_checksum_counts_if_none_was_ever_good),
        TEST(one_checksum_may_be_right_by_chance),
        TEST(damage_that_comes_again_and_again_is_damage),
        TEST(nothing_in_a_damaged_segment_counts),
        TEST(a_segment_with_a_bad_checksum_is_rejected_after_a_good_one),
        TEST(an_unfinished_checksum_counts_even_after_good_ones),
        TEST(checksums_of_the_two_sides_are_independent),
        TEST(a_good_checksum_is_remembered_across_incarnations),
        TEST(a_fin_waits_for_every_gap),
        TEST(overlapping_segments_fill_gaps),
        TEST(segments_between_two_others_join_them),
        TEST(with_more_gaps_than_are_remembered_the_receivers_ack_decides),
        TEST(the_receivers_ack_closes_a_gap_in_the_capture),
        TEST(a_keep_alive_is_at_most_one_byte_below_what_is_acknowledged),
        TEST(a_keep_alives_byte_is_not_the_first_data),
        TEST(one_byte_into_a_closed_window_is_a_window_probe),
        TEST(where_no_window_is_known_a_byte_arrives_whatever_its_number),
        TEST(without_an_ack_to_compare_there_are_no_probes),
        TEST(an_old_ack_with_another_window_is_no_window_update),
        TEST(an_ack_that_only_moves_the_window_is_a_window_update),
        TEST(a_segment_with_a_bad_checksum_counts_once_it_is_acknowledged),
        TEST(an_ack_of_more_than_the_damaged_segment_shows_a_gap),
        TEST(what_is_wholly_outside_the_window_vouches_for_no_damaged_segment),
        TEST(damaged_segments_with_a_gap_between_are_not_one),
        TEST(what_bears_no_data_does_not_replace_a_damaged_segment),
        TEST(a_copy_of_a_damaged_segment_is_no_other_damage),
        TEST(an_ack_of_a_damaged_segment_does_not_make_the_next_one_right),
        TEST(the_right_checksum_may_be_that_of_what_is_perhaps_a_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
