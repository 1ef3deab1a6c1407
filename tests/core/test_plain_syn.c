/* test_plain_syn.c
 * What a plain SYN shows without the analysis is what the analysis says of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"
#include "plain_syn.h"

/* One thing after the other that may differ between SYNs. */
static const segment_t plain = {.frame = 1,
                                .when = SECOND,
                                .seq = UINT32_C(0xfffffff0),
                                .payload_known = true,
                                .flags = SYN,
                                .window = WINDOW,
                                .ip_len = 60};

/* Returns whether the SYN is a plain one. Then both ways say the same. */
static bool is_plain_and_the_same(const segment_t *syn, unsigned side, uint16_t port_0,
                                  uint16_t port_1)
{
    connection_t connection;
    observation_t without;
    observation_t with;

    if (!is_plain_syn(syn))
        return false;
    connection_init(&connection, port_0, port_1);
    memset(&without, 0xee, sizeof without);

    const verdict_t verdict = connection_observe(&connection, &drive.options, syn, side, &with);

    observation_of_plain_syn(syn, side, &without);
    assert_true(observation_equal(&with, &without));
    assert_false(verdict.steady);
    return true;
}

static void assert_plain(const segment_t *syn)
{
    for (unsigned side = 0; side < 2; side++) {
        assert_true(is_plain_and_the_same(syn, side, 40000, 80));
        assert_true(is_plain_and_the_same(syn, side, 80, 40000));
        assert_true(is_plain_and_the_same(syn, side, 179, 179));
        assert_true(is_plain_and_the_same(syn, side, 0, 0));
    }
}

static void ordinary_syns_are_plain(void **state)
{
    segment_t syn = plain;

    (void)state;
    assert_plain(&syn);
    syn.has_timestamps = syn.has_window_scale = syn.sack_permitted = syn.has_multipath = true;
    syn.ts_value = syn.window_scale = 7;
    assert_plain(&syn);
    syn.checksum = CHECKSUM_GOOD;
    assert_plain(&syn);
    syn.checksum = CHECKSUM_PARTIAL;
    assert_plain(&syn);
    syn.seq = syn.window = 0;
    syn.ack = syn.urgent = 5;
    syn.when = 0;
    syn.options_cut = syn.has_sack = true;
    syn.hop_limit = 64;
    syn.ip_id = 1;
    assert_plain(&syn);
}

/* Each of these says more, or is no first SYN of a client. */
static void all_others_are_not(void **state)
{
    segment_t others[] = {plain, plain, plain, plain, plain, plain, plain};

    (void)state;
    others[0].payload_len = 1;
    others[1].payload_known = false;
    others[2].checksum = CHECKSUM_BAD;
    others[3].ip_ecn = IP_ECN_ECT_0;
    others[4].has_fast_open = true;
    others[5].has_accurate_ecn = true;
    others[6].perhaps_copy = true;
    for (unsigned i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(is_plain_syn(&others[i]));
}

static void no_other_flags_are_plain(void **state)
{
    segment_t segment = plain;

    (void)state;
    for (unsigned flags = 0; flags < 0x1000; flags++) {
        segment.flags = (uint16_t)flags;
        assert_int_equal(is_plain_and_the_same(&segment, 0, 40000, 80), flags == SYN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(ordinary_syns_are_plain), TEST(all_others_are_not),
                                       TEST(no_other_flags_are_plain)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
