/* test_plain_course.c
 * Which courses of a connection are plain. drive.h holds every segment that keeps to one, here and
 * in all other tests, to what plain_course.h promises of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"
#include "random.h"

/* Fails unless the last segment kept to the plain course, or just left it. */
#define assert_plain() assert_true(drive.plain)
#define assert_left()                                                                              \
    do {                                                                                           \
        assert_false(drive.plain);                                                                 \
        assert_true(drive.course.left);                                                            \
    } while (0)

/* -- Plain courses ----------------------------------------------------------------------------- */

static void data_in_order_are_plain(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_plain();
    server(SYN | ACK, 0, 1, 0);
    assert_plain();
    client(ACK, 1, 1, 0);
    assert_plain();
    client(PSH | ACK, 1, 1, 1);
    assert_plain();
    client(ACK, 2, 1, 99); /* with PSH or without */
    assert_plain();
    server(ACK, 1, 101, 1000);
    assert_plain();
    server(ACK, 1001, 101, 1000); /* before any ACK */
    assert_plain();
    client(ACK, 101, 1001, 0); /* of some */
    assert_plain();
    client(ACK, 101, 1001, 0); /* again */
    assert_plain();
    client(ACK, 101, 2001, 50);
    assert_plain();
}

static void every_order_of_the_close_is_plain(void **state)
{
    static const step_t closes[][4] = {
        {{CLIENT, FIN | ACK, 1, 1},
         {SERVER, ACK, 1, 2},
         {SERVER, FIN | PSH | ACK, 1, 2},
         {CLIENT, ACK, 2, 2}},
        {{SERVER, FIN | ACK, 1, 1}, {CLIENT, FIN | ACK, 1, 2}, {SERVER, ACK, 2, 2}},
        {{CLIENT, FIN | ACK, 1, 1},
         {SERVER, FIN | ACK, 1, 1},
         {CLIENT, ACK, 2, 2},
         {SERVER, ACK, 2, 2}},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof closes / sizeof closes[0]; i++) {
        begin(NULL);
        handshake();
        for (unsigned k = 0; k < 4 && closes[i][k].flags; k++) {
            const step_t *step = &closes[i][k];

            send_from(step->side, step->flags, step->seq, step->ack, 0);
            assert_plain();
        }
    }
}

static void the_half_that_is_open_goes_on(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 100);
    server(ACK, 1, 102, 200);
    client(ACK, 102, 101, 0); /* of some */
    assert_plain();
    client(ACK, 102, 101, 0);
    assert_plain();
    wait_for(drive.options.time_wait);
    client(ACK, 102, 201, 0);
    server(ACK, 201, 102, 200);
    assert_plain();
}

/* Sides are the caller's. */
static void either_side_may_be_the_client(void **state)
{
    (void)state;
    server(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_plain();
    client(ACK, 1, 1, 10);
    assert_plain();
}

static void the_third_step_may_carry_more(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(FIN | PSH | ACK, 1, 1, 100);
    assert_plain();
}

static void timestamps_may_stand_still(void **state)
{
    (void)state;
    handshake_with_clocks();
    assert_plain();
    timestamps(1020, 5000);
    client(ACK, 1, 1, 100);
    assert_plain();
    server(ACK, 1, 101, 0); /* nor need there be one */
    assert_plain();
    timestamps(5010, 1020);
    server(ACK, 1, 101, 10);
    assert_plain();
}

/* -- The window -------------------------------------------------------------------------------- */

/* A handshake of two that offer to scale windows by so many bits; 255: they do not offer it. */
static void handshake_with_scales(uint8_t of_client, uint8_t of_server)
{
    begin(NULL);
    if (of_client != 255)
        window_scale(of_client);
    client(SYN, 0, 0, 0);
    if (of_server != 255)
        window_scale(of_server);
    window(100);
    server(SYN | ACK, 0, 1, 0);
    window(100);
    client(ACK, 1, 1, 0);
    window(100);
    server(ACK, 1, 1, 0);
    assert_plain();
}

static void data_up_to_the_edge_are_plain(void **state)
{
    static const struct {
        uint8_t scale[2];
        uint32_t window[2];
    } cases[] = {{{255, 255}, {100, 100}},
                 {{3, 255}, {100, 100}},
                 {{255, 3}, {100, 100}},
                 {{3, 0}, {800, 100}},
                 {{2, 4}, {400, 1600}}};

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (unsigned side = 0; side < 2; side++)
            for (unsigned beyond = 0; beyond < 2; beyond++) {
                handshake_with_scales(cases[i].scale[CLIENT], cases[i].scale[SERVER]);
                send_from(side, ACK, 1, 1, cases[i].window[!side] + beyond);
                assert_int_equal(drive.plain, !beyond);
            }
}

/* The window of the SYN-ACK counts as it stands there. */
static void the_third_step_may_fill_the_first_window(void **state)
{
    (void)state;
    for (unsigned beyond = 0; beyond < 2; beyond++) {
        begin(NULL);
        window_scale(7);
        client(SYN, 0, 0, 0);
        window_scale(7);
        window(100);
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 100 + beyond);
        assert_int_equal(drive.plain, !beyond);
    }
}

