/* edge.h
 * drive.h, and bytes at the end of readable memory: a read beyond them crashes, not only in a build
 * with sanitizers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_EDGE_H
#define TCPSTATE_TESTS_EDGE_H

#define _DEFAULT_SOURCE /* for MAP_ANONYMOUS: this comes before every other header */

#include <sys/mman.h>

#include "drive.h"

enum { EDGE_ROOM = 1 << 17, EDGE_PAGE = 1 << 16 }; /* a multiple of any page size */

/* The end of the readable memory. */
static inline uint8_t *edge(void)
{
    static uint8_t *room;

    if (room)
        return room + EDGE_ROOM;
    room = mmap(NULL, EDGE_ROOM + EDGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    assert_true(room != MAP_FAILED);
    assert_int_equal(mprotect(room + EDGE_ROOM, EDGE_PAGE, PROT_NONE), 0);
    return room + EDGE_ROOM;
}

/* A copy of the bytes that ends there; valid until the next call. */
static inline uint8_t *at_the_edge(const uint8_t *bytes, size_t size)
{
    assert_true(size <= EDGE_ROOM);
    return memcpy(edge() - size, bytes, size);
}

#endif
