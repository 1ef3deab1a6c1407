/* tcp_tuple.c
 * The 4-tuple of a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "tcp_tuple.h"

#include <string.h>

/* Reads an IP address into `words`; returns its length, 0 for anything else. */
static uint32_t read_address(const address *from, uint64_t words[2])
{
    if (from->type == AT_IPv4 && from->len == 4) {
        uint32_t word;

        memcpy(&word, from->data, 4);
        words[0] = word;
        words[1] = 0;
        return 4;
    }
    if (from->type == AT_IPv6 && from->len == 16) {
        memcpy(words, from->data, 16);
        return 16;
    }
    return 0;
}

/* Any order will do if it is the same for both directions. */
static bool is_after(const uint64_t a[2], uint16_t a_port, const uint64_t b[2], uint16_t b_port)
{
    if (a[0] != b[0])
        return a[0] > b[0];
    if (a[1] != b[1])
        return a[1] > b[1];
    return a_port > b_port;
}

bool tcp_tuple_set(tcp_tuple_t *tuple, unsigned *sender_side, const address *src,
                   const address *dst, uint16_t src_port, uint16_t dst_port, uint64_t network)
{
    uint64_t from[2];
    uint64_t to[2];
    const uint32_t len = read_address(src, from);

    if (len == 0 || read_address(dst, to) != len)
        return false;

    const unsigned side = is_after(from, src_port, to, dst_port);

    tuple->network = network;
    memcpy(tuple->address[side], from, sizeof from);
    memcpy(tuple->address[!side], to, sizeof to);
    tuple->port[side] = src_port;
    tuple->port[!side] = dst_port;
    tuple->address_len = len;
    *sender_side = side;
    return true;
}

void tcp_tuple_address(const tcp_tuple_t *tuple, unsigned side, address *to)
{
    set_address(to, tuple->address_len == 4 ? AT_IPv4 : AT_IPv6, (int)tuple->address_len,
                tuple->address[side]);
}

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Every packet is looked up, so this is short. The products carry into the upper half. */
unsigned tcp_tuple_hash(const tcp_tuple_t *tuple)
{
    uint64_t hash = mix(tuple->network, (uint64_t)tuple->port[0] << 16 | tuple->port[1]);

    hash = mix(hash, tuple->address[0][0]);
    hash = mix(hash, tuple->address[0][1]);
    hash = mix(hash, tuple->address[1][0]);
    hash = mix(hash, tuple->address[1][1]);
    return (unsigned)(hash >> 32);
}

/* What differs most often comes first. */
bool tcp_tuple_equal(const tcp_tuple_t *a, const tcp_tuple_t *b)
{
    return a->port[0] == b->port[0] && a->port[1] == b->port[1] &&
           a->address[0][0] == b->address[0][0] && a->address[1][0] == b->address[1][0] &&
           a->address[0][1] == b->address[0][1] && a->address[1][1] == b->address[1][1] &&
           a->network == b->network && a->address_len == b->address_len;
}
