/* test_observation.c
 * The texts of an observation: phase and states; and that the observations of steady segments can
 * be derived from one that was kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drive.h"

/* -- Phase ------------------------------------------------------------------------------------- */

static void every_phase_has_its_text(void **state)
{
    static const struct {
        observation_t observation;
        const char *text;
    } cases[] = {
        {{.phase = PHASE_UNKNOWN}, "Unknown"},
        {{.phase = PHASE_HANDSHAKE}, "Handshake"},
        {{.phase = PHASE_HANDSHAKE, .handshake_step = 1}, "Handshake 1/3"},
        {{.phase = PHASE_HANDSHAKE, .handshake_step = 2}, "Handshake 2/3"},
        {{.phase = PHASE_HANDSHAKE, .handshake_step = 3}, "Handshake 3/3"},
        {{.phase = PHASE_HANDSHAKE, .handshake_step = 1, .retransmission = true},
         "Handshake 1/3 (retransmission)"},
        {{.phase = PHASE_DATA}, "Data transfer"},
        {{.phase = PHASE_TEARDOWN}, "Teardown"},
        {{.phase = PHASE_TEARDOWN, .status.half_closed = true}, "Teardown (half-closed)"},
        {{.phase = PHASE_TEARDOWN, .handshake_step = 3}, "Handshake 3/3, Teardown"},
        {{.phase = PHASE_TEARDOWN, .teardown_steps = 1}, "Teardown 1/4"},
        {{.phase = PHASE_TEARDOWN, .teardown_steps = 2, .status.half_closed = true},
         "Teardown 2/4"},
        {{.phase = PHASE_TEARDOWN, .teardown_steps = 2 | 4}, "Teardown 2+3/4"},
        {{.phase = PHASE_TEARDOWN, .teardown_steps = 4}, "Teardown 3/4"},
        {{.phase = PHASE_TEARDOWN, .teardown_steps = 8}, "Teardown 4/4"},
        {{.phase = PHASE_TEARDOWN, .teardown_steps = 8, .retransmission = true},
         "Teardown 4/4 (retransmission)"},
        {{.phase = PHASE_RESET}, "Reset"},
        {{.phase = PHASE_RESET, .status.half_closed = true}, "Reset"},
        {{.phase = PHASE_CLOSED}, "Closed"},
        {{.phase = 99}, "Unknown"},
    };
    char text[80];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(observation_phase_text(&cases[i].observation, text, sizeof text),
                            cases[i].text);
}

static void a_segment_may_be_a_step_of_handshake_and_teardown(void **state)
{
    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    client(FIN | ACK, 1, 1, 0);
    assert_phase("Handshake 3/3, Teardown 1/4");
}

static void the_summary_names_phase_and_states(void **state)
{
    char text[160];

    (void)state;
    place("ESTABLISHED / SYN-RECEIVED");
    assert_string_equal(observation_summary(&drive.shown, text, sizeof text),
                        "Handshake 2/3, client ESTABLISHED, server SYN-RECEIVED");
    observation_of_stray(&drive.sent, &drive.shown);
    assert_string_equal(observation_summary(&drive.shown, text, sizeof text), "Unknown");
}

static void the_summary_names_sender_and_reason_of_a_rst(void **state)
{
    char text[160];

    (void)state;
    place("SYN-SENT / SYN-RECEIVED");
    server(RST | ACK, 0, 1, 0);
    assert_string_equal(observation_summary(&drive.shown, text, sizeof text),
                        "Reset, client CLOSED, server CLOSED, RST of the server: Port closed");
    observation_add_facts(&drive.shown)->rst.reason = RST_REASON_UNKNOWN;
    assert_string_equal(observation_summary(&drive.shown, text, sizeof text),
                        "Reset, client CLOSED, server CLOSED, RST of the server");
}

static void the_summary_has_the_sentence_of_the_gravest_anomaly(void **state)
{
    observation_t shown = {.kind = SEGMENT_SYN, .phase = PHASE_HANDSHAKE};
    char text[160];

    (void)state;
    anomaly_raise(&shown.anomalies, ANOMALY_SYN_WITH_DATA);
    assert_string_equal(
        observation_summary(&shown, text, sizeof text),
        "Handshake. Data on a SYN without Fast Open: legal, but rarely seen (RFC 9293 3.10.7.2)");
    anomaly_raise(&shown.anomalies, ANOMALY_SYN_FIN);
    anomaly_raise_assumed(&shown.anomalies, ANOMALY_SYN_RST);
    assert_string_equal(
        observation_summary(&shown, text, sizeof text),
        "Handshake. SYN together with FIN: no TCP sends this, scanners do (RFC 9293 3.10.7), "
        "and 2 more");
}

/* -- Anomalies --------------------------------------------------------------------------------- */

static void what_missing_packets_could_explain_is_less_grave(void **state)
{
    anomaly_set_t set = {0};

    (void)state;
    assert_int_equal(anomaly_gravest(&set), ANOMALY_COUNT);
    assert_int_equal(anomaly_count(&set), 0);
    anomaly_raise_assumed(&set, ANOMALY_SYN_RST);
    assert_int_equal(anomaly_severity(&set, ANOMALY_SYN_RST), SEVERITY_WARN);
    assert_int_equal(anomaly_gravest(&set), ANOMALY_SYN_RST);
    anomaly_raise(&set, ANOMALY_FIN_RST);
    assert_int_equal(anomaly_severity(&set, ANOMALY_FIN_RST), SEVERITY_WARN);
    assert_int_equal(anomaly_gravest(&set), ANOMALY_SYN_RST);
    anomaly_raise_assumed(&set, ANOMALY_MIDSTREAM);
    assert_int_equal(anomaly_severity(&set, ANOMALY_MIDSTREAM), SEVERITY_CHAT);
    assert_int_equal(anomaly_count(&set), 3);
    assert_null(anomaly_sentence(ANOMALY_COUNT));
}

