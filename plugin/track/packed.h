/* packed.h
 * Values that are mostly zeros, or mostly the same as another one, in few bytes.
 *
 * What an analysis remembers is large, since a connection may have to be able to do anything; but
 * of each single connection most of it says nothing. Knows: bytes. Does not know: what they mean.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_PACKED_H
#define TCPSTATE_PACKED_H

#include <stddef.h>
#include <stdint.h>

/* Values are packed in words of this many bytes; their sizes must be multiples of it. */
enum { PACKED_WORD = 4 };

/* Room for any value of `size` bytes: one that has nothing in common with `like` gets larger, and
 * the last word is written as a whole. */
#define PACKED_SIZE_MAX(size) ((size) + (size) / 16 + 1 + (size) / 128 + 1 + PACKED_WORD)

/* Packs the value of `size` bytes into `to`, which has room for PACKED_SIZE_MAX(size). What it has
 * in common with `like`, of the same size, takes no room; NULL: zeros take none. Returns how many
 * bytes were written; wherever they are kept, PACKED_WORD more bytes behind them must be readable.
 */
size_t packed_write(uint8_t *to, const void *value, const void *like, size_t size);

/* Sets the value that was packed with the same `like` and `size`. Returns how many bytes were read.
 */
size_t packed_read(const uint8_t *from, void *value, const void *like, size_t size);

#endif
