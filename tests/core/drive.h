/* drive.h
 * A driver for tests of the analysis: a test sends segments, one line each, and asserts what they
 * show.
 *
 * Numbers are relative as in Wireshark: 0 is the SYN's, 1 the first byte's. The raw numbers wrap
 * soon after the handshake, so that every test covers wrap-around. Each segment is sent a tick (10
 * ms) after the previous one, so the handshake's round trip is two ticks. Apart from what a test
 * asserts, every observation is checked: it has to be consistent in itself and with the previous
 * one, where the short way of the analysis was taken, the full way has to have the same result, and
 * where the connection keeps to its plain course, there has to be nothing to tell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_DRIVE_H
#define TCPSTATE_TESTS_DRIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flag_meaning.h"
#include "move_meaning.h"
#include "observe.h"
#include "observe_steady.h"
#include "plain_course.h"
#include "summary.h"

#include "consistency.h"
#include "disguise.h"

enum {
    FIN = TCP_FLAG_FIN,
    SYN = TCP_FLAG_SYN,
    RST = TCP_FLAG_RST,
    PSH = TCP_FLAG_PSH,
    ACK = TCP_FLAG_ACK,
    URG = TCP_FLAG_URG,
    ECE = TCP_FLAG_ECE,
    CWR = TCP_FLAG_CWR,
    AE = TCP_FLAG_AE,
    CLIENT = 0, /* the side of client(), whatever its role turns out to be */
    SERVER = 1,
    WINDOW = 10000, /* of every segment unless window() sets another, not scaled */
};

#define MILLISECOND INT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)
#define TICK        (10 * MILLISECOND)

static struct {
    connection_t connection;
    connection_options_t options;
    uint32_t isn[2]; /* by side: the number that is 0 in the tests */
    int64_t when;
    uint32_t frame;              /* of the last segment */
    checksum_status_t checksums; /* of all segments, unless checksum() says otherwise of the next */
    segment_t next;              /* the next segment, apart from flags, numbers and length */
    segment_t sent;              /* the last segment */
    observation_t shown;         /* what it showed */
    verdict_t verdict;           /* what was decided of it */
    observation_t before;        /* what the previous segment showed */
    bool begun_before;           /* the connection had begun before the last segment */
    bool predicted;              /* the last segment went the short way */
    plain_course_t course;       /* with all segments */
    bool plain;                  /* with the last segment it is still plain */
    bool summarized;             /* summary is valid */
    bool counted;                /* for the summary the last segment only counts */
    bool concluded;              /* more of it than times, counts and letters may have changed */
    summary_t summary;           /* of this incarnation, so far */
    summary_t summary_before;    /* of the incarnation before */
    void (*watch)(void);         /* called with each segment that was observed; NULL: nothing is */
    char text[1000];             /* the last text asked for */
} drive;

/* The facts of the last segment. */
static inline const facts_t *shown_facts(void)
{
    return observation_facts(&drive.shown);
}

static inline void reset_next(void)
{
    drive.next = (segment_t){.window = WINDOW, .payload_known = true, .checksum = drive.checksums};
}

/* Starts a new connection with these ports of the two sides. */
static inline void begin_between(uint16_t client_port, uint16_t server_port)
{
    memset(&drive, 0, sizeof drive);
    forget_what_is_known();
    connection_init(&drive.connection, client_port, server_port);
    disguise_anew(client_port, server_port);
    drive.options.time_wait = 60 * SECOND;
    drive.isn[CLIENT] = UINT32_C(0xfffffffe);
    drive.isn[SERVER] = UINT32_C(0xffffff9c);
    drive.when = 1000 * SECOND;
    reset_next();
}

/* Starts a new connection; the setup of every test. */
static inline int begin(void **state)
{
    (void)state;
    begin_between(40000, 80);
    return 0;
}

/* A test that starts with a new connection. */
#define TEST(name) cmocka_unit_test_setup(name, begin)

/* -- The next segment -------------------------------------------------------------------------- */

static inline void wait_for(int64_t nanoseconds)
{
    drive.when += nanoseconds - TICK;
}

static inline void window(uint16_t unscaled)
{
    drive.next.window = unscaled;
}

static inline void window_scale(uint8_t shift)
{
    drive.next.has_window_scale = true;
    drive.next.window_scale = shift;
}

static inline void timestamps(uint32_t value, uint32_t echo)
{
    drive.next.has_timestamps = true;
    drive.next.ts_value = value;
    drive.next.ts_echo = echo;
}

static inline void checksum(checksum_status_t status)
{
    drive.next.checksum = status;
}

