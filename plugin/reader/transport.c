/* transport.c
 * TCP, which is what is looked for, and UDP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

#include "carriers.h"
#include "tcp_carriers.h"

enum { UDP_SIZE = 8 };

/* -- TCP --------------------------------------------------------------------------------------- */

layers_result_t layer_tcp(walk_t *walk)
{
    /* Some applications carry other packets of the network, which tshark finds. */
    const char *carrier = tcp_carrier(&walk->view);

    if (carrier)
        return walk_unknown(walk, carrier);
    *walk->place = (tcp_place_t){.bytes = walk->view.bytes,
                                 .captured = walk->view.captured,
                                 .reported = walk->view.reported,
                                 .quoted = walk->quoted,
                                 .error = walk->error,
                                 .ip = walk->ip};
    return LAYERS_TCP;
}

/* -- UDP --------------------------------------------------------------------------------------- */

static layers_result_t take_tunnel(walk_t *walk, uint16_t port)
{
    switch (port) {
    case UDP_VXLAN:
        return layer_vxlan(walk);
    case UDP_GENEVE:
        return layer_geneve(walk);
    default:
        return layer_gtp(walk);
    }
}

static layers_result_t take_ports(walk_t *walk, uint16_t low, uint16_t high)
{
    if (udp_is_tunnel(low))
        return take_tunnel(walk, low);

    const char *carrier = carrier_on_udp(low, high);

    if (!carrier)
        carrier = carrier_in_udp(&walk->view);
    return carrier ? walk_unknown(walk, carrier) : LAYERS_WITHOUT_TCP;
}

layers_result_t layer_udp(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, UDP_SIZE))
        return LAYERS_WITHOUT_TCP;

    const uint16_t from = view_get16(view, 0);
    const uint16_t to = view_get16(view, 2);
    const size_t length = view_get16(view, 4);
    const bool is_jumbogram = length == 0 && walk->ip.address_len == 16;

    if (length < UDP_SIZE && !is_jumbogram)
        return LAYERS_WITHOUT_TCP;
    if (!is_jumbogram)
        view_limit(view, length);
    view_skip(view, UDP_SIZE);
    if (view->captured == 0)
        return LAYERS_WITHOUT_TCP;
    return from > to ? take_ports(walk, to, from) : take_ports(walk, from, to);
}
