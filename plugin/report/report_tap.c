/* report_tap.c
 * What Wireshark's statistics get of each frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "wireshark_compat.h"

#include "report_tap.h"

#include <epan/tap.h>

static int tap = -1;
static report_tap_watcher_t watchers[REPORT_WATCHERS_MAX];
static unsigned watcher_count;
static unsigned wanting_details; /* how many listeners want details */

bool report_tap_wanted(void)
{
    return have_tap_listener(tap);
}

void report_tap_want_details(bool wanted)
{
    if (wanted)
        wanting_details++;
    else
        wanting_details--;
}

tapped_frame_t *report_tap_new_frame(packet_info *pinfo, unsigned count)
{
    tapped_frame_t *frame =
        wmem_alloc(pinfo->pool, sizeof *frame + count * sizeof frame->segments[0]);

    frame->count = 0;
    return frame;
}

void report_tap_add(packet_info *pinfo, tapped_frame_t *frame, const incarnation_t *incarnation,
                    const segment_t *segment, const observation_t *observation)
{
    const rst_facts_t *rst = &observation_facts(observation)->rst;
    observation_t *showed = NULL;

    if (wanting_details > 0) {
        showed = wmem_new(pinfo->pool, observation_t);
        *showed = *observation;
    }
    frame->segments[frame->count++] = (tapped_segment_t){.incarnation = incarnation,
                                                         .segment = segment,
                                                         .showed = showed,
                                                         .has_phase = observation->kind != 0,
                                                         .phase = observation->phase,
                                                         .is_rst = rst->by != 0,
                                                         .rst_reason = rst->reason};
}

void report_tap_send(packet_info *pinfo, const tapped_frame_t *frame)
{
    if (frame->count > 0)
        tap_queue_packet(tap, pinfo, frame);
}

void report_tap_watch(report_tap_watcher_t watcher)
{
    g_assert(watcher_count < REPORT_WATCHERS_MAX);
    watchers[watcher_count++] = watcher;
}

void report_tap_note_change(const incarnation_t *incarnation, bool concluded)
{
    for (unsigned i = 0; i < watcher_count; i++)
        watchers[i](incarnation, concluded);
}

void report_tap_register(void)
{
    tap = register_tap(REPORT_TAP);
}
