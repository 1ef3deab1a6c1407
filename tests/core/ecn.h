/* ecn.h
 * Assertions of the ECN tests on the last segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_TESTS_ECN_H
#define TCPSTATE_TESTS_ECN_H

#include "drive.h"
#include "ecn.h"

static inline const char *mode_name(unsigned mode)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = text,
        ECN_MODE_LIST(X)
#undef X
    };

    return names[mode];
}

/* Every role of the last segment, "CE mark, Repeated echo". */
static inline const char *roles_text(void)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = text,
        ECN_ROLE_LIST(X)
#undef X
    };
    size_t used = 0;

    drive.text[0] = '\0';
    for (unsigned role = 1; role < sizeof names / sizeof names[0]; role++)
        if (drive.shown.ecn.roles & 1u << role)
            used += (size_t)snprintf(drive.text + used, sizeof drive.text - used, "%s%s",
                                     used ? ", " : "", names[role]);
    return drive.text;
}

/* The segment's episode of the sender's or the receiver's data: "1 Marked", "none". */
static inline const char *episode_text(unsigned whose)
{
    static const char *const names[] = {
#define X(name, number, text) [number] = text,
        ECN_EPISODE_STATE_LIST(X)
#undef X
    };
    const episode_facts_t *episode = &shown_facts()->episodes.of[whose];

    if (!episode->number)
        return "none";
    snprintf(drive.text, sizeof drive.text, "%u %s", episode->number, names[episode->state]);
    return drive.text;
}

static inline bool raised(anomaly_t anomaly)
{
    return anomaly_is_raised(&drive.shown.anomalies, anomaly);
}

#define assert_mode(want)         assert_string_equal(mode_name(drive.shown.status.ecn.mode), want)
#define assert_roles(want)        assert_string_equal(roles_text(), want)
#define assert_own_episode(want)  assert_string_equal(episode_text(ECN_OF_SENDER), want)
#define assert_echo_episode(want) assert_string_equal(episode_text(ECN_OF_RECEIVER), want)
#define assert_blameless()        assert_int_equal(drive.shown.anomalies.raised, 0)

/* The flags of these three bits: AE, CWR, ECE. */
static inline unsigned bits(unsigned ae_cwr_ece)
{
    return ae_cwr_ece << 6;
}

/* A handshake with these bits on the SYN, the SYN-ACK and the third ACK. */
static inline void negotiate(unsigned offer, unsigned answer, unsigned third)
{
    client(SYN | bits(offer), 0, 0, 0);
    server(SYN | ACK | bits(answer), 0, 1, 0);
    client(ACK | bits(third), 1, 1, 0);
}

#endif
