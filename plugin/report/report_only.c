/* report_only.c
 * Whether a frame is dissected for nothing but this plugin's reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_only.h"

#include "report_tap.h"

#include <epan/tap.h>

/* What holds for a whole capture file is found out at its first frame. */
static enum { NOT_ASKED, REPORTS_ONLY, MORE } wanted;

static int probe = -1; /* a tap that nobody listens to */

/* Wireshark's window needs every frame again, and its other programs' functions are not set. */
static bool is_gui(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();

    return ops && ops->retap_packets;
}

/* Whether reports hear of this pass. The first of two passes, also sharkd's, is made without them,
 * and its frames are dissected again for whatever is wanted then. */
static bool is_heard(packet_info *pinfo)
{
    tap_queue_packet(probe, pinfo, &probe);
    return fetch_tapped_data(probe, 0) != NULL;
}

static bool only_reports_listen(void)
{
    GList *names = get_tap_names();
    bool others = false;

    for (const GList *name = names; name; name = name->next)
        if (strcmp(name->data, REPORT_TAP) != 0 && have_tap_listener(find_tap_id(name->data)))
            others = true;
    g_list_free(names);
    return report_tap_wanted() && !others;
}

bool report_only(packet_info *pinfo, const proto_tree *tree)
{
    if (wanted == NOT_ASKED)
        wanted = !is_gui() && is_heard(pinfo) && only_reports_listen() ? REPORTS_ONLY : MORE;
    return wanted == REPORTS_ONLY && !tree && !pinfo->cinfo;
}

static void forget(void)
{
    wanted = NOT_ASKED;
}

void report_only_register(void)
{
    probe = register_tap("tcpstate.pass");
    register_init_routine(forget);
}
