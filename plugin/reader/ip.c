/* ip.c
 * IPv4, and what both versions of IP carry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

enum {
    HEADER_SIZE = 20,
    VERSION_4 = 4,
    VERSION_6 = 6,
    MORE_FRAGMENTS = 0x2000,
    FRAGMENT_OFFSET = 0x1fff
};

/* IP protocols that are taken apart, or carry no other packet of the network. */
enum {
    PROTOCOL_ICMP = 1,
    PROTOCOL_IGMP = 2,
    PROTOCOL_IPV4 = 4,
    PROTOCOL_TCP = 6,
    PROTOCOL_EGP = 8,
    PROTOCOL_IGRP = 9,
    PROTOCOL_UDP = 17,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_RSVP = 46,
    PROTOCOL_GRE = 47,
    PROTOCOL_ESP = 50, /* encrypted */
    PROTOCOL_ICMPV6 = 58,
    PROTOCOL_NONE = 59,
    PROTOCOL_EIGRP = 88,
    PROTOCOL_OSPF = 89,
    PROTOCOL_PIM = 103,
    PROTOCOL_VRRP = 112,
    PROTOCOL_MPLS = 137
};

/* -- What IP carries --------------------------------------------------------------------------- */

/* Routers of a multicast network register sources by sending on what these send. */
static layers_result_t take_pim(walk_t *walk)
{
    enum { REGISTER = 1 };

    if (view_has(&walk->view, 1) && (walk->view.bytes[0] & 0x0f) == REGISTER)
        return walk_unknown(walk, "PIM Register");
    return LAYERS_WITHOUT_TCP;
}

layers_result_t layer_ip_protocol(walk_t *walk, unsigned protocol)
{
    switch (protocol) {
    case PROTOCOL_TCP:
        return layer_tcp(walk);
    case PROTOCOL_UDP:
        return layer_udp(walk);
    case PROTOCOL_ICMP:
        return layer_icmp(walk);
    case PROTOCOL_ICMPV6:
        return layer_icmpv6(walk);
    case PROTOCOL_IPV4:
        return layer_ip(walk);
    case PROTOCOL_IPV6:
        return layer_ipv6(walk);
    case PROTOCOL_GRE:
        return layer_gre(walk);
    case PROTOCOL_MPLS:
        return layer_mpls(walk);
    case PROTOCOL_PIM:
        return take_pim(walk);
    case PROTOCOL_IGMP:
    case PROTOCOL_EGP:
    case PROTOCOL_IGRP:
    case PROTOCOL_RSVP:
    case PROTOCOL_ESP:
    case PROTOCOL_NONE:
    case PROTOCOL_EIGRP:
    case PROTOCOL_OSPF:
    case PROTOCOL_VRRP:
        return LAYERS_WITHOUT_TCP;
    default:
        return walk_unknown_number(walk, "IP protocol", protocol);
    }
}

/* Fragments are not reassembled. What a datagram carries, its first fragment tells, but for TCP:
 * of that none will do. */
layers_result_t layer_fragment(walk_t *walk, unsigned protocol, bool is_first)
{
    switch (protocol) {
    case PROTOCOL_UDP:
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
    case PROTOCOL_IGMP:
    case PROTOCOL_ESP:
    case PROTOCOL_OSPF:
        break;
    default:
        return walk_unknown_number(walk, "fragments of IP protocol", protocol);
    }
    if (!is_first)
        return LAYERS_WITHOUT_TCP;
    return layer_ip_protocol(walk, protocol) == LAYERS_WITHOUT_TCP
               ? LAYERS_WITHOUT_TCP
               : walk_unknown_number(walk, "fragments of IP protocol", protocol);
}

/* -- IPv4 -------------------------------------------------------------------------------------- */

/* Whether there are no options but those that change nothing. With a source route, the destination
 * is another one than the header's; and what tshark finds malformed, it does not take apart. */
static bool has_plain_options(const uint8_t *header, size_t size)
{
    enum { END = 0, NO_OPERATION = 1, ROUTER_ALERT = 148, ROUTER_ALERT_SIZE = 4 };

    for (size_t at = HEADER_SIZE; at < size && header[at] != END;) {
        if (header[at] == NO_OPERATION)
            at++;
        else if (header[at] == ROUTER_ALERT && size - at >= ROUTER_ALERT_SIZE &&
                 header[at + 1] == ROUTER_ALERT_SIZE)
            at += ROUTER_ALERT_SIZE;
        else
            return false;
    }
    return true;
}

/* Limits the view to the datagram. A length of 0 is what a sending host captures of a segment that
 * its network card will cut (TSO): then it is all that there is. Returns false for a length that
 * makes no sense. */
static bool limit_to_datagram(view_t *view, size_t header_size)
{
    const size_t length = view_get16(view, 2);

    if (length == 0)
        return true;
    view_limit(view, length);
    return length >= header_size;
}

static layers_result_t take_ipv4(walk_t *walk)
{
    view_t *view = &walk->view;
    const uint8_t *header = view->bytes;

    if (!view_has(view, HEADER_SIZE))
        return LAYERS_WITHOUT_TCP;

    const size_t size = (size_t)(header[0] & 0x0f) * 4;
    const unsigned fragment = view_get16(view, 6);

    if (size < HEADER_SIZE || !limit_to_datagram(view, size) || !view_has(view, size))
        return LAYERS_WITHOUT_TCP;
    if (!has_plain_options(header, size))
        return walk_unknown(walk, "IPv4 with options");
    walk->ip = (ip_around_t){.address_len = 4,
                             .source = header + 12,
                             .destination = header + 16,
                             .traffic_class = header[1],
                             .hop_limit = header[8],
                             .identification = view_get16(view, 4)};
    view_skip(view, size);
    if (fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET))
        return layer_fragment(walk, header[9], !(fragment & FRAGMENT_OFFSET));
    return view->reported > 0 ? layer_ip_protocol(walk, header[9]) : LAYERS_WITHOUT_TCP;
}

/* tshark, too, goes by the version in the header and not by the type of the layer before. */
layers_result_t layer_ip(walk_t *walk)
{
    if (!view_has(&walk->view, 1))
        return LAYERS_WITHOUT_TCP;
    if (!walk_enter(walk))
        return walk_unknown(walk, "many layers, the last of IP");
    switch (walk->view.bytes[0] >> 4) {
    case VERSION_4:
        return take_ipv4(walk);
    case VERSION_6:
        return layer_ipv6(walk);
    default:
        return LAYERS_WITHOUT_TCP;
    }
}
