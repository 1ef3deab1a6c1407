/* test_progress.c
 * Phase, steps and milestones in an unusual order: late or repeated steps, FINs that were inferred,
 * rightly or not, and RSTs during a close or after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Handshake --------------------------------------------------------------------------------- */

static void both_answers_of_a_simultaneous_open_name_the_other_sides_syn(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN);
    assert_int_equal(shown_facts()->acked_frame, 2);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN);
    assert_int_equal(shown_facts()->acked_frame, 1);
    client(ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN_ACK);
    assert_int_equal(shown_facts()->acked_frame, 4);
    place("SYN-RECEIVED / SYN-RECEIVED");
    client(ACK, 1, 1, 0); /* an ACK may replace the SYN-ACK */
    assert_phase("Handshake 3/3");
    assert_int_equal(shown_facts()->acked_kind, SEGMENT_SYN);
    assert_int_equal(shown_facts()->acked_frame, 2);
}

static void only_the_same_ack_repeats_the_third_step(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3 (retransmission)");
    window(2 * WINDOW);
    client(ACK, 1, 1, 0); /* a window update */
    assert_phase("Data transfer");
    client(PSH | ACK, 1, 1, 10);
    client(ACK, 1, 1, 0); /* reordered: too late to answer a SYN-ACK */
    assert_phase("Data transfer");
    client(ACK, 11, 1, 0);
    assert_phase("Data transfer");
    begin(NULL);
    handshake();
    server(PSH | ACK, 1, 1, 10);
    client(ACK, 1, 1, 0); /* shows that these data are missing */
    assert_phase("Data transfer");
    begin(NULL);
    drive.isn[SERVER] = 0; /* an arbitrary ISN */
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0); /* what it acknowledges was not captured */
    assert_phase("Data transfer");
}

static void so_it_is_whichever_side_is_the_client(void **state)
{
    (void)state;
    server(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    server(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3");
    server(ACK, 1, 1, 0);
    assert_phase("Handshake 3/3 (retransmission)");
}

static void data_of_the_server_show_that_all_steps_were_done(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(PSH | ACK, 1, 1, 10); /* steps 2 and 3 were not captured */
    assert_states("ESTABLISHED / ESTABLISHED");
    assert_string_equal(handshake_result_text(drive.summary.handshake), "Completed");
}

static void a_late_third_step_belongs_to_the_close(void **state)
{
    (void)state; /* RFC 7413: the server may close before step 3 arrives */
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    server(FIN | ACK, 1, 101, 0);
    client(ACK, 101, 1, 0);
    assert_phase("Handshake 3/3, Teardown");
    assert_int_equal(drive.shown.phase, PHASE_TEARDOWN);
    client(ACK, 101, 2, 0);
    assert_phase("Teardown 2/4");
}

static void repeated_steps_belong_to_the_handshake(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(SYN | ACK, 0, 1, 0); /* crossed the third step, late */
    assert_phase("Handshake 2/3 (retransmission)");
    assert_int_equal(drive.shown.phase, PHASE_HANDSHAKE);
    client(SYN, 0, 0, 0);
    assert_phase("Handshake 1/3 (retransmission)");
    assert_int_equal(drive.shown.phase, PHASE_HANDSHAKE);
}

/* -- Milestones -------------------------------------------------------------------------------- */

static void only_data_that_count_are_the_first_data(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1 + 3 * WINDOW, 1, 10);
    assert_milestones("");
    client(RST | ACK, 1, 1, 10); /* an explanatory text, RFC 9293 3.5.3 */
    assert_milestones("Reset");
}

static void an_endpoint_shown_alive_is_not_established_again(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10); /* midstream */
    server(ACK, 1, 11, 0);
    client(RST, 11, 0, 0);
    wait_for(SECOND);
    client(PSH | ACK, 11, 1, 10);
    assert_shows("Data transfer", "ESTABLISHED / CLOSED");
    assert_milestones("");
}

static void with_the_syn_ack_alone_the_client_is_established(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_milestones("Open answered, Client established");
}

static void each_lone_rst_is_a_milestone(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    assert_milestones("Reset");
    client(RST, 1, 0, 0);
    assert_milestones("Reset");
}

/* -- Half-closed ------------------------------------------------------------------------------- */

static void with_both_fins_nothing_is_half_closed(void **state)
{
    (void)state;
    place("TIME-WAIT / LAST-ACK");
    assert_false(drive.shown.status.half_closed);
    server(ACK, 2, 2, 0); /* acknowledges the first FIN again */
    assert_phase("Teardown");
    assert_int_equal(drive.shown.teardown_steps, 0);
    place("FIN-WAIT-2 / CLOSE-WAIT");
    assert_true(drive.shown.status.half_closed);
    client(RST, 2, 0, 0);
    assert_false(drive.shown.status.half_closed);
}

static void nothing_is_closed_before_the_second_fin_is_acknowledged(void **state)
{
    (void)state;
    place("TIME-WAIT / LAST-ACK");
    assert_summary("Half-closed", "SF", "ShAFf");
    assert_int_equal(drive.shown.status.phase, PHASE_TEARDOWN);
}

static void a_rst_that_is_not_accepted_closes_nothing(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    server(RST, 101, 0, 0);
    assert_states("ESTABLISHED / CLOSED");
    assert_int_equal(drive.shown.status.phase, PHASE_DATA);
}

