/* llc.c
 * Logical Link Control (IEEE 802.2) and SNAP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "walk.h"

enum {
    LLC_SIZE = 3, /* with a control byte */
    SNAP_SIZE = 8,
    SAP_SNAP = 0xaa,
    GROUP_OR_RESPONSE = 0x01, /* a bit of a SAP */
    UNNUMBERED_INFORMATION = 0x03
};

/* Answers of a station that carry nothing. */
static bool is_test_or_id(unsigned control)
{
    enum { POLL_FINAL = 0x10, XID = 0xaf, TEST = 0xe3 };

    return (control & ~(unsigned)POLL_FINAL) == (XID & ~POLL_FINAL) ||
           (control & ~(unsigned)POLL_FINAL) == (TEST & ~POLL_FINAL);
}

static layers_result_t take_snap(walk_t *walk)
{
    enum {
        OUI_ETHERNET = 0,
        OUI_CISCO_90 = 0x0000f8, /* bridged from a network with other types */
        OUI_CISCO = 0x00000c     /* CDP, VTP, PVST and the like */
    };
    view_t *view = &walk->view;

    if (!view_has(view, SNAP_SIZE))
        return LAYERS_WITHOUT_TCP;

    const unsigned oui = view_get32(view, 2) & 0xffffff;
    const unsigned type = view_get16(view, 6);

    if (view->bytes[2] != UNNUMBERED_INFORMATION)
        return walk_unknown_type(walk, "SNAP with control byte", view->bytes[2]);
    view_skip(view, SNAP_SIZE);
    switch (oui) {
    case OUI_ETHERNET:
    case OUI_CISCO_90:
        return layer_ethertype(walk, type);
    case OUI_CISCO:
        return LAYERS_WITHOUT_TCP;
    default:
        return walk_unknown_type(walk, "SNAP of organization", oui);
    }
}

/* Intermediate systems talk to each other, and end systems to them (ISO 9577). */
static layers_result_t take_osi(walk_t *walk)
{
    enum { CLNP = 0x81, ES_IS = 0x82, IS_IS = 0x83 };
    const view_t *view = &walk->view;

    if (!view_has(view, LLC_SIZE + 1))
        return LAYERS_WITHOUT_TCP;

    const unsigned protocol = view->bytes[LLC_SIZE];

    if (protocol == CLNP || protocol == ES_IS || protocol == IS_IS)
        return LAYERS_WITHOUT_TCP;
    return walk_unknown_type(walk, "OSI protocol", protocol);
}

layers_result_t layer_llc(walk_t *walk)
{
    enum { SAP_SPANNING_TREE = 0x42, SAP_IPX = 0xe0, SAP_NETBIOS = 0xf0, SAP_OSI = 0xfe };
    const view_t *view = &walk->view;

    if (!view_has(view, LLC_SIZE))
        return LAYERS_WITHOUT_TCP;
    if (view->bytes[0] == SAP_SNAP && view->bytes[1] == SAP_SNAP)
        return take_snap(walk);
    if (is_test_or_id(view->bytes[2]))
        return LAYERS_WITHOUT_TCP;
    switch (view->bytes[0] & ~GROUP_OR_RESPONSE) {
    case SAP_SPANNING_TREE:
    case SAP_IPX:
    case SAP_NETBIOS:
        return LAYERS_WITHOUT_TCP;
    case SAP_OSI:
        return take_osi(walk);
    default:
        return walk_unknown_type(walk, "LLC service", view->bytes[0]);
    }
}