static void the_edge_moves_with_the_acks(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, WINDOW);
    window(0);
    server(ACK, 1, WINDOW + 1, 0);
    assert_plain();
    window(10);
    server(ACK, 1, WINDOW + 1, 0);
    assert_plain();
    client(ACK, WINDOW + 1, 1, 10);
    assert_plain();
    client(ACK, WINDOW + 11, 1, 1); /* probes it */
    assert_left();
}

static void the_window_shrinks_by_less_than_its_unit(void **state)
{
    (void)state;
    for (uint32_t by = 7; by <= 8; by++) {
        handshake_with_scales(3, 3);
        server(ACK, 1, 1, by);
        window(99);
        client(ACK, 1, 1, 0); /* acknowledges nothing */
        assert_left();
        handshake_with_scales(3, 3);
        server(ACK, 1, 1, 8 - by);
        window(99);
        client(ACK, 1, 9 - by, 0);
        assert_int_equal(drive.plain, by == 7);
    }
    begin(NULL);
    handshake();
    window(WINDOW - 1);
    server(ACK, 1, 1, 0);
    assert_left();
}

/* -- What leaves it ---------------------------------------------------------------------------- */

typedef void (*change_t)(void);

static void no_change(void)
{
}

static void damage(void)
{
    checksum(CHECKSUM_BAD);
}

static void mark(void)
{
    ip_ecn(IP_ECN_ECT_0);
}

static void go_back_in_time(void)
{
    timestamps(999, 5000);
}

static const struct {
    const char *what;
    change_t change; /* of a segment that would else be plain */
    step_t first, second, third;
    uint32_t len; /* of the last one */
} departures[] = {
    {"no SYN", no_change, {CLIENT, ACK, 1, 1}, {0}, {0}, 0},
    {"a SYN with data", no_change, {CLIENT, SYN, 0, 0}, {0}, {0}, 1},
    {"a SYN that offers ECN", no_change, {CLIENT, SYN | ECE | CWR, 0, 0}, {0}, {0}, 0},
    {"a SYN with a mark", mark, {CLIENT, SYN, 0, 0}, {0}, {0}, 0},
    {"a second SYN", no_change, {CLIENT, SYN, 0, 0}, {CLIENT, SYN, 0, 0}, {0}, 0},
    {"both open", no_change, {CLIENT, SYN, 0, 0}, {SERVER, SYN, 0, 0}, {0}, 0},
    {"it answers what nobody sent",
     no_change,
     {CLIENT, SYN, 0, 0},
     {CLIENT, SYN | ACK, 0, 100},
     {0},
     0},
    {"it answers itself", no_change, {CLIENT, SYN, 0, 0}, {CLIENT, SYN | ACK, 0, 1}, {0}, 0},
    {"another SYN is answered", no_change, {CLIENT, SYN, 0, 0}, {SERVER, SYN | ACK, 0, 2}, {0}, 0},
    {"an older one is answered", no_change, {CLIENT, SYN, 0, 0}, {SERVER, SYN | ACK, 0, 0}, {0}, 0},
    {"a SYN-ACK with data", no_change, {CLIENT, SYN, 0, 0}, {SERVER, SYN | ACK, 0, 1}, {0}, 1},
    {"a SYN-ACK with ECE", no_change, {CLIENT, SYN, 0, 0}, {SERVER, SYN | ACK | ECE, 0, 1}, {0}, 0},
    {"a SYN is refused", no_change, {CLIENT, SYN, 0, 0}, {SERVER, RST | ACK, 0, 1}, {0}, 0},
    {"no SYN-ACK", no_change, {CLIENT, SYN, 0, 0}, {CLIENT, ACK, 1, 1}, {0}, 0},
    {"no third step",
     no_change,
     {CLIENT, SYN, 0, 0},
     {SERVER, SYN | ACK, 0, 1},
     {SERVER, ACK, 1, 1},
     0},
    {"a third step with an old number",
     no_change,
     {CLIENT, SYN, 0, 0},
     {SERVER, SYN | ACK, 0, 1},
     {CLIENT, ACK, 1, 0},
     0},
    {"a second SYN-ACK",
     no_change,
     {CLIENT, SYN, 0, 0},
     {SERVER, SYN | ACK, 0, 1},
     {SERVER, SYN | ACK, 0, 1},
     0},
    {"damaged", damage, {0}, {0}, {CLIENT, ACK, 1, 1}, 10},
    {"with a mark", mark, {0}, {0}, {CLIENT, ACK, 1, 1}, 10},
    {"late", go_back_in_time, {0}, {0}, {CLIENT, ACK, 1, 1}, 10},
    {"a reset", no_change, {0}, {0}, {CLIENT, RST, 1, 0}, 0},
    {"a reset with ACK", no_change, {0}, {0}, {CLIENT, RST | ACK, 1, 1}, 0},
    {"a SYN on it", no_change, {0}, {0}, {CLIENT, SYN, 1, 0}, 0},
    {"urgent", no_change, {0}, {0}, {CLIENT, URG | ACK, 1, 1}, 10},
    {"without ACK", no_change, {0}, {0}, {CLIENT, PSH, 1, 1}, 10},
    {"PSH without data", no_change, {0}, {0}, {CLIENT, PSH | ACK, 1, 1}, 0},
    {"CWR", no_change, {0}, {0}, {CLIENT, CWR | ACK, 1, 1}, 10},
    {"a keep-alive", no_change, {0}, {0}, {CLIENT, ACK, 0, 1}, 0},
    {"data again in part", no_change, {0}, {CLIENT, ACK, 1, 1}, {CLIENT, ACK, 0, 1}, 2},
    {"a gap", no_change, {0}, {0}, {CLIENT, ACK, 2, 1}, 10},
    {"an old ACK", no_change, {0}, {0}, {CLIENT, ACK, 1, 0}, 0},
    {"an ACK of more than was sent", no_change, {0}, {0}, {CLIENT, ACK, 1, 2}, 0},
    {"data after the FIN", no_change, {0}, {CLIENT, FIN | ACK, 1, 1}, {CLIENT, ACK, 2, 1}, 1},
    {"a second FIN", no_change, {0}, {CLIENT, FIN | ACK, 1, 1}, {CLIENT, FIN | ACK, 2, 1}, 0},
};

