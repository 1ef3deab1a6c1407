/* test_prediction.c
 * The short way of the analysis: steady traffic takes it, everything else does not. For every
 * segment of every test, drive.h checks that both ways have the same result.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"
#include "ecn.h"

enum { ROUNDS = 2000, BLOCK = 1448, SCALE = 7 };

/* What is sent next: relative numbers and the timestamp. */
static struct {
    uint32_t next[2];
    uint32_t clock;
    bool has_timestamps;
    bool is_ecn_capable;
} talk;

static void tick(void)
{
    if (!talk.has_timestamps)
        return;
    talk.clock++;
    timestamps(talk.clock, talk.clock - 1);
}

static void speak(unsigned side, unsigned flags, uint32_t len)
{
    tick();
    if (talk.is_ecn_capable && len > 0)
        ip_ecn(IP_ECN_ECT_0);
    send_from(side, flags, talk.next[side], talk.next[!side], len);
    talk.next[side] += len;
}

/* A request, two segments of the answer, an ACK. */
static void speak_round(void)
{
    speak(CLIENT, PSH | ACK, 100);
    speak(SERVER, ACK, BLOCK);
    speak(SERVER, PSH | ACK, BLOCK);
    speak(CLIENT, ACK, 0);
}

/* The last segment went the short way, and the summary's, too. */
static void assert_predicted(void)
{
    assert_true(drive.predicted);
    assert_true(drive.counted);
}

/* Each segment has to go the short way. */
static void assert_all_predicted(unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        speak(CLIENT, PSH | ACK, 100);
        assert_predicted();
        assert_kind("Data");
        speak(SERVER, ACK, BLOCK);
        assert_predicted();
        speak(SERVER, PSH | ACK, BLOCK);
        assert_predicted();
        speak(CLIENT, ACK, 0);
        assert_predicted();
        assert_kind("ACK");
        assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
        assert_bases("Sent / Sent");
        assert_ordinary();
    }
}

static void open_talk(unsigned syn_bits, unsigned answer_bits)
{
    talk.next[CLIENT] = talk.next[SERVER] = 1;
    talk.clock = 1000;
    tick();
    window_scale(SCALE);
    client(SYN | syn_bits, 0, 0, 0);
    tick();
    window_scale(SCALE);
    server(SYN | ACK | answer_bits, 0, 1, 0);
    speak(CLIENT, ACK, 0);
    assert_false(drive.predicted);
}

/* A connection that carries nothing but data and ACKs. */
static void open_calm_talk(void)
{
    memset(&talk, 0, sizeof talk);
    begin(NULL);
    open_talk(0, 0);
    speak_round();
    assert_all_predicted(1);
}

/* -- Steady traffic ---------------------------------------------------------------------------- */

static void a_long_transfer_is_predicted(void **state)
{
    (void)state;
    open_calm_talk();
    assert_all_predicted(ROUNDS);
}

static void a_long_transfer_with_timestamps_is_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.has_timestamps = true;
    open_talk(0, 0);
    speak_round();
    assert_all_predicted(ROUNDS);
}

/* After the first ten data segments, which are checked for all being marked CE. */
static void a_long_transfer_with_classic_ecn_is_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.has_timestamps = talk.is_ecn_capable = true;
    open_talk(ECE | CWR, ECE);
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak_round();
    assert_all_predicted(ROUNDS);
    assert_int_equal(drive.shown.status.ecn.mode, ECN_CLASSIC);
}

/* Once the round trip was measured. */
static void a_midstream_transfer_is_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.next[CLIENT] = talk.next[SERVER] = UINT32_C(0x90000000);
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak_round();
    assert_all_predicted(ROUNDS);
}

static void a_transfer_after_a_simultaneous_open_is_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.next[CLIENT] = talk.next[SERVER] = 1;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    speak(CLIENT, PSH | ACK, 100); /* instead of the usual SYN-ACK */
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak_round();
    assert_all_predicted(2);
}

static void a_transfer_is_predicted_again_after_a_forged_ack_was_refuted(void **state)
{
    (void)state;
    open_calm_talk();
    server(ACK, talk.next[SERVER], talk.next[CLIENT] + 500, 0); /* acknowledges unsent data */
    speak(CLIENT, ACK, 0);
    assert_false(drive.predicted);
    for (unsigned i = 0; i < 6; i++) /* until the claimed window is really open */
        speak_round();
    assert_all_predicted(2);
}

