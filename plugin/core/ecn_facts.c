/* ecn_facts.c
 * The mode that an offer of ECN and its answer negotiate.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_facts.h"

/* A row for each offer, a column for each answer, both AE CWR ECE (RFC 3168 6.1.1, RFC 9768 3.1.1
 * to 3.1.3). Offers that no client should make count as AccECN for a server that supports it. An
 * answer of 101 to AccECN is reserved; the client has to treat it as AccECN. */
static const uint8_t negotiation[8][8] = {
#define NO ECN_NOT_OFFERED
#define RF ECN_REFUSED
#define CL ECN_CLASSIC
#define AC ECN_ACCURATE
#define BR ECN_BROKEN
    /*     000 001 010 011 100 101 110 111 */
    [0] = {NO, BR, BR, BR, BR, BR, BR, BR}, [1] = {RF, BR, AC, AC, AC, BR, AC, BR},
    [2] = {RF, BR, AC, AC, AC, BR, AC, BR}, [3] = {RF, CL, BR, BR, BR, CL, BR, BR},
    [4] = {RF, BR, AC, AC, AC, BR, AC, BR}, [5] = {RF, BR, AC, AC, AC, BR, AC, BR},
    [6] = {RF, BR, AC, AC, AC, BR, AC, BR}, [7] = {RF, CL, AC, AC, AC, AC, AC, BR},
#undef NO
#undef RF
#undef CL
#undef AC
#undef BR
};

ecn_mode_t ecn_negotiate(uint8_t offer, uint8_t answer)
{
    return (ecn_mode_t)negotiation[offer & 7][answer & 7];
}
