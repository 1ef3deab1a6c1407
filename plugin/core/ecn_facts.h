/* ecn_facts.h
 * What a segment shows of Explicit Congestion Notification: a part of the observation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPSTATE_ECN_FACTS_H
#define TCPSTATE_ECN_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "segment.h"

/* X(enumerator, number, text): tcpstate.ecn.mode. */
#define ECN_MODE_LIST(X)                                                                           \
    X(ECN_UNKNOWN, 0, "Unknown")                                                                   \
    X(ECN_NOT_OFFERED, 1, "Not offered")                                                           \
    X(ECN_OFFERED, 2, "Offered")                                                                   \
    X(ECN_REFUSED, 3, "Refused")                                                                   \
    X(ECN_CLASSIC, 4, "Classic ECN")                                                               \
    X(ECN_ACCURATE, 5, "AccECN")                                                                   \
    X(ECN_FALLBACK, 6, "Fallback")                                                                 \
    X(ECN_BROKEN, 7, "Broken")                                                                     \
    X(ECN_LOOKS_CLASSIC, 8, "Looks classic")                                                       \
    X(ECN_LOOKS_ACCURATE, 9, "Looks AccECN")

/* tcpstate.ecn.offer: AE CWR ECE of a SYN (RFC 3168 6.1.1, RFC 9768 3.1.1). */
#define ECN_OFFER_LIST(X)                                                                          \
    X(ECN_OFFER_NONE, 0, "None")                                                                   \
    X(ECN_OFFER_1, 1, "Reserved (ECE)")                                                            \
    X(ECN_OFFER_2, 2, "Reserved (CWR)")                                                            \
    X(ECN_OFFER_CLASSIC, 3, "Classic ECN (CWR, ECE)")                                              \
    X(ECN_OFFER_4, 4, "Reserved (AE)")                                                             \
    X(ECN_OFFER_5, 5, "Reserved (AE, ECE)")                                                        \
    X(ECN_OFFER_6, 6, "Reserved (AE, CWR)")                                                        \
    X(ECN_OFFER_ACCURATE, 7, "AccECN (AE, CWR, ECE)")

/* tcpstate.ecn.answer: AE CWR ECE of a SYN-ACK. The texts are those of AccECN's answers; in reply
 * to an offer of classic ECN such answers have no meaning. */
#define ECN_ANSWER_LIST(X)                                                                         \
    X(ECN_ANSWER_NONE, 0, "None")                                                                  \
    X(ECN_ANSWER_CLASSIC, 1, "Classic ECN (ECE)")                                                  \
    X(ECN_ANSWER_NOT_ECT, 2, "AccECN, SYN arrived Not-ECT (CWR)")                                  \
    X(ECN_ANSWER_ECT_1, 3, "AccECN, SYN arrived ECT(1) (CWR, ECE)")                                \
    X(ECN_ANSWER_ECT_0, 4, "AccECN, SYN arrived ECT(0) (AE)")                                      \
    X(ECN_ANSWER_RESERVED, 5, "Reserved (AE, ECE)")                                                \
    X(ECN_ANSWER_CE, 6, "AccECN, SYN arrived CE (AE, CWR)")                                        \
    X(ECN_ANSWER_REFLECTED, 7, "Reflected (AE, CWR, ECE)")

/* tcpstate.ecn.ace.handshake: AE CWR ECE of the pure third ACK (RFC 9768 3.2.2.1, table 4). */
#define ACE_HANDSHAKE_LIST(X)                                                                      \
    X(ACE_HANDSHAKE_ZEROED, 0, "Cleared, or no AccECN")                                            \
    X(ACE_HANDSHAKE_1, 1, "Unused (1)")                                                            \
    X(ACE_HANDSHAKE_NOT_ECT, 2, "Not-ECT")                                                         \
    X(ACE_HANDSHAKE_ECT_1, 3, "ECT(1)")                                                            \
    X(ACE_HANDSHAKE_ECT_0, 4, "ECT(0)")                                                            \
    X(ACE_HANDSHAKE_5, 5, "Unused (5)")                                                            \
    X(ACE_HANDSHAKE_CE, 6, "CE")                                                                   \
    X(ACE_HANDSHAKE_7, 7, "Unused (7)")

/* tcpstate.ecn.ip: the two ECN bits of the IP header (RFC 3168 5). */
#define IP_ECN_LIST(X)                                                                             \
    X(IP_ECN_NOT_ECT, 0, "Not-ECT")                                                                \
    X(IP_ECN_ECT_1, 1, "ECT(1)")                                                                   \
    X(IP_ECN_ECT_0, 2, "ECT(0)")                                                                   \
    X(IP_ECN_CE, 3, "CE")

/* tcpstate.ecn.role: what the segment does for ECN. */
#define ECN_ROLE_LIST(X)                                                                           \
    X(ECN_ROLE_OFFERS, 1, "Offers ECN")                                                            \
    X(ECN_ROLE_ACCEPTS, 2, "Accepts ECN")                                                          \
    X(ECN_ROLE_REFUSES, 3, "Refuses ECN")                                                          \
    X(ECN_ROLE_CE_MARK, 4, "CE mark")                                                              \
    X(ECN_ROLE_FIRST_ECHO, 5, "First echo")                                                        \
    X(ECN_ROLE_REPEATED_ECHO, 6, "Repeated echo")                                                  \
    X(ECN_ROLE_WINDOW_REDUCED, 7, "Window reduced (CWR)")                                          \
    X(ECN_ROLE_ECHO_STOPPED, 8, "Echo stopped")                                                    \
    X(ECN_ROLE_FEEDBACK, 9, "AccECN feedback")

