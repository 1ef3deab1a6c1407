/* shim.c
 * What stands between link and network layer: VLAN tags, MPLS labels, PPPoE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

enum {
    TAG_SIZE = 4,
    LENGTH_MAX = 1500, /* a type up to this is a length (IEEE 802.3) */
    PROVIDER_VLAN = 0x88a8,
    LABEL_SIZE = 4,
    PPPOE_SIZE = 6
};

/* -- VLAN -------------------------------------------------------------------------------------- */

layers_result_t layer_vlan(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, TAG_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned type = view_get16(view, 2);

    view_skip(view, TAG_SIZE);
    if (type > LENGTH_MAX)
        return layer_ethertype(walk, type);
    if (view_has(view, 2) && view_get16(view, 0) == 0xffff)
        return LAYERS_WITHOUT_TCP; /* IPX, directly in 802.3 */
    view_limit(view, type);
    return layer_llc(walk);
}

/* IEEE 802.1ad. What follows is a type, never a length. */
layers_result_t layer_provider_vlan(walk_t *walk)
{
    view_t *view = &walk->view;

    if (!view_has(view, TAG_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned type = view_get16(view, 2);

    view_skip(view, TAG_SIZE);
    return layer_ethertype(walk, type);
}

/* -- MPLS -------------------------------------------------------------------------------------- */

/* What the bottom label stands for is known to the routers alone: as tshark does, the first bits of
 * what follows tell (BCP 128). */
static layers_result_t take_labelled(walk_t *walk)
{
    if (!view_has(&walk->view, 1))
        return LAYERS_WITHOUT_TCP;
    switch (walk->view.bytes[0] >> 4) {
    case 0:
    case 1:
        return walk_unknown(walk, "MPLS pseudowire");
    case 4:
        return layer_ip(walk);
    case 6:
        return layer_ipv6(walk);
    default:
        return LAYERS_WITHOUT_TCP;
    }
}

/* tshark knows what follows some labels. */
static bool is_special(uint32_t label)
{
    enum { ALERT = 14, ASSOCIATED_CHANNEL = 13, TDM = 0x99887 };

    return label == ALERT || label == ASSOCIATED_CHANNEL || label == TDM;
}

layers_result_t layer_mpls(walk_t *walk)
{
    enum { BOTTOM = 0x100 };
    view_t *view = &walk->view;

    while (view_has(view, LABEL_SIZE)) {
        const uint32_t entry = view_get32(view, 0);

        view_skip(view, LABEL_SIZE);
        if (is_special(entry >> 12))
            return walk_unknown_number(walk, "MPLS label", entry >> 12);
        if (entry & BOTTOM)
            return take_labelled(walk);
    }
    return LAYERS_WITHOUT_TCP;
}

/* -- PPP over Ethernet ------------------------------------------------------------------------- */

static layers_result_t take_ppp(walk_t *walk)
{
    enum {
        COMPRESSED = 0x01, /* the protocol has one byte only */
        IPV4 = 0x21,
        IPV6 = 0x57,
        MPLS = 0x281,
        MPLS_MULTICAST = 0x283,
        ETHERNET_IPV4 = 0x0800, /* in a few implementations */
        ETHERNET_IPV6 = 0x86dd,
        CONTROL_MIN = 0x8000 /* from here on they set up links and other protocols (RFC 1661 2) */
    };
    view_t *view = &walk->view;

    if (!view_has(view, 2))
        return LAYERS_WITHOUT_TCP;

    const bool compressed = view->bytes[0] & COMPRESSED;
    const unsigned protocol = compressed ? view->bytes[0] : view_get16(view, 0);

    view_skip(view, compressed ? 1 : 2);
    switch (protocol) {
    case IPV4:
    case ETHERNET_IPV4:
        return layer_ip(walk);
    case IPV6:
    case ETHERNET_IPV6:
        return layer_ipv6(walk);
    case MPLS:
    case MPLS_MULTICAST:
        return layer_mpls(walk);
    default:
        return protocol >= CONTROL_MIN ? LAYERS_WITHOUT_TCP
                                       : walk_unknown_type(walk, "PPP protocol", protocol);
    }
}

layers_result_t layer_pppoe(walk_t *walk)
{
    enum { TAG_CREDITS = 0x0106 };
    view_t *view = &walk->view;

    if (!view_has(view, PPPOE_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned length = view_get16(view, 4);

    view_skip(view, PPPOE_SIZE);
    if (view_has(view, 2) && view_get16(view, 0) == TAG_CREDITS)
        return walk_unknown(walk, "PPPoE with credits");
    view_limit(view, length);
    return take_ppp(walk);
}
