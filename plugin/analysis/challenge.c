/* challenge.c
 * Challenge ACKs (RFC 5961): a pure ACK that says nothing new, in answer to a segment that may be
 * forged.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis.h"

/* True where the receiver, by its state before the segment, answers it with a challenge ACK: a SYN
 * (RFC 5961 4), a RST that is in the window but not exact (3), or an ACK that it cannot accept (5).
 */
static bool draws_challenge(const analysis_t *analysis)
{
    const segment_t *segment = analysis->segment;
    const tcp_state_t state = analysis->previous[!analysis->side];
    const bool synchronized = tcp_state_synchronized(state);

    if (analysis->reopened || (!synchronized && state != STATE_SYN_RECEIVED))
        return false;
    if (segment_has(segment, TCP_FLAG_RST))
        return analysis->out->rst.validity == RST_IN_WINDOW;
    if (segment_has(segment, TCP_FLAG_SYN))
        return synchronized;
    return synchronized && analysis->ack_refused;
}

void challenge_observe(analysis_t *analysis)
{
    endpoint_t *sender = analysis->sender;
    endpoint_t *receiver = analysis->receiver;

    if (sender->challenged_by && analysis->out->kind == SEGMENT_ACK && analysis->says_nothing)
        analysis->out->challenge_ack = sender->challenged_by;
    sender->challenged_by = 0;
    receiver->challenged_by = draws_challenge(analysis) ? analysis->segment->frame : 0;
}
