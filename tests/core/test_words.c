/* test_words.c
 * The sentences on flags and moves. They are what people read: each is tested word for word.
 *
 * The client's number 0 is 4294967294 in the raw, the server's 4294967196.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "words.h"

/* -- SYN --------------------------------------------------------------------------------------- */

static void syn_asks_and_syn_ack_answers(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_means(SYN, "SYN: the client asks to open a connection; its initial sequence number is "
                      "4294967294 (shown as 0).");
    server(SYN | ACK, 0, 1, 0);
    assert_means(SYN,
                 "SYN: the server answers the request to open; its own initial sequence number "
                 "is 4294967196 (shown as 0).");
}

static void a_syn_that_comes_again_names_the_first_one(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_means(SYN, "SYN: sent again (first in frame 1), since the client had got no SYN-ACK.");
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    client(SYN, 0, 0, 0);
    assert_means(SYN, "SYN: sent again (first in frame 1), since the client had got no SYN-ACK.");
    server(SYN | ACK, 0, 1, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_means(SYN,
                 "SYN: sent again (first in frame 6), since the server had taken no ACK of it.");
    drive.next.perhaps_copy = true;
    server(SYN | ACK, 0, 1, 0);
    assert_means(SYN, "SYN: that of frame 6 again, whether sent or captured once more.");
}

static void another_syn_ack_is_no_repetition(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    server(SYN | ACK, 5000, 1, 0);
    assert_means(SYN, "SYN: with ACK it answers a SYN, but here it does not count.");
}

static void a_syn_on_a_live_connection_is_challenged(void **state)
{
    static const char *const asks =
        "SYN: the client asks to open a connection; its initial sequence number is 69998.";

    (void)state;
    handshake();
    wait_for(SECOND);
    client(SYN, 70000, 0, 0);
    assert_means(SYN,
                 "SYN: the client asks to open, though a connection is there; RFC 5961 has that "
                 "answered with a challenge ACK.");
    server(ACK, 1, 1, 0);
    assert_means(ACK, "ACK: acknowledges nothing new, but answers frame 4 by saying that 1 (raw "
                      "4294967295) is expected next (a challenge ACK).");
    client(SYN, 0, 0, 0); /* a retransmission */
    assert_means(SYN, "SYN: sent again (first in frame 1), since the client had got no SYN-ACK.");
    place("ESTABLISHED / SYN-RECEIVED");
    client(SYN, 70000, 0, 0);
    assert_means(SYN, asks);
    place("SYN-RECEIVED / ESTABLISHED");
    client(SYN, 70000, 0, 0);
    assert_means(SYN, asks);
}

static void a_syn_ack_that_does_not_count_answers_nothing(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 500, 0);
    assert_means(SYN, "SYN: with ACK it answers a SYN, but here it does not count.");
    assert_means(ACK,
                 "ACK: the acknowledgment number 500 (raw 498) does not fit; 1 (raw 4294967295) "
                 "was to be expected.");
}

static void flags_that_exclude_each_other_mean_nothing(void **state)
{
    (void)state;
    client(SYN | FIN, 1, 1, 0);
    assert_means(SYN, "SYN: does not go with FIN; scanners send both.");
    assert_means(FIN, "FIN: does not go with SYN, since nothing is open yet.");
    client(SYN | RST, 1, 1, 0);
    assert_means(SYN, "SYN: means nothing beside RST.");
    handshake();
    client(FIN | RST | ACK | ECE, 1, 1, 0);
    assert_means(FIN, "FIN: means nothing beside RST, which leaves nothing open.");
    assert_means(ECE, "ECE: no meaning on such a segment.");
}

/* -- ACK --------------------------------------------------------------------------------------- */

static void ack_names_the_number_and_the_frame(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    assert_means(ACK, "ACK: acknowledges the SYN in frame 1; 1 (raw 4294967295) is expected next.");
    client(ACK, 1, 1, 0);
    assert_means(ACK,
                 "ACK: acknowledges the SYN-ACK in frame 2; 1 (raw 4294967197) is expected next.");
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_means(ACK, "ACK: acknowledges everything from the client before 101 (raw 99), which is "
                      "expected next.");
    window(WINDOW + 1);
    server(ACK, 1, 101, 0);
    assert_means(ACK,
                 "ACK: acknowledges nothing new; 101 (raw 99) is still expected next, and only "
                 "the window has changed.");
    client(FIN | ACK, 101, 1, 0);
    server(ACK, 1, 102, 0);
    assert_means(ACK, "ACK: acknowledges everything from the client before 102 (raw 100), with it "
                      "the FIN in frame 7.");
}