static void a_repeated_fin_has_one_repeated_ack(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    assert_phase("Teardown 2/4 (retransmission)");
    server(ACK, 1, 2, 0);
    assert_phase("Teardown (half-closed)");
}

static void a_segment_that_does_not_count_is_no_step(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(ACK, 1 + 3 * WINDOW, 2, 0);
    assert_phase("Teardown");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    client(FIN | ACK, 0u - drive.isn[CLIENT], 1, 0); /* an older FIN, whose raw number is 0 */
    assert_phase("Data transfer");
}

static void an_ack_of_data_in_place_of_a_forged_fin_is_no_step(void **state)
{
    (void)state;
    place("FIN-WAIT-1 / CLOSE-WAIT");
    wait_for(SECOND);
    client_acks(2, 1, 1);
    assert_client("ESTABLISHED");
    client(PSH | ACK, 1, 1, 1);
    server(ACK, 1, 2, 0);
    assert_int_equal(drive.shown.teardown_steps, 0);
}

/* -- FINs that were not captured --------------------------------------------------------------- */

static void open_alone(void)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
}

/* An ACK shows the FIN of the silent side. */
static void infer_fin(void)
{
    open_alone();
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 2, 0);
    assert_phase("Teardown 2/4");
}

static void an_inferred_fin_has_the_time_of_its_ack(void **state)
{
    (void)state;
    infer_fin();
    wait_for(SECOND);
    client(FIN | ACK, 1, 2, 0);
    assert_phase("Teardown 3/4");
    assert_int_equal(shown_facts()->close.half_closed_time, SECOND);
    open_alone();
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client(ACK, 2, 2, 0);
    assert_phase("Teardown 4/4");
    client(RST, 2, 0, 0);
    assert_int_equal(shown_facts()->close.duration, SECOND + TICK); /* since the first FIN */
}

static void an_inferred_fin_precedes_the_fin_that_acknowledges_it(void **state)
{
    (void)state;
    open_alone();
    client(FIN | ACK, 1, 2, 0);
    assert_phase("Teardown 2+3/4");
}

static void the_client_may_be_the_silent_side(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    wait_for(100 * MILLISECOND);
    server(ACK, 1, 2, 0);
    assert_phase("Teardown 2/4");
    assert_int_equal(drive.shown.status.phase, PHASE_TEARDOWN);
}

static void a_wrongly_inferred_fin_is_forgotten(void **state)
{
    (void)state;
    infer_fin();
    client(ACK, 1, 501, 0); /* more data follow */
    client(ACK, 1, 1001, 0);
    assert_phase("Data transfer");
    wait_for(100 * MILLISECOND);
    client(ACK, 1, 1002, 0); /* this is the FIN, and its ACK is a step */
    assert_phase("Teardown 2/4");
    infer_fin();
    client(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 501, 0);
    server(ACK, 501, 2, 0); /* so the client's FIN is the first */
    assert_phase("Teardown 2/4");
    open_alone();
    client(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    client(ACK, 2, 501, 0);
    assert_int_equal(drive.summary.closed_by, WHO_CLIENT);
    server(ACK, 501, 2, 0);
    assert_phase("Teardown 2/4");
    server(FIN | ACK, 501, 2, 0);
    assert_phase("Teardown 3/4");
}

/* -- A RST and the close ----------------------------------------------------------------------- */

static void a_rst_may_end_a_close(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT"); /* a tick after the FIN */
    wait_for(SECOND);
    server(RST | ACK, 1, 2, 0);
    assert_int_equal(shown_facts()->close.duration, SECOND + TICK);
    assert_int_equal(shown_facts()->close.time_wait, 0);
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(RST, 1, 0, 0);
    assert_int_equal(shown_facts()->close.duration, TICK);
}

static void a_rst_without_a_close_or_after_it_ends_none(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.duration, NO_TIME);
    place("TIME-WAIT / CLOSED");
    server(RST, 2, 0, 0);
    assert_milestones("Reset");
    assert_int_equal(shown_facts()->close.duration, NO_TIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_answers_of_a_simultaneous_open_name_the_other_sides_syn),
        TEST(only_the_same_ack_repeats_the_third_step),
        TEST(so_it_is_whichever_side_is_the_client),
        TEST(data_of_the_server_show_that_all_steps_were_done),
        TEST(a_late_third_step_belongs_to_the_close),
        TEST(repeated_steps_belong_to_the_handshake),
        TEST(only_data_that_count_are_the_first_data),
        TEST(an_endpoint_shown_alive_is_not_established_again),
        TEST(with_the_syn_ack_alone_the_client_is_established),
        TEST(each_lone_rst_is_a_milestone),
        TEST(with_both_fins_nothing_is_half_closed),
        TEST(nothing_is_closed_before_the_second_fin_is_acknowledged),
        TEST(a_rst_that_is_not_accepted_closes_nothing),
        TEST(a_repeated_fin_has_one_repeated_ack),
        TEST(a_segment_that_does_not_count_is_no_step),
        TEST(an_ack_of_data_in_place_of_a_forged_fin_is_no_step),
        TEST(an_inferred_fin_has_the_time_of_its_ack),
        TEST(an_inferred_fin_precedes_the_fin_that_acknowledges_it),
        TEST(the_client_may_be_the_silent_side),
        TEST(a_wrongly_inferred_fin_is_forgotten),
        TEST(a_rst_may_end_a_close),
        TEST(a_rst_without_a_close_or_after_it_ends_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