static void send_step(const step_t *step, uint32_t len)
{
    if (step->flags)
        send_from(step->side, step->flags, step->seq, step->ack, len);
}

static void what_is_not_plain_leaves_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof departures / sizeof departures[0]; i++) {
        const step_t *steps[] = {&departures[i].first, &departures[i].second, &departures[i].third};
        const unsigned last = steps[2]->flags ? 2 : steps[1]->flags ? 1 : 0;

        begin(NULL);
        if (!steps[0]->flags)
            handshake_with_clocks();
        for (unsigned k = 0; k < last; k++) {
            send_step(steps[k], 0);
            assert_true(!steps[k]->flags || drive.plain);
        }
        departures[i].change();
        send_step(steps[last], departures[i].len);
        if (drive.plain)
            fail_msg("%s: is plain", departures[i].what);
        assert_left();
    }
}

static void there_is_no_way_back(void **state)
{
    (void)state;
    handshake();
    client(ACK, 2, 1, 10);
    assert_left();
    client(ACK, 1, 1, 1);
    assert_left();
}

/* -- After the close --------------------------------------------------------------------------- */

static void after_the_last_ack_nothing_is_plain(void **state)
{
    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        begin(NULL);
        handshake();
        close_by(CLIENT);
        assert_plain();
        send_from(side, ACK, 2, 2, 0);
        assert_left();
    }
}

static void the_last_ack_is_of_the_fin(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 1, 0);
    assert_left();
}

static void the_last_ack_comes_while_there_is_somebody(void **state)
{
    (void)state;
    for (int64_t late = 0; late < 2; late++) {
        begin(NULL);
        handshake();
        client(FIN | ACK, 1, 1, 0);
        server(FIN | ACK, 1, 2, 0);
        wait_for(drive.options.time_wait - 1 + late);
        client(ACK, 2, 2, 0);
        assert_int_equal(drive.plain, !late);
    }
    begin(NULL);
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 2, 0);
    wait_for(-SECOND); /* nobody knows when */
    client(ACK, 2, 2, 0);
    assert_left();
}

/* -- Random courses ---------------------------------------------------------------------------- */

enum { COURSES = 20000, SEGMENTS_MAX = 24 };

/* A course that may depart from the plain one at any point, in any way that can be told. */
static struct {
    uint32_t next[2]; /* by side, relative */
    uint32_t acked[2];
    uint32_t clock[2];
    bool timed;
    uint32_t departs; /* so many percent, each time there is a choice */
} course;

