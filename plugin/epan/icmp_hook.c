/* icmp_hook.c
 * Notes type and code of every ICMP error at the moment when Wireshark dissects it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "icmp_hook.h"

#include <epan/ipproto.h>

enum { TYPE_AND_CODE = 2 }; /* bytes at the beginning of every message */

/* The innermost message that is being dissected, and its frame: after an exception it is still here
 * when the next frame comes. */
static struct {
    uint32_t frame;
    icmp_error_t error;
} current;

typedef struct hook {
    uint8_t version; /* of IP */
    uint8_t protocol;
    const char *protocol_name; /* Wireshark's filter name for it */
    const char *name;
    const char *filter_name;
    int proto_helper;
    dissector_handle_t handle; /* the dissector behind the hook */
} hook_t;

static hook_t hook_v4 = {
    4, IP_PROTO_ICMP, "icmp", "TCP Connection State hook (ICMP)", "tcpstate.hook.icmp", -1, NULL};
static hook_t hook_v6 = {6,
                         IP_PROTO_ICMPV6,
                         "icmpv6",
                         "TCP Connection State hook (ICMPv6)",
                         "tcpstate.hook.icmpv6",
                         -1,
                         NULL};

icmp_error_t icmp_hook_error(const packet_info *pinfo)
{
    return current.frame == pinfo->num ? current.error : (icmp_error_t){0};
}

static icmp_error_t read_error(const hook_t *hook, tvbuff_t *tvb)
{
    if (tvb_captured_length(tvb) < TYPE_AND_CODE)
        return (icmp_error_t){0};

    const uint8_t *bytes = tvb_get_ptr(tvb, 0, TYPE_AND_CODE);

    return (icmp_error_t){hook->version, bytes[0], bytes[1]};
}

static int dissect(const hook_t *hook, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                   void *data)
{
    const icmp_error_t outer = icmp_hook_error(pinfo);

    current.frame = pinfo->num;
    current.error = read_error(hook, tvb);

    const int length = call_dissector_only(hook->handle, tvb, pinfo, tree, data);

    current.error = outer;
    return length;
}

static int dissect_v4(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect(&hook_v4, tvb, pinfo, tree, data);
}

static int dissect_v6(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return dissect(&hook_v6, tvb, pinfo, tree, data);
}

static void register_helper(hook_t *hook)
{
    hook->proto_helper = proto_register_protocol_in_name_only(
        hook->name, hook->name, hook->filter_name, proto_get_id_by_filter_name(hook->protocol_name),
        FT_PROTOCOL);
}

void icmp_hook_register(void)
{
    register_helper(&hook_v4);
    register_helper(&hook_v6);
}

/* Not dissector_change_uint(), for the reason in tcp_hook.c. */
static void put_in_front(hook_t *hook, dissector_t dissector)
{
    hook->handle = dissector_get_uint_handle(find_dissector_table("ip.proto"), hook->protocol);
    if (hook->handle)
        dissector_add_uint("ip.proto", hook->protocol,
                           create_dissector_handle(dissector, hook->proto_helper));
}

void icmp_hook_handoff(void)
{
    put_in_front(&hook_v4, dissect_v4);
    put_in_front(&hook_v6, dissect_v6);
}
