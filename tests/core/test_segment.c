/* test_segment.c
 * Parsing a TCP header: truncation and invalid lengths, options, flags as text, illegal flags, and
 * wrap-around of sequence numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "edge.h"

#include <stdlib.h>

enum { HEADER_MAX = 60, HEADER_MIN = 20 };

/* A header of `length` bytes whose numbers have distinct bytes; the options are all zero. */
static void write_header(uint8_t *bytes, size_t length, uint16_t flags)
{
    static const uint8_t start[12] = {0x12, 0x34, 0x00, 0x50, 0xa1, 0xa2,
                                      0xa3, 0xa4, 0xb1, 0xb2, 0xb3, 0xb4};

    memset(bytes, 0, length);
    memcpy(bytes, start, sizeof start);
    bytes[12] = (uint8_t)((length / 4) << 4 | flags >> 8);
    bytes[13] = (uint8_t)flags;
    bytes[14] = 0xc1;
    bytes[15] = 0xc2;
}

/* Parses a copy beyond whose end no memory can be read. The previous content of *segment does not
 * matter. */
static segment_quality_t parse_cut(const uint8_t *bytes, size_t captured, size_t reported,
                                   segment_t *segment)
{
    memset(segment, 0xff, sizeof *segment);
    return segment_parse(at_the_edge(bytes, captured), captured, reported, true, segment);
}

/* All that was read from options, "window scale 7, fast open"; other members have to be 0. */
static const char *options_text(const segment_t *segment)
{
    static char text[200];
    int used = 0;

    text[0] = '\0';
#define ADD(...)                                                                                   \
    used += snprintf(text + used, sizeof text - (size_t)used, "%s", used ? ", " : ""),             \
        used += snprintf(text + used, sizeof text - (size_t)used, __VA_ARGS__)
    if (segment->has_window_scale || segment->window_scale)
        ADD("window scale %u", segment->window_scale);
    if (segment->has_timestamps || segment->ts_value || segment->ts_echo)
        ADD("timestamps %u %u", segment->ts_value, segment->ts_echo);
    if (segment->sack_permitted)
        ADD("SACK permitted");
    if (segment->has_sack)
        ADD("SACK");
    if (segment->has_fast_open)
        ADD("fast open");
    if (segment->has_accurate_ecn)
        ADD("AccECN");
    if (segment->has_ce_bytes || segment->ce_bytes)
        ADD("CE %u", segment->ce_bytes);
#undef ADD
    return text;
}

#define assert_options(segment, want) assert_string_equal(options_text(segment), want)

/* Parses a header with these options, padded with End of Option List. */
static segment_t parse_options_of(const uint8_t *options, size_t size)
{
    uint8_t bytes[HEADER_MAX];
    segment_t segment;
    const size_t length = HEADER_MIN + (size + 3) / 4 * 4;

    write_header(bytes, length, TCP_FLAG_SYN);
    memcpy(bytes + HEADER_MIN, options, size);
    assert_int_equal(parse_cut(bytes, length, length, &segment), SEGMENT_COMPLETE);
    return segment;
}