static void a_transfer_is_predicted_again_after_a_gap_in_the_capture(void **state)
{
    (void)state;
    open_calm_talk();
    wait_for(10 * SECOND);
    talk.next[SERVER] += 3 * WINDOW << SCALE;
    speak(SERVER, ACK, BLOCK); /* beyond the window */
    speak(CLIENT, ACK, 0);
    assert_false(drive.predicted);
    speak_round();
    speak_round();
    assert_all_predicted(2);
}

static void a_transfer_is_predicted_again_after_a_gap_was_filled(void **state)
{
    (void)state;
    open_calm_talk();
    server(ACK, talk.next[SERVER] + BLOCK, talk.next[CLIENT], BLOCK);
    assert_false(drive.predicted);
    client(ACK, talk.next[CLIENT], talk.next[SERVER], 0);
    assert_false(drive.predicted);
    server(ACK, talk.next[SERVER], talk.next[CLIENT], BLOCK);
    assert_false(drive.predicted);
    talk.next[SERVER] += 2 * BLOCK;
    speak(CLIENT, ACK, 0);
    assert_all_predicted(2);
}

/* -- One direction ------------------------------------------------------------------------------
 */

/* The client acknowledges a block that was not captured. */
static void acknowledge_unseen(void)
{
    talk.next[SERVER] += BLOCK;
    speak(CLIENT, ACK, 0);
}

/* Each ACK, and each further request, has to go the short way. */
static void assert_client_predicted(unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        acknowledge_unseen();
        assert_predicted();
        assert_true(drive.verdict.acks_missing);
        assert_kind("ACK");
        speak(CLIENT, PSH | ACK, 100);
        assert_predicted();
        assert_false(drive.verdict.acks_missing);
        talk.next[SERVER] += BLOCK;
        speak(CLIENT, PSH | ACK, 100);
        assert_predicted();
        assert_true(drive.verdict.acks_missing);
        assert_shows("Data transfer", "ESTABLISHED / ESTABLISHED");
        assert_ordinary();
    }
}

/* A connection of which the capture has no more of the server than its SYN-ACK. */
static void open_one_way_talk_from(uint32_t server_isn)
{
    memset(&talk, 0, sizeof talk);
    begin(NULL);
    drive.isn[SERVER] = server_isn;
    open_talk(0, 0);
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak(CLIENT, PSH | ACK, 100);
    acknowledge_unseen(); /* tells of the gap */
    assert_false(drive.predicted);
}

static void open_one_way_talk(void)
{
    open_one_way_talk_from(UINT32_C(0xffffff9c));
}

static void acks_of_data_that_were_not_captured_are_predicted(void **state)
{
    static const uint32_t server_isns[] = {0x10000000, 0x90000000};

    (void)state; /* whatever the numbers of the two sides */
    for (size_t i = 0; i < 2; i++) {
        open_one_way_talk_from(server_isns[i]);
        assert_client_predicted(ROUNDS);
        assert_bases("Sent / Presumed");
        assert_summary("Open", "S1", "ShADgggg");
        talk.next[SERVER] += 2; /* a FIN alone would be one */
        speak(CLIENT, ACK, 0);
        assert_predicted();
    }
}

static void acks_alone_are_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.has_timestamps = true;
    open_talk(0, 0);
    acknowledge_unseen();
    for (unsigned i = 0; i < ROUNDS; i++) {
        acknowledge_unseen();
        assert_true(drive.predicted);
    }
    speak(CLIENT, PSH | ACK, 100); /* the first data are a milestone */
    assert_false(drive.predicted);
    assert_milestones("First data");
}

static void a_connection_with_a_silent_server_is_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.has_timestamps = true;
    talk.next[CLIENT] = talk.next[SERVER] = 1;
    window_scale(SCALE);
    client(SYN, 0, 0, 0);
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak(CLIENT, PSH | ACK, 100);
    acknowledge_unseen();
    assert_anomalies("one_way");
    acknowledge_unseen();
    assert_client_predicted(ROUNDS);
}

