/* test_summary.c
 * The summary of a connection: each outcome, handshake result, start and capture; who closed and
 * who reset; counters; where one connection ends and the next begins.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

#define assert_outcome(want) assert_string_equal(outcome_text(drive.summary.outcome), want)
#define assert_handshake(want)                                                                     \
    assert_string_equal(handshake_result_text(drive.summary.handshake), want)
#define assert_start(want)   assert_string_equal(start_text(drive.summary.start), want)
#define assert_capture(want) assert_string_equal(capture_text(drive.summary.capture), want)

static const char *who(uint8_t number)
{
    return number ? who_text(number) : "nobody";
}

#define assert_closed_by(want) assert_string_equal(who(drive.summary.closed_by), want)
#define assert_reset(want_by, want_reason)                                                         \
    do {                                                                                           \
        assert_string_equal(who(drive.summary.reset_by), want_by);                                 \
        assert_string_equal(rst_reason_text(drive.summary.reset_reason), want_reason);             \
    } while (0)

static const char *last_states(void)
{
    snprintf(drive.text, sizeof drive.text, "%s / %s",
             tcp_state_text((tcp_state_t)drive.summary.state[ROLE_CLIENT]),
             tcp_state_text((tcp_state_t)drive.summary.state[ROLE_SERVER]));
    return drive.text;
}

#define assert_last_states(want) assert_string_equal(last_states(), want)

/* -- Outcome ----------------------------------------------------------------------------------- */

static void a_syn_without_answer_is_unanswered(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_outcome("Unanswered");
    assert_handshake("Unanswered");
    assert_last_states("SYN-SENT / Unknown");
    assert_start("SYN");
    assert_capture("Both directions");
    assert_closed_by("nobody");
}

static void a_syn_answered_by_rst_is_refused(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0u - drive.isn[SERVER], 1, 0); /* number 0: RFC 9293 3.10.7.1 */
    assert_outcome("Refused");
    assert_handshake("Refused");
    assert_reset("Server", "Port closed");
    assert_last_states("CLOSED / CLOSED");
}

static void a_syn_ack_without_step_3_is_half_open(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_outcome("Half-open");
    assert_handshake("Unfinished");
}

static void a_handshake_without_fin_is_open(void **state)
{
    (void)state;
    handshake();
    assert_outcome("Open");
    assert_handshake("Completed");
    assert_int_equal(drive.summary.rtt, 2 * TICK);
    assert_last_states("ESTABLISHED / ESTABLISHED");
}

static void one_fin_is_half_closed(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_outcome("Half-closed");
    assert_closed_by("Client");
    server(ACK, 1, 2, 0);
    server(ACK, 1, 2, 10);
    assert_outcome("Half-closed");
    assert_last_states("FIN-WAIT-2 / CLOSE-WAIT");
}

/* The server's FIN acknowledges a number that was not captured: the client's own FIN, or data. */
static void the_only_fin_may_answer_one_that_is_missing(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 2, 0);
    assert_closed_by("nobody");
    client(ACK, 2, 2, 0);
    assert_outcome("Half-closed");
    assert_closed_by("nobody");
    assert_int_equal(shown_facts()->close.initiator, 0);
    begin(NULL);
    handshake();
    client(ACK, 2, 2, 0); /* captured before the FIN that it acknowledges */
    server(FIN | ACK, 1, 2, 0);
    assert_closed_by("nobody");
    begin(NULL);
    handshake();
    client(PSH | ACK, 1, 1, 1); /* here the number is a byte's */
    client(ACK, 2, 2, 0);
    server(FIN | ACK, 1, 2, 0);
    assert_closed_by("Server");
}

static void data_behind_the_missing_number_show_that_it_was_no_fin(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    client(ACK, 2, 2, 10);
    assert_closed_by("Server");
    client(FIN | ACK, 12, 2, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_SERVER);
    server(ACK, 2, 13, 0);
    assert_closed_by("Server");
}

static void the_missing_fin_is_captured_late(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 2, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_closed_by("Client");
    client(ACK, 2, 2, 0);
    assert_outcome("Closed");
    assert_closed_by("Client");
}

static void a_connection_is_closed_with_the_last_ack(void **state)
{
    (void)state;
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(FIN | ACK, 1, 2, 0);
    assert_outcome("Half-closed"); /* the client's FIN may not have arrived */
    server(ACK, 2, 2, 0);
    assert_outcome("Closed");
    assert_closed_by("Server");
    assert_last_states("CLOSED / TIME-WAIT");
}

static void crossing_fins_are_closed_by_both(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 2, 0);
    server(ACK, 2, 2, 0);
    assert_outcome("Closed");
    assert_closed_by("Both");
}

static void a_rst_before_the_close_is_reset(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 10);
    client(RST, 2, 0, 0);
    assert_outcome("Reset");
    assert_closed_by("Client");
    assert_reset("Client", "Data after close");
}

static void a_rst_after_the_close_does_not_matter(void **state)
{
    (void)state;
    handshake();
    close_by(CLIENT);
    server(RST, 2, 0, 0);
    assert_outcome("Closed");
}

/* After data of both, a RST beyond the number that its receiver expects: some data before it may
 * not have been captured. */
static void reset_in_window(unsigned by)
{
    begin(NULL);
    handshake();
    exchange_data();
    send_from(!by, PSH | ACK, 1, 1, 10);
    send_from(by, RST, 500, 0, 0);
    assert_outcome("Reset");
    assert_reset(by == CLIENT ? "Client" : "Server", "Abort");
    assert_last_states("CLOSED / CLOSED");
}

