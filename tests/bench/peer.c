/* peer.c
 * What else a post-dissector could do: it goes by the fields of Wireshark's TCP dissector, which
 * have to be in a tree for that. It tells a small part of what tcpstate tells: the phase, by flags
 * alone, and what the flags mean. peer.lua does the same. For bench.py, which measures both.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include <epan/proto_data.h>

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };              /* flags of TCP */
enum { HANDSHAKE = 1, DATA = 2, TEARDOWN = 3, RESET = 4 }; /* as tcpstate.phase */
enum { SHAKEN = 1, CLOSING = 2 };                          /* how far a stream has come */

static int proto_peer = -1;
static int hf_phase = -1;
static int hf_meaning = -1;
static int ett_peer = -1;
static int hf_stream; /* fields of TCP */
static int hf_flags;

static wmem_map_t *streams; /* how far each has come, by its number */
static dissector_handle_t handle;

static const value_string phases[] = {{HANDSHAKE, "Handshake"},
                                      {DATA, "Data transfer"},
                                      {TEARDOWN, "Teardown"},
                                      {RESET, "Reset"},
                                      {0, NULL}};

/* What a frame shows. */
typedef struct shown {
    uint32_t flags;
    unsigned phase;
} shown_t;

static unsigned next_phase(uint32_t stream, uint32_t flags)
{
    unsigned come = GPOINTER_TO_UINT(wmem_map_lookup(streams, GUINT_TO_POINTER(stream)));
    unsigned phase = DATA;

    if (flags & SYN)
        come = 0;
    if (flags & FIN)
        come |= CLOSING;
    if (flags & RST)
        phase = RESET;
    else if (come & CLOSING)
        phase = TEARDOWN;
    else if (!(come & SHAKEN))
        phase = HANDSHAKE;
    if (!(flags & SYN))
        come |= SHAKEN;
    wmem_map_insert(streams, GUINT_TO_POINTER(stream), GUINT_TO_POINTER(come));
    return phase;
}

static const char *meaning_of(uint32_t flags)
{
    if (flags & RST)
        return "RST: the connection ends at once";
    if (flags & SYN)
        return flags & ACK ? "SYN, ACK: the connection may be opened"
                           : "SYN: a connection is asked for";
    return flags & FIN ? "FIN: nothing more will be sent" : "ACK: what came before has arrived";
}

/* The first of them in the frame. Returns false where there is none. */
static bool find_field(proto_tree *tree, int field, uint32_t *value)
{
    GPtrArray *found = proto_get_finfo_ptr_array(tree, field);

    if (!found || found->len == 0)
        return false;
    *value = compat_field_uint(g_ptr_array_index(found, 0));
    return true;
}

/* On the first pass, the only one for which tshark gives a post-dissector the fields that it wants:
 * finds out what the frame shows, and keeps it. */
static void take(packet_info *pinfo, proto_tree *tree)
{
    uint32_t stream;
    uint32_t flags;

    if (!find_field(tree, hf_stream, &stream) || !find_field(tree, hf_flags, &flags))
        return;

    shown_t *shown = wmem_new(wmem_file_scope(), shown_t);

    *shown = (shown_t){flags, next_phase(stream, flags)};
    p_add_proto_data(wmem_file_scope(), pinfo, proto_peer, 0, shown);
}

static int dissect_peer(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (!PINFO_FD_VISITED(pinfo))
        take(pinfo, tree);

    const shown_t *shown = p_get_proto_data(wmem_file_scope(), pinfo, proto_peer, 0);

    if (!shown)
        return 0;

    proto_tree *below =
        proto_item_add_subtree(proto_tree_add_item(tree, proto_peer, tvb, 0, 0, ENC_NA), ett_peer);

    proto_item_set_generated(proto_tree_add_uint(below, hf_phase, tvb, 0, 0, shown->phase));
    proto_item_set_generated(
        proto_tree_add_string(below, hf_meaning, tvb, 0, 0, meaning_of(shown->flags)));
    return 0;
}

static void proto_register_peer(void)
{
    static hf_register_info hf[] = {
        {&hf_phase, {"Phase", "peer.phase", FT_UINT8, BASE_DEC, VALS(phases), 0x0, NULL, HFILL}},
        {&hf_meaning, {"Meaning", "peer.meaning", FT_STRING, BASE_NONE, NULL, 0x0, NULL, HFILL}},
    };
    static int *ett[] = {&ett_peer};

    proto_peer = proto_register_protocol("Phase by fields of TCP", "Peer", "peer");
    proto_register_field_array(proto_peer, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    streams =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    handle = create_dissector_handle(dissect_peer, proto_peer);
    register_postdissector(handle);
}

static void proto_reg_handoff_peer(void)
{
    GArray *wanted = g_array_new(FALSE, FALSE, sizeof(int));

    hf_stream = proto_registrar_get_id_byname("tcp.stream");
    hf_flags = proto_registrar_get_id_byname("tcp.flags");
    g_array_append_val(wanted, hf_stream);
    g_array_append_val(wanted, hf_flags);
    set_postdissector_wanted_hfids(handle, wanted);
}

/* The symbols that Wireshark looks for in the file. */
WS_DLL_PUBLIC_DEF const char plugin_version[] = "1";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

COMPAT_PLUGIN_DESCRIBE

WS_DLL_PUBLIC void plugin_register(void);
void plugin_register(void)
{
    static proto_plugin plugin = {proto_register_peer, proto_reg_handoff_peer};

    proto_register_plugin(&plugin);
}