static void one_direction_midstream_is_predicted(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.next[CLIENT] = talk.next[SERVER] = UINT32_C(0x90000000);
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak(CLIENT, PSH | ACK, 100);
    wait_for(SECOND);
    acknowledge_unseen();
    assert_anomalies("one_way");
    assert_client_predicted(ROUNDS);
    assert_bases("Guessed / Guessed");
}

/* What was captured of the server falls behind by half of the number space and more. */
static void one_direction_is_predicted_for_gigabytes(void **state)
{
    const uint32_t unseen = WINDOW << SCALE;
    unsigned predicted = 0;

    (void)state;
    open_one_way_talk();
    for (uint64_t left = UINT64_C(5) << 30; left > unseen; left -= unseen) {
        talk.next[SERVER] += unseen;
        speak(CLIENT, ACK, 0);
        predicted += drive.predicted;
    }
    assert_true(predicted > (UINT32_C(1) << 31) / unseen);
}

/* -- All other segments ------------------------------------------------------------------------ */

/* One segment on a calm connection; its numbers are relative to the next ones expected. */
typedef struct odd {
    unsigned side;
    unsigned flags;
    int32_t seq;
    int32_t ack;
    uint32_t len;
    uint32_t window; /* 0: unchanged */
    ip_ecn_t ip;
    checksum_status_t checksum;
} odd_t;

/* clang-format off */
static const odd_t odds[] = {
    {SERVER, ACK, -BLOCK, 0, BLOCK, 0, 0, 0},          /* a repetition */
    {SERVER, ACK, 1, 0, BLOCK, 0, 0, 0},               /* a byte is missing */
    {SERVER, ACK, 0, 1, BLOCK, 0, 0, 0},               /* acknowledges what was not sent */
    {SERVER, ACK, 0, -1, BLOCK, 0, 0, 0},              /* acknowledges less than before */
    {SERVER, ACK, 0, -1000000000, BLOCK, 0, 0, 0},     /* much less */
    {SERVER, ACK, 0, 0, BLOCK, WINDOW - 1, 0, 0},      /* shrinks the window */
    {SERVER, ACK, 0, 0, BLOCK, 0, 0, CHECKSUM_BAD},
    {SERVER, ACK, 0, 0, BLOCK, 0, IP_ECN_CE, 0},
    {SERVER, ACK | ECE, 0, 0, BLOCK, 0, 0, 0},
    {SERVER, ACK | CWR, 0, 0, BLOCK, 0, 0, 0},
    {SERVER, ACK | AE, 0, 0, BLOCK, 0, 0, 0},
    {SERVER, ACK | URG, 0, 0, BLOCK, 0, 0, 0},
    {SERVER, ACK | 0x200, 0, 0, BLOCK, 0, 0, 0},       /* a reserved bit */
    {SERVER, ACK | FIN, 0, 0, BLOCK, 0, 0, 0},
    {SERVER, ACK | RST, 0, 0, 0, 0, 0, 0},
    {SERVER, ACK | SYN, 0, 0, 0, 0, 0, 0},
    {SERVER, SYN, 0, 0, 0, 0, 0, 0},
    {SERVER, PSH, 0, 0, BLOCK, 0, 0, 0},
    {SERVER, 0, 0, 0, 0, 0, 0, 0},
    {SERVER, ACK | PSH, 0, 0, 0, 0, 0, 0},             /* PSH without data */
    {SERVER, ACK, 0, 0, 0, WINDOW + 1, 0, 0},          /* a window update */
    {SERVER, ACK, 0, 0, 0, 0, 0, 0},                   /* nothing new */
    {SERVER, ACK, -1, 0, 0, 0, 0, 0},                  /* keep-alives */
    {SERVER, ACK, -1, 0, 1, 0, 0, 0},
    {SERVER, ACK, 0, 0, UINT32_C(0x80000001), 0, 0, 0},
    {CLIENT, ACK, 0, 0, 0, 0, 0, 0},
    {CLIENT, ACK, 1, 0, 0, 0, 0, 0},
};
/* clang-format on */

static void anything_else_goes_the_full_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof odds / sizeof odds[0]; i++) {
        const odd_t *odd = &odds[i];

        open_calm_talk();
        checksum(CHECKSUM_GOOD);
        speak_round();
        if (odd->window)
            window((uint16_t)odd->window);
        ip_ecn(odd->ip);
        checksum(odd->checksum);
        send_from(odd->side, odd->flags, talk.next[odd->side] + (uint32_t)odd->seq,
                  talk.next[!odd->side] + (uint32_t)odd->ack, odd->len);
        assert_false(drive.predicted);
    }
}

