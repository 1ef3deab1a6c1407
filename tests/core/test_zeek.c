/* test_zeek.c
 * Zeek's conn_state and history: each value, and where RFC 9293 and the flags disagree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

#define assert_zeek(want_state, want_history)                                                      \
    do {                                                                                           \
        assert_string_equal(zeek_conn_state(&drive.summary.zeek), want_state);                     \
        assert_string_equal(drive.summary.zeek.history, want_history);                             \
    } while (0)

/* -- conn_state -------------------------------------------------------------------------------- */

static void a_syn_alone_is_s0(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_zeek("S0", "S");
}

static void an_answered_syn_is_s1_even_without_step_3(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_zeek("S1", "Sh");
    client(ACK, 1, 1, 0);
    assert_zeek("S1", "ShA");
}

static void fins_make_s2_s3_and_sf(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_zeek("S2", "ShAF");
    server(FIN | ACK, 1, 2, 0);
    assert_zeek("SF", "ShAFf");
    client(ACK, 2, 2, 0);
    assert_zeek("SF", "ShAFf");
    begin(NULL);
    handshake();
    server(FIN | ACK, 1, 1, 0);
    assert_zeek("S3", "ShAf");
}

static void a_refused_syn_is_rej(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    assert_zeek("REJ", "Sr");
}

static void resets_are_distinguished_by_their_sender(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    assert_zeek("RSTO", "ShAR");
    begin(NULL);
    handshake();
    server(RST | ACK, 1, 1, 0);
    assert_zeek("RSTR", "ShAr");
}

static void a_syn_reset_by_its_sender_is_rstos0(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_zeek("RSTOS0", "SR");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0); /* so it received a SYN-ACK */
    client(RST, 1, 0, 0);
    assert_zeek("OTH", "SAR");
}

static void a_syn_ack_without_syn_reset_by_its_sender_is_rstrh(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0);
    assert_zeek("RSTRH", "^hr");
}

static void a_close_of_one_captured_direction_is_sh_or_shr(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_zeek("SH", "SAF");
    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_zeek("SHR", "^hf");
}

static void midstream_is_oth_until_both_have_closed(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    assert_zeek("OTH", "Da");
    client(FIN | ACK, 11, 1, 0);
    assert_zeek("SH", "DaF");
    server(FIN | ACK, 1, 12, 0);
    assert_zeek("SF", "DaFf");
}

static void a_reset_midstream_is_oth_or_rstrh(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(RST | ACK, 11, 1, 0);
    assert_zeek("OTH", "DaR");
    begin(NULL);
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    server(RST | ACK, 1, 11, 0);
    assert_zeek("RSTRH", "Dar");
}

static void a_lone_rst_is_oth_of_the_client_and_rstrh_of_the_server(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    assert_zeek("OTH", "R");
    begin(NULL);
    server(RST, 1, 0, 0);
    assert_zeek("RSTRH", "^r");
}

static void a_simultaneous_open_is_s1(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_zeek("S1", "Ss"); /* the SYN-ACKs repeat the numbers of the SYNs */
}

static void a_handshake_without_its_syn_is_s1(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_zeek("S1", "^hA");
}

static void a_syn_ack_without_a_syn_is_oth(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_zeek("OTH", "^h");
    begin(NULL);
    client(ACK, 1, 1, 10);
    server(SYN | ACK, 5000, 1, 0);
    assert_zeek("OTH", "Dh");
}

static void a_syn_is_not_answered_by_an_ack(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(ACK, 1, 1, 0);
    assert_zeek("S0", "Sa");
    server(SYN | ACK, 0, 1, 0);
    assert_zeek("S1", "Sah");
}

/* -- Which segments count ---------------------------------------------------------------------- */

static void a_rst_that_is_not_exact_does_not_reset(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(RST, 500, 0, 0);
    assert_zeek("S1", "ShADdr");
}

static void a_syn_ack_of_another_syn_does_not_establish(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 77, 0);
    assert_zeek("S0", "Sh");
}

static void a_fin_without_ack_does_not_close(void **state)
{
    (void)state;
    handshake();
    client(FIN, 1, 0, 0);
    assert_zeek("S1", "ShAF");
}

static void a_rst_after_both_fins_changes_nothing(void **state)
{
    (void)state;
    handshake();
    close_by(CLIENT);
    server(RST, 2, 0, 0);
    assert_zeek("SF", "ShAFafr");
}

static void a_rst_after_its_senders_fin_alone_resets(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 10);
    client(RST, 2, 0, 0);
    assert_zeek("RSTO", "ShAFdR");
}

