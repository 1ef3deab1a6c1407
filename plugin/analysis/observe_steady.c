/* observe_steady.c
 * What a steady segment shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "observe_steady.h"

#include "ecn.h"

void observation_of_steady(const status_t *status, const segment_t *segment, unsigned sender_side,
                           observation_t *out)
{
    observation_clear(out);
    out->kind = (uint8_t)segment_header_kind(segment);
    out->direction = sender_side == status->client_side ? DIRECTION_TO_SERVER : DIRECTION_TO_CLIENT;
    out->phase = status->phase;
    out->status = *status;
    for (unsigned role = 0; role < 2; role++)
        out->previous[role] = status->state[role];
    if (ecn_header_tells(status->ecn.mode, segment))
        ecn_show_header(&status->ecn, segment, &out->ecn, &out->anomalies);
}

bool steady_may_raise(const status_t *status, const segment_t *segment)
{
    return ecn_header_tells(status->ecn.mode, segment);
}
