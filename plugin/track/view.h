/* view.h
 * Bytes of a frame: how many were captured, and how many there were.
 *
 * Knows: that nothing behind the captured ones may be read. Does not know: what they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_VIEW_H
#define TCPSTATE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct view {
    const uint8_t *bytes;
    size_t captured; /* never more than reported */
    size_t reported; /* what the layers around say that there was */
} view_t;

/* True where the first `size` bytes were captured. */
static inline bool view_has(const view_t *view, size_t size)
{
    return view->captured >= size;
}

static inline uint16_t view_get16(const view_t *view, size_t at)
{
    return (uint16_t)(view->bytes[at] << 8 | view->bytes[at + 1]);
}

static inline uint32_t view_get32(const view_t *view, size_t at)
{
    return (uint32_t)view_get16(view, at) << 16 | view_get16(view, at + 2);
}

/* Leaves out the first `size` bytes, which were captured. */
static inline void view_skip(view_t *view, size_t size)
{
    view->bytes += size;
    view->captured -= size;
    view->reported -= size;
}

/* Leaves out what is behind the first `size` bytes, if there is anything. */
static inline void view_limit(view_t *view, size_t size)
{
    if (size < view->reported)
        view->reported = size;
    if (size < view->captured)
        view->captured = size;
}

#endif