static void a_fin_that_crosses_a_late_rst_closes(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    server(RST | ACK, 2, 1, 0);
    assert_zeek("RSTR", "ShAfr");
    client(FIN | ACK, 1, 2, 0);
    assert_zeek("SF", "ShAfrF");
}

static void a_refuted_rst_does_not_count(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    server(RST, 1, 0, 0); /* forged: both sides continue */
    assert_zeek("RSTR", "ShADr");
    wait_for(SECOND);
    client(ACK, 11, 1, 10);
    wait_for(SECOND);
    server(ACK, 1, 21, 5);
    assert_zeek("S1", "ShADrd");
    server(RST | ACK, 6, 21, 0); /* this one counts */
    assert_zeek("RSTR", "ShADrdr");
}

/* -- History ----------------------------------------------------------------------------------- */

static void letters_of_data_and_acks_occur_once_for_each_side(void **state)
{
    (void)state;
    handshake();
    for (uint32_t i = 0; i < 5; i++) {
        client(ACK, 1 + 10 * i, 1 + 10 * i, 10);
        server(ACK, 1 + 10 * i, 11 + 10 * i, 10);
        client(ACK, 11 + 10 * i, 11 + 10 * i, 0);
        server(ACK, 11 + 10 * i, 11 + 10 * i, 0);
    }
    assert_zeek("S1", "ShADda");
}

static void control_letters_are_repeated_with_another_number(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(RST, 500, 0, 0);
    server(RST, 500, 0, 0);
    server(RST, 600, 0, 0);
    assert_zeek("S1", "ShADdrr");
    client(FIN | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_zeek("S2", "ShADdrrF");
}

static void illegal_flags_are_q_and_i(void **state)
{
    (void)state;
    client(SYN | FIN, 0, 0, 0);
    client(SYN | RST, 0, 0, 0);
    server(FIN | RST, 0, 0, 0);
    server(0, 0, 0, 0);
    assert_zeek("OTH", "Qi");
}

static void retransmitted_data_count_by_powers_of_ten(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    for (unsigned i = 0; i < 9; i++)
        client(ACK, 1, 1, 10);
    assert_zeek("S1", "ShADT");
    client(ACK, 1, 1, 10);
    assert_zeek("S1", "ShADTT");
    for (unsigned i = 0; i < 89; i++)
        client(ACK, 1, 1, 10);
    assert_zeek("S1", "ShADTT");
    client(ACK, 1, 1, 10);
    assert_zeek("S1", "ShADTTT");
}

static void one_retransmitted_byte_is_enough(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 1);
    client(ACK, 1, 1, 1);
    assert_zeek("S1", "ShADT");
}

static void a_closed_window_is_w_but_not_on_a_rst(void **state)
{
    (void)state;
    handshake();
    window(0);
    server(ACK, 1, 1, 0);
    assert_zeek("S1", "ShAaw");
    window(0);
    client(RST | ACK, 1, 1, 0);
    assert_zeek("RSTO", "ShAawR");
}

static void a_gap_is_g_once_its_bytes_are_acknowledged(void **state)
{
    (void)state;
    handshake();
    client(ACK, 11, 1, 10);
    assert_zeek("S1", "ShAD");
    server(ACK, 1, 1, 0);
    assert_zeek("S1", "ShADa");
    server(ACK, 1, 21, 0);
    assert_zeek("S1", "ShADaG");
    client(ACK, 21, 1, 10);
    server(ACK, 1, 31, 0);
    assert_zeek("S1", "ShADaG");
}

static void so_is_a_gap_that_only_an_ack_shows(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 11, 0);
    assert_zeek("S1", "ShAaG");
    begin(NULL);
    handshake();
    client(RST, 1, 0, 0); /* forged, as the next segments show */
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    assert_zeek("S1", "ShARDa");
    server(ACK, 1, 21, 0);
    assert_zeek("S1", "ShARDaG");
}

static void data_below_an_earlier_ack_are_retransmitted(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1001, 0); /* the server's segments are captured only from here on */
    client(ACK, 1, 501, 0);  /* reordered */
    server(PSH | ACK, 501, 1, 100);
    assert_zeek("OTH", "SAd"); /* which its first segment does not tell */
    server(PSH | ACK, 601, 1, 100);
    assert_zeek("OTH", "SAdt");
}

static void a_damaged_segment_is_c_and_nothing_else(void **state)
{
    (void)state;
    handshake();
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 10);
    checksum(CHECKSUM_BAD);
    client(FIN | ACK, 11, 1, 0);
    assert_zeek("S1", "ShADC");
    checksum(CHECKSUM_BAD);
    server(ACK, 1, 11, 0); /* its checksums were never good: checksum offload */
    assert_zeek("S1", "ShADCa");
}

