/* tcp_tuple.c
 * The 4-tuple of a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcp_tuple.h"

#include <string.h>

/* Any order will do if it is the same for both directions. */
static bool is_after(const uint64_t a[2], uint16_t a_port, const uint64_t b[2], uint16_t b_port)
{
    if (a[0] != b[0])
        return a[0] > b[0];
    if (a[1] != b[1])
        return a[1] > b[1];
    return a_port > b_port;
}

void tcp_tuple_set(tcp_tuple_t *tuple, unsigned *sender_side, const uint8_t *src,
                   const uint8_t *dst, uint32_t address_len, uint16_t src_port, uint16_t dst_port,
                   uint64_t network)
{
    uint64_t from[2] = {0, 0};
    uint64_t to[2] = {0, 0};

    memcpy(from, src, address_len);
    memcpy(to, dst, address_len);

    const unsigned side = is_after(from, src_port, to, dst_port);

    tuple->network = network;
    memcpy(tuple->address[side], from, sizeof from);
    memcpy(tuple->address[!side], to, sizeof to);
    tuple->port[side] = src_port;
    tuple->port[!side] = dst_port;
    tuple->address_len = address_len;
    *sender_side = side;
}

size_t tcp_tuple_key(const tcp_tuple_t *tuple, uint8_t key[static TCP_TUPLE_KEY_SIZE])
{
    size_t size = sizeof tuple->port;

    memcpy(key, tuple->port, size);
    for (unsigned side = 0; side < 2; side++) {
        memcpy(key + size, tuple->address[side], TCP_TUPLE_ADDRESS_SIZE);
        size += tuple->address_len; /* the next one overwrites the zeros */
    }
    if (tuple->network == 0)
        return size;
    memcpy(key + size, &tuple->network, sizeof tuple->network);
    return size + sizeof tuple->network;
}

/* What differs most often comes first. */
bool tcp_tuple_equal(const tcp_tuple_t *a, const tcp_tuple_t *b)
{
    return a->port[0] == b->port[0] && a->port[1] == b->port[1] &&
           a->address[0][0] == b->address[0][0] && a->address[1][0] == b->address[1][0] &&
           a->address[0][1] == b->address[0][1] && a->address[1][1] == b->address[1][1] &&
           a->network == b->network && a->address_len == b->address_len;
}
