/* report_tap.h
 * The tap "tcpstate": what Wireshark's statistics get of each frame.
 *
 * Knows: who asks for it, and who wants to hear of connections whose summary has changed. Does not
 * know: which reports there are, nor what they make of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORT_TAP_H
#define TCPSTATE_REPORT_TAP_H

#include "incarnation.h"
#include "observation.h"

#include <epan/packet_info.h>

/* Its name. */
#define REPORT_TAP "tcpstate"

/* What one TCP header of the frame showed. */
typedef struct tapped_segment {
    const incarnation_t *incarnation; /* NULL: it belongs to no connection */
    const segment_t *segment;         /* valid as long as the frame is dissected; likewise: */
    const observation_t *showed;      /* NULL: nobody wants details */
    bool has_phase;                   /* phase is valid: it is no ICMP error */
    uint8_t phase;                    /* phase_t */
    bool is_rst;                      /* rst_reason is valid */
    uint8_t rst_reason;               /* rst_reason_t */
} tapped_segment_t;

/* What the tap gives to its listeners: all TCP headers of a frame, outermost first. */
typedef struct tapped_frame {
    unsigned count;
    tapped_segment_t segments[];
} tapped_frame_t;

/* Registers the tap. Call it where protocols are registered, before any report. */
void report_tap_register(void);

/* True while somebody listens. */
bool report_tap_wanted(void);

/* A listener begins or ends to want to know all that a segment showed. */
void report_tap_want_details(bool wanted);

/* A frame for the listeners, with room for the segments of `count` TCP headers, none filled in yet.
 * Valid as long as the frame is dissected. */
tapped_frame_t *report_tap_new_frame(packet_info *pinfo, unsigned count);

/* Adds a segment to it. */
void report_tap_add(packet_info *pinfo, tapped_frame_t *frame, const incarnation_t *incarnation,
                    const segment_t *segment, const observation_t *observation);

/* Hands it to the listeners. */
void report_tap_send(packet_info *pinfo, const tapped_frame_t *frame);

/* Called with a connection whose summary has changed, whether or not the frame that changed it
 * passes a listener's filter. `concluded`: not only in numbers, times and anomalies. */
typedef void (*report_tap_watcher_t)(const incarnation_t *incarnation, bool concluded);

/* Adds a watcher; there are REPORT_WATCHERS_MAX at the most. */
enum { REPORT_WATCHERS_MAX = 2 };
void report_tap_watch(report_tap_watcher_t watcher);

/* Tells them. */
void report_tap_note_change(const incarnation_t *incarnation, bool concluded);

#endif