static void the_history_is_cut_off_where_it_is_full(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    for (uint32_t i = 0; i < 100; i++)
        server(RST, 500 + i, 0, 0);
    assert_int_equal(strlen(drive.summary.zeek.history), ZEEK_HISTORY_SIZE - 1);
    assert_string_equal(zeek_conn_state(&drive.summary.zeek), "S1");
}

/* -- Seldom seen ------------------------------------------------------------------------------- */

static void a_fin_that_crosses_an_early_rst_closes_nothing(void **state)
{
    (void)state;
    handshake();
    server(RST | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_zeek("RSTR", "ShArF");
}

static void a_rst_of_the_one_that_has_not_closed_resets(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(RST | ACK, 1, 2, 0);
    assert_zeek("RSTR", "ShAFr");
}

static void a_gap_is_none_once_a_rst_has_counted(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0);
    server(ACK, 1, 11, 0); /* on its way before the RST came */
    assert_zeek("RSTO", "ShARa");
}

static void a_syn_among_segments_of_both_opens_nothing(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(SYN, 11, 0, 0);
    assert_zeek("OTH", "DaS");
    server(RST, 1, 0, 0);
    assert_zeek("RSTRH", "DaSr"); /* no refusal */
    begin(NULL);
    client(ACK, 1, 1, 10);
    server(FIN | ACK, 0u - 1000, 1, 0); /* too old: it does not count */
    client(SYN, 11, 0, 0);
    assert_zeek("S0", "DfS");
}

/* What is in the history after the two segments of the client, whose numbers are all zero. */
static const char *history_of(const segment_t *one, const segment_t *other)
{
    static zeek_t zeek;
    const verdict_t verdict = {.counts = true};
    observation_t shown;

    observation_clear(&shown);
    memset(&zeek, 0xff, sizeof zeek);
    zeek_begin(&zeek, ROLE_CLIENT);
    zeek_observe(&zeek, one, &shown, &verdict, ROLE_CLIENT, false);
    zeek_observe(&zeek, other, &shown, &verdict, ROLE_CLIENT, false);
    return zeek.history;
}

static void each_letter_is_there_once_whatever_came_before(void **state)
{
    static const struct {
        uint16_t flags;
        uint32_t len;
        char letter;
    } kinds[] = {{SYN, 0, 'S'}, {FIN | ACK, 0, 'F'}, {RST, 0, 'R'},      {ACK, 1, 'D'},
                 {ACK, 0, 'A'}, {FIN | RST, 0, 'I'}, {SYN | RST, 0, 'Q'}};

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (size_t j = 0; j < sizeof kinds / sizeof kinds[0]; j++) {
            const segment_t one = {
                .flags = kinds[i].flags, .payload_len = kinds[i].len, .window = WINDOW};
            const segment_t other = {
                .flags = kinds[j].flags, .payload_len = kinds[j].len, .window = WINDOW};
            const char both[] = {kinds[i].letter, i == j ? '\0' : kinds[j].letter, '\0'};

            assert_string_equal(history_of(&one, &other), both);
        }
}

static void after_a_thousand_million_a_count_has_no_more_letters(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    drive.summary.zeek.repeated[ROLE_CLIENT] = (zeek_tally_t){999999999, 1000000000};
    client(ACK, 1, 1, 10);
    assert_zeek("S1", "ShADT");
    assert_int_equal(drive.summary.zeek.repeated[ROLE_CLIENT].next, UINT32_MAX);
}

static void a_closed_window_is_no_w_where_no_data_can_come(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    window(0);
    client(ACK, 1, 2, 0);
    assert_zeek("S3", "ShAf");
    begin(NULL);
    handshake();
    client(RST | ACK, 1, 1, 0);
    window(0);
    client(ACK, 1, 1, 0);
    assert_zeek("RSTO", "ShAR");
    begin(NULL);
    handshake();
    client(FIN | ACK, 1, 1, 0); /* the server may send on */
    window(0);
    client(ACK, 2, 1, 0);
    assert_zeek("S2", "ShAFW");
}