static void a_rst_in_the_window_counts_until_its_receiver_goes_on(void **state)
{
    (void)state;
    for (unsigned by = CLIENT; by <= SERVER; by++) {
        reset_in_window(by);
        send_from(!by, ACK, 11, 1, 10);
        assert_outcome("Open");
        assert_reset("nobody", "Unknown");
        reset_in_window(by);
        send_from(!by, FIN | ACK, 11, 1, 0);
        assert_outcome("Half-closed");
    }
}

static void its_receiver_may_have_sent_before_it_came(void **state)
{
    (void)state;
    for (unsigned by = CLIENT; by <= SERVER; by++) {
        reset_in_window(by);
        send_from(!by, PSH | ACK, 1, 1, 10); /* the same again */
        assert_outcome("Reset");
        send_from(!by, ACK, 11, 1, 0);
        assert_outcome("Reset");
        send_from(!by, PSH | ACK, 1 + 3 * WINDOW, 1, 10); /* it cannot have sent that */
        assert_outcome("Reset");
        assert_reset(by == CLIENT ? "Client" : "Server", "Abort");
    }
}

static void a_clock_shows_that_the_receiver_outlived_the_rst(void **state)
{
    (void)state;
    handshake_with_clocks();
    client(PSH | ACK, 1, 1, 100);
    client(RST | ACK, 101, 1, 0);
    assert_outcome("Reset");
    wait_for(SECOND);
    timestamps(6000, 1020);
    server(ACK, 1, 51, 0);
    assert_outcome("Open");
    assert_reset("nobody", "Unknown");
}

static void what_crosses_a_rst_does_not_outlive_it(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_outcome("Reset");
    assert_last_states("CLOSED / LISTEN");
    assert_string_equal(who(drive.summary.reset_by), "Client");
    begin(NULL);
    handshake();
    client(RST | ACK, 1, 1, 0);
    server(PSH | ACK, 1, 1, 100);
    server(SYN | ACK, 5000, 1, 0); /* of the next connection, whose SYN was not captured */
    assert_outcome("Reset");
    assert_string_equal(who(drive.summary.reset_by), "Client");
}

static void a_rst_that_ended_nothing_is_forgotten(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    assert_outcome("Reset");
    wait_for(SECOND);
    client(ACK, 11, 1, 10);
    wait_for(SECOND);
    server(ACK, 1, 21, 5);
    assert_outcome("Open");
    assert_int_equal(drive.summary.reset_by, 0);
    client(ACK, 21, 6, 0); /* and so does the client */
    client(RST | ACK, 21, 6, 0);
    assert_outcome("Reset");
    assert_reset("Client", "Abort");
}

/* One was forged, and no such RST as ends its receiver: that has reset the connection itself. */
static void a_rst_that_ended_nobody_has_not_reset_the_connection(void **state)
{
    (void)state;
    for (unsigned side = 0; side < 2; side++) {
        place("ESTABLISHED / ESTABLISHED");
        send_from(side, PSH | ACK, 1, 1, 100);
        send_from(side, RST | ACK, 50, 1, 0);
        send_from(!side, RST | ACK, 1, 1, 0);
        send_from(side, RST | ACK, 50, 1, 0);
        assert_reset(side == CLIENT ? "Client" : "Server", "Abort");
        wait_for(SECOND);
        send_from(side, PSH | ACK, 101, 1, 100);
        send_from(!side, RST, 1, 0, 0);
        assert_outcome("Reset");
        assert_reset(side == CLIENT ? "Server" : "Client", "Abort");
    }
}

/* The client's RST was forged, not the server's, which nobody had to take. */
static void the_first_rst_counts_where_its_receivers_was_forged(void **state)
{
    (void)state;
    handshake_with_clocks();
    timestamps(5100, 1020);
    server(PSH | ACK, 1, 1, 100);
    server(RST | ACK, 50, 1, 0);
    client(RST | ACK, 1, 1, 0);
    wait_for(SECOND);
    timestamps(3100, 5000);
    client(PSH | ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    assert_outcome("Reset");
    assert_reset("Server", "Abort");
}

/* Whatever its sender, if it was forged in that one's name, is answered from then on. */
static void the_rst_that_ended_its_receiver_has_reset_the_connection(void **state)
{
    (void)state;
    handshake_with_clocks();
    wait_for(SECOND);
    client(RST, 1, 0, 0);
    assert_reset("Client", "Abort");
    wait_for(SECOND);
    timestamps(3100, 5000);
    client(PSH | ACK, 1, 1, 10);
    assert_string_equal(last_states(), "ESTABLISHED / CLOSED");
    assert_outcome("Open"); /* the client does not know yet */
    server(RST, 1, 0, 0);
    assert_outcome("Reset");
    assert_reset("Client", "Abort");
}

static void an_ack_that_crosses_the_rst_opens_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    assert_outcome("Reset");
    assert_string_equal(who(drive.summary.reset_by), "Server");
}

static void a_syn_followed_by_its_senders_rst_is_reset(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_outcome("Reset");
    assert_handshake("Unanswered");
    assert_string_equal(who(drive.summary.reset_by), "Client");
}

/* -- A RST behind a SYN alone ------------------------------------------------------------------ */