/* Of the next segment, and of all after it. */
static inline void checksums(checksum_status_t status)
{
    drive.checksums = drive.next.checksum = status;
}

static inline void sack_permitted(void)
{
    drive.next.sack_permitted = true;
}

static inline void fast_open(void)
{
    drive.next.has_fast_open = true;
}

static inline void ip_ecn(ip_ecn_t bits)
{
    drive.next.ip_ecn = (uint8_t)bits;
}

/* -- Observing --------------------------------------------------------------------------------- */

/* The last segment is a SYN, or a SYN-ACK whose SYN is missing, and what was captured before it
 * belongs to the same attempt. */
static inline bool crosses(const observation_t *shown)
{
    return shown->handshake_step && drive.connection.beginning.crosses == drive.frame;
}

static inline bool is_new_incarnation(const observation_t *shown)
{
    return !drive.begun_before || shown->milestones & 1u << MILESTONE_REOPENED || crosses(shown);
}

/* Updates the summary, which has to be the same as if the segment were not steady, and where that
 * will do, as if it were only counted. */
static inline void summarize(unsigned side)
{
    verdict_t not_steady = drive.verdict;
    const summary_t *now = drive.summarized ? &drive.summary : NULL;
    summary_t careful;
    summary_t counted;

    if (summary_begins_anew(now, &drive.connection, &drive.shown)) {
        drive.summary_before = drive.summary;
        summary_begin(&drive.summary, now ? &drive.summary_before : NULL, &drive.connection,
                      &drive.sent, side, &drive.shown);
        begin_to_know(&drive.shown);
    }
    drive.summarized = true;
    careful = counted = drive.summary;
    not_steady.steady = false;
    drive.counted = drive.predicted && !drive.shown.anomalies.raised &&
                    summary_only_counts(&counted, &drive.sent, side);
    if (drive.counted)
        summary_count(&counted, &drive.connection, &drive.sent, side, drive.verdict.acks_missing);
    drive.concluded = summary_observe(&drive.summary, &drive.connection, &drive.sent, side,
                                      &drive.shown, &drive.verdict);
    summary_observe(&careful, &drive.connection, &drive.sent, side, &drive.shown, &not_steady);
    assert_memory_equal(&careful, &drive.summary, sizeof careful);
    if (drive.counted)
        assert_memory_equal(&careful, &counted, sizeof careful);
    if (crosses(&drive.shown))
        join_to_know(!drive.connection.client_side);
    know_more(&drive.shown, side);
    check_summary(&drive.summary, &drive.shown, &drive.sent);
}

/* The full way always sets challenged_by; the short way leaves it alone. */
static inline bool goes_short_way(unsigned side)
{
    const uint32_t mark = UINT32_MAX;
    connection_t marked;
    observation_t shown;

    memcpy(&marked, &drive.connection, sizeof marked);
    marked.end[side].challenged_by = mark;
    connection_observe(&marked, &drive.options, &drive.sent, side, &shown);
    return marked.end[side].challenged_by == mark;
}

/* Observes the last segment. If it goes the short way, the full way has to have the same result,
 * byte for byte: neither way writes any padding then. */
static inline void observe_both_ways(unsigned side)
{
    connection_t fully;
    observation_t shown;

    memcpy(&fully, &drive.connection, sizeof fully);
    drive.predicted = goes_short_way(side);
    drive.verdict =
        connection_observe(&drive.connection, &drive.options, &drive.sent, side, &drive.shown);
    if (!drive.predicted)
        return;

    const verdict_t verdict =
        connection_observe_fully(&fully, &drive.options, &drive.sent, side, &shown);

    assert_memory_equal(&drive.connection, &fully, sizeof fully);
    assert_true(observation_equal(&drive.shown, &shown));
    assert_memory_equal(&drive.verdict, &verdict, sizeof verdict);
}

/* What keeps to the plain course is taken by track.c as it is, for it is not damaged and cuts
 * nothing anew. */
static inline void follow_course(unsigned side)
{
    const endpoint_t *sender = &drive.connection.end[side];

    drive.plain = plain_course_take(&drive.course, &drive.options, &drive.sent, side);
    if (drive.plain) {
        assert_false(endpoint_checksum_rejects(sender, &drive.sent));
        assert_false(endpoint_has_recut(sender, &drive.sent));
    }
}

/* And nobody needs to hear of it. */
static inline void check_course(void)
{
    if (drive.plain) {
        assert_int_equal(drive.shown.anomalies.raised, 0);
        assert_int_equal(is_new_incarnation(&drive.shown), !drive.begun_before);
        assert_true(drive.verdict.counts);
    }
}

