/* test_properties.c
 * Random segments with numbers near the limits of what is acceptable: observations are always
 * consistent in themselves and with each other (drive.h checks each), reproducible, and derivable
 * where they are not kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ecn.h"
#include "random.h"

enum { CONNECTIONS = 12000, SEGMENTS_MAX = 40 };

static unsigned draw_flags(void)
{
    static const unsigned usual[] = {ACK,       ACK, ACK,       PSH | ACK, FIN | ACK,
                                     FIN | ACK, SYN, SYN | ACK, RST,       RST | ACK};

    if (chance(10))
        return draw(0x1000);
    return usual[draw(sizeof usual / sizeof usual[0])];
}

/* A relative number: usually the side's next one, or near it, or near a window's edge. */
static uint32_t draw_number(uint32_t next)
{
    static const uint32_t edges[] = {0, 1, 2, WINDOW, WINDOW + 1, WINDOW + 2, 70000, 0x7fffffff};

    if (chance(75))
        return next;
    if (chance(60))
        return next + draw(5) - 2;
    return next + (chance(50) ? edges[draw(8)] : -edges[draw(8)]);
}

static bool uses_ecn; /* on this connection */

static void draw_extras(void)
{
    if (chance(30))
        timestamps(1000 + drive.frame + draw(5), 0);
    if (chance(10))
        window_scale((uint8_t)draw(15));
    if (chance(10))
        window((uint16_t)(chance(50) ? 0 : draw(65536)));
    if (chance(5))
        fast_open();
    checksum((checksum_status_t)(chance(90) ? CHECKSUM_UNVERIFIED : draw(4)));
    if (uses_ecn && chance(60))
        ip_ecn((ip_ecn_t)draw(4));
    drive.next.has_sack = chance(10);
    drive.next.has_accurate_ecn = uses_ecn && chance(5);
    if (chance(10))
        wait_for(chance(50) ? SECOND : 61 * SECOND);
}

/* The next number of each side, kept by the test itself. */
static uint32_t next_number[2];

static void send_random(void)
{
    const unsigned side = draw(2);
    const unsigned flags = draw_flags() | (uses_ecn && chance(30) ? draw(8) << 6 : 0);
    const uint32_t len = chance(30) ? draw(200) : 0;
    const uint32_t seq = draw_number(flags & SYN ? 0 : next_number[side]);
    const uint32_t ack = draw_number(next_number[!side]);

    draw_extras();
    send_from(side, flags, seq, ack, len);
    if ((int32_t)(seq + len - next_number[side]) >= 0 && !(flags & RST))
        next_number[side] = seq + len + !!(flags & (SYN | FIN));
}

static void begin_random(void)
{
    static const uint16_t ports[] = {80, 443, 40000, 50000};

    begin_between(ports[draw(4)], ports[draw(4)]);
    drive.isn[CLIENT] = draw(2) ? 0xfffffff0 + draw(32) : draw(0x7fffffff);
    drive.isn[SERVER] = draw(2) ? 0x7ffffff0 + draw(32) : draw(0x7fffffff);
    next_number[CLIENT] = next_number[SERVER] = 1;
    uses_ecn = chance(30);
    if (chance(50))
        negotiate(uses_ecn ? draw(8) : 0, uses_ecn ? draw(8) : 0, uses_ecn ? draw(8) : 0);
}

static bool pairs_seen[STATE_COUNT][STATE_COUNT];

static void random_segments_are_observed_consistently(void **state)
{
    (void)state;
    random_state = 88172645463325252;
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        begin_random();
        for (uint32_t k = draw(SEGMENTS_MAX); k > 0; k--) {
            send_random();
            pairs_seen[drive.shown.status.state[0]][drive.shown.status.state[1]] = true;
        }
    }
}

/* The connections above led each endpoint through every state. */
static void random_segments_reach_every_state(void **state)
{
    (void)state;
    for (unsigned one = 0; one < STATE_COUNT; one++) {
        bool as_client = false, as_server = false;

        for (unsigned other = 0; other < STATE_COUNT; other++) {
            as_client |= pairs_seen[one][other];
            as_server |= pairs_seen[other][one];
        }
        assert_true(as_client && as_server);
    }
}

static void the_same_segments_always_show_the_same(void **state)
{
    static observation_t first[1000];

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        random_state = 4711;
        for (unsigned i = 0; i < 1000; i++) {
            if (i % 20 == 0)
                begin_random();
            send_random();
            if (round == 0)
                first[i] = drive.shown;
            else
                assert_true(observation_equal(&first[i], &drive.shown));
        }
    }
}

static void a_copied_connection_continues_like_the_original(void **state)
{
    (void)state; /* no hidden state: all of it is in the connection */
    random_state = 31337;
    for (unsigned i = 0; i < 2000; i++) {
        if (i % 20 == 0)
            begin_random();
        connection_t copy = drive.connection;
        observation_t shown;

        send_random();
        const unsigned side =
            drive.connection.client_side ^ (drive.shown.direction == DIRECTION_TO_CLIENT);
        connection_observe(&copy, &drive.options, &drive.sent, side, &shown);
        assert_true(observation_equal(&shown, &drive.shown));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_segments_are_observed_consistently),
        TEST(random_segments_reach_every_state),
        TEST(the_same_segments_always_show_the_same),
        TEST(a_copied_connection_continues_like_the_original),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