#define PARSE_OPTIONS(...)                                                                         \
    parse_options_of((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void the_fixed_header_is_read(void **state)
{
    uint8_t bytes[HEADER_MIN];
    segment_t segment;

    (void)state;
    write_header(bytes, sizeof bytes, TCP_FLAG_PSH | TCP_FLAG_ACK);
    assert_int_equal(parse_cut(bytes, sizeof bytes, 120, &segment), SEGMENT_COMPLETE);
    assert_int_equal(segment.seq, 0xa1a2a3a4);
    assert_int_equal(segment.ack, 0xb1b2b3b4);
    assert_int_equal(segment.window, 0xc1c2);
    assert_int_equal(segment.flags, TCP_FLAG_PSH | TCP_FLAG_ACK);
    assert_int_equal(segment.payload_len, 100);
    assert_true(segment.payload_known);
    assert_options(&segment, "");
}

static void a_truncated_header_is_used_as_far_as_it_goes(void **state)
{
    uint8_t bytes[HEADER_MAX];
    segment_t segment;

    (void)state;
    write_header(bytes, HEADER_MAX, TCP_FLAG_SYN);
    bytes[HEADER_MIN] = 3; /* window scale, length 3, shift 7 */
    bytes[HEADER_MIN + 1] = 3;
    bytes[HEADER_MIN + 2] = 7;
    for (size_t captured = 0; captured <= HEADER_MAX; captured++) {
        const segment_quality_t quality = parse_cut(bytes, captured, HEADER_MAX + 5, &segment);

        assert_int_equal(quality, captured < 14           ? SEGMENT_UNREADABLE
                                  : captured < HEADER_MIN ? SEGMENT_FLAGS_ONLY
                                                          : SEGMENT_COMPLETE);
        assert_int_equal(segment.flags, captured < 14 ? 0 : TCP_FLAG_SYN);
        assert_int_equal(segment.payload_len, captured < HEADER_MIN ? 0 : 5);
        assert_int_equal(segment.seq, captured < HEADER_MIN ? 0 : 0xa1a2a3a4);
        assert_int_equal(segment.ack, captured < HEADER_MIN ? 0 : 0xb1b2b3b4);
        assert_int_equal(segment.window, captured < HEADER_MIN ? 0 : 0xc1c2);
        assert_options(&segment, captured < HEADER_MIN + 3 ? "" : "window scale 7");
        assert_int_equal(segment.options_cut, captured >= HEADER_MIN && captured < HEADER_MAX);
    }
}

static void with_an_invalid_header_length_only_the_flags_are_used(void **state)
{
    uint8_t bytes[HEADER_MAX];
    segment_t segment;

    (void)state;
    for (unsigned words = 0; words < 16; words++) {
        write_header(bytes, sizeof bytes, TCP_FLAG_FIN | TCP_FLAG_ACK);
        bytes[12] = (uint8_t)(words << 4);
        assert_int_equal(parse_cut(bytes, sizeof bytes, 40, &segment),
                         words < 5 || words > 10 ? SEGMENT_FLAGS_ONLY : SEGMENT_COMPLETE);
        assert_int_equal(segment.flags, TCP_FLAG_FIN | TCP_FLAG_ACK);
    }
}

static void the_length_of_a_fragment_is_a_lower_bound(void **state)
{
    uint8_t bytes[HEADER_MIN];
    segment_t segment = {.payload_known = true};

    (void)state;
    write_header(bytes, sizeof bytes, TCP_FLAG_ACK);
    assert_int_equal(segment_parse(bytes, sizeof bytes, 30, false, &segment), SEGMENT_COMPLETE);
    assert_false(segment.payload_known);
    assert_int_equal(segment.payload_len, 10);
}

static void frame_time_checksum_and_ip_ecn_are_left_to_the_caller(void **state)
{
    uint8_t bytes[HEADER_MIN];
    segment_t segment = {.frame = 7, .when = 8, .checksum = CHECKSUM_GOOD, .ip_ecn = 3};

    (void)state;
    write_header(bytes, sizeof bytes, TCP_FLAG_ACK);
    segment_parse(bytes, sizeof bytes, sizeof bytes, true, &segment);
    assert_int_equal(segment.frame, 7);
    assert_int_equal(segment.when, 8);
    assert_int_equal(segment.checksum, CHECKSUM_GOOD);
    assert_int_equal(segment.ip_ecn, 3);
}

static void eight_bytes_of_a_quote_have_the_number(void **state)
{
    const uint8_t bytes[8] = {0, 1, 0, 2, 0x12, 0x34, 0x56, 0x78};
    segment_t segment = {.seq = 7, .ack = 8, .flags = 9};

    (void)state;
    for (size_t captured = 0; captured < 8; captured++)
        assert_false(segment_parse_quote(bytes, captured, &segment));
    assert_int_equal(segment.seq, 7);
    assert_true(segment_parse_quote(bytes, 8, &segment));
    assert_int_equal(segment.seq, 0x12345678);
    assert_int_equal(segment.ack, 8);
    assert_int_equal(segment.flags, 9);
}

static void all_bits_above_the_header_length_are_flags(void **state)
{
    uint8_t bytes[HEADER_MIN];
    segment_t segment;

    (void)state;
    write_header(bytes, sizeof bytes, 0xfff);
    parse_cut(bytes, sizeof bytes, sizeof bytes, &segment);
    assert_int_equal(segment.flags, 0xfff);
}

/* -- Options ----------------------------------------------------------------------------------- */

static void each_option_is_read_and_sets_nothing_else(void **state)
{
    static const struct {
        uint8_t bytes[16];
        uint8_t size;
        const char *want;
    } cases[] = {
        {{3, 3, 7}, 3, "window scale 7"},
        {{3, 3, 0}, 3, "window scale 0"},
        {{3, 3, 14}, 3, "window scale 14"},
        {{3, 3, 15}, 3, "window scale 14"}, /* RFC 7323 2.3 */
        {{3, 3, 255}, 3, "window scale 14"},
        {{8, 10, 0, 1, 0, 2, 0, 3, 0, 4}, 10, "timestamps 65538 196612"},
        {{8, 10, 1, 0, 0, 0, 2, 0, 0, 0}, 10, "timestamps 16777216 33554432"},
        {{8, 10, 0, 0, 0, 0, 0, 0, 0, 0}, 10, "timestamps 0 0"},
        {{1, 1, 8, 10, 0, 1, 0, 2, 0, 3, 0, 4}, 12, "timestamps 65538 196612"},
        {{1, 8, 10, 0, 1, 0, 2, 0, 3, 0, 4, 1}, 12, "timestamps 65538 196612"},
        {{1, 1, 8, 10, 0, 1, 0, 2, 0, 3, 0, 4, 4, 2},
         14,
         "timestamps 65538 196612, SACK permitted"},
        {{1, 1, 8, 9, 0, 1, 0, 2, 0, 3, 0, 4}, 12, ""},
        {{172, 8, 0, 0, 1, 0, 0, 0}, 8, "AccECN, CE 0"},
        {{4, 2}, 2, "SACK permitted"},
        {{5, 10, 0, 0, 0, 1, 0, 0, 0, 2}, 10, "SACK"},
        {{5, 9, 0, 0, 0, 1, 0, 0, 0}, 9, ""}, /* not a whole block */
        {{5, 2}, 2, ""},
        {{34, 2}, 2, "fast open"},                           /* RFC 7413 4.1.1: requests a cookie */
        {{34, 10, 1, 2, 3, 4, 5, 6, 7, 8}, 10, "fast open"}, /* carries a cookie */
        {{254, 4, 0xf9, 0x89}, 4, "fast open"},
        {{254, 12, 0xf9, 0x89, 1, 2, 3, 4, 5, 6, 7, 8}, 12, "fast open"},
        {{254, 4, 0xe2, 0xd4}, 4, ""},    /* another experiment */
        {{254, 3, 0xf9, 0x89, 2}, 5, ""}, /* an identifier of one byte, then another option */
        {{254, 2, 0xf9, 0x89}, 4, ""},
        {{2, 4, 5, 180}, 4, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const segment_t segment = parse_options_of(cases[i].bytes, cases[i].size);

        assert_options(&segment, cases[i].want);
    }
}

/* Counters of bytes with ECT(0), CE and ECT(1), or in reverse order: CE is in the middle. */
static void bytes_with_ce_are_read_from_all_four_forms_of_accecn(void **state)
{
    static const struct {
        uint8_t bytes[4];
        uint8_t size;
    } forms[] = {
        {{172, 0}, 2}, {{174, 0}, 2}, {{254, 0, 0xac, 0xc0}, 4}, {{254, 0, 0xac, 0xc1}, 4}};
    static const uint8_t counters[9] = {0, 0, 1, 0x01, 0x02, 0x03, 0, 0, 7};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t size = 0; size <= sizeof counters; size++) { /* counters may be left out */
            uint8_t option[13];

            memcpy(option, forms[i].bytes, forms[i].size);
            option[1] = (uint8_t)(forms[i].size + size);
            memcpy(option + forms[i].size, counters, size);
            const segment_t segment = parse_options_of(option, option[1]);
            assert_options(&segment, size < 6 ? "AccECN" : "AccECN, CE 66051");
        }
}

static void an_unknown_option_is_not_taken_for_accecn(void **state)
{
    const segment_t segment = PARSE_OPTIONS(253, 13, 0xac, 0xc0, 0, 0, 1, 0, 0, 9, 0, 0, 1);

    (void)state;
    assert_options(&segment, "");
}

static void several_options_are_read_one_after_the_other(void **state)
{
    segment_t segment = PARSE_OPTIONS(2, 4, 5, 180, 4, 2, 99, 5, 3, 3, 9, 1, 3, 3, 6, 0);

    (void)state;
    assert_options(&segment, "window scale 6, SACK permitted");
    segment = PARSE_OPTIONS(5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 3, 3, 7);
    assert_options(&segment, "window scale 7, SACK");
    segment = PARSE_OPTIONS(1, 1, 1, 1, 1, 1, 4, 2); /* to the last byte */
    assert_options(&segment, "SACK permitted");
}

static void nothing_counts_after_the_end_of_options(void **state)
{
    segment_t segment = PARSE_OPTIONS(1, 0, 3, 3, 7);

    (void)state;
    assert_options(&segment, "");
    segment = PARSE_OPTIONS(0, 2, 3, 3, 7); /* End of Option List has no length */
    assert_options(&segment, "");
}

static void an_invalid_length_ends_the_options(void **state)
{
    segment_t segment = PARSE_OPTIONS(99, 0, 3, 3, 7);

    (void)state;
    assert_options(&segment, "");
    segment = PARSE_OPTIONS(99, 1, 3, 3, 7);
    assert_options(&segment, "");
    segment = PARSE_OPTIONS(3, 3, 7, 8, 10, 1, 2, 3); /* truncated timestamps */
    assert_options(&segment, "window scale 7");
    segment = PARSE_OPTIONS(1, 1, 1, 3); /* a kind without a length */
    assert_options(&segment, "");
}

static void a_known_option_of_the_wrong_length_is_ignored(void **state)
{
    segment_t segment = PARSE_OPTIONS(3, 4, 7, 7);

    (void)state;
    assert_options(&segment, "");
    segment = PARSE_OPTIONS(8, 6, 1, 2, 3, 4, 3, 3, 5, 0);
    assert_options(&segment, "window scale 5");
}

/* -- Flags ------------------------------------------------------------------------------------- */

static void flags_are_listed_from_the_lowest_bit(void **state)
{
    static const struct {
        uint16_t flags;
        const char *text;
    } cases[] = {
        {0, "none"},
        {SYN, "SYN"},
        {SYN | ACK, "SYN, ACK"},
        {FIN | ACK, "FIN, ACK"},
        {PSH | ACK, "PSH, ACK"},
        {SYN | ECE | CWR, "SYN, ECE, CWR"},
        {RST | ACK, "RST, ACK"},
        {ACK | URG, "ACK, URG"},
        {ACK | AE, "ACK, AE"},
        {TCP_FLAGS_ALL, "FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE"},
        {0xe00, "none"},
        {0xe00 | SYN, "SYN"},
    };
    char text[80];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(segment_flags_text(cases[i].flags, text, sizeof text), cases[i].text);
}

static void flags_that_do_not_fit_are_cut_off(void **state)
{
    const char *whole = "FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE";

    (void)state;
    for (size_t size = 1; size <= strlen(whole) + 1; size++) {
        char *text = malloc(size);

        segment_flags_text(TCP_FLAGS_ALL, text, size);
        assert_int_equal(strlen(text), size - 1);
        assert_memory_equal(text, whole, size - 1);
        segment_flags_text(0, text, size);
        free(text);
    }
}

static void illegal_flags_are_none_syn_with_fin_or_rst_and_fin_with_rst(void **state)
{
    (void)state;
    for (unsigned flags = 0; flags <= TCP_FLAGS_ALL; flags++) {
        const unsigned control = (flags & FIN ? 1 : 0) + (flags & SYN ? 1 : 0) + !!(flags & RST);

        assert_int_equal(segment_flags_illegal((uint16_t)flags), flags == 0 || control > 1);
    }
    assert_true(segment_flags_illegal(0x200)); /* only a reserved bit */
}

static void every_kind_has_its_name(void **state)
{
    static const char *const names[] = {
        "Unknown", "SYN",        "SYN-ACK",      "ACK",           "Data",          "FIN",
        "RST",     "Keep-alive", "Window probe", "Window update", "Illegal flags", "Unknown"};

    (void)state;
    for (unsigned kind = 0; kind < sizeof names / sizeof names[0]; kind++)
        assert_string_equal(segment_kind_text((segment_kind_t)kind), names[kind]);
}

/* -- Numbers ----------------------------------------------------------------------------------- */

static void numbers_compare_across_the_wrap(void **state)
{
    (void)state;
    assert_true(seq_before(0xffffffff, 0));
    assert_true(seq_after(0, 0xffffffff));
    assert_true(seq_before(0xfffffff0, 0x10));
    assert_false(seq_before(5, 5));
    assert_false(seq_after(5, 5));
    assert_true(seq_after(0x7fffffff, 0));
    assert_true(seq_between(0xfffffff0, 0, 0x10));
    assert_true(seq_between(7, 7, 7));
    assert_false(seq_between(0xfffffff0, 0x11, 0x10));
    assert_false(seq_between(0xfffffff0, 0xffffffef, 0x10));
}

static void syn_and_fin_take_a_number_each(void **state)
{
    segment_t segment = {.seq = 0xffffffff, .payload_len = 10, .flags = ACK};

    (void)state;
    assert_int_equal(segment_len(&segment), 10);
    assert_int_equal(segment_end(&segment), 9);
    segment.flags = FIN | ACK;
    assert_int_equal(segment_len(&segment), 11);
    assert_int_equal(segment_fin_seq(&segment), 9);
    segment.flags = SYN;
    assert_int_equal(segment_end(&segment), 10);
    assert_true(segment_has(&segment, SYN));
    segment.flags = SYN | ACK;
    assert_true(segment_has(&segment, SYN | ACK));
    assert_false(segment_has(&segment, SYN | FIN));
    assert_true(segment_has_any(&segment, SYN | FIN));
    assert_false(segment_has_any(&segment, RST | FIN));
}

static void of_sack_blocks_the_sum_of_their_numbers_is_kept(void **state)
{
    (void)state;
    assert_int_equal(PARSE_OPTIONS(5, 10, 0, 0, 1, 0, 0, 0, 2, 0).sack_sum, 0x300);
    assert_int_equal(PARSE_OPTIONS(5, 18, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 5).sack_sum,
                     0x309);
}

static void an_option_of_multipath_tcp_is_noted(void **state)
{
    (void)state;
    assert_true(PARSE_OPTIONS(30, 4, 0, 0).has_multipath);
    assert_false(PARSE_OPTIONS(29, 4, 0, 0).has_multipath);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_fixed_header_is_read),
        TEST(a_truncated_header_is_used_as_far_as_it_goes),
        TEST(with_an_invalid_header_length_only_the_flags_are_used),
        TEST(the_length_of_a_fragment_is_a_lower_bound),
        TEST(frame_time_checksum_and_ip_ecn_are_left_to_the_caller),
        TEST(eight_bytes_of_a_quote_have_the_number),
        TEST(all_bits_above_the_header_length_are_flags),
        TEST(each_option_is_read_and_sets_nothing_else),
        TEST(bytes_with_ce_are_read_from_all_four_forms_of_accecn),
        TEST(an_unknown_option_is_not_taken_for_accecn),
        TEST(several_options_are_read_one_after_the_other),
        TEST(nothing_counts_after_the_end_of_options),
        TEST(an_invalid_length_ends_the_options),
        TEST(a_known_option_of_the_wrong_length_is_ignored),
        TEST(flags_are_listed_from_the_lowest_bit),
        TEST(flags_that_do_not_fit_are_cut_off),
        TEST(illegal_flags_are_none_syn_with_fin_or_rst_and_fin_with_rst),
        TEST(every_kind_has_its_name),
        TEST(numbers_compare_across_the_wrap),
        TEST(syn_and_fin_take_a_number_each),
        TEST(of_sack_blocks_the_sum_of_their_numbers_is_kept),
        TEST(an_option_of_multipath_tcp_is_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
