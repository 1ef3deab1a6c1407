/* wireshark_compat.h
 * The differences between Wireshark 4.0, 4.2, 4.4 and 4.6, for which the plugin is built.
 *
 * The only file that tests for a version. Include it before every other header of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_WIRESHARK_COMPAT_H
#define TCPSTATE_WIRESHARK_COMPAT_H

/* Installed from 4.2 on. */
#if __has_include(<config.h>)
#include <config.h>
#endif

#include <wireshark.h>
#include <ws_version.h>
#include <epan/conversation.h>
#include <epan/conversation_filter.h>
#include <epan/funnel.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/prefs-int.h>
#if __has_include(<wsutil/plugins.h>)
#include <wsutil/plugins.h>
#endif

#include <stdlib.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                           \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#ifdef WS_PLUGIN_DESC_DISSECTOR
/* Tells the "About" dialog what kind of plugin it is. */
#define COMPAT_PLUGIN_DESCRIBE                                                                     \
    WS_DLL_PUBLIC uint32_t plugin_describe(void);                                                  \
    uint32_t plugin_describe(void)                                                                 \
    {                                                                                              \
        return WS_PLUGIN_DESC_DISSECTOR;                                                           \
    }
#else
#define COMPAT_PLUGIN_DESCRIBE
#endif

/* Which of several networks the frame was captured on, where the user asked Wireshark to tell equal
 * addresses on different interfaces, MAC addresses or VLANs apart ("deinterlacing"); else 0. */
static inline uint64_t compat_network(const packet_info *pinfo)
{
#if WIRESHARK_AT_LEAST(4, 4)
    if (prefs.conversation_deinterlacing_key != 0) {
        const conversation_t *network = find_conversation_deinterlacer_pinfo(pinfo);

        return network ? (uint64_t)network->conv_index + 1 : 0;
    }
#else
    (void)pinfo;
#endif
    return 0;
}

/* Wireshark's conversation of the TCP connection between a and b that the frame belongs to. */
static inline conversation_t *compat_find_tcp(const packet_info *pinfo, const address *a,
                                              const address *b, uint32_t port_a, uint32_t port_b)
{
#if WIRESHARK_AT_LEAST(4, 4)
    if (prefs.conversation_deinterlacing_key != 0) {
        const conversation_t *network = find_conversation_deinterlacer_pinfo(pinfo);

        if (network)
            return find_conversation_deinterlaced(pinfo->num, a, b, CONVERSATION_TCP, port_a,
                                                  port_b, network->conv_index, 0);
    }
#endif
    return find_conversation(pinfo->num, a, b, CONVERSATION_TCP, port_a, port_b, 0);
}

/* Wireshark's truth value: of a preference, and what callbacks return. */
#if WIRESHARK_AT_LEAST(4, 4)
typedef bool compat_bool_t;
#else
typedef gboolean compat_bool_t;
#endif

/* Whether the user wants to see TCP's numbers counted from the SYN ("relative sequence numbers").
 * Wireshark finds a preference by comparing names; it stays where it is. */
static inline bool compat_numbers_are_relative(void)
{
    static pref_t *relative;

    if (!relative) {
        module_t *tcp = prefs_find_module("tcp");

        relative = tcp ? prefs_find_preference(tcp, "relative_sequence_numbers") : NULL;
    }
    return relative && prefs_get_bool_value(relative, pref_current);
}

/* The functions of a conversation filter: `static compat_bool_t valid(packet_info *pinfo
 * COMPAT_FILTER_DATA)`. From 4.2 on they get an argument of their own, which is not used. */
#if WIRESHARK_AT_LEAST(4, 2)
#define COMPAT_FILTER_DATA , void *data _U_
#define compat_register_conversation_filter(protocol, title, valid, build)                         \
    register_conversation_filter(protocol, title, valid, build, NULL)
#else
#define COMPAT_FILTER_DATA
#define compat_register_conversation_filter register_conversation_filter
#endif

/* What the function that starts a report returns. Before 4.6 it could not report a failure, and
 * tshark's own reports end the program then. */
#if WIRESHARK_AT_LEAST(4, 6)
typedef bool compat_stat_tap_result_t;
#define COMPAT_STAT_TAP_STARTED true
#define COMPAT_STAT_TAP_FAILED  false
#else
typedef void compat_stat_tap_result_t;
#define COMPAT_STAT_TAP_STARTED
#define COMPAT_STAT_TAP_FAILED exit(1)
#endif

/* A report could not be written. What writes it returns nothing in any version, and tshark does not
 * look whether its output has arrived: only the end of the program tells. */
static inline void compat_fail_report(void)
{
    exit(EXIT_FAILURE);
}

/* The value of an unsigned field: a part of it at first, a pointer later. */
static inline uint32_t compat_field_uint(field_info *field)
{
    return fvalue_get_uinteger(_Generic(field->value, fvalue_t *
                                        : field->value, default
                                        : &field->value));
}

/* Adds an entry to the menu of a right click in the packet list, for packets that have the field.
 * `show` gets its fields. Before 4.2 there was no such menu. */
static inline void compat_register_packet_menu(const char *name, const char *required_field,
                                               void (*show)(void *data, GPtrArray *fields))
{
#if WIRESHARK_AT_LEAST(4, 2)
    funnel_register_packet_menu(name, required_field, show, NULL, false);
#else
    (void)name;
    (void)required_field;
    (void)show;
#endif
}

#endif
