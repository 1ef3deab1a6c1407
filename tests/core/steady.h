/* steady.h
 * Keeps what has to be kept of a conversation and checks that the rest can be told again from it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_STEADY_H
#define TCPSTATE_TESTS_STEADY_H

#include "drive.h"

typedef struct steady {
    observation_t last; /* the last that was kept; valid with kept > 0 */
    unsigned kept;
    unsigned derived;
} steady_t;

static inline void assert_same_end(const endpoint_view_t *one, const endpoint_view_t *other)
{
    assert_int_equal(one->previous, other->previous);
    assert_int_equal(one->state, other->state);
    assert_int_equal(one->basis, other->basis);
    assert_int_equal(one->time_in_state, other->time_in_state);
}

/* Every field. The facts at its end are compared as bytes: they are never assembled from parts. */
static inline void assert_same_observation(const observation_t *one, const observation_t *other)
{
    assert_int_equal(one->kind, other->kind);
    assert_int_equal(one->direction, other->direction);
    assert_int_equal(one->roles, other->roles);
    assert_int_equal(one->phase, other->phase);
    assert_int_equal(one->following_phase, other->following_phase);
    assert_int_equal(one->handshake_step, other->handshake_step);
    assert_int_equal(one->teardown_steps, other->teardown_steps);
    assert_int_equal(one->retransmission, other->retransmission);
    assert_int_equal(one->half_closed, other->half_closed);
    assert_int_equal(one->standing_changed, other->standing_changed);
    assert_int_equal(one->milestones, other->milestones);
    assert_int_equal(one->client_side, other->client_side);
    assert_int_equal(one->move_count, other->move_count);
    assert_memory_equal(one->moves, other->moves, sizeof one->moves);
    assert_int_equal(one->acked_frame, other->acked_frame);
    assert_int_equal(one->acked_kind, other->acked_kind);
    assert_memory_equal(&one->handshake, &other->handshake, sizeof one->handshake);
    assert_memory_equal(&one->close, &other->close, sizeof one->close);
    assert_memory_equal(&one->rst, &other->rst, sizeof one->rst);
    assert_int_equal(one->challenge_ack, other->challenge_ack);
    assert_memory_equal(&one->anomalies, &other->anomalies, sizeof one->anomalies);
    assert_same_end(&one->end[ROLE_CLIENT], &other->end[ROLE_CLIENT]);
    assert_same_end(&one->end[ROLE_SERVER], &other->end[ROLE_SERVER]);
}

/* Which side sent the last segment, from what it showed. */
static inline unsigned sender_of(const observation_t *shown)
{
    return shown->direction == DIRECTION_TO_SERVER ? shown->client_side : !shown->client_side;
}

/* Takes the last segment: kept, or told again from what was kept and compared. */
static inline void steady_check(steady_t *steady)
{
    observation_t again;

    if (!observation_is_steady(&drive.shown, &drive.sent)) {
        steady->last = drive.shown;
        steady->kept++;
        return;
    }
    assert_true(steady->kept > 0);
    observation_of_steady(&steady->last, &drive.sent, sender_of(&drive.shown), &again);
    assert_same_observation(&again, &drive.shown);
    steady->derived++;
}

#endif