/* tcpstate.ecn.episode.state. */
#define ECN_EPISODE_STATE_LIST(X)                                                                  \
    X(EPISODE_MARKED, 1, "Marked")                                                                 \
    X(EPISODE_ECHOED, 2, "Echoed")                                                                 \
    X(EPISODE_ANSWERED, 3, "Answered")                                                             \
    X(EPISODE_DONE, 4, "Done")                                                                     \
    X(EPISODE_NOT_ECHOED, 5, "Not echoed")                                                         \
    X(EPISODE_NOT_ANSWERED, 6, "Not answered")                                                     \
    X(EPISODE_NOT_CLEARED, 7, "Not cleared")

#define X(name, number, text) name = number,
typedef enum ecn_offer { ECN_OFFER_LIST(X) } ecn_offer_t;
typedef enum ecn_answer_bits { ECN_ANSWER_LIST(X) } ecn_answer_bits_t;
typedef enum ace_handshake { ACE_HANDSHAKE_LIST(X) } ace_handshake_t;
typedef enum ecn_mode { ECN_MODE_LIST(X) } ecn_mode_t;
typedef enum ip_ecn { IP_ECN_LIST(X) } ip_ecn_t;
typedef enum ecn_role { ECN_ROLE_LIST(X) } ecn_role_t;
typedef enum ecn_episode_state { ECN_EPISODE_STATE_LIST(X) } ecn_episode_state_t;
#undef X

/* All bits that ecn_facts_t.roles may have. */
#define X(name, number, text) | 1u << (number)
enum { ECN_ROLE_BITS = 0 ECN_ROLE_LIST(X) };
#undef X

_Static_assert(ECN_ROLE_BITS <= UINT16_MAX, "ecn_facts_t.roles has one bit for each role");

/* What a segment is to one congestion episode. */
typedef struct episode_facts {
    uint32_t number; /* counted for each direction of data from 1; 0: none, nothing is valid */
    uint8_t state;   /* ecn_episode_state_t after the segment */
    bool cwr_judged; /* cwr_acknowledges is valid */
    bool cwr_acknowledges; /* this CWR acknowledges an echo */
    uint32_t ce_frame;     /* links back along the episode; 0: none */
    uint32_t ece_frame;
    uint32_t cwr_frame;
    int64_t echo_time;     /* CE to the first echo, nanoseconds; NO_TIME: none; likewise: */
    int64_t response_time; /* echo to CWR */
} episode_facts_t;

/* Whose data a segment is about: its sender's, which may be marked and carry CWR, or those that it
 * acknowledges and whose marks it echoes. A segment that answers one episode by CWR may be marked
 * itself, which begins the next one. */
enum { ECN_OF_SENDER, ECN_NEXT_OF_SENDER, ECN_OF_RECEIVER, ECN_EPISODES_MAX };

typedef struct ecn_episodes {
    episode_facts_t of[ECN_EPISODES_MAX];
} ecn_episodes_t;

/* What was negotiated, as far as is known after the segment. */
typedef struct ecn_status {
    uint8_t mode;      /* ecn_mode_t of the connection */
    bool offer_known;  /* offer is valid */
    bool answer_known; /* answer is valid */
    uint8_t offer;     /* AE CWR ECE of the first SYN, AE the highest of the three bits */
    uint8_t answer;    /* likewise of the SYN-ACK that counts */
} ecn_status_t;

/* What the segment itself says. */
typedef struct ecn_facts {
    bool ace_known;        /* ace is valid */
    bool ace_is_handshake; /* ace_handshake is valid */
    bool ace_delta_known;  /* ace_delta is valid */
    uint8_t ace;           /* AccECN's counter on this segment, 0 to 7 */
    uint8_t ace_handshake; /* what the third ACK says of the SYN-ACK's IP ECN */
    uint8_t ace_delta;     /* newly reported CE packets, modulo 8 */
    uint16_t roles;        /* bit n: ecn_role_t n */
} ecn_facts_t;

/* The three ECN bits of a TCP header: AE is 4, CWR 2, ECE 1 (RFC 9768 3.1). */
static inline uint8_t ecn_bits(const segment_t *segment)
{
    return (uint8_t)(segment->flags >> 6 & 7);
}

/* The mode that an offer and its answer negotiate (RFC 3168 6.1.1, RFC 9768 3.1). Both are three
 * bits.
 */
ecn_mode_t ecn_negotiate(uint8_t offer, uint8_t answer);

/* AccECN, negotiated or guessed. */
static inline bool ecn_mode_is_accurate(uint8_t mode)
{
    return mode == ECN_ACCURATE || mode == ECN_LOOKS_ACCURATE;
}

/* It is known that no endpoint may use ECN. */
static inline bool ecn_mode_is_without(uint8_t mode)
{
    const unsigned without =
        1u << ECN_NOT_OFFERED | 1u << ECN_REFUSED | 1u << ECN_FALLBACK | 1u << ECN_BROKEN;

    return without >> mode & 1;
}

/* Classic ECN, negotiated or guessed. */
static inline bool ecn_mode_is_classic(uint8_t mode)
{
    return mode == ECN_CLASSIC || mode == ECN_LOOKS_CLASSIC;
}

#endif