static void ack_of_data_on_the_syn_has_another_number(void **state)
{
    (void)state;
    fast_open();
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    assert_means(ACK,
                 "ACK: acknowledges everything from the client before 101 (raw 99), with it the "
                 "SYN in frame 1.");
}

static void ack_of_what_was_not_captured_says_so(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 301, 0);
    assert_means(ACK, "ACK: acknowledges everything from the client before 301 (raw 299), of which "
                      "not all was captured.");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    server(ACK, 1, 90001, 0);
    assert_means(ACK,
                 "ACK: acknowledges everything from the client before 90001 (raw 89999), though "
                 "so much was never sent.");
}

static void ack_on_a_rst_names_what_that_answers(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    assert_means(ACK, "ACK: by its number this RST names frame 1, which it answers.");
    handshake();
    server(RST | ACK, 1, 1, 0);
    assert_means(ACK, "ACK: set as on every segment of a connection; this RST answers nothing.");
    begin(NULL);
    server(RST | ACK, 1, 1, 0);
    assert_means(ACK,
                 "ACK: might name a segment that this RST answers; none was captured that fits.");
}

static void ack_from_time_wait_is_of_the_connection_before(void **state)
{
    (void)state;
    place("TIME-WAIT / CLOSED");
    server(SYN, 5, 0, 0); /* a new connection, which the other end may refuse */
    client(ACK, 2, 2, 0);
    assert_means(ACK,
                 "ACK: of the connection before, in which the server is in TIME-WAIT and expects "
                 "raw 4294967198 next; it does not acknowledge the SYN.");
}

/* -- Numbers ----------------------------------------------------------------------------------- */

static void raw_numbers_stand_alone_where_the_user_wants_them(void **state)
{
    (void)state;
    raw_numbers = true;
    client(SYN, 0, 0, 0);
    assert_means(SYN, "SYN: the client asks to open a connection; its initial sequence number is "
                      "4294967294.");
    server(SYN | ACK, 0, 1, 0);
    assert_means(ACK, "ACK: acknowledges the SYN in frame 1; 4294967295 is expected next.");
    client(ACK, 1, 1, 0);
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    assert_means(ACK,
                 "ACK: acknowledges everything from the client before 99, which is expected next.");
    raw_numbers = false;
}

static void where_no_syn_was_captured_the_first_number_is_1(void **state)
{
    (void)state;
    client(ACK, 7001, 9001, 10);
    assert_means(ACK, "ACK: acknowledges everything from the server before 1 (raw 8901), which is "
                      "expected next.");
    server(ACK, 9001, 7011, 10);
    assert_means(ACK, "ACK: acknowledges everything from the client before 11 (raw 7009), which is "
                      "expected next.");
    client(ACK, 7011, 9011, 0);
    assert_means(ACK, "ACK: acknowledges everything from the server before 11 (raw 8911), which is "
                      "expected next.");
    server(ACK, 9011, 6001, 0); /* older than the capture */
    assert_means(ACK, "ACK: acknowledges everything from the client before raw 5999, which is "
                      "expected next.");
}

static void the_syn_ack_alone_tells_both_first_numbers(void **state)
{
    (void)state;
    server(SYN | ACK, 0, 1, 0);
    assert_means(SYN,
                 "SYN: the server answers the request to open; its own initial sequence number "
                 "is 4294967196 (shown as 0).");
    client(ACK, 1, 1, 0);
    client(ACK, 1, 1, 10);
    server(ACK, 1, 11, 0);
    assert_means(ACK, "ACK: acknowledges everything from the client before 11 (raw 9), which is "
                      "expected next.");
}

static void what_nobody_may_have_sent_is_no_first_number(void **state)
{
    (void)state;
    server(RST | ACK, 4000, 4000, 0);
    client(ACK, 1, 101, 10);
    assert_means(ACK, "ACK: acknowledges everything from the server before 1 (raw 1), which is "
                      "expected next.");
}

static void numbers_begin_anew_with_each_connection(void **state)
{
    (void)state;
    handshake();
    close_by(CLIENT);
    wait_for(61 * SECOND);
    client(SYN, 500000, 0, 0);
    server(SYN | ACK, 700000, 500001, 0);
    assert_means(ACK, "ACK: acknowledges the SYN in frame 8; 1 (raw 499999) is expected next.");
    client(ACK, 500001, 700001, 0);
    assert_means(ACK, "ACK: acknowledges the SYN-ACK in frame 9; 1 (raw 699901) is expected next.");
}