/* Numbers are relative to the last ones of the client. */
/* clang-format off */
static const odd_t one_way_odds[] = {
    {CLIENT, ACK, 0, 1, 0, 0, 0, 0},                           /* a FIN of the server */
    {CLIENT, ACK, 0, 0, 0, 0, 0, 0},                           /* nothing new */
    {CLIENT, ACK, 0, -BLOCK, 0, 0, 0, 0},                      /* acknowledges less than before */
    {CLIENT, ACK, 0, (WINDOW << SCALE) + 1, 0, 0, 0, 0},       /* more than the window allows */
    {CLIENT, ACK, 0, BLOCK, 0, WINDOW - BLOCK, 0, 0},          /* shrinks the window */
    {CLIENT, ACK, -100, BLOCK, 100, 0, 0, 0},                  /* a repetition */
    {CLIENT, ACK, 1, BLOCK, 100, 0, 0, 0},                     /* a byte is missing */
    {CLIENT, ACK, -1, BLOCK, 0, 0, 0, 0},                      /* a keep-alive */
    {CLIENT, ACK, 0, BLOCK, 1, 0, 0, 0},                       /* perhaps a window probe */
    {CLIENT, ACK, 0, BLOCK, 100, 0, 0, CHECKSUM_BAD},
    {CLIENT, ACK | FIN, 0, BLOCK, 0, 0, 0, 0},
    {CLIENT, ACK | RST, 0, BLOCK, 0, 0, 0, 0},
    {CLIENT, ACK | ECE, 0, BLOCK, 0, 0, 0, 0},
    {SERVER, ACK, 0, 0, BLOCK, 0, 0, 0},                       /* the server is there again */
};
/* clang-format on */

static void anything_else_of_one_direction_goes_the_full_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof one_way_odds / sizeof one_way_odds[0]; i++) {
        const odd_t *odd = &one_way_odds[i];

        open_one_way_talk();
        checksum(CHECKSUM_GOOD);
        acknowledge_unseen();
        assert_client_predicted(1);
        if (odd->window)
            window((uint16_t)odd->window);
        checksum(odd->checksum);
        send_from(odd->side, odd->flags, talk.next[odd->side] + (uint32_t)odd->seq,
                  talk.next[!odd->side] + (uint32_t)odd->ack, odd->len);
        assert_false(drive.predicted);
    }
}

static void an_old_timestamp_goes_the_full_way(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    talk.has_timestamps = true;
    open_talk(0, 0);
    speak_round();
    assert_all_predicted(1);
    talk.clock -= 100;
    speak(SERVER, ACK, BLOCK);
    assert_false(drive.predicted);
}

static void a_probe_of_a_closed_window_goes_the_full_way(void **state)
{
    (void)state;
    open_calm_talk();
    window(0);
    speak(CLIENT, ACK, 100);
    speak(SERVER, ACK, 1);
    assert_false(drive.predicted);
    assert_kind("Window probe");
}

/* Without a new ACK the last byte of the window is as good as a closed window. */
static void a_byte_behind_a_full_window_goes_the_full_way(void **state)
{
    (void)state;
    open_calm_talk();
    for (unsigned sent = 0; sent < WINDOW << SCALE; sent += WINDOW)
        speak(SERVER, ACK, WINDOW);
    assert_true(drive.predicted);
    speak(SERVER, ACK, 1);
    assert_false(drive.predicted);
    speak(SERVER, ACK, BLOCK); /* the byte was refused */
    assert_false(drive.predicted);
}

/* The numbers wrap without an ACK, so that comparisons are reversed. */
static void numbers_far_ahead_of_the_ack_go_the_full_way(void **state)
{
    bool predicted = true;

    (void)state;
    open_calm_talk();
    for (unsigned i = 0; i < 70000; i++) {
        speak(SERVER, ACK, 65000);
        predicted &= drive.predicted;
    }
    assert_false(predicted);
}

static void an_ack_of_more_than_any_window_goes_the_full_way(void **state)
{
    (void)state;
    open_calm_talk();
    for (unsigned i = 0; i < 17000; i++)
        speak(SERVER, ACK, 65000);
    speak(CLIENT, ACK, 0);
    assert_false(drive.predicted);
}