static uint32_t or_near(uint32_t number)
{
    static const uint32_t far[] = {1, 2, 100, WINDOW, 70000, UINT32_C(1) << 30, UINT32_C(1) << 31};

    if (!chance(course.departs))
        return number;
    return chance(50) ? number + far[draw(7)] : number - far[draw(7)];
}

static unsigned or_other_flags(unsigned flags)
{
    return chance(course.departs) ? flags ^ 1u << draw(12) : flags;
}

static void draw_rest(unsigned side)
{
    static const uint16_t windows[] = {WINDOW, WINDOW, WINDOW + 1, WINDOW - 1, 0, 65535};

    if (course.timed && !chance(course.departs)) {
        course.clock[side] += chance(course.departs) ? draw(UINT32_C(1) << 31) : draw(5);
        timestamps(or_near(course.clock[side]), course.clock[!side]);
    }
    window(chance(90) ? WINDOW : windows[draw(6)]);
    if (chance(course.departs))
        wait_for(draw(120) * SECOND - 30 * SECOND);
    if (chance(course.departs))
        ip_ecn((ip_ecn_t)draw(4));
    checksum((checksum_status_t)(chance(course.departs) ? draw(4) : CHECKSUM_UNVERIFIED));
    drive.next.has_sack = chance(course.departs);
    drive.next.has_fast_open = chance(course.departs);
    drive.next.has_accurate_ecn = chance(course.departs);
    drive.next.options_cut = chance(course.departs);
    drive.next.payload_known = !chance(course.departs);
}

static void send_next(unsigned side, unsigned flags, uint32_t ack, uint32_t len)
{
    const uint32_t seq = or_near(course.next[side]);

    draw_rest(side);
    send_from(side, or_other_flags(flags), seq, or_near(ack), len);
    course.next[side] += len + !!(flags & (SYN | FIN));
    course.acked[side] = ack;
}

static void send_any(void)
{
    const unsigned side = draw(2);
    const uint32_t len = chance(50) ? draw(chance(course.departs) ? 2 * WINDOW : 400) : 0;
    const unsigned fin = chance(10) ? FIN : 0;
    const uint32_t outstanding = course.next[!side] - course.acked[side];

    send_next(side, ACK | fin | (len && chance(50) ? PSH : 0),
              course.acked[side] + (chance(70) ? outstanding : draw(outstanding + 1)), len);
}

static void begin_course(void)
{
    begin_between((uint16_t)(chance(50) ? 40000 : 80), 443);
    memset(&course, 0, sizeof course);
    drive.isn[CLIENT] = draw(UINT32_MAX);
    drive.isn[SERVER] = draw(UINT32_MAX);
    course.departs = draw(4);
    course.timed = chance(50);
    for (unsigned side = 0; side < 2; side++)
        course.clock[side] = chance(50) ? draw(3) - 1 : draw(UINT32_MAX);
}

/* Whatever the course, drive.h finds nothing to tell of it while it is plain. */
static void random_courses_have_nothing_to_tell(void **state)
{
    unsigned plain = 0;
    unsigned departed = 0;

    (void)state;
    random_state = 88172645463325252;
    for (unsigned i = 0; i < COURSES; i++) {
        begin_course();
        if (chance(50))
            window_scale((uint8_t)draw(15));
        send_next(CLIENT, SYN, 0, 0);
        if (chance(50))
            window_scale((uint8_t)draw(15));
        send_next(SERVER, SYN | ACK, 1, 0);
        send_next(CLIENT, ACK, 1, 0);
        for (unsigned k = draw(SEGMENTS_MAX); k > 0; k--) {
            send_any();
            plain += drive.plain;
        }
        departed += drive.course.left;
    }
    assert_true(plain >= 60000 && plain <= 200000); /* so both occur often */
    assert_true(departed >= 5000 && departed <= 19000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(data_in_order_are_plain),
        TEST(every_order_of_the_close_is_plain),
        TEST(the_half_that_is_open_goes_on),
        TEST(either_side_may_be_the_client),
        TEST(the_third_step_may_carry_more),
        TEST(timestamps_may_stand_still),
        TEST(data_up_to_the_edge_are_plain),
        TEST(the_third_step_may_fill_the_first_window),
        TEST(the_edge_moves_with_the_acks),
        TEST(the_window_shrinks_by_less_than_its_unit),
        TEST(what_is_not_plain_leaves_it),
        TEST(there_is_no_way_back),
        TEST(after_the_last_ack_nothing_is_plain),
        TEST(the_last_ack_is_of_the_fin),
        TEST(the_last_ack_comes_while_there_is_somebody),
        TEST(random_courses_have_nothing_to_tell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
