/* plain_course.c
 * Whether a connection has kept to a plain course so far.
 *
 * Whoever adds an anomaly asks here, too, whether a plain segment can raise it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plain_course.h"

#include "plain_syn.h"

/* -- The handshake ----------------------------------------------------------------------------- */

static void begin_side(plain_side_t *own, const segment_t *syn)
{
    own->next = segment_end(syn);
    own->scales = syn->has_window_scale;
    own->scale = syn->window_scale;
}

static bool take_syn(plain_course_t *course, const segment_t *segment, unsigned side)
{
    course->stage = PLAIN_SYN;
    course->client = (uint8_t)side;
    begin_side(&course->side[side], segment);
    return is_plain_syn(segment);
}

static bool take_syn_ack(plain_course_t *course, const segment_t *segment, unsigned side)
{
    plain_side_t *peer = &course->side[!side];
    plain_side_t *own = &course->side[side];

    if (side == course->client || segment->flags != (TCP_FLAG_SYN | TCP_FLAG_ACK) ||
        segment->payload_len > 0 || segment->ack != peer->next)
        return false;
    course->stage = PLAIN_SYN_ACK;
    begin_side(own, segment);
    if (!peer->scales || !own->scales)
        peer->scale = own->scale = 0;
    own->acked = segment->ack;
    own->edge = segment->ack + segment->window;
    peer->acked = segment->seq;
    peer->edge = own->next; /* at least: its SYN has told no window yet */
    return true;
}

/* -- What comes after it ----------------------------------------------------------------------- */

/* The third step is the client's. */
static bool is_its_turn(const plain_course_t *course, const segment_t *segment, unsigned side)
{
    return course->stage == PLAIN_OPEN ||
           (side == course->client && segment->ack == course->side[!side].next);
}

/* ACK, and a FIN, or data, perhaps with PSH. */
static bool flags_are_plain(const segment_t *segment)
{
    const bool fin = segment_has(segment, TCP_FLAG_FIN);
    const bool pushes = segment_has(segment, TCP_FLAG_PSH);

    return (segment->flags & ~(TCP_FLAG_PSH | TCP_FLAG_FIN)) == TCP_FLAG_ACK &&
           (!pushes || fin || segment->payload_len > 0);
}

/* The next number. Nothing follows a FIN, and what takes numbers lies within the window. */
static bool take_numbers(plain_side_t *own, const plain_side_t *peer, const segment_t *segment)
{
    const uint32_t end = segment_end(segment);

    if (segment->seq != own->next || (end != own->next && (own->fin || seq_after(end, peer->edge))))
        return false;
    own->next = end;
    return true;
}

/* With both FINs only the last ACK is missing, and that before TIME-WAIT is over. */
static bool take_close(plain_course_t *course, const connection_options_t *options,
                       const segment_t *segment, unsigned side)
{
    plain_side_t *own = &course->side[side];
    const plain_side_t *peer = &course->side[!side];

    if (own->fin && peer->fin) {
        const int64_t since = time_between(course->closing, segment->when);

        return segment->ack == peer->next && own->acked != peer->next && since != NO_TIME &&
               since < options->time_wait;
    }
    if (segment_has(segment, TCP_FLAG_FIN)) {
        own->fin = true;
        course->closing = segment->when;
    }
    return true;
}

static bool take_ack(plain_side_t *own, const plain_side_t *peer, const segment_t *segment)
{
    const bool plain = seq_between(own->acked, segment->ack, peer->next);

    own->acked = segment->ack;
    return plain;
}

/* The window may seem to shrink by less than the unit that it is told in. */
static bool take_window(plain_side_t *own, const segment_t *segment)
{
    const uint32_t edge = segment->ack + ((uint32_t)segment->window << own->scale);

    if (seq_before(edge, own->edge))
        return own->edge - edge < UINT32_C(1) << own->scale;
    own->edge = edge;
    return true;
}

static bool take_rest(plain_course_t *course, const connection_options_t *options,
                      const segment_t *segment, unsigned side)
{
    plain_side_t *own = &course->side[side];
    const plain_side_t *peer = &course->side[!side];

    if (!is_its_turn(course, segment, side) || !flags_are_plain(segment))
        return false;
    course->stage = PLAIN_OPEN;
    return take_numbers(own, peer, segment) && take_close(course, options, segment, side) &&
           take_ack(own, peer, segment) && take_window(own, segment);
}

/* -- All together ------------------------------------------------------------------------------ */

/* Nothing about it but flags, numbers and window could be out of the ordinary. */
static bool is_unremarkable(const segment_t *segment)
{
    return segment->checksum != CHECKSUM_BAD && segment->ip_ecn == IP_ECN_NOT_ECT;
}

/* Its times do not run back: what its peer has to refuse is old (RFC 7323 5). */
static bool take_timestamp(plain_side_t *own, const segment_t *segment)
{
    if (!segment->has_timestamps)
        return true;

    const bool back = own->timed && seq_before(segment->ts_value, own->clock);

    own->timed = true;
    own->clock = segment->ts_value;
    return !back;
}

static bool take_step(plain_course_t *course, const connection_options_t *options,
                      const segment_t *segment, unsigned side)
{
    if (course->stage == PLAIN_NOTHING)
        return take_syn(course, segment, side);
    if (course->stage == PLAIN_SYN)
        return take_syn_ack(course, segment, side);
    return take_rest(course, options, segment, side);
}

bool plain_course_take(plain_course_t *course, const connection_options_t *options,
                       const segment_t *segment, unsigned side)
{
    if (course->left)
        return false;
    course->left = !(is_unremarkable(segment) && take_timestamp(&course->side[side], segment) &&
                     take_step(course, options, segment, side));
    return !course->left;
}
