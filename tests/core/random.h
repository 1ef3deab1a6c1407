/* random.h
 * Random numbers, the same on every machine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_RANDOM_H
#define TCPSTATE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

static uint64_t random_state; /* what follows depends on it; not 0 */

/* Below the limit: xorshift64*. */
static inline uint32_t draw(uint32_t below)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * UINT64_C(2685821657736338717)) >> 32) % below;
}

static inline bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

#endif