/* Sends drive.sent as it is. */
static inline void observe(unsigned side)
{
    drive.before = drive.shown;
    drive.begun_before = drive.connection.begun;
    follow_course(side);
    observe_both_ways(side);
    check_course();
    check_observation(&drive.shown, &drive.before, side, &drive.sent,
                      is_new_incarnation(&drive.shown), drive.connection.begun,
                      drive.verdict.steady);
    check_disguises(&drive.options, &drive.sent, side, &drive.shown, &drive.verdict);
    summarize(side);
    if (drive.watch)
        drive.watch();
}

/* -- Sending ----------------------------------------------------------------------------------- */

static inline void send_from(unsigned side, unsigned flags, uint32_t seq, uint32_t ack,
                             uint32_t len)
{
    drive.when += TICK;
    drive.sent = drive.next;
    drive.sent.flags = (uint16_t)flags;
    drive.sent.seq = drive.isn[side] + seq;
    drive.sent.ack = flags & ACK ? drive.isn[!side] + ack : 0;
    drive.sent.payload_len = len;
    drive.sent.frame = ++drive.frame;
    drive.sent.when = drive.when;
    reset_next();
    observe(side);
}

static inline void client(unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    send_from(CLIENT, flags, seq, ack, len);
}

static inline void server(unsigned flags, uint32_t seq, uint32_t ack, uint32_t len)
{
    send_from(SERVER, flags, seq, ack, len);
}

/* The next segment, of either side, has this IPv4 identification. */
static inline void identification(uint16_t ip_id)
{
    drive.next.ip_id = ip_id;
}

/* So many pure ACKs of the client, none of them a copy of another: their identifications differ. */
static inline void client_acks(unsigned count, uint32_t seq, uint32_t ack)
{
    for (unsigned i = 0; i < count; i++) {
        identification((uint16_t)(i + 1));
        client(ACK, seq, ack, 0);
    }
}

/* The server refuses what the client has sent below `ack`, with the number that RFC 9293 3.5.2 asks
 * for. */
static inline void refuse(uint32_t ack)
{
    server(RST | ACK, 0 - drive.isn[SERVER], ack, 0);
}

/* The three segments of an ordinary handshake. */
static inline void handshake(void)
{
    client(SYN, 0, 0, 0);
    server(SYN | ACK, 0, 1, 0);
    client(ACK, 1, 1, 0);
}

/* A handshake, then as many bytes of the client as the server takes, and a probe of its closed
 * window, which is not answered. */
static inline void probe_closed_window(void)
{
    handshake();
    client(ACK, 1, 1, WINDOW);
    window(0);
    server(ACK, 1, 1 + WINDOW, 0);
    client(ACK, 1 + WINDOW, 1, 1);
}

/* After a handshake, 100 bytes in each direction, acknowledged. From here on the numbers count from
 * the end of these: 1 is again that of each side's next byte. */
static inline void exchange_data(void)
{
    client(PSH | ACK, 1, 1, 100);
    server(PSH | ACK, 1, 101, 100);
    client(ACK, 101, 101, 0);
    drive.isn[CLIENT] += 100;
    drive.isn[SERVER] += 100;
}

/* A new connection with timestamps in milliseconds: the client's start at 1000, the server's at
 * 5000. */
static inline void handshake_with_clocks(void)
{
    begin(NULL);
    timestamps(1000, 0);
    client(SYN, 0, 0, 0);
    timestamps(5000, 1000);
    server(SYN | ACK, 0, 1, 0);
    timestamps(1020, 5000);
    client(ACK, 1, 1, 0);
}

/* The four segments of an ordinary close by `side`, after a handshake without data. */
static inline void close_by(unsigned side)
{
    send_from(side, FIN | ACK, 1, 1, 0);
    send_from(!side, ACK, 1, 2, 0);
    send_from(!side, FIN | ACK, 1, 2, 0);
    send_from(side, ACK, 2, 2, 0);
}

/* -- What was shown, as text ------------------------------------------------------------------- */

static inline const char *states_text(const observation_t *shown)
{
    snprintf(drive.text, sizeof drive.text, "%s / %s",
             tcp_state_text((tcp_state_t)shown->status.state[ROLE_CLIENT]),
             tcp_state_text((tcp_state_t)shown->status.state[ROLE_SERVER]));
    return drive.text;
}

static inline const char *state_of(role_t role)
{
    return tcp_state_text((tcp_state_t)drive.shown.status.state[role]);
}

static inline const char *basis_name(uint8_t basis)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = text,
        BASIS_LIST(X)
#undef X
    };

    return names[basis];
}