/* The numbers of step 3 recur after the server has sent four gigabytes. */
static void numbers_of_the_third_step_go_the_full_way(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    open_talk(0, 0);
    for (uint64_t left = UINT64_C(1) << 32; left > 0;) {
        const uint32_t len = left < 65000 ? (uint32_t)left : 65000;

        speak(SERVER, ACK, len);
        left -= len;
        if (left > 0)
            speak(CLIENT, ACK, 0);
    }
    assert_true(drive.predicted);
    speak(CLIENT, ACK, 0);
    assert_false(drive.predicted);
    assert_int_equal(drive.shown.handshake_step, 3);
}

/* -- Connections that are not calm ------------------------------------------------------------- */

/* After each of these, the next segments go the full way. */
static void a_connection_that_is_not_calm_goes_the_full_way(void **state)
{
    (void)state;
    open_calm_talk();
    client(SYN, 70000, 0, 0); /* the client may have restarted */
    speak(SERVER, ACK, BLOCK);
    assert_false(drive.predicted);

    open_calm_talk();
    server(ACK, talk.next[SERVER] + (3 * WINDOW << SCALE), talk.next[CLIENT],
           BLOCK); /* beyond the window */
    speak(CLIENT, ACK, 100);
    assert_false(drive.predicted);

    open_calm_talk();
    server(ACK, talk.next[SERVER], talk.next[CLIENT] + 1, 0); /* draws a challenge ACK */
    speak(CLIENT, ACK, 100);
    assert_false(drive.predicted);

    open_calm_talk();
    client(ACK, talk.next[CLIENT] - 100, talk.next[SERVER],
           0); /* an old copy, or it disowns data */
    speak(SERVER, ACK, BLOCK);
    speak(CLIENT, ACK, 0);
    assert_false(drive.predicted);

    open_calm_talk();
    server(FIN, talk.next[SERVER], 0, 0); /* refused without ACK, */
    speak(SERVER, ACK, 1);
    speak(CLIENT, ACK, 0); /* and taken after all */
    assert_false(drive.predicted);
    assert_server("FIN-WAIT-2");

    open_calm_talk();
    speak(CLIENT, FIN | ACK, 0);
    talk.next[CLIENT]++;
    speak(SERVER, ACK, BLOCK);
    assert_false(drive.predicted);
}

static void accurate_ecn_goes_the_full_way(void **state)
{
    (void)state;
    memset(&talk, 0, sizeof talk);
    open_talk(AE | CWR | ECE, CWR);
    for (unsigned i = 0; i < ECN_FIRST_DATA; i++)
        speak_round();
    assert_false(drive.predicted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_long_transfer_is_predicted),
        TEST(a_long_transfer_with_timestamps_is_predicted),
        TEST(a_long_transfer_with_classic_ecn_is_predicted),
        TEST(a_midstream_transfer_is_predicted),
        TEST(a_transfer_after_a_simultaneous_open_is_predicted),
        TEST(a_transfer_is_predicted_again_after_a_forged_ack_was_refuted),
        TEST(a_transfer_is_predicted_again_after_a_gap_in_the_capture),
        TEST(a_transfer_is_predicted_again_after_a_gap_was_filled),
        TEST(acks_of_data_that_were_not_captured_are_predicted),
        TEST(acks_alone_are_predicted),
        TEST(a_connection_with_a_silent_server_is_predicted),
        TEST(one_direction_midstream_is_predicted),
        TEST(one_direction_is_predicted_for_gigabytes),
        TEST(anything_else_of_one_direction_goes_the_full_way),
        TEST(anything_else_goes_the_full_way),
        TEST(an_old_timestamp_goes_the_full_way),
        TEST(a_probe_of_a_closed_window_goes_the_full_way),
        TEST(a_byte_behind_a_full_window_goes_the_full_way),
        TEST(numbers_far_ahead_of_the_ack_go_the_full_way),
        TEST(an_ack_of_more_than_any_window_goes_the_full_way),
        TEST(numbers_of_the_third_step_go_the_full_way),
        TEST(a_connection_that_is_not_calm_goes_the_full_way),
        TEST(accurate_ecn_goes_the_full_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
