/* ipv6.c
 * IPv6 and its extension headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

enum {
    HEADER_SIZE = 40,
    VERSION_6 = 6,
    EXTENSION_UNIT = 8, /* their lengths are multiples of it */
    FRAGMENT_SIZE = 8,
    NEXT_HOP_BY_HOP = 0,
    NEXT_ROUTING = 43,
    NEXT_FRAGMENT = 44,
    NEXT_AUTHENTICATION = 51,
    NEXT_NONE = 59,
    NEXT_DESTINATION = 60,
    NEXT_MOBILITY = 135,
    NEXT_HIP = 139,
    NEXT_SHIM6 = 140
};

static layers_result_t take_next(walk_t *walk, unsigned next);

/* Options that change nothing of what follows. */
static bool are_harmless(const uint8_t *header, size_t size)
{
    enum { PAD_1 = 0, PAD_N = 1, ROUTER_ALERT = 5 };
    size_t at = 2;

    while (at < size) {
        if (header[at] == PAD_1) {
            at++;
            continue;
        }
        if (at + 1 >= size || (header[at] != PAD_N && header[at] != ROUTER_ALERT))
            return false;
        at += 2u + header[at + 1];
    }
    return at == size;
}

static layers_result_t take_options(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, 2))
        return LAYERS_WITHOUT_TCP;

    const unsigned next = view->bytes[0];
    const size_t size = (view->bytes[1] + (size_t)1) * EXTENSION_UNIT;

    if (!view_has(view, size))
        return LAYERS_WITHOUT_TCP;
    if (!are_harmless(view->bytes, size))
        return walk_unknown(walk, "IPv6 options");
    view_skip(view, size);
    return take_next(walk, next);
}

static layers_result_t take_fragment(walk_t *walk)
{
    enum { OFFSET = 0xfff8, MORE = 0x0001 };
    view_t *view = &walk->view;

    if (!view_has(view, FRAGMENT_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned next = view->bytes[0];
    const unsigned fragment = view_get16(view, 2);

    view_skip(view, FRAGMENT_SIZE);
    if (fragment & (OFFSET | MORE))
        return layer_fragment(walk, next, !(fragment & OFFSET));
    return take_next(walk, next); /* all of it in one (RFC 6946) */
}

static layers_result_t take_next(walk_t *walk, unsigned next)
{
    if (!walk_enter(walk))
        return walk_unknown_number(walk, "many layers, the last of IP protocol", next);
    switch (next) {
    case NEXT_HOP_BY_HOP:
    case NEXT_DESTINATION:
        return take_options(walk);
    case NEXT_FRAGMENT:
        return take_fragment(walk);
    case NEXT_ROUTING:
    case NEXT_AUTHENTICATION:
    case NEXT_MOBILITY:
    case NEXT_HIP:
    case NEXT_SHIM6:
        return walk_unknown_number(walk, "IPv6 extension header", next);
    default:
        return layer_ip_protocol(walk, next);
    }
}

layers_result_t layer_ipv6(walk_t *walk)
{
    view_t *view = &walk->view;
    const uint8_t *header = view->bytes;

    if (!view_has(view, HEADER_SIZE) || header[0] >> 4 != VERSION_6)
        return LAYERS_WITHOUT_TCP;

    const size_t length = view_get16(view, 4);
    const unsigned next = header[6];

    /* A jumbogram, or what a sending host captures of a segment that its network card will cut: a
     * preference of tshark, whose default has changed, says whether it is taken for that. */
    if (length == 0 && next != NEXT_NONE)
        return walk_unknown(walk, "IPv6 without a length");
    view_limit(view, HEADER_SIZE + length);
    walk->ip = (ip_around_t){.address_len = 16,
                             .source = header + 8,
                             .destination = header + 24,
                             .traffic_class = (uint8_t)(view_get16(view, 0) >> 4),
                             .hop_limit = header[7]};
    view_skip(view, HEADER_SIZE);
    return take_next(walk, next);
}