static void a_syn_among_other_segments_is_not_taken_back(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(FIN | ACK, 1, 1, 0);
    client(RST, 2, 0, 0);
    assert_zeek("OTH", "SFR");
    begin(NULL);
    client(ACK, 1, 1, 10); /* no SYN */
    client(RST, 11, 0, 0);
    assert_zeek("OTH", "DR");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN | FIN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_zeek("OTH", "SQR");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(FIN | RST, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_zeek("OTH", "SIR");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(ACK, 1, 1, 10);
    client(SYN | ACK, 50, 1, 0);
    client(RST | ACK, 1, 1, 0);
    assert_zeek("OTH", "SdHR");
}

static void a_gap_may_be_in_what_comes_after_a_fin(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    client(ACK, 2, 11, 0);
    assert_zeek("S2", "ShAFag");
    begin(NULL); /* but not where nobody saw the handshake */
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(FIN | ACK, 11, 1, 0);
    server(ACK, 1, 12, 0);
    client(ACK, 12, 11, 0);
    assert_zeek("SH", "DaFA");
}

static void of_two_resets_the_first_counts(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    server(RST, 1, 0, 0);
    assert_zeek("OTH", "Rr");
}

static void only_a_fin_that_closes_counts(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1 + 3 * WINDOW, 1, 0); /* out of the window */
    assert_zeek("S1", "ShAF");
}

static void a_fin_that_is_none_of_its_sender_closes_nothing(void **state)
{
    (void)state; /* it lies below what was acknowledged */
    handshake();
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(FIN | ACK, 51, 1, 0);
    assert_client("ESTABLISHED");
    assert_string_equal(zeek_conn_state(&drive.summary.zeek), "S1");
}

static void a_fin_that_was_forged_has_closed_nothing(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(PSH | ACK, 1, 1, 10);
    assert_zeek("S1", "ShAFD");
    begin(NULL);
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    wait_for(SECOND);
    server(PSH | ACK, 1, 2, 10);
    assert_zeek("S2", "ShAFfd"); /* the client's was genuine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_syn_alone_is_s0),
        TEST(an_answered_syn_is_s1_even_without_step_3),
        TEST(fins_make_s2_s3_and_sf),
        TEST(a_refused_syn_is_rej),
        TEST(resets_are_distinguished_by_their_sender),
        TEST(a_syn_reset_by_its_sender_is_rstos0),
        TEST(a_syn_ack_without_syn_reset_by_its_sender_is_rstrh),
        TEST(a_close_of_one_captured_direction_is_sh_or_shr),
        TEST(midstream_is_oth_until_both_have_closed),
        TEST(a_reset_midstream_is_oth_or_rstrh),
        TEST(a_lone_rst_is_oth_of_the_client_and_rstrh_of_the_server),
        TEST(a_simultaneous_open_is_s1),
        TEST(a_handshake_without_its_syn_is_s1),
        TEST(a_syn_ack_without_a_syn_is_oth),
        TEST(a_syn_is_not_answered_by_an_ack),
        TEST(a_rst_that_is_not_exact_does_not_reset),
        TEST(a_syn_ack_of_another_syn_does_not_establish),
        TEST(a_fin_without_ack_does_not_close),
        TEST(a_rst_after_both_fins_changes_nothing),
        TEST(a_rst_after_its_senders_fin_alone_resets),
        TEST(a_fin_that_crosses_a_late_rst_closes),
        TEST(a_refuted_rst_does_not_count),
        TEST(letters_of_data_and_acks_occur_once_for_each_side),
        TEST(control_letters_are_repeated_with_another_number),
        TEST(illegal_flags_are_q_and_i),
        TEST(retransmitted_data_count_by_powers_of_ten),
        TEST(one_retransmitted_byte_is_enough),
        TEST(a_closed_window_is_w_but_not_on_a_rst),
        TEST(a_gap_is_g_once_its_bytes_are_acknowledged),
        TEST(so_is_a_gap_that_only_an_ack_shows),
        TEST(data_below_an_earlier_ack_are_retransmitted),
        TEST(a_damaged_segment_is_c_and_nothing_else),
        TEST(the_history_is_cut_off_where_it_is_full),
        TEST(a_fin_that_crosses_an_early_rst_closes_nothing),
        TEST(a_rst_of_the_one_that_has_not_closed_resets),
        TEST(a_gap_is_none_once_a_rst_has_counted),
        TEST(a_syn_among_segments_of_both_opens_nothing),
        TEST(each_letter_is_there_once_whatever_came_before),
        TEST(after_a_thousand_million_a_count_has_no_more_letters),
        TEST(a_closed_window_is_no_w_where_no_data_can_come),
        TEST(a_syn_among_other_segments_is_not_taken_back),
        TEST(a_gap_may_be_in_what_comes_after_a_fin),
        TEST(of_two_resets_the_first_counts),
        TEST(only_a_fin_that_closes_counts),
        TEST(a_fin_that_is_none_of_its_sender_closes_nothing),
        TEST(a_fin_that_was_forged_has_closed_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
