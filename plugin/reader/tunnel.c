/* tunnel.c
 * Tunnels: GRE, VXLAN, GENEVE, GTP-U.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

enum { IPV4 = 0x0800, ARP = 0x0806, BRIDGED_ETHERNET = 0x6558, PPP = 0x880b, IPV6 = 0x86dd };

/* -- GRE (RFC 2784, RFC 2890) ------------------------------------------------------------------ */

enum {
    GRE_SIZE = 4,
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACKNOWLEDGMENT = 0x0080, /* in version 1 (RFC 2637) */
    GRE_VERSION = 0x0007,
    GRE_FIELD_SIZE = 4 /* of each of checksum, key and the numbers */
};

static layers_result_t take_gre_payload(walk_t *walk, unsigned type)
{
    enum { CISCO_DISCOVERY = 0x2000, MPLS = 0x8847, MPLS_MULTICAST = 0x8848 };

    switch (type) {
    case IPV4:
        return layer_ip(walk);
    case IPV6:
        return layer_ipv6(walk);
    case BRIDGED_ETHERNET:
        return layer_ethernet(walk, 0);
    case MPLS:
    case MPLS_MULTICAST:
        return layer_mpls(walk);
    case ARP:
    case CISCO_DISCOVERY:
        return LAYERS_WITHOUT_TCP;
    default:
        return walk_unknown_type(walk, "GRE of type", type);
    }
}

/* The bytes of the header. */
static size_t gre_size(unsigned flags)
{
    size_t size = GRE_SIZE;

    for (unsigned field = GRE_SEQUENCE; field <= GRE_CHECKSUM; field <<= 1)
        if (flags & field)
            size += GRE_FIELD_SIZE;
    if (flags & GRE_VERSION && flags & GRE_ACKNOWLEDGMENT)
        size += GRE_FIELD_SIZE;
    return size;
}

layers_result_t layer_gre(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, GRE_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned flags = view_get16(view, 0);
    const unsigned type = view_get16(view, 2);
    const size_t size = gre_size(flags);

    if (flags & GRE_ROUTING)
        return walk_unknown(walk, "GRE with routing");
    if (flags & GRE_VERSION && type != PPP)
        return walk_unknown_number(walk, "GRE of version", flags & GRE_VERSION);
    if (!view_has(view, size) || view->reported == size)
        return LAYERS_WITHOUT_TCP;
    view_skip(view, size);
    return take_gre_payload(walk, type);
}

/* -- VXLAN (RFC 7348) -------------------------------------------------------------------------- */

layers_result_t layer_vxlan(walk_t *walk)
{
    enum { HEADER_SIZE = 8 };

    if (!view_has(&walk->view, HEADER_SIZE))
        return LAYERS_WITHOUT_TCP;
    view_skip(&walk->view, HEADER_SIZE);
    return layer_ethernet(walk, 0);
}

/* -- GENEVE (RFC 8926) ------------------------------------------------------------------------- */

layers_result_t layer_geneve(walk_t *walk)
{
    enum { HEADER_SIZE = 8, OPTIONS_WORDS = 0x3f, WORD = 4 };
    view_t *view = &walk->view;

    if (!view_has(view, HEADER_SIZE))
        return LAYERS_WITHOUT_TCP;

    const size_t size = HEADER_SIZE + (size_t)(view->bytes[0] & OPTIONS_WORDS) * WORD;
    const unsigned type = view_get16(view, 2);

    if (!view_has(view, size))
        return LAYERS_WITHOUT_TCP;
    view_skip(view, size);
    return layer_ethertype(walk, type);
}

/* -- GTP-U (3GPP TS 29.281) -------------------------------------------------------------------- */

enum {
    GTP_SIZE = 8,
    GTP_OPTIONAL_SIZE = 4, /* behind the header, if one of these is there: */
    GTP_EXTENSION = 0x04,
    GTP_SEQUENCE = 0x02,
    GTP_PDU_NUMBER = 0x01,
    GTP_VERSION_1 = 0x30, /* version and protocol type */
    GTP_VERSIONS = 0xf0,
    GTP_PACKET = 255 /* the message that carries one */
};

/* Skips the chain of extension headers. `next`: the type of the first one. Returns false where it
 * is cut off. */
static bool skip_extensions(view_t *view, unsigned next)
{
    enum { WORD = 4 };

    while (next != 0) {
        if (!view_has(view, 1))
            return false;

        const size_t size = (size_t)view->bytes[0] * WORD;

        if (size == 0 || !view_has(view, size))
            return false;
        next = view->bytes[size - 1];
        view_skip(view, size);
    }
    return true;
}

/* Nothing tells what is carried: tshark goes by the first byte, or by where the type would be if it
 * were Ethernet. */
static layers_result_t take_user_data(walk_t *walk)
{
    enum { IPV4_MIN = 0x45, IPV4_MAX = 0x4e, ETHERNET_SIZE = 14, TYPE_AT = 12 };
    const view_t *view = &walk->view;

    if (!view_has(view, 1))
        return LAYERS_WITHOUT_TCP;
    if (view->bytes[0] >= IPV4_MIN && view->bytes[0] <= IPV4_MAX)
        return layer_ip(walk);
    if (view->bytes[0] >> 4 == 6)
        return layer_ipv6(walk);
    if (view->reported <= ETHERNET_SIZE || !view_has(view, ETHERNET_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned type = view_get16(view, TYPE_AT);

    return type == IPV4 || type == IPV6 || type == ARP ? layer_ethernet(walk, 0)
                                                       : LAYERS_WITHOUT_TCP;
}

/* Messages about the tunnel itself. */
static bool is_about_tunnel(unsigned message)
{
    enum { ECHO_REQUEST = 1, ECHO_RESPONSE = 2, ERROR = 26, EXTENSIONS = 31, END = 254 };

    return message == ECHO_REQUEST || message == ECHO_RESPONSE || message == ERROR ||
           message == EXTENSIONS || message == END;
}

layers_result_t layer_gtp(walk_t *walk)
{
    view_t *view = &walk->view;
    const uint8_t *header = view->bytes;

    if (!view_has(view, GTP_SIZE))
        return LAYERS_WITHOUT_TCP;
    if ((header[0] & GTP_VERSIONS) != GTP_VERSION_1)
        return walk_unknown_type(walk, "GTP with first byte", header[0]);
    if (is_about_tunnel(header[1]))
        return LAYERS_WITHOUT_TCP;
    if (header[1] != GTP_PACKET)
        return walk_unknown_number(walk, "GTP message", header[1]);
    view_limit(view, GTP_SIZE + (size_t)view_get16(view, 2));
    view_skip(view, GTP_SIZE);
    if (header[0] & (GTP_EXTENSION | GTP_SEQUENCE | GTP_PDU_NUMBER)) {
        if (!view_has(view, GTP_OPTIONAL_SIZE))
            return LAYERS_WITHOUT_TCP;

        const unsigned next = header[0] & GTP_EXTENSION ? view->bytes[GTP_OPTIONAL_SIZE - 1] : 0;

        view_skip(view, GTP_OPTIONAL_SIZE);
        if (!skip_extensions(view, next))
            return LAYERS_WITHOUT_TCP;
    }
    return take_user_data(walk);
}