static void
a_rst_that_counts_data_resets_a_connection_of_which_only_the_syn_was_captured(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 501, 301, 0);
    assert_outcome("Reset");
    assert_handshake("Completed");
    assert_reset("Server", "Unknown");
    assert_last_states("CLOSED / CLOSED");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(RST | ACK, 301, 501, 0);
    assert_outcome("Reset");
    assert_handshake("Completed");
    assert_reset("Client", "Abort");
}

static void only_a_rst_may_follow_one_that_counts_data(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 501, 301, 0);
    client(RST, 1, 0, 0);
    assert_outcome("Reset");
    assert_reset("Server", "Unknown");
}

/* Its receiver refuses it. */
static void a_rst_behind_the_handshake_is_judged_by_its_number(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    client(RST | ACK, 90000, 1, 0);
    assert_outcome("Open");
}

/* Without ACK bit it may refuse an ACK that was not captured, in SYN-SENT. */
static void a_rst_that_may_answer_an_ack_is_none_of_a_connection(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 301, 0, 0);
    assert_outcome("Unanswered");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 1, 0);
    assert_outcome("Refused");
}

/* It was forged, with any number. */
static void whoever_goes_on_opening_was_not_reset(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(RST | ACK, 501, 301, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    assert_outcome("Half-open");
    assert_handshake("Unfinished");
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_outcome("Open");
    assert_reset("nobody", "Unknown");
}

/* -- Orphans ----------------------------------------------------------------------------------- */

static void lone_segments_are_orphans(void **state)
{
    (void)state;
    static const unsigned flags[] = {RST,       RST | ACK,       0,   SYN | FIN,
                                     FIN | ACK, FIN | PSH | URG, FIN, FIN | RST};

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        begin(NULL);
        client(flags[i], 1, 1, 0);
        assert_outcome("Orphan");
        assert_handshake("Not captured");
        assert_start("Mid-stream");
    }
}

static void probes_that_are_reset_are_orphans(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_outcome("Orphan");
    begin(NULL);
    client(ACK, 1, 1, 0);
    server(RST, 1, 0, 0);
    assert_outcome("Orphan");
    client(ACK, 1, 1, 0);
    assert_outcome("Orphan");
}

static void a_segment_that_is_answered_is_no_orphan(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    server(ACK, 1, 2, 0);
    assert_outcome("Half-closed");
    server(FIN | ACK, 1, 2, 0);
    client(ACK, 2, 2, 0);
    assert_outcome("Closed"); /* midstream, too */
    begin(NULL);
    client(ACK, 1, 1, 0);
    server(ACK, 1, 1, 10);
    server(RST, 11, 0, 0);
    assert_outcome("Reset");
    begin(NULL);
    client(ACK, 1, 1, 10); /* data belong to a connection */
    server(RST, 1, 0, 0);
    assert_outcome("Reset");
}

/* -- Handshake, start and capture -------------------------------------------------------------- */

static void a_wrong_acknowledgment_is_a_bad_ack(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 77, 0);
    assert_handshake("Bad ACK");
    client(RST, 77, 0, 0);
    assert_handshake("Bad ACK");
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_handshake("Completed");
}

static void a_capture_may_start_with_the_syn_ack(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_start("SYN-ACK");
    assert_handshake("Unfinished");
    assert_outcome("Half-open");
    assert_last_states("Unknown / SYN-RECEIVED");
    client(ACK, 1, 1, 0);
    assert_handshake("Completed");
    assert_outcome("Open");
    assert_capture("Both directions");
}

static void a_capture_may_start_midstream(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    assert_start("Mid-stream");
    assert_handshake("Not captured");
    assert_outcome("Open");
    assert_last_states("ESTABLISHED / Unknown");
}

static void acknowledgments_prove_that_the_silent_side_sent(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_capture("Both directions");
    client(ACK, 1, 1, 0);
    assert_capture("Client only");
    assert_outcome("Open");
    server(ACK, 1, 1, 10);
    assert_capture("Both directions");
    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    assert_capture("Server only");
}

static void midstream_only_advancing_acknowledgments_prove_it(void **state)
{
    (void)state;
    server(ACK, 1, 1, 10);
    server(ACK, 11, 1, 10);
    assert_capture("Both directions");
    server(ACK, 21, 101, 10);
    assert_capture("Server only");
    begin(NULL);
    client(ACK, 1, 1, 10);
    client(ACK, 11, 1, 10);
    assert_capture("Both directions");
    client(ACK, 21, 101, 10);
    assert_capture("Client only");
}

/* -- Counters ---------------------------------------------------------------------------------- */

static void ecn_bits_are_counted_without_the_syns(void **state)
{
    (void)state;
    client(SYN | ECE | CWR, 0, 0, 0);
    server(SYN | ACK | ECE, 0, 1, 0);
    client(ACK, 1, 1, 0);
    drive.next.ip_ecn = IP_ECN_CE;
    client(ACK, 1, 1, 10);
    server(ACK | ECE, 1, 11, 0);
    server(ACK | ECE, 1, 11, 0);
    server(ACK | ECE, 1, 11, 0);
    client(ACK | CWR, 11, 1, 10);
    client(ACK | CWR, 21, 1, 10);
    assert_int_equal(drive.summary.ce, 1);
    assert_int_equal(drive.summary.ece, 3);
    assert_int_equal(drive.summary.cwr, 2);
}

