/* disguise.h
 * The same segments in disguise: with other sequence numbers and clocks, at another time, and with
 * the two sides exchanged. They have to show the same, since only differences count; what the
 * analysis does not know yet must not look like the number 0, nor a number without ACK like one
 * that acknowledges. drive.h sends every segment in every disguise, too; nobody else includes this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_DISGUISE_H
#define TCPSTATE_TESTS_DISGUISE_H

/* What is added to what a segment has; of the tests' usual numbers, the client's first is
 * 0xfffffffe, the server's 0xffffff9c. Their times are positive. */
static const struct disguise {
    uint32_t number[2]; /* by side */
    uint32_t clock[2];  /* of the timestamps */
    int64_t time;
    bool exchanged; /* of the two sides */
} disguises[] = {
    /* All numbers are far above 0, all times before 1970. */
    {{0x40000002, 0x40000064}, {0x40000000, 0xb0000000}, -1000000 * INT64_C(1000000000), true},
    /* The first byte of either side has the number 0. */
    {{1, 0x63}, {0x80000000, 0xffffff00}, 1000000000 * INT64_C(1000000000), false},
};

enum { DISGUISES = sizeof disguises / sizeof disguises[0] };

static struct disguised {
    connection_t connection;
    bool seen_through; /* a number or time was 0, or became 0, where that is no accident */
} disguised[DISGUISES];

static inline void disguise_anew(uint16_t port_0, uint16_t port_1)
{
    for (unsigned i = 0; i < DISGUISES; i++) {
        disguised[i].seen_through = false;
        if (disguises[i].exchanged)
            connection_init(&disguised[i].connection, port_1, port_0);
        else
            connection_init(&disguised[i].connection, port_0, port_1);
    }
}

/* Without ACK, the field may hold anything (RFC 9293 3.1): here something near the numbers in use.
 */
static inline uint32_t meaningless_ack(const struct disguise *as, const connection_t *connection,
                                       unsigned side)
{
    const uint32_t acked = connection->end[side ^ as->exchanged].acked;

    return as->exchanged ? acked + 1000 : acked - 1000;
}

static inline segment_t disguised_segment(const struct disguise *as, const connection_t *connection,
                                          const segment_t *segment, unsigned side)
{
    segment_t made = *segment;

    made.when += as->time;
    made.seq += as->number[side];
    if (segment_has(segment, TCP_FLAG_ACK))
        made.ack += as->number[!side];
    else
        made.ack = meaningless_ack(as, connection, side);
    made.ts_value += as->clock[side];
    if (segment->ts_echo != 0)
        made.ts_echo += as->clock[!side];
    return made;
}

/* The number of a RST that answers a segment without ACK is 0 (RFC 9293 3.5.2), and so is the echo
 * where there is nothing to be echoed (RFC 7323 3.2). */
static inline bool has_meaningful_zero(const segment_t *segment)
{
    return (segment_has(segment, TCP_FLAG_RST) && segment->seq == 0) ||
           (segment_has(segment, TCP_FLAG_ACK) && segment->has_timestamps && segment->ts_echo == 0);
}

/* An end that has said nothing but RSTs has never said anything else: that was at the time 0. */
static inline bool has_meaningful_time(const connection_t *connection)
{
    for (unsigned side = 0; side < 2; side++)
        if (connection->end[side].spoke && connection->end[side].last_time == 0)
            return true;
    return false;
}

/* Both ends leave TIME-WAIT with one segment, side 0 first. */
static inline bool both_stop_waiting(const moves_t *moves)
{
    return moves->count >= 2 && moves->move[0].event == EVENT_TIME_WAIT_OVER &&
           moves->move[1].event == EVENT_TIME_WAIT_OVER;
}

/* What was shown in a disguise, without it. */
static inline void take_off(const struct disguise *as, unsigned side, observation_t *shown)
{
    if (as->exchanged)
        shown->status.client_side ^= 1;
    if (as->exchanged && both_stop_waiting(&observation_facts(shown)->moves)) {
        const move_t first = shown->facts.moves.move[0];

        shown->facts.moves.move[0] = shown->facts.moves.move[1];
        shown->facts.moves.move[1] = first;
    }
    if (shown->has_facts && shown->facts.handshake.ack_judged)
        shown->facts.handshake.ack_expected -= as->number[!side];
    for (unsigned role = 0; role < 2; role++)
        if (shown->status.zero_known[role])
            shown->status.zero[role] -= as->number[shown->status.client_side ^ role];
}

static inline void check_disguises(const connection_options_t *options, const segment_t *segment,
                                   unsigned side, const observation_t *shown,
                                   const verdict_t *verdict)
{
    for (unsigned i = 0; i < DISGUISES; i++) {
        const struct disguise *as = &disguises[i];
        const segment_t made = disguised_segment(as, &disguised[i].connection, segment, side);
        observation_t also;

        disguised[i].seen_through |= has_meaningful_zero(segment) || has_meaningful_zero(&made) ||
                                     has_meaningful_time(&disguised[i].connection);
        if (disguised[i].seen_through)
            continue;

        const verdict_t decided = connection_observe(&disguised[i].connection, options, &made,
                                                     side ^ as->exchanged, &also);

        take_off(as, side, &also);
        assert_true(observation_equal(shown, &also));
        assert_memory_equal(verdict, &decided, sizeof decided);
    }
}

/* What comes next is not sent in disguise: only the caller's connection has been told of copies. */
static inline void stop_disguises(void)
{
    for (unsigned i = 0; i < DISGUISES; i++)
        disguised[i].seen_through = true;
}

#endif
