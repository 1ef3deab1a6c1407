/* ecn_classic.h
 * A client that sends data with classic ECN, and the links of its episodes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_ECN_CLASSIC_H
#define TCPSTATE_TESTS_ECN_CLASSIC_H

#include "ecn.h"

enum { SIZE = 100 }; /* bytes of each data segment */

/* The n-th data segment of the client, from 0. */
static inline void data(unsigned n, unsigned flags)
{
    client(ACK | flags, 1 + SIZE * n, 1, SIZE);
}

static inline void marked_data(unsigned n)
{
    ip_ecn(IP_ECN_CE);
    data(n, 0);
}

/* The server acknowledges the client's first n data segments. */
static inline void acks(unsigned n, unsigned flags)
{
    server(ACK | flags, 1, 1 + SIZE * n, 0);
}

/* The handshake, frames 1 to 3. */
static inline int with_ecn(void **state)
{
    begin(state);
    negotiate(3, 1, 0);
    return 0;
}

static inline void assert_links(unsigned whose, uint32_t ce, uint32_t ece, uint32_t cwr)
{
    const episode_facts_t *facts = &shown_facts()->episodes.of[whose];

    assert_int_equal(facts->ce_frame, ce);
    assert_int_equal(facts->ece_frame, ece);
    assert_int_equal(facts->cwr_frame, cwr);
}

#define ECN_TEST(name) cmocka_unit_test_setup(name, with_ecn)

#endif