/* -- FIN --------------------------------------------------------------------------------------- */

static void fin_closes_one_direction_then_the_other(void **state)
{
    (void)state;
    handshake();
    client(FIN, 1, 0, 0);
    assert_means(FIN, "FIN: closes nothing without ACK; scanners send it so.");
    client(FIN | ACK, 1, 1, 0);
    assert_means(FIN,
                 "FIN: the client has sent all its data and closes its direction; the server may "
                 "go on sending.");
    client(FIN | ACK, 1, 1, 0);
    assert_means(FIN, "FIN: sent again (first in frame 5), since the client had got no ACK of it.");
    client(FIN | ACK, 1, 1, 0);
    assert_means(FIN, "FIN: sent again (first in frame 5), since the client had got no ACK of it.");
    server(FIN | ACK, 1, 2, 0);
    assert_means(FIN,
                 "FIN: the server, too, has sent all its data, and closes the other direction.");
    drive.next.perhaps_copy = true;
    server(FIN | ACK, 1, 2, 0);
    assert_means(FIN, "FIN: that of frame 8 again, whether sent or captured once more.");
}

static void a_fin_that_was_inferred_is_no_repetition(void **state)
{
    (void)state;
    handshake();
    client(ACK, 1, 1, 100);
    server(ACK, 1, 101, 0);
    server(FIN | ACK, 1, 101, 0);
    server(ACK, 2, 102, 0); /* of a FIN that is captured late */
    client(FIN | ACK, 101, 2, 0);
    assert_null(strstr(meaning(FIN), "again"));
}

static void a_fin_outside_the_window_closes_nothing(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(FIN | ACK, 50000, 1, 0);
    assert_means(FIN, "FIN: would close the direction of the client, but does not count here.");
}

/* -- RST --------------------------------------------------------------------------------------- */

static void rst_refuses_a_port(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    assert_means(RST,
                 "RST: the server refuses the connection, as a rule because nothing listens on "
                 "that port; the RST closes the client at once, and is not acknowledged.");
}

static void rst_aborts_the_connection(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    assert_means(RST,
                 "RST: the client aborts the connection; the RST closes the server at once, and "
                 "is not acknowledged.");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    server(RST | ACK, 1, 101, 0);
    assert_means(RST,
                 "RST: the server aborts the connection, though data of the client are unread or "
                 "still under way; the RST closes the client at once, and is not acknowledged.");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    wait_for(SECOND);
    client(ACK, 1, 1, 100);
    wait_for(SECOND);
    client(ACK, 1, 1, 100);
    wait_for(SECOND);
    client(RST | ACK, 101, 1, 0);
    assert_means(RST,
                 "RST: the client gives up, since the server has not answered what it sent again; "
                 "the RST closes the server at once, and is not acknowledged.");
}

static void rst_answers_what_nobody_wants(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(RST, 1, 0, 0);
    assert_means(RST,
                 "RST: the client rejects the SYN-ACK in frame 2, for which it has no use; the "
                 "server goes back to LISTEN, and the RST is not acknowledged.");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    server(RST, 1, 0, 0);
    assert_means(RST,
                 "RST: the server knows of no connection that frame 4 belongs to; the RST closes "
                 "the client at once, and is not acknowledged.");
    place("FIN-WAIT-2 / CLOSE-WAIT");
    server(ACK, 1, 2, 100);
    client(RST, 2, 0, 0);
    assert_means(RST,
                 "RST: the client has closed already and takes nothing more, so it rejects frame "
                 "6; the RST closes the server at once, and is not acknowledged.");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 500, 0);
    client(RST, 500, 0, 0);
    assert_means(RST,
                 "RST: the client rejects the acknowledgment number of frame 2; the server goes "
                 "back to LISTEN, and the RST is not acknowledged.");
}

