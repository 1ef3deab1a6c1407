/* reports.h
 * What Wireshark's statistics get of each frame, and who gets it: the report on connections
 * (-z tcpstate,conv), the counts (-z tcpstate,tree), the GUI's table.
 *
 * Knows: the tap "tcpstate". Does not know: what the reports make of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_REPORTS_H
#define TCPSTATE_REPORTS_H

#include "incarnation.h"
#include "report_write.h"

/* What one TCP header of the frame showed. */
typedef struct tapped_segment {
    const incarnation_t *incarnation; /* NULL: it belongs to no connection */
    uint8_t phase;                    /* phase_t */
    bool is_rst;                      /* rst_reason is valid */
    uint8_t rst_reason;               /* rst_reason_t */
} tapped_segment_t;

/* What the tap gives to its listeners: all TCP headers of a frame, outermost first. */
typedef struct tapped_frame {
    bool is_final; /* what is said of its connections cannot change any more */
    unsigned count;
    tapped_segment_t segments[];
} tapped_frame_t;

/* Registers the tap and what listens to it on demand. Call it where protocols are registered.
 * `format` is a preference, read when a report is written. */
void reports_register(const int *format);

/* Call it where protocols are handed off. */
void reports_handoff(void);

/* True while somebody listens. */
bool reports_wanted(void);

/* A frame for the listeners, with room for the segments of `count` TCP headers, none filled in yet.
 * Valid as long as the frame is dissected. */
tapped_frame_t *reports_new_frame(packet_info *pinfo, unsigned count, bool is_final);

/* Adds a segment to it. */
void reports_add(tapped_frame_t *frame, const incarnation_t *incarnation,
                 const observation_t *observation);

/* Hands it to the listeners. */
void reports_send(packet_info *pinfo, const tapped_frame_t *frame);

#endif
