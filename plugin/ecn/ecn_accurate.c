/* ecn_accurate.c
 * AccECN's counter on the segments of one side: how many packets with CE have reached it, modulo 8
 * (RFC 9768 3.2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn_accurate.h"

enum {
    COUNTER_MASK = 7,
    ENOUGH_TO_WRAP = 3 /* marks that take a counter from its start value to 0 */
};

/* The pure third ACK reports how the SYN-ACK arrived and carries no counter (RFC 9768 3.2.2.1). */
static bool is_handshake_code(const ecn_segment_t *in)
{
    return in->handshake_step == 3 && in->segment->payload_len == 0 && !in->segment->has_sack;
}

/* Where nobody has shown that AccECN is on, the SYN-ACK that was accepted may be another one,
 * without ECN, that was not captured. */
static void raise_zeroed(const ecn_step_t *step)
{
    anomaly_raise_if_assumed(step->anomalies, ANOMALY_ECN_ACE_ZEROED, !step->ecn->accurate_seen);
}

static void read_handshake_code(const ecn_step_t *step)
{
    ecn_facts_t *out = step->out;

    out->ace_is_handshake = true;
    out->ace_handshake = out->ace;
    out->ace_known = out->ace_delta_known = false;
    if (out->ace == 0 && step->ecn->mode == ECN_ACCURATE)
        raise_zeroed(step);
}

/* The first counter of a side. Zero means that something clears it, unless enough marks were seen
 * for it to have wrapped (RFC 9768 3.2.2.4). */
static void read_first(const ecn_step_t *step, const ecn_counter_t *counter)
{
    const uint8_t delta = (uint8_t)(step->out->ace - counter->start) & COUNTER_MASK;
    const bool zeroed =
        step->out->ace == 0 && step->ecn->flow[!step->in->side].first_marked < ENOUGH_TO_WRAP;

    step->out->ace_delta_known = counter->start_known && delta != 0 && !zeroed;
    step->out->ace_delta = step->out->ace_delta_known ? delta : 0;
    if (counter->start_known && zeroed && step->ecn->mode == ECN_ACCURATE)
        raise_zeroed(step);
}

/* A copy that was overtaken reports nothing. An endpoint that only waits (TIME-WAIT) may no longer
 * have a counter: Linux's last ACK has none of the three bits. */
static bool reports(const ecn_segment_t *in, const ecn_counter_t *counter)
{
    const bool forgotten = in->sender_ending && ecn_bits(in->segment) == 0;

    return in->counts && !forgotten && !(counter->known && in->outdated);
}

void ecn_count(const ecn_step_t *step)
{
    ecn_counter_t *counter = &step->ecn->counter[step->in->side];
    ecn_facts_t *out = step->out;

    if (!out->ace_known)
        return;
    step->ecn->accurate_seen |= out->ace != 0;
    if (is_handshake_code(step->in)) {
        read_handshake_code(step);
        return;
    }
    if (!reports(step->in, counter)) {
        out->ace_delta_known = false;
        return;
    }
    if (counter->known) {
        out->ace_delta = (uint8_t)(out->ace - counter->last) & COUNTER_MASK;
    } else {
        read_first(step, counter);
    }
    counter->known = true;
    counter->last = out->ace;
}