static void rst_has_no_effect_on_whoever_does_not_take_it(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(RST, 50000, 0, 0);
    assert_means(RST, "RST: the server ignores it, since its number lies outside the window.");
    client(RST, 100, 0, 0);
    assert_means(
        RST,
        "RST: says that the client aborts the connection; the server does not take it, since its "
        "number is in the window but not the one expected next; by RFC 5961 it sends a "
        "challenge ACK.");
    begin(NULL);
    client(SYN, 0, 0, 0);
    server(RST | ACK, 0, 77, 0);
    assert_means(RST, "RST: the client ignores it, since it does not acknowledge the SYN.");
    place("TIME-WAIT / CLOSED");
    server(RST, 2, 0, 0);
    server(RST, 2, 0, 0);
    assert_means(RST, "RST: the server has closed already and takes nothing more, so it rejects "
                      "frame 6; the client has no connection any more that it could end.");
}

static void rst_that_time_wait_outlives_has_no_effect(void **state)
{
    (void)state; /* RFC 1337 3: the server has ignored one before */
    place("CLOSED / TIME-WAIT");
    client(RST | ACK, 2, 2, 0);
    wait_for(SECOND);
    server(ACK, 2, 2, 0);
    client(RST | ACK, 2, 2, 0);
    assert_means(RST, "RST: the server stays in TIME-WAIT all the same (RFC 1337).");
}

static void rst_that_cannot_be_judged_is_not(void **state)
{
    (void)state;
    handshake();
    exchange_data();
    client(ACK, 1, 1, 100);
    client(RST | ACK, 51, 1, 0);
    assert_means(
        RST,
        "RST: says that the client aborts the connection; the capture does not tell whether the "
        "server takes it.");
}

static void rst_that_is_damaged_does_not_count(void **state)
{
    (void)state;
    checksum(CHECKSUM_GOOD);
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    checksum(CHECKSUM_BAD);
    client(RST | ACK, 1, 1, 0);
    assert_means(RST, "RST: it does not count here.");
}

static void rst_of_nothing_resets_nothing(void **state)
{
    (void)state;
    client(RST, 1, 0, 0);
    assert_means(RST, "RST: the client resets a connection of which nothing was captured before.");
    place("CLOSED / CLOSED");
    server(RST | ACK, 1, 1, 0);
    assert_means(RST, "RST: the client has no connection any more that it could end.");
    place("TIME-WAIT / CLOSED");
    server(RST, 2, 0, 0);
    assert_means(RST,
                 "RST: the server knows of no connection that frame 6 belongs to; the RST closes "
                 "the client at once, and is not acknowledged.");
}

/* -- PSH and URG ------------------------------------------------------------------------------- */

static void psh_and_urg_refer_to_data(void **state)
{
    static const char *const pushes =
        "PSH: the client wants these data handed to the application without waiting for more; that "
        "gives them no priority on the way.";

    (void)state;
    handshake();
    drive.next.urgent = 5;
    client(PSH | URG | ACK, 1, 1, 10);
    assert_means(PSH, pushes);
    assert_means(URG, "URG: the client calls its data before 6 (raw 4) urgent.");
    client(PSH | ACK, 11, 1, 1);
    assert_means(PSH, pushes);
    client(PSH | ACK, 12, 1, 0);
    assert_means(PSH, "PSH: has no effect, since the segment has no data.");
    drive.next.payload_known = false; /* the data are in another fragment */
    client(PSH | ACK, 12, 1, 0);
    assert_means(PSH, pushes);
}

/* -- Strays ------------------------------------------------------------------------------------ */

static void a_stray_segment_names_no_roles_and_no_numbers(void **state)
{
    (void)state;
    for (unsigned flags = 1; flags <= TCP_FLAGS_ALL; flags++) {
        drive.sent = (segment_t){.flags = (uint16_t)flags};
        observation_of_stray(&drive.sent, &drive.shown);
        assert_shows("Unknown", "Unknown / Unknown");
        assert_bases("Unknown / Unknown");
        assert_int_equal(drive.shown.direction, 0);
        for (uint16_t bit = 1; bit < TCP_FLAGS_ALL; bit <<= 1) {
            if (!(flags & bit))
                continue;
            assert_null(strstr(meaning(bit), "client"));
            assert_null(strstr(meaning(bit), "server"));
            assert_null(strpbrk(meaning(bit), "0"));
        }
    }
    drive.sent = (segment_t){.flags = FIN | PSH | URG | ACK, .payload_known = true};
    observation_of_stray(&drive.sent, &drive.shown);
    assert_means(FIN, "FIN: the sender has sent all its data.");
    assert_means(PSH,
                 "PSH: the sender wants these data handed to the application without waiting for "
                 "more; that gives them no priority on the way.");
    assert_means(ACK, "ACK: acknowledges what has arrived from the other end.");
    assert_means(URG, "URG: the sender calls its data urgent.");
    drive.sent.flags = SYN;
    observation_of_stray(&drive.sent, &drive.shown);
    assert_means(SYN, "SYN: the sender asks to open a connection.");
    drive.sent.flags = SYN | ACK;
    observation_of_stray(&drive.sent, &drive.shown);
    assert_means(SYN, "SYN: the sender answers a request to open.");
    drive.sent.flags = RST;
    observation_of_stray(&drive.sent, &drive.shown);
    assert_means(RST, "RST: the sender resets the connection.");
}