static void the_last_ecn_mode_is_the_connections(void **state)
{
    (void)state;
    for (uint8_t mode = ECN_UNKNOWN; mode <= ECN_LOOKS_ACCURATE; mode++) {
        const verdict_t not_steady = {.counts = true};
        observation_t shown;

        begin(NULL);
        handshake();
        shown = drive.shown;
        shown.status.ecn.mode = mode;
        summary_observe(&drive.summary, &drive.connection, &drive.sent, CLIENT, &shown,
                        &not_steady);
        assert_int_equal(drive.summary.ecn, mode);
        assert_non_null(ecn_mode_text(mode));
    }
}

static void the_duration_is_from_the_first_segment_to_the_last(void **state)
{
    (void)state;
    handshake();
    wait_for(5 * SECOND);
    client(ACK, 1, 1, 10);
    assert_int_equal(summary_duration(&drive.summary), 5 * SECOND + 2 * TICK);
    assert_int_equal(drive.summary.first_frame, 1);
}

/* -- One connection after the other ------------------------------------------------------------ */

static void a_new_syn_after_the_end_begins_anew(void **state)
{
    (void)state;
    handshake();
    close_by(SERVER);
    wait_for(90 * SECOND);
    drive.isn[CLIENT] += 100000;
    client(SYN, 0, 0, 0);
    assert_summary("Unanswered", "S0", "S");
    assert_int_equal(drive.summary.first_frame, 8);
    assert_int_equal(summary_duration(&drive.summary), 0);
}

static void a_connection_after_an_orphan_begins_anew(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    handshake();
    assert_summary("Open", "S1", "ShA");
    assert_int_equal(drive.summary.first_frame, 2);
}

static void a_syn_that_is_accepted_later_belongs_to_the_new_connection(void **state)
{
    (void)state;
    handshake();
    drive.isn[CLIENT] += 100000;
    client(SYN, 0, 0, 0); /* may be genuine or forged */
    assert_summary("Open", "S1", "ShAS");
    server(SYN | ACK, 5000, 1, 0); /* the server had lost the old connection */
    assert_summary("Half-open", "S1", "Sh");
    assert_int_equal(drive.summary.first_frame, 4);
    assert_start("SYN");
    assert_int_equal(summary_duration(&drive.summary), TICK);
}

/* -- Seldom seen ------------------------------------------------------------------------------- */

static void of_lone_rsts_the_first_counts(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    server(RST, 1, 0, 0);
    assert_outcome("Orphan");
    assert_string_equal(who(drive.summary.reset_by), "Client");
}

