/* link.c
 * Link layers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

#include <string.h>

enum {
    ETHERNET_SIZE = 14,
    TYPE_AT = 12,         /* in an Ethernet header */
    LENGTH_MAX = 1500,    /* a type up to this is a length (IEEE 802.3) */
    TYPE_MIN = 0x600,     /* a type from this on is one */
    LOOPBACK_SIZE = 4,    /* of the headers of loopback interfaces */
    PPP_IN_HDLC = 0xff03, /* address and control byte */
    ZEROS_BEFORE_IP = 10, /* instead of a header, on an ISDN interface that is down */
    SLL_SIZE = 16,
    SLL2_SIZE = 20,
    SLL_TYPE_MIN = 1537, /* what is less is no Ethernet type but Linux' own number */
    SLL_LLC = 4,
    HARDWARE_GRE = 778, /* Linux' numbers for hardware */
    HARDWARE_NETLINK = 824
};

/* -- Ethernet ---------------------------------------------------------------------------------- */

/* Cisco's Inter-Switch Link. */
static bool is_isl(const uint8_t *destination)
{
    static const uint8_t isl[] = {0x00, 0x0c, 0x00, 0x00};

    return (destination[0] == 0x01 || destination[0] == 0x0c) &&
           memcmp(destination + 1, isl, sizeof isl) == 0;
}

static layers_result_t take_802_3(walk_t *walk, unsigned length, unsigned fcs)
{
    view_t *view = &walk->view;

    if (view_has(view, 2) && view_get16(view, 0) == 0xffff)
        return LAYERS_WITHOUT_TCP; /* IPX, directly in 802.3 */
    if (view->reported >= fcs)
        view_limit(view, view->reported - fcs);
    view_limit(view, length);
    return layer_llc(walk);
}

layers_result_t layer_ethernet(walk_t *walk, unsigned fcs)
{
    view_t *view = &walk->view;

    if (!view_has(view, ETHERNET_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned type = view_get16(view, TYPE_AT);

    if (type <= LENGTH_MAX && is_isl(view->bytes))
        return walk_unknown(walk, "Inter-Switch Link");
    view_skip(view, ETHERNET_SIZE);
    if (type > LENGTH_MAX && type < TYPE_MIN)
        return LAYERS_WITHOUT_TCP;
    if (type <= LENGTH_MAX && type > 0)
        return take_802_3(walk, type, fcs);
    if (view->reported >= fcs)
        view_limit(view, view->reported - fcs);
    return layer_ethertype(walk, type);
}

/* What has these types carries no other packet of the network. A type that is not here, nor taken
 * apart, is not known: some of those are tunnels, and there will be more. */
static layers_result_t take_other_type(walk_t *walk, unsigned type)
{
    enum {
        WAKE_ON_LAN = 0x0842,
        ARP = 0x0806,
        DEC_MOP_DUMP = 0x6001,
        DEC_MOP = 0x6002,
        DECNET = 0x6003,
        REVERSE_ARP = 0x8035,
        APPLETALK_ARP = 0x80f3,
        PAUSE = 0x8808,
        SLOW_PROTOCOLS = 0x8809,
        PPPOE_DISCOVERY = 0x8863,
        HOMEPLUG = 0x887b,
        EAPOL = 0x888e,
        ATA = 0x88a2,
        GOOSE = 0x88b8,
        SAMPLED_VALUES = 0x88ba,
        LLDP = 0x88cc,
        LLTD = 0x88d9,
        HOMEPLUG_AV = 0x88e1,
        MVRP = 0x88f5,
        MMRP = 0x88f6,
        PTP = 0x88f7,
        CFM = 0x8902,
        LOOP_TEST = 0x9000
    };

    switch (type) {
    case WAKE_ON_LAN:
    case ARP:
    case DEC_MOP_DUMP:
    case DEC_MOP:
    case DECNET:
    case REVERSE_ARP:
    case APPLETALK_ARP:
    case PAUSE:
    case SLOW_PROTOCOLS:
    case PPPOE_DISCOVERY:
    case HOMEPLUG:
    case EAPOL:
    case ATA:
    case GOOSE:
    case SAMPLED_VALUES:
    case LLDP:
    case LLTD:
    case HOMEPLUG_AV:
    case MVRP:
    case MMRP:
    case PTP:
    case CFM:
    case LOOP_TEST:
        return LAYERS_WITHOUT_TCP;
    default:
        return walk_unknown_type(walk, "Ethernet type", type);
    }
}

layers_result_t layer_ethertype(walk_t *walk, unsigned type)
{
    enum {
        IPV4 = 0x0800,
        BRIDGED_ETHERNET = 0x6558,
        VLAN = 0x8100,
        IPV6 = 0x86dd,
        MPLS = 0x8847,
        MPLS_MULTICAST = 0x8848,
        PPPOE_SESSION = 0x8864,
        PROVIDER_VLAN = 0x88a8,
        OLD_PROVIDER_VLAN = 0x9100
    };

    if (!walk_enter(walk))
        return walk_unknown_type(walk, "many layers, the last of Ethernet type", type);
    switch (type) {
    case IPV4:
        return layer_ip(walk);
    case IPV6:
        return layer_ipv6(walk);
    case VLAN:
    case OLD_PROVIDER_VLAN:
        return layer_vlan(walk);
    case PROVIDER_VLAN:
        return layer_provider_vlan(walk);
    case MPLS:
    case MPLS_MULTICAST:
        return layer_mpls(walk);
    case PPPOE_SESSION:
        return layer_pppoe(walk);
    case BRIDGED_ETHERNET:
        return layer_ethernet(walk, 0);
    default:
        return take_other_type(walk, type);
    }
}

/* -- IP without a link layer ------------------------------------------------------------------- */

/* tshark looks for what Linux and its ISDN driver put before PPP. */
static layers_result_t take_raw(walk_t *walk)
{
    static const uint8_t zeros[ZEROS_BEFORE_IP];
    const view_t *view = &walk->view;

    if (!view_has(view, ZEROS_BEFORE_IP))
        return LAYERS_WITHOUT_TCP;
    if (view_get16(view, 0) == PPP_IN_HDLC || view_get16(view, 6) == PPP_IN_HDLC ||
        view_get16(view, 1) == PPP_IN_HDLC)
        return walk_unknown(walk, "PPP");
    if (memcmp(view->bytes, zeros, sizeof zeros) == 0)
        return walk_unknown(walk, "ISDN");
    return layer_ip(walk);
}

/* -- Loopback ---------------------------------------------------------------------------------- */

static layers_result_t take_family(walk_t *walk, uint32_t family)
{
    enum { INET = 2, INET6_NETBSD = 24, INET6_FREEBSD = 28, INET6_DARWIN = 30 };

    switch (family) {
    case INET:
        return layer_ip(walk);
    case INET6_NETBSD:
    case INET6_FREEBSD:
    case INET6_DARWIN:
        return layer_ipv6(walk);
    default:
        return walk_unknown_number(walk, "address family", family);
    }
}

static uint32_t swap32(uint32_t word)
{
    return word >> 24 | (word >> 8 & 0xff00) | (word & 0xff00) << 8 | word << 24;
}

/* The family in a header that any host has written in its own byte order, into 32 bits or, with
 * IRIX and UNICOS, into the first 16. */
static uint32_t family_of(const uint8_t *header)
{
    uint32_t word;

    memcpy(&word, header, sizeof word);
    if ((word & 0xffff0000) != 0)
        return (word & 0xff000000) == 0 && (word & 0x00ff0000) < 0x00060000 ? word >> 16
                                                                            : swap32(word);
    if ((word & 0xff) == 0 && (word & 0xff00) < 0x0600)
        return swap32(word) >> 16;
    return word;
}

static layers_result_t take_null(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, LOOPBACK_SIZE))
        return LAYERS_WITHOUT_TCP;
    if (view_get16(view, 0) == PPP_IN_HDLC)
        return walk_unknown(walk, "PPP");

    const uint32_t family = family_of(view->bytes);

    view_skip(view, LOOPBACK_SIZE);
    return family > LENGTH_MAX ? layer_ethertype(walk, family & 0xffff) : take_family(walk, family);
}