/* -- Moves ------------------------------------------------------------------------------------- */

static void a_move_names_endpoint_event_states_and_rule(void **state)
{
    (void)state;
    handshake();
    client(FIN | ACK, 1, 1, 0);
    assert_moves("client sent FIN: ESTABLISHED to FIN-WAIT-1 (RFC 9293 3.10.4); "
                 "server received FIN: ESTABLISHED to CLOSE-WAIT (RFC 9293 3.10.7.4)");
}

static void a_move_that_is_in_no_table_still_has_a_text(void **state)
{
    const move_t move = {ROLE_SERVER, EVENT_SEND_FIN, STATE_LISTEN, STATE_CLOSED};
    char text[160];

    (void)state;
    move_meaning(&observation_no_facts, &move, 0, text, sizeof text);
    assert_string_equal(text, "server sent FIN: LISTEN to CLOSED (RFC 9293 3.3.2)");
}

static void a_first_state_is_a_guess(void **state)
{
    (void)state;
    client(ACK, 1, 1, 10);
    assert_moves("client sends a segment where the capture of the connection begins: taken to be "
                 "ESTABLISHED (RFC 9293 3.3.2); server is sent a segment where the capture of the "
                 "connection begins: taken to be ESTABLISHED (RFC 9293 3.3.2)");
}

static void what_was_presumed_is_taken_back(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    refuse(1);
    assert_moves(
        "server refused the SYN, so nobody listened: not SYN-RECEIVED but CLOSED (RFC 9293 "
        "3.10.7.1); client received RST: SYN-SENT to CLOSED (RFC 9293 3.10.7.3)");
}

static void time_wait_is_explained(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    drive.options.time_wait = 30 * SECOND;
    server(FIN | ACK, 1, 2, 0);
    assert_moves("server sent FIN: CLOSE-WAIT to LAST-ACK (RFC 9293 3.10.4); client received FIN: "
                 "FIN-WAIT-2 to TIME-WAIT (RFC 9293 3.10.7.4); it waits there for 30 s, so that it "
                 "can answer the FIN if that comes again, and old segments die out");
    client(ACK, 2, 2, 0);
    wait_for(31 * SECOND);
    server(ACK, 2, 2, 0);
    assert_moves(
        "client has waited out TIME-WAIT: TIME-WAIT to CLOSED (RFC 9293 3.10.8); that lasts "
        "30 s by the preferences");
}

static void a_rst_moves_its_sender_for_what_it_is(void **state)
{
    (void)state;
    handshake();
    client(RST | ACK, 1, 1, 0);
    assert_memory_equal(moves_text(),
                        "client aborts by RST: ESTABLISHED to CLOSED (RFC 9293 3.10.5)", 61);
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 100);
    server(RST, 1, 0, 0);
    assert_moves("server answers with RST, so it has no such connection: ESTABLISHED to "
                 "CLOSED (RFC 9293 3.10.7.1); client received RST: ESTABLISHED to CLOSED (RFC 9293 "
                 "3.10.7.4)");
}

/* -- Buffers ----------------------------------------------------------------------------------- */

/* Calls every function that writes text, with a buffer of this size, for the sanitizer to check. */
static void write_all_texts(size_t size)
{
    static const move_t move = {ROLE_CLIENT, EVENT_SEND_CROSSING_FIN, STATE_CLOSE_WAIT,
                                STATE_CLOSING};
    char *text = malloc(size);

    assert_ptr_equal(observation_phase_text(&drive.shown, text, size), text);
    assert_true(strlen(text) < size);
    assert_ptr_equal(move_meaning(shown_facts(), &move, 0, text, size), text);
    assert_true(strlen(text) < size);
    assert_ptr_equal(observation_summary(&drive.shown, text, size), text);
    assert_true(strlen(text) < size);
    for (uint16_t bit = 1; bit < TCP_FLAGS_ALL; bit <<= 1) {
        if (flag_meaning(&drive.shown, &drive.sent, true, bit, text, size))
            assert_true(strlen(text) < size);
    }
    free(text);
}