/* -- Moves ------------------------------------------------------------------------------------- */

static void every_event_and_state_has_its_own_text(void **state)
{
    (void)state;
    for (unsigned a = 0; a < EVENT_COUNT; a++)
        for (unsigned b = 0; b < a; b++)
            assert_string_not_equal(tcp_event_text((tcp_event_t)a), tcp_event_text((tcp_event_t)b));
    for (unsigned a = 0; a < STATE_COUNT; a++)
        for (unsigned b = 0; b < a; b++)
            assert_string_not_equal(tcp_state_text((tcp_state_t)a), tcp_state_text((tcp_state_t)b));
    assert_string_equal(tcp_state_text((tcp_state_t)77), "Unknown");
    assert_true(strlen(tcp_event_text((tcp_event_t)EVENT_COUNT)) > 0);
}

/* -- Strays ------------------------------------------------------------------------------------ */

static void a_stray_segments_kind_is_that_of_its_flags(void **state)
{
    static const struct {
        uint16_t flags;
        uint32_t len;
        segment_kind_t kind;
    } cases[] = {
        {SYN, 0, SEGMENT_SYN},         {SYN | ACK, 0, SEGMENT_SYN_ACK}, {ACK, 0, SEGMENT_ACK},
        {ACK, 9, SEGMENT_DATA},        {FIN | ACK, 9, SEGMENT_FIN},     {RST | ACK, 0, SEGMENT_RST},
        {0, 0, SEGMENT_ILLEGAL_FLAGS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const segment_t segment = {.flags = cases[i].flags, .payload_len = cases[i].len};

        observation_of_stray(&segment, &drive.shown);
        assert_int_equal(drive.shown.kind, cases[i].kind);
    }
}

/* -- Steady traffic ---------------------------------------------------------------------------- */

static void little_is_kept_of_steady_traffic(void **state)
{
    (void)state;
    client(SYN, 0, 0, 0);
    assert_int_equal(known.derived_count, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
    for (uint32_t at = 0; at < 100000; at += 100) {
        client(PSH | ACK, 1 + at, 1 + at, 100);
        server(ACK, 1 + at, 101 + at, 100);
        client(ACK, 101 + at, 101 + at, 0);
    }
    assert_true(known.kept_count < 10);
    assert_true(known.derived_count > 2990);
}

static void steady_traffic_while_half_closed_is_derived(void **state)
{
    (void)state;
    place("FIN-WAIT-2 / CLOSE-WAIT");
    for (uint32_t at = 0; at < 10000; at += 100) {
        server(PSH | ACK, 1 + at, 2, 100);
        client(ACK, 2, 101 + at, 0);
    }
    assert_true(known.derived_count > 190);
}

static void steady_traffic_of_one_direction_is_derived(void **state)
{
    (void)state;
    for (uint32_t at = 0; at < 10000; at += 100) {
        server(PSH | ACK, 1 + at, 1, 100);
    }
    assert_true(known.derived_count > 95);
    client(ACK, 1, 10001, 0); /* settles the basis */
    assert_false(drive.verdict.steady);
}

static void a_segment_that_must_be_kept_is_not_steady(void **state)
{
    (void)state;
    handshake();
    assert_false(drive.verdict.steady); /* a step */
    client(ACK, 1, 1, 10);
    assert_false(drive.verdict.steady); /* a milestone */
    server(ACK, 1, 11, 0);
    assert_false(drive.verdict.steady); /* a basis */
    client(ACK, 11, 1, 10);
    assert_true(drive.verdict.steady);
    server(ACK, 1, 21, 0);
    assert_true(drive.verdict.steady);
    client(ACK, 20, 1, 0);
    assert_false(drive.verdict.steady); /* a keep-alive */
    client(FIN | ACK, 21, 1, 0);
    assert_false(drive.verdict.steady); /* moves */
}

static void a_kind_follows_from_flags_and_length_alone(void **state)
{
    (void)state;
    drive.sent = (segment_t){.flags = ACK, .payload_len = 1};
    observation_of_stray(&drive.sent, &drive.shown);
    assert_kind("Data");
    drive.sent.payload_len = 0;
    observation_of_stray(&drive.sent, &drive.shown);
    assert_kind("ACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_phase_has_its_text),
        TEST(a_segment_may_be_a_step_of_handshake_and_teardown),
        TEST(the_summary_names_phase_and_states),
        TEST(the_summary_names_sender_and_reason_of_a_rst),
        TEST(the_summary_has_the_sentence_of_the_gravest_anomaly),
        TEST(what_missing_packets_could_explain_is_less_grave),
        TEST(every_event_and_state_has_its_own_text),
        TEST(a_stray_segments_kind_is_that_of_its_flags),
        TEST(little_is_kept_of_steady_traffic),
        TEST(steady_traffic_while_half_closed_is_derived),
        TEST(steady_traffic_of_one_direction_is_derived),
        TEST(a_segment_that_must_be_kept_is_not_steady),
        TEST(a_kind_follows_from_flags_and_length_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