static inline const char *bases_text(void)
{
    snprintf(drive.text, sizeof drive.text, "%s / %s",
             basis_name(drive.shown.status.basis[ROLE_CLIENT]),
             basis_name(drive.shown.status.basis[ROLE_SERVER]));
    return drive.text;
}

static inline const char *phase_text(void)
{
    return observation_phase_text(&drive.shown, drive.text, sizeof drive.text);
}

/* All moves, one after the other. */
static inline const char *moves_text(void)
{
    size_t used = 0;

    drive.text[0] = '\0';
    for (unsigned i = 0; i < shown_facts()->moves.count; i++) {
        char move[300];

        move_meaning(shown_facts(), &shown_facts()->moves.move[i], drive.options.time_wait, move,
                     sizeof move);
        used += (size_t)snprintf(drive.text + used, sizeof drive.text - used, "%s%s", i ? "; " : "",
                                 move);
        assert_true(used < sizeof drive.text);
    }
    return drive.text;
}

/* All milestones, "Open requested, Reopened". */
static inline const char *milestones_text(void)
{
    static const struct {
        milestone_t milestone;
        const char *name;
    } names[] = {
#define X(name, number, text) {name, text},
        MILESTONE_LIST(X)
#undef X
    };
    size_t used = 0;

    drive.text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (drive.shown.milestones & 1u << names[i].milestone)
            used += (size_t)snprintf(drive.text + used, sizeof drive.text - used, "%s%s",
                                     used ? ", " : "", names[i].name);
    return drive.text;
}

/* All anomalies, "syn_fin, orphan"; "(ack_beyond_sent)" is assumed. */
static inline const char *anomalies_text(void)
{
    static const char *const names[] = {
#define X(enumerator, name, severity, group, sentence) name,
        ANOMALY_LIST(X)
#undef X
    };
    size_t used = 0;

    drive.text[0] = '\0';
    for (unsigned i = 0; i < ANOMALY_COUNT; i++)
        if (anomaly_is_raised(&drive.shown.anomalies, (anomaly_t)i))
            used += (size_t)snprintf(drive.text + used, sizeof drive.text - used,
                                     drive.shown.anomalies.assumed >> i & 1 ? "%s(%s)" : "%s%s",
                                     used ? ", " : "", names[i]);
    return drive.text;
}

#define assert_states(want)     assert_string_equal(states_text(&drive.shown), want)
#define assert_client(want)     assert_string_equal(state_of(ROLE_CLIENT), want)
#define assert_server(want)     assert_string_equal(state_of(ROLE_SERVER), want)
#define assert_bases(want)      assert_string_equal(bases_text(), want)
#define assert_phase(want)      assert_string_equal(phase_text(), want)
#define assert_moves(want)      assert_string_equal(moves_text(), want)
#define assert_milestones(want) assert_string_equal(milestones_text(), want)
#define assert_anomalies(want)  assert_string_equal(anomalies_text(), want)
#define assert_ordinary()       assert_anomalies("")
#define assert_kind(want)                                                                          \
    assert_string_equal(segment_kind_text((segment_kind_t)drive.shown.kind), want)
#define assert_unmoved() assert_moves("")

/* Outcome, Zeek's conn_state and Zeek's history of the connection so far. */
#define assert_summary(want_outcome, want_zeek, want_history)                                      \
    do {                                                                                           \
        assert_string_equal(outcome_text(drive.summary.outcome), want_outcome);                    \
        assert_string_equal(zeek_conn_state(&drive.summary.zeek), want_zeek);                      \
        assert_string_equal(drive.summary.zeek.history, want_history);                             \
    } while (0)

/* Phase text and states, which most tests assert. */
#define assert_shows(want_phase, want_states)                                                      \
    do {                                                                                           \
        assert_states(want_states);                                                                \
        assert_phase(want_phase);                                                                  \
    } while (0)

/* -- Places ------------------------------------------------------------------------------------ */

typedef struct step {
    unsigned side;
    unsigned flags;
    uint32_t seq;
    uint32_t ack;
} step_t;

/* A pair of states and the segments, none with data, that lead there. If its path begins with a
 * handshake, it also serves for the two states swapped. */
typedef struct place {
    const char *states;
    bool after_handshake; /* the steps follow an ordinary handshake */
    step_t steps[4];      /* terminated by one without flags */
} place_t;

