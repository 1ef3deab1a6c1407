/* walk.h
 * A frame whose layers are taken apart, one by one: what the layers of this folder share.
 *
 * Each layer_...() takes the layer at the beginning of walk->view and goes on with what it carries.
 * It returns what was found in the end. Where something was not captured, or makes no sense, there
 * is no TCP: tshark stops there, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_WALK_H
#define TCPSTATE_WALK_H

#include "layers.h"
#include "view.h"

typedef struct walk {
    view_t view;        /* the layer that comes next, and what it carries */
    unsigned layers;    /* that were taken so far */
    bool quoted;        /* inside of an ICMP error */
    icmp_error_t error; /* the innermost one; valid if quoted */
    ip_around_t ip;     /* the innermost IP header */
    tcp_place_t *place;
    unknown_layer_t *unknown;
} walk_t;

/* Notes which layer is not known, by its name alone, or with a number of it. Returns
 * LAYERS_UNKNOWN. */
layers_result_t walk_unknown(walk_t *walk, const char *name);
layers_result_t walk_unknown_number(walk_t *walk, const char *name, unsigned number);
layers_result_t walk_unknown_type(walk_t *walk, const char *name, unsigned type);

/* Counts a layer that may stand in others of its kind. Returns false where there are so many of
 * them that tshark may stop there; then the layer is not known. */
bool walk_enter(walk_t *walk);

/* Link layers (link.c, llc.c). */
layers_result_t layer_link(walk_t *walk, link_type_t link);
layers_result_t layer_ethernet(walk_t *walk, unsigned fcs);
layers_result_t layer_ethertype(walk_t *walk, unsigned type);
layers_result_t layer_llc(walk_t *walk);

/* What stands between link and network layer (shim.c). */
layers_result_t layer_vlan(walk_t *walk);
layers_result_t layer_provider_vlan(walk_t *walk);
layers_result_t layer_mpls(walk_t *walk);
layers_result_t layer_pppoe(walk_t *walk);

/* Network layer (ip.c, ipv6.c, icmp.c). */
layers_result_t layer_ip(walk_t *walk);
layers_result_t layer_ipv6(walk_t *walk);
layers_result_t layer_ip_protocol(walk_t *walk, unsigned protocol);
layers_result_t layer_fragment(walk_t *walk, unsigned protocol, bool is_first);
layers_result_t layer_icmp(walk_t *walk);
layers_result_t layer_icmpv6(walk_t *walk);

/* Transport (transport.c) and tunnels (tunnel.c). */
layers_result_t layer_tcp(walk_t *walk);
layers_result_t layer_udp(walk_t *walk);
layers_result_t layer_gre(walk_t *walk);
layers_result_t layer_vxlan(walk_t *walk);
layers_result_t layer_geneve(walk_t *walk);
layers_result_t layer_gtp(walk_t *walk);

#endif
