/* checksum.h
 * The Internet checksum over one TCP segment (RFC 1071, RFC 9293 3.1).
 *
 * Knows: how the sum is built and what an unfinished one looks like. Does not know: where the bytes
 * come from, nor what follows from a bad sum.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_CHECKSUM_H
#define TCPSTATE_CHECKSUM_H

#include "segment.h"

/* Verifies the checksum of a segment whose bytes were all captured.
 *
 * addresses:   source and destination address, in either order, one after the other. Zeros behind
 *              an IPv4 address do no harm.
 * address_len: bytes of one of them, a multiple of 4.
 * bytes, len:  TCP header and data, at least the twenty bytes of the fixed header.
 *
 * Returns CHECKSUM_GOOD, CHECKSUM_BAD or CHECKSUM_PARTIAL, never CHECKSUM_UNVERIFIED. */
checksum_status_t checksum_verify(const uint8_t *addresses, size_t address_len,
                                  const uint8_t *bytes, size_t len);

#endif
