/* unreachable.c
 * Attempts to connect that are answered by ICMP errors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "unreachable.h"

#include <assert.h>

/* Types and codes (RFC 792, RFC 1191 4; RFC 4443 3.1, 3.3). */
enum {
    ICMP_UNREACHABLE = 3,
    ICMP_FRAGMENTATION_NEEDED = 4,
    ICMP_TIME_EXCEEDED = 11,
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_TIME_EXCEEDED = 3,
    EXCEEDED_IN_TRANSIT = 0 /* and not while fragments were collected */
};

bool icmp_error_is_unreachable(const icmp_error_t *error)
{
    switch (error->version) {
    case 4:
        return (error->type == ICMP_UNREACHABLE && error->code != ICMP_FRAGMENTATION_NEEDED) ||
               (error->type == ICMP_TIME_EXCEEDED && error->code == EXCEEDED_IN_TRANSIT);
    case 6:
        return error->type == ICMPV6_UNREACHABLE ||
               (error->type == ICMPV6_TIME_EXCEEDED && error->code == EXCEEDED_IN_TRANSIT);
    default:
        return false;
    }
}

/* No segment of this endpoint was captured, whether or not it counted. */
static bool is_silent(const endpoint_t *endpoint)
{
    return endpoint->recent_count == 0 && !endpoint->rst_known;
}

/* What the opener has sent shows no answer, either: it still waits for one, or has given up. */
static bool got_no_answer(const endpoint_t *opener)
{
    return (endpoint_gone(opener) ? opener->before_end : opener->state) == STATE_SYN_SENT;
}

/* The SYN that was quoted. */
static const syn_copy_t *quoted_copy(const syn_copies_t *copies, const segment_t *quoted)
{
    assert(copies->count > 0); /* it has opened with one */
    for (unsigned i = copies->count; i > 0; i--) {
        const syn_copy_t *copy = &copies->copy[i - 1];

        if (quoted->has_timestamps && copy->has_timestamp && copy->ts_value == quoted->ts_value)
            return copy;
    }
    return syn_copies_last(copies);
}

uint32_t unreachable_syn(const connection_t *connection, unsigned sender_side,
                         const segment_t *quoted)
{
    const endpoint_t *opener = &connection->end[sender_side];

    if (!endpoint_opened_with(opener, quoted) || !got_no_answer(opener) ||
        !is_silent(&connection->end[!sender_side]))
        return 0;
    return quoted_copy(&opener->syn, quoted)->frame;
}