static void a_rst_made_up_for_an_attempt_is_none_of_its_own(void **state)
{
    (void)state; /* the SYN was not captured, and the RST does not acknowledge it */
    server(RST | ACK, 0, 2, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_states("ESTABLISHED / SYN-RECEIVED");
    assert_start("SYN-ACK");
    assert_outcome("Half-open");
    assert_int_equal(drive.summary.first_frame, 1);
    client(SYN, 0, 0, 0); /* captured late */
    assert_start("SYN");
    client(ACK, 1, 1, 0);
    assert_outcome("Open");
    assert_int_equal(drive.summary.first_frame, 1);
}

static void who_spoke_before_such_a_rst_is_known(void **state)
{
    (void)state; /* by a FIN without ACK, which shows no connection */
    client(FIN, 0, 0, 0);
    server(RST | ACK, 0, 2, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(drive.summary.first_frame, 1);
    assert_int_equal(drive.summary.state[ROLE_CLIENT], STATE_ESTABLISHED);
}

/* It answers nothing, since whoever answers without ACK takes the number from one. */
static void a_rst_without_any_number_is_made_up_for_an_attempt(void **state)
{
    (void)state;
    server(RST, 0 - drive.isn[SERVER], 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_start("SYN-ACK");
    assert_outcome("Half-open");
    assert_int_equal(drive.summary.first_frame, 1);
}

static void a_rst_with_far_numbers_belongs_to_another_attempt(void **state)
{
    static const struct {
        uint16_t flags;
        uint32_t ack;
    } rsts[] = {{RST | ACK, 2 + UINT16_MAX}, {RST, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof rsts / sizeof *rsts; i++) {
        begin(NULL);
        server(rsts[i].flags, 0, rsts[i].ack, 0);
        assert_outcome("Orphan");
        server(SYN | ACK, 0, 1, 0);
        assert_outcome("Half-open");
        assert_int_equal(drive.summary.first_frame, 2);
    }
    begin(NULL);
    client(RST | ACK, 2 + UINT16_MAX, 2, 0); /* of the other side */
    server(SYN | ACK, 0, 1, 0);
    assert_int_equal(drive.summary.first_frame, 2);
}

static void one_byte_without_ack_makes_a_fin_more_than_a_probe(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    assert_outcome("Orphan");
    client(PSH, 1, 0, 0); /* shows nothing */
    assert_outcome("Orphan");
    client(PSH, 1, 0, 1);
    assert_outcome("Half-closed");
}

static void a_probe_is_all_that_was_sent(void **state)
{
    (void)state;
    client(FIN | ACK, 1, 1, 0);
    client(ACK, 2, 1, 0);
    assert_outcome("Half-closed");
    begin(NULL);
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 0);
    server(RST, 1, 0, 0); /* two, and thus no lone one */
    assert_outcome("Reset");
    begin(NULL);
    client(ACK, 1, 1, 0);
    server(RST, 500, 0, 0); /* whoever answers the ACK takes its number */
    assert_outcome("Reset");
    begin(NULL);
    client(ACK, 1, 1, 0);
    assert_outcome("Open"); /* so far nobody says that there is no connection */
    server(RST, 1, 0, 0);
    assert_outcome("Orphan");
    client(FIN | ACK, 1, 1, 0);
    assert_outcome("Reset");
}

static void either_end_may_probe(void **state)
{
    (void)state;
    server(FIN | ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_outcome("Orphan");
    begin(NULL);
    server(ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_outcome("Orphan");
}

static void after_a_handshake_nothing_is_a_probe(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_outcome("Reset");
    handshake();
    client(RST, 1, 0, 0);
    assert_outcome("Reset");
}

static void who_closed_is_told_before_anybody_acknowledges_it(void **state)
{
    (void)state;
    for (unsigned side = CLIENT; side <= SERVER; side++) {
        begin(NULL);
        handshake();
        send_from(side, FIN | ACK, 1, 1, 0);
        assert_closed_by(side == CLIENT ? "Client" : "Server");
        begin_between(80, 40000); /* the caller's other side is the client */
        drive.isn[CLIENT] = drive.isn[SERVER] = 1000;
        server(SYN, 0, 0, 0);
        client(SYN | ACK, 0, 1, 0);
        server(ACK, 1, 1, 0);
        send_from(side, FIN | ACK, 1, 1, 0);
        assert_closed_by(side == SERVER ? "Client" : "Server");
    }
}

static void a_damaged_segment_shows_nothing_of_its_sender(void **state)
{
    (void)state;
    checksum(CHECKSUM_GOOD);
    client(ACK, 1, 1, 0);
    checksum(CHECKSUM_BAD);
    client(ACK, 1, 1, 10);
    server(RST, 1, 0, 0);
    assert_outcome("Orphan"); /* still one lone ACK */
}

static void the_anomalies_are_those_of_all_segments(void **state)
{
    (void)state;
    handshake();
    client(PSH | ACK, 1, 1, 0);
    assert_anomalies("psh_no_data");
    client(ACK, 1, 1, 10);
    assert_ordinary();
    server(0, 1, 0, 0);
    assert_anomalies("null_flags");
    assert_true(anomaly_is_raised(&drive.summary.anomalies, ANOMALY_PSH_NO_DATA));
    assert_true(anomaly_is_raised(&drive.summary.anomalies, ANOMALY_NULL_FLAGS));
    assert_int_equal(drive.summary.anomalies.assumed, 0);
    server(ACK, 1, 2000, 0); /* of what was not captured */
    assert_int_not_equal(drive.summary.anomalies.assumed, 0);
}

/* -- What may have changed --------------------------------------------------------------------- */

static void of_steady_segments_only_the_first_of_its_kind_changes_the_summary(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 10);
    client(ACK, 11, 1, 10);
    assert_true(drive.verdict.steady);
    assert_false(drive.concluded);
    server(ACK, 1, 21, 0);
    assert_true(drive.concluded);
    server(ACK, 1, 21, 10);
    assert_true(drive.concluded);
    server(ACK | ECE, 11, 21, 10); /* counted */
    assert_true(drive.verdict.steady);
    assert_false(drive.concluded);
    assert_int_equal(drive.summary.ece, 1);
    client(FIN | ACK, 21, 21, 0);
    assert_true(drive.concluded);
}

static void the_first_segment_of_a_silent_side_changes_the_summary(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    client(ACK, 11, 1, 10);
    assert_last_states("ESTABLISHED / Unknown");
    server(ACK, 1, 21, 0);
    assert_true(drive.concluded);
    assert_last_states("ESTABLISHED / ESTABLISHED");
}

static void steady_segments_with_something_to_count_are_counted(void **state)
{
    (void)state;
    client(SYN | AE | CWR | ECE, 0, 0, 0); /* AccECN */
    server(SYN | ACK | CWR, 0, 1, 0);
    client(ACK | CWR, 1, 1, 0);
    client(ACK | AE | ECE, 1, 1, 10);
    server(ACK | AE | ECE, 1, 11, 10);
    for (uint32_t n = 1; n < 12; n++) {
        client(ACK | AE | ECE, 1 + 10 * n, 11, 10);
        assert_true(drive.verdict.steady);
    }
    drive.next.ip_ecn = IP_ECN_CE;
    client(ACK | AE | ECE, 121, 11, 10);
    assert_true(drive.verdict.steady);
    assert_int_equal(drive.summary.ce, 1);
    assert_int_equal(drive.summary.ece, 14);
    server(ACK | AE | CWR, 11, 131, 10);
    server(ACK | AE | CWR, 21, 131, 10);
    assert_true(drive.verdict.steady);
    assert_int_equal(drive.summary.cwr, 3);
}

static void a_window_that_stays_closed_is_counted_each_time(void **state)
{
    (void)state;
    handshake();
    server(ACK, 1, 1, 10);
    client(ACK, 1, 11, WINDOW);
    for (uint32_t n = 1; n <= 10; n++) {
        window(0);
        server(ACK, 1 + 10 * n, 1 + WINDOW, 10);
        assert_true(drive.verdict.steady);
    }
    assert_string_equal(drive.summary.zeek.history, "ShAdDww");
}

static void a_server_whose_syn_ack_was_not_captured_has_answered(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(ACK, 1, 1, 0);
    assert_string_equal(outcome_text(drive.summary.outcome), "Half-open");
}

static void whoever_opens_anew_after_its_rst_has_reset_the_connection(void **state)
{
    (void)state; /* though the capture lacks the data before it, so that it is not exact */
    handshake();
    client(RST, 11, 0, 0);
    client(SYN, 70000, 0, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_RESET);
    assert_int_equal(drive.summary.reset_by, WHO_CLIENT);
    server(ACK, 1, 1, 0);         /* its challenge ACK */
    client(PSH | ACK, 1, 1, 100); /* another had sent RST and SYN */
    assert_int_equal(drive.summary.outcome, OUTCOME_OPEN);
}

static void whoever_goes_on_has_not_forgotten_the_connection(void **state)
{
    (void)state; /* the ACK of the FIN was not captured, and the RST, forged, seems to answer it */
    handshake();
    server(FIN | ACK, 1, 1, 0);
    client(RST, 1, 0, 0);
    assert_reset("Client", "Half-open connection");
    wait_for(SECOND);
    client(FIN | ACK, 1, 2, 0);
    server(RST, 2, 0, 0);
    assert_outcome("Reset");
    assert_reset("Client", "Unknown");
}

static void of_two_answers_to_a_missing_syn_one_was_made_up(void **state)
{
    (void)state;
    for (unsigned rejected = 0; rejected < 2; rejected++) {
        begin(NULL);
        server(SYN | ACK, 1000, 0u - 4000, 0);
        if (rejected)
            client(RST, 0u - 4000, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        assert_states("ESTABLISHED / SYN-RECEIVED");
        assert_start("SYN-ACK");
        assert_int_equal(drive.summary.first_frame, 1);
        if (!rejected)
            client(RST, 0u - 4000, 0, 0);
        client(ACK, 1, 1, 0);
        assert_states("ESTABLISHED / ESTABLISHED");
        assert_outcome("Open");
        assert_int_equal(drive.summary.first_frame, 1);
    }
}

static void whoever_closes_behind_a_forged_fin_has_closed_first(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    wait_for(SECOND);
    client_acks(2, 1, 1);
    assert_string_equal(last_states(), "ESTABLISHED / CLOSE-WAIT");
    server(FIN | ACK, 1, 1, 0);
    assert_int_equal(shown_facts()->close.initiator, WHO_SERVER);
    client(ACK, 1, 2, 0);
    client(FIN | ACK, 1, 2, 0);
    server(ACK, 2, 2, 0);
    assert_outcome("Closed");
    assert_closed_by("Server");
}

/* The server's FIN lies behind data that nobody has sent. */
static void cross_forged_fin(void)
{
    handshake();
    server(FIN | ACK, 51, 1, 0);
    client(FIN | ACK, 1, 1, 0);
    assert_closed_by("Both");
}

static void a_fin_that_shows_to_be_forged_later_has_not_closed_first(void **state)
{
    (void)state;
    cross_forged_fin();
    wait_for(SECOND);
    for (unsigned i = 0; i < 2; i++) {
        identification((uint16_t)(i + 1));
        server(ACK, 1, 2, 0);
    }
    assert_closed_by("Client");
}

static void where_a_fin_has_moved_nobody_knows_which_one_crossed_the_other(void **state)
{
    (void)state;
    cross_forged_fin();
    server(FIN | ACK, 1, 2, 0);
    assert_phase("Teardown 1+4/4"); /* no retransmission: it is another FIN */
    client(ACK, 2, 2, 0);
    assert_outcome("Closed");
    assert_closed_by("nobody");
}

/* The FIN that has moved was forged, too. */
static void whoever_sends_on_has_not_closed_first_wherever_its_fin_has_moved(void **state)
{
    (void)state;
    cross_forged_fin();
    server(FIN | ACK, 1, 2, 0);
    assert_closed_by("nobody");
    wait_for(SECOND);
    for (unsigned i = 0; i < 2; i++) {
        identification((uint16_t)(i + 1));
        server(PSH | ACK, 1 + 100 * i, 2, 100);
    }
    assert_closed_by("Client");
}

/* The first SYN was not captured. */
static void a_rejected_syn_ack_belongs_to_the_attempt_that_goes_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        const uint32_t ack = i == 0 ? 5001 : 5001 + UINT16_MAX;

        begin(NULL);
        server(SYN | ACK, 7000, ack, 0);
        client(RST, ack, 0, 0);
        assert_outcome("Reset");
        wait_for(SECOND);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        assert_outcome("Open");
        assert_int_equal(drive.summary.first_frame, i == 0 ? 1 : 3);
    }
}

static void the_copy_of_a_syn_that_was_not_captured_is_of_the_same_attempt(void **state)
{
    (void)state;
    for (uint32_t ack = 0; ack < 3; ack++) {
        begin(NULL);
        server(RST | ACK, 7000, ack, 0);
        wait_for(SECOND);
        client(SYN, 0, 0, 0);
        server(SYN | ACK, 0, 1, 0);
        client(ACK, 1, 1, 0);
        assert_outcome("Open");
        assert_int_equal(drive.summary.first_frame, ack < 2 ? 1 : 2);
    }
}

/* The client, which was refused, rejects a SYN-ACK that comes all the same. */
static void a_syn_ack_behind_a_refusal_may_find_nobody(void **state)
{
    (void)state;
    for (unsigned captured = 0; captured < 3; captured++) {
        begin(NULL);
        if (captured == 1)
            client(SYN, 0, 0, 0);
        server(RST | ACK, 7000, 1, 0);
        server(SYN | ACK, 0, 1, 0);
        if (captured == 1)
            assert_outcome("Refused");
        if (captured == 2)
            client(SYN, 0, 0, 0);
        client(RST, 1, 0, 0);
        assert_outcome("Refused");
        assert_reset("Server", "Port closed");
        assert_int_equal(drive.summary.first_frame, 1);
    }
    begin(NULL);
    server(RST | ACK, 7000, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    assert_outcome("Open");
    client(RST | ACK, 1, 1, 0);
    assert_reset("Client", "Abort");
    begin(NULL); /* that one acknowledges something else */
    server(RST | ACK, 7000, 5001, 0);
    server(SYN | ACK, 0, 1, 0);
    client(RST, 1, 0, 0);
    assert_reset("Client", "Unexpected SYN-ACK");
    begin(NULL); /* the client has tried again */
    client(SYN, 0, 0, 0);
    server(RST | ACK, 7000, 1, 0);
    wait_for(SECOND);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_outcome("Half-open");
}

static void a_rst_before_the_syn_ack_that_it_rejects(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    assert_reset("Client", "Unknown"); /* nobody resets what is not open: it answers something */
    server(SYN | ACK, 0, 1, 0);
    assert_reset("Client", "Unexpected SYN-ACK");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(RST | ACK, 1, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_reset("Client", "Abort");
}

static void whoever_resets_before_its_third_step_has_not_taken_it(void **state)
{
    (void)state; /* all that the client has sent was captured late */
    server(SYN | ACK, 0, 1, 0);
    server(RST, 1, 0, 0);
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_UNFINISHED);
    begin(NULL);
    server(SYN | ACK, 0, 1, 0);
    server(RST, 1, 0, 0);
    client(SYN, 0, 0, 0);
    client(ACK, 1, 1, 0);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
}

static void a_rst_behind_the_one_that_rejects_the_syn_ack_may_have_refused_the_syn(void **state)
{
    (void)state; /* all that the server has sent was captured late */
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    server(RST | ACK, 77777, 1, 0);
    assert_reset("Server", "Port closed");
    server(SYN | ACK, 0, 1, 0);
    assert_reset("Server", "Port closed");
    assert_int_equal(drive.summary.outcome, OUTCOME_REFUSED);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_REFUSED);
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    server(RST | ACK, 1, 1, 0); /* not before its SYN-ACK */
    assert_reset("Client", "Unexpected SYN-ACK");
}

static void unless_it_answers_an_ack(void **state)
{
    (void)state; /* some stacks set ACK on that, too */
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    client(ACK, 1, 77777, 0);
    server(RST | ACK, 77777, 1, 0);
    assert_reset("Client", "Unknown");
}

/* The outcome where the server has sent nothing but its SYN-ACK and a RST. */
static outcome_t outcome_behind_syn_ack(unsigned by, unsigned flags, uint32_t seq, uint32_t ack)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    send_from(by, flags, seq, ack, 0);
    return drive.summary.outcome;
}

static void a_rst_beyond_the_syn_ack_is_presumed_to_count(void **state)
{
    (void)state;
    assert_int_equal(outcome_behind_syn_ack(SERVER, RST, 5001, 0), OUTCOME_RESET);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_UNFINISHED);
    assert_last_states("CLOSED / CLOSED");
    assert_int_equal(outcome_behind_syn_ack(SERVER, RST | ACK, 5001, 101), OUTCOME_RESET);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
    assert_int_equal(outcome_behind_syn_ack(CLIENT, RST | ACK, 101, 5001), OUTCOME_RESET);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_COMPLETED);
    assert_int_equal(outcome_behind_syn_ack(CLIENT, RST | ACK, 1, 5001), OUTCOME_RESET);
    assert_int_equal(drive.summary.handshake, HANDSHAKE_UNFINISHED);
    begin(NULL); /* an ACK that it rejects was captured */
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 7001, 0);
    server(RST, 5001, 0, 0);
    assert_int_equal(drive.summary.outcome, OUTCOME_HALF_OPEN);
}