static void no_text_overflows_a_buffer_of_any_size(void **state)
{
    (void)state;
    for (size_t size = 1; size < 200; size++) {
        place("FIN-WAIT-1 / CLOSE-WAIT");
        server(FIN | ACK, 1, 2, 0);
        write_all_texts(size);
        server(FIN | ACK, 1, 2, 0);
        write_all_texts(size);
        client(SYN | FIN, 1, 2, 0);
        write_all_texts(size);
    }
}

/* Wireshark cuts what stands in the tree to 239 bytes (ITEM_LABEL_LENGTH), with the field's name.
 */
static void assert_fits_in_tree(const move_t *move)
{
    const facts_t facts = {.rst = {.by = WHO_CLIENT, .reason = RST_ABORT_UNREAD}};
    char words[1000];

    move_meaning(&facts, move, 9999 * SECOND, words, sizeof words);
    if (strlen("Reason: ") + strlen(words) > 239)
        fail_msg("%zu bytes: %s", strlen(words), words);
}

static void every_move_fits_in_the_tree(void **state)
{
    unsigned moves = 0;

    (void)state;
    for (unsigned event = 0; event < EVENT_COUNT; event++)
        for (unsigned from = STATE_UNKNOWN; from <= STATE_TIME_WAIT; from++) {
            const tcp_transition_t *row =
                tcp_transition_find((tcp_event_t)event, (tcp_state_t)from);

            for (unsigned to = STATE_UNKNOWN; row && to <= STATE_TIME_WAIT; to++)
                if (to == (unsigned)row->to || event == EVENT_SHOW_ALIVE) {
                    assert_fits_in_tree(&(move_t){.role = ROLE_CLIENT,
                                                  .event = (uint8_t)event,
                                                  .from = (uint8_t)from,
                                                  .to = (uint8_t)to});
                    moves++;
                }
        }
    assert_true(moves > EVENT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(syn_asks_and_syn_ack_answers),
        TEST(a_syn_that_comes_again_names_the_first_one),
        TEST(another_syn_ack_is_no_repetition),
        TEST(a_syn_on_a_live_connection_is_challenged),
        TEST(a_syn_ack_that_does_not_count_answers_nothing),
        TEST(flags_that_exclude_each_other_mean_nothing),
        TEST(ack_names_the_number_and_the_frame),
        TEST(ack_of_data_on_the_syn_has_another_number),
        TEST(ack_of_what_was_not_captured_says_so),
        TEST(ack_on_a_rst_names_what_that_answers),
        TEST(ack_from_time_wait_is_of_the_connection_before),
        TEST(raw_numbers_stand_alone_where_the_user_wants_them),
        TEST(where_no_syn_was_captured_the_first_number_is_1),
        TEST(the_syn_ack_alone_tells_both_first_numbers),
        TEST(what_nobody_may_have_sent_is_no_first_number),
        TEST(numbers_begin_anew_with_each_connection),
        TEST(fin_closes_one_direction_then_the_other),
        TEST(a_fin_that_was_inferred_is_no_repetition),
        TEST(a_fin_outside_the_window_closes_nothing),
        TEST(rst_refuses_a_port),
        TEST(rst_aborts_the_connection),
        TEST(rst_answers_what_nobody_wants),
        TEST(rst_has_no_effect_on_whoever_does_not_take_it),
        TEST(rst_that_time_wait_outlives_has_no_effect),
        TEST(rst_that_cannot_be_judged_is_not),
        TEST(rst_that_is_damaged_does_not_count),
        TEST(rst_of_nothing_resets_nothing),
        TEST(psh_and_urg_refer_to_data),
        TEST(a_stray_segment_names_no_roles_and_no_numbers),
        TEST(a_move_names_endpoint_event_states_and_rule),
        TEST(a_move_that_is_in_no_table_still_has_a_text),
        TEST(a_first_state_is_a_guess),
        TEST(what_was_presumed_is_taken_back),
        TEST(time_wait_is_explained),
        TEST(a_rst_moves_its_sender_for_what_it_is),
        TEST(no_text_overflows_a_buffer_of_any_size),
        TEST(every_move_fits_in_the_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