/* clang-format off */
static const place_t places[] = {
    {"SYN-SENT / SYN-RECEIVED", false, {{CLIENT, SYN, 0, 0}}},
    {"ESTABLISHED / SYN-RECEIVED", false, {{CLIENT, SYN, 0, 0}, {SERVER, SYN | ACK, 0, 1}}},
    {"SYN-RECEIVED / SYN-RECEIVED", false, {{CLIENT, SYN, 0, 0}, {SERVER, SYN, 0, 0}}},
    {"SYN-RECEIVED / ESTABLISHED", false,
     {{CLIENT, SYN, 0, 0}, {SERVER, SYN, 0, 0}, {CLIENT, SYN | ACK, 0, 1}}},
    {"CLOSED / LISTEN", false,
     {{CLIENT, SYN, 0, 0}, {SERVER, SYN | ACK, 0, 1}, {CLIENT, RST, 1, 0}}},
    {"ESTABLISHED / ESTABLISHED", true, {{0}}},
    {"FIN-WAIT-1 / ESTABLISHED", true, {{CLIENT, FIN | ACK, 101, 1}}}, /* beyond a gap */
    {"FIN-WAIT-1 / CLOSE-WAIT", true, {{CLIENT, FIN | ACK, 1, 1}}},
    {"FIN-WAIT-2 / CLOSE-WAIT", true, {{CLIENT, FIN | ACK, 1, 1}, {SERVER, ACK, 1, 2}}},
    {"FIN-WAIT-2 / LAST-ACK", true,
     {{CLIENT, FIN | ACK, 1, 1}, {SERVER, ACK, 1, 2}, {SERVER, FIN | ACK, 101, 2}}},
    {"FIN-WAIT-1 / FIN-WAIT-1", true, {{CLIENT, FIN | ACK, 101, 1}, {SERVER, FIN | ACK, 101, 1}}},
    {"TIME-WAIT / LAST-ACK", true, {{CLIENT, FIN | ACK, 1, 1}, {SERVER, FIN | ACK, 1, 2}}},
    {"TIME-WAIT / CLOSED", true,
     {{CLIENT, FIN | ACK, 1, 1}, {SERVER, FIN | ACK, 1, 2}, {CLIENT, ACK, 2, 2}}},
    {"CLOSING / CLOSING", true, {{CLIENT, FIN | ACK, 1, 1}, {SERVER, FIN | ACK, 1, 1}}},
    {"CLOSING / FIN-WAIT-1", true, {{CLIENT, FIN | ACK, 101, 1}, {SERVER, FIN | ACK, 1, 1}}},
    {"CLOSING / TIME-WAIT", true,
     {{CLIENT, FIN | ACK, 1, 1}, {SERVER, FIN | ACK, 1, 1}, {CLIENT, ACK, 2, 2}}},
    {"TIME-WAIT / TIME-WAIT", true,
     {{CLIENT, FIN | ACK, 1, 1}, {SERVER, FIN | ACK, 1, 1}, {CLIENT, ACK, 2, 2},
      {SERVER, ACK, 2, 2}}},
    {"CLOSED / CLOSED", true, {{CLIENT, RST | ACK, 1, 1}}},
};
/* clang-format on */

enum { PLACE_COUNT = sizeof places / sizeof places[0] };

static inline bool has_states(const char *states, const place_t *where, bool swapped)
{
    const char *slash = strstr(where->states, " / ");
    char text[64];

    snprintf(text, sizeof text, "%s / %.*s", slash + 3, (int)(slash - where->states),
             where->states);
    return strcmp(states, swapped ? text : where->states) == 0;
}

static inline void go_to(const place_t *where, bool swapped, bool with_data)
{
    begin(NULL);
    if (where->after_handshake)
        handshake();
    if (with_data)
        exchange_data();
    for (unsigned i = 0; i < 4 && where->steps[i].flags; i++) {
        const step_t *step = &where->steps[i];

        send_from(step->side ^ swapped, step->flags, step->seq, step->ack, 0);
    }
}

static inline void find_place(const char *states, bool with_data)
{
    for (unsigned i = 0; i < PLACE_COUNT; i++)
        for (unsigned swapped = 0; swapped < (places[i].after_handshake ? 2 : 1); swapped++)
            if (has_states(states, &places[i], swapped)) {
                go_to(&places[i], swapped, with_data && places[i].after_handshake);
                assert_states(states);
                return;
            }
    fail_msg("no segments are known that lead to %s", states);
}

/* Starts a new connection and brings both endpoints into these states, "FIN-WAIT-2 / CLOSE-WAIT",
 * by real segments. Fails if they do not lead there. */
static inline void place(const char *states)
{
    find_place(states, false);
}

/* Likewise, with exchange_data() after the handshake if there is one. */
static inline void place_with_data(const char *states)
{
    find_place(states, true);
}

#endif
