/* reports.c
 * What Wireshark's statistics get of each frame, and who gets it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "reports.h"

#include "report_conv.h"
#include "report_table.h"
#include "report_tree.h"

#include <epan/tap.h>

static int tap = -1;

bool reports_wanted(void)
{
    return have_tap_listener(tap);
}

tapped_frame_t *reports_new_frame(packet_info *pinfo, unsigned count, bool is_final)
{
    tapped_frame_t *frame =
        wmem_alloc(pinfo->pool, sizeof *frame + count * sizeof frame->segments[0]);

    frame->is_final = is_final;
    frame->count = 0;
    return frame;
}

void reports_add(tapped_frame_t *frame, const incarnation_t *incarnation,
                 const observation_t *observation)
{
    const rst_facts_t *rst = &observation_facts(observation)->rst;

    frame->segments[frame->count++] = (tapped_segment_t){.incarnation = incarnation,
                                                         .phase = observation->phase,
                                                         .is_rst = rst->by != 0,
                                                         .rst_reason = rst->reason};
}

void reports_send(packet_info *pinfo, const tapped_frame_t *frame)
{
    if (frame->count > 0)
        tap_queue_packet(tap, pinfo, frame);
}

void reports_register(const int *format)
{
    tap = register_tap("tcpstate");
    report_conv_register(format);
    report_table_register();
}

void reports_handoff(void)
{
    report_tree_register();
}
