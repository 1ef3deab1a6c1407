/* tcp_tuple.h
 * The 4-tuple of a connection: addresses and ports of its two ends, in the same order for either
 * direction.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TCP_TUPLE_H
#define TCPSTATE_TCP_TUPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TCP_TUPLE_ADDRESS_SIZE = 16,
    TCP_TUPLE_KEY_SIZE = 44 /* bytes: a network, two addresses, two ports */
};

/* The two ends of a connection, in the same order for either direction. */
typedef struct tcp_tuple {
    uint64_t network;       /* keeps equal addresses of different networks apart; mostly 0 */
    uint64_t address[2][2]; /* bytes as in the IP header, zeros behind an IPv4 address */
    uint16_t port[2];
    uint32_t address_len; /* 4 or 16 bytes, the rest is zeros */
} tcp_tuple_t;

/* Sets `tuple`, and `sender_side` to the side that src is: 0 or 1. Both ends of a connection to
 * itself are side 0. src and dst are addresses of `address_len` bytes, 4 or 16, as in the IP
 * header. */
void tcp_tuple_set(tcp_tuple_t *tuple, unsigned *sender_side, const uint8_t *src,
                   const uint8_t *dst, uint32_t address_len, uint16_t src_port, uint16_t dst_port,
                   uint64_t network);

/* Writes the bytes to hash: all that a tuple may differ by, but no zeros that nearly all of them
 * have. Returns how many these are; equal tuples have equal ones. */
size_t tcp_tuple_key(const tcp_tuple_t *tuple, uint8_t key[static TCP_TUPLE_KEY_SIZE]);

bool tcp_tuple_equal(const tcp_tuple_t *a, const tcp_tuple_t *b);

#endif