static layers_result_t take_loop(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, LOOPBACK_SIZE))
        return LAYERS_WITHOUT_TCP;

    const uint32_t family = view_get32(view, 0);

    view_skip(view, LOOPBACK_SIZE);
    return take_family(walk, family);
}

/* -- Linux' cooked captures -------------------------------------------------------------------- */

static layers_result_t take_cooked(walk_t *walk, size_t size, size_t protocol_at,
                                   size_t hardware_at)
{
    view_t *view = &walk->view;

    if (!view_has(view, size))
        return LAYERS_WITHOUT_TCP;

    const unsigned protocol = view_get16(view, protocol_at);
    const unsigned hardware = view_get16(view, hardware_at);

    if (hardware == HARDWARE_NETLINK || hardware == HARDWARE_GRE)
        return walk_unknown_number(walk, "cooked capture of hardware", hardware);
    view_skip(view, size);
    if (protocol >= SLL_TYPE_MIN)
        return layer_ethertype(walk, protocol);
    if (protocol == SLL_LLC)
        return layer_llc(walk);
    return walk_unknown_type(walk, "cooked capture of protocol", protocol);
}

/* -- All --------------------------------------------------------------------------------------- */

layers_result_t layer_link(walk_t *walk, link_type_t link)
{
    switch (link) {
    case LINK_ETHERNET:
        return layer_ethernet(walk, 0);
    case LINK_IP:
        return take_raw(walk);
    case LINK_IPV4:
        return layer_ip(walk);
    case LINK_IPV6:
        return layer_ipv6(walk);
    case LINK_NULL:
        return take_null(walk);
    case LINK_LOOP:
        return take_loop(walk);
    case LINK_SLL:
        return take_cooked(walk, SLL_SIZE, 14, 2);
    case LINK_SLL2:
        return take_cooked(walk, SLL2_SIZE, 0, 8);
    case LINK_UNKNOWN:
        break;
    }
    return walk_unknown(walk, "link layer");
}
