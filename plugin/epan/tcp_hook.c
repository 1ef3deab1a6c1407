/* tcp_hook.c
 * Reads every TCP header at the moment when Wireshark dissects it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "wireshark_compat.h"

#include "tcp_hook.h"

#include "icmp_hook.h"
#include "tcp_carriers.h"

#include <epan/dissectors/packet-ip.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/ipproto.h>

enum { IPV6_HEADER_LEN = 40 }; /* bytes */

/* The TCP headers of one frame. The post-dissector takes them. If another post-dissector threw an
 * exception before, they are still here when the next frame is dissected, and must not be taken
 * for that frame's. The frame number alone does not tell: a read filter (-2 -R) gives that of a
 * dropped frame to the next one, so the position in the file has to be the same, too. */
static struct {
    uint32_t frame;
    int64_t file_offset;
    bool visited;
    unsigned count;
    unsigned room;
    tcp_layer_t *layers;
} stash;

static protocol_t *owner;
static tcp_hook_unwanted_t tcp_is_unwanted;

/* tcpstate is enabled. Where the user changes that, the whole file is dissected again. */
static bool is_enabled;

/* The capture has a segment that may carry other packets. Data of the same connection that do not
 * begin with a header of what carries them cannot be told from any others. */
static bool carrier_seen;

static int64_t capture_time(const packet_info *pinfo)
{
    return pinfo->fd->has_ts ? segment_time(pinfo->abs_ts.secs, pinfo->abs_ts.nsecs) : 0;
}

/* Length of an IP address; 0 for any other one. */
static uint32_t ip_length(const address *from)
{
    return from->type == AT_IPv4 && from->len == 4    ? 4
           : from->type == AT_IPv6 && from->len == 16 ? 16
                                                      : 0;
}

/* What the IP header says. `ip` is what the IP dissector hands to its payload's dissector; others
 * may hand over nothing. */
static ip_around_t read_ip(const packet_info *pinfo, void *ip)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(ip);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip);
    const uint32_t len = ip_length(&pinfo->src);

    return (ip_around_t){.address_len = ip_length(&pinfo->dst) == len ? len : 0,
                         .source = pinfo->src.data,
                         .destination = pinfo->dst.data,
                         .traffic_class = ip4   ? ip4->ip_tos
                                          : ip6 ? ip6->ip6_tc
                                                : 0,
                         .hop_limit = ip4   ? ip4->ip_ttl
                                      : ip6 ? ip6->ip6_hop
                                            : 0,
                         .identification = ip4 ? ip4->ip_id : 0,
                         .len = ip4   ? ip4->ip_len
                                : ip6 ? ip6->ip6_len + IPV6_HEADER_LEN
                                      : 0};
}

static bool read_layer(tcp_layer_t *layer, tvbuff_t *tvb, const packet_info *pinfo, void *ip)
{
    const size_t captured = tvb_captured_length(tvb);
    const bool quoted = pinfo->flags.in_error_pkt;

    return tcp_layer_read(
        layer, &(tcp_place_t){.frame = pinfo->num,
                              .when = capture_time(pinfo),
                              .network = compat_network(pinfo),
                              .bytes = tvb_get_ptr(tvb, 0, (int)captured),
                              .captured = captured,
                              .reported = tvb_reported_length(tvb),
                              .fragment = pinfo->fragmented,
                              .quoted = quoted,
                              .error = quoted ? icmp_hook_error(pinfo) : (icmp_error_t){0},
                              .ip = read_ip(pinfo, ip)});
}

static bool stash_is_of(const packet_info *pinfo)
{
    return stash.frame == pinfo->num && stash.file_offset == pinfo->fd->file_off &&
           stash.visited == PINFO_FD_VISITED(pinfo);
}

/* Room for one more header of this frame. */
static tcp_layer_t *stash_next(const packet_info *pinfo)
{
    if (!stash_is_of(pinfo)) {
        stash.frame = pinfo->num;
        stash.file_offset = pinfo->fd->file_off;
        stash.visited = PINFO_FD_VISITED(pinfo);
        stash.count = 0;
    }
    if (stash.count == stash.room) {
        stash.room = stash.room ? 2 * stash.room : 4;
        stash.layers =
            wmem_realloc(wmem_epan_scope(), stash.layers, stash.room * sizeof *stash.layers);
        /* Segments are packed byte by byte, with their padding. */
        memset(&stash.layers[stash.count], 0, (stash.room - stash.count) * sizeof *stash.layers);
    }
    return &stash.layers[stash.count];
}

/* Keeps a header until the post-dissector takes it. `ip` is what TCP gets of the layer around it.
 */
static void keep(tvbuff_t *tvb, packet_info *pinfo, void *ip)
{
    if (is_enabled && read_layer(stash_next(pinfo), tvb, pinfo, ip))
        stash.count++;
}

const tcp_layer_t *tcp_hook_take(const packet_info *pinfo, unsigned *count)
{
    *count = stash_is_of(pinfo) ? stash.count : 0;
    stash.count = 0;
    return stash.layers;
}

static void begin_file(void)
{
    is_enabled = proto_is_protocol_enabled(owner);
    stash.count = 0;
    carrier_seen = false;
}

void tcp_hook_register(int proto_tcpstate, tcp_hook_unwanted_t unwanted)
{
    tcp_is_unwanted = unwanted;
    owner = find_protocol_by_id(proto_tcpstate);
    register_init_routine(begin_file);
}

#if TCPSTATE_HAND_OVER

void tcp_hook_handoff(int proto_helper _U_)
{
    tcp_set_header_observer(keep);
}

#else

static dissector_handle_t tcp_handle;

/* Packets that TCP carries have TCP headers, too, which only dissectors above TCP find. */
static bool may_be_carrier(tvbuff_t *tvb)
{
    const size_t captured = tvb_captured_length(tvb);
    const view_t segment = {tvb_get_ptr(tvb, 0, (int)captured), captured, tvb_reported_length(tvb)};

    carrier_seen = carrier_seen || tcp_carrier(&segment);
    return carrier_seen;
}

static int dissect_hook(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    keep(tvb, pinfo, data);
    if (tcp_is_unwanted(pinfo, tree) && !may_be_carrier(tvb))
        return (int)tvb_captured_length(tvb);
    return call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
}

void tcp_hook_handoff(int proto_helper)
{
    tcp_handle = dissector_get_uint_handle(find_dissector_table("ip.proto"), IP_PROTO_TCP);
    /* Not dissector_change_uint(): Wireshark would save that as the user's own Decode As. */
    if (tcp_handle)
        dissector_add_uint("ip.proto", IP_PROTO_TCP,
                           create_dissector_handle(dissect_hook, proto_helper));
}

#endif
