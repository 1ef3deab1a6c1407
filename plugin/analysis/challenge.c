/* challenge.c
 * Challenge ACKs (RFC 5961).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "challenge.h"

bool challenge_is_answered(const analysis_t *analysis, const comparison_t *compared)
{
    return compared->kind == SEGMENT_ACK && compared->says_nothing &&
           analysis->sender->challenged_by != 0;
}

/* A SYN draws one (RFC 5961 4), a RST that is in the window but not exact (3), and an ACK that its
 * receiver cannot accept (5). */
bool challenge_is_drawn(const analysis_t *analysis, const findings_t *found,
                        const rst_facts_t *facts)
{
    const segment_t *segment = analysis->segment;
    const tcp_state_t state = found->before.state[!analysis->side];

    if (segment_has(segment, TCP_FLAG_RST))
        return facts->validity == RST_IN_WINDOW &&
               (tcp_state_synchronized(state) || state == STATE_SYN_RECEIVED);
    return tcp_state_synchronized(state) &&
           (segment_has(segment, TCP_FLAG_SYN) || found->judged.ack_refused);
}
