/* test_acks.c
 * Which acknowledgment numbers an end may have sent, and which of them its receiver takes (RFC
 * 9293 3.10.7.4, fifth check; RFC 5961 5); and connections that go on beyond what was captured.
 *
 * What a segment that is not believed says does not count: a RST shows what its receiver expects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

#define assert_expects(side, number)                                                               \
    do {                                                                                           \
        send_from(!(side), RST, number, 0, 0);                                                     \
        assert_int_equal(shown_facts()->rst.validity, RST_EXACT);                                  \
    } while (0)

/* -- Which ones -------------------------------------------------------------------------------- */

static void a_wrong_third_step_says_nothing_of_its_data(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 5000, 10);
    assert_expects(SERVER, 1);
}

static void an_old_segment_acknowledges_nothing_beyond_what_was_sent(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(ACK, 1, 500, 50); /* a copy would have the number that it had */
    assert_expects(CLIENT, 1);
}

static void what_is_not_taken_for_its_ack_is_not_sent_either(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1 + WINDOW + 1, 0);
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_unmoved();
}

static void before_its_first_ack_no_ack_of_an_end_is_too_old(void **state)
{
    (void)state; /* whatever numbers the other one has */
    drive.isn[SERVER] = UINT32_C(0x90000000);
    handshake();
    assert_states("ESTABLISHED / ESTABLISHED");
}

static void of_an_end_that_opens_no_window_no_ack_is_too_old(void **state)
{
    (void)state;
    window(0);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    window(0);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    window(0);
    client(ACK, 1, 2, 0);
    window(0);
    client(FIN | ACK, 1, 1, 0); /* sent before that */
    assert_client("CLOSING");
}

static void of_segments_without_ack_nothing_counts(void **state)
{
    (void)state;
    handshake();
    client(PSH, 1, 0, 10);
    assert_milestones("");
    server(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 10);
    assert_milestones("First data");
}

/* -- Answered by a challenge ACK -----------------------------------------------------------------
 */

/* Whether the server answers the client's last segment by a challenge ACK, should it send one. */
static bool is_challenged(void)
{
    const uint32_t frame = drive.frame;

    server(ACK, 1, 1, 0);
    return shown_facts()->challenge_ack == frame;
}

static void an_unacceptable_ack_is_challenged_in_the_window_only(void **state)
{
    (void)state; /* RFC 9293 3.10.7.4: the first check comes first */
    handshake();
    client(ACK, 1, 50000, 10);
    assert_true(is_challenged());
    client(ACK, 101, 50000, 10); /* ahead */
    assert_true(is_challenged());
    client(ACK, 1 + 3 * WINDOW, 50000, 10);
    assert_false(is_challenged());
    client(ACK, (uint32_t)-500, 50000, 10);
    assert_false(is_challenged());
}

static void what_paws_drops_is_not_challenged_for_its_ack(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    timestamps(900, 5000);
    client(ACK, 1, 50000, 10);
    assert_false(is_challenged());
}

/* -- Beyond what was captured --------------------------------------------------------------------
 */

enum { FAR = 50 * WINDOW };

/* The server was seen far beyond the client's window: 100 bytes from FAR on. */
static void leave_gap(void)
{
    begin(NULL);
    handshake();
    wait_for(10 * SECOND);
    server(ACK, FAR, 1, 100);
}

/* The capture goes on there: a FIN there is taken for the server's. */
static bool goes_on_there(void)
{
    server(FIN | ACK, FAR + 100, 1, 0);
    return drive.shown.status.state[ROLE_SERVER] == STATE_FIN_WAIT_1;
}

static void a_connection_goes_on_where_both_ends_say_so(void **state)
{
    static const uint32_t acks[] = {FAR, FAR + 50, FAR + 100};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        leave_gap();
        client(ACK, 1, acks[i], 0);
        assert_true(goes_on_there());
    }
    leave_gap();
    client(ACK, 1, FAR - 1, 0);
    assert_false(goes_on_there());
    leave_gap();
    client(ACK, 1, FAR + 101, 0);
    assert_false(goes_on_there());
}

static void and_not_where_the_one_was_seen_elsewhere_since(void **state)
{
    (void)state;
    leave_gap();
    server(ACK, 1, 1, 10); /* the other one was forged */
    client(ACK, 1, FAR + 100, 0);
    assert_false(goes_on_there());
    begin(NULL);
    handshake();
    server(ACK, 1, 1, 100);
    client(ACK, 1, 101, 0);
    wait_for(10 * SECOND);
    server(ACK, FAR, 1, 100);
    server(ACK, 1, 1, 50); /* a late copy says nothing of that */
    client(ACK, 1, FAR + 100, 0);
    assert_true(goes_on_there());
}

static void an_old_timestamp_is_no_way_there(void **state)
{
    (void)state;
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
    wait_for(10 * SECOND);
    timestamps(4000, 1000);
    server(ACK, FAR, 1, 100);
    client(ACK, 1, FAR + 100, 0);
    assert_false(goes_on_there());
}

/* -- What nobody is there to take ----------------------------------------------------------------
 */

static void a_fin_does_not_arrive_at_an_end_that_is_gone(void **state)
{
    (void)state;
    handshake();
    client(RST, 1, 0, 0); /* forged, as both show one after the other */
    wait_for(SECOND);
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-1 / CLOSED");
    wait_for(SECOND);
    server(ACK, 1, 2, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
}

static void data_of_an_old_connection_do_not_arrive_in_syn_sent(void **state)
{
    (void)state; /* RFC 9293 3.5.1, figure 9 */
    client(SYN, 0, 0, 0);
    server(PSH | ACK, 300, (uint32_t)-4000, 10);
    client(RST, (uint32_t)-4000, 0, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    assert_states("CLOSE-WAIT / FIN-WAIT-1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_wrong_third_step_says_nothing_of_its_data),
        TEST(an_old_segment_acknowledges_nothing_beyond_what_was_sent),
        TEST(what_is_not_taken_for_its_ack_is_not_sent_either),
        TEST(before_its_first_ack_no_ack_of_an_end_is_too_old),
        TEST(of_an_end_that_opens_no_window_no_ack_is_too_old),
        TEST(of_segments_without_ack_nothing_counts),
        TEST(an_unacceptable_ack_is_challenged_in_the_window_only),
        TEST(what_paws_drops_is_not_challenged_for_its_ack),
        TEST(a_connection_goes_on_where_both_ends_say_so),
        TEST(and_not_where_the_one_was_seen_elsewhere_since),
        TEST(an_old_timestamp_is_no_way_there),
        TEST(a_fin_does_not_arrive_at_an_end_that_is_gone),
        TEST(data_of_an_old_connection_do_not_arrive_in_syn_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
