/* test_basis.c
 * The basis of a state: which segments prove a state that was only presumed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

static void a_pure_ack_does_not_prove_that_the_third_step_arrived(void **state)
{
    (void)state; /* ACKs are not acknowledged; the server may have sent this earlier */
    handshake();
    assert_bases("Sent / Presumed");
    server(ACK, 1, 1, 0);
    assert_bases("Sent / Presumed");
    client(ACK, 1, 1, 0);
    server(ACK, 1, 1, 0);
    assert_bases("Sent / Presumed");
    client(ACK, 1, 1, 1);
    server(ACK, 1, 1, 0); /* does not acknowledge the data, either */
    assert_bases("Sent / Presumed");
    server(ACK, 1, 2, 0);
    assert_bases("Sent / Sent");
    begin(NULL);
    handshake();
    client(ACK, 1, 1, 10);
    server(ACK, 1, 10, 0); /* part of the data does not prove that all arrived */
    assert_bases("Sent / Presumed");
}

static void an_ack_of_part_of_the_data_does_not_prove_that_all_arrived(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(PSH | ACK, 1, 1, 100);
    server(ACK, 1, 100, 0);
    assert_bases("Sent / Presumed");
    server(ACK, 1, 101, 0);
    assert_bases("Sent / Sent");
}

static void data_prove_that_their_sender_is_established_and_no_more(void **state)
{
    (void)state;
    handshake();
    server(PSH | ACK, 1, 1, 1);
    assert_bases("Sent / Sent");
    place("FIN-WAIT-1 / CLOSE-WAIT");
    server(PSH | ACK, 1, 1, 10); /* may have been sent before the FIN arrived */
    assert_bases("Sent / Presumed");
    begin(NULL);
    fast_open(); /* RFC 7413: the server may send before the third step arrives */
    client(SYN, 0, 0, 100);
    server(SYN | ACK, 0, 101, 0);
    client(ACK, 101, 1, 0);
    server(PSH | ACK, 1, 101, 10);
    assert_bases("Sent / Presumed");
}

static void the_ack_of_a_fin_is_proven_by_the_ack_of_what_follows(void **state)
{
    (void)state;
    drive.isn[SERVER] = 0x10000000; /* whichever side has the higher numbers */
    handshake();
    server(ACK, 1, 2, 0); /* the ACK of the FIN, captured first */
    client(FIN | ACK, 1, 1, 0);
    assert_states("FIN-WAIT-2 / CLOSE-WAIT");
    assert_bases("Presumed / Presumed");
    client(ACK, 2, 1, 0);
    assert_bases("Presumed / Presumed");
    server(ACK, 1, 2, 10);
    client(ACK, 2, 1, 0);
    assert_bases("Presumed / Sent");
    client(ACK, 2, 11, 0);
    assert_bases("Sent / Sent");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pure_ack_does_not_prove_that_the_third_step_arrived),
        TEST(an_ack_of_part_of_the_data_does_not_prove_that_all_arrived),
        TEST(data_prove_that_their_sender_is_established_and_no_more),
        TEST(the_ack_of_a_fin_is_proven_by_the_ack_of_what_follows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