static void what_comes_behind_such_a_rst_refutes_it(void **state)
{
    (void)state;
    outcome_behind_syn_ack(SERVER, RST, 5001, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_outcome("Half-open");
    assert_reset("nobody", "Unknown");
}

/* The client has rejected a SYN-ACK that is missing; then this comes from the server. */
static void answer_behind_rejection(unsigned flags, uint32_t seq, uint32_t ack)
{
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(RST, 1, 0, 0);
    server(flags, seq, ack, 0);
}

static void only_a_syn_ack_of_that_number_is_what_the_rst_rejects(void **state)
{
    (void)state;
    answer_behind_rejection(SYN | ACK, 0, 1);
    assert_reset("Client", "Unexpected SYN-ACK");
    answer_behind_rejection(ACK, 1, 1);
    assert_reset("Client", "Unknown");
    answer_behind_rejection(RST | ACK, 0, 77);
    assert_reset("Client", "Unknown");
    answer_behind_rejection(RST, 0, 0);
    assert_reset("Client", "Unknown");
    answer_behind_rejection(SYN | ACK, 0, 1);
    server(RST | ACK, 9, 1, 0); /* it has answered before */
    assert_reset("Client", "Unexpected SYN-ACK");
    begin(NULL);
    client(SYN, 0, 0, 0);
    client(SYN | ACK, 0, 1, 0);
    client(RST, 1, 0, 0);
    server(RST | ACK, 9, 1, 0);
    assert_int_not_equal(drive.summary.outcome, OUTCOME_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_syn_without_answer_is_unanswered),
        TEST(a_syn_answered_by_rst_is_refused),
        TEST(a_syn_ack_without_step_3_is_half_open),
        TEST(a_handshake_without_fin_is_open),
        TEST(one_fin_is_half_closed),
        TEST(a_connection_is_closed_with_the_last_ack),
        TEST(crossing_fins_are_closed_by_both),
        TEST(the_only_fin_may_answer_one_that_is_missing),
        TEST(data_behind_the_missing_number_show_that_it_was_no_fin),
        TEST(the_missing_fin_is_captured_late),
        TEST(a_rst_before_the_close_is_reset),
        TEST(a_rst_after_the_close_does_not_matter),
        TEST(a_rst_in_the_window_counts_until_its_receiver_goes_on),
        TEST(its_receiver_may_have_sent_before_it_came),
        TEST(a_clock_shows_that_the_receiver_outlived_the_rst),
        TEST(a_rst_that_ended_nobody_has_not_reset_the_connection),
        TEST(the_first_rst_counts_where_its_receivers_was_forged),
        TEST(what_crosses_a_rst_does_not_outlive_it),
        TEST(a_rst_that_ended_nothing_is_forgotten),
        TEST(the_rst_that_ended_its_receiver_has_reset_the_connection),
        TEST(an_ack_that_crosses_the_rst_opens_nothing),
        TEST(a_syn_followed_by_its_senders_rst_is_reset),
        TEST(a_rst_that_counts_data_resets_a_connection_of_which_only_the_syn_was_captured),
        TEST(only_a_rst_may_follow_one_that_counts_data),
        TEST(a_rst_behind_the_handshake_is_judged_by_its_number),
        TEST(a_rst_that_may_answer_an_ack_is_none_of_a_connection),
        TEST(whoever_goes_on_opening_was_not_reset),
        TEST(lone_segments_are_orphans),
        TEST(probes_that_are_reset_are_orphans),
        TEST(a_segment_that_is_answered_is_no_orphan),
        TEST(a_wrong_acknowledgment_is_a_bad_ack),
        TEST(a_capture_may_start_with_the_syn_ack),
        TEST(a_capture_may_start_midstream),
        TEST(acknowledgments_prove_that_the_silent_side_sent),
        TEST(midstream_only_advancing_acknowledgments_prove_it),
        TEST(ecn_bits_are_counted_without_the_syns),
        TEST(the_last_ecn_mode_is_the_connections),
        TEST(the_duration_is_from_the_first_segment_to_the_last),
        TEST(a_new_syn_after_the_end_begins_anew),
        TEST(a_connection_after_an_orphan_begins_anew),
        TEST(a_syn_that_is_accepted_later_belongs_to_the_new_connection),
        TEST(of_lone_rsts_the_first_counts),
        TEST(a_rst_made_up_for_an_attempt_is_none_of_its_own),
        TEST(who_spoke_before_such_a_rst_is_known),
        TEST(a_rst_without_any_number_is_made_up_for_an_attempt),
        TEST(a_rst_with_far_numbers_belongs_to_another_attempt),
        TEST(one_byte_without_ack_makes_a_fin_more_than_a_probe),
        TEST(a_probe_is_all_that_was_sent),
        TEST(either_end_may_probe),
        TEST(after_a_handshake_nothing_is_a_probe),
        TEST(who_closed_is_told_before_anybody_acknowledges_it),
        TEST(a_damaged_segment_shows_nothing_of_its_sender),
        TEST(the_anomalies_are_those_of_all_segments),
        TEST(of_steady_segments_only_the_first_of_its_kind_changes_the_summary),
        TEST(the_first_segment_of_a_silent_side_changes_the_summary),
        TEST(steady_segments_with_something_to_count_are_counted),
        TEST(a_window_that_stays_closed_is_counted_each_time),
        TEST(a_server_whose_syn_ack_was_not_captured_has_answered),
        TEST(whoever_opens_anew_after_its_rst_has_reset_the_connection),
        TEST(whoever_goes_on_has_not_forgotten_the_connection),
        TEST(of_two_answers_to_a_missing_syn_one_was_made_up),
        TEST(whoever_closes_behind_a_forged_fin_has_closed_first),
        TEST(a_fin_that_shows_to_be_forged_later_has_not_closed_first),
        TEST(where_a_fin_has_moved_nobody_knows_which_one_crossed_the_other),
        TEST(whoever_sends_on_has_not_closed_first_wherever_its_fin_has_moved),
        TEST(a_rejected_syn_ack_belongs_to_the_attempt_that_goes_on),
        TEST(the_copy_of_a_syn_that_was_not_captured_is_of_the_same_attempt),
        TEST(a_syn_ack_behind_a_refusal_may_find_nobody),
        TEST(a_rst_before_the_syn_ack_that_it_rejects),
        TEST(whoever_resets_before_its_third_step_has_not_taken_it),
        TEST(a_rst_behind_the_one_that_rejects_the_syn_ack_may_have_refused_the_syn),
        TEST(unless_it_answers_an_ack),
        TEST(a_rst_beyond_the_syn_ack_is_presumed_to_count),
        TEST(what_comes_behind_such_a_rst_refutes_it),
        TEST(only_a_syn_ack_of_that_number_is_what_the_rst_rejects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
